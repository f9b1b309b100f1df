"""The table of a study: a row for each run and each thing looked at, what varies in columns."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fundsim.metrics.catalogue import METRICS, Figure
from fundsim.money import Real
from fundsim.results.table import Row, Table
from fundsim.results.tables import spread
from fundsim.studies.cells import cell_of
from fundsim.studies.designs import HEAD, MADE, SETTINGS, TAIL
from fundsim.studies.pieces import Pieces
from fundsim.studies.plan import Look, Plan, Run, Sketch
from fundsim.studies.state import read_of, why_none


def table_of(plan: Plan, pieces: Pieces) -> Table:
    """Make a study's table; what a run has is what `fundsim run` says of its scenario.

    Columns: the run's number, what varies (rates as fractions, money as pounds), whose figure it is
    and which, its mean, error and quantiles, and what it is made of. A run that failed has one row,
    with the reason.
    """
    return Table("table", (*HEAD, *plan.columns, *TAIL), lambda: _rows(plan, pieces))


def _rows(plan: Plan, pieces: Pieces) -> Iterator[Row]:
    listed = pieces.listed()
    for run in plan.runs:
        head = str(run.number), *(cell_of(value) for value in plan.cells(run))
        figures = read_of(plan, run, pieces, listed)
        if figures is None:
            yield *head, *_failed(plan, run, why_none(plan, run, pieces, listed))
            continue
        for look, row in zip(plan.looks, figures, strict=True):
            yield *head, *_of_look(plan, run, look, row)


def _of_look(plan: Plan, run: Run, look: Look, figures: Real) -> Row:
    scenario, metric = run.scenario, METRICS[look.measure]
    assert scenario is not None  # noqa: S101 - it has figures
    told = spread(metric, figure_of(look, figures), scenario.parts)
    about = plan.loaded.study.fund, look.measure, look.basis, metric.unit
    return *about, *told, *_of_scenario(scenario), ""


def _of_scenario(scenario: Sketch) -> Row:
    """Say what the figures are made of."""
    return str(scenario.paths), str(scenario.years), str(scenario.seed), scenario.fingerprint


def figure_of(look: Look, figures: Real) -> Figure:
    """Give a metric's figures as it gave them itself: none at all where each is missing."""
    if np.isnan(figures).all():
        return None
    return figures.astype(np.bool_) if METRICS[look.measure].unit == "probability" else figures


def _failed(plan: Plan, run: Run, why: str) -> Row:
    """Write a row without figures: how many paths and years of which seed it was to be of."""
    made = _of_scenario(run.scenario) if run.scenario else _asked(plan, run)
    return *[""] * (len(TAIL) - len(MADE) - 1), *made, why


def _asked(plan: Plan, run: Run) -> Row:
    base = plan.loaded.scenario
    asked = {name: getattr(base, name) for name in SETTINGS} | plan.changes(run)
    return *(str(asked[name]) for name in SETTINGS), ""
