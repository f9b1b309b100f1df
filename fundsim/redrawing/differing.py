"""What differs between a chart's file and the one that was made again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from fundsim.charts.beside import ENDING, record_beside
from fundsim.charts.embedding import take
from fundsim.charts.record import Record, hashed
from fundsim.redrawing.carried import CSV, Drawn
from fundsim.reproducing import rows_apart
from fundsim.results.table import read


def differences(found: Drawn, made: Mapping[str, bytes]) -> Iterator[str]:
    """Say what differs between a file and the one made again."""
    ending = f".{found.kind}"
    again = next(content for name, content in made.items() if name.endswith(ending))
    if found.kind == CSV:
        yield from _of_csv(found, made)
    elif again != found.data:
        yield from _of_picture(found, made, *take(found.kind, again))


def _of_csv(found: Drawn, made: Mapping[str, bytes]) -> Iterator[str]:
    (name,) = (name for name in made if name.endswith(".csv"))
    if made[name] != found.data:
        yield f"{found.path.name} differs"
        with tempfile.TemporaryDirectory(prefix="fundsim-") as folder:
            again = Path(folder) / name
            again.write_bytes(made[name])
            try:
                yield from rows_apart(read(found.path), read(again))
            except (ValueError, StopIteration) as error:
                yield f"  and cannot be read as a table: {error}"
    record = record_beside(made[f"{name}{ENDING}"])
    yield from _of_record(found, record)


def _of_picture(
    found: Drawn, made: Mapping[str, bytes], record: Record, content: bytes
) -> Iterator[str]:
    (table,) = (content for name, content in made.items() if name.endswith(".csv"))
    same = hashed(table) == found.record.get("table")
    yield from _of_record(found, record)
    if not same:
        yield f"{found.path.name}: the table behind it comes out otherwise"
    if content != found.content:
        why = "; its table is the same: was another matplotlib or typeface used?" if same else ""
        yield f"{found.path.name}: the drawing differs{_where(found, content)}{why}"


def _of_record(found: Drawn, record: Record) -> Iterator[str]:
    """Say which keys of two records differ; hashes follow from what is told anyway."""
    for key in sorted(found.record.keys() | record.keys()):
        one, other = found.record.get(key), record.get(key)
        if key not in ("record", "content", "table") and one != other:
            yield f"{found.path.name}: it states another {key} than it has when made again"


def _where(found: Drawn, content: bytes) -> str:
    """Say where drawings differ, as far as that can be told."""
    if found.kind == "svg":
        pairs = zip(found.content.splitlines(), content.splitlines(), strict=False)
        lines = enumerate(pairs, start=1)
        at = next((n for n, (one, other) in lines if one != other), None)
        return "" if at is None else f", first in line {at}"
    return ""
