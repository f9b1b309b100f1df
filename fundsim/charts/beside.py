"""What stands beside a CSV, which itself stays plain: what it shows and where it is from.

A file of the W3C's vocabulary "CSV on the Web" (Recommendation of 17 December 2015), under the name
that readers of it look for: NAME.csv-metadata.json.
"""

from __future__ import annotations

import json
from typing import Any

from fundsim import __version__
from fundsim.charts.embedding import SPACE, Unread, parsed, prefixed, unprefixed
from fundsim.charts.record import Record, seal
from fundsim.charts.words import Words, sources_in_one
from fundsim.results import Table

ENDING = "-metadata.json"  # behind the name of the CSV
_RECORD = f"{SPACE}record"


def metadata(table: Table, words: Words, content: bytes, file: str, record: Record) -> bytes:
    """Write what stands beside a CSV with this content and file name."""
    told = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": words.language.tag}],
        "url": file,
        "dc:title": f"{words.title}: {words.facts.title}",
        "dc:description": words.alt,
        "dc:creator": f"fundsim {__version__}",
        "dc:source": sources_in_one(words),
        "dc:rights": words.rights,
        "tableSchema": {"columns": _columns(table)},
        _RECORD: prefixed(seal(record, content, content)),
    }
    return (json.dumps(told, indent=1) + "\n").encode("ascii")


def _columns(table: Table) -> list[dict[str, Any]]:
    """Name the columns, and say which hold numbers alone."""
    cells: list[set[str]] = [set() for _ in table.columns]
    for row in table.rows():
        for kinds, cell in zip(cells, row, strict=True):
            kinds.add(_kind(cell))
    return [
        {"name": name, "titles": name, "datatype": "decimal" if kinds == {"decimal"} else "string"}
        for name, kinds in zip(table.columns, (kinds - {""} for kinds in cells), strict=True)
    ]


def _kind(cell: str) -> str:
    """Say what a cell holds: nothing, a decimal number, or text."""
    digits = cell.removeprefix("-").replace(".", "", 1)
    return "decimal" if digits.isascii() and digits.isdigit() else "string" if cell else ""


def record_beside(text: bytes) -> Record:
    """Read the record in what stands beside a CSV; or Unread."""
    found = unprefixed(parsed(text).get(_RECORD))
    if not isinstance(found, dict):
        message = "what stands beside this CSV says nothing of its origin"
        raise Unread(message)
    return found
