"""Checks of the books: what every penny must add up to, on every path and at every date."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from fundsim import money
from fundsim.ledger import Ledger
from fundsim.metrics.series import FundSeries
from fundsim.money import Pence
from fundsim.results import Results
from fundsim.validating.check import Check, Finding, Sample, catches
from fundsim.validating.worlds import START, Values, played, risky, steady

YEARS, FEW = 5, 500
DELIVERY: Values = {
    "fee": "6%",
    "carry_forward": "10%",
    "sittings": ["March", "June", "September", "December"],
    "instalments": ["50%", "30%", "20%"],
    "capacity": {"per_head": 3},
    "lapse": "5%",
    "clawback": "2%",
}


def _busy(sample: Sample) -> FundSeries:
    """Give the history of a fund whose money goes all the ways that there are."""
    results = _busy_results(sample)
    return results.series["fund"]


def _busy_results(sample: Sample) -> Results:
    return played(
        sample,
        YEARS,
        risky(0.07, 0.165, 0.006),
        paths=min(sample.paths, FEW),
        everywhere=True,
        more={"foundations": DELIVERY},
        spending={"kind": "percent_of_value", "rate": "10%"},
    )


def _so_far(series: FundSeries, *flows: str) -> Pence:
    """Add flows up, over the years so far as well, `(year, path)`."""
    return np.asarray(sum([series.of(flow, "nominal") for flow in flows])).cumsum(axis=0)


def _stocks(series: FundSeries, *stocks: str) -> Pence:
    return np.asarray(sum([series.of(stock, "nominal") for stock in stocks]))


@catches("what one account gives is not what another one gets")
def double_entry(sample: Sample) -> Finding:
    """All accounts together hold nothing after moves of many signs, with axes of either end."""
    ledger = Ledger(FEW, today=lambda: START)
    giver = ledger.open("giver", inside=False)
    fund = ledger.open("fund", inside=False)
    many = ledger.open("many", 7, inside=False)
    amounts = np.random.default_rng(sample.seed).integers(-(10**12), 10**12, (20, 7, FEW))
    for amount in amounts:
        ledger.move(amount[0], frm=giver, to=fund, memo="in")
        ledger.move(amount, frm=fund, to=many, memo="out to each, and the sum from one")
        ledger.move(amount[1:3], frm=many, to=giver, memo="of some rows", rows=np.array([2, 5]))
    total = giver.balance + fund.balance + many.balance.sum(axis=0)
    return Finding.of_equal(total, np.zeros_like(total))


@catches("returns or fees are posted to one side alone")
def fund_identity(sample: Sample) -> Finding:
    """Arrived and returns are fees, spending, passed on and the change of capital."""
    series = _busy(sample)
    came = _so_far(series, "arrived", "returns")
    went = _so_far(series, "fees", "spending", "passed_on")
    return Finding.of_equal(came, went + _stocks(series, "closing_capital"))


@catches("spending is shared out twice, or not at all")
def round_identity(sample: Sample) -> Finding:
    """Spending is allocated or unshared."""
    series = _busy(sample)
    went = _so_far(series, "allocated") + _stocks(series, "unshared")
    return Finding.of_equal(_so_far(series, "spending"), went)


@catches("a foundation awards money that it keeps as its fee")
def foundation_identity(sample: Sample) -> Finding:
    """Received, lapsed and returned are fees, awarded, waiting and carried."""
    series = _busy(sample)
    came = _so_far(series, "received", "lapsed", "returned")
    went = _so_far(series, "foundation_fees", "awarded")
    return Finding.of_equal(came, went + _stocks(series, "waiting", "carried"))


@catches("an instalment is paid and still counted as promised")
def grant_identity(sample: Sample) -> Finding:
    """Awarded is paid, lapsed or still promised."""
    series = _busy(sample)
    went = _so_far(series, "paid", "lapsed") + _stocks(series, "promised")
    return Finding.of_equal(_so_far(series, "awarded"), went)


@catches("areas are given a penny more or less than their foundation was")
def areas_add_up(sample: Sample) -> Finding:
    """What all areas are allocated is what the fund shared out, year by year on the told path."""
    results = _busy_results(sample)
    shared = results.series["fund"].of("allocated", "nominal")[:, results.told.path]
    return Finding.of_equal(results.told.areas["fund", "allocated"].sum(axis=1), shared)


@catches("pence that are left over all go to one place")
def shares_are_due(sample: Sample) -> Finding:
    """No share is more than a penny from its due, and half a thousandth for floats."""
    generator = np.random.default_rng(sample.seed)
    weights, pots = generator.random(361), generator.integers(0, 10**11, FEW)
    shares = money.apportion(pots, money.fractions(weights))
    due = weights[:, np.newaxis] / math.fsum(weights) * pots
    place = np.unravel_index(int(np.abs(shares - due).argmax()), due.shape)
    return Finding.in_pence(float(shares[place]), float(due[place]), 1.0005)


@catches("pence are lost in sharing out")
def shares_add_up(sample: Sample) -> Finding:
    """Shares by any weights, of any pot, add up to the pot."""
    generator = np.random.default_rng(sample.seed)
    weights, pots = generator.random((361, FEW)), generator.integers(0, 10**11, FEW)
    return Finding.of_equal(money.apportion(pots, money.fractions(weights)).sum(axis=0), pots)


@catches("the order in which a file names things decides who gets what")
def order_is_nothing(sample: Sample) -> Finding:
    """Assets and funds that are named the other way round give the same pence."""
    found = [_capital_of_two(sample, names) for names in (("a", "b"), ("b", "a"))]
    return Finding.of_equal(*found)


def _capital_of_two(sample: Sample, names: tuple[str, str]) -> Pence:
    asset = {"weight": 0.5, "arithmetic_mean": 0.06, "volatility": 0.15}
    markets = {
        **steady(),
        "kind": "lognormal",
        "assets": dict.fromkeys(names, asset),
        "correlations": {"a": {"b": 0.5}},
    }
    funds: Mapping[str, Values] = {name: {"opening": 1_000_003} for name in names}
    results = played(sample, 3, markets, funds=funds, paths=250)
    return np.vstack([results.series[name].of("closing_capital", "nominal") for name in "ab"])


CHECKS: tuple[Check, ...] = (
    *(double_entry, fund_identity, round_identity, foundation_identity, grant_identity),
    *(areas_add_up, shares_are_due, shares_add_up, order_is_nothing),
)
