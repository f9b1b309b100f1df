"""The words of a scenario file for money, rates, durations, days and months, and what they mean.

Each type reads a word or a plain number with `Decimal`, refuses `true` and `false`, and gives
editors a JSON Schema with examples. Money becomes whole pence, a rate a yearly fraction, a duration
whole months, a month its number.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from fundsim.errors import nearest
from fundsim.money import LARGEST, pounds

_SCALE = {"": 1, "k": 10**3, "m": 10**6, "bn": 10**9}
_MONEY = re.compile(
    r"(?P<minus>-?)£\s*(?P<digits>[0-9][0-9,_]*(?:\.[0-9]+)?)\s*(?P<scale>[A-Za-z]*)"
)
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|[0-9_]+(\.[0-9]+)?")
_RATE = re.compile(r"(?P<digits>[+-]?[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>%|bp)")
_DURATION = re.compile(r"(?P<count>[0-9]+)\s*(?P<unit>[A-Za-z]+)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
"""The months of a calendar year by the names that files write, whatever the locale."""


def parse_money(value: object) -> int:
    """Read an amount as whole pence.

    >>> parse_money("£87.5m"), parse_money("£2bn"), parse_money(12.34)
    (8750000000, 200000000000, 1234)
    """
    pence = _in_pounds(value) * 100
    if pence != pence.to_integral_value():
        message = f"{value!r} has fractions of a penny; give whole pence"
        raise ValueError(message)
    if pence < 0:
        message = f"{value!r} is negative; amounts are zero or more"
        raise ValueError(message)
    if pence > LARGEST:
        message = f"{value!r} is more than {pounds(LARGEST)}, beyond which pence are lost"
        raise ValueError(message)
    return int(pence)


def _in_pounds(value: object) -> Decimal:
    if isinstance(value, str):
        return _pounds_in_words(value)
    return _number(value, 'money as "£2bn", "£87.5m", "£500k", "£1,250.50" or a number of pounds')


def _pounds_in_words(text: str) -> Decimal:
    found = _MONEY.fullmatch(text.strip())
    if not found or not _GROUPED.fullmatch(found["digits"]):
        message = f'{text!r} is not money; write "£2bn", "£87.5m", "£500k", "£1,250.50" or a number'
        raise ValueError(message)
    scale = found["scale"].lower()
    if scale not in _SCALE:
        hint = nearest(scale, ["k", "m", "bn"])
        message = f'unknown scale "{found["scale"]}" in {text!r}; use k, m or bn{hint}'
        raise ValueError(message)
    amount = Decimal(found["digits"].replace(",", "").replace("_", "")) * _SCALE[scale]
    return -amount if found["minus"] else amount


def parse_rate(value: object) -> float:
    """Read a rate as a fraction: "3.5%" and 0.035 are the same number.

    >>> parse_rate("3.5%") == parse_rate(0.035) == 0.035
    True
    """
    if isinstance(value, str):
        found = _RATE.fullmatch(value.strip())
        if not found:
            message = f'{value!r} is not a rate; write "3.5%" or 0.035'
            raise ValueError(message)
        return float(Decimal(found["digits"]) / (100 if found["unit"] == "%" else 10_000))
    return float(_number(value, 'a rate as "3.5%" or 0.035'))


def parse_duration(value: object) -> int:
    """Read a length of time as whole months.

    >>> parse_duration("12 quarters"), parse_duration("10 years")
    (36, 120)
    """
    if not isinstance(value, str):
        message = f'{value!r} is not a duration; write "12 quarters", "10 years" or "18 months"'
        raise ValueError(message)  # noqa: TRY004 - pydantic collects ValueError
    found = _DURATION.fullmatch(value.strip())
    unit = found["unit"].lower() if found else ""
    months = _MONTHS.get(unit.removesuffix("s"))
    if not found or months is None:
        hint = nearest(unit, ["months", "quarters", "years"])
        what = f'unknown unit "{unit}"' if found else f"{value!r} is not a duration"
        message = f'{what}; write "12 quarters", "10 years" or "18 months"{hint}'
        raise ValueError(message)
    if int(found["count"]) == 0:
        message = f"{value!r} is no time at all; give at least one"
        raise ValueError(message)
    return int(found["count"]) * months


def parse_day(value: object) -> date:
    """Read a day: a date of TOML or Python, or text as 2021-04-01; no number, no time of day.

    >>> parse_day("2021-04-01")
    datetime.date(2021, 4, 1)
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValueError  # noqa: TRY301 - told below, together with days that do not exist
        return date.fromisoformat(value)
    except ValueError:
        shown = str(value).lower() if isinstance(value, bool) else repr(value)
        shown = value.isoformat() if isinstance(value, datetime) else shown
        message = f"{shown} is not a day; write it as 2021-04-01"
        raise ValueError(message) from None


def parse_month(value: object) -> int:
    """Read the name of a month as its number in the calendar year.

    >>> parse_month("March")
    3
    """
    name = value.strip().capitalize() if isinstance(value, str) else ""
    if name not in MONTHS:
        shown = str(value).lower() if isinstance(value, bool) else repr(value)
        message = f'{shown} is not a month; write it as "March"{nearest(name, MONTHS)}'
        raise ValueError(message)
    return MONTHS.index(name) + 1


def check_line(text: str) -> str:
    """Give a title back, or raise ValueError where it is not one line of text."""
    if not text.strip() or not text.isprintable():
        message = "a title is one line of text"
        raise ValueError(message)
    return text


def months_after(day: date, months: int) -> date:
    """Go forward by whole months; a day that the month lacks becomes its last one.

    >>> months_after(date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _number(value: object, expected: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        shown = str(value).lower() if isinstance(value, bool) else repr(value)
        message = f"{shown} is not a number; expected {expected}"
        raise ValueError(message)  # noqa: TRY004 - pydantic collects ValueError
    if isinstance(value, float) and not math.isfinite(value):
        message = f"{value} is not a finite number; expected {expected}"
        raise ValueError(message)
    try:
        return Decimal(str(value))
    except InvalidOperation as error:  # pragma: no cover - str of a finite number always parses
        raise ValueError(expected) from error


def _schema(description: str, pattern: str, examples: list[str], *, number: bool) -> dict[str, Any]:
    text = {"type": "string", "pattern": pattern, "examples": examples}
    if not number:
        return {"description": description, **text}
    return {"description": description, "anyOf": [text, {"type": "number"}]}


Money = Annotated[
    int,
    BeforeValidator(parse_money),
    WithJsonSchema(
        _schema(
            "pounds, as a word or a number",
            r"^£ ?[0-9][0-9,_]*(\.[0-9]+)? ?([kK]|[mM]|[bB][nN])?$",
            ["£2bn", "£87.5m", "£500k"],
            number=True,
        )
    ),
]
Rate = Annotated[
    float,
    BeforeValidator(parse_rate),
    WithJsonSchema(
        _schema(
            "a yearly rate or a share",
            r"^[+-]?[0-9]+(\.[0-9]+)? ?(%|bp)$",
            ["3.5%", "0.6%"],
            number=True,
        )
    ),
]
Duration = Annotated[
    int,
    BeforeValidator(parse_duration),
    WithJsonSchema(
        _schema(
            "a length of time",
            r"^[0-9]+ ?([mM]onths?|[qQ]uarters?|[yY]ears?)$",
            ["12 quarters", "10 years", "18 months"],
            number=False,
        )
    ),
]
Day = Annotated[
    date,
    BeforeValidator(parse_day),
    WithJsonSchema({"description": "a day", "type": "string", "format": "date"}),
]
Month = Annotated[
    int,
    BeforeValidator(parse_month),
    WithJsonSchema({"description": "a month of the year", "type": "string", "enum": [*MONTHS]}),
]
Share = Annotated[Rate, Field(ge=0, le=1)]
Title = Annotated[str, AfterValidator(check_line)]
