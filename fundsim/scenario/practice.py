"""What foundations do with the money: fees, sittings, instalments, capacity, and exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from fundsim.rules.base import Fault, Setting
from fundsim.units import MONTHS, Money, Month, Rate, Share

WHOLE = 1e-9  # how far decimals as floats may sum from one
CAPACITY_FORMS = ("multiple_of_past_grants", "per_head", "pounds")  # one of them is stated
_MOST_A_HEAD = 100_000_000  # pence; more could not be counted in whole pence in every place


def _whole(shares: list[float]) -> list[float]:
    if abs(sum(shares) - 1) > WHOLE:
        message = f"the shares sum to {sum(shares):.6g}, not to 1"
        raise ValueError(message)
    return shares


def _in_calendar_order(months: list[int]) -> list[int]:
    for number, month in enumerate(months):
        if month in months[:number]:
            message = f"{MONTHS[month - 1]} is here twice; name each month once"
            raise Fault(message, number)
    return sorted(months)


Instalments = Annotated[list[Share], AfterValidator(_whole)]
Sittings = Annotated[list[Month], AfterValidator(_in_calendar_order)]


class Capacity(Setting):
    """What a foundation can award in a year, in the prices of the start day."""

    multiple_of_past_grants: float | None = Field(
        None,
        ge=0,
        le=10_000,
        strict=True,
        description="times what it granted in a year before, or the median a head if not known",
    )
    per_head: Money | None = Field(None, description="or: yearly pounds for each person it serves")
    pounds: Money | None = Field(None, description="or: yearly pounds of each foundation")
    growth: Rate = Field(0.0, ge=0, le=1, description="how much it gains by practice, a year")
    growth_years: int | None = Field(
        None, ge=1, strict=True, description="for how many years it gains; for ever if left out"
    )

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        given = [form for form in CAPACITY_FORMS if getattr(self, form) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none of them"
            message = (
                f"found {found}; state multiple_of_past_grants, per_head or pounds, "
                "and exactly one of them"
            )
            raise ValueError(message)
        if self.per_head is not None and self.per_head > _MOST_A_HEAD:
            message = "this is more than £1m for each person; give less"
            raise Fault(message, "per_head")
        if self.growth_years is not None and not self.growth:
            message = "there is no growth to last so long; state growth, or leave it out"
            raise Fault(message, "growth_years")
        return self


class Override(Setting):
    """What one foundation does otherwise than the others; what is left out is as with them."""

    fee: Rate | None = Field(None, ge=0, le=1, description="its own fee on what it receives")
    sittings: Sittings | None = Field(None, min_length=1, description="months in which it sits")
    instalments: Instalments | None = Field(
        None, min_length=1, description="share of an award by year, the first at once"
    )
    capacity: Capacity | None = Field(None, description="what it can award in a year")
    lapse: Rate | None = Field(
        None, ge=0, le=1, description="share of its later instalments that is cancelled when due"
    )
    clawback: Rate | None = Field(
        None, ge=0, le=1, description="share of its payments that comes back a year later"
    )
    carry_forward: Rate | None = Field(
        None, ge=0, le=1, description="share of what it receives that it keeps for the next year"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            names = ", ".join(type(self).model_fields)
            message = f"this says nothing; give one of {names}, or leave it out"
            raise ValueError(message)
        return self


@dataclass(frozen=True)
class Terms:
    """How one foundation works: the general settings, and its own where it has any."""

    fee: float
    sittings: tuple[int, ...] | None
    instalments: tuple[float, ...]
    capacity: Capacity | None
    lapse: float
    clawback: float
    carry_forward: float


class Foundations(Setting):
    """What happens to the money at the community foundations that it reaches areas through."""

    fee: Rate = Field(0.0, ge=0, le=1, description="what a foundation keeps of what it receives")
    sittings: Sittings | None = Field(
        None,
        min_length=1,
        description="months in whose first days awards are made; on receipt if left out",
    )
    instalments: Instalments = Field(
        default=[1.0],
        min_length=1,
        description="share of an award that is paid in each year, the first at once",
        json_schema_extra={"default": ["100%"]},
    )
    capacity: Capacity | None = Field(
        None, description="what a foundation can award in a year; without end if left out"
    )
    lapse: Rate = Field(
        0.0, ge=0, le=1, description="share of each later instalment that is cancelled when due"
    )
    clawback: Rate = Field(
        0.0, ge=0, le=1, description="share of each payment that comes back a year later"
    )
    carry_forward: Rate = Field(
        0.0, ge=0, le=1, description="share of what is received that is kept for the next year"
    )
    priority: list[str] | None = Field(
        None, min_length=1, description="all funds, the one that is served first at the top"
    )
    overrides: dict[str, Override] = Field(
        default_factory=dict, description="what single foundations do otherwise, by id"
    )

    def of(self, id: str) -> Terms:  # noqa: A002 - a foundation's id, as everywhere
        """Give the settings of one foundation."""
        own = self.overrides.get(id)

        def settled(name: str) -> Any:  # noqa: ANN401 - each of its own type
            stated = getattr(own, name) if own else None
            return getattr(self, name) if stated is None else stated

        sittings = settled("sittings")
        return Terms(
            fee=settled("fee"),
            sittings=None if sittings is None else tuple(sittings),
            instalments=tuple(settled("instalments")),
            capacity=settled("capacity"),
            lapse=settled("lapse"),
            clawback=settled("clawback"),
            carry_forward=settled("carry_forward"),
        )
