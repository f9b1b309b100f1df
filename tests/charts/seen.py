"""What is seen of a drawing: its texts, those that are cut off, and those that touch."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from fundsim.charts import CHARTS
from fundsim.charts.rendering import settled
from tests.charts.small_world import World
from tests.unmeasured import unmeasured

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.transforms import BboxBase

MARKUP = '$E=mc^2$ & <b> "x" _y_ {z} \\alpha'
LONG = "A very long name of a place that nobody would want to write on an envelope, ever, at all"


def drawn(chart: str, shown: World, *, foundation: str | None = None) -> Figure:
    entry = CHARTS[chart]
    table = entry.table(shown, foundation=foundation)
    with settled():
        figure = entry.draw(table, entry.words(table, shown))
        lay_out(figure)
    return figure


def lay_out(figure: Figure) -> None:
    """Let Matplotlib find the place of all that is drawn."""
    with unmeasured():
        figure.draw_without_rendering()


def texts(figure: Figure) -> dict[str, BboxBase]:
    """Every text that is seen, with its place in pixels."""
    from matplotlib.text import Text

    seen = (text for text in figure.findobj(Text) if text.get_visible() and text.get_text())
    return {f"{text.get_text()} @{text.get_position()}": text.get_window_extent() for text in seen}


def said(figure: Figure) -> list[str]:
    return [text.split(" @")[0] for text in texts(figure)]


def cut_off(figure: Figure) -> list[str]:
    page = figure.bbox
    return [text for text, at in texts(figure).items() if not _inside(at, page)]


def touching(figure: Figure) -> list[tuple[str, str]]:
    places = texts(figure)
    return [(a, b) for a, b in combinations(places, 2) if _overlap(places[a], places[b])]


def _inside(text: BboxBase, page: BboxBase) -> bool:
    return text.x0 >= 0 and text.y0 >= 0 and text.x1 <= page.x1 and text.y1 <= page.y1


def _overlap(one: BboxBase, other: BboxBase) -> bool:
    """Whether two texts share more than the blank above and below their letters."""
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    return wide > 0.5 and high > 0.25 * min(one.height, other.height)
