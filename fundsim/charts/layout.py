"""Where areas stand on a map of equal squares: near where they lie, beside whom they lie beside.

An assignment gives each area a square of a grid so that the squared distances to their middles are
least together (Kuhn 1955, by scipy); then areas move or change places with others near by as long
as more of those that lie beside one another come to touch. All of it is in whole numbers, and equal
costs are parted by a fixed hash, so that there is one best assignment and every machine finds it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fundsim.money import Real

Whole = NDArray[np.int64]
Pair = tuple[int, int]

FILL = 1.8  # squares of the grid for each area
EVEN = 1, 10  # how far crowded places are pulled apart: a tenth of the way towards equal distances
FINE = 100  # parts of a square in which distances are measured
PARTED = 20  # bits of the hash that parts equal costs
APART = 100  # what each square between two neighbours costs
CORNER = 20  # what it costs that neighbours touch at a corner only
AWAY = 20  # what a square's distance from where an area lies costs, squared
REACH = 3  # how many squares an area may move at once
ROUNDS = 20  # of moves, at most; a few are enough


def laid_out(x: Real, y: Real, neighbours: Sequence[Pair] | None = None) -> list[Pair]:
    """Give each area a square, as column from the west and row from the north, both from 0.

    `x` to the east and `y` to the north are `(area,)`, in one unit. `neighbours` are pairs of areas
    that lie beside one another; without them pairs with no other area between them stand in, those
    whose circle through both, about their middle, holds no third (Gabriel and Sokal 1969).
    """
    across, down = _whole(x, y)
    order = np.lexsort((across, down))  # so that it is the same in whatever order areas come
    beside = between_none(across, down) if neighbours is None else neighbours
    rank = np.argsort(order).tolist()
    ranked = sorted(sorted((rank[one], rank[other])) for one, other in beside)
    squares = _placed(across[order], down[order], [(one, other) for one, other in ranked])
    west, north = (min(square[side] for square in squares) for side in (0, 1))
    return [(squares[place][0] - west, squares[place][1] - north) for place in rank]


def _placed(across: Whole, down: Whole, beside: Sequence[Pair]) -> list[Pair]:
    columns, rows = _grid(across, down)
    wanted = _pulled(across, columns), _pulled(down, rows)
    squares = _assigned(*wanted, columns, rows)
    return _Moving(wanted, (columns, rows), beside, squares).moved()


def on_a_plane(lon: Real, lat: Real) -> tuple[Real, Real]:
    """Lay degrees on a plane by the cosine of their middle latitude (equirectangular)."""
    middle = round((float(lat.min()) + float(lat.max())) / 2, 3)
    return lon * round(math.cos(math.radians(middle)), 5), lat


def touching(squares: Sequence[Pair], neighbours: Sequence[Pair]) -> int:
    """Count the neighbours whose squares touch by an edge or a corner."""
    return sum(_far(squares[one], squares[other]) == 1 for one, other in neighbours)


def between_none(x: Whole, y: Whole) -> list[Pair]:
    """Find the pairs whose circle through both, about their middle, holds no third area."""
    far = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2
    np.fill_diagonal(far, np.iinfo(np.int64).max // 4)
    found: list[Pair] = []
    for one, row in enumerate(far):
        free = (row[:, None] + far).min(axis=0) >= row
        found += [(one, int(other)) for other in np.flatnonzero(free) if other > one]
    return found


def _far(one: Pair, other: Pair) -> int:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))


def _whole(x: Real, y: Real) -> tuple[Whole, Whole]:
    """Measure to the east and to the south, in a hundred-thousandth of the longer side."""
    side = max(float(np.ptp(x)), float(np.ptp(y))) or 1.0
    across, down = (x - x.min()) / side, (y.max() - y) / side
    return np.rint(across * 100_000).astype(np.int64), np.rint(down * 100_000).astype(np.int64)


def _grid(across: Whole, down: Whole) -> Pair:
    """Choose as many columns and rows as suit the shape of the whole."""
    squares = max(len(across), round(FILL * len(across)))
    wide, high = max(int(across.max()), 1), max(int(down.max()), 1)
    rows = min(max(round(math.sqrt(squares * high / wide)), 1), len(across))
    return math.ceil(squares / rows), rows


def _pulled(places: Whole, count: int) -> Whole:
    """Lay places on `count` squares, in parts of one; crowded ones are pulled apart."""
    part, whole = EVEN
    long, last = max(int(places.max()), 1), max(len(places) - 1, 1)
    order = np.empty(len(places), np.int64)
    order[np.argsort(places, kind="stable")] = np.arange(len(places))
    pulled = (whole - part) * places * last + part * order * long
    return pulled * ((count - 1) * FINE) // (whole * long * last)


def _assigned(x: Whole, y: Whole, columns: int, rows: int) -> list[Pair]:
    """Give each area a square of its own, all together as near as can be."""
    from scipy.optimize import linear_sum_assignment  # heavy, and for this alone

    at = np.arange(columns * rows)
    column, row = at % columns, at // columns
    cost = (x[:, None] - column * FINE) ** 2 + (y[:, None] - row * FINE) ** 2
    pairs = np.arange(cost.size, dtype=np.uint64).reshape(cost.shape)
    mixed = (pairs * np.uint64(2_654_435_761)) & np.uint64(0xFFFF_FFFF)  # Knuth's hash
    mixed = (mixed ^ (mixed >> np.uint64(15))) * np.uint64(2_246_822_519) & np.uint64(0xFFFF_FFFF)
    parted = (mixed >> np.uint64(32 - PARTED)).astype(np.int64)
    _, chosen = linear_sum_assignment((cost << PARTED) + parted)
    return [(int(column[square]), int(row[square])) for square in chosen]


class _Moving:
    """Areas on their squares, which move as long as that brings neighbours together."""

    def __init__(
        self,
        wanted: tuple[Whole, Whole],
        size: Pair,
        neighbours: Sequence[Pair],
        squares: Sequence[Pair],
    ) -> None:
        self._wanted: list[Pair] = list(zip(wanted[0].tolist(), wanted[1].tolist(), strict=True))
        self._size = size
        self._squares = list(squares)
        self._on = {square: area for area, square in enumerate(squares)}
        self._beside: list[list[int]] = [[] for _ in squares]
        for one, other in neighbours:
            self._beside[one].append(other)
            self._beside[other].append(one)

    def moved(self) -> list[Pair]:
        """Move each area in turn to the best square within reach, until none is better."""
        for _ in range(ROUNDS):
            if not sum(self._move(area) for area in range(len(self._squares))):
                break
        return self._squares

    def _move(self, area: int) -> bool:
        own = self._squares[area]
        staying = self._cost(area, own)
        best, chosen = 0, own
        for square in self._near(own):
            change = self._change(area, square, staying)
            if change < best:
                best, chosen = change, square
        if chosen == own:
            return False
        other = self._on.pop(chosen, None)
        del self._on[own]
        self._squares[area], self._on[chosen] = chosen, area
        if other is not None:
            self._squares[other], self._on[own] = own, other
        return True

    def _near(self, own: Pair) -> list[Pair]:
        columns, rows = self._size
        across = range(max(own[0] - REACH, 0), min(own[0] + REACH + 1, columns))
        down = range(max(own[1] - REACH, 0), min(own[1] + REACH + 1, rows))
        return [(column, row) for column in across for row in down if (column, row) != own]

    def _change(self, area: int, square: Pair, staying: int) -> int:
        """Say by how much a move, or changing places with who stands there, alters all costs."""
        own, other = self._squares[area], self._on.get(square)
        if other is None:
            return self._cost(area, square) - staying
        before = staying + self._cost(other, square)
        return self._cost(area, square, other, own) + self._cost(other, own, area, square) - before

    def _cost(self, area: int, square: Pair, moving: int = -1, to: Pair = (0, 0)) -> int:
        """Say what it costs that an area is on a square, while another is `moving` elsewhere."""
        (x, y), (column, row) = self._wanted[area], square
        cost = AWAY * ((x - FINE * column) ** 2 + (y - FINE * row) ** 2) // FINE**2
        for other in self._beside[area]:
            there = to if other == moving else self._squares[other]
            wide, high = abs(there[0] - column), abs(there[1] - row)
            far = max(wide, high)
            cost += (far - 1) * APART if far > 1 else CORNER * (wide + high - 1)
        return cost
