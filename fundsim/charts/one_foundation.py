"""The chart of one foundation: what it receives, awards, pays, holds and earns, year by year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.chart import NotShown, chart_of_one_foundation
from fundsim.charts.figures import money, year_of
from fundsim.charts.language import phrase, say
from fundsim.charts.page import Page
from fundsim.charts.panels import Grid, Panel, draw_grid, kept
from fundsim.charts.side_by_side import how_to_read
from fundsim.charts.source import Basis, Source
from fundsim.charts.words import Facts, Words, words
from fundsim.results import Table
from fundsim.results.table import Row
from fundsim.scenario.delivery import no_foundation

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FLOWS = {
    "received": phrase("Receives in each year"),
    "awarded": phrase("Awards in each year"),
    "paid": phrase("Pays to grantees in each year"),
}
OTHERS = {
    "waiting": phrase("Waiting at each year’s end"),
    "promised": phrase("Promised at each year’s end"),
    "foundation_fees": phrase("Earns in fees in each year"),
}
HEADINGS = FLOWS | OTHERS
HOLDINGS = ("waiting", "promised")
NAMED = 8  # foundations named in a message


def _panels(table: Table, headings: dict[str, str]) -> list[Panel]:
    panels = []
    for measure, heading in headings.items():
        one = kept(table.where(measure=measure))
        scale = "a year" if measure in FLOWS else "held" if measure in HOLDINGS else ""
        panels.append(Panel.of(one, say(heading), flow=measure not in HOLDINGS, scale=scale))
    return panels


def _say(table: Table, facts: Facts) -> Words:
    name = table.column("name")[0]
    panels = dict(zip(HEADINGS, _panels(table, HEADINGS), strict=True))
    certain = all(panel.certain for panel in panels.values()) and not any(
        panel.dashed and np.nan_to_num(table.where(measure=m).numbers("se")).any()
        for m, panel in panels.items()
    )
    dashed = [m for m, panel in panels.items() if panel.dashed and panel.last is not None]
    return words(
        facts,
        title=say("What passes through {name}", name=name),
        about=[
            say("{what}, {prices}", what=facts.fund_title, prices=facts.prices),
            how_to_read(facts, certain=certain),
            say("dashes: the mean, where single futures are not kept")
            if dashed and not certain
            else "",
        ],
        reading=[facts.fund_title, *_reading(table, facts)],
        by_area=True,
        sections=("foundations", "funds", "geography", "markets"),
    )


def _reading(table: Table, facts: Facts) -> Iterator[str]:
    """Say the means of the last year."""
    end = year_of(facts.start.year + facts.years - 1, facts.start)
    last = {m: float(table.where(measure=m).numbers("mean")[-1]) for m in HEADINGS}
    yield say(
        "in {year}, on average, it receives {received}, awards {awarded} and earns {fees} in fees",
        year=end,
        received=money(last["received"]),
        awarded=money(last["awarded"]),
        fees=money(last["foundation_fees"]),
    )
    yield say(
        "{waiting} wait then and {promised} are promised",
        waiting=money(last["waiting"]),
        promised=money(last["promised"]),
    )


def _draw(table: Table, words: Words) -> Figure:
    labels = list(dict.fromkeys(int(label) for label in table.column("year")))
    years = [year_of(label, words.facts.start) for label in labels]
    grid = Grid(labels[0], years, [_panels(table, FLOWS), _panels(table, OTHERS)])
    page = Page(words, grid.high)
    draw_grid(page, grid, page.top)
    return page.figure


@chart_of_one_foundation(_say, _draw)
def foundation(source: Source, fund: str, basis: Basis, foundation: str | None) -> Table:
    """What one foundation receives, awards, pays, holds and earns in fees, year by year.

    The rows of `foundations` for these measures. Where no foundation is named, or none has that id,
    it is a NotShown that names the nearest.
    """
    _refuse_unknown(source, foundation)
    found = source.table("foundations")
    places = {
        name: found.columns.index(name) for name in ("foundation", "fund", "basis", "measure")
    }
    wanted = {"foundation": foundation, "fund": fund, "basis": basis}
    rows: list[Row] = [
        row
        for row in found.rows()
        if row[places["measure"]] in HEADINGS
        and all(row[places[name]] == value for name, value in wanted.items())
    ]
    return Table("foundation", found.columns, lambda: rows)


def _refuse_unknown(source: Source, foundation: str | None) -> None:
    places = source.scenario.geography_table
    if foundation is None:
        known = [each.id for each in places.foundations]
        more = f" and {len(known) - NAMED} more" if len(known) > NAMED else ""
        message = (
            "foundation shows one foundation; say which with --foundation: there are "
            f"{', '.join(known[:NAMED])}{more}"
        )
        raise NotShown(message)
    fault = no_foundation(foundation, places)
    if fault:
        raise NotShown(fault)
