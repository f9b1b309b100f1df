"""Policies and futures: every policy meets the same futures, in the same order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fundsim.errors import RunError, ScenarioError
from fundsim.studies.answers.roles import roles
from fundsim.studies.schema import Limit
from tests.studies.world import RATES, plan_of

FEES = "markets.fee"
RATE = {"kind": "grid", "values": {RATES: ["3%", "5%"]}}
AHEAD = {
    "kind": "sample",
    "size": 3,
    "distributions": {FEES: {"kind": "uniform", "low": "0.4%", "high": "0.6%"}},
}
CALLED = {"kind": "list", "cases": {"short": {"years": 5}, "long": {}}}


def test_each_policy_meets_the_same_futures(tmp_path: Path) -> None:
    vary = {"ahead": AHEAD, "called": CALLED, "rate": RATE}
    plan = plan_of(tmp_path, vary=vary, futures=["ahead"])
    found = roles(plan)
    assert found.policies == ("long, 3%", "long, 5%", "short, 3%", "short, 5%")
    assert len({future.columns[FEES] for future in found.futures}) == 3
    assert sorted(run.number for row in found.runs for run in row) == [*range(12)]
    for label, row in zip(found.policies, found.runs, strict=True):
        for future, run in zip(found.futures, row, strict=True):
            assert run.cell.columns[FEES] == future.columns[FEES]
            assert f"{run.cell.columns['called']}, {run.cell.columns[RATES]}" == label


def test_futures_may_be_of_several_blocks_and_nothing_decided(tmp_path: Path) -> None:
    vary: dict[str, Any] = {"ahead": AHEAD, "rate": RATE}
    found = roles(plan_of(tmp_path, vary=vary, futures=["rate", "ahead"]))
    assert found.policies == ("as it is",)
    assert [[run.number for run in row] for row in found.runs] == [[*range(6)]]
    assert [future.columns[RATES] for future in found.futures] == ["3%", "5%"] * 3


def test_a_study_that_names_no_futures_is_told_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r'as futures = \["rates"\]'):
        roles(plan_of(tmp_path))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"futures": ["rate"]}, 'there is no block "rate" (did you mean "rates"?)'),
        ({"acceptable": {"spendings": {"at_most": 1}}}, "this measure is not looked at"),
        ({"acceptable": {"spending": {}}}, "expected either at_least or at_most"),
        ({"acceptable": {"spending": {"at_least": 1, "at_most": 2}}}, "expected either at_least"),
    ],
)
def test_what_is_judged_is_checked(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ScenarioError) as found:
        plan_of(tmp_path, **changes)
    assert told in str(found.value)


def test_a_limit_holds_at_its_own_figure() -> None:
    most, least = Limit(at_most="25%"), Limit(at_least="£2bn")
    assert [most.holds(figure) for figure in (0.2, 0.25, 0.2501)] == [True, True, False]
    assert [least.holds(figure) for figure in (1.9e9, 2e9, 3e9)] == [False, True, True]
