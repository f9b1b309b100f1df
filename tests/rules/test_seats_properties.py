"""What is known of the methods of whole places, on weights that nobody chose."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fundsim.rules.seats import Counts, Method, priority_order, share_places, who_ties

ALL: tuple[Method, ...] = (
    "hamilton",
    "sainte_lague",
    "huntington_hill",
    "dhondt",
    "adams",
    "dean",
)
DIVISORS = ALL[1:]


def shared(weights: list[int], number: int, method: Method) -> list[int]:
    counts: list[int] = share_places(np.array(weights), np.array([number]), method)[:, 0].tolist()
    return counts


whole_weights = st.lists(st.integers(0, 40), min_size=1, max_size=7).filter(any)
sizes = st.integers(0, 60)


def signpost(method: Method, held: int) -> Fraction:
    """The square of what a weight is divided by where so many places are held."""
    return {
        "sainte_lague": Fraction(2 * held + 1, 2) ** 2,
        "huntington_hill": Fraction(held * (held + 1)),
        "dhondt": Fraction(held + 1) ** 2,
        "adams": Fraction(held) ** 2,
        "dean": Fraction(2 * held * (held + 1), 2 * held + 1) ** 2,
    }[method]


def one_by_one(
    weights: list[int], number: int, method: Method, least: list[int], most: list[int]
) -> list[int]:
    """Give place after place in the plainest way."""
    held = [0] * len(weights)

    def claim(row: int) -> tuple[bool, bool, Fraction]:
        divisor = signpost(method, held[row])
        squared = Fraction(weights[row]) ** 2
        return held[row] < least[row], not divisor, squared / divisor if divisor else squared

    for _ in range(number):
        able = [
            row
            for row, weight in enumerate(weights)
            if held[row] < (most[row] if weight else least[row])
        ]
        if able:
            held[max(able, key=claim)] += 1  # the first of the largest
    return held


@given(st.sampled_from(DIVISORS), whole_weights, sizes, st.data())
@settings(max_examples=150)
def test_divisor_methods_give_place_after_place_to_the_highest_priority(
    method: Method, weights: list[int], number: int, data: st.DataObject
) -> None:
    least = data.draw(st.lists(st.integers(0, 9), min_size=len(weights), max_size=len(weights)))
    most = [low + data.draw(st.integers(0, 30)) for low in least]
    found = share_places(
        np.array(weights),
        np.array([number]),
        method,
        at_least=np.array(least),
        at_most=np.array(most),
    )
    assert found[:, 0].tolist() == one_by_one(weights, number, method, least, most)


@given(st.sampled_from(ALL), whole_weights, sizes, st.data())
@settings(max_examples=150)
def test_bounds_are_kept_and_nothing_else_is_lost(
    method: Method, weights: list[int], number: int, data: st.DataObject
) -> None:
    bound = st.lists(st.integers(0, 9), min_size=len(weights), max_size=len(weights))
    least, room = np.array(data.draw(bound)), np.array(data.draw(bound))
    most = np.where(np.array(weights) > 0, least + room, least)
    found = share_places(
        np.array(weights), np.array([number]), method, at_least=least, at_most=least + room
    )[:, 0]
    assert found.sum() == min(number, most.sum())
    assert (found <= most).all()
    assert (found >= least).all() or ((found <= least).all() and number < least.sum())


@given(st.sampled_from(DIVISORS), whole_weights, sizes)
@settings(max_examples=100)
def test_every_size_of_a_house_can_be_read_off_one_order(
    method: Method, weights: list[int], number: int
) -> None:
    order = priority_order(np.array(weights), number, method)
    found = share_places(np.array(weights), np.arange(number + 1), method)
    for size in range(number + 1):
        counts = np.bincount(order[:size], minlength=len(weights))
        assert counts.tolist() == found[:, size].tolist()
    assert (np.diff(found, axis=1) >= 0).all()  # house-monotone


@given(st.sampled_from(ALL), whole_weights, sizes)
@settings(max_examples=100)
def test_all_places_are_given_and_none_to_nobody(
    method: Method, weights: list[int], number: int
) -> None:
    found = shared(weights, number, method)
    assert sum(found) == number
    assert all(count == 0 for count, weight in zip(found, weights, strict=True) if not weight)
    assert all(count >= 0 for count in found)


@given(whole_weights, sizes)
@settings(max_examples=100)
def test_quotas_are_kept_by_hamilton_from_below_by_jefferson_and_from_above_by_adams(
    weights: list[int], number: int
) -> None:
    quotas = [Fraction(weight * number, sum(weights)) for weight in weights]
    low, high = [floor(quota) for quota in quotas], [ceil(quota) for quota in quotas]
    keeps: dict[Method, tuple[bool, bool]] = {
        "hamilton": (True, True),
        "dhondt": (True, False),
        "adams": (False, True),
    }
    for method, (keeps_low, keeps_high) in keeps.items():
        found = shared(weights, number, method)
        assert not keeps_low or all(a >= b for a, b in zip(found, low, strict=True))
        assert not keeps_high or all(a <= b for a, b in zip(found, high, strict=True))


@given(st.sampled_from(ALL), whole_weights, sizes)
@settings(max_examples=150)
def test_a_tie_is_named_where_the_order_of_rows_decides_and_only_there(
    method: Method, weights: list[int], number: int
) -> None:
    forward = shared(weights, number, method)
    backward = shared(weights[::-1], number, method)[::-1]
    ties = who_ties(np.array(weights), number, method)
    differ = [row for row, (a, b) in enumerate(zip(forward, backward, strict=True)) if a != b]
    assert bool(differ) == bool(len(ties))
    assert set(differ) <= set(ties.tolist())


@given(st.sampled_from(ALL), whole_weights, sizes, st.integers(1, 10**12))
@settings(max_examples=100)
def test_only_proportions_of_the_weights_matter(
    method: Method, weights: list[int], number: int, scale: int
) -> None:
    larger = [weight * scale for weight in weights]
    assert shared(larger, number, method) == shared(weights, number, method)
    halves = share_places(np.array(weights) / 1024, np.array([number]), method)
    assert halves[:, 0].tolist() == shared(weights, number, method)


@given(st.sampled_from(ALL), st.lists(st.floats(0, 1e9), min_size=1, max_size=6), st.data())
@settings(max_examples=100)
def test_one_size_alone_gives_what_it_gives_among_many(
    method: Method, weights: list[float], data: st.DataObject
) -> None:
    numbers = np.array(data.draw(st.lists(st.integers(0, 10**9), min_size=1, max_size=6)))
    together = share_places(np.array(weights), numbers, method)
    for path, number in enumerate(numbers.tolist()):
        alone = share_places(np.array(weights), np.array([number]), method)
        assert alone[:, 0].tolist() == together[:, path].tolist()
        assert alone.sum() == (number if any(weights) else 0)


@given(st.sampled_from(DIVISORS), whole_weights, st.integers(0, 10**15))
@settings(max_examples=100)
def test_very_many_places_are_as_fair_as_few(
    method: Method, weights: list[int], number: int
) -> None:
    # Nobody's next place has a higher priority than the last place of anybody: the min-max test.
    found = shared(weights, number, method)
    lasts = [
        Fraction(weight) ** 2 / signpost(method, count - 1)
        for weight, count in zip(weights, found, strict=True)
        if count and signpost(method, count - 1)
    ]
    nexts = [
        Fraction(weight) ** 2 / signpost(method, count)
        for weight, count in zip(weights, found, strict=True)
        if weight and signpost(method, count)
    ]
    assert not lasts or not nexts or min(lasts) >= max(nexts)


def test_thirty_four_thousand_areas_and_a_thousand_places_agree_with_a_search_for_the_divisor() -> (
    None
):
    drawn = np.random.default_rng(20_200_924)
    weights: Counts = drawn.integers(900, 4_000, 34_000)
    found = share_places(weights, np.array([1_000]), "dhondt")[:, 0]
    assert found.sum() == 1_000
    last: NDArray[np.float64] = weights[found > 0] / found[found > 0]
    assert last.min() >= (weights / (found + 1)).max()
