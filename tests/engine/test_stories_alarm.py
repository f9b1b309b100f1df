"""Dated stories of a fund that reviews its spending early; amounts are in pounds.

The fund has 1000 and spends a tenth each 1 April; it reviews at once if a fifth of its capital
right after its last review is gone. Nothing grows, but markets fall when they are told to.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fundsim.scenario import Scenario
from tests.engine.tiny import Dated, Values, simulated, told, yearly

Tiny = Callable[..., Scenario]


def fall(on: date, change: str = "-30%") -> Values:
    return {"kind": "market", "on": on, "change": change}


def spent(tiny: Tiny, *falls: Values, alarm: str | None = "20%", **changes: Any) -> list[Dated]:
    """List what is spent, by day."""
    settings: Values = {"opening": 1000, "years": 3, "shocks": falls} | changes
    if alarm:
        settings["alarm"] = {"fall": alarm}
    return told(simulated(tiny(**settings)), "spending")


NOVEMBER, FEBRUARY, MAY, AUGUST = (
    fall(day)
    for day in (date(2021, 11, 15), date(2022, 2, 15), date(2022, 5, 15), date(2021, 8, 15))
)


def test_a_fall_brings_the_next_review_forward_to_the_quarters_end(tiny: Tiny) -> None:
    # 900 are left after the first review; 30 % less are 630, which is below 720.
    assert spent(tiny, NOVEMBER, alarm=None) == [
        ("2021-04-01", 100),
        ("2022-04-01", 63),
        ("2023-04-01", 56.70),
    ]
    assert spent(tiny, NOVEMBER) == [
        ("2021-04-01", 100),
        ("2021-12-31", 63),  # the whole second year's, and nothing on 1 April 2022
        ("2023-04-01", 56.70),
    ]


def test_a_fall_that_only_just_reaches_the_mark_rings_no_alarm(tiny: Tiny) -> None:
    falls = [fall(date(2021, 11, 15), "-25%")]  # 675 are exactly three quarters of 900
    on_the_day = [("2021-04-01", 100), ("2022-04-01", 67.50), ("2023-04-01", 60.75)]
    assert spent(tiny, *falls, alarm="25%") == on_the_day
    early = [("2021-04-01", 100), ("2021-12-31", 67.50), ("2023-04-01", 60.75)]
    assert spent(tiny, *falls, alarm="24.99%") == early


def test_two_smaller_falls_add_up_until_the_next_review(tiny: Tiny) -> None:
    # 765 are above 720, 650.25 are not.
    falls = [fall(date(2021, 5, 1), "-15%"), fall(date(2021, 8, 1), "-15%")]
    assert spent(tiny, *falls)[:2] == [("2021-04-01", 100), ("2021-09-30", 65.02)]
    # A review between them begins anew: 765 - 76.50 = 688.50, and 585.22 are above 550.80.
    falls = [fall(date(2022, 2, 1), "-15%"), fall(date(2022, 5, 1), "-15%")]
    assert spent(tiny, *falls)[:2] == [("2021-04-01", 100), ("2022-04-01", 76.50)]
    assert spent(tiny, *falls)[2][0] == "2023-04-01"


def test_a_review_is_brought_forward_once_and_the_one_after_it_may_be_too(tiny: Tiny) -> None:
    # 630 on 30 September: 63 are spent, 567 are left. 396.90 on 31 December are less than four
    # fifths of it, but the second review has been held. When its own day is over the third is
    # next, and 396.90 are still too few.
    assert spent(tiny, AUGUST, NOVEMBER) == [
        ("2021-04-01", 100),
        ("2021-09-30", 63),
        ("2022-06-30", 39.69),
    ]


def test_a_fall_in_the_quarter_before_a_review_waits_for_the_review(tiny: Tiny) -> None:
    # 31 March is a quarter's end too: one day early.
    assert spent(tiny, FEBRUARY)[:2] == [("2021-04-01", 100), ("2022-03-31", 63)]
    # Where reviews are held on a quarter's last day they are not early on it.
    rule = {"kind": "percent_of_value", "rate": "10%", "first": date(2021, 6, 30)}
    found = spent(tiny, MAY, spending=rule)
    assert [day for day, _ in found] == ["2021-06-30", "2022-06-30", "2023-06-30"]


def test_nothing_rings_before_the_first_review(tiny: Tiny) -> None:
    rule = {"kind": "percent_of_value", "rate": "10%", "first": date(2022, 4, 1)}
    found = spent(tiny, AUGUST, NOVEMBER, spending=rule)
    assert [day for day, _ in found] == ["2022-04-01", "2023-04-01"]


def test_the_review_that_is_brought_forward_may_lie_beyond_the_run(tiny: Tiny) -> None:
    assert spent(tiny, NOVEMBER, years=1) == [("2021-04-01", 100), ("2021-12-31", 63)]


@pytest.mark.parametrize(("closes", "early"), [(date(2022, 4, 1), False), (date(2022, 4, 2), True)])
def test_it_may_not_lie_beyond_the_funds_own_end(closes: date, early: bool, tiny: Tiny) -> None:  # noqa: FBT001 - of a table
    ends = {"on": closes, "residue": "treasury"}
    second = [("2021-12-31", 63.0)] if early else []
    assert spent(tiny, NOVEMBER, closes=ends) == [("2021-04-01", 100), *second]


def test_what_arrives_on_the_day_counts_against_the_fall_but_is_not_spent_from(tiny: Tiny) -> None:
    arrives = {"kind": "lump", "amount": 50, "on": date(2021, 12, 31)}
    # 630 + 50 are still too few; a tenth of 630 is spent.
    assert spent(tiny, NOVEMBER, inflow=arrives)[1] == ("2021-12-31", 63)
    assert spent(tiny, NOVEMBER, inflow=arrives | {"amount": 90})[1] == ("2022-04-01", 72)


def test_an_early_round_is_received_awarded_and_paid_as_any_other(tiny: Tiny) -> None:
    practice = {"fee": "10%", "sittings": ["January", "June"], "instalments": ["50%", "50%"]}
    run = simulated(
        tiny(
            opening=1000,
            alarm={"fall": "20%"},
            shocks=[NOVEMBER],
            foundations=practice,
            years=2,
        )
    )
    # Of 63 there reach the dale 25.20, less a tenth 22.68.
    assert told(run, "received", at="dale") == [("2021-04-01", 40), ("2021-12-31", 25.20)]
    assert told(run, "awarded", at="dale") == [("2021-06-01", 36), ("2022-01-01", 22.68)]
    assert told(run, "paid", at="dale") == [
        *(("2021-06-01", 18), ("2022-01-01", 11.34)),
        *(("2022-06-01", 18), ("2023-01-01", 11.34)),
    ]
    assert yearly(run, "spending") == [163, 0]
    assert yearly(run, "closing_capital") == [567, 567]
