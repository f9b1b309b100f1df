"""Choosing among policies when nobody knows which future comes.

A study's figures are means over paths, of each policy in each future. Of each measure that has a
direction: its mean over futures (Laplace's criterion), its worst future (Wald's), and how much
worse a policy is at most than the best one of the same future, its largest regret (Savage's), or in
nine futures of ten. A policy is acceptable in a future in which all that the study asks for holds;
the share of such futures is Starr's domain criterion, also called satisficing. Herman, Reed, Zeff
and Characklis, Journal of Water Resources Planning and Management 141, 2015; McPhail, Maier,
Kwakkel, Giuliani, Castelletti and Westra, Earth's Future 6, 2018.

Futures are taken for a random sample of those that may come, and paths for one of chance; all runs
meet the same paths. The error of a mean over futures is therefore of two parts, how it varies
between futures and how it varies between paths (a two-way crossed classification; Searle, Casella
and McCulloch, Variance Components, 1992). What only certain paths of certain futures bring is in
both, so that the error is rather too large. Intervals hold 95 in 100 such samples: of means by
Student's t with one degree of freedom less than there are futures, of shares by Wilson's formula
(Journal of the American Statistical Association 22, 1927).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fundsim.comparison.choice import Aim, Called, Choice, LeastRegret, Mask
from fundsim.errors import RunError
from fundsim.metrics.catalogue import METRICS
from fundsim.metrics.statistics import mean_and_error, quantiles
from fundsim.money import Real
from fundsim.studies.answers.means import mean_of
from fundsim.studies.answers.roles import Roles, roles
from fundsim.studies.designs import Cell
from fundsim.studies.naming import name_of_future
from fundsim.studies.pieces import Pieces
from fundsim.studies.plan import Look, Plan, Run
from fundsim.studies.state import read_of, why_none
from fundsim.studies.wording import plainly
from fundsim.wording import counted

CALLED = Called("policy", "policies", "future", "futures")
SHOWN = 6  # decimals in tables: what differs by less is taken for the same
TAIL = 0.975  # of a distribution below the upper end of an interval
OFTEN = 0.9  # of futures, in which regret is at most so much
RESAMPLES = 999


@dataclass(frozen=True)
class Sure:
    """A mean over futures, its standard error, and half of its interval; nan of one future."""

    mean: float
    error: float
    half: float


@dataclass(frozen=True)
class Share:
    """In how many futures a policy is acceptable, and the ends of the share's interval."""

    count: int
    of: int
    low: float
    high: float


@dataclass(frozen=True)
class Criteria:
    """One measure of every policy, each `(policy,)`; no regret where more is neither.

    `worst` is the number of the worst future. `often` is the regret of nine futures in ten, `again`
    the share of resamples of the futures in which a policy is the least regretted. `apart` is what
    a policy's mean differs by from that of the first of the least regretted, future by future.
    """

    look: Look
    aim: Aim
    means: Sequence[Sure]
    worst: Sequence[int] = ()
    regret: LeastRegret | None = None
    often: Sequence[float] = ()
    again: Sequence[float] = ()
    apart: Sequence[Sure] = ()


@dataclass(frozen=True)
class Policies:
    """What a study's policies come to in each of the futures that all of them have.

    `figures` are means over paths, `(policy, future, look)`, and `by_path` means over futures,
    `(policy, look, path)`, money in pounds; `numbers` are the runs'. `parts` are those into which
    the paths fall that are drawn independently.
    """

    plan: Plan
    names: tuple[str, ...]
    futures: tuple[str, ...]
    cells: tuple[Cell, ...]
    numbers: tuple[tuple[int, ...], ...]
    looks: tuple[Look, ...]
    figures: Real
    by_path: Real
    parts: int
    left_out: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()

    @cached_property
    def aims(self) -> tuple[Aim, ...]:
        """What is looked at, as aims; those without a direction too."""
        metrics = (METRICS[look.measure] for look in self.looks)
        return tuple(Aim(plainly(m.name), m.title, m.unit, m.direction) for m in metrics)

    @cached_property
    def aimed(self) -> list[int]:
        """The places of the measures that have a direction."""
        return [place for place, aim in enumerate(self.aims) if aim.direction]

    @cached_property
    def by_future(self) -> Choice:
        """The choice in which each future counts: what regret is taken of."""
        aims = [self.aims[place] for place in self.aimed]
        figures = self.figures[..., self.aimed]
        return Choice(self.names, self.futures, aims, figures, called=CALLED)

    @cached_property
    def on_average(self) -> Choice:
        """The choice by means over futures: what the front is taken of."""
        means = [[made.means[p].mean for made in self.criteria] for p in range(len(self.names))]
        figures = np.array(means).round(SHOWN)[:, np.newaxis, self.aimed]
        return Choice(self.names, ["on average"], self.by_future.aims, figures, called=CALLED)

    @cached_property
    def acceptable(self) -> Mask:
        """Where all that the study asks for holds, `(policy, future)`."""
        good = np.ones(self.figures.shape[:2], np.bool_)
        limits = self.plan.loaded.study.acceptable
        for place, look in enumerate(self.looks):
            if look.measure in limits:
                good &= np.vectorize(limits[look.measure].holds)(self.figures[..., place])
        return good

    @cached_property
    def shares(self) -> list[Share]:
        """In how many futures each policy is acceptable; none where the study asks for nothing."""
        if not self.plan.loaded.study.acceptable:
            return []
        of = len(self.futures)
        counts = map(int, self.acceptable.sum(axis=1))
        return [Share(count, of, *wilson(count, of)) for count in counts]

    @cached_property
    def criteria(self) -> list[Criteria]:
        """Every measure of every policy, in the study's order."""
        return [self._criteria(place) for place in range(len(self.looks))]

    def _criteria(self, place: int) -> Criteria:
        figures, by_path = self.figures[..., place], self.by_path[:, place]
        pairs = list(zip(figures, by_path, strict=True))
        means = [sure(*pair, self.parts) for pair in pairs]
        look, aim = self.looks[place], self.aims[place]
        if not aim.direction:
            return Criteria(look, aim, means)
        number = self.aimed.index(place)
        regret = self.by_future.regret[..., number]
        least = self.by_future.least_regret(number)
        first, its_paths = pairs[least.rules[0]]
        return Criteria(
            look,
            aim,
            means,
            worst=(figures * aim.direction).argmin(axis=1).tolist(),
            regret=least,
            often=quantiles(regret, [OFTEN])[0].tolist(),
            again=again(regret),
            apart=[sure(own - first, paths - its_paths, self.parts) for own, paths in pairs],
        )


def sure(over_futures: Real, over_paths: Real, parts: int = 1) -> Sure:
    """Take a mean over futures, and how sure it is: futures and paths are both samples.

    `over_futures` is `(future,)`, `over_paths` the same figures' means over futures, `(path,)`.
    """
    from scipy.special import stdtrit

    mean, between_futures = mean_and_error(over_futures)
    _, between_paths = mean_and_error(over_paths, parts)
    if len(over_futures) == 1:
        return Sure(mean, math.nan, math.nan)
    error = math.hypot(between_futures, between_paths)
    return Sure(mean, error, float(stdtrit(len(over_futures) - 1, TAIL)) * error)


def wilson(count: int, of: int) -> tuple[float, float]:
    """Give the ends of Wilson's interval for the share of some in a number of futures.

    >>> [round(end, 4) for end in wilson(8, 10)]
    [0.4902, 0.9433]
    """
    from scipy.stats import binomtest

    ends = binomtest(count, of).proportion_ci(method="wilson")
    return float(ends.low), float(ends.high)


def again(regret: Real) -> list[float]:
    """Say of each policy in what share of resamples of the futures it is the least regretted.

    `regret` is `(policy, future)`; where policies tie, each of them is.
    """
    generator = np.random.default_rng(0)  # the same resamples for everybody
    futures = regret.shape[1]
    counts = np.zeros(len(regret))
    for _ in range(RESAMPLES):
        largest = regret[:, generator.integers(futures, size=futures)].max(axis=1)
        counts += largest == largest.min()
    return [float(count) / RESAMPLES for count in counts]


def policies_of(plan: Plan, pieces: Pieces) -> Policies:
    """Read what a study's policies come to in each future.

    A future in which a policy has no figures is left out for all of them, and so is a measure that
    has no mean somewhere; both are said. RunError: the policies are not comparable, no future or
    measure is left, or what is acceptable cannot be told.
    """
    found, parts = comparable(plan)
    read = _read(plan, found, pieces)
    places, lacking = _known(plan, read.means)
    looks = tuple(plan.looks[place] for place in places)
    scale = np.array([0.01 if METRICS[look.measure].unit == "pounds" else 1.0 for look in looks])
    return Policies(
        plan=plan,
        names=found.policies,
        futures=tuple(name_of_future(found.futures[number], number) for number in read.kept),
        cells=tuple(found.futures[number] for number in read.kept),
        numbers=tuple(tuple(row[number].number for number in read.kept) for row in found.runs),
        looks=looks,
        figures=(read.means[..., places] * scale).round(SHOWN),
        by_path=read.by_path[:, places] * scale[:, np.newaxis],
        parts=parts,
        left_out=tuple(read.left_out),
        lacking=lacking,
    )


@dataclass(frozen=True)
class _Read:
    """Means over paths, `(policy, future, look)`, and over futures, `(policy, look, path)`.

    `kept` are the numbers of the futures that every policy has; why the others are not there says
    `left_out`.
    """

    kept: list[int]
    means: Real
    by_path: Real
    left_out: list[str]


def _read(plan: Plan, found: Roles, pieces: Pieces) -> _Read:
    """Read the pieces a future at a time, each of them once."""
    listed = pieces.listed()
    kept: list[int] = []
    means: list[Real] = []
    left_out: list[str] = []
    summed: Real | None = None
    for number, runs in enumerate(zip(*found.runs, strict=True)):
        read = [read_of(plan, run, pieces, listed) for run in runs]
        whole = [figures for figures in read if figures is not None]
        if len(whole) < len(runs):
            first = next(place for place, figures in enumerate(read) if figures is None)
            why = why_none(plan, runs[first], pieces, listed)
            left_out.append(f"{found.policies[first]}, run {runs[first].number} ({why})")
            continue
        figures = np.stack(whole)
        means.append(np.array([[mean_of(row) for row in each] for each in figures]))
        summed = figures if summed is None else summed + figures
        kept.append(number)
    if summed is None:
        message = f"no future has figures of every policy; the first without: {left_out[0]}"
        raise RunError(message)
    return _Read(kept, np.stack(means, axis=1), summed / len(kept), left_out)


def comparable(plan: Plan) -> tuple[Roles, int]:
    """Tell policies and futures apart, and into how many parts the paths fall, before any is run.

    RunError: the study names no futures or has one policy only, nothing that it looks at is better
    or worse, or runs have different paths or policies different seeds.
    """
    found, study = roles(plan), plan.loaded.study
    if len(found.policies) == 1:
        message = (
            f"{study.name} has one policy only, {found.policies[0]}; vary what is decided on in a "
            "block that is not among its futures"
        )
        raise RunError(message)
    twice = next((name for name in found.policies if found.policies.count(name) > 1), None)
    if twice is not None:
        message = f"{study.name} has two policies {twice}; name each of them once"
        raise RunError(message)
    if not any(METRICS[name].direction for name in study.measures):
        message = (
            f"{study.name} looks at nothing that is better or worse when there is more of it; add "
            "such a measure (fundsim list metrics)"
        )
        raise RunError(message)
    shapes = sorted({_shape(run) for run in plan.runs if run.scenario is not None})
    if len(shapes) > 1:
        (paths, _), (others, _), *_ = shapes
        message = (
            f"{study.name}: policies are held against each other path by path, and runs differ in "
            f"paths or sampling ({paths:,} and {others:,} paths); give all of them the same"
        )
        raise RunError(message)
    _refuse_other_chance(plan, found)
    return found, shapes[0][1] if shapes else 1


def _refuse_other_chance(plan: Plan, found: Roles) -> None:
    """Refuse policies that do not meet the same chance in a future."""
    for runs in zip(*found.runs, strict=True):
        seeds = {run.scenario.seed for run in runs if run.scenario is not None}
        if len(seeds) > 1:
            message = (
                f"{plan.loaded.study.name}: policies are held against each other on the same "
                f"chance, and have seeds {', '.join(map(str, sorted(seeds)))} in one future; let "
                "none of them vary the seed"
            )
            raise RunError(message)


def _shape(run: Run) -> tuple[int, int]:
    assert run.scenario is not None  # noqa: S101 - asked only of runs that can be made
    return run.scenario.paths, run.scenario.parts


def _known(plan: Plan, means: Real) -> tuple[list[int], tuple[str, ...]]:
    """Find the measures that have a mean everywhere, and say what the others lack."""
    gaps = np.isnan(means).sum(axis=(0, 1)).tolist()
    runs, study = means.shape[0] * means.shape[1], plan.loaded.study
    lacking = {
        look.measure: f"{plainly(look.measure)} has no mean in {gap:,} of {counted(runs, 'run')}"
        for look, gap in zip(plan.looks, gaps, strict=True)
        if gap
    }
    for measure in study.acceptable:
        if measure in lacking:
            message = (
                f"{lacking[measure]}, so that nobody can say where it is acceptable; state "
                "acceptable for another measure"
            )
            raise RunError(message)
    if not any(METRICS[name].direction for name in study.measures if name not in lacking):
        message = f"{'; '.join(lacking.values())}; choose a measure that every run has"
        raise RunError(message)
    return [place for place, gap in enumerate(gaps) if not gap], tuple(lacking.values())
