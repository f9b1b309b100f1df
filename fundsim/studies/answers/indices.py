"""How much of an answer's spread each assumption accounts for: Sobol's indices.

The first index of an assumption is the share of the variance that it makes by itself; its total one
is the share that it has a part in, together with others. Saltelli, Annoni, Azzini, Campolongo,
Ratto and Tarantola, Computer Physics Communications 181, 2010; by scipy. The runs are a sample A,
another one B, and for each assumption A with that one taken from B.

Intervals hold 95 in 100 resamples of the rows of A and B (percentiles). Points of a Sobol sequence
lie more evenly than such resamples, so that intervals are wider than they need to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fundsim.money import Real
from fundsim.results.table import Row, Table, plain
from fundsim.studies.answers.means import means_of, refuse, still
from fundsim.studies.designs import Indices
from fundsim.studies.pieces import Pieces
from fundsim.studies.plan import Look, Plan

COLUMNS = (
    *("measure", "basis", "assumption", "rank", "first", "first_low", "first_high"),
    *("total", "total_low", "total_high", "first_of_half", "total_of_half", "size", "runs"),
)
RESAMPLES = 999
LEAST = 3  # parts of one assumption, of which scipy wants two: each is worked out by itself
INSIDE = (0.025, 0.975)


@dataclass(frozen=True)
class Share:
    """One assumption's indices, each with its interval, and as half of the rows would give them."""

    assumption: str
    first: float
    first_ends: tuple[float, float]
    total: float
    total_ends: tuple[float, float]
    of_half: tuple[float, float]


@dataclass(frozen=True)
class Shares:
    """One measure's indices, the assumption of the largest total one first, or why it has none."""

    look: Look
    size: int
    runs: int
    shares: tuple[Share, ...]
    why_none: str = ""


def shares(plan: Plan, pieces: Pieces) -> list[Shares]:
    """Work out the indices of each measure's mean.

    RunError: the study samples no such design, a run of it failed or is missing, or no measure has
    a mean in every run that is not always the same.
    """
    _, block = plan.block(Indices)
    names = [block.name_of(key) for key in sorted(block.distributions)]
    made = [
        _shares(look, names, means, block.size)
        for look, means in zip(plan.looks, means_of(plan, pieces), strict=True)
    ]
    refuse(one.why_none for one in made)
    return made


def _shares(look: Look, names: Sequence[str], means: Real, size: int) -> Shares:
    why = still(look, means)
    if why:
        return Shares(look, size, len(means), (), why)
    parts = means.reshape(len(names) + 2, size)
    whole = indices(parts)
    half = indices(parts[:, : size // 2])
    drawn = _resampled(parts)
    found = [
        Share(
            assumption=name,
            first=float(whole[0, place]),
            first_ends=_ends(drawn[:, 0, place]),
            total=float(whole[1, place]),
            total_ends=_ends(drawn[:, 1, place]),
            of_half=(float(half[0, place]), float(half[1, place])),
        )
        for place, name in enumerate(names)
    ]
    found.sort(key=lambda one: (-one.total, one.assumption))
    return Shares(look, size, len(means), tuple(found))


def indices(parts: Real) -> Real:
    """Work out first and total indices, `(2, assumption)`, of figures by part and row.

    `parts` is `(2 + assumption, row)`: those of A, of B, and of A with each assumption of B.
    """
    from scipy.stats import sobol_indices

    mixed = parts[2:] if len(parts) > LEAST else np.repeat(parts[2:], 2, axis=0)
    figures = {"f_A": parts[0], "f_B": parts[1], "f_AB": mixed[:, np.newaxis]}
    made = sobol_indices(func=figures, n=parts.shape[1])
    both = np.array([np.ravel(made.first_order), np.ravel(made.total_order)])
    return both[:, : len(parts) - 2]


def _resampled(parts: Real) -> Real:
    """Work them out of rows drawn with replacement, `(resample, 2, assumption)`."""
    generator = np.random.default_rng(0)  # the same resamples for everybody
    size = parts.shape[1]
    rows = generator.integers(size, size=(RESAMPLES, size))
    return np.array([indices(parts[:, each]) for each in rows])


def _ends(drawn: Real) -> tuple[float, float]:
    low, high = np.quantile(drawn, INSIDE)
    return float(low), float(high)


def table_of_shares(made: Sequence[Shares]) -> Table:
    """Write indices as one table, a row an assumption and measure, in the order of their totals."""
    return Table("indices", COLUMNS, lambda: _rows(made))


def _rows(made: Sequence[Shares]) -> Iterator[Row]:
    for one in made:
        for rank, share in enumerate(one.shares, start=1):
            figures: Mapping[str, float] = {
                "first": share.first,
                "first_low": share.first_ends[0],
                "first_high": share.first_ends[1],
                "total": share.total,
                "total_low": share.total_ends[0],
                "total_high": share.total_ends[1],
                "first_of_half": share.of_half[0],
                "total_of_half": share.of_half[1],
            }
            head = one.look.measure, one.look.basis, share.assumption, str(rank)
            yield *head, *map(plain, figures.values()), str(one.size), str(one.runs)
