"""What outlines tell of where areas lie: their middles, and who borders on whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from fundsim.charts.layout import Pair, on_a_plane
from fundsim.charts.outlines import Outlines
from fundsim.money import Real

SHARED = 2  # points that two outlines have in common, where they share a border


def middles(outlines: Outlines, codes: Sequence[str]) -> tuple[Real, Real]:
    """Give the middle of each area's largest part on a plane, east and north, `(area,)`."""
    found = np.array([_middle(outlines, code) for code in codes])
    x, y = found[:, 0], found[:, 1]
    return on_a_plane(x, y) if outlines.in_degrees else (x, y)


def borders(outlines: Outlines, codes: Sequence[str]) -> list[Pair] | None:
    """Find the pairs of areas that share a border, as places in `codes`.

    None where no two have points in common: such outlines were simplified each for itself.
    """
    points, owners = [], []
    for place, code in enumerate(codes):
        own = np.unique(np.concatenate([part.edge for part in outlines.parts[code]]), axis=0)
        points.append(own)
        owners.append(np.full(len(own), place))
    together, owner = np.concatenate(points), np.concatenate(owners)
    order = np.lexsort((owner, together[:, 1], together[:, 0]))
    together, owner = together[order], owner[order]
    fresh = np.flatnonzero((together[1:] != together[:-1]).any(axis=1)) + 1
    shared = Counter(
        pair
        for group in np.split(owner, fresh)
        if len(group) > 1
        for pair in combinations(group.tolist(), 2)
    )
    return sorted(pair for pair, count in shared.items() if count >= SHARED) or None


def _middle(outlines: Outlines, code: str) -> tuple[float, float]:
    """Give the centre of gravity of an area's largest part; of one without width, its mean."""
    edges = [part.edge for part in outlines.parts[code]]
    x, y = max((edge.T for edge in edges), key=lambda each: abs(_twice(*each)))
    twice = _twice(x, y)
    if not twice:
        return float(x[:-1].mean()), float(y[:-1].mean())
    across, up = x - x[0], y - y[0]  # so that large coordinates lose no figures
    turns = across[:-1] * up[1:] - across[1:] * up[:-1]
    centre = [float(((v[:-1] + v[1:]) * turns).sum()) / (3 * twice) for v in (across, up)]
    return centre[0] + float(x[0]), centre[1] + float(y[0])


def _twice(x: Real, y: Real) -> float:
    across, up = x - x[0], y - y[0]
    return float((across[:-1] * up[1:] - across[1:] * up[:-1]).sum())
