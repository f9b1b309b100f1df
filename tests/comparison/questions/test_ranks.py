"""Orders held against each other: by hand, against every pair, and against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, spearmanr

from fundsim.comparison.questions.ranks import agreement, inversions, places, top_shared

PAIRED = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=30)


def test_two_of_six_pairs_change_their_order() -> None:
    # Orders 1 2 3 4 and 2 1 4 3: the first two and the last two are turned round.
    found = agreement(np.array([1.0, 2, 3, 4]), np.array([2.0, 1, 4, 3]))
    assert (found.pairs, found.alike, found.flipped) == (6, 4, 2)
    assert found.tau == pytest.approx((4 - 2) / 6)
    # Spearman 1 − 6 Σd² / n(n² − 1) with four differences of one: 1 − 24 / 60.
    assert found.rho == pytest.approx(0.6)
    assert found.share_flipped == pytest.approx(2 / 6)


@given(PAIRED)
def test_pairs_are_those_that_a_look_at_every_pair_finds(paired: list[tuple[int, int]]) -> None:
    one, other = np.array(paired, np.float64).T
    signs = np.sign(one[:, np.newaxis] - one) * np.sign(other[:, np.newaxis] - other)
    found = agreement(one, other)
    assert found.alike == (signs > 0).sum() / 2
    assert found.flipped == (signs < 0).sum() / 2


@given(PAIRED)
def test_tau_and_rho_are_those_of_scipy(paired: list[tuple[int, int]]) -> None:
    one, other = np.array(paired, np.float64).T
    found = agreement(one, other)
    if np.ptp(one) and np.ptp(other):  # scipy has no answer where one is the same for all
        assert found.tau == pytest.approx(kendalltau(one, other).statistic, abs=1e-12)
        assert found.rho == pytest.approx(spearmanr(one, other).statistic, abs=1e-12)
    else:
        assert found.tau == found.rho == float(not np.ptp(one) and not np.ptp(other))


@given(st.lists(st.integers(0, 40), max_size=40))
def test_inversions_are_pairs_with_the_larger_one_first(numbers: list[int]) -> None:
    pairs = sum(a > b for i, a in enumerate(numbers) for b in numbers[i + 1 :])
    assert inversions(np.array(numbers, np.int64)) == pairs


def test_turned_round_is_minus_one_and_one_area_has_no_pairs() -> None:
    found = agreement(np.arange(9.0), -np.arange(9.0))
    assert (found.tau, found.share_flipped) == (-1.0, 1.0)
    assert found.rho == pytest.approx(-1.0)
    alone = agreement(np.ones(1), np.ones(1))
    assert (alone.pairs, alone.tau, alone.rho, alone.share_flipped) == (0, 1.0, 1.0, 0.0)


def test_places_count_from_the_highest_and_equal_ones_share_the_first() -> None:
    assert places(np.array([3.0, 9.0, 3.0, 1.0])).tolist() == [2, 1, 2, 4]


def test_the_top_ones_are_compared_as_sets() -> None:
    one, other = np.array([5.0, 4, 3, 2, 1]), np.array([1.0, 5, 4, 3, 2])
    assert [top_shared(one, other, count) for count in (1, 2, 3, 5)] == [0, 1, 2, 5]
