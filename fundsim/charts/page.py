"""The sheet a chart is drawn on: title above, caption below, everything placed in millimetres.

Millimetres and points are the drawing's own: where a house style has larger type, all of it is put
on the sheet so many times as large (`style.Measures`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import numpy as np

from fundsim.charts.language import say
from fundsim.charts.lettering import BOX, Letters, Ruler
from fundsim.charts.style import colours, points, sizes
from fundsim.charts.style.logo import Mark, mark_now, show
from fundsim.charts.words import Words
from fundsim.money import Real

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INCH = 25.4
POINT = INCH / 72

MARGIN = 5.0
LEADING = 1.32  # from line to line, in sizes of the type
VEIL = 0.7  # how much of what is behind a veil it hides
CLOSE = 1.15  # the same for a name of two lines

Side = Literal["left", "center", "right"]
Dash = Literal["solid"] | tuple[float, tuple[float, ...]]


class Page:
    """A sheet with its title, explanation and caption written, and room between for the drawing.

    `left` to `right` and `top` to `bottom` is the room, in millimetres from the upper left corner
    of the sheet; the sheet is as high as its words and the `height` of the drawing ask. `names` are
    the user's own words in the drawing: where the typeface lacks a character the caption says so.
    """

    def __init__(self, words: Words, height: float, names: Iterable[str] = ()) -> None:
        from matplotlib.figure import Figure

        size, colour, mark = sizes(), colours(), mark_now()
        self.width = size.width
        self.left, self.right = MARGIN, self.width - MARGIN
        room = 0.98 * (self.right - self.left) / POINT  # drawn on pixels, text runs a little wider
        above, below = room - mark.above / POINT, room - mark.below / POINT
        small = Ruler(size.caption)
        self.letters = Letters()
        clean = self.letters.drawable
        title = Ruler(size.title, bold=True).wrap(clean(words.title), above)
        about = Ruler(size.about).wrap(clean(words.about), above)
        caption = [
            line for text in self._notes(words, names) for line in small.wrap(clean(text), below)
        ]
        heading = _high(title, size.title) + _high(about, size.about)
        self.top = MARGIN + max(heading, mark.high if mark.above else 0.0) + 4.0
        self.bottom = self.top + height
        foot = max(_high(caption, size.caption), mark.high if mark.below else 0.0)
        self.height = self.bottom + 4.0 + foot + MARGIN
        self.figure = Figure(
            figsize=(size.scale * self.width / INCH, size.scale * self.height / INCH),
            facecolor=colour.paper,
        )
        self._block(title, MARGIN, size.title, colour.ink, bold=True)
        self._block(about, MARGIN + _high(title, size.title) + 1.0, size.about, colour.quiet)
        self.line((self.left, self.right), (self.bottom + 3.0,) * 2, colour.rule)
        self._block(caption, self.bottom + 4.5, size.caption, colour.quiet)
        if mark.pixels is not None:
            self._logo(mark, MARGIN if mark.above else self.bottom + 4.5)

    def _logo(self, mark: Mark, top: float) -> None:
        """Set the house's logo in the right corner of a height of the sheet."""
        place = self.axes(self.right - mark.wide, top, self.right, top + mark.high)
        place.set_axis_off()
        show(mark, place)

    def _notes(self, words: Words, names: Iterable[str]) -> list[str]:
        """Add a note to the caption where something cannot be written."""
        boxed = self.letters.lacking([words.title, words.about, *words.caption, *names])
        note = say("{box} stands for a character that this typeface lacks.", box=BOX)
        return [*words.caption, *([note] if boxed else [])]

    def _block(
        self, lines: list[str], top: float, size: float, colour: str, *, bold: bool = False
    ) -> None:
        for row, line in enumerate(lines):
            baseline = top + (row * LEADING + 0.95) * size * POINT
            self.text(self.left, baseline, line, size, colour=colour, bold=bold, rise="baseline")

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float | None = None,
        *,
        colour: str = "",
        bold: bool = False,
        side: Side = "left",
        rise: Literal["baseline", "center_baseline", "center"] = "center_baseline",
    ) -> None:
        """Write a line of text, a label in ink unless told; `side` says which end of it is at x."""
        self.figure.text(
            x / self.width,
            1 - y / self.height,
            text,
            fontsize=points(size or sizes().label),
            color=colour or colours().ink,
            fontweight="bold" if bold else "normal",
            ha=side,
            va=rise,
        )

    def lines(
        self,
        x: float,
        middle: float,
        lines: list[str],
        size: float,
    ) -> None:
        """Write some lines, close together, about the height `middle`."""
        step = CLOSE * size * POINT
        for row, line in enumerate(lines):
            self.text(x, middle + (row - (len(lines) - 1) / 2) * step, line, size)

    def line(
        self,
        x: tuple[float, ...],
        y: tuple[float, ...],
        colour: str,
        width: float = 0.7,
        *,
        behind: bool = False,
        dash: Dash = "solid",
    ) -> None:
        """Draw a line through points of the sheet; behind all shapes, if it only guides the eye."""
        from matplotlib.lines import Line2D

        places = [1 - down / self.height for down in y]
        self.figure.add_artist(
            Line2D(
                [across / self.width for across in x],
                places,
                color=colour,
                linewidth=width,
                linestyle=dash,
                zorder=-1 if behind else 2,
            )
        )

    def disc(self, x: float, y: float, radius: float, colour: str, *, edge: str = "") -> None:
        """Fill a disc, upon everything but text; an edge of another colour makes it a ring."""
        from matplotlib.lines import Line2D

        self.figure.add_artist(
            Line2D(
                [x / self.width],
                [1 - y / self.height],
                marker="o",
                markersize=points(2 * radius / POINT),
                markerfacecolor=colour,
                markeredgecolor=edge or colour,
                markeredgewidth=1.2 if edge else 0.0,
                zorder=2.8,
            )
        )

    def shape(
        self,
        corners: list[tuple[float, float]],
        colour: str,
        edge: str = "none",
        *,
        veil: bool = False,
    ) -> None:
        """Fill a polygon of the sheet; a veil lies upon other shapes, which shine through."""
        from matplotlib.patches import Polygon

        places = [(x / self.width, 1 - y / self.height) for x, y in corners]
        look = {"alpha": VEIL, "zorder": 1.5} if veil else {"zorder": 0}
        self.figure.add_artist(
            Polygon(places, facecolor=colour, edgecolor=edge, linewidth=0.7, **look)
        )

    def outline(self, rings: Iterable[Real], colour: str, edge: str, width: float) -> None:
        """Fill closed rings, each `(point, 2)`, as one shape; those that turn back are holes."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        closed = [
            Path(
                np.column_stack([ring[:, 0] / self.width, 1 - ring[:, 1] / self.height]),
                closed=True,
            )
            for ring in rings
        ]
        self.figure.add_artist(
            PathPatch(
                Path.make_compound_path(*closed),
                facecolor=colour,
                edgecolor=edge,
                linewidth=width,
                zorder=0,
            )
        )

    def swatch(
        self, box: tuple[float, float, float, float], colour: str, hatch: str | None = None
    ) -> None:
        """Fill a rectangle, from its upper left corner to its lower right one, or hatch it."""
        from matplotlib.patches import Rectangle

        left, top, right, bottom = box
        self.figure.add_artist(
            Rectangle(
                (left / self.width, 1 - bottom / self.height),
                (right - left) / self.width,
                (bottom - top) / self.height,
                facecolor=colour,
                edgecolor=colours().ink if hatch else colours().grey,
                hatch=hatch,
                linewidth=0.5,
            )
        )

    def band(
        self,
        begin: tuple[float, float],
        end: tuple[float, float],
        bend: tuple[float, float],
        thick: float,
        *,
        colour: str,
        edge: str = "none",
    ) -> None:
        """Draw a band as thick as said about a line: level, then a bend between two x, then level.

        `begin` and `end` are the middles of the band's ends. An edge of paper lets bands that cross
        be told apart.
        """
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        (x0, y0), (x1, y1), (a, b) = begin, end, bend
        middle, half = (a + b) / 2, thick / 2
        there = [(x0, y0), (a, y0), (middle, y0), (middle, y1), (b, y1), (x1, y1)]
        corners = [(x, y - half) for x, y in there] + [(x, y + half) for x, y in reversed(there)]
        curve = [Path.LINETO, *[Path.CURVE4] * 3, Path.LINETO]
        codes = [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY]
        places = [(x / self.width, 1 - y / self.height) for x, y in [*corners, corners[0]]]
        self.figure.add_artist(
            PathPatch(
                Path(places, codes), facecolor=colour, edgecolor=edge, linewidth=0.4, zorder=0.5
            )
        )

    def axes(self, left: float, top: float, right: float, bottom: float) -> Axes:
        """Give bare axes in a part of the sheet."""
        place = (
            left / self.width,
            1 - bottom / self.height,
            (right - left) / self.width,
            (bottom - top) / self.height,
        )
        axes = self.figure.add_axes(place, facecolor="none")
        axes.spines[:].set_visible(False)
        axes.tick_params(
            length=0,
            labelsize=points(sizes().label),
            colors=colours().ink,
            labelcolor=colours().ink,
        )
        axes.set_axisbelow(True)
        return axes


def _high(lines: list[str], size: float) -> float:
    return len(lines) * LEADING * size * POINT
