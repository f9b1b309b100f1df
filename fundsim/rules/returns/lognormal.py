"""Correlated lognormal markets, independent from draw to draw."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from fundsim.chance import UNIT, Streams
from fundsim.money import Real
from fundsim.portable import exp, exp1, log1
from fundsim.rules.inflation import QUARTERS
from fundsim.rules.moments import Moments
from fundsim.rules.returns.correlating import (
    cholesky,
    combine,
    correlation,
    loadings,
    refuse_pairs,
)
from fundsim.rules.returns.deterministic import WithAssets
from fundsim.rules.returns.joint import raw_moments
from fundsim.rules.returns.model import Jolts, Mix, products
from fundsim.units import Rate

CHUNK = 40  # draws of time handled at once: what is worked on then stays in the processor's cache


@dataclass(frozen=True)
class _Part:
    """One risky asset in a step: it grows to median · exp(Σ loading_j · shock_j).

    `loadings` are by name of the asset whose shock it is; those of 0 are left out.
    """

    name: str
    median: float
    loadings: dict[str, float]


class Lognormal(WithAssets):
    """Log returns are normal, correlated between assets, and independent from draw to draw.

    A year's growth is exp(x), x normal with mean m and variance v. A stated arithmetic mean a and
    volatility s of simple yearly returns give v = ln(1 + (s / (1 + a))²) and
    m = ln(1 + a) − v / 2 (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1,
    2nd edition, 1994, chapter 14); correlations of simple returns give log covariances
    ln(1 + cov_ij / ((1 + a_i)(1 + a_j))). The mix returns to its weights every quarter.
    """

    kind: Literal["lognormal"] = "lognormal"
    step: Literal["quarter", "year"] = Field(
        "quarter", description="one draw a quarter, or one a year spread evenly over its quarters"
    )
    correlations: dict[str, dict[str, Rate]] = Field(
        default_factory=dict,
        description="correlation of yearly returns for each pair of assets, each pair once",
    )

    @model_validator(mode="after")
    def _correlations_are_whole(self) -> Self:
        refuse_pairs(
            self.correlations, self.assets, self._risky(), self._log_covariance, possible=self._can
        )
        return self

    def _risky(self) -> list[str]:
        return [name for name, asset in self.assets.items() if asset.volatility > 0]

    def _can(self, one: str, other: str, value: float) -> bool:
        return 1 + value * self.assets[one].ratio * self.assets[other].ratio > 0

    def _log_covariance(self) -> list[list[float]]:
        """Lower triangle of the yearly log covariances of the risky assets."""
        names = self._risky()
        ratio = {name: self.assets[name].ratio for name in names}
        return [
            [
                *(
                    log1(1 + correlation(self.correlations, one, other) * ratio[one] * ratio[other])
                    for other in names[:i]
                ),
                self.assets[one].log_variance,
            ]
            for i, one in enumerate(names)
        ]

    @property
    def steps_a_year(self) -> int:
        """Draws a year."""
        return QUARTERS if self.step == "quarter" else 1

    @cached_property
    def _recipe(self) -> list[_Part]:
        """Work out once what each risky asset's step is made of."""
        risky, roots = self._risky(), cholesky(self._log_covariance()) or []
        scale = 1 / math.sqrt(self.steps_a_year)
        return [
            _Part(
                name,
                exp1(self.assets[name].log_mean / self.steps_a_year),
                {other: scale * root for other, root in moved.items()},
            )
            for name, moved in loadings(roots, risky).items()
        ]

    def normals(self, years: int) -> dict[str, int]:
        """Say how many normals each source gives a path, from first to last."""
        own = {f"markets.{name}": self.steps_a_year * years for name in self._risky()}
        return {**own, **self.inflation.normals(years)}

    def _grow(
        self, years: int, streams: Streams, mixes: Sequence[Mix], jolts: Jolts
    ) -> tuple[Real, ...]:
        """Draw each asset's growth and mix them.

        A year's growth of the mix is spread evenly over its quarters: the mean of the mix is that
        of its assets, which going back to the weights inside a year that is one draw would lower.
        """
        length = QUARTERS // self.steps_a_year
        jolts = {name: products(factors, length) for name, factors in jolts.items()}
        grown = tuple(
            self._steady(self.steps_a_year * years, self.steps_a_year, mix, jolts) for mix in mixes
        )
        self._add_risk(grown, streams, mixes, jolts)
        if self.step == "quarter":
            return grown
        return tuple(np.repeat(np.sqrt(np.sqrt(growth)), QUARTERS, axis=0) for growth in grown)

    def _add_risk(
        self, grown: Sequence[Real], streams: Streams, mixes: Sequence[Mix], jolts: Jolts
    ) -> None:
        """Draw the risky assets that are held, a few steps of time after the others.

        Those that no mix holds are drawn only as far as the held ones move with them.
        """
        parts = [part for part in self._recipe if any(mix.get(part.name) for mix in mixes)]
        drawn = dict.fromkeys(name for part in parts for name in part.loadings)
        generators = {name: streams(f"markets.{name}") for name in drawn}
        room = np.empty((len(drawn) + 2, CHUNK, UNIT))  # one block, used over and over
        for begin in range(0, len(grown[0]) if parts else 0, CHUNK):
            chunks = [whole[begin : begin + CHUNK] for whole in grown]
            *rows, log_growth, term = room[:, : len(chunks[0])]
            shocks = dict(zip(drawn, rows, strict=True))
            for name, generator in generators.items():
                generator.standard_normal(out=shocks[name])
            for part in parts:
                combine(part.loadings, shocks, log_growth, term)
                growth = exp(log_growth)
                if part.name in jolts:
                    growth *= np.array(jolts[part.name][begin : begin + CHUNK])[:, np.newaxis]
                for mix, chunk in zip(mixes, chunks, strict=True):
                    if weight := mix.get(part.name):
                        np.multiply(growth, weight * part.median, out=term)
                        np.add(chunk, term, out=chunk)
                del growth  # its memory, still in the cache, serves the next asset

    def _moments(self, mix: Mix) -> Moments:
        """Give the moments of one asset, or of a mix of independent draws.

        The k-th moment about zero of a mix's yearly growth is E[(Σ w_i G_i)^k] of one draw, to the
        power of the draws in a year. Draws of an asset that is alone add up to a lognormal year.
        """
        if len(mix) == 1:
            ((name, weight),) = mix.items()
            asset = self.assets[name]
            level = self.steps_a_year * log1(weight)
            return Moments.of_lognormal(asset.log_mean + level, asset.log_variance)
        names, log_covariance = self._risky(), self._log_covariance()
        places = {name: i for i, name in enumerate(names)}

        def covariance(one: str, other: str) -> float:
            if one not in places or other not in places:
                return 0.0
            i, j = sorted((places[one], places[other]))
            return log_covariance[j][i] / self.steps_a_year

        log_means = {name: self.assets[name].log_mean / self.steps_a_year for name in mix}
        first, second, third = raw_moments(mix, log_means, covariance)
        draws = self.steps_a_year
        yearly = (_times(first, draws), _times(second, draws), _times(third, draws))
        return Moments.of_growth(yearly, autocorrelation=0.0)


def _times(moment: float, draws: int) -> float:
    return math.prod([moment] * draws)
