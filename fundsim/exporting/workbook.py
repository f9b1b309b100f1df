"""A run as an Excel workbook: a cover that says where it is from, and a sheet a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fundsim.errors import RunError
from fundsim.exporting.cover import Line, cover
from fundsim.exporting.marking import for_xml
from fundsim.exporting.parcel import AnyParcel
from fundsim.exporting.pictures import Picture
from fundsim.exporting.tidy import Tidy
from fundsim.results.columns import BY_ROW, Column, Value
from fundsim.results.table import Table

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST = 1_048_576  # rows of a sheet, its head included
MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - stands in each workbook, so that its bytes are the same
FIRST = date(1900, 3, 1)  # before it Excel counts a day that never was
FORMATS = {
    "pounds": "£#,##0.00;-£#,##0.00",
    "pounds a head": "£#,##0.00;-£#,##0.00",
    "pence": "#,##0",
    "probability": "0.0%",
    "ratio": "0.0000",
    "times": "#,##0.00",
    "years": "0.00",
    "year": "0.0",
    "paths": "#,##0",
    "date": "yyyy-mm-dd",
    "": "0",
}
TALL, WIDE = 24, 110  # rows that a picture takes; characters of a line of words
PIXELS = 460  # that a picture is high


def write_xlsx(parcel: AnyParcel, place: Path) -> list[str]:
    """Write the workbook; a table that no sheet holds is left out, and that is said.

    Numbers are numbers, days are days, codes are text; no text is ever a formula or a link. A table
    that was named and does not fit is a RunError.
    """
    from xlsxwriter import Workbook

    fitting = [table for table in parcel.tables if _rows(table) < MOST]
    left_out = [table.name for table in parcel.tables if table not in fitting]
    remarks = [_too_long(name) for name in left_out]
    if remarks and (parcel.named or not fitting):
        raise RunError("\n".join(remarks))
    with Workbook(str(place), _OPTIONS) as book:
        book.set_properties(_properties(parcel))
        styles = Styles(book)
        _cover(book.add_worksheet("about"), styles, cover(parcel, fitting, remarks))
        for table in fitting:
            _sheet(book.add_worksheet(table.name), styles, table)
        for words in parcel.words(fitting):
            _words(book.add_worksheet(words.name), styles, words)
        if not parcel.named:
            _charts(book.add_worksheet("charts"), styles, parcel.pictures())
    return remarks


_OPTIONS = {
    "constant_memory": True,  # a row at a time: tables have hundreds of thousands
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def _rows(table: Tidy) -> int:
    return sum(1 for _ in table.rows())


def _too_long(name: str) -> str:
    return (
        f"{name} has more rows than the {MOST - 1:,} that a sheet of Excel holds, and is left out; "
        f"export it with --to csv --table {name}"
    )


def _properties(parcel: AnyParcel) -> dict[str, Any]:
    return {
        "title": for_xml(parcel.provenance["title"])[:255],
        "comments": for_xml(parcel.line),
        "keywords": f"fundsim, {parcel.provenance['fingerprint']}",
        "created": MADE,
    }


class Styles:
    """The formats of a workbook's cells."""

    def __init__(self, book: Workbook) -> None:
        self.head = book.add_format({"bold": True, "bg_color": "#E7ECEF", "bottom": 1})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.words = book.add_format({"text_wrap": True, "valign": "top"})
        self.plain = book.add_format()
        self.of_unit = {
            unit: book.add_format({"num_format": form}) for unit, form in FORMATS.items()
        }


def _cover(sheet: Worksheet, styles: Styles, lines: Iterable[Line]) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, WIDE)
    sheet.hide_gridlines(2)
    for row, line in enumerate(lines):
        _text(sheet, row, 0, line.name, styles.title if line.heading else styles.words)
        if line.text:
            _text(sheet, row, 1, line.text, styles.words)


def _sheet(sheet: Worksheet, styles: Styles, table: Tidy) -> None:
    """Write a table: typed cells under a head that stays and can be filtered by."""
    _head(sheet, styles, table.columns)
    names = [column.name for column in table.columns]
    units = names.index("unit") if "unit" in names else None
    row = 0
    for row, values in enumerate(table.values(), start=1):
        of_row = "" if units is None else str(values[units])
        for place, (column, value) in enumerate(zip(table.columns, values, strict=True)):
            unit = of_row if column.unit == BY_ROW else column.unit
            form = "date" if column.kind == "date" else unit
            _cell(sheet, row, place, value, styles.of_unit.get(form, styles.plain))
    sheet.autofilter(0, 0, row, len(names) - 1)


def _head(sheet: Worksheet, styles: Styles, columns: Sequence[Column]) -> None:
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, 20 if column.kind == "number" else 16)
        _text(sheet, 0, place, column.name, styles.head)


def _cell(sheet: Worksheet, row: int, place: int, value: Value, style: Format) -> None:
    """Write one cell in its type; what is missing stays empty."""
    if isinstance(value, date) and value >= FIRST:
        sheet.write_datetime(row, place, value, style)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, style)
    elif value is not None:
        _text(sheet, row, place, str(value))


def _text(sheet: Worksheet, row: int, place: int, text: str, style: Format | None = None) -> None:
    if sheet.write_string(row, place, text, style):
        message = f"a text of {len(text):,} characters is too long for Excel; export with --to csv"
        raise RunError(message)


def _words(sheet: Worksheet, styles: Styles, table: Table) -> None:
    """Write a table of words alone."""
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(table.columns) - 2, 20)
    sheet.set_column(len(table.columns) - 1, len(table.columns) - 1, WIDE)
    for row, cells in enumerate([table.columns, *table.rows()]):
        for place, cell in enumerate(cells):
            _text(sheet, row, place, cell, styles.words if row else styles.head)
    sheet.autofilter(0, 0, row, len(table.columns) - 1)


def _charts(sheet: Worksheet, styles: Styles, drawn: Iterable[Picture]) -> None:
    """Put the charts below each other, each with its sentence for those who cannot see it."""
    sheet.hide_gridlines(2)
    for number, picture in enumerate(drawn):
        row = number * (TALL + 2)
        _text(sheet, row, 0, picture.words.title, styles.title)
        sheet.insert_image(
            row + 1,
            0,
            f"{picture.name}.png",
            {
                "image_data": BytesIO(picture.png),
                "description": for_xml(picture.words.alt),
                **_scaled(picture.png),
            },
        )


def _scaled(png: bytes) -> dict[str, float]:
    """Scale a picture to a common height; a PNG's own stands at its byte 20."""
    from xlsxwriter.image import Image

    image = Image(BytesIO(png))
    scale = PIXELS / (image.height * 96 / image.y_dpi)
    return {"x_scale": scale, "y_scale": scale}
