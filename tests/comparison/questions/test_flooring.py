"""Floors under shares, and the pots that pay for them: by hand, and in general."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsim.comparison.questions.baselines import exact, least
from fundsim.comparison.questions.flooring import (
    ROUNDING,
    Parts,
    due,
    parts_of,
    pot_for_floors,
    pot_with_top_up,
    raised,
    smallest,
)
from fundsim.money import LARGEST, Pence
from fundsim.scenario import Scenario

AMOUNT = 1_000_000_00
HALVES = {
    "kind": "hierarchy",
    "first": {"by": "nation", "kind": "shares", "shares": {"England": 0.5, "Wales": 0.5}},
    "then": {"kind": "per_capita"},
}
pence = st.integers(0, 10**9)
areas = st.lists(st.tuples(pence, pence, st.integers(0, 2)), min_size=1, max_size=12)


def one_part(pot: int, count: int) -> Parts:
    return Parts(("the pot",), np.zeros(count, np.intp), np.array([pot]))


def made(cells: list[tuple[int, int, int]], spare: int) -> tuple[Pence, Pence, Parts]:
    """Give shares, floors and parts, each with something that is not shared."""
    own, floors, of_area = (np.array(column, np.int64) for column in zip(*cells, strict=True))
    parts = Parts(("a", "b", "c"), of_area.astype(np.intp), np.zeros(3, np.int64))
    return own, floors, Parts(parts.names, parts.of_area, parts.sums(own) + spare)


# Shares that are kept


@given(st.integers(0, LARGEST), st.integers(0, 1000))
def test_the_least_pence_are_enough_and_a_penny_less_is_not(amount: int, thousandths: int) -> None:
    kept = exact(thousandths / 1000)
    floor = int(least(np.array([amount]), kept)[0])
    assert kept == Fraction(thousandths, 1000)
    assert kept * amount <= floor < kept * amount + 1


# Raising


def test_others_pay_for_a_floor_in_proportion() -> None:
    # 10 + 60 + 30 with a floor of 20: the others give 10 of 90, in proportion 6.67 and 3.33.
    answer = raised(np.array([10, 60, 30]), np.array([20, 20, 20]), one_part(100, 3))
    assert answer is not None
    assert answer.tolist() == [20, 53, 27]


def test_money_that_is_not_shared_pays_before_anybody_does() -> None:
    answer = raised(np.array([10, 60, 30]), np.array([20, 20, 20]), one_part(105, 3))
    assert answer is not None
    assert answer.tolist() == [20, 57, 28]  # 5 of what is missing is there, 5 are given up
    plenty = raised(np.array([10, 60, 30]), np.array([20, 20, 20]), one_part(200, 3))
    assert plenty is not None
    assert plenty.tolist() == [20, 60, 30]


def test_floors_that_the_pot_cannot_pay_have_no_answer() -> None:
    assert raised(np.array([10, 90]), np.array([60, 60]), one_part(100, 2)) is None


def test_parts_do_not_pay_for_each_other() -> None:
    own, floors = np.array([10_000, 90_000, 100_000]), np.array([40_000, 70_000, 0])
    apart = Parts(("a", "b"), np.array([0, 0, 1]), np.array([100_000, 100_000]))
    together = one_part(200_000, 3)
    assert raised(own, floors, apart) is None
    answer = raised(own, floors, together)
    assert answer is not None
    assert answer.tolist() == [40_000, 75_789, 84_211]  # 90 and 100 cut to 160 together


def test_pence_of_rounding_pass_between_parts() -> None:
    own = np.array([51, 49])
    parts = Parts(("a", "b"), np.array([0, 1]), np.array([48, 52]))
    answer = raised(own, np.array([51, 49]), parts)
    assert answer is not None
    assert answer.tolist() == [51, 49]


@given(areas, st.integers(0, 10**8))
def test_raised_shares_keep_floors_and_sums_and_give_nobody_more(
    cells: list[tuple[int, int, int]], spare: int
) -> None:
    own, floors, parts = made(cells, spare)
    answer = raised(own, floors, parts)
    if answer is None:
        assert (parts.sums(floors) > parts.pence).any()
        return
    assert (answer >= floors).all()
    assert (answer <= np.maximum(own, floors)).all()
    missing = np.maximum(floors - own, 0)
    taken = np.maximum(parts.sums(missing) - spare, 0)
    assert (parts.sums(np.maximum(own - answer, 0)) == taken).all()


@given(areas, st.integers(0, 10**8))
def test_a_pot_with_the_missing_on_top_takes_from_nobody(
    cells: list[tuple[int, int, int]], spare: int
) -> None:
    own, floors, parts = made(cells, spare)
    pot = pot_with_top_up(own, floors, parts)
    assert pot >= parts.pence.sum()
    assert pot - parts.pence.sum() <= np.maximum(floors - own, 0).sum()
    whole = one_part(pot, len(own))
    answer = raised(own, floors, whole)
    assert answer is not None
    assert (answer == np.maximum(own, floors)).all()


def test_what_rounding_alone_misses_does_not_bind() -> None:
    own, floors = np.array([100, 100, 100]), np.array([100 + ROUNDING, 101 + ROUNDING, 90])
    assert due(own, floors).tolist() == [100, 101 + ROUNDING, 90]


# Parts and pots


def test_a_rule_without_levels_has_one_part(small: Scenario) -> None:
    parts = parts_of(small, "fund", AMOUNT)
    assert (parts.names, parts.pence.tolist()) == (["the pot"], [AMOUNT])


def test_a_hierarchy_has_a_part_for_each_group(small: Scenario) -> None:
    split = small.but({"funds.fund.allocation": HALVES})
    parts = parts_of(split, "fund", AMOUNT)
    assert parts.names == ["England", "Wales"]
    assert parts.of_area.tolist() == [0, 0, 0, 1, 1, 1]
    assert parts.pence.tolist() == [AMOUNT // 2, AMOUNT // 2]


def test_a_hierarchy_inside_another_has_parts_of_parts(small: Scenario) -> None:
    inner = HALVES | {"first": {"by": "region", "kind": "equal"}}
    split = small.but({"funds.fund.allocation": HALVES | {"then": inner}})
    parts = parts_of(split, "fund", AMOUNT)
    assert parts.names == ["North", "South", "Wales"]
    assert parts.of_area.tolist() == [0, 0, 1, 2, 2, 2]
    assert parts.pence.tolist() == [AMOUNT // 4, AMOUNT // 4, AMOUNT // 2]


def test_floors_of_a_part_need_the_pot_of_which_they_are_its_share(small: Scenario) -> None:
    split = small.but({"funds.fund.allocation": HALVES})
    floors = np.array([40_000_00, 20_000_00, 15_000_00, 0, 0, 10_000_00])

    def pots(amount: int) -> Pence:
        return parts_of(split, "fund", amount).pence

    # England's 75,000 are half of 150,000; together all floors are 85,000.
    assert pot_for_floors(floors, parts_of(split, "fund", AMOUNT), pots) == 150_000_00 - 1
    assert pots(150_000_00 - 1).tolist() == [75_000_00, 75_000_00 - 1]  # a half penny rounds up
    assert pot_for_floors(floors, one_part(AMOUNT, 6), pots) == 85_000_00


def test_no_pot_pays_floors_of_a_part_that_is_always_empty() -> None:
    parts = Parts(("a", "b"), np.array([0, 1]), np.array([100, 0]))
    floors = np.array([10, 10])
    assert pot_for_floors(floors, parts, lambda pot: np.array([pot, 0])) is None


@given(st.integers(1, 10**12), st.integers(-200, 200))
def test_the_smallest_is_found_with_a_guess_or_without(wanted: int, off: int) -> None:
    def enough(pot: int) -> bool:
        return pot >= wanted

    assert smallest(enough, 0, 10**13) == wanted
    assert smallest(enough, 0, 10**13, near=wanted + off) == wanted


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_nothing_and_everything_can_be_kept(share: float) -> None:
    assert least(np.array([0, 7]), exact(share)).tolist() == [0, round(7 * share)]
