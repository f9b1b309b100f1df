"""A CSV table read whole, each fault kept with the row and column where it stands.

Rows are counted as a spreadsheet counts them: the header is row 1. Cells lose the blanks around
them; an empty cell means not known.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fundsim.errors import DataError, Problem, nearest
from fundsim.money import Real

SHOWN = 10  # faults of one kind in one column that are named; the others are counted

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
_LIKE_A_NUMBER = re.compile(r"[-+£$€(]*\s*[.,]?\d[\d.,'\s]*[%)]*")


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with a table: its row (0 for the whole table), its column, what it is."""

    row: int
    column: str
    message: str

    def problem(self, label: str) -> Problem:
        """Name the place as `table:row:column`."""
        place = ":".join(str(part) for part in (label, self.row, self.column) if part)
        return Problem(place, "", self.message)


@dataclass(frozen=True)
class Table:
    """The cells of a CSV file by column; `rows` holds each record's row in the file."""

    label: str
    rows: tuple[int, ...]
    cells: Mapping[str, Sequence[str]]

    def __len__(self) -> int:
        return len(self.rows)

    def faults(self, column: str, wrong: Iterable[tuple[int, str]]) -> list[Fault]:
        """Place what is wrong with records of a column, each given as (record, message)."""
        return several([Fault(self.rows[at], column, message) for at, message in wrong])


def several(faults: list[Fault]) -> list[Fault]:
    """Keep the first faults of a kind and count the others in one line."""
    if len(faults) <= SHOWN:
        return faults
    rest = faults[SHOWN]
    more = f"{len(faults) - SHOWN:,} more cells or rows of this kind, from here on"
    return [*faults[:SHOWN], Fault(rest.row, rest.column, more)]


def refuse(faults: Mapping[str, Iterable[Fault]]) -> None:
    """Raise all faults of tables at once, by table and in order of place; none is no error."""
    problems = [fault.problem(label) for label, found in faults.items() for fault in sorted(found)]
    if problems:
        raise DataError(problems)


def header_of(content: bytes, label: str) -> tuple[str, ...]:
    """Give the names of a table's columns."""
    return tuple(_records(_decoded(content, label), label, "a row")[0])


def read_table(
    content: bytes, label: str, *, required: Sequence[str], each: str = "an area"
) -> tuple[Table, list[Fault]]:
    """Read a CSV table with a row for `each` thing; give its cells and what is wrong with its form.

    A byte order mark is tolerated. What cannot be read at all (another encoding, quotes that never
    close, no header) raises DataError; missing or repeated columns and ragged rows are given back,
    so that faults of the cells can be told in the same go. Rows without any cell filled are passed.
    """
    header, records = _records(_decoded(content, label), label, each)
    faults = _header_faults(header, required)
    if not records:
        message = f"the table has a header but no rows; it needs one row {each}"
        faults.append(Fault(0, "", message))
    whole = {row: record for row, record in records if len(record) == len(header)}
    faults += several([_ragged(row, len(r), len(header)) for row, r in records if row not in whole])
    by_column = list(zip(*whole.values(), strict=True)) or [()] * len(header)
    cells = dict(zip(reversed(header), reversed(by_column), strict=True))  # a name's first column
    return Table(label, tuple(whole), {name: cells[name] for name in header}), faults


def _decoded(content: bytes, label: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        message = f"byte {error.start + 1} is not UTF-8 text; save the table as CSV in UTF-8"
        raise DataError([Problem(f"{label}:{row}", "", message)]) from None
    if "\0" in text:
        message = "this is not a text table (it holds zero bytes); save it as CSV in UTF-8"
        raise DataError([Problem(label, "", message)])
    return text


def _records(text: str, label: str, each: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Split a table into its header and its records with their rows; blank rows are passed."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[tuple[int, list[str]]] = []
    try:
        for row, record in enumerate(reader, start=1):
            stripped = [cell.strip() for cell in record]
            if any(stripped):
                records.append((row, stripped))
    except csv.Error as error:
        message = f"this is not CSV ({error}); check the double quotes near line {reader.line_num}"
        raise DataError([Problem(f"{label}:{reader.line_num}", "", message)]) from None
    if not records:
        message = f"the table is empty; it needs a header and one row {each}"
        raise DataError([Problem(label, "", message)])
    return records[0][1], records[1:]


def _ragged(row: int, found: int, expected: int) -> Fault:
    remedy = (
        "put double quotes round a cell that holds a comma"
        if found > expected
        else "add the missing cells, empty where not known"
    )
    return Fault(row, "", f"{found} cells where the header has {expected}; {remedy}")


def _header_faults(header: Sequence[str], required: Sequence[str]) -> list[Fault]:
    faults = [
        Fault(1, f"column {position}", "the column has no name; name it or take it out")
        for position, name in enumerate(header, start=1)
        if not name
    ]
    faults += [
        Fault(1, name, f"{count} columns have this name; rename or take out all but one")
        for name, count in Counter(header).items()
        if name and count > 1
    ]
    faults += [
        Fault(1, name, f"the column is missing{nearest(name, header)}; {_found(header)}")
        for name in required
        if name not in header
    ]
    return faults


def _found(header: Sequence[str]) -> str:
    if len(header) == 1 and re.search(r"[;\t|]", header[0]):
        return "the cells are not separated by commas: save the table as comma-separated CSV"
    shown = ", ".join(header[:8])
    return f"the table has {shown}{' ...' if len(header) > 8 else ''}"


def are_words(cells: Sequence[str]) -> bool:
    """Tell whether a column holds words: it has cells that are filled, none like a number."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and not any(_meant(cell) for cell in filled)


def _meant(cell: str) -> bool:
    """Tell whether a cell was meant as a number, well written or not."""
    return bool(
        _NUMBER.fullmatch(cell) or _NOT_FINITE.fullmatch(cell) or _LIKE_A_NUMBER.fullmatch(cell)
    )


def numbers(table: Table, column: str, such_as: str = "such as 1234.5") -> tuple[Real, list[Fault]]:
    """Read a column of numbers, `(row,)`; an empty or faulty cell is nan there.

    `such_as` ends what is said of a cell that is nearly one.
    """
    cells = table.cells[column]
    values = [float(cell) if _NUMBER.fullmatch(cell) else math.nan for cell in cells]
    wrong = [
        (at, _no_number(cell, such_as))
        for at, (cell, value) in enumerate(zip(cells, values, strict=True))
        if cell and not math.isfinite(value)
    ]
    return np.array(values, dtype=np.float64), table.faults(column, wrong)


def _no_number(cell: str, such_as: str) -> str:
    if _NOT_FINITE.fullmatch(cell):
        return f'"{cell}" is not a finite number; leave the cell empty where it is not known'
    if _NUMBER.fullmatch(cell):
        return f'"{cell}" is too large to be read as a number'
    if _LIKE_A_NUMBER.fullmatch(cell):
        return f'"{cell}" is not a plain number; write digits and a point only, {such_as}'
    return f'"{cell}" is not a number; write one, or leave the cell empty where it is not known'
