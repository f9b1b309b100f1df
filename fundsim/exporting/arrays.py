"""Tables as arrays with named axes: one netCDF file, which xarray, R and others open.

NetCDF's classic format with 64-bit offsets, which scipy writes; it has no whole numbers beyond 32
bits, so that pence are doubles, exact to £90 trillion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fundsim.errors import RunError
from fundsim.exporting.dictionary import measures
from fundsim.exporting.parcel import AnyParcel, Parcel
from fundsim.exporting.plain import as_json
from fundsim.exporting.provenance import one_line
from fundsim.exporting.tidy import Tidy
from fundsim.metrics.series import BASES, MEASURES, Basis
from fundsim.money import Real
from fundsim.results.folder import Run
from fundsim.results.table import Row, inert
from fundsim.scenario.schema import EVERY_FUND

if TYPE_CHECKING:
    from scipy.io import netcdf_file

PREFIXES = {"summary": "total", "years": "year", "areas_years": "area", "foundations": "foundation"}
"""What the names of a table's variables begin with; other tables are lists, and no arrays."""
AXES = ("fund", "basis", "area", "foundation", "year")
STATISTICS = ("mean", "se", "p05", "p25", "p50", "p75", "p95")
MOST = 10_000  # paths that are held in memory at once; all of them stand in fund.parquet


@dataclass(frozen=True)
class Variable:
    """An array with named axes, its unit, and what it is."""

    name: str
    axes: tuple[str, ...]
    values: Real
    unit: str
    meaning: str


def write_netcdf(parcel: AnyParcel, place: Path) -> list[str]:
    """Write one file: a variable for each table and measure, and the funds' own paths in pence.

    What is missing is nan. Lists (journal and others) are left out, and that is said; one that was
    named is a RunError.
    """
    from scipy.io import netcdf_file

    if not isinstance(parcel, Parcel):
        message = "a comparison has no paths and years to be axes; export it with --to csv"
        raise RunError(message)
    lists = [table.name for table in parcel.tables if table.name not in PREFIXES]
    if lists and parcel.named:
        message = f"{', '.join(lists)} cannot be an array with axes; export it with --to csv"
        raise RunError(message)
    with_paths = not parcel.named and parcel.run.scenario.paths <= MOST
    with netcdf_file(str(place), "w", version=2) as file:
        _about(file, parcel)
        _coordinates(file, parcel.run, paths=with_paths)
        for table in parcel.tables:
            for variable in _variables(table, parcel.run) if table.name in PREFIXES else ():
                _put(file, variable)
        for variable in _paths(parcel.run) if with_paths else ():
            _put(file, variable)
    return list(_left_out(parcel, lists, with_paths=with_paths))


def _left_out(parcel: Parcel, lists: Sequence[str], *, with_paths: bool) -> Iterator[str]:
    if lists:
        yield f"lists are left out ({', '.join(lists)}); export them with --to csv"
    if not (with_paths or parcel.named):
        where = parcel.run.folder / "fund.parquet"
        yield f"single paths are left out, since they are more than {MOST:,}; see {where}"


def _about(file: netcdf_file, parcel: Parcel) -> None:
    known = parcel.provenance
    told = {
        "title": known["title"],
        "source": one_line(parcel.run),
        "license": "; ".join(one["name"] for one in known["licences"]),
        "attribution": known["attribution"],
        "comment": "\n".join(known["notes"]),
        "fingerprint": known["fingerprint"],
        "provenance": as_json(known),
    }
    for name, text in told.items():
        setattr(file, name, (text or "none").encode())


def coordinates(run: Run) -> dict[str, list[str]]:
    """List the labels along each axis of words."""
    places = run.scenario.geography_table
    return {
        "fund": [*run.scenario.funds, EVERY_FUND],
        "basis": list(BASES),
        "area": [inert(code) for code in places.codes],
        "foundation": [inert(foundation.id) for foundation in places.foundations],
        "statistic": list(STATISTICS),
    }


def _coordinates(file: netcdf_file, run: Run, *, paths: bool) -> None:
    """Write the axes, and the names of areas and foundations along them."""
    places = run.scenario.geography_table
    for axis, labels in coordinates(run).items():
        file.createDimension(axis, len(labels))
        _words(file, axis, axis, labels)
    _words(file, "area_name", "area", [inert(name) for name in places.names])
    named = [inert(foundation.name) for foundation in places.foundations]
    _words(file, "foundation_name", "foundation", named)
    numbers = {
        "year": run.scenario.year_labels,
        **({"path": range(run.scenario.paths)} if paths else {}),
    }
    for axis, values in numbers.items():
        file.createDimension(axis, len(values))
        file.createVariable(axis, "i4", (axis,))[:] = np.asarray(values, np.int32)


def _words(file: netcdf_file, name: str, axis: str, words: Sequence[str]) -> None:
    """Write words along an axis, as letters of UTF-8: the classic format has no text."""
    encoded = np.array([word.encode() for word in words])
    letters = encoded.view("S1").reshape(len(words), -1)
    file.createDimension(f"{name}_letters", letters.shape[1])
    variable = file.createVariable(name, "c", (axis, f"{name}_letters"))
    variable[:] = letters
    variable._Encoding = b"utf-8"  # noqa: SLF001 - the name by which readers know it


def _variables(table: Tidy, run: Run) -> Iterator[Variable]:
    """Lay a table out: a variable a measure, an axis for each word of its key, then statistics."""
    names = [column.name for column in table.columns]
    axes = [axis for axis in AXES if axis in table.key]
    labels = {**coordinates(run), "year": [str(year) for year in run.scenario.year_labels]}
    at = [(names.index(a), {label: n for n, label in enumerate(labels[a])}) for a in axes]
    shape = tuple(len(labels[axis]) for axis in axes)
    figures = [names.index(name) for name in STATISTICS if name in names]
    there = [STATISTICS.index(name) for name in STATISTICS if name in names]
    told = {measure: (unit, text) for _, measure, unit, text in measures([table.name])}
    for measure, rows in _by_measure(table, names.index("measure")).items():
        values = np.full((*shape, len(STATISTICS)), np.nan)
        where = tuple(np.array([place[row[n]] for row in rows]) for n, place in at)
        for statistic, n in zip(there, figures, strict=True):
            values[..., statistic][where] = [float(row[n] or "nan") for row in rows]
        name = f"{PREFIXES[table.name]}_{measure}"
        yield Variable(name, (*axes, "statistic"), values, *told[measure])


def _by_measure(table: Tidy, place: int) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in table.rows():
        found.setdefault(row[place], []).append(row)
    return found


def _paths(run: Run) -> Iterator[Variable]:
    """Give each fund's history on every path, in whole pence."""
    funds = coordinates(run)["fund"]
    for measure, meaning in MEASURES.items():
        values = np.array([[_pence(run, fund, measure, b) for b in BASES] for fund in funds])
        yield Variable(
            f"path_{measure}", ("fund", "basis", "year", "path"), values, "pence", meaning
        )


def _pence(run: Run, fund: str, measure: str, basis: Basis) -> Real:
    return run.series[fund].of(measure, basis).astype(np.float64)


def _put(file: netcdf_file, variable: Variable) -> None:
    there = file.createVariable(variable.name, "f8", variable.axes)
    there[:] = variable.values
    attributes: Mapping[str, str] = {"units": variable.unit, "long_name": variable.meaning}
    for name, text in attributes.items():
        setattr(there, name, text.encode())
