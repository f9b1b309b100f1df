"""Student's t, cut off where everything is lost, with the same bits everywhere."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fundsim.chance import UNIT, Streams
from fundsim.money import Real
from fundsim.portable import exp1, log, log1

_SMALLEST = -700.0  # an exponent below which a share of one is nothing
_CLOSE = 1e-15
_MOST_TURNS = 200
_SQUEEZE = 0.0331  # of x⁴: below 1 less this a proposal is kept for certain
_FAR_ENOUGH = 10.0  # where Stirling's series has the digits of a float


def _raised(base: float, power: float) -> float:
    exponent = power * log1(base)
    return exp1(exponent) if exponent > _SMALLEST else 0.0


def _log_factorial(z: float) -> float:
    """Give ln Γ(z) by Stirling's series, after steps up (Abramowitz and Stegun 6.1.15, 6.1.41)."""
    down = 0.0
    while z < _FAR_ENOUGH:
        down += log1(z)
        z += 1
    w = 1 / (z * z)
    series = (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w / 1188)))) / z
    return (z - 0.5) * log1(z) - z + log1(2 * math.pi) / 2 + series - down


def density(t: float, freedom: float) -> float:
    """Give the density of Student's t.

    >>> round(density(0.0, 4.0), 12)
    0.375
    """
    half = _log_factorial((freedom + 1) / 2) - _log_factorial(freedom / 2)
    at_nought = exp1(half) / math.sqrt(freedom * math.pi)
    return at_nought * _raised(1 + t * t / freedom, -(freedom + 1) / 2)


def above(t: float, freedom: float) -> float:
    """Give the probability that Student's t is above a positive number.

    Half the incomplete beta function at v / (v + t²), by its power series (Abramowitz and Stegun
    26.5.4 and 26.7.1).

    >>> round(above(2.131846786, 4.0), 9)
    0.05
    """
    x, a = freedom / (freedom + t * t), freedom / 2
    term, total, n = 1.0, 1 / a, 0
    while term > _CLOSE * total:
        n += 1
        term *= x * (n - 0.5) / n
        total += term / (a + n)
    half = _log_factorial((freedom + 1) / 2) - _log_factorial(a)
    return 0.5 * exp1(half) / math.sqrt(math.pi) * _raised(x, a) * total


@dataclass(frozen=True)
class Floored:
    """Growth max(0, location + scale · T) with T Student's t: what is left cannot be below zero."""

    location: float
    scale: float
    freedom: float

    @property
    def lost(self) -> float:
        """The probability that everything is lost."""
        return above(self.location / self.scale, self.freedom)

    def moments(self) -> tuple[float, float, float | None]:
        """Give the first three moments about zero; the third exists above 3 degrees of freedom.

        With k = location / scale and M_j the part of E[T^j] above k: M_1 = f(k)(v + k²)/(v − 1),
        and by parts M_2 = (v M_0 + k(v + k²)f(k))/(v − 2), M_3 = (2v M_1 + k²(v + k²)f(k))/(v − 3).
        """
        m, s, v = self.location, self.scale, self.freedom
        k = m / s
        edge, gone = density(k, v) * (v + k * k), above(k, v)
        kept, first = 1 - gone, edge / (v - 1)
        second = (v - v * gone - k * edge) / (v - 2)
        mean = m * kept + s * first
        square = m * m * kept + 2 * m * s * first + s * s * second
        if v <= 3:
            return mean, square, None
        third = (2 * v * first + k * k * edge) / (v - 3)
        cube = m * m * m * kept + 3 * m * m * s * first + 3 * m * s * s * second + s * s * s * third
        return mean, square, cube


def floored(mean: float, sd: float, freedom: float) -> Floored:
    """Find location and scale with which growth has this mean and deviation, floor and all.

    By turns the location is moved by what the mean lacks, and the scale by what the deviation does.
    """
    found = Floored(mean, unfloored(sd, freedom), freedom)
    for _ in range(_MOST_TURNS):
        first, second, _ = found.moments()
        ratio = sd / math.sqrt(second - first * first)
        if abs(first - mean) < _CLOSE * mean and abs(ratio - 1) < _CLOSE / sd:
            break
        found = Floored(found.location + mean - first, found.scale * ratio, freedom)
    return found


def unfloored(sd: float, freedom: float) -> float:
    """Give the scale at which Student's t has this standard deviation: s √((v − 2)/v)."""
    return sd * math.sqrt((freedom - 2) / freedom)


def chi_squares(freedom: float, steps: int, streams: Streams) -> Real:
    """Draw `(step, 250)` chi-squares.

    Twice a gamma variable of shape v/2, by rejection of a cubed normal, with their squeeze
    (Marsaglia and Tsang, A Simple Method for Generating Gamma Variables, ACM TOMS 26(3), 2000).
    Each turn of proposals is a source of its own, so that a year more changes no year before.
    """
    d = freedom / 2 - 1 / 3
    c = 1 / math.sqrt(9 * d)
    drawn, shape, turn = np.zeros(steps * UNIT), (steps, UNIT), 0
    open_ = np.arange(drawn.size)
    while open_.size:
        turn += 1
        x = streams(f"tails.{turn}").standard_normal(shape).reshape(-1)[open_]
        u = 1 - streams(f"tails.{turn}.kept").random(shape).reshape(-1)[open_]
        v = 1 + c * x
        v *= v * v
        squared = x * x
        kept = (v > 0) & (u < 1 - _SQUEEZE * squared * squared)
        doubtful = np.flatnonzero(~kept & (v > 0))
        cubed = v[doubtful]
        bound = squared[doubtful] / 2 + d - d * cubed + d * log(cubed)
        kept[doubtful] = log(u[doubtful]) < bound
        drawn[open_[kept]] = 2 * d * v[kept]
        open_ = open_[~kept]
    return drawn.reshape(shape)
