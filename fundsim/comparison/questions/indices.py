"""What changes if the index changes: one rule under several needs, for one pot.

The first need is the one that others are held against. Money moved is ½ Σ |x − b|; areas are in
order by pounds a head, to four decimals as tables print them, so that no order is made by rounding.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from fundsim.comparison.naming import split
from fundsim.comparison.one_pot import share_one_pot
from fundsim.comparison.questions.baselines import rules_of
from fundsim.comparison.questions.ranks import Agreement, agreement, places, tied_below, top_shared
from fundsim.comparison.questions.saying import areas_and_people, percent, spoken
from fundsim.errors import InputError, Problem
from fundsim.money import Pence, Real
from fundsim.places import Geography
from fundsim.results.table import Row, Table, in_pounds, plain
from fundsim.scenario import Scenario
from fundsim.wording import money

NEEDS = "--needs"
TWENTIETH = 20  # a change counts that is more than a twentieth, 5 %
SHOWN = 3  # movers that are named to each side
HALF_A_PENNY = 0.5

INDICES = (
    *("rule", "need", "held_against", "money_moved", "share_moved", "areas_gaining_over_5_percent"),
    *("people_gaining_over_5_percent", "areas_losing_over_5_percent"),
    *("people_losing_over_5_percent", "pairs", "pairs_flipped", "share_flipped", "kendall_tau_b"),
    *("spearman_rho", "top", "top_shared", "top_tied"),
)
AREAS = (
    *("rule", "before", "need", "area", "name", "nation", "region", "population", "held_against"),
    *("pounds", "difference", "percent", "a_head_before", "a_head", "place_before", "place"),
    "places_up",
)
GROUPS = ("level", "group", "rule", "need", "population", "held_against", "pounds", "difference")


@dataclass(frozen=True)
class Change:
    """What a rule makes of the pot under another need, held against the first, `(area,)`."""

    rule: str
    need: str
    base: str
    before: Pence
    pence: Pence
    population: Pence
    top: int

    @cached_property
    def apart(self) -> Pence:
        """How much more areas get."""
        return np.asarray(self.pence - self.before)

    @property
    def moved(self) -> float:
        """Money that goes elsewhere: half of all that areas gain and lose, pence."""
        return float(np.abs(self.apart).sum()) / 2

    @property
    def gaining(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Areas that gain more than 5 %, `(area,)`."""
        return np.asarray(self.apart * TWENTIETH > self.before)

    @property
    def losing(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Areas that lose more than 5 %, `(area,)`."""
        return np.asarray(-self.apart * TWENTIETH > self.before)

    @cached_property
    def heads(self) -> tuple[Real, Real]:
        """Pence a head before and now, to a hundredth, `(area,)` both."""
        before, now = (np.round(each / self.population, 2) for each in (self.before, self.pence))
        return before, now

    @cached_property
    def agreement(self) -> Agreement:
        """How far the order of areas by pounds a head stays."""
        return agreement(*self.heads)

    @cached_property
    def places(self) -> tuple[Pence, Pence]:
        """Places by pounds a head before and now, 1 the highest, `(area,)` both."""
        before, now = self.heads
        return places(before), places(now)

    @cached_property
    def up(self) -> Pence:
        """How many places areas go up, `(area,)`."""
        before, now = self.places
        return before - now

    @property
    def top_stay(self) -> int:
        """How many of the top areas by pounds a head stay among them."""
        return top_shared(*self.heads, self.top)

    @property
    def top_tied(self) -> int:
        """How many areas, before or now, are equal to the last of the top ones and left out."""
        return max(tied_below(heads, self.top) for heads in self.heads)

    def movers(self, count: int) -> tuple[list[int], list[int]]:
        """Give the rows of those that go up and down by most places, at most so many of each."""
        order = np.argsort(-self.up, kind="stable").tolist()
        ups = [row for row in order[:count] if self.up[row] > 0]
        downs = [row for row in order[::-1][:count] if self.up[row] < 0]
        return ups, downs


@dataclass(frozen=True)
class Indices:
    """Rules under several needs, each held against the same rule under the first of them."""

    scenario: Scenario
    fund: str
    amount: int
    needs: Sequence[str]
    changes: Sequence[Change]

    @property
    def places(self) -> Geography:
        """The areas that share."""
        return self.scenario.geography_table

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Every table, by name."""
        return {
            "indices": Table("indices", INDICES, self._indices),
            "areas": Table("areas", AREAS, self._areas),
            "groups": Table("groups", GROUPS, self._groups),
        }

    def _indices(self) -> Iterator[Row]:
        for change in self.changes:
            found, more, less = change.agreement, change.gaining, change.losing
            whole = int(change.before.sum())
            yield (
                *(change.rule, change.need, change.base, in_pounds(change.moved)),
                *(plain(change.moved / whole if whole else 0.0), *_counts(change, more)),
                *(*_counts(change, less), str(found.pairs), str(found.flipped)),
                *(plain(found.share_flipped), plain(found.tau), plain(found.rho)),
                *(str(change.top), str(change.top_stay), str(change.top_tied)),
            )

    def _areas(self) -> Iterator[Row]:
        names, nations, regions = self.places.names, self.places.nations, self.places.regions
        for change in self.changes:
            for row, code in enumerate(self.places.codes):
                apart, before = int(change.apart[row]), int(change.before[row])
                cells = before, change.pence[row], apart
                yield (
                    *(change.rule, change.base, change.need, code, names[row]),
                    *(nations[row], regions[row], str(change.population[row])),
                    *map(in_pounds, cells),
                    plain(100 * apart / before) if before else "",
                    *(in_pounds(head[row]) for head in change.heads),
                    *(str(place[row]) for place in change.places),
                    str(change.up[row]),
                )

    def _groups(self) -> Iterator[Row]:
        for change in self.changes:
            for level in ("nation", "region"):
                for name, number, before, now in self.by(change, level):
                    head = level, name, change.rule, change.need, str(number)
                    yield *head, in_pounds(before), in_pounds(now), in_pounds(now - before)

    def by(self, change: Change, level: str) -> Iterator[tuple[str, int, int, int]]:
        """Give each group's name, people, and pence before and now."""
        names, group = self.places.members("nation" if level == "nation" else "region")
        for number, name in enumerate(names):
            inside = group == number
            sums = (each[inside].sum() for each in (change.population, change.before, change.pence))
            number_of_people, before, now = map(int, sums)
            yield name, number_of_people, before, now

    def sentences(self) -> Iterator[str]:
        """Say of each rule and need how much moves, who gains and loses, and which orders flip."""
        for change in self.changes:
            head = f"{spoken(change.rule)} by {change.need} in place of {change.base}"
            if not change.apart.any():
                yield f"{head}: nothing changes."
                continue
            yield f"{head}: {self._moved(change)}"
            yield f"- {_order(change)}"
            yield from self._movers(change)
            yield from self._by_group(change)

    def _moved(self, change: Change) -> str:
        part = percent(change.moved / int(change.before.sum()))
        both = (
            areas_and_people(int(some.sum()), change.population[some].sum())
            for some in (change.gaining, change.losing)
        )
        more, less = both
        return (
            f"{money(change.moved / 100)} goes elsewhere, {part} of all; {more} gain more than 5%, "
            f"{less} lose more than 5%."
        )

    def _movers(self, change: Change) -> Iterator[str]:
        before, now = change.places
        for words, rows in zip(("up", "down"), change.movers(SHOWN), strict=True):
            told = [f"{self.places.names[row]} from {before[row]} to {now[row]}" for row in rows]
            if told:
                yield f"- Furthest {words}, by place among {len(self.places):,}: {', '.join(told)}."

    def _by_group(self, change: Change) -> Iterator[str]:
        level = "region" if len(set(self.places.nations)) == 1 else "nation"
        groups = list(self.by(change, level))
        heads = {name: (now - before) / people for name, people, before, now in groups}
        moved = sorted(heads, key=lambda name: -heads[name])
        moved = [name for name in moved if abs(heads[name]) >= HALF_A_PENNY]
        if len(groups) > 1 and moved:
            shown = moved if len(moved) <= SHOWN + 1 else [*moved[:2], *moved[-2:]]
            told = ", ".join(f"{name} {_signed(heads[name] / 100)}" for name in shown)
            yield f"- By {level}, a head: {told}."


def _order(change: Change) -> str:
    found, tied = change.agreement, change.top_tied
    ties = f" (with {tied:,} more equal to the last of them)" if tied else ""
    return (
        f"{percent(found.share_flipped)} of all pairs of areas change their order by pounds a head "
        f"(Kendall {found.tau:.2f}, Spearman {found.rho:.2f}; 1 is the same order); of the top "
        f"{change.top:,} areas {change.top_stay:,} stay{ties}."
    )


def _counts(change: Change, some: np.ndarray[Any, np.dtype[np.bool_]]) -> Row:
    return str(some.sum()), str(change.population[some].sum())


def _signed(pounds: float) -> str:
    return money(pounds) if pounds < 0 else f"+{money(pounds)}"


def under_needs(
    scenario: Scenario,
    fund: str | None,
    amount: int,
    needs: Sequence[str],
    rules: Sequence[str] = (),
    *,
    whole: bool = False,
    top: int = 20,
) -> Indices:
    """Share one pot by each rule under each need, the first need the one to hold others against.

    A single need is held against the scenario's own. A need that is not known for an area that
    shares, or cannot compare areas, is an InputError at --needs.
    """
    under = with_needs(scenario, needs)
    found: dict[str, dict[str, Pence]] = {}
    name = ""
    for need, one in under.items():
        chosen, name = rules_of(one, fund, rules, whole=whole)
        for rule, share in share_one_pot(chosen, name, amount).shares.items():
            found.setdefault(rule, {})[need] = share.pence
    base, *others = under
    people, top = scenario.geography_table.population, min(top, len(scenario.geography_table))
    changes = [
        Change(rule, need, base, pence[base], pence[need], people, top)
        for rule, pence in found.items()
        for need in others
    ]
    return Indices(scenario, name, amount, tuple(under), changes)


def with_needs(scenario: Scenario, texts: Sequence[str]) -> dict[str, Scenario]:
    """Give the scenario under each need, by the need's own text, every wrong one told at once."""
    wanted = [text for several in texts for text in split(several)]
    found: dict[str, Scenario] = {OWN: scenario} if len(wanted) == 1 else {}
    problems: list[Problem] = []
    for text in dict.fromkeys(wanted):
        try:
            found[text] = _with_need(scenario, _need(text))
        except InputError as error:
            problems += (Problem(NEEDS, text, problem.message) for problem in error.problems)
        except ValueError as error:
            problems.append(Problem(NEEDS, text, str(error)))
    for text in dict.fromkeys(text for text in wanted if wanted.count(text) > 1):
        problems.append(Problem(NEEDS, text, "this need is here twice; name it once"))
    if not wanted:
        problems.append(Problem(NEEDS, "", "name columns, with commas between"))
    if problems:
        raise InputError(problems)
    return found


OWN = "the scenario's own need"


def _with_need(scenario: Scenario, need: object) -> Scenario:
    """Put a need in place of the scenario's; a table would else be laid over one that is there."""
    key = "geography.need"
    if isinstance(need, Mapping) and not isinstance(scenario.geography.need, str):
        scenario = scenario.but({key: "population"})
    return scenario.but({key: need})


def _need(text: str) -> object:
    """Read a need: the name of a column, or a table as a scenario file writes it."""
    if not text.startswith("{"):
        return text
    try:
        return tomllib.loads(f"need = {text}")["need"]
    except tomllib.TOMLDecodeError as error:
        message = f'this is no table ({error}); write it as {{columns={{a=1,b=1}}, scale="rank"}}'
        raise ValueError(message) from None
