"""What holds for every format: the same bytes, nothing in the way, one clear message."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fundsim.errors import RunError
from fundsim.exporting import FORMATS, export
from fundsim.exporting.placing import same
from fundsim.results.folder import Run
from tests.exporting.reading import made, refused


def few(to: str) -> tuple[str, ...]:
    """Name a small table, for a format that can hold some of them only."""
    return () if to in ("replication", "360giving") else ("summary",)


@pytest.mark.parametrize("to", FORMATS)
def test_two_exports_have_the_same_bytes(run: Run, tmp_path: Path, to: str) -> None:
    elsewhere = shutil.copytree(run.folder, tmp_path / "a copy" / "run")
    first = made(run, to, tmp_path / "first")
    second = made(Run(elsewhere), to, tmp_path / "another name")
    assert same(first, second)


def test_an_export_that_is_there_already_is_kept(run: Run, tmp_path: Path) -> None:
    first = made(run, "csv", tmp_path / "out", "summary")
    (first / "summary.csv").touch()
    assert made(run, "csv", tmp_path / "out", "summary") == first
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("to", FORMATS)
def test_what_is_there_is_never_replaced(run: Run, tmp_path: Path, to: str) -> None:
    (tmp_path / "mine").write_text("my own", encoding="utf-8")
    assert "holds something else; choose another with --out" in refused(
        run, to, tmp_path / "mine", *few(to)
    )
    assert (tmp_path / "mine").read_text("utf-8") == "my own"
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "mine").write_text("my own", encoding="utf-8")
    assert "holds something else" in refused(run, to, tmp_path / "folder", *few(to))
    assert {path.name for path in tmp_path.iterdir()} == {"mine", "folder"}


@pytest.mark.parametrize("to", FORMATS)
def test_a_place_that_cannot_be_written_to_is_said(run: Run, tmp_path: Path, to: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "cannot write" in refused(run, to, tmp_path / "file" / "out", *few(to))


@pytest.mark.parametrize("to", FORMATS)
def test_the_run_is_left_as_it_was(run: Run, tmp_path: Path, to: str) -> None:
    before = {path: path.read_bytes() for path in run.folder.rglob("*") if path.is_file()}
    made(run, to, tmp_path / "out", *few(to))
    assert {p: p.read_bytes() for p in run.folder.rglob("*") if p.is_file()} == before


def test_without_a_place_it_stands_beside_the_run(run: Run, tmp_path: Path) -> None:
    copy = shutil.copytree(run.folder, tmp_path / "run")
    place, remarks = export(copy, "csv", tables=["summary"])
    assert place == tmp_path / "run-csv"
    assert remarks == []
    assert sorted(path.name for path in place.iterdir()) == [
        *("columns.csv", "measures.csv", "provenance.json", "summary.csv"),
    ]


def test_no_export_becomes_part_of_the_run(run: Run) -> None:
    assert "part of the run's own folder" in refused(run, "csv", run.folder / "out")


def test_an_altered_run_is_not_exported(run: Run, tmp_path: Path) -> None:
    copy = shutil.copytree(run.folder, tmp_path / "run")
    (copy / "years.csv").write_text("year\n2021\n", encoding="utf-8")
    assert "years.csv was altered" in refused(Run(copy), "csv", tmp_path / "out")


def test_unknown_names_are_told_the_nearest(run: Run, tmp_path: Path) -> None:
    assert 'did you mean "xlsx"?' in refused(run, "xslx", tmp_path / "out")
    assert 'did you mean "years"?' in refused(run, "csv", tmp_path / "out", "yaers")
    with pytest.raises(RunError, match="not a finished run"):
        export(tmp_path, "csv")


def command(*words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "fundsim", "export", *words]
    return subprocess.run(line, check=False, capture_output=True, text=True)


def test_the_command_says_where_the_export_is(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = command(str(run.folder), "--to", "csv", "--table", "summary", "--out", str(out))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{out}\n", "")
    assert (out / "summary.csv").exists()


def test_the_command_refuses_in_one_line(run: Run, tmp_path: Path) -> None:
    for words in ([str(run.folder), "--to", "cvs"], [str(tmp_path), "--to", "csv"]):
        done = command(*words)
        assert done.returncode == 2
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 1


def test_another_answer_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"kind": "floors"}', encoding="utf-8")
    done = command(str(tmp_path), "--to", "csv")
    assert done.returncode == 2
    assert (
        "is an answer of fundsim floors, and only runs, comparisons and studies are exported"
        in done.stderr
    )


def test_help_names_every_format() -> None:
    told = command("--help").stdout
    assert all(name in told for name in FORMATS)


@pytest.mark.parametrize(
    ("to", "name", "expected"),
    [
        ("xlsx", "table.csv", "a name that ends in .xlsx"),
        ("csv", "out.zip", "the name of a folder"),
        ("replication", "out.json", "a name that ends in .zip"),
    ],
)
def test_a_name_that_says_another_kind_of_file_is_refused(
    run: Run, tmp_path: Path, to: str, name: str, expected: str
) -> None:
    assert f"expected {expected}" in refused(run, to, tmp_path / name, *few(to))
    assert list(tmp_path.iterdir()) == []


def test_a_manifest_that_says_other_than_its_scenario_is_refused(run: Run, tmp_path: Path) -> None:
    copy = shutil.copytree(run.folder, tmp_path / "run")
    manifest = (copy / "manifest.json").read_text("utf-8")
    (copy / "manifest.json").write_text(manifest.replace('"seed": 7', '"seed": 8'), "utf-8")
    said = refused(Run(copy), "csv", tmp_path / "out", "summary")
    assert "scenario.toml has the seed 7, the manifest says 8" in said
