"""A large table of a study opens elsewhere: in pandas with its types, and in a spreadsheet."""

from __future__ import annotations

import csv
import shutil
import subprocess
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from fundsim.metrics.catalogue import METRICS
from fundsim.money import Real
from fundsim.results.tables import SPREAD
from fundsim.studies import Plan, Run
from fundsim.studies.folder import begin, finish
from fundsim.studies.state import state_of
from tests.studies.world import RATES, plan_of

CASES, ROWS = 150, 10_000
OPENING = "funds.fund.opening"
PARTS = "funds.fund.spending.parts"
TYPES = {"string": "string", "integer": "Int64", "number": "float64"}
SPREADSHEET = shutil.which("soffice") or shutil.which("libreoffice")


def some(plan: Plan, run: Run) -> Real:
    """Make up figures of a run: pence beyond 32 bits, chances, and one that no path has."""
    assert run.scenario is not None
    made = np.random.default_rng(run.number).random((len(plan.looks), run.scenario.paths))
    for row, look in enumerate(plan.looks):
        unit = METRICS[look.measure].unit
        if unit == "pounds":
            made[row] *= 1e13
        elif unit == "probability":
            made[row] = made[row].round()
        elif unit == "year":
            made[row] = np.nan
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study's folder with a table of 10,000 rows; one run cannot be made, one has failed."""
    place = tmp_path_factory.mktemp("opening")
    closes = {"on": date(2021, 6, 1), "residue": "treasury"}  # before the later of two starts
    cases = {f"{n:03}": {"seed": n} for n in range(CASES)} | {"=1+1": {"funds.fund.closes": closes}}
    values = {RATES: ["3%", 0.05], OPENING: ["£2bn", "£3.5bn"], PARTS: [1, 2], "paths": [4, 5]}
    values["start"] = ["2021-04-01", "2022-04-01"]
    vary = {"id": {"kind": "list", "cases": cases}, "of": {"kind": "zip", "values": values}}
    plan = plan_of(place / "in", vary=vary, measures=[*METRICS])
    pieces = begin(plan.loaded, place / "out")
    first, *others = (run for run in plan.runs if run.scenario)
    pieces.keep_failure(plan.key(first), (0, 4), "a fault, with commas,\nand lines")
    for run in others:
        pieces.keep(plan.key(run), some(plan, run))
    finish(plan, pieces, place / "out", state_of(plan, pieces))
    return place / "out"


def kinds(folder: Path) -> dict[str, str]:
    with (folder / "columns.csv").open(encoding="utf-8", newline="") as file:
        return {row["column"]: row["type"] for row in csv.DictReader(file)}


def of_parquet(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "table.parquet", dtype_backend="numpy_nullable")


def of_csv(folder: Path) -> pd.DataFrame:
    types = {column: TYPES[kind] for column, kind in kinds(folder).items()}
    return pd.read_csv(folder / "table.csv", dtype=types, keep_default_na=False, na_values=[""])


def test_both_files_hold_the_same_table_with_its_types(folder: Path) -> None:
    one, other = of_parquet(folder), of_csv(folder)
    assert len(one) >= ROWS
    for column, kind in kinds(folder).items():
        assert str(one[column].dtype).lower() == TYPES[kind].lower(), column
        assert (one[column].isna() == other[column].isna()).all(), column
        assert (one[column].dropna() == other[column].dropna()).all(), column


def test_every_cell_is_what_was_run(folder: Path) -> None:
    frame = of_parquet(folder)
    assert kinds(folder)[PARTS] == kinds(folder)["seed"] == "integer"
    assert frame["id"].iloc[-1] == "'=1+1"
    assert {*frame["id"].unique()} >= {"000", "007", "149"}
    assert {*frame[OPENING].unique()} == {2e9, 3.5e9}
    assert {*frame[RATES].unique()} == {0.03, 0.05}
    whole = frame[frame["measure"] == "spending"]
    assert whole["mean"].max() > 2**32
    assert (frame[frame["id"] == "007"]["seed"] == 7).all()
    missing = frame[frame["measure"] == "year_of_exhaustion"]
    assert missing["mean"].isna().all()
    failed = frame[frame["failed"].notna()]
    assert len(failed) == 2
    assert failed["measure"].isna().all()
    assert failed["failed"].iloc[0] == "a fault, with commas, and lines"
    assert failed["fingerprint"].isna().tolist() == [False, True]
    assert failed["paths"].tolist() == [4, 5]


def test_whole_numbers_are_whole_by_default_also_where_a_run_cannot_be_made(
    tmp_path: Path,
) -> None:
    pairs = {"plain": {}, "pairs": {"sampling": "antithetic"}}
    vary = {
        "rates": {"kind": "grid", "values": {RATES: ["3%", "5%"], "paths": [250, 4000]}},
        "sampling": {"kind": "list", "cases": pairs},
    }
    plan = plan_of(tmp_path / "in", vary=vary)
    pieces = begin(plan.loaded, tmp_path / "out")
    for run in (run for run in plan.runs if run.scenario):
        pieces.keep(plan.key(run), some(plan, run))
    finish(plan, pieces, tmp_path / "out", state_of(plan, pieces))
    for frame in (
        pd.read_parquet(tmp_path / "out" / "table.parquet"),
        pd.read_csv(tmp_path / "out" / "table.csv"),
    ):
        assert frame["failed"].notna().any()
        types = {name: str(kind) for name, kind in frame.dtypes.items()}
        assert {types[name] for name in ("run", "paths", "years", "seed")} == {"int64"}
        assert {types[name] for name in (RATES, *SPREAD)} == {"float64"}


@pytest.mark.skipif(SPREADSHEET is None, reason="no LibreOffice is installed to open it")
def test_a_spreadsheet_shows_every_row_and_its_numbers_as_numbers(
    folder: Path, tmp_path: Path
) -> None:
    assert SPREADSHEET is not None
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    done = subprocess.run(
        [SPREADSHEET, home, "--headless", "--convert-to", "xlsx", folder / "table.csv"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (tmp_path / "table.xlsx").is_file(), done.stdout + done.stderr
    with closing(load_workbook(tmp_path / "table.xlsx", read_only=True)) as book:
        head, *rows = book.active.values
    frame = of_parquet(folder)
    assert list(head) == list(frame.columns)
    assert len(rows) == len(frame)
    for column, kind in kinds(folder).items():
        cells = [row[head.index(column)] for row in rows]
        whole = frame[column]
        if kind != "string":
            assert [cell is None for cell in cells] == whole.isna().tolist(), column
            assert [cell for cell in cells if cell is not None] == whole.dropna().tolist(), column
    assert [row[head.index("measure")] for row in rows] == [
        None if name is pd.NA else name for name in frame["measure"]
    ]
    assert rows[-1][head.index("id")] == "'=1+1"
