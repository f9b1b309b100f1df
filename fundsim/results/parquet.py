"""The Parquet files of a run: whole pence, readable without fundsim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fundsim.chance import UNIT
from fundsim.metrics.series import BASES, BY_AREA, MEASURES, FundSeries
from fundsim.metrics.statistics import Moments
from fundsim.money import Pence, Real
from fundsim.places.shares import areas_share
from fundsim.results.cubes import CUBES, Key
from fundsim.results.figures import LEVELS, Figures
from fundsim.results.funds import Arrays, by_fund
from fundsim.results.periods import Periods
from fundsim.results.records import Records
from fundsim.results.shelf import Measures
from fundsim.results.store import Parquet
from fundsim.scenario import Scenario
from fundsim.scenario.controls import control_names
from fundsim.scenario.schema import EVERY_FUND

_QUANTILES = [f"p{round(100 * level):02d}" for level in LEVELS]
TOTALS = ("gini_per_head", "share_to_most_deprived_fifth")
YEARS = 2  # of a fund's history that are written at once
Columns = dict[str, NDArray[Any]]


def write_fund(files: Parquet, records: Records, path: Path) -> None:
    """Write the funds' histories, a row for each fund, year and path."""
    several = len(records.scenario.funds) > 1
    everything = records.series[EVERY_FUND].totals
    together = {total: everything[total] for total in TOTALS} if several else {}
    parts = (_fund_chunks(records.series[fund], together) for fund in records.scenario.funds)
    files.write(path, chain.from_iterable(parts))


def _fund_chunks(series: FundSeries, together: Mapping[str, Real]) -> Iterator[Columns]:
    """Give a few years at a time, so that not all measures are held whole.

    A path's totals stand in each of its rows, and beside them those of all funds `together`.
    """
    totals = {**series.totals, **{_of_all(name): values for name, values in together.items()}}
    for begin in range(0, len(series.years), YEARS):
        years = series.years[begin : begin + YEARS]
        columns = {
            **_repeated(len(years) * series.paths, fund=series.fund),
            **_grid(years, range(series.paths)),
        }
        for basis in BASES:
            for measure in MEASURES:
                part = series.of(measure, basis)[begin : begin + YEARS]
                columns[_column(measure, basis)] = part.reshape(-1).copy()
        for total, values in totals.items():
            columns[total] = np.tile(values, len(years))
        yield columns


def read_fund(files: Parquet, path: Path, scenario: Scenario) -> dict[str, FundSeries]:
    """Read the funds' histories back, and that of all together."""
    funds = list(scenario.funds)

    def column(name: str, fund: str) -> NDArray[Any]:
        whole = files.read(path, name)[name].reshape(len(funds), scenario.years, -1)
        return np.array(whole[funds.index(fund)])

    def real(measure: str, fund: str) -> NDArray[Any]:
        return column(_column(measure, "real"), fund)

    def arrays(fund: str) -> Arrays:
        own = (*TOTALS, *control_names(scenario))
        totals = {total: column(total, fund)[0].copy() for total in own}
        nominal = Measures(partial(column, fund=fund))
        return nominal, Measures(partial(real, fund=fund)), totals

    found = {fund: arrays(fund) for fund in funds}
    several = len(funds) > 1
    together = {
        total: column(_of_all(total), funds[0])[0].copy() if several else found[funds[0]][2][total]
        for total in TOTALS
    }
    return by_fund(scenario, {**found, EVERY_FUND: ({}, {}, together)})


def _of_all(total: str) -> str:
    return f"{EVERY_FUND}_{total}"


def _column(measure: str, basis: str) -> str:
    return measure if basis == "nominal" else f"{measure}_real"


def write_figures(files: Parquet, figures: Iterable[Figures], records: Records, path: Path) -> None:
    """Write sums, squares about the mean and quantiles by measure, period and member."""
    geography = records.scenario.geography_table
    parts = []
    for figure in figures:
        by_area = figure.key.level == "area"
        names = geography.codes if by_area else [f.id for f in geography.foundations]
        parts.append(_part(figure, names, records.series["all"].years))
    kind = np.result_type(*[part["sum"] for part in parts])  # one for all: none is cut to integers
    files.write(path, [{**part, "sum": part["sum"].astype(kind)} for part in parts])


def _part(figure: Figures, names: Sequence[str], years: Sequence[int]) -> Columns:
    key, spans, size = figure.key, figure.spans, len(figure.spans) * len(names)
    return {
        **_repeated(size, fund=key.fund),
        key.level: np.tile(np.asarray(names, dtype=object), len(spans)),
        **_repeated(size, measure=key.measure, basis=key.basis),
        "from_year": np.repeat(np.asarray([years[b] for b, _ in spans], np.int32), len(names)),
        "to_year": np.repeat(np.asarray([years[e - 1] for _, e in spans], np.int32), len(names)),
        "paths": np.full(size, figure.moments.count, np.int32),
        "sum": figure.moments.total.reshape(-1),
        "squares": figure.moments.squares.reshape(-1),
        **{name: figure.quantiles[row].reshape(-1) for row, name in enumerate(_QUANTILES)},
    }


def read_figures(files: Parquet, path: Path, scenario: Scenario, level: str) -> list[Figures]:
    """Read sums, squares and quantiles back, measure by measure in the order of the file."""
    geography, periods = scenario.geography_table, Periods(scenario.years)
    members = len(geography) if level == "area" else len(geography.foundations)
    spans = periods.spans if level == "area" else periods.spans[: scenario.years]
    size = len(spans) * members
    words = files.read(path, "fund", "measure", "basis", every=size)  # the same in all its rows
    whole = files.read(path, "sum", "squares", *_QUANTILES)
    figures = []
    for number, (fund, measure, basis) in enumerate(zip(*words.values(), strict=True)):
        rows = slice(number * size, (number + 1) * size)
        total, squares, *spread = (
            values[rows].reshape(len(spans), members) for values in whole.values()
        )
        moments = Moments.over(scenario.paths, scenario.parts, total, squares)
        figures.append(Figures(Key(fund, level, measure, basis), spans, moments, np.array(spread)))
    return figures


def write_paths(files: Parquet, records: Records, folder: Path) -> None:
    """Write single paths by foundation or area, a file for each unit of 250 paths."""
    folder.mkdir()
    for unit in records.cubes.units():
        parts = []
        for key, members, pence in _kept(records, unit):
            paths = range(unit * UNIT, unit * UNIT + pence.shape[-1])
            size = pence.shape[0] * len(paths)
            parts.append(
                _repeated(size, fund=key.fund, measure=key.measure, basis=key.basis)
                | _grid(records.series["all"].years, paths)
                | {name: pence[:, row].reshape(-1) for row, name in enumerate(members)}
            )
        files.write(folder / f"part-{unit:06d}.parquet", parts)


def _kept(records: Records, unit: int) -> Iterator[tuple[Key, Sequence[str], Pence]]:
    """Give one unit's paths of each measure, `(year, member, path)`."""
    geography = records.scenario.geography_table
    foundations = [foundation.id for foundation in geography.foundations]
    for fund in records.scenario.funds:
        for basis in BASES:
            if records.keep == "foundations":
                for measure in CUBES:
                    key = Key(fund, "foundation", measure, basis)
                    yield key, foundations, records.cubes.read_unit(key, unit, len(foundations))
                continue
            for measure in BY_AREA:
                key = Key(fund, "area", measure, basis)
                yield key, geography.codes, _areas_of_unit(records, key, unit)


def _areas_of_unit(records: Records, key: Key, unit: int) -> Pence:
    geography = records.scenario.geography_table
    if key in records.tallies or key.fund not in records.lots:
        return records.cubes.read_unit(key, unit, len(geography))
    whole = Key(key.fund, "foundation", key.measure, key.basis)
    cube = records.cubes.read_unit(whole, unit, len(geography.foundations)).cumsum(axis=0)
    reached = np.array([areas_share(year, records.lots[key.fund]) for year in cube])
    return np.diff(reached, axis=0, prepend=0)


def _repeated(size: int, **words: str) -> Columns:
    return {name: np.full(size, word, dtype=object) for name, word in words.items()}


def _grid(years: Sequence[int], paths: range) -> Columns:
    return {
        "year": np.repeat(np.asarray(years, np.int32), len(paths)),
        "path": np.tile(np.asarray(paths, np.int32), len(years)),
    }
