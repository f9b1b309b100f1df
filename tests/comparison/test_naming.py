"""Rules as a command line writes them: names, options, brackets, quotes, presets, what is wrong."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsim.comparison.naming import (
    fund_that_shares,
    innermost,
    settings_of,
    split,
    with_rules,
)
from fundsim.errors import InputError
from fundsim.scenario import Scenario, load


@pytest.fixture(scope="module")
def stated() -> Scenario:
    """A fund that is shared between nations, and inside them steeply by need."""
    return load("kruger-2020").but({"funds.luc.allocation.then.steepness": 2.0})


# One text after the other


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("equal", ["equal"]),
        (" equal , per_capita ", ["equal", "per_capita"]),
        ("", []),
        (" , ", []),
        ("mix(parts=[{a=1, b=2}]),equal", ["mix(parts=[{a=1, b=2}])", "equal"]),
        ('column(column="a, b"), equal', ['column(column="a, b")', "equal"]),
        ("column(column='a) , (b'), equal", ["column(column='a) , (b')", "equal"]),
        (r'column(column="a\", b"), equal', [r'column(column="a\", b")', "equal"]),
        (r"column(column='a\'), equal", [r"column(column='a\')", "equal"]),
        ("equal), per_capita", ["equal)", "per_capita"]),
    ],
)
def test_texts_are_parted_at_commas_outside_of_brackets_and_quotes(
    text: str, parts: list[str]
) -> None:
    assert split(text) == parts


@given(st.text(alphabet="ab(){}[]\"'\\,= \n", max_size=30))
def test_whatever_is_typed_is_read_or_told(text: str) -> None:
    for part in (text, *split(text)):
        with suppress(ValueError):
            assert settings_of(part)["kind"]


# What a text means


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("equal", {"kind": "equal"}),
        ("equal()", {"kind": "equal"}),
        ("need_weighted(steepness=2)", {"kind": "need_weighted", "steepness": 2}),
        ("need_weighted ( steepness = 1.5 )", {"kind": "need_weighted", "steepness": 1.5}),
        ("column(column=lbn_pop)", {"kind": "column", "column": "lbn_pop"}),
        ('column(column="lbn_pop")', {"kind": "column", "column": "lbn_pop"}),
        (
            "mix_with_floor(parts={population=0.7, index='30%'}, floor=£1m)",
            {
                "kind": "mix_with_floor",
                "parts": {"population": 0.7, "index": "30%"},
                "floor": "£1m",
            },
        ),
        (
            "tiers(discretion=['Ay', \"B, C\"], each='£5')",
            {"kind": "tiers", "discretion": ["Ay", "B, C"], "each": "£5"},
        ),
        (
            "adjusted(rule={kind='equal'}, cap={pounds=5})",
            {"kind": "adjusted", "rule": {"kind": "equal"}, "cap": {"pounds": 5}},
        ),
        (
            "adjusted(rule=need_weighted(steepness=2), floor={of_per_capita='95%'})",
            {
                "kind": "adjusted",
                "rule": {"kind": "need_weighted", "steepness": 2},
                "floor": {"of_per_capita": "95%"},
            },
        ),
        (
            "adjusted(rule=adjusted(rule=equal, cap={pounds=5}), minimum_grant=3)",
            {
                "kind": "adjusted",
                "rule": {"kind": "adjusted", "rule": {"kind": "equal"}, "cap": {"pounds": 5}},
                "minimum_grant": 3,
            },
        ),
        (
            "big-local(columns={areas='x'})",
            {"kind": "preset", "preset": "big-local", "columns": {"areas": "x"}},
        ),
        ("community-wealth-fund", {"kind": "preset", "preset": "community-wealth-fund"}),
    ],
)
def test_a_text_is_a_rules_name_with_options(text: str, settings: Any) -> None:
    assert settings_of(text) == settings


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no rule is named; name one"),
        ("(steepness=2)", "no rule is named; name one"),
        ("need_wieghted", 'there is no rule "need_wieghted" (did you mean "need_weighted"?)'),
        ("big-locl", 'there is no rule "big-locl" (did you mean "big-local"?)'),
        ("zebra", 'there is no rule "zebra"; there are equal, per_capita, need_weighted,'),
        ("equal(", "a bracket is not closed; write it as need_weighted(steepness=2)"),
        ("need_weighted(steepness=2", "a bracket is not closed"),
        ("equal)", "found ), expected no bracket; check the brackets"),
        ("need_weighted(steepness=2))", "found ), expected no bracket; check the brackets"),
        ("mix(parts=[{kind='equal'})", "found ), expected ]; check the brackets"),
        ("equal() too", '" too" stands after the last bracket; take it out'),
        ('column(column="a)', 'a quote is not closed; write text as name = "text"'),
        ("column(column='a)", "a quote is not closed"),
        ("need_weighted(2)", '"2" is no option; write it as steepness=2'),
        ("need_weighted(=2)", '"=2" is no option; write it as steepness=2'),
        ("need_weighted(steepness=1, steepness=2)", "steepness is here twice; state it once"),
        ("need_weighted(kind=equal)", "kind is said by the rule's name; state it once"),
        ("big-local(preset=left-behind)", "preset is said by the rule's name; state it once"),
        ("column(column=[a, b])", "[a, b] begins as TOML and does not go on so"),
        ('column(column="a"b)', '"a"b begins as TOML and does not go on so'),
        ("adjusted(rule=nothing, cap={pounds=5})", 'there is no rule "nothing"'),
        ("adjusted(rule=equal(a=1, a=2))", "a is here twice; state it once"),
        (f"column(column={'[' * 500}{']' * 500})", "brackets are nested too deeply"),
        ("adjusted(rule=" * 500 + ")" * 500, "brackets are nested too deeply"),
    ],
)
def test_a_text_that_is_no_rule_says_why(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        settings_of(text)


# In a scenario


def then(scenario: Scenario) -> dict[str, Any]:
    """The settings of the innermost rule of the fund."""
    rule = scenario.funds["luc"].allocation
    for key in innermost(rule):
        rule = getattr(rule, key)
    return rule.model_dump(by_alias=True, exclude_none=True)


def test_a_rule_takes_the_place_of_the_innermost_one_and_the_split_between_nations_stays(
    stated: Scenario,
) -> None:
    found = with_rules(stated, "luc", ["per_capita, threshold_per_head(people=lbn_pop)", "equal"])
    assert list(found) == ["per_capita", "threshold_per_head(people=lbn_pop)", "equal"]
    for scenario in found.values():
        assert scenario.funds["luc"].allocation.kind == "hierarchy"
        assert scenario.funds["recovery"] == stated.funds["recovery"]
    kinds = [then(scenario)["kind"] for scenario in found.values()]
    assert kinds == ["per_capita", "threshold_per_head", "equal"]


def test_nothing_is_left_of_the_settings_of_the_rule_that_is_replaced(stated: Scenario) -> None:
    (plain,) = with_rules(stated, "luc", ["need_weighted"]).values()
    assert then(plain) == {"kind": "need_weighted", "steepness": 1.0}
    bounded = stated.but(
        {
            "funds.luc.allocation": {
                "kind": "adjusted",
                "rule": {"kind": "equal"},
                "floor": {"per_head": 1},
                "cap": {"per_head": 9},
            }
        }
    )
    text = "adjusted(rule=per_capita, floor={per_head=2})"
    (other,) = with_rules(bounded, "luc", [text], whole=True).values()
    rule = other.funds["luc"].allocation.model_dump(exclude_none=True)
    assert (rule["floor"], rule["rule"], "cap" in rule) == (
        {"per_head": 200},
        {"kind": "per_capita"},
        False,
    )


def test_with_whole_a_rule_takes_the_place_of_everything(stated: Scenario) -> None:
    (found,) = with_rules(stated, "luc", ["per_capita"], whole=True).values()
    assert found.funds["luc"].allocation.kind == "per_capita"


def test_the_rule_as_it_stands_makes_the_same_scenario(stated: Scenario) -> None:
    (same,) = with_rules(stated, "luc", ["need_weighted(steepness=2)"]).values()
    assert same.fingerprint == stated.fingerprint


def test_a_preset_goes_by_its_name(stated: Scenario) -> None:
    text = "nhs-inequalities-tool(columns={indicator='uk_score'})"
    (found,) = with_rules(stated, "luc", [text]).values()
    assert then(found)["columns"] == {"indicator": "uk_score"}


@pytest.mark.parametrize("texts", [[], ()])
def test_where_no_rule_is_asked_for_there_is_none(stated: Scenario, texts: Any) -> None:
    assert with_rules(stated, "luc", texts) == {}


def test_every_rule_that_cannot_be_used_is_told_at_once_by_its_text(stated: Scenario) -> None:
    texts = [
        "equal, ned_weighted, need_weighted(stepness=2)",
        "column(column=lbn_pip)",
        "equal",
        "",
        "left-behind",
    ]
    with pytest.raises(InputError) as raised:
        with_rules(stated, "luc", texts)
    told = [str(problem) for problem in raised.value.problems]
    assert told[0].startswith('--rules: ned_weighted: there is no rule "ned_weighted" (did you')
    assert told[1] == (
        "--rules: need_weighted(stepness=2): stepness: there is no such key (did you mean "
        '"steepness"?)'
    )
    assert told[2].startswith(
        "--rules: column(column=lbn_pip): column: the table of areas has no column"
    )
    assert told[3:5] == [
        "--rules: equal: this rule is here twice; name it once",
        "--rules: no rule is named; name one",
    ]
    assert told[5].startswith("--rules: left-behind: columns: this preset reads columns that only")
    assert len(told) == 6


def test_a_rule_that_does_not_apply_to_the_table_is_told_with_its_key(stated: Scenario) -> None:
    with pytest.raises(InputError) as raised:
        with_rules(stated, "luc", ["need_weighted"], whole=True)
    (problem,) = raised.value.problems
    assert (problem.place, problem.key) == ("--rules", "need_weighted")
    assert "has a scale of its own in each nation" in problem.message


# Which fund


def test_the_fund_that_is_meant_has_to_be_named_where_there_are_several(stated: Scenario) -> None:
    assert fund_that_shares(stated, "luc") == "luc"
    assert fund_that_shares(load("kruger-endowment"), None) == "luc"
    for name, message in [
        (None, "share money out; state which of luc, recovery"),
        ("lcu", '--fund: there is no fund "lcu" (did you mean "luc"?); there are luc, recovery'),
    ]:
        with pytest.raises(InputError, match=re.escape(message)):
            fund_that_shares(stated, name)
