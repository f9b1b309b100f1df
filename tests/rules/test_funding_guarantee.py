"""The smallest funding guarantee: by sorting, by iteration, and by linear programming."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog

from fundsim.money import Real
from fundsim.places import Geography
from fundsim.rules.allocation.guarantees import FundingGuarantee
from fundsim.rules.round import Round
from tests.rules.little import pence, table

RULE = FundingGuarantee(core="core", base="base", grant="grant")


def round_of(areas: Geography, pot: int) -> Round:
    return Round.over(areas, "need", np.array([pot], np.int64))


def parts(rule: FundingGuarantee, here: Round) -> tuple[Real, Real, Real]:
    """What each area gets in all, and of it the guarantee, in pence; the rest of the grant."""
    answer = rule.shares(here)
    accounts = [answer.told(member, 0) for member in range(len(here))]
    lines = [{step.words: step for step in account} for account in accounts]
    total = np.array([line["its guarantee"].result for line in lines])
    guarantee = np.array([line["its guarantee"].operand for line in lines])
    return total, guarantee, np.array([line["the rest of the grant"].operand for line in lines])


def invented(chance: np.random.Generator) -> tuple[Geography, int]:
    """Invent a settlement of two to nine councils, whose grant mostly suffices."""
    count = int(chance.integers(2, 10))
    before = chance.integers(100, 10_000, count)
    core = np.rint(before * chance.uniform(0.9, 1.1, count))
    areas = table(
        [1] * count, base=before.tolist(), core=core.tolist(), grant=chance.random(count).tolist()
    )
    lack = np.maximum(np.rint(before * 103) - core * 100, 0).sum()
    return areas, int(lack * chance.uniform(0.8, 3)) + int(chance.integers(0, 1_000))


def programme(areas: Geography, pot: int) -> tuple[int, NDArray[np.float64]]:
    """Solve the settlement guide's linear programme: least Σx, all 3 % up, x ≥ 0, Σx ≤ Y."""
    share = areas.columns["grant"] / areas.columns["grant"].sum()
    over = areas.columns["core"] * 100 - np.rint(areas.columns["base"] * 103)
    count = len(share)
    # x_i + s_i · (Y − Σx) ≥ −C_i, written as (s_i · 1 − e_i) · x ≤ C_i + s_i · Y
    rows = np.vstack([share[:, np.newaxis] - np.eye(count), np.ones(count)])
    limits = np.append(over + share * pot, pot)
    solved = linprog(np.ones(count), A_ub=rows, b_ub=limits, bounds=(0, None))
    return int(solved.status), np.asarray(solved.x if solved.status == 0 else np.zeros(count))


def test_the_guarantee_is_that_of_linear_programming() -> None:
    chance = np.random.default_rng(2023)
    feasible = 0
    for _ in range(300):
        areas, pot = invented(chance)
        here = round_of(areas, pot)
        status, best = programme(areas, pot)
        assert status == (0 if pot >= RULE.needed(here) else 2), areas.columns
        if status:
            continue
        feasible += 1
        total, guarantee, rest = parts(RULE, here)
        assert np.allclose(guarantee, best, rtol=1e-7, atol=1e-3)
        assert np.allclose(rest, pot - best.sum(), rtol=1e-7, atol=1e-3)
        assert (np.abs(pence(RULE, here)[:, 0] - total) <= 2).all()
    assert feasible >= 200


def test_the_guarantee_is_what_the_iteration_from_nothing_reaches() -> None:
    chance = np.random.default_rng(24)
    for _ in range(60):
        areas, pot = invented(chance)
        here = round_of(areas, pot)
        if pot < RULE.needed(here):
            continue
        share = areas.columns["grant"] / areas.columns["grant"].sum()
        over = areas.columns["core"] * 100 - np.rint(areas.columns["base"] * 103)
        reached, step = 0.0, 1.0
        while step > 1e-9:
            new = float(np.maximum(0, -over - share * (pot - reached)).sum())
            assert new >= reached - 1e-6  # it rises, and so stops at the least fixed point
            reached, step = new, new - reached
        _, guarantee, _ = parts(RULE, here)
        assert guarantee.sum() == pytest.approx(reached, abs=1e-3)
