"""The chart of all funds on one axis of time: what each spends, and what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundsim.charts.chart import NotShown, chart
from fundsim.charts.figures import money, year_of
from fundsim.charts.language import aloud, phrase, say
from fundsim.charts.page import Page
from fundsim.charts.panels import Grid, Panel, draw_grid, kept
from fundsim.charts.source import ALL, Basis, Source
from fundsim.charts.words import Facts, Words, words
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MEASURES = ("spending", "closing_capital")
MOST = 6  # funds drawn; of more, those that spend most
NOTHING = {
    "spending": phrase("nothing is spent"),
    "closing_capital": phrase("nothing is held"),
}


SPENDS = (
    phrase("the fund spends nothing in any year"),
    phrase("the fund spends {figure} in {year} in the middle future"),
)
HOLDS = (
    phrase("the fund holds nothing in any year"),
    phrase("the fund holds {figure} in {year} in the middle future"),
)
ALL_SPEND = (
    phrase("all funds together spends nothing in any year"),
    phrase("all funds together spends {figure} in {year} in the middle future"),
)
ALL_HOLD = (
    phrase("all funds together holds nothing in any year"),
    phrase("all funds together holds {figure} in {year} in the middle future"),
)


def _names(table: Table) -> list[str]:
    """List the funds that are drawn, in their order, all together last."""
    names = list(dict.fromkeys(table.column("fund")))
    single = [name for name in names if name != ALL]
    spent = {
        name: float(table.where(fund=name, measure="spending").numbers("mean").sum())
        for name in single
    }
    most = sorted(single, key=lambda name: -spent[name])[:MOST]
    return [name for name in names if name in most or name == ALL]


def _panels(table: Table, measure: str) -> list[Panel]:
    panels, flow = [], measure == "spending"
    heading = say("Spent in each year") if flow else say("Held at each year’s end")
    for name in _names(table):
        one = kept(table.where(fund=name, measure=measure))
        panels.append(Panel.of(one, heading, flow=flow, nothing=NOTHING[measure]))
    return panels


def _say(table: Table, facts: Facts) -> Words:
    names, funds = _names(table), len(set(table.column("fund")) - {ALL})
    shown = len([name for name in names if name != ALL])
    spends, holds = (_panels(table, measure)[-1] for measure in MEASURES)
    certain = all(panel.certain for m in MEASURES for panel in _panels(table, m))
    return words(
        facts,
        title=say("What each fund spends and what it holds")
        if funds > 1
        else say("What the fund spends and what it holds"),
        about=[
            say("What leaves for distribution and what is held, {prices}", prices=facts.prices),
            how_to_read(facts, certain=certain),
            say("each picture has its own scale") if len(names) > 1 else "",
            say(
                "the {shown} funds that spend most are drawn; all {funds} are in the CSV",
                shown=shown,
                funds=funds,
            )
            if shown < funds
            else "",
        ],
        reading=[
            _ends(SPENDS if len(names) == 1 else ALL_SPEND, spends, facts),
            _ends(HOLDS if len(names) == 1 else ALL_HOLD, holds, facts),
        ],
    )


def how_to_read(facts: Facts, *, certain: bool) -> str:
    """Say what line and band are."""
    if certain:
        one = facts.paths == 1
        return (
            say("This is the one simulated future")
            if one
            else say("It is the same in every future")
        )
    return say(
        "line: the middle one of {futures}; band: nine in ten of them", futures=facts.futures
    )


def _ends(sentences: tuple[str, str], panel: Panel, facts: Facts) -> str:
    """Say where a line and its band end; the first sentence is for where there is nothing."""
    nothing, does = sentences
    if panel.last is None:
        return say(nothing)
    year = year_of(facts.start.year + panel.last, facts.start)
    said = say(does, figure=money(float(panel.line[panel.last])), year=year)
    if len(panel.ends) == 1:
        return said
    return say(
        "{said}, between {low} and {high} in nine futures in ten",
        said=said,
        low=money(panel.ends[0]),
        high=money(panel.ends[-1]),
    )


def _draw(table: Table, words: Words) -> Figure:
    labels = list(dict.fromkeys(int(label) for label in table.column("year")))
    years = [year_of(label, words.facts.start) for label in labels]
    titles = [aloud(table.where(fund=name).column("title")[0]) for name in _names(table)]
    grid = Grid(labels[0], years, [_panels(table, measure) for measure in MEASURES], titles)
    page = Page(words, grid.high, titles)
    draw_grid(page, grid, page.top)
    return page.figure


@chart(_say, _draw)
def funds(source: Source, fund: str, basis: Basis) -> Table:
    """What every fund spends and holds, year by year, all on one axis of time.

    The rows of `years` for spending and closing capital, of each fund and of all together, with the
    fund's title. Where nothing is ever spent or held it is a NotShown.
    """
    pots = source.scenario.funds
    titles = {name: pot.title for name, pot in pots.items()} | {ALL: say("All funds together")}
    wanted = [*pots, ALL] if fund == ALL else [fund]
    years = source.table("years")
    name, measure, of = (years.columns.index(each) for each in ("fund", "measure", "basis"))
    found = [
        row
        for row in years.rows()
        if row[of] == basis and row[measure] in MEASURES and row[name] in wanted
    ]
    rows = [
        (row[name], titles[row[name]], *(cell for at, cell in enumerate(row) if at != name))
        for row in sorted(found, key=lambda row: wanted.index(row[name]))
    ]
    columns = ("fund", "title", *(each for each in years.columns if each != "fund"))
    table = Table("funds", columns, lambda: rows)
    if not table.numbers("mean").any():
        message = f"funds has nothing to show for {fund}: nothing is ever spent or held"
        raise NotShown(message)
    return table
