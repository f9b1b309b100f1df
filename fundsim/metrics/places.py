"""The catalogue of measures of how money is spread over places and people.

A measure takes one `Spreading` and answers with one figure a path; a breakdown answers with one for
each group and path. The docstring's first line is the public description. Each says what it cannot
do without (`lacks`), and is left empty then. The arithmetic is in `inequality` and `targeting`,
which say what is answered where nothing is paid. Where people are ranked by need, areas of equal
need count as one area, and a boundary that falls among them takes the same part of each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, NamedTuple, TypeVar, get_args

import numpy as np

from fundsim.metrics import inequality, targeting
from fundsim.metrics.inequality import Group
from fundsim.money import Pence, Real
from fundsim.places import Geography

Level = Literal["nation", "region", "foundation"]
SpreadUnit = Literal["ratio", "share", "areas", "pounds"]
Wanted = Literal["need", "need_amount", "earlier", "yearly", "minimum", "discount", Level]

LEVELS: tuple[Level, ...] = get_args(Level)
AVERSIONS = {"half": 0.5, "one": 1.0, "two": 2.0}
TENTHS = ("1 (most deprived)", *(str(tenth) for tenth in range(2, 10)), "10 (least deprived)")


@dataclass(frozen=True)
class Spreading:
    """Money by area on every path, and what it is measured against.

    `pence` is `(area, path)` and covers `years` years; `yearly` is the same year by year, where it
    is known. `population`, `need` and `earlier` (what an earlier programme gave, in any unit) are
    `(area,)`; `groups` holds the names of each level's groups and each area's group. `minimum` is
    the least viable pence a year, `discount` a yearly rate; both are off unless stated.
    """

    pence: Pence
    population: Real
    need: Real | None = None
    groups: Mapping[Level, tuple[Sequence[str], Group]] = field(default_factory=dict)
    earlier: Real | None = None
    yearly: Sequence[Pence] | Pence | None = None
    years: int = 1
    minimum: int | None = None
    discount: float | None = None

    @classmethod
    def over(
        cls,
        geography: Geography,
        pence: Pence,
        *,
        need: Real | None = None,
        earlier: Real | None = None,
        yearly: Sequence[Pence] | Pence | None = None,
        years: int = 1,
        minimum: int | None = None,
        discount: float | None = None,
    ) -> Spreading:
        """Look at money between all areas of a geography, with their people and groups."""
        return cls(
            pence,
            geography.population.astype(np.float64),
            need=need,
            groups={level: geography.members(level) for level in LEVELS},
            earlier=earlier,
            yearly=yearly,
            years=years if yearly is None else len(yearly),
            minimum=minimum,
            discount=discount,
        )

    def lacks(self, what: Wanted) -> str:
        """Say in words what is missing for a measure; nothing where it is there."""
        if what not in _WANTS:
            return "" if what in self.groups else f"no {what} is known of areas"
        want = _WANTS[what]
        value = getattr(self, want.attribute)
        if value is None:
            return f"no {want.words} is stated"
        return want.flaw(value) if isinstance(value, np.ndarray) else ""


class _Want(NamedTuple):
    """What a measure wants of a view, in words; a column may have to be an amount of 0 or more."""

    attribute: str
    words: str
    amount: bool = False

    def flaw(self, column: Real) -> str:
        missing, below = int((~np.isfinite(column)).sum()), int((column < 0).sum())
        if missing:
            return f"{self.words} is not known for {missing} of {len(column)} areas"
        if self.amount and below:
            return f"{self.words} is below 0 in {below} of {len(column)} areas"
        return ""


_WANTS: Mapping[str, _Want] = {
    "need": _Want("need", "need"),
    "need_amount": _Want("need", "need", amount=True),
    "earlier": _Want("earlier", "money of an earlier programme", amount=True),
    "yearly": _Want("yearly", "amount year by year"),
    "minimum": _Want("minimum", "viable minimum"),
    "discount": _Want("discount", "discount rate"),
}


@dataclass(frozen=True)
class Spread:
    """One measure; `direction` is +1 where more is better, -1 less, 0 neither.

    `infinite` says in words what an infinite figure means, where there can be one: tables leave it
    empty and show the words. A figure in pounds is in pence.
    """

    name: str
    title: str
    unit: SpreadUnit
    direction: int
    needs: tuple[Wanted, ...]
    measure: Callable[[Spreading], Real]
    infinite: str = ""

    def lacks(self, view: Spreading) -> str:
        """Say in words why there is no figure; nothing where there is one."""
        return _lacking(self.needs, view)

    def of(self, view: Spreading) -> Real | None:
        """Measure, `(path,)`; None where something is lacking."""
        return None if self.lacks(view) else self.measure(view)


@dataclass(frozen=True)
class Breakdown:
    """One measure by group: `names` gives the groups, `measure` their figures, `(group, path)`."""

    name: str
    title: str
    unit: SpreadUnit
    needs: tuple[Wanted, ...]
    names: Callable[[Spreading], Sequence[str]]
    measure: Callable[[Spreading], Real]

    def lacks(self, view: Spreading) -> str:
        """Say in words why there are no figures; nothing where there are."""
        return _lacking(self.needs, view)

    def of(self, view: Spreading) -> tuple[Sequence[str], Real] | None:
        """Measure by group; None where something is lacking."""
        return None if self.lacks(view) else (self.names(view), self.measure(view))


def _lacking(needs: Sequence[Wanted], view: Spreading) -> str:
    return "; ".join(words for words in map(view.lacks, needs) if words)


SPREADS: dict[str, Spread] = {}
BREAKDOWNS: dict[str, Breakdown] = {}

Measure = Callable[[Spreading], Real]
_T = TypeVar("_T")


def _stated(value: _T | None) -> _T:
    """Give back what a measure needs; `of` has asked for it, who calls a measure alone has not."""
    if value is None:
        message = "a measure was called for a view that lacks what it needs; call `of` instead"
        raise ValueError(message)
    return value


def spread(
    unit: SpreadUnit, direction: int, *needs: Wanted, infinite: str = ""
) -> Callable[[Measure], Measure]:
    """Enter a function into the catalogue under its own name."""

    def enter(function: Measure) -> Measure:
        name, title = function.__name__, (function.__doc__ or "").strip().splitlines()[0]
        SPREADS[name] = Spread(name, title, unit, direction, needs, function, infinite)
        return function

    return enter


@spread("ratio", -1)
def gini_per_head(view: Spreading) -> Real:
    """How unevenly money is spread over people (Gini): 0 is the same a head everywhere."""
    return inequality.gini_per_head(view.pence, view.population)


@spread("ratio", -1)
def theil(view: Spreading) -> Real:
    """How unevenly money is spread over people (Theil's T): 0 is the same a head everywhere."""
    return inequality.theil(view.pence, view.population)


def atkinson(aversion: float, name: str) -> Spread:
    """Make the measure of Atkinson at an aversion to inequality, to be called by a name."""

    def measure(view: Spreading) -> Real:
        return inequality.atkinson(view.pence, view.population, aversion)

    words = f"The share of money that could be spared if all got the same (Atkinson, {aversion:g})."
    return Spread(name, words, "share", -1, (), measure)


@spread("share", -1)
def hoover(view: Spreading) -> Real:
    """The share of money that would have to move for all to get the same a head (Hoover)."""
    return inequality.hoover(view.pence, view.population)


@spread("ratio", -1, infinite="the least funded tenth of people get nothing")
def ratio_90_10(view: Spreading) -> Real:
    """Pounds a head at the 90th percentile of people over those at the 10th."""
    return inequality.percentile_ratio(view.pence, view.population)


@spread("ratio", 1, "need")
def concentration(view: Spreading) -> Real:
    """How far money leans to people in need: 0 is the same a head, below 0 to the better off."""
    return targeting.concentration(view.pence, view.population, _stated(view.need))


@spread("ratio", 1, "need_amount")
def progressivity(view: Spreading) -> Real:
    """How far money leans to people in need beyond need itself (Kakwani): 0 is in proportion."""
    return targeting.progressivity(view.pence, view.population, _stated(view.need))


@spread("share", 1, "need")
def share_to_most_deprived_fifth(view: Spreading) -> Real:
    """The share of money that goes to the most deprived fifth of people (ties are split alike)."""
    return _share_to(view, targeting.FIFTH)


@spread("share", 1, "need")
def share_to_most_deprived_tenth(view: Spreading) -> Real:
    """The share of money that goes to the most deprived tenth of people (ties are split alike)."""
    return _share_to(view, targeting.TENTH)


def _share_to(view: Spreading, part: float) -> Real:
    need = _stated(view.need)
    return targeting.share_to_most_deprived(view.pence, view.population, need, part)


@spread("areas", -1, "minimum")
def areas_under_minimum(view: Spreading) -> Real:
    """How many areas get less than the viable minimum a year, those with nothing among them."""
    return inequality.areas_under(view.pence, _stated(view.minimum), years=view.years)


@spread("ratio", -1, "yearly")
def volatility(view: Spreading) -> Real:
    """How much what a place gets changes from one year to the next: 0 not at all, 2 wholly."""
    return inequality.volatility(_stated(view.yearly), view.population)


@spread("share", 0, "earlier")
def share_to_reached_before(view: Spreading) -> Real:
    """The share of money that goes to areas that the earlier programme reached."""
    return targeting.share_to_reached(view.pence, view.population, _stated(view.earlier))


@spread("share", 0, "earlier")
def overlap_with_earlier(view: Spreading) -> Real:
    """The share of money that lies where the earlier programme's lay: 1 is the same spread."""
    return targeting.overlap(view.pence, view.population, _stated(view.earlier))


@spread("ratio", 0, "earlier")
def jaccard_with_earlier(view: Spreading) -> Real:
    """What the shares of both programmes have in common over what they cover (Jaccard)."""
    return targeting.jaccard(view.pence, view.population, _stated(view.earlier))


@spread("pounds", 1, "yearly", "discount")
def present_value(view: Spreading) -> Real:
    """What all yearly amounts are worth in the first year, at the discount rate."""
    totals = (pence.sum(axis=0) for pence in _stated(view.yearly))
    return inequality.present_value(totals, _stated(view.discount)) / 100


def _enter_levels() -> None:
    """Enter Theil's parts and the gap to population shares, for each level of groups."""

    def between(view: Spreading, *, level: Level) -> Real:
        return _parts(view, level).between

    def within(view: Spreading, *, level: Level) -> Real:
        return _parts(view, level).within

    def apart(view: Spreading, *, level: Level) -> Real:
        return inequality.dissimilarity(view.pence, view.population, view.groups[level][1])

    for level in LEVELS:
        words = {
            f"theil_between_{level}s": (f"The part of Theil's T between {level}s.", between),
            f"theil_within_{level}s": (f"The part of Theil's T within {level}s.", within),
            f"gap_between_{level}s": (
                f"The share of money that would have to move for every {level} to get its due.",
                apart,
            ),
        }
        for name, (title, measure) in words.items():
            unit: SpreadUnit = "share" if measure is apart else "ratio"
            SPREADS[name] = Spread(name, title, unit, -1, (level,), partial(measure, level=level))


def _parts(view: Spreading, level: Level) -> inequality.TheilParts:
    return inequality.theil_parts(view.pence, view.population, view.groups[level][1])


def _enter_breakdowns() -> None:
    """Enter pounds a head by tenth of people, and each level's gaps and parts of Theil's T."""

    def by_tenth(view: Spreading) -> Real:
        return targeting.per_head_by_need(view.pence, view.population, _stated(view.need))

    def gaps(view: Spreading, *, level: Level) -> Real:
        return inequality.gaps(view.pence, view.population, view.groups[level][1])

    def named(view: Spreading, *, level: Level) -> Sequence[str]:
        return view.groups[level][0]

    name = "per_head_by_tenth"
    words = "Pounds a head in each tenth of people by deprivation (ties are split alike)."
    BREAKDOWNS[name] = Breakdown(name, words, "pounds", ("need",), lambda _: TENTHS, by_tenth)
    for level in LEVELS:
        name, words = f"gap_by_{level}", f"Each {level}'s share of money less its share of people."
        names, measure = partial(named, level=level), partial(gaps, level=level)
        BREAKDOWNS[name] = Breakdown(name, words, "share", (level,), names, measure)


for _name, _aversion in AVERSIONS.items():
    SPREADS[f"atkinson_{_name}"] = atkinson(_aversion, f"atkinson_{_name}")
_enter_levels()
_enter_breakdowns()
