"""Who passes money to whom: a run tells what each fund passed on, its scenario to which others."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fundsim.charts.events import Event, drawing_on, events
from fundsim.charts.means import Years
from fundsim.charts.source import ALL, Setting, Source
from fundsim.money import Pence, Real
from fundsim.units import months_after

Passed = dict[tuple[str, str], float]
"""Pounds by giver and taker."""

FROM_OUTSIDE = ("opening", "arrives", "released", "modelled")
TURNS = 200  # of fitting; a plan of few funds needs some ten


class Passages:
    """What a scenario says of money between funds, year by year.

    `pairs` has who may give to whom in each year of the run, `outside` whom money from outside all
    funds reaches, and how much: as stated, or the mean of what dormant assets release.
    """

    def __init__(self, source: Source) -> None:
        scenario = source.scenario
        found = events(scenario, ALL, _released(source))
        self.pairs: list[set[tuple[str, str]]] = [set() for _ in range(scenario.years)]
        self.outside: list[dict[str, float]] = [{} for _ in range(scenario.years)]
        for row in range(scenario.years):
            begin, end = (months_after(scenario.start, 12 * (row + more)) for more in (0, 1))
            for event in found:
                if begin <= event.on < end:
                    self._note(row, event, scenario)

    def _note(self, row: int, event: Event, scenario: Setting) -> None:
        if event.to in scenario.funds:
            self.pairs[row].add((event.fund, event.to))
        elif event.kind in FROM_OUTSIDE and event.pence:
            before = self.outside[row].get(event.fund, 0.0)
            self.outside[row][event.fund] = before + event.pence / 100

    @property
    def certain(self) -> bool:
        """Whether no fund gives to several others within a year."""
        return all(len({giver for giver, _ in pairs}) == len(pairs) for pairs in self.pairs)

    def passed(self, basis: Years, nominal: Years) -> dict[tuple[str, str], int]:
        """Say what each fund passed to each other one over the horizon, in whole pence.

        Year by year, since in most years a fund gives to one other alone. Where it gives to
        several, what these have from other funds decides: what reached them less what the scenario
        says came from outside, in the prices of `basis` the same part as in money of the day.
        """
        sums: Passed = {}
        for row, pairs in enumerate(self.pairs):
            given = {g: _of(basis, "passed_between", g, row) for g, _ in pairs}
            got = {t: self._from_funds(t, row, basis, nominal) for _, t in pairs}
            for pair, pounds in _fitted(given, got, pairs, self.outside[row]).items():
                sums[pair] = sums.get(pair, 0.0) + pounds
        return {pair: round(100 * pounds) for pair, pounds in sums.items() if round(100 * pounds)}

    def _from_funds(self, taker: str, row: int, basis: Years, nominal: Years) -> float:
        arrived = _of(nominal, "arrived", taker, row)
        outside = self.outside[row].get(taker, 0.0)
        part = max(1 - outside / arrived, 0.0) if arrived else 0.0
        return part * _of(basis, "arrived", taker, row)


def _released(source: Source) -> Pence | None:
    """Give the mean of what dormant assets release in each year, `(year, 1)` in pence.

    None where no chance is in it, or no fund draws on it.
    """
    scenario = source.scenario
    terms = scenario.dormant_assets
    if terms is None or not terms.by_chance or not drawing_on(scenario, scenario.funds):
        return None
    means = source.table("dormant_assets").where(measure="released").numbers("mean")
    return np.asarray(np.rint(100 * means).astype(np.int64)[:, np.newaxis])


def _of(years: Years, measure: str, fund: str, row: int) -> float:
    found = years.get((measure, fund))
    return float(found[row]) if found is not None else 0.0


def _fitted(
    given: Mapping[str, float],
    got: Mapping[str, float],
    pairs: set[tuple[str, str]],
    mixed: Mapping[str, float],
) -> Passed:
    """Share out what givers gave, to the penny, so that takers have what they got, nearly.

    What takers got is scaled to what was given; of those whom money from outside reaches too
    (`mixed`) it is not known as well, so that they make up the difference. Proportional fitting:
    Deming and Stephan, Annals of Mathematical Statistics 11, 1940.
    """
    if not pairs:
        return {}
    givers, takers = sorted(given), sorted(got)
    due = np.array([given[name] for name in givers])
    wanted = np.array([got[name] for name in takers])
    free = np.array([name in mixed for name in takers])
    rest = max(float(due.sum() - wanted[~free].sum()), 0.0)
    if free.any():
        wanted[free] = _shared(rest, wanted[free])
    shares = np.array([[float((g, t) in pairs) for t in takers] for g in givers])
    for _ in range(TURNS if len(pairs) > len(givers) else 1):
        shares = shares * _over(wanted, shares.sum(axis=0))
        shares = _rows(shares, due, pairs, givers, takers)
    return {
        (giver, taker): float(shares[i, j])
        for i, giver in enumerate(givers)
        for j, taker in enumerate(takers)
        if shares[i, j]
    }


def _shared(whole: float, parts: Real) -> Real:
    total = float(parts.sum())
    return parts * (whole / total) if total else np.full_like(parts, whole / len(parts))


def _rows(
    shares: Real, due: Real, pairs: set[tuple[str, str]], givers: list[str], takers: list[str]
) -> Real:
    """Let each giver's shares sum to what it gave; evenly where none is known."""
    even = np.array([[float((g, t) in pairs) for t in takers] for g in givers])
    known = np.where(shares.sum(axis=1, keepdims=True) > 0, shares, even)
    return np.asarray(known * _over(due, known.sum(axis=1))[:, np.newaxis])


def _over(one: Real, other: Real) -> Real:
    return np.divide(one, other, out=np.zeros_like(one), where=other > 0)
