"""The map of community foundations: one square each, shaded by what it pays for each person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from fundsim.charts.chart import NotShown, chart
from fundsim.charts.horizon import PER_HEAD, paid_over_the_horizon
from fundsim.charts.language import counted, say
from fundsim.charts.source import Basis, Source
from fundsim.charts.tiling import Tiling, draw_tiles
from fundsim.charts.words import Facts, Words, words
from fundsim.places import Tile, member_foundations, tiles
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = (
    *("foundation", "name", "label", "column", "row", "fund", "measure", "basis"),
    *("from_year", "to_year", "population", "mean", "se"),
    *(PER_HEAD.format(figure) for figure in ("mean", "se")),
)
NAMED = 3  # foundations named in a message; the others are counted


def _say(table: Table, facts: Facts) -> Words:
    tiling = Tiling.of(table)
    present = sorted((t for t in tiling.tiles if t.per_head is not None), key=lambda t: t.order)
    least, most = present[0], present[-1]
    gaps = len(tiling.tiles) - len(present)
    return words(
        facts,
        title=say("What each foundation pays a year, for each person"),
        about=[
            say(
                "{fund}: pounds paid a head in each foundation’s area, mean over {years} and "
                "{futures}, {prices}",
                fund=facts.fund_title,
                years=counted(facts.years, "year"),
                futures=facts.futures,
                prices=facts.prices,
            ),
            "" if facts.steady else say("by the foundations as they are at the start"),
            say(
                "each square is a foundation, near its place on the map; the CSV beside this "
                "picture has their names"
            ),
            say("{squares}: no part of this scenario", squares=counted(gaps, "empty square"))
            if gaps
            else "",
        ],
        reading=[
            facts.fund_title,
            say(
                "{foundations} pay from {least} ({last}) to {most} ({first}) a head a year, "
                "{prices}",
                foundations=counted(len(present), "foundation"),
                least=tiling.said(least),
                last=least.name,
                most=tiling.said(most),
                first=most.name,
                prices=facts.prices,
            ),
        ],
        by_area=True,
    )


def _draw(table: Table, words: Words) -> Figure:
    return draw_tiles(Tiling.of(table), words)


@chart(_say, _draw)
def foundations_tile_map(source: Source, fund: str, basis: Basis) -> Table:
    """Where the money goes: pounds paid for each person a year, by community foundation, on a map.

    One row a member of the UK network: mean and standard error of pounds paid, summed over the
    horizon, and both over people and years; empty for one that the scenario leaves out. Where areas
    pass to another foundation, what they are paid counts for the one that has them at the start, as
    their people do. A geography
    with a foundation that has no place on the map, or a run that pays nothing, is a NotShown.
    """
    places = tiles()
    served = {each.id: each for each in source.scenario.geography_table.foundations}
    refuse_strangers("foundations_tile_map", served, instead="areas_per_head")
    paid = _paid(source, fund, basis)
    if not any(paid.values()):
        message = f"foundations_tile_map has nothing to show for {fund}: no foundation pays any"
        raise NotShown(message)
    errors = _errors(source, fund, basis)
    scenario = source.scenario
    years = scenario.years
    span = str(scenario.start.year), str(scenario.start.year + years - 1)
    people = {name: each.population for name, each in served.items()}
    rows = [
        (
            *_head(name, tile),
            fund,
            "paid",
            basis,
            *span,
            *_figures(paid.get(name), errors.get(name), people.get(name), years),
        )
        for name, tile in places.items()
    ]
    return Table("foundations_tile_map", COLUMNS, lambda: rows)


def _head(name: str, tile: Tile) -> tuple[str, ...]:
    return name, member_foundations()[name].name, tile.label, str(tile.column), str(tile.row)


def _figures(
    paid: float | None, error: float | None, people: int | None, years: int
) -> tuple[str, ...]:
    if paid is None or people is None:
        return "", "", "", "", ""
    figures = paid, error
    whole = ("" if figure is None else f"{figure:.4f}" for figure in figures)
    a_head = ("" if figure is None else f"{figure / people / years:.6f}" for figure in figures)
    return (str(people), *whole, *a_head)


def refuse_strangers(chart: str, foundations: Iterable[str], *, instead: str) -> None:
    """Raise NotShown where some foundation has no place on the map; `instead` is a chart for it."""
    places = tiles()
    strangers = [name for name in foundations if name not in places]
    if strangers:
        named = ", ".join(f'"{name}"' for name in strangers[:NAMED])
        more = f" and {len(strangers) - NAMED} more" if len(strangers) > NAMED else ""
        message = (
            f"{chart} shows the 47 members of the UK's network of community "
            f"foundations, and has no place for {named}{more}; "
            f"take the chart {instead}"
        )
        raise NotShown(message)


def _paid(source: Source, fund: str, basis: Basis) -> Mapping[str, float]:
    """Sum each foundation's mean payments over the years: means add up.

    Where areas pass to another foundation theirs are summed: people stay with their areas.
    """
    if not source.scenario.steady:
        return _of_areas(source, fund, basis, "mean")
    table = source.table("foundations").where(measure="paid", fund=fund, basis=basis)
    who, mean = table.columns.index("foundation"), table.columns.index("mean")
    sums: dict[str, float] = {}
    for row in table.rows():
        sums[row[who]] = sums.get(row[who], 0.0) + float(row[mean])
    return sums


def _errors(source: Source, fund: str, basis: Basis) -> Mapping[str, float]:
    """Sum the errors of each foundation's areas over the whole horizon.

    Areas that share what their foundation pays in fixed parts rise and fall with it, so that their
    errors add up to its own. Where rounds choose among areas anew the sum is the most that it can
    be. Errors of single years would not do: years do not rise and fall as one.
    """
    return _of_areas(source, fund, basis, "se")


def _of_areas(source: Source, fund: str, basis: Basis, figure: str) -> Mapping[str, float]:
    """Sum a figure of the whole horizon over each foundation's areas, those of the start day."""
    sums: dict[str, float] = {}
    for row in paid_over_the_horizon(source, fund, basis):
        if row[figure]:
            sums[row["foundation"]] = sums.get(row["foundation"], 0.0) + float(row[figure])
    return sums
