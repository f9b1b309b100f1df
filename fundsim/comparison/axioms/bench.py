"""A rule on its data, asked again and again: of other pots, and of tables that are a little other.

Axioms speak of exact shares. Where a rule answers with proportions, what areas are due is taken
from these and knows no rounding; where it answers in pence, each rule that takes part has rounded,
and as much is allowed for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fundsim.comparison.axioms.altered import need_columns
from fundsim.comparison.one_pot import round_of
from fundsim.money import LARGEST, Pence, Real
from fundsim.places import Geography
from fundsim.places.shares import shared_out
from fundsim.rules.allocation import AllocationRule, Amounts, Ratios, every, shared
from fundsim.rules.allocation.placing import WholePlaces
from fundsim.rules.need import Need
from fundsim.rules.round import FIRST, Round, Rows, When
from fundsim.scenario import Scenario

_WORK = 1_200_000  # what keeps a card within some seconds, whoever's clock is counted
_CELLS = 200_000  # areas times pots
_FEWEST, _STEPS = 24, 128
_OF_FLOATS = 1e-9  # what errors of floats come to, as a part of a figure
_OF_PROPORTIONS = 1e-3  # and in pence, where nothing is rounded
_OF_PENCE = 4.0  # two figures of one rule in pence, each within two of its due


@dataclass(frozen=True)
class Dues:
    """What areas are due of each pot, in pence before any rounding of ours, `(area, path)`.

    `rounding` is by how many pence two such figures may differ where they should be the same.
    """

    pence: Real
    rounding: float

    @property
    def slack(self) -> Real:
        """How far from each figure another may be that should be the same, `(area, path)`."""
        return np.asarray(self.rounding + _OF_FLOATS * np.abs(self.pence))


@dataclass(frozen=True)
class Bench:
    """A rule, the table and the need that it shares by, an amount in pence, and the day."""

    rule: AllocationRule
    geography: Geography
    need: Need
    amount: int
    when: When = FIRST

    @classmethod
    def of(cls, scenario: Scenario, fund: str, amount: int) -> Bench:
        """Put a fund's rule on the bench, as in its first round."""
        here = round_of(scenario, fund, amount)
        return cls(scenario.funds[fund].allocation, here.geography, here.need_by, amount, here.when)

    def round(self, pots: Pence | None = None, geography: Geography | None = None) -> Round:
        """Make a round of the amount or of other pots, `(path,)`, in the table or in another."""
        pots = np.array([self.amount], np.int64) if pots is None else pots
        return Round.over(geography or self.geography, self.need, pots, when=self.when)

    def dues(self, geography: Geography | None = None, pots: Pence | None = None) -> Dues:
        """Say what areas are due; a rule that does not apply raises a Fault."""
        here = self.round(pots, geography)
        answer = self.rule.shares(here)
        if isinstance(answer, Ratios):
            parts = shared(answer, here).values
            return Dues(parts[:, np.newaxis] * here.money, _OF_PROPORTIONS)
        rules = len(list(every(self.rule)))
        return Dues(answer.pence.astype(np.float64), _OF_PENCE * rules)

    def paid(self, pots: Pence) -> Pence:
        """Share pots to the penny, as a run does, `(area, path)`.

        Proportions that cannot be shared by (below 0) raise ValueError.
        """
        here = self.round(pots)
        answer = self.rule.shares(here)
        if isinstance(answer, Amounts):
            return answer.pence
        table = self.geography
        return shared_out(here.pot, answer.weights, table.foundation_of, len(table.foundations))

    @cached_property
    def before(self) -> Real:
        """What areas are due of the amount in the table as it is, `(area,)`."""
        return self.dues().pence[:, 0]

    @cached_property
    def tried(self) -> Rows:
        """The areas that are changed one by one: all, or evenly spaced ones of a large table.

        A table is large sooner where many rules take part. Half of the areas are evenly spaced by
        need (in the order of the table where none is stated), and half by people.
        """
        count, rules = len(self.geography), len(list(every(self.rule)))
        most = max(_FEWEST, _WORK // (count * rules * rules))
        if count <= most:
            return np.arange(count)
        spaced = np.linspace(0, count - 1, most // 2).round().astype(np.intp)
        figures = self._ranking, self.geography.population
        orders = [np.argsort(each, kind="stable") for each in figures]
        return np.unique(np.concatenate([order[spaced] for order in orders]))

    @property
    def _ranking(self) -> Real:
        columns, nations = self.geography.columns, self.geography.nations
        figures = np.full(len(nations), np.nan)
        for nation in set(nations):
            inside = np.array([one == nation for one in nations])
            for name in need_columns(self.need, nation)[:1]:
                figures[inside] = columns[name][inside] if name in columns else np.nan
        return figures

    @cached_property
    def pots(self) -> Pence:
        """Pots from nothing to twice the amount, in order; for whole places each number of them.

        Evenly spaced, fewer where the table is large.
        """
        steps = max(8, min(_STEPS, _CELLS // len(self.geography)))
        found = {2 * self.amount * step // steps for step in range(steps + 1)} | {self.amount}
        for rule in every(self.rule):
            if isinstance(rule, WholePlaces):
                around, beside = self.amount // rule.each, steps // 2
                numbers = range(max(around - beside, 0), around + beside + 1)
                found |= {rule.each * number for number in numbers}
        return np.array(sorted(pot for pot in found if pot <= LARGEST), np.int64)

    @property
    def nearest_first(self) -> Rows:
        """Order the pots by how near they are to the amount, `(path,)`."""
        return np.argsort(np.abs(self.pots - self.amount), kind="stable")
