"""Tables as tidy CSV: one folder, a data dictionary, and where they come from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from fundsim.exporting.parcel import AnyParcel
from fundsim.results.table import Table


def write_csv(parcel: AnyParcel, place: Path) -> list[str]:
    """Write a folder: a CSV a table, `columns.csv`, a run's `measures.csv`, `provenance.json`."""
    place.mkdir()
    write_tables(parcel, place)
    write_dictionary(parcel, place)
    return []


def write_tables(parcel: AnyParcel, folder: Path) -> None:
    """Write the tables into a folder."""
    _write([tidy.table for tidy in parcel.tables], folder)


def write_dictionary(parcel: AnyParcel, folder: Path) -> None:
    """Write what the columns and measures mean into a folder, and where the figures come from."""
    _write(parcel.words(parcel.tables), folder)
    text = as_json(parcel.provenance)
    (folder / "provenance.json").write_text(text, encoding="utf-8", newline="\n")


def _write(tables: Sequence[Table], folder: Path) -> None:
    for table in tables:
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            file.writelines(table.csv())


def as_json(value: object) -> str:
    """Write a value as JSON that people can read."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
