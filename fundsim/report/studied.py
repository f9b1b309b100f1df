"""What a study answers, as the parts of a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from fundsim.errors import RunError
from fundsim.metrics.catalogue import METRICS
from fundsim.report.drivers import Drivers
from fundsim.report.parts import Grid
from fundsim.report.policies import Choosing
from fundsim.report.told import Told, assumptions, remarks, toml_of
from fundsim.scenario import Scenario
from fundsim.studies import Plan, planned
from fundsim.studies.answers.choosing import policies_of
from fundsim.studies.answers.means import mean_of
from fundsim.studies.designs import ALONE
from fundsim.studies.folder import open_study
from fundsim.studies.naming import told_of
from fundsim.studies.pieces import FOLDER, Pieces
from fundsim.studies.plan import Run
from fundsim.studies.state import read_of, why_none
from fundsim.studies.verifying import altered
from fundsim.studies.wording import name_of, plainly, said
from fundsim.wording import counted, day

BLOCKS = ("what varies", "how", "cells", "why these values")
SHOWN, FEW = 48, 12  # runs that a document lists: all of so many, of more so few
NOTHING = "–"


@dataclass(frozen=True)
class Studied:
    """A finished study's folder, as a report reads it."""

    folder: Path
    plan: Plan

    @classmethod
    def of(cls, place: Path) -> Studied:
        """Read a finished study's folder; one that is not whole is a RunError."""
        wrong = next(altered(place), None)
        if wrong is not None:
            message = f"{place} does not verify ({wrong}); make it again with fundsim batch {place}"
            raise RunError(message)
        return cls(place, planned(open_study(place)))

    @property
    def scenario(self) -> Scenario:
        """The scenario that varies."""
        return self.plan.loaded.scenario

    @cached_property
    def means(self) -> dict[int, Sequence[float]]:
        """The mean of what is looked at in each run that has figures, by its number."""
        pieces = Pieces(self.folder / FOLDER)
        listed, means = pieces.listed(), dict[int, Sequence[float]]()
        for run in self.plan.runs:
            figures = read_of(self.plan, run, pieces, listed)
            if figures is not None:
                means[run.number] = [mean_of(row) for row in figures]
        return means

    @property
    def asks(self) -> bool:
        """Whether the study is made to ask what matters, or where its policies fail."""
        study = self.plan.loaded.study
        alone = any(isinstance(block, ALONE) for block in study.vary.values())
        return alone or bool(study.acceptable and study.futures)

    @property
    def policies(self) -> tuple[Choosing | None, Sequence[Grid | str]]:
        """Which policy does well, and what is told of it: why not, where that cannot be told."""
        if not self.plan.loaded.study.futures:
            return None, []
        try:
            chosen = Choosing(policies_of(self.plan, Pieces(self.folder / FOLDER)))
        except RunError as error:
            return None, [f"{error}."]
        return chosen, list(chosen.parts())

    @cached_property
    def drivers(self) -> Drivers:
        """What matters, where the study asks that and it can be told."""
        try:
            if self.asks:
                return Drivers.found(self.plan, Pieces(self.folder / FOLDER))
        except RunError as error:
            return Drivers(self.plan, untold=str(error))
        return Drivers(self.plan)


def told_study(found: Studied, begin: int, *, anchor: str) -> Told:
    """Tell a study: what varies, what comes out run by run, and what drives it if that is asked."""
    study, scenario, drivers = found.plan.loaded.study, found.scenario, found.drivers
    policies, parts = found.policies
    pictures = list(drivers.pictures(begin))
    if policies is not None:
        pictures += policies.pictures(begin + len(pictures))
    runs = counted(len(found.plan.runs), "run")
    futures = f"{counted(scenario.paths, 'simulated future')} of {counted(scenario.years, 'year')}"
    return Told(
        anchor=anchor,
        title=study.title,
        name=scenario.name,
        called=study.name,
        fingerprint=scenario.fingerprint,
        heading=[
            *([study.about] if study.about else []),
            (
                f"{study.name}: {runs} of {scenario.name}, {futures} each from "
                f"{day(scenario.start)}, seed {scenario.seed}, unless a run says otherwise; all of "
                "one seed meet the same chance."
            ),
        ],
        funds=Grid(BLOCKS, list(_blocks(found.plan))),
        short=list(_ranges(found)),
        answer=[_runs(found)],
        sentences=[
            *_failed(found),
            *([] if found.asks else drivers.doubts()),  # told with what drives the answer
            *remarks(scenario),
        ],
        pictures=pictures,
        assumptions=assumptions(scenario),
        toml=toml_of(found.folder),
        again=(f"fundsim batch {study.name}.toml", f"fundsim batch {found.folder.resolve().name}"),
        drivers=list(drivers.parts()) if found.asks else [],
        policies=parts,
    )


def _blocks(plan: Plan) -> Iterator[Sequence[str]]:
    """Say of each block how it varies, and why so."""
    study = plan.loaded.study
    for name, block in study.vary.items():
        why = [text for key, text in study.sources.items() if key.split(".")[0] == name]
        how = (type(block).__doc__ or "").strip().splitlines()[0].rstrip(".")
        yield name, how, f"{block.count:,}", " · ".join(why) or NOTHING


def _ranges(found: Studied) -> Iterator[str]:
    """Say between what each measure lies over all runs, and in which of them."""
    for place, look in enumerate(found.plan.looks):
        unit = METRICS[look.measure].unit
        known = {n: means[place] for n, means in found.means.items() if np.isfinite(means[place])}
        if known:
            least, most = min(known, key=known.__getitem__), max(known, key=known.__getitem__)
            runs = found.plan.runs
            yield (
                f"{name_of(look.measure)}: from {said(known[least], unit)} "
                f"({_cell(found.plan, runs[least])}) to {said(known[most], unit)} "
                f"({_cell(found.plan, runs[most])})."
            )


def _cell(plan: Plan, run: Run) -> str:
    return told_of(plan, run.cell) or f"run {run.number}"


def _runs(found: Studied) -> Grid:
    """Set what varies and the means beside each other, a row a run."""
    plan = found.plan
    units = [METRICS[look.measure].unit for look in plan.looks]
    head = ("run", "what varies", *(plainly(look.measure) for look in plan.looks))
    rows, shown = [], FEW if len(plan.runs) > SHOWN else SHOWN
    for run in plan.runs[:shown]:
        means = found.means.get(run.number, [float("nan")] * len(units))
        told = (said(mean, unit) for mean, unit in zip(means, units, strict=True))
        rows.append((str(run.number), _cell(plan, run), *told))
    left = len(plan.runs) - shown
    note = "Means over the simulated futures of each run; errors and quantiles are in table.csv."
    return Grid(head, rows, f"{note} {left:,} more runs are there too." if left > 0 else note)


def _failed(found: Studied) -> Iterator[str]:
    missing = [run for run in found.plan.runs if run.number not in found.means]
    if missing:
        pieces = Pieces(found.folder / FOLDER)
        first = missing[0]
        why = why_none(found.plan, first, pieces, pieces.listed())
        yield (
            f"{counted(len(missing), 'run')} of {len(found.plan.runs):,} failed; the first, run "
            f"{first.number} ({_cell(found.plan, first)}): {why}"
        )
