"""Named streams of random numbers: path 17 is path 17 in any run, and a new source disturbs none.

A stream belongs to (seed, source, unit). A unit is 250 paths, for ever: it is drawn whole even
when one path is wanted, time first and path last, so that neither the number of paths, nor the
number of years, nor the size of a block, nor the number of workers changes what a path meets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

UNIT = 250  # paths drawn together; a constant of the format, never a setting


@dataclass(frozen=True)
class Streams:
    """The streams of one unit: a source's name gives its generator, at its beginning."""

    seed: int
    number: int

    def __call__(self, source: str) -> np.random.Generator:
        """Give the stream of a source."""
        name = hashlib.sha256(source.encode()).digest()
        words = [int.from_bytes(name[i : i + 4], "little") for i in range(0, 16, 4)]
        sequence = np.random.SeedSequence([self.seed, *words], spawn_key=(self.number,))
        return np.random.Generator(np.random.SFC64(sequence))


@dataclass(frozen=True)
class Chance:
    """All chance of a run, from its seed.

    >>> first = Chance(1).unit(0)("markets.gilts").standard_normal()
    >>> first == Chance(1).unit(0)("markets.gilts").standard_normal()
    True
    >>> first == Chance(1).unit(1)("markets.gilts").standard_normal()
    False
    """

    seed: int

    def unit(self, number: int) -> Streams:
        """Give the streams of one unit of 250 paths."""
        return Streams(self.seed, number)


def units(first: int, count: int) -> Iterator[tuple[int, slice]]:
    """List the units that hold paths `first` to `first + count`, with the part of each.

    >>> list(units(250, 300))
    [(1, slice(0, 250, None)), (2, slice(0, 50, None))]
    """
    last = first + count
    for number in range(first // UNIT, -(-last // UNIT)):
        begin = number * UNIT
        yield number, slice(max(first - begin, 0), min(last - begin, UNIT))
