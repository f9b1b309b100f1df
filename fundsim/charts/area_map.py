"""The map of areas with their own outlines, shaded by what is paid for each person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundsim.charts.area_figures import AreaFigures, named, ranks_borne, say_areas
from fundsim.charts.area_outlining import draw_outlines
from fundsim.charts.areas import COLUMNS, ranked
from fundsim.charts.chart import Chart, NotShown, chart
from fundsim.charts.language import phrase, say
from fundsim.charts.outlines import Outlines
from fundsim.charts.source import Basis, Source
from fundsim.charts.words import Facts, Words
from fundsim.results import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PLANE = {
    True: phrase("degrees are drawn by the cosine of the middle latitude (equirectangular)"),
    False: phrase("coordinates are no degrees, and are drawn as they are"),
}


def areas_map_within(outlines: Outlines) -> Chart:
    """Make the map of areas on a user's outlines."""

    def told(table: Table, facts: Facts) -> Words:
        how = [ranks_borne(), say("the CSV beside this picture has all")]
        note = say(
            "Outlines: the user's own {outlines}, simplified for drawing; {plane}.",
            outlines=named(outlines),
            plane=say(PLANE[outlines.in_degrees]),
        )
        return say_areas(AreaFigures.of(table), facts, how, [note])

    def draw(table: Table, words: Words) -> Figure:
        return draw_outlines(AreaFigures.of(table), outlines, words)

    @chart(told, draw)
    def areas_map(source: Source, fund: str, basis: Basis) -> Table:
        """Where the money goes: pounds paid for each person a year, by area, on your own map."""
        rows = ranked("areas_map", source, fund, basis)
        return Table("areas_map", COLUMNS, lambda: rows)

    return areas_map


def _say(table: Table, facts: Facts) -> Words:
    return say_areas(AreaFigures.of(table), facts, [], [])


def _draw(_: Table, __: Words) -> Figure:
    raise NotShown(NEEDS)


NEEDS = (
    "areas_map needs the outlines of the areas; give a GeoJSON file of them with fundsim chart RUN "
    "areas_map --boundaries FILE, or take the chart areas_tile_map"
)


@chart(_say, _draw, within=areas_map_within, needs_outlines=True)
def areas_map(_: Source, __: str, ___: Basis) -> Table:
    """Where the money goes: pounds paid for each person a year, by area, on your own map.

    The rows of `areas_per_head`. Outlines come from a GeoJSON file; without one it is a NotShown.
    """
    raise NotShown(NEEDS)
