"""A study's folder: what it holds, what it refuses, and that it can be run again by itself."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb
import pytest

from fundsim.errors import RunError
from fundsim.studies import planned
from fundsim.studies.folder import begin, finish, open_study
from fundsim.studies.running import carry_out
from fundsim.studies.state import state_of
from tests.studies.world import RATES, plan_of


def made(folder: Path, place: Path) -> None:
    plan = plan_of(folder)
    pieces = begin(plan.loaded, place)
    carry_out(plan, pieces)
    finish(plan, pieces, place, state_of(plan, pieces))


def test_a_folder_holds_its_question_and_its_answer(tmp_path: Path) -> None:
    place = tmp_path / "out"
    made(tmp_path / "in", place)
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    assert manifest["kind"] == "batch"
    assert (manifest["runs"], manifest["failed"]) == (2, 0)
    for name, mark in manifest["files"].items():
        if mark.startswith("sha256:"):
            assert mark == f"sha256:{hashlib.sha256((place / name).read_bytes()).hexdigest()}"
    plan = planned(open_study(place))
    assert plan.fingerprint == manifest["fingerprint"]
    assert not state_of(plan, begin(plan.loaded, place)).open
    assert not list(place.rglob("*.partial"))


def test_the_parquet_holds_the_table_with_its_types(tmp_path: Path) -> None:
    place = tmp_path / "out"
    made(tmp_path / "in", place)
    lines = (place / "table.csv").read_text("utf-8").splitlines()
    found = duckdb.connect().read_parquet(str(place / "table.parquet"))
    assert found.columns == lines[0].split(",")
    kinds = dict(zip(found.columns, map(str, found.types), strict=True))
    assert (kinds["run"], kinds[RATES], kinds["mean"], kinds["measure"]) == (
        "BIGINT",
        "DOUBLE",
        "DOUBLE",
        "VARCHAR",
    )
    means = [line.split(",")[found.columns.index("mean")] for line in lines[1:]]
    assert [row[0] for row in found.project("mean").fetchall()] == [float(mean) for mean in means]


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "out"
    place.mkdir()
    (place / "letter.txt").write_text("mine", "utf-8")
    plan = plan_of(tmp_path / "in")
    with pytest.raises(RunError, match="holds no study; choose another with --out"):
        begin(plan.loaded, place)
    assert [path.name for path in place.iterdir()] == ["letter.txt"]
    with pytest.raises(RunError, match="holds no study; make one with fundsim batch"):
        open_study(place)


def test_another_study_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "out"
    made(tmp_path / "in", place)
    other = plan_of(tmp_path / "other", name="other")
    with pytest.raises(RunError, match=r"holds another study \(rates\)"):
        begin(other.loaded, place)


@pytest.mark.parametrize(
    "begun",
    ['{"fundsim": "0.0.1", "format": 2}', '{"fundsim": "0.1.0", "format": 9}', "{", "{}", None],
)
def test_a_folder_of_another_version_is_refused_and_left_alone(
    tmp_path: Path, begun: str | None
) -> None:
    place = tmp_path / "out"
    made(tmp_path / "in", place)
    if begun is None:
        (place / "begun.json").unlink()
    else:
        (place / "begun.json").write_text(begun, "utf-8")
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    told = r"out was begun by fundsim .* \(folders of format \d\), and this is .*: go on with that"
    if begun in ("{", "{}", None):
        told = r"begun\.json is missing or damaged, .* was this one, write into it \{.fundsim.: "
    with pytest.raises(RunError, match=told):
        open_study(place)
    with pytest.raises(RunError, match=told):
        begin(plan_of(tmp_path / "in").loaded, place)
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before
