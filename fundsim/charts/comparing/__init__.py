"""Charts of comparisons: rules held against each other, each picture with the table it shows."""

from fundsim.charts.comparing.catalogue import (
    COMPARISON_CHARTS,
    COMPARISON_UNASKED,
    find_comparison,
)
from fundsim.charts.comparing.chart import Asked, ComparisonChart, Given
from fundsim.charts.comparing.saving import save_comparison, save_comparison_each

__all__ = [
    "COMPARISON_CHARTS",
    "COMPARISON_UNASKED",
    "Asked",
    "ComparisonChart",
    "Given",
    "find_comparison",
    "save_comparison",
    "save_comparison_each",
]
