"""Small matrices in plain Python, so that their bits are the same on every processor."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fundsim.portable import exp1, log1

Matrix = Sequence[Sequence[float]]

_DOUBLINGS = 200  # of a product: enough for any matrix whose powers vanish in float64 at all
_VANISHED = 1e-18
_GROWN = 1e30
_SINGULAR = 1e-12  # of a variance: less than this share of it is rounding


def times(one: Matrix, other: Matrix) -> list[list[float]]:
    """Multiply two matrices.

    >>> times([[1.0, 2.0]], [[3.0], [4.0]])
    [[11.0]]
    """
    columns = list(zip(*other, strict=True))
    return [
        [math.fsum(a * b for a, b in zip(row, column, strict=True)) for column in columns]
        for row in one
    ]


def turned(one: Matrix) -> list[list[float]]:
    """Give the transpose."""
    return [list(column) for column in zip(*one, strict=True)]


def plus(one: Matrix, other: Matrix) -> list[list[float]]:
    """Add two matrices."""
    return [
        [a + b for a, b in zip(row, beside, strict=True)]
        for row, beside in zip(one, other, strict=True)
    ]


def unit(size: int) -> list[list[float]]:
    """Give the identity."""
    return [[float(i == j) for j in range(size)] for i in range(size)]


def greatest(one: Matrix) -> float:
    """Give the largest entry, whatever its sign."""
    return max(abs(value) for row in one for value in row)


def radius(one: Matrix) -> float:
    """Give the spectral radius, within some parts in a thousand: |A^n|^(1/n) for a large n.

    >>> round(radius([[0.5, 1.0], [0.0, 0.25]]), 3)
    0.5
    """
    power, log_scale, n = [list(row) for row in one], 0.0, 1
    for _ in range(14):
        size = greatest(power)
        if not size:
            return 0.0
        power = [[value / size for value in row] for row in power]
        log_scale = 2 * (log_scale + log1(size))
        power, n = times(power, power), 2 * n
    return exp1((log_scale + log1(greatest(power) or 1.0)) / n)


def settled(step: Matrix, noise: Matrix) -> list[list[float]] | None:
    """Solve V = A V Aᵀ + S for V, or give None where powers of A do not vanish.

    By doubling: V ← V + A V Aᵀ, A ← A² (Smith, Matrix Equation XA + BX = C, SIAM Journal on Applied
    Mathematics 16, 1968).

    >>> settled([[0.5]], [[3.0]])
    [[4.0]]
    """
    whole, power = [list(row) for row in noise], [list(row) for row in step]
    for _ in range(_DOUBLINGS):
        whole = plus(whole, times(times(power, whole), turned(power)))
        power = times(power, power)
        if greatest(power) < _VANISHED:
            return whole
        if not greatest(power) < _GROWN:
            return None
    return None


def root(whole: Matrix) -> list[list[float]]:
    """Factor a matrix of covariances, V = L Lᵀ; what is a sum of the rows before it adds nothing.

    >>> root([[4.0, 2.0], [2.0, 1.0]])
    [[2.0, 0.0], [1.0, 0.0]]
    """
    size = len(whole)
    found = [[0.0] * size for _ in whole]
    for i in range(size):
        for j in range(i):
            if found[j][j]:
                done = math.fsum(found[i][k] * found[j][k] for k in range(j))
                found[i][j] = (whole[i][j] - done) / found[j][j]
        left = whole[i][i] - math.fsum(found[i][k] * found[i][k] for k in range(i))
        found[i][i] = math.sqrt(left) if left > _SINGULAR * whole[i][i] else 0.0
    return found


def fixed_point(step: Matrix, constant: Sequence[float]) -> list[float]:
    """Solve x = A x + c for x where powers of A vanish: the sum of A^k c, by doubling."""
    total = [[value] for value in constant]
    power = [list(row) for row in step]
    while greatest(power) >= _VANISHED:
        total = plus(total, times(power, total))
        power = times(power, power)
    return [row[0] for row in total]
