"""One pot, shared out once under several rules: nothing is simulated, and nothing is uncertain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from fundsim.errors import InputError, Problem
from fundsim.money import Pence, pounds
from fundsim.places.shares import shared_out
from fundsim.rules.allocation import (
    AllocationRule,
    Amounts,
    Answer,
    Programmes,
    in_money,
)
from fundsim.rules.base import Fault
from fundsim.rules.round import Round, When
from fundsim.rules.working import Told
from fundsim.scenario import Scenario

AS_STATED = "as stated"
"""What tables call the scenario's own rule."""


@dataclass(frozen=True)
class Share:
    """What one rule makes of the pot: whole pence by area, `(area,)`, and what to know of it.

    `programmes` has what of it is each programme's; `told` accounts for one area's pence.
    """

    rule: AllocationRule
    pence: Pence
    told: Told
    programmes: Mapping[str, Pence] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class OnePot:
    """One pot of a fund under several rules, by name; the first is held against the others."""

    scenario: Scenario
    fund: str
    amount: int
    shares: Mapping[str, Share]


def share_one_pot(
    scenarios: Mapping[str, Scenario],
    fund: str,
    amount: int,
    *,
    day: date | None = None,
) -> OnePot:
    """Share `amount` pence once, as a round of the fund on a day would be, under each scenario.

    The scenarios differ in the fund's rule alone. A pot that is too small for what a rule promises
    is an InputError that says how much is needed.
    """
    base = next(iter(scenarios.values()))
    problems: list[Problem] = []
    shares: dict[str, Share] = {}
    for name, scenario in scenarios.items():
        round_ = round_of(scenario, fund, amount, day)
        try:
            shares[name] = _share(scenario.funds[fund].allocation, round_)
        except Fault as fault:
            problems.append(Problem("--rules", name, fault.message))
            continue
        needed = scenario.funds[fund].allocation.needed(round_)
        if needed > amount:
            problems.append(Problem("--amount", name, too_small(amount, needed)))
    if problems:
        raise InputError(problems)
    return OnePot(base, fund, amount, shares)


def too_small(amount: int, needed: int) -> str:
    """Say that a pot cannot keep what a rule promises, and which pot could."""
    return (
        f"{pounds(amount)} is too little for what the rule promises to everybody, which takes "
        f"{pounds(needed)}; give that much, or promise less"
    )


def round_of(scenario: Scenario, fund: str, amount: int, day: date | None = None) -> Round:
    """Make the round in which a fund would share an amount, on a day or in its first round."""
    first = scenario.funds[fund].spending.first or scenario.start
    when = When(day or first, first)
    pot = np.array([amount], np.int64)
    return Round.over(scenario.geography_table, scenario.geography.need, pot, when=when)


def _share(rule: AllocationRule, round: Round) -> Share:
    answer = rule.shares(round)
    programmes = rule.amounts(round) if isinstance(rule, Programmes) else {}
    pence, told = to_the_penny(answer, round)
    return Share(
        rule,
        pence,
        told,
        {name: part.pence[:, 0] for name, part in programmes.items()},
        tuple(dict.fromkeys(rule.remarks(round))),
        tuple(dict.fromkeys(rule.doubts())),
    )


def to_the_penny(answer: Answer, round: Round) -> tuple[Pence, Told]:
    """Share as a run does: to foundations, and by them to their areas, `(area,)`."""
    if isinstance(answer, Amounts) or not round.pot.any():
        paid = in_money(answer, round)
        return paid.pence[:, 0], paid.told
    geography = round.geography
    served_by, foundations = geography.foundation_of, len(geography.foundations)
    pence = shared_out(round.pot, answer.weights, served_by, foundations)
    return pence[:, 0], in_money(answer, round, pence).told
