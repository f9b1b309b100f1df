"""From a figure to the bytes of a file: the same on every machine, clock and set of preferences."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, get_args
from xml.sax.saxutils import escape

from fundsim import __version__
from fundsim.charts.style import families, fonts
from fundsim.charts.style.faces import without_remarks
from fundsim.charts.words import Words, sources_in_one

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Format = Literal["svg", "png", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)

DPI = 180  # of PNG: a picture across an A4 page comes out sharp, in 100 kB

SETTINGS = {
    "text.usetex": False,
    "text.parse_math": False,  # a name with two dollar signs is a name
    "svg.fonttype": "none",
    "svg.hashsalt": "fundsim",
    "pdf.fonttype": 42,
}

# What a machine without the typeface writes an SVG's text in: nearly as wide, then anything.
_OTHERWISE = {"sans-serif": "Verdana, sans-serif", "serif": "Georgia, serif"}

_ONE_AT_A_TIME = threading.Lock()  # matplotlib's settings belong to the whole process


@contextmanager
def settled() -> Iterator[None]:
    """Draw under matplotlib's own defaults and ours, whatever the user's matplotlibrc says."""
    from matplotlib.style import context

    family = {"font.family": families(fonts().family)}
    with _ONE_AT_A_TIME, context(["default", SETTINGS | family]), without_remarks():
        yield


def encode(figure: Figure, kind: Format, words: Words) -> bytes:
    """Write a figure as the bytes of one file, with its provenance inside; no date, no host.

    To be called under `settled`.
    """
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, dpi=DPI, metadata=_METADATA[kind](words))
    return _described(buffer.getvalue(), words) if kind == "svg" else buffer.getvalue()


def _creator() -> str:
    return f"fundsim {__version__}"


def _provenance(words: Words) -> str:
    return "; ".join(f"{key}={value}" for key, value in words.provenance.items())


def _svg(words: Words) -> dict[str, str | None]:
    return {
        "Title": _clean(f"{words.title}: {words.facts.title}"),
        "Description": _clean(words.alt),
        "Creator": _creator(),
        "Date": None,
        "Identifier": _provenance(words),
        **({} if words.language.english else {"Language": words.language.tag}),
        "Source": _clean(sources_in_one(words)),
        "Rights": _clean(words.rights),
    }


def _png(words: Words) -> dict[str, str | None]:
    return {
        "Title": _in(words, _clean(f"{words.title}: {words.facts.title}")),
        "Description": _in(words, _clean(words.alt)),
        "Software": None,
        "Author": _creator(),
        "Comment": _provenance(words),
        "Source": _clean(sources_in_one(words)),
        "Copyright": _in(words, _clean(words.rights)),
    }


def _in(words: Words, text: str) -> str:
    """Mark a text of a PNG with its language (PNG specification, 11.3.3.4); English goes without.

    The answer is a string of pillow's own kind, which it writes with its language.
    """
    from PIL.PngImagePlugin import iTXt

    if words.language.english:
        return text
    return iTXt(text, words.language.tag)


def _pdf(words: Words) -> dict[str, str | None]:
    return {
        "Title": _clean(f"{words.title}: {words.facts.title}"),
        "Subject": _clean(f"{words.alt} {words.rights}"),
        "Keywords": _provenance(words),
        "Creator": _creator(),
        "Producer": None,
        "CreationDate": None,
    }


_METADATA = {"svg": _svg, "png": _png, "pdf": _pdf}


def _clean(text: str) -> str:
    """Keep control characters, which XML cannot hold, out of a file's text."""
    return "".join(mark if mark.isprintable() else " " for mark in text)


def _described(svg: bytes, words: Words) -> bytes:
    """Give an SVG its sentence for those who cannot see it, and a second choice of typeface.

    The first child of the root is the title; a reader of the screen speaks title and description.
    """
    text = svg.decode("utf-8")
    spoken = "" if words.language.english else f'xml:lang="{words.language.tag}" '
    text = text.replace("<svg ", f'<svg role="img" {spoken}', 1)
    text = text.replace("</title>", f"</title>\n <desc>{escape(_clean(words.alt))}</desc>", 1)
    family, others = fonts().family, _OTHERWISE[fonts().otherwise]
    # An angle bracket inside text is written as an entity, so that this finds tags alone.
    of_a_text = re.compile(rf"""(<text [^<>]*style="[^"<>]*)'{re.escape(family)}'""")
    text = of_a_text.sub(rf"\1'{family}', {others}", text)
    return text.encode("utf-8")
