"""Exponentials and logarithms that give the same bits on every processor.

Library routines choose their instructions by what the processor offers, and the last bit changes
with them. These two use only additions, multiplications, divisions and exact scalings, which
IEEE 754 fixes to the bit.

Method: range reduction, then Horner's scheme (Muller, Elementary Functions, 3rd edition, 2016,
chapters 3 and 11). ln 2 is split in two parts so that `k * HIGH` is exact for every k that occurs.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]

_LN2_HIGH = float.fromhex("0x1.62e42fee00000p-1")  # ln 2, its last 21 bits cut off
_LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")  # what was cut off
_INV_LN2 = float.fromhex("0x1.71547652b82fep+0")
_SQRT_HALF = float.fromhex("0x1.6a09e667f3bcdp-1")
_EXP_TERMS = tuple(1.0 / math.factorial(n) for n in range(13, -1, -1))  # |r| <= ln(2)/2
_LOG_TERMS = tuple(1.0 / n for n in range(23, 0, -2))  # |s| <= 0.1716


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
    y = np.full_like(r, _EXP_TERMS[0])
    for term in _EXP_TERMS[1:]:
        y *= r
        y += term
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
    squared = s * s
    y = np.full_like(s, _LOG_TERMS[0])
    for term in _LOG_TERMS[1:]:
        y *= squared
        y += term
    return np.asarray(k * _LN2_HIGH + (2.0 * s * y + k * _LN2_LOW))


def exp1(x: float) -> float:
    """Raise e to one number: `exp` for a scalar."""
    return float(exp(np.array([x]))[0])


def log1(x: float) -> float:
    """Take the logarithm of one number: `log` for a scalar."""
    return float(log(np.array([x]))[0])
