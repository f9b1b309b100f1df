"""What goes wrong on stated days: in the markets, on the way of the money, at the foundations.

A shock says what happens and when; the engine lets it happen. A span of time holds its first day
and not its last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, Self, TypeVar

import numpy as np
from pydantic import Field, model_validator

from fundsim.rules.base import Fault, Rule
from fundsim.units import Day, Rate, Title


class Shock(Rule):
    """A rule that says what goes wrong, from a day on."""

    name: Title = Field(description="the shock's name in words")
    on: Day = Field(description="the day on which it begins")


Shocks = TypeVar("Shocks", bound=Shock)


class Spell(Shock):
    """A shock that ends."""

    until: Day = Field(description="the first day on which it is over")

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        refuse_backwards(self.on, self.until)
        return self

    def covers(self, day: date) -> bool:
        """Tell whether it lasts on a day."""
        return self.on <= day < self.until


def refuse_backwards(on: date, until: date | None) -> None:
    """Raise Fault for a span that ends before it begins."""
    if until is not None and until <= on:
        message = f"found {until}, expected a day after {on}: this ends before it begins"
        raise Fault(message, "until")


class PanelLost(Spell):
    """A foundation's panel does not sit for a while, and what it would have awarded waits."""

    kind: Literal["panel_lost"] = "panel_lost"
    foundation: str = Field(description="the foundation's id")


class Jolt(Shock):
    """A shock to what grows from quarter to quarter: at once, or for a while."""

    change: Rate | None = Field(
        None, gt=-1, le=10, description="what is gained at once, or lost if it is below zero"
    )
    yearly: Rate | None = Field(
        None, gt=-1, le=10, description="or: further yearly growth of each quarter that begins then"
    )
    until: Day | None = Field(None, description="with yearly: the first day on which it is over")

    @model_validator(mode="after")
    def _at_once_or_for_a_while(self) -> Self:
        if (self.change is None) == (self.yearly is None):
            message = "this takes either change or yearly, and exactly one of them"
            raise ValueError(message)
        if self.change is not None and self.until is not None:
            message = "a change happens at once and does not end; leave it out, or state yearly"
            raise Fault(message, "until")
        if self.yearly is not None and self.until is None:
            message = "this is missing; expected the day on which the yearly growth is over"
            raise Fault(message, "until")
        refuse_backwards(self.on, self.until)
        return self


class MarketShock(Jolt):
    """Markets fall or rise at once, or grow otherwise than drawn for a while."""

    kind: Literal["market"] = "market"
    asset: str | None = Field(None, description="the asset; every one if left out")


class InflationShock(Jolt):
    """Prices jump at once, or rise otherwise than drawn for a while.

    Investments grow by as many pounds as without it, so that each of them buys less.
    """

    kind: Literal["inflation"] = "inflation"


class CorrelationShock(Spell):
    """Assets move together with one of them for a while, and no longer make up for it.

    Mean and volatility of each asset stay as they are. With `step = "year"` it holds in each year
    that begins then.
    """

    kind: Literal["correlation"] = "correlation"
    lead: str = Field(description="the asset that the others move with")
    to: Rate = Field(ge=0, le=1, description="correlation of each of them with it, as 0.9")
    assets: list[str] | None = Field(
        None, min_length=1, description="the assets that move with it; all that vary if left out"
    )


class InflowLate(Spell):
    """What a fund should receive in a span of time arrives when it is over."""

    kind: Literal["inflow_late"] = "inflow_late"
    fund: str = Field(description="the fund's name")


class Reclaims(Spell):
    """A share of what a fund should receive stays behind for the owners of dormant assets."""

    kind: Literal["reclaims"] = "reclaims"
    fund: str = Field(description="the fund's name")
    share: Rate = Field(ge=0, le=1, description="share of the inflow that never arrives")

    def withheld(self, pence: int) -> int:
        """Work out what of an amount never arrives, to the nearest penny."""
        return int(np.rint(self.share * pence))


class ReclaimsSurge(Spell):
    """Owners of dormant assets come back for them sooner, in the scheme's years that begin then."""

    kind: Literal["reclaims_surge"] = "reclaims_surge"
    times: float = Field(ge=0, le=100, description="how many times as fast, as 2")
    classes: list[str] | None = Field(
        None, min_length=1, description="classes of dormant assets; all if left out"
    )


class Withdrawal(Shock):
    """Holders of a class of dormant assets take part no more, from the scheme's next year on."""

    kind: Literal["withdrawal"] = "withdrawal"
    asset_class: str = Field(description="the class of dormant assets")


class Joining(Shock):
    """A shock by which a foundation's areas pass to another one."""

    foundation: str = Field(description="id of the foundation that is no more")
    into: str = Field(description="id of the foundation that its areas belong to from then on")


class Merger(Joining):
    """A foundation joins another one, with its areas, its money, its promises and its capacity."""

    kind: Literal["merger"] = "merger"


class Failure(Joining):
    """A foundation ends; another one takes its areas, money and promises, and not its capacity."""

    kind: Literal["failure"] = "failure"


def in_order(shocks: Sequence[Shocks]) -> list[Shocks]:
    """Put shocks in order of their days and of what they say: that of a file changes no figure."""
    return sorted(shocks, key=lambda shock: (shock.on, shock.model_dump_json(exclude={"name"})))


AnyShock = Annotated[
    PanelLost
    | MarketShock
    | InflationShock
    | CorrelationShock
    | InflowLate
    | Reclaims
    | ReclaimsSurge
    | Withdrawal
    | Merger
    | Failure,
    Field(discriminator="kind"),
]
