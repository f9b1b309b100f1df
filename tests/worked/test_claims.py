"""Claims that the money is short of: published problems and some by hand, each with its source.

Awards are in pounds. Where a third is paid, cumulative rounding gives one of the three the penny.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
from pydantic import ValidationError

from fundsim.places import Geography
from fundsim.rules.allocation import AllocationRule
from fundsim.rules.allocation.claims import (
    ConstrainedEqualAwards,
    ConstrainedEqualLosses,
    FillGap,
    ProportionalClaims,
    Talmud,
)
from fundsim.rules.base import Fault
from tests.rules.accounts import check_accounts
from tests.rules.little import between, check_alone, paid, pence, table

PROPORTIONAL = ProportionalClaims(claims="claims")
AWARDS = ConstrainedEqualAwards(claims="claims")
LOSSES = ConstrainedEqualLosses(claims="claims")
TALMUD = Talmud(claims="claims")
ALL = [PROPORTIONAL, AWARDS, LOSSES, TALMUD]


def claiming(*pounds: float) -> Geography:
    return table([1] * len(pounds), claims=pounds, sums=["claims"])


def check(rule: AllocationRule, claims: tuple[float, ...], pot: float, *due: float) -> None:
    areas = claiming(*claims)
    found = paid(rule, areas, pot)
    assert found == pytest.approx(due, abs=0.01)
    assert sum(found) == pytest.approx(sum(due), abs=1e-9)
    check_accounts(rule, between(areas, pot))


# The Talmud


def test_the_contested_garment() -> None:
    """Mishnah, Baba Metzia 2a: one claims all of it, the other half; three quarters and a quarter.

    Half is not contested and goes to the first; the other half is shared equally.
    """
    check(TALMUD, (100, 50), 100, 75, 25)


@pytest.mark.parametrize(
    ("estate", "awards"),
    [
        (100, (100 / 3, 100 / 3, 100 / 3)),
        (200, (50, 75, 75)),
        (300, (50, 100, 150)),
        # beyond the Mishnah: Aumann and Maschler's table; half of all claims is 300, and
        # 400 leaves losses of 200: 50 for the first, which is all its other half, 75 for each other
        (400, (50, 125, 225)),
        (450, (50, 150, 250)),
        (500, (200 / 3, 500 / 3, 800 / 3)),
        (550, (250 / 3, 550 / 3, 850 / 3)),
        (600, (100, 200, 300)),
    ],
)
def test_the_three_widows(estate: float, awards: tuple[float, float, float]) -> None:
    """Mishnah, Ketubot 93a: claims of 100, 200 and 300 on estates of 100, 200 and 300.

    Aumann and Maschler, Journal of Economic Theory 36 (1985), 195-213.
    """
    check(TALMUD, (100, 200, 300), estate, *awards)


# Equal awards, equal losses


@pytest.mark.parametrize(
    ("rule", "awards"),
    [
        # everybody can have 30, the smallest claim
        (AWARDS, (30, 30, 30, 30)),
        # 130 is lost: all of the 30, then 100 / 3 of each other claim
        (LOSSES, (260 / 3, 80 / 3, 20 / 3, 0)),
        # half of all claims is 125: halves of 60, 40 and 30 in full, and what is left to the first
        (TALMUD, (55, 30, 20, 15)),
        (PROPORTIONAL, (57.6, 28.8, 19.2, 14.4)),  # 120 / 250 = 0.48 of each
    ],
)
def test_ibn_ezras_four_heirs(rule: AllocationRule, awards: tuple[float, ...]) -> None:
    """An estate of 120, claims of 120, 60, 40 and 30: the problem of Ibn Ezra.

    As in O'Neill, Mathematical Social Sciences 2 (1982), 345-371; by hand under these rules.
    """
    check(rule, (120, 60, 40, 30), 120, *awards)


@pytest.mark.parametrize(
    ("rule", "awards"),
    [
        # the four smallest claims are 3,580; a third of the other 9,920 is below the next claim
        (AWARDS, (158, 299, 927, 2196, 9920 / 3, 9920 / 3, 9920 / 3)),
        # the three largest lose (24,556 - 13,500) / 3 each, more than any other claim
        (LOSSES, (0, 0, 0, 0, 1988 / 3, 7712 / 3, 30800 / 3)),
        # half of all claims is 14,068: the six smallest halves are 7,092, which leaves 6,408
        (TALMUD, (79, 149.5, 463.5, 1098, 2174, 3128, 6408)),
        (
            PROPORTIONAL,
            tuple(c * 13_500 / 28_136 for c in (158, 299, 927, 2196, 4348, 6256, 13952)),
        ),
    ],
)
def test_the_anglerfish_of_the_north(rule: AllocationRule, awards: tuple[float, ...]) -> None:
    """Catches of seven countries in tonnes, and a quota of 13,500.

    Gallastegui, Inarra and Prellezo, Marine Resource Economics 17 (2003), 291-307, table 7; by
    hand.
    """
    check(rule, (158, 299, 927, 2196, 4348, 6256, 13952), 13_500, *awards)


@pytest.mark.parametrize(
    ("rule", "pot", "awards"),
    [
        (AWARDS, 100, (100 / 3, 100 / 3, 100 / 3)),
        (LOSSES, 100, (20 / 3, 110 / 3, 170 / 3)),  # each loses 100 / 3
        (TALMUD, 100, (20, 35, 45)),  # half of all: half of each
        (AWARDS, 120, (40, 40, 40)),
        (LOSSES, 120, (40 / 3, 130 / 3, 190 / 3)),  # each loses 80 / 3
        (TALMUD, 120, (20, 40, 60)),  # 80 is lost: 20 and twice 30; none loses more than half
        (AWARDS, 180, (40, 70, 70)),
        (LOSSES, 180, (100 / 3, 190 / 3, 250 / 3)),  # each loses 20 / 3
        (TALMUD, 180, (100 / 3, 190 / 3, 250 / 3)),
    ],
)
def test_three_claimants_of_40_70_and_90(
    rule: AllocationRule, pot: float, awards: tuple[float, ...]
) -> None:
    """J. Malkevitch, Practice with bankruptcy methods, York College (CUNY), 2017; by hand."""
    check(rule, (40, 70, 90), pot, *awards)


@pytest.mark.parametrize("rule", ALL)
def test_no_claim_is_paid_twice_and_what_is_left_over_waits(rule: AllocationRule) -> None:
    assert paid(rule, claiming(10, 0, 25.5), 1_000) == [10, 0, 25.5]


@pytest.mark.parametrize("rule", ALL)
def test_no_money_is_no_award(rule: AllocationRule) -> None:
    assert paid(rule, claiming(10, 0, 25.5), 0) == [0, 0, 0]


@pytest.mark.parametrize("rule", ALL)
def test_a_penny_goes_to_somebody(rule: AllocationRule) -> None:
    assert sum(paid(rule, claiming(10, 10, 10), 0.01)) == 0.01


@pytest.mark.parametrize("rule", ALL)
def test_claims_say_what_they_come_to(rule: AllocationRule) -> None:
    said = list(rule.remarks(between(claiming(10, 0, 25.5), 7)))
    assert said == ["claims come to £35.50; a pot beyond that waits"]
    assert rule.needed(between(claiming(10, 0, 25.5), 7)) == 0


def test_what_cannot_be_claimed_is_told_at_its_key() -> None:
    for areas, message in (
        (claiming(0, 0), "every area has 0 in claims"),
        (table([1, 1], claim=[1, 2]), 'no column "claims" (did you mean "claim"?)'),
        (claiming(5, float("nan")), 'column "claims" is empty for A000001'),
    ):
        with pytest.raises(Fault, match=re.escape(message)) as raised:
            AWARDS.shares(between(areas, 1))
        assert raised.value.key == ("claims",)


def test_claims_of_groups_are_those_of_their_areas_together() -> None:
    areas = table([1, 9, 5], claims=[10, 20, 60], sums=["claims"], nations=["A", "A", "B"])
    groups = between(areas, 50).grouped("nation")
    assert pence(AWARDS, groups)[:, 0].tolist() == [2_500, 2_500]
    assert pence(LOSSES, groups)[:, 0].tolist() == [1_000, 4_000]
    means = table([1, 9, 5], claims=[10, 20, 60], nations=["A", "A", "B"])
    with pytest.raises(Fault, match="is a mean") as raised:
        AWARDS.shares(between(means, 50).grouped("nation"))
    assert raised.value.key == ("claims",)


# Gaps up to a level a head

FOUR = table(
    [100, 200, 300, 400],
    names=["Ay", "Bee", "Cee", "Dee"],
    grants=[1_000, 1_000, 3_000, 8_000],  # £10, £5, £10 and £20 a head; £13 in the mean
    sums=["grants"],
)


@pytest.mark.parametrize(
    ("pot", "given"),
    [
        (0, [0, 0, 0, 0]),
        (500, [0, 500, 0, 0]),  # from £5 to £7.50 a head
        (1_600, [100, 1_200, 300, 0]),  # £1,000 to £10 a head, then £1 for each of 600 people
        (2_800, [300, 1_600, 900, 0]),  # £13 a head everywhere below it
        (5_000, [300, 1_600, 900, 0]),
    ],
)
def test_gaps_are_filled_from_the_worst_off_up(pot: float, given: list[float]) -> None:
    rule = FillGap(already="grants")
    assert paid(rule, FOUR, pot) == given
    check_accounts(rule, between(FOUR, pot))


def test_gaps_can_be_filled_in_proportion() -> None:
    rule = FillGap(already="grants", short="in_proportion")
    assert paid(rule, FOUR, 1_400) == [150, 800, 450, 0]  # half of each gap
    assert paid(rule, FOUR, 9_999) == [300, 1_600, 900, 0]
    check_accounts(rule, between(FOUR, 0.03, 1_400, 9_999))


def test_the_level_can_be_stated() -> None:
    rule = FillGap.model_validate({"already": "grants", "up_to": "£12.50"})
    assert paid(rule, FOUR, 10_000) == [250, 1_500, 750, 0]
    assert rule.needed(between(FOUR, 1)) == 2_500_00


def test_the_mean_is_that_of_the_whole_table_whoever_shares() -> None:
    rule = FillGap(already="grants")
    some = between(FOUR, 10_000).within(np.array([0, 2]))
    assert pence(rule, some)[:, 0].tolist() == [300_00, 900_00]


def test_a_mean_of_a_table_with_empty_cells_is_refused_and_a_stated_level_is_not() -> None:
    areas = table([10, 10, 10], grants=[50, 150, float("nan")], sums=["grants"])
    some = between(areas, 1_000).within(np.array([0, 1]))
    with pytest.raises(Fault, match=r"empty for A000002; .*, or state up_to, so that") as raised:
        FillGap(already="grants").shares(some)
    assert raised.value.key == ("already",)
    stated = FillGap.model_validate({"already": "grants", "up_to": 10})
    assert pence(stated, some)[:, 0].tolist() == [50_00, 0]


def test_gaps_say_how_many_and_how_much() -> None:
    (said,) = FillGap(already="grants").remarks(between(FOUR, 1))
    assert said == (
        "3 of 4 areas are below £13.00 a head; filling every gap takes £2,800.00, and a pot beyond "
        "that waits"
    )
    assert FillGap(already="grants").needed(between(FOUR, 1)) == 2_800_00
    rule = FillGap.model_validate({"already": "grants", "up_to": "£5"})
    assert list(rule.remarks(between(FOUR, 1))) == [
        "no area is below £5.00 a head, so that all money waits"
    ]
    assert rule.needed(between(FOUR, 1)) == 0
    assert paid(rule, FOUR, 100) == [0, 0, 0, 0]


@pytest.mark.parametrize("short", ["worst_off_first", "in_proportion"])
def test_gaps_on_one_path_do_not_depend_on_others(short: str) -> None:
    rule = FillGap.model_validate({"already": "grants", "short": short})
    check_alone(rule, between(FOUR, 0, 0.01, 17.17, 1_234.56, 2_799.99, 5_000))


def test_gaps_ask_for_a_known_column_and_a_known_way() -> None:
    with pytest.raises(Fault, match='no column "grant"') as raised:
        FillGap(already="grant").shares(between(FOUR, 1))
    assert raised.value.key == ("already",)
    with pytest.raises(ValidationError, match="in_proportion"):
        FillGap.model_validate({"already": "grants", "short": "by_lot"})
