"""How much leaves a fund for distribution on each of its spending dates.

A rule answers with a float amount in pence for every path; the engine rounds it once, and pays
no more than the fund holds.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from fundsim.rules.spending.keeping import Minimum, TotalReturn
from fundsim.rules.spending.plain import (
    ConstantReal,
    MovingAverage,
    PercentOfValue,
    Profile,
    SpendDown,
)
from fundsim.rules.spending.smoothed import (
    BandedReal,
    Guardrails,
    Hybrid,
    HybridGeneral,
    SmoothedTarget,
    TargetCorridor,
)
from fundsim.rules.spending.view import SpendingRule, SpendingView

__all__ = [
    "AnySpending",
    "BandedReal",
    "ConstantReal",
    "Guardrails",
    "Hybrid",
    "HybridGeneral",
    "Minimum",
    "MovingAverage",
    "PercentOfValue",
    "Profile",
    "SmoothedTarget",
    "SpendDown",
    "SpendingRule",
    "SpendingView",
    "TargetCorridor",
    "TotalReturn",
]

AnySpending = Annotated[
    PercentOfValue
    | ConstantReal
    | BandedReal
    | MovingAverage
    | Hybrid
    | HybridGeneral
    | SmoothedTarget
    | TargetCorridor
    | Guardrails
    | Minimum
    | TotalReturn
    | SpendDown
    | Profile,
    Field(discriminator="kind"),
]
