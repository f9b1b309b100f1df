"""Parquet files come back as they were written, whatever their shape."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fundsim.results.store import Parquet


def test_single_paths_of_every_district_fit_into_one_file(tmp_path: Path) -> None:
    """One column a district, a row a year and path, in several parts: wide rows want memory."""
    of_one = np.arange(12_500, dtype=np.int64)
    parts = [{f"E{n:08d}": of_one * part + n for n in range(361)} for part in (1, 2, 3)]
    files, place = Parquet(), tmp_path / "wide.parquet"
    files.write(place, parts)
    assert len(files.columns(place)) == 361
    last = files.read(place, "E00000360")["E00000360"]
    assert np.array_equal(last, np.concatenate([of_one * part + 360 for part in (1, 2, 3)]))
