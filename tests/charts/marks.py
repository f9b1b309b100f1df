"""What stands for something in a drawing: its colour, and how else it looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from fundsim.charts.palette import GREY, INK, PAPER, QUIET, RULE, SHADE
from fundsim.charts.seeing import KINDS, Kind, apart

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GUIDES = {RULE, SHADE}
"""Colours that stand for nothing, but lead the eye."""

WORDS = {INK, QUIET, PAPER}
"""Colours of text and of axes; what they write says itself what it is."""


@dataclass(frozen=True, order=True)
class Mark:
    """A colour that means something, and what it is the colour of: two of one look differ by it."""

    look: str
    colour: str


def marks(figure: Figure) -> set[Mark]:
    """Find all marks of a figure, leaving out what only leads the eye."""
    found = {Mark(look, _plain(colour)) for look, colour in _seen(figure)}
    return {mark for mark in found if mark.colour not in GUIDES}


def _seen(figure: Figure) -> Iterator[tuple[str, object]]:
    from matplotlib.collections import Collection
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    for artist in figure.findobj():
        if not artist.get_visible() or artist is figure.patch:
            continue
        if isinstance(artist, Collection):
            yield from ((f"fill {artist.get_hatch()}", each) for each in artist.get_facecolor())
        elif isinstance(artist, Patch) and artist.get_facecolor()[3] == 1:
            yield f"fill {artist.get_hatch()}", artist.get_facecolor()
        elif isinstance(artist, Line2D) and artist.get_marker() == "o":
            yield "disc", artist.get_markerfacecolor()
        elif isinstance(artist, Line2D) and artist.get_linestyle() != "None":
            yield f"line {artist._dash_pattern}", artist.get_color()


def _plain(colour: object) -> str:
    from matplotlib.colors import to_hex

    return to_hex(colour)  # type: ignore[arg-type] # - whatever matplotlib takes for a colour
