"""Making a run again, and saying what differs, by how many pence."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

from fundsim.engine.simulate import Progress, simulate
from fundsim.results.folder import Run, files_of, write
from fundsim.results.table import Row, Table
from fundsim.results.verifying import hash_as_it_is

WORTH_SAYING = 5  # rows of a table that are told one by one
SHARES = ("capital_kept_whole",)  # measures that are none of money
COUNTS = (
    *("rank", "year", "from_year", "to_year", "population", "paths", "quantile_paths"),
    *("path", "column", "row"),
)
"""Columns that are none of money, in tables of a run or of its charts."""


def reproduce(run: Run, *, workers: int = 1, progress: Progress | None = None) -> list[str]:
    """Simulate a run's own scenario again, and say what differs; nothing where all is the same."""
    results = simulate(
        run.scenario,
        path=run.manifest["told_path"],
        keep=run.manifest["keep"],
        workers=workers,
        progress=progress,
    )
    with tempfile.TemporaryDirectory(prefix="fundsim-") as folder:
        write(results, Path(folder), started=datetime.now(UTC))
        return list(_differences(run, Run(Path(folder))))


def _differences(old: Run, new: Run) -> Iterator[str]:
    there = files_of(old.folder)
    stated = {name: hash_as_it_is(old, name) for name in there}
    made = new.manifest["files"]
    for name in sorted(stated.keys() | made.keys()):
        if name not in made:
            yield f"{name} stands in the run and was not made again"
        elif name not in stated:
            yield f"{name} was made and is not in the run"
        elif stated[name] != made[name]:
            yield f"{name} differs"
            if name.endswith(".csv"):
                stem = name.removesuffix(".csv")
                yield from rows_apart(old.table(stem), new.table(stem))


def rows_apart(old: Table, new: Table) -> Iterator[str]:
    """Tell the first rows of a table that differ, by how many pence, and count the others."""
    found = 0
    for before, after in zip_longest(old.rows(), new.rows()):
        if before == after:
            continue
        found += 1
        if found <= WORTH_SAYING:
            yield f"  {old.name}: {_told(old, before, after)}"
    if found > WORTH_SAYING:
        yield f"  {old.name}: and {found - WORTH_SAYING} rows more"


def _told(table: Table, before: Row | None, after: Row | None) -> str:
    if before is None or after is None:
        row = before or after or ()
        return f"{'missing' if after is None else 'new'} row {', '.join(row[:5])}"
    names = [i for i, cell in enumerate(before) if not _is_number(cell)]
    who = ", ".join(before[i] for i in names if before[i]) or ", ".join(before[:3])
    parts = [
        f"{table.columns[i]} was {one}, is {other}"
        f"{_apart(table.columns[i], one, other) if _in_pounds(table, before) else ''}"
        for i, (one, other) in enumerate(zip(before, after, strict=True))
        if one != other
    ]
    return f"{who}: {'; '.join(parts)}"


def _in_pounds(table: Table, row: Row) -> bool:
    """Say whether the figures of a row are money: where a table has units, those of its row say."""
    told = dict(zip(table.columns, row, strict=True))
    return told.get("unit", "pounds") == "pounds" and told.get("measure") not in SHARES


def _apart(column: str, one: str, other: str) -> str:
    if column in COUNTS or not (_is_number(one) and _is_number(other)):
        return ""
    apart = float(other) - float(one)
    pence = apart if column in ("pence", "balance") else 100 * apart
    return f" ({pence:+.2f} pence)"


def _is_number(cell: str) -> bool:
    return cell.lstrip("-").replace(".", "", 1).isdigit()
