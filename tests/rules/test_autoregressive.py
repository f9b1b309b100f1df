"""VAR(1): the long run by linear algebra, sums over a year, and what is drawn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import linalg

from fundsim.chance import Chance
from fundsim.rules.base import Fault
from fundsim.rules.returns import VectorAutoregression
from fundsim.rules.returns.matrices import fixed_point, radius, root, settled
from tests.rules.drawing import check_autocorrelation, check_year, drawn, joint

NAMES = ("equity", "bonds", "bills", "inflation")
CONSTANTS = (0.0342, 0.0056, -0.0081, 0.0094)
COEFFICIENTS = (  # log-real UK returns and log inflation, 1923 to 2020 (JST R6)
    (-0.172, 0.466, 0.520, 0.483),
    (-0.076, 0.064, 1.026, 0.307),
    (0.043, 0.030, 0.826, 0.134),
    (-0.012, -0.089, 0.141, 0.817),
)
SDS = (0.193, 0.104, 0.023, 0.023)
PAIRS = {
    "equity": {"bonds": 0.44, "bills": 0, "inflation": 0},
    "bonds": {"bills": 0, "inflation": -0.29},
    "bills": {"inflation": -0.88},
}
WEIGHTS = (0.6, 0.3, 0.1)


def equations(constants: tuple[float, ...] = CONSTANTS) -> dict[str, dict[str, Any]]:
    return {
        name: {"constant": constant, "on": dict(zip(NAMES, row, strict=True)), "sd": sd}
        for name, constant, row, sd in zip(NAMES, constants, COEFFICIENTS, SDS, strict=True)
    }


def stated(**changed: Any) -> dict[str, Any]:
    found = equations()
    inflation = found.pop("inflation")
    assets = {
        name: {"weight": weight, **equation}
        for (name, equation), weight in zip(found.items(), WEIGHTS, strict=True)
    }
    return {
        "kind": "var1",
        "step": "year",
        "real": True,
        "inflation": inflation,
        "assets": assets,
        "correlations": PAIRS,
        **changed,
    }


def var(**changed: Any) -> VectorAutoregression:
    model = joint(**stated(**changed))
    assert isinstance(model, VectorAutoregression)
    return model


def noise() -> np.ndarray[Any, np.dtype[np.float64]]:
    correlations = np.eye(4)
    for one, row in PAIRS.items():
        for other, value in row.items():
            i, j = NAMES.index(one), NAMES.index(other)
            correlations[i, j] = correlations[j, i] = value
    return correlations * np.outer(SDS, SDS)


def test_the_long_run_is_that_of_linear_algebra() -> None:
    a = np.array(COEFFICIENTS)
    expected = linalg.solve_discrete_lyapunov(a, noise())
    found = settled(COEFFICIENTS, noise().tolist())
    assert found is not None
    assert np.allclose(found, expected, rtol=1e-10)
    mean = np.linalg.solve(np.eye(4) - a, CONSTANTS)
    assert np.allclose(fixed_point(COEFFICIENTS, CONSTANTS), mean, rtol=1e-12)
    assert radius(COEFFICIENTS) == pytest.approx(abs(np.linalg.eigvals(a)).max(), rel=1e-3)
    assert np.allclose(np.array(root(found)) @ np.array(root(found)).T, expected, rtol=1e-9)


def test_the_uk_fit_has_the_long_run_that_is_published_beside_it() -> None:
    model = var(real=False)
    means = [model.moments({name: 1.0}).log_mean for name in NAMES[:3]]
    sds = [model.moments({name: 1.0}).log_sd for name in NAMES[:3]]
    prices = model.price_moments()
    assert [*means, prices.log_mean] == pytest.approx([0.053, 0.016, 0.001, 0.041], abs=0.001)
    assert [*sds, prices.log_sd] == pytest.approx([0.200, 0.112, 0.043, 0.042], abs=0.001)


def test_a_year_of_quarters_is_the_sum_of_their_covariances() -> None:
    model = var(step="quarter", real=False)
    a, v = np.array(COEFFICIENTS), linalg.solve_discrete_lyapunov(np.array(COEFFICIENTS), noise())
    ways = [[np.linalg.matrix_power(a, lag) @ v for lag in range(8)]]
    (lags,) = ways
    variance = 4 * v[0, 0] + 2 * sum((4 - k) * lags[k][0, 0] for k in (1, 2, 3))
    later = sum(lags[4 + j - i][0, 0] for i in range(4) for j in range(4))
    found = model.moments({"equity": 1.0})
    assert found.log_sd == pytest.approx(math.sqrt(variance), rel=1e-9)
    assert found.autocorrelation == pytest.approx(later / variance, rel=1e-9)
    assert math.isnan(model.moments().mean)  # no closed form is known for a mix of four such steps


ANOTHER = {  # two series that swing back and one that lasts
    "inflation": {"constant": 0.002, "on": {"inflation": 0.8, "shares": 0.02}, "sd": 0.01},
    "assets": {
        "gilts": {"weight": 0.4, "constant": 0.02, "on": {"gilts": -0.4}, "sd": 0.06},
        "shares": {
            "weight": 0.6,
            "constant": 0.03,
            "on": {"shares": -0.3, "gilts": 0.5, "inflation": -1},
            "sd": 0.1,
        },
    },
    "correlations": {
        "shares": {"gilts": 0.2, "inflation": -0.1},
        "gilts": {"inflation": -0.3},
    },
}


@pytest.mark.parametrize("changed", [{}, ANOTHER], ids=["uk", "another"])
@pytest.mark.parametrize("real", [True, False])
@pytest.mark.parametrize("step", ["quarter", "year"])
def test_draws_have_these_moments_from_the_first_year_if_they_begin_settled(
    changed: dict[str, Any],
    step: str,
    *,
    real: bool,
) -> None:
    model = var(step=step, real=real, begins="stationary", **changed)
    mixes = [{name: 1.0} for name in model.assets]
    growth, prices = drawn(model, 2, mixes)
    expected = [model.moments(mix) for mix in mixes]
    for own, moments in zip([*growth, prices], [*expected, model.price_moments()], strict=True):
        for year in own:
            check_year(year, moments)
        assert moments.autocorrelation is not None
        check_autocorrelation(np.log(own), moments.autocorrelation)


@pytest.mark.parametrize("changed", [{}, ANOTHER], ids=["uk", "another"])
def test_a_mix_drawn_once_a_year(changed: dict[str, Any]) -> None:
    model = var(begins="stationary", **changed)
    (growth,), _ = drawn(model, 1, [model.weights])
    check_year(growth[0], model.moments())


def test_two_steps_by_hand() -> None:
    streams = Chance(3).unit(1)
    model = var()
    (growth,) = model.growth(2, streams, [{"bonds": 1.0}])
    prices = model.prices(2, streams)
    shocks = np.stack(
        [
            streams(name if name == "inflation" else f"markets.{name}").standard_normal((2, 250))
            for name in NAMES
        ]
    )
    a, factor = np.array(COEFFICIENTS), np.linalg.cholesky(noise())
    now = np.linalg.solve(np.eye(4) - a, CONSTANTS)[:, np.newaxis]
    for year in range(2):
        now = np.array(CONSTANTS)[:, np.newaxis] + a @ now + factor @ shocks[:, year]
        assert np.allclose(growth[4 * year] ** 4, np.exp(now[1] + now[3]), rtol=1e-12)
        assert np.allclose(prices[4 * year] ** 4, np.exp(now[3]), rtol=1e-12)


def test_a_year_more_leaves_earlier_ones_alone() -> None:
    model = var(begins="stationary", step="quarter")
    (short,), (long,) = (model.growth(years, Chance(5).unit(2)) for years in (5, 50))
    assert short.tobytes() == long[:20].tobytes()


def test_a_series_without_shocks() -> None:
    cash = {"weight": 1, "constant": 0.01, "on": {"inflation": 1}, "sd": 0}
    prices = {"constant": 0.01, "on": {"inflation": 0.5}, "sd": 0.01}
    model = var(real=False, assets={"cash": cash}, inflation=prices, correlations={})
    assert model.moments().log_mean == pytest.approx(0.01 + 0.02, rel=1e-12)
    assert model.moments().log_sd == pytest.approx(0.01 / math.sqrt(0.75), rel=1e-12)
    both = var(
        real=False, assets={"cash": cash}, inflation=prices, correlations={}, begins="stationary"
    )
    (growth,), _ = drawn(both, 2, [both.weights])
    check_year(growth[1], both.moments())


def with_coefficient(one: str, other: str, value: float) -> dict[str, Any]:
    found: dict[str, Any] = stated()["assets"]
    on = {**found[one]["on"], other: value}
    return {**found, one: {**found[one], "on": on}}


@pytest.mark.parametrize(
    ("changed", "message", "key"),
    [
        (
            {"assets": with_coefficient("bills", "bills", 1.2)},
            r"a spectral radius of 1\.\d+, so that shocks never die away; expected less than 1",
            None,
        ),
        (
            {"assets": with_coefficient("bonds", "equitty", 0.1)},
            'no series "equitty" \\(did you mean "equity"',
            ("assets", "bonds", "on", "equitty"),
        ),
        ({"correlations": {}}, "the pair bonds, equity is missing", ("correlations",)),
        (
            {"correlations": {**PAIRS, "bills": {"inflation": -1}}},
            "not positive definite",
            ("correlations",),
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    changed: dict[str, Any], message: str, key: tuple[str, ...] | None
) -> None:
    with pytest.raises(ValidationError, match=message) as raised:
        var(**changed)
    cause = raised.value.errors()[0]["ctx"]["error"]
    if key:
        assert isinstance(cause, Fault)
        assert cause.key == key


def test_an_asset_is_not_called_inflation() -> None:
    assets = {"inflation": {"weight": 1, "constant": 0, "sd": 0}}
    with pytest.raises(ValidationError, match="an asset cannot be called inflation"):
        var(assets=assets)
