"""Accounts of single figures, written line by line, each from the line before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import add, mul, sub, truediv
from typing import Literal, NamedTuple, Self

from fundsim.rules.working import Op, Step, Unit

ROUNDING = "rounding to whole pence"
_HARDLY = 1e-6  # pence: what floats lose is no rounding

_WORKED: dict[Op, Callable[[float, float], float]] = {
    "=": lambda _, operand: operand,
    "+": add,
    "-": sub,
    "×": mul,
    "÷": truediv,
    "at most": min,
    "at least": max,
}


class Line(NamedTuple):
    """A step, and whether it is shown where a text for people is to be short."""

    step: Step
    shown: bool = True


class Account:
    """An account of one figure: a first line that states one, and lines that go on from it.

    An operand that is itself an account has its lines set before the line that uses it, one deeper.
    They are for tables alone, and for people only where they are `shown`.
    """

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.reached = 0.0

    @classmethod
    def of(cls, words: str, operand: float | Account, unit: Unit = "pence") -> Self:
        """Begin an account with a figure."""
        return cls().begin(words, operand, unit)

    @classmethod
    def going_on(cls, steps: Iterable[Step]) -> Self:
        """Begin with the account that a rule gives of itself."""
        account = cls()
        account.lines = [Line(step) for step in steps]
        account.reached = account.lines[-1].step.result
        return account

    @property
    def pence(self) -> int:
        """What has been reached, in whole pence."""
        return round(self.reached)

    def begin(self, words: str, operand: float | Account, unit: Unit = "pence") -> Self:
        """State a figure, as the first or anew."""
        return self._then("=", words, operand, unit)

    def plus(self, words: str, operand: float | Account, *, shown: bool = False) -> Self:
        """Add, or begin with it where nothing has been written yet."""
        return self._then("+" if self.lines else "=", words, operand, "pence", shown=shown)

    def minus(self, words: str, operand: float | Account, *, shown: bool = False) -> Self:
        """Subtract."""
        return self._then("-", words, operand, "pence", shown=shown)

    def times(self, words: str, operand: float, unit: Unit = "pence") -> Self:
        """Multiply."""
        return self._then("×", words, operand, unit)

    def over(self, words: str, operand: float, unit: Unit = "pence") -> Self:
        """Divide."""
        return self._then("÷", words, operand, unit)

    def at_least(self, words: str, operand: float) -> Self:
        """Lift to what there is to be."""
        return self._then("at least", words, operand, "pence")

    def at_most(self, words: str, operand: float) -> Self:
        """Cut to what there is."""
        return self._then("at most", words, operand, "pence")

    def rounded(self, pence: float, words: str = ROUNDING) -> Self:
        """Bring to whole pence that are known, where they are not reached already."""
        if abs(pence - self.reached) > _HARDLY:
            return self.plus(words, pence - self.reached)
        last = self.lines[-1]
        self.lines[-1] = last._replace(step=last.step._replace(result=float(pence)))
        self.reached = float(pence)
        return self

    def _then(
        self,
        op: Op,
        words: str,
        operand: float | Account,
        unit: Unit,
        *,
        shown: bool = False,
    ) -> Self:
        if isinstance(operand, Account):
            self.lines += [
                Line(line.step._replace(depth=line.step.depth + 1), line.shown and shown)
                for line in operand.lines
            ]
            operand = operand.reached
        self.reached = float(_WORKED[op](self.reached, operand))
        self.lines.append(Line(Step(words, op, float(operand), self.reached, unit)))
        return self


Part = Literal[
    "fund",
    "decision",
    "share",
    "receipt",
    "queue",
    "instalments",
    "paid",
    "allocated",
    "years",
    "bridge",
]
"""Which part of an explanation a section is."""


@dataclass(frozen=True)
class Section:
    """A part of an explanation: what it leads to, in words, and the account of it.

    `remark` is a sentence that a reader should know with it. What is not `shown` is for tables.
    """

    part: Part
    title: str
    lines: Sequence[Line]
    remark: str = ""
    shown: bool = True

    @classmethod
    def of(cls, part: Part, title: str, account: Account, remark: str = "") -> Section:
        """Make a section of one account."""
        return cls(part, title, tuple(account.lines), remark)

    @property
    def steps(self) -> list[Step]:
        """Every line of it, shown or not."""
        return [line.step for line in self.lines]

    @property
    def pence(self) -> int:
        """The figure that it leads to, in whole pence."""
        return round(self.lines[-1].step.result)
