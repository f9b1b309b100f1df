"""What rules about claims keep for whatever claims and pots, to within pence.

Pence come from cumulative rounding, so that each award is within a penny of its due, or two where a
claim bounds it; two awards that are compared may therefore stand apart by two pence each.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundsim.money import Pence
from fundsim.places import Geography
from fundsim.rules.allocation import AllocationRule
from fundsim.rules.allocation.claims import (
    ConstrainedEqualAwards,
    ConstrainedEqualLosses,
    FillGap,
    ProportionalClaims,
    Talmud,
)
from fundsim.rules.round import Round
from tests.rules.accounts import check_accounts
from tests.rules.little import check_alone, pence, table

lawful = settings(max_examples=60)

AWARDS = ConstrainedEqualAwards(claims="claims")
LOSSES = ConstrainedEqualLosses(claims="claims")
TALMUD = Talmud(claims="claims")
PROPORTIONAL = ProportionalClaims(claims="claims")
RULES = [AWARDS, LOSSES, TALMUD, PROPORTIONAL]
SELF_DUAL = [TALMUD, PROPORTIONAL]

CLAIM = st.one_of(st.integers(0, 20), st.integers(0, 1_000_000), st.just(777))
CLAIMS = st.lists(CLAIM, min_size=1, max_size=9).filter(any)
PART = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.25, 0.5, 1.0]))
FEW = 2
PAIR = 4


def awarded(rule: AllocationRule, claims: list[int], *pots: int) -> Pence:
    return pence(rule, round_of(claims, *pots))


def round_of(claims: list[int], *pots: int) -> Round:
    pounds = [claim / 100 for claim in claims]
    areas = table([1] * len(claims), claims=pounds, sums=["claims"])
    return Round.over(areas, "need", np.array(pots))


@pytest.mark.parametrize("rule", RULES)
@given(claims=CLAIMS, pot=st.integers(0, 3_000_000))
@lawful
def test_awards_sum_to_the_pot_or_to_all_claims_and_none_is_above_its_claim(
    rule: AllocationRule, claims: list[int], pot: int
) -> None:
    found = awarded(rule, claims, pot)[:, 0]
    assert found.sum() == min(pot, sum(claims))
    assert (found >= 0).all()
    assert (found <= claims).all()


@pytest.mark.parametrize("rule", RULES)
@given(claims=CLAIMS, part=PART)
@lawful
def test_who_claims_more_gets_no_less_and_goes_without_no_less(
    rule: AllocationRule, claims: list[int], part: float
) -> None:
    found = awarded(rule, claims, round(part * sum(claims)))[:, 0].tolist()
    ordered = sorted(zip(claims, found, strict=True))
    for (less, its), (more, theirs) in pairwise(ordered):
        assert theirs >= its - FEW
        assert more - theirs >= less - its - FEW


@pytest.mark.parametrize("rule", RULES)
@given(claims=CLAIMS, part=PART, more=st.integers(1, 100_000))
@lawful
def test_a_larger_pot_is_never_worse_for_anybody(
    rule: AllocationRule, claims: list[int], part: float, more: int
) -> None:
    pot = round(part * sum(claims))
    before, after = awarded(rule, claims, pot, pot + more).T
    assert (after >= before - FEW).all()


@pytest.mark.parametrize(("rule", "dual"), [(AWARDS, LOSSES), *((one, one) for one in SELF_DUAL)])
@given(claims=CLAIMS, part=PART)
@lawful
def test_what_one_rule_awards_of_a_pot_its_dual_leaves_of_what_the_pot_lacks(
    rule: AllocationRule, dual: AllocationRule, claims: list[int], part: float
) -> None:
    together = sum(claims)
    pot = round(part * together)
    both = awarded(rule, claims, pot)[:, 0] + awarded(dual, claims, together - pot)[:, 0]
    assert both.sum() == together
    assert (np.abs(both - claims) <= PAIR).all()


@given(claims=CLAIMS, part=PART)
@lawful
def test_under_the_talmud_any_two_share_what_they_get_as_a_contested_garment(
    claims: list[int], part: float
) -> None:
    """The only rule that does so (Aumann and Maschler 1985, theorem A).

    Of E, one with claim c concedes E - c to the other; what nobody concedes is shared equally.
    """
    found = awarded(TALMUD, claims, round(part * sum(claims)))[:, 0].tolist()
    for (one, its), (other, theirs) in pairwise(zip(claims, found, strict=True)):
        both = its + theirs
        to_other, to_one = max(both - one, 0), max(both - other, 0)
        assert abs(to_one + (both - to_one - to_other) / 2 - its) <= FEW


@pytest.mark.parametrize("rule", RULES)
@given(claims=CLAIMS, pots=st.lists(st.integers(0, 3_000_000), min_size=2, max_size=4))
@lawful
def test_a_path_alone_gives_what_it_gives_among_many_and_accounts_for_it(
    rule: AllocationRule, claims: list[int], pots: list[int]
) -> None:
    here = round_of(claims, *pots)
    check_alone(rule, here)
    check_accounts(rule, here)


# Gaps

AREA = st.tuples(st.integers(1, 50_000), st.integers(0, 900_000))
AREAS = st.lists(AREA, min_size=1, max_size=8)
SHORT = st.sampled_from(["worst_off_first", "in_proportion"])


def places(areas: list[tuple[int, int]]) -> Geography:
    people, had = zip(*areas, strict=True)
    return table(people, had=[amount / 100 for amount in had], sums=["had"])


def filling(short: str, up_to: int | None = None) -> FillGap:
    stated = {} if up_to is None else {"up_to": up_to / 100}
    return FillGap.model_validate({"already": "had", "short": short, **stated})


@given(areas=AREAS, short=SHORT, up_to=st.none() | st.integers(0, 1_000), pot=st.integers(0, 10**7))
@lawful
def test_gaps_are_filled_as_far_as_the_pot_goes_and_no_further(
    areas: list[tuple[int, int]],
    short: Literal["worst_off_first", "in_proportion"],
    up_to: int | None,
    pot: int,
) -> None:
    here = Round.over(places(areas), "need", np.array([pot, 0, pot // 3]))
    rule = filling(short, up_to)
    found = pence(rule, here)
    level = sum(had for _, had in areas) / sum(p for p, _ in areas) if up_to is None else up_to
    gaps = np.array([max(0.0, level * people - had) for people, had in areas])
    assert found[:, 0].sum() == min(pot, rule.needed(here))
    assert abs(rule.needed(here) - gaps.sum()) <= len(areas) / 2 + 1e-3
    assert (found <= gaps[:, np.newaxis] + 0.5 + 1e-3).all()
    check_alone(rule, here)
    check_accounts(rule, here)


@given(areas=AREAS, part=PART)
@lawful
def test_nobody_is_raised_above_one_who_is_still_in_need(
    areas: list[tuple[int, int]], part: float
) -> None:
    geography, rule = places(areas), filling("worst_off_first")
    needed = rule.needed(Round.over(geography, "need", np.array([0])))
    found = pence(rule, Round.over(geography, "need", np.array([round(part * needed)])))[:, 0]
    gaps = pence(rule, Round.over(geography, "need", np.array([needed])))[:, 0]
    people, had = (np.array(each) for each in zip(*areas, strict=True))
    a_head, slack = (had + found) / people, FEW / people
    for raised in np.flatnonzero(found > FEW):
        waiting = gaps - found > FEW
        waiting[raised] = False
        assert (a_head[raised] - slack[raised] <= (a_head + slack)[waiting]).all()
