"""The archive of a study: it verifies elsewhere without being run, and is made again."""

from __future__ import annotations

import csv
import json
import re
import shutil
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fundsim.cli.entry import fundsim
from fundsim.errors import RunError
from fundsim.exporting import export
from fundsim.exporting.placing import same
from fundsim.studies import planned
from fundsim.studies.folder import open_study
from fundsim.studies.pieces import Pieces
from fundsim.studies.running import left_to_do
from tests.studies.world import RATES, written

ROOT = Path(__file__).parents[2]
VARY = {
    "ahead": {"kind": "list", "cases": {"cheap": {"markets.fee": "0.3%"}, "as it is": {}}},
    "rate": {"kind": "grid", "values": {RATES: ["3%", "6%"]}},
}
ASKED = {
    "vary": VARY,
    "futures": ["ahead"],
    "sources": {"ahead": "unverified: a guess", "rate": "https://example.org/rates"},
}


def called(*words: str | Path) -> Result:
    return CliRunner().invoke(fundsim, [str(word) for word in words])


def compared(folder: Path, place: Path, *, paths: int = 500) -> Path:
    """Compare the policies of a small study, and give its folder."""
    study = written(folder, paths=paths, years=4, **ASKED)
    assert called("compare", study, "--out", place, "--no-charts", "--quiet").exit_code == 0
    return place


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    return compared(folder / "in", folder / "out")


@pytest.fixture(scope="module")
def archive(study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("zip") / "out.zip"
    done = called("export", study, "--to", "replication", "--out", place)
    assert (done.exit_code, done.stdout) == (0, f"{place}\n")
    return place


@pytest.fixture
def unpacked(archive: Path, tmp_path: Path) -> Path:
    with zipfile.ZipFile(archive) as file:
        assert file.testzip() is None
        file.extractall(tmp_path / "there")
    (root,) = (tmp_path / "there").iterdir()
    return root


def test_the_study_in_it_verifies_and_simulates_nothing(unpacked: Path) -> None:
    inside = unpacked / "study"
    assert "policies.csv, criteria.csv and regrets.csv are what" in called("verify", inside).stdout
    assert left_to_do(planned(open_study(inside)), Pieces(inside / "pieces")) == []
    before = {path: path.read_bytes() for path in inside.rglob("*") if path.is_file()}
    done = called("batch", inside)
    assert (done.exit_code, done.stderr) == (0, "4 of 4 runs are there already\n")
    assert {path: path.read_bytes() for path in inside.rglob("*") if path.is_file()} == before


def test_what_the_readme_tells_makes_every_byte_again(unpacked: Path) -> None:
    text = (unpacked / "README.txt").read_text("utf-8")
    inside, again = unpacked / "study", unpacked / "again"
    steps = re.findall(r"^   (cp|rm|diff|fundsim)\b(.*)$", text, flags=re.MULTILINE)
    assert [" ".join((verb, *rest.split())) for verb, rest in steps] == [
        "cp -r study again",
        "rm -r again/pieces",
        "fundsim batch again",
        "diff -r study again",
        "fundsim verify again",
    ]
    shutil.copytree(inside, again)
    shutil.rmtree(again / "pieces")
    assert called("batch", again, "--workers", "1").exit_code == 0
    assert same(inside, again)
    assert called("verify", again).exit_code == 0


def test_it_holds_all_that_is_needed_and_names_it(study: Path, unpacked: Path) -> None:
    there = {f"{p.name}/" if p.is_dir() else p.name for p in unpacked.iterdir()}
    assert there == {
        *("study/", "columns.csv", "measures.csv", "requirements.txt", "provenance.json"),
        *("CITATION.cff", "README.txt"),
    }
    text = (unpacked / "README.txt").read_text("utf-8")
    assert [name for name in there - {"README.txt"} if name not in text] == []
    assert "- unverified: ahead: a guess" in text
    assert same(unpacked / "requirements.txt", ROOT / "requirements.txt")
    assert same(study, unpacked / "study")
    known = json.loads((unpacked / "provenance.json").read_text("utf-8"))
    plan = planned(open_study(study))
    assert known["fingerprint"] == plan.fingerprint
    assert known["scenario_fingerprint"] == plan.loaded.scenario.fingerprint
    assert known["seeds"] == [plan.loaded.scenario.seed]
    assert known["study_sources"]["rate"] == "https://example.org/rates"
    assert plan.fingerprint in (unpacked / "CITATION.cff").read_text("utf-8")
    with (unpacked / "columns.csv").open(encoding="utf-8", newline="") as file:
        described = list(csv.DictReader(file))
    for table in study.glob("*.csv"):
        if table.name not in there:
            header = table.read_text("utf-8").splitlines()[0].split(",")
            own = [row["column"] for row in described if row["table"] == table.stem]
            assert own == header
            assert f"{table.stem} " in text


def test_the_same_study_gives_the_same_archive_whatever_its_history(
    archive: Path, tmp_path: Path
) -> None:
    """One that had fewer paths at first, and a rate that it has no more."""
    place = compared(tmp_path / "in", tmp_path / "grown", paths=250)
    pieces = {path.name for path in (place / "pieces").iterdir()}
    compared(tmp_path / "in", place)
    assert pieces < {path.name for path in (place / "pieces").iterdir()}
    made, _ = export(place, "replication")
    assert made == tmp_path / "grown-replication.zip"
    assert same(made, archive)
    with zipfile.ZipFile(made) as file:
        names = file.namelist()
        assert names == sorted(names)
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_study_with_failed_runs_keeps_their_reasons(tmp_path: Path) -> None:
    vary = {"rates": {"kind": "grid", "values": {RATES: ["3%", "5%"]}}}
    place = tmp_path / "out"
    called("batch", written(tmp_path, vary=vary, paths=250), "--out", place, "--quiet")
    pieces, plan = Pieces(place / "pieces"), planned(open_study(place))
    lost = plan.key(plan.runs[1])
    pieces.clear([path.name for path in pieces.listed()[lost]])
    pieces.keep_failure(lost, (0, 250), "the fund broke")
    assert called("batch", place, "--quiet").exit_code == 1
    made, _ = export(place, "replication")
    with zipfile.ZipFile(made) as file:
        file.extractall(tmp_path / "there")
        assert any(name.endswith(f"pieces/{lost}.0-250.failed.txt") for name in file.namelist())
    (root,) = (tmp_path / "there").iterdir()
    assert called("verify", root / "study").exit_code == 0
    assert "of which 1 failed" in (root / "README.txt").read_text("utf-8")


def test_a_package_that_the_lock_leaves_out_is_named_with_its_version(tmp_path: Path) -> None:
    drawn = {RATES: {"kind": "uniform", "low": "3%", "high": "5%"}}
    vary = {"of": {"kind": "morris", "trajectories": 4, "distributions": drawn}}
    study, place = written(tmp_path, vary=vary, paths=250, years=4), tmp_path / "out"
    called("batch", study, "--out", place, "--quiet")
    made, _ = export(place, "replication")
    with zipfile.ZipFile(made) as file:
        root = file.namelist()[0].split("/")[0]
        text = file.read(f"{root}/README.txt").decode()
        known = json.loads(file.read(f"{root}/provenance.json"))
    assert f"pip install salib=={version('salib')}\n" in text
    assert known["versions"]["salib"] == version("salib")
    assert "salib" not in (ROOT / "requirements.txt").read_text("utf-8")


def test_what_is_not_whole_is_refused(study: Path, tmp_path: Path) -> None:
    place = shutil.copytree(study, tmp_path / "study")
    criteria = (place / "criteria.csv").read_bytes()
    (place / "criteria.csv").write_bytes(criteria.replace(b"no", b"yes"))
    with pytest.raises(RunError, match=r"does not verify \(criteria\.csv is not what the pieces"):
        export(place, "replication")
    (place / "criteria.csv").write_bytes(criteria)
    next((place / "pieces").iterdir()).unlink()
    with pytest.raises(RunError, match=r"does not verify \(pieces/ lacks run \d\); only whole"):
        export(place, "replication")
    (place / "manifest.json").unlink()
    with pytest.raises(RunError, match="is not finished yet; go on with fundsim batch"):
        export(place, "replication")
    assert [path.name for path in tmp_path.iterdir()] == ["study"]


def test_other_formats_and_a_choice_of_tables_are_refused(study: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"to replication only, and .* its tables stand in it"):
        export(study, "xlsx", out=tmp_path / "out.xlsx")
    with pytest.raises(RunError, match="holds the whole study; leave --table out"):
        export(study, "replication", out=tmp_path / "out.zip", tables=["criteria"])
    assert list(tmp_path.iterdir()) == []
