"""Which assumptions matter at all, in few runs: Morris's elementary effects.

An elementary effect of an assumption is what a measure moves by when that one alone is moved from
one level to another, over the part of its levels that it was moved by: as if it went all the way
from its least value to its largest. Its mean over all trajectories is mu; mu* is the mean of their
sizes, which do not make up for each other where some rise and some fall; sigma is their standard
deviation: nothing where the effect is the same wherever the others are, and large where it bends or
depends on them. Morris, Technometrics 33, 1991; mu* from Campolongo, Cariboni and Saltelli,
Environmental Modelling & Software 22, 2007; by SALib.

The interval of mu* is 1.96 standard deviations to either side, over resamples of the trajectories
that a normal distribution is laid through (95 in 100), and begins at nothing where it would lie
below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fundsim.metrics.catalogue import METRICS
from fundsim.money import Real
from fundsim.results.table import Row, Table, in_pounds, plain
from fundsim.studies.answers.means import means_of, refuse, still
from fundsim.studies.designs import Morris
from fundsim.studies.pieces import Pieces
from fundsim.studies.plan import Look, Plan
from fundsim.studies.sampling import walks

COLUMNS = (
    *("measure", "basis", "unit", "assumption", "rank", "mu", "mu_star", "mu_star_low"),
    *("mu_star_high", "sigma", "mu_star_of_half", "trajectories", "levels", "runs"),
)
RESAMPLES = 999
INSIDE = 0.95


@dataclass(frozen=True)
class Effect:
    """One assumption's effects, and their mean size as half of the trajectories would give it."""

    assumption: str
    mu: float
    mu_star: float
    ends: tuple[float, float]
    sigma: float
    of_half: float


@dataclass(frozen=True)
class Screening:
    """One measure's effects, the assumption of the largest mean size first, or why it has none."""

    look: Look
    block: Morris
    effects: tuple[Effect, ...]
    why_none: str = ""


def screenings(plan: Plan, pieces: Pieces) -> list[Screening]:
    """Work out the elementary effects of each assumption on each measure's mean.

    RunError: the study walks no such trajectories, a run of it failed or is missing, no measure has
    a mean in every run that is not always the same, or SALib is not installed.
    """
    _, block = plan.block(Morris)
    made = [
        _screening(look, block, means)
        for look, means in zip(plan.looks, means_of(plan, pieces), strict=True)
    ]
    refuse(one.why_none for one in made)
    return made


def _screening(look: Look, block: Morris, means: Real) -> Screening:
    why = still(look, means)
    if why:
        return Screening(look, block, (), why)
    keys = sorted(block.distributions)
    steps = walks(block.trajectories, block.levels, block.seed, len(keys))
    places = steps / (block.levels - 1)
    half = (block.trajectories // 2) * (len(keys) + 1)
    whole = effects(places, means, block.levels)
    less = effects(places[:half], means[:half], block.levels)
    found = [
        Effect(
            assumption=block.name_of(key),
            mu=float(mu),
            mu_star=float(size),
            ends=(max(float(size - wide), 0.0), float(size + wide)),
            sigma=float(sigma),
            of_half=float(of_half),
        )
        for key, (mu, size, wide, sigma), of_half in zip(keys, whole, less[:, 1], strict=True)
    ]
    found.sort(key=lambda one: (-one.mu_star, one.assumption))
    return Screening(look, block, tuple(found))


def effects(places: Real, figures: Real, levels: int) -> Real:
    """Work out mu, mu*, half the width of its interval, and sigma, `(assumption, 4)`.

    `places` are the steps of all trajectories, `(step, assumption)` from 0 to 1.
    """
    from SALib.analyze.morris import analyze

    names = [f"{key}" for key in range(places.shape[1])]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0, 1]] * len(names)}
    made = analyze(
        problem,
        places,
        figures,
        num_levels=levels,
        num_resamples=RESAMPLES,
        conf_level=INSIDE,
        seed=0,  # the same resamples for everybody
    )
    return np.array([made[each] for each in ("mu", "mu_star", "mu_star_conf", "sigma")]).T


def table_of_screenings(made: Sequence[Screening]) -> Table:
    """Write effects as one table, a row an assumption and measure, in the order of mu*."""
    return Table("screening", COLUMNS, lambda: _rows(made))


def _rows(made: Sequence[Screening]) -> Iterator[Row]:
    for one in made:
        unit, block = METRICS[one.look.measure].unit, one.block
        write = in_pounds if unit == "pounds" else plain
        design = str(block.trajectories), str(block.levels), str(block.count)
        for rank, each in enumerate(one.effects, start=1):
            head = one.look.measure, one.look.basis, unit, each.assumption, str(rank)
            told = each.mu, each.mu_star, *each.ends, each.sigma, each.of_half
            yield *head, *map(write, told), *design
