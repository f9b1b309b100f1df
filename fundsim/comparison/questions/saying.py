"""Figures in the sentences of a comparison: shares, people, names."""

from __future__ import annotations

from collections.abc import Sequence

from fundsim.comparison.one_pot import AS_STATED
from fundsim.wording import counted

_MILLION = 1_000_000
_NEARLY, _LAST = 0.9995, 99.99  # so that what is not all is not said to be all


def percent(share: float) -> str:
    """Write a share in per cent, to a tenth.

    >>> percent(0.95), percent(0.12345), percent(-0.795), percent(0.9996), percent(0.99999)
    ('95%', '12.3%', '-79.5%', '99.96%', '99.99%')
    """
    if _NEARLY <= share < 1:
        return f"{min(100 * share, _LAST):.2f}%"
    return f"{100 * share:.1f}".removesuffix(".0") + "%"


def spoken(rule: str) -> str:
    """Name a rule in a sentence.

    >>> spoken("per_capita"), spoken("as stated")
    ('per_capita', "the scenario's own rule")
    """
    return "the scenario's own rule" if rule == AS_STATED else rule


def people(number: float) -> str:
    """Write how many people there are.

    >>> people(1), people(25_100), people(25_100_000)
    ('1 person', '25,100 people', '25.1m people')
    """
    if number >= _MILLION:
        return f"{number / _MILLION:.1f}m people"
    return "1 person" if round(number) == 1 else f"{number:,.0f} people"


def named(names: Sequence[str], most: int = 3) -> str:
    """Write names as a list, the first few of many.

    >>> named(["Leeds"]), named(["Leeds", "Hull", "York"]), named(["A", "B", "C", "D", "E"])
    ('Leeds', 'Leeds, Hull and York', 'A, B, C and 2 more')
    """
    if len(names) > most + 1:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def areas_and_people(areas: int, number: float) -> str:
    """Write how many areas there are, and how many people live in them.

    >>> areas_and_people(1, 4000)
    '1 area with 4,000 people'
    """
    return f"{counted(areas, 'area')} with {people(number)}"
