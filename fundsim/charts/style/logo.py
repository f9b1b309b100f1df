"""A house's logo: a small PNG, looked at closely, since it may come inside a stranger's file."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fundsim.charts.style.current import look_now
from fundsim.charts.style.model import Logo, Sizes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from PIL.Image import Image

MOST = 1 << 18  # bytes: each picture carries it, so that the file alone makes the picture again
SIDE = 3_000  # pixels, of either side
PART = 0.4  # of the sheet's width, at most
MARGIN = 5.0  # left and right of a sheet, in millimetres
GAP = 4.0  # between a logo and the words, in millimetres of the drawing
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def read_logo(logo: Logo, folder: Path) -> bytes:
    """Read a logo's file, named as seen from `folder`; ValueError says what is wrong with it."""
    path = folder / logo.file
    try:
        with path.open("rb") as file:
            content = file.read(MOST + 1)
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        message = f'"{logo.file}" cannot be read ({why}); the path begins where this file is'
        raise ValueError(message) from None
    if len(content) > MOST:
        message = (
            f'"{logo.file}" is larger than {MOST >> 10} kB, and each picture carries it; save it '
            "with fewer pixels"
        )
        raise ValueError(message)
    refuse_unfit(content, logo.file)
    return content


def refuse_unfit(content: bytes, name: str) -> None:
    """Refuse bytes that are no PNG which can be drawn."""
    if not content.startswith(_SIGNATURE):
        message = (
            f'"{name}" is no PNG, the one kind that can be drawn in every format; save it as one'
        )
        raise ValueError(message)
    image(content, name)


def image(content: bytes, name: str = "the logo") -> Image:
    """Decode a logo, whole, with its transparency."""
    import PIL.Image
    from PIL import ImageFile

    lenient = ImageFile.LOAD_TRUNCATED_IMAGES  # which other libraries set for all of us
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        found = PIL.Image.open(io.BytesIO(content), formats=("PNG",))
        if max(found.size) <= SIDE:
            return found.convert("RGBA")
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error):
        message = f'"{name}" is a broken PNG; save it again'
        raise ValueError(message) from None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient
    wide, high = found.size
    message = f'"{name}" has {wide} by {high} pixels, and {SIDE} are the most; save it smaller'
    raise ValueError(message)


def wide(logo: Logo, content: bytes) -> float:
    """Give how wide a logo is on the sheet, in millimetres."""
    across, down = image(content).size
    return logo.height * across / down


def refuse_wide(logo: Logo, content: bytes, sizes: Sizes) -> None:
    """Refuse a logo that leaves too little room for the words beside it."""
    room = PART * (sizes.width - 2 * MARGIN)
    asked = wide(logo, content)
    if asked > room:
        lower = int(10 * logo.height * room / asked) / 10
        message = (
            f"a logo {logo.height:g} mm high would be {asked:.0f} mm wide, and {room:.0f} are free "
            f"beside the words; expected at most {lower:g}, or a wider sheet"
        )
        raise ValueError(message)


@dataclass(frozen=True)
class Mark:
    """A logo as drawings take it, in their millimetres; `pixels` are `(row, column, 4)`, or none.

    `above` and `below` are how much of a line it takes from the words above the drawing, and below.
    """

    pixels: NDArray[np.uint8] | None = None
    wide: float = 0.0
    high: float = 0.0
    above: float = 0.0
    below: float = 0.0


def mark_now() -> Mark:
    """Give the logo of now."""
    look = look_now()
    logo, scale = look.style.logo, look.style.measures.scale
    if logo is None:
        return Mark()
    across = wide(logo, look.logo) / scale
    taken = across + GAP
    return Mark(
        np.asarray(image(look.logo)),
        across,
        logo.height / scale,
        above=taken if logo.place == "top" else 0.0,
        below=taken if logo.place == "bottom" else 0.0,
    )


def show(mark: Mark, axes: Axes) -> None:
    """Fill axes with a logo: all its pixels in SVG and PDF, smoothed to those of a PNG."""
    from matplotlib.image import AxesImage

    class Shown(AxesImage):
        def draw(self, renderer: RendererBase) -> None:
            self.set_interpolation("none" if renderer.option_scale_image() else "antialiased")
            super().draw(renderer)

    shown = Shown(axes, extent=(0.0, 1.0, 0.0, 1.0), origin="upper")
    shown.set_data(mark.pixels)
    axes.set(xlim=(0.0, 1.0), ylim=(0.0, 1.0))
    axes.add_image(shown)
