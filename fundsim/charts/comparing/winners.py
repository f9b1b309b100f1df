"""The chart of who gains and who loses: all areas ranked by the difference a head, rule by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.chart import NotShown
from fundsim.charts.comparing.chart import Asked, comparison_chart, not_alone
from fundsim.charts.comparing.facts import ComparisonFacts, captioned
from fundsim.charts.comparing.naming import named_in
from fundsim.charts.comparing.reading import against, by_rule, of_rows
from fundsim.charts.comparing.winners_drawing import MOST, Ranks, draw_ranks
from fundsim.charts.figures import percent, whole
from fundsim.charts.language import counted, phrase, say
from fundsim.charts.ranking import DRAWN
from fundsim.charts.words import Words
from fundsim.comparison.compared import Comparison
from fundsim.results import Table
from fundsim.results.table import Row, plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = (
    *("letter", "rule", "held_against", "rank", "area", "name", "nation", "foundation"),
    *("population", "difference", "low", "high"),
    *("difference_per_head", "low_per_head", "high_per_head"),
)


GAINS = phrase("{name} gains most ({difference} a head)")
LOSES = phrase("{name} loses most ({difference} a head)")


def _say(table: Table, facts: ComparisonFacts) -> Words:
    ranks = Ranks.all_of(table)
    certain = all(each.certain for each in ranks)
    areas = len(ranks[0].names)
    return captioned(
        facts,
        [facts.base, *named_in(table)],
        title=say("Who gains and who loses, rule by rule"),
        about=[
            facts.money,
            say(
                "areas side by side, each as wide as its people, from the largest gain a head to "
                "the largest loss: pounds a head more or less than under {letter}, {rule}",
                letter=facts.base.letter,
                rule=facts.base.short,
            ),
            ""
            if certain
            else say(
                "dark band and ±: {share} interval of the mean difference", share=percent(0.95)
            ),
            say("{some} of {areas} are drawn", some=whole(DRAWN), areas=counted(areas, "area"))
            if areas > DRAWN
            else "",
            *facts.undrawn(named_in(table), MOST),
        ],
        reading=[_read(each) for each in ranks],
    )


def _read(ranks: Ranks) -> str:
    """Say who gains and who loses under a rule, and the areas that do most."""
    ends = [
        say(sentence, name=ranks.names[row], difference=ranks.said(row))
        for sentence, row, there in ((GAINS, 0, ranks.gaining), (LOSES, -1, ranks.losing))
        if there
    ]
    return f"{ranks.named.letter}, {ranks.named.short}: {'; '.join([ranks.told, *ends])}"


def _draw(table: Table, words: Words) -> Figure:
    return draw_ranks(Ranks.all_of(table), words)


@comparison_chart(_say, _draw)
def winners_losers(found: Comparison, _: Asked) -> Table:
    """Who gains and who loses: all areas ranked by pounds a head more or less, rule by rule.

    One row a rule and area, the largest gain a head first: mean difference from the first rule in
    pounds, the ends of its 95% interval, and the three over people. Where every area has the same
    under every rule, or only one was compared, it is a NotShown.
    """
    not_alone("winners_losers", found)
    split = by_rule(found, found.table("areas"))
    rows = [row for rule in found.rules[1:] for row in _ranked(against(found, rule), split[rule])]
    table = of_rows("winners_losers", COLUMNS, rows)
    if not table.numbers("difference").any():
        message = (
            "winners_losers has nothing to show: every area has the same under each rule as under "
            f"{found.base}"
        )
        raise NotShown(message)
    return table


def _ranked(rule: tuple[str, str, str], areas: Table) -> list[Row]:
    people = areas.numbers("population")
    figures = [areas.numbers(column) for column in ("difference", "low", "high")]
    heads = [figure / people for figure in figures]
    order = np.argsort(-heads[0], kind="stable")
    who = [areas.column(name) for name in ("area", "name", "nation", "foundation", "population")]
    return [
        (
            *(*rule, str(rank), *(column[row] for column in who)),
            *(plain(figure[row], 4) for figure in figures),
            *(plain(head[row]) for head in heads),
        )
        for rank, row in enumerate(order, start=1)
    ]
