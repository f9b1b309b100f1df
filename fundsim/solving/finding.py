"""Trials on the same paths, the curve that they make, and where it crosses the target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from fundsim.engine.simulate import Progress, simulate
from fundsim.metrics.catalogue import capital_kept_whole
from fundsim.metrics.series import FundSeries
from fundsim.metrics.statistics import mean_and_error, quantiles
from fundsim.scenario import Scenario
from fundsim.solving.question import GRID, Question, ask
from fundsim.solving.solved import Solved, Trial


def solve(
    scenario: Scenario,
    target: str,
    *,
    fund: str | None = None,
    key: str | None = None,
    low: str | float | None = None,
    high: str | float | None = None,
    within: str | float | None = None,
    paths: int | None = None,
    seed: int | None = None,
    years: int | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Solved:
    """Find the largest spending of a fund that meets a target, and how sure that is.

    `target` is text, as "no real cut over 10% with probability 0.9". What is varied is the rate of
    the fund's spending rule, or its amount, or the rate or money at `key`, from `low` to `high` in
    steps of `within`: from 0% to 10% in steps of 0.01%; of an amount, to a tenth of the opening
    money in a thousand steps. Each trial meets the same markets. `paths`, `seed` and `years`
    replace the scenario's own; `progress` is told (paths done, of how many at most). What cannot be
    answered is an InputError.
    """
    changes = {"paths": paths, "seed": seed, "years": years}
    stated = scenario.but({name: value for name, value in changes.items() if value is not None})
    question = ask(stated, target, fund=fund, key=key, low=low, high=high, within=within)
    return answered(question, workers=workers, progress=progress)


def answered(question: Question, *, workers: int = 1, progress: Progress | None = None) -> Solved:
    """Answer a question; the answer is made of it alone."""
    return _Search(question, workers, progress).answer()


@dataclass
class _Search:
    """Trials made so far, by their step; what is asked again is not simulated again."""

    question: Question
    workers: int
    progress: Progress | None
    trials: dict[int, Trial] = field(default_factory=dict)
    done: int = 0

    def answer(self) -> Solved:
        """Try the grid and the stated figure, then close in on the target."""
        steps, goal = self.question.span.steps, self.question.target.probability
        grid = sorted({round(part * steps / GRID) for part in range(GRID + 1)})
        even = [self.at(step) for step in grid]
        beside = self._stated()
        found = self._largest(lambda one: one.share >= goal)
        surely = perhaps = None
        if found is not None:
            surely = self._largest(lambda one: one.low >= goal)
            perhaps = self._largest(lambda one: one.high >= goal)
        if self.progress is not None:
            self.progress(self.question.most, self.question.most)
        trials = sorted((*self.trials.values(), *beside), key=lambda one: one.value)
        return Solved(self.question, trials, even, found, surely, perhaps)

    def at(self, step: int) -> Trial:
        """Give the trial at a step, made if it is new."""
        if step not in self.trials:
            self.trials[step] = self._made(self.question.span.value(step))
        return self.trials[step]

    def _stated(self) -> list[Trial]:
        """Try the scenario's own figure, and give it where it is at none of the steps."""
        own, span = self.question.varied.stated, self.question.span
        if own is None or not span.low <= own <= span.high:
            return []
        step = span.step_of(own)
        if step is not None:
            self.at(step)
            return []
        return [self._made(own)]

    def _largest(self, holds: Callable[[Trial], bool]) -> Trial | None:
        """Give the last trial for which something holds, closed in on to one step."""
        while True:
            last = max((step for step, one in self.trials.items() if holds(one)), default=None)
            if last is None:
                return None
            above = min((step for step in self.trials if step > last), default=last)
            if above - last <= 1:
                return self.trials[last]
            self.at((last + above) // 2)

    def _made(self, value: Decimal) -> Trial:
        """Simulate a figure, and keep what the curve shows of it."""
        scenario = self.question.varied.at(value)
        results = simulate(scenario, workers=self.workers, progress=self._told)
        self.done += scenario.paths
        series = results.series[self.question.varied.fund]
        spent = series.of("spending", "real")[series.first :]
        years = max(len(spent), 1) * scenario.paths
        met = self.question.target.wish.met(series)
        parted = None
        if series.parts > 1:
            _, parted = mean_and_error(met.astype(np.float64), series.parts)
        return Trial(
            value=value,
            met=int(met.sum()),
            paths=scenario.paths,
            spending=int(spent.sum()) / 100 / years,
            kept=_median_kept(series),
            parted=parted,
        )

    def _told(self, done: int, _: int) -> None:
        if self.progress is not None:
            self.progress(min(self.done + done, self.question.most), self.question.most)


def _median_kept(series: FundSeries) -> float:
    kept = capital_kept_whole(series)
    if kept is None or np.isnan(kept[-1]).any():
        return float("nan")
    return float(quantiles(kept[-1], [0.5])[0])
