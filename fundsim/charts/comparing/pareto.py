"""The chart of rules by two measures at once: which no other rule beats, and which one does."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.chart import NotShown
from fundsim.charts.comparing.chart import Asked, comparison_chart
from fundsim.charts.comparing.facts import NO_FIGURE, ComparisonFacts, captioned
from fundsim.charts.comparing.naming import named_in
from fundsim.charts.comparing.pareto_drawing import Scatter, aim_cells, aim_columns, draw_scatter
from fundsim.charts.comparing.reading import by_rule, head, of_rows, refuse_no_money
from fundsim.charts.figures import percent
from fundsim.charts.language import say
from fundsim.charts.words import Words
from fundsim.comparison.choice import Aim, front
from fundsim.comparison.compared import SURE, Comparison
from fundsim.comparison.looking import BY_STATED_NEED
from fundsim.errors import RunError, nearest
from fundsim.metrics.places import SPREADS
from fundsim.results import Table
from fundsim.results.table import plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURES = ("mean", "se", "low", "high")
COLUMNS = (
    *("letter", "rule", *aim_columns("across"), *(f"across_{figure}" for figure in FIGURES)),
    *(*aim_columns("up"), *(f"up_{figure}" for figure in FIGURES), "unbeaten", "beaten_by"),
)


def _say(table: Table, facts: ComparisonFacts) -> Words:
    scatter = Scatter.of(table)
    chance = not all(point.certain for point in scatter.points)
    return captioned(
        facts,
        named_in(table),
        title=say("Which rules no other one beats in both measures"),
        about=[
            facts.money,
            say("across: {measure}", measure=_measured(scatter.aims[0])),
            say("upwards: {measure}", measure=_measured(scatter.aims[1])),
            _scales(scatter, facts),
            say(
                "filled: no other rule is as good in both and better in one, by the means; ring: "
                "one is; shaded: what is beaten"
            ),
            say("crosses: {share} intervals of the means", share=percent(0.95)) if chance else "",
            *facts.left_out(named_in(table), NO_FIGURE),
        ],
        reading=[
            _read(scatter),
            *(
                say("{letter} is {rule}", letter=point.named.letter, rule=point.named.short)
                for point in scatter.points
            ),
        ],
    )


def _measured(aim: Aim) -> str:
    """Say what a measure is, as the rest of a sentence."""
    title = say(aim.title)
    return f"{title[0].lower()}{title[1:].rstrip('.')}"


def _scales(scatter: Scatter, facts: ComparisonFacts) -> str:
    named = any(aim.name in BY_STATED_NEED for aim in scatter.aims)
    return say("need: each nation by its own scale") if named and facts.own_scales else ""


def _read(scatter: Scatter) -> str:
    unbeaten = [point.named.letter for point in scatter.points if point.unbeaten]
    beaten = [
        say("{letter} by {better}", letter=point.named.letter, better=point.beaten_by)
        for point in scatter.points
        if not point.unbeaten
    ]
    rules = ", ".join(unbeaten)
    told = (
        say("{rule} is not beaten", rule=rules)
        if len(unbeaten) == 1
        else say("{rules} are not beaten", rules=rules)
    )
    return say("{told}; beaten: {rules}", told=told, rules=", ".join(beaten)) if beaten else told


def _draw(table: Table, words: Words) -> Figure:
    return draw_scatter(Scatter.of(table), words)


@comparison_chart(_say, _draw, of_measures=True)
def pareto(found: Comparison, asked: Asked) -> Table:
    """Which rules no other one beats in two measures, and by which one the others are beaten.

    One row a rule that has both figures: their means, standard errors and 95% intervals, whether it
    is unbeaten, and the letter of a rule that beats it. One rule beats another that is at least as
    good in both means and better in one. A measure that does not exist, or that has no direction,
    is a RunError; one that was not taken, or that no rule has, is a NotShown.
    """
    measures = [_measure(found, name) for name in asked.measures]
    refuse_no_money("pareto", found)
    split = by_rule(found, found.table("measures"))
    cells = {
        rule: [_figures(table, measure.name) for measure in measures]
        for rule, table in split.items()
    }
    known = {rule: both for rule, both in cells.items() if all(both)}
    if not known:
        raise NotShown(f"pareto has nothing to show: {_why(found, asked)}")
    means = np.array([[float(figures[0]) for figures in both] for both in known.values()])
    best = front(means, [measure.direction for measure in measures])
    letters = [head(found, rule)[0] for rule in known]
    rows = [
        (
            *(*head(found, rule), *aim_cells(measures[0]), *both[0]),
            *(*aim_cells(measures[1]), *both[1]),
            *(("yes", "") if by < 0 else ("no", letters[by])),
        )
        for (rule, both), by in zip(known.items(), best.beaten_by.tolist(), strict=True)
    ]
    return of_rows("pareto", COLUMNS, rows)


def _measure(found: Comparison, name: str) -> Aim:
    """Read what is known of a measure off the table of measures, or the catalogue."""
    there = found.table("measures")
    rows = zip(*(there.column(each) for each in ("title", "unit", "direction")), strict=True)
    taken = dict(zip(there.column("measure"), rows, strict=True))
    if name not in SPREADS and name not in taken:
        known = [*dict.fromkeys([*taken, *SPREADS])]
        hint = nearest(name, known) or f"; there are {', '.join(known)}"
        raise RunError(f'there is no measure "{name}"{hint}')
    title, unit, direction = taken[name] if name in taken else ("", "", SPREADS[name].direction)
    if not int(direction):
        message = f"{name} is neither better nor worse when there is more of it; take another one"
        raise RunError(message)
    return Aim(name, title, unit, int(direction))


def _figures(measures: Table, name: str) -> tuple[str, ...]:
    """Give mean, error and interval as text; nothing where the rule has no such figure."""
    cells = measures.where(measure=name)
    pairs = list(zip(cells.column("mean"), cells.column("se"), strict=True))
    if not pairs or not pairs[0][0]:
        return ()
    mean, error = (float(cell) if cell else math.nan for cell in pairs[0])
    return (*pairs[0], plain(mean - SURE * error), plain(mean + SURE * error))


def _why(found: Comparison, asked: Asked) -> str:
    """Say why no rule has both figures."""
    table = found.table("measures")
    for name in asked.measures:
        whys = table.where(measure=name).column("why_empty")
        if not whys:
            return f"{name} was not taken; compare again with --measures {','.join(asked.measures)}"
        if all(whys):
            return f"{name} is empty: {whys[0]}"
    return "no rule has both figures"
