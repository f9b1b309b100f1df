"""How the figures of an explanation are written for people."""

from __future__ import annotations

import pytest

from fundsim.explaining.accounts import Account, Line
from fundsim.explaining.figures import figure, money, plain, unit_of, written
from fundsim.explaining.lanes import told_parts
from fundsim.rules.working import Op, Step, Unit


def as_lines(*steps: tuple[str, Op, float, float, Unit]) -> list[Line]:
    return [Line(Step(*step)) for step in steps]


def test_shares_are_per_cent_and_money_is_pounds() -> None:
    lines = as_lines(
        ("people", "=", 144_191.0, 144_191.0, "people"),
        ("need", "×", 81.7, 11_780_404.7, ""),
        ("of all weights", "÷", 2_951_214_930.7, 0.00399171, "share"),
        ("of the money to share", "×", 10_005_761_528.0, 39_940_098.4, "pence"),
        ("rounding", "+", -0.4, 39_940_098.0, "pence"),
    )
    assert [(one.sign, one.words, one.operand, one.result) for one in written(lines)] == [
        ("", "people", "", "144,191"),
        ("×", "need", "81.7", "11,780,405"),
        ("÷", "all weights", "2,951,214,931", "0.399171%"),
        ("×", "the money to share", "£100,057,615.28", "£399,400.9840"),
        ("+", "rounding", "-£0.0040", "£399,400.98"),
    ]


def test_a_figure_without_a_unit_has_that_of_the_line_before() -> None:
    lines = as_lines(
        ("share", "=", 0.2, 0.2, "share"),
        ("of the money", "×", 50_000.0, 10_000.0, ""),
        ("of that", "×", 0.95, 9_500.0, ""),
        ("at least", "at least", 9_000.0, 9_500.0, ""),
        ("a place", "÷", 500.0, 19.0, "people"),
    )
    assert [(one.operand, one.result) for one in written(lines)] == [
        ("", "20%"),
        ("£500.00", "£100.00"),
        ("95%", "£95.00"),
        ("£90.00", "£95.00"),
        ("£5.00", "19"),
    ]
    assert unit_of(Step("half of it", "×", 0.5, 0.1), "share") == "share"


def test_a_line_that_changes_nothing_is_left_out_for_people() -> None:
    lines = as_lines(("share", "=", 0.2, 0.2, "share"), ("of all", "÷", 1.0, 0.2, "share"))
    assert len(list(written(lines))) == 1


@pytest.mark.parametrize(
    ("pence", "text"),
    [(0.0, "£0.00"), (-5.0, "-£0.05"), (123_456.25, "£1,234.5625"), (-0.5, "-£0.0050")],
)
def test_fractions_of_a_penny_have_four_digits(pence: float, text: str) -> None:
    assert money(pence) == text


def test_numbers_are_as_long_as_they_need_to_be() -> None:
    assert [figure(x, "") for x in (0.0, 3.0, 1.2359543553, 12_345.678)] == [
        "0",
        "3",
        "1.2359544",
        "12,345.678",
    ]
    assert (plain(-0.0), plain(1e21)) == ("0", "1000000000000000000000")


def test_parts_of_the_money_that_are_not_there_are_one_line() -> None:
    """A programme that has not begun shares nothing, so how it would share it is left out."""
    steps = [
        Step("weight", "=", 3.0, 3.0, "", 1),
        Step("a programme that is not there", "=", 0.0, 0.0, "pence"),
        Step("may not share", "=", 0.0, 0.0, "", 1),
        Step("another", "+", 0.0, 0.0, "pence"),
        Step("all of it", "=", 500.0, 500.0, "pence", 1),
        Step("a third", "+", 500.0, 500.0, "pence"),
    ]
    assert told_parts(steps) == steps[1:]


def test_an_account_goes_on_line_by_line_with_accounts_inside() -> None:
    inner = Account.of("received", 1000).times("the share", 0.0625).rounded(63)
    account = Account.of("before", 200).plus("more", inner, shown=True).at_most("there is", 250)
    assert [(line.step.op, line.step.result, line.step.depth) for line in account.lines] == [
        ("=", 200.0, 0),
        ("=", 1000.0, 1),
        ("×", 62.5, 1),
        ("+", 63.0, 1),
        ("+", 263.0, 0),
        ("at most", 250.0, 0),
    ]
    assert account.pence == 250
