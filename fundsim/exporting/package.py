"""Tables as a Frictionless data package: CSV, and one description that programs read.

Data Package and Table Schema, version 1: https://specs.frictionlessdata.io
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from fundsim.exporting.parcel import AnyParcel
from fundsim.exporting.plain import as_json, write_tables
from fundsim.exporting.tidy import Tidy
from fundsim.results.columns import Column
from fundsim.results.table import Table

_NOT_PLAIN = re.compile(r"[^-a-z0-9._]+")
DICTIONARY = {
    "columns": "What each column of each table holds.",
    "measures": "What each measure of each table is.",
}


def write_datapackage(parcel: AnyParcel, place: Path) -> list[str]:
    """Write a folder: `datapackage.json` and a CSV a table, with keys, types, units and hashes."""
    place.mkdir()
    write_tables(parcel, place)
    (place / "datapackage.json").write_text(
        as_json(described(parcel, place)), encoding="utf-8", newline="\n"
    )
    return []


def described(parcel: AnyParcel, folder: Path) -> dict[str, Any]:
    """Describe the tables that stand in a folder: a data package without its data."""
    known = parcel.provenance
    words = parcel.words(parcel.tables)
    return {
        "profile": "tabular-data-package",
        "name": _NOT_PLAIN.sub("-", parcel.name.lower()),
        "title": known["title"],
        "description": parcel.line,
        "licenses": known["licences"],
        "sources": [
            {"title": known["attribution"]},
            *({"title": f"{key}: {text}"} for key, text in known["sources"].items()),
        ],
        "resources": [
            *(_resource(table, folder) for table in parcel.tables),
            *(_of_words(table, folder) for table in words),
        ],
        "fundsim": known,
    }


def _resource(table: Tidy, folder: Path) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column, table.key) for column in table.columns],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    return {
        "name": table.name,
        "description": table.about,
        **_file(folder / f"{table.name}.csv"),
        "schema": schema,
    }


def _field(column: Column, key: tuple[str, ...]) -> dict[str, Any]:
    unit = {"unit": column.unit} if column.unit else {}
    required = {"constraints": {"required": True}} if column.name in key else {}
    return {
        "name": column.name,
        "type": column.kind,
        "description": column.meaning,
        **unit,
        **required,
    }


def _of_words(table: Table, folder: Path) -> dict[str, Any]:
    """Write a table of words beside the others, and describe it."""
    path = folder / f"{table.name}.csv"
    path.write_text("".join(table.csv()), encoding="utf-8", newline="")
    fields = [{"name": name, "type": "string"} for name in table.columns]
    return {
        "name": table.name,
        "description": DICTIONARY[table.name],
        **_file(path),
        "schema": {
            "fields": fields,
            "missingValues": [""],
            "primaryKey": list(table.columns[:2]),
        },
    }


def _file(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "path": path.name,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
    }
