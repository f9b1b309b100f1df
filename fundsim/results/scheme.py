"""The dormant assets scheme on every path, as a table, and held against what was published."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib import resources

import numpy as np

from fundsim.chance import Chance, units
from fundsim.errors import InputError, Problem
from fundsim.metrics.statistics import Moments, mean_and_error, moments, quantiles
from fundsim.money import Pence, Real
from fundsim.results.table import Row, Table, in_pounds, plain
from fundsim.rules.dormant import MEASURES, DormantAssets, Flows, Strain, flows, review_days
from fundsim.rules.shocks import ReclaimsSurge, Shock, Withdrawal
from fundsim.scenario import Scenario

LEVELS = (0.05, 0.5, 0.95)
BEGAN = 2011  # the year in which the scheme began of which stocks were published
MOST = 10_000  # paths that the tables are made of
COLUMNS = (*("year", "ends", "measure", "of", "mean", "se", "p05", "p50", "p95", "paths", "title"),)
HELD_AGAINST = ("day", "measure", "published", "simulated", "se", "miss", "source")
STOCKS = {"received": True, "reclaimed": True, "released": True, "held": False}
"""What publications tell, and whether it is a sum over all years so far."""


@dataclass(frozen=True)
class Published:
    """A stock that was published: pence on a day, and where that stands."""

    day: date
    measure: str
    pence: int
    source: str


def published() -> list[Published]:
    """Read the stocks that were published, in order of day."""
    text = (resources.files("fundsim.rules.dormant") / "published.toml").read_text("utf-8")
    return [
        Published(one["day"], one["measure"], round(100 * one["pounds"]), one["source"])
        for one in tomllib.loads(text)["stocks"]
    ]


def scheme_of(scenario: Scenario, first: int, paths: int) -> Flows:
    """Draw the scheme on some paths, unit by unit, up to the last review of the run."""
    terms, chance = _terms(scenario), Chance(scenario.seed)
    ends = review_days(terms, scenario.start, scenario.last_day)
    begins, years = terms.begins(scenario.start), len(ends)
    strain = _strain(terms, scenario.shocks, [begins, *ends][:years])
    parts = [
        flows(terms, begins.year, years, chance.unit(number), strain).paths(part)
        for number, part in units(first, paths)
    ]
    off = max(int(np.abs(part.imbalance()).max(initial=0)) for part in parts)
    if off:
        message = f"the reclaim fund's accounts are off by {off} pence on one of the paths"
        raise ArithmeticError(message)
    return Flows.joined(parts)


def _terms(scenario: Scenario) -> DormantAssets:
    if scenario.dormant_assets is None:
        message = f"{scenario.name} has no scheme of dormant assets; state a table dormant_assets"
        raise InputError([Problem("dormant_assets", "", message)])
    return scenario.dormant_assets


def without_chance(terms: DormantAssets, shocks: Sequence[Shock], start: date, last: date) -> Flows:
    """Work the scheme out with nothing left to chance, on one path, `(year, 1)`.

    Its years are those that a run from a day to another reviews, and the one that begins then,
    whose transfers come in while it is not over. Where a scheme holds no chance, this is what
    happens on every path; elsewhere it is no mean, though near it: what is released is bent where
    it meets what is to be held.
    """
    begins = [terms.begins(start), *review_days(terms, start, last)]
    strain, still = _strain(terms, shocks, begins), terms.without_chance()
    undrawn = Chance(0).unit(0)  # nothing is drawn where there is no noise
    return flows(still, begins[0].year, len(begins), undrawn, strain).paths(slice(1))


def _strain(terms: DormantAssets, shocks: Sequence[Shock], begins: Sequence[date]) -> Strain:
    """Say what shocks do to the scheme's classes in each year, by the years' first days."""
    times = {name: [1.0] * len(begins) for name in terms.classes}
    gone = {name: [False] * len(begins) for name in terms.classes}
    for shock in shocks:
        for year, day in enumerate(begins):
            if isinstance(shock, ReclaimsSurge) and shock.covers(day):
                for name in shock.classes or terms.classes:
                    times[name][year] *= shock.times
            elif isinstance(shock, Withdrawal) and day >= shock.on:
                gone[shock.asset_class][year] = True
    return Strain(times, gone)


def scheme_tables(scenario: Scenario) -> dict[str, Table]:
    """Make the tables of a scenario's scheme, by name; none where it has none."""
    return {} if scenario.dormant_assets is None else dict(Scheme.of(scenario).tables)


@dataclass(frozen=True)
class Scheme:
    """The scheme of a scenario on all its paths.

    Its paths are independent of one another, and so are its errors those of plain paths, however
    markets are sampled: only their draws are spread more evenly.
    """

    scenario: Scenario
    found: Flows

    @classmethod
    def of(cls, scenario: Scenario) -> Scheme:
        """Draw it on the first 10,000 paths; a scenario without one is an InputError."""
        return cls(scenario, scheme_of(scenario, 0, min(scenario.paths, MOST)))

    @property
    def paths(self) -> int:
        """How many paths its figures are of."""
        return len(self.found["held"].T)

    @cached_property
    def days(self) -> list[date]:
        """The days on which its years end and are reviewed."""
        terms = _terms(self.scenario)
        return review_days(terms, self.scenario.start, self.scenario.last_day)

    @property
    def begins(self) -> date:
        """Its first day."""
        return _terms(self.scenario).begins(self.scenario.start)

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Both tables, by name: every figure of every year, and what was published beside it."""
        return {
            "dormant_assets": Table("dormant_assets", COLUMNS, self._years),
            "published": Table("published", HELD_AGAINST, self._published),
        }

    def stock(self, measure: str) -> Pence:
        """Give what there is of it when each year ends, `(year, path)`."""
        pence = self.found[measure]
        return pence.cumsum(axis=0) if STOCKS[measure] else pence

    def stock_moments(self, measure: str) -> list[Moments]:
        """Give mean and error of a stock when each year ends, in pence."""
        return [moments(row) for row in self.stock(measure)]

    @cached_property
    def ruin(self) -> list[tuple[float, float]]:
        """The chance that what is held has fallen below nothing by each year's end, and its error.

        An error is nan for a single path.
        """
        return [mean_and_error(row.astype(np.float64)) for row in self.found.ruined]

    def on(self, day: date, measure: str) -> Real | None:
        """Give a stock on a day, in a straight line between years' ends, `(path,)`.

        None for a day before the scheme or after its last review.
        """
        if not self.days or not self.begins <= day <= self.days[-1]:
            return None
        stocks = np.vstack([np.zeros((1, self.paths)), self.stock(measure)])
        ends = [self.begins, *self.days]
        after = next(number for number, end in enumerate(ends) if day <= end)
        if not after:
            return np.asarray(stocks[0])
        whole = (ends[after] - ends[after - 1]).days
        part = (day - ends[after - 1]).days / whole
        return np.asarray(stocks[after - 1] * (1 - part) + stocks[after] * part)

    def _years(self) -> Iterator[Row]:
        for measure, pence in self.found.pence.items():
            name, _, of = measure.partition(": ")
            for year, (day, row) in enumerate(zip(self.days, pence, strict=True)):
                known = moments(row)
                figures = known.mean, known.error, *quantiles(row, LEVELS)
                spread = [in_pounds(float(figure)) for figure in figures]
                label = str(self.begins.year + year)
                head = label, day.isoformat(), name, of or "all"
                yield *head, *spread, str(self.paths), MEASURES[name]
        for year, (day, chance) in enumerate(zip(self.days, self.ruin, strict=True)):
            head = str(self.begins.year + year), day.isoformat(), "ruined", "all"
            title = "probability that what is held has fallen below nothing by then"
            yield *head, *map(plain, chance), "", "", "", str(self.paths), title

    def _published(self) -> Iterator[Row]:
        """Hold the scheme against what was published, if it is the one that began then."""
        for one in published() if self.begins.year == BEGAN else ():
            stock = self.on(one.day, one.measure)
            if stock is not None:
                mean, error = mean_and_error(stock)
                figures = in_pounds(one.pence), in_pounds(mean), in_pounds(error)
                miss = plain(mean / one.pence - 1)
                yield one.day.isoformat(), one.measure, *figures, miss, one.source
