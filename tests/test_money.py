"""Money is shared out exactly: every penny goes somewhere, and nobody is far from their due."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from fundsim.money import (
    LARGEST,
    Pence,
    Real,
    apportion,
    decimal_pounds,
    deflate,
    fractions,
    pounds,
)
from fundsim.places import Geography, load_geography
from fundsim.places.shares import (
    Lot,
    areas_of_one,
    areas_share,
    foundation_pence,
    rows_of_foundations,
)
from fundsim.units import parse_money

lawful = settings(max_examples=100)
HALF = Fraction(1, 2)

WEIGHT = st.one_of(
    st.integers(0, 1_000).map(float),
    st.floats(0, 1e9, allow_nan=False, allow_subnormal=False),
)
WEIGHTS = st.lists(WEIGHT, min_size=1, max_size=20).filter(lambda w: sum(w) > 0).map(np.array)
POT = st.one_of(st.integers(0, 1_000), st.integers(0, LARGEST))


def shared(pot: int, weights: Real) -> Pence:
    return apportion(np.array(pot), fractions(weights))


def dues(pot: int, weights: Real) -> list[Fraction]:
    """What each would get if a penny could be cut, in exact arithmetic."""
    exact = [Fraction(float(weight)) for weight in weights]
    whole = sum(exact)
    return [pot * weight / whole for weight in exact]


def blur(weights: Real) -> float:
    """What float64 may add to a rounding at £100bn: half an ulp for each row that is summed."""
    return len(weights) * float(np.spacing(float(LARGEST))) + 1e-9


def on_halves(pot: int, weights: Real) -> bool:
    """Whether a running due comes within float64's reach of exactly half a penny."""
    near = Fraction(blur(weights))
    return any(abs(due % 1 - HALF) < near for due in accumulate(dues(pot, weights)))


# Sharing out


@lawful
@given(POT, WEIGHTS)
def test_shares_add_up_to_the_pot_exactly(pot: int, weights: Real) -> None:
    assert shared(pot, weights).sum() == pot


@lawful
@given(POT, WEIGHTS)
def test_no_share_of_a_pot_is_negative(pot: int, weights: Real) -> None:
    assert (shared(pot, weights) >= 0).all()


@lawful
@given(POT, WEIGHTS)
def test_each_share_is_within_a_penny_of_its_due(pot: int, weights: Real) -> None:
    pairs = zip(shared(pot, weights).tolist(), dues(pot, weights), strict=True)
    assert max(abs(share - due) for share, due in pairs) <= 1 + blur(weights)


@lawful
@given(POT, WEIGHTS)
def test_a_member_without_weight_gets_nothing(pot: int, weights: Real) -> None:
    assert not shared(pot, weights)[weights == 0].any()


@lawful
@given(POT, WEIGHTS, st.randoms(use_true_random=False))
def test_permuting_rows_permutes_pay_within_a_penny(pot: int, weights: Real, dice: Any) -> None:
    order = dice.sample(range(len(weights)), len(weights))
    assume(not on_halves(pot, weights))
    assume(not on_halves(pot, weights[order]))
    gap = shared(pot, weights[order]) - shared(pot, weights)[order]
    assert np.abs(gap).max() <= 1


@lawful
@given(POT, WEIGHTS)
def test_a_greater_weight_never_gets_less_within_a_penny(pot: int, weights: Real) -> None:
    assume(not on_halves(pot, weights))
    by_weight = shared(pot, weights)[np.argsort(weights, kind="stable")]
    assert (np.maximum.accumulate(by_weight) - by_weight).max() <= 1


@lawful
@given(POT, WEIGHTS, st.data())
def test_a_weight_that_grows_never_loses_more_than_a_penny(
    pot: int, weights: Real, data: st.DataObject
) -> None:
    row = data.draw(st.integers(0, len(weights) - 1))
    grown = weights.copy()
    grown[row] += data.draw(WEIGHT)
    assume(not on_halves(pot, weights))
    assume(not on_halves(pot, grown))
    assert shared(pot, grown)[row] >= shared(pot, weights)[row] - 1


@lawful
@given(POT, POT, WEIGHTS)
def test_a_greater_pot_gives_nobody_more_than_a_penny_less(
    pot: int, more: int, weights: Real
) -> None:
    whole = min(pot + more, LARGEST)
    assume(not on_halves(pot, weights))
    assume(not on_halves(whole, weights))
    assert (shared(whole, weights) >= shared(pot, weights) - 1).all()


def test_where_a_running_share_is_half_a_penny_equal_weights_may_lie_two_pence_apart() -> None:
    # Rounding half to even: 0.5, 1.5, 2.5, 3 become 0, 2, 2, 3. Still within a penny of each due.
    assert shared(3, np.array([1.0, 2.0, 2.0, 1.0])).tolist() == [0, 2, 0, 1]


@lawful
@given(st.integers(0, LARGEST // 2), st.integers(0, LARGEST // 2), WEIGHTS)
@example(1, 1, np.array([0.4, 0.2, 0.4]))  # 0, 1, 0 twice, and 1, 0, 1 of both pots together
def test_two_pots_pay_what_their_sum_pays_within_a_penny_at_each_row_reached(
    one: int, other: int, weights: Real
) -> None:
    gap = shared(one + other, weights) - shared(one, weights) - shared(other, weights)
    assert np.abs(gap.cumsum()).max() <= 1
    assert np.abs(gap).max() <= 2


@lawful
@given(st.integers(0, LARGEST // 2), WEIGHTS)
def test_a_pot_doubled_pays_double_within_two_pence(pot: int, weights: Real) -> None:
    assert np.abs(shared(2 * pot, weights) - 2 * shared(pot, weights)).max() <= 2


@lawful
@given(st.integers(0, LARGEST), WEIGHTS)
def test_what_is_taken_back_is_shared_as_what_is_given(pot: int, weights: Real) -> None:
    assert np.array_equal(shared(-pot, weights), -shared(pot, weights))


@lawful
@given(st.lists(POT, min_size=1, max_size=12), WEIGHTS, st.randoms(use_true_random=False))
def test_the_order_of_paths_does_not_matter(pots: list[int], weights: Real, dice: Any) -> None:
    order = dice.sample(range(len(pots)), len(pots))
    together = apportion(np.array(pots), fractions(weights))
    assert np.array_equal(apportion(np.array(pots)[order], fractions(weights)), together[:, order])


@lawful
@given(st.data(), st.integers(1, 8), st.integers(1, 12))
def test_a_path_alone_gives_what_it_gives_among_many(
    data: st.DataObject, rows: int, paths: int
) -> None:
    column = st.lists(WEIGHT, min_size=rows, max_size=rows).filter(lambda w: sum(w) > 0)
    weights = np.array([data.draw(column) for _ in range(paths)]).T
    pots = np.array(data.draw(st.lists(POT, min_size=paths, max_size=paths)))
    reached = fractions(weights)
    together = apportion(pots, reached)
    for path in range(paths):
        alone = fractions(weights[:, path])
        assert alone.tobytes() == reached[:, path].tobytes()
        assert np.array_equal(apportion(pots[path : path + 1], alone)[:, 0], together[:, path])
        assert np.array_equal(apportion(pots[path], alone), together[:, path])


@lawful
@given(WEIGHTS)
def test_fractions_rise_to_exactly_one(weights: Real) -> None:
    reached = fractions(weights)
    assert (np.diff(reached, prepend=0.0) >= 0).all()
    assert reached[-1] == 1.0


def test_what_is_given_to_share_is_left_as_it_was() -> None:
    weights, pots = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([10, 11])
    weights.setflags(write=False)
    pots.setflags(write=False)
    reached = fractions(weights)
    reached.setflags(write=False)
    assert apportion(pots, reached).tolist() == [[2, 4], [8, 7]]


# What is refused


@pytest.mark.parametrize(
    ("weights", "what"),
    [
        ([1.0, -1e-300], "a weight is negative"),
        ([1.0, np.nan], "a weight is missing or infinite"),
        ([np.inf, 1.0], "a weight is missing or infinite"),
        ([0.0, 0.0], "the weights are all zero"),
        ([-0.0], "the weights are all zero"),
    ],
)
def test_weights_that_say_nothing_are_refused_by_the_name_of_their_group(
    weights: list[float], what: str
) -> None:
    with pytest.raises(ValueError, match=f"^Wales: {what}"):
        fractions(np.array(weights), of="Wales")


def test_one_path_without_weights_is_refused_among_many() -> None:
    with pytest.raises(ValueError, match="Wales: the weights are all zero"):
        fractions(np.array([[1.0, 0.0], [1.0, 0.0]]), of="Wales")


@pytest.mark.parametrize("sign", [1, -1])
def test_a_hundred_billion_pounds_are_shared_and_a_penny_more_is_not(sign: int) -> None:
    thirds = fractions(np.ones(3))
    assert apportion(np.array(sign * LARGEST), thirds).sum() == sign * LARGEST
    with pytest.raises(ValueError, match="above £100bn"):
        apportion(np.array([0, sign * (LARGEST + 1)]), thirds)


def test_fractions_that_do_not_end_in_one_are_refused() -> None:
    with pytest.raises(ValueError, match="must end in 1"):
        apportion(np.array(100), np.array([0.5, 0.99]))


# Prices


PRICE_LEVEL = st.floats(0.01, 100)


@lawful
@given(st.integers(-LARGEST, LARGEST), PRICE_LEVEL)
def test_deflating_comes_to_the_nearest_penny(pence: int, index: float) -> None:
    real = int(deflate(np.array([pence]), np.array([index]))[0])
    exact = Fraction(pence) / Fraction(index)
    assert abs(real - exact) <= HALF + Fraction(float(np.spacing(float(abs(exact)) + 1)))


@lawful
@given(st.lists(st.integers(-LARGEST, LARGEST), min_size=1, max_size=9))
def test_at_the_prices_of_the_start_an_amount_is_itself(pence: list[int]) -> None:
    assert deflate(np.array(pence), np.ones(len(pence))).tolist() == pence


def test_every_row_is_deflated_by_the_index_of_its_path() -> None:
    real = deflate(np.array([[204, 300], [102, 150]]), np.array([1.02, 1.5]))
    assert real.dtype == np.int64
    assert real.tolist() == [[200, 200], [100, 100]]


# Writing


@lawful
@given(st.integers(0, LARGEST))
def test_pounds_read_back_as_the_same_pence(pence: int) -> None:
    assert parse_money(pounds(pence)) == pence


@pytest.mark.parametrize(
    ("pence", "written"),
    [(0, "£0.00"), (5, "£0.05"), (-5, "-£0.05"), (100_000_000, "£1,000,000.00")],
)
def test_pounds_are_written_with_thousands_and_pence(pence: int, written: str) -> None:
    assert pounds(pence) == written


def test_tables_hold_pounds_with_four_decimals() -> None:
    assert [decimal_pounds(p) for p in (1, -250, 33.25)] == ["0.0100", "-2.5000", "0.3325"]


# Where money ends


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Geography:
    path = tmp_path_factory.mktemp("six") / "six.csv"
    served = ["one", "one", "one", "two", "three", "three"]
    rows = [f"A{i},Area {i},{i + 1},{foundation}" for i, foundation in enumerate(served)]
    path.write_text("\n".join(["code,name,population,foundation", *rows, ""]), encoding="utf-8")
    return load_geography(str(path))


SIX = st.lists(WEIGHT, min_size=6, max_size=6).map(np.array)
BY_YEAR = st.lists(st.lists(POT, min_size=3, max_size=3), min_size=1, max_size=5).map(
    lambda years: (np.array(years) // len(years)).T
)


@lawful
@given(SIX, BY_YEAR)
def test_areas_of_a_foundation_add_up_to_it_at_every_date(
    six: Geography, weights: Real, years: Pence
) -> None:
    reached = years.cumsum(axis=1)
    served_by = six.foundation_of
    found = areas_share(reached, Lot.of(weights, served_by))
    assert (found >= 0).all()
    assert np.array_equal(foundation_pence(found, served_by, 3), reached)
    yearly = np.diff(found, axis=1, prepend=0)
    assert np.array_equal(foundation_pence(yearly, served_by, 3), years)


@lawful
@given(SIX, BY_YEAR)
def test_an_area_is_within_a_penny_of_its_due_after_any_number_of_years(
    six: Geography, weights: Real, years: Pence
) -> None:
    reached = years.cumsum(axis=1)
    found = areas_share(reached, Lot.of(weights, six.foundation_of))
    for foundation, rows in rows_of_foundations(six.foundation_of).items():
        own = weights[rows] if weights[rows].any() else np.ones(len(rows))
        for year, pot in enumerate(reached[foundation].tolist()):
            pairs = zip(found[rows, year].tolist(), dues(pot, own), strict=True)
            assert max(abs(share - due) for share, due in pairs) <= 1 + blur(own)


@lawful
@given(st.lists(SIX, min_size=1, max_size=6), BY_YEAR)
def test_areas_of_a_path_alone_have_what_they_have_among_many(
    six: Geography, weights: list[Real], years: Pence
) -> None:
    by_path = np.array(weights).T
    reached = np.repeat(years[:, :1], len(weights), axis=1)
    together = areas_share(reached, Lot.of(by_path, six.foundation_of))
    for path in range(len(weights)):
        lot = Lot.of(by_path[:, path], six.foundation_of)
        alone = areas_share(reached[:, path : path + 1], lot)
        assert np.array_equal(alone[:, 0], together[:, path])


@lawful
@given(SIX, POT, st.permutations([0, 1, 2]))
def test_what_one_foundation_hands_over_is_shared_among_its_own_areas_as_before(
    six: Geography, weights: Real, pot: int, order: list[int]
) -> None:
    giver, taker, third = order
    lot = Lot.of(weights, six.foundation_of)
    before = np.zeros((3, 1), np.int64)
    before[giver] = pot
    after = np.zeros((3, 1), np.int64)
    after[taker] = pot
    handed = lot.handed_over(giver, taker)
    assert np.array_equal(areas_share(after, handed), areas_share(before, lot))
    assert not areas_share(before, handed).any()
    # And what is handed on once more goes to the same areas, from the third one.
    passed = np.zeros((3, 1), np.int64)
    passed[third] = pot
    assert np.array_equal(
        areas_share(passed, handed.handed_over(taker, third)), areas_share(before, lot)
    )
    assert np.array_equal(lot.foundation_of, six.foundation_of)  # is left as it was


def test_areas_of_one_foundation_may_stand_apart() -> None:
    served_by = np.array([1, 0, 1, 0, 1])
    assert {row: areas.tolist() for row, areas in rows_of_foundations(served_by).items()} == {
        0: [1, 3],
        1: [0, 2, 4],
    }
    lot = Lot.of(np.array([1.0, 1, 1, 3, 2]), served_by)
    found = areas_share(np.array([[8], [4]]), lot)
    assert found.tolist() == [[1], [2], [1], [6], [2]]
    assert foundation_pence(found, served_by, 3).tolist() == [[8], [4], [0]]


def test_areas_of_one_foundation_are_what_they_are_among_all() -> None:
    served_by = np.array([0, 0, 1, 1, 1])
    lot = Lot.of(np.array([1.0, 2, 3, 4, 5]), served_by)
    reached = np.array([[[7, 100]], [[12, 13]]])  # two foundations, one year, two paths
    whole = areas_share(reached[:, 0], lot)
    own = np.array([2, 4])
    assert areas_of_one(reached[1], lot, own)[:, 0].tolist() == whole[own].tolist()
