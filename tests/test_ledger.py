"""Accounts of whole pence: one verb, two ends, and never a penny made or lost."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsim.errors import FundsimError, Overdrawn
from fundsim.ledger import Account, Ledger, Rows, Side
from fundsim.money import Pence

DAY = date(2028, 4, 1)


def books(paths: int = 2, **options: Any) -> Ledger:
    return Ledger(paths, today=lambda: DAY, **options)


def pence(*amounts: Any) -> Pence:
    return np.array(amounts, dtype=np.int64)


# The one verb


def test_what_one_gives_another_gets_on_each_path() -> None:
    ledger = books()
    source, fund = ledger.open("source", inside=False), ledger.open("fund")
    ledger.move(pence(5, 7), frm=source, to=fund, memo="opening")
    assert (source.balance.tolist(), fund.balance.tolist()) == ([-5, -7], [5, 7])


def test_a_negative_amount_goes_the_other_way() -> None:
    ledger = books()
    source, fund = ledger.open("source", inside=False), ledger.open("fund")
    ledger.move(pence(5, 7), frm=source, to=fund, memo="in")
    ledger.move(pence(-5, -1), frm=source, to=fund, memo="back")
    assert fund.balance.tolist() == [0, 6]


def test_move_is_the_only_verb_that_changes_a_balance() -> None:
    verbs = {name for name in vars(Ledger) if not name.startswith("_")}
    assert verbs == {"open", "move", "imbalance"}
    assert {name for name in vars(Account) if callable(getattr(Account, name))} <= set(dir(object))


@pytest.mark.parametrize(
    "amount",
    [np.array([1.0, 2.0]), np.array([1, 2], np.int32), np.array([1, 2], np.uint64)],
)
def test_an_amount_that_is_not_int64_is_a_type_error(amount: Any) -> None:
    ledger = books()
    source, fund = ledger.open("source", inside=False), ledger.open("fund")
    with pytest.raises(TypeError, match=f"whole pence in int64, not {amount.dtype}: opening"):
        ledger.move(amount, frm=source, to=fund, memo="opening")
    assert not source.balance.any()


def test_an_account_opens_at_zero_under_a_name_of_its_own() -> None:
    ledger = books(3)
    account = ledger.open("waiting", 4)
    assert account.balance.shape == (4, 3)
    assert account.balance.dtype == np.int64
    assert not account.balance.any()
    with pytest.raises(ValueError, match="waiting is open already"):
        ledger.open("waiting")
    assert list(ledger) == [account]


# Shapes


def test_an_end_of_fewer_axes_is_posted_the_sum_over_the_leading_ones() -> None:
    ledger = books()
    source = ledger.open("source", inside=False)
    pot, waiting = ledger.open("pot"), ledger.open("waiting", 3)
    ledger.move(pence(60, 6), frm=source, to=pot, memo="in")
    ledger.move(pence([10, 1], [20, 2], [30, 3]), frm=pot, to=waiting, memo="round")
    assert not pot.balance.any()
    assert waiting.balance.tolist() == [[10, 1], [20, 2], [30, 3]]
    ledger.move(pence([10, 0], [20, 0], [30, 3]), frm=waiting, to=source, memo="back")
    assert source.balance.tolist() == [0, -3]


def test_several_leading_axes_are_summed_at_once() -> None:
    ledger = books()
    source, cube = ledger.open("source", inside=False), ledger.open("cube", 2, 3)
    ledger.move(np.ones((2, 3, 2), np.int64), frm=source, to=cube, memo="in")
    assert source.balance.tolist() == [-6, -6]
    assert ledger.imbalance().tolist() == [0, 0]


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 2), (1, 2)])
def test_an_amount_that_fits_neither_end_is_refused(shape: tuple[int, ...]) -> None:
    ledger = books()
    source, waiting = ledger.open("source", inside=False), ledger.open("waiting", 3)
    with pytest.raises(ValueError, match=re.escape(f"the amount {shape}")):
        ledger.move(np.ones(shape, np.int64), frm=waiting, to=source, memo="odd")


def test_a_move_that_is_refused_for_its_shape_moves_nothing() -> None:
    ledger = books()
    fund, waiting = ledger.open("fund"), ledger.open("waiting", 3)
    with pytest.raises(ValueError, match="waiting is"):
        ledger.move(pence(1, 1), frm=fund, to=waiting, memo="odd")
    assert not fund.balance.any()


@pytest.mark.parametrize("part", [slice(None), slice(0, 2)])
def test_a_whole_balance_may_be_moved_as_it_stands(part: slice) -> None:
    told: list[list[int]] = []
    ledger = books(listener=lambda _account, _side, amount, *_: told.append(amount.tolist()))
    source, fund = ledger.open("source", inside=False), ledger.open("fund")
    ledger.move(pence(5, 7), frm=source, to=fund, memo="in")
    ledger.move(fund.balance[part], frm=fund, to=source, memo="all of it")
    assert not fund.balance.any()
    assert not ledger.imbalance().any()
    ledger.move(pence(5, 7), frm=source, to=fund, memo="in")
    ledger.move(fund.balance[part], frm=source, to=fund, memo="as much again")
    assert fund.balance.tolist() == [10, 14]
    assert told == [[5, 7]] * 8


# Below zero


def test_outside_accounts_may_stand_below_zero_and_inside_ones_may_not() -> None:
    ledger = books()
    markets, fund = ledger.open("markets", inside=False), ledger.open("fund")
    ledger.move(pence(10, 10), frm=markets, to=fund, memo="growth")
    with pytest.raises(Overdrawn):
        ledger.move(pence(10, 11), frm=fund, to=markets, memo="a crash")


def test_overdrawn_names_account_day_memo_and_the_worst_path_of_the_whole_run() -> None:
    ledger = books(4, first=500)
    source, fund = ledger.open("source", inside=False), ledger.open("luc: invested")
    with pytest.raises(Overdrawn) as raised:
        ledger.move(pence(0, 3, 9, 4), frm=fund, to=source, memo="round 7")
    found = raised.value
    assert isinstance(found, FundsimError)
    assert (found.account, found.on, found.memo, found.path, found.pence) == (
        "luc: invested",
        DAY,
        "round 7",
        502,
        -9,
    )
    assert str(found) == (
        "luc: invested would stand at -9 pence on path 502 after 'round 7' on 2028-04-01"
    )


def test_overdrawn_finds_the_path_among_foundations_too() -> None:
    ledger = books(3)
    source, waiting = ledger.open("source", inside=False), ledger.open("waiting", 2)
    with pytest.raises(Overdrawn) as raised:
        ledger.move(pence([0, 1, 0], [0, 0, 5]), frm=waiting, to=source, memo="paid")
    assert (raised.value.path, raised.value.pence) == (2, -5)


def test_an_inside_account_that_receives_less_than_nothing_is_overdrawn() -> None:
    ledger = books()
    source, fund = ledger.open("source", inside=False), ledger.open("fund")
    with pytest.raises(Overdrawn, match="fund would stand at -2 pence on path 1"):
        ledger.move(pence(0, -2), frm=source, to=fund, memo="reclaim")


# Some rows only


def test_a_move_of_some_rows_leaves_the_others_as_they_are() -> None:
    told: list[tuple[str, list[Any], Rows]] = []
    ledger = books(
        listener=lambda account, _side, amount, _memo, rows: told.append(
            (account.name, amount.tolist(), rows)
        )
    )
    source, waiting = ledger.open("source", inside=False), ledger.open("waiting", 3)
    grantees = ledger.open("grantees", 3, inside=False)
    ledger.move(pence([10, 1], [20, 2], [30, 3]), frm=source, to=waiting, memo="in")
    told.clear()
    rows = np.array([0, 2])
    ledger.move(pence([1, 1], [5, 0]), frm=waiting, to=grantees, memo="out", rows=rows)
    assert waiting.balance.tolist() == [[9, 0], [20, 2], [25, 3]]
    assert grantees.balance.tolist() == [[1, 1], [0, 0], [5, 0]]
    assert ledger.imbalance().tolist() == [0, 0]
    assert [(name, amount) for name, amount, _ in told] == [
        ("waiting", [[1, 1], [5, 0]]),
        ("grantees", [[1, 1], [5, 0]]),
    ]
    assert all(row is rows for *_, row in told)


def test_an_account_without_rows_is_posted_the_sum_of_some() -> None:
    ledger = books()
    source, waiting = ledger.open("source", inside=False), ledger.open("waiting", 3)
    ledger.move(pence([1, 2], [3, 4]), frm=source, to=waiting, memo="in", rows=np.array([0, 2]))
    assert source.balance.tolist() == [-4, -6]
    assert waiting.balance.tolist() == [[1, 2], [0, 0], [3, 4]]


def test_some_rows_below_zero_are_overdrawn_and_named() -> None:
    ledger = books()
    waiting, source = ledger.open("waiting", 3), ledger.open("source", inside=False)
    with pytest.raises(Overdrawn, match="waiting"):
        ledger.move(pence([0, 1]), frm=waiting, to=source, memo="out", rows=np.array([1]))


def test_an_amount_must_have_as_many_rows_as_are_named() -> None:
    ledger = books()
    waiting, source = ledger.open("waiting", 3), ledger.open("source", 3, inside=False)
    with pytest.raises(ValueError, match="waiting is"):
        ledger.move(pence([0, 1]), frm=waiting, to=source, memo="out", rows=np.array([0, 1]))


# Who is told


def test_a_listener_is_told_of_both_sides_of_each_move_as_posted() -> None:
    told: list[tuple[str, Side, list[Any], str]] = []

    def listener(account: Account, side: Side, amount: Pence, memo: str, _: Rows) -> None:
        told.append((account.name, side, amount.tolist(), memo))

    ledger = books(listener=listener)
    source, waiting = ledger.open("source", inside=False), ledger.open("waiting", 2)
    ledger.move(pence([1, 2], [3, 4]), frm=source, to=waiting, memo="round 1")
    assert told == [
        ("source", "out", [4, 6], "round 1"),
        ("waiting", "in", [[1, 2], [3, 4]], "round 1"),
    ]


# Nothing is made or lost

MOVE = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(-(10**13), 10**13))


def played(moves: list[tuple[int, int, int]], seed: int) -> Ledger:
    """Make moves between accounts of one and of two axes; all are outside, so that any goes."""
    paths, rows = 3, 2
    ledger = books(paths)
    accounts = [ledger.open(f"flat {i}", inside=False) for i in range(2)]
    accounts += [ledger.open(f"by foundation {i}", rows, inside=False) for i in range(2)]
    dice = np.random.default_rng(seed)
    for giver, taker, limit in moves:
        shape = (rows, paths) if max(giver, taker) > 1 else (paths,)
        low, high = sorted((limit, 0))
        amount = dice.integers(low, high + 1, shape)
        ledger.move(amount, frm=accounts[giver], to=accounts[taker], memo="some")
    return ledger


@given(st.lists(MOVE, max_size=25), st.integers(0, 2**32))
def test_all_accounts_together_hold_nothing_after_any_moves(
    moves: list[tuple[int, int, int]], seed: int
) -> None:
    assert played(moves, seed).imbalance().tolist() == [0, 0, 0]


@given(st.lists(MOVE, max_size=25), st.integers(0, 2**32), st.data())
def test_one_altered_penny_shows_on_its_path(
    moves: list[tuple[int, int, int]], seed: int, data: st.DataObject
) -> None:
    ledger = played(moves, seed)
    account = data.draw(st.sampled_from(list(ledger)))
    place = tuple(data.draw(st.integers(0, length - 1)) for length in account.balance.shape)
    by = data.draw(st.sampled_from([-1, 1]))
    account.balance[place] += by
    expected = [0, 0, 0]
    expected[place[-1]] = by
    assert ledger.imbalance().tolist() == expected
