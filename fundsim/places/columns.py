"""What each column of a table of areas means, and what it may be used for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from fundsim.errors import nearest
from fundsim.places.table import Fault, Table

HEADER = (
    "column",
    "title",
    "unit",
    "nations",
    "comparable",
    "aggregate",
    "vintage",
    "source",
    "licence",
)

EVERYWHERE = "all"

_CHOICES = {"comparable": ("uk", "nation"), "aggregate": ("sum", "mean")}


@dataclass(frozen=True)
class Column:
    """A column of figures: its title in plain words, unit, nations, scale, vintage and source.

    `nations` are those in which it is stated. `comparable` is "uk" where figures may be compared
    across the UK and "nation" where only inside one nation. `aggregate` says how figures of areas
    make that of a group: "sum" for counts, "mean" for means weighted by population.
    """

    name: str
    title: str
    unit: str
    nations: frozenset[str]
    comparable: Literal["uk", "nation"]
    aggregate: Literal["sum", "mean"]
    vintage: str
    source: str
    licence: str


def undescribed(name: str, nations: Iterable[str]) -> Column:
    """Describe a column of a user's table that has no description of its own.

    It counts as stated everywhere, comparable across the UK and a mean; population as a count.
    """
    counted = name == "population"
    return Column(
        name=name,
        title=name,
        unit="persons" if counted else "",
        nations=frozenset(nations),
        comparable="uk",
        aggregate="sum" if counted else "mean",
        vintage="",
        source="user's table",
        licence="",
    )


@dataclass(frozen=True)
class Descriptions:
    """The companion of a table: the columns of figures, and the columns of words."""

    about: Mapping[str, Column]
    words: frozenset[str]


def read_descriptions(
    table: Table, described: Iterable[str], nations: Iterable[str]
) -> tuple[Descriptions, list[Fault]]:
    """Read the companion table that describes the columns of a table of areas.

    One row a column, with the nine columns of `HEADER`. `nations` is "all", or names separated by
    semicolons. A column of words leaves `comparable` and `aggregate` empty.
    """
    present, known = frozenset(described), frozenset(nations)
    faults = _name_faults(table, present) + _nation_faults(table, known)
    words = {
        name
        for name, scale, together in _cells(table, "column", "comparable", "aggregate")
        if not scale and not together
    }
    for column, allowed in _CHOICES.items():
        faults += _choice_faults(table, column, allowed, words)
    rows = [dict(zip(HEADER, cells, strict=True)) for cells in _cells(table, *HEADER)]
    about = {row["column"]: _column(row, known) for row in rows if row["column"] not in words}
    return Descriptions(about, frozenset(words)), faults


def _cells(table: Table, *columns: str) -> Iterable[tuple[str, ...]]:
    empty = [""] * len(table)
    return zip(*(table.cells.get(column, empty) for column in columns), strict=True)


def _column(row: Mapping[str, str], known: frozenset[str]) -> Column:
    return Column(
        name=row["column"],
        title=row["title"] or row["column"],
        unit=row["unit"],
        nations=known if row["nations"] == EVERYWHERE else frozenset(_listed(row["nations"])),
        comparable=cast("Literal['uk', 'nation']", row["comparable"]),
        aggregate=cast("Literal['sum', 'mean']", row["aggregate"]),
        vintage=row["vintage"],
        source=row["source"],
        licence=row["licence"],
    )


def _listed(nations: str) -> list[str]:
    return [name.strip() for name in nations.split(";")]


def _wrong(table: Table, column: str, message: Callable[[int, str], str]) -> list[Fault]:
    """Collect what `message` says of each cell; nothing said means nothing is wrong."""
    cells = table.cells.get(column, ())
    told = [(at, message(at, cell)) for at, cell in enumerate(cells)]
    return table.faults(column, [(at, text) for at, text in told if text])


def _name_faults(table: Table, present: frozenset[str]) -> list[Fault]:
    first: dict[str, int] = {}

    def message(at: int, name: str) -> str:
        if first.setdefault(name, at) != at:
            return f'"{name}" is described twice; keep one row'
        if name not in present:
            return f'the table of areas has no column "{name}"{nearest(name, present)}'
        return ""

    return _wrong(table, "column", message)


def _nation_faults(table: Table, known: frozenset[str]) -> list[Fault]:
    def message(_: int, cell: str) -> str:
        unknown = [n for n in _listed(cell) if cell != EVERYWHERE and n not in known]
        if not unknown:
            return ""
        wrong = f'"{unknown[0]}" is no nation of the table{nearest(unknown[0], known)}'
        return f'{wrong}; write "all", or names with semicolons between'

    return _wrong(table, "nations", message)


def _choice_faults(
    table: Table, column: str, allowed: tuple[str, ...], words: set[str]
) -> list[Fault]:
    names = table.cells.get("column", ())

    def message(at: int, cell: str) -> str:
        if cell in allowed or names[at] in words:
            return ""
        return f'"{cell}" is not one of {", ".join(allowed)} (both empty for a column of words)'

    return _wrong(table, column, message)
