"""Moments and quantiles of each measure by foundation and by area, for each period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fundsim.metrics.series import BASES, BY_FOUNDATION
from fundsim.metrics.statistics import Moments, quantiles
from fundsim.money import Pence, Real
from fundsim.places.shares import Lot, areas_of_one, rows_of_foundations
from fundsim.results.cubes import CUBES, Key
from fundsim.results.periods import Periods
from fundsim.results.records import Records

LEVELS = (0.05, 0.5, 0.95)
AREA_MEASURES = ("allocated", "paid")
CHUNK = 16  # areas whose paths are worked on at once


@dataclass(frozen=True)
class Figures:
    """One measure of one fund by foundation or area, `(period, member)`, in pence.

    The periods are the first of `Periods`: years alone, or decades and the horizon too. `quantiles`
    lead with the level and are nan where single paths are not kept.
    """

    key: Key
    spans: list[tuple[int, int]]
    moments: Moments
    quantiles: Real

    @property
    def columns(self) -> Real:
        """Mean, error and quantiles, `(column, period, member)`."""
        return np.array([self.moments.mean, self.moments.error, *self.quantiles])


def foundation_figures(records: Records) -> Iterator[Figures]:
    """Give the figures of foundations for each fund, measure and basis in turn."""
    years, members = records.scenario.years, len(records.scenario.geography_table.foundations)
    for key in _keys(records, "foundation", tuple(BY_FOUNDATION)):
        moments = _first_rows(records.tallies.get(key), records, years, members)
        spread = np.full((len(LEVELS), years, members), np.nan)
        if key.measure in CUBES and key.measure != "allocated":
            spread = quantiles(records.cubes.read(key, members), LEVELS)
        yield Figures(key, Periods(years).spans[:years], moments, spread)


def area_figures(records: Records) -> Iterator[Figures]:
    """Give the figures of areas for each fund, measure and basis in turn."""
    geography, periods = records.scenario.geography_table, Periods(records.scenario.years)
    rows, areas = len(periods.spans), len(geography)
    for key in _keys(records, "area", AREA_MEASURES):
        whole = Key(key.fund, "foundation", key.measure, key.basis)
        if key in records.tallies:
            moments, spread = records.tallies[key], _of_own_paths(records, key, periods)
        elif whole in records.tallies and key.fund in records.lots:
            lot = records.lots[key.fund]
            moments = _by_lot(records.tallies[whole], lot, geography.foundation_of)
            spread = _of_foundations_paths(records, whole, lot, periods)
        else:
            moments = _first_rows(None, records, rows, areas)
            spread = np.zeros((len(LEVELS), rows, areas))
        yield Figures(key, periods.spans, moments, spread)


def _keys(records: Records, level: str, measures: tuple[str, ...]) -> Iterator[Key]:
    for fund in records.scenario.funds:
        for measure in measures:
            for basis in BASES:
                yield Key(fund, level, measure, basis)


def _first_rows(found: Moments | None, records: Records, rows: int, members: int) -> Moments:
    """Give the first rows of moments; nothing, where nothing was ever posted."""
    if found is None:
        shape = rows, members
        return Moments(records.scenario.paths, np.zeros(shape, np.int64), np.zeros(shape))
    return Moments(found.count, found.total[:rows], found.squares[:rows])


def _by_lot(theirs: Moments, lot: Lot, foundation_of: Pence) -> Moments:
    """An area's moments follow from its foundation's exact ones by its fraction."""
    return Moments(
        theirs.count,
        theirs.total[:, foundation_of] * lot.width,
        theirs.squares[:, foundation_of] * (lot.width * lot.width),
    )


def _of_foundations_paths(records: Records, key: Key, lot: Lot, periods: Periods) -> Real:
    """Share each foundation's single paths among its areas, one foundation after the other."""
    geography = records.scenario.geography_table
    cube = records.cubes.read(key, len(geography.foundations))
    answer = np.empty((len(LEVELS), len(periods.spans), len(geography)))
    for foundation, rows in enumerate(rows_of_foundations(geography)):
        cumulated = cube[:, foundation].cumsum(axis=0)
        for begin in range(rows.start, rows.stop, CHUNK):
            part = slice(begin, min(begin + CHUNK, rows.stop))
            answer[:, :, part] = _over_periods(areas_of_one(cumulated, lot, part), periods)
    return answer


def _of_own_paths(records: Records, key: Key, periods: Periods) -> Real:
    areas = len(records.scenario.geography_table)
    answer = np.empty((len(LEVELS), len(periods.spans), areas))
    for begin in range(0, areas, CHUNK):
        part = slice(begin, min(begin + CHUNK, areas))
        paths = records.cubes.read(key, areas, part)
        answer[:, :, part] = _over_periods(paths.cumsum(axis=0).transpose(1, 0, 2), periods)
    return answer


def _over_periods(reached: Pence, periods: Periods) -> Real:
    """Take quantiles of each period's sum from `(area, year, path)` cumulated pence.

    The answer is `(level, period, area)`.
    """
    reached = np.concatenate([np.zeros_like(reached[:, :1]), reached], axis=1)
    sums = np.stack([reached[:, end] - reached[:, begin] for begin, end in periods.spans])
    return quantiles(sums, LEVELS)
