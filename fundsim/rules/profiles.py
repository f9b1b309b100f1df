"""Named month-by-month profiles of spending, read from the package's own table."""

from __future__ import annotations

import csv
from decimal import Decimal
from importlib import resources
from itertools import pairwise


def _read() -> dict[str, tuple[float, ...]]:
    table = resources.files("fundsim.rules") / "profiles.csv"
    reached: dict[str, list[tuple[int, Decimal]]] = {}
    for row in csv.DictReader(table.read_text("utf-8").splitlines()):
        point = int(row["month"]), Decimal(row["cumulative_percent"])
        reached.setdefault(row["profile"], [(0, Decimal(0))]).append(point)
    return {name: _monthly(points) for name, points in reached.items()}


def _monthly(points: list[tuple[int, Decimal]]) -> tuple[float, ...]:
    """Fill the months between two stated ones in a straight line."""
    shares: list[float] = []
    for (month, before), (later, after) in pairwise(points):
        gap = later - month
        shares += [float((after - before) / 100 / gap)] * gap
    return tuple(shares)


PROFILES: dict[str, tuple[float, ...]] = _read()
