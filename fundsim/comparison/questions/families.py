"""Families of rules: one text with ranges and choices in it stands for many rules.

need_weighted(steepness=0:3:0.25) is one rule for each steepness from 0 to 3 by 0.25, and
threshold_per_head(people=lbn_pop|cni23_pop) one for each column. Ranges and choices stand after an
equals sign, inside of tables too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from fundsim.comparison.naming import split
from fundsim.errors import InputError, Problem

FAMILY = "--family"
MOST = 1000  # rules of all families together

RATES = ("%", "bp")
_NUMBER = r"(-?)(£?)([0-9]+(?:\.[0-9]+)?)\s*(%|bp|k|m|bn)?"
_ONE = re.compile(_NUMBER)
_SLOT = re.compile(
    r"""(?P<key>[A-Za-z_][\w-]*)\s*=\s*(?P<quote>["']?)(?P<value>[^=,()\[\]{}"']+)"""
)


@dataclass(frozen=True)
class Member:
    """One rule of a family, and the options that stand at an end of their range in it."""

    text: str
    ends: Sequence[str] = ()


@dataclass(frozen=True)
class _Slot:
    """A place in a text where there is a choice: where it stands, and what may stand there."""

    begin: int
    end: int
    key: str
    values: Sequence[str]
    ordered: bool


def members(texts: Sequence[str], option: str = FAMILY) -> list[Member]:
    """Expand texts of rules, with commas between, into single rules, each once.

    What cannot be read as a range, and more rules than can be tried, is an InputError.
    """
    found: dict[str, Member] = {}
    problems: list[Problem] = []
    for text in (one for several in texts for one in split(several)):
        try:
            for member in expanded(text):
                found.setdefault(member.text, member)
        except ValueError as error:
            problems.append(Problem(option, text, str(error)))
    if len(found) > MOST:
        message = f"found {len(found):,} rules in all, expected at most {MOST:,}; try larger steps"
        problems.append(Problem(option, "", message))
    if problems:
        raise InputError(problems)
    return list(found.values())


def expanded(text: str) -> list[Member]:
    """Give every rule of one text; a text without ranges and choices is one rule.

    >>> [member.text for member in expanded("need_weighted(steepness=0:1:0.5)")]
    ['need_weighted(steepness=0)', 'need_weighted(steepness=0.5)', 'need_weighted(steepness=1)']
    """
    slots = list(_slots(text))
    count = 1
    for slot in slots:
        count *= len(slot.values)
    if count > MOST:
        message = f"this is {count:,} rules, expected at most {MOST:,}; try larger steps"
        raise ValueError(message)
    places = product(*(range(len(slot.values)) for slot in slots))
    return [_member(text, slots, chosen) for chosen in places]


def _member(text: str, slots: Sequence[_Slot], chosen: Sequence[int]) -> Member:
    parts, reached, ends = [], 0, []
    for slot, number in zip(slots, chosen, strict=True):
        parts += [text[reached : slot.begin], slot.values[number]]
        reached = slot.end
        if slot.ordered and number in {0, len(slot.values) - 1}:
            ends.append(f"{slot.key}={slot.values[number]}")
    return Member("".join([*parts, text[reached:]]), tuple(ends))


def _slots(text: str) -> Sequence[_Slot]:
    found = []
    for match in _SLOT.finditer(text):
        value = match["value"].strip()
        ordered = ":" in value
        if not ordered and "|" not in value:
            continue
        values = _range(value) if ordered else [one.strip() for one in value.split("|")]
        if not all(values):
            message = f'"{value}" has an empty choice; write it as lbn_pop|cni23_pop'
            raise ValueError(message)
        begin = match.start("value")
        several = ordered and len(values) > 1
        found.append(_Slot(begin, begin + len(match["value"]), match["key"], values, several))
    return found


def _range(text: str) -> list[str]:
    """Write out a range a:b:step, both ends included where a step meets them."""
    numbers = [_ONE.fullmatch(part.strip()) for part in text.split(":")]
    if len(numbers) != 3 or not all(numbers):
        message = f'"{text}" is no range; write it as 0:3:0.25, from, to and step'
        raise ValueError(message)
    first, last, step = (_signed(number) for number in numbers if number)
    if step <= 0 or last < first:
        message = f'"{text}" leads nowhere; write the lower end first, and a step above 0'
        raise ValueError(message)
    units = {(number[2], number[4] or "") for number in numbers if number and _signed(number)}
    if len(units) != 1:  # nothing is nothing in any of them
        message = f'"{text}" has several units; write all three in the same one'
        raise ValueError(message)
    if (last - first) / step >= MOST:
        message = f'"{text}" has more than {MOST:,} steps; try larger ones'
        raise ValueError(message)
    ((pound, unit),) = units
    steps = range(int((last - first) / step) + 1)
    return [_written(first + step * number, pound, unit) for number in steps]


def _signed(number: re.Match[str]) -> Decimal:
    return Decimal(number[1] + number[3])


def _written(value: Decimal, pound: str, unit: str) -> str:
    if not value:
        return f"{pound}0{unit if unit in RATES else ''}"
    sign = "-" if value < 0 else ""
    return f"{sign}{pound}{abs(value).normalize():f}{unit}"
