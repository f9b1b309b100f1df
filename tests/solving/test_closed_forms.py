"""What is solved for, against what can be worked out: with risk within its own error, and without.

A fund spends a share s of its value on the first day of each year, then earns exp(x), x ~ N(m, v²)
with v² = ln(1 + (volatility / (1 + a))²) and m = ln(1 + a) − v² / 2, pays the fee f, and prices
rise by π. So ln of real W(T) / W(0) ~ N(d T, v² T) with d = ln(1 − s) + ln(1 − f) + m − ln(1 + π),
and real spending changes from year to year by exp(d + v z), independently: a product of
independent lognormals is lognormal (Johnson, Kotz and Balakrishnan, Continuous Univariate
Distributions, vol. 1, 2nd edition, chapter 14). Pennies are rounded; of £100m that moves no share
that is seen here.
"""

from __future__ import annotations

import math
from decimal import Decimal
from pathlib import Path
from statistics import NormalDist
from typing import Any, NamedTuple

import pytest

from fundsim import Scenario, solve
from fundsim.solving.solved import Solved
from tests.solving.world import endowment, risky

NORMAL = NormalDist()
STEP = 0.0001


class Case(NamedTuple):
    """What markets do, and what is asked: after how long, how much, how probably."""

    mean: float
    volatility: float
    fee: float
    inflation: float
    years: int
    level: float
    probability: float

    @property
    def sd(self) -> float:
        """Standard deviation of a year's log return."""
        return math.sqrt(math.log(1 + (self.volatility / (1 + self.mean)) ** 2))

    @property
    def drift(self) -> float:
        """Mean of a year's real log growth, before spending."""
        log_mean = math.log(1 + self.mean) - self.sd**2 / 2
        return log_mean + math.log(1 - self.fee) - math.log(1 + self.inflation)

    @property
    def kept(self) -> float:
        """The rate at which capital is kept at a level with the probability."""
        z, sd = NORMAL.inv_cdf(self.probability), self.sd * math.sqrt(self.years)
        return 1 - math.exp((math.log(self.level) + z * sd) / self.years - self.drift)

    @property
    def steady(self) -> float:
        """The rate at which no cut is larger than 1 − level, with the probability, in all years."""
        a_year = self.probability ** (1 / (self.years - 1))
        return 1 - math.exp(math.log(self.level) + NORMAL.inv_cdf(a_year) * self.sd - self.drift)


KEPT = [
    Case(0.07, 0.12, 0.006, 0.0244, 30, 1.0, 0.5),
    Case(0.07, 0.12, 0.006, 0.0244, 30, 0.7, 0.8),
    Case(0.05, 0.06, 0.0, 0.02, 10, 0.8, 0.9),
    Case(0.09, 0.20, 0.01, 0.03, 20, 0.5, 0.75),
    Case(0.06, 0.10, 0.004, 0.01, 5, 0.9, 0.6),
]
STEADY = [
    Case(0.07, 0.06, 0.006, 0.01, 10, 0.9, 0.8),
    Case(0.08, 0.08, 0.0, 0.02, 6, 0.85, 0.7),
    Case(0.09, 0.12, 0.003, 0.0, 15, 0.7, 0.9),
]


def made(folder: Path, case: Case, target: str, *, seed: int = 1, paths: int = 2000) -> Solved:
    markets = risky(case.mean, case.volatility, case.fee, case.inflation)
    world = endowment(folder, paths=paths, years=case.years, markets=markets)
    return solve(world, f"{target} with probability {case.probability}", seed=seed, high="40%")


def kept(folder: Path, case: Case, **settings: int) -> Solved:
    target = f"capital kept whole at {case.years} years at least {case.level}"
    return made(folder, case, target, **settings)


@pytest.mark.parametrize("case", KEPT)
def test_the_rate_that_keeps_capital_is_that_of_the_closed_form_within_its_error(
    tmp_path: Path, case: Case
) -> None:
    # p(s) = Φ((T d(s) − ln k) / (v √T)), so dp/ds = −φ(z) √T / (v (1 − s)).
    found = kept(tmp_path, case)
    assert found.value is not None
    assert found.error is not None
    assert abs(found.value - case.kept) < 4 * found.error + STEP
    slope = NORMAL.pdf(NORMAL.inv_cdf(case.probability)) * math.sqrt(case.years)
    slope /= case.sd * (1 - case.kept)
    error = math.sqrt(case.probability * (1 - case.probability) / 2000) / slope
    assert found.error == pytest.approx(error, rel=0.25)
    for one in found.trials:
        drift = math.log(1 - float(one.value)) + case.drift
        z = (drift * case.years - math.log(case.level)) / (case.sd * math.sqrt(case.years))
        exact = NORMAL.cdf(z)
        error = math.sqrt(exact * (1 - exact) / 2000)
        assert abs(one.share - exact) <= 4 * error + 1 / 2000


@pytest.mark.parametrize("case", STEADY)
def test_the_rate_that_cuts_nothing_is_that_of_the_closed_form_within_its_error(
    tmp_path: Path, case: Case
) -> None:
    found = made(tmp_path, case, f"no real cut over {1 - case.level:.2f} in {case.years} years")
    assert found.value is not None
    assert found.error is not None
    assert abs(found.value - case.steady) < 4 * found.error + STEP


def test_the_interval_covers_the_truth_about_as_often_as_it_says(tmp_path: Path) -> None:
    # Of 20 intervals of 95 % fewer than 15 cover it once in 3,000 times, if they are what they say.
    case, covered = Case(0.06, 0.10, 0.004, 0.01, 5, 0.9, 0.6), 0
    for seed in range(20):
        found = kept(tmp_path, case, seed=seed, paths=250)
        assert found.interval is not None
        low, high = found.interval
        covered += low <= case.kept <= high + STEP
    assert covered >= 15


# Without risk the largest rate is exact


class Steady(NamedTuple):
    """What markets do each year, as decimals."""

    growth: str
    fee: str
    inflation: str

    @property
    def real(self) -> Decimal:
        """Real growth of a year, as a factor."""
        return (1 + Decimal(self.growth)) * (1 - Decimal(self.fee)) / (1 + Decimal(self.inflation))

    def world(self, folder: Path, years: int, **fund: Any) -> Scenario:
        """Give an endowment in such markets."""
        markets = {"growth": self.growth, "fee": self.fee, "inflation": self.inflation}
        stated: dict[str, Any] = {name: float(text) for name, text in markets.items()}
        return endowment(folder, years=years, **stated, **fund)


QUIET = [Steady("0.05", "0", "0.02"), Steady("0.07", "0.006", "0.025"), Steady("0.03", "0.01", "0")]


@pytest.mark.parametrize("steady", QUIET)
@pytest.mark.parametrize("years", [1, 25])
def test_without_risk_the_largest_rate_is_what_real_growth_allows(
    tmp_path: Path, steady: Steady, years: int
) -> None:
    # Kept whole for ever where (1 − s) h ≥ 1: s = 1 − 1 / h, down to a whole step.
    exact = 1 - 1 / steady.real
    found = solve(
        steady.world(tmp_path, years),
        f"capital kept whole at {years} years at least 1 with probability 0.5",
        within="0.01%",
    )
    assert found.found is not None
    assert found.found.value == exact.quantize(Decimal("0.0001"), rounding="ROUND_DOWN")
    assert found.error == 0
    assert found.interval == (found.value, found.value)


@pytest.mark.parametrize("years", [10, 30])
@pytest.mark.parametrize("steady", QUIET)
def test_without_risk_the_largest_real_amount_is_an_annuity(
    tmp_path: Path, steady: Steady, years: int
) -> None:
    # w(T) = w(0) h^T − c h (h^T − 1) / (h − 1) > 0: an annuity paid in advance.
    h = steady.real
    exact = 100_000_000 * h ** (years - 1) * (h - 1) / (h**years - 1)
    found = solve(
        steady.world(tmp_path, years, spending={"kind": "constant_real", "amount": "£1m"}),
        f"not exhausted in {years} years with probability 1",
        high="£20m",
        within="£100",
    )
    assert found.value == float(exact // 100 * 100)
