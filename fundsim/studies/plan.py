"""What a study is going to run: each run's scenario, and what can be said before it begins."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import islice
from pathlib import Path
from typing import TypeVar

from fundsim.errors import InputError, Problem, RunError, ScenarioError
from fundsim.metrics.catalogue import METRICS
from fundsim.metrics.series import Basis
from fundsim.rules.base import Fault, Setting
from fundsim.scenario import Scenario
from fundsim.scenario.carrying import with_tables
from fundsim.scenario.keys import Key, undotted
from fundsim.scenario.origins import Finding, problems_in_order
from fundsim.scenario.problems import shown
from fundsim.studies.designs import SETTINGS, Cell, Value, Values
from fundsim.studies.reading import Loaded

Design = TypeVar("Design", bound=Setting)


@dataclass(frozen=True)
class Look:
    """One thing that is looked at in every run."""

    measure: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a plan keeps of a run's scenario, so that many runs take little memory."""

    paths: int
    years: int
    seed: int
    parts: int
    fingerprint: str
    fingerprint_of_a_path: str

    @classmethod
    def of(cls, scenario: Scenario) -> Sketch:
        """Sketch a scenario."""
        return cls(**{name: getattr(scenario, name) for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its number, its cell, and what is to be known of its scenario, or what is wrong."""

    number: int
    cell: Cell
    scenario: Sketch | None
    problems: Sequence[Problem] = ()

    @property
    def wrong(self) -> str:
        """Say why there is no scenario; nothing where there is one."""
        return "; ".join(map(_told, self.problems))


@dataclass(frozen=True)
class Plan:
    """A study and all its runs, numbered from 0 in the order of its blocks."""

    loaded: Loaded
    runs: tuple[Run, ...]

    @property
    def looks(self) -> tuple[Look, ...]:
        """What is looked at: each metric in real terms where it has them."""
        return tuple(
            Look(name, "real" if "real" in METRICS[name].bases else "nominal")
            for name in self.loaded.study.measures
        )

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that say what varies; paths, years and seed have columns of their own."""
        names = dict.fromkeys(name for run in self.runs for name in run.cell.columns)
        return tuple(name for name in names if name not in SETTINGS)

    @property
    def fingerprint(self) -> str:
        """Twelve characters that stand for everything that the table depends on."""
        told = [f"{'/'.join(self.columns)} {self.loaded.study.fund}"]
        told += [f"{look.measure}/{look.basis}" for look in self.looks]
        told += [
            f"{run.scenario.fingerprint if run.scenario else '-'} {self.cells(run)}"
            for run in self.runs
        ]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]

    def block(self, kind: type[Design]) -> tuple[str, Design]:
        """Give the first block of a kind, with its name; a RunError where there is none."""
        study = self.loaded.study
        for name, block in study.vary.items():
            if isinstance(block, kind):
                return name, block
        kinds = f'block of kind "{kind.model_fields["kind"].default}"'
        message = f"{study.name} has no {kinds}; add a {kinds}"
        raise RunError(message)

    def scenario_of(self, run: Run) -> Scenario:
        """Make the scenario of a run; a ScenarioError where there is none."""
        return but(self.loaded.scenario, self.changes(run), self.loaded.folder)

    def changes(self, run: Run) -> Values:
        """Say what a run changes of the study's scenario."""
        return changes_of(self.loaded, run.cell)

    def cells(self, run: Run) -> tuple[Value | str, ...]:
        """Give what these columns say of a run."""
        return tuple(run.cell.columns.get(name, "") for name in self.columns)

    def key(self, run: Run) -> str:
        """Sixteen characters that stand for all that a run's figures on a path depend on.

        How many paths there are is none of it.
        """
        assert run.scenario is not None  # noqa: S101 - asked only of runs that can be made
        looked = ",".join(f"{look.measure}/{look.basis}" for look in self.looks)
        told = f"{run.scenario.fingerprint_of_a_path} {self.loaded.study.fund} {looked}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def planned(loaded: Loaded, most: int | None = None) -> Plan:
    """Make the scenario of every run.

    One that cannot be made of values that fit each other ill is a run with its reason; values that
    no run can have are told at once, in a ScenarioError, and so are more than `most` runs.
    """
    if most is not None and loaded.study.count > most:
        message = f"{too_many(loaded)}; make it smaller, or ask for it with fundsim batch --yes"
        raise ScenarioError([loaded.document.finding(("vary",), message, at="key").problem])
    made = [(parts, _run(loaded, n, parts)) for n, parts in enumerate(_combined(loaded))]
    findings = list(_hopeless(loaded, made))
    if findings:
        raise ScenarioError(problems_in_order(findings))
    return Plan(loaded, tuple(run for _, run in made))


def first_runs(loaded: Loaded, most: int) -> Plan:
    """Plan the first runs of a study alone, such as tell what many of them take."""
    cells = islice(_combined(loaded), most)
    return Plan(loaded, tuple(_run(loaded, n, parts) for n, parts in enumerate(cells)))


def _combined(loaded: Loaded) -> Iterator[tuple[Cell, ...]]:
    """Give every combination of cells; a block that has too few is a ScenarioError."""
    try:
        yield from loaded.study.combinations()
    except Fault as fault:
        finding = loaded.document.finding(("vary", *fault.key), fault.message)
        raise ScenarioError([finding.problem]) from None


def too_many(loaded: Loaded) -> str:
    """Say how many runs a study makes, and of how many cells of each block."""
    sizes = " x ".join(f"{one.count:,} ({n})" for n, one in loaded.study.vary.items())
    return f"this makes {loaded.study.count:,} runs, {sizes}"


def _run(loaded: Loaded, number: int, parts: tuple[Cell, ...]) -> Run:
    run = Run(number, reduce(Cell.with_, parts), None)
    try:
        changes = changes_of(loaded, run.cell)
        return replace(run, scenario=Sketch.of(but(loaded.scenario, changes, loaded.folder)))
    except InputError as error:
        return replace(run, problems=error.problems)


def changes_of(loaded: Loaded, cell: Cell) -> Values:
    """Say what a cell changes of a study's scenario, tables before what stands in them."""
    outer_first = dict(sorted(cell.changes.items(), key=lambda item: len(undotted(item[0]))))
    return with_tables(outer_first, loaded.study.tables)


def but(base: Scenario, changes: Values, folder: Path, *, checked: bool = False) -> Scenario:
    """Make a run's scenario; relative paths of changes begin in a folder."""
    return base.but(changes, folder, checked=checked) if changes else base


def _hopeless(loaded: Loaded, made: Sequence[tuple[tuple[Cell, ...], Run]]) -> Iterator[Finding]:
    """Find the cells of which every run is wrong, and tell why, once a place."""
    told = set()
    for block, name in enumerate(loaded.study.vary):
        runs: dict[int, list[Run]] = {}
        cells = {id(parts[block]): parts[block] for parts, _ in made}
        for parts, run in made:
            runs.setdefault(id(parts[block]), []).append(run)
        for which, cell in cells.items():
            if cell.changes and all(run.problems for run in runs[which]):
                for place, message in _told_of(name, cell, runs[which][0].problems):
                    if place not in told:
                        told.add(place)
                        yield loaded.document.finding(place, message, at="key")


def _told_of(block: str, cell: Cell, problems: Sequence[Problem]) -> Iterator[tuple[Key, str]]:
    """Tell what is wrong with a cell: what concerns a key of its own, or all if nothing does."""
    own = [(key, one) for key in cell.changes for one in problems if _concerns(one, key)]
    for key, problem in own or [(next(iter(cell.changes)), one) for one in problems]:
        found = f"found {shown(cell.changes[key])}: {_told(problem)}"
        message = problem.message if problem.key == key else found
        yield ("vary", block, *cell.at, key), message


def _concerns(problem: Problem, key: str) -> bool:
    return problem.key == key or problem.key.startswith(f"{key}.") or key.startswith(problem.key)


def _told(problem: Problem) -> str:
    """Tell a problem by its key; one of a table, which has none, by its cell there."""
    return f"{problem.key or Path(problem.place).name}: {problem.message}"
