"""Books made by hand: each fund's and each foundation's figures by year, and the world of them.

Figures that are not given are zero. Quantiles stand at half and double the mean, if asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from fundsim.metrics.series import BY_FOUNDATION, MEASURES, FundSeries
from fundsim.results import Table
from tests.charts.small_world import AREAS, FOUNDATIONS, YEARS, Scenario, World

Figures = Mapping[str, Sequence[float]]
"""Pounds by measure, one for each year; the last one goes on where there are fewer."""


def made(
    scenario: Scenario,
    funds: Mapping[str, Figures],
    foundations: Mapping[tuple[str, str], Figures] | None = None,
    areas: Mapping[str, Sequence[float]] | None = None,
    *,
    prices: float = 1.0,
    chances: Sequence[float] = (1.0,),
) -> World:
    """Make a world of figures by fund, by (fund, foundation), and pounds paid by fund and area.

    `prices` says by how much money of the day is more than that of the start day; `chances` are the
    paths, as parts of the figures.
    """
    by_place, paid = dict(foundations or {}), dict(areas or {})
    whole = dict(funds)
    if len(funds) > 1:
        whole["all"] = _all(scenario, funds)
    for each in scenario.geography_table.foundations:
        of_funds = [by_place[name, each.id] for name in funds if (name, each.id) in by_place]
        if of_funds:
            by_place["all", each.id] = _summed(scenario, of_funds)
    if paid:
        paid["all"] = np.sum([*paid.values()], axis=0).tolist()
    if len(funds) == 1:
        whole["all"] = next(iter(funds.values()))
    return World(
        scenario,
        {
            "years": Table("years", YEARS, lambda: _years(scenario, whole, prices, chances)),
            "foundations": Table(
                "foundations", FOUNDATIONS, lambda: _foundations(scenario, by_place, prices)
            ),
            "areas": Table("areas", AREAS, lambda: _areas(scenario, paid, prices)),
        },
        {name: _series(scenario, name, figures, chances) for name, figures in whole.items()},
    )


def _padded(scenario: Scenario, pounds: Sequence[float]) -> list[float]:
    return [*pounds, *[pounds[-1]] * scenario.years][: scenario.years]


def _summed(scenario: Scenario, several: Sequence[Figures]) -> Figures:
    measures = dict.fromkeys(measure for figures in several for measure in figures)
    return {
        measure: np.sum(
            [_padded(scenario, figures.get(measure, [0.0])) for figures in several], axis=0
        ).tolist()
        for measure in measures
    }


def _all(scenario: Scenario, funds: Mapping[str, Figures]) -> Figures:
    whole = {k: np.array(v) for k, v in _summed(scenario, list(funds.values())).items()}
    between = whole.pop("passed_between", np.zeros(scenario.years))
    for measure in ("arrived", "passed_on"):
        if measure in whole:
            whole[measure] = whole[measure] - between
    return {measure: values.tolist() for measure, values in whole.items()}


def _cells(mean: float, chances: Sequence[float]) -> list[str]:
    low, middle, high = (float(np.quantile(chances, level)) for level in (0.05, 0.5, 0.95))
    spread = [mean * part for part in (low, low, middle, high, high)]
    return [f"{mean:.4f}", "0.0000", *(f"{value:.4f}" for value in spread)]


def _years(
    scenario: Scenario, funds: Mapping[str, Figures], prices: float, chances: Sequence[float]
) -> list[list[str]]:
    return [
        [measure, fund, basis, str(scenario.start.year + row), *_cells(pounds * factor, chances)]
        for measure in MEASURES
        for fund, figures in funds.items()
        for basis, factor in (("nominal", prices), ("real", 1.0))
        for row, pounds in enumerate(_padded(scenario, figures.get(measure, [0.0])))
    ]


def _foundations(
    scenario: Scenario, books: Mapping[tuple[str, str], Figures], prices: float
) -> list[list[str]]:
    names = {each.id: each.name for each in scenario.geography_table.foundations}
    return [
        [place, names[place], fund, measure, basis, str(scenario.start.year + row)]
        + [f"{pounds * factor:.4f}", "0.0000"]
        + ([""] * 3 if measure == "promised" else [f"{pounds * factor:.4f}"] * 3)
        for (fund, place), figures in books.items()
        for measure in BY_FOUNDATION
        for basis, factor in (("nominal", prices), ("real", 1.0))
        for row, pounds in enumerate(_padded(scenario, figures.get(measure, [0.0])))
    ]


def _areas(
    scenario: Scenario, paid: Mapping[str, Sequence[float]], prices: float
) -> list[list[str]]:
    places, first = scenario.geography_table, scenario.start.year
    span = str(first), str(first + scenario.years - 1)
    rows = []
    for fund, by_area in paid.items():
        for basis, factor in (("nominal", prices), ("real", 1.0)):
            for row, pounds in enumerate(by_area):
                head = places.codes[row], places.names[row], places.nations[row]
                mean = f"{pounds * factor:.4f}"
                whose = places.foundation_ids[row], fund, "paid", basis, *span
                rows.append([*head, *whose, mean, "0.0000", *[mean] * 3, "0.0", "9", "9"])
    return rows


def _series(
    scenario: Scenario, name: str, figures: Figures, chances: Sequence[float]
) -> FundSeries:
    pence = {
        measure: np.rint(
            np.outer(_padded(scenario, figures.get(measure, [0.0])), chances) * 100
        ).astype(np.int64)
        for measure in MEASURES
    }
    years = tuple(range(scenario.start.year, scenario.start.year + scenario.years))
    totals = {"gini_per_head": np.zeros(len(chances))}
    return FundSeries(name, years, kept=True, first=0, nominal=pence, real=pence, totals=totals)
