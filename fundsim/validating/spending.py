"""Checks of what funds spend and keep, through whole runs of the engine.

Each year begins with spending of a share s of the value; then it earns G and pays the fee f. With
one lognormal asset (yearly log mean m, variance v) and inflation of force I(t), ln of real
W(T) / W(0) is normal with mean d T, where d = ln(1 − s) + ln(1 − f) + m − E I, and variance
v T + Var Σ I(t), since a product of independent lognormals is lognormal (Johnson, Kotz and
Balakrishnan, Continuous Univariate Distributions 1, 2nd edition, chapter 14).
"""

from __future__ import annotations

import math

import numpy as np

from fundsim.metrics.catalogue import METRICS
from fundsim.money import Pence, Real
from fundsim.validating.check import Check, Finding, Sample, catches
from fundsim.validating.worlds import OPENING, Values, played, risky, steady

HORIZON = 30
SPENT, FEE, MEAN, VOLATILITY = 0.04, 0.006, 0.07, 0.165
VARIANCE = math.log1p((VOLATILITY / (1 + MEAN)) ** 2)
CPI, PERSISTENCE, SHOCK = 0.0244, 0.489, 0.0158
PROPORTIONAL: Values = {"kind": "percent_of_value", "rate": SPENT}
INFLATION: Values = {"kind": "ar1", "log_mean": CPI, "persistence": PERSISTENCE, "sd": SHOCK}
DRIFT = math.log1p(-SPENT) + math.log1p(-FEE) + math.log1p(MEAN) - VARIANCE / 2 - CPI
SUMMED = sum(((1 - PERSISTENCE**k) / (1 - PERSISTENCE)) ** 2 for k in range(1, HORIZON + 1))
SPREAD = math.sqrt(VARIANCE * HORIZON + SHOCK**2 * SUMMED)
NORMAL_KURTOSIS = 3.0


def _capital(sample: Sample) -> Real:
    """Give ln of real capital after thirty years over the opening money, `(path,)`."""
    markets = risky(MEAN, VOLATILITY, FEE, INFLATION)
    results = played(sample, HORIZON, markets, spending=PROPORTIONAL)
    real = results.series["fund"].of("closing_capital", "real")[-1]
    return np.asarray(np.log(real / OPENING))


@catches("capital in prices of the start is not brought to them")
def real_growth(sample: Sample) -> Finding:
    """The mean of ln real W(30) / W(0) is 30 d."""
    return Finding.of_mean(_capital(sample), DRIFT * HORIZON, SPREAD)


@catches("a year's volatility is brought to quarters by the wrong number")
def real_spread(sample: Sample) -> Finding:
    """Its standard deviation is √(30 v + Var Σ I), Var Σ I = s² Σ ((1 − aᵏ) / (1 − a))²."""
    return Finding.of_variance(_capital(sample), SPREAD, NORMAL_KURTOSIS)


@catches("the chance of a loss is understated by a mean that is taken for a median")
def ends_below_start(sample: Sample) -> Finding:
    """Real capital ends below where it began with probability Φ(−30 d / √(30 v + Var Σ I))."""
    below = 0.5 * math.erfc(DRIFT * HORIZON / SPREAD / math.sqrt(2))
    return Finding.of_share(_capital(sample) < 0, below)


@catches("a fund that was below half in between and has recovered is not counted")
def ever_below_half(sample: Sample) -> Finding:
    """Seen on year ends, capital falls below half of what came with the quadrature's probability.

    S(x) of a walk that is to stay above b for t more years: S_t(x) = ∫_b^∞ φ((y − x − d) / s) / s
    S_{t−1}(y) dy with S_0 = 1, by Gauss and Legendre's nodes. Continuous monitoring would give
    another figure, which a yearly simulator must not be held against.
    """
    years = 20
    results = played(sample, years, risky(MEAN, VOLATILITY), spending=PROPORTIONAL)
    found = METRICS["ever_below_half"].measure(results.series["fund"], "real")
    drift = math.log1p(-SPENT) + math.log1p(MEAN) - VARIANCE / 2
    stays = _stays_above(math.log(0.5), drift, math.sqrt(VARIANCE), years)
    return Finding.of_share(np.asarray(found, np.bool_), 1 - stays)


def _stays_above(low: float, drift: float, sd: float, years: int) -> float:
    """Give the probability that a normal walk from 0 is above `low` at the end of every year."""
    top = abs(drift) * years + 9 * sd * math.sqrt(years)
    nodes, weights = np.polynomial.legendre.leggauss(600)
    place = (top - low) / 2 * nodes + (top + low) / 2
    area = (top - low) / 2 * weights / (sd * math.sqrt(2 * math.pi))

    def above(begin: Real, stays: Real) -> Real:
        step = (place - begin[:, np.newaxis] - drift) / sd
        return np.asarray((np.exp(-step * step / 2) * area * stays).sum(axis=1))

    stays = np.ones(place.size)
    for _ in range(years - 1):
        stays = above(place, stays)
    return float(above(np.zeros(1), stays)[0])


@catches("constant real spending does not rise with prices")
def annuity(sample: Sample) -> Finding:
    """Constant real spending lasts as long as an annuity in advance that costs all there is.

    With h = (1 + r) / (1 + p), payments are made in full while c (1 − h^(−n)) / (1 − 1/h) is at
    most W: n = ⌊−ln(1 − W (1 − 1/h) / c) / ln h⌋ of them; the next one empties the fund.
    """
    amount, h = 10_000_000_000, 1.05 / 1.02
    spending = {"kind": "constant_real", "amount": "£100m"}
    results = played(sample, 50, steady(0.05, prices=0.02), spending=spending, paths=1)
    found = METRICS["year_of_exhaustion"].measure(results.series["fund"], "nominal")
    full = math.floor(-math.log(1 - OPENING * (1 - 1 / h) / amount) / math.log(h))
    year = float(np.asarray(found)[0])
    return Finding(year, 2021.0 + full, year - 2021 - full, "years", 0.0)


@catches("a moving average looks back over the wrong number of quarters")
def moving_average(sample: Sample) -> Finding:
    """Without risk twenty years follow S = s · mean of the last twelve values, W' = g⁴ (W − S).

    Half a penny for each of five roundings a year, compounded, is at most 220 pence.
    """
    spending = {"kind": "moving_average", "rate": "5%", "over": "12 quarters"}
    results = played(sample, 20, steady(0.07), spending=spending, paths=1)
    values, quarter = [float(OPENING)], 1.07**0.25
    for _ in range(20):
        last = values[-12:]
        capital = values[-1] - 0.05 * sum(last) / len(last)
        values += [capital * quarter**k for k in (1, 2, 3, 4)]
    capital = float(_closing(results.series["fund"].of("closing_capital", "nominal")))
    return Finding.in_pence(capital, values[-1], 220)


def _closing(capital: Pence) -> int:
    return int(capital[-1, 0])


@catches("a fund that is to be spent down counts a year too many")
def spend_down(sample: Sample) -> Finding:
    """After the last of ten years nothing is left to pass on, whatever markets did."""
    results = played(
        sample,
        11,
        risky(MEAN, VOLATILITY),
        spending={"kind": "spend_down", "over": "10 years"},
        closes={"on": "2031-03-31", "residue": "treasury"},
        paths=250,
    )
    left = results.series["fund"].of("passed_on", "nominal").sum(axis=0)
    return Finding.in_pence(float(left.max()), 0.0)


def _with_flows(sample: Sample, years: int) -> tuple[Real, float, float]:
    """Give capital after some years with money coming in, and its first two moments.

    As multiples of the opening £1bn; c = 0.2 comes in on each year's first day:
    E' = ((1 − s) E + c) E G and M' = ((1 − s)² M + 2 (1 − s) c E + c²) E G².
    """
    amounts = {str(2021 + year): "£200m" for year in range(years)}
    results = played(
        sample,
        years,
        risky(MEAN, VOLATILITY),
        spending=PROPORTIONAL,
        opening="£1bn",
        inflow={"kind": "schedule", "amounts": amounts},
    )
    kept, coming, first, second = 1 - SPENT, 0.2, 1.0, 1.0
    for _ in range(years):
        second = kept**2 * second + 2 * kept * coming * first + coming**2
        second *= (1 + MEAN) ** 2 + VOLATILITY**2
        first = (kept * first + coming) * (1 + MEAN)
    capital = results.series["fund"].of("closing_capital", "nominal")[-1]
    return np.asarray(capital / 1e11), first, second


@catches("what arrives on a spending date is spent from on that same day")
def flows_mean(sample: Sample) -> Finding:
    """With money coming in the mean follows its recursion for twelve years."""
    capital, first, second = _with_flows(sample, 12)
    return Finding.of_mean(capital, first, math.sqrt(second - first**2))


@catches("money that comes in later bears the risk of earlier years")
def flows_spread(sample: Sample) -> Finding:
    """So does the second moment, and with it the standard deviation."""
    capital, first, second = _with_flows(sample, 12)
    return Finding.of_variance(capital, math.sqrt(second - first**2))


@catches("the year's growth is in the value that the year's spending is taken from")
def spent_before_growth(sample: Sample) -> Finding:
    """After one year (1 − s) (1 + r) of the opening money is left, to four roundings to pence."""
    results = played(sample, 1, steady(0.1), spending=PROPORTIONAL, paths=1)
    capital = _closing(results.series["fund"].of("closing_capital", "nominal"))
    return Finding.in_pence(capital, OPENING * (1 - SPENT) * 1.1, 2.2)


CHECKS: tuple[Check, ...] = (
    *(real_growth, real_spread, ends_below_start, ever_below_half, annuity, moving_average),
    *(spend_down, flows_mean, flows_spread, spent_before_growth),
)
