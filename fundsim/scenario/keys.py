"""Dotted keys: the names by which a value of a scenario is written, found and talked about."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

Key = tuple[str | int, ...]
"""The parts that lead from a scenario to a value: names, and positions in lists from 0."""

MISSING: Final = object()

DEPTH = 40  # parts of a key; a scenario needs seven or eight

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PART = re.compile(r'\s*([A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\')\s*')


def basic_string(text: str) -> str:
    r"""Write text as TOML writes it on one line.

    >>> print(basic_string('a "quoted" word'))
    "a \"quoted\" word"
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def quoted(part: str) -> str:
    """Write one part of a key, in quotes where it needs them."""
    return part if _BARE.fullmatch(part) else basic_string(part)


def dotted(key: Key) -> str:
    """Write a key on one line.

    >>> dotted(("shares", "Northern Ireland", 0))
    'shares."Northern Ireland".0'
    """
    return ".".join(quoted(str(part)) for part in key)


def leading(text: str) -> tuple[tuple[str, ...], int]:
    """Read the dotted key that a text begins with; give its parts and where it ends.

    Raises ValueError where there is none.
    """
    parts: list[str] = []
    at = 0
    while True:
        found = _PART.match(text, at)
        if not found:
            shown = text if len(text) <= 60 else text[:57] + "..."
            message = (
                f"{basic_string(shown)} does not begin with a dotted key such as "
                "funds.luc.spending.rate; put parts with blanks or signs in double quotes"
            )
            raise ValueError(message)
        parts.append(_plain(found[1]))
        if len(parts) > DEPTH:
            message = f"a key has {DEPTH} parts at most"
            raise ValueError(message)
        at = found.end()
        if not text.startswith(".", at):
            return tuple(parts), at
        at += 1


@lru_cache(maxsize=4096)  # a batch reads the same few for each of its scenarios
def undotted(text: str) -> tuple[str, ...]:
    """Read a dotted key; raises ValueError where the text is none.

    >>> undotted('shares."Northern Ireland"')
    ('shares', 'Northern Ireland')
    """
    parts, end = leading(text)
    if end != len(text):
        message = (
            f"{basic_string(text)} is not a dotted key such as funds.luc.spending.rate; "
            "put parts with blanks or signs in double quotes"
        )
        raise ValueError(message)
    return parts


def _plain(part: str) -> str:
    """Take the quotes off one part of a key."""
    return str(tomllib.loads(f"k={part}")["k"]) if part[0] in "\"'" else part


def look(values: Any, key: Key) -> Any:  # noqa: ANN401 - a TOML value may be of any type
    """Find the value at a key, or MISSING."""
    for part in key:
        if isinstance(values, dict) and part in values:
            values = values[part]
        elif isinstance(values, list) and str(part).isdecimal() and int(part) < len(values):
            values = values[int(part)]
        else:
            return MISSING
    return values


def numbered(values: Any, key: tuple[str, ...]) -> Key:  # noqa: ANN401 - as `look`
    """Write a key that is there with its positions in lists as numbers.

    >>> numbered({"a": [{"b": 1}]}, ("a", "0", "b"))
    ('a', 0, 'b')
    """
    parts: list[str | int] = []
    for part in key:
        parts.append(int(part) if isinstance(values, list) else part)
        values = values[parts[-1]]
    return tuple(parts)


def walk(values: Any, key: Key = ()) -> Iterator[tuple[Key, Any]]:  # noqa: ANN401 - as `look`
    """List every key of a value, tables and lists included, in order."""
    yield key, values
    if isinstance(values, dict):
        for part, value in values.items():
            yield from walk(value, (*key, part))
    elif isinstance(values, list):
        for number, value in enumerate(values):
            yield from walk(value, (*key, number))


def in_order(values: Any) -> Any:  # noqa: ANN401 - as `look`
    """Put the keys of all tables in alphabetical order, so that no file's order can matter."""
    if isinstance(values, dict):
        return {key: in_order(values[key]) for key in sorted(values)}
    return [in_order(value) for value in values] if isinstance(values, list) else values
