"""Markets with fat tails: simple returns are Student's t."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from fundsim.chance import UNIT, Streams
from fundsim.money import Real
from fundsim.rules.base import Fault
from fundsim.rules.inflation import QUARTERS
from fundsim.rules.moments import Moments
from fundsim.rules.returns.correlating import (
    cholesky,
    combine,
    correlation,
    loadings,
    refuse_pairs,
)
from fundsim.rules.returns.model import Held, Jolts, Mix, WithInflation, mixed
from fundsim.rules.returns.tails import Floored, above, chi_squares, floored, unfloored
from fundsim.units import Rate

MOST_LOST = 0.05  # of all draws that may lose everything; beyond it the floor makes the market


class FatTailed(Held):
    """One class of assets: its weight in the mix, and mean and volatility of its returns."""

    arithmetic_mean: Rate = Field(gt=-1, le=1, description="mean of simple yearly returns")
    volatility: Rate = Field(0.0, ge=0, le=2, description="standard deviation of yearly returns")


class StudentT(WithInflation):
    """Simple returns have fat tails, as Student's t, and lose at most everything.

    Growth of a draw is max(0, m + c · T), T multivariate Student's t: one chi-square for all assets
    of a draw, so that what is extreme is extreme for all. m and c are such that mean and volatility
    of the year are those stated, the floor accounted for in closed form; correlations are those of
    T, which the floor moves by less than the share of draws that it holds up. With a draw a quarter
    the year's growth is the product of four. A kurtosis exists above 4 degrees of freedom only.

    It is not offered on log returns: of those, E[exp X] is infinite, and no mean could be stated.
    """

    kind: Literal["student_t"] = "student_t"
    step: Literal["quarter", "year"] = Field(
        "year", description="one draw a quarter, or one a year spread evenly over its quarters"
    )
    degrees_of_freedom: float = Field(
        gt=2, le=200, description="of each draw: the fewer, the fatter the tails"
    )
    assets: dict[str, FatTailed] = Field(min_length=1, description="the mix, by name of asset")
    correlations: dict[str, dict[str, Rate]] = Field(
        default_factory=dict,
        description="correlation of yearly returns for each pair of assets, each pair once",
    )

    @model_validator(mode="after")
    def _can_be_drawn(self) -> Self:
        for name in self._risky():
            mean, sd = self._of_draw(name)
            if above(mean / unfloored(sd, self.degrees_of_freedom), self.degrees_of_freedom) > (
                MOST_LOST
            ):
                message = (
                    f"found {self.assets[name].volatility:g}, with which more than one draw in "
                    "twenty loses everything; expected a lower volatility"
                )
                raise Fault(message, "assets", name, "volatility")
        refuse_pairs(
            self.correlations, self.assets, self._risky(), self._matrix, possible=self._can
        )
        return self

    def _risky(self) -> list[str]:
        return [name for name, asset in self.assets.items() if asset.volatility > 0]

    @property
    def steps_a_year(self) -> int:
        """Draws a year."""
        return QUARTERS if self.step == "quarter" else 1

    def _root(self, yearly: float) -> float:
        """Give that of which a year's draws are the product."""
        return yearly if self.steps_a_year == 1 else math.sqrt(math.sqrt(yearly))

    def _of_draw(self, name: str) -> tuple[float, float]:
        """Give mean and standard deviation of the growth of one draw.

        First and second moments about zero of a product of independent draws are the products.
        """
        mean, volatility = 1 + self.assets[name].arithmetic_mean, self.assets[name].volatility
        own = self._root(mean)
        square = self._root(mean * mean + volatility * volatility)
        return own, math.sqrt(max(square - own * own, 0.0))

    def _means_of_draws(self) -> Mapping[str, float]:
        return {name: self._of_draw(name)[0] for name in self.assets}

    def _product(self, one: str, other: str) -> float:
        """Give E[G_i G_j] of a year."""
        first, second = self.assets[one], self.assets[other]
        means = (1 + first.arithmetic_mean) * (1 + second.arithmetic_mean)
        stated = correlation(self.correlations, one, other)
        return means + stated * first.volatility * second.volatility

    def _can(self, one: str, other: str, value: float) -> bool:
        first, second = self.assets[one], self.assets[other]
        means = (1 + first.arithmetic_mean) * (1 + second.arithmetic_mean)
        return means + value * first.volatility * second.volatility > 0

    def _matrix(self) -> list[list[float]]:
        """Lower triangle of the correlations of one draw."""
        names = self._risky()
        of = {name: self._of_draw(name) for name in names}
        return [
            [
                *(
                    (self._root(self._product(one, other)) - of[one][0] * of[other][0])
                    / (of[one][1] * of[other][1])
                    for other in names[:i]
                ),
                1.0,
            ]
            for i, one in enumerate(names)
        ]

    @cached_property
    def _floored(self) -> dict[str, Floored]:
        return {
            name: floored(*self._of_draw(name), self.degrees_of_freedom) for name in self._risky()
        }

    def normals(self, years: int) -> dict[str, int]:
        """Say how many normals each source gives a path, from first to last."""
        own = {f"markets.{name}": self.steps_a_year * years for name in self._risky()}
        return {**own, **self.inflation.normals(years)}

    def _grow(
        self, years: int, streams: Streams, mixes: Sequence[Mix], jolts: Jolts
    ) -> tuple[Real, ...]:
        """Draw the assets that are held, and those whose shocks move them."""
        steps = self.steps_a_year * years
        moved = loadings(cholesky(self._matrix()) or [], self._risky())
        held = [name for name in moved if any(mix.get(name) for mix in mixes)]
        sources = dict.fromkeys(other for name in held for other in moved[name])
        shocks = {
            other: streams(f"markets.{other}").standard_normal((steps, UNIT)) for other in sources
        }
        tails = np.empty((0, UNIT))
        if held:
            v = self.degrees_of_freedom
            tails = np.sqrt(v / chi_squares(v, steps, streams))
        total, term = np.empty((steps, UNIT)), np.empty((steps, UNIT))
        grown = {
            name: np.full((steps, UNIT), self._root(1 + asset.arithmetic_mean))
            for name, asset in self.assets.items()
            if not asset.volatility
        }
        for name in held:
            combine(moved[name], shocks, total, term)
            own = self._floored[name]
            grown[name] = np.maximum(own.location + own.scale * (total * tails), 0.0)
        return mixed(grown, steps, QUARTERS // self.steps_a_year, mixes, jolts)

    def _moments(self, mix: Mix) -> Moments:
        """Give those of an asset exactly, and mean and deviation of a mix.

        Covariances inside a mix are those without the floor.
        """
        if len(mix) == 1:
            ((name, weight),) = mix.items()
            if self.assets[name].volatility:
                return self._alone(name, weight)
        names, steps = list(mix), self.steps_a_year
        mean = math.fsum(w * self._root(1 + self.assets[n].arithmetic_mean) for n, w in mix.items())
        square = math.fsum(
            mix[one] * mix[other] * self._draws_together(one, other)
            for one in names
            for other in names
        )
        yearly, squared = math.prod([mean] * steps), math.prod([square] * steps)
        variance = squared - yearly * yearly
        risky = any(self.assets[name].volatility for name in mix)
        sd = math.sqrt(max(variance, 0.0)) if risky else 0.0
        return Moments(yearly - 1, sd, autocorrelation=0.0 if risky else None)

    def _draws_together(self, one: str, other: str) -> float:
        (mean, sd), (beside, _) = self._of_draw(one), self._of_draw(other)
        if one == other:
            return mean * mean + sd * sd
        if self.assets[one].volatility and self.assets[other].volatility:
            return self._root(self._product(one, other))
        return mean * beside

    def _alone(self, name: str, weight: float) -> Moments:
        first, second, third = (
            None if moment is None else math.prod([moment] * self.steps_a_year)
            for moment in self._floored[name].moments()
        )
        assert first is not None  # noqa: S101 - two moments exist above 2 degrees of freedom
        assert second is not None  # noqa: S101 - as above
        level = math.prod([weight] * self.steps_a_year)
        found = Moments.of_growth(
            (level * first, level * level * second, level * level * level * (third or 0.0)), 0.0
        )
        return Moments(
            found.mean, found.sd, None if third is None else found.skewness, None, None, 0
        )
