"""Tables as Parquet: typed columns, what is missing is null, units in each file."""

from __future__ import annotations

import json
from pathlib import Path

from fundsim.exporting.parcel import AnyParcel
from fundsim.exporting.plain import write_dictionary, write_tables
from fundsim.exporting.tidy import Tidy
from fundsim.results.columns import TYPES
from fundsim.results.store import Parquet

STATED = ("scenario", "fingerprint", "seed", "paths", "years")


def write_parquet(parcel: AnyParcel, place: Path) -> list[str]:
    """Write a folder: a Parquet file a table, and the dictionary and provenance beside them.

    Pounds are the doubles nearest to the four decimals of the run's own table, and pence whole
    numbers. Each file holds the fingerprint, and its columns' units and meanings, as metadata.
    """
    place.mkdir()
    write_tables(parcel, place)
    files = Parquet()
    for table in parcel.tables:
        text = place / f"{table.name}.csv"
        kinds = {column.name: TYPES[column.kind] for column in table.columns}
        files.of_csv(text, text.with_suffix(".parquet"), kinds, _metadata(parcel, table))
        text.unlink()
    write_dictionary(parcel, place)
    return []


def _metadata(parcel: AnyParcel, table: Tidy) -> dict[str, str]:
    columns = {
        column.name: {"unit": column.unit, "meaning": column.meaning} for column in table.columns
    }
    stated = {key: str(parcel.provenance[key]) for key in STATED}
    return {**stated, "columns": json.dumps(columns)}
