"""What a scenario says of the dormant assets scheme and of the reclaim fund that stands between.

Equations: a proposal for the scheme as published (transfers, cohort reclaims, a share that is held
back and a share that is released, which are not each other's complement, since owners come back for
some of it). Sources of the shipped figures stand in the scenarios.
"""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from fundsim.rules.base import Fault, Setting
from fundsim.units import Day, Duration, Money, Rate, Share

_YEAR = re.compile(r"[1-9]\d{3}")
_TOLERANCE = 1e-9


def _years_alone(shares: dict[str, float]) -> dict[str, float]:
    for key in shares:
        if not _YEAR.fullmatch(key):
            message = f'"{key}" is not a year, such as 2021'
            raise ValueError(message)
    return shares


def _whole_years(months: int) -> int:
    if months % 12:
        message = f"{months} months are not a whole number of years"
        raise ValueError(message)
    return months


ByYear = Annotated[dict[str, Share], AfterValidator(_years_alone)]
Years = Annotated[Duration, AfterValidator(_whole_years)]
Name = Annotated[str, Field(min_length=1)]


class OwnersReturn(Setting):
    """How many of the owners come back for what was transferred, and how soon."""

    ultimate: Share = Field(
        description="share of a year's transfers that owners ask for in the end"
    )
    hazard: Rate = Field(
        ge=0,
        le=10,
        description="force with which those who will still come do so: a share 1 - exp(-hazard) of "
        "them in each later year",
    )
    noise: Rate = Field(
        0.0, ge=0, le=2, description="coefficient of variation of a year's reclaims"
    )


class AssetClass(Setting):
    """One class of assets: what lies dormant, and how it comes in."""

    title: str = Field("", description="what the class is")
    stock: Money = Field(0, description="what lies dormant when the class joins")
    yearly: Money = Field(0, description="what else turns dormant in each year, that one included")
    reunified: Share = Field(
        0.0, description="share of it that goes back to its owners before it is transferred"
    )
    participation: Share = Field(1.0, description="share of its holders that take part")
    joins: int | None = Field(
        None, ge=1900, le=2400, description="first year of transfers; the scheme's if left out"
    )
    backlog: Rate | None = Field(
        None, gt=0, le=10, description="force with which the stock comes in: exp(-backlog) is left"
    )
    ramp: list[Share] | None = Field(
        None, min_length=1, description="or: share of the stock that comes in, year by year"
    )
    noise: Rate = Field(
        0.0, ge=0, le=2, description="coefficient of variation of a year's transfers"
    )
    reclaims: OwnersReturn = Field(description="how owners come back for what was transferred")

    @model_validator(mode="after")
    def _comes_in_one_way(self) -> Self:
        if self.stock and (self.backlog is None) == (self.ramp is None):
            message = "a stock comes in by backlog or by ramp; state exactly one of them"
            raise ValueError(message)
        if self.ramp is not None and math.fsum(self.ramp) > 1 + _TOLERANCE:
            message = f"the shares sum to {math.fsum(self.ramp):.6g}, more than the whole stock"
            raise Fault(message, "ramp")
        if not self.stock and not self.yearly:
            message = "nothing lies dormant here; state stock, yearly or both"
            raise ValueError(message)
        return self


class Nation(Setting):
    """What of each release is a nation's, when it is there, and for what."""

    share: Share = Field(description="its share of each release")
    delay: Duration | None = Field(
        None, description="how much later it is there; not at all if left out"
    )
    causes: dict[Name, Share] = Field(
        default_factory=dict, description="the shares of its causes; all for one if left out"
    )

    @model_validator(mode="after")
    def _causes_are_whole(self) -> Self:
        _refuse_parts(self.causes, "causes")
        return self


class DormantAssets(Setting):
    """The dormant assets scheme, which transfers, reclaims, holds and releases year by year.

    A year of the scheme is the twelve months from its first day. In it assets come in, owners are
    paid, and what is held grows and bears costs. On the first day after it a release is reviewed.
    """

    start: Day | None = Field(
        None, description="first day of the scheme's first year; the run's if left out"
    )
    classes: dict[Name, AssetClass] = Field(min_length=1, description="the classes, by name")
    released: ByYear = Field(
        min_length=1,
        description="share of all that has come in which is released, from each year on",
    )
    held: ByYear = Field(
        default_factory=dict,
        description="share of all that has come in below which what is held may not fall by a "
        "release, from each year on; 0 before",
    )
    review_every: Years = Field(12, description="how often a release is reviewed")
    review_lag: Annotated[int, Field(ge=0, le=50, strict=True)] = Field(
        0, description="how many years back the figures are that a review reads"
    )
    surplus: Share = Field(
        0.0, description="share of what is held beyond that which each review releases too"
    )
    least: Money = Field(0, description="the least that is released at once; less waits")
    growth: Rate = Field(0.0, gt=-1, le=1, description="what is held earns in a year")
    costs: Money = Field(0, description="what the reclaim fund costs in a year")
    nations: dict[Name, Nation] = Field(
        default_factory=dict, description="what of each release is whose; all in one if left out"
    )

    @model_validator(mode="after")
    def _parts_are_whole(self) -> Self:
        _refuse_parts({name: nation.share for name, nation in self.nations.items()}, "nations")
        for year in sorted({*self.held, *self.released}):
            held, released = self.held_by(int(year)), self.released_by(int(year))
            if held + released > 1 + _TOLERANCE:
                message = (
                    f"{held:.6g} held and {released:.6g} released are more than all that comes "
                    "in; lower one of them"
                )
                raise Fault(message, "held" if year in self.held else "released", year)
        return self

    def released_by(self, year: int) -> float:
        """Give the share of all receipts that is released in a year."""
        return _reached(self.released, year)

    def held_by(self, year: int) -> float:
        """Give the share of all receipts that a release leaves behind in a year."""
        return _reached(self.held, year)

    def reviews(self, year: int) -> bool:
        """Tell whether a release is reviewed at the end of a year, counted from 0."""
        return (year + 1) % (self.review_every // 12) == 0 and year >= self.review_lag

    def may_release(self, year: int, first: int) -> bool:
        """Tell whether a review can release anything; `first` is what year 0 is called."""
        label = first + year
        some = self.released_by(label) or self.surplus
        joined = any(one.joins is None or one.joins <= label for one in self.classes.values())
        return bool(self.reviews(year) and some and joined)

    @property
    def by_chance(self) -> bool:
        """Whether its amounts differ from one possible future to another."""
        return any(one.noise or one.reclaims.noise for one in self.classes.values())

    def without_chance(self) -> Self:
        """Give the same scheme with nothing left to chance: each noise is 0."""
        still: dict[str, AssetClass] = {}
        for name, one in self.classes.items():
            owners = one.reclaims.model_copy(update={"noise": 0.0})
            still[name] = one.model_copy(update={"noise": 0.0, "reclaims": owners})
        return self.model_copy(update={"classes": still})

    def begins(self, start: date) -> date:
        """Give the scheme's first day, in a run from a day on."""
        return self.start or start


def _reached(by_year: dict[str, float], year: int) -> float:
    """Give the figure of the last year stated up to this one; 0 before the first."""
    passed = [int(key) for key in by_year if int(key) <= year]
    return by_year[str(max(passed))] if passed else 0.0


def _refuse_parts(parts: dict[str, float], key: str) -> None:
    together = math.fsum(parts.values())
    if parts and abs(together - 1) > _TOLERANCE:
        message = f"the shares sum to {together:.6g}, not to 1"
        raise Fault(message, key)
