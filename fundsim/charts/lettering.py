"""Measuring, breaking and cleaning the text of a picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fundsim.charts.figures import FIRM
from fundsim.charts.style import families, fonts

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

BOX = "□"  # stands for a character that the typeface lacks
ELLIPSIS = "…"

_STEERING = frozenset("\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff")


class Ruler:
    """Measures text of one size, in points, without its kerning."""

    def __init__(self, size: float, *, bold: bool = False) -> None:
        self._faces = _faces(bold=bold)
        self._size = size
        self._advances: dict[str, float] = {}

    def width(self, text: str) -> float:
        """Measure a line of text."""
        return sum(map(self._advance, text))

    def _advance(self, mark: str) -> float:
        if mark not in self._advances:
            face = next((each for each in self._faces if each.get_char_index(ord(mark))), None)
            face = face or self._faces[0]
            face.set_size(self._size, 72)  # matplotlib hands the same font to everyone
            self._advances[mark] = face.load_char(ord(mark)).linearHoriAdvance / (1 << 16)
        return self._advances[mark]

    def widest(self, texts: list[str]) -> float:
        """Measure the longest of some lines."""
        return max(map(self.width, texts))

    def wrap(self, text: str, room: float) -> list[str]:
        """Break text into lines no wider than `room`; a word wider than that is broken too."""
        lines: list[str] = []
        left = 0.0
        for word in self._fitting_words(text, room):
            needed = self.width(f" {word}")
            if lines and needed <= left:
                lines[-1] += f" {word}"
                left -= needed
            else:
                lines.append(word)
                left = room - self.width(word)
        return lines

    def _fitting_words(self, text: str, room: float) -> Iterator[str]:
        for word in text.split(" "):
            rest = word
            while self.width(rest) > room and len(rest) > 1:
                cut = self._fitting(rest, room)
                yield rest[:cut]
                rest = rest[cut:]
            yield rest

    def _fitting(self, text: str, room: float) -> int:
        """Count how many of a text's first characters fit, at least one."""
        for count, mark in enumerate(text):
            room -= self._advance(mark)
            if room < 0:
                return max(count, 1)
        return len(text)

    def shortened(self, text: str, room: float, *, lines: int) -> list[str]:
        """Break text into at most so many lines, and mark with an ellipsis what is left out."""
        broken = self.wrap(text, room)
        if len(broken) <= lines:
            return broken
        last = broken[lines - 1]
        fitting = last[: self._fitting(last, room - self.width(ELLIPSIS))]
        return [*broken[: lines - 1], fitting.rstrip() + ELLIPSIS]

    def cut(self, text: str, room: float) -> str:
        """Keep as many letters of a text as there is room for, and mark what is left out."""
        if self.width(text) <= room:
            return text
        return text[: self._fitting(text, room - self.width(ELLIPSIS))].rstrip() + ELLIPSIS


class Letters:
    """Knows which characters the typeface has, or ours where a house's own lacks them."""

    def __init__(self) -> None:
        self._known = {mark for face in _faces(bold=False) for mark in face.get_charmap()}

    def drawable(self, text: str) -> str:
        """Give a text as one line of known characters, a box for each one that is not.

        Invisible characters that only steer the direction of writing go.
        """
        line = FIRM.join(" ".join(part.split()) for part in text.split(FIRM))
        return "".join(self._letter(mark) for mark in line if mark not in _STEERING)

    def _letter(self, mark: str) -> str:
        has = mark == FIRM or (mark.isprintable() and ord(mark) in self._known)
        return mark if has else BOX

    def lacking(self, texts: Iterable[str]) -> bool:
        """Whether some character of these texts shows as a box."""
        return any(self.drawable(text).count(BOX) > text.count(BOX) for text in texts)


def _faces(*, bold: bool) -> list[FT2Font]:
    """Find the typefaces, the first choice first."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    weight = "bold" if bold else "normal"
    found = [FontProperties(family=name, weight=weight) for name in families(fonts().family)]
    return [get_font(str(findfont(face))) for face in found]
