"""The chart of all that flows: from dormant assets to areas in one picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from fundsim.charts.chart import NotShown, chart
from fundsim.charts.figures import money, whole_percent
from fundsim.charts.flows import COSTS, DORMANT, FEES, FIFTHS, PAID, Flow, How, Kind, Stop, flows
from fundsim.charts.language import counted, phrase, say
from fundsim.charts.sankey import draw_sankey, funds_of, grouped
from fundsim.charts.source import Basis, Source
from fundsim.charts.words import Facts, Words, words
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = ("source", "target", "pounds", "source_kind", "target_kind", "how", "fund", "basis")
SHARED_OUT = phrase(
    "what a fund passes to several others in a year is shared out by what these received in all"
)
AS_ONE = phrase("funds that pay one another to and fro are drawn as one, all are in the CSV")
TOO_MANY = phrase("the funds are drawn as one, all are in the CSV")


def _read(table: Table) -> list[Flow]:
    """Read flows off their table."""
    places = [table.columns.index(name) for name in COLUMNS[:6]]
    found = []
    for row in table.rows():
        source, target, pounds, source_kind, target_kind, how = (row[place] for place in places)
        begin = Stop(cast("Kind", source_kind), source)
        end = Stop(cast("Kind", target_kind), target)
        found.append(Flow(begin, end, round(float(pounds) * 100), cast("How", how)))
    return found


def _say(table: Table, facts: Facts) -> Words:
    found = _read(table)
    fifth = any(flow.target.name in FIFTHS for flow in found)
    return words(
        facts,
        title=say("Where the money comes from, and where it goes"),
        about=[
            say(
                "{fund}: all that passes in {years}, {mean}, {prices}",
                fund=facts.fund_title,
                years=counted(facts.years, "year"),
                mean=_mean(facts),
                prices=facts.prices,
            ),
            say("Each band is as wide as its money; grey ones reach no people, or not yet"),
            say("areas stand by need, in fifths of all people") if fifth else "",
            *_of_inflation(facts),
            *_losses(found),
            *_groups(found),
            say(SHARED_OUT) if any(flow.how == "shared out" for flow in found) else "",
        ],
        reading=[facts.fund_title, *_reading(found)],
        by_area=True,
    )


def _mean(facts: Facts) -> str:
    if facts.paths == 1:
        return say("in the one simulated future")
    return say("mean of {futures}", futures=facts.futures)


def _of_inflation(facts: Facts) -> Sequence[str]:
    if facts.basis == "nominal":
        return []
    return [say("What markets add is counted after inflation")]


def _groups(found: Sequence[Flow]) -> list[str]:
    """Say where several funds are drawn as one."""
    drawn, funds = len(funds_of(grouped(found))), len(funds_of(found))
    if drawn == funds:
        return []
    return [say(TOO_MANY) if drawn == 1 else say(AS_ONE)]


def _losses(found: Sequence[Flow]) -> list[str]:
    """Say of which funds markets take more than they give."""
    return [
        say("what {fund} loses on markets stands at the other end", fund=flow.source.name)
        for flow in found
        if flow.target.kind == "end" and flow.target.name.startswith("Lost on markets")
    ]


def _reading(found: Sequence[Flow]) -> list[str]:
    """Say the main sums, and what the most deprived get of what is paid."""
    out = {
        FEES: phrase("{pounds} goes to managers"),
        COSTS: phrase("{pounds} to foundations’ costs"),
        PAID: phrase("{pounds} is paid to grantees"),
    }
    arrived = money(_sum(found, DORMANT) / 100)
    left = [
        say(said, pounds=money(_sum(found, name) / 100))
        for name, said in out.items()
        if _sum(found, name)
    ]
    most = next((flow.pence for flow in found if flow.target.name == FIFTHS[0]), None)
    paid = _sum(found, PAID)
    part = (
        say(
            "{share} of what is paid reaches the most deprived fifth of people",
            share=whole_percent(most / paid),
        )
        if most is not None and paid
        else ""
    )
    return [say("{pounds} of dormant assets arrive", pounds=arrived), ", ".join(left), part]


def _sum(found: Sequence[Flow], name: str) -> int:
    """Add up what comes from a source, or reaches any other stop."""
    return sum(
        flow.pence
        for flow in found
        if flow.target.name == name or (flow.source.name == name and flow.source.kind == "source")
    )


def _draw(table: Table, words: Words) -> Figure:
    return draw_sankey(_read(table), words).figure


@chart(_say, _draw)
def money_flow(source: Source, fund: str, basis: Basis) -> Table:
    """How money flows from dormant assets to areas over the whole run, in one picture.

    One row a flow: from, to, and pounds, mean over paths, to the penny; at every stop between as
    much comes in as goes out. Where no money ever moves it is a NotShown.
    """
    found = flows(source, fund, basis)
    if not found:
        message = f"money_flow has nothing to show for {fund}: no money ever arrives"
        raise NotShown(message)
    rows = [
        (
            *(flow.source.name, flow.target.name, f"{flow.pence / 100:.2f}"),
            *(flow.source.kind, flow.target.kind, flow.how, fund, basis),
        )
        for flow in found
    ]
    return Table("money_flow", COLUMNS, lambda: rows)
