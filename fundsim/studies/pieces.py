"""What runs leave behind: a file each, named by all that its figures depend on and by its content.

A piece holds the figures of a run, `(look, path)`, float64: pence, ratios, years, and 1 and 0 for
what happens or does not; nan where there is no figure. It is put in place whole. A piece whose
content has another hash than its name says is none, and is made again.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fundsim.errors import RunError
from fundsim.files import put_whole
from fundsim.money import Real

FOLDER = "pieces"
FIGURES, FAILURE = ".npy", ".failed.txt"
_HASH = 16  # hex digits in a name


@dataclass(frozen=True)
class Pieces:
    """The pieces of a study, in a folder of its own."""

    place: Path

    def keep(self, key: str, figures: Real) -> None:
        """Put a run's figures in their place."""
        buffer = io.BytesIO()
        np.save(buffer, figures, allow_pickle=False)
        content = buffer.getvalue()
        self._put(f"{key}.{_hash(content)}{FIGURES}", content)
        self._path(key, FAILURE).unlink(missing_ok=True)

    def keep_failure(self, key: str, why: str) -> None:
        """Note why a run has no figures."""
        self._put(f"{key}{FAILURE}", why.encode("utf-8"))

    def figures(self, key: str) -> Real | None:
        """Give a run's figures, `(look, path)`; None where none are whole."""
        return self.among(self.listed(), key)

    def listed(self) -> dict[str, list[Path]]:
        """List the files with figures by key: one look at the folder, for many runs."""
        found: dict[str, list[Path]] = {}
        for path in sorted(self.place.glob(f"*{FIGURES}")):
            found.setdefault(path.name.partition(".")[0], []).append(path)
        return found

    def among(self, listed: Mapping[str, Sequence[Path]], key: str) -> Real | None:
        """Give a run's figures as `figures` does, among files that were listed before."""
        for path in listed.get(key, ()):
            content = path.read_bytes()
            if path.name == f"{key}.{_hash(content)}{FIGURES}":
                figures: Real = np.load(io.BytesIO(content), allow_pickle=False)
                return figures
        return None

    def failure(self, key: str) -> str | None:
        """Give why a run has no figures, where it was tried."""
        path = self._path(key, FAILURE)
        return path.read_text("utf-8") if path.is_file() else None

    def take(self, other: Pieces) -> None:
        """Copy what another folder has and this one has not; what is not whole stays there."""
        broken = {*other.broken()}
        for path in sorted(other.place.glob("*")):
            there = (self.place / path.name).exists()
            if path.suffix in (FIGURES, ".txt") and path.name not in broken and not there:
                self._put(path.name, path.read_bytes())

    def broken(self) -> list[str]:
        """Name the pieces whose content is not what their name says."""
        return [
            path.name
            for path in sorted(self.place.glob(f"*{FIGURES}"))
            if path.name.split(".")[1] != _hash(path.read_bytes())
        ]

    def clear(self, names: list[str]) -> None:
        """Take pieces away, so that they are made again."""
        for name in names:
            (self.place / name).unlink(missing_ok=True)

    def _path(self, key: str, ending: str) -> Path:
        return self.place / f"{key}{ending}"

    def _put(self, name: str, content: bytes) -> None:
        try:
            put_whole(self.place / name, content, sync=True)
        except OSError as error:
            message = (
                f"cannot write {self.place / name}: {error.strerror}; make room or choose another "
                "place, and go on: what is done is kept"
            )
            raise RunError(message) from error


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_HASH]
