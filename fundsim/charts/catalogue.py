"""The catalogue of charts. It can be listed without matplotlib, which only drawings import."""

from __future__ import annotations

from fundsim.charts.areas import areas_per_head
from fundsim.charts.chart import Chart
from fundsim.charts.fans import capital_kept_whole, spending
from fundsim.charts.tile_map import foundations_tile_map
from fundsim.errors import RunError, nearest

CHARTS: dict[str, Chart] = {
    entry.name: entry
    for entry in (capital_kept_whole, spending, areas_per_head, foundations_tile_map)
}


def find(name: str) -> Chart:
    """Give a chart by name; an unknown one is a RunError that names the nearest."""
    if name not in CHARTS:
        there = ", ".join(CHARTS)
        message = f'there is no chart "{name}"{nearest(name, CHARTS)}; there are: {there}'
        raise RunError(message)
    return CHARTS[name]
