"""The typeface of a style on this machine: whether it is there, and which file it is."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from fundsim.charts.style.model import FAMILY
from fundsim.errors import nearest

if TYPE_CHECKING:
    from matplotlib.font_manager import FontManager

SHOWN = 8  # typefaces that a message lists
_LAST = "Last Resort"  # has a box for every character there is


class NoSuchFace(ValueError):  # noqa: N818 - it is the typeface that is missing
    """A typeface is not on this machine; the text says what is."""


def refuse_missing(family: str) -> None:
    """Refuse a typeface that is not on this machine, and name those that come nearest."""
    from matplotlib.font_manager import fontManager

    if family in _families(fontManager):
        return
    _look_again(fontManager)
    there = _families(fontManager)
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
    return {name: _hash(Path(findfont(face))) for name, face in faces.items()}


def _hash(path: Path) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
