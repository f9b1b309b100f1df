"""Rules and tables of a scenario in sentences, read from what the classes say of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from fundsim.rules.base import Rule
from fundsim.scenario import spelling
from fundsim.scenario.keys import Key, dotted
from fundsim.scenario.methods.citing import References, plainly
from fundsim.scenario.scenario import Scenario
from fundsim.scenario.shapes import Shape, fields_of
from fundsim.scenario.words import rows


class Teller:
    """Tells values as the scenario's file spells them, each with its meaning and a mark."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.references = References()
        self.symbols: dict[str, str] = {}
        self._rows = {row.key: row for row in rows(scenario)}

    def mark(self, *key: str | int) -> str:
        """Give the mark of a value's own citation with a space before it; nothing without one."""
        name = dotted(key)
        note = self.scenario.sources.get(name, "")
        if note:
            return f" {self.references.note(name, self.stated(name), note)}"
        row = self._rows.get(name)
        return f" {row.note}" if row and row.note else ""

    def stated(self, name: str) -> str:
        """Give the value at a dotted key as it was written."""
        return self._rows[name].value if name in self._rows else "not set"

    def value(self, *key: str | int) -> str:
        """Give a value as it was written, without the quotes and brackets of a list."""
        return plainly(self._rows[dotted(key)].value)

    def rule(self, rule: Rule, *key: str | int) -> str:
        """Say what a rule does, then what its keys are, and the same of the rules inside it."""
        return " ".join([self._head(rule), *self.settings(rule, *key)])

    def _head(self, rule: Rule) -> str:
        words = rule.in_words()
        self._note_symbols(rule, words)
        words = self.references.prose(words)
        first = words.split(maxsplit=1)[0]
        lowered = words if first.endswith("'s") else words[0].lower() + words[1:]
        return f"{getattr(rule, 'kind', '')}: {_stopped(lowered)}"

    def _note_symbols(self, rule: Rule, words: str) -> None:
        for symbol, meaning in rule.symbols.items():
            if re.search(rf"(?<![\w(]){re.escape(symbol)}(?![\w(])", words):
                self.symbols[symbol] = meaning

    def part(self, table: BaseModel, part: str, *key: str | int) -> Iterator[str]:
        """Tell one key of a table, where it says something."""
        for name, shape, value in told(table):
            if name == part and (isinstance(value, BaseModel) or _holds_tables(value)):
                yield from self._inner(name, shape, value, (*key, name))
            elif name == part:
                said = self._single(table, name, shape, value, (*key, name))
                yield f"{said[0].upper()}{said[1:]}."

    def settings(
        self, table: BaseModel, *key: str | int, begins: str = "Settings: "
    ) -> Iterator[str]:
        """Tell a table: its single values in one sentence, then what is inside it."""
        single: list[str] = []
        inside: list[str] = []
        for name, shape, value in told(table):
            below = (*key, name)
            if isinstance(value, BaseModel) or _holds_tables(value):
                inside += self._inner(name, shape, value, below)
            else:
                single.append(self._single(table, name, shape, value, below))
        if single:
            yield f"{begins}{'; '.join(single)}."
        yield from inside
        yield from self._unnamed(table)

    def _single(
        self,
        table: BaseModel,
        name: str,
        shape: Shape,
        value: Any,  # noqa: ANN401 - a value of a scenario may be of any type
        key: Key,
    ) -> str:
        meaning = f" ({_oneline(shape.description)})" if shape.description else ""
        said = self._spelled(table, name, shape, value, key)
        if isinstance(value, Mapping):
            return f"{_words(name)}{meaning}{self.mark(*key)}: {said}"
        return f"{_words(name)} = {said}{meaning}{self.mark(*key)}"

    def _spelled(self, table: BaseModel, name: str, shape: Shape, value: Any, key: Key) -> str:  # noqa: ANN401 - as above
        """Spell a value as it was written; one that a preset brings as a file would have it."""
        if isinstance(value, Mapping):
            parts = spelling.table(table)[name]
            return ", ".join(self._pair(part, inner, (*key, part)) for part, inner in parts.items())
        if row := self._rows.get(dotted(key)):
            return plainly(row.value)
        return plainly(_text(spelling.spelled(value, shape)))

    def _pair(self, name: str, value: Any, key: Key) -> str:  # noqa: ANN401 - as above
        """Tell an item of a table of free names, with what is below it in brackets."""
        if isinstance(value, Mapping):
            below = [
                self._pair(part, inner, (*key, part))
                for part, inner in value.items()
                if inner not in ({}, [], "")
            ]
            return f"{_words(name)} ({', '.join(below)}){self.mark(*key)}"
        row = self._rows.get(dotted(key))
        said = plainly(row.value if row else _text(value))
        return f"{_words(name)} {said}{self.mark(*key)}"

    def _inner(self, name: str, shape: Shape, value: Any, key: Key) -> Iterator[str]:  # noqa: ANN401 - as above
        meaning = f" ({_oneline(shape.description)})" if shape.description else ""
        head = f"{_words(name).capitalize()}{meaning}{self.mark(*key)}"
        if isinstance(value, BaseModel):
            yield f"{head} is {self.rule(value, *key)}" if isinstance(value, Rule) else f"{head}:"
            if not isinstance(value, Rule):
                yield from self.settings(value, *key, begins="")
            return
        yield f"{head}:"
        items = value.items() if isinstance(value, Mapping) else enumerate(value)
        for part, item in items:
            called = f"{part}" if isinstance(value, Mapping) else f"({part + 1})"
            own = self.mark(*key, part)
            if isinstance(item, Rule):
                yield f"{called}{own} {self.rule(item, *key, part)}"
            else:
                yield " ".join([f"{called}{own}:", *self.settings(item, *key, part, begins="")])

    def _unnamed(self, table: BaseModel) -> Iterator[str]:
        """Tell the rules that a table stands for and does not hold, as a preset does."""
        held = [value for _, _, value in told(table)]
        if not any(isinstance(value, BaseModel) or _holds_tables(value) for value in held):
            for rule in getattr(table, "inside", tuple)():
                yield f"It is the rule {self.rule(rule, 'preset')}"


def told(table: BaseModel) -> Iterator[tuple[str, Shape, Any]]:
    """List the keys of a table that say something: what is off, empty or left out says nothing."""
    kept = table.model_dump(by_alias=True)
    fields = zip(type(table).model_fields, fields_of(type(table)).items(), strict=True)
    for field, (name, shape) in fields:
        value = getattr(table, field)
        stated = field in table.model_fields_set
        if name == "kind" or name not in kept or value is None:
            continue
        if stated or (value or isinstance(value, bool)):
            yield name, shape, value


def _text(value: Any) -> str:  # noqa: ANN401 - a value of a scenario may be of any type
    return value if isinstance(value, str) else spelling.toml_value(value)


def _holds_tables(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_is_table(item) for item in value.values())
    return isinstance(value, list) and any(isinstance(item, BaseModel) for item in value)


def _is_table(value: object) -> bool:
    return isinstance(value, Rule) or (
        isinstance(value, BaseModel) and any(_holds(inner) for _, _, inner in told(value))
    )


def _holds(value: object) -> bool:
    return isinstance(value, (BaseModel, Mapping, list))


def _words(name: object) -> str:
    return str(name).replace("_", " ")


def _oneline(text: str) -> str:
    return " ".join(text.split())


def _stopped(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
