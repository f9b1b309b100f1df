"""Tables as text, CSV or JSON, and figures as a person reads them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date

import click

LARGE = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))


def print_rows(columns: Sequence[str], rows: Iterable[Sequence[str]], form: str) -> None:
    """Print a table in the form that was asked for."""
    if form == "csv":
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        click.echo(buffer.getvalue(), nl=False)
    elif form == "json":
        objects = [dict(zip(columns, row, strict=True)) for row in rows]
        click.echo(json.dumps(objects, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(aligned(columns, list(rows))))


def aligned(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lay a table out in columns: words to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    right = [bool(rows) and all(_is_figure(row[i]) for row in rows) for i in range(len(columns))]
    lines = []
    for row in (columns, ["-" * width for width in widths], *rows):
        cells = [
            cell.rjust(width) if of_figures else cell.ljust(width)
            for cell, width, of_figures in zip(row, widths, right, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def _is_figure(cell: str) -> bool:
    return not cell or cell[0].isdigit() or cell[0] in "-£±–∞"


def money(pounds: float) -> str:
    """Write pounds to three figures, as a person says them.

    >>> money(82_556_900), money(2e9), money(-1234), money(12.3)
    ('£82.6m', '£2.00bn', '-£1.23k', '£12.30')
    """
    sign, size = "-" if pounds < 0 else "", abs(pounds)
    for unit, word in LARGE:
        if size >= 0.9995 * unit:  # so that £999,990 is £1.00m and not £1000k
            return f"{sign}£{three_figures(size / unit)}{word}"
    return f"{sign}£{size:.2f}"


def three_figures(number: float) -> str:
    """Write a number from 0.9995 to 9,999 with three figures.

    >>> three_figures(1.0), three_figures(45.67), three_figures(999.4)
    ('1.00', '45.7', '999')
    """
    return f"{number:.{2 if number < 9.995 else 1 if number < 99.95 else 0}f}"  # noqa: PLR2004 - where rounding adds a digit


def counted(number: int, what: str) -> str:
    """Write how many of something there are.

    >>> counted(1, "year"), counted(1000, "year")
    ('1 year', '1,000 years')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def day(when: date) -> str:
    """Write a day in words.

    >>> day(date(2021, 4, 1))
    '1 April 2021'
    """
    return f"{when.day} {when:%B %Y}"
