"""Drawing rules by measures: a row a measure, a column a rule, shaded from worst to best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.comparing.key import RADIUS, ROW, badge, broken
from fundsim.charts.comparing.naming import MOST, Named, named_in
from fundsim.charts.figures import money, percent, significant
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page
from fundsim.charts.palette import text_on
from fundsim.charts.style import colours, sizes
from fundsim.charts.tiling import box, fitting
from fundsim.charts.words import Words
from fundsim.money import Real
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEAD = 6.5  # height of the letters, in millimetres
HIGH = 6.0  # of a row
NAME = 54.0  # room for a measure's name
WIDEST = 24.0  # of a column
TIGHT = 7.6  # size of a figure
ARROWS = {-1: " ↓", 0: "", 1: " ↑"}


@dataclass(frozen=True)
class Measure:
    """One row: a measure's figures by rule, nan where there is none, and where they stand."""

    name: str
    unit: str
    direction: int
    means: Real
    standings: Real

    def said(self, at: int) -> str:
        """Write a figure in its unit."""
        mean = float(self.means[at])
        if np.isnan(mean):
            return "–"
        if self.unit == "pounds":
            return money(mean)
        return percent(mean) if self.unit in ("share", "probability") else _signed(mean)


@dataclass(frozen=True)
class Measured:
    """All rows that have a figure, and the rules."""

    rules: tuple[Named, ...]
    rows: tuple[Measure, ...]

    @classmethod
    def of(cls, table: Table) -> Measured:
        """Read the rows off their table."""
        rules = tuple(named_in(table))
        place = {one.letter: at for at, one in enumerate(rules)}
        cells = zip(
            *(table.column(c) for c in ("measure", "unit", "direction", "letter")),
            table.numbers("mean").tolist(),
            table.numbers("standing").tolist(),
            strict=True,
        )
        rows = []
        for (name, unit, direction), group in groupby(cells, key=lambda cell: cell[:3]):
            figures = np.full((2, len(rules)), np.nan)
            for *_, letter, mean, standing in group:
                figures[:, place[letter]] = mean, standing
            if not np.isnan(figures[0]).all():
                rows.append(Measure(name, unit, int(direction), *figures))
        return cls(rules, tuple(rows))

    @property
    def names(self) -> list[str]:
        """The measures that are drawn."""
        return [row.name for row in self.rows]


def _signed(figure: float) -> str:
    return f"−{significant(-figure)}" if figure < 0 else significant(figure)


def draw_measured(shown: Measured, words: Words) -> Figure:
    """Draw the rows below the letters of the rules, and the rules' names below all."""
    rules = shown.rules[:MOST]
    ruler = Ruler(sizes().small)
    room = (sizes().width - 10.0 - 7.0) / POINT
    names = [broken(one.short, ruler, room, lines=2) for one in rules]
    key = sum(len(lines) * ROW + 2.4 for lines in names)
    page = Page(words, HEAD + len(shown.rows) * HIGH + 4.0 + key, [one.short for one in rules])
    wide = min((page.right - page.left - NAME) / len(rules), WIDEST)
    for at, one in enumerate(rules):
        badge(page, page.left + NAME + (at + 0.5) * wide, page.top + 2.6, one.letter, colours().ink)
    for number, row in enumerate(shown.rows):
        _row(page, row, page.top + HEAD + number * HIGH, len(rules), wide)
    _key(page, rules, page.top + HEAD + len(shown.rows) * HIGH + 4.0)
    return page.figure


def _row(page: Page, row: Measure, top: float, count: int, wide: float) -> None:
    label = f"{row.name}{ARROWS[row.direction]}"
    page.text(page.left, top + HIGH / 2, label, fitting(label, NAME - 2.0, TIGHT))
    for at in range(count):
        standing = float(row.standings[at])
        colour = (
            colours().paper
            if np.isnan(standing)
            else colours().classes[round(standing * (len(colours().classes) - 1))]
        )
        left = page.left + NAME + at * wide
        page.shape(box(left, top, wide - 0.6, HIGH - 0.6), colour, edge=colours().rule)
        said = row.said(at)
        middle = left + (wide - 0.6) / 2
        page.text(
            middle,
            top + HIGH / 2 - 0.3,
            said,
            fitting(said, 0.9 * wide, TIGHT),
            colour=text_on(colour),
            bold=standing == 1,
            side="center",
        )


def _key(page: Page, rules: Sequence[Named], top: float) -> None:
    """Write the rules' names beside their letters."""
    room = (page.right - page.left - 7.0) / POINT
    for one in rules:
        lines = broken(page.letters.drawable(one.short), Ruler(sizes().small), room, lines=2)
        high = len(lines) * ROW
        badge(page, page.left + RADIUS, top + high / 2, one.letter, colours().ink)
        page.lines(page.left + 7.0, top + high / 2, lines, sizes().small)
        top += high + 2.4
