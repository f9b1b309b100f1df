"""Tables as text, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence

import click

from fundsim.report.parts import Grid
from fundsim.results.table import inert


def print_rows(columns: Sequence[str], rows: Iterable[Sequence[str]], form: str) -> None:
    """Print a table in the form that was asked for; in CSV no text runs as a formula."""
    if form == "csv":
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(map(inert, columns))
        writer.writerows(map(inert, row) for row in rows)
        click.echo(buffer.getvalue(), nl=False)
    elif form == "json":
        objects = [dict(zip(columns, row, strict=True)) for row in rows]
        click.echo(json.dumps(objects, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(aligned(columns, list(rows))))


def told(parts: Iterable[Grid | str]) -> Iterator[str]:
    """Lay out tables and sentences one below the other, tables with their headings apart."""
    before: Grid | str | None = None
    for part in parts:
        if isinstance(part, Grid):
            yield from aligned(part.head, part.rows)
        else:
            yield from [""] if part.endswith(":") or isinstance(before, Grid) else []
            yield part
        before = part


def aligned(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lay a table out in columns: words to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    right = Grid(columns, rows).right
    lines = []
    for row in (columns, ["-" * width for width in widths], *rows):
        cells = [
            cell.rjust(width) if of_figures else cell.ljust(width)
            for cell, width, of_figures in zip(row, widths, right, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return lines
