"""Markets drawn from a user's own table: found, checked, hashed and carried."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fundsim import ScenarioError, load, simulate
from fundsim.engine.markets import draw
from fundsim.engine.several import differ_in_sharing_alone
from fundsim.explaining.between import steps
from fundsim.scenario import Scenario, carried, notes, resolved_toml

TEXT = """
extends = "kruger-endowment"
name = "as-it-was"
years = 3
paths = 20
[markets]
kind = "bootstrap"
history = "tables/own.csv"
block = 4
inflation = { kind = "column", column = "prices" }
assets = { gilts = { weight = "100%" } }
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tables").mkdir()
    write(tmp_path / "tables/own.csv")
    (tmp_path / "one.toml").write_text(TEXT, encoding="utf-8")
    return tmp_path


def write(path: Path, *, change: float = 0.0, more: str = "") -> None:
    rng = np.random.default_rng(1)
    rows = [f"{1990 + row},{rng.normal(0.05, 0.1):.6f},0.03,x" for row in range(20)]
    rows[3] = f"1993,{0.25 + change},0.02,{more}"
    path.write_text("year,gilts,prices,notes\n" + "\n".join(rows) + "\n", encoding="utf-8")


def test_the_table_stands_relative_to_the_file_that_names_it(folder: Path) -> None:
    (folder / "below").mkdir()
    (folder / "below/two.toml").write_text('extends = "../one.toml"\nseed = 5\n', "utf-8")
    one, two = load("one.toml"), load("below/two.toml")
    assert one.history_file is not None
    assert two.history_file is not None
    assert one.history_file.resolve() == two.history_file.resolve()
    assert one.fingerprint != two.fingerprint
    assert one.fingerprint == one.but({"seed": 20200924}).fingerprint


def test_figures_that_are_used_change_the_fingerprint_and_nothing_else_does(folder: Path) -> None:
    before = load("one.toml").fingerprint
    write(folder / "tables/own.csv", more="a note")
    assert load("one.toml").fingerprint == before
    (folder / "tables/own.csv").rename(folder / "moved.csv")
    moved = TEXT.replace("tables/own.csv", "moved.csv")
    (folder / "one.toml").write_text(moved, encoding="utf-8")
    assert load("one.toml").fingerprint == before
    write(folder / "moved.csv", change=0.01)
    assert load("one.toml").fingerprint != before


def test_a_scenario_is_carried_with_its_table(folder: Path) -> None:
    one = load("one.toml")
    there = folder / "elsewhere"
    there.mkdir()
    (there / "scenario.toml").write_text(carried(one, there / "data", "data/"), encoding="utf-8")
    (there / "same.toml").write_text(resolved_toml(one), encoding="utf-8")
    assert load(there / "same.toml").fingerprint == one.fingerprint
    (folder / "tables/own.csv").unlink()
    again = load(there / "scenario.toml")
    assert again.fingerprint == one.fingerprint
    ours, theirs = draw(one, 0, 20), draw(again, 0, 20)
    assert ours.prices.tobytes() == theirs.prices.tobytes()


def test_a_table_of_areas_of_the_same_name_is_not_overwritten(folder: Path) -> None:
    (folder / "own.csv").write_text("code,name,population\na,A,5\nb,B,7\n", encoding="utf-8")
    text = TEXT + '\n[geography]\nareas = "own.csv"\nneed = "population"\n[funds.luc]\n'
    text += 'allocation = { kind = "per_capita" }\n'
    text = text.replace("years = 3", 'years = 3\nremove = ["funds.luc.allocation"]')
    (folder / "one.toml").write_text(text, encoding="utf-8")
    one = load("one.toml")
    there = folder / "elsewhere"
    (folder / "again.toml").write_text(carried(one, there, "elsewhere/"), encoding="utf-8")
    assert sorted(file.name for file in there.iterdir()) == ["markets-own.csv", "own.csv"]
    assert load("again.toml").fingerprint == one.fingerprint


def test_what_was_used_of_a_table_is_told(folder: Path) -> None:
    lines = (folder / "tables/own.csv").read_text("utf-8").splitlines()
    (folder / "tables/own.csv").write_text(
        "\n".join([*lines[:-1], "2009,,0.03,", "2010,,,"]), "utf-8"
    )
    told = "\n".join(notes(load("one.toml")))
    assert "own.csv is used from 1990 to 2008" in told
    assert "2009, 2010" in told
    assert "blocks of 4 rows on average" in told


def test_two_runs_on_workers_and_alone_meet_the_same_markets(folder: Path) -> None:
    one: Scenario = load(folder / "one.toml", ["paths=600"])
    alone, together = simulate(one), simulate(one, workers=2)
    assert list(alone.tables["summary"].csv()) == list(together.tables["summary"].csv())


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("tables/own.csv", "tables/won.csv", "history", "No such file"),
        ("tables/own.csv", "tables", "history", "a directory"),
        ("block = 4", "block = 21", "block", "found a block of 21, expected 1 to 20"),
        ("gilts = {", 'gilts = { column = "gilt", ', "assets.gilts.column", 'no column "gilt"'),
        ('"prices"', '"notes"', "tables/own.csv:2:notes", '"x" is not a number'),
        ('"bootstrap"', '"paths"', "history", "the keys here are"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(
    folder: Path, old: str, new: str, place: str, message: str
) -> None:
    (folder / "one.toml").write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ScenarioError) as raised:
        load("one.toml")
    told = [str(problem) for problem in raised.value.problems]
    at = f"markets.{place}" if ":" not in place else place
    assert any(at in line and message in line for line in told), told


def test_a_table_is_read_anew_where_it_is_to_be_paths(folder: Path) -> None:
    """A history of one table is not taken for paths of the same one."""
    one = load("one.toml")
    assets = {"gilts": {"weight": 1}}
    inflation = {"kind": "column", "column": "prices"}
    changed = {"kind": "paths", "table": "tables/own.csv", "assets": assets, "inflation": inflation}
    with pytest.raises(ScenarioError, match="the column is missing"):
        one.but({"markets": changed})
    assert folder.is_dir()


def test_tables_of_one_name_in_two_folders_are_two(folder: Path) -> None:
    """Scenarios that differ in their history alone meet other markets, and are carried apart."""
    (folder / "other").mkdir()
    write(folder / "own.csv")
    write(folder / "other" / "own.csv", change=0.01)
    text = TEXT.replace("tables/own.csv", "own.csv")
    for place in ("one.toml", "other/one.toml"):
        (folder / place).write_text(text, encoding="utf-8")
    one, other = load(folder / "one.toml"), load(folder / "other/one.toml")
    assert not differ_in_sharing_alone(one, other)
    there = folder / "elsewhere"
    for number, scenario in enumerate((one, other, one)):
        written = carried(scenario, there, "elsewhere/")
        (folder / f"{number}.toml").write_text(written, encoding="utf-8")
    assert sorted(file.name for file in there.iterdir()) == ["own-2.csv", "own.csv"]
    found = [load(folder / f"{number}.toml").fingerprint for number in range(3)]
    assert found == [one.fingerprint, other.fingerprint, one.fingerprint]
    ((change, last),) = steps(one, other, lambda scenario: scenario.fingerprint)
    assert (change.groups, last) == (("markets and prices",), other.fingerprint)


def test_tables_of_areas_of_one_name_are_numbered_with_what_describes_them(folder: Path) -> None:
    texts = {"a": "code,name,population,x\na,A,5,1\nb,B,7,2\n"}
    texts["b"] = texts["a"].replace("7", "9")
    there = folder / "elsewhere"
    for name, text in texts.items():
        (folder / name).mkdir()
        (folder / name / "own.csv").write_text(text, encoding="utf-8")
        columns = "column,title,unit,nations,comparable,aggregate,vintage,source,licence\n"
        columns += "x,things,count,all,uk,sum,,ours,\n"
        (folder / name / "own.columns.csv").write_text(columns, encoding="utf-8")
        scenario = TEXT.replace("tables/own.csv", "../tables/own.csv")
        scenario += '\n[geography]\nareas = "own.csv"\nneed = "x"\n[funds.luc]\n'
        scenario += 'allocation = { kind = "per_capita" }\n'
        scenario = scenario.replace("years = 3", 'years = 3\nremove = ["funds.luc.allocation"]')
        (folder / name / "one.toml").write_text(scenario, encoding="utf-8")
        one = load(folder / name / "one.toml")
        (folder / f"{name}.toml").write_text(carried(one, there, "elsewhere/"), encoding="utf-8")
        assert load(folder / f"{name}.toml").fingerprint == one.fingerprint
    assert {"own-2.csv", "own-2.columns.csv"} < {file.name for file in there.iterdir()}
