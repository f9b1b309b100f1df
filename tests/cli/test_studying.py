"""The commands batch and sensitivity, as a researcher calls them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fundsim.cli.entry import fundsim
from tests.studies.world import RATES, written

TORNADO = {
    "of": {
        "kind": "one_at_a_time",
        "assumptions": {
            "rate": {"low": {RATES: "3%"}, "high": {RATES: "5%"}},
            "fee": {"low": {"markets.fee": "0.4%"}, "high": {"markets.fee": "0.6%"}},
        },
    }
}


def called(*words: str | Path) -> Result:
    return CliRunner().invoke(fundsim, [str(word) for word in words])


def test_a_dry_run_says_what_would_be_done_and_does_nothing(tmp_path: Path) -> None:
    study, place = written(tmp_path), tmp_path / "out"
    found = called("batch", study, "--dry-run", "--out", place)
    assert found.exit_code == 0
    assert found.stdout.splitlines() == [
        "rates: 2 runs",
        "done 0, failed 0, open 2",
        "still to simulate: 1,000 paths; 0.0 MB of pieces",
        f"place {place}",
    ]
    assert not place.exists()


def test_a_batch_leaves_its_table_and_goes_on_from_what_is_done(tmp_path: Path) -> None:
    study, place = written(tmp_path), tmp_path / "out"
    found = called("batch", study, "--out", place, "--format", "csv")
    assert found.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    assert [row[RATES] for row in rows] == ["0.03", "0.03", "0.05", "0.05"]
    with (place / "table.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == rows
    assert called("verify", place).exit_code == 0
    again = called("batch", place)
    assert "2 of 2 runs are there already" in again.stderr
    assert called("batch", place, "--status").stdout.splitlines()[1] == "done 2, failed 0, open 0"


def test_what_was_altered_is_found(tmp_path: Path) -> None:
    study, place = written(tmp_path), tmp_path / "out"
    called("batch", study, "--out", place, "--quiet")
    table = place / "table.csv"
    table.write_text(table.read_text("utf-8").replace("0.03", "0.04"), "utf-8", newline="")
    piece = next((place / "pieces").iterdir())
    piece.write_bytes(piece.read_bytes()[:-1] + b"\1")
    found = called("verify", place)
    assert found.exit_code == 1
    assert "table.csv was altered" in found.stdout
    assert f"pieces/{piece.name} was altered" in found.stdout


def test_an_unfinished_study_says_how_to_go_on(tmp_path: Path) -> None:
    study, place = written(tmp_path), tmp_path / "out"
    called("batch", study, "--out", place, "--quiet")
    (place / "manifest.json").unlink()
    assert str(called("verify", place).exception) == (
        f"{place} is not finished yet; go on with fundsim batch {place}"
    )


def test_a_failed_run_is_a_row_and_exit_1(tmp_path: Path) -> None:
    vary = {
        "many": {"kind": "grid", "values": {"paths": [250, 4000]}},
        "sampling": {"kind": "list", "cases": {"plain": {}, "sets": {"sampling": "sobol"}}},
    }
    found = called("batch", written(tmp_path, vary=vary), "--out", tmp_path / "out")
    assert found.exit_code == 1
    assert "1 run of 4 failed; see column failed" in found.stdout
    assert json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["failed"] == 1


@pytest.mark.parametrize("form", ["table", "csv"])
def test_sensitivity_prints_what_moves_the_answer_and_draws_it(tmp_path: Path, form: str) -> None:
    study, place = written(tmp_path, vary=TORNADO, measures=["spending"]), tmp_path / "out"
    found = called("sensitivity", study, "--out", place, "--format", form)
    assert found.exit_code == 0
    if form == "csv":
        assert found.stdout == (place / "tornado.csv").read_text("utf-8").replace("\r\n", "\n")
    else:
        assert "What moves it most is the rate: £" in found.stdout
    names = sorted(path.name for path in (place / "charts").iterdir() if path.suffix != ".json")
    assert names == ["tornado-spending.csv", "tornado-spending.png", "tornado-spending.svg"]


def test_a_study_that_moves_nothing_alone_is_told_what_to_add(tmp_path: Path) -> None:
    found = called("sensitivity", written(tmp_path), "--out", tmp_path / "out")
    assert 'add a block of kind "one_at_a_time"' in str(found.exception)
