"""The catalogue of words against the code that says them, and the block in which they are said."""

from __future__ import annotations

import ast
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fundsim.charts
from fundsim.charts.figures import day, per_head, percent
from fundsim.charts.language import (
    ENGLISH,
    NAMES,
    Language,
    aloud,
    counted,
    known_language,
    language_of,
    listed,
    resaid,
    say,
    speaking,
    spoken,
)
from fundsim.charts.solving import asked
from fundsim.comparison.one_pot import AS_STATED
from fundsim.errors import RunError
from fundsim.metrics.catalogue import METRICS
from fundsim.metrics.places import SPREADS
from fundsim.solving.targets import read_target

OTHERS = [tag for tag in NAMES if tag != ENGLISH]
SAYING = {"say": 0, "phrase": 0, "resaid": 1, "counted": 1}
"""Functions whose argument of this place is a text, by their name."""


def calls() -> Iterator[tuple[str, ast.expr]]:
    """Give every text that the room's code says, with the function that says it."""
    for path in sorted(Path(fundsim.charts.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = SAYING.get(node.func.id)
                if place is not None and len(node.args) > place:
                    yield node.func.id, node.args[place]


def in_code(*functions: str) -> set[str]:
    said = (text for name, text in calls() if name in functions)
    return {str(text.value) for text in said if isinstance(text, ast.Constant)}


def places(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name is not None})


def test_no_text_is_put_together_before_it_is_said() -> None:
    assert not [ast.unparse(text) for _, text in calls() if isinstance(text, ast.JoinedStr)]


@pytest.mark.parametrize("tag", OTHERS)
def test_each_sentence_has_its_words_and_no_words_are_idle(tag: str) -> None:
    spreads = {each.title for each in SPREADS.values() if each.direction}
    from_below = {AS_STATED, *spreads, *(each.title for each in METRICS.values())}
    assert in_code("say", "phrase", "resaid") | from_below == set(language_of(tag).words)


@pytest.mark.parametrize("tag", OTHERS)
def test_each_thing_that_is_counted_has_its_words(tag: str) -> None:
    found = language_of(tag).nouns
    assert in_code("counted") == set(found)
    assert {frozenset(forms) for forms in found.values()} == {frozenset({"one", "more"})}
    assert all(places(forms["more"]) == ["number"] for forms in found.values())
    assert all(not places(forms["one"]) and forms["one"][0] == "1" for forms in found.values())


@pytest.mark.parametrize("tag", OTHERS)
def test_the_places_of_a_sentence_are_the_same_in_each_language(tag: str) -> None:
    for english, other in language_of(tag).words.items():
        assert places(english) == places(other), english
        assert other.strip() == other != "", english


@pytest.mark.parametrize("tag", OTHERS)
def test_who_has_checked_a_language_is_told_with_the_day(tag: str) -> None:
    found = language_of(tag)
    assert bool(found.checked_by) == bool(found.checked_on)
    assert found.unchecked
    assert found.lacking


def test_a_block_speaks_and_leaves_what_was_spoken_before() -> None:
    with speaking("cy"):
        assert day_said() == "1 Ebrill 2021"
        with speaking("en"):
            assert day_said() == "1 April 2021"
        assert day_said() == "1 Ebrill 2021"
    assert spoken().language.english


def day_said() -> str:
    return day(date(2021, 4, 1)).replace("\N{NO-BREAK SPACE}", " ")


def test_a_fault_inside_a_block_ends_it_too() -> None:
    def fail() -> None:
        with speaking("cy"):
            raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        fail()
    assert spoken().language.english


def test_another_thread_does_not_hear_it() -> None:
    heard: list[str] = []
    with speaking("cy"):
        thread = threading.Thread(target=lambda: heard.append(counted(2, "year")))
        thread.start()
        thread.join()
    assert heard == ["2 years"]


def test_what_was_said_is_said_again_in_the_language_of_now() -> None:
    told = say(
        "{name}: {does}",
        name="frost",
        does=say("inflow of {fund} arrives when it is over", fund="F"),
    )
    later = listed([say("spends"), "a name of one’s own"])
    assert told == "frost: inflow of F arrives when it is over"
    with speaking("cy"):
        assert aloud(told) == "frost: daw’r mewnlif pan fydd drosodd; cronfa: F"
        assert aloud(later) == "yn gwario, a name of one’s own"
        assert aloud("spends") == "spends"
    assert aloud(told) == told


def test_the_same_places_serve_another_sentence() -> None:
    paid = resaid(say("pays to {title}", title="{A}"), "pays {pounds} to {title}", pounds="£5m")
    assert paid == "pays £5m to {A}"
    assert resaid("pays to nobody", "pays {pounds} to {title}", pounds="£5m") == "pays to nobody"


@given(st.text(), st.text())
def test_no_name_is_read_as_a_place_or_a_sentence(one: str, other: str) -> None:
    assert say("{one} and {other}", one=one, other=other) == f"{one} and {other}"
    with speaking("cy"):
        assert say("{name}: {does}", name=one, does=other) == f"{one}: {other}"


def test_a_sentence_without_words_stays_english_and_is_noted() -> None:
    found = language_of("cy")
    without = {key: text for key, text in found.words.items() if key != "spends"}
    short = Language("cy", unchecked="A.", lacking="B.", words=without, nouns={})
    with speaking(short) as speech:
        assert say("spends") == "spends"
        assert counted(3, "year") == "3 years"
        assert counted(3, "year") == "3 years"
        assert speech.lacking == {"spends", "year"}
        assert speech.marks == [
            "A. (This Welsh is not yet checked by a translator.)",
            "B. (What has no Welsh words yet stands in English: 2.)",
        ]


def test_the_mark_goes_when_somebody_has_checked_on_a_day() -> None:
    checked: dict[str, Any] = {"checked_by": "A. Cyfieithydd", "checked_on": "2027-01-31"}
    assert Language("cy", unchecked="A.", **checked).marks(0) == []
    assert Language("cy", **checked).told == "cy, checked by A. Cyfieithydd on 2027-01-31"
    assert Language("cy").told == "cy, not yet checked by a translator"
    assert Language("en").marks(0) == []


def test_figures_are_written_as_welsh_has_them() -> None:
    with speaking("cy"):
        assert [percent(0.00001), percent(0.9999)] == ["llai na 0.1%", "mwy na 99.9%"]
        assert per_head(0.0142) == "1.4c"
        assert [counted(1, "area"), counted(12, "area")] == ["1 ardal", "12 o ardaloedd"]


@pytest.mark.parametrize(
    ("tag", "hint"),
    [("welsch", ' (did you mean "cy"?)'), ("cyy", ' (did you mean "cy"?)'), ("q", "")],
)
def test_an_unknown_language_is_refused_with_the_nearest(tag: str, hint: str) -> None:
    with pytest.raises(RunError) as refused:
        known_language(tag)
    there = "there are: en (English), cy (Welsh)"
    assert str(refused.value) == f'no picture is written in "{tag}"{hint}; {there}'


@pytest.mark.parametrize(
    "text",
    [
        "capital kept whole at 1 year at least 0.9 with probability 0.8",
        "capital kept whole at 30 years at least 1 with probability 0.8",
        "capital kept whole never below 0.5 with probability 0.95",
        "capital kept whole never below 0.5 in 20 years with probability 0.95",
        "no real cut over 10% with probability 0.9",
        "no real cut over 10% in 20 years with probability 0.9",
        "not exhausted with probability 0.99",
        "not exhausted in 50 years with probability 0.99",
    ],
)
def test_a_target_is_asked_in_its_own_words(text: str) -> None:
    assert asked(read_target(text)) == text
