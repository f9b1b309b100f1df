"""What a rule promises to each area, and which rule shares between which areas in the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fundsim.money import Real
from fundsim.rules.allocation import AllocationRule, Hierarchy, Preset, in_money
from fundsim.rules.allocation.adjusting import Adjusted
from fundsim.rules.allocation.answers import asked
from fundsim.rules.allocation.guarantees import MixWithFloor
from fundsim.rules.allocation.placing import WholePlaces
from fundsim.rules.round import Round, Rows
from fundsim.rules.working import whole


class Promise(NamedTuple):
    """What some areas get at least, in pence, `(area, path)`, and on which paths, `(path,)`.

    `rows` are their rows in the table, `titles` their names.
    """

    rows: Rows
    titles: tuple[str, ...]
    floors: Real
    affordable: NDArray[np.bool_]


def sharing(rule: AllocationRule, round: Round) -> Iterator[tuple[AllocationRule, Round, Rows]]:
    """Give each rule that shares between areas, with its own round, and its areas' rows.

    Through names of presets and levels of a hierarchy; what else is made of rules counts as one.
    """
    if isinstance(rule, Preset):
        yield from sharing(rule.rule, round)
    elif isinstance(rule, Hierarchy):
        between = round.grouped(rule.first.by)
        pots = in_money(asked(rule.first, between, "first"), between).pence
        for rows, pot in zip(round.groups(rule.first.by).values(), pots, strict=True):
            for inner, within, at in sharing(rule.then, round.within(rows).with_pot(pot)):
                yield inner, within, rows[at]
    else:
        yield rule, round, np.arange(len(round))


def promises(rule: AllocationRule, round: Round) -> Iterator[Promise]:
    """Give all that a rule promises: floors that it states, else what its smallest pot pays.

    A rule that says how much it needs pays with so much just what it promises, and is held to that
    with more. Floors of a rule that is adjusted are promises too.
    """
    for inner, within, rows in sharing(rule, round):
        for promise in _own(inner, within):
            yield promise._replace(rows=rows[promise.rows])


def _own(rule: AllocationRule, round: Round) -> Iterator[Promise]:
    everybody = np.arange(len(round))
    if isinstance(rule, Adjusted):
        yield from _around(rule, round)
    elif isinstance(rule, MixWithFloor):
        yield _promise(round, everybody, np.full((len(round), 1), float(rule.floor)))
    elif isinstance(rule, WholePlaces):
        if rule.at_least:
            floors = np.full((len(round), 1), float(rule.at_least * rule.each))
            yield _promise(round, everybody, floors)
    elif needed := rule.needed(round):
        enough = round.with_pot(np.array([needed], np.int64))
        floors = in_money(rule.shares(enough), enough).pence.astype(np.float64)
        yield _promise(round, everybody, floors)


def _around(rule: Adjusted, round: Round) -> Iterator[Promise]:
    """Give the floor that is put around a rule, and what that rule promises itself."""
    members = np.arange(len(round))
    if rule.eligible is not None:
        members = rule.eligible.members(round, "eligible")
    within = round.within(members)
    if rule.floor is not None:
        yield _promise(within, members, rule.floor.of(within, within.money).values)
    for promise in promises(rule.rule, within):
        yield promise._replace(rows=members[promise.rows])


def _promise(round: Round, rows: Rows, floors: Real) -> Promise:
    floors = np.broadcast_to(floors, (len(round), len(round.pot)))
    pays = (round.money > 0) & (whole(floors) <= round.money)
    return Promise(rows, round.titles, floors, pays[0])
