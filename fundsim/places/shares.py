"""Where money ends: from a pot to foundations, and from a foundation to its areas.

The ledger ends at foundations. What an area was allotted or paid up to a date is its foundation's
cumulated pence shared out by fixed fractions, and a year is the difference of two such; fixed
shares of yearly sums would drift by pence, this never does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fundsim.money import Pence, Real, fractions
from fundsim.places.geography import Geography


@dataclass(frozen=True)
class Lot:
    """Rounds with the same fractions: how far into its foundation's money each area reaches.

    `upper` is the running share up to and with the area, `lower` up to the one before; `(area,)`,
    or `(area, path)` where a rule's proportions depend on the pot.
    """

    lower: Real
    upper: Real

    @classmethod
    def of(cls, weights: Real, geography: Geography) -> Lot:
        """Make a lot from the areas' weights, `(area,)` or `(area, path)`.

        A foundation whose areas all weigh nothing gets nothing; its fractions then do not matter.
        """
        upper = np.empty(weights.shape)
        lower = np.zeros(weights.shape)
        for rows in rows_of_foundations(geography):
            own = weights[rows]
            empty = own.sum(axis=0) == 0
            reached = fractions(np.where(empty, 1.0, own), of="a foundation's areas")
            upper[rows] = reached
            lower[rows][1:] = reached[:-1]
        return cls(lower, upper)

    @property
    def width(self) -> Real:
        """Each area's share of its foundation."""
        return self.upper - self.lower


def rows_of_foundations(geography: Geography) -> list[slice]:
    """Give each foundation's rows; a foundation's areas stand together."""
    starts = np.flatnonzero(np.diff(geography.foundation_of, prepend=-1))
    ends = [*starts[1:], len(geography)]
    return [slice(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]


def foundation_weights(weights: Real, geography: Geography) -> Real:
    """Sum the areas' weights over each foundation, `(foundation,)`."""
    count = len(geography.foundations)
    sums = np.bincount(geography.foundation_of, weights=weights, minlength=count)
    return sums.astype(np.float64)


def foundation_pence(pence: Pence, geography: Geography) -> Pence:
    """Sum the areas' pence over each foundation, `(foundation, path)`."""
    starts = [rows.start for rows in rows_of_foundations(geography)]
    return np.add.reduceat(pence, starts, axis=0)


def areas_share(cumulated: Pence, lot: Lot, geography: Geography) -> Pence:
    """Share each foundation's cumulated pence, `(foundation, path)`, among its areas."""
    pence = cumulated[geography.foundation_of]
    if lot.upper.ndim == 1:
        return _between(lot.lower[:, np.newaxis], lot.upper[:, np.newaxis], pence)
    return _between(lot.lower, lot.upper, pence)


def areas_of_one(cumulated: Pence, lot: Lot, rows: slice) -> Pence:
    """Share one foundation's cumulated pence, `(year, path)`, among its areas, one lot for all.

    The answer is `(area, year, path)`, cumulated as its input is.
    """
    lower, upper = (reach[rows, np.newaxis, np.newaxis] for reach in (lot.lower, lot.upper))
    return _between(lower, upper, cumulated)


def _between(lower: Real, upper: Real, pence: Pence) -> Pence:
    return (np.rint(upper * pence) - np.rint(lower * pence)).astype(np.int64)
