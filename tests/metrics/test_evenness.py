"""How evenly money is spread: against brute force over people, and closed examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundsim.metrics.inequality import gini_per_head
from fundsim.metrics.targeting import share_to_most_deprived
from fundsim.money import Pence, Real

lawful = settings(max_examples=100)


def gini(pence: list[int], people: list[int]) -> float:
    return float(gini_per_head(np.array(pence)[:, np.newaxis], np.array(people, float))[0])


def deprived(pence: list[int], people: list[int], need: list[float], part: float = 0.2) -> float:
    column = np.array(pence)[:, np.newaxis]
    found = share_to_most_deprived(column, np.array(people, float), np.array(need), part)
    return float(found[0])


AREAS = st.lists(
    st.tuples(st.integers(0, 10**6), st.integers(1, 12), st.integers(0, 5)), min_size=1, max_size=8
).filter(lambda areas: any(pence for pence, _, _ in areas))


# Gini


@lawful
@given(AREAS)
def test_gini_is_the_mean_difference_between_all_pairs_of_people(
    areas: list[tuple[int, int, int]],
) -> None:
    # G = Σ_i Σ_j |x_i − x_j| / (2 n² mean) over people (Gini 1912; Sen, On Economic Inequality,
    # 1973, section 2.8).
    each = np.concatenate([np.full(people, pence / people) for pence, people, _ in areas])
    brute = np.abs(each[:, np.newaxis] - each).sum() / (2 * len(each) ** 2 * each.mean())
    found = gini([pence for pence, _, _ in areas], [people for _, people, _ in areas])
    assert found == pytest.approx(brute, abs=1e-12)


@pytest.mark.parametrize(
    ("pence", "people", "expected"),
    [
        ([10, 30, 60], [1, 3, 6], 0.0),
        ([100, 0], [1, 3], 0.75),  # all of it to a quarter of people
        ([100, 0], [3, 1], 0.25),
        ([100, 300], [100, 100], 0.25),
        ([1, 2, 3, 4], [1, 1, 1, 1], 0.25),
        ([5], [7], 0.0),
    ],
)
def test_gini_of_closed_examples(pence: list[int], people: list[int], expected: float) -> None:
    assert gini(pence, people) == pytest.approx(expected, abs=1e-15)


def test_gini_of_a_long_uniform_distribution_tends_to_a_third() -> None:
    # x uniform on 1..n with one person each: G = (n − 1) / (3 n).
    n = 999
    assert gini(list(range(1, n + 1)), [1] * n) == pytest.approx((n - 1) / (3 * n), rel=1e-12)


@lawful
@given(AREAS, st.integers(2, 9))
def test_gini_knows_neither_scale_nor_order_nor_how_an_area_is_cut(
    areas: list[tuple[int, int, int]], times: int
) -> None:
    pence, people = [p for p, _, _ in areas], [n for _, n, _ in areas]
    plain = gini(pence, people)
    assert gini([p * times for p in pence], people) == pytest.approx(plain, abs=1e-12)
    assert gini(pence, [n * times for n in people]) == pytest.approx(plain, abs=1e-12)
    assert gini(pence[::-1], people[::-1]) == pytest.approx(plain, abs=1e-12)
    halved = [p for p in pence for _ in range(2)]
    assert gini(halved, [n for n in people for _ in range(2)]) == pytest.approx(plain, abs=1e-12)


# The share of the most deprived


@pytest.mark.parametrize(
    ("pence", "people", "need", "expected"),
    [
        ([50, 30, 20], [20, 30, 50], [9.0, 5.0, 1.0], 0.5),  # the first area is the fifth itself
        ([50, 30, 20], [10, 30, 60], [9.0, 5.0, 1.0], 0.6),  # and a third of the second
        ([50, 30, 20], [40, 30, 30], [9.0, 5.0, 1.0], 0.25),  # half of the first
        ([20, 30, 50], [60, 30, 10], [1.0, 5.0, 9.0], 0.6),  # whatever the order of rows
        ([0, 0, 7], [60, 30, 10], [1.0, 5.0, 9.0], 1.0),
        ([7, 0, 0], [60, 30, 10], [1.0, 5.0, 9.0], 0.0),
        ([1, 1], [5, 5], [3.0, 3.0], 0.2),
    ],
)
def test_the_most_deprived_fifth_takes_the_boundary_area_in_proportion(
    pence: list[int], people: list[int], need: list[float], expected: float
) -> None:
    assert deprived(pence, people, need) == pytest.approx(expected, rel=1e-14)


@lawful
@given(AREAS)
def test_paid_per_head_every_part_of_people_gets_its_part(
    areas: list[tuple[int, int, int]],
) -> None:
    people, need = [n for _, n, _ in areas], [float(z) for _, _, z in areas]
    for part in (0.0, 0.2, 0.5, 1.0):
        assert deprived([100 * n for n in people], people, need, part) == pytest.approx(part)


@lawful
@given(AREAS)
def test_the_most_deprived_get_what_brute_force_over_people_says(
    areas: list[tuple[int, int, int]],
) -> None:
    # Each person cut in five, so that a fifth of people is a whole number of pieces.
    distinct = [(p, n, place) for place, (p, n, _) in enumerate(areas)]
    pieces = [p / (5 * n) for p, n, _ in reversed(distinct) for _ in range(5 * n)]
    brute = sum(pieces[: len(pieces) // 5]) / sum(pieces)
    pence, people, need = zip(*distinct, strict=True)
    found = deprived(list(pence), list(people), [float(z) for z in need])
    assert found == pytest.approx(brute, abs=1e-12)


# On many paths


def figures(pence: Pence) -> list[Real]:
    people, need = np.array([10.0, 20.0, 30.0]), np.array([3.0, 2.0, 1.0])
    return [gini_per_head(pence, people), share_to_most_deprived(pence, people, need)]


def test_a_path_alone_gives_what_it_gives_among_many() -> None:
    pence = np.random.default_rng(1).integers(0, 10**12, (3, 50))
    together = figures(pence)
    for path in range(50):
        alone = figures(pence[:, path : path + 1])
        assert [one.tobytes() for one in alone] == [
            all_[path : path + 1].tobytes() for all_ in together
        ]


def test_where_nothing_is_paid_everybody_gets_the_same() -> None:
    # Gini of equal sums a head is 0, and a fifth of people have a fifth of it.
    for found, same in zip(figures(np.array([[0, 5], [0, 0], [0, 0]])), (0.0, 0.2), strict=True):
        assert found[0] == same
        assert found[1] > same


@pytest.mark.parametrize("most", [1, 7, 10**6, 10**13])
def test_gini_of_many_areas_is_that_of_areas_sorted_one_by_one(most: int) -> None:
    dice = np.random.default_rng(most)
    people = dice.integers(500, 900_000, 361).astype(float)
    pence = dice.integers(0, most, (361, 40), endpoint=True)
    pence[:, 0] = np.rint(people)  # a penny a head for all: every place is as good as another
    found = gini_per_head(pence, people)
    for path, money in enumerate(pence.T.astype(float)):
        order = sorted(range(361), key=lambda area: money[area] / people[area])
        below, brute = 0.0, 1.0
        for area in order:
            brute -= people[area] / people.sum() * (2 * below + money[area]) / money.sum()
            below += money[area]
        assert found[path] == pytest.approx(brute, abs=1e-12)
