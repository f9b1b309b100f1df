"""Words of a scenario file: what they mean, and how a wrong one is answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from fundsim.money import LARGEST
from fundsim.units import (
    MONTHS,
    Day,
    Duration,
    Money,
    Month,
    Rate,
    parse_day,
    parse_duration,
    parse_money,
    parse_month,
    parse_rate,
)

# Money


@pytest.mark.parametrize(
    ("written", "pence"),
    [
        ("£2bn", 200_000_000_000),
        ("£2BN", 200_000_000_000),
        ("£ 2 bn", 200_000_000_000),
        ("£87.5m", 8_750_000_000),
        ("£500k", 50_000_000),
        ("£500K", 50_000_000),
        ("£1,250.50", 125_050),
        ("£1,234,567", 123_456_700),
        ("£2_000", 200_000),
        ("  £5 ", 500),
        ("£0", 0),
        ("£0.01", 1),
        ("£0.00001k", 1),
        ("£0.000000001bn", 100),
        ("£100bn", LARGEST),
        (12, 1_200),
        (12.34, 1_234),
        (0.07, 7),
        (1e11, LARGEST),
        (Decimal("1.23"), 123),
    ],
)
def test_money_becomes_whole_pence(written: object, pence: int) -> None:
    assert parse_money(written) == pence


@given(st.integers(0, LARGEST))
def test_every_number_of_pence_can_be_written_as_a_number_of_pounds(pence: int) -> None:
    assert parse_money(Decimal(pence) / 100) == pence
    assert parse_money(f"£{Decimal(pence) / 100:f}") == pence


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("2bn", "'2bn' is not money; write \"£2bn\""),
        ("", "'' is not money"),
        ("two pounds", "is not money"),
        ("£", "is not money"),
        ("£.5", "is not money"),
        ("£1,00", "is not money"),
        ("£1,000_000", "is not money"),
        ("£1e3", "is not money"),
        ("£-5", "is not money"),
        ("£٣bn", "is not money"),
        ("$5", "is not money"),
        ("-£5", "'-£5' is negative; amounts are zero or more"),
        (-1, "-1 is negative"),
        ("£2b", 'unknown scale "b" in \'£2b\'; use k, m or bn (did you mean "bn"?)'),
        ("£2mm", 'unknown scale "mm" in \'£2mm\'; use k, m or bn (did you mean "m"?)'),
        ("£5 million", "unknown scale \"million\" in '£5 million'; use k, m or bn"),
        ("£5p", 'unknown scale "p"'),
        ("£0.005", "'£0.005' has fractions of a penny; give whole pence"),
        ("£0.000001k", "has fractions of a penny"),
        (1.005, "1.005 has fractions of a penny"),
        (0.1 + 0.2, "has fractions of a penny"),
        ("£100.00000000001bn", "is more than £100,000,000,000.00, beyond which pence are lost"),
        (1e300, "is more than £100,000,000,000.00"),
        (True, 'true is not a number; expected money as "£2bn"'),
        (False, "false is not a number"),
        (None, "None is not a number"),
        ([1], "[1] is not a number"),
        (float("nan"), "nan is not a finite number"),
        (float("inf"), "inf is not a finite number"),
    ],
)
def test_what_is_not_money_is_answered(written: object, answer: str) -> None:
    with pytest.raises(ValueError, match=re.escape(answer)):
        parse_money(written)


# Rates


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        ("3.5%", 0.035),
        ("3.5 %", 0.035),
        (" 3.5% ", 0.035),
        ("100%", 1.0),
        ("0%", 0.0),
        ("-1.2%", -0.012),
        ("+2%", 0.02),
        ("60bp", 0.006),
        ("60 bp", 0.006),
        (0.035, 0.035),
        (1, 1.0),
        (-0.5, -0.5),
    ],
)
def test_a_rate_becomes_a_fraction(written: object, rate: float) -> None:
    found = parse_rate(written)
    assert isinstance(found, float)
    assert found == rate


@given(st.decimals(-1000, 1000, places=6))
def test_a_percentage_and_its_fraction_are_the_same_number(percent: Decimal) -> None:
    assert parse_rate(f"{percent:f}%") == parse_rate(percent / 100) == float(percent / 100)


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("3.5", "'3.5' is not a rate; write \"3.5%\" or 0.035"),
        ("%", "is not a rate"),
        (".5%", "is not a rate"),
        ("3,5%", "is not a rate"),
        ("1e-2%", "is not a rate"),
        ("٣%", "is not a rate"),
        ("3.5 percent", "is not a rate"),
        ("", "is not a rate"),
        (True, 'true is not a number; expected a rate as "3.5%" or 0.035'),
        (None, "None is not a number"),
        (float("nan"), "nan is not a finite number"),
        (float("-inf"), "-inf is not a finite number"),
    ],
)
def test_what_is_not_a_rate_is_answered(written: object, answer: str) -> None:
    with pytest.raises(ValueError, match=re.escape(answer)):
        parse_rate(written)


# Durations


@pytest.mark.parametrize(
    ("written", "months"),
    [
        ("12 quarters", 36),
        ("1 quarter", 3),
        ("10 years", 120),
        ("1 year", 12),
        ("18 months", 18),
        ("18months", 18),
        ("1 month", 1),
        (" 2 Years ", 24),
        ("3 YEARS", 36),
    ],
)
def test_a_duration_becomes_months(written: str, months: int) -> None:
    assert parse_duration(written) == months


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("0 years", "'0 years' is no time at all; give at least one"),
        ("10 yaers", 'unknown unit "yaers"; write "12 quarters", "10 years" or "18 months"'),
        ("10 yaers", '(did you mean "years"?)'),
        ("3 quaters", '(did you mean "quarters"?)'),
        ("2 monhts", '(did you mean "months"?)'),
        ("3 fortnights", 'unknown unit "fortnights"'),
        ("3", "'3' is not a duration"),
        ("years", "is not a duration"),
        ("-3 years", "is not a duration"),
        ("1.5 years", "is not a duration"),
        ("٣ years", "is not a duration"),
        ("", "is not a duration"),
        (3, '3 is not a duration; write "12 quarters", "10 years" or "18 months"'),
        (True, "True is not a duration"),
        (None, "None is not a duration"),
    ],
)
def test_what_is_not_a_duration_is_answered(written: object, answer: str) -> None:
    with pytest.raises(ValueError, match=re.escape(answer)):
        parse_duration(written)


# Days


@pytest.mark.parametrize("written", ["2024-02-29", date(2024, 2, 29)])
def test_a_day_is_a_date_or_reads_as_one(written: object) -> None:
    assert parse_day(written) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2021-4-1", "'2021-4-1'"),
        ("2021-02-30", "'2021-02-30'"),
        ("20210401", "'20210401'"),
        ("2021-04-01T00:00", "'2021-04-01T00:00'"),
        ("2٢21-04-01", "'2٢21-04-01'"),
        (20210401, "20210401"),
        (True, "true"),
        (None, "None"),
        (datetime(2021, 4, 1, 12), "2021-04-01T12:00:00"),  # noqa: DTZ001 - as TOML may hold it
    ],
)
def test_what_is_not_a_day_is_answered(written: object, shown: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{shown} is not a day; write it as 2021-04-0")):
        parse_day(written)


# Months


@pytest.mark.parametrize(("written", "number"), [("March", 3), ("march", 3), (" DECEMBER ", 12)])
def test_a_month_is_its_number(written: str, number: int) -> None:
    assert parse_month(written) == number


def test_there_are_twelve_months_in_english() -> None:
    assert [parse_month(name) for name in MONTHS] == list(range(1, 13))


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("Mrch", '\'Mrch\' is not a month; write it as "March" (did you mean "March"?)'),
        ("sept", '(did you mean "September"?)'),
        ("", "'' is not a month"),
        (3, '3 is not a month; write it as "March"'),
        (True, "true is not a month"),
        (None, "None is not a month"),
    ],
)
def test_what_is_not_a_month_is_answered(written: object, answer: str) -> None:
    with pytest.raises(ValueError, match=re.escape(answer)):
        parse_month(written)


# As types of a schema


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (Money, "£2bn", 200_000_000_000),
        (Rate, "3.5%", 0.035),
        (Duration, "12 quarters", 36),
        (Day, "2021-04-01", date(2021, 4, 1)),
        (Month, "April", 4),
    ],
)
def test_a_type_reads_words_and_its_own_values_from_python(
    kind: Any, written: str, value: object
) -> None:
    assert TypeAdapter(kind).validate_python(written) == value


@pytest.mark.parametrize("kind", [Money, Rate, Duration, Day, Month])
@pytest.mark.parametrize("wrong", [True, False, None, [], {}, "no", float("nan")])
def test_a_type_refuses_what_its_reader_refuses(kind: Any, wrong: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(wrong)


@pytest.mark.parametrize(
    ("kind", "read", "or_else"),
    [
        (Money, parse_money, [{"type": "number"}]),
        (Rate, parse_rate, [{"type": "number"}]),
        (Duration, parse_duration, []),
    ],
)
def test_the_schema_shows_examples_that_it_accepts_and_the_reader_reads(
    kind: Any, read: Callable[[object], object], or_else: list[object]
) -> None:
    schema = TypeAdapter(kind).json_schema()
    (text, *others) = schema.get("anyOf", [schema])
    assert others == or_else
    assert schema["description"]
    assert len(text["examples"]) >= 2
    for example in text["examples"]:
        assert re.search(text["pattern"], example)
        read(example)
