"""Shades of pounds a head: a few classes, their colours, and the key that says which is which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from fundsim.charts.figures import written
from fundsim.charts.language import say
from fundsim.charts.page import Page
from fundsim.charts.palette import classes
from fundsim.charts.style import colours, sizes
from fundsim.charts.tiling import SHADES, box, class_of, edges_of, place_in

STEP = 6.0  # from one class to the next, in millimetres


@dataclass(frozen=True)
class Shading:
    """The limits of the classes, in the smallest parts that are written, and the largest figure.

    Figures that are written as nothing have no shade.
    """

    edges: tuple[int, ...]
    largest: float
    nothing: bool

    @classmethod
    def of(cls, figures: Sequence[float]) -> Shading:
        """Choose classes for pounds a head."""
        largest = max(figures)
        parts = sorted(written(figure, largest=largest) for figure in figures)
        some, nothing = [part for part in parts if part], not parts[0]
        return cls(tuple(edges_of(some, SHADES - nothing)), largest, nothing)

    @property
    def _shades(self) -> Sequence[str]:
        """The colours of the classes: beside nothing, which is paper, without the lightest one."""
        return classes(len(self.edges) - 1 + self.nothing)[self.nothing :]

    def colour(self, figure: float) -> str:
        """Give a figure's shade."""
        part = written(figure, largest=self.largest)
        return self._shades[place_in(part, self.edges)] if part else colours().paper

    @property
    def _entries(self) -> list[tuple[str, str]]:
        """Each shade with its class in words, darkest first."""
        entries = [
            (colour, class_of(max(low, 1), above - 1, self.largest))
            for colour, (low, above) in zip(self._shades, pairwise(self.edges), strict=True)
            if above > 1
        ]
        return [*reversed(entries), *([(colours().paper, "£0")] if self.nothing else [])]

    @property
    def high(self) -> float:
        """How high the key is, in millimetres."""
        return 8.0 + len(self._entries) * STEP

    def draw_key(self, page: Page, left: float) -> None:
        """Write which shade means what, darkest first, from the top of the drawing on."""
        page.text(
            left, page.top + 2.0, say("Pounds a head a year"), sizes().small, colour=colours().quiet
        )
        for row, (colour, said) in enumerate(self._entries):
            middle = page.top + 8.0 + row * STEP
            page.shape(box(left, middle - 2.2, 7.0, 4.4), colour, edge=colours().rule)
            page.text(left + 9.0, middle, said, sizes().small)
