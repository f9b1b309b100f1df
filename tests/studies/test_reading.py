"""Studies as files: what is wrong is told with its place, and what is right is planned in order."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from fundsim.errors import ScenarioError
from fundsim.scenario.spelling import toml
from fundsim.studies import load_study, planned
from fundsim.studies.folder import begin, open_study
from fundsim.studies.reading import shipped_studies
from tests.studies.world import RATES, plan_of, study_values, written

ENDS = {"low": {RATES: "3%"}, "high": {RATES: "5%"}}
TORNADO = {"kind": "one_at_a_time", "assumptions": {"rate": ENDS}}


def told(folder: Path, **changes: Any) -> str:
    written(folder)
    (folder / "study.toml").write_text(toml(study_values(**changes)), "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_study(folder / "study.toml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"measure": ["spending"], "measures": None}, r'no such key \(did you mean "measures"\?\)'),
        ({"measures": ["spendign"]}, r'measures.0: there is no metric "spendign" \(did you mean'),
        ({"fund": "fnud"}, r'fund: there is no fund "fnud" \(did you mean "fund"\?\)'),
        ({"base": "bsae.toml"}, r"base: there is no such file, and no scenario"),
        ({"vary": {"a": {"kind": "grdi", "values": {}}}}, r'kind "grdi" \(did you mean "grid"\?\)'),
        ({"vary": {"a": {"values": {RATES: ["3%"]}}}}, r"vary.a.kind: this is missing"),
        ({"vary": {"a": {"kind": "grid", "values": {RATES: []}}}}, r"this is empty"),
        (
            {"vary": {"a": {"kind": "zip", "values": {RATES: ["3%"], "seed": [1, 2]}}}},
            r"1 of funds\.fund\.spending\.rate, 2 of seed; expected as many",
        ),
        ({"vary": {"a": {"kind": "grid", "values": {"a b": [1]}}}}, r"is not a dotted key"),
        (
            {"vary": {"a": TORNADO, "b": {"kind": "grid", "values": {"seed": [1]}}}},
            r"vary\.a: a block that asks what matters stands alone",
        ),
        ({"vary": {"a": {**TORNADO, "assumptions": {"rate": {"low": {RATES: 1}}}}}}, r"high: this"),
        (
            {"vary": {"mean": {"kind": "grid", "values": {RATES: ["3%"]}}}},
            r"vary\.mean: this is a column of the table itself",
        ),
        (
            {"vary": {"rate <x>": {"kind": "grid", "values": {RATES: ["3%"]}}}},
            r'"rate <x>" cannot be the name of a block',
        ),
        (
            {"vary": {"a": {"kind": "list", "cases": {"x" * 201: {}}}}},
            r"cannot be a name here; use one line of at most 200 signs",
        ),
        ({"paths": 0}, r"paths: found 0, expected at least 1"),
    ],
)
def test_a_fault_is_told_at_its_place(
    changes: dict[str, Any], message: str, tmp_path: Path
) -> None:
    found = told(tmp_path, **changes)
    assert re.search(r"study\.toml:\d+:\d+: ", found)
    assert re.search(message, found)


def test_a_study_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match='did you mean "what-drives-the-endowment"'):
        load_study("what-drives-the-endowmnt")
    with pytest.raises(ScenarioError, match="no such file"):
        load_study(tmp_path / "none.toml")


def test_what_ships_can_be_read() -> None:
    assert shipped_studies()
    for name in shipped_studies():
        assert load_study(name).study.name == name


def test_a_grid_has_every_combination_and_blocks_are_crossed(tmp_path: Path) -> None:
    vary = {
        "a": {"kind": "grid", "values": {RATES: ["3%", "5%"], "markets.fee": ["0%", "1%"]}},
        "b": {"kind": "list", "cases": {"as it is": {}, "longer": {"years": 15}}},
    }
    plan = plan_of(tmp_path, vary=vary)
    assert plan.columns == (RATES, "markets.fee", "b")
    assert [plan.cells(run) for run in plan.runs] == [
        (rate, fee, case)
        for rate in ("3%", "5%")
        for fee in ("0%", "1%")
        for case in ("as it is", "longer")
    ]
    assert [run.scenario.years for run in plan.runs if run.scenario] == [12, 15] * 4


def test_values_side_by_side(tmp_path: Path) -> None:
    vary = {"a": {"kind": "zip", "values": {RATES: ["3%", "5%"], "seed": [1, 2]}}}
    plan = plan_of(tmp_path, vary=vary)
    assert plan.columns == (RATES,)  # the seed has a column of its own
    assert [plan.cells(run) for run in plan.runs] == [("3%",), ("5%",)]
    assert [run.scenario.seed for run in plan.runs if run.scenario] == [1, 2]


def test_assumptions_move_one_at_a_time(tmp_path: Path) -> None:
    fee = {"low": {"markets.fee": "0%"}, "high": {"markets.fee": "1%"}}
    vary = {"a": {"kind": "one_at_a_time", "assumptions": {"rate": ENDS, "fee": fee}}}
    plan = plan_of(tmp_path, vary=vary)
    assert [(*plan.cells(run), dict(run.cell.changes)) for run in plan.runs] == [
        ("base", "base", {}),
        ("fee", "low", {"markets.fee": "0%"}),
        ("fee", "high", {"markets.fee": "1%"}),
        ("rate", "low", {RATES: "3%"}),
        ("rate", "high", {RATES: "5%"}),
    ]


def test_the_order_of_a_file_changes_nothing(tmp_path: Path) -> None:
    values = {RATES: ["3%", "5%"], "seed": [1, 2]}
    turned = dict(reversed(values.items()))
    one, other = (
        plan_of(tmp_path / name, vary={"a": {"kind": "zip", "values": each}})
        for name, each in (("one", values), ("other", turned))
    )
    assert one.columns == other.columns
    assert [one.cells(run) for run in one.runs] == [other.cells(run) for run in other.runs]


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        (
            {"kind": "grid", "values": {RATES: ["3%", "300%"]}},
            rf"study\.toml:\d+:\d+: vary\.a\.values\.\"{RATES}\".*: .*300%",
        ),
        (
            {"kind": "list", "cases": {"one": {}, "two": {"funds.fund.spending.raet": "3%"}}},
            r'vary\.a\.cases\.two\..*raet.*no such key \(did you mean "rate"\?\)',
        ),
        (
            {"kind": "one_at_a_time", "assumptions": {"rate": ENDS | {"high": {"makrets.fee": 1}}}},
            r'vary\.a\.assumptions\.rate\.high\..*no such key \(did you mean "markets"\?\)',
        ),
    ],
)
def test_what_no_run_can_have_is_told_before_any_begins(
    vary: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ScenarioError) as caught:
        plan_of(tmp_path, vary={"a": vary})
    assert re.search(message, str(caught.value))


def test_a_combination_that_cannot_be_is_a_run_that_says_so(tmp_path: Path) -> None:
    antithetic = {"sampling": "antithetic"}
    vary = {
        "a": {"kind": "grid", "values": {"paths": [250, 4000]}},
        "b": {"kind": "list", "cases": {"as it is": {}, "pairs": antithetic}},
    }
    plan = plan_of(tmp_path, vary=vary)
    assert [run.scenario is None for run in plan.runs] == [False, True, False, False]
    assert plan.runs[1].wrong.startswith("paths: found 250, expected a multiple")


def test_tables_of_other_scenarios_are_taken_and_written_out(tmp_path: Path) -> None:
    of = {"calm": "base.toml", "crises": "kruger-regimes"}
    vary = {"market": {"kind": "scenarios", "take": ["markets"], "of": of}}
    plan = plan_of(tmp_path, vary=vary)
    kinds = {run.cell.columns["market"]: plan.scenario_of(run) for run in plan.runs}
    assert {name: one.markets.kind for name, one in kinds.items()} == {
        "calm": "lognormal",
        "crises": "regime_switching",
    }
    place = tmp_path / "out"
    begin(plan.loaded, place)
    again = planned(open_study(place))
    assert again.fingerprint == plan.fingerprint


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"take": ["makrets"]}, r'take\.0: no scenario has a table "makrets" \(did you mean "mark'),
        (
            {"take": ["dormant_assets"]},
            r"vary\.market\.of\.calm: tiny states no dormant_assets, so that there is nothing",
        ),
        ({"of": {"calm": "bsae.toml"}}, r"vary\.market\.of\.calm: there is no such file"),
    ],
)
def test_what_cannot_be_taken_is_told(
    changes: dict[str, Any], message: str, tmp_path: Path
) -> None:
    block = {"kind": "scenarios", "take": ["markets"], "of": {"calm": "base.toml"}} | changes
    with pytest.raises(ScenarioError, match=message):
        plan_of(tmp_path, vary={"market": block})


def test_a_whole_table_is_changed_before_a_key_inside_it(tmp_path: Path) -> None:
    table = {"funds.fund.spending": {"kind": "moving_average", "over": "4 quarters"}}
    vary = {
        "a": {"kind": "grid", "values": {RATES: ["3%"]}},
        "b": {"kind": "list", "cases": {"average": table}},
    }
    plan = plan_of(tmp_path, vary=vary)
    spending = plan.scenario_of(plan.runs[0]).funds["fund"].spending
    assert (spending.kind, getattr(spending, "rate", None)) == ("moving_average", 0.03)


@pytest.mark.parametrize("name", shipped_studies())
def test_every_block_that_ships_says_why_these_values(name: str) -> None:
    study = load_study(name).study
    for block, varied in study.vary.items():
        own = getattr(varied, "assumptions", None)
        wanted = {f"{block}.{one}" for one in own} if own else {block}
        assert wanted <= set(study.sources)
