"""Wilkie's model: inflation, and the shares and consols that follow it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import product
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from fundsim.chance import UNIT, Streams
from fundsim.errors import nearest
from fundsim.money import Real
from fundsim.portable import exp, log1
from fundsim.rules.base import Fault
from fundsim.rules.inflation import QUARTERS
from fundsim.rules.moments import Moments, Parameter
from fundsim.rules.returns.matrices import root
from fundsim.rules.returns.model import Held, Jolts, Markets, Mix, ReturnModel, mixed
from fundsim.rules.returns.wilkie_sets import MEANINGS, SETS, Parameters
from fundsim.rules.returns.wilkie_state import NAMES, SHOCKS, State
from fundsim.units import Rate

SOURCES = {
    "I": "inflation",
    "YE": "markets.dividend_yield",
    "DE": "markets.dividends",
    "X": "markets.consols",
}

MOST_SD = 1.0  # of a shock; that of the published ones is at most 0.255


class Followed(Held):
    """One class of assets: its weight in the mix, and which of the model's series it is."""

    series: Literal["shares", "consols"] = Field(description="the series that it is invested in")


class Wilkie(ReturnModel):
    """Wilkie's model: inflation drives dividends, their yield and the yield of consols.

    With independent normal shocks each year (Wilkie 1986, 1995; Wilkie and others 2011):

    - inflation I(t) = QMU + QA (I(t−1) − QMU) + QSD QZ(t);
    - dividend yield ln Y(t) = YW I(t) + ln YMU + YN(t), YN(t) = YA YN(t−1) + YE(t);
    - dividends K(t) = DW DM(t) + (1 − DW) I(t) + DMU + DY YE(t−1) + DB DE(t−1) + DE(t), with
      DM(t) = DD I(t) + (1 − DD) DM(t−1); shares grow by exp(K(t)) (Y(t−1) / Y(t)) (1 + Y(t));
    - consols' yield C(t) = CM(t) + CMU exp(x(t)), at least CMIN, with
      CM(t) = CD I(t) + (1 − CD) CM(t−1) and
      x(t) = CA1 x(t−1) + CA2 x(t−2) + CA3 x(t−3) + CY YE(t) + CSD CZ(t); they grow by
      C(t−1) (1 / C(t) + 1).

    It has no rule of inflation beside it. Residuals were found to have fatter tails than normal
    ones, and some links to be partly spurious (Huber 1995): a second opinion, not the truth.
    """

    kind: Literal["wilkie"] = "wilkie"
    set: Literal["1986-reduced", "1986-full", "1995", "2011", "re-based-cpi", "re-based-rpi"] = (
        Field(description="published parameters, by their year")
    )
    parameters: dict[str, Rate] = Field(
        default_factory=dict, description="parameters of one's own instead, as QMU"
    )
    begins: Literal["neutral", "stationary"] = Field(
        "neutral", description="the year before the first: all at their means, or drawn around them"
    )
    assets: dict[str, Followed] = Field(min_length=1, description="the mix, by name of asset")

    @model_validator(mode="after")
    def _has_a_long_run(self) -> Self:
        for name in self.parameters:
            if name not in MEANINGS:
                message = f'there is no parameter "{name}"{nearest(name, MEANINGS)}'
                raise Fault(message, "parameters", name)
        for name in ("YMU", "CMU", "CMIN"):
            if not getattr(self._used, name) > 0:
                message = f"found {getattr(self._used, name):g}, expected a yield above 0"
                raise Fault(message, "parameters", name)
        for name, own in self.parameters.items():
            if name.endswith("SD") and not 0 <= own <= MOST_SD:
                message = f"found {own:g}, expected a standard deviation from 0 to {MOST_SD:g}"
                raise Fault(message, "parameters", name)
            if name.endswith("MU") and not -1 < own <= 1:
                message = f"found {own:g}, expected a mean above -1 and at most 1"
                raise Fault(message, "parameters", name)
        if self._state.covariance is None:
            message = "shocks never die away; expected QA, YA, DD, CD and CA1 to CA3 that bring "
            raise Fault(message + "what is far from its mean back to it", "parameters")
        return self

    @property
    def steps_a_year(self) -> int:
        """How often a year a mix returns to its weights."""
        return 1

    @cached_property
    def _used(self) -> Parameters:
        return Parameters(**{**SETS[self.set].values, **self.parameters})

    @cached_property
    def _state(self) -> State:
        return State(self._used)

    def _years(self, years: int, streams: Streams) -> dict[str, Real]:
        """Draw the state, `(year + 1, 250)` each: the first row is the year before the first."""
        found = {name: np.zeros((years + 1, UNIT)) for name in NAMES}
        if self.begins == "stationary":
            self._begin(found, streams)
        shocks = {
            name: streams(source).standard_normal((years, UNIT)) for name, source in SOURCES.items()
        }
        steps = [
            (name, _some(NAMES, row), _some(SHOCKS, shaken))
            for name, row, shaken in zip(NAMES, self._state.step, self._state.shaken, strict=True)
        ]
        for year in range(years):
            for name, moved, shaken in steps:
                now = found[name][year + 1]
                for other, figure in moved.items():
                    now += figure * found[other][year]
                for other, figure in shaken.items():
                    now += figure * shocks[other][year]
        return found

    def _begin(self, found: Mapping[str, Real], streams: Streams) -> None:
        """Draw the year before the first from the long run."""
        covariance = self._state.covariance
        assert covariance is not None  # noqa: S101 - the validator's promise
        normals = streams("markets.begin").standard_normal((len(NAMES), UNIT))
        for name, row in zip(NAMES, root(covariance), strict=True):
            for loading, normal in zip(row, normals, strict=True):
                if loading:
                    found[name][0] += loading * normal

    def normals(self, years: int) -> dict[str, int]:
        """Say how many normals each source gives a path, from first to last."""
        return dict.fromkeys(SOURCES.values(), years)

    def _drawn(self, years: int, streams: Streams, mixes: Sequence[Mix], jolts: Jolts) -> Markets:
        state = self._years(years, streams)
        grows = {"shares": self._shares, "consols": self._consols}
        grown = {
            name: grows[asset.series](state)
            for name, asset in self.assets.items()
            if any(mix.get(name) for mix in mixes)
        }
        return Markets(mixed(grown, years, QUARTERS, mixes, jolts), self._prices(state))

    def _prices(self, state: Mapping[str, Real]) -> Real:
        """Rise of prices, `(quarter, 250)`."""
        force = self._used.QMU + state["I"][1:]
        return np.repeat(exp(force / QUARTERS), QUARTERS, axis=0)

    def _shares(self, state: Mapping[str, Real]) -> Real:
        """Growth of shares, `(year, 250)`."""
        p = self._used
        logs = self._state.yield_mean + p.YW * state["I"] + state["YN"]
        dividends = p.QMU + p.DMU + p.DW * state["DM"][1:] + (1 - p.DW) * state["I"][1:]
        dividends += p.DY * state["YE"][:-1]
        dividends += p.DB * state["DE"][:-1]
        dividends += state["DE"][1:]
        return np.asarray(exp(dividends + logs[:-1] - logs[1:]) * (1 + exp(logs[1:])))

    def _consols(self, state: Mapping[str, Real]) -> Real:
        """Growth of consols, `(year, 250)`."""
        p = self._used
        yields = np.maximum(p.QMU + state["CM"] + p.CMU * exp(state["X"]), p.CMIN)
        return np.asarray(yields[:-1] * (1 / yields[1:] + 1))

    def price_moments(self) -> Moments:
        """Give the yearly rise of prices in closed form, in the long run."""
        variance = self._state.between({"I": 1.0}, {"I": 1.0})
        return Moments.of_lognormal(self._used.QMU, variance, self._used.QA)

    def _moments(self, mix: Mix) -> Moments:
        """Give a year's moments in the long run, those of consols by integration."""
        series = [(self.assets[name].series, weight) for name, weight in mix.items()]
        raw = []
        for power in (1, 2, 3):
            terms = []
            for chosen in product(series, repeat=power):
                names = [name for name, _ in chosen]
                weight = math.prod(weight for _, weight in chosen)
                terms.append(weight * self._expected(names.count("shares"), power))
            raw.append(math.fsum(terms))
        found = Moments.of_growth((raw[0], raw[1], raw[2]))
        if any(name == "consols" for name, _ in series):
            return found
        mean, sd = self._state.log_moments()
        level = log1(math.fsum(weight for _, weight in series))
        return replace(found, log_mean=mean + level, log_sd=sd)

    def _expected(self, shares: int, power: int) -> float:
        key = shares, power - shares
        if key not in self._known:
            self._known[key] = self._state.expected(*key)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[int, int], float]:
        return {}

    def describe(
        self, cited: Callable[[tuple[str, ...]], str] | None = None
    ) -> tuple[Parameter, ...]:
        """List each figure of the model, those of the published set with the set's source."""
        stated = super().describe(cited)
        own = tuple(
            Parameter(("set", name), value, MEANINGS[name], SETS[self.set].source)
            for name, value in SETS[self.set].values.items()
            if name not in self.parameters
        )
        return stated + own


def _some(names: Sequence[str], row: Sequence[float]) -> dict[str, float]:
    return {name: figure for name, figure in zip(names, row, strict=True) if figure}
