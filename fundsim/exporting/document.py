"""A run as a Word document: where it is from, the summary as tables, the charts as figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from fundsim.errors import RunError
from fundsim.exporting.cover import Line, cover
from fundsim.exporting.marking import for_xml
from fundsim.exporting.parcel import AnyParcel
from fundsim.exporting.pictures import Picture
from fundsim.exporting.tidy import Tidy
from fundsim.exporting.zipping import without_time
from fundsim.results.columns import BY_ROW, Column
from fundsim.results.table import Row

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table as WordTable

MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - stands in each document, so that its bytes are the same
MOST = 1_000  # rows of a table that is still read on paper
APART = ("fund", "basis")  # a table of its own for each of these


def write_docx(parcel: AnyParcel, place: Path) -> list[str]:
    """Write the document; needs the extra `word`.

    Figures have all digits that the run's tables have. Tables that are longer than anybody reads
    are left out, and that is said; one that was named is a RunError.
    """
    try:
        import docx
    except ImportError as error:
        message = "a Word document needs python-docx; install it with: pip install python-docx"
        raise RunError(message) from error
    shown = [table for table in parcel.tables if parcel.named or table.name in parcel.in_documents]
    _refuse_long(shown)
    remarks = [] if parcel.named else _left_out(parcel, shown)
    document = docx.Document()
    _settle(document, parcel)
    _cover(document, cover(parcel, shown, remarks))
    for number, (title, columns, rows) in enumerate(_parts(shown), start=1):
        _table(document, f"Table {number}. {title}", columns, rows)
    for number, picture in enumerate(() if parcel.named else parcel.pictures(), start=1):
        _figure(document, number, picture)
    buffer = BytesIO()
    document.save(buffer)
    without_time(buffer, place)
    return remarks


def _refuse_long(tables: Sequence[Tidy]) -> None:
    for table in tables:
        length = sum(1 for _ in table.rows())
        if length > MOST:
            message = (
                f"{table.name} has {length:,} rows, and a document holds tables of {MOST:,} at "
                f"most; export it with --to xlsx --table {table.name}"
            )
            raise RunError(message)


def _left_out(parcel: AnyParcel, shown: Sequence[Tidy]) -> list[str]:
    others = [table.name for table in parcel.tables if table not in shown]
    what = "only the summary is" if len(shown) == 1 else "tables that are short are"
    return [f"{what} in it; export the others with --to xlsx ({', '.join(others)})"]


def _settle(document: Document, parcel: AnyParcel) -> None:
    """Turn the page, set language and letters, and say in the file's properties what it is."""
    from docx.enum.section import WD_ORIENT
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(1.5)
    document.styles.default(WD_STYLE_TYPE.PARAGRAPH).font.size = Pt(9)
    for language in document.styles.element.xpath("//w:lang"):
        language.set(qn("w:val"), "en-GB")
    properties = document.core_properties
    properties.title = for_xml(parcel.provenance["title"])[:255]
    properties.author = "fundsim"
    properties.comments = for_xml(parcel.line)[:255]
    properties.keywords = f"fundsim, {parcel.provenance['fingerprint']}"
    properties.language = "en-GB"
    properties.created = properties.modified = MADE


def _cover(document: Document, lines: Iterable[Line]) -> None:
    for number, line in enumerate(lines):
        if line.heading:
            document.add_heading(for_xml(line.name), level=2 if number else 1)
        elif line.name or line.text:
            document.add_paragraph(for_xml(": ".join(filter(None, (line.name, line.text)))))


def _parts(tables: Sequence[Tidy]) -> Iterator[tuple[str, Sequence[Column], list[Row]]]:
    """Cut tables into those of one fund and basis, which stand in the title and not in each row."""
    for table in tables:
        names = [column.name for column in table.columns]
        apart = [names.index(name) for name in APART if name in names]
        rows = sorted(table.rows(), key=lambda row: [row[n] for n in apart])
        kept = [n for n in range(len(names)) if n not in apart]
        columns = [table.columns[n] for n in kept]
        units = names.index("unit") if "unit" in names else None
        for labels, part in groupby(rows, key=lambda row: [row[n] for n in apart]):
            title = ", ".join([table.about.rstrip("."), *labels])
            whole: list[Row] = [
                [_shown(table.columns[n], row, n, units) for n in kept] for row in part
            ]
            yield title, columns, whole


def _shown(column: Column, row: Row, place: int, units: int | None) -> str:
    """Write a cell with all its digits; money with its sign and commas."""
    cell = row[place]
    unit = row[units] if column.unit == BY_ROW and units is not None else column.unit
    if not cell or not unit.startswith("pounds"):
        return cell
    sign, digits = ("−" if cell.startswith("-") else ""), cell.removeprefix("-")
    whole, _, decimals = digits.partition(".")
    return f"{sign}£{int(whole):,}.{decimals}"


def _table(document: Document, title: str, columns: Sequence[Column], rows: list[Row]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Pt

    document.add_paragraph(for_xml(title), style="Caption").paragraph_format.keep_with_next = True
    table = document.add_table(rows=len(rows) + 1, cols=len(columns), style="Light List")
    _repeat_head(table)
    head = [column.name for column in columns]
    for cells, texts in zip(table.rows, [head, *rows], strict=True):
        for cell, text, column in zip(cells.cells, texts, columns, strict=True):
            paragraph = cell.paragraphs[0]
            figures = column.kind in {"number", "integer"}
            paragraph.alignment = ALIGN.RIGHT if figures else ALIGN.LEFT
            paragraph.add_run(for_xml(text)).font.size = Pt(7)
    document.add_paragraph()


def _repeat_head(table: WordTable) -> None:
    """Let the head of a table stand on each page, and be known as one to who reads aloud."""
    from docx.oxml import OxmlElement

    row = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no word for it
    row.append(OxmlElement("w:tblHeader"))


def _figure(document: Document, number: int, picture: Picture) -> None:
    """Put a chart in, with its sentence for those who cannot see it, and its caption."""
    from docx.shared import Cm

    words = picture.words
    shape = document.add_picture(BytesIO(picture.png), height=Cm(13))
    if shape.width > Cm(26):
        shape.width, shape.height = Cm(26), Cm(26 * shape.height / shape.width)
    about = shape._inline.docPr  # noqa: SLF001 - python-docx has no word for alternative text
    about.set("descr", for_xml(words.alt))
    about.set("title", for_xml(words.title))
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    document.add_paragraph(
        for_xml(f"Figure {number}. {words.title}. {words.about}"), style="Caption"
    )
    for text in words.caption:
        document.add_paragraph(for_xml(text))
