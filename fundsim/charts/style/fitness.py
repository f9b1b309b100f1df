"""Whether a palette can be read by everyone: on paper, in grey, and without a kind of cone.

Text stands out from paper 4.5 to 1 (WCAG 2.2, 1.4.3). What is told apart by lightness differs by
at least 8 in CIE L*: some 2.3 can just be told side by side (Mahy, Van Eycken and Oosterlinck,
Color Research & Application 19, 1994), and a shade on the sheet is held against one in the key,
away from it and perhaps on a printer that spreads its ink. Gains and losses differ by at least 20
in CIE L*a*b*, as thin lines and small marks of them are no larger than a letter. The palette that
comes with fundsim has 11.9 and more, and 51 and more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, product

from fundsim.charts.seeing import KINDS, Kind, apart, contrast, lightness, parts_of
from fundsim.charts.style.model import Palette

TEXT, STEP, SIDES, LINE = 4.5, 8.0, 20.0, 25.0
TINGE = 40  # between the parts of red, green and blue of what words call grey, of 255
Key = tuple[str | int, ...]
Fault = tuple[Key, str]
CONES: tuple[Kind, ...] = ("deuteranopia", "protanopia")

_SEEN: dict[Kind, str] = {
    "grey": "in grey",
    "deuteranopia": "to readers without the green cone",
    "protanopia": "to readers without the red cone",
}


def faults(palette: Palette) -> Iterator[Fault]:
    """Say what is wrong with a palette, each with its key; of fills only where text can be read."""
    unread = list(_texts(palette))
    yield from unread
    yield from () if unread else _fills(palette)
    yield from _steps(palette)
    yield from _sides(palette)
    yield from _lines(palette)
    yield from _greys(palette)


def _texts(palette: Palette) -> Iterator[Fault]:
    for name in ("ink", "quiet", "line"):
        found = contrast(getattr(palette, name), palette.paper)
        message = (
            f"text of this colour stands out from paper ({palette.paper}) {found:.1f} to 1, and "
            f"{TEXT} to 1 is the least that can be read; take a darker one"
        )
        if found < TEXT:
            yield (name,), message


def _fills(palette: Palette) -> Iterator[Fault]:
    """Text stands on these, ink or paper, whichever can be read."""
    for key, colour in _filled(palette):
        found = max(contrast(colour, text) for text in (palette.ink, palette.paper))
        message = (
            f"neither ink ({palette.ink}) nor paper ({palette.paper}) can be read on {colour}: "
            f"{found:.1f} to 1 at best, and {TEXT} to 1 is asked; take a lighter or a darker one"
        )
        if found < TEXT:
            yield key, message


def _filled(palette: Palette) -> Iterator[tuple[Key, str]]:
    yield ("line",), palette.line
    yield ("beaten",), palette.beaten
    for name in ("classes", "gains", "losses", "rules"):
        for place, colour in enumerate(getattr(palette, name)):
            yield (name, place), colour


def _steps(palette: Palette) -> Iterator[Fault]:
    """Neighbours are told apart by lightness alone, from light to dark, as words say of them."""
    fan: Sequence[Key] = (("paper",), ("outer",), ("inner",), ("line",))
    yield from _ladder(fan, (palette.paper, palette.outer, palette.inner, palette.line))
    for name in ("classes", "gains", "losses"):
        shades: Sequence[str] = getattr(palette, name)
        yield from _ladder([(name, place) for place in range(len(shades))], shades)


def _ladder(keys: Sequence[Key], shades: Sequence[str]) -> Iterator[Fault]:
    """Hold each shade against the one before it; one that fails is told once."""
    for key, (one, other) in zip(keys[1:], pairwise(shades), strict=True):
        steps = {kind: lightness(one, kind) - lightness(other, kind) for kind in KINDS}
        kind = min(KINDS, key=lambda each: steps[each])
        message = (
            f"{other} and {one} before it are alike {_SEEN[kind]}: {steps[kind]:.1f} apart in "
            f"lightness (CIE L*), and {STEP:g} is the least; take a darker one"
        )
        if steps["grey"] < 0:
            message = f"{other} is lighter than {one} before it, and words say the dark is more"
        if steps[kind] < STEP:
            yield key, message


def _sides(palette: Palette) -> Iterator[Fault]:
    """Hold each loss against each gain, as those see them who lack a cone."""
    for place, loss in enumerate(palette.losses):
        pairs = product(palette.gains, CONES)
        found, gain, kind = min((apart(gain, loss, kind), gain, kind) for gain, kind in pairs)
        message = (
            f"{loss} and the gain {gain} are alike {_SEEN[kind]}: {found:.1f} apart (CIE 1976), "
            f"and {SIDES:g} is the least; orange and blue are told apart by nearly everyone"
        )
        if found < SIDES:
            yield ("losses", place), message


def _lines(palette: Palette) -> Iterator[Fault]:
    """Hold thin lines against paper, and the two of rules that are not dashed against another."""
    thin: list[tuple[Key, str, float]] = [(("grey",), palette.grey, STEP)]
    thin += [(("rules", place), colour, LINE) for place, colour in enumerate(palette.rules)]
    for key, colour, least in thin:
        found = abs(lightness(colour) - lightness(palette.paper))
        message = (
            f"a line of {colour} is {found:.1f} apart from paper ({palette.paper}) in lightness "
            f"(CIE L*), and {least:g} is the least; take a darker one"
        )
        if found < least:
            yield key, message
    first, second = palette.rules[:2]
    found = abs(lightness(first) - lightness(second))
    message = (
        f"{second} and {first}, the two lines without dashes, are alike in grey: {found:.1f} apart "
        f"in lightness (CIE L*), and {STEP:g} is the least"
    )
    if found < STEP:
        yield ("rules", 1), message


def _greys(palette: Palette) -> Iterator[Fault]:
    """What words call grey may have a tinge, and no more."""
    for name in ("grey", "shade", "quiet"):
        colour = getattr(palette, name)
        parts = parts_of(colour)
        found = round(255 * float(parts.max() - parts.min()))
        message = (
            f"{colour} is a colour, and words call it grey: its parts of red, green and blue are "
            f"{found} apart, and {TINGE} is the most"
        )
        if found > TINGE:
            yield (name,), message
