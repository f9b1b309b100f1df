"""What a comparison looks at, and what it keeps of each block of paths.

Rules are compared path by path on the same paths. What is kept are exact sums and squares of what
areas and groups have, and of how far that is from what they have under the first rule; how many
paths gain and lose; and one figure a path of each measure. Units of paths are kept apart and joined
in order, so that neither blocks nor workers show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fundsim.metrics.places import BREAKDOWNS, LEVELS, Spread, Spreading
from fundsim.metrics.series import Basis
from fundsim.metrics.statistics import Moments
from fundsim.money import Pence, Real
from fundsim.places import Geography
from fundsim.rules.need import Blend, Need, combined

USUAL = (
    *("gini_per_head", "theil", "hoover", "ratio_90_10", "concentration", "progressivity"),
    *("share_to_most_deprived_fifth", "share_to_most_deprived_tenth", "areas_under_minimum"),
    *("share_to_reached_before", "overlap_with_earlier"),
)
"""Measures that are taken unless others are named; those year by year cost as much as a run."""
BY_STATED_NEED = ("share_to_most_deprived_fifth", "share_to_most_deprived_tenth")
"""Measures that ask who is most deprived by the scenario's own need, as a run does."""
TENTHS = 10

Groups = Mapping[str, tuple[Sequence[str], NDArray[np.int64]]]
"""By level, the names of its groups and each area's group, `(area,)`."""


class Outcome(Protocol):
    """What a rule makes of a block of paths."""

    def over_all(self, measure: str, basis: Basis) -> Pence:
        """What areas have over the whole run, `(area, path)`."""

    def by_year(self, measure: str, basis: Basis) -> Sequence[Pence]:
        """What areas have in each year, `(area, path)`."""


@dataclass(frozen=True)
class Sums:
    """Moments over paths of members' money and of its distance from the first rule's, by unit."""

    own: list[Moments]
    apart: list[Moments]

    @classmethod
    def of(cls, pence: Pence, apart: Pence) -> Sums:
        """Take the moments of `(member, path)`."""
        return cls(Moments.of_units(pence), Moments.of_units(apart))


@dataclass(frozen=True)
class Part:
    """What is kept of one rule on some paths.

    `gaining` and `losing` count paths on which an area has more or less than under the first rule,
    `gained` and `lost` sum by how much, `(area,)`. `measures` are `(path,)`. `tenths` are pence a
    head in each tenth of people by need, `(tenth, path)`; None where need ranks nobody.
    """

    areas: Sums
    groups: Mapping[str, Sums]
    gaining: Pence
    losing: Pence
    gained: Pence
    lost: Pence
    measures: Mapping[str, Real]
    tenths: Real | None


@dataclass(frozen=True)
class Looking:
    """What is looked at: areas and their groups, need, and which measures, in which pounds.

    `need` is None where it cannot compare all areas; `why` says so. `stated` is the scenario's need
    all the same, each nation on its own scale. Called with the outcomes of all rules on some paths,
    the first rule's first, it gives what is kept of each.
    """

    geography: Geography
    need: Real | None
    stated: Real
    why: str
    groups: Groups
    measure: str
    basis: Basis
    years: int
    spreads: Mapping[str, Spread]
    earlier: Real | None = None
    minimum: int | None = None
    discount: float | None = None

    def __call__(self, outcomes: Sequence[Outcome]) -> list[Part]:
        """Keep what is wanted of a block of paths."""
        pences = [outcome.over_all(self.measure, self.basis) for outcome in outcomes]
        return [
            self.part(pence, pences[0], outcome.by_year(self.measure, self.basis))
            for pence, outcome in zip(pences, outcomes, strict=True)
        ]

    def part(self, pence: Pence, base: Pence, yearly: Sequence[Pence] | None) -> Part:
        """Keep what is wanted of one rule, `(area, path)`, held against the first."""
        apart, view = pence - base, self.view(pence, yearly)
        groups = {
            level: Sums.of(_grouped(pence, *group), _grouped(apart, *group))
            for level, group in self.groups.items()
        }
        return Part(
            Sums.of(pence, apart),
            groups,
            (apart > 0).sum(axis=1),
            (apart < 0).sum(axis=1),
            np.maximum(apart, 0).sum(axis=1),
            np.minimum(apart, 0).sum(axis=1),
            dict(self._measured(view)),
            None if self.need is None else BREAKDOWNS["per_head_by_tenth"].measure(view),
        )

    def _measured(self, view: Spreading) -> Iterator[tuple[str, Real]]:
        by_stated = replace(view, need=self.stated)
        for name, spread in self.spreads.items():
            figure = spread.of(by_stated if name in BY_STATED_NEED else view)
            if figure is not None:
                yield name, figure

    def view(self, pence: Pence, yearly: Sequence[Pence] | None) -> Spreading:
        """Give money by area as measures see it."""
        return Spreading.over(
            self.geography,
            pence,
            need=self.need,
            earlier=self.earlier,
            yearly=yearly,
            years=self.years,
            minimum=self.minimum,
            discount=self.discount,
        )

    def lacking(self) -> dict[str, str]:
        """Say of each measure that is wanted and cannot be taken what is missing for it."""
        view = self.view(np.zeros((len(self.geography), 1), np.int64), None)
        ranked = [name for name in self.spreads if name not in BY_STATED_NEED]
        told = {name: self.spreads[name].lacks(view) for name in ranked}
        yearly = "no amount year by year is stated"  # it is, wherever there are years
        return {
            name: self.why if self.why and "need" in why else why
            for name, why in told.items()
            if why and why != yearly
        }


def _grouped(pence: Pence, names: Sequence[str], group: NDArray[np.int64]) -> Pence:
    """Sum areas over groups, `(group, path)`."""
    sums = np.zeros((len(names), pence.shape[1]), np.int64)
    np.add.at(sums, group, pence)
    return sums


def groups_of(
    geography: Geography, need: Real | None
) -> dict[str, tuple[Sequence[str], NDArray[np.int64]]]:
    """Group areas by nation, region, foundation, and tenth of people by need where it is known."""
    found: dict[str, tuple[Sequence[str], NDArray[np.int64]]] = {}
    found["all"] = ("everybody",), np.zeros(len(geography), np.int64)
    found |= {level: geography.members(level) for level in LEVELS}
    if need is not None:
        found["tenth"] = tuple(map(str, range(1, TENTHS + 1))), tenth_of(geography, need)
    return found


def tenth_of(geography: Geography, need: Real) -> NDArray[np.int64]:
    """Put each area into a tenth of people by need, 0 the most deprived, by its middle person.

    Areas of equal need count as one area, so that all of them are in one tenth.
    """
    levels, of_area = np.unique(-need, return_inverse=True)
    of_area = of_area.reshape(-1)
    people = np.zeros(len(levels), np.int64)
    np.add.at(people, of_area, geography.population)
    reached = people.cumsum()
    middle = reached - people / 2
    tenth = np.minimum((middle * TENTHS / reached[-1]).astype(np.int64), TENTHS - 1)
    return np.asarray(tenth[of_area])


def comparable_need(geography: Geography, need: Need) -> tuple[Real | None, str]:
    """Read need where it compares all areas; else say why it does not."""
    nations = set(geography.nations)
    if len(nations) == 1:
        return combined(geography, need), ""
    names = _columns(need)
    own = [n for n in names if n in geography.about and geography.about[n].comparable == "nation"]
    if isinstance(need, (str, Blend)) and not own:
        return combined(geography, need), ""
    what = " and ".join(own) or "one column a nation"
    return None, (
        f"need ({what}) has a scale of its own in each nation and cannot rank areas of "
        f"{', '.join(sorted(nations))}; keep to one nation, or name a column comparable across "
        "the UK with --need"
    )


def _columns(need: Need) -> list[str]:
    if isinstance(need, str):
        return [need]
    return list(need.columns if isinstance(need, Blend) else need.values())
