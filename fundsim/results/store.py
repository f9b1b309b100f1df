"""Parquet files, written and read by duckdb alone; the rest of fundsim sees arrays.

Files are compared by content, since the writer's version stands in the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = Mapping[str, NDArray[Any]]
TOGETHER = 8  # columns read at once when a table is hashed
OPTIONS = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 20480"


class Parquet:
    """A private duckdb that stays on this machine, on one thread and in little memory."""

    def __init__(self) -> None:
        import duckdb  # 70 MB that only files need, and some 50 ms for each connection

        self._db = duckdb.connect(
            config={
                "threads": 1,
                "memory_limit": "100MB",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            }
        )

    def write(self, path: Path, parts: Iterable[Columns]) -> None:
        """Write parts of a table, each a set of columns of equal length, one after the other."""
        pieces = []
        for number, part in enumerate(parts):
            pieces.append(path.with_name(f"{path.name}.{number}.piece"))
            self._db.register("part", dict(part))
            self._db.execute(f"COPY (FROM part) TO {_quoted(pieces[-1])} ({OPTIONS})")
            self._db.unregister("part")
        listed = ", ".join(map(_quoted, pieces))
        self._db.execute(f"COPY (FROM read_parquet([{listed}])) TO {_quoted(path)} ({OPTIONS})")
        for piece in pieces:
            piece.unlink()

    def read(self, path: Path, *columns: str) -> dict[str, NDArray[Any]]:
        """Read columns as arrays, in the order in which rows were written; all, if none named."""
        wanted = ", ".join('"' + name.replace('"', '""') + '"' for name in columns) or "*"
        self._db.execute(f"SELECT {wanted} FROM read_parquet({_quoted(path)})")  # noqa: S608 - quoted
        return {name: np.asarray(values) for name, values in self._db.fetchnumpy().items()}

    def names(self, path: Path) -> list[str]:
        """List the columns of a table."""
        found = self._db.execute(f"SELECT * FROM read_parquet({_quoted(path)}) LIMIT 0")  # noqa: S608 - quoted
        return [column[0] for column in found.description or []]

    def content_hash(self, path: Path) -> str:
        """Hash what a table says: its columns' names, types and values, a few at a time."""
        digest, names = hashlib.sha256(), self.names(path)
        for begin in range(0, len(names), TOGETHER):
            for name, column in self.read(path, *names[begin : begin + TOGETHER]).items():
                words = column.dtype == object
                digest.update(f"{name}:{'text' if words else column.dtype.str};".encode())
                data = "\0".join(column).encode() if words else np.ascontiguousarray(column).data
                digest.update(data)
        return digest.hexdigest()


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
