"""How many futures have kept the fund's capital so far, year by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.chart import NotShown, chart
from fundsim.charts.figures import percent
from fundsim.charts.language import say
from fundsim.charts.source import Basis, Source
from fundsim.charts.survival_drawing import Survival, draw_survival
from fundsim.charts.words import Facts, Words, words
from fundsim.metrics.catalogue import capital_kept_whole
from fundsim.metrics.statistics import mean_and_error
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEVELS = (1.0, 0.75, 0.5)
COLUMNS = ("fund", "basis", "level", "year", "share", "se", "paths")


def _say(table: Table, facts: Facts) -> Words:
    survival = Survival.of(table, facts.start)
    year = survival.words[-1]
    lasts = [
        say(
            "{share} of futures have never fallen below {level}",
            share=percent(float(line.shares[-1])),
            level=say(line.name),
        )
        for line in survival.lines
    ]
    return words(
        facts,
        title=say("How many futures have kept the fund whole so far"),
        about=[
            say(
                "{fund}: share of {futures} in which what the fund holds, for every £1 put in and "
                "{prices}, was below a level at no year’s end so far",
                fund=facts.fund_title,
                futures=facts.futures,
                prices=facts.prices,
            ),
            say("band: where the share would lie in 95 of 100 such simulations")
            if survival.uncertain
            else "",
        ],
        reading=[
            facts.fund_title,
            say("up to {year}: {shares}", year=year, shares=", ".join(lasts)),
        ],
    )


def _draw(table: Table, words: Words) -> Figure:
    return draw_survival(Survival.of(table, words.facts.start), words)


@chart(_say, _draw, bases=("real",))
def survival(source: Source, fund: str, basis: Basis) -> Table:
    """How many futures have never fallen below whole, three quarters or half so far.

    One row a level and year, from the first spending date on: the share of paths whose capital kept
    whole has been below the level at no year's end so far, its standard error, and the paths. A
    fund that is meant to be spent has none, which is a NotShown.
    """
    series = source.series[fund]
    kept = capital_kept_whole(series)
    if kept is None or np.isnan(kept).all():
        message = (
            f"survival has nothing to show for {fund}: capital is measured from the first "
            "spending date on, for a fund that is meant to be kept; take the chart spending, or "
            "name a fund that lasts with --fund"
        )
        raise NotShown(message)
    begun = np.flatnonzero(~np.isnan(kept).all(axis=1))[0]
    rows = []
    for level in LEVELS:
        never = ~np.logical_or.accumulate(np.nan_to_num(kept, nan=np.inf) < level, axis=0)
        for row in range(begun, len(series.years)):
            share, error = mean_and_error(never[row].astype(np.float64), series.parts)
            se = "" if np.isnan(error) else f"{error:.6f}"
            head = fund, basis, f"{level:g}", str(series.years[row])
            rows.append((*head, f"{share:.6f}", se, str(series.paths)))
    return Table("survival", COLUMNS, lambda: rows)
