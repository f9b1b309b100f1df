"""Spending rules worked by hand."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from fundsim.rules.profiles import PROFILES
from fundsim.rules.spending import AnySpending, Profile, SpendDown, SpendingRule, SpendingView

RULE: TypeAdapter[Any] = TypeAdapter(AnySpending)


def rule(**settings: Any) -> SpendingRule:
    found: SpendingRule = RULE.validate_python(settings)
    return found


def view(*valuations: list[int], number: int = 0, **known: Any) -> SpendingView:
    """What a rule sees on two paths; prices stand where they started unless said otherwise."""
    values = np.array(valuations, dtype=np.int64).reshape(-1, 2)
    return SpendingView(
        number=number,
        values=values,
        opening=known.get("opening", 0),
        index=np.array(known.get("index", [1.0, 1.0])),
        first_value=np.array(known.get("first_value", values[-1])),
        first_index=np.array(known.get("first_index", [1.0, 1.0])),
    )


# By value


def test_percent_of_value_reads_the_newest_valuation_alone() -> None:
    found = rule(kind="percent_of_value", rate="4%").spend(view([9_999, 9_999], [1_000, 0]))
    assert found.tolist() == [40.0, 0.0]


@pytest.mark.parametrize(
    ("valuations", "expected"),
    [
        ([[1_000, 2_000]], [50.0, 100.0]),
        ([[1_000, 2_000], [3_000, 0]], [100.0, 50.0]),
        ([[1_000, 0], [2_000, 0], [3_000, 0], [6_000, 40]], [150.0, 0.5]),
    ],
)
def test_moving_average_takes_all_valuations_there_are(
    valuations: list[list[int]], expected: list[float]
) -> None:
    average = rule(kind="moving_average", rate="5%", over="4 quarters")
    assert average.spend(view(*valuations)).tolist() == expected


@pytest.mark.parametrize(
    ("over", "quarters"), [("12 quarters", 12), ("3 years", 12), ("18 months", 6), (None, 12)]
)
def test_moving_average_asks_for_as_many_valuations_as_it_looks_back(
    over: str | None, quarters: int
) -> None:
    settings = {} if over is None else {"over": over}
    assert rule(kind="moving_average", rate="4%", **settings).valuations() == quarters


@pytest.mark.parametrize("kind", ["percent_of_value", "moving_average"])
def test_a_fund_without_value_spends_nothing(kind: str) -> None:
    assert rule(kind=kind, rate="4%").spend(view([0, 0])).tolist() == [0.0, 0.0]


# By prices


def test_constant_real_follows_prices_from_the_start_day() -> None:
    found = rule(kind="constant_real", amount="£100").spend(view([1, 1], index=[1.0, 1.5]))
    assert found.tolist() == [10_000.0, 15_000.0]


def test_constant_real_by_rate_keeps_the_first_value_in_the_prices_of_its_day() -> None:
    found = rule(kind="constant_real", rate="4%").spend(
        view([5, 5], first_value=[1_000, 2_000], index=[1.5, 3.0], first_index=[1.0, 1.5])
    )
    assert found.tolist() == [60.0, 160.0]


# Until nothing is left


def test_spend_down_shares_the_value_over_the_years_left() -> None:
    down = rule(kind="spend_down", over="10 years")
    assert down.last() == 10
    assert down.spend(view([1_000, 0], number=0)).tolist() == [100.0, 0.0]
    assert down.spend(view([1_000, 7], number=8)).tolist() == [500.0, 3.5]
    assert down.spend(view([1_000, 7], number=9)).tolist() == [1_000.0, 7.0]


def test_spend_down_without_growth_pays_the_same_every_year() -> None:
    down, left, paid = SpendDown(over="7 years"), 70_000, []
    for number in range(7):
        paid.append(int(down.spend(view([left, 0], number=number))[0]))
        left -= paid[-1]
    assert paid == [10_000] * 7
    assert left == 0


def test_a_profile_pays_the_opening_money_month_by_month_to_the_last_penny() -> None:
    thirds = rule(kind="profile", profile=[1 / 3, 1 / 3, 1 / 3])
    assert (thirds.every, thirds.last()) == (1, 3)
    months = [thirds.spend(view([1, 9], number=n, opening=100)).tolist() for n in range(3)]
    assert months == [[33.0, 33.0], [34.0, 34.0], [33.0, 33.0]]


def test_only_rules_that_are_meant_to_use_a_fund_up_say_so() -> None:
    kept = {kind: rule(**s).perpetual for kind, s in SETTINGS.items()}
    assert kept == {
        "percent_of_value": True,
        "constant_real": True,
        "moving_average": True,
        "spend_down": False,
        "profile": False,
    }


SETTINGS: dict[str, dict[str, Any]] = {
    "percent_of_value": {"kind": "percent_of_value", "rate": "4%"},
    "constant_real": {"kind": "constant_real", "amount": "£1m"},
    "moving_average": {"kind": "moving_average", "rate": "4%"},
    "spend_down": {"kind": "spend_down", "over": "10 years"},
    "profile": {"kind": "profile", "profile": [0.5, 0.5]},
}


# The Covid profile: cumulative share of the amount awarded by month, 360Giving, March 2020 to
# October 2021. January, February and May 2021 are not published and lie on straight lines; the last
# 1.3 % fall evenly on July to October 2021.


PUBLISHED = {
    "2020-03": 1.2,
    "2020-04": 6.0,
    "2020-05": 14.7,
    "2020-06": 21.7,
    "2020-07": 27.2,
    "2020-08": 31.0,
    "2020-09": 37.4,
    "2020-10": 43.7,
    "2020-11": 64.7,
    "2020-12": 69.8,
    "2021-03": 83.0,
    "2021-04": 97.2,
    "2021-06": 98.7,
}


def test_the_covid_profile_reaches_what_was_published_month_by_month() -> None:
    shares = PROFILES["covid-grants-2020"]
    months = [f"{2020 + m // 12}-{m % 12 + 1:02d}" for m in range(2, 22)]
    reached = dict(zip(months, accumulate(shares), strict=True))
    assert len(shares) == 20
    assert min(shares) > 0
    assert reached["2021-10"] == pytest.approx(1, abs=1e-15)
    for month, percent in PUBLISHED.items():
        assert reached[month] == pytest.approx(percent / 100, abs=1e-15)


def test_the_gaps_of_the_covid_profile_are_straight_lines() -> None:
    shares = PROFILES["covid-grants-2020"]
    winter, may_june, rest = shares[10:13], shares[14:16], shares[16:]
    assert winter == pytest.approx([0.132 / 3] * 3, rel=1e-15)
    assert may_june == pytest.approx([0.0075] * 2, rel=1e-15)
    assert rest == pytest.approx([0.00325] * 4, rel=1e-15)


def test_the_covid_profile_spends_all_of_the_opening_money() -> None:
    covid = Profile(profile="covid-grants-2020")
    opening = 50_000_000_001
    months = [int(covid.spend(view([0, 0], number=n, opening=opening))[0]) for n in range(20)]
    assert sum(months) == opening
    assert months[0] == 600_000_000
    assert months[1] == 2_400_000_000


# What is refused


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kind": "percent_of_value"}, "Field required"),
        ({"kind": "percent_of_value", "rate": "-1%"}, "greater than or equal to 0"),
        ({"kind": "percent_of_value", "rate": "101%"}, "less than or equal to 1"),
        ({"kind": "percent_of_value", "rate": True}, "true is not a number"),
        ({"kind": "constant_real"}, "either amount or rate, and exactly one of them"),
        (
            {"kind": "constant_real", "amount": "£1m", "rate": "4%"},
            "either amount or rate, and exactly one of them",
        ),
        (
            {"kind": "moving_average", "rate": "4%", "over": "4 months"},
            "4 months are not a whole number of quarters",
        ),
        ({"kind": "moving_average", "rate": "4%", "over": 12}, "12 is not a duration"),
        (
            {"kind": "spend_down", "over": "18 months"},
            "18 months are not a whole number of years",
        ),
        ({"kind": "profile", "profile": "covid"}, 'no profile "covid"; known: covid-grants-2020'),
        ({"kind": "profile", "profile": [0.5, 0.4]}, "the shares sum to 0.9, not to 1"),
        ({"kind": "profile", "profile": [1.5, -0.5]}, "a share is negative"),
        ({"kind": "profile", "profile": []}, "the shares sum to 0, not to 1"),
        ({"kind": "spend_down", "over": "3 years", "rate": "4%"}, "Extra inputs"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        rule(**settings)
