"""The floor sweep: whom each floor protects, what the others give up, and which pots would pay.

A floor is a share of what a baseline gives an area: what another rule makes of the same pot, or
last year's pounds. For an area with x under a rule and b under the baseline, the floor at a loss f
is the least whole pence from (1 − f) · b up. Missing is Σ max(0, floor − x); an area that rounding
alone has put a few pence below its floor counts as at it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from fundsim.comparison.one_pot import OnePot, share_one_pot
from fundsim.comparison.questions.baselines import Baseline, exact, least
from fundsim.comparison.questions.flooring import (
    Parts,
    due,
    parts_of,
    pot_for_floors,
    pot_with_top_up,
    raised,
    short,
    smallest,
)
from fundsim.comparison.questions.saying import areas_and_people, named, percent, spoken
from fundsim.errors import InputError, Problem
from fundsim.money import LARGEST, Pence, apportion, fractions, pounds
from fundsim.results.table import Row, Table, in_pounds, plain
from fundsim.scenario import Scenario
from fundsim.wording import counted, money

MOST = 1000  # floors of one sweep

SWEEP = (
    *("rule", "loss", "areas_protected", "people_protected", "missing", "pot_with_top_up"),
    *("pot_for_floors_alone", "feasible", "areas_giving_up", "money_moved", "largest_cut_percent"),
)
AREAS = (
    *("rule", "loss", "area", "name", "nation", "population", "held_against", "pounds", "floor"),
    *("missing", "with_floor"),
)


@dataclass(frozen=True, eq=False)
class Floor:
    """One floor under one rule: what areas keep at least, `(area,)`, and what comes of it.

    `kept` is the share of the baseline. `raised` is what areas get where the pot pays the floors
    and others give up, None where it cannot. `top_up` is the pot that pays the rule's shares and
    what is missing on top; `alone` the least one that pays the floors, None where none does.
    `parts` names the parts of the pot inside which floors are paid for.
    """

    rule: str
    kept: Fraction
    pence: Pence
    floors: Pence
    raised: Pence | None
    top_up: int
    alone: int | None
    parts: Sequence[str]

    @cached_property
    def missing(self) -> Pence:
        """What the rule's shares lack to the floors, `(area,)`."""
        return np.where(short(self.pence, self.floors), self.floors - self.pence, 0)

    @cached_property
    def given_up(self) -> Pence:
        """What areas give up for the floors of others, `(area,)`; nothing where none can."""
        if self.raised is None:
            return np.zeros_like(self.pence)
        return np.asarray(np.maximum(self.pence - self.raised, 0))

    @cached_property
    def largest_cut(self) -> float:
        """The largest cut, as a share of what the rule gives an area."""
        cut = np.zeros(len(self.pence))
        np.divide(self.given_up, self.pence, out=cut, where=self.pence > 0)
        return float(cut.max())

    @property
    def loss(self) -> float:
        """The share of the baseline that an area may lose."""
        return float(1 - self.kept)


@dataclass(frozen=True)
class Floors:
    """A sweep of floors under several rules for one pot."""

    pot: OnePot
    scenarios: Mapping[str, Scenario]
    baseline: Baseline
    floors: Sequence[Floor]

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Every table of the sweep, by name."""
        return {
            "floors": Table("floors", SWEEP, self._sweep),
            "areas": Table("areas", AREAS, self._areas),
        }

    @property
    def rules(self) -> Sequence[str]:
        """The rules by name."""
        return tuple(self.pot.shares)

    def of(self, rule: str) -> list[Floor]:
        """Give the floors under one rule, in order."""
        return [floor for floor in self.floors if floor.rule == rule]

    def _sweep(self) -> Iterator[Row]:
        people = self.pot.scenario.geography_table.population
        for floor in self.floors:
            below = floor.missing > 0
            alone = "" if floor.alone is None else in_pounds(floor.alone)
            yield (
                *(floor.rule, plain(floor.loss), str(below.sum()), str(people[below].sum())),
                *(in_pounds(floor.missing.sum()), in_pounds(floor.top_up), alone),
                *_paid_by_others(floor),
            )

    def _areas(self) -> Iterator[Row]:
        places = self.pot.scenario.geography_table
        for floor in self.floors:
            head = floor.rule, plain(floor.loss)
            figures = self.baseline.pence, floor.pence, floor.floors, floor.missing
            for area, code in enumerate(places.codes):
                who = code, places.names[area], places.nations[area]
                cells = (in_pounds(figure[area]) for figure in figures)
                after = "" if floor.raised is None else in_pounds(floor.raised[area])
                yield *head, *who, str(places.population[area]), *cells, after

    def sentences(self) -> Iterator[str]:
        """Say of each rule who falls short, what protection takes, and which floors cannot be."""
        for rule in self.rules:
            yield from self._told(self.of(rule))
        yield from self._split()

    def _told(self, floors: Sequence[Floor]) -> Iterator[str]:
        missed = [floor for floor in floors if floor.missing.any()]
        base, rule = self.baseline.words, spoken(floors[0].rule)
        if not missed:
            most = percent(float(max(floor.kept for floor in floors)))
            yield f"Under {rule} every area gets {most} of {base} without any floor."
            return
        loss, area = worst(floors[0].pence, self.baseline.pence)
        name = self.pot.scenario.geography_table.names[area]
        yield f"Under {rule} an area gets as little as {percent(1 - loss)} of {base} ({name})."
        yield from map(self._cost, dict.fromkeys((missed[0], missed[-1])))
        yield from self._infeasible(floors)

    def _cost(self, floor: Floor) -> str:
        """Say what one floor takes: money on top, or money of others."""
        missing, given = (money(pence.sum() / 100) for pence in (floor.missing, floor.given_up))
        at, who = percent(float(floor.kept)), self._protected(floor)
        over = self.pot.amount - int(floor.pence.sum())
        beside = f" with the {money(over / 100)} that the rule leaves unshared" if over else ""
        on_top = f"that takes {missing} on top, a pot of {money(floor.top_up / 100)}{beside}"
        if floor.raised is None:
            return f"At {at} of it, {who} would be protected: {on_top}."
        head = f"At {at} of it, {who} are protected"
        if not floor.given_up.any():
            return f"{head} from what the rule leaves unshared, and nobody gives up anything."
        others = counted(int((floor.given_up > 0).sum()), "other")
        cut = percent(floor.largest_cut)
        return f"{head}: {on_top}, or {given} of {others}, who give up {cut} at most."

    def _protected(self, floor: Floor) -> str:
        below = floor.missing > 0
        number = self.pot.scenario.geography_table.population[below].sum()
        return areas_and_people(int(below.sum()), number)

    def _infeasible(self, floors: Sequence[Floor]) -> Iterator[str]:
        wrong = [floor for floor in floors if floor.raised is None]
        if not wrong:
            return
        shares, last = [percent(float(floor.kept)) for floor in wrong], wrong[-1]
        remedy = (
            "no pot pays them, since a part of the pot that owes some is always empty"
            if last.alone is None
            else f"at {percent(float(last.kept))} they alone take {pounds(last.alone)}"
        )
        yield f"{pounds(self.pot.amount)} cannot pay floors at {named(shares)}: {remedy}."

    def _split(self) -> Iterator[str]:
        """Say that floors are paid for inside each part of the pot, where there are several."""
        for names in dict.fromkeys(tuple(floor.parts) for floor in self.floors):
            if len(names) > 1:
                rule = (
                    "" if self.baseline.column else f"what {spoken(self.baseline.name)} gives, and "
                )
                yield (
                    f"The split between {named(names, most=4)} stays: {rule}what others give up "
                    "is reckoned inside each."
                )

    def kept_at(self, rule: str) -> Iterator[str]:
        """Answer for the first floor: which pot would keep every area at it."""
        floor = self.of(rule)[0]
        share, base = percent(float(floor.kept)), self.baseline.words
        if not floor.missing.any():
            now = pounds(self.pot.amount)
            yield f"{now} is enough: {spoken(rule)} gives every area at least {share} of {base}."
            return
        if floor.top_up == self.pot.amount:
            yield (
                f"{pounds(floor.top_up)} is enough: what {spoken(rule)} leaves unshared can bring "
                f"every area to {share} of {base}, {self._protected(floor)} among them."
            )
            return
        if not self.baseline.column:
            base = f"what {spoken(self.baseline.name)} makes of {pounds(self.pot.amount)}"
        yield (
            f"{pounds(floor.top_up)} would keep every area at {share} of {base}, with nobody "
            f"getting less than {spoken(rule)} gives now: {pounds(floor.top_up - self.pot.amount)} "
            f"on top, for {self._protected(floor)}."
        )
        yield self._shared_again(floor)
        yield from self._other_ways(floor)
        yield from self._split()

    def _shared_again(self, floor: Floor) -> str:
        """Share the pot that is needed: as the rule does, and the rest by what is missing."""
        pence = shared_with(floor, floor.top_up)
        at, below = (pence == floor.floors).sum(), short(pence, floor.floors).sum()
        none = "none" if not below else f"{below:,}"
        return (
            f"Shared out again, that pot leaves {counted(int(at), 'area')} at the floor and {none} "
            "below it."
        )

    def _other_ways(self, floor: Floor) -> Iterator[str]:
        if floor.given_up.any():
            given, cut = money(floor.given_up.sum() / 100), percent(floor.largest_cut)
            yield f"Without more money the others would have to give up {given}, {cut} at most."
        if floor.raised is None and floor.alone is not None:
            yield f"The floors alone take {pounds(floor.alone)}, more than there is."
        alone = self.by_the_rule_alone(floor)
        if alone is None:
            yield f"Without any floor no pot would do: {self._never(floor)}."
        else:
            yield f"By the rule alone, without any floor, it would take {money(alone / 100)}."

    def by_the_rule_alone(self, floor: Floor) -> int | None:
        """Give the pot with which the rule itself, as it is, leaves nobody below the floors."""

        def enough(pot: int) -> bool:
            return bool((self._shared(floor.rule, pot) >= floor.floors).all())

        if not enough(LARGEST):
            return None
        return smallest(enough, self.pot.amount, LARGEST)

    def _shared(self, rule: str, pot: int) -> Pence:
        only = {rule: self.scenarios[rule]}
        return share_one_pot(only, self.pot.fund, pot).shares[rule].pence

    def _never(self, floor: Floor) -> str:
        names = self.pot.scenario.geography_table.names
        never = np.flatnonzero(self._shared(floor.rule, LARGEST) < floor.floors)
        others = len(never) - 1
        more = f" and {counted(others, 'other area')}" if others else ""
        return f"{names[never[0]]}{more} would still fall short"


def sweep(
    pot: OnePot, scenarios: Mapping[str, Scenario], baseline: Baseline, kept: Sequence[Fraction]
) -> Floors:
    """Try floors at shares of a baseline under every rule of a pot."""
    floors = [
        _floor(pot, rule, scenarios[rule], least(baseline.pence, share), share)
        for rule in pot.shares
        for share in kept
    ]
    return Floors(pot, scenarios, baseline, floors)


def _floor(pot: OnePot, rule: str, scenario: Scenario, floors: Pence, kept: Fraction) -> Floor:
    def split(amount: int) -> Parts:
        return parts_of(scenario, pot.fund, amount)

    pence, parts = pot.shares[rule].pence, split(pot.amount)
    binding = due(pence, floors)
    after, top_up = raised(pence, binding, parts), pot_with_top_up(pence, binding, parts)
    alone = pot_for_floors(floors, parts, lambda amount: split(amount).pence)
    return Floor(rule, kept, pence, floors, after, top_up, alone, parts.names)


def _paid_by_others(floor: Floor) -> Row:
    if floor.raised is None:
        return "no", "", "", ""
    given = str((floor.given_up > 0).sum()), in_pounds(floor.given_up.sum())
    return "yes", *given, plain(100 * floor.largest_cut)


def losses(first: float, last: float, step: float) -> list[Fraction]:
    """Give the shares that are kept from a first loss to a last one; what cannot be is told.

    >>> losses(0.0, 0.1, 0.05)
    [Fraction(1, 1), Fraction(19, 20), Fraction(9, 10)]
    """
    begin, end, by = (exact(each) for each in (first, last, step))
    if not 0 <= begin <= end <= 1:
        message = f"found {percent(first)} and {percent(last)}, expected a loss and a larger one"
        raise InputError([Problem("--from and --to", "", f"{message}, from 0% to 100%")])
    if by <= 0 or (end - begin) / by >= MOST:
        message = f"found {percent(step)}, expected steps above 0%, and at most {MOST} of them"
        raise InputError([Problem("--step", "", message)])
    return [1 - begin - number * by for number in range(int((end - begin) / by) + 1)]


def kept_share(share: float) -> Fraction:
    """Take a share that every area is to keep; one that is none is told."""
    if not 0 <= share <= 1:
        message = f"found {percent(share)}, expected a share from 0% to 100%, such as 95%"
        raise InputError([Problem("--keep", "", message)])
    return exact(share)


def shared_with(floor: Floor, pot: int) -> Pence:
    """Share a pot: first what the rule gives, then the rest in proportion to what is missing."""
    if not floor.missing.any():
        return floor.pence
    rest = np.array([max(pot - int(floor.pence.sum()), 0)])
    weights = fractions(floor.missing.astype(np.float64))
    return np.asarray(floor.pence + apportion(np.minimum(rest, floor.missing.sum()), weights)[:, 0])


def worst(pence: Pence, base: Pence) -> tuple[float, int]:
    """Give the largest loss as a share of a baseline, and that area's row; below 0 all gain."""
    loss = np.full(len(base), -np.inf)
    np.divide(base - pence, base, out=loss, where=base > 0)
    area = int(loss.argmax())
    return float(loss[area]), area
