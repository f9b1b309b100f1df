"""From the cells of a table of areas to who the areas are, where they lie and what they need."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fundsim.money import Real
from fundsim.places.assembling import Areas
from fundsim.places.columns import EVERYWHERE, Column, Descriptions
from fundsim.places.table import Fault, Table, are_words, numbers

REQUIRED = ("code", "name", "population")
OPTIONAL = ("nation", "region", "foundation", "lon", "lat")

MOST_PEOPLE = 10_000_000_000  # more than live on Earth: such a cell is a slip


def nations_of(table: Table) -> Sequence[str]:
    """Give each area's nation, "all" where the table has no such column."""
    return _given(table, "nation", [EVERYWHERE] * len(table))


def read_areas(table: Table, descriptions: Descriptions) -> tuple[Areas, list[Fault]]:
    """Read every column of a table of areas; give the areas and all that is wrong with cells.

    Where something is wrong the areas hold stand-ins and are of no use.
    """
    nations = nations_of(table)
    population, faults = _population(table)
    lon, lat, misplaced = _position(table)
    others = _others(table, descriptions)
    areas = Areas(
        codes=_given(table, "code", nations),
        names=_given(table, "name", nations),
        nations=nations,
        regions=_given(table, "region", nations),
        foundation_ids=_given(table, "foundation", [EVERYWHERE] * len(table)),
        population=population,
        lon=lon,
        lat=lat,
        rows=np.array(table.rows, dtype=np.int64),
        columns={"population": population.astype(np.float64), **others.columns},
        labels=others.labels,
    )
    outside = _outside(table, areas, descriptions.about)
    return areas, [*_identity(table), *faults, *misplaced, *others.faults, *outside]


def _given(table: Table, column: str, otherwise: Sequence[str]) -> Sequence[str]:
    return table.cells.get(column, otherwise)


def _who(table: Table, at: int) -> str:
    """Name an area for a message, by name and code as far as they are there."""
    name, code = (table.cells[c][at] if c in table.cells else "" for c in ("name", "code"))
    return f"{name} ({code})" if name and code else name or code or "this area"


def _identity(table: Table) -> list[Fault]:
    faults: list[Fault] = []
    for column in ("code", "name", "nation", "region", "foundation"):
        remedy = "write one" if column in REQUIRED else "write one, or take the whole column out"
        empty = [
            (at, f"{_who(table, at)} has no {column}; {remedy}")
            for at, cell in enumerate(_given(table, column, ()))
            if not cell
        ]
        faults += table.faults(column, empty)
    return faults + _twice(table)


def _twice(table: Table) -> list[Fault]:
    first: dict[str, int] = {}
    again = [
        (at, f'"{code}" is the code of row {table.rows[first[code]]} too; each area needs its own')
        for at, code in enumerate(_given(table, "code", ()))
        if code and first.setdefault(code, at) != at
    ]
    return table.faults("code", again)


def _population(table: Table) -> tuple[NDArray[np.int64], list[Fault]]:
    stand_in = np.ones(len(table), dtype=np.int64)
    if "population" not in table.cells:
        return stand_in, []
    values, faults = numbers(table, "population")
    cells = zip(table.cells["population"], values.tolist(), strict=True)
    wrong = [
        (at, f"the population of {_who(table, at)} {fault}")
        for at, (cell, value) in enumerate(cells)
        if (fault := _population_fault(cell, value))
    ]
    faults += table.faults("population", wrong)
    return stand_in if faults else values.astype(np.int64), faults


def _population_fault(cell: str, value: float) -> str:
    if not cell:
        return "is empty; every area needs one"
    if math.isnan(value):
        return ""  # told as a cell that is no number
    if value <= 0:
        return f"is {cell}; it must be above 0, so correct it or leave the area out"
    if value > MOST_PEOPLE:
        return f"is {cell}, more people than there are; correct it"
    return "" if value.is_integer() else f"is {cell}; write whole persons"


def _position(table: Table) -> tuple[Real, Real, list[Fault]]:
    lon, east = _degrees(table, "lon", 180)
    lat, north = _degrees(table, "lat", 90)
    alone = [
        Fault(1, there, f"{there} is there without {missing}; add it, or take {there} out")
        for there, missing in (("lon", "lat"), ("lat", "lon"))
        if there in table.cells and missing not in table.cells
    ]
    return lon, lat, east + north + alone


def _degrees(table: Table, column: str, limit: int) -> tuple[Real, list[Fault]]:
    if column not in table.cells:
        return np.full(len(table), np.nan), []
    values, faults = numbers(table, column)
    remedy = f"it must be between -{limit} and {limit}: write degrees, not metres"
    wrong = [
        (at, f"{column} of {_who(table, at)} is {table.cells[column][at]}; {remedy}")
        for at in np.flatnonzero(np.abs(values) > limit).tolist()
    ]
    return values, faults + table.faults(column, wrong)


@dataclass(frozen=True)
class _Others:
    columns: Mapping[str, Real]
    labels: dict[str, tuple[str, ...]]
    faults: list[Fault]


def _others(table: Table, descriptions: Descriptions) -> _Others:
    """Tell the columns of figures from those of words, and read both.

    The companion decides where it describes a column, otherwise what the cells look like.
    """
    columns: dict[str, Real] = {}
    labels: dict[str, tuple[str, ...]] = {}
    faults: list[Fault] = []
    for name, cells in table.cells.items():
        if not name or name in REQUIRED or name in OPTIONAL:
            continue
        described = name in descriptions.about
        if name in descriptions.words or (not described and are_words(cells)):
            labels[name] = tuple(cells)
        else:
            columns[name], wrong = numbers(table, name)
            faults += wrong + _negative(table, name, columns[name])
    return _Others(columns, labels, faults)


def _negative(table: Table, name: str, values: Real) -> list[Fault]:
    remedy = "rules read figures of 0 or more, so correct it, or take the column out"
    wrong = [
        (at, f"{name} of {_who(table, at)} is {table.cells[name][at]}; {remedy}")
        for at in np.flatnonzero(values < 0).tolist()
    ]
    return table.faults(name, wrong)


def _outside(table: Table, areas: Areas, about: Mapping[str, Column]) -> list[Fault]:
    """Find figures that stand in a nation for which their column is not stated."""
    faults: list[Fault] = []
    for name, values in areas.columns.items():
        if name not in about:
            continue
        foreign = np.array([nation not in about[name].nations for nation in areas.nations])
        wrong = [
            (at, f"the column is not stated for {areas.nations[at]}; empty the cell, or state it")
            for at in np.flatnonzero(foreign & ~np.isnan(values)).tolist()
        ]
        faults += table.faults(name, wrong)
    return faults
