"""Welfare by hand, and against numeric optimisers that know nothing of the closed form."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.optimize import linprog, minimize

from fundsim.money import Real
from fundsim.places import Geography
from fundsim.rules.allocation import AllocationRule, Amounts, Ratios
from fundsim.rules.allocation.plain import NeedWeighted, PerCapita
from fundsim.rules.allocation.welfare import AlphaFair, Maximin
from fundsim.rules.base import Fault
from tests.rules.accounts import check_accounts
from tests.rules.little import between, check_alone, paid, pence, table

# £10, £5, £10 and £20 a head already
FOUR = table(
    [100, 200, 300, 400],
    names=["Ay", "Bee", "Cee", "Dee"],
    grants=[1_000, 1_000, 3_000, 8_000],
    need=[4, 1, 4, 2],
    sums=["grants"],
)


def weights(rule: AllocationRule, areas: Geography) -> Real:
    answer = rule.shares(between(areas, 1))
    assert isinstance(answer, Ratios)
    return np.asarray(answer.weights / answer.weights.sum())


# Maximin


@pytest.mark.parametrize(
    ("pot", "given"),
    [
        (0, [0, 0, 0, 0]),
        (600, [0, 600, 0, 0]),  # from £5 to £8 a head
        (1_000, [0, 1_000, 0, 0]),  # to £10, where the next two are
        (4_000, [500, 2_000, 1_500, 0]),  # and £3,000 more for 600 people: £15
        (7_000, [1_000, 3_000, 3_000, 0]),  # £20 everywhere
        (8_000, [1_100, 3_200, 3_300, 400]),  # and £1 more for everybody
    ],
)
def test_maximin_raises_the_worst_off_until_they_meet_the_next(
    pot: float, given: list[float]
) -> None:
    rule = Maximin(already="grants")
    assert paid(rule, FOUR, pot) == given
    check_accounts(rule, between(FOUR, pot))


def test_maximin_without_anything_there_is_per_head() -> None:
    assert weights(Maximin(), FOUR).tolist() == weights(PerCapita(), FOUR).tolist()
    check_accounts(Maximin(), between(FOUR, 1_234.56))


@pytest.mark.parametrize("seed", range(8))
def test_maximin_makes_the_smallest_amount_a_head_as_large_as_linear_programming_can(
    seed: int,
) -> None:
    """Maximise t over x and t with h + x ≥ p · t, Σx = B, x ≥ 0."""
    areas, pot = random_areas(seed)
    people, had = areas.population.astype(float), areas.columns["grants"]
    count = len(people)
    best = linprog(
        c=[0.0] * count + [-1.0],
        A_ub=np.column_stack([-np.eye(count), people]),
        b_ub=had,
        A_eq=[[1.0] * count + [0.0]],
        b_eq=[pot],
    )
    given = pence(Maximin(already="grants"), between(areas, pot))[:, 0] / 100
    smallest = ((had + given) / people).min()
    assert smallest == pytest.approx(best.x[-1], abs=0.02 / people.min())


# Any alpha


def test_alpha_fair_of_one_is_need_weighted() -> None:
    """p · w^(1/1): people times need to the power of the steepness."""
    found = weights(AlphaFair(alpha=1.0, steepness=1.5), FOUR)
    assert found == pytest.approx(weights(NeedWeighted(steepness=1.5), FOUR), rel=1e-12)


@pytest.mark.parametrize(
    ("alpha", "points"),
    [
        (0.5, [100 * 16, 200 * 1, 300 * 16, 400 * 4]),  # need squared
        (1.0, [100 * 4, 200 * 1, 300 * 4, 400 * 2]),
        (2.0, [100 * 2, 200 * 1, 300 * 2, 400 * 2**0.5]),  # its square root
    ],
)
def test_alpha_fair_weighs_people_by_need_to_the_power_of_one_over_alpha(
    alpha: float, points: list[float]
) -> None:
    found = weights(AlphaFair(alpha=alpha, steepness=1.0), FOUR)
    assert found == pytest.approx(np.array(points) / sum(points), rel=1e-12)
    check_accounts(AlphaFair(alpha=alpha, steepness=1.0), between(FOUR, 1_234.56, 0))


def test_alpha_fair_counts_what_is_there_already() -> None:
    """With alpha 1 and steepness 1 all are to have w · t a head, £20 and less where w is 4.

    t = 5: £20, £5, £20 and £10 a head. Dee has £20 already and gets nothing, Bee has its £5; Ay and
    Cee lack £10 a head, £1,000 and £3,000.
    """
    rule = AlphaFair(alpha=1.0, steepness=1.0, already="grants")
    assert paid(rule, FOUR, 4_000) == [1_000, 0, 3_000, 0]
    check_accounts(rule, between(FOUR, 4_000, 0, 0.01, 99_999))


@pytest.mark.parametrize("already", [None, "grants"])
def test_without_weights_every_alpha_is_maximin(already: str | None) -> None:
    """Σ p · u(y) is largest where all y are alike, whatever the curvature of u."""
    here = between(FOUR, 0, 1_234.56, 50_000)
    for alpha in (0.0, 0.3, 1.0, 7.0):
        found = pence(AlphaFair(alpha=alpha, already=already), here)
        assert found.tolist() == pence(Maximin(already=already), here).tolist()


@pytest.mark.parametrize("already", [None, "grants"])
def test_the_higher_alpha_the_nearer_to_maximin(already: str | None) -> None:
    here = between(FOUR, 5_000)
    goal = pence(Maximin(already=already), here)
    far = [
        np.abs(pence(AlphaFair(alpha=alpha, steepness=1.0, already=already), here) - goal).sum()
        for alpha in (0.5, 1.0, 2.0, 5.0, 50.0, 1e4, 1e9)
    ]
    assert far == sorted(far, reverse=True)
    assert far[0] > 1_000_00
    assert far[-1] <= 4


@pytest.mark.parametrize("already", [None, "grants"])
def test_the_lower_alpha_the_more_goes_to_the_greatest_need(already: str | None) -> None:
    """Ay and Cee, with need 4 and £10 a head each, share in proportion to people."""
    here = between(FOUR, 5_000)
    for alpha in (0.0, 1e-320, 1e-6, 1e-3, 0.01):
        rule = AlphaFair(alpha=alpha, steepness=1.0, already=already)
        assert pence(rule, here)[:, 0].tolist() == [1_250_00, 0, 3_750_00, 0]
        check_accounts(rule, here)


def test_with_alpha_0_the_names_of_those_who_get_all_are_said() -> None:
    said = list(AlphaFair(alpha=0.0, steepness=1.0).remarks(between(FOUR, 1)))
    assert said == ["with alpha 0 all goes to where need is greatest: Ay, Cee"]
    (said_alone,) = AlphaFair(alpha=0.0).remarks(between(FOUR, 1))
    assert said_alone.startswith("with alpha 0 and steepness 0 a pound does the same good")
    assert list(AlphaFair(alpha=0.5, steepness=1.0).remarks(between(FOUR, 1))) == []


def test_an_area_without_need_gets_nothing_where_need_counts() -> None:
    areas = table([100, 200], need=[0, 3], grants=[0, 900], sums=["grants"])
    for already in (None, "grants"):
        rule = AlphaFair(alpha=2.0, steepness=1.0, already=already)
        assert paid(rule, areas, 100) == [0, 100]


# Against an optimiser


def random_areas(seed: int) -> tuple[Geography, float]:
    drawn = np.random.default_rng(seed)
    count = int(drawn.integers(2, 7))
    areas = table(
        drawn.integers(50, 1_000, count).tolist(),
        grants=drawn.integers(0, 20_000, count).tolist(),
        need=drawn.uniform(0.5, 5, count).tolist(),
        sums=["grants"],
    )
    return areas, float(drawn.integers(1_000, 60_000))


def welfare(areas: Geography, had: Real, given: Real, alpha: float, steepness: float) -> float:
    people = areas.population
    good = people * areas.columns["need"] ** steepness
    a_head = (had + given) / people
    value = np.log(a_head) if alpha == 1 else a_head ** (1 - alpha) / (1 - alpha)
    return float((good * value).sum())


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0, 3.0])
def test_no_optimiser_finds_more_welfare(seed: int, alpha: float) -> None:
    """SLSQP, from equal shares, over the areas' parts of the pot, which are 0 or more and sum to 1.

    Its answer has at most the welfare of the closed form, to rounding, and is near to it.
    """
    areas, pot = random_areas(seed)
    had = areas.columns["grants"] if seed % 2 else np.zeros(len(areas))
    steepness = float(seed % 3)
    scale = abs(welfare(areas, had, np.full(len(areas), pot / len(areas)), alpha, steepness))

    def loss(parts: Real) -> float:
        floored = np.maximum(parts, 1e-9)
        return -welfare(areas, had, floored * pot, alpha, steepness) / scale

    found = minimize(
        loss,
        np.full(len(areas), 1 / len(areas)),
        method="SLSQP",
        bounds=[(1e-9, 1)] * len(areas),
        constraints={"type": "eq", "fun": lambda parts: parts.sum() - 1},
        options={"ftol": 1e-14, "maxiter": 500},
    )
    rule = AlphaFair(alpha=alpha, steepness=steepness, already="grants" if seed % 2 else None)
    closed = pence(rule, between(areas, pot))[:, 0] / 100
    assert loss(closed / pot) <= loss(found.x / found.x.sum()) + 1e-9
    assert closed / pot == pytest.approx(found.x, abs=5e-3)


@pytest.mark.parametrize("seed", range(6))
def test_no_penny_would_do_more_good_elsewhere(seed: int) -> None:
    """At the best, moving £1 from any area that has some to any other makes welfare fall."""
    areas, pot = random_areas(seed)
    had = areas.columns["grants"]
    rule = AlphaFair(alpha=1.7, steepness=1.3, already="grants")
    given = pence(rule, between(areas, pot))[:, 0] / 100
    best = welfare(areas, had, given, 1.7, 1.3)
    for one in np.flatnonzero(given >= 1):
        for other in range(len(areas)):
            moved = given.copy()
            moved[one] -= 1
            moved[other] += 1
            assert welfare(areas, had, moved, 1.7, 1.3) < best or one == other


# What it is told, and refuses


@pytest.mark.parametrize(
    "rule",
    [
        Maximin(already="grants"),
        AlphaFair(alpha=0.0, steepness=2.0, already="grants"),
        AlphaFair(alpha=0.7, steepness=2.0, already="grants"),
        AlphaFair(alpha=3.0, already="grants"),
        AlphaFair(alpha=0.7, steepness=2.0),
    ],
)
def test_a_path_alone_gives_what_it_gives_among_many(rule: AllocationRule) -> None:
    here = between(FOUR, 0, 0.01, 17.17, 1_234.56, 9_999_999)
    check_alone(rule, here)
    answer = rule.shares(here)
    if isinstance(answer, Amounts):
        assert answer.pence.sum(axis=0).tolist() == here.pot.tolist()


@pytest.mark.parametrize(
    ("settings", "need", "key", "message"),
    [
        ({"already": "grant"}, [1, 2], ("already",), 'no column "grant" (did you mean "grants"?)'),
        ({"steepness": 1.0}, [0, 0], ("steepness",), "no area has any need; choose another need"),
    ],
)
def test_a_fault_says_where_it_stands(
    settings: dict[str, Any], need: list[float], key: tuple[str, ...], message: str
) -> None:
    areas = table([1, 2], need=need, grants=[1, 2], sums=["grants"])
    with pytest.raises(Fault, match=re.escape(message)) as raised:
        AlphaFair(**settings).shares(between(areas, 1))
    assert raised.value.key == key


@pytest.mark.parametrize("alpha", [-0.1, float("inf"), float("nan"), True, "1"])
def test_alpha_is_a_number_of_0_or_more(alpha: Any) -> None:
    with pytest.raises(ValidationError, match="alpha"):
        AlphaFair(alpha=alpha)
