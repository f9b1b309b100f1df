"""Checks of how prices are drawn, through `InflationModel.prices`.

The force of AR(1) inflation that starts at its mean m has, in year t, mean m and variance
s² (1 − a^(2t)) / (1 − a²) (Box, Jenkins and Reinsel, Time Series Analysis, 4th edition, section
3.2.3).
"""

from __future__ import annotations

import math

import numpy as np

from fundsim.money import Real
from fundsim.rules.inflation import (
    AutoregressiveInflation,
    ConstantInflation,
    HistoricalInflation,
)
from fundsim.validating.check import Check, Finding, Sample, catches
from fundsim.validating.told import TOLD_YEARS, Told, told

LOG_MEAN, PERSISTENCE, SD = 0.0473, 0.58, 0.0427
NORMAL_KURTOSIS = 3.0
LONG = 40
EXACT = 1e-12


def _model() -> AutoregressiveInflation:
    return AutoregressiveInflation(log_mean=LOG_MEAN, persistence=PERSISTENCE, sd=SD)


def _force(sample: Sample, years: int) -> Real:
    """Draw yearly forces of inflation, `(year, path)`."""
    return np.asarray(np.log(sample.prices(_model(), years)))


def _sd(year: int) -> float:
    """Give the force's standard deviation in a year from 1 on."""
    square = PERSISTENCE**2
    return SD * math.sqrt((1 - square**year) / (1 - square))


@catches("a mean that is of the force is taken for one of the yearly rise")
def ar1_mean(sample: Sample) -> Finding:
    """The mean force of the fifth year is m, since the process starts at its mean."""
    return Finding.of_mean(_force(sample, 5)[-1], LOG_MEAN, _sd(5))


@catches("inflation begins as if it had been going on for ever, not at its mean")
def ar1_first_year(sample: Sample) -> Finding:
    """In the first year the force varies by one shock alone."""
    return Finding.of_variance(_force(sample, 1)[0], SD, NORMAL_KURTOSIS)


@catches("a shock to inflation is forgotten after its year")
def ar1_fifth_year(sample: Sample) -> Finding:
    """In the fifth year it varies by s √((1 − a¹⁰) / (1 − a²))."""
    return Finding.of_variance(_force(sample, 5)[-1], _sd(5), NORMAL_KURTOSIS)


@catches("the deviation of a year's shock is taken for that of inflation itself")
def ar1_long_run(sample: Sample) -> Finding:
    """In the long run it varies by s / √(1 − a²)."""
    settled = SD / math.sqrt(1 - PERSISTENCE**2)
    return Finding.of_variance(_force(sample, LONG)[-1], settled, NORMAL_KURTOSIS)


@catches("high inflation is followed by low: persistence has the wrong sign")
def ar1_persistence(sample: Sample) -> Finding:
    """The correlation of two years' forces is a in the long run, its error √((1 − a²) / n).

    The error is that of a regression's slope on one pair of years a path.
    """
    before, after = _force(sample, LONG)[-2:] - LOG_MEAN
    slope = float((before * after).mean() / (before * before).mean())
    error = math.sqrt((1 - PERSISTENCE**2) / before.size)
    return Finding.in_errors(slope, PERSISTENCE, error)


@catches("a yearly rise of prices is divided by four instead of compounded")
def constant_rise(sample: Sample) -> Finding:
    """At 3 % a year prices stand at 1.03¹⁰ after ten years."""
    prices = sample.prices(ConstantInflation(rate=0.03), 10)[:, 0]
    return Finding.relative(float(prices.prod()), 1.03**10, EXACT)


@catches("what the model tells of a year's inflation is not what it draws")
def ar1_told_sd(sample: Sample) -> Finding:
    """Hold the deviation of the third year's simple rise against what `moments` tells."""
    return Finding.of_variance(sample.prices(_model(), 3)[-1] - 1, _model().moments(3).sd)


def _history(sample: Sample) -> Told:
    model = HistoricalInflation()
    return model.moments(), sample.prices(model, TOLD_YEARS)[-2:]


HISTORY = ("mean", "sd", "skewness", "autocorrelation")
"""What inflation as it was measured tells of a year's rise."""

CHECKS: tuple[Check, ...] = (
    *(ar1_mean, ar1_first_year, ar1_fifth_year, ar1_long_run, ar1_persistence),
    *(constant_rise, ar1_told_sd),
    *told("inflation", "history", HISTORY, _history),
)
