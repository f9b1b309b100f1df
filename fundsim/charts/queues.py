"""The chart of backlogs: how many years' awards wait at each foundation, year by year."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.chart import NotShown, chart
from fundsim.charts.figures import significant, whole, year_of
from fundsim.charts.heat import DRAWN, Heat, draw_heat
from fundsim.charts.language import counted, say
from fundsim.charts.means import of_foundations
from fundsim.charts.source import Basis, Source
from fundsim.charts.words import Facts, Words, words
from fundsim.money import Real
from fundsim.results import Table
from fundsim.results.table import plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = (
    *("foundation", "name", "fund", "basis", "year"),
    *("waiting", "awarded", "years_of_backlog"),
)


def _say(table: Table, facts: Facts) -> Words:
    heat = Heat.of(table)
    end = year_of(facts.start.year + facts.years - 1, facts.start)
    count = len(heat.names)
    return words(
        facts,
        title=say("How long money waits to be awarded, by foundation"),
        about=[
            say(
                "{fund}: what waits at each year’s end, in years of the foundation’s awards of "
                "that year; {means}, {prices}",
                fund=facts.fund_title,
                means=_means(facts),
                prices=facts.prices,
            ),
            say("The longest backlog of {year} at the top", year=end),
            "CF: Community Foundation" if heat.shortened else "",
            say(
                "the {most} with the longest are drawn, all {count} are in the CSV",
                most=DRAWN,
                count=whole(count),
            )
            if count > DRAWN
            else "",
        ],
        reading=[facts.fund_title, *_reading(heat, end)],
        by_area=True,
        sections=("funds", "foundations", "geography", "markets"),
    )


def _reading(heat: Heat, end: str) -> Iterator[str]:
    """Say at how many foundations money waits, and where it waits longest."""
    waits = sum(value > 0 for value in heat.last)
    yield say(
        "at the end of {year} money waits at {number} of {foundations}",
        year=end,
        number=waits,
        foundations=counted(len(heat.names), "foundation"),
    )
    if waits:
        yield say(
            "the longest backlog is that of {name}: {backlog}",
            name=heat.full[0],
            backlog=_said(heat.last[0]),
        )


def _means(facts: Facts) -> str:
    return (
        say("one future") if facts.paths == 1 else say("means of {futures}", futures=facts.futures)
    )


def _said(years: float) -> str:
    if math.isinf(years):
        return say("it awards nothing")
    return say("{years} years of its awards", years=significant(years, 2))


def _draw(table: Table, words: Words) -> Figure:
    return draw_heat(Heat.of(table), words)


@chart(_say, _draw)
def backlog(source: Source, fund: str, basis: Basis) -> Table:
    """How many years of its awards wait at each foundation, at the end of each year.

    One row a foundation and year: mean waiting at the year's end, mean awarded in the year, and the
    one over the other; 0 where nothing waits, inf where nothing is awarded. Those that never award
    though money waits stand first, then the longest backlog of the last year. Where nothing waits
    at any year's end it is a NotShown.
    """
    places = source.scenario.geography_table.foundations
    means = of_foundations(source, basis, {fund})
    nothing = np.zeros(source.scenario.years)
    if not any(means.get(("waiting", fund, each.id), nothing).any() for each in places):
        message = (
            f"backlog has nothing to show for {fund}: nothing waits at any year’s end; "
            "take the chart pipeline"
        )
        raise NotShown(message)
    rows = []
    for each in places:
        held, given = (
            means.get((measure, fund, each.id), nothing) for measure in ("waiting", "awarded")
        )
        ratios = [_ratio(*pair) for pair in zip(held.tolist(), given.tolist(), strict=True)]
        rows.append((_order(held, given, ratios), each, held, given, ratios))
    rows.sort(key=lambda row: row[0])
    years = range(source.scenario.start.year, source.scenario.start.year + source.scenario.years)
    cells = [
        (each.id, each.name, fund, basis, str(year), f"{a:.4f}", f"{b:.4f}", _cell(ratio))
        for _, each, held, given, ratios in rows
        for year, a, b, ratio in zip(years, held, given, ratios, strict=True)
    ]
    return Table("backlog", COLUMNS, lambda: cells)


def _ratio(waiting: float, awarded: float) -> float:
    if not waiting:
        return 0.0
    return waiting / awarded if awarded else math.inf


def _cell(ratio: float) -> str:
    return "inf" if math.isinf(ratio) else plain(ratio)


def _order(waiting: Real, awarded: Real, ratios: list[float]) -> tuple[bool, float]:
    never = bool(waiting.any()) and not awarded.any()
    return not never, -ratios[-1]
