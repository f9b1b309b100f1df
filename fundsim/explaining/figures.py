"""Figures of an explanation, for people: pounds with pence, shares as per cent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fundsim.explaining.accounts import Line
from fundsim.money import pounds
from fundsim.rules.working import Step, Unit

SIGNS = {"=": "", "-": "−", "at least": "at least", "at most": "at most"}
_WHOLE = 1e-6  # of a penny, or of one: what floats lose
_SAME = 1e-12  # of one: a factor that changes no digit that is written
_LARGE = 1e8  # figures from here on are written without a point
_SUM = 1.5  # a share is multiplied by less, and a sum of money is more


class Written(NamedTuple):
    """A line for people: how deep it stands, its sign and words, its operand and its result."""

    depth: int
    sign: str
    words: str
    operand: str
    result: str


def written(lines: Sequence[Line]) -> Iterator[Written]:
    """Write the lines that are shown; a figure without a unit has that of the line before it."""
    before: dict[int, Unit] = {}
    for step, shown in lines:
        was = before.get(step.depth, "")
        unit = unit_of(step, was)
        before[step.depth] = unit
        if shown and not _is_idle(step):
            operand = (
                "" if step.op in ("=", "ln") else figure(step.operand, _of_operand(step, was, unit))
            )
            sign = SIGNS.get(step.op, step.op)
            yield Written(step.depth, sign, _read_aloud(step), operand, figure(step.result, unit))


def _read_aloud(step: Step) -> str:
    """Give a line's words so that they can be read after its sign."""
    if step.op == "÷":
        return step.words.removeprefix("of ")
    return f"the {step.words[7:]}" if step.op == "×" and step.words[:7] == "of the " else step.words


def _is_idle(step: Step) -> bool:
    """Tell whether a line leaves the figure before it as it is."""
    return step.op in ("×", "÷") and abs(step.operand - 1) < _SAME


def unit_of(step: Step, before: Unit) -> Unit:
    """Say what a line's result is counted in."""
    if step.unit or step.op == "=" or before not in ("pence", "share"):
        return step.unit
    if before == "share" and step.op == "×" and step.operand > _SUM:
        return "pence"
    return before


def _of_operand(step: Step, before: Unit, unit: Unit) -> Unit:
    """Say what a line's operand is counted in."""
    if step.op in ("+", "-", "at least", "at most"):
        return unit
    if step.op == "×":
        by_share = unit in ("pence", "share") and 0 < step.operand < 1
        return "pence" if unit == "pence" != before else "share" if by_share else ""
    return before if step.op == "÷" and unit != before and before == "pence" else ""


def figure(value: float, unit: Unit) -> str:
    """Write a figure in its unit.

    >>> figure(123456.0, "pence"), figure(50.25, "pence"), figure(0.0399, "share")
    ('£1,234.56', '£0.5025', '3.99%')
    """
    if unit == "pence":
        return money(value)
    if unit == "share":
        return f"{100 * value:,.8g}%"
    whole = abs(value - round(value)) < _WHOLE < abs(value)
    return f"{round(value):,}" if whole or abs(value) >= _LARGE else f"{value:,.8g}"


def money(pence: float) -> str:
    """Write pence as pounds: two digits where they are whole, four where they are not."""
    if abs(pence - round(pence)) < _WHOLE * max(1.0, abs(pence) * 1e-6):
        return pounds(round(pence))
    sign = "-" if pence < 0 else ""
    return f"{sign}£{abs(pence) / 100:,.4f}"


def plain(value: float) -> str:
    """Write a figure for a table, as short as it reads back the same.

    >>> plain(3.0), plain(0.1)
    ('3', '0.1')
    """
    return str(int(value)) if value.is_integer() else repr(value)
