"""Whom money reaches: published tables, closed forms, and what each measure must keep."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundsim.metrics.inequality import gini_per_head
from fundsim.metrics.targeting import (
    concentration,
    jaccard,
    overlap,
    per_head_by_need,
    progressivity,
    share_to_most_deprived,
    share_to_reached,
)
from fundsim.money import Pence, Real

lawful = settings(max_examples=80)


def column(pence: list[int]) -> Pence:
    return np.array(pence)[:, np.newaxis]


def leaning(pence: list[int], people: list[float], need: list[float]) -> float:
    return float(concentration(column(pence), np.array(people, float), np.array(need, float))[0])


def beyond(pence: list[int], people: list[float], need: list[float]) -> float:
    return float(progressivity(column(pence), np.array(people, float), np.array(need, float))[0])


AREA = st.tuples(st.integers(0, 10**12), st.integers(1, 10**6), st.integers(0, 5))
AREAS = st.lists(AREA, min_size=1, max_size=8)


def arrays(areas: list[tuple[int, int, int]]) -> tuple[Pence, Real, Real]:
    pence, people, need = zip(*areas, strict=True)
    return column(list(pence)), np.array(people, float), np.array(need, float)


# Concentration

# Births and deaths under five per 1,000 by wealth in India, 1982-92, the poorest first: table 1 of
# the World Bank's Technical Note 7 on the concentration index, which finds -0.1694.
BIRTHS = [29939, 28776, 26528, 24689, 19739]
DEATHS_PER_10_000 = [1547, 1529, 1195, 869, 543]


def test_the_world_banks_worked_table_comes_out() -> None:
    deaths = [b * rate for b, rate in zip(BIRTHS, DEATHS_PER_10_000, strict=True)]
    found = leaning(deaths, [float(b) for b in BIRTHS], [1, 2, 3, 4, 5])
    assert round(found, 4) == -0.1694
    # The note's own formula, in exact fractions: the sum of p_t L_{t+1} − p_{t+1} L_t, where p and
    # L are the running shares of births and of deaths.
    running = [
        (
            Fraction(sum(BIRTHS[:end]), sum(BIRTHS)),
            Fraction(sum(deaths[:end]), sum(deaths)),
        )
        for end in range(1, 6)
    ]
    exact = sum(p * after - q * before for (p, before), (q, after) in pairwise(running))
    assert found == pytest.approx(float(exact), abs=1e-14)


def test_the_world_health_organizations_example_comes_out() -> None:
    # Births attended by skilled staff (%) by wealth, with people: OrderedSample of the WHO's R
    # package healthequal, whose rci is 0.0469506.
    per_cent = [7560530, 9101997, 9603959, 9704223, 9922405]
    people = [2072436, 2112204, 1983059, 2052124, 1884510]
    attended = [round(p * n) for p, n in zip(per_cent, people, strict=True)]
    found = leaning(attended, [float(n) for n in people], [1, 2, 3, 4, 5])
    assert found == pytest.approx(0.0469506, abs=5e-8)


@pytest.mark.parametrize(
    ("pence", "people", "need", "expected"),
    [
        ([10, 30, 60], [1, 3, 6], [5, 9, 1], 0.0),
        ([0, 1], [3, 1], [1, 2], 0.75),  # all of it to the neediest quarter: 1 − ¼
        ([1, 0], [3, 1], [1, 2], -0.25),
        ([1, 0], [3, 1], [2, 2], 0.0),  # equal need ranks nobody
        ([5, 0, 0], [1, 1, 2], [1, 2, 2], -0.75),
        ([5], [7], [3], 0.0),
        ([0, 0], [3, 1], [1, 2], 0.0),
    ],
)
def test_concentration_by_hand(
    pence: list[int], people: list[float], need: list[float], expected: float
) -> None:
    assert leaning(pence, people, need) == pytest.approx(expected, abs=1e-15)


@lawful
@given(AREAS)
def test_ranked_by_money_a_head_concentration_is_gini(areas: list[tuple[int, int, int]]) -> None:
    pence, people, _ = arrays(areas)
    found = concentration(pence, people, pence[:, 0] / people)
    assert found == pytest.approx(gini_per_head(pence, people), abs=1e-12)


@lawful
@given(AREAS, st.integers(2, 9))
def test_concentration_knows_neither_scale_nor_order_nor_how_an_area_is_cut(
    areas: list[tuple[int, int, int]], times: int
) -> None:
    pence, people, need = arrays(areas)
    plain = pytest.approx(concentration(pence, people, need), abs=1e-12)
    assert concentration(pence * times, people, need) == plain
    assert concentration(pence, people * times, need) == plain
    assert concentration(pence, people, need * times + 3) == plain
    assert concentration(pence[::-1], people[::-1], need[::-1]) == plain
    cut = (np.repeat(people, times), np.repeat(need, times))
    assert concentration(np.repeat(pence, times, axis=0), *cut) == plain


@lawful
@given(AREAS)
def test_concentration_is_no_larger_than_gini_and_turns_with_need(
    areas: list[tuple[int, int, int]],
) -> None:
    pence, people, need = arrays(areas)
    found = concentration(pence, people, need)[0]
    assert abs(found) <= gini_per_head(pence, people)[0] + 1e-12
    assert concentration(pence, people, -need)[0] == pytest.approx(-found, abs=1e-12)


# Progressivity


def test_a_flat_rate_above_an_allowance_has_its_known_progressivity() -> None:
    # With t (x − a) of each x the index is G a / (μ − a) (Kakwani 1977; Lambert, The Distribution
    # and Redistribution of Income, 2001, chapter 8). Here x = 10, 20, 50, 100, 150 and a = 10, so
    # μ = 66 and G = 2 × (10 + 40 + 150 + 400 + 750) / (5 × 330) − 6 / 5 = 24 / 55.
    need = [10.0, 20.0, 50.0, 100.0, 150.0]
    found = beyond([0, 3, 12, 27, 42], [1.0] * 5, need)
    assert found == pytest.approx(24 / 55 * 10 / 56, rel=1e-13)


@lawful
@given(AREAS)
def test_money_in_proportion_to_people_and_need_is_neither_for_nor_against(
    areas: list[tuple[int, int, int]],
) -> None:
    _, people, need = arrays(areas)
    pence = (people * need).astype(np.int64)[:, np.newaxis]
    assert progressivity(pence, people, need)[0] == pytest.approx(0, abs=1e-12)


def test_the_same_a_head_falls_short_of_need_by_its_gini() -> None:
    # Need 1 and 3 in halves of people: G = ¼, and money the same a head has C = 0.
    assert beyond([5, 5], [1, 1], [1, 3]) == pytest.approx(-0.25, rel=1e-14)
    assert beyond([0, 0], [1, 1], [1, 3]) == pytest.approx(-0.25, rel=1e-14)
    assert beyond([5, 7], [1, 1], [0, 0]) == 0
    assert beyond([5], [1], [3]) == 0


def test_a_need_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="0 for none"):
        beyond([5, 5], [1, 1], [1, -3])


# Tenths of people


def test_pounds_a_head_by_half_of_people_by_hand() -> None:
    # 100 people. The most deprived half is the 30 of the second area and 20 of the 40 of the first:
    # 60 + 40 / 2 = 80 pence for 50 people; the other half has 20 + 90 = 110.
    pence, people = column([40, 60, 90]), np.array([40.0, 30.0, 30.0])
    found = per_head_by_need(pence, people, np.array([2.0, 3.0, 1.0]), 2)
    assert found[:, 0].tolist() == pytest.approx([80 / 50, 110 / 50])


@lawful
@given(AREAS)
def test_tenths_of_people_have_all_the_money_and_two_of_them_the_fifths_share(
    areas: list[tuple[int, int, int]],
) -> None:
    pence, people, need = arrays(areas)
    tenths = per_head_by_need(pence, people, need)
    assert tenths.shape == (10, 1)
    money = tenths[:, 0] * people.sum() / 10
    assert money.sum() == pytest.approx(pence.sum(), rel=1e-12)
    fifth = share_to_most_deprived(pence, people, need)[0]
    assert money[:2].sum() == pytest.approx(fifth * pence.sum(), rel=1e-9, abs=1e-6)


@lawful
@given(AREAS)
def test_money_the_same_a_head_is_the_same_in_each_tenth(
    areas: list[tuple[int, int, int]],
) -> None:
    _, people, need = arrays(areas)
    pence = (7 * people).astype(np.int64)[:, np.newaxis]
    assert per_head_by_need(pence, people, need)[:, 0] == pytest.approx([7.0] * 10, rel=1e-9)


def test_nothing_paid_is_nothing_a_head_in_each_tenth() -> None:
    found = per_head_by_need(column([0, 0]), np.array([3.0, 4.0]), np.array([1.0, 1.0]))
    assert found.tolist() == [[0.0]] * 10


# Areas of equal need


def five_alike(*pence: int) -> tuple[Pence, Real, Real]:
    return column(list(pence)), np.full(5, 100.0), np.full(5, 3.0)


def test_where_all_need_the_same_the_most_deprived_fifth_is_a_fifth_of_everybody() -> None:
    # Nobody is more deprived than another, so that a fifth of everybody's money is theirs: 20 % of
    # 100, whoever stands first.
    alike = five_alike(30, 10, 20, 15, 25)
    assert share_to_most_deprived(*alike) == pytest.approx([0.2], abs=1e-15)
    assert per_head_by_need(*alike)[:, 0] == pytest.approx([0.2] * 10, abs=1e-15)
    assert concentration(*alike)[0] == 0


def test_equal_areas_share_a_boundary_in_proportion_to_their_people() -> None:
    # A fifth of 100 people are the 10 of the first area and 10 of the 40 in both others of need 2:
    # a quarter of each of these, 5 + (24 + 16) / 4 = 15 of 100 pence. A tenth is the first alone.
    pence, people = column([24, 5, 16, 55]), np.array([30.0, 10.0, 10.0, 50.0])
    need = np.array([2.0, 3.0, 2.0, 1.0])
    assert share_to_most_deprived(pence, people, need) == pytest.approx([0.15], abs=1e-15)
    assert share_to_most_deprived(pence, people, need, 0.1) == pytest.approx([0.05], abs=1e-15)
    # Then half of both, the last quarter of them and a fifth of the 55 of the last area, and so on.
    fifths = per_head_by_need(pence, people, need, 5)[:, 0] * 20
    assert fifths == pytest.approx([15, 20, 10 + 11, 22, 22], abs=1e-12)


@lawful
@given(st.lists(AREA, min_size=2, max_size=12), st.randoms(use_true_random=False))
def test_no_order_of_areas_changes_whom_money_reaches(
    areas: list[tuple[int, int, int]], chance: random.Random
) -> None:
    pence, people, need = arrays(areas)
    order = chance.sample(range(len(areas)), len(areas))
    moved = pence[order], people[order], need[order]
    heads = per_head_by_need(pence, people, need)
    assert per_head_by_need(*moved) == pytest.approx(heads, rel=1e-12, abs=1e-12)
    for part in (0.1, 0.2):
        share = share_to_most_deprived(pence, people, need, part)
        assert share_to_most_deprived(*moved, part) == pytest.approx(share, abs=1e-12)


@lawful
@given(AREAS, st.integers(2, 5))
def test_equal_areas_count_as_the_one_that_they_are_together(
    areas: list[tuple[int, int, int]], times: int
) -> None:
    pence, people, need = arrays(areas)
    levels = np.unique(need)
    of = [need == one for one in levels]
    sums = [int(pence[at].sum()) for at in of]
    together = column(sums), np.array([people[at].sum() for at in of]), levels
    share = pytest.approx(share_to_most_deprived(*together), abs=1e-12)
    assert share_to_most_deprived(pence, people, need) == share
    cut = np.repeat(pence, times, axis=0), np.repeat(people, times), np.repeat(need, times)
    assert share_to_most_deprived(*cut) == share
    heads = pytest.approx(per_head_by_need(*together), rel=1e-12, abs=1e-12)
    assert per_head_by_need(*cut) == heads


# An earlier programme


@pytest.mark.parametrize(
    ("pence", "earlier", "reached", "common", "both"),
    [
        ([60, 30, 10], [0, 5, 5], 0.4, 0.4, 0.25),  # min 0 + 0.3 + 0.1; max 0.6 + 0.5 + 0.5
        ([60, 30, 10], [6, 3, 1], 1.0, 1.0, 1.0),
        ([60, 30, 10], [0, 0, 0], 0.0, 0.0, 0.0),
        ([5, 0, 0], [0, 1, 1], 0.0, 0.0, 0.0),
        ([0, 0, 0], [0, 0, 9], 0.5, 0.5, 1 / 3),  # as if each got the same: the third has half
    ],
)
def test_overlap_with_an_earlier_programme_by_hand(
    pence: list[int], earlier: list[int], reached: float, common: float, both: float
) -> None:
    people, before = np.array([1.0, 1.0, 2.0]), np.array(earlier, float)
    assert share_to_reached(column(pence), people, before)[0] == pytest.approx(reached)
    assert overlap(column(pence), people, before)[0] == pytest.approx(common)
    assert jaccard(column(pence), people, before)[0] == pytest.approx(both)


@lawful
@given(AREAS)
def test_jaccard_is_the_smaller_shares_over_the_larger_ones(
    areas: list[tuple[int, int, int]],
) -> None:
    pence, people, earlier = arrays([(1, 1, 1), *areas])
    share, before = pence[:, 0] / pence.sum(), earlier / earlier.sum()
    expected = np.minimum(share, before).sum() / np.maximum(share, before).sum()
    assert jaccard(pence, people, earlier)[0] == pytest.approx(expected, abs=1e-12)


# What is not known


@pytest.mark.parametrize(
    "measure", [concentration, progressivity, share_to_most_deprived, per_head_by_need]
)
def test_a_need_that_is_not_known_is_refused(measure: object) -> None:
    assert callable(measure)
    with pytest.raises(ValueError, match="missing for 1 of 2 areas"):
        measure(column([1, 2]), np.array([1.0, 1.0]), np.array([math.nan, 1.0]))


def test_an_earlier_amount_below_zero_or_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="0 for nothing"):
        overlap(column([1, 2]), np.array([1.0, 1.0]), np.array([-1.0, 1.0]))
    with pytest.raises(ValueError, match="missing for 2 of 2 areas"):
        share_to_reached(column([1, 2]), np.array([1.0, 1.0]), np.array([math.inf, math.nan]))
