"""A study's simulations as parts that any process can do: some paths of a run each."""

from __future__ import annotations

import pickle
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from fundsim.engine.simulate import Draws, simulate_span
from fundsim.errors import RunError
from fundsim.metrics.catalogue import METRICS
from fundsim.metrics.reading import read_by
from fundsim.metrics.series import FundSeries
from fundsim.money import Real
from fundsim.scenario import Scenario
from fundsim.studies.designs import Values
from fundsim.studies.pieces import Span
from fundsim.studies.plan import Look, Plan, but

REMEMBERED = 16  # blocks of markets in a process, for policies that meet the same future


@dataclass(frozen=True)
class Part:
    """Some paths of a run: its key, what it changes of the study's scenario, and which paths.

    `fingerprint` stands for the scenario as it was planned, but for its number of paths.
    """

    key: str
    changes: Values = field(compare=False)
    span: Span
    fingerprint: str

    @property
    def paths(self) -> int:
        """How many paths they are."""
        first, end = self.span
        return end - first


class Work:
    """Simulates parts of a study, and gives what is looked at on each path, `(look, path)`.

    It travels to another process as the study's scenario, which is read and checked there once;
    scenarios of runs are made there.
    """

    def __init__(self, base: Scenario, folder: Path, fund: str, looks: Sequence[Look]) -> None:
        self._base, self._folder = base, folder
        self._fund, self._looks = fund, tuple(looks)
        self._latest: tuple[str, Scenario] | None = None
        self._draws = Draws(REMEMBERED)
        self._reads = frozenset().union(*(read_by(each.measure, each.basis) for each in looks))

    @classmethod
    def of(cls, plan: Plan) -> Work:
        """Give the work of a study."""
        loaded = plan.loaded
        return cls(loaded.scenario, loaded.folder.resolve(), loaded.study.fund, plan.looks)

    def __call__(self, part: Part) -> Real:
        """Simulate a part."""
        scenario, (first, _) = self._scenario(part), part.span
        blocks = simulate_span(
            scenario, first, part.paths, self._figures, reads=self._reads, draws=self._draws
        )
        return np.concatenate(list(blocks), axis=1)

    def _scenario(self, part: Part) -> Scenario:
        """Give a run's scenario; parts of one run come one after another."""
        if self._latest is None or self._latest[0] != part.key:
            made = but(self._base, part.changes, self._folder, checked=True)
            if made.fingerprint_of_a_path != part.fingerprint:
                message = (
                    "a table that the study names is not what it was when the study was read, or "
                    f"not on this machine ({platform.node()}); run it again with --retry-failed"
                )
                raise RunError(message)
            self._latest = part.key, made
        return self._latest[1]

    def _figures(self, series: Mapping[str, FundSeries], paths: int) -> Real:
        own = series[self._fund]
        figures = np.full((len(self._looks), paths), np.nan)
        for row, look in enumerate(self._looks):
            figure = METRICS[look.measure].measure(own, look.basis)
            if figure is not None:
                figures[row] = figure
        return figures

    @cached_property
    def _packed(self) -> bytes:
        return pickle.dumps((self._base, self._folder, self._fund, self._looks))

    def __reduce__(self) -> tuple[Any, ...]:
        return _in_this_process, (self._packed,)


@lru_cache(maxsize=1)
def _in_this_process(packed: bytes) -> Work:
    return Work(*pickle.loads(packed))  # noqa: S301 - packed above, by the process that leads
