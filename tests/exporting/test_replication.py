"""The archive: all that it takes to make the run again, and nothing of when and where."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from fundsim import load, reproducing
from fundsim.exporting.placing import same
from fundsim.results.folder import Run, open_run
from fundsim.results.verifying import differences
from tests.exporting import nasty
from tests.exporting.reading import made, refused, rows, tables

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def archive(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(run, "replication", tmp_path_factory.mktemp("zip") / "out.zip")


@pytest.fixture(scope="module")
def unpacked(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(archive) as file:
        assert file.testzip() is None
        file.extractall(place)
    [folder] = place.iterdir()
    return folder


def test_the_run_in_it_verifies_and_is_made_again(unpacked: Path) -> None:
    inside = open_run(unpacked / "run")
    assert list(differences(inside)) == []
    assert reproducing.reproduce(inside) == []


def test_every_file_of_the_run_is_in_it_byte_for_byte(run: Run, unpacked: Path) -> None:
    for name in run.manifest["files"]:
        assert same(run.folder / name, unpacked / "run" / name)
    assert (unpacked / "run/data/areas.csv").exists()


def test_names_are_sorted_and_dates_fixed(archive: Path) -> None:
    with zipfile.ZipFile(archive) as file:
        names = file.namelist()
        assert names == sorted(names)
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {name.split("/")[0] for name in names} == {names[0].split("/")[0]}


def test_the_same_run_made_again_gives_the_same_archive(
    run: Run, archive: Path, tmp_path: Path
) -> None:
    again = open_run(nasty.run(load(run.folder / "scenario.toml"), tmp_path / "elsewhere"))
    assert same(made(again, "replication", tmp_path / "again.zip"), archive)


def test_it_holds_the_lock_the_dictionary_and_the_citation(run: Run, unpacked: Path) -> None:
    assert same(unpacked / "requirements.txt", ROOT / "requirements.txt")
    told = rows(unpacked / "columns.csv")
    for name in tables(run):
        header = (unpacked / f"run/{name}.csv").read_text("utf-8").splitlines()[0].split(",")
        assert [row["column"] for row in told if row["table"] == name] == header
    citation = (unpacked / "CITATION.cff").read_text("utf-8")
    assert citation.startswith("cff-version: 1.2.0\n")
    assert run.manifest["fingerprint"] in citation
    inside = json.loads((unpacked / "run/manifest.json").read_text("utf-8"))
    assert run.manifest == inside | {k: run.manifest[k] for k in ("started", "seconds")}


def test_the_readme_names_every_file_and_what_is_unverified(unpacked: Path) -> None:
    text = (unpacked / "README.txt").read_text("utf-8")
    there = {f"{p.name}/" if p.is_dir() else p.name for p in unpacked.iterdir()}
    assert [name for name in there - {"README.txt"} if name not in text] == []
    assert "- unverified: seed" in text
    assert "fundsim reproduce run" in text


def test_a_choice_of_tables_is_refused(run: Run, tmp_path: Path) -> None:
    assert "leave --table out" in refused(run, "replication", tmp_path / "out.zip", "summary")


def test_what_was_there_stays(run: Run, archive: Path, tmp_path: Path) -> None:
    mine = shutil.copy(archive, tmp_path / "mine.zip")
    with zipfile.ZipFile(mine, "a") as file:
        file.writestr("more", "")
    before = Path(mine).read_bytes()
    assert "holds something else" in refused(run, "replication", Path(mine))
    assert Path(mine).read_bytes() == before
