"""Exponentials and logarithms that give the same bits on every processor.

Library routines choose their instructions by what the processor offers, and the last bit changes
with them. These two use only additions, multiplications, divisions and exact scalings, which
IEEE 754 fixes to the bit.

Method: range reduction, then Horner's scheme (Muller, Elementary Functions, 3rd edition, 2016,
chapters 3 and 11). ln 2 is split in two parts so that `k * HIGH` is exact for every k that occurs.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]

_LN2_HIGH = float.fromhex("0x1.62e42fee00000p-1")  # ln 2, its last 21 bits cut off
_LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")  # what was cut off
_INV_LN2 = float.fromhex("0x1.71547652b82fep+0")
_SQRT_HALF = float.fromhex("0x1.6a09e667f3bcdp-1")
_EXP_TERMS = tuple(1.0 / math.factorial(n) for n in range(13, -1, -1))  # |r| <= ln(2)/2
_LOG_TERMS = tuple(1.0 / n for n in range(23, 0, -2))  # |s| <= 0.1716


# Numerators and denominators, from the highest power down.
_CENTRE = (
    (
        *(2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4),
        *(4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3),
        *(1.3314166789178437745e2, 3.3871328727963666080),
    ),
    (
        *(5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4),
        *(2.1213794301586595867e4, 5.3941960214247511077e3, 6.8718700749205790830e2),
        *(4.2313330701600911252e1, 1.0),
    ),
)
_FLANK = (
    (
        *(7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1),
        *(1.27045825245236838258, 3.64784832476320460504, 5.76949722146069140550),
        *(4.63033784615654529590, 1.42343711074968357734),
    ),
    (
        *(1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2),
        *(1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940),
        *(2.05319162663775882187, 1.0),
    ),
)
_TAIL = (
    (
        *(2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3),
        *(2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580),
        *(5.46378491116411436990, 6.65790464350110377720),
    ),
    (
        *(2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5),
        *(7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1),
        *(5.99832206555887937690e-1, 1.0),
    ),
)


def normal_quantile(share: Real) -> Real:
    """Give the numbers below which a standard normal lies with these probabilities.

    Any shape, above 0 and below 1, else ValueError; within some 1e-15 of each number. Rational
    functions of three ranges (Wichura, Algorithm AS 241: The Percentage Points of the Normal
    Distribution, Applied Statistics 37(3), 1988, PPND16).

    >>> round(float(normal_quantile(np.array(0.975))), 12)
    1.95996398454
    """
    share = np.asarray(share, dtype=np.float64)
    if share.size and not ((share > 0) & (share < 1)).all():
        message = "a quantile is asked of a probability that is not between 0 and 1"
        raise ValueError(message)
    away = share - 0.5
    found = np.asarray(away * _ratio(_CENTRE, np.maximum(0.180625 - away * away, 0.0)))
    outer = np.abs(away) > 0.425  # noqa: PLR2004 - the algorithm's own
    if outer.any():
        nearer = np.where(away < 0, share, 1 - share)[outer]
        root = np.sqrt(-log(nearer))
        far = np.where(root <= 5, _ratio(_FLANK, root - 1.6), _ratio(_TAIL, root - 5))
        found[outer] = np.where(away[outer] < 0, -far, far)
    return found


def _ratio(terms: tuple[tuple[float, ...], tuple[float, ...]], x: Real) -> Real:
    """Divide one polynomial by another."""
    above, below = (_polynomial(row, x) for row in terms)
    return np.asarray(above / below)


def _polynomial(terms: tuple[float, ...], x: Real) -> Real:
    """Evaluate a polynomial by Horner's scheme."""
    value = np.full_like(x, terms[0])
    for term in terms[1:]:
        value *= x
        value += term
    return value


def exp(x: Real) -> Real:
    """Raise e to each number, within two units in the last place.

    Any shape. Numbers beyond ±700 are outside what a simulation can mean and raise ValueError.

    >>> round(float(exp(np.array(1.0))), 12)
    2.718281828459
    """
    x = np.asarray(x, dtype=np.float64)
    if x.size and not (np.abs(x) <= 700.0).all():  # noqa: PLR2004 - close to the range of float64
        message = "an exponent is not a number within ±700"
        raise ValueError(message)
    k = np.rint(x * _INV_LN2)
    r = x - k * _LN2_HIGH
    r -= k * _LN2_LOW
    y = _polynomial(_EXP_TERMS, r)
    return np.asarray(np.ldexp(y, k.astype(np.int32)))


def log(x: Real) -> Real:
    """Take the natural logarithm of each positive number, within three units in the last place.

    Any shape. Zero, negative and missing numbers raise ValueError.

    >>> round(float(log(np.array(10.0))), 14)
    2.30258509299405
    """
    x = np.asarray(x, dtype=np.float64)
    if x.size and not ((x > 0) & np.isfinite(x)).all():
        message = "a logarithm is asked of a number that is not positive"
        raise ValueError(message)
    mantissa, exponent = np.frexp(x)
    small = mantissa < _SQRT_HALF
    mantissa = np.where(small, 2.0 * mantissa, mantissa)
    k = exponent.astype(np.float64) - small
    s = (mantissa - 1.0) / (mantissa + 1.0)
    y = _polynomial(_LOG_TERMS, s * s)
    return np.asarray(k * _LN2_HIGH + (2.0 * s * y + k * _LN2_LOW))


@lru_cache(maxsize=4096)  # scenarios of a batch ask for the same few over and over
def exp1(x: float) -> float:
    """Raise e to one number: `exp` for a scalar."""
    return float(exp(np.array([x]))[0])


@lru_cache(maxsize=4096)
def log1(x: float) -> float:
    """Take the logarithm of one number: `log` for a scalar."""
    return float(log(np.array([x]))[0])
