"""What a check is: something measured on this installation, beside what it must be."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fundsim.chance import UNIT, Chance, Streams
from fundsim.errors import FundsimError
from fundsim.money import Pence, Real
from fundsim.rules.inflation import QUARTERS, InflationModel
from fundsim.rules.returns import Mix, ReturnModel

ERRORS = 4.0  # standard errors within which what is drawn by chance must lie
PENCE, RELATIVE, STANDARD_ERRORS = "pence", "relative", "standard errors"


@dataclass(frozen=True)
class Sample:
    """How many paths checks draw, and the seed that they draw from."""

    paths: int
    seed: int

    @property
    def units(self) -> int:
        """How many units of 250 paths hold them all."""
        return -(-self.paths // UNIT)

    def growth(self, model: ReturnModel, years: int, mix: Mix | None = None) -> Real:
        """Draw yearly growth of a mix, `(year, path)`, in whole units; of the model's own if None.

        A year's growth is the product of its four quarters, as the engine posts it.
        """
        mixes = None if mix is None else [mix]
        drawn = [model.draw(years, self._streams(n), mixes).growth[0] for n in range(self.units)]
        return _yearly(np.concatenate(drawn, axis=1))

    def prices(self, model: InflationModel | ReturnModel, years: int) -> Real:
        """Draw yearly factors of prices, `(year, path)`, in whole units."""
        drawn = [model.prices(years, self._streams(n)) for n in range(self.units)]
        return _yearly(np.concatenate(drawn, axis=1))

    def _streams(self, unit: int) -> Streams:
        return Chance(self.seed).unit(unit)


def _yearly(quarters: Real) -> Real:
    by_year = quarters.reshape(-1, QUARTERS, quarters.shape[1])
    return np.asarray(by_year.prod(axis=1))


@dataclass(frozen=True)
class Finding:
    """What was measured and expected, how far apart they are, and how far they may be.

    `apart` and `limit` are in `unit`. `note` says why nothing could be measured, "" otherwise.
    """

    measured: float
    expected: float
    apart: float
    unit: str
    limit: float
    note: str = ""

    @property
    def held(self) -> bool:
        """Whether the two are as near as they must be; what is not a number is not near."""
        return abs(self.apart) <= self.limit

    @classmethod
    def in_errors(cls, measured: float, expected: float, error: float) -> Finding:
        """Hold a figure that chance moves against its closed form, in standard errors."""
        apart = (measured - expected) / error if error > 0 else math.nan
        return cls(measured, expected, apart, STANDARD_ERRORS, ERRORS)

    @classmethod
    def in_pence(cls, measured: float, expected: float, limit: float = 0.0) -> Finding:
        """Hold an amount against what it must be; `limit` is what roundings may add up to."""
        return cls(measured, expected, measured - expected, PENCE, limit)

    @classmethod
    def relative(cls, measured: float, expected: float, limit: float) -> Finding:
        """Hold a figure without chance against its closed form, as a share of it."""
        apart = (measured - expected) / expected if expected else measured
        return cls(measured, expected, apart, RELATIVE, limit)

    @classmethod
    def of_mean(cls, values: Real, expected: float, sd: float | None = None) -> Finding:
        """Hold a mean over independent values; `sd` is theirs in closed form, if there is one."""
        spread = float(values.std(ddof=1)) if sd is None else sd
        return cls.in_errors(float(values.mean()), expected, spread / math.sqrt(values.size))

    @classmethod
    def of_share(
        cls, happened: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], p: float
    ) -> Finding:
        """Hold a share of independent cases against its probability."""
        return cls.in_errors(float(happened.mean()), p, math.sqrt(p * (1 - p) / happened.size))

    @classmethod
    def of_variance(cls, values: Real, sd: float, kurtosis: float | None = None) -> Finding:
        """Hold a standard deviation; that of a variance is s² √((kurtosis − 1) / n).

        The kurtosis is the closed form's, or the sample's own where there is none.
        """
        distance = values - values.mean()
        squares = distance * distance
        if kurtosis is None:
            kurtosis = float((squares * squares).mean() / squares.mean() / squares.mean())
        error = sd * math.sqrt((kurtosis - 1) / values.size) / 2
        return cls.in_errors(float(values.std(ddof=1)), sd, error)

    @classmethod
    def of_skewness(cls, values: Real, mean: float, sd: float, skewness: float) -> Finding:
        """Hold a skewness, where mean and deviation are known; the error is the sample's own.

        With z the values less their mean, over their deviation, E[z³ − 3z − 3/2 g (z² − 1)] is the
        skewness g; what is taken off z³ is what the sample's own mean and deviation would take off
        (the influence function of the skewness), and with it goes most of the noise.
        """
        z = (values - mean) / sd
        squares = z * z
        return cls.of_mean(z * (squares - 3) - 1.5 * skewness * (squares - 1), skewness)

    @classmethod
    def of_correlation(cls, one: Real, other: Real, expected: float) -> Finding:
        """Hold a correlation over independent pairs, of any distribution.

        Its error is that of the mean of its influence function, x y − r (x² + y²) / 2, x and y the
        values less their means, over their deviations.
        """
        x, y = ((values - values.mean()) / values.std() for values in (one, other))
        found = float((x * y).mean())
        moved = x * y - found * (x * x + y * y) / 2
        return cls.in_errors(found, expected, float(moved.std(ddof=1)) / math.sqrt(x.size))

    @classmethod
    def of_equal(cls, measured: Pence, expected: Pence) -> Finding:
        """Hold arrays of pence against one another: the furthest pair is shown."""
        apart = np.abs(measured - expected)
        place = np.unravel_index(int(apart.argmax()), apart.shape)
        return cls.in_pence(float(measured[place]), float(expected[place]))


Measure = Callable[[Sample], Finding]


@dataclass(frozen=True)
class Check:
    """One check: its group, its name, the fault that it would catch, and how it is measured."""

    group: str
    name: str
    catches: str
    measure: Measure

    def run(self, sample: Sample) -> Finding:
        """Measure; where the package itself refuses to go on, the check has failed."""
        try:
            return self.measure(sample)
        except (FundsimError, ArithmeticError, ValueError) as error:
            return Finding(math.nan, math.nan, math.nan, "", 0.0, note=str(error))


def catches(fault: str) -> Callable[[Measure], Check]:
    """Make a check of a function: its module is the group, its name the name."""

    def made(measure: Measure) -> Check:
        return Check(measure.__module__.rpartition(".")[2], measure.__name__, fault, measure)

    return made
