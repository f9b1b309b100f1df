"""How markets grow: every asset's growth, rebalanced to fixed weights each quarter.

One drawing serves any number of mixes: an asset is drawn once, whoever holds it, and a mix has the
same bits alone and in company.

Conversion of a stated arithmetic mean a and volatility s of simple yearly returns to the mean m and
variance v of log returns: v = ln(1 + (s / (1 + a))²), m = ln(1 + a) − v / 2. A stated geometric
mean g fixes m = ln(1 + g), and v solves x² − x − (s / (1 + g))² = 0 with x = exp(v). Correlations
of simple returns give log covariances ln(1 + cov_ij / ((1 + a_i)(1 + a_j))).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
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

Mix = Mapping[str, float]
"""Weights by name of asset; an asset left out weighs nothing."""
Jolts = Mapping[str, Sequence[float]]
"""By name of asset, a factor on its growth for each span of time; 1.0 where nothing happens."""


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
    """What each mix and prices do in each quarter, as factors, `(quarter, path)`."""

    growth: tuple[Real, ...]
    prices: Real


@dataclass(frozen=True)
class _Part:
    """One risky asset in a step: it grows to median · exp(Σ loading_j · shock_j).

    `loadings` are by name of the asset whose shock it is; those of 0 are left out.
    """

    name: str
    median: float
    loadings: dict[str, float]


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

    @property
    def weights(self) -> dict[str, float]:
        """The markets' own mix."""
        return {name: asset.weight for name, asset in self.assets.items()}

    def draw(
        self,
        years: int,
        streams: Streams,
        mixes: Sequence[Mix] | None = None,
        jolts: Jolts | None = None,
    ) -> Markets:
        """Draw `(quarter, 250)` factors of each mix and of prices for one unit of paths."""
        growth = self.growth(years, streams, mixes, jolts)
        return Markets(growth, self.inflation.prices(years, streams))

    def growth(
        self,
        years: int,
        streams: Streams,
        mixes: Sequence[Mix] | None = None,
        jolts: Jolts | None = None,
    ) -> tuple[Real, ...]:
        """Draw the growth of each mix, `(quarter, 250)`; by default of the markets' own mix alone.

        `jolts` multiply an asset's growth, by a factor for each quarter of the run. Where one draw
        is a year, its growth is multiplied by the product of the year's four factors, and the mix
        is spread evenly over the quarters as ever: a jolt then shows in all four of them.
        """
        mixes = [self.weights] if mixes is None else mixes
        jolts = {} if jolts is None else jolts
        for fault in self._faults(years, mixes, jolts):
            raise ValueError(fault)
        return self._grow(years, streams, mixes, jolts)

    def _faults(self, years: int, mixes: Sequence[Mix], jolts: Jolts) -> Iterator[str]:
        named = (name for names in (*mixes, jolts) for name in names)
        yield from (self._unknown(name) for name in named if name not in self.assets)
        for name, factors in jolts.items():
            if len(factors) != QUARTERS * years:
                yield f"{name} has {len(factors)} jolts for {QUARTERS * years} quarters"

    def _unknown(self, name: str) -> str:
        return f'there is no asset "{name}"{nearest(name, self.assets)}'

    def _grow(
        self, years: int, streams: Streams, mixes: Sequence[Mix], jolts: Jolts
    ) -> tuple[Real, ...]:
        raise NotImplementedError  # abstract: a catalogue's classes all say their own

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

    def _grow(
        self,
        years: int,
        streams: Streams,  # noqa: ARG002 - nothing is drawn
        mixes: Sequence[Mix],
        jolts: Jolts,
    ) -> tuple[Real, ...]:
        return tuple(self._steady(QUARTERS * years, QUARTERS, mix, jolts) for mix in mixes)


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
            yield self._unknown(name)
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

    @property
    def _steps(self) -> int:
        """Draws a year."""
        return QUARTERS if self.step == "quarter" else 1

    @cached_property
    def _recipe(self) -> list[_Part]:
        """Work out once what each risky asset's step is made of."""
        risky, roots = self._risky(), cholesky(self._log_covariance()) or []
        scale = 1 / math.sqrt(self._steps)
        return [
            _Part(
                name,
                exp1(self.assets[name].log_mean / self._steps),
                {other: scale * root for other, root in zip(risky, row, strict=False) if root},
            )
            for name, row in zip(risky, roots, strict=True)
        ]

    def _grow(
        self, years: int, streams: Streams, mixes: Sequence[Mix], jolts: Jolts
    ) -> tuple[Real, ...]:
        """Draw each asset's growth and mix them.

        A year's growth of the mix is spread evenly over its quarters: the mean of the mix is that
        of its assets, which going back to the weights inside a year that is one draw would lower.
        """
        length = QUARTERS // self._steps
        jolts = {name: _products(factors, length) for name, factors in jolts.items()}
        grown = tuple(self._steady(self._steps * years, self._steps, mix, jolts) for mix in mixes)
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
        for begin in range(0, len(grown[0]) if parts else 0, CHUNK):
            chunks = [whole[begin : begin + CHUNK] for whole in grown]
            shape = chunks[0].shape
            shocks = {name: own.standard_normal(shape) for name, own in generators.items()}
            log_growth, term = np.empty(shape), np.empty(shape)
            for part in parts:
                _combine(part.loadings, shocks, log_growth, term)
                growth = exp(log_growth)
                if part.name in jolts:
                    growth *= np.array(jolts[part.name][begin : begin + CHUNK])[:, np.newaxis]
                for mix, chunk in zip(mixes, chunks, strict=True):
                    if weight := mix.get(part.name):
                        np.multiply(growth, weight * part.median, out=term)
                        np.add(chunk, term, out=chunk)
                del growth  # its memory, still in the cache, serves the next asset


def _products(factors: Sequence[float], length: int) -> list[float]:
    return [math.prod(factors[i : i + length]) for i in range(0, len(factors), length)]


def _combine(
    loadings: Mapping[str, float], shocks: Mapping[str, Real], total: Real, term: Real
) -> None:
    """Put Σ loading_j · shock_j into `total`, with the help of `term`.

    The two are of the shocks' shape and used over and over, which spares the time of making them.
    """
    (first, loading), *others = loadings.items()
    np.multiply(shocks[first], loading, out=total)
    for name, other in others:
        total += np.multiply(shocks[name], other, out=term)


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
