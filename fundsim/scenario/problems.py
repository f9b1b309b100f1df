"""What the checker of types found, told in plain words at the place where it was written."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from pydantic_core import ErrorDetails

from fundsim.errors import nearest
from fundsim.rules.base import Fault
from fundsim.scenario import spelling
from fundsim.scenario.document import At, Document
from fundsim.scenario.keys import MISSING, Key, dotted, look
from fundsim.scenario.origins import Finding
from fundsim.scenario.shapes import Shape, fields_of

_LIMITS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}
_EXAMPLES: Mapping[object, str] = {
    "money": '"£2bn"',
    "rate": '"3.5%"',
    "duration": '"12 quarters"',
    "month": '"March"',
    date: "2021-04-01",
    str: '"..."',
    int: "1",
    float: "1.0",
}
_SHOWN = 40  # characters of a value that a message repeats
_NAMED = 12  # keys of a table that a message lists


class Branch(NamedTuple):
    """A value that may be of several sorts: its key, the sort that was tried, and its shape."""

    key: Key
    sort: str
    shape: Shape

    @property
    def is_table(self) -> bool:
        """Whether the sort is a table with keys of its own."""
        return any(table.__name__ in self.sort for table in self.shape.tables.values())

    def fits(self, value: object) -> bool:
        """Tell whether a value is meant to be of this sort.

        A table that holds tables, or a key of a table with keys of its own, is meant to be one.
        """
        if isinstance(value, dict) and self.shape.tables:
            own = {name for table in self.shape.tables.values() for name in fields_of(table)}
            meant = bool(own & {*value}) or any(isinstance(part, dict) for part in value.values())
            if meant or self.is_table:
                return meant and self.is_table
        sorts = {"str": str, "list": list, "dict": dict}
        named = self.sort.partition("[")[0]
        return any(name in named and isinstance(value, kind) for name, kind in sorts.items())


@dataclass(frozen=True)
class Mistake:
    """One error of the checker: the key it belongs to, and what may stand there.

    `table` is the class of table that the key is looked up in. `branch` is which sort was tried of
    a value that may be of several; `of_key` says that a name of the user's own is at fault, not its
    value; `named` that its table stands under a name of the user's own.
    """

    key: Key
    shape: Shape
    error: ErrorDetails
    table: Shape
    branch: Branch | None = None
    of_key: bool = False
    named: bool = False

    @property
    def kind(self) -> str:
        """The checker's own name for what is wrong."""
        return self.error["type"]


def explain(errors: Iterable[ErrorDetails], document: Document, root: Shape) -> list[Finding]:
    """Tell every error of the checker in plain words."""
    mistakes = [_mistake(error, root) for error in errors]
    mistakes = _of_one_sort(mistakes, document)
    mistakes = [one for one in mistakes if not _is_misspelt(one, mistakes)]
    return [_finding(one, mistakes, document) for one in mistakes]


def _mistake(error: ErrorDetails, root: Shape) -> Mistake:
    """Find the key that an error is about; the checker's own marks are taken out of it."""
    key: Key = ()
    table, shape = Shape(), root
    branch: Branch | None = None
    of_key = named = free = False
    chosen = False  # whether the sort of the value at `key` has been told
    for part in error["loc"]:
        if shape.by_kind and part in shape.tables:
            shape = Shape(tables={"": shape.tables[str(part)]}, description=shape.description)
        elif shape.is_union and not chosen:
            branch, chosen = Branch(key, str(part), shape), True
        elif part == "[key]":
            of_key = True
        else:
            named, free = free, shape.inner is not None
            key, table, shape, chosen = (*key, part), shape, shape.below(part), False
    fault = error.get("ctx", {}).get("error")
    if isinstance(fault, Fault):
        key = (*key, *fault.key)
    return Mistake(key, shape, error, table, branch, of_key, named)


def _of_one_sort(mistakes: list[Mistake], document: Document) -> list[Mistake]:
    """Keep, of a value that may be of several sorts, what is wrong with the sort that it is."""
    kept = [one for one in mistakes if one.branch is None]
    for union in dict.fromkeys(one.branch.key for one in mistakes if one.branch):
        tried = [one for one in mistakes if one.branch and one.branch.key == union]
        value = look(document.values, union)
        meant = [one for one in tried if one.branch and one.branch.fits(value)]
        kept += meant or tried[:1]
    return kept


def _is_misspelt(mistake: Mistake, mistakes: Sequence[Mistake]) -> bool:
    """Tell whether a missing key is there with a slip, which is told in its stead."""
    if mistake.kind != "missing":
        return False
    return any(
        _meant(other, mistakes) == mistake.key[-1]
        for other in mistakes
        if other.kind == "extra_forbidden" and other.key[:-1] == mistake.key[:-1]
    )


def _meant(unknown: Mistake, mistakes: Sequence[Mistake]) -> str:
    """Find the missing key of its table that an unknown key resembles."""
    missing = [
        str(one.key[-1])
        for one in mistakes
        if one.kind == "missing" and one.key[:-1] == unknown.key[:-1]
    ]
    close = difflib.get_close_matches(str(unknown.key[-1]), missing, n=1)
    return close[0] if close else ""


def _finding(mistake: Mistake, mistakes: Sequence[Mistake], document: Document) -> Finding:
    match mistake.kind:
        case "extra_forbidden":
            message = _no_such_key(mistake, _meant(mistake, mistakes))
            return document.finding(mistake.key, message, at="key")
        case "missing":
            return document.finding(mistake.key, _missing(mistake) + _fund_hint(mistake, document))
        case "union_tag_not_found":
            return _without_kind(mistake, document)
        case "union_tag_invalid":
            key = (*mistake.key, "kind")
            return document.finding(key, _unknown_kind(mistake, look(document.values, key)))
    value = look(document.values, mistake.key)
    at: At = "key" if mistake.of_key else "value"
    return document.finding(mistake.key, message_of(mistake, value), at=at)


def _no_such_key(mistake: Mistake, meant: str) -> str:
    (table,) = mistake.table.tables.values()
    names = list(fields_of(table))
    hint = f' (did you mean "{meant}"?)' if meant else nearest(str(mistake.key[-1]), names)
    return f"there is no such key{hint or _known(names)}"


def _known(names: Sequence[str]) -> str:
    more = ", ..." if len(names) > _NAMED else ""
    return f"; the keys here are {', '.join(names[:_NAMED])}{more}"


def _missing(mistake: Mistake) -> str:
    shape, name = mistake.shape, str(mistake.key[-1])
    kind = shape.unit or (shape.parts[0] if shape.parts else "")
    example = f", as in {dotted((name,))} = {_EXAMPLES[kind]}" if kind in _EXAMPLES else ""
    if shape.choices:
        example = f", {shape.expected}"
    if shape.by_kind:
        example = f", a table whose kind is one of {', '.join(shape.tables)}"
    return f"this is missing; expected {shape.description or shape.expected}{example}"


def _fund_hint(mistake: Mistake, document: Document) -> str:
    """Guess at the table meant, where one that is incomplete was made by setting a value in it."""
    table = mistake.key[:-1]
    if not mistake.named or document.origin(table).source.value_at is None:
        return ""
    siblings = look(document.values, table[:-1])
    return nearest(str(table[-1]), [other for other in siblings if other != table[-1]])


def _without_kind(mistake: Mistake, document: Document) -> Finding:
    """Tell that a table does not say of which kind it is."""
    table = look(document.values, mistake.key)
    kinds = ", ".join(mistake.shape.tables)
    close = difflib.get_close_matches("kind", list(table) if isinstance(table, dict) else [], n=1)
    if close:
        message = f'there is no such key (did you mean "kind"?); kind is one of {kinds}'
        return document.finding((*mistake.key, close[0]), message, at="key")
    message = f"this is missing; expected one of {kinds}"
    return document.finding((*mistake.key, "kind"), message)


def _unknown_kind(mistake: Mistake, value: object) -> str:
    kinds = list(mistake.shape.tables)
    hint = nearest(value, kinds) if isinstance(value, str) else ""
    return f"there is no kind {shown(value)}{hint}; expected one of {', '.join(kinds)}"


def message_of(mistake: Mistake, value: object) -> str:
    """Say what was found and what is expected, for an error about one value."""
    context: Mapping[str, Any] = mistake.error.get("ctx", {})
    of_unit = bool(mistake.shape.unit) or date in mistake.shape.parts
    readable = isinstance(value, (str, int, float)) and not isinstance(value, bool)
    if mistake.kind in ("value_error", "assertion_error") and (readable or not of_unit):
        return str(context.get("error", "this cannot be used"))
    if mistake.kind in _LIMITS:
        limit, words = _LIMITS[mistake.kind]
        return f"found {shown(value)}, expected {words} {_limit(context[limit], mistake.shape)}"
    if mistake.kind in ("too_short", "string_too_short"):
        number, needed = len(value) if isinstance(value, Sized) else 0, context.get("min_length", 1)
        found = f"found {number} where {needed} are needed" if number else "this is empty"
        return f"{found}; expected {mistake.shape.description or mistake.shape.expected}"
    if mistake.kind == "string_unicode":
        return "this holds characters that are not text; take them out"
    if mistake.key[:1] == ("sources",) and isinstance(value, dict):
        return 'put the whole dotted key in quotes, as in "funds.luc.opening" = "citation"'
    hint = nearest(value, map(str, mistake.shape.choices)) if isinstance(value, str) else ""
    return f"found {shown(value)}, expected {mistake.shape.expected}{hint}"


def _limit(limit: Any, shape: Shape) -> str:  # noqa: ANN401 - a number or a day
    words: dict[str, Callable[[Any], object]] = {
        "money": spelling.money,
        "rate": spelling.rate,
        "duration": spelling.duration,
    }
    if shape.unit in words:
        return str(words[shape.unit](limit))
    return f"{limit:g}" if isinstance(limit, float) else str(limit)


def shown(value: object) -> str:
    """Repeat a value in a message, as files write it, not too long."""
    if value is MISSING or value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    try:
        text = spelling.toml_value(value)
    except ValueError:  # a number of thousands of digits
        return "a number too long to show"
    return text if len(text) <= _SHOWN else text[: _SHOWN - 4] + "..."
