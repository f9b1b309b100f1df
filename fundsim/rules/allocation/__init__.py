"""The catalogue of allocation rules: how a round's money is shared between areas.

A rule answers with `Ratios`, of which only the proportions matter, or with `Amounts` in pence for
each path, together at most the pot. Formulae: domain notes on real allocation rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from fundsim.rules.allocation.adjusting import Adjusted, PhaseIn
from fundsim.rules.allocation.answers import (
    AllocationRule,
    Amounts,
    Answer,
    Ratios,
    Shared,
    in_money,
    shared,
)
from fundsim.rules.allocation.mixing import Hierarchy, Mix
from fundsim.rules.allocation.plain import (
    Column,
    Equal,
    NeedWeighted,
    PerCapita,
    Shares,
    ThresholdPerHead,
)
from fundsim.rules.allocation.programmes import District, Districts, Programme, Programmes
from fundsim.rules.base import extended, one_of
from fundsim.rules.plugins import found
from fundsim.rules.round import By
from fundsim.units import Rate

__all__ = [
    "AllocationRule",
    "Amounts",
    "Answer",
    "AnyAllocation",
    "Hierarchy",
    "Mix",
    "Ratios",
    "Shared",
    "in_money",
    "shared",
]

LEAVES: tuple[type[AllocationRule], ...] = (
    Equal,
    PerCapita,
    NeedWeighted,
    ThresholdPerHead,
    Shares,
    Column,
)
"""Rules that share between members without the help of another rule."""
MADE_OF_RULES: tuple[type[AllocationRule], ...] = (
    Mix,
    Hierarchy,
    Adjusted,
    Programmes,
    Districts,
)
_BROUGHT = found("fundsim.allocation", AllocationRule, taken=(*LEAVES, *MADE_OF_RULES))
_SIMPLE = one_of(*LEAVES, *_BROUGHT)
_WEIGHT = Field(ge=0, le=1, description="the part's share of the money")
_BY = Field(description="what the first level shares between")


if TYPE_CHECKING:
    AnyAllocation = AllocationRule
else:
    AnyAllocation = one_of(*LEAVES, *MADE_OF_RULES, *_BROUGHT)
    for _rule in (PhaseIn, Programme, District, *MADE_OF_RULES):
        _rule.model_rebuild(
            _types_namespace={
                "AnyAllocation": AnyAllocation,
                "AnyPart": extended(_SIMPLE, "Part", weight=(Rate, _WEIGHT)),
                "AnyLevel": extended(_SIMPLE, "Level", by=(By, _BY)),
            }
        )
