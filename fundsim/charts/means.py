"""Means over paths, taken from a run's tables in one reading each: flows summed, stocks at the end.

Means add up, and so do sums over years; nothing here is a sum of quantiles.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from fundsim.charts.source import Basis, Source
from fundsim.metrics.series import STOCKS
from fundsim.money import Real
from fundsim.results import Table

Years = dict[tuple[str, ...], Real]
"""By measure and member: a mean for each year, in pounds."""


def of_funds(source: Source, basis: Basis, funds: Collection[str]) -> Years:
    """Take each measure's means by (measure, fund)."""
    return _years(source.table("years"), source, basis, funds, ("measure", "fund"))


def of_foundations(source: Source, basis: Basis, funds: Collection[str]) -> Years:
    """Take each measure's means by (measure, fund, foundation)."""
    keys = ("measure", "fund", "foundation")
    return _years(source.table("foundations"), source, basis, funds, keys)


def _years(
    table: Table, source: Source, basis: Basis, funds: Collection[str], keys: tuple[str, ...]
) -> Years:
    first, years = source.scenario.start.year, source.scenario.years
    found: Years = {}
    for key, year, mean in _cells(table, basis, funds, keys):
        if key not in found:
            found[key] = np.zeros(years)
        found[key][year - first] = mean
    return found


def _cells(
    table: Table, basis: Basis, funds: Collection[str], keys: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], int, float]]:
    """Give the rows of some funds in one basis: who, when, and the mean where there is one."""
    fund, of_basis, year, mean = (table.columns.index(c) for c in ("fund", "basis", "year", "mean"))
    places = [table.columns.index(name) for name in keys]
    for row in table.rows():
        if row[of_basis] == basis and row[fund] in funds and row[mean]:
            yield tuple(row[place] for place in places), int(row[year]), float(row[mean])


def in_pence(years: Years, measure: str, *members: str) -> int:
    """Give one mean in whole pence: of a flow the sum over all years, of a stock the last one.

    Where nothing was ever posted it is nothing.
    """
    found = years.get((measure, *members))
    if found is None:
        return 0
    pounds = float(found[-1]) if measure in STOCKS else float(found.sum())
    return round(pounds * 100)
