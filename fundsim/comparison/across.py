"""Rules compared in several scenarios: which no other beats, and which is least regretted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fundsim.comparison.choice import Aim, Choice
from fundsim.comparison.compared import Compared
from fundsim.comparison.running import Wanted
from fundsim.errors import InputError, Problem, nearest
from fundsim.metrics.places import SPREADS
from fundsim.scenario import Scenario

AIMS = ("share_to_most_deprived_fifth", "gini_per_head")
"""What is aimed at unless something else is said."""
SHOWN = 6  # decimals of a measure in tables: what differs by less is taken for the same


@dataclass(frozen=True)
class Future:
    """A scenario that rules are tried in: its name, the fund whose rule differs, and it under each.

    `fund` is None where whole scenarios stand in the place of rules.
    """

    name: str
    fund: str | None
    scenarios: Mapping[str, Scenario]

    @property
    def first(self) -> Scenario:
        """The scenario under the first rule."""
        return next(iter(self.scenarios.values()))


def aims_of(names: Sequence[str], wanted: Wanted, future: Future, measure: str) -> list[Aim]:
    """Read what is aimed at; the usual aims, as far as they can be taken, where nothing is named.

    An aim that is no measure, that has no direction, or that cannot be taken is an InputError.
    """
    looking = wanted.looking(future.first, measure, "real", future.first.years)
    lacking = looking.lacking()
    if not names:
        names = [name for name in AIMS if name in looking.names and name not in lacking]
    return [_aim(name, looking.names, lacking) for name in names]


def _aim(name: str, taken: Sequence[str], lacking: Mapping[str, str]) -> Aim:
    if name not in SPREADS:
        hint = nearest(name, SPREADS) or f"; there are {', '.join(SPREADS)}"
        raise InputError([Problem("--aims", "", f'there is no measure "{name}"{hint}')])
    spread = SPREADS[name]
    if not spread.direction:
        message = f"{name} is neither better nor worse when there is more of it; aim at another"
        raise InputError([Problem("--aims", "", message)])
    if name in lacking or name not in taken:
        why = lacking.get(name, "it is not taken; name it with --measures")
        raise InputError([Problem("--aims", "", f"{name} cannot be aimed at: {why}")])
    return Aim(name, spread.title, spread.unit, spread.direction)


def thresholds_of(texts: Sequence[str], aims: Sequence[Aim]) -> dict[str, float]:
    """Read texts such as "gini_per_head=0.2", or "share_to_most_deprived_fifth=30%".

    What cannot be read, or is a threshold of nothing that is aimed at, is an InputError.
    """
    found, names = {}, [aim.name for aim in aims]
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        try:
            number = float(value.removesuffix("%")) / (100 if value.endswith("%") else 1)
        except ValueError:
            number = math.nan
        if not equals or not math.isfinite(number):
            message = f'"{text}" is no threshold; write it as gini_per_head=0.2'
            raise InputError([Problem("--good-enough", "", message)])
        if name not in names:
            hint = nearest(name, names) or f"; aimed at: {', '.join(names)}"
            message = f'"{name}" is not aimed at{hint}; name it with --aims too'
            raise InputError([Problem("--good-enough", "", message)])
        found[name] = number
    return found


def choice(
    found: Mapping[str, Compared], aims: Sequence[Aim], thresholds: Mapping[str, float]
) -> Choice:
    """Choose between rules by the means of some measures, in each scenario that they were tried in.

    `found` has the comparison of the same rules in each scenario, by name.
    """
    rules = next(iter(found.values())).rules
    figures = np.array(
        [[[_mean(one, rule, aim.name) for aim in aims] for one in found.values()] for rule in rules]
    )
    return Choice(rules, list(found), aims, figures.round(SHOWN), thresholds)


def _mean(found: Compared, rule: str, name: str) -> float:
    """Give a measure's mean; infinite where it is on any path."""
    return float(found.parts[rule].measures[name].mean())
