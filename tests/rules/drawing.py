"""Draws of many units, held against what is known of a model without drawing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from fundsim.chance import Chance
from fundsim.money import Real
from fundsim.rules.returns import AnyReturns, Mix, Moments, ReturnModel, Tabled, read_history

RULE: TypeAdapter[Any] = TypeAdapter(AnyReturns)
NO_INFLATION = {"kind": "constant", "rate": 0}
UNITS = 80  # 20,000 paths
ERRORS = 4.0  # standard errors within which a figure must be


def markets(**stated: Any) -> ReturnModel:
    found: ReturnModel = RULE.validate_python({"inflation": NO_INFLATION, **stated})
    return found


def joint(**stated: Any) -> ReturnModel:
    """A model that brings its own inflation."""
    found: ReturnModel = RULE.validate_python(stated)
    return found


def taken(model: Tabled, content: bytes, years: int = 1, paths: int = 1) -> None:
    """Let a model read a table."""
    columns = tuple(content.split(b"\n")[0].decode().split(","))
    wanted = list(model.wanted.values())
    history = read_history(content, "own.csv", wanted, model.step, by_path=model.by_path)
    model.take(history, columns, years=years, paths=paths)


def drawn(
    model: ReturnModel, years: int, mixes: Sequence[Mix], units: int = UNITS
) -> tuple[list[Real], Real]:
    """Yearly growth of each mix, and of prices, `(year, path)`."""
    found = [model.draw(years, Chance(20200924).unit(unit), mixes) for unit in range(units)]
    growth = [
        np.concatenate([yearly(one.growth[mix]) for one in found], axis=1)
        for mix in range(len(mixes))
    ]
    return growth, np.concatenate([yearly(one.prices) for one in found], axis=1)


def yearly(quarters: Real) -> Real:
    years: Real = quarters.reshape(-1, 4, quarters.shape[1]).prod(axis=1)
    return years


def z_mean(sample: Real, expected: float) -> float:
    """How many standard errors the mean of independent figures is from what is expected."""
    return float((sample.mean() - expected) / (sample.std(ddof=1) / math.sqrt(sample.size)))


def z_of(statistic: Callable[[Real], float], sample: Real, expected: float) -> float:
    """The same of any statistic of the last axis, its error taken from 50 independent parts."""
    parts = np.array([statistic(part) for part in np.array_split(sample, 50, axis=-1)])
    error = parts.std(ddof=1) / math.sqrt(len(parts))
    return float((parts.mean() - expected) / error)


def check_year(growth: Real, expected: Moments) -> None:
    """Hold one year's growth, `(path,)`, against closed forms."""
    returns = growth - 1
    assert abs(z_mean(returns, expected.mean)) < ERRORS
    squares = (returns - expected.mean) * (returns - expected.mean)
    assert abs(z_mean(squares, expected.sd * expected.sd)) < ERRORS
    if expected.skewness is not None:
        cubes = squares * (returns - expected.mean)
        assert abs(z_mean(cubes, expected.skewness * expected.sd**3)) < ERRORS
    if expected.log_mean is not None and expected.log_sd is not None:
        logs = np.log(growth)
        assert abs(z_mean(logs, expected.log_mean)) < ERRORS
        assert abs(z_mean((logs - expected.log_mean) ** 2, expected.log_sd**2)) < ERRORS
    if expected.quantile is not None:
        for share in (0.05, 0.25, 0.5, 0.75, 0.95):
            check_quantile(returns, share, expected.quantile(share))


def check_skewness(returns: Real, mean: float, sd: float, expected: float) -> None:
    """Hold a skewness, less what the sample's own mean and deviation would take off.

    E[z³ − 3z − 3/2 g (z² − 1)] is the skewness g; its error, unlike that of z³ alone, can be told
    from a sample of fat tails too.
    """
    z = (returns - mean) / sd
    assert abs(z_mean(z * (z * z - 3) - 1.5 * expected * (z * z - 1), expected)) < ERRORS


def check_known(sample: Real, known: Real) -> None:
    """Hold the distribution of a sample against that of figures each of which is as likely."""
    ordered = np.sort(known.ravel())
    for share in (0.05, 0.25, 0.5, 0.75, 0.95):
        at = round(share * ordered.size)
        check_quantile(sample, at / ordered.size, float(ordered[at - 1 : at + 1].mean()))


def check_quantile(sample: Real, share: float, expected: float) -> None:
    """The number of figures below a quantile is binomial."""
    below = float((sample < expected).mean())
    assert abs(below - share) < ERRORS * math.sqrt(share * (1 - share) / sample.size)


def check_autocorrelation(years: Real, expected: float, centre: float | None = None) -> None:
    """Hold two years' figures, `(2, path)`, against a correlation between them."""
    first, second = years - (years.mean(axis=1, keepdims=True) if centre is None else centre)
    scale = math.sqrt(float((first * first).mean() * (second * second).mean()))
    assert abs(z_mean(first * second / scale, expected)) < ERRORS


@cache
def wide() -> Real:
    """An integration grid for a standard normal."""
    return np.linspace(-12, 12, 24_001)


def expectation(values: Real) -> float:
    """The mean of a function of a standard normal, given on the grid, by the trapezoidal rule."""
    density = np.exp(-(wide() ** 2) / 2) / math.sqrt(2 * math.pi)
    step = float(wide()[1] - wide()[0])  # the ends weigh nothing
    return float((values * density).sum() * step)
