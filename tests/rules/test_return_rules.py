"""Return and inflation rules worked by hand: what each factor of each quarter is made of."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from fundsim.chance import UNIT, Chance
from fundsim.money import Real
from fundsim.rules.base import Fault
from fundsim.rules.inflation import AnyInflation, InflationModel
from fundsim.rules.returns import AnyReturns, Asset, Lognormal, ReturnModel, cholesky

RULE: TypeAdapter[Any] = TypeAdapter(AnyReturns)
INFLATION: TypeAdapter[Any] = TypeAdapter(AnyInflation)
NO_INFLATION = {"kind": "constant", "rate": 0}
STREAMS = Chance(20200924).unit(3)


def markets(**stated: Any) -> ReturnModel:
    found: ReturnModel = RULE.validate_python({"inflation": NO_INFLATION, **stated})
    return found


def prices(years: int = 3, **stated: Any) -> Real:
    model: InflationModel = INFLATION.validate_python(stated)
    return model.prices(years, STREAMS)


def shocks(source: str, steps: int) -> Real:
    return STREAMS(source).standard_normal((steps, UNIT))


def asset(weight: float, mean: float, volatility: float = 0.0) -> dict[str, float]:
    return {"weight": weight, "arithmetic_mean": mean, "volatility": volatility}


TWO = {"gilts": asset(0.4, 0.05, 0.09), "shares": asset(0.6, 0.075, 0.165)}

# Without risk


def test_deterministic_grows_by_the_mean_every_year() -> None:
    growth = markets(kind="deterministic", assets={"a": asset(1, 0.07)}).growth(2, STREAMS)
    assert growth.shape == (8, UNIT)
    assert np.unique(growth).tolist() == [pytest.approx(1.07**0.25, rel=1e-15)]


def test_deterministic_assets_return_to_their_weights_every_quarter() -> None:
    mix = {"a": asset(0.25, 0.07), "b": {"weight": 0.75, "geometric_mean": 0.02}}
    growth = markets(kind="deterministic", assets=mix).growth(1, STREAMS)
    assert growth[0, 0] == pytest.approx(0.25 * 1.07**0.25 + 0.75 * 1.02**0.25, rel=1e-15)


# With risk


@pytest.mark.parametrize(("step", "spread", "repeats"), [("quarter", 0.5, 1), ("year", 0.25, 4)])
def test_one_lognormal_asset_by_hand(step: str, spread: float, repeats: int) -> None:
    growth = markets(kind="lognormal", step=step, assets={"a": asset(1, 0.07, 0.12)}).growth(
        5, STREAMS
    )
    variance = math.log(1 + (0.12 / 1.07) ** 2)
    mean = math.log(1.07) - variance / 2
    drawn = shocks("markets.a", 20 // repeats)
    expected = np.exp(mean / 4 + spread * math.sqrt(variance) * drawn)
    assert np.allclose(growth, np.repeat(expected, repeats, axis=0), rtol=1e-14, atol=0)


def test_two_correlated_assets_by_hand() -> None:
    correlations = {"shares": {"gilts": 0.3}}
    growth = markets(kind="lognormal", assets=TWO, correlations=correlations).growth(2, STREAMS)
    v1, v2 = math.log(1 + (0.09 / 1.05) ** 2), math.log(1 + (0.165 / 1.075) ** 2)
    cov = math.log(1 + 0.3 * (0.09 / 1.05) * (0.165 / 1.075))
    z1, z2 = shocks("markets.gilts", 8), shocks("markets.shares", 8)
    on_first = cov / math.sqrt(v1)
    x1 = (math.log(1.05) - v1 / 2) / 4 + 0.5 * math.sqrt(v1) * z1
    x2 = (math.log(1.075) - v2 / 2) / 4 + 0.5 * (on_first * z1 + math.sqrt(v2 - on_first**2) * z2)
    assert np.allclose(growth, 0.4 * np.exp(x1) + 0.6 * np.exp(x2), rtol=1e-14, atol=0)


def test_an_asset_without_volatility_needs_no_correlation_and_draws_nothing() -> None:
    mix = {"a": asset(0.5, 0.07, 0.12), "cash": asset(0.5, 0.03)}
    growth = markets(kind="lognormal", assets=mix).growth(2, STREAMS)
    alone = markets(kind="lognormal", assets={"a": asset(1, 0.07, 0.12)}).growth(2, STREAMS)
    assert np.allclose(growth, 0.5 * alone + 0.5 * 1.03**0.25, rtol=1e-15)


def test_without_any_volatility_lognormal_is_deterministic() -> None:
    mix = {"a": asset(0.25, 0.07), "b": asset(0.75, 0.02)}
    growth = [
        markets(kind=k, assets=mix).growth(2, STREAMS) for k in ("lognormal", "deterministic")
    ]
    assert growth[0].tobytes() == growth[1].tobytes()


def test_a_correlation_may_be_stated_from_either_side() -> None:
    sides = [{"shares": {"gilts": 0.3}}, {"gilts": {"shares": 0.3}}]
    growth = [
        markets(kind="lognormal", assets=TWO, correlations=c).growth(1, STREAMS) for c in sides
    ]
    assert growth[0].tobytes() == growth[1].tobytes()


@pytest.mark.parametrize(("key", "sign"), [("arithmetic_mean", -1), ("geometric_mean", 1)])
@pytest.mark.parametrize(
    ("mean", "volatility"), [(0.07, 0.165), (0.0, 0.4), (-0.1, 0.05), (0.3, 2)]
)
def test_moments_of_log_returns_give_back_what_was_stated(
    key: str, sign: int, mean: float, volatility: float
) -> None:
    # E G = exp(m + v/2), Var G = (E G)² (exp v − 1), median G = exp m.
    found = Asset.model_validate({"weight": 1, key: mean, "volatility": volatility})
    expected = math.exp(found.log_mean + found.log_variance / 2)
    assert found.mean_growth == pytest.approx(expected, rel=1e-14)
    assert math.sqrt(expected**2 * math.expm1(found.log_variance)) == pytest.approx(volatility)
    stated = math.exp(found.log_mean) if sign > 0 else expected
    assert stated == pytest.approx(1 + mean, rel=1e-14)


@pytest.mark.parametrize("step", ["quarter", "year"])
def test_year_5_of_10_is_year_5_of_50(step: str) -> None:
    mix = markets(
        kind="lognormal",
        step=step,
        assets=TWO,
        correlations={"shares": {"gilts": 0.3}},
        inflation={"kind": "ar1", "log_mean": 0.02, "persistence": 0.5, "sd": 0.01},
    )
    short, long = mix.draw(10, STREAMS), mix.draw(50, STREAMS)
    assert short.growth.tobytes() == long.growth[:40].tobytes()
    assert short.prices.tobytes() == long.prices[:40].tobytes()


def test_two_mixes_meet_the_same_markets() -> None:
    stated = {"shares": {"gilts": 0.3}}
    reweighted = {"gilts": asset(1, 0.05, 0.09), "shares": asset(0, 0.075, 0.165)}
    gilts = markets(kind="lognormal", assets={"gilts": asset(1, 0.05, 0.09)}).growth(2, STREAMS)
    mixed = markets(kind="lognormal", assets=reweighted, correlations=stated).growth(2, STREAMS)
    assert gilts.tobytes() == mixed.tobytes()


# Prices


def test_constant_inflation_is_the_fourth_root_each_quarter() -> None:
    found = prices(kind="constant", rate="2%")
    assert found.shape == (12, UNIT)
    assert np.unique(found).tolist() == [pytest.approx(1.02**0.25, rel=1e-15)]


def test_ar1_inflation_by_hand() -> None:
    found = prices(kind="ar1", log_mean="2.44%", persistence=0.489, sd="1.58%")
    z = shocks("inflation", 3)
    first = 0.0244 + 0.0158 * z[0]
    second = 0.0244 + 0.489 * (first - 0.0244) + 0.0158 * z[1]
    third = 0.0244 + 0.489 * (second - 0.0244) + 0.0158 * z[2]
    expected = np.repeat(np.exp(np.array([first, second, third]) / 4), 4, axis=0)
    assert np.allclose(found, expected, rtol=1e-14, atol=0)


def test_ar1_without_shocks_stays_at_its_mean() -> None:
    found = prices(kind="ar1", log_mean=0.02, persistence=0.9, sd=0)
    assert np.allclose(found, math.exp(0.005), rtol=1e-15)


# Correlation matrices


@settings(deadline=None)
@given(st.integers(1, 6), st.integers(0, 2**32))
def test_cholesky_roots_multiply_back_to_the_matrix(size: int, seed: int) -> None:
    root = np.random.default_rng(seed).standard_normal((size, size))
    matrix = root @ root.T + 0.01 * np.eye(size)
    found = cholesky([row[: i + 1] for i, row in enumerate(matrix.tolist())])
    assert found is not None
    lower = np.zeros((size, size))
    for i, row in enumerate(found):
        lower[i, : i + 1] = row
    assert np.allclose(lower @ lower.T, matrix, rtol=1e-10, atol=1e-12)
    assert (np.diag(lower) > 0).all()


@settings(deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=3, max_size=3))
def test_cholesky_answers_none_exactly_where_an_eigenvalue_is_not_positive(
    pairs: list[float],
) -> None:
    a, b, c = pairs
    smallest = np.linalg.eigvalsh([[1, a, b], [a, 1, c], [b, c, 1]])[0]
    assume(abs(smallest) > 1e-6)
    assert (cholesky([[1.0], [a, 1.0], [b, c, 1.0]]) is None) == (smallest < 0)


THREE = {name: asset(w, 0.05, 0.1) for name, w in (("a", 0.4), ("b", 0.3), ("c", 0.3))}
WHOLE = {"b": {"a": 0.2}, "c": {"a": 0.3, "b": 0.4}}


@pytest.mark.parametrize(
    ("correlations", "message"),
    [
        ({}, "the pair b, a is missing; state 0 if they are independent"),
        ({"b": {"a": 0.2}, "c": {"a": 0.3}}, "the pair c, b is missing"),
        ({**WHOLE, "a": {"b": 0.2}}, "the pair a, b is stated twice"),
        ({**WHOLE, "a": {"a": 1}}, "a is correlated with itself; leave it out"),
        ({**WHOLE, "d": {"a": 0}}, 'there is no asset "d"'),
        ({"b": {"a": 0.2}, "c": {"a": 1.3, "b": 0.4}}, "1.3 for c, a is not between -1 and 1"),
        ({"b": {"a": 0.9}, "c": {"a": 0.9, "b": -0.9}}, "the matrix is not positive definite"),
        ({"b": {"a": 1}, "c": {"a": 0, "b": 0}}, "the matrix is not positive definite"),
    ],
)
def test_correlations_that_make_no_market_are_refused_at_their_key(
    correlations: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)) as raised:
        Lognormal.model_validate(
            {"inflation": NO_INFLATION, "assets": THREE, "correlations": correlations}
        )
    cause = raised.value.errors()[0]["ctx"]["error"]
    assert isinstance(cause, Fault)
    assert cause.key == ("correlations",)


def test_a_correlation_that_so_volatile_assets_cannot_have_is_refused_at_its_key() -> None:
    # Lognormal assets of mean 1 and sd s can be correlated down to (1 / (1 + s²) − 1) / s² only.
    wild = {"a": asset(0.5, 0, 1.5), "b": asset(0.5, 0, 1.5)}
    with pytest.raises(ValidationError) as raised:
        markets(kind="lognormal", assets=wild, correlations={"b": {"a": -0.5}})
    cause = raised.value.errors()[0]["ctx"]["error"]
    assert isinstance(cause, Fault)
    assert cause.key == ("correlations",)


def test_a_misspelt_asset_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValidationError, match='no asset "gitls" \\(did you mean "gilts"\\?\\)'):
        markets(kind="lognormal", assets=TWO, correlations={"shares": {"gitls": 0.3}})


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"assets": {}}, "at least 1 item"),
        ({"assets": {"a": asset(0.9, 0.05)}}, "the weights sum to 0.9, not to 1"),
        ({"assets": {"a": asset(-1, 0.05), "b": asset(2, 0.05)}}, "greater than or equal to 0"),
        ({"assets": {"a": {"weight": 1}}}, "state arithmetic_mean or geometric_mean"),
        (
            {"assets": {"a": {"weight": 1, "arithmetic_mean": 0.05, "geometric_mean": 0.05}}},
            "exactly one of them",
        ),
        ({"assets": {"a": asset(1, -1)}}, "greater than -1"),
        ({"assets": {"a": asset(1, 0.05, -0.1)}}, "greater than or equal to 0"),
        ({"assets": {"a": asset(1, 0.05, 0.1)}}, "a has a volatility, which this kind would"),
        ({"assets": {"a": asset(1, 0.05)}, "fee": 1}, "less than 1"),
        ({"assets": {"a": asset(1, 0.05)}, "inflation": {"kind": "ar2"}}, "'ar2'"),
        ({"assets": {"a": asset(1, 0.05)}, "inflation": {"kind": "ar1"}}, "Field required"),
        ({"assets": {"a": asset(1, 0.05)}, "step": "year"}, "Extra inputs"),
    ],
)
def test_settings_that_make_no_sense_are_refused(stated: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        markets(kind="deterministic", **stated)


@pytest.mark.parametrize("persistence", [1, -1, 1.2])
def test_inflation_that_never_returns_to_its_mean_is_refused(persistence: float) -> None:
    with pytest.raises(ValidationError, match="than"):
        prices(kind="ar1", log_mean=0.02, persistence=persistence, sd=0.01)
