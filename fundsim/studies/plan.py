"""What a study is going to run: each run's scenario, and what can be said before it begins."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from fundsim.errors import InputError
from fundsim.metrics.catalogue import METRICS
from fundsim.metrics.series import Basis
from fundsim.scenario import Scenario
from fundsim.studies.reading import Loaded
from fundsim.studies.schema import Cell, Value


@dataclass(frozen=True)
class Look:
    """One thing that is looked at in every run."""

    measure: str
    basis: Basis


@dataclass(frozen=True)
class Run:
    """One run: its number, its cell, and its scenario, or why there is none."""

    number: int
    cell: Cell
    scenario: Scenario | None
    wrong: str = ""


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

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that say what varies."""
        return tuple(dict.fromkeys(name for run in self.runs for name in run.cell.columns))

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

    def cells(self, run: Run) -> tuple[Value | str, ...]:
        """Give what these columns say of a run."""
        return tuple(run.cell.columns.get(name, "") for name in self.columns)

    def key(self, run: Run) -> str:
        """Sixteen characters that stand for all that a run's figures depend on."""
        assert run.scenario is not None  # noqa: S101 - asked only of runs that can be made
        looked = ",".join(f"{look.measure}/{look.basis}" for look in self.looks)
        told = f"{run.scenario.fingerprint} {self.loaded.study.fund} {looked}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def planned(loaded: Loaded) -> Plan:
    """Make the scenario of every run; one that cannot be made is a run with its reason."""
    return Plan(loaded, tuple(_runs(loaded)))


def _runs(loaded: Loaded) -> Iterator[Run]:
    for number, cell in enumerate(loaded.study.cells()):
        try:
            scenario = loaded.scenario.but(cell.changes) if cell.changes else loaded.scenario
        except InputError as error:
            wrong = "; ".join(_told(problem.key, problem.message) for problem in error.problems)
            yield Run(number, cell, None, wrong)
            continue
        yield Run(number, cell, scenario)


def _told(key: str, message: str) -> str:
    return f"{key}: {message}" if key else message
