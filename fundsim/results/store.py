"""Parquet files, written and read by duckdb alone; the rest of fundsim sees arrays.

Files are compared by content, since the writer's version stands in the file.
"""

from __future__ import annotations

import errno
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fundsim.errors import RunError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Columns = Mapping[str, NDArray[Any]]
_NO_ROOM = re.compile(r"No space left|File too large|quota|errno\W+(28|27|122)\b")
TOGETHER = 10_000  # rows of words read at once when a table is hashed
OPTIONS = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 20480"


class Parquet:
    """A private duckdb that stays on this machine, on one thread and in bounded memory."""

    def __init__(self) -> None:
        import duckdb  # 70 MB that only files need, and some 50 ms for each connection

        self._db = duckdb.connect(
            config={
                "threads": 1,
                "memory_limit": "256MB",
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
            self._copied("part", pieces[-1])
            self._db.unregister("part")
        listed = ", ".join(map(_quoted, pieces))
        self._copied(f"read_parquet([{listed}])", path)
        for piece in pieces:
            piece.unlink()

    def of_csv(
        self,
        text: Path,
        path: Path,
        kinds: Mapping[str, str],
        about: Mapping[str, str],
        *,
        no_words: bool = False,
    ) -> None:
        """Write the table of a CSV file, its columns of these types, in the order of its rows.

        An empty cell is null; in a column of words only where `no_words` are none. `about` stands
        in the file as metadata.
        """
        types = ", ".join(f"{_text(name)}: {_text(kind)}" for name, kind in kinds.items())
        words = [_text(name) for name, kind in kinds.items() if kind == "VARCHAR"]
        filled = f", force_not_null = [{', '.join(words)}]" if words and not no_words else ""
        source = (
            f"read_csv({_quoted(text)}, auto_detect = false, header = true, parallel = false, "
            f"""delim = ',', quote = '"', escape = '"', columns = {{{types}}}{filled})"""
        )
        told = ", ".join(f"{name}: {_text(value)}" for name, value in about.items())
        self._copied(source, path, f"{OPTIONS}, KV_METADATA {{{told}}}")

    def _copied(self, source: str, path: Path, options: str = OPTIONS) -> None:
        import duckdb

        try:
            self._db.execute(f"COPY (FROM {source}) TO {_quoted(path)} ({options})")
        except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
            full = _NO_ROOM.search(str(error)) is not None
            raise OSError(errno.ENOSPC if full else errno.EIO, str(error)) from error

    def _asked(self, path: Path, question: str) -> DuckDBPyConnection:
        import duckdb

        try:
            return self._db.execute(question)
        except duckdb.Error as error:
            message = f"{path} cannot be read as Parquet: {str(error).splitlines()[0]}"
            raise RunError(message) from error

    def read(self, path: Path, *columns: str, every: int = 1) -> dict[str, NDArray[Any]]:
        """Read columns as arrays, in the order in which rows were written; all, if none named.

        Of `every` so many rows only the first is read.
        """
        wanted = ", ".join('"' + name.replace('"', '""') + '"' for name in columns) or "*"
        source = f"read_parquet({_quoted(path)})"
        if every > 1:
            source = f"read_parquet({_quoted(path)}, file_row_number=true)"
            source += f" WHERE file_row_number % {every} = 0"
        found = self._asked(path, f"SELECT {wanted} FROM {source}")  # noqa: S608 - quoted
        return {name: _without_mask(values) for name, values in found.fetchnumpy().items()}

    def columns(self, path: Path) -> dict[str, str]:
        """List the columns of a table, with their types."""
        found = self._asked(path, f"SELECT * FROM read_parquet({_quoted(path)}) LIMIT 0")  # noqa: S608 - quoted
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
        found = self._asked(path, f'SELECT "{name}" FROM read_parquet({_quoted(path)})')  # noqa: S608 - quoted
        while rows := found.fetchmany(TOGETHER):
            yield "".join("\1\0" if word is None else f"{word}\0" for (word,) in rows)


def _without_mask(values: NDArray[Any]) -> NDArray[Any]:
    """A number that is missing comes back masked, and is nan to everyone else.

    Whole numbers of which none is missing stay whole.
    """
    if not isinstance(values, np.ma.MaskedArray):
        return values
    if values.dtype.kind != "f" and not np.ma.is_masked(values):
        return np.asarray(values.data)
    return np.ma.filled(values.astype(np.float64), np.nan)


def _quoted(path: Path) -> str:
    return _text(str(path))


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
