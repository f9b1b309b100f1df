"""How rules of sharing and need are told in a scenario: written out, read back, faults in place."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from fundsim.errors import ScenarioError
from fundsim.rules.allocation import AnyAllocation
from fundsim.rules.base import catalogue
from fundsim.scenario import (
    diff,
    differences,
    from_values,
    json_schema,
    load,
    notes,
    resolved_toml,
    rows,
    would_get_nothing,
)
from tests.rules import test_catalogues

Faults = Callable[..., list[tuple[str, str, str]]]

SCHEMA = jsonschema.Draft202012Validator(json_schema())
NEED = 'need  = "need"'
LUC = """\
[funds.luc.allocation]
kind  = "hierarchy"
then  = { kind = "need_weighted", steepness = 1.0 }

[funds.luc.allocation.first]
by = "nation"
kind = "shares"
shares = { England = "83.9%", Scotland = "8.4%", Wales = "4.9%", "Northern Ireland" = "2.8%" }
"""
RECOVERY = 'allocation = { kind = "per_capita" }'
BLEND = """\
need = { columns = { need = "70%", left_behind = 0.3 }, scale = "rank", review = \
{ every = "5 years", second = { left_behind = 1 }, drift = "2%" } }"""


def fits_the_schema(text: str) -> bool:
    def seen(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: seen(inside) for key, inside in value.items()}
        if isinstance(value, list):
            return [seen(inside) for inside in value]
        return value.isoformat() if isinstance(value, date) else value

    return not list(SCHEMA.iter_errors(seen(tomllib.loads(text))))


# Every rule of the catalogue, in a file and back


@pytest.fixture
def three(folder: Path) -> Path:
    """A folder with the areas on which every rule has an example."""
    (folder / "three.csv").write_text(test_catalogues.AREAS, encoding="utf-8")
    return folder


def with_rule(kind: str) -> dict[str, Any]:
    settings, _ = test_catalogues.EXAMPLES["allocation"][kind]
    return {
        "schema_version": 1,
        "name": "a-rule",
        "title": "One rule",
        "start": date(2024, 4, 1),
        "years": 3,
        "paths": 1,
        "seed": 1,
        "geography": {"areas": "three.csv", "need": "need"},
        "markets": {
            "kind": "deterministic",
            "inflation": {"kind": "constant", "rate": 0},
            "assets": {"cash": {"weight": 1, "arithmetic_mean": 0}},
        },
        "funds": {
            "one": {
                "title": "One",
                "opening": "£1m",
                "spending": {"kind": "percent_of_value", "rate": "5%"},
                "allocation": {"kind": kind, **settings},
            }
        },
    }


@pytest.mark.parametrize("kind", list(catalogue(AnyAllocation)))
def test_a_scenario_of_any_rule_is_written_out_and_reads_back_as_the_same(
    three: Path, kind: str
) -> None:
    scenario = from_values(with_rule(kind))
    text = resolved_toml(scenario)
    assert fits_the_schema(text)
    (three / "again.toml").write_text(text, encoding="utf-8")
    again = load("again.toml")
    assert again == scenario
    assert [key for key, _, _ in differences(scenario, again)] == ["geography.areas"]  # its path
    assert again.but({}).fingerprint == scenario.fingerprint
    assert f"funds.one.allocation.kind: {kind}" in [
        f"{row.key}: {row.value}" for row in rows(again)
    ]


FUND_IN_PARTS = """\
[funds.luc.allocation]
kind = "adjusted"
order = ["phase_in", "damping", "cap", "floor", "minimum_grant"]
floor = { of_per_capita = "50%" }
cap = { column = "left_behind", times = 900 }
damping = { fall = "10%", rise = "20%" }
eligible = { nation = "England", column = "half_known", at_least = 0, name = ["Luton", "Leeds"] }
phase_in = { steps = ["50%", "100%"], old = { kind = "equal" } }
minimum_grant = "£5"

[funds.luc.allocation.rule]
kind = "programmes"

[[funds.luc.allocation.rule.programmes]]
name = "libraries"
top_slice = "10%"
until = 2030-04-01
rule = { kind = "preset", preset = "ukspf-england", columns = { index = "left_behind" } }

[[funds.luc.allocation.rule.programmes]]
name = "hubs"
weight = "60%"
decided_by = "communities"
rule = { kind = "neighbourhoods", places = { "High Town" = "Luton", Harehills = "Leeds" } }

[[funds.luc.allocation.rule.programmes]]
name = "grants"
weight = "40%"
eligible = { region = "Yorkshire" }

[funds.luc.allocation.rule.programmes.rule]
kind = "districts"
rule = { kind = "need_weighted" }
districts = [{ name = "old town", areas = "Leeds", multiplier = 2.0, until = 2030-01-01 }]
"""


def test_rules_in_rules_in_rules_are_written_out_and_read_back(folder: Path, example: str) -> None:
    text = example.replace(LUC, FUND_IN_PARTS)
    assert fits_the_schema(text)
    (folder / "parts.toml").write_text(text, encoding="utf-8")
    scenario = load("parts.toml")
    again = resolved_toml(scenario)
    assert fits_the_schema(again)
    (folder / "again.toml").write_text(again, encoding="utf-8")
    assert load("again.toml") == scenario
    shown = {row.key: (row.value, row.place) for row in rows(scenario)}
    assert shown["funds.luc.allocation.eligible.nation"][0] == "England"
    assert shown["funds.luc.allocation.rule.programmes.2.rule.districts.0.areas"][0] == "Leeds"
    assert shown["funds.luc.allocation.rule.programmes.2.decided_by"][1] == "(default)"
    assert {*would_get_nothing(scenario)["luc"]} == {"Belfast", "Bedford", "Fife", "Gwent"}
    assert any("preset ukspf-england: 70% and 30%" in note for note in notes(scenario))


# Need of several columns


def test_need_of_several_columns_is_read_shown_compared_and_written_back(
    folder: Path, example: str
) -> None:
    plain = load("example.toml")
    text = example.replace(NEED, BLEND)
    assert fits_the_schema(text)
    (folder / "blend.toml").write_text(text, encoding="utf-8")
    scenario = load("blend.toml")
    shown = {row.key: (row.value, row.place.partition(":")[0]) for row in rows(scenario)}
    assert shown["geography.need.columns.left_behind"] == ("0.3", "blend.toml")
    assert shown["geography.need.scale"] == ("rank", "blend.toml")
    assert shown["geography.need.review.every"] == ("5 years", "blend.toml")
    assert ("geography.need", "need", "-") in differences(plain, scenario)
    assert ("geography.need.review.drift", "-", "2%") in differences(plain, scenario)
    assert "geography.need.columns.need" in diff(plain, scenario)
    again = resolved_toml(scenario)
    assert fits_the_schema(again)
    (folder / "again.toml").write_text(again, encoding="utf-8")
    assert load("again.toml") == scenario
    assert plain.fingerprint != scenario.fingerprint
    assert plain.rules_fingerprint == scenario.rules_fingerprint


def test_the_fingerprint_changes_with_everything_that_need_is_made_of(
    folder: Path, example: str
) -> None:
    (folder / "blend.toml").write_text(example.replace(NEED, BLEND), encoding="utf-8")
    scenario = load("blend.toml")
    changes: list[dict[str, Any]] = [
        {"geography.need.columns.left_behind": 0.4},
        {"geography.need.columns.left_behind": 0},
        {"geography.need.scale": "share"},
        {"geography.need.review.every": "6 years"},
        {"geography.need.review.drift": "1%"},
        {"geography.need.review.second.need": 1},
    ]
    prints = {scenario.but(change).fingerprint for change in changes}
    assert len(prints | {scenario.fingerprint}) == 7
    same: dict[str, Any] = {
        "geography.need.columns.need": 0.7,
        "geography.need.review.every": "20 quarters",
    }
    assert scenario.but(same).fingerprint == scenario.fingerprint


@pytest.mark.parametrize(
    ("new", "at", "key", "message"),
    [
        (
            "need = { columns = { need = 2, left_behind = 1 } }",
            "{ columns",
            "scale",
            "left_behind and need are in units of their own and cannot be added as they are; choo",
        ),
        (
            'need = { colums = { need = 1 }, scale = "rank" }',
            "colums",
            "colums",
            'there is no such key (did you mean "columns"?)',
        ),
        (
            'need = { columns = { need = 1 }, scal = "rank" }',
            "scal ",
            "scal",
            'there is no such key (did you mean "scale"?)',
        ),
        (
            'need = { columns = { need = 1 }, scale = "rnk" }',
            '"rnk"',
            "scale",
            '"as_it_is", "share", "z_score", "rank", "exponential" (did you mean "rank"?)',
        ),
        (
            "need = { columns = { ned = 1 } }",
            "1 } }",
            "columns.ned",
            'the table of areas has no column "ned" (did you mean "need"?)',
        ),
        (
            "need = { columns = { half_known = 1 } }",
            "1 } }",
            "columns.half_known",
            'column "half_known" is empty for Bedford, Fife, Gwent; leave these areas out with geo',
        ),
        ("need = { columns = {} }", "{} }", "columns", "this is empty; expected the columns, each"),
        (
            "need = { columns = { need = 0 } }",
            "{ need",
            "columns",
            "the weights are all zero; give at least one of them some weight",
        ),
        (
            'need = { columns = { need = "-1%" } }',
            '"-1%"',
            "columns.need",
            'found "-1%", expected at least 0%',
        ),
        ('need = { columns = ["need"] }', '["need"]', "columns", "found a list, expected a table"),
        (
            'need = { columns = "need" }',
            '"need" }',
            "columns",
            "expected a table of the columns that need is made of, each with its weight",
        ),
        (
            'need = { scale = "rank" }',
            "{ scale",
            "columns",
            "expected a table of the columns that need is made of, each with its weight",
        ),
        (
            'need = { columns = { need = 1 }, review = { evry = "2 years", drift = 0.1 } }',
            "evry",
            "review.evry",
            'there is no such key (did you mean "every"?)',
        ),
        (
            'need = { columns = { need = 1 }, review = { every = "2 years" } }',
            "{ every",
            "review",
            "at a review nothing would be new; state second or drift",
        ),
        (
            'need = { columns = { need = 1 }, review = { every = "18 months", drift = 0.1 } }',
            '"18 months"',
            "review.every",
            "need is read anew after whole years; give a number of years",
        ),
        (
            'need = { columns = { need = 1 }, review = { every = "2 years", second = { x = 1 } } }',
            "1 } }",
            "review.second.x",
            'the table of areas has no column "x"',
        ),
    ],
)
def test_what_is_wrong_with_need_is_told_where_it_stands(
    faults: Faults, new: str, at: str, key: str, message: str
) -> None:
    ((found, line, told),) = faults(NEED, new)
    assert found == f"geography.need.{key}"
    assert line.startswith(at)
    assert message in told


# Faults of rules inside rules


@pytest.mark.parametrize(
    ("allocation", "key", "at", "message"),
    [
        (
            '{ kind = "adjusted", rule = { kind = "equal" } }',
            "",
            "{ kind",
            "nothing is adjusted; state one of eligible, phase_in",
        ),
        (
            '{ kind = "adjusted", rule = { kind = "equal" }, floor = { column = "ned" } }',
            "floor.column",
            '"ned"',
            '(did you mean "need"?)',
        ),
        (
            '{ kind = "adjusted", rule = { kind = "eqal" }, floor = { pounds = 1 } }',
            "rule.kind",
            '"eqal"',
            'there is no kind "eqal" (did you mean "equal"?)',
        ),
        (
            (
                '{ kind = "adjusted", rule = { kind = "equal" }, floor = { pounds = 2 }, '
                "cap = { column = 'half_known' }, eligible = { name = ['Belfast', 'Leeds'] } }"
            ),
            "cap.column",
            "'half_known'",
            "the cap is below the floor for Belfast; raise the one, or lower the other",
        ),
        (
            (
                '{ kind = "adjusted", rule = { kind = "equal" }, eligible = { nation = ["England", '
                '"Wels"] } }'
            ),
            "eligible.nation.1",
            '"Wels"',
            'no area has the nation "Wels" (did you mean "Wales"?)',
        ),
        (
            (
                '{ kind = "adjusted", rule = { kind = "equal" }, eligible = { column = "need", '
                "at_least = 71 } }"
            ),
            "eligible",
            "{ column",
            "no area of the geography may share; widen what is asked of them",
        ),
        (
            (
                '{ kind = "adjusted", rule = { kind = "equal" }, cap = { pounds = 1 }, '
                'order = ["cap", "ceiling"] }'
            ),
            "order.1",
            '"ceiling"',
            'expected one of "phase_in", "damping", "floor", "cap", "minimum_grant"',
        ),
        (
            (
                '{ kind = "programmes", programmes = [{ name = "x", weight = 1, begins = 2090-01-01'
                ', rule = { kind = "column", column = "ned" } }] }'
            ),
            "programmes.0.rule.column",
            '"ned"',
            '(did you mean "need"?)',
        ),
        (
            (
                '{ kind = "programmes", programmes = [{ name = "x", weight = 1, rule = { kind = '
                '"equal" }, decided_by = "community" }] }'
            ),
            "programmes.0.decided_by",
            '"community"',
            '(did you mean "communities"?)',
        ),
        (
            (
                '{ kind = "districts", rule = { kind = "equal" }, districts = [{ name = "x", '
                'areas = ["Leads"], multiplier = 2.0, begins = 2090-01-01 }] }'
            ),
            "districts.0.areas.0",
            '"Leads"',
            '"Leads" is not in the geography (did you mean "Leeds"?)',
        ),
        (
            '{ kind = "preset", preset = "towns-fnd" }',
            "preset",
            '"towns-fnd"',
            'there is no preset "towns-fnd" (did you mean "towns-fund"?)',
        ),
        (
            '{ kind = "preset", preset = "towns-fund" }',
            "columns",
            "{ kind",
            "this preset reads columns that only you can name (score: the score of each town, hig",
        ),
        (
            '{ kind = "preset", preset = "towns-fund", columns = { score = "ned" } }',
            "columns.score",
            '"ned"',
            '(did you mean "need"?)',
        ),
        (
            '{ kind = "preset", preset = "towns-fund", columns = { score = "half_known" } }',
            "preset",
            '"towns-fund"',
            'column "half_known" is empty for',
        ),
    ],
)
def test_what_is_wrong_with_a_rule_inside_a_rule_is_told_where_it_stands(
    faults: Faults, allocation: str, key: str, at: str, message: str
) -> None:
    ((found, line, told),) = faults(RECOVERY, f"allocation = {allocation}")
    assert found == ".".join(filter(None, ["funds.recovery.allocation", key]))
    assert line.startswith(at)
    assert message in told


def test_need_that_cannot_compare_nations_after_a_review_is_told_before_the_run(
    folder: Path, example: str
) -> None:
    columns = (
        "column,title,unit,nations,comparable,aggregate,vintage,source,licence\n"
        "need,Need,points,all,uk,mean,,,\n"
        "left_behind,People,persons,all,nation,sum,,,\n"
        "half_known,Half,points,all,uk,mean,,,\n"
    )
    (folder / "areas.columns.csv").write_text(columns, encoding="utf-8")
    review = 'review = { every = "9 years", second = { left_behind = 1 } }'
    text = example.replace(NEED, f"need = {{ columns = {{ need = 1 }}, {review} }}")
    (folder / "fine.toml").write_text(text, encoding="utf-8")
    assert load("fine.toml").geography.areas == "areas.csv"
    bad = text.replace(RECOVERY, 'allocation = { kind = "need_weighted" }')
    (folder / "bad.toml").write_text(bad, encoding="utf-8")
    with pytest.raises(ScenarioError) as raised:
        load("bad.toml")
    (problem,) = raised.value.problems
    assert problem.key == "funds.recovery.allocation"
    assert 'column "left_behind" has a scale of its own in each nation' in problem.message
