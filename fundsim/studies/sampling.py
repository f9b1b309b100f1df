"""Draws of a study's values: by chance, over a Latin hypercube, by Sobol sequences, in walks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import numpy as np

from fundsim.errors import RunError, nearest
from fundsim.money import Real
from fundsim.rules.base import Fault
from fundsim.studies.distributions import AnyDistribution, Choice, Normal, rounded
from fundsim.units import parse_rate

MOST_DRAWS = 1_000_000
ROUNDS = 100  # times as many draws as asked for, before constraints are given up
BITS = 62  # of a Sobol sequence: enough for every draw here

Draw = dict[str, str | int | float | bool]
"""The values of one draw, by key."""


def drawn(
    method: str,
    size: int,
    seed: int,
    distributions: Mapping[str, AnyDistribution],
    constraints: Sequence[str] = (),
) -> list[Draw]:
    """Draw values from distributions; keys are drawn in alphabetical order.

    A Fault where hardly any draw keeps the constraints.
    """
    keys = sorted(distributions)
    found: list[Draw] = []
    tried = 0
    for spread in islice(_spreads(method, size, seed, len(keys)), ROUNDS):
        draws = _draws(keys, spread, distributions)
        found += [draw for draw in draws if all(_holds(text, draw) for text in constraints)]
        tried += size
        if len(found) >= size:
            return found[:size]
    told = (
        f"only {len(found):,} of {tried:,} draws keep the constraints, and {size:,} are asked for"
    )
    raise Fault(f"{told}; loosen them, or the distributions", "constraints")


def drawn_twice(
    size: int, seed: int, distributions: Mapping[str, AnyDistribution]
) -> tuple[list[Draw], list[Draw]]:
    """Draw two samples of the same keys that together fill all of them evenly."""
    keys = sorted(distributions)
    spread = next(_spreads("sobol", size, seed, 2 * len(keys)))
    first, second = np.split(spread, 2, axis=1)
    return _draws(keys, first, distributions), _draws(keys, second, distributions)


def walked(
    trajectories: int, levels: int, seed: int, distributions: Mapping[str, AnyDistribution]
) -> list[Draw]:
    """Draw Morris's trajectories, one after the other, each of a step more than there are keys."""
    keys = sorted(distributions)
    values = [_at_levels(distributions[key], levels) for key in keys]
    return [
        {key: of[place] for key, of, place in zip(keys, values, places, strict=True)}
        for places in walks(trajectories, levels, seed, len(keys)).tolist()
    ]


def walks(trajectories: int, levels: int, seed: int, keys: int) -> np.typing.NDArray[np.int64]:
    """Give at which level each key is at each step, `(step, key)`, from 0; needs `screening`.

    RunError: SALib is not installed.
    """
    try:
        from SALib.sample.morris import sample
    except ImportError as error:
        message = 'a block of kind "morris" needs SALib; install it with: pip install salib'
        raise RunError(message) from error
    names = [f"{key}" for key in range(keys)]
    problem = {"num_vars": keys, "names": names, "bounds": [[0, levels - 1]] * keys}
    made: Real = sample(problem, trajectories, num_levels=levels, seed=seed)
    return np.rint(made).astype(np.int64)


def wrong_at_levels(one: AnyDistribution, levels: int) -> str:
    """Say why a distribution has no values at so many levels; nothing where it has."""
    if isinstance(one, Normal) and (one.low is None or one.high is None):
        return (
            "the first and last level of a normal distribution are its ends, and without both it "
            "has none; state low and high"
        )
    if isinstance(one, Choice):
        met = _at_levels(one, levels)
        left = [str(value) for value in one.values_ if value not in met]
        if left:
            return f"{', '.join(left)} would not be met at {levels} levels; take more levels"
    return ""


def _at_levels(one: AnyDistribution, levels: int) -> Sequence[str | int | float | bool]:
    """Give a value a level: at even quantiles, ends included; of a choice, in even slices."""
    places = np.arange(levels)
    if isinstance(one, Choice):
        return one.chosen((places + 0.5) / levels)
    return rounded(one.values(places / (levels - 1)))


def _draws(
    keys: Sequence[str], spread: Real, distributions: Mapping[str, AnyDistribution]
) -> list[Draw]:
    columns = (_values(distributions[k], column) for k, column in zip(keys, spread.T, strict=True))
    return [dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=True)]


def _spreads(method: str, size: int, seed: int, keys: int) -> Iterator[Real]:
    """Give numbers spread over 0 to 1, `(draw, key)`, and more of them each time."""
    from scipy.stats import qmc

    generator = np.random.default_rng(seed)
    if method == "sobol":
        sequence = qmc.Sobol(keys, scramble=True, bits=BITS, rng=generator)
        while True:
            yield sequence.random(size)
    while True:
        if method == "latin_hypercube":
            yield qmc.LatinHypercube(keys, rng=generator).random(size)
        else:
            yield generator.random((size, keys))


def _values(one: AnyDistribution, spread: Real) -> Sequence[str | int | float | bool]:
    return one.chosen(spread) if isinstance(one, Choice) else rounded(one.values(spread))


def _sides(text: str) -> tuple[str, str]:
    left, _, right = text.partition("<")
    return left.strip(), right.strip()


def wrong_constraint(text: str, distributions: Mapping[str, AnyDistribution]) -> str:
    """Say why a constraint cannot be read; nothing where it can."""
    left, right = _sides(text)
    if right.startswith("="):
        return f'found "{text}", expected < in place of <='
    if not left or not right:
        return f'found "{text}", expected two keys, or a key and a number, as "one.key < other.key"'
    for side in (left, right):
        if side in distributions:
            if isinstance(distributions[side], Choice):
                return f"{side} is chosen from values, and has no order"
        elif not _is_number(side):
            return f'"{side}" is neither a number nor one of the keys{nearest(side, distributions)}'
    return ""


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(_figure(text))
    except ValueError:
        return False


def _figure(side: str | float) -> float:
    """Read a side of a constraint: a value that was drawn, a number, or a rate as "3%"."""
    return parse_rate(side) if isinstance(side, str) and side.endswith("%") else float(side)


def _holds(text: str, draw: Draw) -> bool:
    left, right = (_figure(draw.get(side, side)) for side in _sides(text))
    return left < right
