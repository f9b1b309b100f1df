"""Markets against their closed forms, 200,000 paths; every figure within 4 standard errors.

Moments of lognormal growth G = exp(x), x ~ N(m, v): E G = exp(m + v/2), Var G = (E G)² (exp v − 1),
kurtosis w⁴ + 2w³ + 3w² − 3 with w = exp v (Johnson, Kotz and Balakrishnan, Continuous Univariate
Distributions, vol. 1, 2nd edition, chapter 14). Assets that return to their weights every quarter:
mean w'E, variance w'Cov w, with Cov_ij = E_i E_j (exp(v_ij) − 1).

Standard errors for n paths: of a mean sd / √n; of a variance √((m₄ − sd⁴) / n), of a
standard deviation that over 2 sd; of a quantile √(q (1 − q) / n) / f(x_q) (Kendall and Stuart, The
Advanced Theory of Statistics, vol. 1, chapter 10).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest

from fundsim.chance import UNIT, Chance
from fundsim.metrics.statistics import quantiles
from fundsim.money import Real
from fundsim.rules.returns import Lognormal, ReturnModel
from fundsim.scenario import load

PATHS = 200_000
NO_INFLATION = {"kind": "constant", "rate": 0}


def growths(model: ReturnModel, *mixes: Mapping[str, float], years: int = 1) -> list[Real]:
    """Growth of each mix in each quarter, `(quarter, path)`, drawn at once."""
    chance = Chance(20200924)
    units = [model.growth(years, chance.unit(u), mixes) for u in range(PATHS // UNIT)]
    return [np.concatenate(parts, axis=1) for parts in zip(*units, strict=True)]


def growth(model: ReturnModel, years: int = 1) -> Real:
    """Growth of the markets' own mix in each quarter, `(quarter, path)`."""
    return growths(model, model.weights, years=years)[0]


def yearly(quarters: Real) -> Real:
    """Growth in each year, `(year, path)`."""
    by_year = quarters.reshape(-1, 4, quarters.shape[1])
    return np.asarray(by_year.prod(axis=1))


def error_of_variance(sample: Real) -> float:
    apart = sample - sample.mean()
    return float(np.sqrt(((apart**4).mean() - sample.var() ** 2) / len(sample)))


# One asset: what is stated is what is simulated


def one_asset(key: str, mean: float, volatility: float, step: str) -> Lognormal:
    mix = {"a": {"weight": 1, key: mean, "volatility": volatility}}
    return Lognormal.model_validate({"step": step, "assets": mix, "inflation": NO_INFLATION})


STATED = [(0.07, 0.12), (0.07, 0.165), (0.035, 0.015), (0.09, 0.24), (-0.02, 0.4)]


@pytest.mark.parametrize("step", ["quarter", "year"])
@pytest.mark.parametrize(("mean", "volatility"), STATED)
def test_a_stated_arithmetic_mean_is_the_mean_of_simulated_years(
    mean: float, volatility: float, step: str
) -> None:
    years = yearly(growth(one_asset("arithmetic_mean", mean, volatility, step), years=3))
    for found in years:
        assert abs(found.mean() - (1 + mean)) < 4 * volatility / math.sqrt(PATHS)
        assert abs(found.std() - volatility) < 4 * error_of_sd(1 + mean, volatility)


@pytest.mark.parametrize("step", ["quarter", "year"])
@pytest.mark.parametrize(("mean", "volatility"), STATED)
def test_a_stated_geometric_mean_is_the_median_of_simulated_years(
    mean: float, volatility: float, step: str
) -> None:
    # Var G = (1 + g)² x (x − 1) = s² with x = exp v; the density at the median is 1 / (G √(2πv)).
    v = math.log((1 + math.sqrt(1 + 4 * (volatility / (1 + mean)) ** 2)) / 2)
    density = 1 / ((1 + mean) * math.sqrt(2 * math.pi * v))
    years = yearly(growth(one_asset("geometric_mean", mean, volatility, step), years=2))
    for found in years:
        (median,) = quantiles(found, [0.5])
        assert abs(median - (1 + mean)) < 4 * math.sqrt(0.25 / PATHS) / density
        mean_growth = (1 + mean) * math.exp(v / 2)
        assert abs(found.mean() - mean_growth) < 4 * volatility / math.sqrt(PATHS)
        assert abs(found.std() - volatility) < 4 * error_of_sd(mean_growth, volatility)


def error_of_sd(mean_growth: float, volatility: float) -> float:
    w = 1 + (volatility / mean_growth) ** 2
    kurtosis = w**4 + 2 * w**3 + 3 * w**2 - 3
    return volatility / 2 * math.sqrt((kurtosis - 1) / PATHS)


@pytest.mark.parametrize("step", ["quarter", "year"])
def test_two_years_compound_to_the_square_of_the_stated_mean(step: str) -> None:
    both = yearly(growth(one_asset("arithmetic_mean", 0.07, 0.165, step), years=2)).prod(axis=0)
    second_moment = (1.07**2 + 0.165**2) ** 2
    sd = math.sqrt(second_moment - 1.07**4)
    assert abs(both.mean() - 1.07**2) < 4 * sd / math.sqrt(PATHS)


# Several assets


OPPOSED = {
    "assets": {
        "a": {"weight": 0.5, "arithmetic_mean": 0.08, "volatility": 0.2},
        "b": {"weight": 0.3, "arithmetic_mean": 0.04, "volatility": 0.1},
        "c": {"weight": 0.1, "arithmetic_mean": 0.1, "volatility": 0.35},
        "d": {"weight": 0.1, "arithmetic_mean": 0.03, "volatility": 0},
    },
    "correlations": {"b": {"a": -0.6}, "c": {"a": 0.7, "b": -0.2}},
}


def mix_of(name: str, step: str) -> Lognormal:
    """The nine assets of the default set, or three at odds and one without risk."""
    if name == "nine":
        nine = load("kruger-endowment").markets
        assert isinstance(nine, Lognormal)
        return nine.model_copy(update={"step": step})
    return Lognormal.model_validate({"step": step, "inflation": NO_INFLATION, **OPPOSED})


OWN = {
    "nine": {"cash": 0.5, "gilts": 0.1, "global_equity": 0.4},
    "opposed": {"c": 0.3, "b": 0.2, "d": 0.5},
}
MIXES = [(name, held) for name in OWN for held in ("the markets'", "a fund's")]


class Moments:
    """Log means and covariances of a year, from the stated figures alone."""

    def __init__(self, model: Lognormal, weights: Mapping[str, float]) -> None:
        self.names = list(model.assets)
        stated = list(model.assets.values())
        self.weight = np.array([weights.get(name, 0.0) for name in self.names])
        self.mean = np.array([1 + (asset.arithmetic_mean or 0.0) for asset in stated])
        self.sd = np.array([asset.volatility for asset in stated])
        self.rho = np.eye(len(stated))
        for one, row in model.correlations.items():
            for other, value in row.items():
                i, j = self.names.index(one), self.names.index(other)
                self.rho[i, j] = self.rho[j, i] = value
        covariance = self.rho * np.outer(self.sd, self.sd)
        self.log_cov = np.log1p(covariance / np.outer(self.mean, self.mean))
        self.log_mean = np.log(self.mean) - np.diag(self.log_cov) / 2

    def of_a_quarter(self, part: float) -> tuple[float, float]:
        """Mean and variance of the mix when a quarter has `part` of a year's variance."""
        mean = np.exp(self.log_mean / 4 + part * np.diag(self.log_cov) / 2)
        covariance = np.outer(mean, mean) * np.expm1(part * self.log_cov)
        return float(self.weight @ mean), float(self.weight @ covariance @ self.weight)

    def of_a_year(self) -> tuple[float, float]:
        """Mean and variance of the mix in a year that is one draw: w'(1 + a) and w' Cov w."""
        covariance = self.rho * np.outer(self.sd, self.sd)
        return float(self.weight @ self.mean), float(self.weight @ covariance @ self.weight)


def agrees(sample: Real, mean: float, variance: float) -> bool:
    of_mean = abs(sample.mean() - mean) / math.sqrt(variance / len(sample))
    of_variance = abs(sample.var() - variance) / error_of_variance(sample)
    return bool(max(of_mean, of_variance) < 4)


@cache
def drawn(name: str, step: str) -> list[Real]:
    model = mix_of(name, step)
    return growths(model, model.weights, OWN[name])


def growth_of(name: str, step: str, held: str = "the markets'") -> Real:
    return drawn(name, step)[0 if held == "the markets'" else 1]


def moments(name: str, step: str, held: str) -> Moments:
    model = mix_of(name, step)
    return Moments(model, model.weights if held == "the markets'" else OWN[name])


@pytest.mark.parametrize(("name", "held"), MIXES)
def test_a_mix_has_its_mean_and_variance_each_quarter(name: str, held: str) -> None:
    exact = moments(name, "quarter", held).of_a_quarter(1 / 4)
    for quarter in growth_of(name, "quarter", held):
        assert agrees(quarter, *exact)


@pytest.mark.parametrize(("name", "held"), MIXES)
def test_a_mix_that_is_drawn_quarterly_has_its_mean_and_variance_each_year(
    name: str, held: str
) -> None:
    mean, variance = moments(name, "quarter", held).of_a_quarter(1 / 4)
    second = (variance + mean**2) ** 4
    (found,) = yearly(growth_of(name, "quarter", held))
    assert agrees(found, mean**4, second - mean**8)


@pytest.mark.parametrize(("name", "held"), MIXES)
def test_a_mix_that_is_drawn_yearly_has_the_stated_mean_and_variance_each_year(
    name: str, held: str
) -> None:
    (found,) = yearly(growth_of(name, "year", held))
    assert agrees(found, *moments(name, "year", held).of_a_year())


def test_the_default_mix_has_the_mean_and_spread_that_its_figures_promise() -> None:
    # w'(1 + a) and √(w' Cov w) of the stated yearly returns are 6.97 % and 11.79 %; going back to
    # the weights every quarter instead of once a year moves both by less than a tenth of a point.
    (found,) = yearly(growth_of("nine", "quarter"))
    assert found.mean() - 1 == pytest.approx(0.0697, abs=0.0002 + 4 * 0.1179 / math.sqrt(PATHS))
    assert found.std() == pytest.approx(0.1179, abs=0.0010)


# Correlations


def single_assets(model: Lognormal) -> list[Real]:
    """Growth in the first year of each risky asset by itself, `(path,)`."""
    alone = [{name: 1.0} for name, asset in model.assets.items() if asset.volatility]
    return [yearly(found)[0] for found in growths(model, *alone)]


@pytest.mark.parametrize("step", ["quarter", "year"])
@pytest.mark.parametrize("mix", ["nine", "opposed"])
def test_yearly_returns_are_correlated_as_stated(mix: str, step: str) -> None:
    # The sample correlation's influence at a standardised (x, y) is xy − r (x² + y²) / 2, and its
    # standard error the root mean square of that over √n (Devlin, Gnanadesikan and Kettenring,
    # Biometrika 62, 1975).
    model = mix_of(mix, step)
    exact = Moments(model, model.weights)
    risky = [i for i, sd in enumerate(exact.sd) if sd > 0]
    alone = [(found - found.mean()) / found.std() for found in single_assets(model)]
    for i, x in enumerate(alone):
        for j, y in enumerate(alone[:i]):
            r = exact.rho[risky[i], risky[j]]
            influence = x * y - r * (x * x + y * y) / 2
            error = math.sqrt(float((influence**2).mean()) / PATHS)
            assert abs((x * y).mean() - r) < 4 * error
