"""Figures by path that are too many to hold: one file a unit of 250 paths, read one at a time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fundsim.chance import UNIT
from fundsim.errors import RunError
from fundsim.metrics.series import Basis
from fundsim.money import Pence

QUANTILE_PATHS = 1_000  # foundations and areas have quantiles over so many paths, the first ones
CUBES = ("allocated", "received", "waiting", "awarded", "paid")
"""The measures whose single paths are kept."""


@dataclass(frozen=True)
class Key:
    """Which cube: a fund's measure, by foundation or by area."""

    fund: str
    level: str
    measure: str
    basis: Basis


@dataclass(frozen=True)
class Cubes:
    """Yearly pence of single paths, `(year, member, path)`, in a folder of their own.

    The first `paths` paths are kept. Nothing is written for a year without a posting, and a hole in
    a file reads as zero, which is what was posted.
    """

    folder: Path
    years: int
    paths: int

    @property
    def quantile_paths(self) -> int:
        """How many paths quantiles are taken over."""
        return min(self.paths, QUANTILE_PATHS)

    def write(self, key: Key, first: int, year: int, pence: Pence) -> None:
        """Put one year of some paths in its place: `(member, path)` from path `first` on."""
        for begin in range(0, pence.shape[1], UNIT):
            width = min(UNIT, self.paths - first - begin)
            if width <= 0:
                return
            part = np.ascontiguousarray(pence[:, begin : begin + width])
            path = self._file(key, (first + begin) // UNIT)
            flags = os.O_WRONLY | os.O_CREAT
            file = os.open(path, flags, 0o600)
            os.pwrite(file, part.data, year * part.nbytes)
            os.close(file)

    def read(self, key: Key, members: int, rows: slice = slice(None)) -> Pence:
        """Read some members of a cube on the paths of quantiles, `(year, member, path)`."""
        units = range(-(-self.quantile_paths // UNIT))
        return np.concatenate([self.read_unit(key, u, members, rows) for u in units], axis=-1)

    def read_unit(self, key: Key, unit: int, members: int, rows: slice = slice(None)) -> Pence:
        """Read one unit's paths of a cube, `(year, member, path)`."""
        width = min(UNIT, self.paths - unit * UNIT)
        path = self._file(key, unit)
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

    def _file(self, key: Key, unit: int) -> Path:
        return self.folder / f"{key.fund}.{key.level}.{key.measure}.{key.basis}.{unit}.i64"

    def units(self) -> Sequence[int]:
        """List the units that are kept."""
        return range(-(-self.paths // UNIT))
