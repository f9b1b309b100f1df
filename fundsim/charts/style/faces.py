"""The typeface of a style on this machine: whether it is there, and which file it is."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from string import ascii_letters, digits
from typing import TYPE_CHECKING

from fundsim.charts.style.model import FAMILY
from fundsim.errors import nearest

if TYPE_CHECKING:
    from matplotlib.font_manager import FontManager

SHOWN = 8  # typefaces that a message lists
NEEDED = f"{ascii_letters}{digits}£"
_LAST = "Last Resort"  # has a box for every character there is

# The name of a pound's glyph, or one that says nothing; old typefaces of TeX have others there.
_POUND = re.compile(r"sterling|(uni|u|glyph|gid|cid|index|g)[0-9A-Fa-f]+")


class NoSuchFace(ValueError):  # noqa: N818 - it is the typeface that is missing
    """A typeface is not on this machine, or is of no use; the text says what is there."""


@contextmanager
def without_remarks() -> Iterator[None]:
    """Keep matplotlib from telling that a typeface lacks a weight: the nearest one is drawn."""
    log = logging.getLogger("matplotlib.font_manager")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)


def refuse_unfit(family: str) -> None:
    """Refuse a typeface that is not on this machine, or that has no letters, digits or pounds."""
    from matplotlib.font_manager import fontManager

    if family not in _families(fontManager):
        _look_again(fontManager)
    _refuse_missing(family, fontManager)
    if not _writes(family):
        message = (
            f'the typeface "{family}" has no letters, digits or pounds where others have theirs; '
            "take one that is made for text"
        )
        raise NoSuchFace(message)


def _writes(family: str) -> bool:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    with without_remarks():
        face = get_font(str(findfont(FontProperties(family=family))))
    places = {mark: face.get_char_index(ord(mark)) for mark in NEEDED}
    return all(places.values()) and bool(_POUND.fullmatch(face.get_glyph_name(places["£"])))


def _refuse_missing(family: str, manager: FontManager) -> None:
    there = _families(manager)
    if family not in there:
        hint = nearest(family, there) or nearest(family.title(), there)
        ours_first = sorted(there, key=lambda name: (not name.startswith("DejaVu"), name))
        some = ", ".join(ours_first[:SHOWN])
        more = f" and {len(there) - SHOWN} more" if len(there) > SHOWN else ""
        message = (
            f'there is no typeface "{family}" on this machine{hint}; install it, or take one that '
            f"is here: {some}{more}"
        )
        raise NoSuchFace(message)


def _families(manager: FontManager) -> set[str]:
    return {face.name for face in manager.ttflist if not face.name.startswith(_LAST)}


def _look_again(manager: FontManager) -> None:
    """Add typefaces that came to the machine after matplotlib last listed them."""
    from matplotlib.font_manager import findSystemFonts

    known = {face.fname for face in manager.ttflist}
    for path in findSystemFonts():
        if path not in known:
            with suppress(OSError, RuntimeError, ValueError):  # a file that is no typeface
                manager.addfont(path)


def families(family: str) -> list[str]:
    """Name the typefaces that text is drawn in: the one asked for, then ours for what it lacks."""
    return [family] if family == FAMILY else [family, FAMILY]


def files_of(family: str) -> dict[str, str]:
    """Give the hashes of the files that a typeface's plain and bold letters are drawn from."""
    from matplotlib.font_manager import FontProperties, findfont

    faces = {name: FontProperties(family=family, weight=name) for name in ("normal", "bold")}
    with without_remarks():
        return {name: _hash(Path(findfont(face))) for name, face in faces.items()}


def _hash(path: Path) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
