"""Parquet files, written and read by duckdb alone; the rest of fundsim sees arrays.

Files are compared by content, since the writer's version stands in the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Columns = Mapping[str, NDArray[Any]]
OPTIONS = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 20480"


def connect() -> DuckDBPyConnection:
    """Open a private duckdb that stays on this machine, on one thread and in little memory."""
    import duckdb  # 70 MB that only files need

    return duckdb.connect(
        config={
            "threads": 1,
            "memory_limit": "100MB",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )


def write(path: Path, parts: Iterable[Columns]) -> None:
    """Write parts of a table, each a set of columns of equal length, one after the other."""
    pieces = []
    with connect() as db:
        for number, part in enumerate(parts):
            pieces.append(path.with_name(f"{path.name}.{number}.piece"))
            db.register("part", dict(part))
            db.execute(f"COPY (FROM part) TO '{_quoted(pieces[-1])}' ({OPTIONS})")
            db.unregister("part")
        listed = ", ".join(f"'{_quoted(piece)}'" for piece in pieces)
        db.execute(f"COPY (FROM read_parquet([{listed}])) TO '{_quoted(path)}' ({OPTIONS})")
    for piece in pieces:
        piece.unlink()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def names(path: Path) -> list[str]:
    """List the columns of a table."""
    with connect() as db:
        found = db.execute("SELECT * FROM read_parquet(?) LIMIT 0", [str(path)]).description or []
        return [column[0] for column in found]


def read(path: Path, name: str) -> NDArray[Any]:
    """Read one column as an array, in the order in which it was written."""
    quoted = name.replace('"', '""')
    with connect() as db:
        db.execute(f'SELECT "{quoted}" FROM read_parquet(?)', [str(path)])  # noqa: S608 - quoted
        return np.asarray(db.fetchnumpy()[name])


def content_hash(path: Path) -> str:
    """Hash what a table says: its columns' names, types and values, one after the other."""
    digest = hashlib.sha256()
    for name in names(path):
        column = read(path, name)
        if column.dtype == object:
            digest.update(f"{name}:text;".encode())
            digest.update("\0".join(map(str, column)).encode())
        else:
            digest.update(f"{name}:{column.dtype.str};".encode())
            digest.update(np.ascontiguousarray(column).data)
    return digest.hexdigest()
