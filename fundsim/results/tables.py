"""The tables of a run, made from its results: what is saved, printed and drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Protocol, TypeVar

import numpy as np

from fundsim.metrics.catalogue import METRICS, Figure, Metric, capital_kept_whole
from fundsim.metrics.series import BASES, MEASURES, Basis, FundSeries
from fundsim.metrics.statistics import mean_and_error, moments, quantiles
from fundsim.money import Pence
from fundsim.results.controlled import COLUMNS as CORRECTED
from fundsim.results.controlled import corrected
from fundsim.results.figures import Figures
from fundsim.results.records import Records
from fundsim.results.scheme import scheme_tables
from fundsim.results.table import Row, Table, in_pounds, plain
from fundsim.results.told import Line
from fundsim.scenario import Scenario
from fundsim.scenario.schema import EVERY_FUND

Found = TypeVar("Found")

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
SPREAD = ("mean", "se", "p05", "p25", "p50", "p75", "p95")
OUTER_SPREAD = ("mean", "se", "p05", "p50", "p95")
AREAS = (
    *("area", "name", "nation", "foundation", "fund", "measure", "basis", "from_year", "to_year"),
    *(*OUTER_SPREAD, "per_head", "paths", "quantile_paths"),
)
AREA_YEARS = ("area", "fund", "measure", "basis", "year", *OUTER_SPREAD)


def fund_tables(series: dict[str, FundSeries]) -> dict[str, Table]:
    """Make the tables that follow from the funds' histories alone."""
    made = {
        "summary": Table(
            "summary", ("measure", "fund", "basis", "unit", *SPREAD), lambda: _summary(series)
        ),
        "years": Table(
            "years", ("measure", "fund", "basis", "year", *SPREAD), lambda: _years(series)
        ),
    }
    if series[EVERY_FUND].controls:
        made["controlled"] = Table("controlled", CORRECTED, lambda: _controlled(series))
    return made


def tables(records: Records, placed: Placed) -> dict[str, Table]:
    """Make every table of a run, by name."""
    return {
        **fund_tables(dict(records.series)),
        **place_tables(placed),
        **scheme_tables(placed.scenario),
        "journal": Table("journal", Line._fields, lambda: _journal(records)),
        "areas_told": Table(
            "areas_told", ("area", "fund", "measure", "year", "pence"), lambda: _told(records)
        ),
    }


class Placed(Protocol):
    """What the tables by foundation and area are made of, live or read from a folder."""

    @property
    def scenario(self) -> Scenario:
        """The resolved scenario."""

    @property
    def by_foundation(self) -> Sequence[Figures]:
        """Moments and quantiles of each measure by foundation."""

    @property
    def by_area(self) -> Sequence[Figures]:
        """Moments and quantiles of each measure by area."""

    @property
    def quantile_paths(self) -> int:
        """How many paths their quantiles are taken over."""


def place_tables(of: Placed) -> dict[str, Table]:
    """Make the tables by foundation and by area."""
    foundations = ("foundation", "name", "fund", "measure", "basis", "year", *OUTER_SPREAD)
    return {
        "areas": Table("areas", AREAS, lambda: _areas(of)),
        "areas_years": Table("areas_years", AREA_YEARS, lambda: _area_years(of)),
        "foundations": Table("foundations", foundations, lambda: _foundations(of)),
    }


def _summary(series: dict[str, FundSeries]) -> Iterator[Row]:
    for metric in METRICS.values():
        for fund, cells in _of_funds(series, partial(_of_metric, metric)):
            for basis in metric.bases:
                yield metric.name, fund, basis, metric.unit, *cells[basis]


def _controlled(series: dict[str, FundSeries]) -> Iterator[Row]:
    for fund, rows in _of_funds(series, corrected):
        for measure, cells in rows:
            yield measure, fund, *cells


def _of_funds(
    series: dict[str, FundSeries], work: Callable[[FundSeries], Found]
) -> Iterator[tuple[str, Found]]:
    """Work something out for each fund and for all; once, if there is but one."""
    found: dict[str, Found] = {}
    for fund, history in series.items():
        if fund != EVERY_FUND or len(found) > 1:
            found[fund] = work(history)
        yield fund, found[fund if fund in found else next(iter(found))]


def _of_metric(metric: Metric, series: FundSeries) -> dict[Basis, list[str]]:
    return {
        basis: spread(metric, metric.measure(series, basis), series.parts) for basis in metric.bases
    }


def spread(metric: Metric, figure: Figure, parts: int) -> list[str]:
    """Write a metric's mean, error and quantiles; nothing where the fund leaves it empty.

    `parts` says how many independent parts the paths are drawn in.
    """
    if figure is None:
        return [""] * len(SPREAD)
    if metric.unit == "probability":
        mean, error = mean_and_error(figure.astype(np.float64), parts)
        return [plain(mean), plain(error), *[""] * len(LEVELS)]
    if metric.unit == "pounds":
        return _pounds(figure.astype(np.int64)[np.newaxis], parts)[0]
    values = figure[~np.isnan(figure)].astype(np.float64)
    if not len(values):
        return [""] * len(SPREAD)
    finite = np.isfinite(values).all()
    mean, error = mean_and_error(figure.astype(np.float64), parts) if finite else (np.nan, np.nan)
    with np.errstate(invalid="ignore"):  # a quantile between never and never is never
        found = quantiles(values, LEVELS)
    return [plain(cell) for cell in (mean, error, *found)]


def _pounds(pence: Pence, parts: int) -> list[list[str]]:
    """Write mean, error and quantiles of each row of `(row, path)`."""
    found = moments(pence, parts)
    columns = np.array([found.mean, found.error, *quantiles(pence, LEVELS)])
    return [[in_pounds(cell) for cell in row] for row in columns.T]


def _years(series: dict[str, FundSeries]) -> Iterator[Row]:
    years = next(iter(series.values())).years
    for measure, basis, work in _of_years():
        for fund, cells in _of_funds(series, work):
            for year, row in zip(years, cells, strict=True):
                yield measure, fund, basis, str(year), *row


def _of_years() -> Iterator[tuple[str, Basis, Callable[[FundSeries], list[list[str]]]]]:
    """Say for each measure how its mean, error and quantiles are written, a row a year."""
    for measure in MEASURES:
        for basis in BASES:
            yield measure, basis, partial(_of_measure, measure, basis)
    for basis in BASES:
        yield "opening_capital", basis, partial(_opening, basis)
    yield "capital_kept_whole", "real", _kept


def _of_measure(measure: str, basis: Basis, series: FundSeries) -> list[list[str]]:
    return _pounds(series.of(measure, basis), series.parts)


def _opening(basis: Basis, series: FundSeries) -> list[list[str]]:
    closing = series.of("closing_capital", basis)
    opening = np.concatenate([np.zeros_like(closing[:1]), closing[:-1]])
    return _pounds(opening, series.parts)


def _kept(series: FundSeries) -> list[list[str]]:
    kept = capital_kept_whole(series)
    ratio = METRICS["capital_kept_whole_at_10_years"]
    rows = [None] * len(series.years) if kept is None else kept
    return [spread(ratio, row, series.parts) for row in rows]


def _cells(figures: Figures, periods: slice = slice(None)) -> list[list[list[str]]]:
    """Write mean, error and quantiles as pounds, by period and member."""
    return [
        [[in_pounds(pence) for pence in cells] for cells in row]
        for row in figures.columns[:, periods].transpose(1, 2, 0).tolist()
    ]


def _named(fund: str, scenario: Scenario) -> tuple[str, ...]:
    """Name whose figures these are: a fund that is alone is all funds as well."""
    return (fund, EVERY_FUND) if len(scenario.funds) == 1 else (fund,)


def _foundations(of: Placed) -> Iterator[Row]:
    foundations = of.scenario.geography_table.foundations
    years = of.scenario.year_labels
    for figures in of.by_foundation:
        key, cells = figures.key, _cells(figures)
        for fund in _named(key.fund, of.scenario):
            for place, foundation in enumerate(foundations):
                head = foundation.id, foundation.name, fund, key.measure, key.basis
                for row, year in enumerate(years):
                    yield *head, str(year), *cells[row][place]


def _areas(of: Placed) -> Iterator[Row]:
    places, years = of.scenario.geography_table, of.scenario.year_labels
    tail = str(of.scenario.paths), str(of.quantile_paths)
    beyond = slice(len(years), None)  # the years alone are a table of their own
    for figures in of.by_area:
        key, cells = figures.key, _cells(figures, beyond)
        per_head = figures.moments.mean[beyond] / places.population
        spans = list(enumerate(figures.spans[beyond]))
        for fund in _named(key.fund, of.scenario):
            for area, code in enumerate(places.codes):
                name, nation = places.names[area], places.nations[area]
                head = code, name, nation, places.foundation_ids[area], fund, key.measure, key.basis
                for row, (begin, end) in (spans[-1], *spans[:-1]):
                    span = str(years[begin]), str(years[end - 1])
                    yield *head, *span, *cells[row][area], in_pounds(per_head[row, area]), *tail


def _area_years(of: Placed) -> Iterator[Row]:
    places, years = of.scenario.geography_table, of.scenario.year_labels
    for figures in of.by_area:
        key, cells = figures.key, _cells(figures, slice(len(years)))
        for fund in _named(key.fund, of.scenario):
            for area, code in enumerate(places.codes):
                for row, year in enumerate(years):
                    yield code, fund, key.measure, key.basis, str(year), *cells[row][area]


def _journal(records: Records) -> Iterator[Row]:
    for line in records.told.journal:
        yield [str(cell) for cell in line]


def _told(records: Records) -> Iterator[Row]:
    codes, years = records.scenario.geography_table.codes, records.series["all"].years
    for (fund, measure), pence in records.told.areas.items():
        for area, code in enumerate(codes):
            for row, year in enumerate(years):
                if pence[row, area]:
                    yield code, fund, measure, str(year), str(pence[row, area])
