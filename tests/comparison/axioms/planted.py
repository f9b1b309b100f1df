"""Rules that each break an axiom, and a small table to catch them on."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from pydantic import TypeAdapter

from fundsim.comparison.axioms.bench import Bench
from fundsim.comparison.axioms.cards import AXIOMS, card
from fundsim.comparison.axioms.trials import Finding
from fundsim.places import Geography
from fundsim.rules.allocation import AllocationRule, Amounts, AnyAllocation, Ratios
from fundsim.rules.allocation.guarantees import MixWithFloor
from fundsim.rules.allocation.placing import WholePlaces
from fundsim.rules.allocation.targeting import figures
from fundsim.rules.base import Fault
from fundsim.rules.round import Round
from fundsim.rules.working import Working
from tests.rules.little import table

TOWNS = table(
    [1_000, 3_000, 6_000, 2_000, 2_500, 500],
    names=["Ash", "Beck", "Cairn", "Dun", "Esk", "Fold"],
    need=[40, 20, 10, 30, 15, 5],
    claims=[400_000, 300_000, 0, 500_000, 100_000, 20_000],
    poor=[400, 300, 10, 500, 100, 20],
    sums=["claims", "poor"],
)


def found(rule: AllocationRule, axiom: str, areas: Geography = TOWNS, pounds: int = 600) -> Finding:
    """What a card says of one axiom, for a pot in thousands of pounds."""
    assert axiom in AXIOMS
    bench = Bench(rule, areas, "need", pounds * 1_000_00)
    return card("planted", bench, [axiom]).findings[axiom]


def read(**settings: Any) -> AllocationRule:
    """Read a rule as a scenario file states it."""
    rule: AllocationRule = TypeAdapter(AnyAllocation).validate_python(settings)
    return rule


def adjusted(**settings: Any) -> AllocationRule:
    return read(**{"kind": "adjusted", "rule": {"kind": "need_weighted"}} | settings)


def per_head(round_: Round) -> Working:
    people = round_.people()
    return people.over("all people", round_.population.sum()).times("of the money", round_.money)


class Leaks(AllocationRule):
    """A hundredth of the money is lost on the way."""

    kind: Literal["leaks"] = "leaks"

    def shares(self, round: Round) -> Amounts:
        return Amounts.of(per_head(round).times("what arrives", 0.99))


class Overpays(AllocationRule):
    """A hundredth more than there is."""

    kind: Literal["overpays"] = "overpays"

    def shares(self, round: Round) -> Amounts:
        return Amounts.of(per_head(round).times("what is promised", 1.01))


class TakesBack(AllocationRule):
    """Areas of less than 1,000 people pay in."""

    kind: Literal["takes_back"] = "takes_back"

    def shares(self, round: Round) -> Ratios:
        return Ratios.of(round.people().minus("what each can raise", 900.0))


class FirstComes(AllocationRule):
    """More for those who stand higher in the table."""

    kind: Literal["first_comes"] = "first_comes"

    def shares(self, round: Round) -> Ratios:
        rank = np.arange(len(round), 0, -1, dtype=np.float64)
        return Ratios.of(round.people().times("its place from the end", rank))


class LongNames(AllocationRule):
    """More for longer names."""

    kind: Literal["long_names"] = "long_names"

    def shares(self, round: Round) -> Ratios:
        letters = np.array([len(title) for title in round.titles], np.float64)
        return Ratios.of(round.people().times("letters", letters))


class LargeFirst(AllocationRule):
    """Beyond half a million pounds all goes to the largest area alone."""

    kind: Literal["large_first"] = "large_first"

    def shares(self, round: Round) -> Amounts:
        largest = (round.population == round.population.max()).astype(np.float64)
        alone = Working.start("the largest", largest).times("the money", round.money)
        large = figures(round.money > 500_000_00)
        few = per_head(round).times("of a small pot", 1 - large)
        many = alone.times("of a large one", large)
        return Amounts.of(few.plus("or", many), round.pot)


class LessForNeed(AllocationRule):
    """More for areas with less deprivation."""

    kind: Literal["less_for_need"] = "less_for_need"

    def shares(self, round: Round) -> Ratios:
        return Ratios.of(round.people().over("need", round.need()))


class FixedPart(AllocationRule):
    """As if everywhere lived a thousand people more."""

    kind: Literal["fixed_part"] = "fixed_part"

    def shares(self, round: Round) -> Ratios:
        return Ratios.of(round.people().plus("a thousand more", 1_000.0))


class WinnerTakesAll(WholePlaces):
    """All places for the largest area."""

    kind: Literal["winner"] = "winner"  # type: ignore[assignment]  # planted - a kind of its own

    def shares(self, round: Round) -> Amounts:
        largest = (round.population == round.population.max()).astype(np.float64)
        number = (round.pot // self.each).astype(np.float64)[np.newaxis]
        places = Working.start("the largest", largest).times("places", number)
        return Amounts.of(places.times("each", float(self.each)))


class ForgetsItsFloor(MixWithFloor):
    """States a floor, and shares per head."""

    kind: Literal["forgets"] = "forgets"  # type: ignore[assignment]  # planted - as above

    def shares(self, round: Round) -> Amounts:
        return Amounts.of(per_head(round), round.pot)


class ForgetsItsPromise(AllocationRule):
    """Says which pot pays the same to all, and shares larger ones per head."""

    kind: Literal["promises"] = "promises"

    def needed(self, round: Round) -> int:
        return 10_000_00 * len(round)

    def shares(self, round: Round) -> Amounts:
        same = np.broadcast_to(round.money / len(round), (len(round), len(round.pot)))
        large = figures(round.money > float(self.needed(round)))
        shared = Working.start("the same for all", same).times("of a small pot", 1 - large)
        return Amounts.of(shared.plus("or", per_head(round).times("else", large)), round.pot)


class Squares(AllocationRule):
    """By the square of the people."""

    kind: Literal["squares"] = "squares"

    def shares(self, round: Round) -> Ratios:
        return Ratios.of(round.people().to_the_power("squared", 2.0))


class SmallPotsOnly(AllocationRule):
    """Per head, and refuses more than half a million pounds."""

    kind: Literal["small_pots"] = "small_pots"

    def shares(self, round: Round) -> Ratios:
        if (round.pot > 500_000_00).any():
            message = "this is too much"
            raise Fault(message)
        return Ratios.of(round.people())


class TakesALittle(AllocationRule):
    """The last area pays in less than a penny, and the others share what it pays."""

    kind: Literal["takes_a_little"] = "takes_a_little"

    def shares(self, round: Round) -> Ratios:
        """x_i = B · p_i / Σp, but for the last, who gets less than nothing by a trifle of B."""
        people = round.people()
        last = figures(np.arange(len(round)) == len(round) - 1)
        lost = (people.values[-1] + 1e-13 * people.values.sum()) * last[:, np.newaxis]
        return Ratios.of(people.minus("what it pays in", lost))
