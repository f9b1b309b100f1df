"""Inflow rules worked by hand."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from fundsim.rules.inflows import AnyInflow, Inflow

RULE: TypeAdapter[Any] = TypeAdapter(AnyInflow)
START = date(2021, 4, 1)


def rule(**settings: Any) -> Inflow:
    found: Inflow = RULE.validate_python(settings)
    return found


@pytest.mark.parametrize("on", [date(2023, 5, 17), "2023-05-17"])
def test_a_lump_arrives_on_its_day(on: object) -> None:
    lump = rule(kind="lump", amount="£2bn", on=on)
    assert lump.arrivals(START) == [(date(2023, 5, 17), 200_000_000_000)]


def test_a_lump_without_a_day_arrives_on_the_start_day() -> None:
    assert rule(kind="lump", amount="£5").arrivals(START) == [(START, 500)]


def test_a_schedule_gives_a_year_its_first_day_and_stands_in_order() -> None:
    amounts = {"2023": "£3", "2021-10-15": "£2", "2021": "£1", "2022": "£2.50"}
    assert rule(kind="schedule", amounts=amounts).arrivals(START) == [
        (date(2021, 4, 1), 100),
        (date(2021, 10, 15), 200),
        (date(2022, 4, 1), 250),
        (date(2023, 4, 1), 300),
    ]


def test_a_start_on_29_february_gives_other_years_the_28th() -> None:
    found = rule(kind="schedule", amounts={"2024": "£1", "2025": "£2", "2028": "£3"})
    days = [day for day, _ in found.arrivals(date(2024, 2, 29))]
    assert days == [date(2024, 2, 29), date(2025, 2, 28), date(2028, 2, 29)]


def test_two_amounts_of_one_day_both_arrive() -> None:
    found = rule(kind="schedule", amounts={"2021": "£2", "2021-04-01": "£1"}).arrivals(START)
    assert found == [(START, 100), (START, 200)]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kind": "lump"}, "Field required"),
        ({"kind": "lump", "amount": "-£1"}, "is negative"),
        ({"kind": "lump", "amount": True}, "true is not a number"),
        ({"kind": "lump", "amount": "£1", "on": "2021-02-30"}, "'2021-02-30' is not a day"),
        ({"kind": "lump", "amount": "£1", "on": "2021"}, "'2021' is not a day"),
        ({"kind": "schedule", "amounts": {}}, "at least 1 item"),
        ({"kind": "schedule", "amounts": {"21": "£1"}}, '"21" is neither a year (2021) nor a day'),
        ({"kind": "schedule", "amounts": {"2021-13-01": "£1"}}, '"2021-13-01" is neither a year'),
        ({"kind": "schedule", "amounts": {"2021": "1bn"}}, "'1bn' is not money"),
        ({"kind": "lump", "amount": "£1", "every": "1 year"}, "Extra inputs"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        rule(**settings)
