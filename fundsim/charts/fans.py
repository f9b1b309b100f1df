"""Charts of a fund's years: fans that show how far the simulated futures spread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.chart import NotShown, chart
from fundsim.charts.fan import Fan, Scale, draw_fan
from fundsim.charts.figures import decimals, money, significant, year_of
from fundsim.charts.language import counted, phrase, say
from fundsim.charts.source import Basis, Source
from fundsim.charts.words import Facts, Words, words
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure


HOLDS = (
    phrase("for every 1 put in, after inflation, the fund still holds {figure} in {year}"),
    phrase(
        "for every 1 put in, after inflation, the fund still holds {figure} in {year} in the "
        "middle future"
    ),
)
SPENDS = (
    phrase("the fund spends {figure} in {year}"),
    phrase("the fund spends {figure} in {year} in the middle future"),
)


def _years(source: Source, measure: str, fund: str, basis: Basis) -> Table:
    """Take the rows of one measure; they are few, and kept."""
    found = source.table("years").where(measure=measure, fund=fund, basis=basis)
    rows = list(found.rows())
    return Table(found.name, found.columns, lambda: rows)


def _how_to_read(facts: Facts, fan: Fan) -> str:
    if fan.certain:
        if facts.paths == 1:
            return say("It is the same in the one simulated future")
        return say("It is the same in every simulated future")
    return say(
        "Of {futures} half lie in the dark band and nine in ten inside the light one; the line is "
        "the middle one",
        futures=facts.futures,
    )


def _spread(fan: Fan, said: Callable[[float], str], certain: str, middle: str) -> list[str]:
    """Say where the futures end: in a sentence for one figure, or for that of the middle future."""
    low, line, high = (said(float(fan.levels[level, -1])) for level in (0, 2, 4))
    if fan.certain:
        return [say(certain, figure=line, year=fan.words[-1])]
    return [
        say(middle, figure=line, year=fan.words[-1]),
        say("nine futures in ten lie between {low} and {high}", low=low, high=high),
    ]


def _ratio(value: float) -> str:
    return decimals(max(value, 0.0), 2)


def _of_capital(table: Table, facts: Facts) -> Words:
    fan = Fan.of(table, facts.start)
    return words(
        facts,
        title=say("How much of the money put in is kept, after inflation"),
        about=[
            say(
                "{fund}: what the fund holds at the end of each year for every £1 ever put in, "
                "both {prices}",
                fund=facts.fund_title,
                prices=facts.prices,
            ),
            _how_to_read(facts, fan),
        ],
        reading=[facts.fund_title, *_spread(fan, _ratio, *HOLDS)],
    )


def _draw_capital(table: Table, words: Words) -> Figure:
    fan = Fan.of(table, words.facts.start)
    return draw_fan(fan, words, Scale(_ratio, significant, mark=(1.0, say("1 = kept whole"))))


@chart(_of_capital, _draw_capital, bases=("real",))
def capital_kept_whole(source: Source, fund: str, basis: Basis) -> Table:
    """How much of the money put in is still there, after inflation, year by year.

    The rows of `years` for the measure of that name. A fund that is meant to be spent has none,
    which is a NotShown that names the chart to take.
    """
    table = _years(source, "capital_kept_whole", fund, basis)
    if np.isnan(table.numbers("p50")).all():
        message = (
            f"capital_kept_whole has nothing to show for {fund}: it is measured from the first "
            "spending date on, for a fund that is meant to be kept; take the chart spending"
        )
        raise NotShown(message)
    return table


def _of_spending(table: Table, facts: Facts) -> Words:
    fan = Fan.of(table, facts.start, flow=True)
    title = say("What is spent each year, in money of the day")
    what = say("{fund}: what leaves the fund for distribution in each year", fund=facts.fund_title)
    if facts.basis == "real":
        title = say("What is spent each year, after inflation")
        what = say("{what}, {prices}", what=what, prices=facts.prices)
    return words(
        facts,
        title=title,
        about=[what, _how_to_read(facts, fan), *_when(table, fan, facts)],
        reading=[facts.fund_title, *_spread(fan, money, *SPENDS)],
    )


def _when(table: Table, fan: Fan, facts: Facts) -> Sequence[str]:
    """Say it where the first or the last years see no spending."""
    labels = [int(label) for label in table.column("year")]
    said = []
    if fan.years[0] > labels[0]:
        begins = year_of(fan.years[0], facts.start)
        said.append(say("nothing is spent before {year}", year=begins))
    if fan.years[-1] < labels[-1]:
        after, end = counted(labels[-1] - fan.years[-1], "year"), year_of(labels[-1], facts.start)
        said.append(say("nothing is spent in the last {years}, to {end}", years=after, end=end))
    return said


def _draw_spending(table: Table, words: Words) -> Figure:
    fan = Fan.of(table, words.facts.start, flow=True)
    return draw_fan(fan, words, Scale(money, money))


@chart(_of_spending, _draw_spending)
def spending(source: Source, fund: str, basis: Basis) -> Table:
    """What leaves a fund for distribution, year by year.

    The rows of `years` for the measure of that name. A fund that never spends is a NotShown.
    """
    table = _years(source, "spending", fund, basis)
    if not table.numbers("p95").any() and not table.numbers("mean").any():
        message = f"spending has nothing to show for {fund}: no money is ever spent"
        raise NotShown(message)
    return table
