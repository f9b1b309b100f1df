"""How prices rise."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from fundsim.chance import UNIT, Streams
from fundsim.money import Real
from fundsim.portable import exp, exp1, log1
from fundsim.rules.base import Fault, Rule
from fundsim.rules.blocks import circular_autocovariances, drawn_rows
from fundsim.rules.moments import Moments
from fundsim.units import Rate

QUARTERS = 4
FEWEST = 10  # years of a history that can be drawn from


class InflationModel(Rule):
    """A rule that draws the factor by which prices rise in each quarter."""

    def prices(self, years: int, streams: Streams) -> Real:
        """Draw `(quarter, 250)` price factors of one unit of paths."""
        raise NotImplementedError  # abstract: a catalogue's classes all say their own

    def normals(self, years: int) -> dict[str, int]:  # noqa: ARG002 - a model that draws says its own
        """Say how many normals each source gives a path, from first to last."""
        return {}

    def moments(self, year: int | None = None) -> Moments:
        """Give the yearly rise of prices in closed form, in a year from 1 on, or in the long run.

        The autocorrelation is with the year before.
        """
        raise NotImplementedError  # abstract: a catalogue's classes all say their own

    def mean_worth(self, years: int) -> tuple[float, ...] | None:  # noqa: ARG002 - others say it
        """Give what a pound is expected to be worth at each year's end, E[1 / prices].

        None where that has no closed form.
        """
        return None


class ConstantInflation(InflationModel):
    """Prices rise by the same rate every year."""

    kind: Literal["constant"] = "constant"
    rate: Rate = Field(gt=-0.5, le=1, description="yearly rise of prices")

    def prices(self, years: int, streams: Streams) -> Real:  # noqa: ARG002 - nothing is drawn
        """Give (1 + rate)^(1/4) for each quarter."""
        factor = exp(np.full((1, UNIT), log1(1 + self.rate) / QUARTERS))
        return np.repeat(factor, QUARTERS * years, axis=0)

    def mean_worth(self, years: int) -> tuple[float, ...]:
        """Give (1 + rate)^−t."""
        return tuple(exp1(-year * log1(1 + self.rate)) for year in range(1, years + 1))

    def moments(self, year: int | None = None) -> Moments:  # noqa: ARG002 - the same every year
        """Give the rate, which never varies."""
        return Moments.of_lognormal(log1(1 + self.rate), 0.0)


class AutoregressiveInflation(InflationModel):
    """Inflation drifts back to its mean, with a shock each year.

    The yearly force of inflation is I(t) = m + a · (I(t−1) − m) + s · Z(t), starting at its mean,
    one draw a year, spread evenly over the four quarters, independent of the assets (Box, Jenkins
    and Reinsel, Time Series Analysis, 4th edition, 2008, section 3.2.3).
    """

    kind: Literal["ar1"] = "ar1"
    log_mean: Rate = Field(gt=-0.5, le=1, description="mean m of the yearly force of inflation")
    persistence: Rate = Field(
        gt=-1, lt=1, description="share a of last year's distance from the mean that remains"
    )
    sd: Rate = Field(ge=0, le=0.5, description="standard deviation s of the yearly shock")

    def prices(self, years: int, streams: Streams) -> Real:
        """Draw one force a year and give exp(I/4) for each quarter."""
        shocks = streams("inflation").standard_normal((years, UNIT))
        force = np.empty((years, UNIT))
        distance = np.zeros(UNIT)
        for year in range(years):
            distance = self.persistence * distance + self.sd * shocks[year]
            force[year] = self.log_mean + distance
        return np.repeat(exp(force / QUARTERS), QUARTERS, axis=0)

    def normals(self, years: int) -> dict[str, int]:
        """Say how many normals each source gives a path, from first to last."""
        return {"inflation": years}

    def mean_worth(self, years: int) -> tuple[float, ...]:
        """Give E exp(−Σ I) = exp(−m t + v(t) / 2), v(t) = s² Σ ((1 − a^k) / (1 − a))², k ≤ t."""
        power, variance, found = 1.0, 0.0, []
        for year in range(1, years + 1):
            power *= self.persistence
            moved = self.sd * (1 - power) / (1 - self.persistence)
            variance += moved * moved
            found.append(exp1(variance / 2 - self.log_mean * year))
        return tuple(found)

    def moments(self, year: int | None = None) -> Moments:
        """Give those of exp(I(t)), with Var I(t) = s² Σ a^(2k) over the t shocks so far.

        In the long run the variance is s² / (1 − a²), and the autocorrelation a (Box, Jenkins and
        Reinsel, Time Series Analysis, 4th edition, section 3.2.3).
        """
        square, own = self.persistence * self.persistence, self.sd * self.sd
        if year is None:
            return Moments.of_lognormal(self.log_mean, own / (1 - square), self.persistence)
        before, variance = 0.0, 0.0
        for _ in range(year):
            before, variance = variance, square * variance + own
        if not variance:
            return Moments.of_lognormal(self.log_mean, 0.0)
        found = self.persistence * math.sqrt(before / variance)
        return Moments.of_lognormal(self.log_mean, variance, found)


class HistoricalInflation(InflationModel):
    """Prices rise as they did in Britain, in blocks of years drawn from what was measured.

    Each year is followed by the next one, or with probability 1 / block by any; after the last year
    comes the first one used (Politis and Romano, Journal of the American Statistical Association
    89, 1994). December on December, ONS, Open Government Licence v3.0; RPI is no accredited
    official statistic, and its figures of 2022 and 2023 are headline rates.
    """

    kind: Literal["history"] = "history"
    series: Literal["cpi", "rpi"] = Field(
        "cpi", description="consumer prices, known since 1989, or retail prices, since 1971"
    )
    since: int | None = Field(
        None, description="the first year used; all that are known if left out"
    )
    block: float = Field(5, ge=1, description="mean length of blocks in years")

    @model_validator(mode="after")
    def _has_enough_years(self) -> Self:
        known, used = measured(self.series), self._used
        if len(used) < FEWEST:
            message = (
                f"found {len(used)} years of {self.series} that can be used, of {min(known)} to "
                f"{max(known)}; expected at least {FEWEST}"
            )
            raise Fault(message, "since")
        if len(used) < self.block:
            message = (
                f"found blocks of {self.block:g} years; expected at most {len(used)}, the years of "
                f"{self.series} that can be used"
            )
            raise Fault(message, "block")
        return self

    @property
    def _used(self) -> list[float]:
        known = measured(self.series)
        return [rise for year, rise in known.items() if self.since is None or year >= self.since]

    def prices(self, years: int, streams: Streams) -> Real:
        """Draw a year of history for each year, and give (1 + rise)^(1/4) for each quarter."""
        rises = 1 + np.array(self._used)
        uniforms = streams("inflation").random((years, 2, UNIT))
        rows = drawn_rows(uniforms, len(rises), [1 / self.block] * years)
        return np.repeat(np.sqrt(np.sqrt(rises[rows])), QUARTERS, axis=0)

    def moments(self, year: int | None = None) -> Moments:  # noqa: ARG002 - the same every year
        """Give the history's own; the autocorrelation is (1 − 1/b) times its circular one."""
        rises = [1 + rise for rise in self._used]
        logs, count = [log1(rise) for rise in rises], len(rises)
        raw = [
            math.fsum(math.prod([rise] * power) for rise in rises) / count for power in (1, 2, 3)
        ]
        variance, next_year = circular_autocovariances(logs, 1)
        return replace(
            Moments.of_growth(
                (raw[0], raw[1], raw[2]), (1 - 1 / self.block) * next_year / variance
            ),
            log_mean=math.fsum(logs) / count,
            log_sd=math.sqrt(variance),
        )


@cache
def measured(series: str) -> dict[int, float]:
    """Give the yearly rise of prices in the UK by year, December on December."""
    text = (resources.files("fundsim.rules") / "uk_inflation.csv").read_text("utf-8")
    return {
        int(row["year"]): float(row[series])
        for row in csv.DictReader(text.splitlines())
        if row[series]
    }


AnyInflation = Annotated[
    ConstantInflation | AutoregressiveInflation | HistoricalInflation, Field(discriminator="kind")
]
