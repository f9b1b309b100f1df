"""Tables that a study's values name: found beside its file, from anywhere, and kept with it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from fundsim.charts.studying import save_tornado
from fundsim.errors import ScenarioError
from fundsim.redrawing.again import reproduce_drawn
from fundsim.redrawing.carried import open_drawn
from fundsim.scenario.spelling import toml
from fundsim.studies import Plan, load_study, planned
from fundsim.studies.answers.tornado import tornadoes
from fundsim.studies.folder import begin, finish, merge, open_study
from fundsim.studies.pieces import FOLDER, Pieces
from fundsim.studies.running import carry_out
from fundsim.studies.state import state_of
from fundsim.studies.verifying import altered
from tests.studies.world import RATES, study_values, written

MARKETS = {
    "kind": "bootstrap",
    "history": "tables/past.csv",
    "block": 2,
    "fee": "0.5%",
    "inflation": {"kind": "constant", "rate": "2%"},
    "assets": {"shares": {"weight": 1}},
}
PAST, OTHER = "tables/past.csv", "../other/past.csv"
CASES = {"as it is": {}, "drawn from the past": {"markets": MARKETS}}
GROWTHS = (0.05, -0.1, 0.2, 0.0, 0.11, 0.07, -0.03, 0.15, 0.02, 0.09)


def past(place: Path, more: float = 0.0) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    rows = [f"{2000 + year},{growth + more:.3f}" for year, growth in enumerate(GROWTHS)]
    place.write_text("\n".join(["year,shares", *rows, ""]), "utf-8")


def world(tmp_path: Path, **vary: Any) -> Path:
    """Write a study whose tables stand below its folder and beside it."""
    study = written(tmp_path / "in", paths=250, years=2)
    past(tmp_path / "in" / PAST)
    past(tmp_path / "in" / OTHER, more=0.01)
    (tmp_path / "in" / "areas.two.csv").write_bytes((tmp_path / "in" / "areas.csv").read_bytes())
    study.write_text(toml(study_values(measures=["spending"], vary=vary)), "utf-8")
    return study


def listed(cases: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "list", "cases": cases}


def varied(key: str, *values: str) -> dict[str, Any]:
    return {"kind": "grid", "values": {key: [*values]}}


def drawn() -> dict[str, Any]:
    """A base that is drawn from the past, and two tables of it."""
    return {
        "market": listed({"past": {"markets": MARKETS}}) | {"whole": True},
        "table": varied("markets.history", PAST, OTHER),
        "place": varied("geography.areas", "areas.two.csv"),
    }


def made(study: Path, place: Path) -> Plan:
    plan = planned(load_study(study))
    pieces = begin(plan.loaded, place)
    carry_out(plan, pieces)
    finish(plan, pieces, place, state_of(plan, pieces))
    return plan


def test_tables_are_found_beside_the_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = world(tmp_path, **drawn())
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    plan = planned(load_study(study))
    monkeypatch.chdir(study.parent)
    assert planned(load_study("study.toml")).fingerprint == plan.fingerprint
    first, second = plan.runs
    assert first.scenario is not None
    assert second.scenario is not None
    assert first.scenario.fingerprint != second.scenario.fingerprint
    assert plan.scenario_of(first).files == (study.parent / "areas.two.csv",)


def test_a_folder_runs_again_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = world(tmp_path, **drawn())
    plan = made(study, tmp_path / "out")
    shutil.rmtree(tmp_path / "in")
    shutil.rmtree(tmp_path / "other")
    (tmp_path / "out").rename(tmp_path / "moved")
    monkeypatch.chdir(tmp_path / "moved" / "data")
    assert {path.name for path in Path().iterdir()} == {
        *("areas.csv", "areas.two.csv", "past.csv", "past-2.csv")
    }
    again = planned(open_study(tmp_path / "moved"))
    assert [again.cells(run) for run in again.runs] == [plan.cells(run) for run in plan.runs]
    assert again.fingerprint == plan.fingerprint
    assert not list(altered(tmp_path / "moved"))
    before = (tmp_path / "moved" / "table.csv").read_bytes()
    assert b"past.csv" in before
    made(tmp_path / "moved" / "study.toml", tmp_path / "anew")
    shutil.rmtree(tmp_path / "moved")
    assert (tmp_path / "anew" / "table.csv").read_bytes() == before
    assert not list(altered(tmp_path / "anew"))
    merge([tmp_path / "anew"], tmp_path / "merged")
    shutil.rmtree(tmp_path / "anew")
    assert planned(open_study(tmp_path / "merged")).fingerprint == plan.fingerprint


@pytest.mark.parametrize("kind", ["list", "one_at_a_time", "sample", "scenarios"])
def test_every_way_of_varying_carries_its_tables(tmp_path: Path, kind: str) -> None:
    ends = {"low": {"markets": MARKETS}, "high": {"markets": MARKETS | {"history": OTHER}}}
    choice = {"kind": "choice", "values": ["areas.csv", "areas.two.csv"]}
    vary = {
        "list": listed(CASES),
        "one_at_a_time": {"kind": kind, "assumptions": {"markets": ends}},
        "sample": {"kind": kind, "size": 4, "distributions": {"geography.areas": choice}},
        "scenarios": {"kind": kind, "take": ["markets"], "of": {"past": "past.toml"}},
    }
    study = world(tmp_path, of=vary[kind])
    text = f'extends = "./base.toml"\nname = "past"\n{toml({"markets": MARKETS})}'
    study.with_name("past.toml").write_text(text, "utf-8")
    made(study, tmp_path / "out")
    shutil.rmtree(tmp_path / "in")
    shutil.rmtree(tmp_path / "other", ignore_errors=True)
    assert not list(altered(tmp_path / "out"))
    assert str(tmp_path) not in (tmp_path / "out" / "study.toml").read_text("utf-8")
    made(tmp_path / "out" / "study.toml", tmp_path / "anew")
    tables = [(tmp_path / name / "table.csv").read_bytes() for name in ("out", "anew")]
    assert tables[0] == tables[1]


def test_a_chart_carries_the_tables_of_its_study(tmp_path: Path) -> None:
    ends = {"low": {"markets": MARKETS}, "high": {"markets": MARKETS | {"history": OTHER}}}
    vary = {"kind": "one_at_a_time", "assumptions": {"markets": ends}}
    plan = made(world(tmp_path, of=vary), tmp_path / "out")
    (tornado,) = tornadoes(plan, Pieces(tmp_path / "out" / FOLDER))
    (picture, *_) = save_tornado(plan, tornado, tmp_path / "charts", formats=["svg"])
    shutil.rmtree(tmp_path / "in")
    shutil.rmtree(tmp_path / "other", ignore_errors=True)
    shutil.rmtree(tmp_path / "out")
    assert reproduce_drawn(open_drawn(picture)) == []


@pytest.mark.parametrize(
    ("vary", "line", "message"),
    [
        (varied("geography.areas", "aeras.csv"), "geography", r"did you mean \"areas.csv\""),
        (
            listed({"past": {"markets": MARKETS | {"history": "tables/psat.csv"}}}),
            "markets",
            r"tables/psat.csv: the file cannot be read",
        ),
        (
            listed({"past": {"markets": MARKETS}}),
            "markets",
            r"table: past.csv:3:shares: \"x\" is",
        ),
    ],
)
def test_a_table_that_cannot_be_read_is_told_at_the_line_of_the_study(
    tmp_path: Path, vary: dict[str, Any], line: str, message: str
) -> None:
    study = world(tmp_path, of=vary)
    (tmp_path / "in" / PAST).write_text("year,shares\n2000,0.1\n2001,x\n", "utf-8")
    with pytest.raises(ScenarioError, match=message) as caught:
        planned(load_study(study))
    place = caught.value.problems[0].place
    _, number, _ = place.rsplit(":", 2)
    assert place.startswith(str(study))
    assert line in study.read_text("utf-8").splitlines()[int(number) - 1]


def test_a_key_that_is_none_is_told_in_a_distribution_too(tmp_path: Path) -> None:
    uniform = {"kind": "uniform", "low": "3%", "high": "4%"}
    vary = {"kind": "sample", "size": 2, "distributions": {RATES: uniform, "a b": uniform}}
    with pytest.raises(ScenarioError, match="is not a dotted key"):
        load_study(world(tmp_path, of=vary))
