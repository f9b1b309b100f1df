"""Figures of an explanation, for people: pounds with pence, shares as per cent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from fundsim.explaining.accounts import Line
from fundsim.explaining.counted import Counted, counted
from fundsim.money import LARGEST, pounds
from fundsim.rules.working import Step, Unit

SIGNS = {"=": "", "-": "−", "at least": "at least", "at most": "at most"}
NOTHING, ANY = "next to nothing", "any amount"
ABOVE, BELOW = "beyond measure", "far below nothing"
_WHOLE = 1e-6  # of a penny, or of one: what floats lose
_SAME = 1e-12  # of one: a factor that changes no digit that is written
_LARGE = 1e8  # figures from here on are written without a point
_TINY, _HUGE = 1e-12, 1e15  # what lies beyond is no figure for people
_SMALL = 0.1  # pence: four digits after the point say little of less


class Written(NamedTuple):
    """A line for people: how deep it stands, its sign and words, its operand and its result."""

    depth: int
    sign: str
    words: str
    operand: str
    result: str


def written(lines: Sequence[Line]) -> Iterator[Written]:
    """Write the lines that are shown, each figure in the unit that it has on its line.

    A line that leaves the figure before it as it is, as a bound that is not reached, is left out
    unless an account of what it works with stands above it.
    """
    above = 0  # the depth of the last line that was written
    for one, (step, shown) in zip(counted(line.step for line in lines), lines, strict=True):
        if shown and (above > step.depth or not _is_idle(one)):
            above = step.depth
            operand = "" if step.op in ("=", "ln") else figure(step.operand, one.operand)
            sign, result = SIGNS.get(step.op, step.op), figure(step.result, one.unit)
            yield Written(step.depth, sign, _read_aloud(step), operand, result)


def _read_aloud(step: Step) -> str:
    """Give a line's words so that they can be read after its sign."""
    if step.op == "÷":
        return step.words.removeprefix("of ")
    return f"the {step.words[7:]}" if step.op == "×" and step.words[:7] == "of the " else step.words


def _is_idle(one: Counted) -> bool:
    """Tell whether a line says nothing: money times one, or a bound that never was in reach."""
    step = one.step
    if step.op in ("×", "÷"):
        return one.unit in ("pence", "share") and abs(step.operand - 1) < _SAME
    if one.before != step.result:
        return False
    if step.op == "at least":
        return abs(step.operand) < _TINY
    return step.op == "at most" and step.operand >= LARGEST


def figure(value: float, unit: Unit) -> str:
    """Write a figure in its unit.

    >>> figure(123456.0, "pence"), figure(50.25, "pence"), figure(0.0399, "share")
    ('£1,234.56', '£0.5025', '3.99%')
    """
    if unit == "pence":
        return money(value)
    return _number(100 * value, "%") if unit == "share" else _number(value)


def _number(value: float, sign: str = "") -> str:
    """Write a number to eight digits, never with an exponent."""
    if value == 0:
        return f"0{sign}"
    if abs(value) < _TINY:
        return NOTHING
    if abs(value) >= _HUGE:
        return ABOVE if value > 0 else BELOW
    if abs(value) >= _LARGE or abs(value - round(value)) < _WHOLE < abs(value):
        return f"{round(value):,}{sign}"
    return f"{Decimal(f'{value:.8g}'):,f}{sign}"


def money(pence: float) -> str:
    """Write pence as pounds: two digits where they are whole, else four, more for a very small sum.

    >>> money(0.25), money(-0.00123)
    ('£0.0025', '-£0.00001230')
    """
    if pence >= LARGEST:
        return ANY
    if abs(pence - round(pence)) < _WHOLE * max(1.0, abs(pence) * 1e-6):
        return pounds(round(pence))
    sign, size = "-" if pence < 0 else "", abs(pence) / 100
    if abs(pence) >= _SMALL:
        return f"{sign}£{size:,.4f}"
    return f"{sign}£{Decimal(f'{size:.3e}'):f}"


def plain(value: float) -> str:
    """Write a figure for a table, as short as it reads back the same.

    >>> plain(3.0), plain(0.1)
    ('3', '0.1')
    """
    return str(int(value)) if value.is_integer() else repr(value)
