"""The catalogue of allocation rules: how a round's money is shared between areas.

A rule answers with `Ratios`, of which only the proportions matter, or with `Amounts` in pence for
each path, together at most the pot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from fundsim.rules.allocation.adjusting import Adjusted, Phasing
from fundsim.rules.allocation.answers import (
    AllocationRule,
    Amounts,
    Answer,
    Ratios,
    Shared,
    every,
    in_money,
    shared,
)
from fundsim.rules.allocation.brought import watched
from fundsim.rules.allocation.claims import (
    ConstrainedEqualAwards,
    ConstrainedEqualLosses,
    FillGap,
    ProportionalClaims,
    Talmud,
)
from fundsim.rules.allocation.districts import District, Districts
from fundsim.rules.allocation.equalising import (
    CapacityEqualisation,
    EqualisationGrant,
    FullEqualisation,
    NeedsMinusResources,
)
from fundsim.rules.allocation.formulas import Barnett, EfitAdditive, PhaseIn, TargetedCapitation
from fundsim.rules.allocation.guarantees import (
    FloorDamping,
    FundingGuarantee,
    MixWithFloor,
    PaceOfChange,
)
from fundsim.rules.allocation.mixing import Hierarchy, Mix
from fundsim.rules.allocation.placing import Neighbourhoods, PopulationBand, WholePlaces
from fundsim.rules.allocation.plain import (
    Column,
    Equal,
    NeedWeighted,
    PerCapita,
    Shares,
    ThresholdPerHead,
)
from fundsim.rules.allocation.presets import PRESETS, Preset
from fundsim.rules.allocation.programmes import Programme, Programmes
from fundsim.rules.allocation.targeting import EitherOrBoth, RankTopN, Tiers
from fundsim.rules.allocation.welfare import AlphaFair, Maximin
from fundsim.rules.base import extended, one_of
from fundsim.rules.plugins import found
from fundsim.rules.round import By
from fundsim.units import Rate

__all__ = [
    "BROUGHT",
    "PRESETS",
    "AllocationRule",
    "Amounts",
    "Answer",
    "AnyAllocation",
    "Hierarchy",
    "Mix",
    "Preset",
    "Programmes",
    "Ratios",
    "Shared",
    "every",
    "in_money",
    "shared",
]

LEAVES: tuple[type[AllocationRule], ...] = (
    *(Equal, PerCapita, NeedWeighted, ThresholdPerHead, Shares, Column),
    *(EitherOrBoth, RankTopN, Tiers, PopulationBand, WholePlaces, Neighbourhoods),
    *(MixWithFloor, TargetedCapitation, EfitAdditive, PhaseIn, Barnett),
    *(FloorDamping, FundingGuarantee, PaceOfChange),
    *(EqualisationGrant, NeedsMinusResources, CapacityEqualisation, FullEqualisation, FillGap),
    *(ProportionalClaims, ConstrainedEqualAwards, ConstrainedEqualLosses, Talmud),
    *(Maximin, AlphaFair, Preset),
)
"""Rules that share between members without the help of another rule."""
MADE_OF_RULES: tuple[type[AllocationRule], ...] = (Mix, Hierarchy, Adjusted, Programmes, Districts)
_OTHERS = found(
    "fundsim.allocation", AllocationRule, verb="shares", taken=(*LEAVES, *MADE_OF_RULES)
)
_BROUGHT = [watched(other) for other in _OTHERS.values()]
BROUGHT = {kind: f"{other.package} {other.version}" for kind, other in _OTHERS.items()}
"""Which package, of which version, brings each kind along that is not fundsim's own."""
_SIMPLE = one_of(*LEAVES, *_BROUGHT)
_WEIGHT = Field(ge=0, le=1, description="the part's share of the money")
_BY = Field(description="what the first level shares between")


if TYPE_CHECKING:
    AnyAllocation = AllocationRule
else:
    AnyAllocation = one_of(*LEAVES, *MADE_OF_RULES, *_BROUGHT)
    _unions = {
        "AnyAllocation": AnyAllocation,
        "AnyPart": extended(_SIMPLE, "Part", weight=(Rate, _WEIGHT)),
        "AnyLevel": extended(_SIMPLE, "Level", by=(By, _BY)),
    }
    for _rule in (Phasing, Programme, District, *MADE_OF_RULES):
        _rule.model_rebuild(_types_namespace=_unions)
