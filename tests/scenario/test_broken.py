"""A right scenario broken at every key: missing, misspelt, of a wrong type, out of range.

The keys and what may stand there come from the classes that the schema is made from, so that a new
rule is broken too as soon as an example states it.
"""

from __future__ import annotations

import copy
import math
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fundsim.errors import Problem, ScenarioError
from fundsim.scenario import load
from fundsim.scenario.keys import Key, dotted, look, walk
from fundsim.scenario.locate import Span, locate
from fundsim.scenario.problems import shown
from fundsim.scenario.schema import Settings
from fundsim.scenario.shapes import Shape, required_in
from fundsim.scenario.spelling import toml

pytestmark = pytest.mark.usefixtures("folder")

ROOT = Shape(tables={"": Settings})
TYPES: list[object] = [
    True, -1, 10**30, math.nan, "", "zzz", "1000%", date(9999, 12, 31), ["x", 1], {"x": {"y": 1}},
]  # fmt: skip
REMEDIES = (
    "expected", "did you mean", "; write", "write it as", "state ", "must", "use ", "give ",
    "not to 1", "is negative", "keys here are", "choose", "exactly one", "let it close", "known: ",
    "take them out", "positive definite", "leave it out", "between -1 and 1", "at most", "before ",
    "after ", "one line of text", "reads files of", "neither a year", "whole number of",
    "whole pence",
    "name every fund",
    "in quotes", "cannot be one part", "no area", "there is no asset", "name at least one",
    "more than £100", "a source names a key", "fill in", "dotted key", "it has ", "there are",
)  # fmt: skip

# Keys that name a fund, an asset, a foundation or a day stated elsewhere: they too may tell it.
RELYING = ("shocks.", "foundations.", "funds.luc.pays.", "funds.recovery.holds")


def example() -> dict[str, Any]:
    text = (Path(__file__).parent / "conftest.py").read_text(encoding="utf-8")
    return tomllib.loads(text.split('EXAMPLE = """\\\n')[1].split('"""\n')[0])


KEYS = [key for key, _ in walk(example()) if key]


def shape_at(values: Any, key: Key) -> tuple[Shape, Shape]:
    """What may stand at a key, and in the table that it stands in."""
    shape, table = ROOT, ROOT
    for number, part in enumerate(key):
        if shape.by_kind:
            kind = look(values, (*key[:number], "kind"))
            shape = Shape(tables={"": shape.tables[kind]})
        shape, table = shape.below(part), shape
    return shape, table


def put(values: Any, key: Key, new: Any) -> dict[str, Any]:
    changed: dict[str, Any] = copy.deepcopy(values)
    look(changed, key[:-1])[key[-1]] = new
    return changed


def renamed(values: Any, key: Key, name: str) -> dict[str, Any]:
    changed: dict[str, Any] = copy.deepcopy(values)
    table = look(changed, key[:-1])
    items = {name if part == key[-1] else part: value for part, value in table.items()}
    table.clear()
    table.update(items)
    return changed


def without(values: Any, key: Key) -> dict[str, Any]:
    changed: dict[str, Any] = copy.deepcopy(values)
    del look(changed, key[:-1])[key[-1]]
    return changed


def problems_of(values: dict[str, Any]) -> tuple[list[Problem], dict[Key, Span], str]:
    """Load a scenario written out; no other error than a ScenarioError may come of it."""
    text = toml(values)
    Path("broken.toml").write_text(text, encoding="utf-8")
    try:
        load("broken.toml")
    except ScenarioError as error:
        problems = list(error.problems)
        for problem in problems:
            assert problem.place.startswith(("broken.toml:", "areas.csv:")), problem
            assert problem.place.split(":")[1].isdecimal(), problem
            assert any(remedy in problem.message for remedy in REMEDIES), problem
        return problems, locate(text), text
    return [], {}, text


def line_of(key: Key, spans: dict[Key, Span], text: str, *, of_value: bool = True) -> int:
    span = spans[key]
    return text.count("\n", 0, span.start if of_value else span.key) + 1


def lines(problems: list[Problem]) -> list[int]:
    return [int(problem.place.split(":")[1]) for problem in problems]


def is_about(problem: Problem, key: Key) -> bool:
    """Whether a problem names the key, a value in it, or a table that it is in."""
    name = dotted(key)
    return name.startswith(problem.key) or problem.key.startswith(name)


def neighbours(key: Key) -> Iterator[Key]:
    for length in range(1, len(key) + 1):
        yield key[:length]


def test_the_example_is_right_as_it_is() -> None:
    assert problems_of(example())[0] == []


@pytest.mark.parametrize("key", KEYS, ids=dotted)
def test_a_key_that_is_missing(key: Key) -> None:
    values = example()
    (table,) = shape_at(values, key)[1].tables.values() or (None,)
    problems, spans, text = problems_of(without(values, key))
    if table is not None and (key[-1] in required_in(table) or "kind" in key[-1:]):
        told = [problem for problem in problems if problem.key == dotted(key)]
        assert told, problems
        assert lines(told) == [line_of(key[:-1], spans, text)]
    else:
        elsewhere = key[0] in ("markets", "geography")  # a mix or a place that others rely on
        cited = any(problem.key.startswith(("sources.", *RELYING)) for problem in problems)
        assert not problems or elsewhere or cited or any(is_about(p, key) for p in problems)


@pytest.mark.parametrize("key", [key for key in KEYS if isinstance(key[-1], str)], ids=dotted)
def test_a_key_that_is_misspelt(key: Key) -> None:
    values = example()
    name = f"{key[-1]}x"
    wrong = (*key[:-1], name)
    fixed = bool(shape_at(values, key)[1].tables)
    problems, spans, text = problems_of(renamed(values, key, name))
    if fixed:
        told = [problem for problem in problems if problem.key == dotted(wrong)]
        assert [p.message.partition(" (did you")[0] for p in told] == ["there is no such key"]
        assert f'(did you mean "{key[-1]}"?)' in told[0].message
        assert lines(told) == [line_of(wrong, spans, text, of_value=False)]
        assert not any(problem.key == dotted(key) for problem in problems)
    elif key[0] == "sources":
        assert [problem.key for problem in problems] == [dotted(wrong)]


@pytest.mark.parametrize("key", KEYS, ids=dotted)
def test_a_value_of_a_wrong_type_or_out_of_range(key: Key) -> None:
    values = example()
    refused = 0
    for new in TYPES:
        problems, spans, text = problems_of(put(values, key, new))
        refused += bool(problems)
        if not problems:
            continue
        around = key[:-1] or key  # a rule may tell it at another key of its table
        about = [problem for problem in problems if is_about(problem, around)]
        assert about, (shown(new), problems)
        own = [problem for problem in about if problem.key == dotted(key)]
        assert set(lines(own)) <= {line_of(key, spans, text)}, (shown(new), own)
    assert refused >= len(TYPES) // 2, refused
