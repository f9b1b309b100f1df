"""The chart of money on its way: allocated, awarded and paid so far, and what lies between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.chart import NotShown, chart
from fundsim.charts.fan import round_years, spread_out
from fundsim.charts.figures import money, year_of
from fundsim.charts.language import phrase, say
from fundsim.charts.lettering import Ruler
from fundsim.charts.page import POINT, Page
from fundsim.charts.panels import Grid, Panel, draw_grid, kept
from fundsim.charts.source import Basis, Source
from fundsim.charts.style import colours, points, sizes
from fundsim.charts.words import Facts, Words, words
from fundsim.metrics.series import FundSeries
from fundsim.metrics.statistics import moments, quantiles
from fundsim.money import Real
from fundsim.results import Table
from fundsim.results.table import in_pounds

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEVELS = (0.05, 0.5, 0.95)
COLUMNS = ("stage", "fund", "basis", "year", "mean", "se", "p05", "p50", "p95")
SO_FAR = ("allocated", "costs", "awarded", "paid")
BACK = ("lapsed", "clawed_back")
AT_END = ("waiting", "promised")
STAGES = {
    "allocated": ("allocated",),
    "costs": ("foundation_fees",),
    "awarded": ("awarded", "lapsed", "returned"),
    "paid": ("paid", "returned"),
    "lapsed": ("lapsed",),
    "clawed_back": ("returned",),
    "waiting": ("waiting", "carried"),
    "promised": ("promised",),
}
TAKEN_OFF = ("lapsed", "returned")  # from the first measure of a stage
HEADINGS = {
    "allocated": phrase("Allocated to areas so far"),
    "awarded": phrase("Awarded so far"),
    "paid": phrase("Paid so far"),
    "costs": phrase("Foundations’ costs so far"),
    "waiting": phrase("Waiting at each year’s end"),
    "promised": phrase("Promised at each year’s end"),
}
HIGH = 62.0  # of the picture of all stages, in millimetres
BELOW = 6.0  # of that, for the years
APART = 4.2  # between two lines of names
NAMES = 44.0  # room for them
UNSEEN = 2e-3  # of the scale: a thinner gap is not named


def _means(table: Table, stage: str) -> Real:
    return table.where(stage=stage).numbers("mean")


def _panel(table: Table, stage: str) -> Panel:
    one = kept(table.where(stage=stage))
    scale = "so far" if stage in ("allocated", "awarded", "paid") else ""
    return Panel.of(one, say(HEADINGS[stage]), flow=False, mean=True, scale=scale)


def _say(table: Table, facts: Facts) -> Words:
    last = {stage: float(_means(table, stage)[-1]) for stage in (*SO_FAR, *AT_END)}
    end = year_of(facts.start.year + facts.years - 1, facts.start)
    real = facts.basis == "real"
    back = any(_means(table, stage).any() for stage in BACK)
    waits = any(_means(table, stage).any() for stage in AT_END)
    sums = say(
        "{fund}: sums since the first year, {mean}, {prices}",
        fund=facts.fund_title,
        mean=say("one future")
        if facts.paths == 1
        else say("mean of {futures}", futures=facts.futures),
        prices=facts.prices,
    )
    return words(
        facts,
        title=say("How money makes its way: allocated, awarded, paid"),
        about=[
            say("{sums}, less what lapses or is clawed back", sums=sums) if back else sums,
            say("below, the same one by one; line: the mean, band: nine futures in ten")
            if facts.paths > 1
            else "",
            say("the gaps hold what rising prices took meanwhile, too") if waits and real else "",
            "" if waits else say("nothing waits and nothing is promised at any year’s end"),
        ],
        reading=[facts.fund_title, *_reading(last, end)],
        sections=("funds", "foundations", "markets"),
    )


def _reading(last: Mapping[str, float], end: str) -> list[str]:
    """Say what the last year's figures are."""
    pounds = {stage: money(figure) for stage, figure in last.items()}
    return [
        say(
            "by the end of {year} {allocated} are allocated, {awarded} awarded and {paid} paid",
            year=end,
            allocated=pounds["allocated"],
            awarded=pounds["awarded"],
            paid=pounds["paid"],
        ),
        say(
            "{waiting} wait and {promised} are promised then",
            waiting=pounds["waiting"],
            promised=pounds["promised"],
        ),
    ]


def _draw(table: Table, words: Words) -> Figure:
    labels = [int(label) for label in table.where(stage="paid").column("year")]
    years = [year_of(label, words.facts.start) for label in labels]
    left, right = ("allocated", "awarded", "paid"), ("costs", *AT_END)
    columns = [[_panel(table, stage) for stage in stages] for stages in (left, right)]
    grid = Grid(labels[0], years, columns)
    page = Page(words, HIGH + 5.0 + grid.high)
    _together(page, table, labels, years)
    draw_grid(page, grid, page.top + HIGH + 5.0)
    return page.figure


def _together(page: Page, table: Table, labels: list[int], years: list[str]) -> None:
    """Draw the means of all stages in one picture, and name what lies between them."""
    allocated, costs, awarded, paid = (_means(table, stage) for stage in SO_FAR)
    curves = [paid, awarded, np.maximum(allocated - costs, awarded), allocated]
    top = float(allocated.max()) * 1.04
    ticks = _ticks(top)
    left = page.left + Ruler(sizes().small).widest([money(tick) for tick in ticks]) * POINT + 2.0
    right, bottom = page.right - NAMES, page.top + HIGH - BELOW
    axes = page.axes(left, page.top, right, bottom)
    axes.set_ylim(0.0, top)
    axes.set_yticks(ticks, [money(tick) for tick in ticks])
    axes.grid(axis="y", color=colours().rule, linewidth=0.7)
    axes.tick_params(axis="y", labelsize=points(sizes().small))
    _gaps(axes, labels, curves)
    _years(axes, labels, years)
    down = (bottom - page.top) / top
    ends = [float(curve[-1]) for curve in curves]
    seen = [bool((b - a > UNSEEN * top).any()) for a, b in pairwise(curves)]
    _names(page, ends, seen, (right, bottom, down))


def _ticks(top: float) -> list[float]:
    from matplotlib.ticker import MaxNLocator

    found = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]).tick_values(0.0, top)
    return [float(tick) for tick in found if 0 <= tick <= top]


def _gaps(axes: Axes, labels: list[int], curves: list[Real]) -> None:
    at = np.array(labels, np.float64)
    if len(at) == 1:  # one year is drawn as wide as it is long
        at, curves = np.array([at[0] - 0.5, at[0] + 0.5]), [np.repeat(c, 2) for c in curves]
    paid, awarded, free, allocated = curves
    for low, high, colour in (
        (free, allocated, colours().paper),
        (awarded, free, colours().inner),
        (paid, awarded, colours().outer),
    ):
        edge, hatch = colours().grey, _hatch(colour)
        axes.fill_between(
            at, low, high, facecolor=colour, edgecolor=edge, hatch=hatch, linewidth=0, zorder=1
        )
    axes.plot(at, allocated, color=colours().ink, linewidth=1.0, zorder=2)
    axes.plot(at, awarded, color=colours().line, linewidth=1.2, linestyle=(0, (4, 1.5)), zorder=3)
    axes.plot(at, paid, color=colours().line, linewidth=2.0, zorder=4)


def _hatch(colour: str) -> str | None:
    """Hatch what reaches no grantee, so that it is told from the rest in grey, too."""
    return "//////" if colour == colours().paper else None


def _years(axes: Axes, labels: list[int], years: list[str]) -> None:
    first, last = labels[0], labels[-1]
    axes.set_xlim((first, last) if last > first else (first - 0.5, first + 0.5))
    shown = round_years(first, last)
    axes.set_xticks(shown, [years[year - first] for year in shown])
    axes.tick_params(
        axis="x",
        length=points(3),
        color=colours().quiet,
        pad=points(3),
        labelsize=points(sizes().small),
    )
    axes.axhline(0, color=colours().ink, linewidth=0.8, zorder=5)


def _names(
    page: Page, ends: list[float], seen: list[bool], where: tuple[float, float, float]
) -> None:
    """Name curves, with their last figures, and gaps, with their colours, from below."""
    right, bottom, down = where
    named = list(_from_below(ends, seen))
    at = [bottom - value * down for value, _, _ in named]
    free = spread_out(at, APART, bottom + 1.0, page.top - 1.0)
    lead = (right + 0.6, right + 1.8, right + 3.6, right + 4.4)
    x = right + 5.2
    for (value, name, colour), place, middle in zip(named, at, free, strict=True):
        page.line(lead, (place, place, middle, middle), colours().quiet, 0.5)
        if colour:
            page.swatch((x, middle - 1.3, x + 4.0, middle + 1.3), colour, _hatch(colour))
            page.text(x + 5.2, middle, name, sizes().small, colour=colours().quiet)
        else:
            figure, ink = money(value), colours().line if name == say("paid") else colours().ink
            page.text(x, middle, figure, sizes().label, bold=True, colour=ink)
            beside = Ruler(sizes().label, bold=True).width(figure) * POINT + 1.5
            page.text(x + beside, middle, name, sizes().small)


def _from_below(ends: list[float], seen: list[bool]) -> Iterator[tuple[float, str, str]]:
    """List curves and the gaps above them: where each ends, its name, a gap's colour.

    A gap that is seen in some year is named, though it be closed in the last one.
    """
    gaps = (
        (say("promised"), colours().outer),
        (say("waiting"), colours().inner),
        (say("foundations’ costs"), colours().paper),
    )
    names = say("paid"), say("awarded"), "", say("allocated")
    for row, (value, name) in enumerate(zip(ends, names, strict=True)):
        if name:
            yield value, name, ""
        if row < len(gaps) and seen[row]:
            yield (value + ends[row + 1]) / 2, *gaps[row]


@chart(_say, _draw)
def pipeline(source: Source, fund: str, basis: Basis) -> Table:
    """How far money is on its way: allocated, awarded and paid so far, waiting and promised.

    One row a stage and year. Of allocated, costs, awarded, paid, lapsed and clawed back the sum
    since the first year; an award that lapses or is clawed back is taken off, and what is clawed
    back off what is paid. So allocated − costs − awarded is what waits or is carried forward, and
    awarded − paid is what is promised; in the prices of the start day rising prices take some of it
    meanwhile. Of waiting and promised what stands at the year's end. Where nothing is ever
    allocated it is a NotShown.
    """
    history = source.series[fund]
    if not history.of("allocated", basis).any():
        message = f"pipeline has nothing to show for {fund}: nothing is ever allocated"
        raise NotShown(message)
    rows = [
        (stage, fund, basis, str(year), *cells)
        for stage in STAGES
        for year, cells in zip(history.years, _cells(history, basis, stage), strict=True)
    ]
    return Table("pipeline", COLUMNS, lambda: rows)


def _cells(history: FundSeries, basis: Basis, stage: str) -> list[list[str]]:
    """Write mean, error and quantiles of each year of a stage; one measure is read at a time."""
    first, *others = STAGES[stage]
    pence = np.array(history.of(first, basis))
    for measure in others:
        add = np.subtract if measure in TAKEN_OFF else np.add
        add(pence, history.of(measure, basis), out=pence)
    if stage not in AT_END:
        np.cumsum(pence, axis=0, out=pence)
    cells = []
    for year in pence:
        found = moments(year, history.parts)
        figures = found.mean, found.error, *quantiles(year, LEVELS)
        cells.append([in_pounds(float(figure)) for figure in figures])
    return cells
