"""The data package, validated by the Frictionless tool itself."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fundsim.results.folder import Run
from tests.exporting.reading import bare, made, own, rows, tables


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    return made(run, "datapackage", tmp_path / "out")


def validated(folder: Path) -> dict[str, Any]:
    """Ask the tool, in a process of its own, since it warns of its own dependencies."""
    program = str(Path(sys.executable).with_name("frictionless"))
    command = [program, "validate", "--json", str(folder / "datapackage.json")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    return answer


def described(folder: Path) -> dict[str, Any]:
    found = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def test_it_validates_with_its_own_tool(run: Run, folder: Path) -> None:
    answer = validated(folder)
    assert answer["valid"], answer
    lengths = {task["name"]: task["stats"]["rows"] for task in answer["tasks"]}
    assert {name: len(own(run, name)) for name in tables(run)} == {
        name: lengths[name] for name in tables(run)
    }


@pytest.mark.parametrize(
    ("name", "before", "after", "kind"),
    [
        ("years", ",nominal,2024,pounds,", ",nominal,year one,pounds,", "type-error"),
        ("areas_told", "'=A1,long,allocated,2024,", ",long,allocated,2024,", "constraint-error"),
        ("columns", "areas,area,string,", "areas,name,string,", "primary-key"),
    ],
)
def test_the_tool_sees_a_planted_fault(
    folder: Path, name: str, before: str, after: str, kind: str
) -> None:
    path = folder / f"{name}.csv"
    text = path.read_bytes().decode()
    assert before in text
    path.write_bytes(text.replace(before, after, 1).encode())
    answer = validated(folder)
    assert not answer["valid"]
    assert kind in {error["type"] for task in answer["tasks"] for error in task["errors"]}


def test_tables_read_back_digit_for_digit(run: Run, folder: Path) -> None:
    for name in tables(run):
        exported = [bare(row) for row in rows(folder / f"{name}.csv")]
        for mine, theirs in zip(own(run, name), exported, strict=True):
            assert theirs == theirs | mine


def test_every_file_is_described_with_its_hash(folder: Path) -> None:
    told = {one["path"]: one["hash"] for one in described(folder)["resources"]}
    found = {
        path.name: f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in folder.glob("*.csv")
    }
    assert told == found


def test_figures_have_units_and_keys(folder: Path) -> None:
    tables_told = {one["name"]: one["schema"] for one in described(folder)["resources"]}
    units = {field["name"]: field.get("unit") for field in tables_told["areas"]["fields"]}
    assert units["mean"] == "pounds"
    assert units["per_head"] == "pounds a head"
    assert units["area"] is None
    assert tables_told["years"]["primaryKey"] == ["measure", "fund", "basis", "year"]
    assert all(schema["missingValues"] == [""] for schema in tables_told.values())


def test_licences_and_sources_are_named(folder: Path) -> None:
    told = described(folder)
    assert told["licenses"][0]["name"] == "Apache-2.0"
    assert any("=2+2, a source" in one["title"] for one in told["sources"])
