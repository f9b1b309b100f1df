"""A million paths: bounded memory, and quantiles that are those of all figures."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fundsim.metrics.statistics import quantiles
from fundsim.studies import load_study, planned
from fundsim.studies.pieces import FOLDER, Pieces
from fundsim.studies.table import table_of

PATHS = 1_000_000
STUDY = f"""
schema_version = 1
name = "million"
title = "What do a million futures of the flagship say?"
base = "kruger-2020"
fund = "luc"
paths = {PATHS}
years = 2
measures = ["returns", "closing_capital"]
[vary.rate]
kind = "grid"
values = {{ "funds.luc.spending.rate" = ["3.5%"] }}
"""
RUN = """
import resource, sys
from pathlib import Path
from fundsim.cli import main

def highest():  # in MB; Linux counts what a parent took as a child's own, but not in this file
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(each for each in status.read_text().splitlines() if each.startswith("VmHWM"))
        return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024**2  # bytes, on macOS

sys.argv = ["fundsim", "batch", *sys.argv[1:], "--quiet"]
try:
    main()
finally:
    print(highest())
"""


@pytest.mark.slow
def test_a_million_paths_fit_into_300_mb_and_quantiles_are_exact(tmp_path: Path) -> None:
    study, place = tmp_path / "million.toml", tmp_path / "out"
    study.write_text(STUDY, "utf-8")
    words = [sys.executable, "-c", RUN, str(study), "--out", str(place)]
    made = subprocess.run(words, capture_output=True, text=True, check=True)
    assert int(made.stdout) <= 300
    plan, pieces = planned(load_study(study)), Pieces(place / FOLDER)
    figures = pieces.figures(plan.key(plan.runs[0]), PATHS)
    assert figures is not None
    assert figures.shape == (2, PATHS)
    table = table_of(plan, pieces)
    for measure, row in zip(("returns", "closing_capital"), figures, strict=True):
        ordered = np.sort(row.astype(np.int64))
        assert len(np.unique(ordered)) > PATHS / 2
        own = table.where(measure=measure)
        for level, name in ((0.05, "p05"), (0.5, "p50"), (0.95, "p95")):
            place_, (told,) = level * (PATHS - 1), own.column(name)
            low, high = ordered[int(place_)], ordered[int(place_) + 1]
            exact = low + (place_ - int(place_)) * (high - low)
            assert float(told) == pytest.approx(exact / 100, abs=0.00005)
            assert quantiles(row, [level])[0] == exact
