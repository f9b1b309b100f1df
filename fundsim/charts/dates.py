"""The chart of a scenario's dates: tranches, first spending, payments, closings and shocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fundsim.charts.chart import NotShown, chart
from fundsim.charts.events import Event, events
from fundsim.charts.figures import day, money
from fundsim.charts.language import counted, phrase, say
from fundsim.charts.schedule import RELEASES, SCHEME, Schedule
from fundsim.charts.schedule_drawing import draw_schedule
from fundsim.charts.source import Basis, Source
from fundsim.charts.words import Facts, Words, words
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = ("fund", "title", "event", "on", "until", "pounds", "to", "what")


def _say(table: Table, facts: Facts) -> Words:
    facts = replace(facts, basis="nominal")  # a scenario states money of the day
    schedule = Schedule.of(table, facts)
    arriving = [e for e in schedule.events if e.kind in ("opening", "arrives")]
    released = [e for e in schedule.events if e.kind in RELEASES]
    drawn = any(event.kind in SCHEME for event in schedule.events)
    shocks = [event for event in schedule.events if event.kind == "shock"]
    first = min((e.on for e in schedule.events if e.kind == "spends"), default=None)
    cut = schedule.end < schedule.horizon
    return words(
        facts,
        title=say("What happens when: money, spending and shocks"),
        about=[
            say(
                "{fund}: the dates that the scenario states, amounts {prices}",
                fund=facts.fund_title,
                prices=facts.prices,
            ),
            _worked_out(released),
            say("nothing more is dated up to the last day, {day}", day=day(schedule.horizon))
            if cut
            else "",
        ],
        reading=[
            facts.fund_title,
            _sum(phrase("{pounds} arrives on {days}"), arriving)
            if arriving or not released
            else "",
            _sum(phrase("{pounds} is released on {days}"), released) if released else "",
            _worked_out(released),
            say("spending begins on {day}", day=day(first)) if first else say("nothing is spent"),
            say("there is {shocks}", shocks=counted(1, "shock"))
            if len(shocks) == 1
            else say("there are {shocks}", shocks=counted(len(shocks), "shock")),
        ],
        sections=("funds", *(["dormant_assets"] if drawn else []), "shocks"),
    )


def _worked_out(released: Sequence[Event]) -> str:
    """Say what amounts of releases are, since no scenario states them."""
    if any(event.kind == "modelled" for event in released):
        return say(
            "what is released differs from future to future: it is shown with chance left out"
        )
    if not released:
        return ""
    return say("what is released is worked out from the scenario's dormant assets")


def _sum(sentence: str, found: Sequence[Event]) -> str:
    pounds = money(sum(event.pence or 0 for event in found) / 100)
    return say(sentence, pounds=pounds, days=counted(len({event.on for event in found}), "day"))


def _draw(table: Table, words: Words) -> Figure:
    return draw_schedule(Schedule.of(table, words.facts), words)


@chart(_say, _draw)
def timeline(source: Source, fund: str, _: Basis) -> Table:
    """When money arrives, is first spent, passes between funds and shocks strike, on one axis.

    One row an event: the fund, from which day on and until which (the first day after), pounds
    where they are stated, whom they go to, and what happens in words. Of dormant assets: when
    classes come in, which nation has its part later, and each release, `released` where it is the
    same in every future, `modelled` where it is not; its pounds are then those of the scheme with
    chance left out. It is made of the scenario alone, and the same in both kinds of prices.
    """
    scenario = source.scenario
    found = events(scenario, fund)
    if not found:
        message = f"timeline has nothing to show for {fund}: nothing is dated within the run"
        raise NotShown(message)
    titles = {name: pot.title for name, pot in scenario.funds.items()}
    rows = [_row(event, titles.get(event.fund, "")) for event in found]
    return Table("timeline", COLUMNS, lambda: rows)


def _row(event: Event, title: str) -> tuple[str, ...]:
    pounds = "" if event.pence is None else f"{event.pence / 100:.2f}"
    until = event.until.isoformat() if event.until else ""
    head = event.fund, title, event.kind, event.on.isoformat(), until
    return *head, pounds, event.to, event.what
