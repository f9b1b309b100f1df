"""How the figures of an explanation are written for people."""

from __future__ import annotations

import pytest

from fundsim.explaining.accounts import Account, Line, Section
from fundsim.explaining.counted import unit_of
from fundsim.explaining.figures import figure, money, plain, written
from fundsim.explaining.lanes import told_parts
from fundsim.explaining.table import rows_of
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
        ("of the money", "×", 50_000.0, 10_000.0, "pence"),
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
    [
        (0.0, "£0.00"),
        (-5.0, "-£0.05"),
        (123_456.25, "£1,234.5625"),
        (-0.5, "-£0.0050"),
        (0.012346, "£0.0001235"),  # pounds for each of many people
        (-0.003, "-£0.00003000"),
        (-0.0, "£0.00"),
        (-1e-7, "£0.00"),
        (1e13, "any amount"),  # what stands for no limit
    ],
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


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (-0.0, "", "0"),
        (-0.0, "share", "0%"),
        (0.0000123456789, "", "0.000012345679"),
        (0.00000000123, "share", "0.000000123%"),
        (123_456_789.4, "", "123,456,789"),
        (3e7, "share", "3,000,000,000%"),
        (1e-300, "share", "next to nothing"),
        (3e299, "share", "beyond measure"),
        (-3e299, "", "far below nothing"),
    ],
)
def test_no_figure_has_an_exponent_or_a_minus_before_nothing(
    value: float, unit: Unit, text: str
) -> None:
    assert figure(value, unit) == text


def test_a_share_becomes_a_number_where_that_is_said_and_a_number_money() -> None:
    lines = as_lines(
        ("share", "=", 0.25, 0.25, "share"),
        ("of the places", "×", 22.0, 5.5, "number"),
        ("to whole places", "+", -0.5, 5.0, ""),
        ("a place", "×", 10_000_000.0, 50_000_000.0, "pence"),
        ("so many", "×", 3.0, 150_000_000.0, ""),
    )
    assert [(one.operand, one.result) for one in written(lines)] == [
        ("", "25%"),
        ("22", "5.5"),
        ("-0.5", "5"),
        ("£100,000.00", "£500,000.00"),
        ("3", "£1,500,000.00"),
    ]
    section = Section("share", "places", lines)
    units = [row[-1] for row in rows_of("2021", "fund", [section])]
    assert units == ["share", "", "", "pence", "pence"]


def test_what_has_an_account_of_its_own_is_in_the_unit_that_it_leads_to() -> None:
    lines = [
        Line(Step("had", "=", 500.0, 500.0, "pence")),
        Line(Step("growth", "=", 0.1, 0.1, "share", 1)),
        Line(Step("one", "+", 1.0, 1.1, "", 1)),
        Line(Step("one, and the growth", "×", 1.1, 550.0, "pence")),
        Line(Step("what was there", "=", 2_000.0, 2_000.0, "pence", 1)),
        Line(Step("of that", "÷", 2_000.0, 0.275, "share")),
    ]
    assert [one.operand for one in written(lines)] == ["", "", "100%", "110%", "", "£20.00"]
    assert unit_of(Step("root", "^", 0.5, 0.1), "share") == ""


def test_bounds_that_are_not_reached_are_told_only_with_their_account() -> None:
    bounds = [
        Line(Step("had", "=", 500.0, 500.0, "pence")),
        Line(Step("never below nothing", "at least", 0.0, 500.0)),
        Line(Step("no limit", "at most", 1e13, 500.0)),
        Line(Step("the floor", "at least", 300.0, 500.0)),
        Line(Step("had", "=", 0.0, 0.0, "pence", 1)),
        Line(Step("what it had", "at least", 0.0, 500.0)),
    ]
    told = [one.words for one in written(bounds)]
    assert told == ["had", "the floor", "had", "what it had"]
    below = [
        Line(Step("had", "=", -5.0, -5.0, "pence")),
        Line(Step("never below", "at least", 0.0, 0.0)),
    ]
    assert [one.words for one in written(below)] == ["had", "never below"]


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
