"""Dated stories of a fund, each amount worked out by hand; amounts are in pounds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from fundsim.scenario import Scenario
from tests.engine.tiny import BEYOND, COSTLY, DEARER, GROWING, areas, moves, simulated, yearly

Tiny = Callable[..., Scenario]

ONCE = {"kind": "percent_of_value", "rate": "10%", "first": BEYOND}


# Arrivals


def test_money_that_arrives_in_a_quarter_waits_until_the_next_one(tiny: Tiny) -> None:
    inflow = {"kind": "lump", "amount": 1000, "on": date(2021, 5, 15)}
    told = simulated(tiny(inflow=inflow, spending=ONCE, growth=GROWING))
    assert moves(told, to="in hand") == [("2021-05-15", 1000)]
    # 1 April to 30 June: in hand, earns nothing. Then three quarters at 10 %.
    assert moves(told, to="invested") == [
        ("2021-07-01", 1000),
        ("2021-09-30", 100),
        ("2021-12-31", 110),
        ("2022-03-31", 121),
    ]
    assert yearly(told, "closing_capital") == [1331]


def test_money_that_arrives_on_a_quarters_first_day_is_invested_that_day(tiny: Tiny) -> None:
    inflow = {"kind": "schedule", "amounts": {"2021": 1000, "2021-07-01": 100, "2021-07-02": 10}}
    told = simulated(tiny(inflow=inflow, spending=ONCE))
    assert moves(told, to="invested") == [
        ("2021-04-01", 1000),
        ("2021-07-01", 100),
        ("2021-10-01", 10),
    ]


def test_an_amount_dated_by_a_year_arrives_on_that_run_years_first_day(tiny: Tiny) -> None:
    inflow = {"kind": "schedule", "amounts": {"2022": 7, "2021": 5}}
    told = simulated(tiny(inflow=inflow, spending=ONCE, years=2))
    assert moves(told, to="in hand") == [("2021-04-01", 5), ("2022-04-01", 7)]
    assert yearly(told, "arrived") == [5, 7]


def test_what_would_arrive_after_the_run_does_not(tiny: Tiny) -> None:
    inflow = {"kind": "schedule", "amounts": {"2022-03-31": 7, "2022-04-01": 5}}
    told = simulated(tiny(inflow=inflow, spending=ONCE))
    assert moves(told, to="in hand") == [("2022-03-31", 7)]
    assert yearly(told, "closing_capital") == [7]


# What spending reads


def test_opening_money_is_read_on_the_start_day_and_that_days_inflow_is_not(tiny: Tiny) -> None:
    inflow = {"kind": "lump", "amount": 500}
    told = simulated(tiny(opening=1000, inflow=inflow))
    assert moves(told, to="in hand") == [("2021-04-01", 1000), ("2021-04-01", 500)]
    assert yearly(told, "spending") == [100]  # 10 % of 1000
    assert yearly(told, "closing_capital") == [1400]


def test_without_opening_money_there_is_no_value_to_spend_from_on_the_start_day(tiny: Tiny) -> None:
    told = simulated(tiny(inflow={"kind": "lump", "amount": 500}, years=2))
    assert yearly(told, "spending") == [0, 50]


def test_a_date_within_a_quarter_reads_the_last_quarter_end(tiny: Tiny) -> None:
    inflow = {"kind": "lump", "amount": 500, "on": date(2021, 7, 15)}
    spending = {"kind": "percent_of_value", "rate": "10%", "first": date(2021, 8, 20)}
    told = simulated(tiny(opening=1000, inflow=inflow, spending=spending, growth=GROWING))
    # On 30 June the fund is worth 1100; the 500 of July are first read on 30 September.
    assert yearly(told, "spending") == [110]
    # Money in hand is spent first: 390 of the 500 are invested in October.
    assert ("2021-10-01", 390) in moves(told, to="invested")
    # By 30 September 1210 are there, with the 390 1600; two more quarters at 10 % make 1936.
    assert yearly(told, "closing_capital") == [1936]


def test_a_date_on_a_quarters_last_day_reads_that_days_value(tiny: Tiny) -> None:
    spending = {"kind": "percent_of_value", "rate": "10%", "first": date(2021, 6, 30)}
    told = simulated(tiny(opening=1000, spending=spending, growth=GROWING))
    assert moves(told, to="to be shared") == [("2021-06-30", 110)]


def test_an_average_reads_all_valuations_there_are_while_they_are_few(tiny: Tiny) -> None:
    spending = {"kind": "moving_average", "rate": "10%", "over": "4 quarters"}
    first = spending | {"first": date(2021, 7, 1)}
    told = simulated(tiny(opening=1000, spending=first, growth=GROWING, years=2))
    # On 1 July 2021: the opening 1000 and 1100, on average 1050.
    # Then 1100 - 105 = 995, and at the quarters' ends 1094.50, 1203.95, 1324.345, 1456.7795,
    # each to the penny: 1094.50, 1203.95, 1324.34 (a half is rounded to even), 1456.77.
    # On 1 July 2022: 10 % of (1094.50 + 1203.95 + 1324.34 + 1456.77) / 4 = 126.989.
    assert moves(told, to="to be shared") == [("2021-07-01", 105), ("2022-07-01", 126.99)]


def test_a_constant_amount_rises_with_prices_and_is_the_same_in_real_terms(tiny: Tiny) -> None:
    spending = {"kind": "constant_real", "amount": 100}
    told = simulated(tiny(opening=1000, spending=spending, inflation=DEARER, years=3))
    # Prices after a year: 1.02 to the power 4 is 1.08243216; after two 1.171659...
    assert yearly(told, "spending") == [100, 108.24, 117.17]
    assert yearly(told, "spending", "real") == [100, 100, 100]


def test_no_more_is_spent_than_there_is(tiny: Tiny) -> None:
    spending = {"kind": "constant_real", "amount": 600}
    told = simulated(tiny(opening=1000, spending=spending, years=3))
    assert yearly(told, "spending") == [600, 400, 0]
    assert yearly(told, "closing_capital") == [400, 0, 0]


# Growth and the managers' fee


def test_growth_and_then_the_fee_are_posted_on_each_quarters_last_day(tiny: Tiny) -> None:
    told = simulated(tiny(opening=1000, spending=ONCE, growth=GROWING, fee=COSTLY))
    # 1000 grows to 1100, of which 1 % is 11: 1089 stay. 1089 -> 1197.90 less 11.979, rounded to
    # 1185.92: 11.98 taken. 1185.92 -> 1304.512 = 1304.51, 1291.4649 = 1291.46 stay: 13.05 taken.
    # 1291.46 -> 1420.606 = 1420.61, 1406.4039 = 1406.40 stay: 14.21 taken.
    assert moves(told, to="managers") == [
        ("2021-06-30", 11),
        ("2021-09-30", 11.98),
        ("2021-12-31", 13.05),
        ("2022-03-31", 14.21),
    ]
    assert yearly(told, "returns") == [456.64]  # 100 + 108.90 + 118.59 + 129.15
    assert yearly(told, "closing_capital") == [1406.40]


# Rules that use a fund up


def test_a_spend_down_ends_at_zero(tiny: Tiny) -> None:
    spending = {"kind": "spend_down", "over": "3 years"}
    closes = {"on": date(2024, 3, 31), "residue": "treasury"}
    told = simulated(tiny(opening=1000, spending=spending, closes=closes, years=4))
    # A third of 1000; half of the 666.67 left, which are 33333.5 pence, rounded to even; the rest.
    assert yearly(told, "spending") == [333.33, 333.34, 333.33, 0]
    assert yearly(told, "closing_capital") == [666.67, 333.33, 0, 0]
    assert yearly(told, "passed_on") == [0, 0, 0, 0]


def test_a_profile_spends_opening_money_month_by_month_and_growth_is_residue(tiny: Tiny) -> None:
    told = simulated(
        tiny(
            opening=1000,
            spending={"kind": "profile", "profile": ["50%", "20%", "0%", "30%"]},
            closes={"on": date(2021, 9, 15), "residue": "lottery_community_fund"},
            growth=GROWING,
        )
    )
    # 500 on 1 April, 200 on 1 May; the 300 left grow to 330 by 30 June; 300 on 1 July.
    assert moves(told, to="to be shared") == [
        ("2021-04-01", 500),
        ("2021-05-01", 200),
        ("2021-07-01", 300),
    ]
    # The fund closes before the quarter ends: the 30 of growth go, without more.
    assert moves(told, to="residue to lottery community fund") == [("2021-09-15", 30)]
    assert yearly(told, "closing_capital") == [0]


def test_a_closing_fund_hands_on_what_is_left_and_what_is_unshared(tiny: Tiny) -> None:
    told = simulated(
        tiny(
            opening=1000,
            spending={"kind": "percent_of_value", "rate": "15%"},
            allocation={"kind": "column", "column": "pounds", "unit": "pounds"},
            inflow={"kind": "lump", "amount": 40, "on": date(2022, 5, 31)},
            closes={"on": date(2022, 5, 31), "residue": "treasury"},
            years=2,
        )
    )
    # The year's 150 exceed the 100 that areas are to get: 50 wait. A year later 15 % of 850 are
    # 127.50, so 177.50 are there, 100 are shared, and 77.50 are taken back at the closing.
    # 850 - 127.50 = 722.50 invested, 40 in hand, 77.50 taken back.
    assert yearly(told, "unshared") == [50, 0]
    assert yearly(told, "spending") == [150, 127.50 - 77.50]
    assert moves(told, to="residue to treasury") == [("2022-05-31", 840)]
    assert yearly(told, "passed_on") == [0, 840]
    assert yearly(told, "closing_capital") == [850, 0]


# From a round to areas


def test_what_a_round_does_not_share_is_carried_to_the_next(tiny: Tiny) -> None:
    spending = {"kind": "constant_real", "amount": 120}
    allocation = {"kind": "column", "column": "pounds", "unit": "pounds"}
    told = simulated(tiny(opening=1000, spending=spending, allocation=allocation, years=3))
    # 120 a year, 100 a round: 20, 40, 60 are left over.
    assert yearly(told, "allocated") == [100, 100, 100]
    assert yearly(told, "unshared") == [20, 40, 60]
    assert areas(told, "allocated") == [[20, 30, 50]] * 3


def test_where_the_pot_is_short_all_get_less_in_proportion(tiny: Tiny) -> None:
    allocation = {"kind": "column", "column": "pounds", "unit": "pounds"}
    told = simulated(tiny(opening=500, allocation=allocation))
    assert areas(told, "allocated") == [[10, 15, 25]]  # a half each
    assert yearly(told, "unshared") == [0]


def test_a_foundation_takes_its_fee_and_pays_the_rest_the_same_day(tiny: Tiny) -> None:
    told = simulated(tiny(opening=1000, foundations={"fee": "6%"}))
    # Of 100 by heads 40 reach the dale and 60 the hill; 2.40 and 3.60 are kept.
    assert moves(told, to="grantees") == [("2021-04-01", 37.60), ("2021-04-01", 56.40)]
    assert yearly(told, "foundation_fees") == [6]
    assert areas(told, "paid") == [[9.40, 28.20, 56.40]]


def test_pennies_of_areas_follow_what_their_foundation_has_reached(tiny: Tiny) -> None:
    spending = {"kind": "constant_real", "amount": 0.05}
    told = simulated(tiny(opening=1000, spending=spending, years=3))
    # 5 pence a year: 2 to the dale, 3 to the hill. Of the dale's 2, 4, 6 pence a quarter is Ash's:
    # 0.5, 1, 1.5 are rounded (half to even) to 0, 1, 2, so that it has 0, 1, 1 and Beck 2, 1, 1.
    assert areas(told, "paid") == [
        [0.00, 0.02, 0.03],
        [0.01, 0.01, 0.03],
        [0.01, 0.01, 0.03],
    ]


# The journal


def test_the_journal_tells_the_day_in_order_with_balances(tiny: Tiny) -> None:
    told = simulated(tiny(opening=1000, growth=GROWING, fee=COSTLY, foundations={"fee": "6%"}))
    lines = [
        (ln.date, ln.from_account, ln.to_account, ln.pence, ln.balance) for ln in told.told.journal
    ]
    assert lines[:13] == [
        ("2021-04-01", "fund: dormant assets", "fund: in hand", 1000_00, 1000_00),
        ("2021-04-01", "fund: in hand", "fund: invested", 1000_00, 1000_00),
        ("2021-04-01", "fund: invested", "fund: to be shared", 100_00, 100_00),
        ("2021-04-01", "fund: to be shared", "fund: allocated, dale", 40_00, 40_00),
        ("2021-04-01", "fund: to be shared", "fund: allocated, hill", 60_00, 60_00),
        ("2021-04-01", "fund: allocated, dale", "fund: waiting, dale", 40_00, 40_00),
        ("2021-04-01", "fund: allocated, hill", "fund: waiting, hill", 60_00, 60_00),
        ("2021-04-01", "fund: waiting, dale", "fund: foundations' costs, dale", 2_40, 2_40),
        ("2021-04-01", "fund: waiting, hill", "fund: foundations' costs, hill", 3_60, 3_60),
        ("2021-04-01", "fund: waiting, dale", "fund: promised, dale", 37_60, 37_60),
        ("2021-04-01", "fund: waiting, hill", "fund: promised, hill", 56_40, 56_40),
        ("2021-04-01", "fund: promised, dale", "fund: grantees, dale", 37_60, 37_60),
        ("2021-04-01", "fund: promised, hill", "fund: grantees, hill", 56_40, 56_40),
    ]
    # 900 grow by 90; a hundredth of 990 is the managers'.
    assert lines[13:15] == [
        ("2021-06-30", "fund: markets", "fund: invested", 90_00, 990_00),
        ("2021-06-30", "fund: invested", "fund: managers", 9_90, 9_90),
    ]


@pytest.mark.parametrize("growth", ["0%", GROWING, "-20%"])
def test_every_balance_of_the_journal_is_the_one_before_and_what_came(
    growth: str, tiny: Tiny
) -> None:
    spending = {"kind": "percent_of_value", "rate": "30%"}
    told = simulated(tiny(opening=1234.56, spending=spending, growth=growth, fee=COSTLY, years=3))
    held: dict[str, int] = {}
    for line in told.told.journal:
        assert line.pence != 0
        assert line.memo
        held[line.from_account] = held.get(line.from_account, 0) - line.pence
        held[line.to_account] = held.get(line.to_account, 0) + line.pence
        assert line.balance == held[line.to_account]
    assert sum(held.values()) == 0
    dates = [line.date for line in told.told.journal]
    assert dates == sorted(dates)
