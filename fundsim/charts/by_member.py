"""Charts of each nation and each foundation: the same small picture for each, on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.chart import NotShown, chart
from fundsim.charts.figures import per_head
from fundsim.charts.heat import WHOLE
from fundsim.charts.language import counted, say
from fundsim.charts.multiples import A_HEAD, MOST, Multiples, draw_multiples
from fundsim.charts.source import Basis, Source
from fundsim.charts.words import Facts, Words, words
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURES = ("mean", "se", "p05", "p50", "p95")
FOUNDATIONS = (
    *("foundation", "name", "fund", "measure", "basis", "year", "population"),
    *FIGURES,
    *(A_HEAD.format(figure) for figure in FIGURES),
)
NATIONS = (
    *("nation", "fund", "measure", "basis", "year", "population", "mean", "se"),
    *(A_HEAD.format(figure) for figure in FIGURES),
)


def _words(shown: Multiples, facts: Facts, members: str, title: str, what: str) -> Words:
    year, count = shown.years[-1], len(shown.pictures)

    how = (
        say("line: the middle one of {futures}; band: nine in ten of them", futures=facts.futures)
        if shown.banded
        else say("line: the mean of {futures}", futures=facts.futures)
    )
    return words(
        facts,
        title=title,
        about=[
            say(
                "{fund}: {what}, {prices}, all on one scale",
                fund=facts.fund_title,
                what=what,
                prices=facts.prices,
            ),
            how,
            say(
                "the figure beside a name is of {year}; most a head over all years first", year=year
            ),
            say("names are written without “{words}”", words=WHOLE) if shown.shortened else "",
            say(
                "the {most} with most a head are drawn; all {count} are in the CSV",
                most=MOST,
                count=count,
            )
            if count > MOST
            else "",
        ],
        reading=[facts.fund_title, *_ends(shown, facts, members)],
        by_area=True,
    )


def _ends(shown: Multiples, facts: Facts, members: str) -> list[str]:
    """Say who gets least and most a head, in the last year and over all of them."""
    ends = sorted((each.last, each.name) for each in shown.pictures)
    (least, last), (most, first) = ends[0], ends[-1]
    return [
        say(
            "in {year} {members} get from {least} ({last}) to {most} ({first}) a head, {prices}",
            year=shown.years[-1],
            members=members,
            least=per_head(least, largest=shown.top),
            last=last,
            most=per_head(most, largest=shown.top),
            first=first,
            prices=facts.prices,
        ),
        say(
            "over all years {most} gets most a head and {least} least",
            most=shown.pictures[0].name,
            least=shown.pictures[-1].name,
        ),
    ]


def _say_foundations(table: Table, facts: Facts) -> Words:
    shown = Multiples.of(table, "name", facts.start)
    what = (
        say("pounds paid in each year for each person whom the foundation serves")
        if facts.steady
        else say("pounds paid in each year for each person whom the foundation serves at the start")
    )
    members = counted(len(shown.pictures), "foundation")
    return _words(shown, facts, members, say("What each foundation pays, year by year"), what)


def _draw_foundations(table: Table, words: Words) -> Figure:
    return draw_multiples(Multiples.of(table, "name", words.facts.start), words)


def _say_nations(table: Table, facts: Facts) -> Words:
    shown = Multiples.of(table, "nation", facts.start)
    what = say("pounds spent in each year for each person who lives there")
    members = counted(len(shown.pictures), "nation")
    return _words(shown, facts, members, say("What is spent in each nation, year by year"), what)


def _draw_nations(table: Table, words: Words) -> Figure:
    return draw_multiples(Multiples.of(table, "nation", words.facts.start), words)


@chart(_say_nations, _draw_nations)
def spending_by_nation(source: Source, fund: str, basis: Basis) -> Table:
    """What is spent in each nation for each person, year by year, all on one scale.

    One row a nation and year: mean pounds allocated to its areas, which add up, their standard
    error (the sum of those of its areas, which is the most that it can be, and its own where they
    share in fixed parts), and both a head. Quantiles of sums are not kept, and their columns are
    empty. Where there is one nation only, or nothing is spent, it is a NotShown.
    """
    places = source.scenario.geography_table
    nations, member = places.members("nation")
    if len(nations) < 2:
        message = (
            "spending_by_nation has nothing to compare: all areas are of one nation, "
            f"{nations[0]}; take the chart spending"
        )
        raise NotShown(message)
    first, years = source.scenario.start.year, source.scenario.years
    sums = np.zeros((2, len(nations), years))
    nation = dict(zip(places.codes, member.tolist(), strict=True))
    table = source.table("areas_years").where(measure="allocated", fund=fund, basis=basis)
    area, year, mean, error = (table.columns.index(c) for c in ("area", "year", "mean", "se"))
    for row in table.rows():
        figures = float(row[mean] or 0), float(row[error] or 0)
        sums[:, nation[row[area]], int(row[year]) - first] += figures
    if not sums[0].any():
        raise _nothing("spending_by_nation", fund)
    people = np.bincount(member, weights=places.population).astype(np.int64).tolist()
    rows = [
        (
            *(name, fund, "allocated", basis, str(first + place), str(people[at])),
            *(f"{pounds:.4f}" for pounds in figures),
            *(f"{pounds / people[at]:.6f}" for pounds in figures),
            *[""] * 3,
        )
        for at, name in enumerate(nations)
        for place, figures in enumerate(sums[:, at].T.tolist())
    ]
    return Table("spending_by_nation", NATIONS, lambda: rows)


@chart(_say_foundations, _draw_foundations)
def paid_by_foundation(source: Source, fund: str, basis: Basis) -> Table:
    """What each foundation pays for each person it serves, year by year, all on one scale.

    The rows of `foundations` for what is paid, with the people of the start day and all figures a
    head. Where there is one foundation only, or nothing is paid, it is a NotShown.
    """
    people = {each.id: each.population for each in source.scenario.geography_table.foundations}
    if len(people) < 2:
        message = (
            "paid_by_foundation has nothing to compare: there is one foundation only; take the "
            "chart foundation with --foundation"
        )
        raise NotShown(message)
    table = source.table("foundations").where(measure="paid", fund=fund, basis=basis)
    order = [table.columns.index(name) for name in FOUNDATIONS[:6]]
    figures = [table.columns.index(name) for name in FIGURES]
    rows = [
        (
            *(row[at] for at in order),
            str(people[row[order[0]]]),
            *(row[at] for at in figures),
            *(_a_head(row[at], people[row[order[0]]]) for at in figures),
        )
        for row in table.rows()
    ]
    mean = FOUNDATIONS.index("mean")
    if not any(float(row[mean] or 0) for row in rows):
        raise _nothing("paid_by_foundation", fund)
    return Table("paid_by_foundation", FOUNDATIONS, lambda: rows)


def _a_head(pounds: str, people: int) -> str:
    return f"{float(pounds) / people:.6f}" if pounds else ""


def _nothing(chart: str, fund: str) -> NotShown:
    return NotShown(f"{chart} has nothing to show for {fund}: nothing is ever spent or paid")
