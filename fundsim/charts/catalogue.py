"""The catalogue of charts. It can be listed without matplotlib, which only drawings import."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Elsewhere:
    """A chart that one command alone draws, of the answer that it gives."""

    command: str
    shows: str

    @property
    def title(self) -> str:
        """What it shows, and which command draws it."""
        return f"{self.shows}, by `fundsim {self.command}`."


ELSEWHERE = {
    "curve": Elsewhere("solve", "On how many paths each rate or amount meets the target"),
    "regrets": Elsewhere("compare", "How much each policy of a study is regretted in each future"),
    "tornado": Elsewhere(
        "sensitivity", "Which assumption moves an answer most, longest bars first"
    ),
    "sobol_indices": Elsewhere(
        "sensitivity", "How much of an answer's variance each assumption accounts for"
    ),
}
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
            hint = f" of a run: fundsim {ELSEWHERE[name].command} draws it"
        message = f'there is no chart "{name}"{hint}; there are: {there}'
        raise RunError(message)
    return CHARTS[name]
