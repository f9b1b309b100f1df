"""The map on a user's outlines: what a file must hold, and what is drawn of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fundsim.charts import CHARTS, NotShown, Outlines, find, read_outlines, save
from fundsim.charts.rendering import settled
from fundsim.errors import DataError
from tests.charts.seen import MARKUP, lay_out, said
from tests.charts.small_world import Scenario, World, world

CODES = ("A00001", "A00002", "A00003")


def square(x: float, y: float, side: float = 1.0) -> list[list[float]]:
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def feature(code: object, *rings: list[list[float]], **more: object) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"OBJECTID": 1, "CODE": code, "NAME": MARKUP, **more},
        "geometry": {"type": "Polygon", "coordinates": list(rings)},
    }


def written(folder: Path, features: Sequence[Mapping[str, Any]]) -> Path:
    path = folder / "mine.geojson"
    found = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(found), encoding="utf-8")
    return path


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Three squares in a row, the second with a hole, the third in two parts."""
    two_parts = {"type": "MultiPolygon", "coordinates": [[square(4, 50)], [square(6, 50, 0.5)]]}
    third = {**feature("A00003"), "geometry": two_parts}
    features = [
        feature("A00001", square(0, 50)),
        feature("A00002", square(2, 50), square(2.25, 50.25, 0.5)),
        third,
        feature("ELSEWHERE", square(90, 80)),
    ]
    return written(tmp_path, features)


def test_outlines_are_found_by_what_a_property_holds(mine: Path) -> None:
    outlines = read_outlines(mine, CODES)
    assert outlines.key == "CODE"
    assert set(outlines.parts) == set(CODES)
    assert [len(outlines.parts[code]) for code in CODES] == [1, 1, 2]
    (second,) = outlines.parts["A00002"]
    assert second.edge.tolist() == square(2, 50)
    assert [hole.tolist() for hole in second.holes] == [square(2.25, 50.25, 0.5)]


def test_a_feature_may_bear_its_code_as_its_id(tmp_path: Path) -> None:
    features = [{**feature(None, square(at, 0)), "id": code} for at, code in enumerate(CODES)]
    assert read_outlines(written(tmp_path, features), CODES).key == "id"


def test_a_named_property_goes_before_what_is_found(mine: Path) -> None:
    with pytest.raises(DataError, match="OBJECTID: 3 of 3 areas have no outline"):
        read_outlines(mine, CODES, "OBJECTID")
    with pytest.raises(DataError, match=r'no feature has a property "CODES" \(did you mean "CODE"'):
        read_outlines(mine, CODES, "CODES")


def test_all_areas_without_an_outline_are_named_in_one_message(mine: Path) -> None:
    with pytest.raises(DataError) as error:
        read_outlines(mine, (*CODES, "B1", "B2"))
    assert len(error.value.problems) == 1
    assert "2 of 5 areas have no outline: B1, B2; add them" in str(error.value)


def test_a_file_without_the_codes_says_what_it_has(mine: Path) -> None:
    with pytest.raises(DataError) as error:
        read_outlines(mine, ("W1", "W2"))
    message = str(error.value)
    assert 'such as "W1"; name it with --boundaries-key; there are: OBJECTID, CODE, NAME' in message


NO_RINGS = "no rings of at least three points"
BAD: dict[str, tuple[object, str]] = {
    "a point": ({"type": "Point", "coordinates": [0, 0]}, "its geometry is Point"),
    "nothing": (None, "its geometry is empty"),
    "no rings": ({"type": "Polygon", "coordinates": []}, "without coordinates"),
    "no parts": ({"type": "MultiPolygon", "coordinates": []}, "has no coordinates"),
    "an empty part": ({"type": "MultiPolygon", "coordinates": [[]]}, "part without coordinates"),
    "two points": ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}, NO_RINGS),
    "words": ({"type": "Polygon", "coordinates": [[["a", "b"]] * 4]}, NO_RINGS),
    "no number": ({"type": "Polygon", "coordinates": [[[float("nan"), 0]] * 4]}, NO_RINGS),
    "a number": ({"type": "Polygon", "coordinates": [7]}, NO_RINGS),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_polygon_is_named_with_its_place(name: str, tmp_path: Path) -> None:
    geometry, message = BAD[name]
    features = [feature("A00001", square(0, 0)), {**feature("A00002"), "geometry": geometry}]
    with pytest.raises(DataError, match=message) as error:
        read_outlines(written(tmp_path, features), CODES[:2])
    assert "feature 2 (A00002)" in str(error.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"features": []}', "[" * 100_000])
def test_a_file_that_is_no_geojson_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="is no GeoJSON"):
        read_outlines(path, CODES)
    with pytest.raises(DataError, match="cannot be read"):
        read_outlines(tmp_path / "nowhere.geojson", CODES)


def shapes(outlines: Outlines, shown: World) -> list[Any]:
    from matplotlib.patches import PathPatch

    entry = CHARTS["areas_map"].within
    assert entry is not None
    chart = entry(outlines)
    table = chart.table(shown)
    with settled():
        figure = chart.draw(table, chart.words(table, shown))
        lay_out(figure)
    wide, high = figure.get_size_inches() * 25.4
    return [
        np.asarray(patch.get_path().vertices) * np.array([wide, high])
        for patch in figure.findobj(PathPatch)
    ]


def test_areas_are_as_wide_and_high_as_the_cosine_says(mine: Path, three: Scenario) -> None:
    third, second, first = shapes(read_outlines(mine, CODES), world(three))
    wide, high = np.ptp(first, axis=0)
    assert wide / high == pytest.approx(np.cos(np.radians(50.5)), abs=0.02)
    assert first[:, 0].max() < second[:, 0].min() < third[:, 0].min()
    assert len(first) < len(second)  # which has a hole


def test_metres_are_drawn_as_they_are_and_it_is_said(tmp_path: Path, three: Scenario) -> None:
    features = [feature(code, square(at * 2e5, 1e5, 1e5)) for at, code in enumerate(CODES)]
    outlines = read_outlines(written(tmp_path, features), CODES)
    wide, high = np.ptp(shapes(outlines, world(three))[-1], axis=0)
    assert wide == pytest.approx(high, abs=0.2)
    assert not outlines.in_degrees
    within = CHARTS["areas_map"].within
    assert within is not None
    words = within(outlines).words(within(outlines).table(world(three)), world(three))
    assert "mine.geojson (SHA-256 " in words.caption[1]
    assert "coordinates are no degrees" in words.caption[1]


def test_an_area_too_small_to_see_is_still_a_dot(tmp_path: Path, three: Scenario) -> None:
    sides = (10.0, 1e-6, 10.0)
    features = [
        feature(code, square(at * 20, 0, side))
        for at, (code, side) in enumerate(zip(CODES, sides, strict=True))
    ]
    outlines = read_outlines(written(tmp_path, features), CODES)
    assert len(shapes(outlines, world(three))) == 2


def test_the_table_is_the_ranking_and_both_ends_are_named(
    mine: Path, three: Scenario, tmp_path: Path
) -> None:
    small, outlines = world(three), read_outlines(mine, CODES)
    made = save("areas_map", small, tmp_path / "out", formats=["svg"], outlines=outlines)
    again = save("areas_map", small, tmp_path / "again", formats=["svg"], outlines=outlines)
    assert [path.read_bytes() for path in made] == [path.read_bytes() for path in again]
    ranking = "".join(CHARTS["areas_per_head"].table(small).csv())
    assert made[0].read_bytes().decode("utf-8") == ranking
    assert "mine.geojson" in made[1].read_text(encoding="utf-8")
    assert str(tmp_path) not in made[1].read_text(encoding="utf-8")


def test_names_stand_in_the_list(mine: Path, three: Scenario) -> None:
    chart = CHARTS["areas_map"].within
    assert chart is not None
    entry = chart(read_outlines(mine, CODES))
    table = entry.table(world(three))
    with settled():
        shown = said(entry.draw(table, entry.words(table, world(three))))
    assert {"Ashby", "Burton", "Corby", "£3.00", "1"} <= set(shown)


def test_without_outlines_it_says_how_to_give_them(three: Scenario) -> None:
    with pytest.raises(NotShown, match=r"areas_map --boundaries FILE, or take the chart areas_til"):
        find("areas_map").table(world(three))
