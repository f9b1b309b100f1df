"""Amounts become whole pence that add up, and keep floors and caps to the penny."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundsim.money import LARGEST, Pence, Real
from fundsim.rules.pence import in_pence

lawful = settings(max_examples=150)

# floor, room up to the cap, and how far between the two the amount stands
BOUNDED = st.tuples(
    st.integers(0, 1_000),
    st.one_of(st.just(0), st.just(1), st.integers(0, 100_000)),
    st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0])),
)
MEMBERS = st.lists(BOUNDED, min_size=1, max_size=12)
AMOUNT = st.one_of(st.floats(0, 1e6), st.integers(0, 50).map(lambda halves: halves / 2))


def bounds(members: list[tuple[int, int, float]]) -> tuple[Pence, Real, Pence]:
    floor, room, part = (np.array(each)[:, np.newaxis] for each in zip(*members, strict=True))
    return floor, floor + room * part, floor + room


@given(amounts=st.lists(AMOUNT, min_size=1, max_size=15))
@lawful
def test_without_bounds_pence_sum_to_the_nearest_penny_and_are_within_one_of_their_due(
    amounts: list[float],
) -> None:
    given = np.array(amounts)[:, np.newaxis]
    found = in_pence(given)
    assert found.dtype == np.int64
    assert abs(found.sum() - given.sum()) <= 0.5 + 1e-6
    off = np.abs(found - given * (found.sum() / max(given.sum(), 1e-300)))
    assert off.max(initial=0) <= 1 + 1e-6
    assert (found[given == 0] == 0).all()


@given(members=MEMBERS)
@lawful
def test_bounds_are_kept_to_the_penny_and_nobody_is_two_pence_from_its_due(
    members: list[tuple[int, int, float]],
) -> None:
    floor, due, cap = bounds(members)
    total = np.rint(due.sum(axis=0)).astype(np.int64)
    found = in_pence(due, total, at_least=floor, at_most=cap)
    assert found.sum(axis=0) == total
    assert (found >= floor).all()
    assert (found <= cap).all()
    assert (np.abs(found - due) <= 2).all()


@given(members=MEMBERS, others=st.lists(st.floats(0, 1), min_size=2, max_size=4))
@lawful
def test_a_path_alone_gives_what_it_gives_among_many(
    members: list[tuple[int, int, float]], others: list[float]
) -> None:
    floor, due, cap = bounds(members)
    dues = floor + (due - floor) * np.array([others])
    totals = np.array([int(dues.sum() * part) for part in others])
    together = in_pence(dues, totals, at_least=floor, at_most=cap)
    for path in range(len(others)):
        one = slice(path, path + 1)
        alone = in_pence(dues[:, one], totals[one], at_least=floor, at_most=cap)
        assert alone.tobytes() == together[:, one].tobytes()


@given(members=MEMBERS, over=st.integers(0, 10**9))
@lawful
def test_of_a_total_above_all_caps_only_the_caps_are_shared(
    members: list[tuple[int, int, float]], over: int
) -> None:
    floor, _, cap = bounds(members)
    total = np.array([int(cap.sum()) + over])
    found = in_pence(cap.astype(np.float64), total, at_least=floor, at_most=cap)
    assert found.tolist() == cap.tolist()


@given(members=MEMBERS, part=st.floats(0, 1))
@lawful
def test_of_a_total_below_all_floors_each_gets_a_part_of_its_floor(
    members: list[tuple[int, int, float]], part: float
) -> None:
    floor, due, cap = bounds(members)
    total = np.array([int(part * floor.sum())])
    found = in_pence(due, total, at_least=floor, at_most=cap)
    assert found.sum() == total[0]
    assert (found <= floor).all()
    if total[0]:
        assert (np.abs(found - floor * (total[0] / floor.sum())) <= 1 + 1e-9).all()


def test_pence_above_a_cap_go_to_those_behind_their_due_and_never_all_to_one() -> None:
    """A running sum of halves rounds to even, so that every second penny is one above its cap."""
    due = np.array([0.5] + [1.0] * 1_000 + [0.5])[:, np.newaxis]
    cap = np.array([10**6] + [1] * 1_000 + [10**6])[:, np.newaxis]
    found = in_pence(due, np.array([1_001]), at_most=cap)
    assert found.sum() == 1_001
    assert (found <= cap).all()
    assert (np.abs(found - due) <= 1).all()


def test_what_is_above_a_cap_goes_to_the_first_that_have_room() -> None:
    found = in_pence(np.array([[90.0], [5.0], [5.0]]), np.array([100]), at_most=np.array([[40]]))
    assert found.ravel().tolist() == [40, 40, 20]


def test_some_paths_may_be_short_of_the_floors_and_others_not() -> None:
    amounts = np.array([[10.0, 10.0, 20.0], [10.0, 10.0, 80.0]])
    found = in_pence(amounts, np.array([4, 20, 100]), at_least=np.array([[10], [10]]))
    assert found.T.tolist() == [[2, 2], [10, 10], [20, 80]]


def test_the_same_amounts_may_be_scaled_to_several_totals() -> None:
    found = in_pence(np.array([[1.0], [3.0]]), np.array([0, 4, 400]))
    assert found.T.tolist() == [[0, 0], [1, 3], [100, 300]]


def test_nothing_is_shared_where_nobody_is_due_anything() -> None:
    assert in_pence(np.zeros((2, 1)), np.array([50])).tolist() == [[0], [0]]
    assert in_pence(np.zeros((2, 1)), np.array([50]), at_least=np.array([[7], [8]])).tolist() == [
        [7],
        [8],
    ]


@pytest.mark.parametrize("uncapped", [LARGEST, np.iinfo(np.int64).max])
def test_the_largest_pot_is_shared_to_the_penny_among_many_areas(uncapped: int) -> None:
    count = 34_000
    due = np.random.default_rng(1).uniform(0, 2 * LARGEST / count, (count, 1))
    due *= LARGEST / due.sum()
    cap = np.full((count, 1), uncapped)
    cap[::2] = np.ceil(due[::2])
    found = in_pence(due, np.array([LARGEST]), at_most=cap)
    assert found.sum() == LARGEST
    assert (np.abs(found - due) <= 2).all()
    assert (found <= cap).all()
