"""Exports of a comparison: its own figures digit for digit, described, and inert."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import duckdb
import openpyxl
import pytest
from click.testing import CliRunner
from frictionless import Package

from fundsim.cli.entry import fundsim
from fundsim.comparison.folder import Saved
from fundsim.errors import RunError
from fundsim.exporting import FORMATS, export
from fundsim.exporting.comparing import ComparedParcel
from fundsim.exporting.placing import same
from fundsim.results.table import as_given
from tests.exporting import nasty
from tests.exporting.reading import ACTIVE, rows

NETCDF, GRANTS = "netcdf", "360giving"


def called(*words: object) -> str:
    done = CliRunner().invoke(fundsim, list(map(str, words)))
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three rules compared on areas with nasty names."""
    place = tmp_path_factory.mktemp("compared")
    nasty.nasty(place)
    asked = "compare", place / "nasty.toml", "--fund", "long", "--rules", "per_capita,equal"
    called(
        *asked,
        "--paths",
        250,
        "--set",
        "sampling=plain",
        "--out",
        place / "found",
        "--quiet",
        "--no-charts",
    )
    return place / "found"


def made(compared: Path, to: str, place: Path, *names: str) -> Path:
    return export(compared, to, out=place, tables=names)[0]


@pytest.mark.parametrize("to", [name for name in FORMATS if name not in (NETCDF, GRANTS)])
def test_the_same_comparison_gives_the_same_bytes(compared: Path, tmp_path: Path, to: str) -> None:
    first = made(compared, to, tmp_path / "one")
    assert same(first, made(compared, to, tmp_path / "other"))


def test_csv_holds_its_own_cells_and_describes_each_column(compared: Path, tmp_path: Path) -> None:
    folder = made(compared, "csv", tmp_path / "out")
    told = rows(folder / "columns.csv")
    names = sorted(path.stem for path in compared.glob("*.csv"))
    assert len(names) >= 7
    for name in names:
        assert (folder / f"{name}.csv").read_bytes() == (compared / f"{name}.csv").read_bytes()
        of_table = [row for row in told if row["table"] == name]
        assert [row["column"] for row in of_table] == list(rows(folder / f"{name}.csv")[0])
        assert all(row["meaning"] for row in of_table)
        assert all(row["unit"] for row in of_table if row["type"] == "number")
    cells = [cell for row in rows(folder / "areas.csv") for cell in row.values()]
    assert [c for c in cells if c.startswith(ACTIVE) and not c[1:].replace(".", "").isdigit()] == []


def test_keys_tell_the_rows_apart(compared: Path) -> None:
    for table in ComparedParcel.of(Saved(compared)).tables:
        place = [[column.name for column in table.columns].index(name) for name in table.key]
        keys = [tuple(row[n] for n in place) for row in table.saved()]
        assert len(keys) == len(set(keys)), table.name


def test_parquet_and_excel_hold_the_same_numbers(compared: Path, tmp_path: Path) -> None:
    folder = made(compared, "parquet", tmp_path / "parquet")
    book = openpyxl.load_workbook(made(compared, "xlsx", tmp_path / "out.xlsx"))
    mine = rows(compared / "areas.csv")
    head, *sheet = book["areas"].iter_rows(values_only=True)
    found = duckdb.execute("SELECT * FROM read_parquet(?)", [str(folder / "areas.parquet")])
    names = [column[0] for column in found.description or []]
    assert list(head) == names == list(mine[0])
    for row, typed, stored in zip(mine, sheet, found.fetchall(), strict=True):
        for cell, one, other, name in zip(row.values(), typed, stored, names, strict=True):
            if name in ("pounds", "difference", "chance_of_gaining", "population"):
                assert one == other == (float(cell) if cell else None)
    assert "charts" in book.sheetnames


def test_the_data_package_validates(compared: Path, tmp_path: Path) -> None:
    folder = made(compared, "datapackage", tmp_path / "package")
    assert Package(str(folder / "datapackage.json")).validate().valid


def test_a_document_shows_rules_and_measures_with_pictures(compared: Path, tmp_path: Path) -> None:
    document = docx.Document(str(made(compared, "docx", tmp_path / "out.docx")))
    heads = {table.rows[0].cells[0].text for table in document.tables}
    assert {"rule", "measure", "aim"} <= heads
    assert len(document.inline_shapes) >= 3


def test_an_archive_compares_again(compared: Path, tmp_path: Path) -> None:
    place = made(compared, "replication", tmp_path / "out.zip")
    with zipfile.ZipFile(place) as archive:
        archive.extractall(tmp_path / "there")
    (root,) = (tmp_path / "there").iterdir()
    assert "fundsim reproduce comparison" in (root / "README.txt").read_text("utf-8")
    called("verify", root / "comparison")
    called("reproduce", root / "comparison")


def test_what_cannot_be_is_said(compared: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="a comparison has no paths and years to be axes"):
        made(compared, NETCDF, tmp_path / "out.nc")
    with pytest.raises(RunError, match="a comparison tells no single path"):
        made(compared, GRANTS, tmp_path / "out.json")
    with pytest.raises(RunError, match='did you mean "areas"'):
        made(compared, "csv", tmp_path / "out", "aeras")
    assert list(tmp_path.iterdir()) == []


def test_names_are_those_of_the_users_table(compared: Path, tmp_path: Path) -> None:
    folder = made(compared, "csv", tmp_path / "out", "areas")
    found = {as_given(row["area"]) for row in rows(folder / "areas.csv")}
    assert found == {code for code, *_ in nasty.AREAS}
