"""A study of one small endowment: its file, and the base that it varies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from fundsim.scenario import resolved_toml
from fundsim.scenario.spelling import toml
from fundsim.studies import Plan, load_study, planned
from fundsim.studies.pieces import Pieces
from tests.solving.world import endowment, risky

RATES = "funds.fund.spending.rate"
CHANCY = risky(0.06, 0.12, 0.005, 0.02)


def study_values(**changes: Any) -> dict[str, Any]:
    """Give a study's values: two rates of spending, unless told otherwise."""
    values: dict[str, Any] = {
        "schema_version": 1,
        "name": "rates",
        "title": "Two rates",
        "base": "base.toml",
        "measures": ["spending", "ends_below_whole"],
        "vary": {"rates": {"kind": "grid", "values": {RATES: ["3%", "5%"]}}},
    }
    return {key: value for key, value in (values | changes).items() if value is not None}


def written(folder: Path, *, paths: int = 500, years: int = 12, **changes: Any) -> Path:
    """Write a study's file, and the scenario that it varies beside it."""
    folder.mkdir(exist_ok=True)
    base = endowment(folder, paths=paths, years=years, markets=CHANCY)
    (folder / "base.toml").write_text(resolved_toml(base), "utf-8")
    path = folder / "study.toml"
    path.write_text(toml(study_values(**changes)), "utf-8")
    return path


def plan_of(folder: Path, **changes: Any) -> Plan:
    """Give the plan of such a study."""
    return planned(load_study(written(folder, **changes)))


def put_in_place(
    plan: Plan, folder: Path, of: Callable[[dict[str, Any]], Sequence[float]]
) -> Pieces:
    """Keep a function's figures in place of what each run would come to, one a thing looked at.

    It is one of the values that vary alone: runs of the same values are one run.
    """
    pieces = Pieces(folder / "pieces")
    for run in plan.runs:
        figures = np.array(of(run.cell.columns), dtype=np.float64)
        pieces.keep(plan.key(run), np.repeat(figures[:, np.newaxis], 2, axis=1))
    return pieces
