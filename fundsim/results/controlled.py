"""Means that are corrected by control variates, beside the plain ones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fundsim.metrics.catalogue import METRICS, Metric
from fundsim.metrics.controlled import Controls
from fundsim.metrics.series import FundSeries
from fundsim.metrics.statistics import mean_and_error
from fundsim.money import Real
from fundsim.results.table import Row, in_pounds, plain

MOST = 1e6  # gain that is told: what is left beyond it is the rounding to pence
COLUMNS = ("measure", "fund", "basis", "unit", "mean", "se", "plain_mean", "plain_se", "gain")


def corrected(series: FundSeries) -> list[tuple[str, Row]]:
    """Write mean and error of each metric, corrected and plain, by name of the metric.

    Of each that every path has and that is not the same on all; `gain` is how many times as many
    plain paths would have the corrected mean's error.
    """
    controls = Controls(series.controls)
    return [
        (metric.name, (basis, metric.unit, *_cells(metric, controls, figures)))
        for metric in METRICS.values()
        for basis in metric.bases
        for figures in _figures(metric.measure(series, basis))
    ]


def _figures(figure: object) -> Iterator[Real]:
    """Give one figure a path as a float, if there is one on each and they differ."""
    if figure is not None:
        values = np.asarray(figure, np.float64)
        if np.isfinite(values).all() and np.ptp(values):
            yield values


def _cells(metric: Metric, controls: Controls, figures: Real) -> Row:
    (mean, error), (before, before_error) = (
        controls.mean_and_error(figures),
        mean_and_error(figures),
    )
    if metric.unit == "probability":
        mean = min(max(mean, 0.0), 1.0)
    write = in_pounds if metric.unit == "pounds" else plain
    gain = (before_error / error) ** 2 if error else np.nan
    return [*map(write, (mean, error, before, before_error)), plain(min(gain, MOST), 2)]
