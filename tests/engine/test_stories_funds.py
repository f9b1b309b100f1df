"""Dated stories of two funds, each amount worked out by hand; amounts are in pounds.

The endowment is called luc, the fund that is spent quickly recovery.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fundsim.metrics.catalogue import METRICS
from fundsim.scenario import Scenario
from tests.engine.tiny import (
    BEYOND,
    GROWING,
    Values,
    all_spent,
    areas,
    moves,
    simulated,
    told,
    yearly,
)

Tiny = Callable[..., Scenario]

KEPT = {"spending": {"kind": "percent_of_value", "rate": "10%", "first": BEYOND}}
CASH_AND_SHARES = {
    "cash": {"weight": 0, "geometric_mean": "0%"},
    "shares": {"weight": 1, "geometric_mean": GROWING},
}


# Each fund has its own


def test_each_fund_grows_with_what_it_holds(tiny: Tiny) -> None:
    funds = {
        "luc": KEPT | {"opening": 1000},  # the weights of the markets: all shares
        "recovery": KEPT | {"opening": 1000, "holds": {"cash": "100%"}},
        "regional": KEPT | {"opening": 2000, "holds": {"cash": "50%", "shares": "50%"}},
    }
    run = simulated(tiny(funds=funds, assets=CASH_AND_SHARES))
    assert yearly(run, "closing_capital", of="luc") == [1464.10]
    assert yearly(run, "closing_capital", of="recovery") == [1000]
    # Half in shares again every quarter, so 5 % each: 2100, 2205, 2315.25, 2431.0125.
    assert yearly(run, "closing_capital", of="regional") == [2431.01]
    assert yearly(run, "closing_capital", of="all") == [4895.11]
    assert yearly(run, "returns", of="all") == [895.11]


def test_a_funds_own_instalments_come_before_those_of_the_foundations(tiny: Tiny) -> None:
    funds = {"luc": all_spent(100), "recovery": all_spent(100) | {"instalments": ["100%"]}}
    practice = {
        "instalments": ["50%", "50%"],
        "overrides": {"hill": {"instalments": ["0%", "100%"]}},
    }
    run = simulated(tiny(funds=funds, foundations=practice, years=2))
    assert told(run, "paid", of="luc", at="dale") == [("2021-04-01", 20), ("2022-04-01", 20)]
    assert told(run, "paid", of="luc", at="hill") == [("2022-04-01", 60)]
    assert told(run, "paid", of="recovery") == [("2021-04-01", 100)]
    assert yearly(run, "promised", of="all") == [80, 0]


def test_each_fund_shares_its_rounds_by_its_own_rule(tiny: Tiny) -> None:
    funds = {"luc": all_spent(90) | {"allocation": {"kind": "equal"}}, "recovery": all_spent(100)}
    run = simulated(tiny(funds=funds))
    assert areas(run, "paid", of="luc") == [[30, 30, 30]]
    assert areas(run, "paid", of="recovery") == [[10, 30, 60]]
    assert yearly(run, "allocated", of="all") == [190]


# One fund closes, and leaves what it has to the other

# 40 are spent in April, 60 in July. The 60 have grown to 66 by the end of June; the 6 left grow to
# 6.60, 7.26, 7.99 (7.986), 8.79 (8.789), 9.67, 10.64 (10.637) and on 31 March 2023 to 11.70.
CLOSING: Values = {
    "opening": 100,
    "spending": {"kind": "profile", "profile": ["40%", "0%", "0%", "60%"]},
    "holds": {"shares": "100%"},
}


def closing(on: date, **luc: Any) -> Values:
    recovery = CLOSING | {"closes": {"on": on, "residue": "luc"}}
    return {"funds": {"luc": luc, "recovery": recovery}, "assets": CASH_AND_SHARES, "years": 3}


def test_a_recovery_fund_leaves_what_it_earned_to_the_endowment(tiny: Tiny) -> None:
    scenario = closing(date(2023, 3, 31), opening=1000, holds={"cash": "100%"})
    run = simulated(tiny(**scenario))
    assert told(run, "spending", of="recovery") == [("2021-04-01", 40), ("2021-07-01", 60)]
    # Growth of the quarter's last day comes first. The endowment spends a tenth of what it had
    # that day without the residue: of 1000, 900, 810.
    assert moves(run, of="luc", to="in hand") == [("2021-04-01", 1000), ("2023-03-31", 11.70)]
    assert told(run, "spending", of="luc") == [
        ("2021-04-01", 100),
        ("2022-04-01", 90),
        ("2023-04-01", 81),
    ]
    assert yearly(run, "closing_capital", of="luc") == [900, 821.70, 740.70]
    assert yearly(run, "closing_capital", of="recovery") == [7.99, 0, 0]
    assert yearly(run, "passed_on", of="recovery") == [0, 11.70, 0]
    assert yearly(run, "passed_between", of="recovery") == [0, 11.70, 0]
    assert yearly(run, "arrived", of="luc") == [1000, 11.70, 0]
    # Together they received 1100 and passed nothing on.
    assert yearly(run, "arrived", of="all") == [1100, 0, 0]
    assert yearly(run, "passed_on", of="all") == yearly(run, "passed_between", of="all") == [0] * 3


@pytest.mark.parametrize(
    ("closes", "worth", "is_invested", "in_the_end"),
    [
        (date(2023, 3, 31), 11.70, "2023-04-01", 17.14),  # the day before a quarter
        (date(2023, 4, 1), 11.70, "2023-04-01", 17.14),  # its first day: at once
        (date(2023, 4, 2), 11.70, "2023-07-01", 15.58),  # earns nothing until the next
        (date(2023, 6, 30), 12.87, "2023-07-01", 17.14),  # earned it where it was
    ],
)
def test_a_residue_is_invested_on_a_quarters_first_day_that_day_included(
    closes: date, worth: float, is_invested: str, in_the_end: float, tiny: Tiny
) -> None:
    run = simulated(tiny(**closing(closes, **KEPT)))
    assert moves(run, of="luc", to="in hand") == [(closes.isoformat(), worth)]
    assert told(run, "invested", of="luc") == [(is_invested, worth)]
    # A quarter after the other 11.70 are worth 12.87, 14.16 (14.157), 15.58 (15.576) and 17.14.
    assert yearly(run, "closing_capital", of="luc")[-1] == in_the_end


def test_what_a_closed_fund_has_promised_is_still_paid(tiny: Tiny) -> None:
    practice = {"sittings": ["June"], "instalments": ["50%", "50%"], "capacity": {"pounds": 30}}
    funds = {"luc": KEPT, "recovery": all_spent(100)}  # closes on 2 April
    run = simulated(tiny(funds=funds, foundations=practice, years=3))
    assert told(run, "awarded", of="recovery", at="dale") == [
        ("2021-06-01", 30),
        ("2022-06-01", 10),
    ]
    assert told(run, "paid", of="recovery", at="dale") == [
        ("2021-06-01", 15),
        ("2022-06-01", 15 + 5),
        ("2023-06-01", 5),
    ]


# One fund pays another


def paying(**payment: Any) -> Values:
    return {"pays": [{"to": "luc"} | payment], "holds": {"cash": "100%"}}


def test_a_fund_pays_an_amount_each_year_as_far_as_it_can(tiny: Tiny) -> None:
    pays = paying(amount=50, on=date(2021, 5, 15), every="12 months", until=date(2024, 5, 15))
    funds = {"luc": KEPT, "recovery": KEPT | pays | {"opening": 80}}
    run = simulated(tiny(funds=funds, assets=CASH_AND_SHARES, years=4))
    assert moves(run, of="luc", to="in hand") == [("2021-05-15", 50), ("2022-05-15", 30)]
    assert told(run, "invested", of="luc")[0] == ("2021-07-01", 50)  # earns nothing until then
    assert yearly(run, "passed_on", of="recovery") == [50, 30, 0, 0]
    assert yearly(run, "closing_capital", of="recovery") == [30, 0, 0, 0]
    assert yearly(run, "arrived", of="all") == [80, 0, 0, 0]


def test_a_payment_ends_before_its_last_day(tiny: Tiny) -> None:
    pays = paying(amount=10, on=date(2021, 5, 31), every="3 months", until=date(2022, 5, 31))
    funds = {"luc": KEPT, "recovery": KEPT | pays | {"opening": 80}}
    run = simulated(tiny(funds=funds, assets=CASH_AND_SHARES, years=2))
    days = ["2021-05-31", "2021-08-31", "2021-11-30", "2022-02-28"]
    assert moves(run, of="luc", to="in hand") == [(day, 10) for day in days]


def test_a_payment_without_an_interval_is_made_once(tiny: Tiny) -> None:
    pays = paying(amount=10, on=date(2021, 5, 31))
    funds = {"luc": KEPT, "recovery": KEPT | pays | {"opening": 80}}
    run = simulated(tiny(funds=funds, assets=CASH_AND_SHARES, years=2))
    assert moves(run, of="luc", to="in hand") == [("2021-05-31", 10)]


def test_a_fund_pays_a_share_of_what_it_has_that_day(tiny: Tiny) -> None:
    pays = paying(share="25%", on=date(2021, 10, 1), every="3 months")
    arrives = {"inflow": {"kind": "lump", "amount": 100, "on": date(2021, 10, 1)}}
    funds = {"luc": KEPT, "recovery": KEPT | pays | arrives | {"opening": 60}}
    run = simulated(tiny(funds=funds, assets=CASH_AND_SHARES))
    # A quarter of 160, then of 120. What comes on a quarter's first day is invested that day.
    assert moves(run, of="luc", to="in hand") == [("2021-10-01", 40), ("2022-01-01", 30)]
    assert told(run, "invested", of="luc") == [("2021-10-01", 40), ("2022-01-01", 30)]
    # 40 grow to 44; with the 30 they are 74, which grow to 81.40.
    assert yearly(run, "closing_capital", of="luc") == [81.40]


def test_payments_of_one_day_are_made_in_the_order_in_which_they_are_stated(tiny: Tiny) -> None:
    monthly = {"to": "luc", "amount": 50, "on": date(2021, 4, 1), "every": "1 month"}
    quarterly = {"to": "other", "amount": 50, "on": date(2021, 4, 1), "every": "3 months"}
    arrives = {"kind": "lump", "amount": 60, "on": date(2021, 7, 1)}
    payer = KEPT | {"opening": 60, "inflow": arrives, "pays": [monthly, quarterly]}
    run = simulated(tiny(funds={"luc": KEPT, "other": KEPT, "recovery": payer}))
    # There are 60 each time: the second gets what the first has left, whoever was paid in June.
    assert moves(run, of="luc", to="in hand") == [("2021-04-01", 50), ("2021-07-01", 50)]
    assert moves(run, of="other", to="in hand") == [("2021-04-01", 10), ("2021-07-01", 10)]


def test_what_is_at_hand_is_paid_before_what_is_invested(tiny: Tiny) -> None:
    pays = paying(amount=50, on=date(2021, 5, 15))
    arrives = {"inflow": {"kind": "lump", "amount": 70, "on": date(2021, 5, 1)}}
    funds = {"luc": KEPT, "recovery": KEPT | pays | arrives | {"opening": 80}}
    run = simulated(tiny(funds=funds, assets=CASH_AND_SHARES))
    # Of the 70 that are at hand 20 are left to be invested in July.
    assert told(run, "invested", of="recovery") == [
        ("2021-04-01", 80),
        ("2021-05-15", 50),
        ("2021-07-01", 20),
    ]


def test_a_payment_is_no_part_of_the_value_that_is_read_that_day(tiny: Tiny) -> None:
    # The endowment reviews on a quarter's last day, when it is valued, and receives 50 that day.
    reviews = {"kind": "percent_of_value", "rate": "10%", "first": date(2021, 6, 30)}
    pays = {"to": "luc", "amount": 50, "on": date(2021, 6, 30), "every": "12 months"}
    funds = {
        "luc": {"opening": 1000, "spending": reviews},
        "recovery": {"opening": 500, "spending": reviews, "pays": [pays]},
    }
    run = simulated(tiny(funds=funds, years=2))
    # A tenth of 1000; of 1000 + 50 - 100 = 950.
    assert told(run, "spending", of="luc") == [("2021-06-30", 100), ("2022-06-30", 95)]
    # What is paid leaves before the value is read: a tenth of 450, and of 450 - 45 - 50 = 355.
    assert told(run, "spending", of="recovery") == [("2021-06-30", 45), ("2022-06-30", 35.50)]


# Two funds meet at one sitting

MEETING: Values = {
    "funds": {"luc": all_spent(100), "recovery": all_spent(100)},
    "years": 2,
}
PRACTICE: Values = {"sittings": ["June", "December"], "capacity": {"pounds": 100}}  # 50 a sitting


@pytest.mark.parametrize(
    ("priority", "first", "second"),
    [
        (["luc", "recovery"], "luc", "recovery"),
        (["recovery", "luc"], "recovery", "luc"),
        (None, "luc", "recovery"),  # in the order of their names
    ],
)
def test_the_fund_of_higher_priority_is_served_first_out_of_one_purse(
    priority: list[str] | None, first: str, second: str, tiny: Tiny
) -> None:
    practice = PRACTICE | ({"priority": priority} if priority else {})
    run = simulated(tiny(**MEETING, foundations=practice))
    # Each fund brings 40 to the dale and 60 to the hill.
    assert told(run, "awarded", of=first, at="dale") == [("2021-06-01", 40)]
    assert told(run, "awarded", of=second, at="dale") == [("2021-06-01", 10), ("2021-12-01", 30)]
    assert told(run, "awarded", of=first, at="hill") == [("2021-06-01", 50), ("2021-12-01", 10)]
    assert told(run, "awarded", of=second, at="hill") == [("2021-12-01", 40), ("2022-06-01", 20)]
    assert yearly(run, "waiting", of=first) == [0, 0]
    assert yearly(run, "waiting", of=second) == [20, 0]
    # Of the first 100 wait for 61 days of 365 and 10 of them for 183 more: 7930 pound-days. Of the
    # second 100 for 61, 90 for 183 and 20 for 121: 24990; and a year later for 61 more: 1220.
    assert yearly(run, "waiting_on_average", of=first) == [21.73, 0]
    assert yearly(run, "waiting_on_average", of=second) == [68.47, 3.34]
    wait: Any = METRICS["mean_wait"].measure
    assert wait(run.series[first], "nominal")[0] == 0.2173
    assert wait(run.series[second], "nominal")[0] == 0.7181
    assert wait(run.series["all"], "nominal")[0] == pytest.approx((0.2173 + 0.7181) / 2)


def test_swapping_priority_swaps_the_waits_and_pays_the_same_together(tiny: Tiny) -> None:
    one, other = (
        simulated(tiny(**MEETING, foundations=PRACTICE | {"priority": list(order)}))
        for order in (("luc", "recovery"), ("recovery", "luc"))
    )
    for measure in ("awarded", "paid", "waiting", "waiting_on_average"):
        assert yearly(one, measure, of="luc") == yearly(other, measure, of="recovery")
        assert yearly(one, measure, of="recovery") == yearly(other, measure, of="luc")
        assert yearly(one, measure, of="all") == yearly(other, measure, of="all")
