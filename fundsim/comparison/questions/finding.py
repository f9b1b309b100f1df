"""The best rule of a family for stated aims, where no area may lose more than so much.

Each rule shares the pot once. One under which an area gets less than a stated share of what a
baseline gives it is tried again with exactly that floor. Among rules that keep the limit and reach
every threshold, those count that none beats in every aim.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from fundsim.comparison.choice import Front, Mask, front, same, why_beaten
from fundsim.comparison.looking import Looking
from fundsim.comparison.naming import DOUBTFUL, doubts, innermost, settings_of, with_rules
from fundsim.comparison.one_pot import share_one_pot
from fundsim.comparison.questions.aims import Aimed, Threshold
from fundsim.comparison.questions.baselines import PER_HEAD, Baseline, baseline, exact, least
from fundsim.comparison.questions.families import FAMILY, Member
from fundsim.comparison.questions.flooring import parts_of, pot_for_floors, raised, short
from fundsim.comparison.questions.floors import worst
from fundsim.comparison.questions.saying import named, percent, spoken
from fundsim.errors import InputError, Problem
from fundsim.money import Pence, Real, pounds
from fundsim.results.table import Row, Table, plain
from fundsim.scenario import Scenario
from fundsim.scenario.keys import basic_string, quoted
from fundsim.scenario.spelling import rate, toml_value
from fundsim.wording import counted

CANDIDATES = (
    *("rule", "made_of", "floor_added", "keeps_the_limit", "areas_below", "worst_area"),
    "worst_percent",
)
SHOWN = 8  # rules that none beats that are named in words
USUAL = ("equal", "per_capita", "need_weighted(steepness=0.5:3:0.5)")
VERDICT = ("good_enough", "unbeaten", "why_not")


@dataclass(frozen=True)
class Wish:
    """What is asked of a rule: aims, thresholds, and the share of a baseline that areas keep.

    `kept` is None where nothing limits what an area may lose.
    """

    aims: Sequence[Aimed]
    thresholds: Sequence[Threshold] = ()
    kept: Fraction | None = None
    against: str = PER_HEAD


@dataclass(frozen=True, eq=False)
class Candidate:
    """A rule that was tried: as it is, or with a floor added; `why` says why it shares nothing.

    `loss` is the largest loss of any area against the baseline, at the row `area`; `below` counts
    areas that lose more than the limit, and `ends` names options at an end of their range.
    """

    name: str
    made_of: str
    floored: bool
    pence: Pence
    loss: float
    area: int
    below: int
    ends: Sequence[str]


@dataclass(frozen=True, eq=False)
class Tried:
    """Every rule that was tried for a wish, with its figures.

    `refused` says of rules that could not share the pot why not; `parts` names the parts of the pot
    inside which floors are paid for. `alone` is the pot that the floors alone take, in pence, where
    no rule kept them; None where one did, or where no pot is enough. `doubts` say what of the rules
    is unverified.
    """

    scenario: Scenario
    fund: str
    amount: int
    wish: Wish
    baseline: Baseline
    looking: Looking
    candidates: Sequence[Candidate]
    refused: Mapping[str, str]
    parts: Sequence[str]
    alone: int | None = None
    doubts: Sequence[str] = ()

    @cached_property
    def figures(self) -> Real:
        """Figures in every aim, `(candidate, aim)`."""
        return self._measured([candidate.pence for candidate in self.candidates], self.wish.aims)

    @cached_property
    def of_baseline(self) -> Real:
        """The baseline's own figures, `(aim,)`."""
        return np.asarray(self._measured([self.baseline.pence], self.wish.aims)[0])

    @cached_property
    def in_thresholds(self) -> Real:
        """Figures in what thresholds are on, `(candidate, threshold)`."""
        aimed = [threshold.aimed for threshold in self.wish.thresholds]
        return self._measured([candidate.pence for candidate in self.candidates], aimed)

    def _measured(self, pences: Sequence[Pence], aims: Sequence[Aimed]) -> Real:
        if not pences or not aims:
            return np.zeros((len(pences), len(aims)))
        view = self.looking.view(np.stack(pences, axis=1), None)
        return np.stack([aimed.of(view) for aimed in aims], axis=1)

    @cached_property
    def keeping(self) -> Mask:
        """Candidates under which no area loses more than the limit, `(candidate,)`."""
        return np.array([candidate.below == 0 for candidate in self.candidates], np.bool_)

    @cached_property
    def good(self) -> Mask:
        """Candidates that keep the limit and reach every threshold, `(candidate,)`."""
        good = self.keeping.copy()
        for number, threshold in enumerate(self.wish.thresholds):
            good &= threshold.met(self.in_thresholds[:, number])
        return good

    @cached_property
    def _among_good(self) -> tuple[list[int], Front]:
        rows = np.flatnonzero(self.good).tolist()
        directions = [aimed.aim.direction for aimed in self.wish.aims]
        return rows, front(self.figures[rows], directions)

    @cached_property
    def beaten_by(self) -> dict[int, int]:
        """For candidates that are good enough and beaten, one that beats them."""
        rows, found = self._among_good
        both = zip(rows, found.beaten_by.tolist(), strict=True)
        return {row: rows[by] for row, by in both if by >= 0}

    @cached_property
    def unbeaten(self) -> list[int]:
        """Candidates that are good enough and that none of these beats, the best in aim one first.

        With one aim these are the best, several where they tie.
        """
        rows, found = self._among_good
        first = self.wish.aims[0].aim.direction * self.figures[:, 0]
        best = [row for row, on in zip(rows, found.unbeaten.tolist(), strict=True) if on]
        return sorted(best, key=lambda row: (-first[row], row))

    @cached_property
    def why_not(self) -> list[str]:
        """Say of each candidate what speaks against it; nothing for an unbeaten one."""
        rows, found = self._among_good
        whys = [self._why_bad(number) for number in range(len(self.candidates))]
        names = [self.candidates[row].name for row in rows]
        aims = [aimed.aim for aimed in self.wish.aims]
        for row, why in zip(rows, why_beaten(names, aims, self.figures[rows], found), strict=True):
            whys[row] = why
        return whys

    def _why_bad(self, number: int) -> str:
        candidate = self.candidates[number]
        if candidate.below:
            name, others = self.looking.geography.names[candidate.area], candidate.below - 1
            more = f", and {counted(others, 'other area')} too much less" if others else ""
            return f"{name} gets {percent(candidate.loss)} less than {self.baseline.words}{more}"
        for column, threshold in enumerate(self.wish.thresholds):
            figure = self.in_thresholds[number, column]
            if not threshold.met(figure):
                return f"{threshold.aimed.aim.told(float(figure))}, not {threshold.words}"
        return ""

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The table of candidates, by name."""
        aims = [aimed.aim.name for aimed in self.wish.aims]
        asked = [threshold.words for threshold in self.wish.thresholds]
        columns = (*CANDIDATES, *aims, *asked, *VERDICT)
        return {"candidates": Table("candidates", columns, self._rows)}

    def _rows(self) -> Iterator[Row]:
        for number, one in enumerate(self.candidates):
            yield (
                *(one.name, one.made_of, _yes(one.floored), _yes(not one.below)),
                *(str(one.below), self.looking.geography.names[one.area]),
                plain(0.0 - 100 * one.loss),
                *(plain(figure) for figure in self.figures[number].tolist()),
                *(plain(figure) for figure in self.in_thresholds[number].tolist()),
                *(_yes(bool(self.good[number])), _yes(number in self.unbeaten)),
                self.why_not[number],
            )
        for rule, why in self.refused.items():
            blank = [""] * (len(self.wish.aims) + len(self.wish.thresholds))
            yield rule, rule, "no", "", "", "", "", *blank, "no", "no", why

    def sentences(self) -> Iterator[str]:
        """Say how many rules were tried and keep the limit, which are best, and what to know."""
        yield from self._tried()
        if not self.unbeaten:
            yield self._none()
            return
        yield from self._best() if len(self.wish.aims) == 1 else self._front()
        yield from self._cautions()

    def _tried(self) -> Iterator[str]:
        stated = [one for one in self.candidates if not one.floored]
        tried = counted(len(stated), "rule")
        if self.wish.kept is None:
            yield f"{tried} tried."
            return
        breaking = [one for one in stated if one.below]
        share = percent(float(1 - self.wish.kept))
        kept = len(stated) - len(breaking)
        yield (
            f"{tried} tried; under {kept:,} of them no area loses more than {share} against "
            f"{self.baseline.words}."
        )
        if breaking:
            farthest = max(breaking, key=lambda one: one.loss)
            name = self.looking.geography.names[farthest.area]
            floored = sum(one.floored for one in self.candidates)
            lose = "loses" if farthest.below == 1 else "lose"
            yield (
                f"The most is lost under {farthest.name}, {percent(farthest.loss)} in {name}, and "
                f"{counted(farthest.below, 'area')} in all {lose} too much; "
                f"{floored:,} of these rules were tried again with a floor at "
                f"{percent(float(self.wish.kept))}."
            )

    def _none(self) -> str:
        asked = [threshold.words for threshold in self.wish.thresholds]
        if self.wish.kept is not None:
            asked.append(f"no area losing more than {percent(float(1 - self.wish.kept))}")
        told = f"None of them has {' and '.join(asked)}."
        if self.alone is not None and self.alone > self.amount:
            return f"{told} That alone takes {pounds(self.alone)}: give that much, or allow more."
        return told

    def _best(self) -> Iterator[str]:
        aim, first = self.wish.aims[0].aim, self.unbeaten[0]
        one = self.candidates[first]
        own, base = aim.told(self.figures[first, 0]), aim.told(self.of_baseline[0])
        most = "Most" if aim.direction > 0 else "Least"
        held = f"{'in' if self.baseline.column else 'by'} {spoken(self.baseline.name)}"
        yield f"{most} {aim.name}: {one.name}, {own} against {base} {held}."
        yield f"({aim.title})"
        others = [self.candidates[row].name for row in self.unbeaten[1:]]
        if others:
            yield f"As good: {named(others, most=5)}."
        name = self.looking.geography.names[one.area]
        if one.loss > 0:
            yield f"Under it the largest loss is {percent(one.loss)} ({name})."

    def _front(self) -> Iterator[str]:
        aims = [aimed.aim for aimed in self.wish.aims]
        count, good = len(self.unbeaten), counted(int(self.good.sum()), "rule")
        verb = "is" if count == 1 else "are"
        yield f"{count:,} of {good} that may be chosen {verb} not beaten in every aim:"
        for row in self.unbeaten[:SHOWN]:
            told = (f"{a.name} {a.told(f)}" for a, f in zip(aims, self.figures[row], strict=True))
            yield f"- {self.candidates[row].name}: {', '.join(told)}"
        if count > SHOWN:
            yield f"- and {count - SHOWN:,} more"
        for group in same(self.figures[self.unbeaten]):
            names = [self.candidates[self.unbeaten[number]].name for number in group]
            yield f"The same in every figure: {named(names, most=5)}."

    def _cautions(self) -> Iterator[str]:
        best = [self.candidates[row] for row in self.unbeaten]
        if len(self.wish.aims) == 1 and all(one.ends for one in best):
            for end in dict.fromkeys(end for one in best for end in one.ends):
                yield f"{end} is an end of its range: a wider one may hold a better rule."
        for aimed in self.wish.aims if len(self.wish.aims) > 1 else ():  # one alone says so itself
            if aimed.people is not None:
                yield from (f"{remark}." for remark in aimed.people.remarks())
        if len(self.parts) > 1:
            yield f"The split between {named(self.parts, most=4)} stays under all of these rules."
        for rule, why in self.refused.items():
            yield f"Not tried: {rule}: {why}."


def share_left(loss: float) -> Fraction:
    """Take the share that an area may lose, and give what it keeps; one that is none is told."""
    if not 0 <= loss <= 1:
        message = f"found {percent(loss)}, expected a share from 0% to 100%, such as 5%"
        raise InputError([Problem("--lose-at-most", "", message)])
    return 1 - exact(loss)


def usual(aims: Sequence[Aimed]) -> list[str]:
    """Give the rules that are tried unless others are named: by people, by need, to whom is aimed.

    >>> usual([])
    ['equal', 'per_capita', 'need_weighted(steepness=0.5:3:0.5)']
    """
    aimed = [aim.people.name for aim in aims if aim.people is not None and aim.people.counts]
    return [*USUAL, *(f"threshold_per_head(people={name})" for name in aimed)]


def best_of(
    scenario: Scenario,
    fund: str,
    amount: int,
    family: Sequence[Member],
    *,
    wish: Wish,
    looking: Looking,
    whole: bool = False,
    option: str = FAMILY,
) -> Tried:
    """Share one pot by every rule of a family, and once more with a floor where one is broken.

    A rule that does not apply to these places is an InputError at the option that names the rules;
    one for whose promises the pot is too small is told in `refused`.
    """
    base = baseline(scenario, fund, amount, wish.against, whole=whole)
    texts = [member.text for member in family]
    scenarios = with_rules(scenario, fund, texts, whole=whole, option=option)
    floors = None if wish.kept is None else least(base.pence, wish.kept)
    parts = parts_of(_plain(scenario, fund, whole=whole), fund, amount)
    candidates: list[Candidate] = []
    refused: dict[str, str] = {}
    unsure: list[str] = []
    for member, (name, under) in zip(family, scenarios.items(), strict=True):
        try:
            pence = share_one_pot({name: under}, fund, amount).shares[name].pence
        except InputError as error:
            refused[name] = "; ".join(problem.message for problem in error.problems)
            continue
        candidates.append(_candidate(member, name, pence, base.pence, floors))
        unsure += doubts({name: under}, fund)
        lifted = None
        if floors is not None and candidates[-1].below:
            lifted = raised(pence, floors, parts)
        if lifted is not None:
            lifting = with_floor(scenario, fund, name, wish, whole=whole)
            lifted_one = _candidate(member, lifting, lifted, base.pence, floors)
            candidates.append(replace(lifted_one, floored=True))
    alone = None
    if floors is not None and all(candidate.below for candidate in candidates):
        plain_rule = _plain(scenario, fund, whole=whole)
        alone = pot_for_floors(floors, parts, lambda pot: parts_of(plain_rule, fund, pot).pence)
    found = Tried(scenario, fund, amount, wish, base, looking, candidates, refused, parts.names)
    return replace(found, alone=alone, doubts=unsure)


def _plain(scenario: Scenario, fund: str, *, whole: bool) -> Scenario:
    """Give the scenario with a rule that splits nothing in the place where rules are tried."""
    (found,) = with_rules(scenario, fund, [PER_HEAD], whole=whole).values()
    return found


def _candidate(
    member: Member, name: str, pence: Pence, base: Pence, floors: Pence | None
) -> Candidate:
    loss, area = worst(pence, base)
    below = 0 if floors is None else int(short(pence, floors).sum())
    return Candidate(name, member.text, False, pence, loss, area, below, member.ends)  # noqa: FBT003 - made without a floor


def with_floor(scenario: Scenario, fund: str, text: str, wish: Wish, *, whole: bool) -> str:
    """Name a rule with a floor added: as it can be written again, else in words."""
    assert wish.kept is not None  # noqa: S101 - asked for only where there is a limit
    share, doubt = str(rate(float(wish.kept))), DOUBTFUL if text.endswith(DOUBTFUL) else ""
    text = text.removesuffix(DOUBTFUL)
    keys = [] if whole else list(innermost(scenario.funds[fund].allocation))
    floor: dict[str, Any] = {"of_per_capita": share}
    if wish.against in scenario.geography_table.columns:
        floor = {"column": wish.against, "times": share}
    elif wish.against != PER_HEAD:
        keys.append(wish.against)
    if any(key != "then" for key in keys):
        return f"{text}, then a floor at {share} of {wish.against}{doubt}"
    return f"adjusted(rule={inline(settings_of(text))},floor={inline(floor)}){doubt}"


def inline(value: Any) -> str:  # noqa: ANN401 - a TOML value may be of any type
    """Write a value as TOML without blanks.

    >>> inline({"kind": "mix", "parts": [{"kind": "equal", "weight": 1}]})
    '{kind="mix",parts=[{kind="equal",weight=1}]}'
    """
    if isinstance(value, dict):
        return f"{{{','.join(f'{quoted(key)}={inline(one)}' for key, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{','.join(map(inline, value))}]"
    return basic_string(value) if isinstance(value, str) else toml_value(value)


def _yes(true: bool) -> str:  # noqa: FBT001 - the word for it
    return "yes" if true else "no"
