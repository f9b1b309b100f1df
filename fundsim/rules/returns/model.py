"""What every return model is: a mix of assets, drawn once whoever holds them.

One drawing serves any number of mixes: an asset is drawn once, whoever holds it, and a mix has the
same bits alone and in company. A mix returns to its weights every quarter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from operator import mul
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from fundsim.chance import UNIT, Streams
from fundsim.errors import nearest
from fundsim.money import Real
from fundsim.rules.base import Rule, Setting
from fundsim.rules.inflation import QUARTERS, AnyInflation
from fundsim.rules.moments import Moments, Parameter
from fundsim.rules.returns.together import Link, Raw, Together
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
        together: Sequence[Together] = (),
    ) -> Markets:
        """Draw `(quarter, 250)` factors of each mix and of prices for one unit of paths.

        Growth is by default of the markets' own mix alone. `jolts` multiply an asset's growth, by a
        factor for each quarter of the run. Where one draw is a year, its growth is multiplied by
        the product of the year's four factors, and the mix is spread evenly over the quarters as
        ever: a jolt then shows in all four of them. `together` says which assets move with which,
        and when; jolts come on top.
        """
        mixes = [self.weights] if mixes is None else mixes
        jolts = {} if jolts is None else jolts
        for fault in self._faults(years, mixes, jolts, together):
            raise ValueError(fault)
        drawn = self._drawn(years, streams, mixes, jolts)
        moved = [(one, self.links(one.lead, one.assets)) for one in together]
        if any(links for _, links in moved):
            anew = self._mixed_anew(years, streams, mixes, jolts, moved)
            for one, links in moved:
                quarters = self._over_steps(one)
                for mix, own, other in zip(mixes, drawn.growth, anew, strict=True):
                    if any(mix.get(name) for name in links):
                        own[quarters] = other[quarters]
        return drawn

    def growth(
        self,
        years: int,
        streams: Streams,
        mixes: Sequence[Mix] | None = None,
        jolts: Jolts | None = None,
        together: Sequence[Together] = (),
    ) -> tuple[Real, ...]:
        """Draw, and give the growth of each mix."""
        return self.draw(years, streams, mixes, jolts, together).growth

    def prices(self, years: int, streams: Streams) -> Real:
        """Draw, and give the price factors."""
        return self.draw(years, streams, ()).prices

    def _mixed_anew(
        self,
        years: int,
        streams: Streams,
        mixes: Sequence[Mix],
        jolts: Jolts,
        moved: Sequence[tuple[Together, Mapping[str, Link]]],
    ) -> tuple[Real, ...]:
        """Draw each asset alone, move those that move together, and mix them again."""
        length = QUARTERS // self.steps_a_year
        wanted = {one.lead for one, _ in moved}
        wanted |= {name for mix in mixes for name, weight in mix.items() if weight}
        names = [name for name in self.assets if name in wanted]
        alone = self._drawn(years, streams, [{name: 1.0} for name in names], {}).growth
        grown = {name: gathered(growth, length) for name, growth in zip(names, alone, strict=True)}
        for one, links in moved:
            steps = self._over_steps(one)[::length]
            lead = grown[one.lead][steps]
            for name in names:
                if name in links:
                    grown[name][steps] = links[name].moved(grown[name][steps], lead, one.to)
        return mixed(grown, self.steps_a_year * years, length, mixes, jolts)

    def _over_steps(self, one: Together) -> NDArray[np.bool_]:
        """Say of each quarter whether assets move together in its step: as in the step's first."""
        length = QUARTERS // self.steps_a_year
        return np.repeat(one.quarters[::length], length)

    def links(self, lead: str, assets: Sequence[str]) -> dict[str, Link]:
        """Say how each asset that can be moved hangs together with a lead in one step."""
        for name in assets:
            if name != lead and (lead, name) not in self._linked:
                halves = self._step({lead: 0.5, name: 0.5})
                own = self._step({lead: 1.0}), self._step({name: 1.0})
                self._linked[lead, name] = Link.of(*own, halves)
        found = {name: self._linked.get((lead, name)) for name in assets}
        return {name: link for name, link in found.items() if link}

    @cached_property
    def _linked(self) -> dict[tuple[str, str], Link | None]:
        return {}

    @property
    def steps_a_year(self) -> int:
        """How often a year a mix returns to its weights: in one step each."""
        return QUARTERS

    def mean_growth(
        self, years: int, mix: Mix | None = None, jolts: Jolts | None = None
    ) -> tuple[float, ...] | None:
        """Give what a mix is expected to have grown by at each year's end, in closed form.

        By default the markets' own mix; `jolts` are as in `growth`. Draws are independent and a mix
        is linear in its assets, so this is the product over the draws of Σ w · E[G] · jolt. None
        where draws are not independent of one another.
        """
        means = self._means_of_draws()
        if means is None:
            return None
        mix, steps = self.weights if mix is None else mix, self.steps_a_year * years
        calm = [1.0] * steps
        shaken = {
            name: products(factors, QUARTERS // self.steps_a_year)
            for name, factors in (jolts or {}).items()
        }
        draws = [
            math.fsum(w * means[name] * shaken.get(name, calm)[step] for name, w in mix.items())
            for step in range(steps)
        ]
        return tuple(accumulate(products(draws, self.steps_a_year), mul))

    def _means_of_draws(self) -> Mapping[str, float] | None:
        """Give each asset's mean growth in a draw, if draws are independent of one another."""
        return None

    def mean_worth(self, years: int) -> tuple[float, ...] | None:  # noqa: ARG002 - others say it
        """Give what a pound is expected to be worth at each year's end, where that is known.

        E[1 / prices] in closed form, if prices are independent of growth; else None.
        """
        return None

    def _step(self, mix: Mix) -> Raw:
        """Give the moments of one step of a mix, of which a year is an independent product."""
        year = self._moments(mix)
        mean = 1 + year.mean
        raw = mean, mean * mean + year.sd * year.sd
        if self.steps_a_year == 1:
            return raw
        return math.sqrt(math.sqrt(raw[0])), math.sqrt(math.sqrt(raw[1]))

    def moments(self, mix: Mix | None = None) -> Moments:
        """Give the yearly growth of a mix in closed form; by default of the markets' own mix.

        Before the managers' fee. An asset alone is the mix `{name: 1.0}`; None stands for what has
        no closed form.
        """
        chosen = self.weights if mix is None else mix
        for fault in self._faults(0, [chosen], {}, ()):
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

    def _faults(
        self, years: int, mixes: Sequence[Mix], jolts: Jolts, together: Sequence[Together]
    ) -> Iterator[str]:
        moving = ((one.lead, *one.assets) for one in together)
        named = (name for names in (*mixes, jolts, *moving) for name in names)
        yield from (self._unknown(name) for name in named if name not in self.assets)
        for name, factors in jolts.items():
            if len(factors) != QUARTERS * years:
                yield f"{name} has {len(factors)} jolts for {QUARTERS * years} quarters"
        for one in together:
            if len(one.quarters) != QUARTERS * years:
                yield f"found {len(one.quarters)} quarters, expected {QUARTERS * years}"

    def _unknown(self, name: str) -> str:
        return f'there is no asset "{name}"{nearest(name, self.assets)}'

    def _drawn(self, years: int, streams: Streams, mixes: Sequence[Mix], jolts: Jolts) -> Markets:
        """Draw what growth of the mixes and prices are both made of, and make both of it."""
        raise NotImplementedError  # abstract: a catalogue's classes all say their own

    def _moments(self, mix: Mix) -> Moments:
        raise NotImplementedError  # abstract: a catalogue's classes all say their own


class WithInflation(ReturnModel):
    """A return model beside which inflation is a rule of its own, independent of the assets."""

    inflation: AnyInflation = Field(description="how prices rise")

    def _drawn(self, years: int, streams: Streams, mixes: Sequence[Mix], jolts: Jolts) -> Markets:
        growth = self._grow(years, streams, mixes, jolts)
        return Markets(growth, self.inflation.prices(years, streams))

    def _grow(
        self, years: int, streams: Streams, mixes: Sequence[Mix], jolts: Jolts
    ) -> tuple[Real, ...]:
        """Draw the growth of each mix, `(quarter, 250)`."""
        raise NotImplementedError  # abstract: a catalogue's classes all say their own

    def price_moments(self) -> Moments:
        """Give the yearly rise of prices in closed form, in the long run."""
        return self.inflation.moments()

    def mean_worth(self, years: int) -> tuple[float, ...] | None:
        """Give that of the rule of inflation, which is independent of the assets."""
        return self.inflation.mean_worth(years)


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


def gathered(quarters: Real, length: int) -> Real:
    """Multiply the factors of each `length` quarters that follow one another."""
    total = quarters[::length].copy()
    for row in range(1, length):
        total *= quarters[row::length]
    return total


def spread(yearly: Real) -> Real:
    """Spread each year's factor evenly over its four quarters."""
    return np.repeat(np.sqrt(np.sqrt(yearly)), QUARTERS, axis=0)
