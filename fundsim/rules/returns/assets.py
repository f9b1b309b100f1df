"""An asset that is stated by the mean and volatility of its simple yearly returns.

Conversion of a stated arithmetic mean a and volatility s of simple yearly returns to the mean m and
variance v of log returns: v = ln(1 + (s / (1 + a))²), m = ln(1 + a) − v / 2. A stated geometric
mean g fixes m = ln(1 + g), and v solves x² − x − (s / (1 + g))² = 0 with x = exp(v). Correlations
of simple returns give log covariances ln(1 + cov_ij / ((1 + a_i)(1 + a_j))).
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Self

from pydantic import Field, model_validator

from fundsim.portable import exp1, log1
from fundsim.rules.returns.model import Held
from fundsim.units import Rate


class Asset(Held):
    """One class of assets: its weight in the mix and how it grows."""

    arithmetic_mean: Rate | None = Field(
        None, gt=-1, le=1, description="mean of simple yearly returns"
    )
    geometric_mean: Rate | None = Field(
        None, gt=-1, le=1, description="or: yearly growth that compounds to the median"
    )
    volatility: Rate = Field(0.0, ge=0, le=2, description="standard deviation of yearly returns")

    @model_validator(mode="after")
    def _one_mean(self) -> Self:
        if (self.arithmetic_mean is None) == (self.geometric_mean is None):
            message = "state arithmetic_mean or geometric_mean, and exactly one of them"
            raise ValueError(message)
        return self

    @cached_property
    def log_variance(self) -> float:
        """Variance of the yearly log return."""
        if self.arithmetic_mean is not None:
            ratio = self.volatility / (1 + self.arithmetic_mean)
            return log1(1 + ratio * ratio)
        assert self.geometric_mean is not None  # noqa: S101 - the validator's promise
        ratio = self.volatility / (1 + self.geometric_mean)
        return log1((1 + math.sqrt(1 + 4 * ratio * ratio)) / 2)

    @cached_property
    def log_mean(self) -> float:
        """Mean of the yearly log return."""
        if self.geometric_mean is not None:
            return log1(1 + self.geometric_mean)
        assert self.arithmetic_mean is not None  # noqa: S101 - the validator's promise
        return log1(1 + self.arithmetic_mean) - self.log_variance / 2

    @cached_property
    def mean_growth(self) -> float:
        """Mean of the simple yearly growth, 1 + arithmetic mean."""
        return exp1(self.log_mean + self.log_variance / 2)

    @cached_property
    def ratio(self) -> float:
        """Volatility over mean growth."""
        return self.volatility / self.mean_growth
