"""The engine and a plain loop agree to the penny, on every path, in every place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fundsim.engine import foundations as foundations_story
from fundsim.engine.simulate import simulate
from fundsim.rules.base import catalogue
from fundsim.rules.spending import AnySpending
from fundsim.scenario import Scenario, load, shipped
from tests.engine.comparing import Comparison, plain_loop
from tests.engine.random_scenarios import ALLOCATION, FIRST, SPENDING, Values, scenario_values

RANDOM = range(50)
PATHS = 100

Made = Callable[[int], Scenario]


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_scenario_agrees_with_the_loop(name: str) -> None:
    scenario = load(name).but({"paths": PATHS})
    assert Comparison(simulate(scenario), plain_loop(scenario)).differences() == []


@pytest.mark.parametrize("number", RANDOM)
def test_every_random_scenario_agrees_with_the_loop(number: int, made: Made) -> None:
    scenario = made(number)
    assert Comparison(simulate(scenario), plain_loop(scenario)).differences() == []


@pytest.mark.parametrize("number", RANDOM[::7])
def test_any_path_told_alone_agrees_with_the_loop(number: int, made: Made) -> None:
    scenario = made(number)
    loop = plain_loop(scenario)
    for path in (0, scenario.paths // 2, scenario.paths - 1):
        told = simulate(scenario, path=path)
        assert told.told.path == path
        assert list(Comparison(told, loop).told()) == []


# What the random scenarios cover


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> list[Values]:
    folder = tmp_path_factory.mktemp("places")
    return [scenario_values(number, folder) for number in RANDOM]


def funds(everything: list[Values]) -> list[Values]:
    return [values["funds"]["made-up"] for values in everything]


def test_each_spending_rule_meets_several_random_scenarios(everything: list[Values]) -> None:
    met = Counter(kind_of(fund["spending"]) for fund in funds(everything))
    assert met.keys() == {name.replace("_", " ") for name in SPENDING}
    assert min(met.values()) >= 8


def kind_of(spending: Values) -> str:
    by = " by amount" if "amount" in spending else " by rate"
    kind = str(spending["kind"]).replace("_", " ")
    return kind + (by if kind == "constant real" else "")


def test_each_allocation_rule_meets_several_random_scenarios(everything: list[Values]) -> None:
    met = Counter(str(fund["allocation"]["kind"]) for fund in funds(everything))
    assert met.keys() == {name.partition(" by ")[0] for name in ALLOCATION}
    assert min(met.values()) >= 4
    shared = [fund["allocation"] for fund in funds(everything)]
    firsts = {(rule["first"]["kind"], rule["first"]["by"]) for rule in shared if "first" in rule}
    for by in ("region", "foundation"):
        assert {(kind, by) for kind in FIRST[:4]} <= firsts
    pounds = [fund for fund in funds(everything) if fund["allocation"].get("unit") == "pounds"]
    assert len(pounds) >= 4


def test_odd_days_closings_inflows_and_markets_are_all_met(everything: list[Values]) -> None:
    starts = [values["start"] for values in everything]
    assert any((day.month, day.day) == (2, 29) for day in starts)
    assert any(day.day == 31 for day in starts)
    assert {values["markets"]["kind"] for values in everything} == {"deterministic", "lognormal"}
    assert {v["markets"].get("step") for v in everything} == {None, "quarter", "year"}
    assert {v["markets"]["inflation"]["kind"] for v in everything} == {"constant", "ar1"}
    inflows = {fund.get("inflow", {"kind": None})["kind"] for fund in funds(everything)}
    assert inflows == {None, "lump", "schedule"}
    closings = [fund["closes"]["on"] for fund in funds(everything) if "closes" in fund]
    assert len(closings) >= 15
    assert {values["geography"]["areas"] == "uk-districts-2024" for values in everything} == {
        True,
        False,
    }


def test_random_scenarios_run_dry_and_leave_money_unshared(made: Made) -> None:
    loops = [plain_loop(made(number)) for number in RANDOM]
    assert sum((loop.fund["unshared", "nominal"] > 0).any() for loop in loops) >= 3
    assert sum((loop.fund["closing_capital", "nominal"] == 0).any() for loop in loops) >= 3
    assert sum((loop.fund["passed_on", "nominal"] > 0).any() for loop in loops) >= 5


# The comparison would notice


@pytest.mark.parametrize("kind", catalogue(AnySpending))
def test_half_a_penny_more_in_a_spending_rule_is_noticed(
    kind: str, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule: Any = catalogue(AnySpending)[kind]
    kinds = [name.partition(" ")[0] for name in SPENDING]
    own = [n for n in RANDOM if kinds[n % len(kinds)] == kind]
    loops = {number: plain_loop(made(number)) for number in own}
    asked = rule.spend
    monkeypatch.setattr(rule, "spend", lambda self, view: asked(self, view) + 0.5)
    noticed = [
        number
        for number, loop in loops.items()
        if Comparison(simulate(made(number)), loop).differences()
    ]
    assert len(noticed) >= 4  # a fund that spends all it has shows nothing


def test_half_a_penny_more_in_the_foundations_fee_is_noticed(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Planted:
        """numpy, except that what is rounded is half a penny more."""

        int64 = np.int64

        @staticmethod
        def rint(amount: Any) -> Any:
            return np.rint(amount + 0.5)

    scenario = made(0).but({"foundations.fee": "6%"})
    loop = plain_loop(scenario)
    assert Comparison(simulate(scenario), loop).differences() == []
    monkeypatch.setattr(foundations_story, "np", Planted)
    found = Comparison(simulate(scenario), loop).differences()
    assert any("foundation_fees nominal" in difference for difference in found)


def test_the_loop_imports_nothing_of_fundsim() -> None:
    for name in ("plain_loop.py", "plain_rules.py"):
        text = Path(__file__).with_name(name).read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if line.startswith(("import", "from"))]
        assert [line for line in lines if "fundsim" in line] == []


def test_the_comparison_counts_what_it_compares(made: Made) -> None:
    scenario = made(1).but({"start": date(2021, 4, 1)})
    comparison = Comparison(simulate(scenario), plain_loop(scenario))
    assert comparison.differences() == []
    assert comparison.pence > 1000
