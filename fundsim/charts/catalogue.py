"""The catalogue of charts. It can be listed without matplotlib, which only drawings import."""

from __future__ import annotations

from fundsim.charts.area_map import areas_map
from fundsim.charts.area_tiles import areas_tile_map
from fundsim.charts.areas import areas_per_head
from fundsim.charts.by_member import paid_by_foundation, spending_by_nation
from fundsim.charts.chart import Chart
from fundsim.charts.dates import timeline
from fundsim.charts.fans import capital_kept_whole, spending
from fundsim.charts.flow_chart import money_flow
from fundsim.charts.histogram import capital_histogram
from fundsim.charts.one_foundation import foundation
from fundsim.charts.queues import backlog
from fundsim.charts.side_by_side import funds
from fundsim.charts.stages import pipeline
from fundsim.charts.survival import survival
from fundsim.charts.tile_map import foundations_tile_map
from fundsim.errors import RunError, nearest

CHARTS: dict[str, Chart] = {
    entry.name: entry
    for entry in (
        *(timeline, money_flow, funds, capital_kept_whole, survival, capital_histogram, spending),
        *(spending_by_nation, paid_by_foundation),
        *(pipeline, backlog, areas_per_head, areas_tile_map, areas_map),
        *(foundations_tile_map, foundation),
    )
}
ELSEWHERE = {"curve": "solve", "regrets": "compare", "tornado": "sensitivity"}
"""Charts that are drawn by the command whose answer they show."""
UNASKED = tuple(
    name for name, entry in CHARTS.items() if not (entry.of_one_foundation or entry.needs_outlines)
)
"""The charts that are drawn of a run when none is named: those that need to be told nothing."""


def drawn(*, foundation: bool, boundaries: bool = False) -> tuple[str, ...]:
    """Name the charts that are drawn of a run when none is named, but these things are told."""
    return tuple(
        name
        for name, entry in CHARTS.items()
        if (foundation or not entry.of_one_foundation) and (boundaries or not entry.needs_outlines)
    )


def find(name: str) -> Chart:
    """Give a chart by name; an unknown one is a RunError that names the nearest."""
    if name not in CHARTS:
        there = ", ".join(CHARTS)
        hint = nearest(name.lower(), CHARTS)
        if name in ELSEWHERE:
            hint = f" of a run: fundsim {ELSEWHERE[name]} draws it"
        message = f'there is no chart "{name}"{hint}; there are: {there}'
        raise RunError(message)
    return CHARTS[name]
