"""A paper for a board: two pages of one run, or of one foundation's view of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from fundsim.charts.source import Basis
from fundsim.report.answer import by_fund, chances
from fundsim.report.figures import Picture
from fundsim.report.parts import Grid
from fundsim.report.rendering import rendered
from fundsim.report.told import Told, told_run, unverified
from fundsim.results.folder import Run
from fundsim.wording import counted

CHARTS = (
    *("capital_kept_whole", "foundations_tile_map"),
    *("areas_per_head", "spending", "funds", "money_flow"),
)
ROOMY = 2  # funds that have room in letters of the usual size
MOST = 5  # funds that have room at all


def board_paper(run: Run, *, basis: Basis = "real", paged: bool = False) -> str:
    """Write what a board needs of one run on two pages: the answer, what was asked, two pictures.

    The pictures are of how capital lasts and of where the money goes, as far as there are such.
    `paged` as in `report`.
    """
    told = told_run(run, basis, 1, anchor="", charts=CHARTS)
    parts = [told.answer[0], *_chances(run)]
    return paper(run, replace(told, answer=parts), CHARTS, paged=paged)


def paper(run: Run, told: Told, charts: Sequence[str], *, paged: bool, dense: bool = False) -> str:
    """Lay out what is told on two pages, with the first two of these charts that there are.

    In small letters where it is dense, or where funds are many.
    """
    funds, more = told.funds.rows, len(told.funds.rows) - MOST
    beyond = f"{counted(more, 'further fund')}: see the full report." if more > 0 else ""
    short = told.short[: MOST + 1]
    shown = replace(
        told,
        funds=replace(told.funds, rows=funds[:MOST], note=f"{told.funds.note} {beyond}".strip()),
        short=short,
        pictures=_two(told.pictures, charts),
    )
    return rendered(
        "board.html",
        paged=paged,
        title=told.title,
        run=shown,
        dense=dense or len(funds) > ROOMY,
        unverified=unverified([run.scenario]),
        limits=" ".join(_limits()),
    )


def _two(pictures: Sequence[Picture], charts: Sequence[str]) -> list[Picture]:
    kept = {picture.words.facts.chart: picture for picture in reversed(pictures)}
    return [kept[name] for name in charts if name in kept][:2]


def _chances(run: Run) -> Iterator[Grid]:
    """Set the chances of funds that are to last beside each other, each with its error."""
    found, funds = by_fund(run), run.scenario.funds
    lasting = {
        fund.title: rows
        for name, fund in funds.items()
        if fund.perpetual and (rows := list(chances(found[name])))
    }
    names = dict.fromkeys(words for rows in lasting.values() for words, *_ in rows)
    cells = {
        (title, words): f"{chance} (error {error})" if error else chance
        for title, rows in lasting.items()
        for words, chance, error in rows
    }
    titles = list(lasting)[:MOST]
    if titles:
        rows = [[words, *(cells.get((title, words), "") for title in titles)] for words in names]
        yield Grid(("", *titles), rows)


def _limits() -> list[str]:
    """Give what no result may be used for, without the reasons."""
    return re.findall("<strong>(.*?)</strong>", rendered("limits.html"))
