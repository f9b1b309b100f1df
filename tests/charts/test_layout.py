"""Areas on squares: one each, near their places, and the same on every machine."""

from __future__ import annotations

import csv
import hashlib
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsim.charts.layout import between_none, laid_out, on_a_plane, touching
from fundsim.money import Real
from fundsim.places import load_geography
from fundsim.places.packaged import packaged

PLACES = st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=1, max_size=40)


def degrees_of_foundations() -> tuple[list[str], Real, Real]:
    places = load_geography("uk-districts-2024")
    names, member = places.members("foundation")
    middles = [
        [axis[member == at].mean() for at in range(len(names))] for axis in (places.lon, places.lat)
    ]
    return list(names), np.array(middles[0]), np.array(middles[1])


def test_as_many_borders_of_foundations_are_kept_as_by_hand() -> None:
    names, lon, lat = degrees_of_foundations()
    rows = csv.DictReader(packaged("tiles.csv").decode("utf-8").splitlines())
    pairs = {(row["id"], other) for row in rows for other in row["neighbours"].split()}
    borders = sorted((names.index(a), names.index(b)) for a, b in pairs if a < b)
    assert len(borders) == 111
    assert touching(laid_out(*on_a_plane(lon, lat), borders), borders) >= 96


def test_the_districts_have_the_squares_that_they_have_everywhere() -> None:
    places = load_geography("uk-districts-2024")
    squares = laid_out(*on_a_plane(places.lon, places.lat))
    assert len(set(squares)) == 361
    said = ";".join(f"{code},{c},{r}" for code, (c, r) in zip(places.codes, squares, strict=True))
    assert hashlib.sha256(said.encode()).hexdigest()[:16] == "12c1ceefb34ae400"


@given(PLACES)
def test_everyone_has_a_square_of_their_own_from_the_north_west_corner_on(
    places: list[tuple[int, int]],
) -> None:
    x, y = np.array(places, np.float64).T
    squares = laid_out(x, y)
    assert len(set(squares)) == len(places)
    assert min(column for column, _ in squares) == 0
    assert min(row for _, row in squares) == 0


@given(PLACES, st.sampled_from([0.125, 2.0, 1024.0]))
def test_the_unit_of_measurement_does_not_matter(
    places: list[tuple[int, int]], unit: float
) -> None:
    x, y = np.array(places, np.float64).T
    assert laid_out(x, y) == laid_out(x * unit, y * unit)


def test_north_is_up_and_west_is_left() -> None:
    line = np.arange(6.0)
    level, upright = laid_out(line, 0 * line), laid_out(0 * line, line)
    assert all(one[0] < other[0] for one, other in pairwise(level))
    assert all(one[1] > other[1] for one, other in pairwise(upright))


def test_two_are_beside_one_another_where_no_third_is_between() -> None:
    x, y = np.array([0, 10, 5, 5]), np.array([0, 0, 1, 20])
    assert between_none(x, y) == [(0, 2), (1, 2), (2, 3)]


def test_neighbours_that_are_given_are_brought_together() -> None:
    x, y = np.random.default_rng(3).random((2, 60))
    given_ = [(row, (row + 7) % 60) for row in range(0, 60, 3)]
    assert touching(laid_out(x, y, given_), given_) > touching(laid_out(x, y), given_)


def test_touching_counts_edges_and_corners_alone() -> None:
    squares = [(0, 0), (1, 0), (1, 1), (3, 0)]
    assert touching(squares, [(0, 1), (0, 2), (1, 3), (0, 3)]) == 2


@pytest.mark.parametrize("middle", [0.0, 55.0, -40.0])
def test_a_degree_of_longitude_shrinks_by_the_cosine(middle: float) -> None:
    lon, lat = np.array([0.0, 1.0]), np.array([middle - 1, middle + 1])
    x, y = on_a_plane(lon, lat)
    assert x[1] - x[0] == pytest.approx(np.cos(np.radians(middle)), abs=1e-5)
    assert y.tolist() == lat.tolist()


def test_the_order_in_which_areas_come_does_not_matter() -> None:
    x, y = np.random.default_rng(4).random((2, 50))
    turned = laid_out(x[::-1], y[::-1])
    assert laid_out(x, y) == turned[::-1]
