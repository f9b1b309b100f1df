"""What stands for something in a drawing: its colour, and how else it looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.seeing import Kind, apart
from fundsim.charts.style import colours

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D


@dataclass(frozen=True, order=True)
class Mark:
    """A colour that means something, and what it is the colour of: two of one look differ by it."""

    look: str
    colour: str


def marks(figure: Figure) -> set[Mark]:
    """Find all marks of a figure, leaving out what only leads the eye: rules, shades, axes."""
    leading = {colours().rule, colours().shade}
    found = {Mark(look, colour) for _, look, colour in seen(figure)}
    return {mark for mark in found if mark.colour not in leading}


def alike(figure: Figure, kind: Kind, least: float) -> list[tuple[str, str]]:
    """List the pairs of colours of one look that are not so far apart for who sees them so."""
    pairs = combinations(sorted(marks(figure)), 2)
    close = (p for p in pairs if p[0].look == p[1].look and _apart(*p, kind) < least)
    return [(one.colour, other.colour) for one, other in close]


def _apart(one: Mark, other: Mark, kind: Kind) -> float:
    return apart(one.colour, other.colour, kind)


def seen(figure: Figure) -> Iterator[tuple[Artist, str, str]]:
    """Give what is filled and drawn, with its look apart from colour, and its colour."""
    from matplotlib.collections import Collection
    from matplotlib.colors import to_rgba
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    for artist in figure.findobj():
        if not artist.get_visible() or artist is figure.patch:
            continue
        if isinstance(artist, Collection):
            for colour in artist.get_facecolor():
                yield artist, f"fill {artist.get_hatch()}", _plain(colour)
        elif isinstance(artist, Patch) and to_rgba(artist.get_facecolor())[3] == 1:
            yield artist, f"fill {artist.get_hatch()}", _plain(artist.get_facecolor())
        elif isinstance(artist, Line2D) and _is_line(artist):
            dash = _dash(artist)
            yield artist, f"line {dash}", _plain(artist.get_color())


def _dash(line: object) -> object:
    """The dashes of a line, as no public function of matplotlib tells them."""
    return getattr(line, "_dash_pattern")[1]  # noqa: B009 - types know nothing of it


def _is_line(artist: Line2D) -> bool:
    return artist.get_linestyle() != "None" and np.size(artist.get_xdata()) > 1


def _plain(colour: object) -> str:
    from matplotlib.colors import to_hex

    return to_hex(colour)  # type: ignore[arg-type] # - whatever matplotlib takes for a colour
