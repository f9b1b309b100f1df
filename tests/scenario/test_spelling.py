"""Values in the words of a file, and TOML written from them."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundsim.money import LARGEST
from fundsim.scenario.spelling import duration, money, rate, toml
from fundsim.units import parse_duration, parse_money, parse_rate

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SINGLE = st.integers() | st.booleans() | WORDS | st.dates() | st.floats(allow_nan=False)
LISTS = st.lists(SINGLE | st.dictionaries(WORDS, SINGLE, max_size=3), max_size=3)
TABLES = st.recursive(
    st.dictionaries(WORDS, SINGLE | LISTS, max_size=4),
    lambda inner: st.dictionaries(WORDS, SINGLE | inner, max_size=4),
    max_leaves=5,
)


@given(st.integers(0, LARGEST))
def test_money_reads_back_to_the_penny(pence: int) -> None:
    assert parse_money(money(pence)) == pence


@given(st.floats(-10, 10))
def test_a_rate_reads_back_as_the_same_number(value: float) -> None:
    assert parse_rate(rate(value)) == value


@given(st.integers(1, 10_000))
def test_a_duration_reads_back(months: int) -> None:
    assert parse_duration(duration(months)) == months


@pytest.mark.parametrize(
    ("pence", "words"),
    [
        (0, "£0"),
        (1, "£0.01"),
        (100_000, "£1k"),
        (123_456_789, "£1,234,567.89"),
        (8_750_000_000, "£87.5m"),
        (200_000_000_000, "£2bn"),
        (LARGEST, "£100bn"),
    ],
)
def test_money_in_words(pence: int, words: str) -> None:
    assert money(pence) == words


@settings(max_examples=60)
@given(TABLES)
def test_what_is_written_as_toml_reads_back(values: dict[str, Any]) -> None:
    assert tomllib.loads(toml(values)) == values


def test_toml_puts_each_table_of_a_list_on_a_line() -> None:
    assert toml({"a": [{"b": 1, "c": [{"d": 2}]}, {"e": []}]}) == (
        "a = [\n  { b = 1, c = [{ d = 2 }] },\n  { e = [] },\n]\n"
    )


def test_toml_puts_single_values_first_and_long_text_on_lines() -> None:
    values = {"t": {"x": 1, "u": {"y": "ü"}}, "a b": ["x", {"k": 0.5}], "about": 'one "1"\ntwo'}
    assert toml(values) == (
        '"a b" = ["x", { k = 0.5 }]\nabout = """\none \\"1\\"\ntwo"""\n\n'
        '[t]\nx = 1\n\n[t.u]\ny = "ü"\n'
    )
