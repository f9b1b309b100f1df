"""The chart of breadth against depth: how many areas one pot pays, and how much each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundsim.charts.chart import NotShown
from fundsim.charts.comparing.breadth_drawing import Steps, draw_steps
from fundsim.charts.comparing.chart import Asked, comparison_chart
from fundsim.charts.comparing.facts import ComparisonFacts, captioned, optional
from fundsim.charts.comparing.reading import of_rows
from fundsim.charts.figures import money, percent
from fundsim.charts.language import counted, say
from fundsim.charts.words import Words
from fundsim.comparison.compared import Comparison
from fundsim.errors import RunError
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BREADTH = "breadth"  # the table that is shown, where one is given
COLUMNS = (
    *("each", "years", "a_year", "areas", "paid", "left_over"),
    *("people_in_need", "share_of_people_in_need", "chosen_by", "in_need_are"),
)


def _say(table: Table, facts: ComparisonFacts) -> Words:
    steps = Steps.of(table)
    first, last = steps.ends
    return captioned(
        facts,
        [],
        title=say("Fewer areas with more, or more areas with less"),
        about=[
            say(
                "{pounds}, paid to areas in order of {column}, the highest first, as far as it "
                "goes: how many areas it reaches, and how many pounds each of them gets a year",
                pounds=money(steps.pot),
                column=steps.chosen_by,
            ),
            say(
                "in per cent of need: people in need whom these areas hold, of all of them; in "
                "need: {people}",
                people=steps.in_need,
            ),
        ],
        reading=[_reached(steps, row) for row in dict.fromkeys((first, last))],
    )


def _reached(steps: Steps, row: int) -> str:
    """Say how many areas get how much at an amount, and what that reaches."""
    return say(
        "{pot} pays {areas} {each} each, {yearly} a year, and reaches {share} of all people in "
        "need",
        pot=money(steps.pot),
        areas=counted(int(steps.areas[row]), "area"),
        each=money(float(steps.each[row])),
        yearly=money(float(steps.a_year[row])),
        share=percent(float(steps.covered[row])),
    )


def _draw(table: Table, words: Words) -> Figure:
    return draw_steps(Steps.of(table), words)


@comparison_chart(_say, _draw, of_given=True)
def breadth_depth(found: Comparison, _: Asked) -> Table:
    """Fewer areas with more, or more with less: what one pot reaches at each amount an area.

    One row an amount for each area and a number of years, in pounds, as the table `breadth` has
    them: the amount, and a year of it; areas paid; pounds paid and left over; people in need of
    these areas, and as a share of all; what areas are chosen by, and who is in need. Without that
    table it is a NotShown; one that lacks a column is a RunError.
    """
    given = optional(found, BREADTH)
    if given is None:
        message = "breadth_depth has nothing to show: a comparison of rules has no table of breadth"
        raise NotShown(message)
    missing = [column for column in COLUMNS if column not in given.columns]
    if missing:
        message = f"a table of breadth has a column {', '.join(missing)}; found no such column"
        raise RunError(message)
    cells = [given.column(column) for column in COLUMNS]
    rows = list(zip(*cells, strict=True))
    if not any(int(row[3]) for row in rows):
        message = "breadth_depth has nothing to show: the pot pays no area at any of the amounts"
        raise NotShown(message)
    return of_rows("breadth_depth", COLUMNS, rows)
