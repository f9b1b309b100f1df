"""The plain loop that the engine's speed is measured against: no calendar, no ledger, same pence.

It knows one scenario's rules by heart (an opening sum, a moving average, fixed shares between
foundations) and keeps what a run keeps: yearly figures of the fund on every path, nominal and real,
and for each foundation sums and squares by year, decade and horizon.
"""

from __future__ import annotations

import math

import numpy as np

from fundsim.engine.model import draw
from fundsim.metrics.places import gini_per_head, share_to_most_deprived
from fundsim.metrics.statistics import Moments
from fundsim.money import Pence, Real, apportion, deflate, fractions
from fundsim.places.shares import Lot, areas_share, foundation_weights
from fundsim.rules.allocation import Ratios
from fundsim.rules.round import Round
from fundsim.rules.spending import MovingAverage
from fundsim.scenario import Scenario

FLOWS = ("returns", "fees", "spending", "allocated", "received", "kept", "awarded", "paid")
BY_FOUNDATION = ("allocated", "received", "kept", "awarded", "paid")


def plain_block(scenario: Scenario, first: int, count: int) -> dict[str, Pence]:
    """Simulate some paths, and give the fund's yearly figures by name."""
    (fund,) = scenario.funds.values()
    geography = scenario.geography_table
    answer = fund.allocation.shares(
        Round.over(geography, scenario.geography.need, np.zeros(1, np.int64))
    )
    assert isinstance(answer, Ratios)
    reach = fractions(foundation_weights(answer.weights, geography))
    markets = draw(scenario, first, count)
    kept = math.sqrt(math.sqrt(1 - scenario.markets.fee))
    held = np.full(count, fund.opening)
    index = np.ones(count)
    values = [held]
    rule = fund.spending
    assert isinstance(rule, MovingAverage)
    years = {
        f"{n}{b}": np.zeros((scenario.years, count), np.int64)
        for n in (*FLOWS, "capital")
        for b in ("", "_real")
    }
    cube = {
        n: np.zeros(
            (scenario.years, len(geography.foundations), min(count, max(1000 - first, 0))), np.int64
        )
        for m in BY_FOUNDATION
        if m != "kept"
        for n in (m, f"{m}_real")
    }
    moments: list[Moments] = []
    running: dict[str, Pence] = {}
    for quarter in range(4 * scenario.years):
        year = quarter // 4
        if quarter % 4 == 0 and year:
            mean = sum(values[-rule.valuations() :]) / min(len(values), rule.valuations())
            spent = np.minimum(np.rint(rule.rate * mean).astype(np.int64), held)
            held = held - spent
            allocated = apportion(spent, reach)
            fee = np.rint(allocated * scenario.foundations.fee).astype(np.int64)
            rest = allocated - fee
            post(years, "spending", year, spent, index)
            amounts = dict(zip(BY_FOUNDATION, (allocated, allocated, fee, rest, rest), strict=True))
            for name, pence in amounts.items():
                keep(years, moments, running, cube, name, year, pence, index)
        grown = np.rint(held * markets.growth[quarter]).astype(np.int64)
        post(years, "returns", year, grown - held, index)
        held = np.rint(grown * kept).astype(np.int64)
        post(years, "fees", year, grown - held, index)
        values.append(held)
        index = index * markets.prices[quarter]
        if quarter % 4 == 3:
            years["capital"][year], years["capital_real"][year] = held, deflate(held, index)
            if year % 10 == 9 or year == scenario.years - 1:
                for name in ("allocated", "allocated_real", "paid", "paid_real"):
                    moments += unit_moments(running.pop(f"{name} of the decade"))
    paid = areas_share(running["paid_real"], Lot.of(answer.weights, geography), geography)
    people = geography.population.astype(np.float64)
    gini_per_head(paid, people)
    share_to_most_deprived(paid, people, geography.combined(scenario.geography.need))
    return years


def post(years: dict[str, Pence], name: str, year: int, pence: Pence, index: Real) -> None:
    """Count a posting towards its year, nominal and real."""
    years[name][year] += pence
    years[f"{name}_real"][year] += deflate(pence, index)


def keep(
    years: dict[str, Pence],
    moments: list[Moments],
    running: dict[str, Pence],
    cube: dict[str, Pence],
    name: str,
    year: int,
    pence: Pence,
    index: Real,
) -> None:
    """Count what foundations have towards their year, and towards longer periods."""
    for own, amount in ((name, pence), (f"{name}_real", deflate(pence, index))):
        years[own][year] += amount.sum(axis=0)
        if own in cube:
            cube[own][year] = amount[:, : cube[own].shape[-1]]
        moments += unit_moments(amount)
        if name in ("allocated", "paid"):
            for total in (own, f"{own} of the decade"):
                running[total] = running[total] + amount if total in running else amount


def unit_moments(pence: Pence) -> list[Moments]:
    """Take sums and squares of each unit of 250 paths."""
    return Moments.of_units(pence)
