"""Where the amounts of many bars side by side are written, so that none is upon another thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

WIDE = 1.3  # a bar, in millimetres, where there is room
THIN = 0.25  # and at least
FILLED = 0.8  # of the way from one bar to the next

Span = tuple[float, float]


@dataclass(frozen=True)
class Bar:
    """A bar: where its left edge is, how high it is, and how wide its amount is when written."""

    x: float
    high: float
    written: float


@dataclass(frozen=True)
class Label:
    """Where a bar's amount is written: about which x, and how high above the foot of all bars."""

    bar: Bar
    centre: float
    above: float


def width(places: Sequence[float]) -> float:
    """Say how wide bars can be that begin at these places and do not touch.

    >>> width([0.0, 5.0]), width([0.0, 1.0, 5.0]), width([2.0])
    (1.3, 0.8, 1.3)
    """
    apart = min((b - a for a, b in pairwise(sorted(places))), default=WIDE / FILLED)
    return min(WIDE, max(FILLED * apart, THIN))


@dataclass
class Labels:
    """Amounts that are written so far: in a row just above bars, and in one above that.

    Those of the upper row have a line down to their bar, which no amount of the lower row may be
    upon. All amounts are between `room`'s ends; `top` is the height of the highest bar.
    """

    bars: Sequence[Bar]
    room: Span
    top: float
    tier: float
    clear: float
    """From the top of a bar to the middle of the amount above it."""
    lower: list[Span] = field(default_factory=list, init=False)
    upper: list[Span] = field(default_factory=list, init=False)
    lines: list[float] = field(default_factory=list, init=False)
    thick: float = field(default=WIDE, init=False)

    def place(self, named: Sequence[Bar]) -> Iterator[Label]:
        """Give each of these bars' amounts that fits its place, the largest first."""
        self.thick = width([bar.x for bar in self.bars])
        for bar in sorted(named, key=lambda bar: (-bar.high, bar.x)):
            half, middle = bar.written / 2, bar.x + self.thick / 2
            centre = min(max(middle, self.room[0] + half), self.room[1] - half)
            span = centre - half, centre + half
            if _free(span, self.lower) and not any(_holds(span, x) for x in self.lines):
                self.lower.append(span)
                yield Label(bar, centre, self._highest(span) + self.clear)
            elif _free(span, self.upper) and not any(_holds(low, middle) for low in self.lower):
                self.upper.append(span)
                self.lines.append(middle)
                yield Label(bar, centre, self.top + self.clear + self.tier)

    def _highest(self, span: Span) -> float:
        """How high the highest bar below a span is."""
        return max(bar.high for bar in self.bars if _touch(span, (bar.x, bar.x + self.thick)))


def _touch(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _free(span: Span, taken: Sequence[Span]) -> bool:
    return not any(_touch(span, each) for each in taken)


def _holds(span: Span, x: float) -> bool:
    return span[0] <= x <= span[1]
