"""Closed forms of markets that are independent from year to year, and of inflation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from fundsim.chance import Chance
from fundsim.rules.inflation import AnyInflation, InflationModel, measured
from fundsim.rules.normal import below, quantile
from tests.rules.drawing import (
    ERRORS,
    check_autocorrelation,
    check_year,
    drawn,
    expectation,
    markets,
    wide,
    yearly,
    z_mean,
)

INFLATION: TypeAdapter[Any] = TypeAdapter(AnyInflation)


def asset(weight: float, mean: float, volatility: float = 0.0) -> dict[str, float]:
    return {"weight": weight, "arithmetic_mean": mean, "volatility": volatility}


THREE = {"cash": asset(0.1, 0.03), "gilts": asset(0.3, 0.05, 0.09), "shares": asset(0.6, 0.08, 0.2)}
WILD = {"gilts": asset(0.5, -0.02, 0.3), "shares": asset(0.5, 0.15, 0.6)}
SETS = {"default": (THREE, 0.3), "wild": (WILD, -0.4)}

# The normal distribution


@pytest.mark.parametrize("x", [-8.4, -5, -1.96, -0.3, 0, 1e-9, 0.7, 3, 8.4, 9, -9])
def test_the_normal_distribution_is_that_of_scipy(x: float) -> None:
    assert below(x) == pytest.approx(stats.norm.cdf(x), rel=1e-13, abs=2e-15)


@pytest.mark.parametrize("share", [1e-6, 0.01, 0.5, 0.9, 1 - 1e-6])
def test_the_normal_quantile_is_that_of_scipy(share: float) -> None:
    assert quantile(share) == pytest.approx(stats.norm.ppf(share), abs=1e-8)


# One asset: what was stated, and the integral over its normal


@pytest.mark.parametrize("step", ["quarter", "year"])
@pytest.mark.parametrize(("mean", "volatility"), [(0.05, 0.09), (0.08, 0.2), (-0.1, 0.8)])
def test_one_lognormal_asset_has_the_moments_stated(
    step: str, mean: float, volatility: float
) -> None:
    model = markets(kind="lognormal", step=step, assets={"a": asset(1, mean, volatility)})
    found = model.moments()
    assert found.mean == pytest.approx(mean, abs=1e-14)
    assert found.sd == pytest.approx(volatility, rel=1e-13)
    assert found.log_mean is not None
    assert found.log_sd is not None
    returns = np.exp(found.log_mean + found.log_sd * wide()) - 1
    third = expectation((returns - mean) ** 3) / volatility**3
    assert found.skewness == pytest.approx(third, rel=1e-7)
    assert found.autocorrelation == 0
    assert found.quantile is not None
    expected = np.exp(stats.norm.ppf(0.9, found.log_mean, found.log_sd)) - 1
    assert found.quantile(0.9) == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("step", ["quarter", "year"])
@pytest.mark.parametrize("known", list(SETS))
def test_lognormal_draws_have_these_moments(step: str, known: str) -> None:
    assets, pair = SETS[known]
    model = markets(
        kind="lognormal", step=step, assets=assets, correlations={"shares": {"gilts": pair}}
    )
    mixes = [model.weights, *({name: 1.0} for name in assets if name != "cash")]
    growth, _ = drawn(model, 2, mixes)
    for mix, own in zip(mixes, growth, strict=True):
        expected = model.moments(mix)
        check_year(own[1], expected)
        check_autocorrelation(np.log(own), 0)


def test_a_mix_drawn_once_a_year_has_the_mean_and_variance_of_its_assets() -> None:
    model = markets(
        kind="lognormal", step="year", assets=THREE, correlations={"shares": {"gilts": 0.3}}
    )
    found = model.moments()
    variance = (0.3 * 0.09) ** 2 + (0.6 * 0.2) ** 2 + 2 * 0.3 * 0.3 * 0.09 * 0.6 * 0.2
    assert found.mean == pytest.approx(0.1 * 0.03 + 0.3 * 0.05 + 0.6 * 0.08, rel=1e-12)
    assert found.sd == pytest.approx(math.sqrt(variance), rel=1e-12)
    assert found.log_mean is None


def test_a_mix_without_risk_grows_by_its_weights_each_quarter() -> None:
    model = markets(kind="deterministic", assets={"a": asset(0.25, 0.07), "b": asset(0.75, 0.02)})
    expected = (0.25 * 1.07**0.25 + 0.75 * 1.02**0.25) ** 4 - 1
    assert model.moments().mean == pytest.approx(expected, rel=1e-13)
    assert model.moments({"a": 1.0}).mean == pytest.approx(0.07, rel=1e-13)
    assert model.moments().sd == 0


def test_cash_beside_risk_has_no_risk() -> None:
    model = markets(kind="lognormal", assets=THREE, correlations={"shares": {"gilts": 0.3}})
    found = model.moments({"cash": 1.0})
    assert (found.sd, found.skewness, found.autocorrelation) == (0, None, None)
    assert found.mean == pytest.approx(0.03, rel=1e-12)


def test_moments_of_an_asset_that_is_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match='no asset "share"'):
        markets(kind="deterministic", assets={"shares": asset(1, 0.05)}).moments({"share": 1.0})


# Inflation


@pytest.mark.parametrize(
    ("mean", "persistence", "sd"), [(0.0244, 0.489, 0.0158), (0.05, 0.9, 0.03)]
)
@pytest.mark.parametrize("year", [1, 2, 6])
def test_ar1_draws_have_these_moments(
    mean: float, persistence: float, sd: float, year: int
) -> None:
    model: InflationModel = INFLATION.validate_python(
        {"kind": "ar1", "log_mean": mean, "persistence": persistence, "sd": sd}
    )
    units = [model.prices(year, Chance(5).unit(unit)) for unit in range(60)]
    prices = yearly(np.concatenate(units, axis=1))
    expected = model.moments(year)
    check_year(prices[-1], expected)
    if year > 1:
        assert expected.autocorrelation is not None
        check_autocorrelation(np.log(prices[-2:]), expected.autocorrelation)


def test_ar1_in_the_long_run() -> None:
    model: InflationModel = INFLATION.validate_python(
        {"kind": "ar1", "log_mean": 0.0244, "persistence": 0.489, "sd": 0.0158}
    )
    found = model.moments()
    assert found.log_sd == pytest.approx(0.0158 / math.sqrt(1 - 0.489**2), rel=1e-14)
    assert found.autocorrelation == 0.489
    assert model.moments(200).log_sd == pytest.approx(found.log_sd, rel=1e-13)
    late = yearly(np.concatenate([model.prices(30, Chance(9).unit(n)) for n in range(20)], axis=1))
    assert abs(z_mean(np.log(late[-1]), 0.0244)) < ERRORS


def test_inflation_that_never_varies() -> None:
    steady: InflationModel = INFLATION.validate_python({"kind": "constant", "rate": "2%"})
    calm: InflationModel = INFLATION.validate_python(
        {"kind": "ar1", "log_mean": 0.02, "persistence": 0.5, "sd": 0}
    )
    assert steady.moments(3).mean == pytest.approx(0.02, rel=1e-13)
    assert (steady.moments().sd, calm.moments(3).sd, calm.moments().sd) == (0, 0, 0)


@pytest.mark.parametrize(
    ("series", "since", "block"), [("cpi", None, 5), ("rpi", 1971, 8), ("cpi", 1993, 1)]
)
def test_measured_inflation_is_drawn_as_it_was(
    series: str, since: int | None, block: float
) -> None:
    stated = {"kind": "history", "series": series, "since": since, "block": block}
    model: InflationModel = INFLATION.validate_python(stated)
    prices = yearly(np.concatenate([model.prices(3, Chance(4).unit(n)) for n in range(80)], axis=1))
    expected = model.moments()
    assert expected.autocorrelation is not None
    for year in prices:
        check_year(year, expected)
    check_autocorrelation(np.log(prices[1:]), expected.autocorrelation)
    rises = [rise for year, rise in measured(series).items() if year >= (since or 0)]
    assert expected.mean == pytest.approx(float(np.mean(rises)), rel=1e-12)


def test_measured_inflation_is_that_of_the_ons() -> None:
    assert (len(measured("rpi")), min(measured("rpi"))) == (53, 1971)
    assert (len(measured("cpi")), min(measured("cpi")), max(measured("cpi"))) == (37, 1989, 2025)
    assert float(np.mean(list(measured("cpi").values()))) == pytest.approx(0.02811497, abs=5e-9)
    assert float(np.std(list(measured("rpi").values()), ddof=1)) == pytest.approx(0.05124739)
    assert measured("rpi")[1975] == pytest.approx(0.249, abs=5e-4)


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"since": 2020}, "found 6 years of cpi that can be used, of 1989 to 2025; expected at le"),
        ({"block": 50}, "found blocks of 50 years; expected at most 37, the years of cpi that can"),
    ],
)
def test_too_short_a_history_of_inflation_is_refused(stated: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        INFLATION.validate_python({"kind": "history", **stated})


# Where figures are from


def test_a_model_lists_its_figures_with_their_meaning_and_source() -> None:
    model = markets(kind="lognormal", fee="0.6%", assets={"a": asset(1, 0.07, 0.12)})
    cited = {("fee",): "unverified: ours", ("assets", "a", "volatility"): "a book, page 7"}
    told = {one.key: one for one in model.describe(lambda key: cited.get(key, ""))}
    assert told["fee",].value == 0.006
    assert told["fee",].meaning == "managers' yearly fee, as a share of the value"
    assert [told[key].mark for key in cited] == ["unverified", "cited"]
    assert told["assets", "a", "arithmetic_mean"].mark == "not cited"
    assert told["inflation", "rate"].meaning == "yearly rise of prices"
    assert ("kind",) not in told
    assert all(one.meaning for key, one in told.items() if key[-1] != "kind")
