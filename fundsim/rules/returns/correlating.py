"""Correlations of pairs of assets, and the factor of a matrix that makes normals agree."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import numpy as np

from fundsim.errors import nearest
from fundsim.money import Real
from fundsim.rules.base import Fault

SINGULAR = 1e-9  # of a variance: what is left of it to an asset must be more than this share

Pairs = Mapping[str, Mapping[str, float]]
"""Correlations by name of one asset and of the other, each pair once."""


def correlation(pairs: Pairs, one: str, other: str) -> float:
    """Give the correlation of two assets, stated from either side."""
    stated = pairs.get(one, {}).get(other)
    return pairs[other][one] if stated is None else stated


def no_limit(one: str, other: str, value: float) -> bool:  # noqa: ARG001 - none of them matters
    """Say of any correlation that two assets can have it."""
    return True


def refuse_pairs(
    pairs: Pairs,
    known: Collection[str],
    risky: Sequence[str],
    covariance: Callable[[], list[list[float]]],
    *,
    key: str = "correlations",
    possible: Callable[[str, str, float], bool] = no_limit,
) -> None:
    """Raise Fault unless each pair of risky assets is stated once and markets can move like that.

    `covariance` gives the lower triangle of what must be positive definite; `possible` says whether
    two assets can have a correlation at all.
    """
    faults = list(_faults_of_pairs(pairs, known, risky, possible))
    if not faults and cholesky(covariance()) is None:
        contradiction = "no markets move like this: the matrix is not positive definite"
        faults = [f"{contradiction}; bring some of them closer to 0"]
    if faults:
        raise Fault("; ".join(faults), key)


def _faults_of_pairs(
    pairs: Pairs,
    known: Collection[str],
    risky: Sequence[str],
    possible: Callable[[str, str, float], bool],
) -> Iterator[str]:
    seen: set[frozenset[str]] = set()
    for one, row in pairs.items():
        for other, value in row.items():
            pair = frozenset((one, other))
            if pair in seen:
                yield f"the pair {one}, {other} is stated twice"
            else:
                yield from _faults_of_pair(known, one, other, value, possible)
            seen.add(pair)
    for i, one in enumerate(risky):
        for other in risky[:i]:
            if frozenset((one, other)) not in seen:
                yield f"the pair {one}, {other} is missing; state 0 if they are independent"


def _faults_of_pair(
    known: Collection[str],
    one: str,
    other: str,
    value: float,
    possible: Callable[[str, str, float], bool],
) -> Iterator[str]:
    unknown = [name for name in (one, other) if name not in known]
    for name in unknown:
        yield f'there is no asset "{name}"{nearest(name, known)}'
    if unknown:
        return
    if one == other:
        yield f"{one} is correlated with itself; leave it out"
    elif not -1 <= value <= 1:
        yield f"{value} for {one}, {other} is not between -1 and 1"
    elif not possible(one, other, value):
        yield f"{one} and {other} are too volatile for {value}; bring it closer to 0"


def loadings(roots: Sequence[Sequence[float]], names: Sequence[str]) -> dict[str, dict[str, float]]:
    """Give by asset, and by the asset whose shock it is, how far a shock moves it; zeros left out.

    Each row of a factor belongs to an asset, which moves with the shocks up to its own.
    """
    return {
        name: {other: root for other, root in zip(names, row, strict=False) if root}
        for name, row in zip(names, roots, strict=True)
    }


def combine(
    weights: Mapping[str, float], shocks: Mapping[str, Real], total: Real, term: Real
) -> None:
    """Put Σ loading_j · shock_j into `total`, with the help of `term`.

    The two are of the shocks' shape and used over and over, which spares the time of making them.
    """
    (first, loading), *others = weights.items()
    np.multiply(shocks[first], loading, out=total)
    for name, other in others:
        total += np.multiply(shocks[name], other, out=term)


def cholesky(lower: list[list[float]]) -> list[list[float]] | None:
    """Factor a positive definite matrix, given by its lower triangle; None if it is not one.

    Own code, since a library's result depends on the processor (Golub and Van Loan, Matrix
    Computations, 4th edition, algorithm 4.2.1).

    >>> cholesky([[4.0], [2.0, 2.0]])
    [[2.0], [1.0, 1.0]]
    >>> cholesky([[1.0], [2.0, 1.0]]) is None
    True
    """
    roots: list[list[float]] = []
    for i, row in enumerate(lower):
        root: list[float] = []
        for j in range(i):
            rest = row[j] - math.fsum(root[k] * roots[j][k] for k in range(j))
            root.append(rest / roots[j][j])
        left = row[i] - math.fsum(value * value for value in root)
        if not left > SINGULAR * row[i]:
            return None
        roots.append([*root, math.sqrt(left)])
    return roots
