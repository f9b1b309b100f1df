"""What is left of every pound put in at the horizon: how futures spread, and what theory says."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, count, pairwise
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.chart import NotShown, chart
from fundsim.charts.closed_form import LogNormal, kept_in_closed_form
from fundsim.charts.figures import decimals, percent, significant, year_of
from fundsim.charts.histogram_drawing import Histogram, draw_histogram
from fundsim.charts.language import aloud, say
from fundsim.charts.source import Basis, Source
from fundsim.charts.words import Facts, Words, words
from fundsim.metrics.catalogue import capital_kept_whole
from fundsim.metrics.statistics import mean_and_error
from fundsim.money import Real
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = ("fund", "basis", "year", "from", "to", "share", "se", "closed_form", "why_none", "paths")
STEPS = (0.05, 0.1, 0.2, 0.25, 0.5)  # widths of a class, of which 1 is a multiple; then larger ones
MOST = 30  # classes
TAIL = 0.99  # share of futures in closed classes, at least
SURE = 1.96  # standard errors to either side that hold 95 in 100 samples


def _say(table: Table, facts: Facts) -> Words:
    shown = Histogram.of(table)
    year = year_of(shown.year, facts.start)
    away = SURE * float(shown.errors.max())
    known = say(
        "bars are known to {points} percentage points or better, 95 times in 100",
        points=decimals(100 * away, 1),
    )
    theory = (
        say("line: the closed form of this fund, which knows nothing of the simulation")
        if shown.expected is not None
        else say(
            "there is no closed form to hold it against, because of {reason}",
            reason=aloud(shown.why),
        )
    )
    return words(
        facts,
        title=say("What is left of every £1 put in, at the end"),
        about=[
            say(
                "{fund}: what the fund holds at the end of {year} for every £1 ever put in, "
                "{prices}: share of {futures} in each class",
                fund=facts.fund_title,
                year=year,
                prices=facts.prices,
                futures=facts.futures,
            ),
            known if away else "",
            theory,
        ],
        reading=[facts.fund_title, *_figures(shown, year)],
        sections=("funds", "markets"),
    )


def _figures(shown: Histogram, year: str) -> list[str]:
    """Say how many end below whole, by simulation and in theory, and which class is fullest."""
    top = int(shown.shares.argmax())
    low, high = shown.bounds[top]
    fullest = (
        say("between {low} and {high}", low=significant(low), high=significant(high))
        if np.isfinite(high)
        else say("{figure} or more", figure=significant(low))
    )
    said = say(
        "the fullest class: {share} of futures have {fullest}",
        share=percent(float(shown.shares[top])),
        fullest=fullest,
    )
    return [*_below_whole(shown, year), said]


def _below_whole(shown: Histogram, year: str) -> list[str]:
    """Say how many end below whole, by simulation and in theory, where a class ends there."""
    if shown.below_whole is None:
        return []
    share, theory = percent(shown.below_whole), shown.expected_below_whole
    ends = say("in {year} {share} of futures hold less than was put in", year=year, share=share)
    if theory is None:
        return [ends]
    return [say("{ends}, and {share} in closed form", ends=ends, share=percent(theory))]


def _draw(table: Table, words: Words) -> Figure:
    return draw_histogram(Histogram.of(table), words)


@chart(_say, _draw, bases=("real",))
def capital_histogram(source: Source, fund: str, basis: Basis) -> Table:
    """How what is left of every pound put in spreads over the futures, at the horizon.

    One row a class of capital kept whole in the last year: its limits (from, less than to), the
    share of paths in it, its standard error, and its probability in closed form; where the fund has
    none, why. A fund that is meant to be spent is a NotShown.
    """
    series = source.series[fund]
    kept = capital_kept_whole(series)
    if kept is None or np.isnan(kept[-1]).all():
        message = (
            f"capital_histogram has nothing to show for {fund}: capital is measured from the first "
            "spending date on, for a fund that is meant to be kept; take the chart spending, or "
            "name a fund that lasts with --fund"
        )
        raise NotShown(message)
    law = kept_in_closed_form(source.scenario, _alone(source, fund))
    head = fund, basis, str(series.years[-1])
    limits = _limits(kept[-1])
    rows = [
        (*head, *_row(kept[-1], limit, law, series.parts), str(series.paths))
        for limit in pairwise(limits)
    ]
    return Table("capital_histogram", COLUMNS, lambda: rows)


def _alone(source: Source, fund: str) -> str:
    """Give the only fund's name where all together are meant."""
    funds = source.scenario.funds
    return fund if fund in funds or len(funds) > 1 else next(iter(funds))


def _limits(kept: Real) -> Sequence[float]:
    """Choose equal classes from nothing up, one limit at whole, and an open one above them."""
    top = max(float(np.nanquantile(kept, TAIL)), 1.0)
    larger = (float(lead * 10**power) for power in count() for lead in (1, 2, 5))
    step = next(step for step in chain(STEPS, larger) if top / step <= MOST)
    closed = int(np.ceil(top / step))
    return [*(round(step * place, 6) for place in range(closed + 1)), np.inf]


def _row(
    kept: Real, limit: tuple[float, float], law: LogNormal | str, parts: int
) -> tuple[str, ...]:
    low, high = limit
    inside = np.where(np.isnan(kept), np.nan, (kept >= low) & (kept < high))
    share, error = mean_and_error(inside, parts)
    se = "" if np.isnan(error) else f"{error:.6f}"
    bounds = f"{low:g}", "" if np.isinf(high) else f"{high:g}"
    if isinstance(law, str):
        return (*bounds, f"{share:.6f}", se, "", law)
    expected = (1.0 if np.isinf(high) else law.below(high)) - law.below(low)
    return (*bounds, f"{share:.6f}", se, f"{expected:.6f}", "")
