"""What a spending rule is, and what it may see of its fund on a spending date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from fundsim.money import Pence, Real
from fundsim.rules.base import Fault, Rule
from fundsim.units import Day

QUARTER = 3  # months
YEAR = 4  # quarters


@dataclass(frozen=True)
class SpendingView:
    """What a spending rule may see on a spending date; all of it read-only.

    What is of the last spending date is each path's own: an alarm may have brought it forward on
    some. It is None on the first one.
    """

    number: int
    """How many spending dates came before this one."""
    values: Pence
    """The fund's value at the valuations that the rule reads, `(valuation, path)`, newest last;
    one of nothing where it has never been valued."""
    opening: int
    """The fund's opening money, in pence."""
    index: Real
    """Prices at the last quarter-end over those of the start day, `(path,)`."""
    first_value: Pence
    """The value read on the first spending date, `(path,)`."""
    first_index: Real
    """The price index read on the first spending date, `(path,)`."""
    last: Pence | None = None
    """What was decided to be spent on the last spending date, `(path,)`, less what the fund could
    not pay of it when a part was due."""
    last_index: Real | None = None
    """The price index read on the last spending date, `(path,)`."""
    remembered: Real | None = None
    """What the rule remembered of the last spending date, `(path,)`; None if it remembers none."""

    @property
    def value(self) -> Pence:
        """The newest valuation, `(path,)`."""
        return np.asarray(self.values[-1])

    @property
    def dearer(self) -> Real | None:
        """Prices of today over those of the last spending date, 1 + π, `(path,)`."""
        return None if self.last_index is None else np.asarray(self.index / self.last_index)

    @property
    def last_at_prices_of_today(self) -> Real | None:
        """What was spent on the last spending date, in prices of this one, `(path,)`."""
        if self.last is None or self.dearer is None:
            return None
        return np.asarray(self.last * self.dearer)


class SpendingRule(Rule):
    """A rule that says how much is spent on a spending date."""

    told_by: ClassVar[str] = "spend"
    symbols: ClassVar[Mapping[str, str]] = {
        "S": "what is spent on a spending date",
        "S(last)": "what was spent on the one before",
        "V": "the value at the last valuation",
        "V(first)": "the value read on the first spending date",
        "index": "prices over those of the start day",
        "index(first)": "the index on the first spending date",
        "π": "the rise of prices since the last spending date",
        "clamp": "its first figure, kept between the other two",
    }
    every: ClassVar[int] = 12
    """Months between two spending dates."""
    perpetual: ClassVar[bool] = True
    """False for a rule that is meant to use the fund up."""
    looks_back: ClassVar[bool] = False
    """Whether it goes on from what was spent last."""
    whole: ClassVar[str] = ""
    """Why a year's spending cannot leave in parts; nothing where it can."""
    later_keys: ClassVar[Mapping[str, Any]] = {"parts": 1}
    """Keys that came later, and what they are where they change nothing."""

    first: Day | None = Field(
        None,
        description="the first spending date, on whose anniversaries the next ones fall; the "
        "start day if left out",
    )
    parts: Literal[1, 2, 4] = Field(
        1,
        description="in how many equal parts a year's spending leaves: the first on the spending "
        "date, the next ones half a year or a quarter of a year apart",
    )

    @model_validator(mode="after")
    def _parts_apply(self) -> Self:
        if self.parts > 1 and self.whole:
            message = f"found {self.parts}, but {self.whole}; leave it out"
            raise Fault(message, "parts")
        return self

    @model_serializer(mode="wrap")
    def _as_before(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out later keys that change nothing, so that older fingerprints still hold."""
        table: dict[str, Any] = handler(self)
        return {
            key: value
            for key, value in table.items()
            if key not in self.later_keys or value != self.later_keys[key]
        }

    def valuations(self) -> int:
        """How many of the newest valuations the rule reads."""
        return 1

    def last(self) -> int | None:
        """How many spending dates there are at most; None for no end."""
        return None

    def spend(self, view: SpendingView) -> Real:
        """Answer with pence as floats, `(path,)`."""
        raise NotImplementedError  # abstract: a catalogue's classes all say their own

    def remember(self, view: SpendingView, spent: Pence) -> Real | None:  # noqa: ARG002 - others do
        """Say what to remember of a decision until the next one, `(path,)`; None for nothing.

        `spent` is what it came to: what was asked for in whole pence, as far as the fund has it.
        """
        return None
