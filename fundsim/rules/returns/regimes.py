"""Markets that change between states, calm ones and crises, in which growth is lognormal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from itertools import product
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from fundsim.chance import UNIT, Streams
from fundsim.errors import nearest
from fundsim.money import Real
from fundsim.portable import exp, exp1, log1
from fundsim.rules.base import Fault, Setting
from fundsim.rules.inflation import QUARTERS
from fundsim.rules.moments import Moments
from fundsim.rules.normal import below
from fundsim.rules.returns.chains import Chain
from fundsim.rules.returns.correlating import (
    cholesky,
    combine,
    correlation,
    loadings,
    refuse_pairs,
)
from fundsim.rules.returns.model import Held, Jolts, Markets, Mix, WithInflation, mixed
from fundsim.rules.returns.together import Raw
from fundsim.units import Rate

TOLERANCE = 1e-12  # probabilities are decimals, their sum a float
DRAWS = {"month": 12, "quarter": 4, "year": 1}  # a year


class InState(Setting):
    """How an asset grows in each draw of one state."""

    log_mean: Rate = Field(gt=-1, le=1, description="mean of the log return of a draw")
    log_sd: Rate = Field(ge=0, le=2, description="standard deviation of the log return of a draw")


class Switching(Held):
    """One class of assets: its weight in the mix, and how it grows in each state."""

    states: dict[str, InState] = Field(min_length=1, description="how it grows, by name of state")


class RegimeSwitching(WithInflation):
    """Markets switch between states, and log returns are normal in each.

    The state of a draw depends on that of the draw before alone; given the states, draws are
    independent (Hardy, A Regime-Switching Model of Long-Term Stock Returns, North American
    Actuarial Journal 5(2), 2001). With `real`, growth is after inflation, and prices are put on it.
    """

    kind: Literal["regime_switching"] = "regime_switching"
    step: Literal["month", "quarter", "year"] = Field(
        description="how long a draw is; a year's growth is spread evenly over its quarters"
    )
    real: bool = Field(
        default=False, description="whether the log returns are those after inflation"
    )
    transitions: dict[str, dict[str, Rate]] = Field(
        min_length=2,
        description="probability that a draw in one state is followed by one in another; rows of 1",
    )
    begins: str | None = Field(
        None, description="state of the first draw; as often in each as in the long run if left out"
    )
    assets: dict[str, Switching] = Field(min_length=1, description="the mix, by name of asset")
    correlations: dict[str, dict[str, dict[str, Rate]]] = Field(
        default_factory=dict,
        description="by state, correlation of log returns for each pair of assets, each pair once",
    )

    @model_validator(mode="after")
    def _states_are_whole(self) -> Self:
        states = list(self.transitions)
        for state, row in self.transitions.items():
            _refuse_names(row, states, "transitions", state)
            if any(not 0 <= chance <= 1 for chance in row.values()):
                message = "found a probability below 0 or above 1; expected shares of 1"
                raise Fault(message, "transitions", state)
            whole = math.fsum(row.values())
            if abs(whole - 1) > TOLERANCE:
                message = f"the row sums to {whole:.6g}; expected probabilities that sum to 1"
                raise Fault(message, "transitions", state)
        for name, asset in self.assets.items():
            _refuse_names(asset.states, states, "assets", name, "states")
            for state in states:
                if state not in asset.states:
                    message = f"this is missing; expected log_mean and log_sd of {state}"
                    raise Fault(message, "assets", name, "states", state)
        if self.begins is not None and self.begins not in states:
            message = f'there is no state "{self.begins}"{nearest(self.begins, states)}'
            raise Fault(message, "begins")
        if self.begins is None and self._chain.long_run is None:
            message = "the long run depends on where it begins; state begins"
            raise Fault(message, "transitions")
        return self

    @model_validator(mode="after")
    def _correlations_are_whole(self) -> Self:
        _refuse_names(self.correlations, list(self.transitions), "correlations")
        for state in self.transitions:
            refuse_pairs(
                self.correlations.get(state, {}),
                self.assets,
                self._risky,
                partial(self._matrix, state),
            )
        return self

    @cached_property
    def _risky(self) -> list[str]:
        """The assets that vary within a state."""
        return [
            name
            for name, asset in self.assets.items()
            if any(own.log_sd > 0 for own in asset.states.values())
        ]

    def _matrix(self, state: str) -> list[list[float]]:
        """Lower triangle of the correlations in a state."""
        pairs = self.correlations.get(state, {})
        return [
            [*(correlation(pairs, one, other) for other in self._risky[:i]), 1.0]
            for i, one in enumerate(self._risky)
        ]

    @cached_property
    def _chain(self) -> Chain:
        return Chain.of(self.transitions, self.begins)

    @property
    def _a_year(self) -> int:
        """Draws a year."""
        return DRAWS[self.step]

    def normals(self, years: int) -> dict[str, int]:
        """Say how many normals each source gives a path, from first to last."""
        own = {f"markets.{name}": self._a_year * years for name in self._risky}
        return {**own, **self.inflation.normals(years)}

    def _drawn(self, years: int, streams: Streams, mixes: Sequence[Mix], jolts: Jolts) -> Markets:
        found = super()._drawn(years, streams, mixes, jolts)
        if not self.real:
            return found
        return Markets(tuple(own * found.prices for own in found.growth), found.prices)

    def _grow(
        self, years: int, streams: Streams, mixes: Sequence[Mix], jolts: Jolts
    ) -> tuple[Real, ...]:
        """Draw the states, then the assets that are held and those whose shocks move them."""
        steps = self._a_year * years
        states = self._chain.draw(streams("markets.states").random((steps, UNIT)))
        held = [name for name in self.assets if any(mix.get(name) for mix in mixes)]
        standard = self._shocks(held, states, streams)
        together = max(self._a_year // QUARTERS, 1)
        grown = {}
        for name in held:
            own = [self.assets[name].states[state] for state in self.transitions]
            log_growth = np.array([one.log_mean for one in own])[states]
            if name in standard:
                log_growth += np.array([one.log_sd for one in own])[states] * standard[name]
            grown[name] = exp(_sums(log_growth, together))
        length = max(QUARTERS // self._a_year, 1)
        return mixed(grown, steps // together, length, mixes, jolts)

    def _shocks(
        self, held: Sequence[str], states: NDArray[np.int64], streams: Streams
    ) -> dict[str, Real]:
        """Draw the shock of each held asset that varies: in each state, correlated as it says."""
        factors = [
            loadings(cholesky(self._matrix(state)) or [], self._risky) for state in self.transitions
        ]
        wanted = [name for name in self._risky if name in held]
        sources = dict.fromkeys(
            other for name in wanted for moved in factors for other in moved[name]
        )
        drawn = {
            other: streams(f"markets.{other}").standard_normal(states.shape) for other in sources
        }
        total, term = np.empty(states.shape), np.empty(states.shape)
        found = {}
        for name in wanted:
            found[name] = np.empty(states.shape)
            for number, moved in enumerate(factors):
                combine(moved[name], drawn, total, term)
                np.copyto(found[name], total, where=states == number)
        return found

    def _moments(self, mix: Mix) -> Moments:
        """Give a year's moments, in a year that begins as the long run does.

        E[G^k] = π (T_k)^m 1, m the times a year that the mix returns to its weights and T_k the sum
        over k-tuples of assets of Π w_i (D P)^l, l the draws between them and D the diagonal of
        E[Π G_i] in each state (Hardy 2001, section 5, for one asset).
        """
        first, second, third = (self._raw(mix, power, self.steps_a_year) for power in (1, 2, 3))
        plain = Moments.of_growth((first, second, third))
        if len(mix) > 1 or not plain.sd:
            return plain
        return self._alone(mix, plain, self._price)

    @property
    def steps_a_year(self) -> int:
        """How often a year a mix returns to its weights."""
        return min(self._a_year, QUARTERS)

    def _step(self, mix: Mix) -> Raw:
        return self._raw(mix, 1, 1), self._raw(mix, 2, 1)

    def _raw(self, mix: Mix, power: int, turns: int) -> float:
        """Give E[G^k] over some of the times that a mix returns to its weights in a year.

        Prices are the same for all that a mix holds. In a part of a year they are taken as
        lognormal, which those of a history are not.
        """
        tuples = [
            (math.prod(mix[name] for name in names), self._together(names))
            for names in product(mix, repeat=power)
        ]
        length = self._a_year // self.steps_a_year
        moment = self._chain.settled_or_begun.expected(tuples, length, turns)
        price, part = self._price, turns / self.steps_a_year
        if part == 1:
            return moment * price.raw[power - 1]
        assert price.log_mean is not None  # noqa: S101 - that of a rise of prices is known
        assert price.log_sd is not None  # noqa: S101 - as above
        mean, variance = part * price.log_mean, part * part * price.log_sd * price.log_sd
        return moment * exp1(power * mean + power * power * variance / 2)

    @property
    def _price(self) -> Moments:
        """What prices put on a year's growth."""
        return self.inflation.moments() if self.real else Moments.of_lognormal(0.0, 0.0)

    def _together(self, names: Sequence[str]) -> list[float]:
        """Give E[Π G_i] of a draw in each state, the names with repeats."""
        found = []
        for state in self.transitions:
            pairs = self.correlations.get(state, {})
            own = [self.assets[name].states[state] for name in names]
            variance = math.fsum(
                one.log_sd
                * other.log_sd
                * (1.0 if names[i] == names[j] else self._correlated(pairs, names[i], names[j]))
                for i, one in enumerate(own)
                for j, other in enumerate(own)
            )
            found.append(exp1(math.fsum(one.log_mean for one in own) + variance / 2))
        return found

    def _correlated(self, pairs: Mapping[str, Mapping[str, float]], one: str, other: str) -> float:
        if one in self._risky and other in self._risky:
            return correlation(pairs, one, other)
        return 0.0

    def _alone(self, mix: Mix, plain: Moments, price: Moments) -> Moments:
        """Add what is known of the log returns of one asset: they are a mixture of normals.

        Their quantiles have no closed form where prices are not normal themselves.
        """
        ((name, weight),) = mix.items()
        own = [self.assets[name].states[state] for state in self.transitions]
        chain, draws = self._chain.settled_or_begun, self._a_year
        assert price.log_mean is not None  # noqa: S101 - as where it is made
        assert price.log_sd is not None  # noqa: S101 - as above
        level = min(draws, QUARTERS) * log1(weight) + price.log_mean
        noise = price.log_sd * price.log_sd
        means = [one.log_mean for one in own]
        variances = [one.log_sd * one.log_sd for one in own]
        mean = draws * chain.mean(means)
        between = chain.covariances(means, 2 * draws)
        within = draws * chain.mean(variances)
        variance = (
            within
            + noise
            + math.fsum((draws - abs(lag)) * between[abs(lag)] for lag in range(1 - draws, draws))
        )
        next_year = (price.autocorrelation or 0.0) * noise + math.fsum(
            (draws - abs(lag)) * between[draws + lag] for lag in range(1 - draws, draws)
        )
        parts = [
            (
                chance,
                level + math.fsum(n * m for n, m in zip(counts, means, strict=True)),
                math.sqrt(noise + math.fsum(n * v for n, v in zip(counts, variances, strict=True))),
            )
            for counts, chance in chain.sojourns(draws).items()
        ]
        return Moments(
            plain.mean,
            plain.sd,
            plain.skewness,
            mean + level,
            math.sqrt(variance),
            next_year / variance,
            None if price.quantile is None else lambda share: exp1(_quantile(parts, share)) - 1,
        )


def _sums(values: Real, length: int) -> Real:
    """Add up each `length` rows that follow one another."""
    total = values[::length].copy()
    for row in range(1, length):
        total += values[row::length]
    return total


def _quantile(parts: Sequence[tuple[float, float, float]], share: float) -> float:
    """Invert the distribution of a mixture of normals: chance, mean and deviation of each."""
    low = min(mean - 40 * sd for _, mean, sd in parts)
    high = max(mean + 40 * sd for _, mean, sd in parts)
    for _ in range(100):
        middle = (low + high) / 2
        under = math.fsum(
            chance * (below((middle - mean) / sd) if sd else float(middle >= mean))
            for chance, mean, sd in parts
        )
        low, high = (middle, high) if under < share else (low, middle)
    return (low + high) / 2


def _refuse_names(stated: Mapping[str, object], known: Sequence[str], *key: str) -> None:
    for name in stated:
        if name not in known:
            message = f'there is no state "{name}"{nearest(name, known)}'
            raise Fault(message, *key, name)
