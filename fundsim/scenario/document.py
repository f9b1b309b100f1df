"""A scenario before its meaning is checked: plain values, each with the place it was written at.

A later text is laid over an earlier one. A table merges unless its `kind` changes, or the form in
which a capacity is stated, then it is replaced whole; a list is replaced whole. A citation follows
its value: it is dropped when a later text changes the value without giving a citation of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from fundsim.errors import Problem, nearest
from fundsim.scenario.keys import MISSING, Key, dotted, look, numbered, undotted, walk
from fundsim.scenario.origins import Finding, Origin, Source
from fundsim.scenario.practice import CAPACITY_FORMS

At = Literal["key", "value"]
NOTES = "sources"


@dataclass(frozen=True)
class Document:
    """Plain values and, by key, where each was written; `findings` are faults met on the way."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: Mapping[Key, Origin] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @classmethod
    def written(cls, values: dict[str, Any], source: Source) -> Document:
        """Make the document of one file."""
        return cls(values, {key: Origin(source, key) for key, _ in walk(values)})

    def origin(self, key: Key) -> Origin:
        """Find where a value was written; for one that was not, the table that it belongs in."""
        while key not in self.origins:
            key = key[:-1]
        return self.origins[key]

    def finding(self, key: Key, message: str, *, at: At = "value") -> Finding:
        """Report a problem with a value, or with its key, at the place where it was written."""
        origin = self.newest(key) if key in self.origins else self.origin(key)
        source, span = origin.source, origin.span
        start, end = span[:2] if at == "key" and key in self.origins else span[2:]
        whole = origin.key == () and source.value_at is None
        excerpt = "" if whole else source.excerpt(start, end)
        problem = Problem(source.place(start), dotted(key), message, excerpt)
        return Finding(source.rank, start, problem)

    def newest(self, key: Key) -> Origin:
        """Find where a value was last changed, itself or a value inside it."""
        inside = [self.origins[(*key, *below)] for below, _ in walk(look(self.values, key))]
        return max(inside, key=lambda origin: origin.source.rank)

    def covers(self, note: str, key: Key) -> bool:
        """Tell whether a citation of a table is as new as a value in that table."""
        return self.origin(key).source.rank <= self.origin((NOTES, note)).source.rank


def changes_kind(old: Mapping[str, Any], new: Mapping[str, Any], key: Key) -> bool:
    """Tell whether a table laid over another is of another kind, or form of capacity."""
    if key[:1] == ("foundations",) and key[-1] == "capacity":
        was, now = ({*CAPACITY_FORMS} & {*table} for table in (old, new))
        return bool(was and now) and was != now
    return "kind" in new and new["kind"] != old.get("kind", new["kind"])


def overlaid(base: Document, over: Document) -> Document:
    """Lay one document over another."""
    origins = dict(base.origins)
    values = _merged(base.values, over.values, (), origins, over.origins)
    merged = Document(values, origins, (*base.findings, *over.findings))
    return _without_stale_notes(base, merged, _names(over.values.get(NOTES)))


def _merged(
    old: Any,  # noqa: ANN401 - a TOML value may be of any type
    new: Any,  # noqa: ANN401 - as above
    key: Key,
    origins: dict[Key, Origin],
    newer: Mapping[Key, Origin],
) -> Any:  # noqa: ANN401 - as above
    """Merge two values; `origins` are brought up to date with those of the `newer` document."""
    if isinstance(old, dict) and isinstance(new, dict) and not changes_kind(old, new, key):
        origins[key] = newer[key]
        mixed = dict(old)
        for part, value in new.items():
            mixed[part] = _merged(old.get(part), value, (*key, part), origins, newer)
        return mixed
    _forget(key, origins)
    origins |= {(*key, *below): newer[(*key, *below)] for below, _ in walk(new)}
    return new


def _forget(key: Key, origins: dict[Key, Origin]) -> None:
    for known in [known for known in origins if known[: len(key)] == key]:
        del origins[known]


def without(base: Document, names: Iterable[str], own: Document) -> Document:
    """Drop the values that `remove` names; `own` is the document that says so."""
    values, origins, findings = base.values, dict(base.origins), list(base.findings)
    for number, name in enumerate(names):
        at: Key = ("remove", number)
        try:
            key = undotted(name)
        except ValueError as error:
            findings.append(own.finding(at, str(error)))
            continue
        table = look(values, key[:-1])
        if isinstance(table, dict) and key[-1] in table:
            at_key = numbered(values, key)
            values = _placed(values, at_key[:-1], _dropped(table, key[-1]))
            _forget(at_key, origins)
        else:
            findings.append(own.finding(at, _nothing_to_remove(base, name)))
    return _without_stale_notes(base, Document(values, origins, tuple(findings)), set())


def _nothing_to_remove(base: Document, name: str) -> str:
    if not base.values:
        return "there is nothing to remove, since this file extends no other"
    key = undotted(name)
    if look(base.values, key) is not MISSING:
        whole = dotted(key[:-1])
        return f'"{name}" is an item of a list; remove "{whole}" and write anew what is to stay'
    names = [dotted(key) for key, _ in walk(base.values) if key]
    return f'what this file extends has no table or value "{name}"{nearest(name, names)}'


def _dropped(table: dict[str, Any], name: str) -> dict[str, Any]:
    return {part: value for part, value in table.items() if part != name}


def assigned(base: Document, key: tuple[str, ...], value: object, source: Source) -> Document:
    """Set one value by its dotted key, as a text of its own laid over the document.

    Tables on the way are made; a position in a list must be there. Raises ValueError where the key
    leads through something that is neither table nor list, or past the end of a list.
    """
    walked, old = _reached(base.values, key)
    rest = key[len(walked) :]
    new: Any = value
    for part in reversed(rest):
        new = {part: new}
    origins = dict(base.origins)
    header = origins[walked]
    newer = {(*walked, *below): Origin(source) for below, _ in walk(new)}
    merged = _merged(old, new, walked, origins, newer)
    if rest and not changes_kind(old, new, walked):
        origins[walked] = header  # a table keeps its place when a value in it is set
    values = _placed(base.values, walked, merged)
    restated = {*key[1:2]} or _names(value) if key[0] == NOTES else set()
    return _without_stale_notes(base, Document(values, origins, base.findings), restated)


def _reached(values: Any, key: tuple[str, ...]) -> tuple[Key, Any]:  # noqa: ANN401 - as `_merged`
    """Walk along a key to the table that holds its last part, or to an item of a list."""
    walked: Key = ()
    for part in key:
        if isinstance(values, dict):
            if part not in values or len(walked) == len(key) - 1:
                return walked, values
            walked, values = (*walked, part), values[part]
        elif isinstance(values, list):
            walked, values = (*walked, _position(part, values, walked)), values[int(part)]
        else:
            message = f"{dotted(walked)} is a single value, so it has no {dotted((part,))}"
            raise ValueError(message)  # noqa: TRY004 - the user's key is at fault, not a type
    return walked, values


def _position(part: str, items: list[Any], key: Key) -> int:
    if part.isdecimal() and int(part) < len(items):
        return int(part)
    last = f", so the last is {dotted((*key, len(items) - 1))}" if items else ""
    message = f"{dotted(key)} is a list of {len(items)}{last}; items are counted from 0"
    raise ValueError(message)


def _placed(values: Any, key: Key, value: Any) -> Any:  # noqa: ANN401 - as `_merged`
    if not key:
        return value
    first = key[0]
    if isinstance(first, int):
        inside = _placed(values[first], key[1:], value)
        return [*values[:first], inside, *values[first + 1 :]]
    return values | {first: _placed(values[first], key[1:], value)}


def _names(notes: Any) -> set[str]:  # noqa: ANN401 - as `_merged`
    return set(notes) if isinstance(notes, dict) else set()


def _without_stale_notes(before: Document, after: Document, restated: set[str]) -> Document:
    """Drop citations of values that have changed since, unless they were restated."""
    notes = after.values.get(NOTES)
    inherited = _names(before.values.get(NOTES)) & _names(notes)
    stale = {n for n in inherited - restated if _has_changed(n, before.values, after.values)}
    if not stale:
        return after
    kept = {name: note for name, note in after.values[NOTES].items() if name not in stale}
    origins = {k: v for k, v in after.origins.items() if k[:1] != (NOTES,) or not stale & {*k[1:2]}}
    return Document(after.values | {NOTES: kept}, origins, after.findings)


def _has_changed(name: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    try:
        key = undotted(name)
    except ValueError:
        return False  # told as a key that names nothing
    tables = False
    for length in range(1, len(key) + 1):
        old, new = look(before, key[:length]), look(after, key[:length])
        tables = isinstance(old, dict) and isinstance(new, dict)
        if not tables:
            break
        if changes_kind(old, new, key[:length]):
            return True  # a table that was replaced whole, with all that stood in it
    return not tables and bool(look(before, key) != look(after, key))
