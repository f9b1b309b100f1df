"""One level for all, against a search that knows only that the sum rises with the level."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fundsim.money import Real
from fundsim.rules.levels import level

lawful = settings(max_examples=150)

Line = tuple[float, float, float, float]  # slope, offset, low, high

SLOPE = st.one_of(st.just(0.0), st.just(1.0), st.floats(0.01, 100))
OFFSET = st.one_of(st.just(0.0), st.floats(-50, 50))
LOW = st.one_of(st.just(0.0), st.floats(0, 40))
ROOM = st.one_of(st.just(0.0), st.floats(0.01, 60), st.just(math.inf))
LINE = st.builds(
    lambda slope, offset, low, room: (slope, offset, low, low + room), SLOPE, OFFSET, LOW, ROOM
)
LINES = st.lists(LINE, min_size=1, max_size=8)
PART = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0]))
FAR = 1e5


def got(lines: Sequence[Line], t: float) -> list[float]:
    return [min(max(slope * t + offset, low), high) for slope, offset, low, high in lines]


def searched(lines: Sequence[Line], total: float) -> float:
    """Halve until the lowest level that reaches the total is found."""
    below, above = -FAR, FAR
    for _ in range(100):
        middle = (below + above) / 2
        if math.fsum(got(lines, middle)) >= total:
            above = middle
        else:
            below = middle
    return above


def found(lines: Sequence[Line], *totals: float) -> Real:
    slope, offset, low, high = (np.array(each)[:, np.newaxis] for each in zip(*lines, strict=True))
    return level(np.array([totals]), slope, offset=offset, low=low, high=high)


PLATEAU = [
    (0.0, 0.0, 21.937638123357953, 21.937638123357953),
    (1.0, 0.0, 0.0, 10.486227046309331),
    (1.0, 0.0, 11.244122381195428, 11.244122381195428),
]
"""From where the second is at its bound nothing changes; a rounding may say that a bit is short."""


@given(lines=LINES, part=PART)
@example(lines=PLATEAU, part=1.0)
@lawful
def test_at_the_level_all_together_get_the_total_and_no_lower_level_does(
    lines: list[Line], part: float
) -> None:
    least, most = (math.fsum(got(lines, t)) for t in (-FAR, FAR))
    total = least + part * (min(most, least + 500) - least)
    t = float(found(lines, total)[0, 0])
    assert math.fsum(got(lines, t)) == pytest.approx(total, rel=1e-12, abs=1e-9)
    if total > least + 1e-6:
        lowest = searched(lines, total)
        apart = math.fsum(got(lines, t)) - math.fsum(got(lines, lowest))
        assert t == pytest.approx(lowest, rel=1e-9, abs=1e-6) or abs(apart) <= 4e-16 * total


@given(lines=LINES, more=st.floats(1e-3, 1e6))
@lawful
def test_beyond_what_all_get_at_most_it_is_where_nobody_gets_more(
    lines: list[Line], more: float
) -> None:
    lines = [(slope, offset, low, min(high, 100.0)) for slope, offset, low, high in lines]
    t = float(found(lines, math.fsum(got(lines, FAR)) + more)[0, 0])
    assert got(lines, t) == pytest.approx(got(lines, FAR), rel=1e-12, abs=1e-12)
    ends = [(high - offset) / slope for slope, offset, _, high in lines if slope]
    assert t == max(ends, default=0.0)


@given(lines=LINES, less=st.floats(1e-3, 1e6))
@lawful
def test_below_what_all_get_at_least_it_is_where_nobody_gets_less(
    lines: list[Line], less: float
) -> None:
    t = float(found(lines, math.fsum(got(lines, -FAR)) - less)[0, 0])
    assert got(lines, t) == pytest.approx(got(lines, -FAR), rel=1e-12, abs=1e-12)
    begins = [(low - offset) / slope for slope, offset, low, _ in lines if slope]
    assert t == min(begins, default=0.0)


@given(lines=LINES, totals=st.lists(st.floats(-10, 1_000), min_size=2, max_size=6))
@lawful
def test_a_path_alone_has_the_level_that_it_has_among_many(
    lines: list[Line], totals: list[float]
) -> None:
    together = found(lines, *totals)
    for path, total in enumerate(totals):
        assert found(lines, total).tobytes() == together[:, path : path + 1].tobytes()


@given(
    paths=st.lists(st.lists(LINE, min_size=3, max_size=3), min_size=2, max_size=5),
    totals=st.lists(st.floats(-10, 1_000), min_size=5, max_size=5),
)
@lawful
def test_bounds_and_slopes_may_differ_between_paths(
    paths: list[list[Line]], totals: list[float]
) -> None:
    slope, offset, low, high = (
        np.array([[line[part] for line in lines] for lines in paths]).T for part in range(4)
    )
    total = np.array([totals[: len(paths)]])
    together = level(total, slope, offset=offset, low=low, high=high)
    alone = [found(lines, total) for lines, total in zip(paths, totals, strict=False)]
    assert together.tobytes() == np.concatenate(alone, axis=1).tobytes()


CLAIMS = np.array([[10.0], [20.0], [30.0]])


def test_what_is_the_same_for_all_may_be_one_number() -> None:
    # 40 among three who get at most 25 and at least 10: 40 / 3 each
    assert level(np.array([[40.0]]), np.ones((3, 1)), low=10.0, high=25.0) == pytest.approx(40 / 3)
    assert level(np.array([[40.0]]), np.ones((1, 1)), high=CLAIMS).tolist() == [[15.0]]


def test_one_total_serves_bounds_of_several_paths() -> None:
    caps = np.array([[5.0, 50.0], [50.0, 50.0]])
    assert level(np.array([[20.0]]), np.ones((2, 1)), high=caps).tolist() == [[15.0, 10.0]]


def test_on_a_plateau_it_is_the_lowest_level() -> None:
    """The first gets 0 to 1 on levels 0 to 1, the second the same on levels 5 to 6."""
    lines = [(1.0, 0.0, 0.0, 1.0), (1.0, -5.0, 0.0, 1.0)]
    assert found(lines, 0.0, 0.5, 1.0, 1.5, 2.0, 9.0).tolist() == [[0.0, 0.5, 1.0, 5.5, 6.0, 6.0]]


def test_all_at_their_bounds_is_the_lowest_level_that_gives_them() -> None:
    assert level(np.array([[60.0, 61.0]]), np.ones((3, 1)), high=CLAIMS).tolist() == [[30.0, 30.0]]
    assert level(np.array([[0.0]]), np.ones((3, 1)), high=CLAIMS).tolist() == [[0.0]]
    assert level(np.array([[60.0]]), np.ones((3, 1)), low=CLAIMS, high=CLAIMS).tolist() == [[10.0]]


def test_who_has_no_slope_gets_the_same_at_every_level() -> None:
    lines = [(0.0, 7.0, 0.0, 5.0), (2.0, 0.0, 0.0, math.inf), (0.0, -3.0, 1.0, 5.0)]
    assert found(lines, 16.0).tolist() == [[5.0]]  # 5, 10 and 1
    assert found(lines[::2], 1.0, 6.0, 9.0).tolist() == [[0.0, 0.0, 0.0]]


def test_without_caps_the_level_rises_for_ever() -> None:
    lines = [(1.0, 0.0, 0.0, math.inf), (3.0, -30.0, 0.0, math.inf), (1.0, 0.0, 0.0, 4.0)]
    # from 10 on, four more for each level; 14 is reached there
    assert found(lines, 14.0, 18.0, 4e12 + 14).tolist() == [[10.0, 11.0, 1e12 + 10]]


@pytest.mark.parametrize("seed", range(10))
def test_slopes_of_any_size_are_told_apart(seed: int) -> None:
    """A great slope that has come to its end leaves no trace in those that go on."""
    drawn = np.random.default_rng(seed)
    slope = 10.0 ** drawn.uniform(-60, 60, (40, 1))
    high = drawn.uniform(0, 10, (40, 1))
    total = drawn.uniform(0, high.sum(), (1, 5))
    t = level(total, slope, high=high)
    assert np.clip(slope * t, 0, high).sum(axis=0) == pytest.approx(total[0], rel=1e-12)
    for path in range(5):
        alone = level(total[:, path : path + 1], slope, high=high)
        assert alone.tobytes() == t[:, path : path + 1].tobytes()


def test_what_would_begin_beyond_all_numbers_never_begins() -> None:
    lines = [(1e-300, -1e15, 0.0, 5.0), (1.0, 0.0, 0.0, 3.0)]
    assert found(lines, 2.0, 4.0).tolist() == [[2.0, 3.0]]


def test_pots_up_to_100_billion_pounds_are_met_to_a_fraction_of_a_penny() -> None:
    drawn = np.random.default_rng(1)
    people = drawn.integers(1_000, 3_000, (34_000, 1)).astype(float)
    high = people * drawn.uniform(1, 5_000_000, (34_000, 1))
    total = np.array([[1e11, 1e13, high.sum() / 2]])
    t = level(total, people, high=high)
    off = np.clip(people * t, 0, high).sum(axis=0) - total[0]
    assert (np.abs(off) <= 1e-12 * total[0]).all()
