"""Where areas lie by their outlines, and who borders on whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from fundsim.charts import CHARTS, NotShown, Outlines, read_outlines
from fundsim.charts.bordering import borders, middles
from fundsim.charts.words import Words
from fundsim.results import Table
from tests.charts.small_world import Scenario, world
from tests.charts.test_area_map import CODES, feature, square, written


def of(folder: Path, *rings: list[list[float]]) -> Outlines:
    features = [feature(code, ring) for code, ring in zip(CODES, rings, strict=True)]
    return read_outlines(written(folder, features), CODES)


def test_a_middle_is_the_centre_of_gravity(tmp_path: Path) -> None:
    corner = [[0.0, 0.0], [3000.0, 0.0], [0.0, 3000.0], [0.0, 0.0]]
    flat = [[9e5, 7.0], [9e5 + 2, 7.0], [9e5, 7.0]]
    x, y = middles(of(tmp_path, corner, square(1000, 1000, 500), flat), CODES)
    assert x.tolist() == pytest.approx([1000.0, 1250.0, 9e5 + 1])
    assert y.tolist() == pytest.approx([1000.0, 1250.0, 7.0])


def test_the_largest_part_counts(tmp_path: Path) -> None:
    features = [feature(code, square(at * 10, 0)) for at, code in enumerate(CODES)]
    features.append(feature("A00001", square(-50, 0, 4)))
    x, _ = middles(read_outlines(written(tmp_path, features), CODES), CODES)
    assert x[0] < -40


def test_two_common_points_are_a_border_and_one_is_none(tmp_path: Path) -> None:
    outlines = of(tmp_path, square(0, 0), square(1, 0), square(2, 1))
    assert borders(outlines, CODES) == [(0, 1)]


def test_outlines_without_common_points_tell_no_borders(tmp_path: Path) -> None:
    assert borders(of(tmp_path, square(0, 0), square(2, 0), square(4, 0)), CODES) is None


def shown(outlines: Outlines, three: Scenario) -> tuple[Table, Words]:
    within = CHARTS["areas_tile_map"].within
    assert within is not None
    chart, small = within(outlines), world(three)
    table = chart.table(small)
    return table, chart.words(table, small)


def test_squares_follow_from_outlines_where_a_table_has_no_coordinates(
    tmp_path: Path, three: Scenario
) -> None:
    with pytest.raises(NotShown, match="--boundaries FILE"):
        CHARTS["areas_tile_map"].table(world(three))
    table, words = shown(of(tmp_path, square(2, 0), square(1, 0), square(0, 0)), three)
    at = dict(zip(table.column("name"), table.column("column"), strict=True))
    assert at == {"Corby": "0", "Burton": "1", "Ashby": "2"}
    assert set(table.column("row")) == {"0"}
    assert "mine.geojson (SHA-256 " in words.caption[2]
