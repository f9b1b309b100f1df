"""Reading the tables of a comparison: once each, rule by rule, with the letters of the rules."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fundsim.charts.chart import NotShown
from fundsim.charts.comparing.naming import letters_of
from fundsim.comparison.compared import Comparison
from fundsim.comparison.looking import comparable_need
from fundsim.money import Real
from fundsim.results import Table
from fundsim.results.table import Row


def by_rule(found: Comparison, table: Table) -> dict[str, Table]:
    """Split a table into those of the rules, in the order of the rules; its rows are read once."""
    place = table.columns.index("rule")
    rows: dict[str, list[Row]] = {rule: [] for rule in found.rules}
    for row in table.rows():
        rows[row[place]].append(row)
    return {rule: of_rows(table.name, table.columns, each) for rule, each in rows.items()}


def of_rows(name: str, columns: tuple[str, ...], rows: Sequence[Row]) -> Table:
    """Make a table of rows that are there."""
    return Table(name, columns, lambda: rows)


def head(found: Comparison, rule: str) -> tuple[str, str]:
    """Give letter and name of a rule, as the first two columns of a chart's table hold them."""
    return letters_of(found.rules)[rule], rule


def against(found: Comparison, rule: str) -> tuple[str, str, str]:
    """Give letter, name, and the rule that it is held against."""
    return *head(found, rule), found.base


def each_rule(table: Table) -> list[Table]:
    """Split a chart's own table into those of its rules, in its order."""
    place = table.columns.index("letter")
    rows: dict[str, list[Row]] = {}
    for row in table.rows():
        rows.setdefault(row[place], []).append(row)
    return [of_rows(table.name, table.columns, each) for each in rows.values()]


def spanned(rows: Table, mean: str, low: str, high: str) -> tuple[Real, Real, Real]:
    """Give means and the ends of their intervals, of columns by name.

    Of one future alone no interval is known, and the ends are where the mean is.
    """
    middle, *ends = (rows.numbers(column) for column in (mean, low, high))
    lower, upper = (np.where(np.isnan(end), middle, end) for end in ends)
    return middle, lower, upper


def refuse_no_money(chart: str, found: Comparison) -> None:
    """Raise NotShown where nothing is shared out under any rule."""
    if not found.table("groups").where(level="all").numbers("pounds").any():
        message = f"{chart} has nothing to show: no money is shared out under any rule"
        raise NotShown(message)


def tenths(found: Comparison, chart: str) -> dict[str, Table]:
    """Give the tenths of people under each rule; NotShown with the reason where there are none."""
    split = by_rule(found, found.table("tenths"))
    if not any(list(table.rows()) for table in split.values()):
        message = f"{chart} has nothing to show: {_why(found)}"
        raise NotShown(message)
    return split


def _why(found: Comparison) -> str:
    """Say why need ranks nobody, as the comparison says it."""
    measures = found.table("measures")
    told = [why for why in measures.column("why_empty") if why.startswith("need ")]
    scenario = found.scenario
    _, why = comparable_need(scenario.geography_table, scenario.geography.need)
    return next(iter(told), why) or "people were not ranked by need"
