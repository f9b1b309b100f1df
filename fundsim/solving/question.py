"""What is asked: which figure of which scenario, the target, and the range that is searched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import cached_property
from typing import Any

from fundsim.comparison.inquiry import Future, fingerprint_of
from fundsim.errors import InputError, Problem
from fundsim.scenario import Scenario
from fundsim.solving.targets import Target, read_target
from fundsim.solving.varied import Varied, refused, vary

KIND = "solve"
AS_STATED = "as stated"
GRID = 20  # even parts of the range whose ends are tried first, so that a rise is seen
FROM, TO, WITHIN = "--from", "--to", "--within"
OF_A_RATE = (Decimal(0), Decimal("0.1"), Decimal("0.0001"))
TENTH, PARTS = 10, 1000  # of the opening money; of the range of amounts


@dataclass(frozen=True)
class Span:
    """The range that is searched, in steps from its lower end; the last may be shorter."""

    low: Decimal
    high: Decimal
    step: Decimal

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return int(((self.high - self.low) / self.step).to_integral_value(ROUND_CEILING))

    def value(self, step: int) -> Decimal:
        """Give the figure at a step."""
        return min(self.low + step * self.step, self.high).normalize()

    def step_of(self, value: Decimal) -> int | None:
        """Say at which step a figure is, if it is at one."""
        if not self.low <= value <= self.high:
            return None
        step = self.steps if value == self.high else (value - self.low) / self.step
        return int(step) if step == int(step) else None


@dataclass(frozen=True)
class Question:
    """Which figure is varied, what it is to meet, and in which range it is looked for."""

    varied: Varied
    target: Target
    span: Span

    @property
    def scenario(self) -> Scenario:
        """The scenario as it is stated."""
        return self.varied.scenario

    @property
    def future(self) -> Future:
        """The scenario as a folder of answers holds it."""
        return Future(self.scenario.name, self.varied.fund, {AS_STATED: self.scenario})

    @property
    def most(self) -> int:
        """How many paths are simulated at most: the grid, the stated figure, three halvings."""
        part = -(-self.span.steps // GRID)
        return self.scenario.paths * (GRID + 2 + 3 * part.bit_length())

    @cached_property
    def told(self) -> Mapping[str, Any]:
        """Say all that is asked in plain values."""
        asked = {
            "target": str(self.target),
            "fund": self.varied.fund,
            "key": self.varied.key,
            "from": float(self.span.low),
            "to": float(self.span.high),
            "within": float(self.span.step),
        }
        return {"kind": KIND, "futures": [self.future.told()], "asked": asked}

    @cached_property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits of all that is asked: the same question has the same ones."""
        return fingerprint_of(self.told)


def ask(
    scenario: Scenario,
    target: str,
    *,
    fund: str | None = None,
    key: str | None = None,
    low: str | float | None = None,
    high: str | float | None = None,
    within: str | float | None = None,
) -> Question:
    """Read a question; what cannot be answered is an InputError before anything is simulated."""
    wish, varied = read_target(target), vary(scenario, fund, key)
    wish.refuse_for(scenario, varied.fund)
    return Question(varied, wish, _span(varied, low, high, within))


def _span(
    varied: Varied, low: str | float | None, high: str | float | None, within: str | float | None
) -> Span:
    """Read the range, or take the usual one; what cannot be searched is an InputError."""
    begin, end, step = _usual(varied, high)
    begin = begin if low is None else varied.read(low, FROM)
    end = end if high is None else varied.read(high, TO)
    words = varied.words
    if end <= begin:
        refused(TO, f"found {words(end)}, and the range begins at {words(begin)}; expected more")
    if within is not None:
        step = varied.read(within, WITHIN)
    elif varied.unit == "money":
        step = max(((end - begin) / PARTS).quantize(Decimal("0.01")), Decimal("0.01"))
    if not 0 < step <= end - begin:
        least = f"more than 0 and at most {words(end - begin)}, the whole range"
        refused(WITHIN, f"found {words(step)}, expected {least}")
    for option, figure in ((FROM, begin), (TO, end)):
        _refuse_beyond(varied, option, figure)
    return Span(begin, end, step)


def _usual(varied: Varied, high: str | float | None) -> tuple[Decimal, Decimal, Decimal]:
    if varied.unit == "rate":
        return OF_A_RATE
    opening = varied.scenario.funds[varied.fund].opening
    if high is None and not opening:
        refused(TO, f"{varied.fund} has no opening money to take a tenth of; state the upper end")
    end = (Decimal(opening) / 100 / TENTH).quantize(Decimal("0.01"))
    return Decimal(0), end, Decimal("0.01")


def _refuse_beyond(varied: Varied, option: str, figure: Decimal) -> None:
    """Refuse an end of the range that the scenario cannot have, in the scenario's own words."""
    try:
        varied.at(figure)
    except InputError as error:
        told = [Problem(option, one.key, one.message) for one in error.problems]
        raise InputError(told) from None
