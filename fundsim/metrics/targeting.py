"""Whom money reaches: people in need, and places that an earlier programme reached.

Shapes and what is answered where nothing is paid are those of `inequality`. `need` is `(area,)`,
and more of it is more need. A need or an earlier amount that is not known raises ValueError.

Areas of equal need count as one area wherever people are ranked: nothing tells their people apart,
so that they share one rank, and a boundary that falls among them takes the same part of each. No
figure depends on the order in which areas stand.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fundsim.metrics.inequality import shares
from fundsim.money import Pence, Real
from fundsim.rules.working import whole

FIFTH, TENTH = 0.2, 0.1


def concentration(pence: Pence, population: Real, need: Real) -> Real:
    """How far money leans to people in need: 0 the same a head, near 1 all to the most deprived.

    C = Σ s_i (2 R_i − 1), with s an area's share of money and R the rank of its people by need from
    the least, 0 to 1, at their middle. It is twice the area between the concentration curve and the
    diagonal; below 0 money leans to the better off. Areas of equal need share one rank. Kakwani,
    Wagstaff and van Doorslaer, Socioeconomic inequalities in health, Journal of Econometrics 77,
    1997 (who rank people by income instead).
    """
    return _leaning(shares(pence, population), population, need)


def _leaning(share: Real, population: Real, need: Real) -> Real:
    levels = _by_need(population, need)
    middle = 1.0 - (2.0 * levels.reached - levels.people) / levels.reached[-1]
    return np.asarray(whole(share * middle[levels.of_area][:, np.newaxis])[0])


class _Levels(NamedTuple):
    """Levels of need from the most on: each area's, and people at a level and down to it."""

    of_area: NDArray[np.intp]
    people: Real
    reached: Real

    def part(self, begin: float, end: float) -> Real:
        """Give the part of each area that lies between two shares of people, `(area,)`."""
        before = self.reached - self.people
        inside = np.clip(end * self.reached[-1] - before, 0.0, self.people)
        inside -= np.clip(begin * self.reached[-1] - before, 0.0, self.people)
        return np.asarray((inside / self.people)[self.of_area])


def _by_need(population: Real, need: Real) -> _Levels:
    """Rank people by need, all areas of equal need at one level."""
    levels, of_area = np.unique(-known(need), return_inverse=True)
    of_area = of_area.reshape(-1)
    people = np.bincount(of_area, weights=population, minlength=len(levels)).astype(np.float64)
    return _Levels(of_area, people, np.add.accumulate(people))


def progressivity(pence: Pence, population: Real, need: Real) -> Real:
    """How far money leans to people in need beyond need itself: 0 is a share as of people × need.

    K = C − G, with C the concentration of money by need and G the Gini coefficient of need over
    people: Kakwani's index (Measurement of Tax Progressivity, Economic Journal 87, 1977) with need
    in the place of income and money in that of tax. Above 0 the most deprived get more than in
    proportion to their need. A need below 0 has no Gini coefficient and raises ValueError; where
    nobody is in need G is 0.
    """
    if (known(need) < 0).any():
        message = "need is below 0 somewhere; progressivity wants amounts of need, 0 for none"
        raise ValueError(message)
    of_need = shares((population * need)[:, np.newaxis], population)
    return concentration(pence, population, need) - _leaning(of_need, population, need)


def share_to_most_deprived(pence: Pence, population: Real, need: Real, part: float = FIFTH) -> Real:
    """The share of money that goes to the most deprived fifth of people.

    Areas count from the highest need down until a fifth (`part`) of people is reached; the area at
    the boundary, or each of those of equal need there, in proportion.
    """
    got = whole(_by_need(population, need).part(0.0, part)[:, np.newaxis] * pence)[0]
    total = pence.sum(axis=0).astype(np.float64)
    share = np.full(total.shape, part)
    np.divide(got, total, out=share, where=total > 0)
    return share


def per_head_by_need(pence: Pence, population: Real, need: Real, parts: int = 10) -> Real:
    """Pence a head in each tenth of people, the most deprived first, `(part, path)`.

    Areas are ranked and split at the boundaries as in `share_to_most_deprived`, so that the first
    two tenths get what the most deprived fifth does. Where nothing is paid it is 0.
    """
    people = np.add.accumulate(population)[-1] / parts
    answer = np.empty((parts, pence.shape[1]))
    for number, part in enumerate(parts_by_need(population, need, parts)):
        inside = np.flatnonzero(part)
        answer[number] = whole(part[inside, np.newaxis] * pence[inside])[0] / people
    return answer


def parts_by_need(population: Real, need: Real, parts: int = 10) -> list[Real]:
    """Say which part of each area is in each tenth of people, `(area,)`, the most deprived first.

    >>> halves = parts_by_need(np.array([1.0, 1.0, 2.0]), np.array([1.0, 1.0, 0.0]), 4)
    >>> [part.tolist() for part in halves][::2]
    [[0.5, 0.5, 0.0], [0.0, 0.0, 0.5]]
    """
    levels = _by_need(population, need)
    return [levels.part(number / parts, (number + 1) / parts) for number in range(parts)]


def share_to_reached(pence: Pence, population: Real, earlier: Real) -> Real:
    """The share of money that goes to areas that an earlier programme reached.

    `earlier` is what it gave each area, `(area,)`, in any unit.
    """
    reached = (known(earlier) > 0)[:, np.newaxis]
    return np.asarray(whole(shares(pence, population) * reached)[0])


def overlap(pence: Pence, population: Real, earlier: Real) -> Real:
    """The share of money that lies where that of an earlier programme lay: 1 is the same spread.

    Σ min(s_i, e_i), with e an area's share of the earlier money (Schoener, The Anolis lizards of
    Bimini, Ecology 49, 1968). It is 0 where the earlier programme gave nothing.
    """
    return np.asarray(whole(np.minimum(shares(pence, population), _earlier_shares(earlier)))[0])


def jaccard(pence: Pence, population: Real, earlier: Real) -> Real:
    """What two programmes' shares have in common, over what they cover together, 0 to 1.

    Σ min(s_i, e_i) / Σ max(s_i, e_i), the weighted Jaccard index, which is m / (2 − m) of the
    overlap m. Ružička, Anwendung mathematisch-statistischer Methoden in der Geobotanik, Biológia
    13, 1958.
    """
    common = overlap(pence, population, earlier)
    return common / (2.0 - common)


def _earlier_shares(earlier: Real) -> Real:
    if (known(earlier) < 0).any():
        message = "an earlier programme's amount is below 0; state what it gave, 0 for nothing"
        raise ValueError(message)
    total = np.add.accumulate(earlier)[-1]
    return (earlier / total if total > 0 else np.zeros_like(earlier))[:, np.newaxis]


def known(values: Real) -> Real:
    """Give figures back; one that is not known raises ValueError, since it cannot be ranked."""
    missing = int((~np.isfinite(values)).sum())
    if missing:
        message = f"a figure is missing for {missing} of {len(values)} areas; state it for all"
        raise ValueError(message)
    return values
