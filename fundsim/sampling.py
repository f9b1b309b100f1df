"""Fewer paths for the same answer: draws that are spread more evenly than chance spreads them.

`antithetic`: path 2k + 1 meets the mirror images of path 2k's draws. `sobol`: each source's normals
are put together by a Brownian bridge, from where they end up to what lies between; the first 16
numbers of all sources' bridges are a scrambled Sobol sequence together, and the others, which
matter little, are left to chance (Glasserman, Monte Carlo Methods in Financial Engineering, 2003,
sections 4.2, 5.4 and 5.5).

`control_variate` draws plain paths, and corrects means by what is known of growth in closed form
(`fundsim.metrics.controlled`).

Under the first two, paths are not independent of one another. The units of 250 paths form 16 parts,
unit u part u modulo 16, which are: pairs stay within a unit, and each part has a scrambling of its
own. What is independent is the parts' means, and errors come from them.
"""

from __future__ import annotations

import hashlib
import math
import warnings
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal

import numpy as np

from fundsim.chance import UNIT, Streams
from fundsim.portable import Real, normal_quantile

Sampling = Literal["plain", "antithetic", "sobol", "control_variate"]

PARTS = 16
WHOLE = PARTS * UNIT  # paths are a multiple of this many
FITTED = 1_000  # paths at least under a control variate: with 250 its errors are too small
CONTROL = "control_"  # begins the names of control variates among the figures of a path
LEADING = 16  # numbers of each source's bridge that are of the sequence

_LEAST = 2.0**-54  # a number of 64 bits may round to 0 or 1, which have no quantile
_MOST = 1 - 2.0**-53


def part_of(unit: int) -> int:
    """Say which independent part a unit belongs to.

    >>> [part_of(unit) for unit in (0, 15, 16)]
    [0, 15, 0]
    """
    return unit % PARTS


@dataclass(frozen=True)
class Mirrored(Streams):
    """Streams in which every second path meets the mirror images of the path before."""

    def __call__(self, source: str) -> Any:  # noqa: ANN401 - what draws as a generator does
        """Give the stream of a source."""
        return _Mirror(super().__call__(source))


class _Normals(ABC):
    """What gives normals as a generator does: of a size, or put into an array that there is."""

    def standard_normal(
        self, size: int | tuple[int, ...] | None = None, *, out: Real | None = None
    ) -> Real:
        """Give the next normals."""
        if out is not None:
            out[...] = self._next(out.shape)
            return out
        return self._next((size,) if isinstance(size, int) else size or ())

    @abstractmethod
    def _next(self, shape: tuple[int, ...]) -> Real:
        """Give the next normals in a new array."""


class _Mirror(_Normals):
    """A generator whose last axis holds pairs: a draw, and its mirror image."""

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator

    def _next(self, shape: tuple[int, ...]) -> Real:
        """Draw z and −z."""
        half = self._generator.standard_normal(_halved(shape))
        return _paired(half, -half)

    def random(self, size: int | tuple[int, ...]) -> Real:
        """Draw u and 1 − u."""
        half = self._generator.random(_halved(size))
        return _paired(half, 1 - half)


def _halved(size: int | tuple[int, ...]) -> tuple[int, ...]:
    *leading, paths = (size,) if isinstance(size, int) else size
    return *leading, paths // 2


def _paired(one: Real, other: Real) -> Real:
    both: Real = np.stack([one, other], axis=-1).reshape(*one.shape[:-1], -1)
    return both


@dataclass(frozen=True)
class Scrambled(Streams):
    """Streams whose normals are led by a scrambled Sobol sequence over all of `lengths`.

    `lengths` says how many normals each source needs on a path, from first to last. Whatever else
    is drawn is left to chance.
    """

    lengths: Mapping[str, int]

    def __call__(self, source: str) -> Any:  # noqa: ANN401 - what draws as a generator does
        """Give the stream of a source."""
        if not self.lengths.get(source):
            return super().__call__(source)
        rest = self.lengths[source] - len(self._leading[source])
        chance = super().__call__(source).standard_normal((rest, UNIT))
        return _Read(bridged(np.concatenate([self._leading[source], chance])))

    @cached_property
    def _leading(self) -> dict[str, Real]:
        """The first normals of each source's bridge, `(number, 250)`.

        The sequence's first number is the first of the first source's bridge, its second that of
        the second source's, and so on: first ends, then middles.
        """
        order = [
            source
            for level in range(LEADING)
            for source, length in self.lengths.items()
            if level < length
        ]
        points = self._points(len(order))
        return {
            source: points[[row for row, own in enumerate(order) if own == source]]
            for source in self.lengths
        }

    def _points(self, dimensions: int) -> Real:
        """Give the normals of this unit's points, `(dimension, 250)`."""
        part, place = part_of(self.number), self.number // PARTS * UNIT
        engine = _engine(self.seed, part, dimensions)
        if engine.num_generated > place:
            engine.reset()
        with warnings.catch_warnings():  # a unit is 250 points, of which some powers of 2 are made
            warnings.simplefilter("ignore", UserWarning)
            if engine.num_generated < place:  # its fast_forward fails with 64 bits
                engine.random(place - engine.num_generated)
            uniforms = engine.random(UNIT).T
        normals: Real = normal_quantile(np.clip(uniforms, _LEAST, _MOST))
        return normals


@lru_cache(maxsize=PARTS)
def _engine(seed: int, part: int, dimensions: int) -> Any:  # noqa: ANN401 - scipy has no types
    """Make the Sobol sequence of one part, scrambled for it (Owen 1998; Matousek 1998)."""
    from scipy.stats import qmc  # heavy, and for this alone

    name = hashlib.sha256(b"sobol").digest()
    words = [int.from_bytes(name[i : i + 4], "little") for i in range(0, 16, 4)]
    sequence = np.random.SeedSequence([seed, *words], spawn_key=(part,))
    own = np.random.Generator(np.random.SFC64(sequence))
    return qmc.Sobol(dimensions, scramble=True, bits=64, seed=own)


class _Read(_Normals):
    """Gives normals that are known, row by row."""

    def __init__(self, normals: Real) -> None:
        self._normals, self._begin = normals, 0

    def _next(self, shape: tuple[int, ...]) -> Real:
        """Give the next rows, or the one next row."""
        rows = shape[0] if len(shape) > 1 else 1
        self._begin += rows
        following: Real = self._normals[self._begin - rows : self._begin].reshape(shape)
        return following.copy()


def bridged(points: Real) -> Real:
    """Make independent normals in order of time of as many that stand in order of weight.

    The first of `points`, `(step, path)`, says where the sum of all ends up, the next ones where it
    is half-way, and so on; what is given are the steps between, normal and independent again.
    """
    steps = len(points)
    walked = np.zeros((steps + 1, points.shape[1]))
    for row, (place, left, right) in enumerate(_bridge(steps)):
        if right is None:
            walked[place] = math.sqrt(place) * points[row]
            continue
        share = (right - place) / (right - left)
        spread = math.sqrt((place - left) * (right - place) / (right - left))
        walked[place] = share * walked[left]
        walked[place] += (1 - share) * walked[right]
        walked[place] += spread * points[row]
    return np.diff(walked, axis=0)


@lru_cache(maxsize=8)
def _bridge(steps: int) -> tuple[tuple[int, int, int | None], ...]:
    """List the places of a walk from the end to the middles, each with its neighbours known."""
    found: list[tuple[int, int, int | None]] = [(steps, 0, None)]
    open_ = [(0, steps)]
    for left, right in open_:
        if right - left > 1:
            middle = (left + right) // 2
            found.append((middle, left, right))
            open_ += [(left, middle), (middle, right)]
    return tuple(found)
