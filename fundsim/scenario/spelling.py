"""A resolved scenario in the words of a file: money, rates, durations as people write them."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from fundsim.scenario.keys import basic_string, quoted
from fundsim.scenario.shapes import Shape, fields_of, shape_of
from fundsim.units import MONTHS

_SCALES = (("bn", 10**9), ("m", 10**6), ("k", 10**3))
_DECIMALS = 3  # beyond it plain pounds read better
_LONGEST_RATE = 8


def money(pence: int) -> str:
    """Write pence as money, exactly.

    >>> money(200_000_000_000), money(8_750_000_000), money(123_456)
    ('£2bn', '£87.5m', '£1,234.56')
    """
    pounds = Decimal(pence) / 100
    for unit, scale in _SCALES:
        if pounds >= scale:
            scaled = (pounds / scale).normalize()
            if -int(scaled.as_tuple().exponent) <= _DECIMALS:
                return f"£{scaled:f}{unit}"
            break
    return f"£{pounds:,.2f}" if pence % 100 else f"£{pence // 100:,}"


def rate(value: float) -> str | float:
    """Write a rate in per cent where that is short; it reads back as the same number.

    >>> rate(0.035), rate(1 / 3)
    ('3.5%', 0.3333333333333333)
    """
    percent = f"{(Decimal(repr(value)) * 100).normalize():f}%"
    return percent if len(percent) <= _LONGEST_RATE else value


def duration(months: int) -> str:
    """Write a length of time in the longest unit that it is a whole number of.

    >>> duration(120), duration(18), duration(1)
    ('10 years', '6 quarters', '1 month')
    """
    unit, size = next(
        (unit, size)
        for unit, size in (("year", 12), ("quarter", 3), ("month", 1))
        if not months % size
    )
    return f"{months // size} {unit}{'' if months == size else 's'}"


def month(number: int) -> str:
    """Write a month by its name.

    >>> month(3)
    'March'
    """
    return MONTHS[number - 1]


_SPELLED = {"money": money, "rate": rate, "duration": duration, "month": month}


def spelled(value: Any, shape: Shape) -> Any:  # noqa: ANN401 - a value of a scenario may be of any type
    """Write a resolved value in the words of a file; what is not set is left out."""
    if isinstance(value, BaseModel):
        return table(value)
    if isinstance(value, (dict, list)):
        inner = shape_of(shape.inner)
        if isinstance(value, list):
            return [spelled(one, inner) for one in value]
        return {key: spelled(one, inner) for key, one in value.items()}
    number = isinstance(value, (int, float))
    return _SPELLED[shape.unit](value) if number and shape.unit else value


def table(model: BaseModel) -> dict[str, Any]:
    """Write a table of a scenario as plain values, defaults included, in the words of a file."""
    values = [getattr(model, name) for name in type(model).model_fields]
    shapes = fields_of(type(model))
    words = {
        key: spelled(value, shape)
        for (key, shape), value in zip(shapes.items(), values, strict=True)
        if value is not None
    }
    return {key: words[key] for key in sorted(words, key=lambda key: key != "kind")}


# TOML


def toml(values: dict[str, Any]) -> str:
    """Write plain values as TOML: single values first, then each table under its header."""
    return "\n".join(_lines(values, ())).lstrip("\n") + "\n"


def _lines(values: dict[str, Any], above: tuple[str, ...]) -> list[str]:
    tables = {key: value for key, value in values.items() if isinstance(value, dict)}
    lines = [
        f"{quoted(key)} = {toml_value(value)}" for key, value in values.items() if key not in tables
    ]
    if above and (lines or not tables):
        lines = ["", f"[{'.'.join(quoted(part) for part in above)}]", *lines]
    for key, inner in tables.items():
        lines += _lines(inner, (*above, key))
    return lines


def toml_value(value: Any) -> str:  # noqa: ANN401 - as `spelled`
    """Write one value as TOML."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return _text(value)
        case list():
            return _list(value)
        case dict():
            return _inline(value)
        case date() | time():
            return value.isoformat()
        case _:
            return repr(value)


def _inline(value: Any) -> str:  # noqa: ANN401 - as `spelled`
    if isinstance(value, dict):
        pairs = ", ".join(f"{quoted(key)} = {_inline(inner)}" for key, inner in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[{', '.join(_inline(one) for one in value)}]"
    return basic_string(value) if isinstance(value, str) else toml_value(value)


def _list(values: list[Any]) -> str:
    """Write a list on one line, or each table of a list of tables on a line of its own."""
    if values and all(isinstance(value, dict) for value in values):
        return "\n".join(["[", *(f"  {_inline(value)}," for value in values), "]"])
    return _inline(values)


def _text(text: str) -> str:
    if "\n" not in text:
        return basic_string(text)
    lines = [basic_string(line)[1:-1] for line in text.split("\n")]
    return '"""\n' + "\n".join(lines) + '"""'
