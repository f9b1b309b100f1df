"""The Word document, read by python-docx: tables, figures, captions, alternative text."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from fundsim.exporting import document, export
from fundsim.results.folder import Run
from tests.exporting.reading import made, own, refused


@pytest.fixture(scope="module")
def place(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(run, "docx", tmp_path_factory.mktemp("docx") / "out.docx")


@pytest.fixture(scope="module")
def opened(place: Path) -> Any:
    return docx.Document(str(place))


def cells_of(opened: Any) -> list[dict[str, str]]:
    """Read each row of each table, with fund and basis from the caption above it."""
    captions = [p.text for p in opened.paragraphs if p.text.startswith("Table ")]
    found: list[dict[str, str]] = []
    for caption, table in zip(captions, opened.tables, strict=True):
        fund, basis = caption.split(", ")[-2:]
        head, *rest = ([cell.text for cell in row.cells] for row in table.rows)
        apart = {"fund": fund, "basis": basis}
        found.extend(apart | dict(zip(head, row, strict=True)) for row in rest)
    return found


def digits(cell: str) -> str:
    return cell.replace("£", "").replace(",", "").replace("−", "-")


def test_the_summary_is_there_digit_for_digit(run: Run, opened: Any) -> None:
    def key(row: dict[str, str]) -> tuple[str, str, str]:
        return row["fund"], row["basis"], row["measure"]

    found = sorted(({k: digits(c) for k, c in row.items()} for row in cells_of(opened)), key=key)
    assert found == sorted(own(run, "summary"), key=key)


def test_money_has_its_sign_and_nothing_else_has(opened: Any) -> None:
    for row in cells_of(opened):
        if row["mean"]:
            assert ("£" in row["mean"]) == (row["unit"] == "pounds")


def test_figures_have_alternative_text_and_captions(opened: Any) -> None:
    shapes = [shape._inline.docPr for shape in opened.inline_shapes]
    captions = [p.text for p in opened.paragraphs if p.text.startswith("Figure ")]
    assert len(shapes) == len(captions) >= 7
    assert all(len(shape.get("descr")) > 40 for shape in shapes)
    assert [text.split(".")[0] for text in captions] == [
        f"Figure {n}" for n in range(1, len(captions) + 1)
    ]


def test_heads_are_known_as_heads_and_the_language_is_british(opened: Any) -> None:
    for table in opened.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    languages = opened.styles.element.xpath("//w:lang/@w:val")
    assert set(languages) == {"en-GB"}


def test_it_says_where_it_is_from(run: Run, opened: Any) -> None:
    text = "\n".join(paragraph.text for paragraph in opened.paragraphs)
    for words in (run.manifest["fingerprint"], "unverified: seed", "Apache License", "'=1+1"):
        assert words in text
    assert run.manifest["fingerprint"] in opened.core_properties.keywords


def test_nothing_in_it_is_a_field_that_word_would_run(place: Path) -> None:
    with zipfile.ZipFile(place) as archive:
        text = archive.read("word/document.xml").decode()
    assert "w:instrText" not in text
    assert "w:fldSimple" not in text


def test_long_tables_are_left_out_and_that_is_said(run: Run, tmp_path: Path) -> None:
    _, remarks = export(run.folder, "docx", out=tmp_path / "out.docx")
    assert remarks[0].startswith("only the summary is in it")
    told = refused(run, "docx", tmp_path / "other.docx", "foundations")
    assert "export it with --to xlsx --table foundations" in told
    assert [path.name for path in tmp_path.iterdir()] == ["out.docx"]


def test_a_named_table_with_nasty_words_is_held_as_text(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "MOST", 10_000)
    found = docx.Document(str(made(run, "docx", tmp_path / "out.docx", "areas")))
    names = {row.get("name") for row in cells_of(found)}
    assert '<b>Bold</b> & "quoted", Borough of' in names
    assert "שלום עולם" in names
    assert "'@SUM(1+9)" in names


def test_without_the_extra_one_message_says_how_to_install_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    told = refused(run, "docx", tmp_path / "out.docx")
    assert told == "a Word document needs python-docx; install it with: pip install python-docx"
    assert list(tmp_path.iterdir()) == []
