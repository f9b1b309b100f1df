"""Moments and quantiles of each measure by foundation and by area, for each period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations
from operator import add

import numpy as np

from fundsim.metrics.series import BASES, BY_AREA, BY_FOUNDATION
from fundsim.metrics.statistics import Moments, quantiles
from fundsim.money import Pence, Real
from fundsim.places.shares import Lot, areas_of_one, rows_of_foundations
from fundsim.results.cubes import CUBES, Key
from fundsim.results.periods import Periods
from fundsim.results.records import Records

LEVELS = (0.05, 0.5, 0.95)
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
            spread = quantiles(records.paths_of(key, members), LEVELS)
        yield Figures(key, Periods(years).spans[:years], moments, spread)


def area_figures(records: Records) -> Iterator[Figures]:
    """Give the figures of areas for each fund, measure and basis in turn."""
    periods = Periods(records.scenario.years)
    for key in _keys(records, "area", BY_AREA):
        yield Figures(
            key, periods.spans, _area_moments(records, key, periods), _spread(records, key, periods)
        )


def _keys(records: Records, level: str, measures: tuple[str, ...]) -> Iterator[Key]:
    """Name what there are figures of; a fund that is alone is all funds as well."""
    for fund in records.names:
        for measure in measures:
            for basis in BASES:
                yield Key(fund, level, measure, basis)


def _first_rows(found: Moments | None, records: Records, rows: int, members: int) -> Moments:
    """Give the first rows of moments; nothing, where nothing was ever posted."""
    if found is None:
        shape = rows, members
        return _over(records, np.zeros(shape, np.int64), np.zeros(shape))
    return replace(found, total=found.total[:rows], squares=found.squares[:rows])


def _area_moments(records: Records, key: Key, periods: Periods) -> Moments:
    """An area's moments are its own, or follow from its foundation's by its fractions."""
    if key in records.tallies:
        return records.tallies[key]
    whole = {fund: replace(key, level="foundation", fund=fund) for fund in records.lots}
    known = {
        fund: records.tallies[whole[fund]]
        for fund in records.funds_of(key.fund)
        if whole.get(fund) in records.tallies
    }
    if not known:
        return _first_rows(None, records, len(periods.spans), len(records.scenario.geography_table))
    of_area = {fund: _by_lot(moments, records.lots[fund]) for fund, moments in known.items()}
    squares = reduce(add, (moments.squares for moments in of_area.values()))
    for one, other in combinations(known, 2):
        both = records.tallies[replace(key, level="foundation", fund=records.together(one, other))]
        squares = squares + _shared_squares(
            both, (known[one], records.lots[one]), (known[other], records.lots[other])
        )
    total = reduce(add, (moments.total for moments in of_area.values()))
    return _over(records, total, np.maximum(squares, 0.0))


def _over(records: Records, total: Pence | Real, squares: Real) -> Moments:
    return Moments.over(records.scenario.paths, records.scenario.parts, total, squares)


def _by_lot(theirs: Moments, lot: Lot) -> Moments:
    return replace(
        theirs,
        total=theirs.total[:, lot.foundation_of] * lot.width,
        squares=theirs.squares[:, lot.foundation_of] * (lot.width * lot.width),
    )


def _shared_squares(both: Moments, one: tuple[Moments, Lot], other: tuple[Moments, Lot]) -> Real:
    """What two funds' varying together adds to an area's squares about the mean.

    The squares of a sum are those of its parts and twice their products.
    """
    products = both.squares - one[0].squares - other[0].squares
    return products[:, one[1].foundation_of] * (one[1].width * other[1].width)


def _spread(records: Records, key: Key, periods: Periods) -> Real:
    """Take quantiles over single paths of areas, some areas of a foundation at a time."""
    geography = records.scenario.geography_table
    answer = np.zeros((len(LEVELS), len(periods.spans), len(geography)))
    for foundation, areas in rows_of_foundations(geography.foundation_of).items():
        reached = {
            fund: _reached(records, replace(key, fund=fund, level="foundation"), foundation)
            for fund in records.funds_of(key.fund)
            if fund in records.lots
        }
        for begin in range(0, len(areas), CHUNK):
            part = areas[begin : begin + CHUNK]
            parts = [
                areas_of_one(reached[fund], records.lots[fund], part)
                if fund in reached
                else _of_own_paths(records, replace(key, fund=fund), part)
                for fund in records.funds_of(key.fund)
            ]
            answer[:, :, part] = _over_periods(reduce(add, parts), periods)
    return answer


def _reached(records: Records, key: Key, foundation: int) -> Pence:
    """Give what one foundation had up to each year's end on single paths, `(year, path)`."""
    members = len(records.scenario.geography_table.foundations)
    row = slice(foundation, foundation + 1)
    return records.cubes.read(key, members, row)[:, 0].cumsum(axis=0)


def _of_own_paths(records: Records, key: Key, areas: Pence) -> Pence:
    """Give what areas that stand together had up to each year's end, `(area, year, path)`."""
    rows = slice(int(areas[0]), int(areas[-1]) + 1)
    paths = records.cubes.read(key, len(records.scenario.geography_table), rows)
    return paths.cumsum(axis=0).transpose(1, 0, 2)


def _over_periods(reached: Pence, periods: Periods) -> Real:
    """Take quantiles of each period's sum from `(area, year, path)` cumulated pence.

    The answer is `(level, period, area)`.
    """
    reached = np.concatenate([np.zeros_like(reached[:, :1]), reached], axis=1)
    sums = np.stack([reached[:, end] - reached[:, begin] for begin, end in periods.spans])
    return quantiles(sums, LEVELS)
