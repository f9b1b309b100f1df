"""House styles: the fonts, sizes, colours, logo and figures of every picture, from one file."""

from fundsim.charts.style.current import (
    PLAIN,
    Look,
    colours,
    drawn_in,
    fonts,
    look_now,
    numbers,
    points,
    sizes,
)
from fundsim.charts.style.faces import families
from fundsim.charts.style.model import Style

__all__ = [
    "PLAIN",
    "Look",
    "Style",
    "colours",
    "drawn_in",
    "families",
    "fonts",
    "look_now",
    "numbers",
    "points",
    "sizes",
]
