"""What a run's own tables hold, read without fundsim, to hold exports against."""

from __future__ import annotations

import csv
from pathlib import Path

from fundsim.errors import RunError
from fundsim.exporting import export
from fundsim.results.folder import Run

ACTIVE = ("=", "+", "-", "@", "\t", "\r")
WORDS = {
    *("measure", "fund", "basis", "unit", "area", "name", "nation", "foundation", "of", "title"),
    *("date", "event", "memo", "from_account", "to_account", "table", "column", "type", "meaning"),
}


def rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV as a row a mapping."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def own(run: Run, name: str) -> list[dict[str, str]]:
    """Read one of the run's own tables, its words without what makes them inert."""
    return [bare(row) for row in rows(run.folder / f"{name}.csv")]


def bare(row: dict[str, str]) -> dict[str, str]:
    return {key: cell.removeprefix("'") if key in WORDS else cell for key, cell in row.items()}


def tables(run: Run) -> list[str]:
    return sorted(path.stem for path in run.folder.glob("*.csv"))


def made(run: Run, to: str, place: Path, *names: str) -> Path:
    """Export a run to a place."""
    return export(run.folder, to, out=place, tables=names)[0]


def refused(run: Run, to: str, place: Path, *names: str) -> str:
    """Export a run where that is refused, and give the message."""
    try:
        export(run.folder, to, out=place, tables=names)
    except RunError as error:
        return str(error)
    return ""
