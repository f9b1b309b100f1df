"""The chart of pounds a head in each tenth of people by need, all rules in one picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.comparing.chart import Asked, comparison_chart
from fundsim.charts.comparing.facts import NO_FIGURE, ComparisonFacts, captioned
from fundsim.charts.comparing.key import RADIUS, Entry, Key, badge, rule_strokes, spots
from fundsim.charts.comparing.naming import MOST, Named, named_in
from fundsim.charts.comparing.reading import (
    each_rule,
    head,
    of_rows,
    refuse_no_money,
    spanned,
    tenths,
)
from fundsim.charts.figures import per_head, percent
from fundsim.charts.language import say
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page
from fundsim.charts.ranking import pounds_up_to
from fundsim.charts.style import colours, points, sizes
from fundsim.charts.words import Words
from fundsim.comparison.compared import SURE, Comparison
from fundsim.money import Real
from fundsim.results import Table
from fundsim.results.table import plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = ("letter", "rule", "tenth", "per_head", "se", "low", "high")
HIGH = 82.0  # of the drawing, in millimetres
ABOVE = 6.0  # for what stands above it
BELOW = 10.0  # for tenths and what they are
KEY = 44.0  # width of the key
BETWEEN = 6.0  # from the drawing to the key
HEADROOM = 1.05  # room above the largest figure, in parts of the scale
SIDEWAYS = 0.05  # of a tenth, from one rule's bars to the next one's


@dataclass(frozen=True)
class Line:
    """Pounds a head by tenth under one rule: mean and the ends of its interval, `(tenth,)`."""

    named: Named
    mean: Real
    low: Real
    high: Real

    @classmethod
    def all_of(cls, table: Table) -> list[Line]:
        """Read all rules off the chart's table."""
        return [
            cls(named, *spanned(rows, "per_head", "low", "high"))
            for named, rows in zip(named_in(table), each_rule(table), strict=True)
        ]

    def said(self, tenth: int, largest: float) -> str:
        """Write the figure of a tenth, counted from 0, or from -1 backwards."""
        return per_head(float(self.mean[tenth]), largest=largest)


def _largest(lines: Sequence[Line]) -> float:
    return max(float(line.high.max()) for line in lines)


def _say(table: Table, facts: ComparisonFacts) -> Words:
    lines = Line.all_of(table)
    largest = _largest(lines)
    certain = all((line.low == line.high).all() for line in lines)
    return captioned(
        facts,
        named_in(table),
        title=say("What each tenth of people by need gets a head"),
        about=[
            say("pounds a head: {money}", money=facts.money),
            say("each tenth of people by need, areas on a boundary split"),
            "" if certain else say("bars: {share} intervals of the mean", share=percent(0.95)),
            say("at the right: the first tenth → the last"),
            *facts.left_out(named_in(table), NO_FIGURE),
            *facts.undrawn(named_in(table), MOST),
        ],
        reading=[
            say(
                "{letter}, {rule}: {first} a head in the most deprived tenth of people, {last} in "
                "the least deprived",
                letter=each.named.letter,
                rule=each.named.short,
                first=each.said(0, largest),
                last=each.said(-1, largest),
            )
            for each in lines
        ],
    )


def _draw(table: Table, words: Words) -> Figure:
    lines = Line.all_of(table)[:MOST]
    largest = _largest(lines)
    entries = [
        (line, Entry(line.named, f"{line.said(0, largest)} → {line.said(-1, largest)}", *stroke))
        for line, stroke in zip(lines, rule_strokes(), strict=False)
    ]
    inorder = sorted(entries, key=lambda entry: -float(entry[0].mean[0]))
    key = Key([entry for _, entry in inorder], KEY)
    names = [line.named.rule for line in lines]
    page = Page(words, max(ABOVE + HIGH + BELOW, ABOVE + key.high), names)
    key.draw(page, page.right - KEY, page.top + ABOVE)
    _picture(page, lines, largest * HEADROOM)
    return page.figure


def _picture(page: Page, lines: Sequence[Line], most: float) -> None:
    """Draw the lines up to so many pounds, at the left of the key."""
    ticks, names = pounds_up_to(most, 6)
    left, right = (
        page.left + Ruler(sizes().small).widest(names) * POINT + 2.0,
        page.right - KEY - BETWEEN,
    )
    top, bottom = page.top + ABOVE, page.top + ABOVE + HIGH
    axes = page.axes(left, top, right, bottom)
    axes.set_ylim(0.0, most)
    axes.set_yticks(ticks, names)
    axes.grid(axis="y", color=colours().rule, linewidth=0.7)
    count = len(lines[0].mean)
    axes.set_xlim(0.4, count + 0.6)
    axes.set_xticks(range(1, count + 1))
    axes.tick_params(labelsize=points(sizes().small), pad=points(3))
    axes.axhline(0, color=colours().ink, linewidth=0.8, zorder=2)
    for place, (line, (colour, dash)) in enumerate(zip(lines, rule_strokes(), strict=False)):
        across = np.arange(1, count + 1) + (place - (len(lines) - 1) / 2) * SIDEWAYS
        axes.plot(across, line.mean, color=colour, linestyle=dash, linewidth=1.8, zorder=2.5)
        axes.plot(across, line.mean, "o", color=colour, markersize=3.2, zorder=2.6)
        axes.vlines(across, line.low, line.high, color=colour, linewidth=1.2, zorder=2.6)
    page.text(page.left, top - 4.0, say("Pounds a head"), sizes().small, colour=colours().quiet)
    page.text(
        left,
        bottom + 8.0,
        say("Most deprived tenth of people"),
        sizes().small,
        colour=colours().quiet,
    )
    page.text(
        right,
        bottom + 8.0,
        say("Least deprived"),
        sizes().small,
        colour=colours().quiet,
        side="right",
    )
    _badges(page, lines, (left, right), (bottom, HIGH / most))


def _badges(
    page: Page, lines: Sequence[Line], across: tuple[float, float], up: tuple[float, float]
) -> None:
    """Set each rule's letter on its line, between two tenths where it is clearest of others."""
    (left, right), (bottom, high) = across, up
    count = len(lines[0].mean)
    tenths = np.arange(1.5, count)
    step = (right - left) / (count + 0.2)
    places = [
        [
            (left + (float(tenth) - 0.4) * step, bottom - float(pounds) * high)
            for tenth, pounds in zip(
                tenths, np.interp(tenths, np.arange(1, count + 1), line.mean), strict=True
            )
        ]
        for line in lines
    ]
    chosen = spots(places, 2.6 * RADIUS)
    for line, place, (colour, _) in zip(lines, chosen, rule_strokes(), strict=False):
        badge(page, *place, line.named.letter, colour)


@comparison_chart(_say, _draw)
def per_head_by_tenth(found: Comparison, _: Asked) -> Table:
    """What people get a head in each tenth of people by need, under every rule.

    One row a rule and tenth, the most deprived first: mean pounds a head over the whole run, its
    standard error and 95% interval. Where need ranks nobody, or nothing is shared out, it is a
    NotShown with the reason.
    """
    rows = [
        (*head(found, rule), tenth, plain(mean, 4), plain(error, 4), *_interval(mean, error))
        for rule, own in tenths(found, "per_head_by_tenth").items()
        for tenth, mean, error in zip(
            own.column("tenth"), own.numbers("per_head"), own.numbers("se"), strict=True
        )
    ]
    refuse_no_money("per_head_by_tenth", found)
    return of_rows("per_head_by_tenth", COLUMNS, rows)


def _interval(mean: float, error: float) -> tuple[str, str]:
    return plain(mean - SURE * error, 4), plain(mean + SURE * error, 4)
