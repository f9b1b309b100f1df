"""A user's table of yearly or quarterly figures: a history of markets, or whole paths of them."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from fundsim.errors import DataError, Problem
from fundsim.money import Real
from fundsim.places.table import Fault, Table, numbers, read_table, refuse
from fundsim.rules.inflation import QUARTERS

PATH, YEAR, QUARTER = "path", "year", "quarter"
_LARGEST = 10.0  # a figure above it is a percentage written without its point
_TYPICAL = 0.5  # no history moves by more in most of its steps
_SHARE = "0.052 for 5.2 per cent"


@dataclass(frozen=True)
class History:
    """Simple returns by column, `(row,)`, of rows that follow one another without a gap.

    `times` says which year or quarter a row is; `paths` how many paths the rows hold, one after
    the other; `left_out` names rows at either end that lack a figure.
    """

    label: str
    times: tuple[str, ...]
    columns: Mapping[str, Real]
    paths: int = 1
    left_out: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Stands for the figures that are used, whatever the file is called."""
        said = {name: values.tolist() for name, values in sorted(self.columns.items())}
        text = json.dumps([self.times, self.paths, said])
        return hashlib.sha256(text.encode("ascii", "replace")).hexdigest()


def read_history(
    content: bytes, label: str, wanted: Sequence[str], step: str, *, by_path: bool = False
) -> History:
    """Read a CSV with a column `year`, `quarter` too where a step is one, and columns of returns.

    With `by_path` a column `path` says which path a row is of. Columns that are wanted and not
    there are passed over: who wants them says so. All faults are raised together in a DataError.
    """
    keys = ([PATH] if by_path else []) + [YEAR] + ([QUARTER] if step == "quarter" else [])
    table, faults = read_table(
        content, label, required=keys, each="a path and step" if by_path else "a step"
    )
    refuse({label: faults})
    order, faults = _order(table, keys)
    there = [name for name in dict.fromkeys(wanted) if name in table.cells]
    read = {name: numbers(table, name, f"such as {_SHARE}") for name in there}
    for name, (values, wrong) in read.items():
        faults += wrong
        if not wrong:
            _refuse_per_cent(label, name, values)
        faults += table.faults(name, _doubtful(table.cells[name], values))
    refuse({label: faults})
    rows = sorted(range(len(table)), key=lambda row: order[row])
    columns = {name: values[rows] for name, (values, _) in read.items()}
    ordered = [order[row] for row in rows]
    return _paths(label, ordered, columns) if by_path else _history(label, ordered, columns)


Place = tuple[int, ...]
"""Where a row belongs: path, year and quarter, as far as there are such columns."""


def _order(table: Table, keys: Sequence[str]) -> tuple[list[Place], list[Fault]]:
    faults, found = [], []
    for key in keys:
        values, wrong = numbers(table, key)
        wrong += table.faults(key, _misplaced(table.cells[key], values, key))
        faults += wrong
        found.append([0 if math.isnan(value) else int(value) for value in values.tolist()])
    places = list(zip(*found, strict=True))
    seen: dict[Place, int] = {}
    if not faults:
        again = [
            (row, f"this is row {table.rows[seen[place]]} again; each {keys[-1]} stands once")
            for row, place in enumerate(places)
            if seen.setdefault(place, row) != row
        ]
        faults += table.faults(keys[-1], again)
    return places, faults


def _misplaced(cells: Sequence[str], values: Real, key: str) -> Iterator[tuple[int, str]]:
    """Find cells that name no path, year or quarter; those that are no numbers are told before."""
    least, most = (1, QUARTERS) if key == QUARTER else (0, math.inf)
    expected = "1, 2, 3 or 4" if key == QUARTER else f"a whole number, which {key} the row is of"
    for row, value in enumerate(values.tolist()):
        whole = not math.isnan(value) and value.is_integer() and least <= value <= most
        if not cells[row] or not (math.isnan(value) or whole):
            yield row, f'found "{cells[row]}", expected {expected}'


def _doubtful(cells: Sequence[str], values: Real) -> Iterator[tuple[int, str]]:
    for row, value in enumerate(values.tolist()):
        if value <= -1:
            yield row, f"found {cells[row]}, which loses everything or more; expected above -1"
        elif value > _LARGEST:
            yield row, f"found {cells[row]}; expected a share, {_SHARE}"


def _refuse_per_cent(label: str, name: str, values: Real) -> None:
    """Raise DataError where half of a column is so large that it can only be in per cent."""
    known = np.abs(values[~np.isnan(values)])
    if len(known) and float(np.median(known)) > _TYPICAL:
        message = (
            f"half of the figures of {name} are beyond {_TYPICAL:g}, which would be "
            f"{_TYPICAL:.0%} a step: they look like per cent; write them as shares, {_SHARE}"
        )
        raise _refused(label, message)


def _told(place: Place) -> str:
    return f"{place[0]} Q{place[1]}" if len(place) > 1 else str(place[0])


def _next(place: Place) -> Place:
    if len(place) == 1:
        return (place[0] + 1,)
    year, quarter = place
    return (year, quarter + 1) if quarter < QUARTERS else (year + 1, 1)


def _history(label: str, places: Sequence[Place], columns: Mapping[str, Real]) -> History:
    """Keep the rows in which every column has a figure; a gap among them is refused."""
    whole = np.ones(len(places), dtype=np.bool_)
    for values in columns.values():
        whole &= ~np.isnan(values)
    kept = np.flatnonzero(whole)
    if not len(kept):
        raise _refused(label, "no row has a figure in every column that is used")
    first, last = int(kept[0]), int(kept[-1])
    for row in range(first, last + 1):
        if row > first and places[row] != _next(places[row - 1]):
            gap = _told(_next(places[row - 1]))
            raise _refused(label, f"{gap} is missing between others; a history has no gaps")
        if not whole[row]:
            without = [name for name, values in columns.items() if np.isnan(values[row])]
            raise _refused(
                label,
                f"there is no figure of {' and '.join(without)} in {_told(places[row])}, between "
                "years that have one; a history has no gaps",
            )
    return History(
        label,
        tuple(_told(place) for place in places[first : last + 1]),
        {name: values[first : last + 1] for name, values in columns.items()},
        left_out=tuple(_told(place) for place in [*places[:first], *places[last + 1 :]]),
    )


def _paths(label: str, places: Sequence[Place], columns: Mapping[str, Real]) -> History:
    """Refuse paths that do not all have the same steps, each with a figure in every column."""
    by_path: dict[int, list[Place]] = {}
    for path, *place in places:
        by_path.setdefault(path, []).append(tuple(place))
    (first, times), *others = by_path.items()
    for before, after in pairwise(times):
        if after != _next(before):
            raise _refused(label, f"path {first} lacks {_told(_next(before))}; expected every step")
    for path, own in others:
        if own != times:
            raise _refused(
                label,
                f"path {path} has rows for {_told(own[0])} to {_told(own[-1])}, {len(own)} in all, "
                f"path {first} for {_told(times[0])} to {_told(times[-1])}, {len(times)}; "
                "expected the same steps of every path",
            )
    for name, values in columns.items():
        missing = np.flatnonzero(np.isnan(values))
        if len(missing):
            path, *place = places[int(missing[0])]
            told = _told(tuple(place))
            raise _refused(label, f"{name} has no figure in {told} of path {path}; expected one")
    return History(label, tuple(_told(time) for time in times), columns, paths=len(by_path))


def _refused(label: str, message: str) -> DataError:
    return DataError([Problem(label, "", message)])
