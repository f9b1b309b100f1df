"""The map of areas: one square each, near its place, shaded by what is paid for each person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from fundsim.charts.area_figures import named, ranks_borne, say_areas
from fundsim.charts.area_tiling import AreaTiling, draw_area_tiles
from fundsim.charts.areas import COLUMNS as RANKED
from fundsim.charts.areas import ranked
from fundsim.charts.bordering import borders, middles
from fundsim.charts.chart import Chart, NotShown, chart
from fundsim.charts.language import phrase, say
from fundsim.charts.layout import laid_out, on_a_plane
from fundsim.charts.outlines import Outlines
from fundsim.charts.source import Basis, Source
from fundsim.charts.words import Facts, Words
from fundsim.places import Geography
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = ("column", "row", *RANKED)
MOST = 1_000  # areas laid out; the squares of more could not be told apart
NAMED = 3  # areas named in a message; the others are counted


INSTEAD = "take the chart areas_per_head"
LAID_OUT = phrase(
    "Squares are laid out by an algorithm from where the middles of areas lie: most neighbours "
    "touch, not all, and size says nothing."
)


def _say(table: Table, facts: Facts) -> Words:
    return _words(table, facts, [say(LAID_OUT)])


def _words(table: Table, facts: Facts, notes: Sequence[str]) -> Words:
    tiling = AreaTiling.of(table)
    figures = tiling.figures
    how = [
        say("each square is an area, near its place on the map"),
        "" if tiling.lettered else ranks_borne(),
        say("the CSV beside this picture has all in full"),
        say("a line parts nations") if figures.nations > 1 else "",
    ]
    return say_areas(figures, facts, how, notes)


def _draw(table: Table, words: Words) -> Figure:
    return draw_area_tiles(AreaTiling.of(table), words)


def areas_tile_map_within(outlines: Outlines) -> Chart:
    """Make the map of squares from where a user's outlines lie, and which border on which."""

    def told(table: Table, facts: Facts) -> Words:
        lie = say("Areas lie as in the user's own {outlines}.", outlines=named(outlines))
        return _words(table, facts, [say(LAID_OUT), lie])

    @chart(told, _draw)
    def areas_tile_map(source: Source, fund: str, basis: Basis) -> Table:
        """Where the money goes: pounds paid for each person a year, by area, on your own map."""
        codes = source.scenario.geography_table.codes
        _refuse_many(len(codes))
        squares = laid_out(*middles(outlines, codes), borders(outlines, codes))
        return _table(source, fund, basis, squares)

    return areas_tile_map


@chart(_say, _draw, within=areas_tile_map_within)
def areas_tile_map(source: Source, fund: str, basis: Basis) -> Table:
    """Where the money goes: pounds paid for each person a year, by area, on a map of squares.

    The rows of `areas_per_head`, and before them the column and row of the area's square, from the
    north-west. Squares follow from the areas' longitudes and latitudes, or from a user's outlines;
    a geography without them, or of more than 1,000 areas, or a run that pays nothing, is a
    NotShown.
    """
    places = source.scenario.geography_table
    _refuse_many(len(places))
    _refuse_missing(places)
    return _table(source, fund, basis, laid_out(*on_a_plane(places.lon, places.lat)))


def _table(source: Source, fund: str, basis: Basis, squares: Sequence[tuple[int, int]]) -> Table:
    rows = ranked("areas_tile_map", source, fund, basis)
    on = dict(zip(source.scenario.geography_table.codes, squares, strict=True))
    at = RANKED.index("area")
    placed = [(*map(str, on[row[at]]), *row) for row in rows]
    return Table("areas_tile_map", COLUMNS, lambda: placed)


def _refuse_many(count: int) -> None:
    if count > MOST:
        message = f"areas_tile_map shows at most {MOST:,} areas, and here are {count:,}; {INSTEAD}"
        raise NotShown(message)


def _refuse_missing(places: Geography) -> None:
    missing = np.flatnonzero(np.isnan(places.lon) | np.isnan(places.lat))
    if missing.size:
        who = "; ".join(f"{places.names[i]} ({places.codes[i]})" for i in missing[:NAMED])
        more = f" and {missing.size - NAMED:,} more" if missing.size > NAMED else ""
        message = (
            f"areas_tile_map needs to know where areas lie, and {places.label} does not say it of "
            f"{who}{more}; add the columns lon and lat (degrees) to that table and run again, give "
            f"outlines with --boundaries FILE, or {INSTEAD}"
        )
        raise NotShown(message)
