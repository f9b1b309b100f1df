"""Checks of how markets are drawn, through `ReturnModel.draw`.

A lognormal year of stated mean a and volatility s is exp(x), x normal with variance
v = ln(1 + (s / (1 + a))²) and mean ln(1 + a) − v / 2 (Johnson, Kotz and Balakrishnan, Continuous
Univariate Distributions 1, 2nd edition, chapter 14).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from fundsim.rules.returns import AnyReturns, History, Lognormal, ReturnModel, StudentT, Tabled
from fundsim.validating.check import Check, Finding, Sample, catches
from fundsim.validating.told import EXACT, MEASURES, TOLD_YEARS, Told, told
from fundsim.validating.worlds import OPENING, played, steady

MEAN, VOLATILITY = 0.075, 0.165
VARIANCE = math.log1p((VOLATILITY / (1 + MEAN)) ** 2)
_W = math.exp(VARIANCE)
KURTOSIS = _W**4 + 2 * _W**3 + 3 * _W**2 - 3  # of a lognormal
YEARS = 4
CALM = {"kind": "constant", "rate": 0}
SHARES = {"weight": 1, "arithmetic_mean": MEAN, "volatility": VOLATILITY}


def _lognormal(assets: Mapping[str, Any] | None = None, **settings: Any) -> Lognormal:  # noqa: ANN401 - settings are of many types
    own = assets or {"shares": SHARES}
    return Lognormal.model_validate({"assets": own, "inflation": CALM, **settings})


@catches("the mean that is stated is simulated as a median")
def arithmetic_mean(sample: Sample) -> Finding:
    """Hold the mean of simple yearly returns against the one stated; its error is s / √n."""
    return Finding.of_mean(sample.growth(_lognormal(), YEARS) - 1, MEAN, VOLATILITY)


@catches("a geometric mean that is stated is simulated as an arithmetic one")
def geometric_mean(sample: Sample) -> Finding:
    """Half of all years grow by less than the stated geometric mean: ln G is symmetric."""
    stated = 0.06
    geometric = {"weight": 1, "geometric_mean": stated, "volatility": VOLATILITY}
    growth = sample.growth(_lognormal({"shares": geometric}), YEARS)
    return Finding.of_share(growth < 1 + stated, 0.5)


@catches("the volatility that is stated is taken for that of log returns")
def volatility(sample: Sample) -> Finding:
    """Hold the standard deviation against the one stated; its error knows the kurtosis."""
    return Finding.of_variance(sample.growth(_lognormal(), YEARS) - 1, VOLATILITY, KURTOSIS)


@catches("returns are symmetric, and bad years too bad")
def bad_year(sample: Sample) -> Finding:
    """One year in twenty is below exp(m − 1.6449 √v), the closed form's 5 % quantile."""
    log_mean = math.log1p(MEAN) - VARIANCE / 2
    worst = math.exp(log_mean - 1.6448536269514722 * math.sqrt(VARIANCE))
    return Finding.of_share(sample.growth(_lognormal(), YEARS) < worst, 0.05)


@catches("correlations between assets are dropped")
def correlation(sample: Sample) -> Finding:
    """The covariance of two assets' simple returns is r s₁ s₂, with the correlation r as stated."""
    bonds = {"weight": 0.5, "arithmetic_mean": 0.05, "volatility": 0.09}
    model = _lognormal(
        {"bonds": bonds, "shares": {**SHARES, "weight": 0.5}},
        correlations={"bonds": {"shares": 0.4}},
    )
    one, other = (sample.growth(model, YEARS, {name: 1.0}) for name in ("bonds", "shares"))
    return Finding.of_mean((one - 1.05) * (other - 1 - MEAN), 0.4 * 0.09 * VOLATILITY)


@catches("assets drift from their weights instead of returning to them every quarter")
def rebalancing(sample: Sample) -> Finding:
    """Without risk a mix grows by (Σ w g^¼)⁴ a year; held without a touch it would by Σ w g."""
    halves = {"up": {"weight": 0.5, "arithmetic_mean": 0.4}}
    halves["down"] = {"weight": 0.5, "arithmetic_mean": -0.2}
    growth = sample.growth(_lognormal(halves), 1)
    return Finding.relative(float(growth[0, 0]), (0.5 * 1.4**0.25 + 0.5 * 0.8**0.25) ** 4, EXACT)


@catches("a draw that is a year's is applied to each of its quarters")
def yearly_step(sample: Sample) -> Finding:
    """With one draw a year the year's standard deviation is the stated one as well."""
    growth = sample.growth(_lognormal(step="year"), YEARS)
    return Finding.of_variance(growth - 1, VOLATILITY, KURTOSIS)


@catches("what is drawn for one year is used in the next one too")
def independent_years(sample: Sample) -> Finding:
    """The correlation of a year's log return with the next one's is 0, its error 1 / √n."""
    first, second = np.log(sample.growth(_lognormal(), 2)) - (math.log1p(MEAN) - VARIANCE / 2)
    found = float((first * second).mean()) / VARIANCE
    return Finding.in_errors(found, 0.0, 1 / math.sqrt(first.size))


@catches("Student's t is scaled as if its standard deviation were 1")
def student_t_volatility(sample: Sample) -> Finding:
    """The standard deviation is the stated one; the kurtosis of t(n) is 3 + 6 / (n − 4)."""
    growth = sample.growth(_student_t(8.0), YEARS)
    return Finding.of_variance(growth - 1, 0.15, 3 + 6 / (8 - 4))


@catches("tails that are to be fat are normal ones")
def student_t_tail(sample: Sample) -> Finding:
    """One year in a hundred is below m − 2.8965 s √((n − 2) / n), with n = 8.

    t(0.99; 8) = 2.896459: Abramowitz and Stegun, table 26.10. The floor at a loss of everything
    moves the scale by less than a hundred-thousandth here.
    """
    worst = 1.07 - 2.896459446709598 * 0.15 * math.sqrt(6 / 8)
    return Finding.of_share(sample.growth(_student_t(8.0), YEARS) < worst, 0.01)


def _student_t(freedom: float) -> StudentT:
    shares = {"weight": 1, "arithmetic_mean": 0.07, "volatility": 0.15}
    settings = {"assets": {"shares": shares}, "inflation": CALM, "degrees_of_freedom": freedom}
    return StudentT.model_validate(settings)


@catches("the managers' yearly fee is taken every quarter")
def fee(sample: Sample) -> Finding:
    """A yearly fee f leaves (1 − f)^¼ a quarter, and so 1 − f a year; four roundings to pence."""
    results = played(sample, 1, steady(fee=0.04), paths=1)
    capital = results.series["fund"].of("closing_capital", "nominal")[0, 0]
    return Finding.in_pence(float(capital), 0.96 * OPENING, 2.01)


IN_TABLE = {"kind": "column", "column": "prices"}
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "deterministic": {
        "inflation": CALM,
        "assets": {"one": {"weight": 1, "arithmetic_mean": 0.05}},
    },
    "lognormal": {"inflation": CALM, "assets": {"shares": SHARES}},
    "student_t": {
        "inflation": CALM,
        "degrees_of_freedom": 12,
        "step": "quarter",
        "assets": {"shares": {"weight": 1, "arithmetic_mean": 0.07, "volatility": 0.15}},
    },
    "regime_switching": {
        "inflation": {"kind": "ar1", "log_mean": 0.025, "persistence": 0.4, "sd": 0.015},
        "step": "year",
        "real": True,
        "transitions": {
            "calm": {"calm": 0.9, "crisis": 0.1},
            "crisis": {"calm": 0.6, "crisis": 0.4},
        },
        "assets": {
            "shares": {
                "weight": 1,
                "states": {
                    "calm": {"log_mean": 0.06, "log_sd": 0.11},
                    "crisis": {"log_mean": -0.25, "log_sd": 0.2},
                },
            }
        },
    },
    "var1": {
        "step": "year",
        "begins": "stationary",
        "inflation": {"constant": 0.01, "on": {"inflation": 0.6}, "sd": 0.015},
        "assets": {
            "shares": {"weight": 1, "constant": 0.06, "on": {"inflation": -0.5}, "sd": 0.15}
        },
        "correlations": {"shares": {"inflation": -0.2}},
    },
    "wilkie": {
        "set": "1995",
        "begins": "stationary",
        "assets": {"shares": {"weight": 1, "series": "shares"}},
    },
    "bootstrap": {
        "inflation": IN_TABLE,
        "history": "made up",
        "block": 3,
        "assets": {"shares": {"weight": 1}},
    },
    "paths": {"inflation": IN_TABLE, "table": "made up", "assets": {"shares": {"weight": 1}}},
}
"""An example of each kind in the catalogue whose moments are told; a later kind adds its own."""
ALL = tuple(MEASURES)
GROWTH: Mapping[str, tuple[str, ...]] = {
    "deterministic": ("mean", "sd"),
    "lognormal": ALL,
    "student_t": ("mean", "sd", "skewness", "autocorrelation"),
    "regime_switching": ALL,
    "var1": ALL,
    "wilkie": ("mean", "sd", "skewness"),
    "bootstrap": ("mean", "sd", "skewness", "autocorrelation"),
    "paths": ("mean", "sd", "skewness"),
}
"""What each example tells of a year's growth."""
PRICES: Mapping[str, tuple[str, ...]] = {
    "var1": ALL,
    "wilkie": ALL,
    "bootstrap": ("mean", "sd", "skewness", "autocorrelation"),
    "paths": ("mean", "sd", "skewness"),
}
"""What it tells of prices, where these are the model's own."""


def _made_up(*, by_path: bool) -> History:
    """A table: twelve years, or the same in each year of each of five paths."""
    if by_path:
        years = tuple(str(2021 + year) for year in range(TOLD_YEARS))
        shares = np.repeat([0.1, -0.04, 0.2, -0.3, 0.06], TOLD_YEARS)
        prices = np.repeat([0.02, 0.01, 0.03, 0.09, 0.0], TOLD_YEARS)
        return History("made up", years, {"shares": shares, "prices": prices}, paths=5)
    years = tuple(str(year) for year in range(2000, 2012))
    shares = np.array([0.12, 0.05, -0.2, -0.05, 0.15, 0.1, 0.08, -0.1, 0.02, 0.2, 0.07, -0.01])
    prices = np.array([0.02, 0.03, 0.05, 0.09, 0.06, 0.02, 0.01, 0.02, 0.03, 0.02, 0.0, 0.01])
    return History("made up", years, {"shares": shares, "prices": prices})


def example(kind: str) -> ReturnModel:
    """Make the example of a kind."""
    adapter: TypeAdapter[ReturnModel] = TypeAdapter(AnyReturns)
    model = adapter.validate_python({"kind": kind, **EXAMPLES[kind]})
    if isinstance(model, Tabled):
        history = _made_up(by_path=model.by_path)
        model.take(history, tuple(history.columns), years=TOLD_YEARS, paths=2)
    return model


def _growth(kind: str, sample: Sample) -> Told:
    model = example(kind)
    return model.moments(), sample.growth(model, TOLD_YEARS)[-2:]


def _prices(kind: str, sample: Sample) -> Told:
    model = example(kind)
    return model.price_moments(), sample.prices(model, TOLD_YEARS)[-2:]


CHECKS: tuple[Check, ...] = (
    *(arithmetic_mean, geometric_mean, volatility, bad_year, correlation, rebalancing),
    *(yearly_step, independent_years, student_t_volatility, student_t_tail, fee),
    *(
        check
        for kind, measures in GROWTH.items()
        for check in told("returns", kind, measures, partial(_growth, kind))
    ),
    *(
        check
        for kind, measures in PRICES.items()
        for check in told("returns", kind, measures, partial(_prices, kind), series="prices")
    ),
)
