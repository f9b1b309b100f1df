"""Markets and prices that depend together on what they did a step before."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from fundsim.chance import UNIT, Streams
from fundsim.errors import nearest
from fundsim.money import Real
from fundsim.portable import exp, log1
from fundsim.rules.base import Fault, Setting
from fundsim.rules.inflation import QUARTERS
from fundsim.rules.moments import Moments
from fundsim.rules.returns.correlating import cholesky, combine, correlation, loadings, refuse_pairs
from fundsim.rules.returns.joint import raw_moments
from fundsim.rules.returns.matrices import Matrix, fixed_point, radius, root, settled, times
from fundsim.rules.returns.model import Held, Jolts, Markets, Mix, ReturnModel, mixed
from fundsim.rules.returns.together import Raw
from fundsim.units import Rate

INFLATION = "inflation"  # the series of prices, beside those of the assets


class Equation(Setting):
    """How a series moves in a step: a constant, shares of what all did before, and a shock."""

    constant: Rate = Field(ge=-1, le=1, description="constant of the log return of a step")
    on: dict[str, Rate] = Field(
        default_factory=dict,
        description="coefficient of each series' step before, by asset or inflation; 0 if left out",
    )
    sd: Rate = Field(ge=0, le=2, description="standard deviation of the shock")


class Driven(Held, Equation):
    """One class of assets: its weight in the mix, and the equation of its log return."""


class VectorAutoregression(ReturnModel):
    """Log returns and inflation follow from those of the step before, with correlated shocks.

    x(t) = c + A x(t−1) + u(t), u normal and independent from step to step (Lütkepohl, New
    Introduction to Multiple Time Series Analysis, 2005, chapter 2). Inflation is one of the series:
    the model has no rule of inflation beside it. With `real`, returns are those after inflation.
    """

    kind: Literal["var1"] = "var1"
    step: Literal["quarter", "year"] = Field(
        description="one step a quarter, or one a year spread evenly over its quarters"
    )
    real: bool = Field(
        default=False, description="whether the log returns are those after inflation"
    )
    begins: Literal["mean", "stationary"] = Field(
        "mean", description="the step before the first: the long-run mean, or drawn around it"
    )
    inflation: Equation = Field(description="the equation of the log rise of prices")
    assets: dict[str, Driven] = Field(min_length=1, description="the mix, by name of asset")
    correlations: dict[str, dict[str, Rate]] = Field(
        default_factory=dict,
        description="correlation of the shocks of each pair of series, each pair once",
    )

    @model_validator(mode="after")
    def _is_stable(self) -> Self:
        if INFLATION in self.assets:
            message = "an asset cannot be called inflation, which is a series of its own"
            raise Fault(message, "assets", INFLATION)
        for name, equation in self._equations.items():
            key = (INFLATION,) if name == INFLATION else ("assets", name)
            for other in equation.on:
                if other not in self._equations:
                    message = f'there is no series "{other}"{nearest(other, self._equations)}'
                    raise Fault(message, *key, "on", other)
        refuse_pairs(self.correlations, self._equations, self._shaken, self._correlated)
        if self._covariance_or_none is None:
            message = (
                f"found a spectral radius of {radius(self._coefficients):.4g}, so that shocks "
                "never die away; expected less than 1: bring the coefficients of on closer to 0"
            )
            raise ValueError(message)
        return self

    @cached_property
    def _equations(self) -> dict[str, Equation]:
        return {**self.assets, INFLATION: self.inflation}

    @cached_property
    def _shaken(self) -> list[str]:
        return [name for name, equation in self._equations.items() if equation.sd > 0]

    @cached_property
    def _coefficients(self) -> Matrix:
        return [
            [equation.on.get(other, 0.0) for other in self._equations]
            for equation in self._equations.values()
        ]

    def _correlated(self) -> list[list[float]]:
        """Lower triangle of the correlations of the shocks."""
        return [
            [*(correlation(self.correlations, one, other) for other in self._shaken[:i]), 1.0]
            for i, one in enumerate(self._shaken)
        ]

    @cached_property
    def _covariance_or_none(self) -> list[list[float]] | None:
        def between(one: str, other: str) -> float:
            sds = self._equations[one].sd * self._equations[other].sd
            if not sds or one == other:
                return sds
            return sds * correlation(self.correlations, one, other)

        noise = [[between(one, other) for other in self._equations] for one in self._equations]
        return settled(self._coefficients, noise)

    @property
    def _covariance(self) -> list[list[float]]:
        """The long-run covariance of the series."""
        found = self._covariance_or_none
        assert found is not None  # noqa: S101 - the validator's promise
        return found

    @cached_property
    def _mean(self) -> list[float]:
        """The long-run mean of the series."""
        constants = [equation.constant for equation in self._equations.values()]
        return fixed_point(self._coefficients, constants)

    @property
    def steps_a_year(self) -> int:
        """How often a year a mix returns to its weights: in one step each."""
        return QUARTERS if self.step == "quarter" else 1

    def _series(self, years: int, streams: Streams) -> dict[str, Real]:
        """Draw the log returns of all series, `(step, 250)` each."""
        steps = self.steps_a_year * years
        shape = steps, UNIT
        drawn = {name: streams(_source(name)).standard_normal(shape) for name in self._shaken}
        moved = loadings(cholesky(self._correlated()) or [], self._shaken)
        found = {name: np.zeros(shape) for name in self._equations}
        term = np.empty(shape)
        for name in self._shaken:
            combine(moved[name], drawn, found[name], term)
            found[name] *= self._equations[name].sd
        before = self._begin(streams)
        for step in range(steps):
            now = {}
            for name, equation in self._equations.items():
                now[name] = found[name][step]
                now[name] += equation.constant
                for other, coefficient in equation.on.items():
                    now[name] += coefficient * before[other]
            before = now
        return found

    def _begin(self, streams: Streams) -> dict[str, Real]:
        """Give the step before the first."""
        names = list(self._equations)
        begin = {name: np.full(UNIT, mean) for name, mean in zip(names, self._mean, strict=True)}
        if self.begins == "mean":
            return begin
        shocks = [streams(f"{_source(name)}.begin").standard_normal(UNIT) for name in names]
        for name, row in zip(names, root(self._covariance), strict=True):
            for loading, shock in zip(row, shocks, strict=True):
                if loading:
                    begin[name] += loading * shock
        return begin

    def _spread(self, logs: Real) -> Real:
        length = QUARTERS // self.steps_a_year
        return np.repeat(exp(logs / length), length, axis=0)

    def normals(self, years: int) -> dict[str, int]:
        """Say how many normals each source gives a path, from first to last."""
        return {_source(name): self.steps_a_year * years for name in self._shaken}

    def _drawn(self, years: int, streams: Streams, mixes: Sequence[Mix], jolts: Jolts) -> Markets:
        series, steps = self._series(years, streams), self.steps_a_year
        rise = series[INFLATION] if self.real else 0.0
        held = [name for name in self.assets if any(mix.get(name) for mix in mixes)]
        grown = {name: exp(series[name] + rise) for name in held}
        growth = mixed(grown, steps * years, QUARTERS // steps, mixes, jolts)
        return Markets(growth, self._spread(series[INFLATION]))

    def _nominal(self, name: str) -> list[float]:
        """Say which series a nominal log return is the sum of."""
        added = {name, INFLATION} if self.real else {name}
        return [float(series in added) for series in self._equations]

    def _lagged(self) -> Iterator[Matrix]:
        """Give the covariance of the series with themselves 0, 1, ... steps before."""
        found: Matrix = self._covariance
        while True:
            yield found
            found = times(self._coefficients, found)

    def _of_sum(self, chosen: Sequence[float], level: float = 0.0) -> Moments:
        """Give the moments of a year of a sum of series, whose growth is lognormal."""
        n = self.steps_a_year
        lags = [
            _form(chosen, matrix, chosen)
            for matrix, _ in zip(self._lagged(), range(2 * n), strict=False)
        ]
        spread = range(1 - n, n)
        variance = math.fsum((n - abs(lag)) * lags[abs(lag)] for lag in spread)
        next_year = math.fsum((n - abs(lag)) * lags[n + lag] for lag in spread)
        mean = n * math.fsum(a * b for a, b in zip(chosen, self._mean, strict=True))
        return Moments.of_lognormal(mean + level, variance, next_year / (variance or 1.0))

    def price_moments(self) -> Moments:
        """Give the yearly rise of prices in closed form, in the long run."""
        return self._of_sum([float(name == INFLATION) for name in self._equations])

    def _moments(self, mix: Mix) -> Moments:
        """Give a year's moments in the long run; a mix's only where a step is a year.

        Variance of a year of n steps: Σ (n − |k|) eᵀ A^|k| V e, V = A V Aᵀ + S the covariance of
        the series.
        """
        if len(mix) == 1:
            ((name, weight),) = mix.items()
            return self._of_sum(self._nominal(name), self.steps_a_year * log1(weight))
        if self.step == "quarter":
            return Moments(math.nan, math.nan)
        return Moments.of_growth(self._raw(mix))

    def _step(self, mix: Mix) -> Raw:
        return self._raw(mix)[:2]

    def _raw(self, mix: Mix) -> tuple[float, float, float]:
        """Give the moments about zero of one step in the long run."""
        chosen = {name: self._nominal(name) for name in mix}
        means = {
            name: math.fsum(a * b for a, b in zip(own, self._mean, strict=True))
            for name, own in chosen.items()
        }
        return raw_moments(
            mix,
            means,
            lambda one, other: _form(chosen[one], self._covariance, chosen[other]),
        )


def _source(name: str) -> str:
    return name if name == INFLATION else f"markets.{name}"


def _form(one: Sequence[float], matrix: Matrix, other: Sequence[float]) -> float:
    return times(times([one], matrix), [[value] for value in other])[0][0]
