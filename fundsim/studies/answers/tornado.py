"""What moves the answer: each assumption alone at either end, on the same paths as the base.

The difference that an end makes is taken path by path, so that what chance does to both falls away;
its standard error is that of the mean of these differences.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fundsim.errors import RunError
from fundsim.metrics.catalogue import METRICS
from fundsim.metrics.statistics import mean_and_error
from fundsim.money import Real
from fundsim.results.table import Row, Table, in_pounds, plain
from fundsim.studies.designs import BASE, HIGH, LOW, OneAtATime, Value
from fundsim.studies.naming import told_of
from fundsim.studies.pieces import Listing, Pieces
from fundsim.studies.plan import Look, Plan, Run
from fundsim.studies.state import read_of, why_none

COLUMNS = (
    *("measure", "basis", "unit", "rank", "assumption", "end", "changes"),
    *("base", "mean", "difference", "se", "swing", "swing_se", "paths"),
)


@dataclass(frozen=True)
class Moved:
    """What one end of an assumption makes of a measure, and how far that is from the base."""

    changes: str
    mean: float
    difference: float
    error: float


@dataclass(frozen=True)
class Bar:
    """One assumption's two ends, and the difference between them: `swing`, high less low."""

    assumption: str
    ends: Mapping[str, Moved]
    swing: float
    error: float


@dataclass(frozen=True)
class Tornado:
    """One measure under every assumption, the one that moves it most first."""

    look: Look
    base: float
    paths: int
    bars: tuple[Bar, ...]


def tornadoes(plan: Plan, pieces: Pieces) -> list[Tornado]:
    """Hold each assumption's ends against the base, measure by measure.

    RunError: the study moves nothing one at a time, a run of it failed or is missing, or a measure
    has no figure on some path.
    """
    name, _ = plan.block(OneAtATime)
    runs = {(run.cell.columns[name], run.cell.columns[f"{name}_end"]): run for run in plan.runs}
    listed = pieces.listed()
    figures = {ends: figures_of(plan, run, pieces, listed) for ends, run in runs.items()}
    return [_tornado(plan, row, look, runs, figures) for row, look in enumerate(plan.looks)]


def figures_of(plan: Plan, run: Run, pieces: Pieces, listed: Listing) -> Real:
    """Give a run's figures, `(look, path)`; a RunError that names the run where it has none."""
    found = read_of(plan, run, pieces, listed)
    if found is not None:
        return found
    columns = run.cell.columns.values()
    words = all(isinstance(value, str) for value in columns)
    told = ", ".join(map(str, columns)) if words else told_of(plan, run.cell)
    why = why_none(plan, run, pieces, listed)
    message = f"run {run.number} ({told}) has no figures: {why}"
    raise RunError(message)


Ends = tuple[Value, Value]
"""An assumption's name, or the base's, and which end."""


def _tornado(
    plan: Plan, row: int, look: Look, runs: Mapping[Ends, Run], figures: Mapping[Ends, Real]
) -> Tornado:
    base = figures[BASE, BASE][row]
    parts = plan.loaded.scenario.parts
    bars = []
    for assumption in dict.fromkeys(name for name, _ in runs if name != BASE):
        ends: dict[str, Moved] = {}
        values: dict[str, Real] = {}
        for end in (LOW, HIGH):
            run = runs[assumption, end]
            values[end] = figures[assumption, end][row]
            _refuse_gaps(look, f"{assumption}, {end}", values[end], base)
            difference, error = mean_and_error(values[end] - base, parts)
            mean = float(mean_and_error(values[end], parts)[0])
            ends[end] = Moved(changes_of(run), mean, difference, error)
        swing, error = mean_and_error(values[HIGH] - values[LOW], parts)
        bars.append(Bar(str(assumption), ends, swing, error))
    bars.sort(key=lambda bar: (-_reach(bar), bar.assumption))
    return Tornado(look, float(mean_and_error(base, parts)[0]), len(base), tuple(bars))


def _reach(bar: Bar) -> float:
    """How far apart the base and the two ends lie at most."""
    places = [0.0, *(moved.difference for moved in bar.ends.values())]
    return max(places) - min(places)


def _refuse_gaps(look: Look, what: str, *figures: Real) -> None:
    for values in figures:
        gaps = int((~np.isfinite(values)).sum())
        if gaps:
            message = (
                f"{look.measure} has no figure on {gaps:,} of {len(values):,} paths ({what} or the "
                "base); choose a measure that every path has"
            )
            raise RunError(message)


def changes_of(run: Run) -> str:
    """Write what an end changes, shortly: the values alone where the keys go without saying."""
    changes = run.cell.changes
    if run.cell.called:
        return run.cell.called
    if len(changes) == 1:
        (value,) = changes.values()
        return "other tables" if isinstance(value, dict | list) else str(value)
    plain_values = {str(v) for v in changes.values() if not isinstance(v, dict | list)}
    return plain_values.pop() if len(plain_values) == 1 else f"{len(changes)} values"


def table_of_tornadoes(made: Sequence[Tornado]) -> Table:
    """Write tornadoes as one table, a row an end, in the order of their reach."""
    return Table("tornado", COLUMNS, lambda: _rows(made))


def _rows(made: Sequence[Tornado]) -> Iterator[Row]:
    for one in made:
        unit = METRICS[one.look.measure].unit
        write = in_pounds if unit == "pounds" else plain
        for rank, bar in enumerate(one.bars, start=1):
            for end, moved in bar.ends.items():
                head = one.look.measure, one.look.basis, unit, str(rank), bar.assumption, end
                told = one.base, moved.mean, moved.difference, moved.error, bar.swing, bar.error
                yield *head, moved.changes, *map(write, told), str(one.paths)
