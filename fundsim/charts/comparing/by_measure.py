"""The heat map of rules by measures: which rule does how well in what."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.chart import NotShown
from fundsim.charts.comparing.by_measure_drawing import Measured, draw_measured
from fundsim.charts.comparing.chart import Asked, comparison_chart, not_alone
from fundsim.charts.comparing.facts import ComparisonFacts, captioned
from fundsim.charts.comparing.naming import MOST, named_in
from fundsim.charts.comparing.reading import by_rule, head, of_rows, refuse_no_money
from fundsim.charts.language import counted, say
from fundsim.charts.words import Words
from fundsim.comparison.compared import Comparison
from fundsim.results import Table
from fundsim.results.table import Row

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COPIED = ("measure", "title", "unit", "direction")
COLUMNS = ("letter", "rule", *COPIED, "mean", "se", "standing", "why_empty")


def _say(table: Table, facts: ComparisonFacts) -> Words:
    shown = Measured.of(table)
    rules = named_in(table)
    left_out = [name for name in dict.fromkeys(table.column("measure")) if name not in shown.names]
    return captioned(
        facts,
        rules,
        title=say("How well each rule does in each measure"),
        about=[
            facts.money,
            say(
                "shade: from the worst (light) to the best (dark) of these rules by the means, "
                "however near; bold: the best; ↑ more is better, ↓ less is better; without "
                "shade: neither, or all alike"
            ),
            say("need: each nation by its own scale") if facts.own_scales else "",
            say("no figure for {measures}: the CSV says why", measures=", ".join(left_out))
            if left_out
            else "",
            *facts.undrawn(rules, MOST),
        ],
        reading=[
            say(
                "{rules} in {measures}",
                rules=counted(len(rules), "rule"),
                measures=counted(len(shown.rows), "measure"),
            ),
            *_bests(shown, rules),
            *(say("{letter} is {rule}", letter=one.letter, rule=one.short) for one in rules),
        ],
    )


def _bests(shown: Measured, rules: Sequence[object]) -> list[str]:
    """Say in how many measures each rule is the best, and the worst."""
    best = [sum(row.standings[at] == 1 for row in shown.rows) for at in range(len(rules))]
    worst = [sum(row.standings[at] == 0 for row in shown.rows) for at in range(len(rules))]
    letters = [one.letter for one in shown.rules]
    told = [
        say("{letter} is best in {best} and worst in {worst}", letter=letter, best=b, worst=w)
        for letter, b, w in zip(letters, best, worst, strict=True)
    ]
    return ["; ".join(told)] if any(best) else []


def _draw(table: Table, words: Words) -> Figure:
    return draw_measured(Measured.of(table), words)


@comparison_chart(_say, _draw)
def rules_by_measure(found: Comparison, _: Asked) -> Table:
    """Which rule does how well in each measure: a heat map of rules by measures.

    One row a measure and rule: its mean and standard error, and where it stands among the rules by
    the means, from 0 for the worst to 1 for the best; empty where more is neither better nor worse,
    where all are alike, or without a figure, and then why. Where only one rule was compared, or no
    measure has a figure, it is a NotShown.
    """
    not_alone("rules_by_measure", found)
    refuse_no_money("rules_by_measure", found)
    split = by_rule(found, found.table("measures"))
    own = {
        rule: {row[0]: row for row in zip(*_columns(table), strict=True)}
        for rule, table in split.items()
    }
    measures = list(dict.fromkeys(name for rows in own.values() for name in rows))
    rows = [row for name in measures for row in _of_measure(found, own, name)]
    if not any(row[COLUMNS.index("mean")] for row in rows):
        message = (
            "rules_by_measure has nothing to show: no measure has a figure; compare again with "
            "--measures (fundsim list measures)"
        )
        raise NotShown(message)
    return of_rows("rules_by_measure", COLUMNS, rows)


def _columns(table: Table) -> list[list[str]]:
    return [table.column(name) for name in (*COPIED, "mean", "se", "why_empty")]


def _of_measure(
    found: Comparison, own: dict[str, dict[str, tuple[str, ...]]], name: str
) -> list[Row]:
    rules = [rule for rule in own if name in own[rule]]
    cells = [own[rule][name] for rule in rules]
    standings = _standings([row[4] for row in cells], int(cells[0][3]))
    return [
        (*head(found, rule), *row[:6], standing, row[6])
        for rule, row, standing in zip(rules, cells, standings, strict=True)
    ]


def _standings(means: Sequence[str], direction: int) -> list[str]:
    """Place means between the worst, 0, and the best, 1; nothing where that says nothing."""
    figures = np.array([float(mean) if mean else math.nan for mean in means]) * direction
    known = figures[~np.isnan(figures)]
    if not direction or not len(known) or known.max() == known.min():
        return [""] * len(means)
    placed = (figures - known.min()) / (known.max() - known.min())
    return ["" if np.isnan(place) else f"{place:.6f}" for place in placed.tolist()]
