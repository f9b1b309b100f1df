"""What every return model is: a mix of assets, drawn once whoever holds them.

One drawing serves any number of mixes: an asset is drawn once, whoever holds it, and a mix has the
same bits alone and in company. A mix returns to its weights every quarter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from pydantic import Field, field_validator

from fundsim.chance import UNIT, Streams
from fundsim.errors import nearest
from fundsim.money import Real
from fundsim.rules.base import Rule, Setting
from fundsim.rules.inflation import QUARTERS, AnyInflation
from fundsim.rules.moments import Moments, Parameter
from fundsim.units import Rate

TOLERANCE = 1e-12  # weights are decimals, their sum a float

Mix = Mapping[str, float]
"""Weights by name of asset; an asset left out weighs nothing."""
Jolts = Mapping[str, Sequence[float]]
"""By name of asset, a factor on its growth for each span of time; 1.0 where nothing happens."""


@dataclass(frozen=True)
class Markets:
    """What each mix and prices do in each quarter, as factors, `(quarter, path)`."""

    growth: tuple[Real, ...]
    prices: Real


class Held(Setting):
    """One class of assets: its weight in the mix."""

    weight: Rate = Field(ge=0, le=1, description="share of the mix")


Assets = TypeVar("Assets", bound=Mapping[str, Held])


class ReturnModel(Rule):
    """A rule that draws the growth of the mix and of prices."""

    fee: Rate = Field(0.0, ge=0, lt=1, description="managers' yearly fee, as a share of the value")
    assets: Mapping[str, Held] = Field(min_length=1, description="the mix, by name of asset")

    @field_validator("assets")
    @classmethod
    def _weights_are_whole(cls, assets: Assets) -> Assets:
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
        return Markets(growth, self.prices(years, streams))

    def prices(self, years: int, streams: Streams) -> Real:
        """Draw `(quarter, 250)` price factors of one unit of paths."""
        raise NotImplementedError  # abstract: a catalogue's classes all say their own

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

    def moments(self, mix: Mix | None = None) -> Moments:
        """Give the yearly growth of a mix in closed form; by default of the markets' own mix.

        Before the managers' fee. An asset alone is the mix `{name: 1.0}`; None stands for what has
        no closed form.
        """
        chosen = self.weights if mix is None else mix
        for fault in self._faults(0, [chosen], {}):
            raise ValueError(fault)
        return self._moments({name: weight for name, weight in chosen.items() if weight})

    def describe(
        self, cited: Callable[[tuple[str, ...]], str] | None = None
    ) -> tuple[Parameter, ...]:
        """List each figure of the model with its meaning and where it is from.

        `cited` gives what a scenario says of the source of a key, "" if nothing.
        """
        return tuple(
            Parameter(key, value, meaning, cited(key) if cited else "")
            for key, value, meaning in _figures(self, (), "")
            if key != ("kind",)
        )

    def price_moments(self) -> Moments:
        """Give the yearly rise of prices in closed form, in the long run."""
        raise NotImplementedError  # abstract: a catalogue's classes all say their own

    def normals(self, years: int) -> dict[str, int]:
        """Say how many normals each source gives a path, from first to last."""
        raise NotImplementedError  # abstract: a catalogue's classes all say their own

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

    def _moments(self, mix: Mix) -> Moments:
        raise NotImplementedError  # abstract: a catalogue's classes all say their own


class WithInflation(ReturnModel):
    """A return model beside which inflation is a rule of its own, independent of the assets."""

    inflation: AnyInflation = Field(description="how prices rise")

    def prices(self, years: int, streams: Streams) -> Real:
        """Draw `(quarter, 250)` price factors of one unit of paths."""
        return self.inflation.prices(years, streams)

    def price_moments(self) -> Moments:
        """Give the yearly rise of prices in closed form, in the long run."""
        return self.inflation.moments()


Figure = tuple[tuple[str, ...], object, str]


def _figures(value: object, key: tuple[str, ...], meaning: str) -> Iterator[Figure]:
    """Take settings apart to single values, each with its key and its meaning."""
    if isinstance(value, Setting):
        for name, field in type(value).model_fields.items():
            yield from _figures(getattr(value, name), (*key, name), field.description or "")
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _figures(inner, (*key, str(name)), meaning)
    elif value is not None:
        yield key, value, meaning


def products(factors: Sequence[float], length: int) -> list[float]:
    """Multiply each `length` factors that follow one another."""
    return [math.prod(factors[i : i + length]) for i in range(0, len(factors), length)]


def mixed(
    grown: Mapping[str, Real], steps: int, length: int, mixes: Sequence[Mix], jolts: Jolts
) -> tuple[Real, ...]:
    """Mix the growth of assets, `(step, 250)` each, and spread a step evenly over its quarters.

    A step is `length` quarters. Assets are added up in the order of `grown`, so that a mix has the
    same bits alone and in company.
    """
    shaken = {name: products(factors, length) for name, factors in jolts.items()}
    totals = tuple(np.zeros((steps, UNIT)) for _ in mixes)
    for name, growth in grown.items():
        own = growth
        if name in shaken:
            own = growth * np.array(shaken[name])[:, np.newaxis]
        for mix, total in zip(mixes, totals, strict=True):
            if weight := mix.get(name):
                np.add(total, weight * own, out=total)
    if length == 1:
        return totals
    return tuple(spread(total) for total in totals)


def spread(yearly: Real) -> Real:
    """Spread each year's factor evenly over its four quarters."""
    return np.repeat(np.sqrt(np.sqrt(yearly)), QUARTERS, axis=0)
