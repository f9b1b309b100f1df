"""Tidy CSV: the run's own cells, a dictionary of every column and measure, nothing that runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import fundsim
from fundsim.exporting.dictionary import DESCRIBED
from fundsim.exporting.parcel import Parcel
from fundsim.results.folder import Run, open_run
from tests.exporting import nasty
from tests.exporting.reading import ACTIVE, WORDS, bare, made, own, rows, tables


@pytest.fixture(scope="module")
def folder(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(run, "csv", tmp_path_factory.mktemp("csv") / "out")


def test_every_table_of_the_run_reads_back_digit_for_digit(run: Run, folder: Path) -> None:
    for name in tables(run):
        exported = [bare(row) for row in rows(folder / f"{name}.csv")]
        for mine, theirs in zip(own(run, name), exported, strict=True):
            assert theirs == theirs | mine
            assert set(theirs) - set(mine) <= {"unit"}


def test_a_unit_is_added_where_it_differs_from_row_to_row(folder: Path) -> None:
    years = rows(folder / "years.csv")
    ratios = {row["measure"] for row in years if row["unit"] == "ratio"}
    assert ratios == {"capital_kept_whole"}
    assert {row["unit"] for row in years} == {"ratio", "pounds"}


def test_no_word_would_run_in_a_spreadsheet(folder: Path) -> None:
    found = {
        cell
        for path in folder.glob("*.csv")
        for row in rows(path)
        for key, cell in row.items()
        if key in WORDS
    }
    assert [cell for cell in found if cell.startswith(ACTIVE)] == []
    assert {f"'{code}" for code, *_ in nasty.AREAS[:4]} <= found
    assert "0012" in found


def test_the_dictionary_describes_each_column_in_order(run: Run, folder: Path) -> None:
    told = rows(folder / "columns.csv")
    for name in tables(run):
        header = (folder / f"{name}.csv").read_text("utf-8").splitlines()[0].split(",")
        of_table = [row for row in told if row["table"] == name]
        assert [row["column"] for row in of_table] == header
        assert all(row["meaning"] for row in of_table)
        assert [r["column"] for r in of_table if r["type"] == "number" and not r["unit"]] == []


def test_the_dictionary_describes_each_measure_once(run: Run, folder: Path) -> None:
    told = [(row["table"], row["measure"]) for row in rows(folder / "measures.csv")]
    found = {(n, row["measure"]) for n in tables(run) for row in own(run, n) if "measure" in row}
    assert len(told) == len(set(told))
    assert set(told) == found


def test_keys_tell_the_rows_of_a_table_apart(run: Run) -> None:
    for name in tables(run):
        key = DESCRIBED[name].key
        named = [tuple(row[column] for column in key) for row in own(run, name)]
        assert not key or len(named) == len(set(named))


def test_provenance_says_what_is_needed_and_no_time(run: Run, folder: Path) -> None:
    told = json.loads((folder / "provenance.json").read_text("utf-8"))
    for key in ("fingerprint", "seed", "paths", "years", "told_path", "versions"):
        assert told[key] == run.manifest[key]
    assert any(note.startswith("unverified: seed") for note in told["notes"])
    assert told["attribution"] == "Areas and their population: the user's own areas.csv."
    assert [one["name"] for one in told["licences"]] == ["Apache-2.0"]
    assert run.manifest["started"] not in json.dumps(told)


def test_a_scheme_of_dormant_assets_is_described_too(tmp_path: Path) -> None:
    scenario = fundsim.load("rfl-history-model", ["paths=2", "years=3"])
    done = open_run(nasty.run(scenario, tmp_path / "run"))
    folder = made(done, "csv", tmp_path / "out", "dormant_assets", "published")
    exported = rows(folder / "dormant_assets.csv")
    assert [bare(r) | {"unit": ""} for r in exported] == [
        row | {"unit": ""} for row in own(done, "dormant_assets")
    ]
    units = {row["unit"] for row in exported if row["measure"] == "ruined"}
    assert units == {"probability"}
    named = {one["name"] for one in Parcel.of(done).provenance["licences"]}
    assert "OGL-UK-3.0" in named
