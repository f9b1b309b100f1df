"""How the values of a study stand in its table."""

from __future__ import annotations

from decimal import Decimal

from fundsim.studies.designs import Value
from fundsim.units import parse_money, parse_rate


def cell_of(value: Value | str) -> str:
    """Write what varies as a plain cell: a rate as a fraction, money as pounds, text as it is.

    >>> [cell_of(value) for value in ("3.5%", "£2bn", "wilkie", 0.5, True)]
    ['0.035', '2000000000', 'wilkie', '0.5', 'true']
    """
    if isinstance(value, bool):
        return str(value).lower()
    return _figure(value) or value if isinstance(value, str) else str(value)


def is_figure(value: Value) -> bool:
    """Tell whether the cell of a value is a number: what says so by its type, or by its unit.

    >>> is_figure(0.035), is_figure("3.5%"), is_figure("£2bn"), is_figure("0.035"), is_figure(True)
    (True, True, True, False, False)
    """
    return bool(_figure(value)) if isinstance(value, str) else not isinstance(value, bool)


def _figure(text: str) -> str:
    """Write a rate or an amount of money as a number; nothing for other text."""
    try:
        if text.endswith(("%", "bp")):
            return repr(parse_rate(text))
        if text.startswith("£"):
            return f"{(Decimal(parse_money(text)) / 100).normalize():f}"
    except ValueError:
        return ""
    return ""
