"""A run's tables as they are exported: every column described, every cell as it was saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from fundsim.exporting.dictionary import DESCRIBED, described, measures, unit_of
from fundsim.results.columns import BY_ROW, MEASURES_HEAD, Column, Value, dictionary
from fundsim.results.folder import Run
from fundsim.results.table import Row, Table, inert


@dataclass(frozen=True, eq=False)
class Tidy:
    """A table of a run in long form: a name, what it is, described columns, rows of text.

    No figure is rounded again: a cell holds the characters that the run's own table holds. Words
    that a spreadsheet would run as a formula are inert, codes and names of a user's areas too.
    """

    name: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    saved: Callable[[], Iterable[Row]]

    @property
    def table(self) -> Table:
        """The same without descriptions, to be written as CSV, which makes its words inert."""
        return Table(self.name, tuple(column.name for column in self.columns), self.saved)

    def rows(self) -> Iterator[Row]:
        """Give each row as text, its words inert."""
        for row in self.saved():
            cells = zip(self.columns, row, strict=True)
            yield [inert(cell) if column.kind == "string" else cell for column, cell in cells]

    def values(self) -> Iterator[list[Value]]:
        """Give each row in the types of the columns, None for a number or day that is missing."""
        for row in self.rows():
            yield [column.value(cell) for column, cell in zip(self.columns, row, strict=True)]


def tidy(run: Run, name: str) -> Tidy:
    """Take one of a run's tables; an unknown one is a RunError that names the nearest."""
    table, about = run.table(name), DESCRIBED[name]
    names = list(table.columns)
    where = names.index("mean") if about.unit == "to be added" else None
    if where is not None:
        names.insert(where, "unit")
    columns = tuple(described(name, column) for column in names)
    return Tidy(name, about.about, about.key, columns, partial(_rows, table, where))


def _rows(table: Table, where: int | None) -> Iterator[Row]:
    measure = table.columns.index("measure") if where is not None else 0
    for saved in table.rows():
        row = list(saved)
        if where is not None:
            row.insert(where, unit_of(row[measure]))
        yield row


def columns_of(tables: Sequence[Tidy]) -> Table:
    """Make the data dictionary of some tables: a row a column."""
    return dictionary(lambda: ((table.name, table.columns) for table in tables))


def saved_columns_of(run: Run, tables: Sequence[Tidy]) -> Table:
    """Make the data dictionary of a run's own CSV files, to which no column is added."""
    return dictionary(lambda: ((table.name, _saved(run, table)) for table in tables))


def _saved(run: Run, table: Tidy) -> Iterator[Column]:
    saved = run.table(table.name).columns
    for column in table.columns:
        unsaid = column.unit == BY_ROW and "unit" not in saved
        if column.name in saved:
            yield replace(column, unit="as measures.csv says") if unsaid else column


def measures_of(tables: Sequence[Tidy]) -> Table:
    """Say what each measure of some tables is: a row for each table and measure that it holds."""
    found = {table.name: set(_measures(table)) for table in tables}

    def rows() -> Iterator[Row]:
        for row in measures(list(found)):
            if row[1] in found[row[0]]:
                yield row

    return Table("measures", MEASURES_HEAD, rows)


def _measures(table: Tidy) -> list[str]:
    plain = table.table
    return plain.column("measure") if "measure" in plain.columns else []
