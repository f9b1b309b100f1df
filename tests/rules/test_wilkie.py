"""Wilkie's model: published long-run figures, integrals, a plain simulation, and years by hand."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import linalg

from fundsim.chance import Chance
from fundsim.money import Real
from fundsim.rules.base import Fault
from fundsim.rules.returns import Wilkie
from fundsim.rules.returns.wilkie_sets import MEANINGS, SETS
from tests.rules.drawing import ERRORS, check_autocorrelation, check_year, drawn, joint

BOTH = {
    "consols": {"weight": 0.4, "series": "consols"},
    "shares": {"weight": 0.6, "series": "shares"},
}
SHARES, CONSOLS = {"shares": 1.0}, {"consols": 1.0}


def wilkie(name: str, **changed: Any) -> Wilkie:
    model = joint(kind="wilkie", set=name, **{"assets": BOTH, **changed})
    assert isinstance(model, Wilkie)
    return model


# Stationary moments computed with 80-node Gauss-Hermite rules: SD of inflation, mean and SD of the
# yield, of dividends' growth, mean log return of shares, its SD nominal and real, mean and SD of
# simple returns, mean and SD of consols' yield without its floor; per cent.
PUBLISHED = {
    "1986-full": (6.250, 4.399, 1.046, 5.000, 9.523, 9.300, 21.41, 22.26, 12.29, 24.33, 8.759),
    "1995": (5.217, 4.170, 0.877, 6.300, 9.083, 10.382, 19.99, 20.81, 13.18, 22.86, 8.062),
    "2011": (4.910, 4.101, 0.886, 5.400, 9.074, 9.415, 18.89, 19.38, 11.85, 21.33, 7.085),
}


@pytest.mark.parametrize("name", list(PUBLISHED))
def test_the_long_run_is_that_which_is_known(name: str) -> None:
    model = wilkie(name)
    state, used = model._state, SETS[name].values
    price, found = model.price_moments(), model.moments(SHARES)
    assert price.log_sd is not None
    assert found.log_mean is not None
    assert found.log_sd is not None
    spread = state.between(state.yield_, state.yield_)
    yields = math.exp(state.yield_mean + spread / 2)
    logs = state.between({"X": 1.0}, {"X": 1.0})
    told = (
        price.log_sd,
        yields,
        yields * math.sqrt(math.exp(spread) - 1),
        used["QMU"] + used["DMU"],
        math.sqrt(state.between(state.dividends, state.dividends)),
        found.log_mean,
        found.log_sd,
        state.log_moments({"I": 1.0})[1],
        found.mean,
        found.sd,
        used["QMU"] + used["CMU"] * math.exp(logs / 2),
    )
    percent = [100 * figure for figure in told]
    assert percent == pytest.approx(PUBLISHED[name], abs=0.006)


@pytest.mark.parametrize(
    ("name", "dividend_yield", "consols"), [("1995", 4.081, 7.75), ("2011", 4.008, 6.53)]
)
def test_a_neutral_start_has_the_known_yields(
    name: str, dividend_yield: float, consols: float
) -> None:
    used = SETS[name].values
    assert 100 * math.exp(wilkie(name)._state.yield_mean) == pytest.approx(
        dividend_yield, abs=0.001
    )
    assert 100 * (used["QMU"] + used["CMU"]) == pytest.approx(consols, abs=0.001)


@pytest.mark.parametrize("name", list(SETS))
def test_the_covariance_is_that_of_linear_algebra(name: str) -> None:
    state = wilkie(name)._state
    a, b = np.array(state.step), np.array(state.shaken)
    assert state.covariance is not None
    assert np.allclose(state.covariance, linalg.solve_discrete_lyapunov(a, b @ b.T), rtol=1e-9)


@pytest.mark.parametrize("name", list(SETS))
def test_draws_have_these_moments_from_the_first_year_if_they_begin_settled(name: str) -> None:
    model = wilkie(name, begins="stationary")
    mixes = [model.weights, SHARES, CONSOLS]
    growth, prices = drawn(model, 2, mixes)
    for mix, own in zip(mixes, growth, strict=True):
        for year in own:
            check_year(year, model.moments(mix))
    check_year(prices[1], model.price_moments())
    check_autocorrelation(np.log(prices), SETS[name].values["QA"])


def test_consols_by_another_integral() -> None:
    """E and SD of C(t−1)(1/C(t) + 1), a Gauss-Hermite rule of 20 nodes for each of four normals."""
    p = SETS["1995"].values
    inflation = p["QSD"] ** 2 / (1 - p["QA"] ** 2)
    a, q = 1 - p["CD"], p["QA"]
    # CM filters an AR(1): its variance and lag by the textbook sum over both roots
    expected = p["CD"] ** 2 * inflation * (1 + a * q) / ((1 - a * q) * (1 - a * a))
    lagged = a * expected + p["CD"] * q * p["CD"] * inflation / (1 - a * q)
    noise = (p["CY"] * p["YSD"]) ** 2 + p["CSD"] ** 2
    logs = noise / (1 - p["CA1"] ** 2)
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    weights = weights / weights.sum()
    first = second = 0.0
    for (z1, w1), (z2, w2) in product(zip(nodes, weights, strict=True), repeat=2):
        before = math.sqrt(expected) * z1
        now = lagged / expected * before + math.sqrt(expected - lagged**2 / expected) * z2
        x = math.sqrt(logs) * nodes[:, np.newaxis]
        later = p["CA1"] * x + math.sqrt(noise) * nodes[np.newaxis, :]
        old = np.maximum(p["QMU"] + before + p["CMU"] * np.exp(x), p["CMIN"])
        new = np.maximum(p["QMU"] + now + p["CMU"] * np.exp(later), p["CMIN"])
        growth, both = old * (1 / new + 1), weights[:, np.newaxis] * weights
        first += w1 * w2 * float((both * growth).sum())
        second += w1 * w2 * float((both * growth * growth).sum())
    found = wilkie("1995").moments(CONSOLS)
    assert found.mean == pytest.approx(first - 1, abs=2e-5)
    assert found.sd == pytest.approx(math.sqrt(second - first * first), abs=2e-4)


def plainly(name: str, paths: int, years: int) -> tuple[Real, Real, Real]:
    """Log growth of shares, consols and prices in the last two years, from a long way back."""
    p, rng = SETS[name].values, np.random.default_rng(7)
    i = dm = cm = np.full(paths, p["QMU"])
    yn = ye = de = x = x1 = x2 = np.zeros(paths)
    logs = np.full(paths, p["YW"] * p["QMU"] + math.log(p["YMU"]))
    c = np.full(paths, p["QMU"] + p["CMU"])
    shares, consols, prices = [], [], []
    for _ in range(years):
        q, y, d, z = rng.standard_normal((4, paths))
        i = p["QMU"] + p["QA"] * (i - p["QMU"]) + p["QSD"] * q
        dm = p["DD"] * i + (1 - p["DD"]) * dm
        k = p["DW"] * dm + (1 - p["DW"]) * i + p["DMU"] + p["DY"] * ye + p["DB"] * de
        ye, de = p["YSD"] * y, p["DSD"] * d
        yn, before = p["YA"] * yn + ye, logs
        logs = p["YW"] * i + math.log(p["YMU"]) + yn
        shares.append(k + de + before - logs + np.log1p(np.exp(logs)))
        prices.append(i)
        cm, old = p["CD"] * i + (1 - p["CD"]) * cm, c
        now = p["CA1"] * x + p["CA2"] * x1 + p["CA3"] * x2 + p["CY"] * ye + p["CSD"] * z
        x, x1, x2 = now, x, x1
        c = np.maximum(cm + p["CMU"] * np.exp(x), p["CMIN"])
        consols.append(np.log(old * (1 / c + 1)))
    return np.array(shares[-2:]), np.array(consols[-2:]), np.array(prices[-2:])


@pytest.mark.parametrize("name", ["1986-full", "2011"])
def test_growth_has_the_autocorrelation_and_quantiles_of_a_plain_simulation(name: str) -> None:
    expected, consols, prices = plainly(name, 100_000, 60)
    model = wilkie(name, begins="stationary")
    (growth, grown), rises = drawn(model, 2, [SHARES, CONSOLS])
    own = np.log(growth)
    pairs = (expected, own), (expected - prices, own - np.log(rises)), (consols, np.log(grown))
    for there, here in pairs:
        one, other = (float(np.asarray(np.corrcoef(x))[0, 1]) for x in (there, here))
        error = math.sqrt((1 - one * one) ** 2 * (1 / there.shape[1] + 1 / here.shape[1]))
        assert abs(one - other) < ERRORS * error
        for share in (0.01, 0.1, 0.5, 0.9, 0.99):
            below = float((here[1] < np.quantile(there[1], share)).mean())
            spread = share * (1 - share) * (1 / there.shape[1] + 1 / here.shape[1])
            assert abs(below - share) < ERRORS * math.sqrt(spread)


def test_two_years_by_hand() -> None:
    model, streams, p = wilkie("1995"), Chance(2).unit(1), SETS["1995"].values
    shares, consols = model.growth(2, streams, [SHARES, CONSOLS])
    prices = model.prices(2, streams)
    drawn_ = {
        name: streams(source).standard_normal((2, 250))[:, 7]
        for name, source in (
            ("I", "inflation"),
            ("Y", "markets.dividend_yield"),
            ("D", "markets.dividends"),
            ("C", "markets.consols"),
        )
    }
    i = dm = cm = p["QMU"]
    ye = de = yn = x = 0.0
    y, c = p["YMU"] * math.exp(p["YW"] * i), p["QMU"] + p["CMU"]
    for year in range(2):
        i = p["QMU"] + p["QA"] * (i - p["QMU"]) + p["QSD"] * drawn_["I"][year]
        dm, cm = p["DD"] * i + (1 - p["DD"]) * dm, p["CD"] * i + (1 - p["CD"]) * cm
        k = p["DW"] * dm + (1 - p["DW"]) * i + p["DMU"] + p["DY"] * ye + p["DB"] * de
        ye, de = p["YSD"] * drawn_["Y"][year], p["DSD"] * drawn_["D"][year]
        yn = p["YA"] * yn + ye
        before, y = y, p["YMU"] * math.exp(p["YW"] * i + yn)
        x = p["CA1"] * x + p["CY"] * ye + p["CSD"] * drawn_["C"][year]
        old, c = c, cm + p["CMU"] * math.exp(x)
        assert prices[4 * year, 7] ** 4 == pytest.approx(math.exp(i), rel=1e-13)
        expected = math.exp(k + de) * before / y * (1 + y)
        assert shares[4 * year, 7] ** 4 == pytest.approx(expected, rel=1e-12)
        assert consols[4 * year, 7] ** 4 == pytest.approx(old * (1 / c + 1), rel=1e-12)


def test_consols_never_yield_less_than_the_least() -> None:
    low = wilkie("re-based-cpi", parameters={"CMIN": "4%"})
    free = wilkie("re-based-cpi")
    floored, plain = (one.growth(30, Chance(1).unit(0), [CONSOLS])[0] for one in (low, free))
    assert not np.array_equal(floored, plain)
    # a yield that is 4 % in two years running earns 4 %
    assert (np.abs(floored**4 - 1.04) < 1e-12).any()


def test_parameters_of_ones_own() -> None:
    model = wilkie("1995", parameters={"QMU": "2%", "QA": 0})
    assert model.price_moments().log_mean == pytest.approx(0.02)
    assert model.price_moments().autocorrelation == 0
    cited: dict[tuple[str, ...], str] = {("parameters", "QMU"): "unverified: ours"}
    told = {one.key: one for one in model.describe(lambda key: cited.get(key, ""))}
    assert told["parameters", "QMU"].mark == "unverified"
    assert told["set", "QSD"].mark == "cited"
    assert told["set", "QSD"].value == 0.0425
    assert ("set", "QMU") not in told
    rebased = {one.key: one for one in wilkie("re-based-cpi").describe()}
    assert rebased["set", "QMU"].mark == "unverified"


def test_every_set_has_every_parameter_and_a_source() -> None:
    for published in SETS.values():
        assert list(published.values) == list(MEANINGS)
        assert published.source
    assert SETS["re-based-cpi"].values["QMU"] == pytest.approx(math.log(1.02), rel=1e-15)
    assert SETS["re-based-rpi"].values["QMU"] == pytest.approx(math.log(1.024), rel=1e-15)


def test_a_year_more_leaves_earlier_ones_alone() -> None:
    model = wilkie("1986-full", begins="stationary")
    (short,), (long,) = (model.growth(years, Chance(5).unit(2)) for years in (5, 50))
    assert short.tobytes() == long[:20].tobytes()


@pytest.mark.parametrize(
    ("parameters", "message", "key"),
    [
        ({"QMV": 0.02}, 'no parameter "QMV" \\(did you mean "QMU"', ("parameters", "QMV")),
        ({"QA": 1.0}, "shocks never die away", ("parameters",)),
        ({"YMU": 0}, "found 0, expected a yield above 0", ("parameters", "YMU")),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    parameters: dict[str, float], message: str, key: tuple[str, ...]
) -> None:
    with pytest.raises(ValidationError, match=message) as raised:
        wilkie("1995", parameters=parameters)
    cause = raised.value.errors()[0]["ctx"]["error"]
    assert isinstance(cause, Fault)
    assert cause.key == key
