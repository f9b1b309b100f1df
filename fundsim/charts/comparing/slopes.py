"""The chart of places before and after: who moves when the rule changes, or the index of need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.comparing.chart import Asked, comparison_chart, not_alone
from fundsim.charts.comparing.facts import ComparisonFacts, captioned, optional
from fundsim.charts.comparing.naming import letters_of
from fundsim.charts.comparing.reading import by_rule, of_rows, refuse_no_money
from fundsim.charts.comparing.slopes_drawing import Slopes, draw_slopes
from fundsim.charts.figures import whole
from fundsim.charts.language import counted, phrase, say
from fundsim.charts.ranking import DRAWN
from fundsim.charts.words import Words
from fundsim.comparison.compared import Comparison
from fundsim.comparison.questions.ranks import places
from fundsim.errors import RunError
from fundsim.money import Real
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = (
    *("letter_before", "before", "letter_after", "after"),
    *("area", "name", "rank_before", "rank_after", "places_up"),
)
RANKS = "ranks"  # the table of another change than that of rules, where one is given
SHAPES = (  # columns of places before and after, and of what stands on either side
    ("rank_before", "rank_after", "before", "after"),
    ("place_before", "place", "before", "need"),  # areas under two indices of need
)


def _say(table: Table, facts: ComparisonFacts) -> Words:
    slopes = Slopes.of(table)
    count = len(slopes.names)
    return captioned(
        facts,
        slopes.rules,
        title=say("Which areas move up and down by pounds a head"),
        about=[
            facts.money if facts.pot else "",
            say(
                "places of {areas}, the most a head first and equal ones sharing a place; at the "
                "left {before}; at the right {after}",
                areas=counted(count, "area"),
                before=slopes.before.told,
                after=slopes.after.told,
            ),
            _named(slopes),
            say("{number} of the lines are drawn", number=whole(DRAWN)) if count > DRAWN else "",
        ],
        reading=_read(slopes),
    )


def _named(slopes: Slopes) -> str:
    if not slopes.moved.any():
        return say("no area changes its place")
    return say("named are those that move furthest, with both places")


def _read(slopes: Slopes) -> list[str]:
    """Say what stands on either side, and who moves furthest up and down."""
    ends = [
        say(sentence, name=slopes.names[rows[0]], places=slopes.said(rows[0]))
        for sentence, rows in (
            (phrase("{name} moves furthest up, {places}"), slopes.ups),
            (phrase("{name} moves furthest down, {places}"), slopes.downs),
        )
        if rows
    ]
    sides = say("{one}, against {other}", one=slopes.before.told, other=slopes.after.told)
    return [sides, *(ends or [say("no area changes its place")])]


def _draw(table: Table, words: Words) -> Figure:
    return draw_slopes(Slopes.of(table), words)


@comparison_chart(_say, _draw, of_one_rule=True)
def rank_slopes(found: Comparison, asked: Asked) -> Table:
    """Which areas move up and down by pounds a head: places under the first rule and another.

    One row an area, in the order of the table of areas: its place by mean pounds a head, 1 the
    most, equal ones sharing the first of their places, under the first rule and under the one asked
    for, and how many places it goes up. Where a table `ranks` is given, of another change than that
    of the rule, its places are shown: area, name, rank_before, rank_after, and before and after if
    it says what they are; or the areas of two indices of need. Where only one rule was compared, or
    nothing is shared out, it is a NotShown.
    """
    given = optional(found, RANKS)
    if given is not None:
        return _given(given)
    not_alone("rank_slopes", found)
    refuse_no_money("rank_slopes", found)
    rules = found.base, asked.rule_of(found)
    split = by_rule(found, found.table("areas"))
    heads = [split[rule].numbers("per_head") for rule in rules]
    letters = letters_of(found.rules)
    sides = [cell for rule in rules for cell in (letters[rule], rule)]
    areas = split[found.base]
    return _table(sides, areas, *(places(each).astype(np.float64) for each in heads))


def _given(ranks: Table) -> Table:
    """Take places from a table of another change; one of another shape is a RunError."""
    shape = next((s for s in SHAPES if {"area", "name", *s[:2]} <= set(ranks.columns)), None)
    if shape is None:
        there, expected = ", ".join(ranks.columns), "area, name, rank_before, rank_after"
        message = f"a table of ranks has the columns {expected}; found {there}"
        raise RunError(message)
    codes = ranks.column("area")
    if len(set(codes)) < len(codes):
        message = "a table of ranks has an area twice; keep to one rule and one change"
        raise RunError(message)
    before, after, *labels = shape
    sides = [
        cell
        for label, otherwise in zip(labels, (say("before"), say("after")), strict=True)
        for cell in ("", ranks.column(label)[0] if label in ranks.columns else otherwise)
    ]
    return _table(sides, ranks, ranks.numbers(before), ranks.numbers(after))


def _table(sides: list[str], areas: Table, before: Real, after: Real) -> Table:
    figures = zip(before.tolist(), after.tolist(), strict=True)
    who = zip(areas.column("area"), areas.column("name"), figures, strict=True)
    rows = [(*sides, code, name, f"{b:g}", f"{a:g}", f"{b - a:g}") for code, name, (b, a) in who]
    return of_rows("rank_slopes", COLUMNS, rows)
