"""The engine and a plain loop agree to the penny, on every path, in every place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fundsim.engine import spending
from fundsim.engine.books import Books, Lane
from fundsim.engine.simulate import simulate
from fundsim.places import Geography
from fundsim.places.shares import Lot
from fundsim.rules.allocation.adjusting import Phasing
from fundsim.rules.allocation.programmes import Spell
from fundsim.rules.base import catalogue
from fundsim.rules.need import Blend, Mask
from fundsim.rules.round import Round
from fundsim.rules.spending import AnySpending
from fundsim.rules.working import Working
from fundsim.scenario import Scenario, from_values, load, shipped
from tests.engine import plain_foundations
from tests.engine.comparing import Comparison, plain_loop
from tests.engine.plain_loop import PlainLoop
from tests.engine.plain_rules import Pence, whole
from tests.engine.random_funds import ALLOCATION, FIRST, SPENDING
from tests.engine.random_places import Values
from tests.engine.random_scenarios import scenario_values
from tests.engine.tiny import tiny_values

RANDOM = range(60)
PATHS = 100

Made = Callable[[int], Scenario]
Told = Callable[[int], tuple[Scenario, PlainLoop]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Give a random scenario and what the loop tells of it, which is told once."""
    folder, known = tmp_path_factory.mktemp("told"), {}

    def tell(number: int) -> tuple[Scenario, PlainLoop]:
        if number not in known:
            scenario = from_values(scenario_values(number, folder))
            known[number] = scenario, plain_loop(scenario)
        return known[number]

    return tell


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_scenario_agrees_with_the_loop(name: str) -> None:
    scenario = load(name).but({"paths": PATHS})
    assert Comparison(simulate(scenario), plain_loop(scenario)).differences() == []


@pytest.mark.parametrize("number", RANDOM)
def test_every_random_scenario_agrees_with_the_loop(number: int, told: Told) -> None:
    scenario, loop = told(number)
    assert Comparison(simulate(scenario), loop).differences() == []


@pytest.mark.parametrize("number", RANDOM[::7])
def test_any_path_told_alone_agrees_with_the_loop(number: int, told: Told) -> None:
    scenario, loop = told(number)
    for path in (0, scenario.paths // 2, scenario.paths - 1):
        alone = simulate(scenario, path=path)
        assert alone.told.path == path
        assert list(Comparison(alone, loop).told()) == []


# What the random scenarios cover


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> list[Values]:
    folder = tmp_path_factory.mktemp("places")
    return [scenario_values(number, folder) for number in RANDOM]


def firsts(everything: list[Values]) -> list[Values]:
    """The first fund of each, whose rules go by the scenario's number."""
    return [values["funds"]["made-up"] for values in everything]


def test_each_spending_rule_meets_several_random_scenarios(everything: list[Values]) -> None:
    met = Counter(kind_of(fund["spending"]) for fund in firsts(everything))
    assert met.keys() == {name.replace("_", " ") for name in SPENDING}
    assert min(met.values()) >= 8


def kind_of(spending: Values) -> str:
    by = " by amount" if "amount" in spending else " by rate"
    kind = str(spending["kind"]).replace("_", " ")
    return kind + (by if kind == "constant real" else "")


def test_each_allocation_rule_meets_several_random_scenarios(everything: list[Values]) -> None:
    met = Counter(str(fund["allocation"]["kind"]) for fund in firsts(everything))
    assert met.keys() == {name.partition(" by ")[0] for name in ALLOCATION}
    assert min(met.values()) >= 4
    shared = [fund["allocation"] for fund in firsts(everything)]
    levels = {(rule["first"]["kind"], rule["first"]["by"]) for rule in shared if "first" in rule}
    for by in ("region", "foundation"):
        assert {(kind, by) for kind in FIRST[:4]} <= levels
    pounds = [fund for fund in firsts(everything) if fund["allocation"].get("unit") == "pounds"]
    assert len(pounds) >= 4


def test_odd_days_closings_inflows_and_markets_are_all_met(everything: list[Values]) -> None:
    starts = {(values["start"].month, values["start"].day) for values in everything}
    assert {(2, 29), (1, 31), (8, 31), (1, 2), (4, 1)} <= starts
    assert {values["markets"]["kind"] for values in everything} == {"deterministic", "lognormal"}
    assert {v["markets"].get("step") for v in everything} == {None, "quarter", "year"}
    assert {v["markets"]["inflation"]["kind"] for v in everything} == {"constant", "ar1"}
    inflows = {fund.get("inflow", {"kind": None})["kind"] for fund in firsts(everything)}
    assert inflows == {None, "lump", "schedule"}
    closings = [fund["closes"]["on"] for fund in firsts(everything) if "closes" in fund]
    assert len(closings) >= 15
    assert {values["geography"]["areas"] == "uk-districts-2024" for values in everything} == {
        True,
        False,
    }


OF_FUNDS = ("holds", "pays", "alarm", "instalments")
OF_FOUNDATIONS = (
    "sittings",
    "capacity",
    "instalments",
    "lapse",
    "clawback",
    "carry_forward",
    "overrides",
    "priority",
)
SHOCKS = ("panel_lost", "market", "inflow_late", "reclaims", "merger", "failure")
CAPACITIES = ("pounds", "per_head", "multiple_of_past_grants", "growth", "growth_years")


def features(values: Values) -> Iterator[str]:
    """Name what a scenario really has, more than once where it has more of it."""
    funds, practice = values["funds"], values["foundations"]
    yield f"{len(funds)} funds"
    for fund in funds.values():
        yield from (f"a fund's {name}" for name in OF_FUNDS if name in fund)
        yield from ("paid again" for pay in fund.get("pays", []) if "every" in pay)
        yield from ("paid by share" for pay in fund.get("pays", []) if "share" in pay)
        if "closes" in fund and fund["closes"]["residue"] in funds:
            yield "residue"
    for own in practice.get("overrides", {}).values():
        yield from (f"own {name}" for name in own)
    yield from (name for name in OF_FOUNDATIONS if name in practice)
    yield from practice.get("capacity", ())
    yield from (shock["kind"] for shock in values["shocks"])


def test_each_feature_meets_at_least_six_random_scenarios(everything: list[Values]) -> None:
    met = Counter(name for values in everything for name in set(features(values)))
    expected = {
        *("1 funds", "2 funds", "3 funds", "paid again", "paid by share", "residue"),
        *(f"a fund's {name}" for name in OF_FUNDS),
        *(f"own {name}" for name in ("fee", *OF_FOUNDATIONS[:6])),
        *(*OF_FOUNDATIONS, *SHOCKS, *CAPACITIES),
    }
    assert met.keys() == expected
    assert {name: times for name, times in met.items() if times < 6} == {}
    assert sum(set(features(values)) == {"1 funds"} for values in everything) >= 5


def test_queues_form_and_empty_and_alarms_ring(told: Told) -> None:
    loops = [told(number)[1] for number in RANDOM]
    waiting = [loop.books["all"].foundation["waiting", "nominal"] for loop in loops]
    assert sum((stock > 0).any() for stock in waiting) >= 15
    assert sum(((stock[:-1] > 0) & (stock[1:] == 0)).any() for stock in waiting) >= 5
    assert sum(any(fund.alarms for fund in loop.funds.values()) for loop in loops) >= 6
    for measure in ("passed_between", "unshared", "passed_on"):
        told_of = [fund.books.fund for loop in loops for fund in loop.funds.values()]
        assert sum((books[measure, "nominal"] > 0).any() for books in told_of) >= 5
    for measure in ("lapsed", "returned", "carried", "promised", "waiting_on_average"):
        totals = [loop.books["all"].fund[measure, "nominal"] for loop in loops]
        assert sum((pence > 0).any() for pence in totals) >= 10
    closing = [loop.books["all"].fund["closing_capital", "nominal"] for loop in loops]
    assert sum((capital == 0).any() for capital in closing) >= 3


def test_sittings_fall_on_spending_days_and_on_quarter_ends(told: Told) -> None:
    loops = [told(number)[1] for number in RANDOM]
    spending = [{day for fund in loop.funds.values() for day in fund.reviews} for loop in loops]
    assert sum(sits_on(days, loop) for days, loop in zip(spending, loops, strict=True)) >= 5
    assert sum(sits_on(set(loop.now.lasts), loop) for loop in loops) >= 5


def sits_on(days: set[date], loop: PlainLoop) -> bool:
    months = {month for desk in loop.desks for month in desk.terms["sittings"] or ()}
    return any(day.day == 1 and day.month in months for day in days)


# The comparison would notice


@pytest.mark.parametrize("kind", sorted({name.partition(" ")[0] for name in SPENDING}))
def test_half_a_penny_more_in_a_spending_rule_is_noticed(
    kind: str, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule: Any = catalogue(AnySpending)[kind]
    kinds = [name.partition(" ")[0] for name in SPENDING]
    own = [told(n) for n in RANDOM if kinds[n % len(kinds)] == kind]
    asked = rule.spend
    monkeypatch.setattr(rule, "spend", lambda self, view: asked(self, view) + 0.5)
    noticed = [
        scenario.name
        for scenario, loop in own
        if Comparison(simulate(scenario), loop).differences()
    ]
    assert len(noticed) >= 4  # a fund that spends all it has shows nothing


def fee(received: Pence, share: float) -> Pence:
    return whole(received * share + 0.5)


def instalments(awarded: Pence, shares: list[float]) -> Pence:
    first = whole(awarded * shares[0] + 0.5)
    return np.array([first, awarded - first])


def capacity(year: Pence, share: float) -> Pence:
    return whole(year * share + 0.5)


@pytest.mark.parametrize(
    ("rounding", "planted", "measure"),
    [
        ("part_of", fee, "foundation_fees"),
        ("in_parts", instalments, "paid"),
        ("up_to", capacity, "awarded"),
    ],
)
def test_half_a_penny_more_at_the_foundations_is_noticed(
    rounding: str, planted: Any, measure: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = tiny_values(tmp_path, years=4, growth="3%", opening="£1234.56")
    values["foundations"] = {
        "fee": "6%",
        "sittings": ["May", "June", "October"],
        "instalments": ["55%", "45%"],
        "capacity": {"pounds": "£20.75"},
    }
    scenario = from_values(values)
    results = simulate(scenario)
    assert Comparison(results, plain_loop(scenario)).differences() == []
    monkeypatch.setattr(plain_foundations, rounding, planted)
    found = Comparison(results, plain_loop(scenario)).differences()
    assert any(f"{measure} nominal" in difference for difference in found)


class OtherPaths(Round):
    """Rounds that take another path's round before for their own."""

    @classmethod
    def over(cls, *args: Any, before: Pence | None = None, **options: Any) -> Round:
        rolled = None if before is None else np.roll(before, 1, axis=1)
        return Round.over(*args, before=rolled, **options)


def at_a_sitting(books: Books, lot: Lot, *, direct: bool = False) -> Lane:
    del direct
    return OPEN_LANE(books, lot)


def a_year_late(terms: Phasing, here: Round) -> float:
    return terms.steps[min(max(here.when.years - 1, 0), len(terms.steps) - 1)]


def as_at_first(need: Blend, areas: Geography, among: Mask, years: int = 0) -> Working:
    del years
    return READ(need, areas, among)


OPEN_LANE, READ = Books.open_lane, Blend.read
PLANTED = {
    "a district lasts for ever": (Spell, "covers", lambda *_: True, "districts"),
    "a programme lasts for ever": (Spell, "covers", lambda *_: True, "programmes"),
    "communities wait": (Books, "open_lane", at_a_sitting, "programmes"),
    "another path's round before": (spending, "Round", OtherPaths, "adjusted by damping"),
    "a new rule is a year late": (Phasing, "reached", a_year_late, "adjusted by phasing in"),
    "need is never read anew": (Blend, "read", as_at_first, "adjusted by phasing in"),
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_a_fault_in_what_changes_from_round_to_round_is_noticed(
    planted: tuple[Any, str, Any, str], told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, name, fault, shared = planted
    own = [told(n) for n in RANDOM if ALLOCATION[n % len(ALLOCATION)] == shared]
    assert len(own) == 4
    monkeypatch.setattr(where, name, fault)
    noticed = (s for s, loop in own if Comparison(simulate(s), loop).differences())
    assert len([*islice(noticed, 2)]) == 2


def test_the_loop_imports_nothing_of_fundsim() -> None:
    modules = sorted(Path(__file__).parent.glob("plain_*.py"))
    assert len(modules) == 5
    for module in modules:
        lines = module.read_text(encoding="utf-8").splitlines()
        imported = [line for line in lines if line.startswith(("import", "from"))]
        assert [line for line in imported if "fundsim" in line] == []


def test_the_comparison_counts_what_it_compares(made: Made) -> None:
    scenario = made(1).but({"start": date(2021, 4, 1)})
    comparison = Comparison(simulate(scenario), plain_loop(scenario))
    assert comparison.differences() == []
    assert comparison.pence > 1000
