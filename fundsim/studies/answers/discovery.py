"""Under which combinations of assumptions a policy fails: scenario discovery.

A policy fails in a future where a mean of what it is judged by is not acceptable. Where most of its
failures lie is told by boxes of assumptions (`boxes`), each with its density and coverage, and how
well boxes found in one half of the futures hold in the other. Bryant and Lempert, Technological
Forecasting and Social Change 77, 2010.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from fundsim.errors import RunError
from fundsim.metrics.catalogue import METRICS
from fundsim.results.table import Row, Table, plain
from fundsim.studies.answers.boxes import (
    Again,
    Assumption,
    Bools,
    Box,
    Codes,
    Futures,
    again,
    boxes,
)
from fundsim.studies.answers.means import means_of, refuse, without_mean
from fundsim.studies.answers.roles import Roles, roles
from fundsim.studies.cells import cell_of
from fundsim.studies.designs import Cell
from fundsim.studies.naming import called, sign_of
from fundsim.studies.pieces import Pieces
from fundsim.studies.plan import Plan
from fundsim.studies.schema import Limit

COLUMNS = (
    *("policy", "futures", "failing", "box", "assumption", "above", "at_most", "among"),
    *("quasi_p", "restricted_in_halves", "holds", "holds_failing", "density", "coverage"),
    *("density_in_halves", "coverage_in_halves", "why_none"),
)
NONE, EVERY = "it does well in all of them", "it does well in none"
FEW, FEW_LEFT = "too few fail to say where", "too few do well to say where it fails"
NOWHERE = "no values of a few assumptions tell where"
DIGITS = 17  # that tell any two floats apart


@dataclass(frozen=True)
class Restriction:
    """What a box asks of one assumption: numbers above, and up to, a limit, or some values."""

    assumption: Assumption
    above: Decimal | None
    at_most: Decimal | None
    among: tuple[str, ...]
    chance: float
    in_halves: float


@dataclass(frozen=True)
class Place:
    """A box of a policy: what it asks, and how many futures, and failures, it holds."""

    restrictions: tuple[Restriction, ...]
    holds: int
    failing: int


@dataclass(frozen=True)
class Failing:
    """Where one policy fails: in how many futures, in which boxes, or why in none.

    `density` and `coverage` are those of all boxes together; `halves` what they are in halves.
    """

    policy: str
    futures: int
    failing: int
    places: tuple[Place, ...]
    why_none: str
    density: float
    coverage: float
    halves: Again


@dataclass(frozen=True)
class Discovery:
    """What is acceptable, and where each policy fails."""

    acceptable: Mapping[str, Limit]
    policies: tuple[Failing, ...]


def discovery(plan: Plan, pieces: Pieces) -> Discovery:
    """Find where each policy of a study fails.

    RunError: the study does not say what is acceptable, or which blocks are futures; these are all
    alike; a run failed, is missing or has no mean; or scikit-learn is not installed.
    """
    study = plan.loaded.study
    if not study.acceptable:
        message = (
            f"{study.name} does not say what is good enough; state it, as [acceptable] with "
            f"{study.measures[0]} = {{ at_least = ... }}, or at_most"
        )
        raise RunError(message)
    found = roles(plan)
    assumptions, codes = _assumptions(plan, found.futures)
    fails = _fails(plan, found, pieces)
    made = [
        _failing(policy, Futures(assumptions, codes, row))
        for policy, row in zip(found.policies, fails, strict=True)
    ]
    return Discovery(study.acceptable, tuple(made))


def _fails(plan: Plan, found: Roles, pieces: Pieces) -> Bools:
    """Tell where any mean is not acceptable, `(policy, future)`."""
    means = means_of(plan, pieces)
    fails = np.zeros(len(plan.runs), dtype=np.bool_)
    for look, row in zip(plan.looks, means, strict=True):
        limit = plan.loaded.study.acceptable.get(look.measure)
        if limit is not None:
            refuse([without_mean(look, row)])
            figures = row / 100 if METRICS[look.measure].unit == "pounds" else row
            fails |= [not limit.holds(figure) for figure in figures.tolist()]
    return fails[[[run.number for run in runs] for runs in found.runs]]


def _assumptions(plan: Plan, futures: Sequence[Cell]) -> tuple[list[Assumption], Codes]:
    """Give what varies from future to future, and what it is in each, `(future, assumption)`."""
    found, columns = [], []
    for name in futures[0].columns:
        texts = [cell_of(future.columns[name]) for future in futures]
        numbers = _numbers(texts)
        values: Sequence[Any] = texts if numbers is None else numbers
        if len({*values}) > 1:
            every, codes = np.unique(values, return_inverse=True)
            told = called(plan, name), tuple(every.tolist()), numbers is not None
            found.append(Assumption(*told, sign_of(plan, name)))
            columns.append(codes)
    if not found:
        message = f"{plan.loaded.study.name} has futures that are all alike; let something vary"
        raise RunError(message)
    return found, np.array(columns).T


def _numbers(texts: Sequence[str]) -> list[float] | None:
    try:
        return [float(text) for text in texts]
    except ValueError:
        return None


def _failing(policy: str, futures: Futures) -> Failing:
    found, halves = boxes(futures), again(futures)
    held = np.zeros(len(futures.fails), dtype=np.bool_)
    places = []
    for box in found:
        inside = box.holds(futures)
        held |= inside
        asked = tuple(_restrictions(box, futures, halves))
        places.append(Place(asked, int(inside.sum()), int((inside & futures.fails).sum())))
    caught = int((held & futures.fails).sum())
    return Failing(
        policy=policy,
        futures=len(futures.fails),
        failing=futures.failing,
        places=tuple(places),
        why_none="" if found else _why_none(futures),
        density=caught / held.sum() if found else float("nan"),
        coverage=caught / futures.failing if found else float("nan"),
        halves=halves,
    )


def _why_none(futures: Futures) -> str:
    left = len(futures.fails) - futures.failing
    if futures.failing == 0 or left == 0:
        return NONE if left else EVERY
    if futures.few:
        return FEW if futures.failing < left else FEW_LEFT
    return NOWHERE


def _restrictions(box: Box, futures: Futures, halves: Again) -> Iterator[Restriction]:
    """Say what a box asks, the assumption that is needed most first."""
    for place in sorted(box.masks, key=lambda one: (box.chances[one], one)):
        each, inside = futures.assumptions[place], np.flatnonzero(box.masks[place])
        above, at_most = None, None
        among: tuple[str, ...] = ()
        if each.ordered:
            first, last = int(inside[0]), int(inside[-1])
            above = _between(each, first - 1) if first else None
            at_most = _between(each, last) if last < len(each.values) - 1 else None
        else:
            among = tuple(str(each.values[which]) for which in inside)
        yield Restriction(each, above, at_most, among, box.chances[place], halves.restricted[place])


def _between(one: Assumption, place: int) -> Decimal:
    return shortest(float(one.values[place]), float(one.values[place + 1]))


def shortest(low: float, high: float) -> Decimal:
    """Give a short number from the one up to below the other, as near to their middle as may be.

    >>> [str(shortest(*ends)) for ends in ((0.00894, 0.00922), (0.1, 0.3), (0.123456, 0.123457))]
    ['0.009', '0.2', '0.123456']
    >>> str(shortest(0.11321988583128051, 0.11321988583128052))  # neighbours: nothing lies between
    '0.11321988583128051'
    """
    first, last = Decimal(repr(low)), Decimal(repr(high))
    middle = (first + last) / 2
    tried = (Decimal(f"{middle:.{digits}e}") for digits in range(DIGITS))
    return next((each for each in tried if first <= each < last), first)


def table_of_boxes(made: Discovery) -> Table:
    """Write boxes as one table, a row a restriction; a policy that has none has a row with why."""
    return Table("boxes", COLUMNS, lambda: _rows(made))


def _rows(made: Discovery) -> Iterator[Row]:
    for one in made.policies:
        head = one.policy, str(one.futures), str(one.failing)
        halves = plain(one.halves.density), plain(one.halves.coverage)
        if not one.places:
            yield *head, *[""] * 11, *halves, one.why_none
        for number, place in enumerate(one.places, start=1):
            worth = place.failing / place.holds, place.failing / one.failing
            for each in place.restrictions:
                ends = ("" if end is None else f"{end:f}" for end in (each.above, each.at_most))
                yield (
                    *(*head, str(number), each.assumption.name, *ends, " | ".join(each.among)),
                    *(plain(each.chance), plain(each.in_halves)),
                    *(str(place.holds), str(place.failing), *map(plain, worth), *halves, ""),
                )
