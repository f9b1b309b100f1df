"""What pictures call the rules of a comparison: a letter each, and a name that is not too long."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from fundsim.charts.language import say
from fundsim.charts.lettering import ELLIPSIS
from fundsim.comparison.naming import settings_of
from fundsim.comparison.one_pot import AS_STATED
from fundsim.results import Table

MOST = 8  # rules in one picture
LONGEST = 64  # characters of a name in a picture
STRUCTURE = re.compile(r"[{\[]")  # a rule's text that holds these is code more than a name


@dataclass(frozen=True)
class Named:
    """A rule as pictures show it."""

    letter: str
    rule: str

    @property
    def short(self) -> str:
        """Its name, shortened where it is long."""
        return shortened(self.rule)

    @property
    def cut(self) -> bool:
        """Whether something of the name is left out."""
        return self.rule not in (AS_STATED, self.short)


def lettered(rules: Sequence[str]) -> tuple[Named, ...]:
    """Give each rule its letter, in the order in which they were compared."""
    return tuple(Named(letter(place), rule) for place, rule in enumerate(rules))


def letter(place: int) -> str:
    """Give the letter of a place; after Z come AA, AB and so on.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    before, own = divmod(place, len(ascii_uppercase))
    return (letter(before - 1) if before else "") + ascii_uppercase[own]


def letters_of(rules: Sequence[str]) -> dict[str, str]:
    """Give the letters by rule."""
    return {one.rule: one.letter for one in lettered(rules)}


def named_in(table: Table) -> list[Named]:
    """List the rules of a chart's table, each once, in its order."""
    pairs = zip(table.column("letter"), table.column("rule"), strict=True)
    return [Named(*pair) for pair in dict.fromkeys(pairs)]


def shortened(rule: str) -> str:
    """Write a rule without what its text owes to being a setting, and not too long.

    >>> shortened("need_weighted(steepness=2)")
    'need_weighted(steepness=2)'
    >>> shortened("adjusted(rule={kind='need_weighted'}, floor={of_per_capita='95%'})")
    'adjusted(need_weighted, floor(of_per_capita=95%))'
    """
    if rule == AS_STATED:
        return say(AS_STATED)
    text = _plain(rule) if STRUCTURE.search(rule) else rule
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST - 1].rstrip(" ,(=") + ELLIPSIS


def _plain(rule: str) -> str:
    try:
        settings = settings_of(rule)
    except ValueError:  # no rule's text but a name of somebody's own, as that of a scenario
        return rule
    if "preset" in settings:
        settings["kind"] = settings.pop("preset")
    return _written(settings)


def _written(value: Any) -> str:  # noqa: ANN401 - a value of a file may be of any type
    if isinstance(value, Mapping):
        inside = ", ".join(_entry(key, each) for key, each in value.items() if key != "kind")
        kind = str(value.get("kind", ""))
        return f"{kind}({inside})" if inside or not kind else kind
    if isinstance(value, list):
        return " + ".join(map(_written, value))
    return str(value)


def _entry(key: str, value: Any) -> str:  # noqa: ANN401 - as above
    if isinstance(value, Mapping):
        return _written(value) if "kind" in value else f"{key}{_written(value)}"
    return f"{key}={_written(value)}"
