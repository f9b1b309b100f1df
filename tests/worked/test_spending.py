"""Rules that go on from what was spent last, worked by hand; amounts are pence.

Whose rules they are is said with each in the catalogue; guardrails are from Guyton and Klinger,
Journal of Financial Planning, March 2006.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from fundsim.rules.spending import AnySpending, SpendingView


def asked(kind: str, value: float, *since: float | None, **keys: Any) -> float:
    """What a rule asks for on one path.

    `since` is what was spent last, if anything was, and how much dearer all is since then.
    """
    last, dearer = (*since, None, 1.0)[0], (*since, 1.0, 1.0)[1] or 1.0
    rule: Any = TypeAdapter(AnySpending).validate_python({"kind": kind, **keys})
    one = np.ones(1)
    view = SpendingView(
        number=0 if last is None else 1,
        values=np.array([[round(value)]]),
        opening=0,
        index=1.2 * one * dearer,
        first_value=np.array([10_000]),
        first_index=one,
        last=None if last is None else np.array([round(last)]),
        last_index=None if last is None else 1.2 * one,
    )
    return float(rule.spend(view)[0])


FOUR: dict[str, Any] = {"kind": "percent_of_value", "rate": "4%"}
BAND: dict[str, Any] = {"rate": "5%", "low": "4%", "high": "6%"}


@pytest.mark.parametrize(
    ("value", "last", "dearer", "expected"),
    [
        (10_000, None, 1.0, 500),  # a beginning: 5%
        (10_000, 500, 1.1, 550),  # with prices
        (10_000, 600, 1.1, 600),  # 660 is above 6%
        (10_000, 300, 1.1, 400),  # 330 is below 4%
        (10_000, 0, 1.1, 500),  # anew after a year of nothing
    ],
)
def test_a_band_holds_last_years_spending_raised_with_prices(
    value: float, last: float | None, dearer: float, expected: float
) -> None:
    assert asked("banded_real", value, last, dearer, **BAND) == pytest.approx(expected)


def test_a_corridor_returns_to_its_target_where_a_band_sticks_to_its_limit() -> None:
    # The target is 5% of the first 10,000, 600 in prices of today.
    assert asked("target_corridor", 10_000, 400, **BAND) == pytest.approx(600)
    assert asked("target_corridor", 8_000, 400, **BAND) == pytest.approx(480)
    assert asked("banded_real", 10_000, 480, **BAND) == pytest.approx(480)


def test_a_hybrid_is_partly_last_years_spending_and_partly_a_share_of_the_value() -> None:
    yale: dict[str, Any] = {"weight": 0.8, "rate": "5.25%"}
    assert asked("hybrid_general", 10_000, **yale) == pytest.approx(525)
    # 0.8 of 500 at prices 3% higher, and 0.2 of 5.25% of 12,000
    assert asked("hybrid_general", 12_000, 500, 1.03, **yale) == pytest.approx(412 + 126)


def test_tobins_rule_reads_the_value_of_a_year_ago_in_prices_of_today() -> None:
    # Yale's figures of 2013: 525 to begin with; then, at prices 3% higher, 0.8 of 500 and 0.2 of
    # 5.25% of 12,000, which is 526; of 12,360 at least 4.5%, 556.20; of 8,240 at most 6%, 494.40.
    assert asked("hybrid", 10_000) == pytest.approx(525)
    assert asked("hybrid", 12_000, 500, 1.03, low=0) == pytest.approx(1.03 * (400 + 126))
    assert asked("hybrid", 12_000, 500, 1.03) == pytest.approx(556.20)
    assert asked("hybrid", 8_000, 600, 1.03) == pytest.approx(494.40)


def test_a_smoothed_target_goes_a_part_of_the_way() -> None:
    stanford: dict[str, Any] = {"rate": "5.5%", "alpha": 0.4}
    assert asked("smoothed_target", 10_000, **stanford) == pytest.approx(550)
    assert asked("smoothed_target", 10_000, 450, 1.5, **stanford) == pytest.approx(450 + 0.4 * 100)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (500, 515),  # 5.15% of 10,000 is between 4% and 6%
        (600, 618 * 0.9),  # 6.18% is over a fifth above 5%: a tenth is cut
        (380, 391.4 * 1.1),  # 3.914% is over a fifth below: a tenth is added
    ],
)
def test_guardrails_cut_and_raise_by_a_tenth(last: float, expected: float) -> None:
    assert asked("guardrails", 10_000, last, 1.03, rate="5%") == pytest.approx(expected)


def test_an_annuity_in_advance_spends_the_rest_in_its_last_year() -> None:
    keys: dict[str, Any] = {"over": "3 years", "real_return": "5%"}
    # 1 + 1/1.05 + 1/1.05² = 2.85941...
    assert asked("spend_down", 10_000, **keys) == pytest.approx(10_000 / 2.8594104308390023)
    assert asked("spend_down", 10_000, over="3 years") == pytest.approx(10_000 / 3)


# Fifty years in a market without risk


def test_a_minimum_is_spent_where_the_rule_inside_asks_for_less() -> None:
    # The United States ask 5% of a private foundation: 500 of 10,000. Another rule asks for 4%,
    # of the value or of prices 3% higher than when 480 were spent, or for 6%.
    america: dict[str, Any] = {"at_least": "5%"}
    little, much = ({"kind": "percent_of_value", "rate": rate} for rate in ("4%", "6%"))
    assert asked("minimum", 10_000, rule=little, **america) == pytest.approx(500)
    assert asked("minimum", 10_000, rule=much, **america) == pytest.approx(600)
    assert asked("minimum", 10_000, rule=much, at_most="5.5%", **america) == pytest.approx(550)
    banded = {"kind": "banded_real", **BAND}
    assert asked("minimum", 10_000, 480, 1.03, rule=banded, **america) == pytest.approx(500)
    assert asked("minimum", 10_000, 500, 1.03, rule=banded, **america) == pytest.approx(515)


@pytest.mark.parametrize(
    ("value", "keys", "expected"),
    [
        (15_000, {"rate": "5%"}, 750),  # 3,000 are above 10,000 at prices 1.2 of the start
        (12_400, {"rate": "5%"}, 400),  # 620 are asked for, 400 are unapplied
        (11_000, {"rate": "5%"}, 0),  # below its investment fund: nothing
        (11_000, {"rate": "5%", "indexed": False}, 550),  # 1,000 are above 10,000 pounds of the day
        (12_400, {"rule": {"kind": "minimum", "rule": FOUR, "at_least": "5%"}}, None),
        (12_400, {"rule": FOUR}, 400),
        (15_000, {"rule": FOUR}, 600),
    ],
)
def test_total_return_spends_what_is_above_the_investment_fund(
    value: float, keys: dict[str, Any], expected: float | None
) -> None:
    # Section 104A of the Charities Act 2011: unapplied total return alone may be spent.
    if expected is None:
        with pytest.raises(ValidationError, match="expected tags"):
            asked("total_return", value, investment_fund=100, **keys)
        return
    assert asked("total_return", value, investment_fund=100, **keys) == pytest.approx(expected)


# What contradicts itself


@pytest.mark.parametrize(
    ("kind", "keys", "message"),
    [
        ("banded_real", {**BAND, "low": "7%"}, "low, 7%, is above high, 6%; expected low at most"),
        ("hybrid_general", {"rate": "5%", "weight": 1.1}, "less than or equal to 1"),
        ("hybrid_general", {"rate": "-5%", "weight": 0.5}, "greater than or equal to 0"),
        ("hybrid_general", {"rate": 0, "weight": 0, "over": "4 months"}, "whole number of quarte"),
        ("smoothed_target", {"rate": "5%", "alpha": 2}, "less than or equal to 1"),
        ("guardrails", {"rate": "5%", "above": "1%", "cut": "50%"}, "the guardrails cross: a cut"),
        ("guardrails", {"rate": "5%", "below": "1%", "rise": "50%"}, "the guardrails cross: a ris"),
        ("hybrid", {"low": "7%"}, "low, 7%, is above high, 6%; expected low at most"),
        ("minimum", {"rule": FOUR, "at_least": "5%", "at_most": "4%"}, "at_least, 5%, is above at"),
        (
            "minimum",
            {"rule": {**FOUR, "first": "2030-01-01"}, "at_least": 0},
            "no dates of its own",
        ),
        ("minimum", {"rule": {"kind": "spend_down", "over": "3 years"}, "at_least": 0}, "expected"),
        ("spend_down", {"over": "3 years", "parts": 2}, "found 2, but the last year of spend_down"),
        ("profile", {"profile": [1.0], "parts": 4}, "found 4, but a profile has months of its own"),
        ("percent_of_value", {"rate": "4%", "parts": 3}, "parts\n  Input should be 1, 2 or 4"),
        ("minimum", {"rule": {**FOUR, "parts": 2}, "at_least": 0}, "state parts outside of it"),
        ("total_return", {"investment_fund": 1}, "either rate or rule, and exactly one of them"),
        ("total_return", {"investment_fund": 1, "rate": 0, "rule": FOUR}, "exactly one of them"),
        ("total_return", {"rate": 0}, "investment_fund\n  Field required"),
        ("total_return", {"investment_fund": "-£1", "rate": 0}, "investment_fund"),
        ("total_return", {"investment_fund": 1, "rate": 0, "release": "10%"}, "state over how lo"),
        (
            "total_return",
            {"investment_fund": 1, "rate": 0, "recouped_over": "10 years"},
            "nothing is released that could be put back",
        ),
        (
            "total_return",
            {"investment_fund": 1, "rate": 0, "release": "10%", "recouped_over": "18 months"},
            "18 months are not a whole number of years",
        ),
        (
            "total_return",
            {"investment_fund": 1, "rate": 0, "release": 0, "recouped_over": "1 year"},
            "greater than 0",
        ),
        (
            "total_return",
            {"investment_fund": 1, "rule": {**FOUR, "first": "2030-01-01"}},
            "no dates of its own",
        ),
        ("minimum", {"rule": FOUR}, "at_least\n  Field required"),
        ("spend_down", {"over": "3 years", "real_return": "-100%"}, "greater than -1"),
    ],
)
def test_what_contradicts_itself_is_refused(kind: str, keys: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        TypeAdapter(AnySpending).validate_python({"kind": kind, **keys})
