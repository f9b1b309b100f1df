"""The catalogue of charts of comparisons. It can be listed without matplotlib."""

from __future__ import annotations

from fundsim.charts.comparing.breadth import breadth_depth
from fundsim.charts.comparing.by_measure import rules_by_measure
from fundsim.charts.comparing.chart import ComparisonChart
from fundsim.charts.comparing.curves import concentration, lorenz
from fundsim.charts.comparing.pareto import pareto
from fundsim.charts.comparing.slopes import rank_slopes
from fundsim.charts.comparing.tenths import per_head_by_tenth
from fundsim.charts.comparing.winners import winners_losers
from fundsim.charts.comparing.winners_map import winners_losers_map
from fundsim.errors import RunError, nearest

COMPARISON_CHARTS: dict[str, ComparisonChart] = {
    entry.name: entry
    for entry in (
        *(winners_losers, winners_losers_map, lorenz, concentration, per_head_by_tenth),
        *(pareto, rules_by_measure, rank_slopes, breadth_depth),
    )
}
COMPARISON_UNASKED = tuple(name for name, entry in COMPARISON_CHARTS.items() if not entry.of_given)
"""The charts that are drawn of a comparison when none is named: those of tables that it has."""


def find_comparison(name: str) -> ComparisonChart:
    """Give a chart of comparisons by name; an unknown one is a RunError that names the nearest."""
    if name not in COMPARISON_CHARTS:
        there = ", ".join(COMPARISON_CHARTS)
        hint = nearest(name, COMPARISON_CHARTS)
        message = f'there is no chart "{name}" of a comparison{hint}; there are: {there}'
        raise RunError(message)
    return COMPARISON_CHARTS[name]
