"""The funds' histories, named and dated by their scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fundsim.metrics.series import FundSeries
from fundsim.money import Pence, Real
from fundsim.scenario import Fund, Scenario
from fundsim.units import months_after

Arrays = tuple[Mapping[str, Pence], Mapping[str, Pence], Mapping[str, Real]]
"""Nominal and real pence by measure, `(year, path)`, and totals, `(path,)`."""


def by_fund(scenario: Scenario, arrays: Mapping[str, Arrays]) -> dict[str, FundSeries]:
    """Give each fund's history, and that of all together."""
    (only,) = (
        FundSeries(
            name,
            scenario.year_labels,
            scenario.funds[name].perpetual,
            _first_spending_row(scenario, scenario.funds[name]),
            *found,
        )
        for name, found in arrays.items()
    )
    return {only.fund: only, "all": replace(only, fund="all")}


def _first_spending_row(scenario: Scenario, fund: Fund) -> int:
    """Find the row of the year in which a fund first spends; beyond the last, if in none."""
    first = fund.spending.first or scenario.start
    ends = (months_after(scenario.start, 12 * row + 12) for row in range(scenario.years))
    return next((row for row, end in enumerate(ends) if first < end), scenario.years)
