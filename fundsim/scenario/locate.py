"""Where each key and value of a TOML text stands.

tomllib tells no positions, so a text that it has already accepted is scanned once more. The text
must be as tomllib saw it, with line ends of one character.
"""

from __future__ import annotations

import re
import tomllib
from typing import NamedTuple

from fundsim.scenario.keys import Key

_BARE = re.compile(r"[A-Za-z0-9_-]*")
_SKIP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANKS = re.compile(r"[ \t]*")
_SCALAR = re.compile(r"[^,\]}\n#]*")


class Span(NamedTuple):
    """Offsets of a key's own part, and of its value; a table's value is its header."""

    key: int
    key_end: int
    start: int
    end: int


class _Part(NamedTuple):
    """One part of a dotted key, and where it stands."""

    name: str
    start: int
    end: int


def locate(text: str) -> dict[Key, Span]:
    r"""Find the place of every key, table and list item of a TOML text.

    >>> locate("[fund]\nrate = 0.04")[("fund", "rate")]
    Span(key=7, key_end=11, start=14, end=18)
    """
    return _Scanner(text).spans


class _Scanner:
    """One pass over a text; each method reads one thing at an offset and says where it ends."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans: dict[Key, Span] = {(): Span(0, 0, 0, len(text))}
        self._items: dict[Key, int] = {}  # number of the newest item of each array of tables
        base: Key = ()
        at = self._skip(0)
        while at < len(text):
            if text[at] == "[":
                base, at = self._header(at)
            else:
                at = self._pair(base, at)
            at = self._skip(at)

    def _skip(self, at: int) -> int:
        return _end(_SKIP, self.text, at)

    def _blanks(self, at: int) -> int:
        return _end(_BLANKS, self.text, at)

    def _header(self, at: int) -> tuple[Key, int]:
        array = self.text.startswith("[[", at)
        parts, end = self._key(at + 1 + array)
        end += 1 + array
        base: Key = ()
        for number, part in enumerate(parts):
            base = (*base, part.name)
            last = number == len(parts) - 1
            span = Span(part.start, part.end, at, end)
            if last and not array:
                self.spans[base] = span  # a table's own header tells more than a mention
            self.spans.setdefault(base, span)
            base = self._item(base, new=array and last)
            self.spans.setdefault(base, span)
        return base, end

    def _item(self, key: Key, *, new: bool) -> Key:
        if new:
            self._items[key] = self._items.get(key, -1) + 1
        return (*key, self._items[key]) if key in self._items else key

    def _pair(self, base: Key, at: int) -> int:
        parts, end = self._key(at)
        key = base
        for part in parts[:-1]:
            key = (*key, part.name)
            self.spans.setdefault(key, Span(part.start, part.end, part.start, part.end))
        last = parts[-1]
        start = self._blanks(end + 1)
        return self._value((*key, last.name), start, last.start, last.end)

    def _key(self, at: int) -> tuple[list[_Part], int]:
        parts: list[_Part] = []
        while True:
            start = self._blanks(at)
            parts.append(self._part(start))
            at = self._blanks(parts[-1].end)
            if not self.text.startswith(".", at):
                return parts, at
            at += 1

    def _part(self, at: int) -> _Part:
        if self.text[at] in "\"'":
            end = self._string(at)
            return _Part(str(tomllib.loads("k=" + self.text[at:end])["k"]), at, end)
        end = _end(_BARE, self.text, at)
        return _Part(self.text[at:end], at, end)

    def _value(self, key: Key, at: int, key_start: int, key_end: int) -> int:
        if self.text[at] in "\"'":
            end = self._string(at)
        elif self.text[at] == "[":
            end = self._list(key, at)
        elif self.text[at] == "{":
            end = self._inline(key, at)
        else:
            scalar = self.text[at : _end(_SCALAR, self.text, at)]
            end = at + len(scalar.rstrip())
        self.spans[key] = Span(key_start, key_end, at, end)
        return end

    def _list(self, key: Key, at: int) -> int:
        at, number = self._skip(at + 1), 0
        while self.text[at] != "]":
            at = self._skip(self._value((*key, number), at, at, at))
            number += 1
            at = self._skip(at + 1) if self.text[at] == "," else at
        return at + 1

    def _inline(self, key: Key, at: int) -> int:
        at = self._skip(at + 1)
        while self.text[at] != "}":
            at = self._skip(self._pair(key, at))
            at = self._skip(at + 1) if self.text[at] == "," else at
        return at + 1

    def _string(self, at: int) -> int:
        quote = self.text[at]
        if self.text.startswith(quote * 3, at):
            return self._long_string(at + 3, quote)
        at += 1
        while self.text[at] != quote:
            at += self._step(at, quote)
        return at + 1

    def _long_string(self, at: int, quote: str) -> int:
        while not self.text.startswith(quote * 3, at):
            at += self._step(at, quote)
        at += 3
        while self.text.startswith(quote, at):  # up to two more belong to it
            at += 1
        return at

    def _step(self, at: int, quote: str) -> int:
        return 2 if self.text[at] == "\\" and quote == '"' else 1


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
