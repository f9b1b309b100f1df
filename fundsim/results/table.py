"""A table as it is written: names of columns, and rows of text."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from fundsim.money import Real

Row = Sequence[str]

_ACTIVE = frozenset("=+-@\t\r")
_WATCHED = _ACTIVE | {"'"}
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """A table whose rows are made anew each time they are asked for.

    Rows hold text as it is. CSV as in RFC 4180, UTF-8 without a byte order mark; there alone, text
    that a spreadsheet would run as a formula is made inert, and `read` takes that away again.
    """

    name: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterable[Row]]

    def __repr__(self) -> str:
        return f"<Table {self.name}: {', '.join(self.columns)}>"

    def csv(self) -> Iterator[str]:
        """Give the table as lines of CSV."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\r\n")
        writer.writerow(map(inert, self.columns))
        for row in self.rows():
            writer.writerow(map(inert, row))
            if buffer.tell() > 1 << 16:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue()

    def where(self, **wanted: str) -> Table:
        """Give the rows in which the named columns hold these words."""
        places = {self.columns.index(name): word for name, word in wanted.items()}

        def rows() -> Iterator[Row]:
            return (r for r in self.rows() if all(r[i] == word for i, word in places.items()))

        return Table(self.name, self.columns, rows)

    def column(self, name: str) -> list[str]:
        """Give one column as text."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows()]

    def numbers(self, name: str) -> Real:
        """Give one column as numbers, nan where a cell is empty."""
        return np.array([float(cell) if cell else math.nan for cell in self.column(name)])


def inert(text: str) -> str:
    """Keep a spreadsheet from running text as a formula, by an apostrophe.

    Numbers stay numbers, and a sign alone, which runs nothing, stays a sign. Text that looks as if
    it had been made inert before gets one more, so that `as_given` gives back what was there. The
    characters are those of OWASP's page on CSV injection.

    >>> inert("=1+1"), inert("'=1+1"), inert("-0.25"), inert("'s-Hertogenbosch")
    ("'=1+1", "''=1+1", '-0.25', "'s-Hertogenbosch")
    """
    if text[:1] not in _WATCHED or text.lstrip("'")[:1] not in _ACTIVE:
        return text
    return text if len(text) == 1 or _NUMBER.fullmatch(text) else f"'{text}"


def as_given(cell: str) -> str:
    """Give back what was made inert.

    >>> as_given("'=1+1"), as_given("''=1+1"), as_given("-0.25"), as_given("'s-Hertogenbosch")
    ('=1+1', "'=1+1", '-0.25', "'s-Hertogenbosch")
    """
    return cell[1:] if cell[:1] == "'" and cell.lstrip("'")[:1] in _ACTIVE else cell


def in_pounds(pence: float) -> str:
    """Write pence as pounds with four decimals; nothing for what is not a number.

    >>> in_pounds(12345.6), in_pounds(math.nan)
    ('123.4560', '')
    """
    return f"{pence / 100:.4f}" if math.isfinite(pence) else ""


def plain(figure: float, decimals: int = 6) -> str:
    """Write a figure with so many decimals; nothing for what is not a number."""
    return f"{figure:.{decimals}f}" if math.isfinite(figure) else ""


def read(path: Path) -> Table:
    """Read a table back from its CSV, its rows each time they are asked for."""

    def lines() -> Iterator[Row]:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                yield [as_given(cell) for cell in row]

    return Table(path.stem, tuple(next(lines())), lambda: islice(lines(), 1, None))
