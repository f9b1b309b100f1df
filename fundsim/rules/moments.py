"""What is known of a model without drawing: its moments, and where its figures are from."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from fundsim.portable import exp1
from fundsim.rules.normal import quantile

UNVERIFIED = "unverified"


@dataclass(frozen=True)
class Moments:
    """Yearly growth in closed form; None, or nan, stands where there is none, or no such moment.

    `mean`, `sd` and `skewness` are of the simple yearly return, `log_mean`, `log_sd` and
    `autocorrelation` (at a lag of one year) of the yearly log return. `quantile` gives the simple
    yearly return below which a share of all years lies.
    """

    mean: float
    sd: float
    skewness: float | None = None
    log_mean: float | None = None
    log_sd: float | None = None
    autocorrelation: float | None = None
    quantile: Callable[[float], float] | None = None

    @classmethod
    def of_lognormal(
        cls, log_mean: float, log_variance: float, autocorrelation: float = 0.0
    ) -> Self:
        """Give those of growth exp(x), x normal with this mean and variance.

        E G = exp(m + v/2), Var G = (E G)² (exp v − 1), skewness (exp v + 2) √(exp v − 1)
        (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1, chapter 14).
        """
        mean, excess, sd = exp1(log_mean + log_variance / 2), exp1(log_variance) - 1, 0.0
        if log_variance > 0:
            sd = math.sqrt(log_variance)
        return cls(
            mean=mean - 1,
            sd=mean * math.sqrt(excess),
            skewness=(excess + 3) * math.sqrt(excess) if sd else None,
            log_mean=log_mean,
            log_sd=sd,
            autocorrelation=autocorrelation if sd else None,
            quantile=lambda share: exp1(log_mean + sd * quantile(share)) - 1,
        )

    @classmethod
    def of_growth(
        cls, raw: tuple[float, float, float], autocorrelation: float | None = None
    ) -> Self:
        """Give those of growth whose first three moments about zero these are."""
        first, second, third = raw
        variance = second - first * first
        if not variance > ROUNDING * second:
            return cls(mean=first - 1, sd=0.0)
        about_mean = third - 3 * first * second + 2 * first * first * first
        sd = math.sqrt(variance)
        skewness = about_mean / (variance * sd)
        return cls(first - 1, sd, skewness=skewness, autocorrelation=autocorrelation)

    @property
    def raw(self) -> tuple[float, float, float]:
        """The first three moments about zero of growth, not skewed where no skewness is told."""
        first, variance = 1 + self.mean, self.sd * self.sd
        second = first * first + variance
        third = first * (second + 2 * variance) + (self.skewness or 0.0) * variance * self.sd
        return first, second, third


ROUNDING = 1e-13  # of a second moment: a variance below this share of it is none


@dataclass(frozen=True)
class Parameter:
    """One figure of a model: its key below the model's table, its value, and where it is from.

    `mark` is "unverified" for a figure that nobody vouches for, "cited" for one with a source, and
    "not cited" for one of the scenario's own without.
    """

    key: tuple[str, ...]
    value: object
    meaning: str
    source: str

    @property
    def mark(self) -> str:
        """How sure the figure is."""
        if self.source.startswith(UNVERIFIED):
            return UNVERIFIED
        return "cited" if self.source else "not cited"
