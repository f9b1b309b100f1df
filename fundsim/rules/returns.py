"""How markets grow: every asset's growth, rebalanced to fixed weights each quarter.

Conversion of a stated arithmetic mean a and volatility s of simple yearly returns to the mean m and
variance v of log returns: v = ln(1 + (s / (1 + a))²), m = ln(1 + a) − v / 2. A stated geometric
mean g fixes m = ln(1 + g), and v solves x² − x − (s / (1 + g))² = 0 with x = exp(v). Correlations
of simple returns give log covariances ln(1 + cov_ij / ((1 + a_i)(1 + a_j))).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from fundsim.chance import UNIT, Streams
from fundsim.errors import nearest
from fundsim.money import Real
from fundsim.portable import exp, exp1, log1
from fundsim.rules.base import Fault, Rule, Setting
from fundsim.rules.inflation import QUARTERS, AnyInflation
from fundsim.units import Rate

CHUNK = 40  # draws of time handled at once: what is worked on then stays in the processor's cache
TOLERANCE = 1e-12  # weights are decimals, their sum a float
SINGULAR = 1e-9  # of a variance: what is left of it to an asset must be more than this share


class Asset(Setting):
    """One class of assets: its weight in the mix and how it grows."""

    weight: Rate = Field(ge=0, le=1, description="share of the mix")
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

    @property
    def log_variance(self) -> float:
        """Variance of the yearly log return."""
        if self.arithmetic_mean is not None:
            ratio = self.volatility / (1 + self.arithmetic_mean)
            return log1(1 + ratio * ratio)
        assert self.geometric_mean is not None  # noqa: S101 - the validator's promise
        ratio = self.volatility / (1 + self.geometric_mean)
        return log1((1 + math.sqrt(1 + 4 * ratio * ratio)) / 2)

    @property
    def log_mean(self) -> float:
        """Mean of the yearly log return."""
        if self.geometric_mean is not None:
            return log1(1 + self.geometric_mean)
        assert self.arithmetic_mean is not None  # noqa: S101 - the validator's promise
        return log1(1 + self.arithmetic_mean) - self.log_variance / 2

    @property
    def mean_growth(self) -> float:
        """Mean of the simple yearly growth, 1 + arithmetic mean."""
        return exp1(self.log_mean + self.log_variance / 2)

    @property
    def ratio(self) -> float:
        """Volatility over mean growth."""
        return self.volatility / self.mean_growth


@dataclass(frozen=True)
class Markets:
    """What markets and prices do in each quarter, as factors, `(quarter, path)`."""

    growth: Real
    prices: Real


@dataclass(frozen=True)
class _Part:
    """One risky asset in a step: its part of the mix grows to weight · exp(Σ loading_j · shock_j).

    `weight` is the asset's weight times the exponential of its log mean.
    """

    name: str
    weight: float
    loadings: list[float]


class ReturnModel(Rule):
    """A rule that draws the growth of the mix and of prices."""

    fee: Rate = Field(0.0, ge=0, lt=1, description="managers' yearly fee, as a share of the value")
    inflation: AnyInflation = Field(description="how prices rise")
    assets: dict[str, Asset] = Field(min_length=1, description="the mix, by name of asset")

    @field_validator("assets")
    @classmethod
    def _weights_are_whole(cls, assets: dict[str, Asset]) -> dict[str, Asset]:
        whole = sum(asset.weight for asset in assets.values())
        if abs(whole - 1) > TOLERANCE:
            message = f"the weights sum to {whole:.6g}, not to 1"
            raise ValueError(message)
        return assets

    def draw(self, years: int, streams: Streams) -> Markets:
        """Draw `(quarter, 250)` factors of growth and prices for one unit of paths."""
        return Markets(self.growth(years, streams), self.inflation.prices(years, streams))

    def growth(self, years: int, streams: Streams) -> Real:
        """Draw the growth of the mix, `(quarter, 250)`."""
        raise NotImplementedError  # abstract: a catalogue's classes all say their own


class Deterministic(ReturnModel):
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

    def growth(self, years: int, streams: Streams) -> Real:  # noqa: ARG002 - nothing is drawn
        """Give the mix's growth for one quarter, every quarter."""
        quarter = math.fsum(
            asset.weight * exp1(asset.log_mean / QUARTERS) for asset in self.assets.values()
        )
        return np.full((QUARTERS * years, UNIT), quarter)


class Lognormal(ReturnModel):
    """Log returns are normal, correlated between assets, and independent from draw to draw."""

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
        faults = list(self._faults_of_pairs())
        if not faults and cholesky(self._log_covariance()) is None:
            contradiction = "no markets move like this: the matrix is not positive definite"
            faults = [f"{contradiction}; bring some of them closer to 0"]
        if faults:
            raise Fault("; ".join(faults), "correlations")
        return self

    def _risky(self) -> list[str]:
        return [name for name, asset in self.assets.items() if asset.volatility > 0]

    def _faults_of_pairs(self) -> Iterator[str]:
        seen: set[frozenset[str]] = set()
        for one, row in self.correlations.items():
            for other, value in row.items():
                pair = frozenset((one, other))
                if pair in seen:
                    yield f"the pair {one}, {other} is stated twice"
                else:
                    yield from self._faults_of_pair(one, other, value)
                seen.add(pair)
        risky = self._risky()
        for i, one in enumerate(risky):
            for other in risky[:i]:
                if frozenset((one, other)) not in seen:
                    yield f"the pair {one}, {other} is missing; state 0 if they are independent"

    def _faults_of_pair(self, one: str, other: str, value: float) -> Iterator[str]:
        unknown = [name for name in (one, other) if name not in self.assets]
        for name in unknown:
            yield f'there is no asset "{name}"{nearest(name, self.assets)}'
        if unknown:
            return
        if one == other:
            yield f"{one} is correlated with itself; leave it out"
        elif not -1 <= value <= 1:
            yield f"{value} for {one}, {other} is not between -1 and 1"
        elif not 1 + value * self.assets[one].ratio * self.assets[other].ratio > 0:
            yield f"{one} and {other} are too volatile for {value}; bring it closer to 0"

    def _correlation(self, one: str, other: str) -> float:
        stated = self.correlations.get(one, {}).get(other)
        if stated is None:
            stated = self.correlations[other][one]
        return stated

    def _log_covariance(self) -> list[list[float]]:
        """Lower triangle of the yearly log covariances of the risky assets."""
        names = self._risky()
        ratio = {name: self.assets[name].ratio for name in names}
        return [
            [
                *(
                    log1(1 + self._correlation(one, other) * ratio[one] * ratio[other])
                    for other in names[:i]
                ),
                self.assets[one].log_variance,
            ]
            for i, one in enumerate(names)
        ]

    @cached_property
    def _recipe(self) -> list[_Part]:
        """Work out once what each risky asset's step is made of."""
        roots = cholesky(self._log_covariance()) or []
        scale = 1 / math.sqrt(self._steps)
        return [
            _Part(
                name,
                self.assets[name].weight * exp1(self.assets[name].log_mean / self._steps),
                [scale * root for root in row],
            )
            for name, row in zip(self._risky(), roots, strict=True)
        ]

    @property
    def _steps(self) -> int:
        """Draws a year."""
        return QUARTERS if self.step == "quarter" else 1

    def _steady(self) -> float:
        """What the assets without risk grow by in a step, times their weight."""
        return math.fsum(
            asset.weight * exp1(asset.log_mean / self._steps)
            for asset in self.assets.values()
            if not asset.volatility
        )

    def growth(self, years: int, streams: Streams) -> Real:
        """Draw each asset's growth and mix them, a few steps of time after the others.

        A year's growth of the mix is spread evenly over its quarters: the mean of the mix is that
        of its assets, which going back to the weights inside a year that is one draw would lower.
        """
        generators = [streams(f"markets.{part.name}") for part in self._recipe]
        growth = np.full((self._steps * years, UNIT), self._steady(), dtype=np.float64)
        for begin in range(0, len(growth), CHUNK):
            chunk = growth[begin : begin + CHUNK]
            shocks = [generator.standard_normal(chunk.shape) for generator in generators]
            log_growth, term = np.empty_like(chunk), np.empty_like(chunk)
            for part in self._recipe:
                _combine(part.loadings, shocks, log_growth, term)
                chunk += np.multiply(exp(log_growth), part.weight, out=term)
        if self.step == "quarter":
            return growth
        return np.repeat(np.sqrt(np.sqrt(growth)), QUARTERS, axis=0)


def _combine(loadings: list[float], shocks: list[Real], total: Real, term: Real) -> None:
    """Put Σ loading_j · shock_j into `total`, with the help of `term`; loadings of 0 are left out.

    The two are of the shocks' shape and used over and over, which spares the time of making them.
    """
    (first, shock), *others = [pair for pair in zip(loadings, shocks, strict=False) if pair[0]]
    np.multiply(shock, first, out=total)
    for loading, other in others:
        total += np.multiply(other, loading, out=term)


def cholesky(lower: list[list[float]]) -> list[list[float]] | None:
    """Factor a positive definite matrix, given by its lower triangle; None if it is not one.

    Own code, since a library's result depends on the processor (Golub and Van Loan, Matrix
    Computations, 4th edition, algorithm 4.2.1).

    >>> cholesky([[4.0], [2.0, 2.0]])
    [[2.0], [1.0, 1.0]]
    >>> cholesky([[1.0], [2.0, 1.0]]) is None
    True
    """
    roots: list[list[float]] = []
    for i, row in enumerate(lower):
        root: list[float] = []
        for j in range(i):
            rest = row[j] - math.fsum(root[k] * roots[j][k] for k in range(j))
            root.append(rest / roots[j][j])
        left = row[i] - math.fsum(value * value for value in root)
        if not left > SINGULAR * row[i]:
            return None
        roots.append([*root, math.sqrt(left)])
    return roots


AnyReturns = Annotated[Deterministic | Lognormal, Field(discriminator="kind")]
