from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundsim.scenario.keys import Key, basic_string, look, quoted, walk
from fundsim.scenario.locate import locate

WORDS = st.text(st.characters(exclude_categories=["C"]), max_size=8) | st.sampled_from(
    ['"', "'", "]", "}", "#", ",", "=", "a.b", '"""', "'''", "\\", "\n", "é£", " x "]
)
SCALARS = st.integers(-99, 99) | st.booleans() | WORDS | st.floats(-9, 9) | st.dates()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
ITEMS = st.lists(st.dictionaries(WORDS, VALUES, max_size=3), min_size=1, max_size=3)
DOCUMENTS = st.dictionaries(WORDS, VALUES | ITEMS, max_size=4)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A TOML text in one of its many ways of writing the same values."""
    return "".join(_table(draw, draw(DOCUMENTS), ()))


def _table(draw: st.DrawFn, values: dict[str, Any], above: tuple[str, ...]) -> list[str]:
    below = [
        key for key, value in values.items() if _may_have_header(value) and draw(st.booleans())
    ]
    lines = [_pair(draw, (key,), value) + "\n" for key, value in values.items() if key not in below]
    for key in below:
        value = values[key]
        if isinstance(value, list):
            for item in value:
                lines += [f"[[{_key(draw, (*above, key))}]]\n", *_table(draw, item, (*above, key))]
        else:
            lines += [f"[{_key(draw, (*above, key))}] # x\n", *_table(draw, value, (*above, key))]
    return lines


def _may_have_header(value: Any) -> bool:
    if isinstance(value, dict):
        return True
    return isinstance(value, list) and bool(value) and all(isinstance(x, dict) for x in value)


def _pair(draw: st.DrawFn, key: tuple[str, ...], value: Any) -> str:
    if isinstance(value, dict) and len(value) == 1 and draw(st.booleans()):
        ((inner, below),) = value.items()
        return _pair(draw, (*key, inner), below)
    blank = draw(st.sampled_from(["", " ", "\t "]))
    return f"{_key(draw, key)}{blank}={blank}{_value(draw, value)}"


def _key(draw: st.DrawFn, key: tuple[str, ...]) -> str:
    dot = draw(st.sampled_from([".", " . "]))
    return dot.join(basic_string(k) if draw(st.booleans()) else quoted(k) for k in key)


def _value(draw: st.DrawFn, value: Any) -> str:
    if isinstance(value, list):
        gap = draw(st.sampled_from(["", " ", "\n", " # , ]\n"]))
        return f"[{gap}{','.join(_value(draw, one) + gap for one in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(_pair(draw, (k,), v) for k, v in value.items())} }}"
    if isinstance(value, str):
        return _string(draw, value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _string(draw: st.DrawFn, text: str) -> str:
    ways = [basic_string(text), f'""{basic_string(text)}""']
    if "'" not in text and "\n" not in text:
        ways += [f"'{text}'", f"'''{text}'''"]
    return draw(st.sampled_from(ways))


def leaves(values: Any) -> list[tuple[Key, Any]]:
    return [(key, value) for key, value in walk(values) if not isinstance(value, dict)]


@settings(max_examples=60)
@given(texts())
def test_every_key_and_value_is_found_where_it_stands(text: str) -> None:
    values, spans = tomllib.loads(text), locate(text)
    assert {key for key, _ in walk(values)} == set(spans)
    for key, value in leaves(values):
        span = spans[key]
        if not (isinstance(value, list) and _may_have_header(value)):
            assert tomllib.loads("x = " + text[span.start : span.end])["x"] == value
        if key and isinstance(key[-1], str):
            part = text[span.key : span.key_end]
            assert list(tomllib.loads(f"{part} = 1")) == [key[-1]]


@pytest.mark.parametrize(
    ("text", "key", "found"),
    [
        ("[a]\nb = 1", ("a",), "[a]"),
        ("[a.b]\nc = 1\n[a]\nd = 2", ("a",), "[a]"),
        ("[[a]]\nb = 1\n[[a]]\nb = 2", ("a", 1, "b"), "2"),
        ("[[a]]\n[a.b]\nc = 1", ("a", 0, "b", "c"), "1"),
        ("a.b.c = 1", ("a", "b"), "b"),
        ("a = { b = [1, { c = 'x' }] }", ("a", "b", 1, "c"), "'x'"),
        ('a = """x""""', ("a",), '"""x""""'),
    ],
)
def test_places(text: str, key: Key, found: str) -> None:
    span = locate(text)[key]
    assert look(tomllib.loads(text), key) is not None
    assert text[span.start : span.end] == found
