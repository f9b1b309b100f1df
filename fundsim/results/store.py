"""Parquet files, written and read by duckdb alone; the rest of fundsim sees arrays.

Files are compared by content, since the writer's version stands in the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = Mapping[str, NDArray[Any]]
TOGETHER = 10_000  # rows of words read at once when a table is hashed
OPTIONS = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 20480"


class Parquet:
    """A private duckdb that stays on this machine, on one thread and in little memory."""

    def __init__(self) -> None:
        import duckdb  # 70 MB that only files need, and some 50 ms for each connection

        self._db = duckdb.connect(
            config={
                "threads": 1,
                "memory_limit": "64MB",
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

    def columns(self, path: Path) -> dict[str, str]:
        """List the columns of a table, with their types."""
        found = self._db.execute(f"SELECT * FROM read_parquet({_quoted(path)}) LIMIT 0")  # noqa: S608 - quoted
        return {name: str(kind) for name, kind, *_ in found.description or []}

    def content_hash(self, path: Path) -> str:
        """Hash what a table says: its columns' names, types and values, one after the other."""
        digest = hashlib.sha256()
        for name, kind in self.columns(path).items():
            digest.update(f"{name}:{kind};".encode())
            if kind == "VARCHAR":
                for words in self._words(path, name):
                    digest.update(words.encode())
            else:
                digest.update(np.ascontiguousarray(self.read(path, name)[name]).data)
        return digest.hexdigest()

    def _words(self, path: Path, name: str) -> Iterator[str]:
        """Read a column of words, some of its rows at a time."""
        self._db.execute(f'SELECT "{name}" FROM read_parquet({_quoted(path)})')  # noqa: S608 - quoted
        while rows := self._db.fetchmany(TOGETHER):
            yield "".join(f"{word}\0" for (word,) in rows)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
