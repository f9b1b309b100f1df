"""What shocks do to markets and prices, quarter by quarter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import numpy as np

from fundsim.money import Real
from fundsim.rules.returns import Together
from fundsim.rules.shocks import CorrelationShock, InflationShock, Jolt, MarketShock, in_order
from fundsim.scenario.scenario import Scenario
from fundsim.units import months_after


def jolts_of(scenario: Scenario) -> dict[str, Sequence[float]]:
    """Give the factor that market shocks put on each asset's growth, quarter by quarter."""
    quarters = _quarters(scenario)
    jolts: dict[str, list[float]] = {}
    for shock in in_order([one for one in scenario.shocks if isinstance(one, MarketShock)]):
        for asset in [shock.asset] if shock.asset else scenario.markets.assets:
            factors = jolts.setdefault(asset, [1.0] * len(quarters))
            for row, (begin, end) in enumerate(quarters):
                factors[row] *= _factor(shock, begin, end)
    return dict(jolts)


def rises_of(scenario: Scenario) -> Real | None:
    """Give the factor that shocks put on each quarter's rise of prices, `(quarter, 1)`.

    None where there is no such shock.
    """
    shocks = in_order([one for one in scenario.shocks if isinstance(one, InflationShock)])
    if not shocks:
        return None
    quarters = _quarters(scenario)
    factors = [math.prod(_factor(shock, *quarter) for shock in shocks) for quarter in quarters]
    return np.array(factors)[:, np.newaxis]


def together_of(scenario: Scenario) -> list[Together]:
    """Say which assets move together in which quarters: those that begin while a shock lasts."""
    begins = [begin for begin, _ in _quarters(scenario)]
    return [
        Together(
            shock.lead,
            shock.to,
            tuple(shock.assets or scenario.markets.assets),
            tuple(shock.covers(day) for day in begins),
        )
        for shock in in_order([one for one in scenario.shocks if isinstance(one, CorrelationShock)])
    ]


def _quarters(scenario: Scenario) -> list[tuple[date, date]]:
    """Give the first day of each quarter of the run, and of the next one."""
    days = [months_after(scenario.start, 3 * row) for row in range(4 * scenario.years + 1)]
    return list(pairwise(days))


def _factor(shock: Jolt, begin: date, end: date) -> float:
    """Work out what a shock makes of a quarter, from its first day to the next one's."""
    if shock.change is not None:
        return 1 + shock.change if begin <= shock.on < end else 1.0
    assert shock.yearly is not None  # noqa: S101 - the validator's promise
    assert shock.until is not None  # noqa: S101 - the validator's promise
    lasts = shock.on <= begin < shock.until
    return math.sqrt(math.sqrt(1 + shock.yearly)) if lasts else 1.0
