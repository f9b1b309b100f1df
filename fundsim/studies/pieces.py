"""What runs leave behind: files named by all that their figures depend on and by their content.

A piece holds the figures of some paths of a run, `(look, path)`, float64: pence, ratios, years, and
1 and 0 for what happens or does not; nan where there is no figure. Which paths stands in its name,
so that a run of more paths goes on from those that are there, and a large one is shared between
processes. It is put in place whole. A piece whose content has another hash than its name says is
none, and is made again.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fundsim.errors import RunError
from fundsim.files import put_whole
from fundsim.money import Real

FOLDER = "pieces"
FIGURES, FAILURE = ".npy", ".failed.txt"
_HASH = 16  # hex digits in a name
_SPAN = re.compile(r"\d+-\d+")

Span = tuple[int, int]
"""Some paths of a run: from one on, and before another."""
Listing = dict[str, list[Path]]
"""The files of each run, by its key."""


@dataclass(frozen=True)
class Pieces:
    """The pieces of a study, in a folder of its own."""

    place: Path

    def keep(self, key: str, figures: Real, first: int = 0) -> None:
        """Put a run's figures in their place, those of paths from `first` on."""
        self._put(*piece(key, figures, first))
        self._failure(key, (first, first + figures.shape[1])).unlink(missing_ok=True)

    def keep_failure(self, key: str, span: Span, why: str) -> None:
        """Note why some paths of a run have no figures."""
        self._put(self._failure(key, span).name, why.encode("utf-8"))

    def figures(self, key: str, paths: int) -> Real | None:
        """Give a run's figures on its first paths, `(look, path)`; None where not all are there."""
        return self.among(self.listed(), key, paths)

    def listed(self) -> Listing:
        """List the files by key: one look at the folder, for many runs."""
        found: Listing = {}
        for path in sorted(self.place.glob("*")):
            key, *rest = path.name.split(".")
            if len(rest) > 1 and _SPAN.fullmatch(rest[0]) and path.is_file():
                found.setdefault(key, []).append(path)
        return found

    def among(self, listed: Listing, key: str, paths: int) -> Real | None:
        """Give a run's figures as `figures` does, among files that were listed before."""
        whole, there = None, []
        for span, path in _with_figures(listed, key):
            first, end = span[0], min(span[1], paths)
            content = path.read_bytes()
            if first < end and _is(path, content):
                part = np.load(io.BytesIO(content), allow_pickle=False)
                whole = np.full((len(part), paths), np.nan) if whole is None else whole
                whole[:, first:end] = part[:, : end - first]
                there.append(span)
        return None if _gaps(there, paths) else whole

    def missing(self, listed: Listing, key: str, paths: int) -> list[Span]:
        """List which of a run's first paths have no figures, in order."""
        found = _with_figures(listed, key)
        return _gaps([span for span, path in found if _is(path, path.read_bytes())], paths)

    def take(self, other: Pieces) -> None:
        """Copy what another folder has and this one has not; what is not whole stays there."""
        broken = {*other.broken()}
        for path in sorted(other.place.glob("*")):
            there = (self.place / path.name).exists()
            if path.suffix in (FIGURES, ".txt") and path.name not in broken and not there:
                self._put(path.name, path.read_bytes())

    def broken(self) -> list[str]:
        """Name the pieces whose content is not what their name says."""
        return [path.name for path in self.files() if not _is(path, path.read_bytes())]

    def files(self) -> list[Path]:
        """List all pieces with figures, whole or not."""
        return sorted(path for path in self.place.glob(f"*{FIGURES}") if path.is_file())

    def clear(self, names: list[str]) -> None:
        """Take pieces away, so that they are made again."""
        for name in names:
            (self.place / name).unlink(missing_ok=True)

    def _failure(self, key: str, span: Span) -> Path:
        return self.place / f"{key}.{_told(span)}{FAILURE}"

    def _put(self, name: str, content: bytes) -> None:
        try:
            put_whole(self.place / name, content, sync=True)
        except OSError as error:
            message = (
                f"cannot write {self.place / name}: {error.strerror}; make room or choose another "
                "place, and go on: what is done is kept"
            )
            raise RunError(message) from error


def piece(key: str, figures: Real, first: int) -> tuple[str, bytes]:
    """Write some figures of a run, `(look, path)`, as a piece: its name and what it holds."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(figures), allow_pickle=False)
    content, span = buffer.getvalue(), (first, first + figures.shape[1])
    whose = f"{key}.{_told(span)}"
    return f"{whose}.{_hash(whose, content)}{FIGURES}", content


def failure(listed: Listing, key: str, gaps: Sequence[Span]) -> str | None:
    """Give why a run has no figures in some gaps, where it was tried."""
    for path in listed.get(key, ()):
        begin, end = _span(path)
        concerns = any(begin < last and first < end for first, last in gaps)
        if concerns and path.name.endswith(FAILURE):
            return path.read_text("utf-8")
    return None


def _with_figures(listed: Listing, key: str) -> list[tuple[Span, Path]]:
    """List a run's pieces in the order of their paths."""
    found = (path for path in listed.get(key, ()) if path.name.endswith(FIGURES))
    return sorted((_span(path), path) for path in found)


def _gaps(there: Sequence[Span], paths: int) -> list[Span]:
    """List which of the first paths are in none of some spans, which stand in order."""
    gaps, reached = [], 0
    for first, end in (*there, (paths, paths)):
        if min(first, paths) > reached:
            gaps.append((reached, min(first, paths)))
        reached = max(reached, end)
    return gaps


def _span(path: Path) -> Span:
    first, _, end = path.name.split(".")[1].partition("-")
    return int(first), int(end)


def _told(span: Span) -> str:
    first, end = span
    return f"{first}-{end}"


def _is(path: Path, content: bytes) -> bool:
    """Tell whether a piece's content is what its name says."""
    whose, _, stated = path.name.removesuffix(FIGURES).rpartition(".")
    return stated == _hash(whose, content)


def _hash(whose: str, content: bytes) -> str:
    """Stand for what a piece holds and for whose it is, so that two cannot change their names."""
    return hashlib.sha256(whose.encode() + b"\n" + content).hexdigest()[:_HASH]
