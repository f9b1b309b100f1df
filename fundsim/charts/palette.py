"""Choosing among the few colours of a picture: one hue, told apart by lightness alone.

Whoever does not see colours, and whoever prints in grey, sees the lightness, so everything that
means something differs in CIE lightness L* (CIE 15, Colorimetry), and blue is the hue that the
common colour-vision deficiencies leave alone (Okabe and Ito, Color Universal Design, 2008). The
steps are even in L*: 94, 79, 63, 47, 31 for classes; 88, 70, 25 for the parts of a fan. Text on a
colour is the one of ink and paper that stands out at least 4.5 to 1 (WCAG 2.2, 1.4.3).

Where gains and losses stand side by side, losses are orange, which the common deficiencies tell
from blue; both go in steps of L* 82, 58, 34, so that neither looks the graver one. In grey the two
are alike, and so they are never told apart by colour alone: a sign or a side of zero says it too.
"""

from __future__ import annotations

from collections.abc import Sequence

from fundsim.charts.seeing import contrast
from fundsim.charts.style import colours


def text_on(colour: str) -> str:
    """Choose ink or paper for text on a colour, whichever stands out more."""
    return max((colours().ink, colours().paper), key=lambda text: contrast(text, colour))


def classes(count: int) -> Sequence[str]:
    """Choose colours for 1 to 5 classes, from light to dark, as far apart as they can be.

    >>> classes(2) == (colours().classes[0], colours().classes[4])
    True
    """
    shades = colours().classes
    last = len(shades) - 1
    if count == 1:
        return (shades[1],)
    return tuple(shades[round(place * last / (count - 1))] for place in range(count))
