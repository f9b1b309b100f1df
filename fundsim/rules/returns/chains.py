"""A chain of states, each of which depends on the one before alone."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from fundsim.money import Real
from fundsim.rules.returns.matrices import Matrix, times, unit

_HALVINGS = 60  # of how far a chain may be from its long run
_SAME = 1e-9


@dataclass(frozen=True)
class Chain:
    """Probabilities of each state after each, and of each at the beginning."""

    rows: tuple[tuple[float, ...], ...]
    first: tuple[float, ...] | None
    long_run: tuple[float, ...] | None

    @classmethod
    def of(cls, transitions: Mapping[str, Mapping[str, float]], begins: str | None) -> Chain:
        """Make a chain of the states of a table, in its order; it begins settled, or in a state."""
        states = list(transitions)
        rows = tuple(tuple(row.get(state, 0.0) for state in states) for row in transitions.values())
        begun = None if begins is None else tuple(float(state == begins) for state in states)
        return cls(rows, begun, _long_run(rows))

    @property
    def beginning(self) -> tuple[float, ...]:
        """The probability of each state in the first draw."""
        found = self.first or self.long_run
        assert found is not None  # noqa: S101 - refused where neither is known
        return found

    @property
    def settled_or_begun(self) -> Chain:
        """The chain from its long run on, or from its beginning where it has no single one."""
        return Chain(self.rows, self.long_run or self.first, self.long_run)

    def draw(self, uniforms: Real) -> NDArray[np.int64]:
        """Turn `(draw, path)` uniform numbers into numbers of states.

        The first row says where each path begins; each further one moves it on.
        """
        up_to = np.array([list(accumulate(row))[:-1] for row in self.rows])
        states = np.empty(uniforms.shape, np.int64)
        begin = np.array(list(accumulate(self.beginning))[:-1])
        now = (uniforms[0][:, np.newaxis] >= begin).sum(axis=1)
        for row, drawn in enumerate(uniforms):
            if row:
                now = (drawn[:, np.newaxis] >= up_to[now]).sum(axis=1)
            states[row] = now
        return states

    def mean(self, values: Sequence[float]) -> float:
        """Give the mean of a figure of the state at the beginning."""
        return math.fsum(p * value for p, value in zip(self.beginning, values, strict=True))

    def covariances(self, values: Sequence[float], lags: int) -> list[float]:
        """Give the covariance of a figure of the state with itself at lags 0, 1, ..., settled."""
        mean, later, found = self.mean(values), list(values), []
        for _ in range(lags):
            product = [a * b for a, b in zip(values, later, strict=True)]
            found.append(self.mean(product) - mean * mean)
            later = [math.fsum(p * v for p, v in zip(row, later, strict=True)) for row in self.rows]
        return found

    def expected(
        self, terms: Sequence[tuple[float, Sequence[float]]], length: int, turns: int
    ) -> float:
        """Give π (Σ weight (D P)^length)^turns 1, each D the diagonal of a term's figures."""
        size = len(self.rows)
        turn = [[0.0] * size for _ in range(size)]
        for weight, figures in terms:
            step = [
                [figure * p for p in row] for figure, row in zip(figures, self.rows, strict=True)
            ]
            power: Matrix = unit(size)
            for _ in range(length):
                power = times(power, step)
            turn = [
                [a + weight * b for a, b in zip(row, beside, strict=True)]
                for row, beside in zip(turn, power, strict=True)
            ]
        whole: Matrix = [self.beginning]
        for _ in range(turns):
            whole = times(whole, turn)
        return math.fsum(whole[0])

    def sojourns(self, draws: int) -> dict[tuple[int, ...], float]:
        """Give the probability of each number of draws spent in each state."""
        size = len(self.rows)
        now = {
            (tuple(int(i == state) for i in range(size)), state): chance
            for state, chance in enumerate(self.beginning)
            if chance
        }
        for _ in range(draws - 1):
            then: dict[tuple[tuple[int, ...], int], float] = defaultdict(float)
            for (counts, state), chance in now.items():
                for after, share in enumerate(self.rows[state]):
                    if share:
                        more = tuple(n + (i == after) for i, n in enumerate(counts))
                        then[more, after] += chance * share
            now = then
        found: dict[tuple[int, ...], float] = defaultdict(float)
        for (counts, _), chance in now.items():
            found[counts] += chance
        return dict(found)


def _long_run(rows: Matrix) -> tuple[float, ...] | None:
    """Find the probabilities that a chain settles to, or None where they depend on the beginning.

    Those of the chain that stays where it is every second time, whose powers settle even where a
    chain goes round in circles.
    """
    size = len(rows)
    power = [[(value + (i == j)) / 2 for j, value in enumerate(row)] for i, row in enumerate(rows)]
    for _ in range(_HALVINGS):
        power = times(power, power)
        power = [[value / math.fsum(row) for value in row] for row in power]
    apart = max(abs(power[0][j] - row[j]) for row in power for j in range(size))
    return tuple(power[0]) if apart < _SAME else None
