"""The chart that ranks areas by what is paid in them for each person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundsim.charts.chart import NotShown, chart
from fundsim.charts.figures import per_head
from fundsim.charts.horizon import PER_HEAD, paid_over_the_horizon
from fundsim.charts.language import counted, say
from fundsim.charts.ranking import Ranking, draw_ranking
from fundsim.charts.source import Basis, Source
from fundsim.charts.words import Facts, Words, words
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COPIED = (
    "area",
    "name",
    "nation",
    "foundation",
    "fund",
    "measure",
    "basis",
    "from_year",
    "to_year",
)
FIGURES = ("mean", "se", "p05", "p50", "p95")
COLUMNS = (
    *("rank", *COPIED, "population"),
    *(PER_HEAD.format(figure) for figure in FIGURES),
    *("paths", "quantile_paths"),
)


def _say(table: Table, facts: Facts) -> Words:
    ranking = Ranking.of(table)
    largest = float(ranking.mean[0])
    names, middle = ranking.names, ranking.middle

    def said(row: int) -> str:
        return per_head(float(ranking.mean[row]), largest=largest)

    return words(
        facts,
        title=say("What each area gets a year, for each person"),
        about=[
            say(
                "{fund}: pounds paid a head, mean over {years}, {prices}",
                fund=facts.fund_title,
                years=counted(facts.years, "year"),
                prices=facts.prices,
            ),
            _how_to_read(ranking, facts),
        ],
        reading=[
            facts.fund_title,
            say(
                "{areas} get from {least} ({last}) to {most} ({first}) a head a year, {prices}",
                areas=counted(len(names), "area"),
                least=said(-1),
                last=names[-1],
                most=said(0),
                first=names[0],
                prices=facts.prices,
            ),
            say(
                "the area in the middle, {name}, gets {figure}",
                name=names[middle],
                figure=said(middle),
            ),
        ],
        by_area=True,
    )


def _how_to_read(ranking: Ranking, facts: Facts) -> str:
    if ranking.certain:
        return say("It is the same in every simulated future")
    futures = counted(ranking.quantile_paths, "simulated future")
    if ranking.quantile_paths < facts.paths:
        futures = say("the first {futures}", futures=futures)
    if ranking.all_named:
        return say("dot: the mean; bar: nine in ten of {futures}", futures=futures)
    return say(
        "dot or line: the mean; bar or band: nine in ten of {futures}",
        futures=futures,
    )


def _draw(table: Table, words: Words) -> Figure:
    return draw_ranking(Ranking.of(table), words)


@chart(_say, _draw)
def areas_per_head(source: Source, fund: str, basis: Basis) -> Table:
    """Which areas get most and least: pounds paid for each person a year, all areas ranked.

    One row an area, most first, equal ones in the geography's order: mean, its error and quantiles
    of each path's pounds paid over the whole horizon / years / population. Where nothing is paid
    anywhere it is a NotShown.
    """
    rows = ranked("areas_per_head", source, fund, basis)
    return Table("areas_per_head", COLUMNS, lambda: rows)


def ranked(chart: str, source: Source, fund: str, basis: Basis) -> list[tuple[str, ...]]:
    """Rank all areas, the cells of `COLUMNS`; where nothing is paid, a NotShown of that chart."""
    found = paid_over_the_horizon(source, fund, basis)
    people = dict(
        zip(
            source.scenario.geography_table.codes,
            source.scenario.geography_table.population.tolist(),
            strict=True,
        )
    )
    years = source.scenario.years
    means = [float(row["mean"]) / people[row["area"]] for row in found]
    if not any(means):
        message = f"{chart} has nothing to show for {fund}: nothing is paid in any area"
        raise NotShown(message)
    order = sorted(range(len(found)), key=lambda row: -means[row])
    return [
        _row(str(rank), found[row], people[found[row]["area"]], years)
        for rank, row in enumerate(order, start=1)
    ]


def _row(rank: str, found: dict[str, str], population: int, years: int) -> tuple[str, ...]:
    figures = [
        f"{float(found[name]) / population / years:.6f}" if found[name] else "" for name in FIGURES
    ]
    copied = (found[name] for name in COPIED)
    return rank, *copied, str(population), *figures, found["paths"], found["quantile_paths"]
