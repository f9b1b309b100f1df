"""Accounts worked out again: every line from the line before, down to the penny that is paid."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from fundsim.rules.allocation import AllocationRule, in_money
from fundsim.rules.round import Round
from fundsim.rules.working import Step, again


def recomputed(steps: Sequence[Step]) -> float:
    """Work an account out again, and give its last figure.

    A deeper account gives the operand of the next line above it.
    """
    reached: dict[int, float] = {}
    for step in steps:
        for depth in [depth for depth in reached if depth > step.depth]:
            found = reached.pop(depth)
            if depth == step.depth + 1:
                assert close(found, step.operand), (step, found)
        before = step.operand if step.op == "=" else reached[step.depth]
        assert close(again(before, step.op, step.operand), step.result), (step, before)
        reached[step.depth] = step.result
    assert set(reached) == {0}
    return reached[0]


def close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)


def check_accounts(rule: AllocationRule, here: Round) -> None:
    """Every member's account on every path leads to what it gets, line by line."""
    answer = in_money(rule.shares(here), here)
    for path in np.flatnonzero(here.pot).tolist():
        for member in range(len(here)):
            assert round(recomputed(answer.told(member, path))) == answer.pence[member, path]
