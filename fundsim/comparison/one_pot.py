"""One pot, shared out once under several rules: nothing is simulated, and nothing is uncertain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
    cut: bool = False,
) -> OnePot:
    """Share `amount` pence once, as a round of the fund on a day would be, under each scenario.

    The scenarios differ in the fund's rule alone. A pot that is too small for what a rule promises
    is an InputError that says how much is needed; with `cut` all is cut alike, as in a run.
    """
    base = next(iter(scenarios.values()))
    problems: list[Problem] = []
    shares: dict[str, Share] = {}
    for name, scenario in scenarios.items():
        round_ = round_of(scenario, fund, amount, day)
        rule = scenario.funds[fund].allocation
        try:
            share = _share(rule, round_)
        except Fault as fault:
            problems.append(Problem("--rules", name, fault.message))
            continue
        needed = rule.needed(round_)
        if needed <= amount:
            shares[name] = share
        elif cut:
            remark = f"it promises {pounds(needed)}; with {pounds(amount)} all is cut alike"
            shares[name] = replace(share, remarks=(*share.remarks, remark))
        else:
            problems.append(Problem("--amount", name, _too_small(amount, needed)))
    if problems:
        raise InputError(problems)
    return OnePot(base, fund, amount, shares)


def _too_small(amount: int, needed: int) -> str:
    return (
        f"{pounds(amount)} is too little for what the rule promises to everybody, which takes "
        f"{pounds(needed)}; give that much, promise less, or have all cut alike by allocate --cut"
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
