"""Charts of a fund's years: fans that show how far the simulated futures spread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.chart import NotShown, chart
from fundsim.charts.fan import Fan, Scale, draw_fan
from fundsim.charts.figures import money, significant, year_of
from fundsim.charts.language import counted
from fundsim.charts.source import Basis, Source
from fundsim.charts.words import Facts, Words, words
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def _years(source: Source, measure: str, fund: str, basis: Basis) -> Table:
    """Take the rows of one measure; they are few, and kept."""
    found = source.table("years").where(measure=measure, fund=fund, basis=basis)
    rows = list(found.rows())
    return Table(found.name, found.columns, lambda: rows)


def _how_to_read(facts: Facts, fan: Fan) -> str:
    if fan.certain:
        return f"It is the same in {'the one' if facts.paths == 1 else 'every'} simulated future"
    return (
        f"Of {facts.futures} half lie in the dark band and nine in ten inside the light one; "
        "the line is the middle one"
    )


def _spread(fan: Fan, said: Callable[[float], str], of: str) -> list[str]:
    """Say where the futures end."""
    low, middle, high = (float(fan.levels[level, -1]) for level in (0, 2, 4))
    if fan.certain:
        return [f"{of} {said(middle)} in {fan.words[-1]}"]
    return [
        f"{of} {said(middle)} in {fan.words[-1]} in the middle future",
        f"nine futures in ten lie between {said(low)} and {said(high)}",
    ]


def _ratio(value: float) -> str:
    return f"{max(value, 0.0):.2f}"


def _of_capital(table: Table, facts: Facts) -> Words:
    fan = Fan.of(table, facts.start)
    return words(
        facts,
        title="How much of the money put in is kept, after inflation",
        about=[
            (
                f"{facts.fund_title}: what the fund holds at the end of each year for every £1 "
                f"ever put in, both {facts.prices}"
            ),
            _how_to_read(facts, fan),
        ],
        reading=[
            facts.fund_title,
            *_spread(fan, _ratio, "for every 1 put in, after inflation, the fund still holds"),
        ],
    )


def _draw_capital(table: Table, words: Words) -> Figure:
    fan = Fan.of(table, words.facts.start)
    return draw_fan(fan, words, Scale(_ratio, significant, mark=(1.0, "1 = kept whole")))


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
    real = facts.basis == "real"
    return words(
        facts,
        title=f"What is spent each year, {'after inflation' if real else 'in money of the day'}",
        about=[
            (
                f"{facts.fund_title}: what leaves the fund for distribution in each year"
                f"{f', {facts.prices}' if real else ''}"
            ),
            _how_to_read(facts, fan),
            *_when(table, fan, facts),
        ],
        reading=[facts.fund_title, *_spread(fan, money, "the fund spends")],
    )


def _when(table: Table, fan: Fan, facts: Facts) -> Sequence[str]:
    """Say it where the first or the last years see no spending."""
    labels = [int(label) for label in table.column("year")]
    said = []
    if fan.years[0] > labels[0]:
        said.append(f"nothing is spent before {year_of(fan.years[0], facts.start)}")
    if fan.years[-1] < labels[-1]:
        after = counted(labels[-1] - fan.years[-1], "year")
        said.append(f"nothing is spent in the last {after}, to {year_of(labels[-1], facts.start)}")
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
