"""Where money ends: from a pot to foundations, and from a foundation to its areas.

The ledger ends at foundations. What an area was allotted or paid up to a date is its foundation's
cumulated pence shared out by fixed fractions, and a year is the difference of two such; fixed
shares of yearly sums would drift by pence, this never does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fundsim.money import Pence, Real, apportion, fractions


@dataclass(frozen=True)
class Lot:
    """Rounds with the same fractions: how far into its foundation's money each area reaches.

    `upper` is the running share up to and with the area, `lower` up to the one before; `(area,)`,
    or `(area, path)` where a rule's proportions depend on the pot. `foundation_of` says which
    foundation's money that is, `(area,)`.
    """

    lower: Real
    upper: Real
    foundation_of: Pence

    @classmethod
    def of(cls, weights: Real, foundation_of: Pence) -> Lot:
        """Make a lot from the areas' weights, `(area,)` or `(area, path)`.

        A foundation whose areas all weigh nothing gets nothing; its fractions then do not matter.
        """
        upper = np.empty(weights.shape)
        lower = np.zeros(weights.shape)
        for rows in rows_of_foundations(foundation_of).values():
            own = weights[rows]
            empty = own.sum(axis=0) == 0
            reached = fractions(np.where(empty, 1.0, own), of="a foundation's areas")
            upper[rows] = reached
            lower[rows[1:]] = reached[:-1]
        return cls(lower, upper, foundation_of)

    def handed_over(self, giver: int, taker: int) -> Lot:
        """Give the lot of what one foundation hands over to another: for its own areas alone."""
        theirs = self.foundation_of == giver
        own = theirs if self.upper.ndim == 1 else theirs[:, np.newaxis]
        return Lot(
            np.where(own, self.lower, 0.0),
            np.where(own, self.upper, 0.0),
            np.where(theirs, taker, self.foundation_of),
        )

    @property
    def width(self) -> Real:
        """Each area's share of its foundation."""
        return self.upper - self.lower


def rows_of_foundations(foundation_of: Pence) -> dict[int, Pence]:
    """Give each foundation's areas, by the foundation's row; one without areas is left out."""
    return {int(row): np.flatnonzero(foundation_of == row) for row in np.unique(foundation_of)}


def foundation_weights(weights: Real, foundation_of: Pence, foundations: int) -> Real:
    """Sum the areas' weights over each foundation, `(foundation,)`."""
    sums = np.bincount(foundation_of, weights=weights, minlength=foundations)
    return sums.astype(np.float64)


def foundation_pence(pence: Pence, foundation_of: Pence, foundations: int) -> Pence:
    """Sum the areas' pence over each foundation, `(foundation, path)`."""
    sums = np.zeros((foundations, pence.shape[1]), np.int64)
    for row, areas in rows_of_foundations(foundation_of).items():
        sums[row] = pence[areas].sum(axis=0)
    return sums


def shared_out(pot: Pence, weights: Real, foundation_of: Pence, foundations: int) -> Pence:
    """Share a pot, `(path,)`, to foundations and by them to their areas, `(area, path)`."""
    reach = fractions(foundation_weights(weights, foundation_of, foundations))
    return areas_share(apportion(pot, reach), Lot.of(weights, foundation_of))


def areas_share(cumulated: Pence, lot: Lot) -> Pence:
    """Share each foundation's cumulated pence, `(foundation, path)`, among its areas."""
    pence = cumulated[lot.foundation_of]
    if lot.upper.ndim == 1:
        return _between(lot.lower[:, np.newaxis], lot.upper[:, np.newaxis], pence)
    return _between(lot.lower, lot.upper, pence)


def areas_of_one(cumulated: Pence, lot: Lot, areas: Pence) -> Pence:
    """Share one foundation's cumulated pence, `(year, path)`, among its areas, one lot for all.

    The answer is `(area, year, path)`, cumulated as its input is.
    """
    lower, upper = (reach[areas, np.newaxis, np.newaxis] for reach in (lot.lower, lot.upper))
    return _between(lower, upper, cumulated)


def _between(lower: Real, upper: Real, pence: Pence) -> Pence:
    return (np.rint(upper * pence) - np.rint(lower * pence)).astype(np.int64)
