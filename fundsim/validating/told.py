"""What a model tells of a year by its moments, held against what it draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from fundsim.money import Real
from fundsim.rules.moments import Moments
from fundsim.validating.check import Check, Finding, Sample

EXACT = 1e-12  # relative: what some products of floats may be off
TOLD_YEARS = 5  # drawn; the last two are read, so that what they hang on is forgotten
BAD = 0.05  # the share of years that are below the quantile looked at

Told = tuple[Moments, Real]
"""What is told of a year's growth, and the growth drawn of two years that follow, `(2, path)`."""


def told(
    group: str,
    kind: str,
    measures: Sequence[str],
    of: Callable[[Sample], Told],
    *,
    series: str = "",
) -> tuple[Check, ...]:
    """Give a check of each measure that a kind tells; `of` gives what is held together."""

    def check(measure: str) -> Check:
        word, hold = MEASURES[measure]
        name = "_".join(part for part in (kind, series, "told", measure) if part)
        what = f"{word} of {series}" if series else word
        fault = f"{kind} tells another {what} than it draws"
        return Check(group, name, fault, lambda sample: hold(*of(sample)))

    return tuple(check(measure) for measure in measures)


def _mean(moments: Moments, years: Real) -> Finding:
    returns = years[-1] - 1
    if returns.min() == returns.max():
        return Finding.relative(float(returns[0]), moments.mean, EXACT)
    return Finding.of_mean(returns, moments.mean)


def _sd(moments: Moments, years: Real) -> Finding:
    returns = years[-1] - 1
    if returns.min() == returns.max():
        return Finding.relative(0.0, moments.sd, EXACT)
    return Finding.of_variance(returns, moments.sd)


def _skewness(moments: Moments, years: Real) -> Finding:
    assert moments.skewness is not None  # noqa: S101 - told of what the check is made for
    return Finding.of_skewness(years[-1] - 1, moments.mean, moments.sd, moments.skewness)


def _autocorrelation(moments: Moments, years: Real) -> Finding:
    """Of log returns; of returns where everything can be lost, of which no log return is known."""
    assert moments.autocorrelation is not None  # noqa: S101 - as above
    first, second = years if moments.log_mean is None else np.log(years)
    return Finding.of_correlation(first, second, moments.autocorrelation)


def _quantile(moments: Moments, years: Real) -> Finding:
    assert moments.quantile is not None  # noqa: S101 - as above
    return Finding.of_share(years[-1] - 1 < moments.quantile(BAD), BAD)


MEASURES: Mapping[str, tuple[str, Callable[[Moments, Real], Finding]]] = {
    "mean": ("mean", _mean),
    "sd": ("volatility", _sd),
    "skewness": ("skewness", _skewness),
    "autocorrelation": ("correlation with the year before", _autocorrelation),
    "quantile": ("bad year", _quantile),
}
