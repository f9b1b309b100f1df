"""What keys and futures of a study are called, and how its file writes their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from fundsim.studies.designs import Cell, Drawn, Value
from fundsim.studies.plan import Plan

LONGEST = 24  # signs of a future that is called by its values
SHORT = 2  # words of a key that a last word alone tells
DIGITS = 3  # of a value that was drawn


def called(plan: Plan, key: str) -> str:
    """Say what a key is called: by itself, where the study does not call it something else."""
    for block in plan.loaded.study.vary.values():
        if isinstance(block, Drawn) and key in block.distributions:
            return block.name_of(key)
    return key


def sign_of(plan: Plan, key: str) -> str:
    """Tell whether a study's file writes a key's values as rates, as money, or as plain numbers."""
    return _sign(_written(plan, key))


def _written(plan: Plan, key: str) -> object:
    """Give what a study's file says of the values of a key."""
    for block in plan.loaded.document.values["vary"].values():
        for part in ("distributions", "values"):
            if key in block.get(part, {}):
                return block[part][key]
    return None


def _sign(written: object) -> str:
    if isinstance(written, Mapping):
        return _sign([*written.values()])
    every = written if isinstance(written, list) else []
    texts = [text for text in every if isinstance(text, str)]
    if any(text.endswith("%") for text in texts):
        return "%"
    return "£" if any("£" in text for text in texts) else ""


def number(value: Decimal, sign: str) -> str:
    """Write a value as a study's file writes it, with all its digits.

    >>> number(Decimal("0.009"), "%"), number(Decimal("2.5E+6"), "£"), number(Decimal("1.50"), "")
    ('0.9%', '£2,500,000', '1.5')
    """
    if sign == "%":
        return f"{(value * 100).normalize():f}%"
    return f"{sign}{value.normalize():,f}"


def name_of_future(cell: Cell, place: int) -> str:
    """Call a future by its values where these are words and short, else by its number.

    >>> [name_of_future(Cell({"fees": fees}), 4) for fees in ("dear", 0.0123456)]
    ['dear', 'future 4']
    """
    words = all(isinstance(value, str) for value in cell.columns.values())
    label = label_of_future(cell)
    return label if words and len(label) <= LONGEST else f"future {place}"


def label_of_future(cell: Cell) -> str:
    """Write a future's values, one after the other."""
    return ", ".join(map(str, cell.columns.values()))


def told_of(plan: Plan, cell: Cell) -> str:
    """Say what a run or a future is, each key by what it is called, or by as much as tells it."""
    told = []
    for key, value in cell.columns.items():
        name = called(plan, key)
        short = _short(key, list(cell.columns)) if name == key else name
        told.append(f"{short.replace('_', ' ').replace('.', ' ')} {_as_written(plan, key, value)}")
    return ", ".join(told)


def _as_written(plan: Plan, key: str, value: Value) -> str:
    if isinstance(value, float):
        return number(Decimal(f"{value:.{DIGITS}g}"), sign_of(plan, key))
    return str(value)


def _short(key: str, keys: Sequence[str]) -> str:
    """Leave out the beginning of a dotted key, as far as no other key ends like it.

    Of a long one, two words are left, which say what of which.

    >>> _short("markets.fee", ["markets.fee", "funds.luc.fee"]), _short("markets.fee", [])
    ('markets.fee', 'fee')
    >>> _short("funds.luc.spending.rate", [])
    'spending.rate'
    """
    words = key.split(".")
    ends = (".".join(words[-n:]) for n in range(1 if len(words) <= SHORT else 2, len(words) + 1))
    others = [f".{other}" for other in keys if other != key]
    return next((end for end in ends if not any(o.endswith(f".{end}") for o in others)), key)
