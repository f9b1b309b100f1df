"""What each column of a table of areas means, and what it may be used for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

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

OPTIONAL = ("more_means",)
"""What a companion may say beside that; a column that is left out is empty in every row."""

EVERYWHERE = "all"

Quantity = Literal["pounds", "pounds a head", "people"]
"""What rules ask of a column where its unit matters: an area's pounds or people, or a mean."""
Meaning = Literal["more need", "less need", ""]

_CHOICES = {"comparable": ("uk", "nation"), "aggregate": ("sum", "mean")}

_MONEY, _PEOPLE = ("pound", "£", "gbp"), ("person", "people")  # how units of these begin
_SCALED = re.compile(r"(?:£|\b)(?:k|mn?|bn|tn|0{3}s?|(?:thousand|million|billion|trillion)s?)\b")
_A_HEAD = re.compile(r"(?:\b(?:a|per|each|every)|/)\s*(?:head|person|capita|resident|inhabitant)\b")
_RATE = re.compile(r"(?:\b(?:a|an|per|each|every)\b|/)\s*(?!year|annum|\s)")


@dataclass(frozen=True)
class Column:
    """A column of figures: its title in plain words, unit, nations, scale, vintage and source.

    `nations` are those in which it is stated. `comparable` is "uk" where figures may be compared
    across the UK and "nation" where only inside one nation. `aggregate` says how figures of areas
    make that of a group: "sum" for counts, "mean" for means weighted by population. `more_means`
    says whether more of it is "more need" or "less need"; it is empty where that is not known.
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
    more_means: Meaning = ""

    @property
    def quantity(self) -> Quantity | None:
        """What it is in, of what rules ask for; None where that is something else or unknown.

        Pounds are plain ones: "pounds", "£ a year", "pounds (2024 prices)", but neither "£m" nor
        "pounds a household".
        """
        unit = self.unit.lower()
        if unit.startswith(_PEOPLE):
            return None if _SCALED.search(unit) or _RATE.search(unit) else "people"
        if not unit.startswith(_MONEY) or _SCALED.search(unit):
            return None
        if _A_HEAD.search(unit):
            return "pounds a head"
        return None if _RATE.search(unit) else "pounds"

    def unlike(self, quantity: Quantity) -> str:
        """Say how it differs from what is asked for; nothing where it does not, or has no unit."""
        if not self.unit:
            return ""
        if quantity == "pounds a head":
            if self.aggregate == "sum":
                return f"({self.unit}) is a sum over a whole area"
        elif self.aggregate == "mean":
            what = "counts nobody" if quantity == "people" else "not what each area had"
            return f"({self.unit}) is a mean, and {what}"
        wrong = "does not count people" if quantity == "people" else f"is not in {quantity}"
        return "" if self.quantity == quantity else f"({self.unit}) {wrong}"


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

    One row a column, with the nine columns of `HEADER`, and with those of `OPTIONAL` if it likes.
    `nations` is "all", or names separated by semicolons. `unit` is in words: rules that ask for
    "pounds", "pounds a head" or "people" refuse columns in another unit, and let those pass that
    have none. `more_means` is "more need", "less need" or empty, which is not known. A column of
    words leaves `comparable` and `aggregate` empty.
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
    faults += _meaning_faults(table, words)
    header = (*HEADER, *OPTIONAL)
    rows = [dict(zip(header, cells, strict=True)) for cells in _cells(table, *header)]
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
        more_means=cast("Meaning", row["more_means"]),
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


def _meaning_faults(table: Table, words: set[str]) -> list[Fault]:
    names, allowed = table.cells.get("column", ()), get_args(Meaning)

    def message(at: int, cell: str) -> str:
        if cell and names[at] in words:
            return f'"{cell}" is said of a column of words; leave it empty'
        if cell in allowed:
            return ""
        return f'"{cell}" is not one of {", ".join(filter(None, allowed))}; or leave it empty'

    return _wrong(table, "more_means", message)
