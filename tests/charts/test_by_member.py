"""Small multiples: each nation and each foundation, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fundsim.charts import CHARTS, NotShown
from fundsim.charts.multiples import MOST, Multiples
from fundsim.places import Geography, load_geography
from fundsim.results import Table
from tests.charts.plain import INK, LINE
from tests.charts.seen import LONG, MARKUP, cut_off, drawn, said, touching
from tests.charts.small_world import Scenario, World, geography, world

if TYPE_CHECKING:
    from matplotlib.figure import Figure

YEARS = ("area", "fund", "measure", "basis", "year", "mean", "se", "p05", "p50", "p95")


def grouped(folder: Path, nations: Sequence[str], foundations: Sequence[str]) -> Geography:
    """A geography of areas with 1,000, 2,000, 3,000 ... people, in these nations."""
    lines = ["code,name,population,nation,foundation"]
    for row, (nation, foundation) in enumerate(zip(nations, foundations, strict=True), start=1):
        quoted = '"' + nation.replace('"', '""') + '"'
        lines.append(f"A{row:05d},Place {row},{1000 * row},{quoted},{foundation}")
    path = folder / "grouped.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_geography(str(path))


def with_years(scenario: Scenario, pounds: Sequence[float]) -> World:
    """Each area is allocated so many pounds in every year but the first; decoys beside it."""
    rows = [
        [code, fund, measure, basis, str(scenario.start.year + year), cell, error, *["0"] * 3]
        for code, each in zip(scenario.geography_table.codes, pounds, strict=True)
        for fund in (*scenario.funds, "all")
        for measure, factor in (("allocated", 1.0), ("paid", 7.0))
        for basis, rise in (("nominal", 3.0), ("real", 1.0))
        for year in range(scenario.years)
        for cell, error in [
            [f"{each * factor * rise * part * (year > 0):.4f}" for part in (1.0, 0.1)]
        ]
    ]
    small = world(scenario)
    tables = {**small.tables, "areas_years": Table("areas_years", YEARS, lambda: rows)}
    return replace(small, tables=tables)


def ends_of_lines(figure: Figure) -> list[float]:
    """How high above its axis each picture's line ends, in the order of the pictures."""
    from matplotlib.lines import Line2D

    seen = [line for line in figure.findobj(Line2D) if line.get_color() in (LINE, INK)]
    heights = [np.asarray(line.get_ydata(), np.float64)[-1] for line in seen]
    return [float(line - axis) for line, axis in zip(heights[::2], heights[1::2], strict=True)]


@pytest.fixture
def two(tmp_path: Path) -> Scenario:
    """Three areas of 1,000, 2,000 and 3,000 people, the first two in the North."""
    places = grouped(tmp_path, ["North", "North", "South"], ["one", "one", "two"])
    return Scenario(places, years=4)


def test_a_nation_is_the_sum_of_its_areas_over_its_people(two: Scenario) -> None:
    table = CHARTS["spending_by_nation"].table(with_years(two, [100.0, 500.0, 900.0]))
    north = table.where(nation="North")
    assert north.column("mean") == ["0.0000", *["600.0000"] * 3]
    assert set(north.column("population")) == {"3000"}
    assert north.column("mean_per_head")[1:] == ["0.200000"] * 3
    assert table.where(nation="South").column("mean_per_head")[1:] == ["0.300000"] * 3
    assert north.column("se")[1:] == ["60.0000"] * 3
    assert north.column("se_per_head")[1:] == ["0.020000"] * 3


def test_the_basis_that_is_asked_for_is_shown(two: Scenario) -> None:
    small = with_years(two, [100.0, 500.0, 900.0])
    table = CHARTS["spending_by_nation"].table(small, basis="nominal")
    assert table.where(nation="South").column("mean_per_head")[1:] == ["0.900000"] * 3


def test_a_foundation_has_the_rows_of_the_run_and_the_same_a_head(two: Scenario) -> None:
    small = world(two, by_foundation=[2.0, 5.0])
    table = CHARTS["paid_by_foundation"].table(small)
    own = table.where(foundation="two")
    run = small.table("foundations").where(
        foundation="two", measure="paid", fund="main", basis="real"
    )
    for column in ("mean", "se", "p05", "p50", "p95"):
        assert own.column(column) == run.column(column)
    assert own.numbers("mean_per_head").tolist() == [5.0] * 4


def test_pictures_stand_most_a_head_first_on_one_scale(two: Scenario) -> None:
    figure = drawn("spending_by_nation", with_years(two, [100.0, 500.0, 900.0]))
    south, north = ends_of_lines(figure)
    assert south / north == pytest.approx(0.3 / 0.2)
    names = [text for text in said(figure) if text in ("North", "South")]
    assert names == ["South", "North"]
    assert {"£0.30", "£0.20"} <= set(said(figure))


def test_years_before_money_are_not_drawn(two: Scenario) -> None:
    table = CHARTS["spending_by_nation"].table(with_years(two, [100.0, 500.0, 900.0]))
    for each in Multiples.of(table, "nation", two.start).pictures:
        assert np.isnan(each.line).tolist() == [True, False, False, False]


def test_the_alternative_text_says_who_gets_most_and_least(two: Scenario) -> None:
    small, entry = with_years(two, [100.0, 500.0, 900.0]), CHARTS["spending_by_nation"]
    alt = entry.words(entry.table(small), small).alt
    assert "in 2024/25 2 nations get from £0.20 (North) to £0.30 (South) a head" in alt.replace(
        "In ", "in "
    )


def test_one_nation_or_foundation_is_nothing_to_compare(three: Scenario) -> None:
    with pytest.raises(NotShown, match="one nation, all; take the chart spending"):
        CHARTS["spending_by_nation"].table(with_years(three, [1.0] * 3))
    with pytest.raises(NotShown, match="take the chart foundation with --foundation"):
        CHARTS["paid_by_foundation"].table(world(three))


def test_nothing_paid_is_not_shown(two: Scenario) -> None:
    with pytest.raises(NotShown, match="spending_by_nation has nothing to show"):
        CHARTS["spending_by_nation"].table(with_years(two, [0.0] * 3))
    with pytest.raises(NotShown, match="paid_by_foundation has nothing to show"):
        CHARTS["paid_by_foundation"].table(world(two, by_foundation=[0.0, 0.0]))


@pytest.mark.parametrize("count", [2, 5, 12, 30, MOST + 1])
def test_nothing_is_cut_off_or_on_top_of_another(count: int, tmp_path: Path) -> None:
    names = [MARKUP, LONG, "x" * 200, "東京", *(f"Land {row}" for row in range(count))][:count]
    places = grouped(tmp_path, names, [f"f{row}" for row in range(count)])
    small = with_years(Scenario(places), [1000.0 * row for row in range(1, count + 1)])
    for chart in ("spending_by_nation", "paid_by_foundation"):
        figure = drawn(chart, small)
        assert cut_off(figure) == []
        assert touching(figure) == []
        assert len(ends_of_lines(figure)) == min(count, MOST)


def test_a_single_year_is_drawn_as_wide_as_it_is_long(two: Scenario) -> None:
    from matplotlib.patches import Polygon

    figure = drawn("paid_by_foundation", world(replace(two, years=1)))
    bands = [np.asarray(shape.get_xy())[:, 0] for shape in figure.findobj(Polygon)]
    assert len(bands) == 2
    assert all(np.ptp(band) > 0.35 for band in bands)  # of the sheet's width


def test_the_districts_are_drawn_with_all_foundations(uk: Scenario) -> None:
    figure = drawn("paid_by_foundation", world(uk))
    assert len(ends_of_lines(figure)) == 47
    assert cut_off(figure) == []
    assert touching(figure) == []
    assert {"Surrey", "Cumbria"} <= set(said(figure))


def test_a_geography_without_nations_has_one(tmp_path: Path) -> None:
    assert set(geography(tmp_path, ["Ash"]).nations) == {"all"}
