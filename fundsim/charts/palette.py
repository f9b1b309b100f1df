"""The few colours of every picture: one hue, told apart by lightness alone.

Whoever does not see colours, and whoever prints in grey, sees the lightness, so everything that
means something differs in CIE lightness L* (CIE 15, Colorimetry), and blue is the hue that the
common colour-vision deficiencies leave alone (Okabe and Ito, Color Universal Design, 2008). The
steps are even in L*: 94, 79, 63, 47, 31 for classes; 88, 70, 25 for the parts of a fan. Text on a
colour is the one of `INK` and `PAPER` that stands out at least 4.5 to 1 (WCAG 2.2, 1.4.3).

Where gains and losses stand side by side, losses are orange, which the common deficiencies tell
from blue; both go in steps of L* 82, 58, 34, so that neither looks the graver one. In grey the two
are alike, and so they are never told apart by colour alone: a sign or a side of zero says it too.
"""

from __future__ import annotations

from collections.abc import Sequence

PAPER = "#ffffff"
INK = "#1a1a1a"
QUIET = "#595959"  # second-rank text: 7 to 1 on paper
RULE = "#e3e3e3"  # lines that only guide the eye
GREY = "#b5b5b5"  # thin lines that mean something, of second rank
SHADE = "#f3f3f3"  # areas that only guide the eye

OUTER = "#cddff3"  # nine futures in ten
INNER = "#81b0dd"  # half of the futures
LINE = "#043f61"  # the middle future, and every point

GAINS = ("#accff9", "#3591d6", "#1d547d")  # from small to large
LOSSES = ("#f8c194", "#c97825", "#764412")

CLASSES = ("#e6eff9", "#a5c7ec", "#599ed7", "#1375ae", "#034d76")


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour, 0 for black to 1 for white (WCAG 2.2, sRGB).

    >>> round(luminance(PAPER), 3), round(luminance("#000000"), 3)
    (1.0, 0.0)
    """
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    near_black = 0.04045  # below it sRGB is a straight line (IEC 61966-2-1)
    return part / 12.92 if part <= near_black else float(((part + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Give how far two colours stand out from one another, 1 for not at all to 21 (WCAG 2.2).

    >>> round(contrast(PAPER, "#000000"), 1)
    21.0
    """
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def text_on(colour: str) -> str:
    """Choose ink or paper for text on a colour, whichever stands out more."""
    return max((INK, PAPER), key=lambda text: contrast(text, colour))


def classes(count: int) -> Sequence[str]:
    """Choose colours for 1 to 5 classes, from light to dark, as far apart as they can be.

    >>> classes(2) == (CLASSES[0], CLASSES[4])
    True
    """
    last = len(CLASSES) - 1
    if count == 1:
        return (CLASSES[1],)
    return tuple(CLASSES[round(place * last / (count - 1))] for place in range(count))
