"""The workbook, read by openpyxl: typed cells, frozen heads, a cover, nothing that runs."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.escape import unescape
from xlsxwriter import Workbook

from fundsim.errors import RunError
from fundsim.exporting import workbook
from fundsim.results.folder import Run
from tests.exporting.reading import WORDS, made, own, refused, tables


@pytest.fixture(scope="module")
def place(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(run, "xlsx", tmp_path_factory.mktemp("xlsx") / "out.xlsx")


@pytest.fixture(scope="module")
def book(place: Path) -> Any:
    return openpyxl.load_workbook(place)


def as_saved(value: object, cell: str) -> str:
    """Write a typed cell as the run's own table does, with as many decimals."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, str):
        return str(unescape(value)).removeprefix("'")  # openpyxl leaves _x0007_ as it stands
    assert isinstance(value, int | float)
    return f"{value:.{len(cell.partition('.')[2])}f}"


def test_every_cell_is_that_of_the_run_digit_for_digit(run: Run, book: Any) -> None:
    for name in tables(run):
        head, *rest = book[name].iter_rows(values_only=True)
        for mine, cells in zip(own(run, name), rest, strict=True):
            found = dict(zip(head, cells, strict=True))
            assert {key: as_saved(found[key], cell) for key, cell in mine.items()} == mine


def test_cells_have_types(run: Run, book: Any) -> None:
    for name in tables(run):
        head, *rest = book[name].iter_rows()
        for row in rest:
            for name_of, cell in zip((c.value for c in head), row, strict=True):
                if cell.value is not None and name_of != "date":
                    assert cell.data_type == ("s" if name_of in WORDS else "n")


def test_days_are_days(book: Any) -> None:
    assert book["journal"]["A2"].is_date
    assert book["journal"]["A2"].value == datetime(2024, 2, 29)  # noqa: DTZ001 - a day of the journal


def test_no_cell_is_a_formula_or_a_link(book: Any) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert [cell for cell in cells if cell.hyperlink] == []
    assert any(cell.value == "'@SUM(1+9)" for cell in cells)
    assert any(cell.value == "0012" for cell in cells)


def test_money_is_shown_in_pounds_and_ratios_are_not(book: Any) -> None:
    sheet = book["summary"]
    names = [cell.value for cell in sheet[1]]
    of_unit = {
        row[names.index("unit")].value: row[names.index("mean")].number_format
        for row in sheet.iter_rows(min_row=2)
        if row[names.index("mean")].value is not None
    }
    assert of_unit["pounds"].startswith("£")
    assert of_unit["ratio"] == "0.0000"
    assert of_unit["probability"] == "0.0%"


def test_heads_stay_and_can_be_filtered_by(run: Run, book: Any) -> None:
    for name in tables(run):
        assert book[name].freeze_panes == "A2"
        assert book[name].auto_filter.ref == book[name].dimensions


def test_the_cover_says_where_it_is_from(run: Run, book: Any) -> None:
    assert book.sheetnames[0] == "about"
    lines = [row[:2] for row in book["about"].iter_rows(values_only=True)]
    assert ("fingerprint", run.manifest["fingerprint"]) in lines
    assert ("seed", "7") in lines
    text = "\n".join(str(cell) for line in lines for cell in line)
    for words in ("'=1+1, a title", "unverified: seed", "Apache License", "'=2+2, a source"):
        assert words in text


def test_charts_have_alternative_text(place: Path) -> None:
    with zipfile.ZipFile(place) as archive:
        drawings = [n for n in archive.namelist() if n.startswith("xl/drawings/drawing")]
        text = "".join(archive.read(name).decode() for name in drawings)
        pictures = [n for n in archive.namelist() if n.startswith("xl/media/")]
    assert len(pictures) >= 7
    assert text.count(' descr="') == len(pictures)
    assert ' descr=""' not in text


def test_a_table_that_no_sheet_holds_is_left_out_and_that_is_said(
    run: Run, book: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST", len(own(run, "foundations")))
    cut = openpyxl.load_workbook(made(run, "xlsx", tmp_path / "cut.xlsx"))
    assert set(book.sheetnames) - set(cut.sheetnames) == {"foundations"}
    said = [row[1] for row in cut["about"].iter_rows(values_only=True)]
    assert any("export it with --to csv --table foundations" in str(line) for line in said)


def test_a_sheet_holds_as_many_rows_as_excel_has_its_head_included(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workbook.MOST == 2**20
    monkeypatch.setattr(workbook, "MOST", len(own(run, "years")) + 1)
    full = openpyxl.load_workbook(made(run, "xlsx", tmp_path / "full.xlsx", "years"))
    assert full["years"].max_row == workbook.MOST


def test_a_named_table_that_no_sheet_holds_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST", 10)
    place = tmp_path / "out.xlsx"
    assert "has more rows than the 9" in refused(run, "xlsx", place, "years")
    assert list(tmp_path.iterdir()) == []


def test_a_text_that_no_cell_holds_is_refused_and_never_cut(tmp_path: Path) -> None:
    with Workbook(str(tmp_path / "out.xlsx"), {"constant_memory": True}) as made_here:
        sheet = made_here.add_worksheet()
        workbook._text(sheet, 0, 0, "a" * 32_767)
        with pytest.raises(RunError, match="32,768 characters is too long for Excel"):
            workbook._text(sheet, 1, 0, "a" * 32_768)
