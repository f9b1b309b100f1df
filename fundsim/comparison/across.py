"""Rules compared in several scenarios: which no other beats, and which is least regretted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from fundsim.comparison.choice import Aim, Choice
from fundsim.comparison.compared import Compared
from fundsim.errors import InputError, Problem, nearest
from fundsim.metrics.places import SPREADS

AIMS = ("share_to_most_deprived_fifth", "gini_per_head")
"""What is aimed at unless something else is said."""
SHOWN = 6  # decimals of a measure in tables: what differs by less is taken for the same


def choice(
    found: Mapping[str, Compared],
    aims: Sequence[str] = (),
    thresholds: Mapping[str, float] | None = None,
) -> Choice:
    """Choose between rules by the means of some measures, in each scenario that they were tried in.

    `found` has the comparison of the same rules in each scenario, by name. An aim that is no
    measure, that has no direction, or that was not taken is an InputError.
    """
    first = next(iter(found.values()))
    named = [_aim(name, first) for name in aims or AIMS]
    figures = np.array(
        [
            [[_mean(one, rule, aim.name) for aim in named] for one in found.values()]
            for rule in first.rules
        ]
    )
    return Choice(first.rules, list(found), named, figures.round(SHOWN), thresholds or {})


def _aim(name: str, found: Compared) -> Aim:
    if name not in SPREADS:
        hint = nearest(name, SPREADS) or f"; there are {', '.join(SPREADS)}"
        raise InputError([Problem("--aims", "", f'there is no measure "{name}"{hint}')])
    spread = SPREADS[name]
    if not spread.direction:
        message = f"{name} is neither better nor worse when there is more of it; aim at another"
        raise InputError([Problem("--aims", "", message)])
    if name not in found.parts[found.base].measures:
        why = found.looking.lacking().get(name, "it was not taken; name it with --measures")
        raise InputError([Problem("--aims", "", f"{name} cannot be aimed at: {why}")])
    return Aim(name, spread.title, spread.unit, spread.direction)


def _mean(found: Compared, rule: str, name: str) -> float:
    """Give a measure's mean; infinite where it is on any path."""
    return float(found.parts[rule].measures[name].mean())


def thresholds_of(texts: Sequence[str]) -> dict[str, float]:
    """Read texts such as "gini_per_head=0.2", or "share_to_most_deprived_fifth=30%"."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        try:
            number = float(value.removesuffix("%")) / (100 if value.endswith("%") else 1)
        except ValueError:
            number, equals = 0.0, ""
        if not equals:
            message = f'"{text}" is no threshold; write it as gini_per_head=0.2'
            raise InputError([Problem("--good-enough", "", message)])
        found[name.strip()] = number
    return found
