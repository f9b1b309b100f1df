"""An endowment against its closed forms: without risk to the rounding, with risk within 4 errors.

Each year begins with spending of a share s of the value; then it earns G and pays the fee f.
Without risk W(T) = W(0) · ((1 − s) (1 − f) (1 + r))^T. With one lognormal asset (yearly log mean m,
variance v) and inflation of force I(t), ln of real W(T) / W(0) is normal with mean d T, where
d = ln(1 − s) + ln(1 − f) + m − E I, and variance v T + Var Σ I(t): a product of independent
lognormals is lognormal (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions,
vol. 1, 2nd edition, chapter 14), and inflation is independent of the asset. For Var Σ I(t) of an
AR(1) process that starts at its mean see `test_inflation.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pytest

from fundsim import Results, simulate
from fundsim.chance import UNIT, Chance
from fundsim.metrics.statistics import mean_and_error, quantiles
from fundsim.money import Real
from fundsim.rules.returns import Lognormal
from fundsim.scenario import Scenario, load

AREAS = "code,name,population,need,foundation\nA1,One,10,1,one\nB1,Two,30,2,two\n"
NORMAL = NormalDist()


@pytest.fixture
def world(tmp_path: Path) -> Callable[..., Scenario]:
    """A fund in a world of two areas; the options are tables as they stand in a scenario file."""
    (tmp_path / "areas.csv").write_text(AREAS, encoding="utf-8")

    def made(
        *, spending: str, markets: str, years: int, paths: int = 2, fund: str = ""
    ) -> Scenario:
        text = f"""
            schema_version = 1
            name = "known"
            title = "Known answers"
            start = 2021-04-01
            years = {years}
            paths = {paths}
            seed = 20200924
            geography = {{ areas = "areas.csv", need = "need" }}
            markets = {{ {markets} }}
            [funds.fund]
            title = "One fund"
            spending = {{ {spending} }}
            allocation = {{ kind = "per_capita" }}
            {fund or 'opening = "£2bn"'}
            """
        (tmp_path / "known.toml").write_text(text, encoding="utf-8")
        return load(tmp_path / "known.toml")

    return made


# Without risk, to the rounding


class Steady(NamedTuple):
    """What is stated, as decimals, so that the closed form can be worked out exactly."""

    growth: str
    spent: str
    fee: str
    prices: str = "0"
    opening: int = 200_000_000_000

    @property
    def markets(self) -> str:
        return (
            f'kind = "deterministic", fee = {self.fee}, '
            f'inflation = {{ kind = "constant", rate = {self.prices} }}, '
            f"assets = {{ a = {{ weight = 1, arithmetic_mean = {self.growth} }} }}"
        )

    @property
    def quarter(self) -> float:
        return float(((1 + Decimal(self.growth)) * (1 - Decimal(self.fee))) ** Decimal("0.25"))


QUIET = [
    Steady("0.07", "0.04", "0.006", "0.025"),
    Steady("0.05", "0.05", "0", "0.02"),
    Steady("0.02", "0.1", "0.015"),
    Steady("-0.03", "0.04", "0.01"),
    Steady("0.10", "0", "0"),
    Steady("0.07", "0.04", "0.006", "0.025", opening=12_345),
]


def half_pennies(steady: Steady, years: int) -> float:
    """What roundings can add up to: half a penny each for spending, growth and fee, compounded.

    Each quarter's two products in float64 are off by a few parts in 2⁵³ of the capital as well.
    """
    off, capital = 0.0, float(steady.opening)
    fee_kept = (1 - float(steady.fee)) ** 0.25
    for _ in range(years):
        off = off * (1 - float(steady.spent)) + 0.5
        capital *= 1 - float(steady.spent)
        for _ in range(4):
            off = (off * steady.quarter / fee_kept + 0.5) * fee_kept + 0.5
            capital *= steady.quarter
            off += 8 * 2.0**-53 * capital
    return off


@pytest.mark.parametrize("steady", QUIET)
def test_capital_under_proportional_spending_follows_its_closed_form_to_the_rounding(
    world: Callable[..., Scenario], steady: Steady
) -> None:
    results = simulate(
        world(
            spending=f'kind = "percent_of_value", rate = {steady.spent}',
            markets=steady.markets,
            years=50,
            fund=f"opening = {Decimal(steady.opening) / 100}",
        )
    )
    factor = (1 - Decimal(steady.spent)) * (1 - Decimal(steady.fee)) * (1 + Decimal(steady.growth))
    capital, spending = closing(results), results.series["fund"].nominal["spending"]
    real = closing(results, "real")
    for year in range(50):
        exact = steady.opening * factor ** (year + 1)
        bound = half_pennies(steady, year + 1)
        assert abs(capital[year, 0] - exact) <= bound
        before = exact / factor * Decimal(steady.spent)
        assert abs(spending[year, 0] - before) <= bound + 0.5
        index = (1 + Decimal(steady.prices)) ** (year + 1)
        assert abs(real[year, 0] - exact / index) <= bound / float(index) + 0.51


def closing(results: Results, basis: str = "nominal") -> Real:
    own = results.series["fund"]
    return np.asarray((own.nominal if basis == "nominal" else own.real)["closing_capital"])


def test_without_risk_all_paths_are_equal_and_the_error_is_nothing(
    world: Callable[..., Scenario],
) -> None:
    steady = QUIET[0]
    results = simulate(
        world(
            spending=f'kind = "percent_of_value", rate = {steady.spent}',
            markets=steady.markets,
            years=20,
            paths=600,
        )
    )
    assert (closing(results) == closing(results)[:, :1]).all()
    assert set(results.table("years").where(fund="fund").column("se")) <= {"0.0000", "0.000000", ""}


def test_constant_real_spending_leaves_what_an_annuity_leaves(
    world: Callable[..., Scenario],
) -> None:
    # In real terms w' = (w − c) h with h = (1 + r)(1 − f) / (1 + p), so that after T years
    # w = w(0) h^T − c h (h^T − 1) / (h − 1): an annuity paid in advance.
    steady = Steady("0.06", "0", "0.004", "0.02")
    results = simulate(
        world(spending='kind = "constant_real", amount = "£70m"', markets=steady.markets, years=30)
    )
    h = (1 + Decimal("0.06")) * (1 - Decimal("0.004")) / (1 + Decimal("0.02"))
    amount = Decimal(7_000_000_000)
    for year in range(30):
        grown = h ** (year + 1)
        exact = steady.opening * grown - amount * h * (grown - 1) / (h - 1)
        assert abs(closing(results, "real")[year, 0] - exact) <= half_pennies(steady, year + 1) + 1
        assert results.series["fund"].real["spending"][year, 0] == pytest.approx(7e9, abs=1)


def test_spend_down_leaves_the_share_of_the_years_that_are_left(
    world: Callable[..., Scenario],
) -> None:
    # Each year 1 / (years left) goes: Π (1 − 1 / (n − k)) = (n − t) / n, times growth to the t.
    steady = Steady("0.05", "0", "0.005")
    results = simulate(
        world(
            spending='kind = "spend_down", over = "10 years"',
            markets=steady.markets,
            years=12,
            fund='opening = "£2bn"\ncloses = { on = 2031-03-31, residue = "treasury" }',
        )
    )
    factor = (1 + Decimal("0.05")) * (1 - Decimal("0.005"))
    for year in range(10):
        exact = steady.opening * factor ** (year + 1) * (9 - year) / 10
        assert abs(closing(results)[year, 0] - exact) <= half_pennies(steady, year + 1)
    assert not closing(results)[9:].any()


def test_a_moving_average_grows_in_the_end_by_its_dominant_root(
    world: Callable[..., Scenario],
) -> None:
    # Capital on year ends W, each year W' = g⁴ (W − S) with S = (s/12) Σ over the last 12 quarters
    # of the values; within a year those are W / g³, W / g², W / g, W. Long-run growth L solves
    # L = g⁴ (1 − (s/12) Σ_{j<3} L^{−j} Σ_{k<4} g^{−k}).
    steady = Steady("0.07", "0.05", "0.006")
    results = simulate(
        world(
            spending='kind = "moving_average", rate = "5%", over = "12 quarters"',
            markets=steady.markets,
            years=120,
        )
    )
    quarter, root = steady.quarter, 1.0
    within = sum(quarter**-k for k in range(4))
    for _ in range(200):
        root = quarter**4 * (1 - 0.05 / 12 * within * sum(root**-j for j in range(3)))
    found = closing(results)[-1, 0] / closing(results)[-2, 0]
    assert found == pytest.approx(root, rel=1e-11)


# With risk, within 4 standard errors


class Risky(NamedTuple):
    mean: float
    volatility: float
    spent: float
    fee: float
    inflation: tuple[float, float, float]
    years: int
    step: str = "quarter"

    @property
    def model(self) -> Lognormal:
        log_mean, persistence, sd = self.inflation
        return Lognormal.model_validate(
            {
                "step": self.step,
                "fee": self.fee,
                "assets": {
                    "a": {"weight": 1, "arithmetic_mean": self.mean, "volatility": self.volatility}
                },
                "inflation": {
                    "kind": "ar1",
                    "log_mean": log_mean,
                    "persistence": persistence,
                    "sd": sd,
                },
            }
        )

    def law(self, *, real: bool = True) -> NormalDist:
        """The normal law of ln W(T) / W(0)."""
        log_mean, a, sd = self.inflation
        variance = math.log1p((self.volatility / (1 + self.mean)) ** 2)
        drift = math.log1p(-self.spent) + math.log1p(-self.fee)
        drift += math.log1p(self.mean) - variance / 2 - real * log_mean
        summed = sd**2 * sum(((1 - a**k) / (1 - a)) ** 2 for k in range(1, self.years + 1))
        return NormalDist(drift * self.years, math.sqrt(variance * self.years + real * summed))


CPI = (0.0244, 0.489, 0.0158)
SETS = [
    Risky(0.07, 0.12, 0.04, 0.006, CPI, 20),
    Risky(0.07, 0.12, 0.04, 0.006, CPI, 20, step="year"),
    Risky(0.0697, 0.1179, 0.04, 0.006, CPI, 50),
    Risky(0.09, 0.24, 0.06, 0.015, (0.043, 0.58, 0.04), 10),
    Risky(0.035, 0.015, 0.02, 0.0, (0.0473, 0.9, 0.0427), 15),
]
PATHS = 200_000


@cache
def ratios(risky: Risky) -> Real:
    """Real capital after T years over the opening: each year spends, earns, and pays the fee."""
    model = risky.model
    kept = ((1 - risky.spent) * (1 - risky.fee)) ** risky.years
    units = []
    for unit in range(PATHS // UNIT):
        drawn = model.draw(risky.years, Chance(11).unit(unit))
        units.append(kept * drawn.growth[0].prod(axis=0) / drawn.prices.prod(axis=0))
    return np.concatenate(units)


def deviations(sample: Real, law: NormalDist) -> Iterator[tuple[str, float]]:
    """How far mean, quantiles and shortfalls of a lognormal sample lie, in standard errors."""
    n = len(sample)
    mean = math.exp(law.mean + law.variance / 2)
    found, error = mean_and_error(sample)
    exact_error = mean * math.sqrt(math.expm1(law.variance) / n)
    yield "mean", (found - mean) / exact_error
    # the estimated error itself has a relative error of √((kurtosis − 1) / n) / 2
    w = math.exp(law.variance)
    spread = math.sqrt((w**4 + 2 * w**3 + 3 * w**2 - 4) / n) / 2
    yield "its error", (error / exact_error - 1) / spread
    levels = (0.05, 0.25, 0.5, 0.75, 0.95)
    for level, value in zip(levels, quantiles(sample, levels), strict=True):
        exact = math.exp(law.inv_cdf(level))
        density = law.pdf(math.log(exact)) / exact
        yield f"q{level}", (value - exact) / (math.sqrt(level * (1 - level) / n) / density)
    for part in (0.25, 0.5, 0.75, 1.0, 1.5, 2.0):
        short = law.cdf(math.log(part))
        if short * (1 - short) * n > 25:  # below that the count of paths is no longer normal
            gap = (sample < part).mean() - short
            yield f"below {part}", gap / math.sqrt(short * (1 - short) / n)


@pytest.mark.parametrize("risky", SETS)
def test_real_capital_has_its_mean_quantiles_and_shortfall_probabilities(risky: Risky) -> None:
    far = {what: gap for what, gap in deviations(ratios(risky), risky.law()) if abs(gap) >= 4}
    assert far == {}


def test_wrong_by_a_fiftieth_of_the_volatility_would_show() -> None:
    risky = SETS[0]
    law = risky._replace(volatility=risky.volatility * 1.02).law()
    assert max(abs(gap) for _, gap in deviations(ratios(risky), law)) > 4


@pytest.mark.parametrize("persistence", [0.0, 0.4])
def test_inflation_that_is_not_cumulated_rightly_would_show(persistence: float) -> None:
    risky = SETS[4]
    law = risky._replace(inflation=(0.0473, persistence, 0.0427)).law()
    assert max(abs(gap) for _, gap in deviations(ratios(risky), law)) > 4


@pytest.mark.parametrize("risky", [SETS[0], SETS[3]])
def test_the_engine_has_the_same_law_and_follows_its_draws_to_the_pound(
    world: Callable[..., Scenario], risky: Risky
) -> None:
    paths = 10_000
    log_mean, persistence, sd = risky.inflation
    results = simulate(
        world(
            spending=f'kind = "percent_of_value", rate = {risky.spent}',
            markets=f'kind = "lognormal", fee = {risky.fee}, '
            f'inflation = {{ kind = "ar1", log_mean = {log_mean}, persistence = {persistence}, '
            f"sd = {sd} }}, assets = {{ a = {{ weight = 1, arithmetic_mean = {risky.mean}, "
            f"volatility = {risky.volatility} }} }}",
            years=risky.years,
            paths=paths,
        ),
        seed=11,
    )
    opening = 200_000_000_000
    capital = closing(results, "real")[-1]
    assert np.abs(capital - opening * ratios(risky)[:paths]).max() < 100 * risky.years
    far = {
        what: gap
        for real in (True, False)
        for what, gap in deviations(
            closing(results, "real" if real else "nominal")[-1] / opening, risky.law(real=real)
        )
        if abs(gap) >= 4
    }
    assert far == {}


def test_with_money_coming_in_each_year_the_first_two_moments_follow_their_recursion(
    world: Callable[..., Scenario],
) -> None:
    # A year begins with spending of s·W and money c coming in, then earns G:
    # E' = ((1 − s) E + c) E G and M' = ((1 − s)² M + 2 (1 − s) c E + c²) E G².
    years, paths, spent, coming = 12, 20_000, 0.04, 20_000_000_000
    amounts = ", ".join(f'{2021 + year} = "£200m"' for year in range(years))
    results = simulate(
        world(
            spending=f'kind = "percent_of_value", rate = {spent}',
            markets='kind = "lognormal", inflation = { kind = "constant", rate = 0 }, '
            "assets = { a = { weight = 1, arithmetic_mean = 0.07, volatility = 0.165 } }",
            years=years,
            paths=paths,
            fund=f'opening = "£1bn"\ninflow = {{ kind = "schedule", amounts = {{ {amounts} }} }}',
        )
    )
    first, second, kept = 1e11, 1e22, 1 - spent
    for year in range(years):
        second = kept**2 * second + 2 * kept * coming * first + coming**2
        second *= 1.07**2 + 0.165**2
        first = (kept * first + coming) * 1.07
        sample = closing(results)[year].astype(np.float64)
        variance = second - first**2
        assert abs(sample.mean() - first) < 4 * math.sqrt(variance / paths)
        apart = sample - sample.mean()
        error = math.sqrt(((apart**4).mean() - sample.var() ** 2) / paths)
        assert abs(sample.var() - variance) < 4 * error
