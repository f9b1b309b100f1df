"""What the figures of a line are counted in: its result, and what is put to the line before it.

A line states what its result is counted in, where that changes; what is put to the figure before
follows from the operation. Money times a number is money, a number times money is money, and money
over money is a number; what is added, or is a bound, is of the result's own kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from fundsim.rules.working import Step, Unit

_STAYS = ("pence", "share")


class Counted(NamedTuple):
    """A line with the units of its operand and of its result, and the figure that it goes on from.

    A number has the unit "". `before` is None where the line states a figure.
    """

    step: Step
    before: float | None
    operand: Unit
    unit: Unit


def counted(steps: Iterable[Step]) -> Iterator[Counted]:
    """Say of each line of an account what its figures are counted in."""
    reached: dict[int, Counted] = {}
    for step in steps:
        last, told = reached.get(step.depth), reached.pop(step.depth + 1, None)
        was = last.unit if last else ""
        unit = unit_of(step, was)
        operand = unit_of_operand(step, was, unit, told.unit if told else None)
        before = None if last is None or step.op == "=" else last.step.result
        reached[step.depth] = Counted(step, before, operand, unit)
        yield reached[step.depth]


def unit_of(step: Step, before: Unit) -> Unit:
    """Say what a line's result is counted in; `before` is that of the line before it.

    What is not stated stays money, or a share, and else is a number.
    """
    stated: Unit = "" if step.unit == "number" else step.unit
    if step.unit or step.op in ("=", "^", "ln") or before not in _STAYS:
        return stated
    return before


def unit_of_operand(step: Step, before: Unit, unit: Unit, told: Unit | None = None) -> Unit:
    """Say what is put to the figure before: its `unit` is that of the result.

    `told` is the unit to which an account of it leads, where it has one.
    """
    if step.op not in ("×", "÷"):
        return unit
    if told is not None:
        return told
    return _factor(step, before, unit) if step.op == "×" else _divisor(before, unit)


def _factor(step: Step, before: Unit, unit: Unit) -> Unit:
    if unit == "pence" != before:
        return "pence"
    return "share" if unit in _STAYS and 0 < step.operand < 1 else ""


def _divisor(before: Unit, unit: Unit) -> Unit:
    return before if before in _STAYS and unit != "pence" else ""
