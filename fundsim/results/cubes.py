"""Figures by path that are too many to hold: one file a unit of 250 paths, read one at a time."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from fundsim.chance import UNIT
from fundsim.errors import RunError
from fundsim.metrics.series import Basis
from fundsim.money import Pence
from fundsim.scenario import Scenario

QUANTILE_PATHS = 1_000  # foundations and areas have quantiles over so many paths, the first ones
CUBES = ("allocated", "received", "foundation_fees", "waiting", "awarded", "promised", "paid")
"""The measures whose single paths are kept."""


@dataclass(frozen=True)
class Key:
    """Which cube: a fund's measure, by foundation or by area."""

    fund: str
    level: str
    measure: str
    basis: Basis


def twins_of(scenario: Scenario) -> Mapping[str, str]:
    """Name the measures by foundation that equal another one, which is told in their place.

    What is received is what was allocated, unless one foundation hands money over to another.
    """
    return {"received": "allocated"} if scenario.steady else {}


def pair(one: str, other: str) -> str:
    """Name two funds together, in a key."""
    return f"{one}+{other}"


@dataclass(frozen=True)
class Cubes:
    """Yearly pence of single paths, `(year, member, path)`, in a folder of their own.

    The first `paths` paths are kept. Nothing is written for a year without a posting, and a hole in
    a file reads as zero, which is what was posted.
    """

    folder: Path
    years: int
    paths: int
    twins: Mapping[str, str] = field(default_factory=dict)
    """Measures that are told by another one, which they equal on every path."""

    @property
    def quantile_paths(self) -> int:
        """How many paths quantiles are taken over."""
        return min(self.paths, QUANTILE_PATHS)

    def read(self, key: Key, members: int, rows: slice = slice(None)) -> Pence:
        """Read some members of a cube on the paths of quantiles, `(year, member, path)`."""
        units = range(-(-self.quantile_paths // UNIT))
        return np.concatenate([self.read_unit(key, u, members, rows) for u in units], axis=-1)

    def read_unit(self, key: Key, unit: int, members: int, rows: slice = slice(None)) -> Pence:
        """Read one unit's paths of a cube, `(year, member, path)`."""
        width = min(UNIT, self.paths - unit * UNIT)
        path = self.place(key, unit)
        if not self.folder.is_dir():
            message = f"{self.folder}, which held these results, is gone; simulate again"
            raise RunError(message)
        whole = np.zeros((self.years, members, width), np.int64)[:, rows]
        if path.exists():
            written = path.stat().st_size // (members * width * 8)
            shape = (written, members, width)
            stored = np.memmap(path, np.int64, "r", shape=shape)
            whole[:written] = stored[:, rows]
        return whole

    def place(self, key: Key, unit: int) -> Path:
        """Say which file holds one unit's paths of a cube."""
        measure = self.twins.get(key.measure, key.measure)
        return self.folder / f"{key.fund}.{key.level}.{measure}.{key.basis}.{unit}.i64"

    def units(self) -> Sequence[int]:
        """List the units that are kept."""
        return range(-(-self.paths // UNIT))


class CubeWriter:
    """Writes the cubes of one block of paths; its files stay open until it is closed."""

    def __init__(self, cubes: Cubes, first: int) -> None:
        self._cubes, self._first = cubes, first
        self._files: dict[tuple[Key, int], int] = {}

    def write(self, key: Key, year: int, pence: Pence) -> None:
        """Put one year of the block's paths in its place, `(member, path)`."""
        kept = min(pence.shape[1], self._cubes.paths - self._first)
        for begin in range(0, kept, UNIT):
            part = np.ascontiguousarray(pence[:, begin : min(begin + UNIT, kept)])
            os.pwrite(self._opened(key, begin), part.data, year * part.nbytes)

    def _opened(self, key: Key, begin: int) -> int:
        file = self._files.get((key, begin))
        if file is None:
            path = self._cubes.place(key, (self._first + begin) // UNIT)
            file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
            self._files[key, begin] = file
        return file

    def close(self) -> None:
        """Close all files."""
        for file in self._files.values():
            os.close(file)
        self._files.clear()
