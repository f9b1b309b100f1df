"""A chart's file alone, as somebody has it who was sent it: checked, and drawn again."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fundsim
from fundsim.charts import FORMATS, save
from fundsim.charts.embedding import put, take
from fundsim.charts.record import Record, hashed, packed, record_of, seal, unpacked
from fundsim.engine.simulate import simulate
from fundsim.errors import RunError
from fundsim.redrawing import open_drawn, reproduce_drawn, verify_drawn
from fundsim.scenario import Scenario, load
from tests.cli.inside import called

KINDS = (*FORMATS, "csv")
TEXT = """
extends = "kruger-endowment"
name = "own-tables"
years = 3
paths = 20
[geography]
areas = "tables/own.csv"
need = "hardship"
[markets]
kind = "bootstrap"
history = "tables/history.csv"
block = 4
inflation = { kind = "column", column = "prices" }
assets = { gilts = { weight = "100%" } }
[funds.luc]
allocation = { kind = "need_weighted", steepness = 1.0 }
"""
AREAS = """code,name,population,hardship
A1,"Ashby, <b>&amp;</b>",1000,1.5
A2,\u0645\u062f\u064a\u0646\u0629,3000,2
"""
COLUMNS = """column,title,unit,nations,comparable,aggregate,vintage,source,licence
hardship,Hardship,,all,uk,mean,March 2024,Our survey,CC BY 4.0
"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The spending and the areas of a small run, in every kind of file; nobody may alter them."""
    folder = tmp_path_factory.mktemp("saved")
    results = simulate(load("kruger-endowment"), paths=12, years=4)
    for name in ("spending", "areas_per_head"):
        save(name, results, folder, formats=FORMATS)
    return folder


@pytest.fixture
def charts(saved: Path, tmp_path: Path) -> Path:
    """The same, of the test's own."""
    return copytree(saved, tmp_path, dirs_exist_ok=True)


def altered(path: Path, change: Callable[[Record], dict[str, Any]]) -> Path:
    """Change what an SVG says of its origin and seal it again, as somebody might who knows how."""
    record, content = take("svg", path.read_bytes())
    path.write_bytes(put("svg", content, seal(open_record(record | change(record)), b"", content)))
    return path


def open_record(record: Record) -> Record:
    """Give a record without what binds it."""
    return {key: told for key, told in record.items() if key not in {"table", "content", "record"}}


@pytest.mark.parametrize("chart", ["spending", "areas_per_head"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_alone_is_verified_and_comes_out_again_byte_for_byte(
    kind: str, chart: str, saved: Path, tmp_path: Path
) -> None:
    for path in saved.glob(f"{chart}.{kind}*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    found = open_drawn(tmp_path / f"{chart}.{kind}")
    assert list(verify_drawn(found)) == []
    assert reproduce_drawn(found) == []


def test_a_changed_cell_is_noticed_and_told_by_how_many_pence(charts: Path) -> None:
    path = charts / "spending.csv"
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    mean = rows[0].index("mean")
    rows[2][mean] = f"{float(rows[2][mean]) + 0.07:.4f}"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows(rows)
    found = open_drawn(path)
    (said,) = verify_drawn(found)
    assert said.startswith("spending.csv: it was altered after it was drawn")
    told = reproduce_drawn(found)
    assert told[1] == "spending.csv differs"
    assert told[2].startswith("  spending: spending, luc, real: mean was ")
    assert told[2].endswith("(-7.00 pence)")
    assert len(told) == 3


def test_a_picture_of_other_figures_is_told(charts: Path) -> None:
    path = charts / "spending.svg"
    record, content = take("svg", path.read_bytes())
    other = content.replace(b">1 in 20", b">1 in 30", 1)
    path.write_bytes(put("svg", other, seal(open_record(record), b"another table", other)))
    found = open_drawn(path)
    assert list(verify_drawn(found)) == []
    told = reproduce_drawn(found)
    assert "spending.svg: the table behind it comes out otherwise" in told
    assert any(
        each.startswith("spending.svg: the drawing differs, first in line ") for each in told
    )


def test_a_scenario_that_is_not_the_one_stated_is_told(charts: Path) -> None:
    def richer(record: Record) -> Record:
        lines = [line.replace('"£2bn"', '"£3bn"') for line in record["files"]["scenario.toml"]]
        return {"files": record["files"] | {"scenario.toml": lines}}

    found = open_drawn(altered(charts / "spending.svg", richer))
    said = list(verify_drawn(found))
    assert any("its scenario has the fingerprint " in each for each in said)


def test_another_version_is_said_and_only_hashes_are_looked_at(charts: Path) -> None:
    found = open_drawn(altered(charts / "spending.svg", lambda _: {"fundsim": "0.0.1"}))
    assert list(verify_drawn(found)) == []
    with pytest.raises(RunError, match=rf"by fundsim 0\.0\.1, and this is {fundsim.__version__}"):
        reproduce_drawn(found)


def test_a_later_form_of_record_is_refused(charts: Path) -> None:
    path = altered(charts / "spending.svg", lambda _: {"format": 99, "fundsim": "9.0"})
    with pytest.raises(RunError, match=r"by fundsim 9\.0, and what it says .* use that version"):
        open_drawn(path)


# The user's own tables


def own_tables(folder: Path) -> Scenario:
    """Make a scenario of tables of areas and of markets that only its user has."""
    (folder / "tables").mkdir()
    (folder / "tables/own.csv").write_text(AREAS, "utf-8")
    (folder / "tables/own.columns.csv").write_text(COLUMNS, "utf-8")
    rows = (f"{1990 + row},{0.01 * (row % 7)},{0.02 + 0.001 * (row % 3)}" for row in range(20))
    (folder / "tables/history.csv").write_text("year,gilts,prices\n" + "\n".join(rows), "utf-8")
    (folder / "own.toml").write_text(TEXT, "utf-8")
    return load(folder / "own.toml")


@pytest.fixture
def own(tmp_path: Path) -> Scenario:
    return own_tables(tmp_path)


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The areas of that scenario in every kind of file, and where its tables were."""
    folder = tmp_path_factory.mktemp("sent")
    save("areas_per_head", simulate(own_tables(folder)), folder / "charts", formats=FORMATS)
    rmtree(folder / "tables")
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_own_tables_travel_inside(kind: str, sent: Path) -> None:
    found = open_drawn(sent / f"charts/areas_per_head.{kind}")
    names = {"own.csv", "own.columns.csv", "history.csv"}
    assert found.record["files"].keys() == {"scenario.toml", *(f"data/{name}" for name in names)}
    (told,) = (one for one in found.record["data"]["vintages"] if one["columns"] == ["hardship"])
    assert (told["vintage"], told["licence"]) == ("March 2024", "CC BY 4.0")
    assert str(sent).encode() not in found.data
    assert list(verify_drawn(found)) == []
    assert reproduce_drawn(found) == []


def test_of_a_large_table_name_and_hash_are_told_and_it_is_found_beside(
    own: Scenario, tmp_path: Path
) -> None:
    large = AREAS.encode() + b"".join(b"B%06d,,1,1\r\n" % row for row in range(20_000))
    (tmp_path / "tables/own.csv").write_bytes(large)
    record = record_of("run", own, {"name": "spending"})
    assert record is not None
    assert record["needs"] == {"data/own.csv": hashed(large)}
    assert "data/own.csv" not in record["files"]
    save("spending", simulate(own), tmp_path / "charts", formats=["svg"])
    found = open_drawn(tmp_path / "charts/spending.svg")
    with pytest.raises(RunError, match=r"needs the table own\.csv \(sha256:.*put it beside spendi"):
        reproduce_drawn(found)
    (tmp_path / "charts/own.csv").write_text(AREAS, "utf-8")
    with pytest.raises(RunError, match=r"is not the table that spending\.svg was made of"):
        reproduce_drawn(found)


def test_a_large_table_beside_the_file_is_read(
    own: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fundsim.charts.record.CARRIED", 10)
    save("spending", simulate(own), tmp_path / "charts", formats=["pdf"])
    for path in (tmp_path / "tables").iterdir():
        path.rename(tmp_path / "charts" / path.name)
    assert reproduce_drawn(open_drawn(tmp_path / "charts/spending.pdf")) == []


def test_a_table_that_is_gone_when_a_chart_is_drawn_is_told(own: Scenario, tmp_path: Path) -> None:
    results = simulate(own)
    (tmp_path / "tables/history.csv").unlink()
    with pytest.raises(RunError, match=r"history\.csv cannot be read .* put the table back"):
        save("spending", results, tmp_path / "charts")
    assert not (tmp_path / "charts").exists()


# What strangers may have written


@pytest.mark.parametrize("name", ["../evil", "data/../../evil", "/etc/evil", "data/a/b", "data/"])
@pytest.mark.parametrize("key", ["files", "needs"])
def test_a_file_of_a_name_that_leads_elsewhere_is_refused(
    name: str, key: str, charts: Path
) -> None:
    record, _ = take("svg", (charts / "spending.svg").read_bytes())
    path = altered(charts / "spending.svg", lambda _: {key: {**record.get(key, {}), name: ["x"]}})
    with pytest.raises(RunError, match="which fundsim never wrote"):
        list(verify_drawn(open_drawn(path)))


def test_a_scenario_that_reads_other_files_is_refused(own: Scenario, tmp_path: Path) -> None:
    def elsewhere(record: Record) -> Record:
        here = own.files[0].as_posix()
        lines = [line.replace("data/own.csv", here) for line in record["files"]["scenario.toml"]]
        return {"files": record["files"] | {"scenario.toml": lines}}

    path = altered(save("spending", simulate(own), tmp_path / "charts")[1], elsewhere)
    with pytest.raises(RunError, match=r"carries a scenario that reads .*own\.csv, which is not"):
        list(verify_drawn(open_drawn(path)))


@pytest.mark.parametrize(
    "files", [None, {}, {"scenario.toml": ["this is no TOML"]}, {"scenario.toml": {"like": 1}}, 7]
)
def test_a_scenario_that_is_none_is_told(files: Any, charts: Path) -> None:
    path = altered(charts / "spending.svg", lambda _: {"files": files})
    with pytest.raises(RunError, match=r"spending\.svg"):
        list(verify_drawn(open_drawn(path)))


# Charts of comparisons, and of figures that were looked for


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison of three rules, a pot that was shared, a solved rate, places left out."""
    folder = tmp_path_factory.mktemp("answers")
    rules = ("--rules", "per_capita", "--rules", "need_weighted(steepness=2)")
    size = ("--paths", "8", "--years", "3")
    target = ("--target", "no real cut over 10% with probability 0.5")
    for words in (
        ("compare", "kruger-endowment", *rules, *size, "--out", "compared"),
        ("allocate", "english-738m", "--amount", "£80m", *rules, "--out", "pot"),
        ("solve", "kruger-endowment", *target, *size, "--out", "solved"),
    ):
        done = start(*words, cwd=folder)
        assert done.returncode == 0, done.stderr
    start("chart", "compared", "pareto", "--format", "pdf", cwd=folder)
    return folder


@pytest.mark.parametrize(
    "name",
    [
        "compared/charts/pareto.pdf",
        "compared/charts/lorenz.csv",
        "compared/charts/rank_slopes-per_capita.svg",
        "pot/charts/winners_losers_map.png",
        "pot/charts/concentration.csv",
        "solved/charts/curve.svg",
        "solved/charts/curve.csv",
    ],
)
def test_charts_of_answers_come_out_again_from_their_file_alone(
    name: str, answers: Path, tmp_path: Path
) -> None:
    for path in (answers / name).parent.glob(f"{Path(name).name}*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    found = open_drawn(tmp_path / Path(name).name)
    assert list(verify_drawn(found)) == []
    assert reproduce_drawn(found) == []


def test_scenarios_after_the_first_are_carried_by_what_differs(answers: Path) -> None:
    record = open_drawn(answers / "compared/charts/lorenz.svg").record
    assert list(record["files"]) == [f"scenarios/{number}.toml" for number in range(3)]
    assert record["files"]["scenarios/2.toml"]["like"] == "scenarios/0.toml"
    for name, content in unpacked(record["files"]).items():
        assert content == (answers / "compared" / name).read_bytes()


def test_an_answer_to_another_question_names_its_command(charts: Path) -> None:
    found = open_drawn(altered(charts / "spending.svg", lambda _: {"kind": "answer"}))
    with pytest.raises(RunError, match=r"an answer of breadth or indices.* ask that command again"):
        reproduce_drawn(found)


def test_an_altered_record_is_nothing_to_go_by(charts: Path) -> None:
    path = charts / "spending.svg"
    record, content = take("svg", path.read_bytes())
    path.write_bytes(put("svg", content, record | {"seed": 8}))
    with pytest.raises(RunError, match="its own hash differs; it cannot be made again from that"):
        reproduce_drawn(open_drawn(path))


@given(st.dictionaries(st.sampled_from(["a.toml", "b.toml", "c.csv"]), st.text(), min_size=1))
def test_any_texts_are_packed_and_unpacked(texts: dict[str, str]) -> None:
    contents = {name: text.encode("utf-8") for name, text in texts.items()}
    assert unpacked(packed(contents)["files"]) == contents


# The commands


def start(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fundsim", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("plain.svg", "this SVG says nothing of its origin"),
        ("plain.png", "this is no PNG"),
        ("plain.csv", "plain.csv-metadata.json is not beside it"),
        ("notes.txt", "is neither a folder nor a chart"),
    ],
)
@pytest.mark.parametrize("command", ["verify", "reproduce"])
def test_a_file_that_is_none_of_ours_gets_one_message(
    command: str, name: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text("<svg/>", "utf-8")
    done = called(command, name, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_commands_answer_for_one_file(charts: Path) -> None:
    done = start("verify", "spending.png", cwd=charts)
    assert done.returncode == 0
    assert done.stdout.startswith("ok: spending.png is as it was drawn (spending of kruger-endow")
    done = start("reproduce", "spending.csv", cwd=charts)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("ok: spending.csv was drawn again, the same in every byte")
    (charts / "spending.csv").write_text("a,b\r\n1\r\n", "utf-8")
    assert start("reproduce", "spending.csv", cwd=charts).returncode == 1
    old = altered(charts / "spending.svg", lambda _: {"fundsim": "0.0.1"})
    done = start("verify", old.name, cwd=charts)
    assert done.returncode == 0
    assert "drawn by fundsim 0.0.1" in done.stdout
    assert "whether its scenario fits was not looked at" in done.stderr
