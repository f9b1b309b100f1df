"""The funds' histories, named and dated by their scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from fundsim.metrics.series import Basis, FundSeries
from fundsim.money import Pence, Real
from fundsim.results.shelf import Measures
from fundsim.sampling import CONTROL
from fundsim.scenario import Fund, Scenario
from fundsim.scenario.schema import EVERY_FUND
from fundsim.units import months_after

Arrays = tuple[Mapping[str, Pence], Mapping[str, Pence], Mapping[str, Real]]
"""Nominal and real pence by measure, `(year, path)`, and totals, `(path,)`."""

BETWEEN = "passed_between"


def by_fund(scenario: Scenario, arrays: Mapping[str, Arrays]) -> dict[str, FundSeries]:
    """Give each fund's history, and that of all together, whose totals are in `arrays` too."""
    single = {name: _one(scenario, name, arrays[name]) for name in scenario.funds}
    return {**single, EVERY_FUND: _together(list(single.values()), arrays[EVERY_FUND][2])}


def _one(scenario: Scenario, name: str, arrays: Arrays) -> FundSeries:
    fund = scenario.funds[name]
    first = _first_spending_row(scenario, fund)
    labels, parts = scenario.year_labels, scenario.parts
    return FundSeries(name, labels, fund.perpetual, first, *arrays, parts=parts)


def _together(funds: Sequence[FundSeries], totals: Mapping[str, Real]) -> FundSeries:
    """Add funds up, and leave out what passes between them."""
    if len(funds) == 1:
        return replace(funds[0], fund=EVERY_FUND, totals={**funds[0].totals, **totals})
    return FundSeries(
        EVERY_FUND,
        funds[0].years,
        kept=all(fund.kept for fund in funds),
        first=min(fund.first for fund in funds),
        nominal=Measures(partial(_sum, funds, "nominal")),
        real=Measures(partial(_sum, funds, "real")),
        totals={**totals, **_controls(funds)},
        parts=funds[0].parts,
    )


def _controls(funds: Sequence[FundSeries]) -> dict[str, Real]:
    """Take those of all funds: what moves one moves what they have together."""
    return {
        f"{name}.{fund.fund}": values
        for fund in funds
        for name, values in fund.totals.items()
        if name.startswith(CONTROL)
    }


def _sum(funds: Sequence[FundSeries], basis: Basis, measure: str) -> Pence:
    if measure == BETWEEN:
        return np.zeros_like(funds[0].of(measure, basis))
    total = np.array(funds[0].of(measure, basis))
    for fund in funds[1:]:
        total += fund.of(measure, basis)
    if measure in ("arrived", "passed_on"):
        for fund in funds:
            total -= fund.of(BETWEEN, basis)
    return total


def _first_spending_row(scenario: Scenario, fund: Fund) -> int:
    """Find the row of the year in which a fund first spends; beyond the last, if in none."""
    first = fund.spending.first or scenario.start
    ends = (months_after(scenario.start, 12 * row + 12) for row in range(scenario.years))
    return next((row for row, end in enumerate(ends) if first < end), scenario.years)
