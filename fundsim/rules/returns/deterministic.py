"""Markets without risk, and the share of a mix that has none."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from pydantic import Field, field_validator

from fundsim.chance import UNIT, Streams
from fundsim.money import Real
from fundsim.portable import exp1
from fundsim.rules.inflation import QUARTERS
from fundsim.rules.moments import Moments
from fundsim.rules.returns.assets import Asset
from fundsim.rules.returns.model import Jolts, Mix, WithInflation


class WithAssets(WithInflation):
    """A return model whose assets are stated by mean and volatility."""

    assets: dict[str, Asset] = Field(min_length=1, description="the mix, by name of asset")

    def _means_of_draws(self) -> Mapping[str, float]:
        return {
            name: exp1((asset.log_mean + asset.log_variance / 2) / self.steps_a_year)
            for name, asset in self.assets.items()
        }

    def _steady(self, steps: int, a_year: int, mix: Mix, jolts: Jolts) -> Real:
        """Give what a mix's assets without risk grow by in each step, times their weights."""
        grown = {
            name: weight * exp1(self.assets[name].log_mean / a_year)
            for name, weight in mix.items()
            if weight and not self.assets[name].volatility
        }
        if not grown.keys() & jolts.keys():
            return np.full((steps, UNIT), math.fsum(grown.values()))
        calm = [1.0] * steps
        sums = [
            math.fsum(own * jolts.get(name, calm)[step] for name, own in grown.items())
            for step in range(steps)
        ]
        return np.repeat(np.array(sums), UNIT).reshape(steps, UNIT)


class Deterministic(WithAssets):
    """Markets grow by their mean every year, without any risk."""

    kind: Literal["deterministic"] = "deterministic"

    @field_validator("assets")
    @classmethod
    def _no_volatility(cls, assets: dict[str, Asset]) -> dict[str, Asset]:
        for name, asset in assets.items():
            if asset.volatility:
                message = f"{name} has a volatility, which this kind would ignore; leave it out"
                raise ValueError(message)
        return assets

    def normals(self, years: int) -> dict[str, int]:
        """Say how many normals each source gives a path, from first to last."""
        return self.inflation.normals(years)

    def _grow(
        self,
        years: int,
        streams: Streams,  # noqa: ARG002 - nothing is drawn
        mixes: Sequence[Mix],
        jolts: Jolts,
    ) -> tuple[Real, ...]:
        return tuple(self._steady(QUARTERS * years, QUARTERS, mix, jolts) for mix in mixes)

    def _moments(self, mix: Mix) -> Moments:
        """Give what a mix that returns to its weights each quarter grows by: (Σ w · g^¼)⁴ − 1."""
        quarter = math.fsum(
            weight * exp1(self.assets[name].log_mean / QUARTERS) for name, weight in mix.items()
        )
        return Moments(mean=quarter * quarter * quarter * quarter - 1, sd=0.0)
