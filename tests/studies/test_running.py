"""Running a study: what a row says, what is kept, and what is done again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fundsim.engine.simulate import simulate
from fundsim.results import Table
from fundsim.scenario import Scenario
from fundsim.studies import Plan
from fundsim.studies.designs import HEAD, TAIL
from fundsim.studies.pieces import Pieces
from fundsim.studies.running import carry_out
from fundsim.studies.state import state_of
from fundsim.studies.table import table_of
from tests.studies.world import RATES, plan_of


def run(plan: Plan, folder: Path, **how: Any) -> Table:
    pieces = Pieces(folder / "pieces")
    carry_out(plan, pieces, **how)
    return table_of(plan, pieces)


def text(table: Table) -> str:
    return "".join(table.csv())


def test_a_row_is_what_a_run_of_its_own_says(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    table = run(plan, tmp_path)
    assert table.columns == (*HEAD, RATES, *TAIL)
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows()]
    for each in plan.runs:
        assert each.scenario is not None
        summary = simulate(each.scenario).table("summary")
        for measure in ("spending", "ends_below_whole"):
            (own,) = summary.where(measure=measure, basis="real", fund="all").rows()
            (mine,) = (r for r in rows if r["run"] == str(each.number) and r["measure"] == measure)
            assert [mine[name] for name in summary.columns] == list(own)
            assert mine["fingerprint"] == each.scenario.fingerprint
    assert [row[RATES] for row in rows] == ["0.03", "0.03", "0.05", "0.05"]


def test_workers_change_nothing(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    one = text(run(plan, tmp_path / "one"))
    assert text(run(plan, tmp_path / "two", workers=2)) == one
    first, second = (sorted((tmp_path / name / "pieces").iterdir()) for name in ("one", "two"))
    assert [path.name for path in first] == [path.name for path in second]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_what_is_done_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of(tmp_path)
    before = text(run(plan, tmp_path))

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("fundsim.studies.running.simulate", refuse)
    assert text(run(plan, tmp_path)) == before


def test_more_values_keep_what_is_done(tmp_path: Path) -> None:
    few = plan_of(tmp_path)
    run(few, tmp_path)
    kept = {path.name for path in (tmp_path / "pieces").iterdir()}
    values = {RATES: ["3%", "4%", "5%"]}
    more = plan_of(tmp_path, vary={"rates": {"kind": "grid", "values": values}})
    assert len(state_of(more, Pieces(tmp_path / "pieces")).open) == 1
    run(more, tmp_path)
    assert kept < {path.name for path in (tmp_path / "pieces").iterdir()}


def test_a_piece_that_is_not_whole_is_made_again(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    before = text(run(plan, tmp_path))
    piece = next((tmp_path / "pieces").iterdir())
    whole = piece.read_bytes()
    piece.write_bytes(whole[:-8] + b"\0" * 8)
    pieces = Pieces(tmp_path / "pieces")
    assert pieces.broken() == [piece.name]
    assert len(state_of(plan, pieces).open) == 1
    assert text(run(plan, tmp_path)) == before
    assert piece.read_bytes() == whole


def test_a_run_that_fails_is_a_row_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vary = {
        "many": {"kind": "grid", "values": {"paths": [250, 4000]}},
        "sampling": {
            "kind": "list",
            "cases": {"as it is": {}, "pairs": {"sampling": "antithetic"}},
        },
    }
    plan = plan_of(tmp_path, vary=vary)
    whole = simulate
    bad = plan.runs[3].scenario

    def fails(scenario: Scenario, **how: Any) -> object:
        if scenario == bad:
            message = "a fault\nof two lines"
            raise ZeroDivisionError(message)
        return whole(scenario, **how)

    monkeypatch.setattr("fundsim.studies.running.simulate", fails)
    table = run(plan, tmp_path)
    assert table.column("run") == ["0", "0", "1", "2", "2", "3"]
    reasons = table.column("failed")
    refused, failed = reasons[2], reasons[5]
    assert refused.startswith("paths: found 250, expected a multiple")
    assert failed == "a fault of fundsim: ZeroDivisionError: a fault of two lines"
    monkeypatch.undo()
    assert run(plan, tmp_path).column("failed")[-1] == failed
    again = run(plan, tmp_path, retry=True)
    assert again.column("run") == ["0", "0", "1", "2", "2", "3", "3"]
