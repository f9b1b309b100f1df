"""The engine and the plain loop agree on spending rules put into random scenarios, and on parts."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest

from fundsim.engine import spending
from fundsim.engine.simulate import simulate
from fundsim.rules.base import catalogue
from fundsim.rules.spending import AnySpending
from fundsim.scenario import Scenario, from_values
from tests.engine.comparing import Comparison, plain_loop
from tests.engine.random_places import Values
from tests.engine.random_scenarios import scenario_values

RANDOM = range(60)

Stated = Callable[[int], Scenario]


@pytest.fixture(scope="module")
def stated(tmp_path_factory: pytest.TempPathFactory) -> Stated:
    """Give a random scenario."""
    folder = tmp_path_factory.mktemp("stated")
    return lambda number: from_values(scenario_values(number, folder))


LOOKING_BACK: dict[str, Values] = {
    "banded_real": {"rate": "5%", "low": "4.5%", "high": "6%"},
    "target_corridor": {"rate": "5%", "low": "4.8%", "high": "5.3%"},
    "hybrid": {"low": "5%", "high": "5.5%"},
    "hybrid_general": {"rate": "4.5%", "weight": 0.7, "over": "4 quarters"},
    "smoothed_target": {"rate": "5.5%", "alpha": 0.4},
    "guardrails": {"rate": "5%", "above": "5%", "below": "5%", "cut": "3%", "rise": "2%"},
    "minimum": {
        "rule": {"kind": "guardrails", "rate": "4.5%"},
        "at_least": "4.4%",
        "at_most": "5%",
    },
    "total_return": {
        "investment_fund": "£1000",
        "rule": {"kind": "smoothed_target", "rate": "30%", "alpha": 0.6},
    },
    "total_return with release": {
        "kind": "total_return",
        "investment_fund": "£40m",
        "rate": "6%",
        "release": "3%",
        "recouped_over": "2 years",
    },
    "spend_down": {"over": "6 years", "real_return": "2%"},
}
"""Rules that look back on what was spent, tried in the place of those of random scenarios."""


def with_spending(scenario: Scenario, rule: Values) -> Scenario | None:
    """Put a rule in the place of that of a fund which is to last, if there is one."""
    for name, fund in scenario.funds.items():
        if fund.spending.perpetual:
            key, first = f"funds.{name}.spending", fund.spending.first
            dated = {**rule, **({"first": first} if first else {})}
            return scenario.but({key: {"kind": "percent_of_value", "rate": 0}}).but({key: dated})
    return None


@pytest.mark.parametrize("kind", [kind for kind in LOOKING_BACK if kind != "spend_down"])
def test_rules_that_look_back_agree_with_the_loop(
    kind: str, stated: Stated, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking: Values = {"kind": kind, **LOOKING_BACK[kind]}
    rule: Any = catalogue(AnySpending)[asking["kind"]]
    tried = [with_spending(stated(number), asking) for number in RANDOM[:40:2]]
    made = [scenario for scenario in tried if scenario is not None]
    assert len(made) >= 6
    assert any(fund.alarm for scenario in made for fund in scenario.funds.values())
    both = [(scenario, plain_loop(scenario)) for scenario in made]
    for scenario, loop in both:
        assert Comparison(simulate(scenario), loop).differences() == []
    asked = rule.spend
    monkeypatch.setattr(rule, "spend", lambda self, view: asked(self, view) + 0.5)
    noticed = (s for s, loop in both if Comparison(simulate(s), loop).differences())
    assert len([*islice(noticed, 4)]) == 4


def in_parts(scenario: Scenario, parts: int) -> Scenario | None:
    """Let a year's spending leave in parts in all funds that may; None where there is no such."""
    named = [name for name, fund in scenario.funds.items() if fund.spending.perpetual]
    changes = {f"funds.{name}.spending.parts": parts for name in named}
    return scenario.but(changes) if named else None


@pytest.mark.parametrize("parts", [2, 4])
def test_a_year_in_parts_agrees_with_the_loop(
    parts: int, stated: Stated, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = (in_parts(stated(number), parts) for number in RANDOM[parts // 4 * 3 :: 4])
    made = [scenario for scenario in tried if scenario is not None]
    loops = [plain_loop(scenario) for scenario in made]
    for scenario, loop in zip(made, loops, strict=True):
        assert Comparison(simulate(scenario), loop).differences() == []
    assert sum(any(fund.alarms for fund in loop.funds.values()) for loop in loops) >= 2
    assert any("closes" in fund.model_fields_set for s in made for fund in s.funds.values())
    later = spending.pay_later
    monkeypatch.setattr(spending, "pay_later", lambda m, b, e, on: later(m, b, e, on | True))
    both = zip(made, loops, strict=True)  # parts that an alarm should have dropped
    assert any(Comparison(simulate(scenario), loop).differences() for scenario, loop in both)


@pytest.mark.parametrize("kind", ["banded_real", "hybrid", "minimum", "total_return with release"])
def test_rules_that_look_back_agree_with_the_loop_in_parts(kind: str, stated: Stated) -> None:
    rule = {"kind": kind, **LOOKING_BACK[kind], "parts": 4}
    tried = [with_spending(stated(number), rule) for number in RANDOM[:40:4]]
    made = [scenario for scenario in tried if scenario is not None]
    assert len(made) >= 3
    for scenario in made:
        assert Comparison(simulate(scenario), plain_loop(scenario)).differences() == []


def test_spending_down_by_an_annuity_agrees_with_the_loop(stated: Stated) -> None:
    rule = {"kind": "spend_down", **LOOKING_BACK["spend_down"]}
    for number in RANDOM[:12]:
        scenario = stated(number)
        for name, fund in scenario.funds.items():
            if fund.spending.kind == "spend_down":
                key = f"funds.{name}.spending.real_return"
                made = scenario.but({key: rule["real_return"]})
                assert Comparison(simulate(made), plain_loop(made)).differences() == []
