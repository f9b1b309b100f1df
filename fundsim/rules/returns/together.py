"""Assets that move together with one of them for a while, on top of whatever a model draws."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fundsim.money import Real
from fundsim.rules.moments import ROUNDING
from fundsim.rules.returns.correlating import SINGULAR

Raw = tuple[float, float]
"""First and second moment about zero of what a mix grows by in one step."""


@dataclass(frozen=True)
class Together:
    """Assets that move with a lead, at a correlation, in the quarters in which this holds."""

    lead: str
    to: float
    assets: tuple[str, ...]
    quarters: tuple[bool, ...]


@dataclass(frozen=True)
class Link:
    """How an asset's growth in one step hangs together with that of its lead, in the long run."""

    lead_mean: float
    lead_sd: float
    mean: float
    sd: float
    correlation: float

    @classmethod
    def of(cls, lead: Raw, own: Raw, halves: Raw) -> Link | None:
        """Make it of the moments of the lead, of the asset, and of a mix of half and half.

        With v the variances, Cov = 2 v(halves) − (v(lead) + v(own)) / 2. None where either does not
        vary, or where the asset moves with its lead, or against it, already.
        """
        of_lead, of_own, of_halves = (_variance(raw) for raw in (lead, own, halves))
        if not of_lead or not of_own:
            return None
        lead_sd, sd = math.sqrt(of_lead), math.sqrt(of_own)
        correlation = (2 * of_halves - (of_lead + of_own) / 2) / (lead_sd * sd)
        if not 1 - correlation * correlation > SINGULAR:
            return None
        return cls(lead[0], lead_sd, own[0], sd, correlation)

    def moved(self, growth: Real, lead: Real, to: float) -> Real:
        """Give the asset's growth as it is where its correlation with the lead is `to`.

        What the lead does not account for is kept, at a size that leaves mean and volatility as
        they are. With z the growth less its mean, over its standard deviation, and r the model's
        correlation, z' = to · z_lead + √(1 − to²) (z − r · z_lead) / √(1 − r²): then E z' = 0,
        Var z' = 1 and Cov(z', z_lead) = to, whatever the distribution. What is left cannot be below
        zero.
        """
        shocks = (lead - self.lead_mean) / self.lead_sd
        own = (growth - self.mean) / self.sd
        kept = math.sqrt((1 - to * to) / (1 - self.correlation * self.correlation))
        changed = to * shocks + kept * (own - self.correlation * shocks)
        return np.maximum(self.mean + self.sd * changed, 0.0)


def _variance(raw: Raw) -> float:
    first, second = raw
    variance = second - first * first
    return variance if variance > ROUNDING * second else 0.0
