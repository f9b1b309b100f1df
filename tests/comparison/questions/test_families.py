"""Families of rules written as one text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsim.comparison.questions.families import expanded, members
from fundsim.errors import InputError


def texts(family: str) -> list[str]:
    return [member.text for member in expanded(family)]


@pytest.mark.parametrize("text", ["per_capita", "equal()", 'mix(parts=[{kind="equal",weight=1}])'])
def test_a_text_without_ranges_is_one_rule(text: str) -> None:
    assert texts(text) == [text]


def test_a_range_has_both_ends_and_decimal_steps() -> None:
    assert texts("need_weighted(steepness=0:0.3:0.1)") == [
        *(f"need_weighted(steepness={x})" for x in ("0", "0.1", "0.2", "0.3"))
    ]


def test_a_step_that_does_not_meet_the_end_stops_before_it() -> None:
    assert texts("f(a=1:2:0.4)") == ["f(a=1)", "f(a=1.4)", "f(a=1.8)"]


def test_choices_and_ranges_are_combined() -> None:
    assert texts("f(people=a | b, at_least=0:10:10)") == [
        *("f(people=a, at_least=0)", "f(people=a, at_least=10)"),
        *("f(people=b, at_least=0)", "f(people=b, at_least=10)"),
    ]


def test_ranges_stand_inside_of_tables_and_quotes_and_have_units() -> None:
    inner = (
        'adjusted(rule={kind="need_weighted",steepness=1:2:1},floor={of_per_capita="90%:95%:5%"})'
    )
    assert texts(inner)[0] == (
        'adjusted(rule={kind="need_weighted",steepness=1},floor={of_per_capita="90%"})'
    )
    assert len(texts(inner)) == 4
    assert texts("f(floor=£0:£1.5m:£0.5m)") == [
        "f(floor=£0)",
        *(f"f(floor=£{x}m)" for x in ("0.5", "1", "1.5")),
    ]
    assert texts('f(a="0%:10%:10%")') == ['f(a="0%")', 'f(a="10%")']
    assert texts("f(a=-1:1:1)") == ["f(a=-1)", "f(a=0)", "f(a=1)"]


def test_ends_of_ranges_are_known() -> None:
    found = {member.text: list(member.ends) for member in expanded("f(a=1:3:1,b=x|y)")}
    assert found["f(a=1,b=x)"] == ["a=1"]
    assert found["f(a=2,b=y)"] == []
    assert found["f(a=3,b=y)"] == ["a=3"]
    assert expanded("f(a=2:2:1)")[0].ends == ()


@given(st.integers(0, 50), st.integers(0, 60), st.integers(1, 9))
def test_a_range_counts_as_whole_numbers_do(first: int, length: int, step: int) -> None:
    found = texts(f"f(a={first}:{first + length}:{step})")
    assert found == [f"f(a={n})" for n in range(first, first + length + 1, step)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("f(a=0:3)", '"0:3" is no range; write it as 0:3:0.25, from, to and step'),
        ("f(a=x:y:z)", '"x:y:z" is no range'),
        ("f(a=3:0:1)", "leads nowhere; write the lower end first, and a step above 0"),
        ("f(a=0:3:0)", "leads nowhere"),
        ("f(a=0:3:1%)", "has several units; write all three in the same one"),
        ("f(a=£1m:£2m:£1k)", "has several units"),
        ("f(a=0:1:0.0001)", "has more than 1,000 steps; try larger ones"),
        ("f(a=0:99:1,b=0:99:1)", "this is 10,000 rules, expected at most 1,000; try larger steps"),
        ("f(a=x|)", "has an empty choice"),
    ],
)
def test_what_is_no_family_is_told(text: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        members([text])
    assert str(error.value).startswith(f"--family: {text}: ")
    assert told in str(error.value)


def test_families_are_put_together_and_each_rule_is_once() -> None:
    found = members(["per_capita, f(a=0:2:1)", "f(a=1:3:1)"])
    assert [member.text for member in found] == ["per_capita", *(f"f(a={n})" for n in range(4))]


def test_all_families_together_have_a_limit() -> None:
    with pytest.raises(InputError, match="found 1,200 rules in all, expected at most 1,000"):
        members(["f(a=1:600:1)", "g(a=1:600:1)"])
