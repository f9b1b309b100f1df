"""Parquet, read by duckdb itself: types, nulls, units, and the run's own figures."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from fundsim.results.folder import Run
from tests.exporting.reading import made, own, tables


@pytest.fixture(scope="module")
def folder(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(run, "parquet", tmp_path_factory.mktemp("parquet") / "it's out")


def asked(question: str, path: Path) -> list[dict[str, Any]]:
    found = duckdb.execute(question, [str(path)])
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def as_saved(value: object, cell: str) -> str:
    """Write a value as the run's own table does, with as many decimals."""
    if isinstance(value, float):
        return f"{value:.{len(cell.partition('.')[2])}f}"
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value).removeprefix("'")


def test_tables_read_back_digit_for_digit_in_their_order(run: Run, folder: Path) -> None:
    for name in tables(run):
        found = asked("SELECT * FROM read_parquet(?)", folder / f"{name}.parquet")
        for mine, row in zip(own(run, name), found, strict=True):
            assert {key: as_saved(row[key], cell) for key, cell in mine.items()} == mine


def test_columns_have_types(folder: Path) -> None:
    def types(name: str) -> dict[str, str]:
        told = asked("DESCRIBE SELECT * FROM read_parquet(?)", folder / f"{name}.parquet")
        return {row["column_name"]: row["column_type"] for row in told}

    assert types("journal")["date"] == "DATE"
    assert types("journal")["pence"] == "BIGINT"
    assert types("years")["mean"] == "DOUBLE"
    assert types("years")["year"] == "BIGINT"
    assert types("areas")["area"] == "VARCHAR"


def test_what_is_missing_is_null_and_not_a_number_or_nothing(run: Run, folder: Path) -> None:
    question = "SELECT count(*) AS n FROM read_parquet(?) WHERE p05 IS NULL"
    [row] = asked(question, folder / "foundations.parquet")
    assert row["n"] == sum(1 for mine in own(run, "foundations") if not mine["p05"])
    assert row["n"] > 0


def test_each_file_says_its_run_and_its_units(run: Run, folder: Path) -> None:
    for name in tables(run):
        told = asked("SELECT * FROM parquet_kv_metadata(?)", folder / f"{name}.parquet")
        stated = {row["key"].decode(): row["value"].decode() for row in told}
        assert stated["fingerprint"] == run.manifest["fingerprint"]
        units = {column: one["unit"] for column, one in json.loads(stated["columns"]).items()}
        assert set(own(run, name)[0]) <= set(units)
        assert units.get("pence", "pence") == "pence"
