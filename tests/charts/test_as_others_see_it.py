"""Every picture can be read in grey, without a kind of cone, and at 8 cm.

How far is far enough. A difference of 2.3 in CIE 1976 L*a*b* is just noticed, patch beside patch
(Mahy, Van Eycken and Oosterlinck, Color Research and Application 19, 1994); a picture asks for
more, since what is compared stands apart. 10 is more than four times that, and our colours have
some 12 at least. In grey the distance is that of lightness alone.

How small is small enough. At 8 cm a sheet of 160 mm is halved. 3.2 points of this typeface have an
x-height of 0.6 mm, which at 30 cm is seen under 7 minutes of arc: above the 5 of normal acuity, and
below what is read for long. So a figure can be read off an 8 cm picture, and the caption, which is
for provenance, is read off the full one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fundsim.charts.seeing import KINDS, Kind, colour_as_seen, lightness
from fundsim.charts.style import Look, Style, colours, drawn_in, sizes
from fundsim.money import Real
from tests.charts.every import NAMES, figure_of, plain
from tests.charts.marks import alike, seen

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.text import Text
    from matplotlib.transforms import BboxBase

APART = 10.0
HALF = 0.5  # 8 cm, of 16
LEAST = 3.2  # points at 8 cm
SMALLER = {
    # several maps share the sheet: a square's place says whose it is, its sign, which is large,
    # what happens there, and the names of the extremes stand below each map
    "winners_losers_map": 2.4,
}


# What tells apart what colours do not


def signed(figure: Figure) -> bool:
    """Whether squares of gains bear a plus, of losses a minus; of what is open, a question."""
    return all(
        any(text.get_text()[0] in f"{sign}?" for text in within(figure, artist.get_window_extent()))
        for sign, shades in (("+", colours().gains), ("−", colours().losses))
        for artist, _, colour in seen(figure)
        if colour in shades
    )


def on_either_side_of_zero(figure: Figure) -> bool:
    """Whether gains lie at or above zero, and losses at or below it."""
    heights = {
        name: np.concatenate([_heights(a) for a, _, colour in seen(figure) if colour in shades])
        for name, shades in (("gains", colours().gains), ("losses", colours().losses))
    }
    return bool(heights["gains"].min() >= 0 >= heights["losses"].max())


def _heights(artist: object) -> Real:
    from matplotlib.collections import Collection
    from matplotlib.lines import Line2D

    if isinstance(artist, Line2D):
        return np.asarray(artist.get_ydata(), dtype=float)
    assert isinstance(artist, Collection)
    return np.concatenate([np.asarray(path.vertices)[:, 1] for path in artist.get_paths()])


def up_and_down(figure: Figure) -> bool:
    """Whether lines of gains rise from left to right, and those of losses fall."""
    from matplotlib.lines import Line2D

    for artist, _, colour in seen(figure):
        moves = colour in (*colours().gains, *colours().losses)
        if moves and isinstance(artist, Line2D) and artist.axes is not None:
            (left, right) = artist.get_transform().transform(artist.get_xydata())[[0, -1]]
            if (right[1] > left[1]) != (colour in colours().gains):
                return False
    return True


def named(figure: Figure) -> bool:
    """Whether each stop of the flow has a name beside it, at its height."""
    return all(list(beside(figure, stop)) for stop in stops(figure))


def stops(figure: Figure) -> Iterator[BboxBase]:
    shades = {colours().line, colours().quiet, *colours().classes}
    for artist, look, colour in seen(figure):
        place = artist.get_window_extent()
        if look.startswith("fill") and colour in shades and place.width < 20:
            yield place


TOLD_OTHERWISE: dict[str, Callable[[Figure], bool]] = {
    "winners_losers": on_either_side_of_zero,
    "winners_losers_map": signed,
    "rank_slopes": up_and_down,
    "money_flow": named,
}


def texts(figure: Figure) -> Iterator[Text]:
    from matplotlib.text import Text

    return (text for text in figure.findobj(Text) if text.get_visible() and text.get_text())


def within(figure: Figure, place: BboxBase) -> list[Text]:
    middles = ((text, text.get_window_extent()) for text in texts(figure))
    return [
        text for text, at in middles if place.contains((at.x0 + at.x1) / 2, (at.y0 + at.y1) / 2)
    ]


def beside(figure: Figure, place: BboxBase) -> Iterator[Text]:
    for text in texts(figure):
        at = text.get_window_extent()
        if 0 <= at.x0 - place.x1 < 20 and at.y0 < place.y1 and at.y1 > place.y0:
            yield text


# Colours


@pytest.mark.parametrize("name", NAMES)
def test_what_colours_tell_apart_is_told_apart_by_everybody(name: str) -> None:
    figure = plain(name)
    close = {kind: alike(figure, kind, APART) for kind in KINDS}
    if name in TOLD_OTHERWISE:
        assert TOLD_OTHERWISE[name](figure)
    else:
        assert close == {kind: [] for kind in KINDS}


@pytest.mark.parametrize("name", TOLD_OTHERWISE)
def test_nothing_is_excused_that_needs_no_excuse(name: str) -> None:
    assert alike(plain(name), "grey", APART)


def look(**palette: object) -> Look:
    """A look of other colours, though they be such as no style would be allowed."""
    style = Style()
    other = style.palette.model_copy(update=palette)
    return Look(style.model_copy(update={"palette": other}))


# Each pair is far apart but for those whom the key names.
BAD: dict[Kind, tuple[str, str]] = {
    "deuteranopia": ("#7ed453", "#ff7e53"),
    "protanopia": ("#287e28", "#ff5328"),
    "grey": ("#5353ff", "#7e7e28"),
}


@pytest.mark.parametrize(("kind", "pair"), BAD.items())
def test_colours_that_are_alike_for_some_would_be_found(kind: Kind, pair: tuple[str, str]) -> None:
    outer, inner = pair
    with drawn_in(look(outer=outer, inner=inner)):
        figure = figure_of("spending")
        found = [seen_by for seen_by in KINDS if (outer, inner) in alike(figure, seen_by, APART)]
    assert found == [kind]


@pytest.mark.parametrize("name", [name for name in TOLD_OTHERWISE if name != "money_flow"])
def test_gains_in_the_place_of_losses_would_be_found(name: str) -> None:
    with drawn_in(look(gains=colours().losses, losses=colours().gains)):
        figure = figure_of(name)
    assert not TOLD_OTHERWISE[name](figure)


def test_a_stop_without_a_name_would_be_found() -> None:
    figure = figure_of("money_flow")
    for text in list(beside(figure, next(stops(figure)))):
        text.set_visible(False)
    assert not named(figure)


def test_a_picture_that_is_seen_in_grey_keeps_its_lightness() -> None:
    for colour in (*colours().gains, *colours().losses):
        assert lightness(colour_as_seen(colour, "grey")) == pytest.approx(
            lightness(colour), abs=0.3
        )


# Sizes


def smallest(figure: Figure) -> float:
    """The size of the smallest text on an 8 cm picture, the caption aside, in points."""
    return min(float(text.get_fontsize()) for text in texts(figure) if not is_caption(text)) * HALF


def is_caption(text: Text) -> bool:
    return text.get_fontsize() == sizes().caption and text.get_verticalalignment() == "baseline"


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_of_8_cm_can_be_read(name: str) -> None:
    assert smallest(plain(name)) >= SMALLER.get(name, LEAST)


def test_the_caption_alone_is_small_print() -> None:
    assert LEAST <= sizes().caption * HALF < sizes().small * HALF


def test_text_that_is_too_small_would_be_found() -> None:
    figure = figure_of("spending")
    next(text for text in texts(figure) if not is_caption(text)).set_fontsize(6.0)
    assert smallest(figure) < LEAST
