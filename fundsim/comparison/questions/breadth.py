"""Breadth against depth: fewer places with more, or more places with less, for one pot.

With an amount for each area, a pot pays n = pot // amount areas, those of highest need first. What
is told of each n: people in need whom these areas hold, as a share of all in need, and people
outside need who live there too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fundsim.comparison.counting import InNeed
from fundsim.comparison.looking import comparable_need
from fundsim.comparison.questions.saying import named, people, percent
from fundsim.errors import InputError, Problem, nearest
from fundsim.money import Real, pounds
from fundsim.places import Geography
from fundsim.places.geography import Group
from fundsim.results.table import Row, Table, in_pounds, plain
from fundsim.scenario import Scenario
from fundsim.wording import counted, money

NEED = "need"
UNITS: tuple[Group, ...] = ("area", "foundation", "region", "nation")
MOST = 1000  # amounts in one table

STEPS = (
    *("each", "years", "a_year", "areas", "paid", "left_over", "people", "people_in_need"),
    *("share_of_people_in_need", "people_outside_need", "pounds_a_head", "a_head_a_year"),
    *("pounds_for_each_in_need", "last_area", "last_code", "left_out_though_equal", "such_as"),
    *("chosen_by", "in_need_are"),
)
BY_UNIT = (
    *("unit", "units", "units_with_people_in_need", "people", "people_in_need"),
    *("people_outside_need", "share_outside_need"),
)


@dataclass(frozen=True)
class Ranking:
    """Areas from the highest need down, `(area,)` of rows, and the figure that they rank by."""

    by: str
    order: NDArray[np.intp]
    figures: Real

    def tied(self, chosen: int) -> list[int]:
        """Give the rows that are left out though they are equal to the last one chosen."""
        if not 0 < chosen < len(self.order):
            return []
        last, rest = self.figures[self.order[chosen - 1]], self.order[chosen:]
        return [int(row) for row in rest if self.figures[row] == last]


@dataclass(frozen=True)
class Step:
    """One amount: pence for each area over all years, and the areas that the pot can pay."""

    each: int
    years: int
    chosen: NDArray[np.intp]
    paid: int
    left: int
    tied: Sequence[int]


@dataclass(frozen=True)
class Breadth:
    """One pot in amounts for each area, against how many it reaches and whom."""

    scenario: Scenario
    amount: int
    ranking: Ranking
    need: InNeed
    steps: Sequence[Step]

    @property
    def places(self) -> Geography:
        """The areas that may be chosen."""
        return self.scenario.geography_table

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Both tables, by name."""
        return {
            "breadth": Table("breadth", STEPS, self._rows),
            "units": Table("units", BY_UNIT, self._units),
        }

    def within(self, step: Step) -> tuple[int, float]:
        """Count the people of the chosen areas, and those of them in need."""
        return (
            int(self.places.population[step.chosen].sum()),
            float(self.need.people[step.chosen].sum()),
        )

    def _rows(self) -> Iterator[Row]:
        names, codes = self.places.names, self.places.codes
        for step in self.steps:
            number, needy = self.within(step)
            last = step.chosen[-1] if len(step.chosen) else None
            yield (
                *(in_pounds(step.each), str(step.years), in_pounds(step.each / step.years)),
                *(str(len(step.chosen)), in_pounds(step.paid), in_pounds(step.left), str(number)),
                *(f"{needy:.0f}", plain(_part(needy, self.need.together))),
                *(f"{number - needy:.0f}", *self._heads(step, number, needy)),
                *(("", "") if last is None else (names[last], codes[last])),
                str(len(step.tied)),
                named([names[row] for row in step.tied]) if step.tied else "",
                *(self.ranking.by, self.need.told),
            )

    def _heads(self, step: Step, number: int, needy: float) -> Row:
        a_head = step.paid / number if number else np.nan
        for_each = step.paid / needy if needy else np.nan
        return in_pounds(a_head), in_pounds(a_head / step.years), in_pounds(for_each)

    def _units(self) -> Iterator[Row]:
        for unit in UNITS:
            units, holding, number, needy = self.covered(unit)
            cells = str(units), str(holding), str(number), f"{needy:.0f}", f"{number - needy:.0f}"
            yield unit, *cells, plain(_part(number - needy, number))

    def covered(self, unit: Group) -> tuple[int, int, int, float]:
        """Count units, those that hold anybody in need, and people and people in need there."""
        names, group = self.places.members(unit)
        needy = np.bincount(group, self.need.people, len(names))
        inside = np.bincount(group, self.places.population, len(names))
        holding = needy > 0
        return (
            len(names),
            int(holding.sum()),
            int(inside[holding].sum()),
            float(needy[holding].sum()),
        )

    def sentences(self) -> Iterator[str]:
        """Say what the two ends of the range come to, who is tied, and what units would cover."""
        ends = list(dict.fromkeys((0, len(self.steps) - 1)))
        yield f"{pounds(self.amount)} pays {', or '.join(self._end(self.steps[i]) for i in ends)}."
        yield from (self._reach(self.steps[i]) for i in ends if len(self.steps[i].chosen))
        yield from self._ties()
        yield self._by_unit()
        yield from (f"{remark}." for remark in self.need.remarks())

    def _end(self, step: Step) -> str:
        year = money(step.each / step.years / 100)
        a_year = f" ({year} a year for {counted(step.years, 'year')})" if step.years > 1 else ""
        left = f" and leaves {money(step.left / 100)}" if step.left else ""
        return f"{counted(len(step.chosen), 'area')} {money(step.each / 100)} each{a_year}{left}"

    def _reach(self, step: Step) -> str:
        number, needy = self.within(step)
        a_head = money(step.paid / number / 100)
        outside = people(number - needy)
        which = "The area" if len(step.chosen) == 1 else f"The {len(step.chosen):,} areas"
        return (
            f"{which} of highest {self.ranking.by} hold "
            f"{percent(_part(needy, self.need.together))} of all people in need "
            f"({self.need.name}) and {outside} outside need; everybody there counted, it is "
            f"{a_head} a head."
        )

    def _ties(self) -> Iterator[str]:
        tied = [step for step in self.steps if step.tied]
        for step in tied[:1]:
            names = [self.places.names[row] for row in step.tied]
            more = f" (so in {len(tied) - 1} more of these rows)" if len(tied) > 1 else ""
            yield (
                f"At {money(step.each / 100)} each {named(names)} "
                f"{'is' if len(names) == 1 else 'are'} left out though equal to the last one "
                f"chosen, {self.places.names[step.chosen[-1]]}{more}; only the order of areas "
                "decided."
            )

    def _by_unit(self) -> str:
        told = []
        for unit in UNITS:
            _, holding, number, needy = self.covered(unit)
            outside = people(number - needy).removesuffix(" people")
            told.append(f"{outside} in {counted(holding, unit)}")
        return (
            "Paying every unit that holds anybody in need would also cover people outside need: "
            f"{', '.join(told)}."
        )


def _part(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def ranked(scenario: Scenario, by: str = NEED) -> Ranking:
    """Rank areas from the highest down by need or a column that compares them all."""
    places = scenario.geography_table
    need, why = None, ""
    if by == NEED:
        need, why = comparable_need(places, scenario.geography.need)
    elif places.less_need(by):
        why = f'column "{by}": {places.less_need(by)}'
    elif by in places.columns:
        need, why = comparable_need(places, by)
    else:
        hint = nearest(by, places.columns) or f"; there are {', '.join(places.columns)}"
        why = f'the table of areas has no column "{by}"{hint}'
    if need is None:
        raise InputError([Problem("--by", "", why.replace("--need", f"--by{_such_as(places)}"))])
    return Ranking(by, np.argsort(-need, kind="stable"), need)


def _such_as(places: Geography) -> str:
    """Name a few columns that compare areas of all nations."""
    scores = [
        name
        for name, about in places.about.items()
        if (about.comparable, about.aggregate) == ("uk", "mean")
        and about.more_means != "less need"
        and name in places.columns
    ]
    return f", such as {', '.join(scores[:3])}" if scores else ""


def amounts(each: int, to: int | None, steps: int) -> list[int]:
    """Give amounts from one to another, both included, in equal steps to the nearest penny.

    >>> amounts(100, 200, 3), amounts(100, None, 7)
    ([100, 150, 200], [100])
    """
    if each <= 0:
        raise InputError(
            [Problem("--each", "", f"found {pounds(each)}, expected more than nothing")]
        )
    if to is None or to == each:
        return [each]
    if to < each:
        message = f"found {pounds(to)}, expected no less than --each, {pounds(each)}"
        raise InputError([Problem("--to", "", message)])
    if not 2 <= steps <= MOST:
        message = f"found {steps}, expected 2 to {MOST}: both ends, and what lies between them"
        raise InputError([Problem("--steps", "", message)])
    return [each + round((to - each) * number / (steps - 1)) for number in range(steps)]


def breadth_of(
    scenario: Scenario,
    amount: int,
    each: Sequence[int],
    need: InNeed,
    *,
    years: Sequence[int] = (10,),
    by: str = NEED,
    a_year: bool = False,
) -> Breadth:
    """Hold amounts for each area, over so many years, against how many areas one pot can pay.

    With `a_year` amounts are for one year; otherwise for all years together.
    """
    ranking = ranked(scenario, by)
    steps = []
    for span in years:
        for one in each:
            whole = one * span if a_year else one
            chosen = ranking.order[: amount // whole]
            paid = whole * len(chosen)
            left = amount - paid
            steps.append(Step(whole, span, chosen, paid, left, ranking.tied(len(chosen))))
    return Breadth(scenario, amount, ranking, need, steps)
