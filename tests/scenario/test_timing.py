"""What is said of when a fund spends, and of a rate outside its own bounds."""

from __future__ import annotations

from typing import Any

import pytest

from fundsim.scenario import load, notes, show
from fundsim.scenario.timing import notable_timing


def with_rule(rule: dict[str, Any], **fund: Any) -> Any:
    nothing = {"funds.luc.spending": {"kind": "percent_of_value", "rate": 0}}
    own = {f"funds.luc.{key}": value for key, value in fund.items()}
    return load("kruger-endowment").but(nothing).but({"funds.luc.spending": rule, **own})


def test_a_scenario_says_when_in_the_year_its_funds_spend() -> None:
    line = "a year's spending is decided on 1 April 2022 and its anniversaries"
    assert f"funds.luc: {line}, and all of it leaves that day" in show(load("kruger-endowment"))
    alarmed = load("kruger-endowment").but({"funds.luc.alarm": {"fall": "20%"}})
    assert f"{line}, or sooner where its alarm rings, and all" in show(alarmed)


def test_parts_are_told_with_what_an_alarm_does_to_them() -> None:
    parted = load("kruger-endowment").but({"funds.luc.spending.parts": 4})
    said = "and leaves in 4 equal parts, the first that day and the others every 3 months"
    assert said in show(parted)
    assert "dropped" not in show(parted)
    alarmed = parted.but({"funds.luc.alarm": {"fall": "20%"}})
    assert "where the alarm rings, the parts still to come are dropped" in show(alarmed)


def test_a_summary_says_it_where_spending_is_in_parts_or_goes_on_from_last_year() -> None:
    band = {"kind": "banded_real", "rate": "5%", "low": "4%", "high": "6%"}
    inside = {"kind": "minimum", "at_least": "1%", "rule": band}
    plain = {"kind": "percent_of_value", "rate": "4%"}
    corridor = {**band, "kind": "target_corridor"}
    told = [
        len(notable_timing(with_rule(rule)))
        for rule in (band, inside, {**plain, "parts": 2}, plain, corridor)
    ]
    assert told == [1, 1, 1, 0, 0]


def test_one_part_changes_no_fingerprint_and_two_do() -> None:
    base = load("kruger-endowment")
    one, two = (base.but({"funds.luc.spending.parts": parts}) for parts in (1, 2))
    assert one.fingerprint == base.fingerprint
    assert two.fingerprint != base.fingerprint
    assert two.rules_fingerprint != base.rules_fingerprint


def test_a_profile_says_that_it_spends_month_by_month() -> None:
    closes = {"on": "2025-04-01", "residue": "treasury"}
    made = with_rule({"kind": "profile", "profile": [0.5, 0.5]}, closes=closes)
    assert "spending leaves month by month, by the profile, from 1 April 2021 on" in show(made)


BAND: dict[str, Any] = {"kind": "banded_real", "low": "4%", "high": "6%"}


@pytest.mark.parametrize(
    ("rate", "said"),
    [("3%", "rate, 3%, is below low, 4%"), ("7%", "rate, 7%, is above high, 6%")],
)
def test_a_rate_outside_its_own_bounds_is_remarked_on(rate: str, said: str) -> None:
    band = {**BAND, "rate": rate}
    inside = {"kind": "minimum", "at_least": "1%", "rule": band}
    for rule, key in ((band, "spending"), (inside, "spending.rule")):
        found = [line for line in notes(with_rule(rule)) if said in line]
        assert len(found) == 1
        assert found[0].startswith(f"funds.luc: {key}.rate")


@pytest.mark.parametrize("rate", ["4%", "5%", "6%"])
def test_a_rate_within_its_bounds_is_not(rate: str) -> None:
    assert not [line for line in notes(with_rule({**BAND, "rate": rate})) if "so that" in line]
