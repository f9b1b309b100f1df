"""The look that pictures are drawn in now: the house's own where there is one, else ours.

Drawings ask for it when they draw, and nowhere else, so that a picture is of one look throughout.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from fundsim.charts.style.model import Fonts, Measures, Numbers, Palette, Style


@dataclass(frozen=True)
class Look:
    """A style, and the bytes of its logo."""

    style: Style = field(default_factory=Style)
    logo: bytes = b""


PLAIN = Look()
_NOW: ContextVar[Look] = ContextVar("look", default=PLAIN)


@contextmanager
def drawn_in(look: Look) -> Iterator[None]:
    """Draw, and word, all pictures in a look as long as this lasts."""
    token = _NOW.set(look)
    try:
        yield
    finally:
        _NOW.reset(token)


def look_now() -> Look:
    """Give the look of now."""
    return _NOW.get()


def colours() -> Palette:
    """Give the colours of now."""
    return _NOW.get().style.palette


def sizes() -> Measures:
    """Give the sizes of now, in the measure of drawings."""
    return _NOW.get().style.measures


def points(size: float) -> float:
    """Give what a size of the drawing is on the sheet, in points."""
    return size * sizes().scale


def fonts() -> Fonts:
    """Give the typeface of now."""
    return _NOW.get().style.fonts


def numbers() -> Numbers:
    """Give how figures are written now."""
    return _NOW.get().style.numbers
