"""The map of areas: where squares are, what is written, and what it needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from fundsim.charts import CHARTS, NotShown
from fundsim.charts.areas import COLUMNS
from fundsim.places import Geography, load_geography
from tests.charts.seen import LONG, MARKUP, cut_off, drawn, said, touching
from tests.charts.small_world import Scenario, geography, world


def placed(folder: Path, names: Sequence[str], nations: Sequence[str] = ("North",)) -> Geography:
    """A geography of areas on a slope from the north-west to the south-east."""
    lines = ["code,name,population,nation,lon,lat"]
    for row, name in enumerate(names):
        quoted = '"' + name.replace('"', '""') + '"'
        nation = nations[row % len(nations)]
        lines.append(f"B{row:04d},{quoted},{1000 + row},{nation},{row % 7},{-(row // 7) / 10}")
    path = folder / "placed.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_geography(str(path))


def test_the_table_is_the_ranking_with_a_square_for_each(uk: Scenario) -> None:
    small = world(uk)
    table = CHARTS["areas_tile_map"].table(small)
    ranking = CHARTS["areas_per_head"].table(small)
    assert table.columns == ("column", "row", *COLUMNS)
    assert [row[2:] for row in table.rows()] == list(ranking.rows())
    squares = list(zip(table.column("column"), table.column("row"), strict=True))
    assert len(set(squares)) == len(squares) == 361


def test_shetland_is_north_of_cornwall_and_norwich_east_of_cardiff(uk: Scenario) -> None:
    table = CHARTS["areas_tile_map"].table(world(uk))
    at = {
        name: (int(column), int(row))
        for name, column, row in zip(
            *(table.column(c) for c in ("name", "column", "row")), strict=True
        )
    }
    assert at["Shetland Islands"][1] < at["Cornwall"][1]
    assert at["Norwich"][0] > at["Cardiff"][0]


@pytest.mark.parametrize("count", [1, 2, 9, 80])
def test_nothing_is_cut_off_or_on_top_of_another(count: int, tmp_path: Path) -> None:
    names = [MARKUP, LONG, "x" * 200, "=1+1", *(f"Place {row}" for row in range(count))][:count]
    figure = drawn("areas_tile_map", world(Scenario(placed(tmp_path, names, ["North", "South"]))))
    assert cut_off(figure) == []
    assert touching(figure) == []


@pytest.mark.parametrize("per_head", [[54321.0] * 361, [0.0002] * 361, [0.0] * 360 + [3.0]])
def test_the_districts_are_drawn_whatever_they_get(uk: Scenario, per_head: list[float]) -> None:
    figure = drawn("areas_tile_map", world(uk, per_head=per_head))
    assert cut_off(figure) == []
    assert touching(figure) == []


def test_few_areas_bear_name_and_figure(tmp_path: Path) -> None:
    shown = said(drawn("areas_tile_map", world(Scenario(placed(tmp_path, ["Ash", "Bury"])))))
    assert {"Ash", "Bury", "£1.00", "£2.00"} <= set(shown)


def test_of_many_areas_both_ends_are_named_and_bear_their_rank(uk: Scenario) -> None:
    shown = said(drawn("areas_tile_map", world(uk)))
    names = uk.geography_table.names
    assert {*names[:5], *names[-5:]} <= set(shown)
    assert all(shown.count(str(rank)) == 2 for rank in (1, 5, 357, 361))
    assert names[100] not in shown


def test_a_line_parts_nations_where_there_are_several(tmp_path: Path) -> None:
    entry = CHARTS["areas_tile_map"]
    one, two = (
        world(Scenario(placed(tmp_path, ["Ash", "Bury", "Cove"], nations)))
        for nations in (["North"], ["North", "South"])
    )
    assert "parts nations" not in entry.words(entry.table(one), one).about
    assert "parts nations" in entry.words(entry.table(two), two).about


def test_the_alternative_text_says_the_ends_as_the_table_does(uk: Scenario) -> None:
    entry, small = CHARTS["areas_tile_map"], world(uk)
    table = entry.table(small)
    names, figures = table.column("name"), table.numbers("mean_per_head_a_year")
    alt = entry.words(table, small).alt
    assert f"from £{figures[-1]:.0f} ({names[-1]}) to £{figures[0]:.0f} ({names[0]})" in alt


def test_without_coordinates_it_names_areas_and_remedy(tmp_path: Path) -> None:
    own = world(Scenario(geography(tmp_path, ["Ash", "Bury", "Cove", "Dene"])))
    with pytest.raises(NotShown) as error:
        CHARTS["areas_tile_map"].table(own)
    message = str(error.value)
    assert "Ash (A00001); Bury (A00002); Cove (A00003) and 1 more" in message
    assert "add the columns lon and lat (degrees)" in message
    assert "areas_per_head" in message


def test_more_areas_than_can_be_told_apart_are_refused(tmp_path: Path) -> None:
    many = placed(tmp_path, [f"Place {row}" for row in range(1001)])
    with pytest.raises(NotShown, match=r"at most 1,000 areas, and here are 1,001; take the chart"):
        CHARTS["areas_tile_map"].table(world(Scenario(many)))


def test_it_is_not_shown_where_nothing_is_paid(uk: Scenario) -> None:
    with pytest.raises(NotShown, match="areas_tile_map has nothing to show"):
        CHARTS["areas_tile_map"].table(world(uk, per_head=[0.0] * 361))
