"""What the columns of tables hold: type, unit and meaning, as a data dictionary says it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from fundsim.results.table import Row, Table

Kind = Literal["string", "integer", "number", "date"]
Value = str | int | float | date | None

TYPES = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE"}
"""The types of a Parquet file's columns."""

BY_ROW = "as the column unit says"
COLUMNS_HEAD = ("table", "column", "type", "unit", "meaning")
MEASURES_HEAD = ("table", "measure", "unit", "meaning")


@dataclass(frozen=True)
class Column:
    """A column of a table; `unit` is empty for words, dates and labels."""

    name: str
    kind: Kind
    unit: str
    meaning: str

    def value(self, cell: str) -> Value:
        """Read a cell in the column's type; an empty one is None.

        >>> Column("year", "integer", "", "").value("2021")
        2021
        """
        if self.kind == "string":
            return cell
        if not cell:
            return None
        if self.kind == "date":
            return date.fromisoformat(cell)
        return int(cell) if self.kind == "integer" else float(cell)


WORDS = {
    "measure": "what is measured; measures.csv says what each measure is",
    "fund": "the fund's name; all is every fund together, without what passes between them",
    "basis": "nominal is money of the day, real is money in prices of the start date",
    "unit": "unit of the row's figures",
}
FIGURES = {
    "mean": "mean over paths",
    "se": "Monte Carlo standard error of the mean",
    "p05": "quantile over paths: 5 % lie below",
    "p25": "quantile over paths: 25 % lie below",
    "p50": "median over paths",
    "p75": "quantile over paths: 75 % lie below",
    "p95": "quantile over paths: 95 % lie below",
}
"""What these columns hold in every table that has them."""


def dictionary(tables: Callable[[], Iterable[tuple[str, Iterable[Column]]]]) -> Table:
    """Make the data dictionary of some tables, by name: a row a column."""

    def rows() -> Iterator[Row]:
        for table, columns in tables():
            for column in columns:
                yield table, column.name, column.kind, column.unit, column.meaning

    return Table("columns", COLUMNS_HEAD, rows)
