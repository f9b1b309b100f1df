"""Made-up runs with every feature, explained to the penny; and some with rules that differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from fundsim.scenario import from_values, load
from tests.engine.random_places import Values
from tests.engine.random_scenarios import scenario_values
from tests.explaining.walking import Walk, live

RANDOM = (3, 8, 9, 19, 29, 38, 45)


@pytest.mark.parametrize("number", RANDOM)
def test_made_up_runs_add_up_to_the_penny(number: int, tmp_path: Path) -> None:
    run = live(from_values(scenario_values(number, tmp_path)))
    assert list(Walk(run).faults()) == []


FLOORED: Values = {
    "kind": "adjusted",
    "rule": {"kind": "need_weighted", "steepness": 2},
    "damping": {"fall": "5%", "rise": "20%"},
    "floor": {"of_per_capita": "90%"},
}
PROGRAMMES: Values = {
    "kind": "programmes",
    "programmes": [
        {"name": "grants", "weight": 0.6, "rule": {"kind": "need_weighted"}},
        {
            "name": "places",
            "weight": 0.4,
            "rule": {"kind": "equal"},
            "eligible": {"nation": ["England"]},
            "decided_by": "communities",
            "begins": "2024-04-01",
        },
    ],
}
MERGER = {
    "name": "one joins another",
    "kind": "merger",
    "foundation": "cumbria",
    "into": "county-durham",
    "on": "2025-08-20",
}
TIGHT: Values = {
    "foundations.capacity": {"multiple_of_past_grants": 0.5, "growth": "3%"},
    "foundations.lapse": "4%",
    "foundations.clawback": "2%",
    "foundations.carry_forward": "10%",
}


LOOKING_BACK: list[Values] = [
    {"kind": "banded_real", "rate": "5%", "low": "4.8%", "high": "5.2%"},
    {"kind": "target_corridor", "rate": "5%", "low": "4.8%", "high": "5.2%"},
    {"kind": "hybrid", "weight": 0.7, "low": "5%", "high": "5.5%"},
    {"kind": "hybrid_general", "rate": "5%", "weight": 0.7, "over": "4 quarters"},
    {"kind": "smoothed_target", "rate": "5%", "alpha": 0.3},
    {"kind": "guardrails", "rate": "5%", "above": "3%", "below": "3%", "cut": "2%", "rise": "2%"},
    {
        "kind": "minimum",
        "rule": {"kind": "constant_real", "rate": "5%"},
        "at_least": "4.8%",
        "at_most": "5.2%",
    },
    {
        "kind": "total_return",
        "investment_fund": "£300m",
        "rule": {"kind": "smoothed_target", "rate": "5%", "alpha": 0.3},
    },
    {"kind": "total_return", "investment_fund": "£500m", "indexed": False, "rate": "5%"},
    {
        "kind": "total_return",
        "investment_fund": "£480m",
        "rate": "5%",
        "release": "4%",
        "recouped_over": "2 years",
    },
]


@pytest.mark.parametrize("parts", [1, 4])
@pytest.mark.parametrize("rule", LOOKING_BACK, ids=[str(rule["kind"]) for rule in LOOKING_BACK])
def test_rules_that_look_back_add_up_to_the_penny(rule: Values, parts: int) -> None:
    base = load("english-738m").but(
        {"paths": 2, "years": 9, "geography.where": {"region": ["North East"]}}
    )
    first = {"funds.luc.spending": {"kind": "percent_of_value", "rate": 0}}
    scenario = base.but(first).but(
        {
            "funds.luc.spending": {**rule, "first": "2024-04-01", "parts": parts},
            "funds.luc.alarm": {"fall": "5%"},
        }
    )
    walk = Walk(live(scenario), every=3)
    assert list(walk.faults()) == []
    assert "decision" in walk.parts


@pytest.mark.parametrize("rule", [FLOORED, PROGRAMMES], ids=["floors and damping", "programmes"])
@pytest.mark.parametrize("shocks", [[], [MERGER]], ids=["steady", "a merger"])
def test_rules_whose_rounds_differ_add_up_to_the_penny(rule: Values, shocks: list[Values]) -> None:
    changes: Values = {
        "paths": 2,
        "years": 7,
        "geography.where": {"region": ["North East", "North West"]},
        "geography.need": "uk_score",
        "funds.luc.opening": "£200m",
        "funds.luc.spending.first": "2022-07-01",
        "funds.luc.spending.parts": 2,
        "shocks": shocks,
        **TIGHT,
    }
    base = load("kruger-2020", ['funds.luc.allocation={kind="per_capita"}'])
    scenario = base.but(changes).but({"funds.luc.allocation": rule})
    walk = Walk(live(scenario), every=3)
    assert list(walk.faults()) == []
    assert {"share", "receipt", "queue", "paid"} <= walk.parts
