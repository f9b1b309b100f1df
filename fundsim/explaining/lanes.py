"""Rounds and their lots: how far into its foundation's money each area reaches, lane by lane.

A fund whose rounds all share alike has one lane. In another one each round has its own, and where
foundations merge, what is handed over of a lane goes on in one of its own too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fundsim.explaining.history import History, Review
from fundsim.money import Pence, Real, apportion, fractions
from fundsim.places.shares import (
    Lot,
    areas_share,
    foundation_pence,
    foundation_weights,
)
from fundsim.results.lots import lasting_weights
from fundsim.rules.allocation import Amounts, Answer, Ratios, Shared, in_money, shared
from fundsim.rules.round import Round, When
from fundsim.rules.shocks import Failure, Merger, in_order
from fundsim.rules.working import Step
from fundsim.scenario import Scenario

Joining = Merger | Failure


@dataclass(frozen=True)
class Letter:
    """What a round sends to each foundation, `(foundation,)`, and what of it is each area's."""

    pence: Pence
    areas: Pence
    lot: Lot
    direct: bool


@dataclass(frozen=True)
class Sent:
    """A round of a fund whose rounds differ: the rule's answer, and what it sends."""

    review: Review
    answer: Answer
    round: Round
    letters: tuple[Letter, ...]

    @cached_property
    def areas(self) -> Pence:
        """What each area is allocated, `(area,)`."""
        return sum_of([letter.areas for letter in self.letters])

    @cached_property
    def _amounts(self) -> Amounts:
        return in_money(self.answer, self.round, self.areas[:, np.newaxis])

    def told(self, area: int) -> list[Step]:
        """Account for one area's pence."""
        steps = self._amounts.told(area, 0)
        if self.areas[area] or not steps[-1].result:
            return told_parts(steps)
        return [Step("no money for it in this round", "=", 0.0, 0.0, "pence")]


def sum_of(parts: Sequence[Pence]) -> Pence:
    """Add arrays up."""
    whole: Pence = np.add.reduce(parts)
    return whole


def told_parts(steps: Sequence[Step]) -> list[Step]:
    """Leave out how a part of the money is shared where there is none of it on the day."""
    kept: list[Step] = []
    for step in steps:
        place = len(kept)
        while place and kept[place - 1].depth > step.depth:
            place -= 1
        if place < len(kept) and not step.operand and kept[-1].result:
            del kept[place:]
        kept.append(step)
    return kept


@dataclass(eq=False)
class Lane:
    """Money that waits with the same fractions; of a round, or all that a fund ever shares.

    `heirs` has, for each foundation that handed its part over, who took it and the lane in which it
    goes on. `taken` names the lane that this one goes on from, and from whom to whom.
    """

    number: int
    lot: Lot
    direct: bool = False
    sent: Sent | None = None
    letter: Letter | None = None
    taken: tuple[Lane, int, int] | None = None
    heirs: dict[int, tuple[int, Lane]] = field(default_factory=dict)

    @cached_property
    def width(self) -> Real:
        """Each area's share of its foundation's money in this lane, `(area,)`."""
        width = self.lot.width
        return width if width.ndim == 1 else width[:, 0]

    def of_area(self, area: int) -> tuple[int, int]:
        """Name the queue that holds an area's money of this lane: lane and foundation."""
        return self.number, int(self.lot.foundation_of[area])

    def part(self, area: int, pence: int) -> int:
        """Give an area's part of an amount of its foundation, in pence."""
        lower, upper = (
            float(reach[area] if reach.ndim == 1 else reach[area, 0])
            for reach in (self.lot.lower, self.lot.upper)
        )
        return round(upper * pence) - round(lower * pence)

    @property
    def of_round(self) -> Sent | None:
        """The round whose money it is, if it is of one."""
        return self.sent if self.taken is None else self.taken[0].of_round


@dataclass(frozen=True)
class OneLot:
    """How a fund shares every round, where all are shared alike: one lane, and areas' shares."""

    lane: Lane
    shares: Shared

    def told(self, area: int) -> list[Step]:
        """Account for one area's share of any round."""
        return list(self.shares.told(area, 0))


def one_lot(scenario: Scenario, fund: str) -> OneLot | None:
    """Give how a fund shares every round; None where rounds differ."""
    weights = lasting_weights(scenario, fund)
    if weights is None:
        return None
    places = scenario.geography_table
    here = Round.over(places, scenario.geography.need, np.zeros(1, np.int64))
    answer = scenario.funds[fund].allocation.shares(here)
    assert isinstance(answer, Ratios)  # noqa: S101 - only proportions last
    return OneLot(Lane(0, Lot.of(weights, places.foundation_of)), shared(answer, here))


def own_lots(scenario: Scenario, history: History) -> tuple[list[Lane], list[Sent]]:
    """Give all lanes of a fund whose rounds differ, in the order in which they open; its rounds."""
    lanes: list[Lane] = []
    rounds: list[Sent] = []
    served = scenario.geography_table.foundation_of
    before: Pence | None = None
    for event in _events(scenario, history):
        if isinstance(event, (Merger, Failure)):
            giver, taker = _rows(scenario, event)
            served = np.where(served == giver, taker, served)
            lanes += _handed_over(lanes, giver, taker)
            continue
        done = _sent(scenario, history, event, served, before)
        rounds.append(done)
        opened = len(lanes)
        lanes += [
            Lane(opened + place, letter.lot, letter.direct, done, letter)
            for place, letter in enumerate(done.letters, start=1)
        ]
        if history.terms.allocation.changes() and (event.on or before is None):
            before = done.areas if event.on else np.zeros_like(done.areas)
    return lanes, rounds


def _events(scenario: Scenario, history: History) -> Iterator[Review | Joining]:
    """Put reviews and mergers in order; a merger comes before a round of its day."""
    joinings = [one for one in scenario.shocks if isinstance(one, (Merger, Failure))]
    last = history.days.last
    dated: list[tuple[date, int, Review | Joining]] = [
        *((one.on, 0, one) for one in in_order(joinings) if one.on <= last),
        *((one.day, 1, one) for one in history.reviews),
    ]
    return (event for *_, event in sorted(dated, key=lambda one: one[:2]))


def _rows(scenario: Scenario, joining: Joining) -> tuple[int, int]:
    ids = [one.id for one in scenario.geography_table.foundations]
    return ids.index(joining.foundation), ids.index(joining.into)


def _handed_over(lanes: Sequence[Lane], giver: int, taker: int) -> list[Lane]:
    """Open a lane for what each lane hands over."""
    found = []
    for place, lane in enumerate(lanes, start=len(lanes) + 1):
        lot = lane.lot.handed_over(giver, taker)
        heir = Lane(place, lot, lane.direct, taken=(lane, giver, taker))
        lane.heirs[giver] = taker, heir
        found.append(heir)
    return found


def _sent(
    scenario: Scenario,
    history: History,
    review: Review,
    served: NDArray[np.int64],
    before: Pence | None,
) -> Sent:
    """Ask the rule again how a round was shared, as the run did."""
    places, terms = scenario.geography_table, history.terms
    pot = np.array([review.pot], np.int64)
    here = Round.over(
        places,
        scenario.geography.need,
        pot,
        when=When(review.day, terms.spending.first or history.days.start),
        before=None if before is None else before[:, np.newaxis],
    )
    answer = terms.allocation.shares(here)
    return Sent(review, answer, here, tuple(_letters(answer, pot, served, len(places.foundations))))


def _letters(
    answer: Answer, pot: Pence, served: NDArray[np.int64], foundations: int
) -> Iterator[Letter]:
    if isinstance(answer, Ratios):
        weights = foundation_weights(answer.weights, served, foundations)
        sent = apportion(pot, fractions(weights))
        yield _letter(sent, Lot.of(answer.weights, served), direct=False)
        return
    for pence, direct in _parts(answer):
        lot = Lot.of(pence.astype(np.float64), served)
        yield _letter(foundation_pence(pence, served, foundations), lot, direct=direct)


def _parts(answer: Amounts) -> Iterator[tuple[Pence, bool]]:
    """Give what foundations decide on, and what communities do."""
    if answer.direct is None:
        yield answer.pence, False
    else:
        yield answer.pence - answer.direct, False
        yield answer.direct, True


def _letter(sent: Pence, lot: Lot, *, direct: bool) -> Letter:
    return Letter(sent[:, 0], areas_share(sent, lot)[:, 0], lot, direct)
