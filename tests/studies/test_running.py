"""Running a study: what a row says, what is kept, and what is done again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fundsim.engine.simulate import simulate, simulate_span
from fundsim.results import Table
from fundsim.scenario import Scenario
from fundsim.studies import Plan
from fundsim.studies.designs import HEAD, TAIL
from fundsim.studies.pieces import Pieces
from fundsim.studies.running import WHOLE, Shard, carry_out, left_to_do
from fundsim.studies.state import state_of
from fundsim.studies.table import table_of
from tests.studies.world import RATES, plan_of


def run(
    plan: Plan, folder: Path, *, retry: bool = False, shard: Shard = WHOLE, workers: int = 1
) -> Table:
    pieces = Pieces(folder / "pieces")
    pieces.clear(pieces.broken())
    parts = left_to_do(plan, pieces, retry=retry, shard=shard)
    carry_out(plan, pieces, parts=parts, workers=workers)
    return table_of(plan, pieces)


def text(table: Table) -> str:
    return "".join(table.csv())


def test_a_row_is_what_a_run_of_its_own_says(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    table = run(plan, tmp_path)
    assert table.columns == (*HEAD, RATES, *TAIL)
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows()]
    for each in plan.runs:
        scenario = plan.scenario_of(each)
        summary = simulate(scenario).table("summary")
        for measure in ("spending", "ends_below_whole"):
            (own,) = summary.where(measure=measure, basis="real", fund="all").rows()
            (mine,) = (r for r in rows if r["run"] == str(each.number) and r["measure"] == measure)
            assert [mine[name] for name in summary.columns] == list(own)
            assert mine["fingerprint"] == scenario.fingerprint
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

    monkeypatch.setattr("fundsim.studies.work.simulate_span", refuse)
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


def test_more_paths_go_on_from_those_that_are_there(tmp_path: Path) -> None:
    few, more = plan_of(tmp_path, paths=300), plan_of(tmp_path, paths=800)
    run(few, tmp_path)
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "pieces").iterdir()}
    assert [part.span for part in left_to_do(more, Pieces(tmp_path / "pieces"))] == [(300, 800)] * 2
    grown = text(run(more, tmp_path))
    assert grown == text(run(more, tmp_path / "at once"))
    now = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "pieces").iterdir()}
    assert kept.items() < now.items()
    assert text(run(few, tmp_path)) == text(run(few, tmp_path / "few"))
    assert len(list((tmp_path / "pieces").iterdir())) == len(now)


@pytest.mark.parametrize("workers", [2, 1])
def test_a_large_run_is_made_in_parts_by_any_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    plan = plan_of(tmp_path, paths=1100)
    whole = text(run(plan, tmp_path / "whole"))
    monkeypatch.setattr("fundsim.studies.running.SPAN", 300)
    assert text(run(plan, tmp_path / "parts", workers=workers)) == whole
    spans = [path.name.split(".")[1] for path in sorted((tmp_path / "parts/pieces").iterdir())]
    assert sorted({*spans}) == ["0-300", "300-600", "600-900", "900-1100"]
    for which in range(3):
        run(plan, tmp_path / "shards", shard=(which, 3))
    assert text(run(plan, tmp_path / "shards")) == whole
    one = next((tmp_path / "parts/pieces").glob("*.300-600.*"))
    one.unlink()
    assert [part.span for part in left_to_do(plan, Pieces(one.parent))] == [(300, 600)]
    assert text(run(plan, tmp_path / "parts")) == whole


def test_one_failed_part_is_enough_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(tmp_path, paths=1100)
    whole = simulate_span

    def fails(scenario: Scenario, first: int, *span: Any, **how: Any) -> object:
        if first == 300:
            raise MemoryError
        return whole(scenario, first, *span, **how)

    monkeypatch.setattr("fundsim.studies.running.SPAN", 300)
    monkeypatch.setattr("fundsim.studies.work.simulate_span", fails)
    table = run(plan, tmp_path)
    assert table.column("failed") == ["there is not enough memory"] * 2
    assert not left_to_do(plan, Pieces(tmp_path / "pieces"))
    monkeypatch.setattr("fundsim.studies.work.simulate_span", whole)
    again = left_to_do(plan, Pieces(tmp_path / "pieces"), retry=True)
    assert [part.span for part in again] == [(300, 600)] * 2
    assert text(run(plan, tmp_path, retry=True)) == text(run(plan, tmp_path / "whole"))
    assert not list((tmp_path / "pieces").glob("*.failed.txt"))


def test_runs_that_meet_the_same_markets_come_one_after_another(tmp_path: Path) -> None:
    vary = {
        "rates": {"kind": "grid", "values": {RATES: ["3%", "4%"]}},
        "fees": {"kind": "grid", "values": {"markets.fee": ["0.1%", "0.2%"]}},
    }
    parts = left_to_do(plan_of(tmp_path, vary=vary), Pieces(tmp_path / "pieces"))
    assert [part.changes["markets.fee"] for part in parts] == ["0.1%", "0.1%", "0.2%", "0.2%"]
    assert len({part.key for part in parts}) == 4


def test_runs_that_differ_in_paths_alone_are_simulated_once(tmp_path: Path) -> None:
    vary = {"many": {"kind": "grid", "values": {"paths": [250, 750, 500]}}}
    plan = plan_of(tmp_path, vary=vary)
    assert [part.span for part in left_to_do(plan, Pieces(tmp_path / "pieces"))] == [(0, 750)]
    table = run(plan, tmp_path)
    assert table.column("paths") == ["250", "250", "750", "750", "500", "500"]
    for each in plan.runs:
        (own,) = (
            simulate(plan.scenario_of(each))
            .table("summary")
            .where(measure="spending", basis="real", fund="all")
            .column("mean")
        )
        (mine,) = table.where(run=str(each.number), measure="spending").column("mean")
        assert mine == own


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
    whole = simulate_span
    bad = plan.scenario_of(plan.runs[3])

    def fails(scenario: Scenario, *span: Any, **how: Any) -> object:
        if scenario == bad:
            message = "a fault\nof two lines"
            raise ZeroDivisionError(message)
        return whole(scenario, *span, **how)

    monkeypatch.setattr("fundsim.studies.work.simulate_span", fails)
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
