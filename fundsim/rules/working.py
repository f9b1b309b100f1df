"""Figures of all members at once, and how each came about, line by line.

A rule reckons with a `Working` instead of with bare arrays. Each step is noted with what was put to
the figure before it, so that the answer can be told for one member and recomputed line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fundsim.money import Real
from fundsim.portable import exp, log

Op = Literal["=", "+", "-", "×", "÷", "^", "ln", "at least", "at most"]
Unit = Literal["", "number", "people", "pence", "share"]
"""What a line's result is counted in: money and shares stay what they are where nothing is stated,
and a figure that is neither is a number. "number" says so where a share becomes one, as whole
places do; "pence" says so where a share, or people, become money."""


class Step(NamedTuple):
    """One line of an account of one figure: `result` is the result before, `op`, `operand`.

    The first line (`=`) states its operand; `ln` needs none. `depth` is 1 and more for lines that
    say how the operand of the next line of lesser depth came about.
    """

    words: str
    op: Op
    operand: float
    result: float
    unit: Unit = ""
    depth: int = 0


_LEAST = -700.0  # the lowest exponent that `exp` takes

Told = Callable[[int, int], Sequence[Step]]
"""The account of one member's figure on one path."""


def deeper(steps: Sequence[Step], by: int = 1) -> list[Step]:
    """Set an account under the line that uses its result."""
    return [step._replace(depth=step.depth + by) for step in steps]


def again(before: float, op: Op, operand: float) -> float:
    """Work one line out again from the line before it.

    >>> again(6.0, "×", 7.0), again(3.0, "at least", 5.0)
    (42.0, 5.0)
    """
    answers: dict[Op, Callable[[], float]] = {
        "=": lambda: operand,
        "+": lambda: before + operand,
        "-": lambda: before - operand,
        "×": lambda: before * operand,
        "÷": lambda: before / operand,
        "^": lambda: float(raised(np.array([before]), operand)[0]),
        "ln": lambda: float(log(np.array([before]))[0]),
        "at least": lambda: max(before, operand),
        "at most": lambda: min(before, operand),
    }
    return answers[op]()


def raised(values: Real, power: float) -> Real:
    """Raise figures of 0 or more to a power; 0 to the power of 0 is 1, to any other 0.

    What comes to less than e^-700 is 0 too.

    >>> raised(np.array([0.0, 4.0]), 0.5).tolist()
    [0.0, 2.0]
    """
    if power in {0.0, 1.0}:
        return values if power else np.ones_like(values)
    answer = np.zeros_like(values)
    some = values > 0
    exponent = power * log(values[some])
    answer[some] = np.where(exponent < _LEAST, 0.0, exp(np.maximum(exponent, _LEAST)))
    return answer


def whole(values: Real) -> Real:
    """Sum over the members, `(1, path)`, one after the other, so that a path alone gives the same.

    >>> whole(np.array([[1.0], [2.0]])).tolist()
    [[3.0]]
    """
    return np.add.accumulate(values, axis=0)[-1:]


@dataclass(frozen=True)
class _Line:
    words: str
    op: Op
    operand: Real
    result: Real
    unit: Unit = ""
    under: Working | None = None

    def told(self, member: int, path: int, depth: int) -> Step:
        return Step(
            self.words,
            self.op,
            _picked(self.operand, member, path),
            _picked(self.result, member, path),
            self.unit,
            depth,
        )

    def at(self, members: NDArray[np.intp]) -> _Line:
        under = None if self.under is None else self.under.at(members)
        operand, result = _rows(self.operand, members), _rows(self.result, members)
        return replace(self, operand=operand, result=result, under=under)


def _rows(values: Real, members: NDArray[np.intp]) -> Real:
    return values[members] if len(values) > 1 else values


def _picked(values: Real, member: int, path: int) -> float:
    rows, columns = values.shape
    return float(values[member if rows > 1 else 0, path if columns > 1 else 0])


@dataclass(frozen=True)
class Working:
    """Figures of all members, `(member, 1)` or `(member, path)`, and the lines that led to them.

    What is put to them is another `Working`, a number, or an array that broadcasts: `(member, 1)`,
    `(1, path)`, `(member, path)`.

    >>> people = Working.start("people", np.array([2.0, 3.0]))
    >>> points = people.times("need", np.array([10.0, 5.0]))
    >>> points.values[:, 0].tolist(), [step.op for step in points.told(1, 0)]
    ([20.0, 15.0], ['=', '×'])
    """

    values: Real
    lines: tuple[_Line, ...] = ()
    before: Told | None = None
    """What led to the figure that the first line goes on from, where it was not stated."""

    @classmethod
    def going_on(cls, values: Real, told: Told) -> Working:
        """Go on from figures that are accounted for elsewhere, `(member,)` or two axes."""
        return cls(_table(values), (), told)

    @classmethod
    def start(cls, words: str, values: Real, unit: Unit = "") -> Working:
        """Begin with stated figures, `(member,)` or two axes."""
        stated = _table(values)
        return cls(stated, (_Line(words, "=", stated, stated, unit),))

    def plus(self, words: str, other: Working | Real | float, unit: Unit = "") -> Working:
        """Add."""
        return self._then(words, "+", other, unit, np.add)

    def minus(self, words: str, other: Working | Real | float, unit: Unit = "") -> Working:
        """Subtract."""
        return self._then(words, "-", other, unit, np.subtract)

    def times(self, words: str, other: Working | Real | float, unit: Unit = "") -> Working:
        """Multiply."""
        return self._then(words, "×", other, unit, np.multiply)

    def over(self, words: str, other: Working | Real | float, unit: Unit = "") -> Working:
        """Divide."""
        return self._then(words, "÷", other, unit, np.divide)

    def at_least(self, words: str, other: Working | Real | float, unit: Unit = "") -> Working:
        """Raise to a lower bound."""
        return self._then(words, "at least", other, unit, np.maximum)

    def at_most(self, words: str, other: Working | Real | float, unit: Unit = "") -> Working:
        """Cut to an upper bound."""
        return self._then(words, "at most", other, unit, np.minimum)

    def to_the_power(self, words: str, power: float) -> Working:
        """Raise figures of 0 or more to a power."""
        return self._noted(_Line(words, "^", _table(power), raised(self.values, power)))

    def ln(self, words: str) -> Working:
        """Take the natural logarithm of figures above 0."""
        return self._noted(_Line(words, "ln", _table(0.0), log(self.values)))

    def _then(
        self, words: str, op: Op, other: Working | Real | float, unit: Unit, by: np.ufunc
    ) -> Working:
        under = other if isinstance(other, Working) and other.is_long else None
        operand = other.values if isinstance(other, Working) else _table(other)
        return self._noted(_Line(words, op, operand, by(self.values, operand), unit, under))

    def _noted(self, line: _Line) -> Working:
        return Working(line.result, (*self.lines, line), self.before)

    @property
    def is_long(self) -> bool:
        """Whether the account of a figure says more than where it was read."""
        return len(self.lines) > 1 or self.before is not None

    def at(self, members: NDArray[np.intp]) -> Working:
        """Take some members, with their lines."""
        lines = tuple(line.at(members) for line in self.lines)
        before = self.before
        told = None if before is None else lambda member, path: before(int(members[member]), path)
        values = np.broadcast_to(_rows(self.values, members), (len(members), self.values.shape[1]))
        return Working(values, lines, told)

    def told(self, member: int, path: int = 0, depth: int = 0) -> list[Step]:
        """Account for one member's figure on one path; the result of the last line is the figure.

        Lines on how an operand came about stand before the line that uses it, one deeper.
        """
        steps = [] if self.before is None else deeper(self.before(member, path), depth)
        for line in self.lines:
            if line.under is not None:
                steps += line.under.told(member, path, depth + 1)
            steps.append(line.told(member, path, depth))
        return steps


def _table(values: Real | float) -> Real:
    """Give figures two axes: members, and paths."""
    array = np.asarray(values, np.float64)
    if array.ndim == 0:
        return array.reshape(1, 1)
    return array[:, np.newaxis] if array.ndim == 1 else array
