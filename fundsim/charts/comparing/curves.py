"""The charts of shares of money over shares of people: by pounds a head, and by need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.comparing.chart import Asked, comparison_chart
from fundsim.charts.comparing.curves_drawing import Curve, Frame, draw_curves
from fundsim.charts.comparing.facts import NOT_SHARED, ComparisonFacts, captioned
from fundsim.charts.comparing.naming import MOST, named_in
from fundsim.charts.comparing.reading import (
    by_rule,
    each_rule,
    head,
    of_rows,
    refuse_no_money,
    tenths,
)
from fundsim.charts.figures import decimals, percent
from fundsim.charts.language import phrase, say
from fundsim.charts.words import Words
from fundsim.comparison.compared import Comparison
from fundsim.metrics.inequality import gini_per_head
from fundsim.results import Table
from fundsim.results.table import Row

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LORENZ = (
    *("letter", "rule", "rank", "area", "name", "population", "pounds", "per_head"),
    *("people_share", "money_share", "gini", "mean_gini"),
)
CONCENTRATION = ("letter", "rule", "tenth", "per_head", "people_share", "money_share")
FIFTH = 2  # tenths of people that are a fifth
BY_HEAD = Frame(phrase("Share of people, those whose areas have least a head first"))
BY_NEED = Frame(phrase("Share of people, the most deprived first"))


def _say_lorenz(table: Table, facts: ComparisonFacts) -> Words:
    curves = _lorenz_curves(table)
    return captioned(
        facts,
        named_in(table),
        title=say("How evenly each rule spreads the money over people"),
        about=[
            facts.money,
            say(
                "a line tells which share of the money goes to the people whose areas have least a "
                "head; the further it sags below the dashed diagonal, where everybody has the "
                "same, the more uneven (Lorenz)"
            ),
            say("Gini: twice the area between; 0 for the same a head, near 1 for all to a few")
            if facts.exact
            else say(
                "Gini: twice the area between, mean over the futures; 0 for the same a head, near "
                "1 for all to a few"
            ),
            *facts.left_out(named_in(table), NOT_SHARED),
            *facts.undrawn(named_in(table), MOST),
        ],
        reading=[f"{each.named.letter}, {each.named.short}: {each.said}" for each in curves],
    )


def _lorenz_curves(table: Table) -> list[Curve]:
    return [
        Curve.of(named, rows, f"Gini {decimals(float(rows.column('mean_gini')[0]), 3)}")
        for named, rows in zip(named_in(table), each_rule(table), strict=True)
    ]


def _draw_lorenz(table: Table, words: Words) -> Figure:
    return draw_curves(_lorenz_curves(table), BY_HEAD, words)


@comparison_chart(_say_lorenz, _draw_lorenz)
def lorenz(found: Comparison, _: Asked) -> Table:
    """How evenly each rule spreads money over people: Lorenz curves, all rules in one picture.

    One row a rule and area, least pounds a head first: the running shares of people and of the mean
    money, the Gini coefficient of this curve, and the mean of those of all futures where it was
    taken, else the same. A rule that shares nothing out has no rows; where none shares anything it
    is a NotShown.
    """
    taken = by_rule(found, found.table("measures").where(measure="gini_per_head"))
    rows = [
        row
        for rule, areas in by_rule(found, found.table("areas")).items()
        for row in _lorenz(head(found, rule), areas, "".join(taken[rule].column("mean")))
    ]
    refuse_no_money("lorenz", found)
    return of_rows("lorenz", LORENZ, rows)


def _lorenz(rule: tuple[str, str], areas: Table, mean_gini: str) -> list[Row]:
    pounds, people = areas.numbers("pounds"), areas.numbers("population")
    if not pounds.any():
        return []
    per_head = pounds / people
    order = np.argsort(per_head, kind="stable")
    pence = np.rint(pounds * 100).astype(np.int64)[:, np.newaxis]
    gini = f"{gini_per_head(pence, people)[0]:.6f}"
    of_people = people[order].cumsum() / people.sum()
    of_money = pounds[order].cumsum() / pounds.sum()
    codes, names = areas.column("area"), areas.column("name")
    return [
        (
            *(*rule, str(rank), codes[row], names[row], f"{people[row]:.0f}"),
            *(f"{pounds[row]:.4f}", f"{per_head[row]:.6f}"),
            *(f"{of_people[rank - 1]:.6f}", f"{of_money[rank - 1]:.6f}"),
            *(gini, mean_gini or gini),
        )
        for rank, row in enumerate(order, start=1)
    ]


def _concentration_curves(table: Table) -> list[Curve]:
    return [
        Curve.of(named, rows, percent(float(rows.numbers("money_share")[FIFTH - 1])))
        for named, rows in zip(named_in(table), each_rule(table), strict=True)
    ]


def _say_concentration(table: Table, facts: ComparisonFacts) -> Words:
    curves = _concentration_curves(table)
    return captioned(
        facts,
        named_in(table),
        title=say("How far each rule leans to people in need"),
        about=[
            facts.money,
            say(
                "a line tells which share of the money goes to the most deprived tenths of people; "
                "the further it bulges above the dashed diagonal, where everybody has the same a "
                "head, the more money leans to them"
            ),
            say("at the right: the share that goes to the most deprived fifth of people"),
            *facts.left_out(named_in(table), NOT_SHARED),
            *facts.undrawn(named_in(table), MOST),
        ],
        reading=[
            say(
                "{letter}, {rule}: {share} of the money goes to the most deprived fifth of people",
                letter=each.named.letter,
                rule=each.named.short,
                share=percent(float(each.money[FIFTH])),
            )
            for each in curves
        ],
    )


def _draw_concentration(table: Table, words: Words) -> Figure:
    return draw_curves(_concentration_curves(table), BY_NEED, words)


@comparison_chart(_say_concentration, _draw_concentration)
def concentration(found: Comparison, _: Asked) -> Table:
    """How far each rule leans to people in need: shares of money from the most deprived on.

    One row a rule and tenth of people, the most deprived first: the running shares of people and of
    the mean money. Areas that two tenths share are split, so that the figures at the tenths are
    exact; between them the line is straight. Where need ranks nobody, or nothing is shared out, it
    is a NotShown with the reason.
    """
    rows = [
        row
        for rule, own in tenths(found, "concentration").items()
        for row in _concentration(head(found, rule), own)
    ]
    refuse_no_money("concentration", found)
    return of_rows("concentration", CONCENTRATION, rows)


def _concentration(rule: tuple[str, str], own: Table) -> list[Row]:
    per_head = own.numbers("per_head")
    if not per_head.any():
        return []
    people = np.arange(1, len(per_head) + 1) / len(per_head)
    money = per_head.cumsum() / per_head.sum()
    figures = zip(own.column("tenth"), own.column("per_head"), people, money, strict=True)
    return [(*rule, tenth, each, f"{p:.6f}", f"{m:.6f}") for tenth, each, p, m in figures]
