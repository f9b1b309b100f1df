"""The key of a picture of rules: a letter for each, where its line runs and beside its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from fundsim.charts.comparing.naming import Named
from fundsim.charts.lettering import Letters, Ruler
from fundsim.charts.page import POINT, Dash, Page
from fundsim.charts.palette import text_on
from fundsim.charts.style import colours, sizes
from fundsim.charts.tiling import fitting

DASHES: tuple[Dash, ...] = (
    *("solid", "solid", (0, (5, 2)), (0, (7, 2, 1.5, 2))),
    *((0, (1.2, 1.2)), (0, (10, 2)), (0, (3, 1.5)), (0, (1, 2.4))),
)
"""The dash of each rule's line, in the order of the letters; where two are alike colours differ."""

RADIUS = 2.3  # of a badge, in millimetres
ROW = 3.5  # from line to line of a name
FIRST = 5.2  # height of the line with badge and figure
APART = 2.8  # between entries
INDENT = 6.5  # from a badge's left edge to what is said
SAMPLE = 8.0  # length of a line's sample
LINES = 4  # of a name, at most
TIGHTER = 0.95  # of a room, that a name may fill: drawn on pixels, text runs a little wider


def rule_strokes() -> list[tuple[str, Dash]]:
    """Give colour and dash of each rule's line; no two are alike in both."""
    return list(zip(colours().rules, DASHES, strict=True))


def badge(page: Page, x: float, y: float, letter: str, colour: str) -> None:
    """Set a rule's letter in a disc at a place of the sheet."""
    page.disc(x, y, RADIUS, colour)
    size = 7.5 if len(letter) == 1 else 6.0
    page.text(x, y, letter, size, colour=text_on(colour), bold=True, side="center", rise="center")


@dataclass(frozen=True)
class Entry:
    """What the key says of one rule: a figure, its name, and a remark below it."""

    named: Named
    said: str
    colour: str
    dash: Dash | None = None
    remark: str = ""

    def lines(self, room: float) -> list[tuple[str, str]]:
        """Break the name, and the remark below it, into lines of so many millimetres, coloured."""
        clean, ruler = Letters().drawable, Ruler(sizes().small)
        name = broken(clean(self.named.short), ruler, room / POINT)
        remark = ruler.wrap(clean(self.remark), room / POINT) if self.remark else []
        return [
            *((line, colours().ink) for line in name),
            *((line, colours().quiet) for line in remark),
        ]


def broken(name: str, ruler: Ruler, room: float, lines: int = LINES) -> list[str]:
    """Break a rule's name into lines, before its bracket sooner than inside a word."""
    kind, bracket, rest = name.partition("(")
    if not bracket or ruler.widest(name.split(" ")) <= room:
        return ruler.shortened(name, room, lines=lines)
    first = ruler.shortened(kind, room, lines=lines - 1)
    return first + ruler.shortened(bracket + rest, room, lines=lines - len(first))


class Key:
    """A column of entries."""

    def __init__(self, entries: Sequence[Entry], wide: float) -> None:
        self.entries, self.wide = entries, wide
        self._lines = [entry.lines(wide - INDENT) for entry in entries]

    @property
    def high(self) -> float:
        """How much of a sheet it takes, in millimetres."""
        return sum(FIRST + len(lines) * ROW + APART for lines in self._lines) - APART

    def draw(self, page: Page, left: float, top: float) -> float:
        """Write the entries from a height on; the answer is where they end."""
        for entry, lines in zip(self.entries, self._lines, strict=True):
            self._entry(page, entry, lines, left, top)
            top += FIRST + len(lines) * ROW + APART
        return top - APART

    def _entry(
        self, page: Page, entry: Entry, lines: Sequence[tuple[str, str]], left: float, top: float
    ) -> None:
        middle, x = top + FIRST / 2, left + INDENT
        badge(page, left + RADIUS, middle, entry.named.letter, entry.colour)
        if entry.dash is not None:
            page.line((x, x + SAMPLE), (middle, middle), entry.colour, 1.8, dash=entry.dash)
            x += SAMPLE + 2.0
        size = fitting(entry.said, left + self.wide - x)
        page.text(x, middle, entry.said, size, bold=True)
        for row, (line, colour) in enumerate(lines):
            at = top + FIRST + (row + 0.5) * ROW
            page.text(left + INDENT, at, line, sizes().small, colour=colour)


Place = tuple[float, float]


def spots(lines: Sequence[Sequence[Place]], apart: float) -> list[Place]:
    """Choose a place on each line for its badge: where it is clearest of the others.

    `lines` are the places among which it may choose, in millimetres. Badges keep `apart` from one
    another as long as there is room.
    """
    chosen: list[Place] = []
    for number, line in enumerate(lines):
        others = [place for other, each in enumerate(lines) if other != number for place in each]
        free = [p for p in line if all(_far(p, taken) >= apart for taken in chosen)] or list(line)
        chosen.append(max(free, key=lambda p: min((_far(p, o) for o in others), default=0.0)))
    return chosen


def _far(one: Place, other: Place) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])
