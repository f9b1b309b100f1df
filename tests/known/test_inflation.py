"""Inflation against its closed forms, 200,000 paths; every figure within 4 standard errors.

I(t) = m + D(t) with D(t) = a · D(t−1) + s · Z(t), D(0) = 0 (Box, Jenkins, Reinsel and Ljung, Time
Series Analysis, 5th edition, section 3.2, started at its mean). D(t) = s · Σ_{k<t} a^k Z(t−k), so
Var I(t) = s² (1 − a^{2t}) / (1 − a²) and Cov(I(t), I(t+h)) = a^h Var I(t). Summed over T years each
Z(t) counts (1 − a^{T−t+1}) / (1 − a) times: the variance is s² Σ_{k=1..T} ((1 − a^k) / (1 − a))².
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

from fundsim.chance import UNIT, Chance
from fundsim.money import Real
from fundsim.rules.inflation import AutoregressiveInflation
from fundsim.rules.returns import Lognormal

PATHS, YEARS = 200_000, 12


class Stated(NamedTuple):
    mean: float
    persistence: float
    sd: float


SETS = [Stated(0.0244, 0.489, 0.0158), Stated(0.043, 0.58, 0.04), Stated(0.02, -0.5, 0.03)]


@cache
def forces(stated: Stated) -> Real:
    """The force of inflation of each year, `(year, path)`, read off the quarters' prices."""
    mean, persistence, sd = stated
    model = AutoregressiveInflation(log_mean=mean, persistence=persistence, sd=sd)
    units = [model.prices(YEARS, Chance(7).unit(u)) for u in range(PATHS // UNIT)]
    assert all(np.array_equal(unit[0::4], unit[3::4]) for unit in units)  # evenly over the year
    return np.asarray(4 * np.log(np.concatenate([unit[::4] for unit in units], axis=1)))


def variance(stated: Stated, year: int) -> float:
    a = stated.persistence
    return stated.sd**2 * (1 - a ** (2 * year)) / (1 - a**2)


def variance_of_sum(stated: Stated, years: int) -> float:
    a = stated.persistence
    return stated.sd**2 * sum(((1 - a**k) / (1 - a)) ** 2 for k in range(1, years + 1))


@pytest.mark.parametrize("stated", SETS)
def test_the_mean_force_is_the_stated_one_in_every_year(stated: Stated) -> None:
    for year, found in enumerate(forces(stated).mean(axis=1), start=1):
        error = math.sqrt(variance(stated, year) / PATHS)
        assert abs(found - stated.mean) < 4 * error


@pytest.mark.parametrize("stated", SETS)
def test_its_standard_deviation_grows_from_year_to_year_as_it_must(stated: Stated) -> None:
    # The sample standard deviation of n normals has a standard error of sd / √(2n).
    for year, found in enumerate(forces(stated).std(axis=1), start=1):
        sd = math.sqrt(variance(stated, year))
        assert abs(found - sd) < 4 * sd / math.sqrt(2 * PATHS)


@pytest.mark.parametrize("stated", SETS)
@pytest.mark.parametrize("lag", [1, 2, 5])
def test_its_autocorrelation_is_that_of_a_young_process(stated: Stated, lag: int) -> None:
    # A sample correlation of n pairs of normals has a standard error of (1 − r²) / √n.
    drawn = forces(stated)
    for year in range(1, YEARS + 1 - lag):
        scale = math.sqrt(variance(stated, year) / variance(stated, year + lag))
        rho = stated.persistence**lag * scale
        found = np.corrcoef(drawn[year - 1], drawn[year + lag - 1])[0, 1]
        assert abs(found - rho) < 4 * (1 - rho**2) / math.sqrt(PATHS)


@pytest.mark.parametrize("stated", SETS)
@pytest.mark.parametrize("years", [1, 2, 5, YEARS])
def test_the_cumulated_force_has_its_exact_mean_and_variance(stated: Stated, years: int) -> None:
    cumulated = forces(stated)[:years].sum(axis=0)
    exact = variance_of_sum(stated, years)
    assert abs(cumulated.mean() - years * stated.mean) < 4 * math.sqrt(exact / PATHS)
    assert abs(cumulated.var() - exact) < 4 * exact * math.sqrt(2 / PATHS)


def test_inflation_is_independent_of_the_assets() -> None:
    # Uncorrelated pairs: the sample correlation has a standard error of 1 / √n.
    model = Lognormal.model_validate(
        {
            "assets": {"a": {"weight": 1, "arithmetic_mean": 0.07, "volatility": 0.2}},
            "inflation": {"kind": "ar1", "log_mean": 0.02, "persistence": 0.5, "sd": 0.02},
        }
    )
    units = [model.draw(3, Chance(7).unit(u)) for u in range(PATHS // UNIT)]
    growth = np.concatenate([unit.growth[0] for unit in units], axis=1)
    prices = np.concatenate([unit.prices for unit in units], axis=1)
    for now, later in ((0, 0), (5, 5), (3, 4), (8, 3)):
        found = np.corrcoef(np.log(growth[now]), np.log(prices[later]))[0, 1]
        assert abs(found) < 4 / math.sqrt(PATHS)
