"""One foundation's own years in a run: what it receives, awards, pays, holds and keeps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from fundsim.cli.printing import aligned
from fundsim.cli.summary import unverified
from fundsim.metrics.series import STOCKS
from fundsim.report.answer import NOTHING, heading
from fundsim.report.foundation_words import what_befalls, what_it_can, who
from fundsim.report.foundation_years import ALWAYS, WHERE_ANY
from fundsim.results.cubes import QUANTILE_PATHS
from fundsim.results.frames import Tabled
from fundsim.results.table import Table
from fundsim.scenario import Scenario

UNITS = ((1e6, "£m"), (1e3, "£k"))
SHORT = 100  # of a unit; figures that reach it are written without a decimal point

Cells = Mapping[str, Mapping[str, Mapping[str, str]]]
"""A foundation's rows of its table, by measure and year; cells by column."""


def rows_of(source: Tabled, foundation: str, *, fund: str | None, real: bool) -> Table:
    """Give a foundation's rows of its table; of all funds, each and together, if none is named."""
    wanted = {"foundation": foundation, "basis": "real" if real else "nominal"}
    if fund is not None:
        wanted["fund"] = fund
    return source.table("foundations").where(**wanted)


def view(
    source: Tabled, scenario: Scenario, foundation: str, *, fund: str, real: bool
) -> Iterator[str]:
    """Write what a run means for one foundation, year by year, a line at a time."""
    of_all = scenario.geography_table.foundations
    row = next(row for row, each in enumerate(of_all) if each.id == foundation)
    yield from heading(scenario, fund=fund, real=real)
    yield ""
    yield from who(scenario, of_all[row])
    yield what_it_can(scenario, row)
    yield from what_befalls(scenario, foundation)
    yield ""
    yield from _years(rows_of(source, foundation, fund=fund, real=real), scenario)
    yield from unverified(scenario)


def _years(table: Table, scenario: Scenario) -> Iterator[str]:
    """Lay out a row a year, in a unit that suits the largest figure."""
    cells = _by_measure(table)
    shown = ALWAYS | {name: word for name, word in WHERE_ANY.items() if _any(cells[name])}
    if not any(_any(cells[measure]) for measure in shown):
        yield "No money reaches it."
        return
    size, unit, digits = _unit(cells)
    first = f", over the first {QUANTILE_PATHS:,}" if scenario.paths > QUANTILE_PATHS else ""
    yield (
        f"In {unit}: the mean of all futures and, in brackets, what 1 in 20 is below and 1 in 20 "
        f"is above{first}."
    )
    yield "Waiting, promised and set aside are as at the year's end."
    yield ""
    years = [
        (year, *(_cell(cells[measure][year], size, digits) for measure in shown))
        for year in map(str, scenario.year_labels)
    ]
    in_all = ("" if measure in STOCKS else _sum(cells[measure], size, digits) for measure in shown)
    yield from aligned(("year", *shown.values()), [*years, ("in all", *in_all)])


def _by_measure(table: Table) -> Cells:
    cells: dict[str, dict[str, Mapping[str, str]]] = {}
    for row in table.rows():
        one = dict(zip(table.columns, row, strict=True))
        cells.setdefault(one["measure"], {})[one["year"]] = one
    return cells


def _any(of_years: Mapping[str, Mapping[str, str]]) -> bool:
    return any(float(cells["mean"]) for cells in of_years.values())


def _unit(cells: Cells) -> tuple[float, str, int]:
    """Choose pounds, and digits after the point, so that the largest figure stays short."""
    largest = max(float(cells["mean"]) for year in cells.values() for cells in year.values())
    size, unit = next(((size, unit) for size, unit in UNITS if largest >= size), (1.0, "£"))
    return size, unit, 2 if largest < SHORT * size else 0


def _cell(cells: Mapping[str, str], size: float, digits: int) -> str:
    """Write a mean and, where there is one that shows, its interval."""
    mean, low, high = (
        f"{float(cells[column]) / size:,.{digits}f}" if cells[column] else ""
        for column in ("mean", "p05", "p95")
    )
    if not float(cells["mean"]):
        return NOTHING
    return mean if low == high else f"{mean} ({low}–{high})"


def _sum(of_years: Mapping[str, Mapping[str, str]], size: float, digits: int) -> str:
    whole = math.fsum(float(cells["mean"]) for cells in of_years.values())
    return f"{whole / size:,.{digits}f}" if whole else NOTHING
