"""Choosing between rules: which none beats, which is least regretted, which are good enough.

Whatever is chosen between is called a rule here; a study's are policies, and its scenarios futures.
Figures are of rules (the first axis) in aims or in scenarios, never nan; an aim's direction is +1
where more is better and -1 where less is. Equal figures are equal in everything that is said here:
who compares measured figures rounds them first to what is shown of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fundsim.metrics.places import Spread
from fundsim.money import Real
from fundsim.results.table import Row, Table, plain
from fundsim.units import parse_money
from fundsim.wording import money

Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

FIGURES = ("rule", "scenario", "aim", "unit", "direction", "figure", "regret")
RULES = ("rule", "unbeaten", "beaten_by", "why")
REGRETS = ("aim", "rule", "largest_regret", "in_scenario", "least_of_all")
GOOD_ENOUGH = ("rule", "scenarios_good_enough", "share_of_scenarios", "most_of_all")


@dataclass(frozen=True)
class Aim:
    """What is aimed at: a name, a sentence, a unit, and whether more (+1) or less (-1) is better.

    The unit is one of those of the measures of spread, or of metrics; money is in pounds.
    """

    name: str
    title: str
    unit: str
    direction: int

    @classmethod
    def of(cls, spread: Spread) -> Aim:
        """Aim at a measure."""
        return cls(spread.name, spread.title, spread.unit, spread.direction)

    def read(self, text: str) -> float:
        """Read a figure as a person writes it; a ValueError where it is none.

        >>> Aim("x", "", "share", 1).read("30%"), Aim("x", "", "pounds", 1).read("£5m")
        (0.3, 5000000.0)
        """
        if self.unit == "pounds":
            return parse_money(float(text) if text.replace(".", "", 1).isdigit() else text) / 100
        number = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        if not np.isfinite(number):
            message = f'"{text}" is no figure'
            raise ValueError(message)
        return number

    def told(self, figure: float) -> str:
        """Write a figure as a person says it.

        >>> [Aim("x", "", unit, 1).told(0.25) for unit in ("ratio", "share", "probability")]
        ['0.250', '25.0%', '25.0%']
        """
        if not np.isfinite(figure):
            return "without bound"
        if self.unit in ("share", "probability"):
            return f"{100 * figure:.1f}%"
        if self.unit == "pounds":
            return money(figure)
        if self.unit == "year":
            return f"{figure:.0f}"
        return f"{figure:,.0f}" if self.unit == "areas" else f"{figure:.3f}"


# The front


@dataclass(frozen=True)
class Front:
    """Which rules no other beats, `(rule,)`, and for each of the others one that does, else -1.

    One rule beats another that is at least as good in every aim and better in one.
    """

    unbeaten: Mask
    beaten_by: Places


def front(figures: Real, directions: Sequence[int]) -> Front:
    """Find the Pareto front of figures, `(rule, aim)`.

    Who beats a rule is named from the front: of several there, the best in the first aim, then in
    the second and so on, then the first in order.
    """
    better = _known(figures) * np.asarray(directions)
    if not len(better):
        return Front(np.zeros(0, np.bool_), np.zeros(0, np.intp))
    beaten = np.stack([_beats(better, own) for own in better])  # (rule, by whom)
    unbeaten: Mask = np.logical_not(beaten.any(axis=1))
    order = np.lexsort([np.arange(len(better)), *(-better.T[::-1])])
    from_front = (beaten & unbeaten)[:, order]
    by = np.where(unbeaten, -1, order[from_front.argmax(axis=1)])
    return Front(unbeaten, by)


def _beats(better: Real, own: Real) -> Mask:
    return np.asarray((better >= own).all(axis=1) & (better > own).any(axis=1))


def _known(figures: Real) -> Real:
    if np.isnan(figures).any():
        message = "a figure is missing; rules are chosen between on figures that are all known"
        raise ValueError(message)
    return figures


def same(figures: Real) -> list[list[int]]:
    """Group rules whose figures, `(rule, aim)`, are the same in everything; those alone left out.

    >>> same(np.array([[1.0], [2.0], [1.0]]))
    [[0, 2]]
    """
    _, number = np.unique(figures, axis=0, return_inverse=True)
    groups: dict[int, list[int]] = {}
    for rule, group in enumerate(number.reshape(-1).tolist()):
        groups.setdefault(group, []).append(rule)
    return [group for group in groups.values() if len(group) > 1]


def why_beaten(names: Sequence[str], aims: Sequence[Aim], figures: Real, found: Front) -> list[str]:
    """Say of each rule, `(rule, aim)`, by which other it is beaten, with the figures of both.

    Nothing for one that is not.
    """
    how = "better" if len(aims) == 1 else "at least as good in every aim"
    return [
        "" if by < 0 else f"{names[by]} is {how}: {_against(aims, figures[by], own)}"
        for by, own in zip(found.beaten_by.tolist(), figures, strict=True)
    ]


def _against(aims: Sequence[Aim], other: Real, own: Real) -> str:
    told = []
    for aim, theirs, ours in zip(aims, other.tolist(), own.tolist(), strict=True):
        both = aim.told(theirs), aim.told(ours)
        if theirs == ours:
            told.append(f"{aim.name} {both[0]} in both")
        elif both[0] == both[1]:  # better by less than is shown
            told.append(f"{aim.name} {both[0]} and a little better")
        else:
            told.append(f"{aim.name} {both[0]} against {both[1]}")
    return ", ".join(told)


# Regret, and what is good enough


def regrets(figures: Real, direction: int) -> Real:
    """How much worse each rule is than the best rule in that scenario, `(rule, scenario)`.

    It is 0 for the best, and infinite where the best is without bound and the rule is not.
    """
    better = _known(figures) * direction
    best = np.broadcast_to(better.max(axis=0), better.shape)
    regret = np.zeros(better.shape)
    np.subtract(best, better, out=regret, where=better != best)
    return regret


@dataclass(frozen=True)
class LeastRegret:
    """Each rule's largest regret over all scenarios and where it is, `(rule,)`, and who has least.

    `rules` are several where they tie.
    """

    largest: Real
    where: Places
    rules: tuple[int, ...]


def least_regret(regret: Real) -> LeastRegret:
    """Find the rules whose largest regret is least (minimax regret), from `(rule, scenario)`.

    Savage, The Theory of Statistical Decision, Journal of the American Statistical Association 46,
    1951.
    """
    largest = regret.max(axis=1)
    rules = np.flatnonzero(largest == largest.min()).tolist()
    return LeastRegret(largest, regret.argmax(axis=1), tuple(rules))


def reached(figures: Real, direction: int, threshold: float) -> Mask:
    """Say where figures of any shape are at least as good as a threshold."""
    return np.asarray(_known(figures) * direction >= threshold * direction)


# A whole choice


@dataclass(frozen=True)
class Called:
    """What is chosen between, one and several, and what in, one and several."""

    rule: str
    rules: str
    scenario: str
    scenarios: str


RULE_IN_SCENARIO = Called("rule", "rules", "scenario", "scenarios")


@dataclass(frozen=True)
class Choice:
    """Rules in several scenarios, by several aims: `figures` is `(rule, scenario, aim)`.

    `thresholds` say from which figure on an aim is reached well enough, by its name; a scenario is
    good enough for a rule in which all of them are. `called` is what all these are called in
    sentences.
    """

    rules: Sequence[str]
    scenarios: Sequence[str]
    aims: Sequence[Aim]
    figures: Real
    thresholds: Mapping[str, float] = field(default_factory=dict)
    called: Called = RULE_IN_SCENARIO

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Every table of the choice, by name."""
        return {
            "figures": Table("figures", FIGURES, self._figures),
            "front": Table("front", RULES, self._front),
            "regrets": Table("regrets", REGRETS, self._regrets),
            **(
                {"good_enough": Table("good_enough", GOOD_ENOUGH, self._good_enough)}
                if self.thresholds
                else {}
            ),
        }

    @cached_property
    def regret(self) -> Real:
        """How much worse a rule is than the best in that scenario, `(rule, scenario, aim)`."""
        by_aim = [
            regrets(self.figures[..., number], aim.direction)
            for number, aim in enumerate(self.aims)
        ]
        return np.stack(by_aim, axis=-1)

    @cached_property
    def front(self) -> Front:
        """The rules that no other beats in every aim in every scenario."""
        return front(self._flat, [aim.direction for aim in self._each])

    @property
    def _flat(self) -> Real:
        return self.figures.reshape(len(self.rules), -1)

    @property
    def _each(self) -> list[Aim]:
        """Every aim in every scenario, as one that has the scenario in its name."""
        if len(self.scenarios) == 1:
            return list(self.aims)
        return [
            Aim(f"{aim.name} in {scenario}", aim.title, aim.unit, aim.direction)
            for scenario in self.scenarios
            for aim in self.aims
        ]

    def least_regret(self, aim: int) -> LeastRegret:
        """Find the rules of least regret in one aim."""
        return least_regret(self.regret[..., aim])

    @cached_property
    def good_enough(self) -> Mask:
        """The scenarios in which a rule reaches every threshold, `(rule, scenario)`."""
        good = np.ones(self.figures.shape[:2], np.bool_)
        for number, aim in enumerate(self.aims):
            if aim.name in self.thresholds:
                threshold = self.thresholds[aim.name]
                good &= reached(self.figures[..., number], aim.direction, threshold)
        return good

    def sentences(self) -> Iterator[str]:
        """Say which rules are unbeaten, least regretted, and most often good enough."""
        yield from self.told_of_front()
        if len(self.scenarios) > 1:
            for number in range(len(self.aims)):
                yield self.told_of_regret(number)
        if self.thresholds:
            yield self._told_of_thresholds()

    def told_of_front(self) -> Iterator[str]:
        """Say what is aimed at, and which rules no other beats."""
        names = [self.rules[rule] for rule in np.flatnonzero(self.front.unbeaten).tolist()]
        where = f" in every one of these {self.called.scenarios}" if len(self.scenarios) > 1 else ""
        count = f"{len(names):,} of {len(self.rules):,} {self.called.rules}"
        verb = "is" if len(names) == 1 else "are"
        aims = " and ".join(
            f"{aim.name} ({'more' if aim.direction > 0 else 'less'} is better)" for aim in self.aims
        )
        yield f"Aimed at: {aims}."
        yield (
            f"{count} {verb} beaten by no other, which would be as good in every aim{where} and "
            f"better in one: {'; '.join(names)}."
        )
        for group in same(self._flat):
            yield f"The same in every aim: {'; '.join(self.rules[rule] for rule in group)}."

    def told_of_regret(self, number: int) -> str:
        """Say which rules are least regretted in one aim, and by what at worst."""
        aim, found = self.aims[number], self.least_regret(number)
        first = found.rules[0]
        names = "; ".join(self.rules[rule] for rule in found.rules)
        largest = float(found.largest[first])
        if not largest:
            return f"{aim.name}: no regret in any {self.called.scenario} with {names}."
        scenario = int(found.where[first])
        figures = self.figures[:, scenario, number]
        best = float((figures * aim.direction).max() * aim.direction)
        return (
            f"{aim.name}: least regretted is {names}; at worst, in "
            f"{self.scenarios[scenario]}, it has {aim.told(float(figures[first]))} where "
            f"the best has {aim.told(best)}."
        )

    def _told_of_thresholds(self) -> str:
        counts = self.good_enough.sum(axis=1)
        most = int(counts.max())
        asked = " and ".join(
            f"{aim.name} {'at least' if aim.direction > 0 else 'at most'} "
            f"{aim.told(self.thresholds[aim.name])}"
            for aim in self.aims
            if aim.name in self.thresholds
        )
        if not most:
            where = "" if len(self.scenarios) == 1 else f" in any of these {self.called.scenarios}"
            return f"No {self.called.rule} has {asked}{where}."
        names = "; ".join(self.rules[rule] for rule in np.flatnonzero(counts == most).tolist())
        if len(self.scenarios) == 1:
            return f"{asked}: {names}."
        return (
            f"{asked} in {most:,} of {len(self.scenarios):,} {self.called.scenarios}, the most of "
            f"all: {names}."
        )

    def _figures(self) -> Iterator[Row]:
        for r, rule in enumerate(self.rules):
            for f, scenario in enumerate(self.scenarios):
                for a, aim in enumerate(self.aims):
                    cells = plain(float(self.figures[r, f, a])), plain(float(self.regret[r, f, a]))
                    yield rule, scenario, aim.name, aim.unit, str(aim.direction), *cells

    def _front(self) -> Iterator[Row]:
        whys = why_beaten(self.rules, self._each, self._flat, self.front)
        for rule, by, why in zip(self.rules, self.front.beaten_by.tolist(), whys, strict=True):
            yield rule, _yes(by < 0), self.rules[by] if by >= 0 else "", why

    def _regrets(self) -> Iterator[Row]:
        for number, aim in enumerate(self.aims):
            found = self.least_regret(number)
            for rule, name in enumerate(self.rules):
                worst = plain(float(found.largest[rule])), self.scenarios[int(found.where[rule])]
                yield aim.name, name, *worst, _yes(rule in found.rules)

    def _good_enough(self) -> Iterator[Row]:
        counts = self.good_enough.sum(axis=1)
        for name, count in zip(self.rules, counts.tolist(), strict=True):
            share = plain(count / len(self.scenarios))
            yield name, str(count), share, _yes(count == counts.max())


def _yes(true: bool) -> str:  # noqa: FBT001 - the word for it
    return "yes" if true else "no"
