"""Fund series of all paths: a file a measure, read one at a time, so that memory stays bounded."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fundsim.errors import RunError
from fundsim.metrics.series import MEASURES, Basis
from fundsim.money import Pence

REMEMBERED = 2  # measures at a time; 4 MB each at 10,000 paths of 50 years


@dataclass(frozen=True)
class Shelf:
    """Yearly pence of funds on every path, `(year, path)`, in a folder of their own.

    A measure without a file was never posted to, and reads as zero.
    """

    folder: Path
    years: int
    paths: int

    def write(self, fund: str, measure: str, basis: Basis, first: int, pence: Pence) -> None:
        """Put some paths in their place: `pence` is `(year, path)` from path `first` on.

        A file holds path after path, so that a block is one piece of it.
        """
        file = os.open(self._file(fund, measure, basis), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            whole = np.ascontiguousarray(pence.T)
            os.pwrite(file, whole.data, first * self.years * pence.itemsize)
        finally:
            os.close(file)

    def read(self, fund: str, measure: str, basis: Basis) -> Pence:
        """Read all paths of one measure."""
        path = self._file(fund, measure, basis)
        if not self.folder.is_dir():
            message = f"{self.folder}, which held these results, is gone; simulate again"
            raise RunError(message)
        whole = np.zeros(self.paths * self.years, np.int64)
        if path.exists():
            stored = np.fromfile(path, np.int64)
            whole[: len(stored)] = stored
        return np.ascontiguousarray(whole.reshape(self.paths, self.years).T)

    def _file(self, fund: str, measure: str, basis: Basis) -> Path:
        return self.folder / f"{fund}.{measure}.{basis}.series"


class Measures(Mapping[str, Pence]):
    """Every measure by name, read when it is asked for; the few read last are remembered."""

    def __init__(self, read: Callable[[str], Pence], owner: object = None) -> None:
        """`owner` is what the files live with: they go when nobody holds on to it any more."""
        self._read, self._owner = read, owner
        self._latest: dict[str, Pence] = {}

    def __getitem__(self, measure: str) -> Pence:
        if measure not in MEASURES:
            raise KeyError(measure)
        pence = self._latest.pop(measure, None)
        if pence is None:
            pence = self._read(measure)
            pence.setflags(write=False)
        self._latest[measure] = pence
        if len(self._latest) > REMEMBERED:
            del self._latest[next(iter(self._latest))]
        return pence

    def __iter__(self) -> Iterator[str]:
        return iter(MEASURES)

    def __len__(self) -> int:
        return len(MEASURES)
