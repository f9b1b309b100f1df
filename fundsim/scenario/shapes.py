"""What may stand at a key of a scenario, read off the classes that describe it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from fundsim.scenario.keys import Key, look
from fundsim.units import parse_duration, parse_money, parse_month, parse_rate

_UNITS = {
    parse_money: "money",
    parse_rate: "rate",
    parse_duration: "duration",
    parse_month: "month",
}

_WORDS: Mapping[Any, str] = {
    "money": 'money as "£2bn" or a number of pounds',
    "rate": 'a rate as "3.5%" or 0.035',
    "duration": 'a length of time as "12 quarters"',
    "month": 'the name of a month as "March"',
    date: "a day as 2021-04-01",
    bool: "true or false",
    str: "text in double quotes",
    int: "a whole number",
    float: "a number",
    dict: "a table",
    list: "a list",
    Any: "any value",
}


@dataclass(frozen=True)
class Shape:
    """What may stand at a key.

    `tables` are the classes of table, by kind where there are several; `inner` is the type of what
    a table of free names, or a list, holds; `unit` names the words in which a number is written;
    `choices` are the only values; `parts` are the alternatives that are no tables with fixed keys.
    """

    tables: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    inner: Any = None
    unit: str = ""
    choices: tuple[object, ...] = ()
    parts: tuple[object, ...] = ()
    description: str = ""

    @property
    def by_kind(self) -> bool:
        """Whether a table there says by its `kind` what it is."""
        return len(self.tables) > 1

    @property
    def is_union(self) -> bool:
        """Whether values of different sorts may stand there."""
        return len(self.parts) + bool(self.tables) > 1

    @property
    def expected(self) -> str:
        """Say in words what may stand there."""
        if self.choices:
            words = [f'"{c}"' if isinstance(c, str) else str(c) for c in self.choices]
            return f"one of {', '.join(words)}" if len(words) > 1 else words[0]
        words = [_WORDS.get(self.unit) or _WORDS.get(part, "something else") for part in self.parts]
        table = ["a table"] if self.tables and "a table" not in words else []
        return " or ".join([*table, *words])

    def below(self, part: str | int) -> Shape:
        """Give the shape of a value inside; one that allows nothing for an unknown key."""
        for table in self.tables.values() if len(self.tables) == 1 else ():
            if part in fields_of(table):
                return fields_of(table)[str(part)]
        return Shape() if self.inner is None else shape_of(self.inner)

    def of_kind(self, values: object) -> Shape:
        """Give the one sort of table that these values are, by their `kind` where that decides."""
        kind = values.get("kind") if self.by_kind and isinstance(values, dict) else ""
        table = self.tables.get(kind) if isinstance(kind, str) else None
        return Shape(tables={"": table} if table else {}, inner=self.inner)


@lru_cache(maxsize=512)  # a batch checks thousands of scenarios against the same few classes
def fields_of(table: type[BaseModel]) -> Mapping[str, Shape]:
    """List the keys of a table, as files write them, with the shape of each."""
    return {info.alias or name: _of_field(info) for name, info in table.model_fields.items()}


def required_in(table: type[BaseModel]) -> set[str]:
    """List the keys that a table cannot do without."""
    fields = table.model_fields.items()
    return {info.alias or name for name, info in fields if info.is_required()}


def along(shape: Shape, values: Any, key: Key) -> Iterator[Shape]:  # noqa: ANN401 - a TOML value may be of any type
    """Give the shapes on the way along a key, the last one that of the value itself.

    `values` are those that stand there, which say of what kind a table is.
    """
    for part in key:
        shape = shape.of_kind(values).below(part)
        values = look(values, (part,))
        yield shape


def _of_field(info: FieldInfo) -> Shape:
    return shape_of(info.annotation, tuple(info.metadata), info.description or "")


def shape_of(annotation: Any, metadata: tuple[Any, ...] = (), description: str = "") -> Shape:  # noqa: ANN401 - typing has no type for a type
    """Read a shape off a type as pydantic's fields have it."""
    alternatives = list(_alternatives(annotation, metadata))
    tables = [kind for kind, _ in alternatives if _is_table(kind)]
    others = [(kind, extra) for kind, extra in alternatives if not _is_table(kind)]
    inner = [get_args(kind)[-1] for kind, _ in others if get_origin(kind) in (dict, list)]
    units = [_UNITS[f] for _, extra in others for f in _validators(extra) if f in _UNITS]
    choices = [c for kind, _ in others if get_origin(kind) is Literal for c in get_args(kind)]
    return Shape(
        tables=_by_kind(tables),
        inner=inner[0] if inner else None,
        unit=units[0] if units else "",
        choices=tuple(choices),
        parts=tuple(get_origin(kind) or kind for kind, _ in others),
        description=description,
    )


def _alternatives(annotation: Any, metadata: tuple[Any, ...]) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - as `shape_of`
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        yield from _alternatives(inner, (*metadata, *more))
    elif get_origin(annotation) in (Union, UnionType):
        for part in get_args(annotation):
            yield from _alternatives(part, metadata)
    elif annotation is not NoneType:
        yield annotation, metadata


def _is_table(kind: Any) -> bool:  # noqa: ANN401 - as `shape_of`
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _validators(metadata: tuple[Any, ...]) -> list[Any]:
    return [extra.func for extra in metadata if isinstance(extra, BeforeValidator)]


def _by_kind(tables: list[Any]) -> dict[str, type[BaseModel]]:
    if len(tables) == 1:
        return {"": tables[0]}
    return {table.model_fields["kind"].default: table for table in tables}
