"""Rules compared in several scenarios: which no other beats, and which is least regretted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fundsim.comparison.choice import Aim, Choice
from fundsim.comparison.compared import Compared
from fundsim.comparison.inquiry import Future, Inquiry
from fundsim.comparison.spreads import spreads_of
from fundsim.comparison.wanting import Wanted
from fundsim.comparison.words import summary
from fundsim.errors import InputError, Problem, nearest
from fundsim.metrics.places import Spread
from fundsim.results.table import Table

AIMS = ("share_to_most_deprived_fifth", "gini_per_head")
"""What is aimed at unless something else is said."""
AIMED = "--aims"  # where aims are named
SHOWN = 6  # decimals of a measure in tables: what differs by less is taken for the same


def aims_of(names: Sequence[str], wanted: Wanted, future: Future, measure: str) -> list[Aim]:
    """Read what is aimed at; the usual aims, as far as they can be taken, where nothing is named.

    An aim that is no measure, that has no direction, or that cannot be taken is an InputError.
    """
    named = spreads_of(names, future.first, AIMED)
    looking = wanted.and_aimed_at(names).looking(future.first, measure, "real", future.first.years)
    lacking = looking.lacking()
    usual = [looking.spreads[name] for name in AIMS if name in looking.spreads.keys() - lacking]
    return [_aim(spread, lacking.get(spread.name, "")) for spread in named.values() or usual]


def _aim(spread: Spread, lacking: str) -> Aim:
    if not spread.direction:
        lacking = "it is neither better nor worse when there is more of it"
    if lacking:
        raise InputError([Problem(AIMED, spread.name, f"it cannot be aimed at: {lacking}")])
    return Aim.of(spread)


def thresholds_of(texts: Sequence[str], aims: Sequence[Aim]) -> dict[str, float]:
    """Read texts such as "gini_per_head=0.2", or "share_to_most_deprived_fifth=30%".

    What cannot be read, or is a threshold of nothing that is aimed at, is an InputError.
    """
    found, by_name = {}, {aim.name: aim for aim in aims}
    for text in texts:
        name, _, value = (part.strip() for part in text.partition("="))
        if name not in by_name:
            hint = nearest(name, by_name) or f"; aimed at: {', '.join(by_name)}"
            message = f'"{name}" is not aimed at{hint}; name it with --aims too'
            raise InputError([Problem("--good-enough", "", message)])
        try:
            found[name] = by_name[name].read(value)
        except ValueError:
            message = f'"{text}" is no threshold; write it as gini_per_head=0.2'
            raise InputError([Problem("--good-enough", "", message)]) from None
    return found


@dataclass(frozen=True)
class Across:
    """What came of an inquiry: the same rules compared in each of its scenarios, in their order."""

    inquiry: Inquiry
    found: Sequence[Compared]

    @property
    def first(self) -> Compared:
        """The comparison that is told in full."""
        return self.found[0]

    @cached_property
    def choice(self) -> Choice:
        """Choose between the rules by the means of what is aimed at, in each scenario."""
        aims = self.inquiry.aims
        figures = np.array(
            [
                [[_mean(one, rule, aim.name) for aim in aims] for one in self.found]
                for rule in self.first.rules
            ]
        )
        names = [future.name for future in self.inquiry.futures]
        return Choice(self.first.rules, names, aims, figures.round(SHOWN), self.inquiry.thresholds)

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Every table of the first scenario, and those of the choice where anything is aimed at."""
        return {**self.first.tables, **(self.choice.tables if self.inquiry.aims else {})}

    @cached_property
    def sentences(self) -> list[str]:
        """Say who gains and who loses, and which rules no other beats where there are several."""
        told = summary(self.first)
        if len(self.first.rules) == 1 or not self.inquiry.aims:
            return told
        return [*told, "", *self._carried(), *self.choice.sentences()]

    def _carried(self) -> Iterator[str]:
        """Say in which scenarios the stated rule is not their own."""
        for future in self.inquiry.futures:
            if future.rule_of:
                yield (
                    f"In {future.name}, the rule of {future.rule_of} stands in the place of its "
                    f"own, so that {self.first.base} means the same everywhere."
                )


def _mean(found: Compared, rule: str, name: str) -> float:
    """Give a measure's mean; infinite where it is on any path."""
    return float(found.parts[rule].measures[name].mean())
