"""The map of who gains and who loses: foundations as squares, one small map for each rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundsim.charts.chart import NotShown
from fundsim.charts.comparing.chart import Asked, comparison_chart, not_alone
from fundsim.charts.comparing.facts import ComparisonFacts, captioned
from fundsim.charts.comparing.map_drawing import MOST, Differences, draw_maps
from fundsim.charts.comparing.naming import named_in
from fundsim.charts.comparing.reading import against, by_rule, of_rows
from fundsim.charts.comparing.winners import GAINS, LOSES
from fundsim.charts.figures import percent
from fundsim.charts.language import counted, say
from fundsim.charts.tile_map import refuse_strangers
from fundsim.charts.words import Words
from fundsim.comparison.compared import Comparison
from fundsim.places import member_foundations, tiles
from fundsim.results import Table
from fundsim.results.table import Row

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = (
    *("letter", "rule", "held_against", "foundation", "name", "label", "column", "row"),
    *("population", "difference", "low", "high"),
    *("difference_per_head", "low_per_head", "high_per_head"),
)
FIGURES = ("difference", "low", "high")


def _say(table: Table, facts: ComparisonFacts) -> Words:
    maps = Differences.all_of(table)
    gaps = sum(tile.mean is None for tile in maps[0].tiles)
    opened = any(tile.opened for each in maps for tile in each.tiles)
    return captioned(
        facts,
        [facts.base, *named_in(table)],
        title=say("Where people gain and where they lose, rule by rule"),
        about=[
            facts.money,
            say(
                "pounds a head more (+) or less (−) than under {letter}, {rule}; each square is a "
                "foundation, near its place on the map",
                letter=facts.base.letter,
                rule=facts.base.short,
            ),
            say("?: the {share} interval of the mean difference spans zero", share=percent(0.95))
            if opened
            else "",
            say("{squares}: no part of this scenario", squares=counted(gaps, "empty square"))
            if gaps
            else "",
            *facts.undrawn(named_in(table), MOST),
        ],
        reading=[_read(each) for each in maps],
    )


def _read(one: Differences) -> str:
    gaining, losing = one.gaining, one.losing
    ends = [
        say(sentence, name=each[0].name, difference=one.said(each[0]))
        for sentence, each in ((GAINS, gaining), (LOSES, losing))
        if each
    ]
    told = say(
        "{foundations} gain and {number} lose",
        foundations=counted(len(gaining), "foundation"),
        number=len(losing),
    )
    return f"{one.named.letter}, {one.named.short}: {'; '.join([told, *ends])}"


def _draw(table: Table, words: Words) -> Figure:
    return draw_maps(Differences.all_of(table), words)


@comparison_chart(_say, _draw)
def winners_losers_map(found: Comparison, _: Asked) -> Table:
    """Where people gain and lose: the map of foundations, pounds a head more or less by rule.

    One row a rule and member of the UK network: mean difference from the first rule in pounds, the
    ends of its 95% interval, and the three over people; empty for a foundation that the scenario
    leaves out. Areas with a foundation that has no place on the map, only one rule, or no
    difference anywhere, is a NotShown.
    """
    not_alone("winners_losers_map", found)
    split = by_rule(found, found.table("groups").where(level="foundation"))
    served = split[found.base].column("group")
    refuse_strangers("winners_losers_map", served, instead="winners_losers")
    rows = [row for rule in found.rules[1:] for row in _placed(against(found, rule), split[rule])]
    table = of_rows("winners_losers_map", COLUMNS, rows)
    if not any(float(cell) for cell in table.column("difference") if cell):
        message = (
            "winners_losers_map has nothing to show: every foundation's people have the same under "
            f"each rule as under {found.base}"
        )
        raise NotShown(message)
    return table


def _placed(rule: tuple[str, str, str], groups: Table) -> list[Row]:
    cells = [groups.column(name) for name in ("group", "population", *FIGURES)]
    there = {group: row for group, *row in zip(*cells, strict=True)}
    members = member_foundations()
    return [
        (
            *(*rule, name, members[name].name, tile.label, str(tile.column), str(tile.row)),
            *(_figures(*there[name]) if name in there else [""] * 7),
        )
        for name, tile in tiles().items()
    ]


def _figures(population: str, *pounds: str) -> tuple[str, ...]:
    per_head = (each and f"{float(each) / int(population):.6f}" for each in pounds)
    return (population, *pounds, *per_head)
