"""Floors, caps, least grants, damping and phasing in, worked by hand on three areas.

The areas have 100, 300 and 600 people, so that a pot of £1,000 is £100, £300 and £600 per head.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from fundsim.rules.allocation import AllocationRule, Amounts, AnyAllocation, Ratios
from fundsim.rules.base import Fault
from fundsim.rules.round import Round, When
from tests.rules.accounts import check_accounts
from tests.rules.little import between, check_alone, paid, pence, table

AREAS = table(
    [100, 300, 600],
    names=["Ay", "Bee", "Cee"],
    nations=["Alpha", "Beta", "Beta"],
    sums=["had", "least", "none", "only"],
    had=[300, 300, 400],
    least=[500, 1000, 1500],
    none=[0, 0, 0],
    only=[1, 0, 0],
    score=[3, 5, 9],
    gaps=[3, np.nan, 9],
    need=[1, 1, 1],
)
PER_HEAD = {"kind": "per_capita"}
EQUAL = {"kind": "equal"}
BEGAN = date(2024, 4, 1)


def adjusted(rule: Any = PER_HEAD, **settings: Any) -> AllocationRule:
    found: AllocationRule = TypeAdapter(AnyAllocation).validate_python(
        {"kind": "adjusted", "rule": rule, **settings}
    )
    return found


def after(years: int) -> When:
    return When(date(BEGAN.year + years, 4, 1), BEGAN)


def shared(rule: AllocationRule, pounds: float = 1_000, years: int = 0) -> list[float]:
    """What each area gets, in pounds; its account, and each path alone, are looked at too."""
    check_accounts(rule, between(AREAS, pounds, 0.01, 77.77, when=after(years)))
    check_alone(rule, between(AREAS, 0, pounds, 77.77, when=after(years)))
    return paid(rule, AREAS, pounds, when=after(years))


# Floors


def test_a_floor_is_paid_for_by_the_others_in_proportion() -> None:
    # £190 for Ay leaves £810 of the £900 that the others had: nine tenths of £300 and £600
    assert shared(adjusted(floor={"pounds": "£190"})) == [190, 270, 540]


def test_those_who_fall_to_a_floor_while_it_is_paid_for_stand_at_it_too() -> None:
    # £285 for Ay would leave Bee 300 · 715 / 900 = £238; so both get £285, and Cee what is left
    assert shared(adjusted(floor={"pounds": "£285"})) == [285, 285, 430]


def test_a_floor_per_head() -> None:
    # equal parts of £900 are £300; 80p a head is £80, £240, £480: Cee is lifted, and of the £420
    # that are left Bee keeps its £240
    assert shared(adjusted(EQUAL, floor={"per_head": "£0.80"}), 900) == [180, 240, 480]


def test_a_floor_by_a_column_and_by_a_part_of_it() -> None:
    # what they had, £300, £300 and £400, is all there is; half of it is £150, £150 and £200, which
    # leaves 850 / 900 of the others' money
    assert shared(adjusted(floor={"column": "had"})) == [300, 300, 400]
    assert shared(adjusted(floor={"column": "had", "times": "50%"})) == [150, 283.33, 566.67]


def test_a_floor_draws_on_money_that_is_not_shared_before_it_draws_on_others() -> None:
    # claims of £300, £300 and £400 leave £200 of £1,200; floors of £350 take £100 of it
    claims = {"kind": "column", "column": "had", "unit": "pounds"}
    assert shared(adjusted(claims, floor={"pounds": "£350"}), 1_200) == [350, 350, 400]


def test_floors_that_cannot_be_paid_are_cut_in_proportion_and_the_pot_needed_is_said() -> None:
    floors = adjusted(floor={"column": "least"})  # £500, £1,000, £1,500
    assert shared(floors, 600) == [100, 200, 300]
    assert floors.needed(between(AREAS, 600)) == 300_000
    assert adjusted(floor={"pounds": "£190"}).needed(between(AREAS, 600)) == 57_000
    assert adjusted(floor={"of_per_capita": "95%"}).needed(between(AREAS, 600)) == 0
    assert shared(floors, 3_000) == [500, 1_000, 1_500]


def test_what_the_inner_rule_needs_is_needed_too() -> None:
    inner = {"kind": "mix_with_floor", "parts": {"population": 1}, "floor": "£100"}
    assert adjusted(inner, cap={"pounds": "£900"}).needed(between(AREAS, 600)) == 30_000
    assert adjusted(inner, floor={"pounds": "£120"}).needed(between(AREAS, 600)) == 36_000


# Caps


def test_what_a_cap_cuts_off_goes_to_the_others_in_proportion() -> None:
    # £500 for Cee leaves £500 to Ay and Bee, one part to three
    assert shared(adjusted(cap={"pounds": "£500"})) == [125, 375, 500]


def test_where_all_stand_at_their_cap_the_rest_waits() -> None:
    assert shared(adjusted(cap={"pounds": "£200"})) == [200, 200, 200]
    assert shared(adjusted(cap={"per_head": "£0.50"})) == [50, 150, 300]


def test_a_cap_that_grows_with_the_pot_leaves_the_rest_waiting_too() -> None:
    nine_tenths = adjusted(cap={"of_per_capita": "90%"})
    assert shared(nine_tenths) == [90, 270, 540]
    # only Ay has any weight, and may have no more than £150; nobody can take the other £850
    only = adjusted({"kind": "column", "column": "only"}, cap={"of_per_capita": "150%"})
    assert shared(only) == [150, 0, 0]
    assert isinstance(only.shares(between(AREAS, 0)), Amounts)


# In which order


def test_the_order_of_floor_and_cap_decides() -> None:
    bounds = {"floor": {"pounds": "£190"}, "cap": {"pounds": "£494"}}
    # floor: £190, £270, £540; then £494 for Cee leaves £506 to 19 parts and 27
    assert shared(adjusted(**bounds, order=["floor", "cap"])) == [209, 297, 494]
    # cap: £126.50, £379.50, £494; then £190 for Ay leaves 810 / 873.5 of the others' money
    assert shared(adjusted(**bounds, order=["cap", "floor"])) == [190, 351.91, 458.09]
    assert shared(adjusted(**bounds)) == [209, 297, 494]


def test_a_least_grant_after_a_cap_can_undo_it_and_a_cap_after_it_cannot_be_undone() -> None:
    bounds = {"cap": {"pounds": "£494"}, "minimum_grant": "£150"}
    # £126.50, £379.50, £494; without Ay, £1,000 in proportion to the other two
    assert shared(adjusted(**bounds)) == [0, 434.46, 565.54]
    # £0, £333.33, £666.67; £506 would go to Bee, which is above its cap too, so that £12 waits
    assert shared(adjusted(**bounds, order=["minimum_grant", "cap"])) == [0, 494, 494]


def test_the_order_is_said() -> None:
    both = adjusted(floor={"pounds": 1}, cap={"pounds": 900}, order=["cap", "damping", "floor"])
    assert "adjusted in this order: cap, then floor" in list(both.remarks(between(AREAS, 1)))


# The smallest grant worth making


def test_who_would_get_less_than_the_least_grant_leaves_it_to_the_others() -> None:
    # £90, £270, £540; without Ay, £900 to one part and two
    assert shared(adjusted(minimum_grant="£100"), 900) == [0, 300, 600]
    assert shared(adjusted(minimum_grant="£100"), 1_000) == [100, 300, 600]
    assert shared(adjusted(minimum_grant="£5,000")) == [0, 0, 0]


FIRST_GRANTS = ["minimum_grant", "floor"]


def test_a_least_grant_above_a_floor_that_it_would_cancel_is_refused_with_both_amounts() -> None:
    message = (
        "the least grant, £80.00, is above the floor, £70.00, and comes after it, so that who is "
        "on the floor would get nothing; lower the one, raise the other, or put minimum_grant "
        "before floor in the order"
    )
    with pytest.raises(ValidationError, match=re.escape(message)) as raised:
        adjusted(floor={"pounds": "£70"}, minimum_grant="£80")
    (fault,) = (error["ctx"]["error"] for error in raised.value.errors())
    assert fault.key == ("minimum_grant",)


def test_a_floor_and_a_least_grant_that_leaves_it_alone_are_no_contradiction() -> None:
    # Ay and Bee have £25 and £75 of £250 per head: Cee alone is above £80, and has all until the
    # floors of £70 are paid of it
    before = adjusted(floor={"pounds": "£70"}, minimum_grant="£80", order=FIRST_GRANTS)
    assert shared(before, 250) == [70, 70, 110]
    assert shared(adjusted(floor={"pounds": "£80"}, minimum_grant="£80"), 250) == [80, 80, 90]
    assert shared(adjusted(floor={"pounds": 0}, minimum_grant="£80"), 250) == [0, 0, 250]
    assert not any("leaves them nothing" in text for text in before.remarks(between(AREAS, 250)))


@pytest.mark.parametrize(
    "floor", [{"per_head": "£0.20"}, {"of_per_capita": "80%"}, {"column": "had", "times": 0.2}]
)
def test_floors_that_a_least_grant_cancels_on_this_table_are_remarked_on(floor: Any) -> None:
    rule = adjusted(floor=floor, minimum_grant="£90")
    assert shared(rule, 250)[:2] == [0, 0]
    words = (
        "the floor promises Ay, Bee something, and the least grant of £90.00, which comes after "
        "it, leaves them nothing"
    )
    assert words in list(rule.remarks(between(AREAS, 250)))
    assert words not in list(rule.remarks(between(AREAS, 5_000)))
    assert not any("promises" in text for text in rule.remarks(between(AREAS, 0)))


def test_who_is_taken_beyond_a_bound_by_a_least_grant_that_comes_after_it_is_named() -> None:
    # Of £1,000 Cee may have £550, so that Ay has £112.50 and Bee £337.50; Ay's go to the others.
    capped = adjusted(cap={"pounds": "£550"}, minimum_grant="£200")
    assert shared(capped) == [0, 380.28, 619.72]
    words = "what small grants leave goes to the others, and takes Cee beyond the cap"
    assert words in list(capped.remarks(between(AREAS, 1_000)))
    assert words.replace("takes Cee", "may take them") in list(capped.remarks(between(AREAS, 0)))
    kept = adjusted(cap={"pounds": "£550"}, minimum_grant="£200", order=["minimum_grant", "cap"])
    assert shared(kept) == [0, 450, 550]
    assert not any("small grants" in text for text in kept.remarks(between(AREAS, 1_000)))


def test_who_falls_under_a_least_grant_is_said_to_stay_out_where_damping_holds_rises() -> None:
    damped = adjusted(damping={"rise": "20%", "base": "had"}, minimum_grant="£200")
    told = list(damped.remarks(between(AREAS, 1_000)))
    # Of £480 for Cee and £360 for Bee, Ay's £160 would take both beyond what they may rise to.
    assert shared(damped)[0] == 0
    assert (
        "what small grants leave goes to the others, and takes Bee, Cee beyond the rise that "
        "damping allows"
    ) in told
    assert any(text.startswith("who is left without a grant in one round") for text in told)
    fall = adjusted(damping={"fall": "20%", "base": "had"}, minimum_grant="£200")
    assert not any("one round" in text for text in fall.remarks(between(AREAS, 1_000)))


def test_of_a_rule_that_is_phased_in_the_year_of_one_pot_is_told() -> None:
    rule = adjusted(phase_in={"steps": ["25%", "100%"], "old": EQUAL})
    steps = "phased in year by year: 25%, 100%"
    assert steps in list(rule.remarks(between(AREAS, 0)))
    for years, year in ((0, 1), (1, 2), (5, 2)):
        here = between(AREAS, 1_000, when=after(years))
        assert f"{steps}; this pot is shared as in year {year}" in list(rule.remarks(here))


# Damping


def test_damping_holds_money_against_the_first_round_and_then_against_the_one_before() -> None:
    damped = adjusted(damping={"fall": "10%", "rise": "20%"})
    assert shared(damped) == [100, 300, 600]
    before = np.array([[30_000], [30_000], [40_000]])
    # at least £270, £270, £360 and at most £360, £360, £480: Ay and Bee are lifted, Cee has £460
    assert damped_after(damped, before, 1_000) == [270, 270, 460]
    # twice the pot: all stand at most where they may, and £800 waits
    assert damped_after(damped, before, 2_000) == [360, 360, 480]
    # half the pot pays five ninths of £900, which nobody may fall below
    assert damped_after(damped, before, 500) == [150, 150, 200]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"fall": "10%"}, [270, 270, 460]),
        # £480 for Cee; of £520 one part to three would carry Bee above £360
        ({"rise": "20%"}, [160, 360, 480]),
        ({"fall": "100%"}, [100, 300, 600]),
    ],
)
def test_damping_may_look_one_way_only(terms: Any, expected: list[float]) -> None:
    assert shared(adjusted(damping={**terms, "base": "had"})) == expected


def test_a_path_on_which_nothing_was_shared_before_is_as_in_a_first_round() -> None:
    before = np.array([[30_000, 0], [30_000, 0], [40_000, 0]])
    here = replace(between(AREAS, 1_000, 1_000), before=before)
    damped = adjusted(damping={"fall": "10%", "rise": "20%"})
    assert (pence(damped, here) / 100).T.tolist() == [[270, 270, 460], [100, 300, 600]]
    check_accounts(damped, here)
    based = adjusted(damping={"fall": "10%", "rise": "20%", "base": "had"})
    assert (pence(based, here) / 100).T.tolist() == [[270, 270, 460]] * 2
    for path in range(2):
        one = slice(path, path + 1)
        alone = replace(here, pot=here.pot[one], before=before[:, one])
        answers = [rule.shares(alone) for rule in (damped, based)]
        for answer, rule in zip(answers, (damped, based), strict=True):
            assert isinstance(answer, Amounts)
            assert np.array_equal(answer.pence, pence(rule, here)[:, one])
            assert answer.told(2, 0) == rule.shares(here).told(2, path)


def damped_after(rule: AllocationRule, before: Any, pounds: float) -> list[float]:
    here = replace(between(AREAS, pounds), before=before)
    check_accounts(rule, here)
    found: list[float] = (pence(rule, here)[:, 0] / 100).tolist()
    return found


def test_damping_without_a_round_before_says_that_it_changes_nothing() -> None:
    words = "damping has no round before this one to hold it against, and changes nothing"
    assert words in list(adjusted(damping={"fall": 0.1}).remarks(between(AREAS, 1)))
    assert words not in list(
        adjusted(damping={"fall": 0.1, "base": "had"}).remarks(between(AREAS, 1))
    )


# Phasing in


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        # £120, £360, £720 per head and £400 for each: a quarter of the one, three of the other
        (0, [330, 390, 480]),
        (1, [260, 380, 560]),
        (2, [120, 360, 720]),
        (9, [120, 360, 720]),
    ],
)
def test_a_rule_takes_over_from_an_older_one(years: int, expected: list[float]) -> None:
    rule = adjusted(phase_in={"steps": ["25%", 0.5, 1], "old": EQUAL})
    assert shared(rule, 1_200, years) == expected
    assert rule.changes()


@pytest.mark.parametrize(("years", "expected"), [(0, [300, 360, 540]), (1, [120, 360, 720])])
def test_a_rule_takes_over_from_what_was_paid(years: int, expected: list[float]) -> None:
    # £300, £300, £400 were paid, of £1,200 that is £360, £360, £480; three quarters of it, and a
    # quarter of £120, £360, £720
    rule = adjusted(phase_in={"steps": ["25%", "100%"], "base": "had"})
    assert shared(rule, 1_200, years) == expected
    assert isinstance(rule.shares(between(AREAS, 1)), Ratios)


def test_a_day_before_the_first_round_counts_as_the_first() -> None:
    rule = adjusted(phase_in={"steps": [0, 1], "base": "had"})
    early = When(date(2023, 4, 1), BEGAN)
    assert paid(rule, AREAS, 1_000, when=early) == [300, 300, 400]


# Who may share


@pytest.mark.parametrize(
    ("eligible", "expected"),
    [
        ({"nation": "Beta"}, [0, 300, 600]),
        ({"code": ["A000000", "A000002"]}, [900 / 7, 0, 5_400 / 7]),
        ({"name": "Ay"}, [900, 0, 0]),
        ({"column": "score", "at_least": 5}, [0, 300, 600]),
        ({"column": "score", "at_most": 5}, [225, 675, 0]),
        ({"column": "score", "at_least": 5, "at_most": 5}, [0, 900, 0]),
        ({"column": "score", "at_least": 4, "nation": ["Alpha", "Beta"]}, [0, 300, 600]),
        # the column is empty for Bee, which may not share anyway
        ({"column": "gaps", "at_least": 4, "name": ["Ay", "Cee"]}, [0, 0, 900]),
    ],
)
def test_only_the_eligible_share(eligible: Any, expected: list[float]) -> None:
    rule = adjusted(eligible=eligible)
    assert shared(rule, 900) == [round(pounds, 2) for pounds in expected]
    assert isinstance(rule.shares(between(AREAS, 1)), Ratios)


def test_bounds_are_of_those_who_may_share() -> None:
    # Bee and Cee have £450 each; 95 % of £600 is £570, which leaves £330 to Bee
    rule = adjusted(EQUAL, eligible={"nation": "Beta"}, floor={"of_per_capita": "95%"})
    assert shared(rule, 900) == [0, 330, 570]
    assert "2 of 3 areas may share" in list(rule.remarks(between(AREAS, 1)))


# In proportions, or in pence


def test_bounds_that_grow_with_the_pot_give_proportions_that_agree_with_pence() -> None:
    # equal parts of £1,000 are £333.33; 95p a head is £95, £285, £570
    relative = adjusted(EQUAL, floor={"of_per_capita": "95%"})
    answer = relative.shares(between(AREAS, 0))
    assert isinstance(answer, Ratios)
    assert np.allclose(answer.weights, [0.145, 0.285, 0.57], rtol=1e-14)
    assert shared(relative) == shared(adjusted(EQUAL, floor={"per_head": "£0.95"}))


# Communities


def test_what_communities_decide_on_stays_the_same_part_of_an_areas_money() -> None:
    # half is shared in equal parts by communities (£500 / 3), half per head: of Cee's £466.67 they
    # decide on 500 / 1400
    programmes = [
        {"name": "hubs", "weight": 0.5, "rule": EQUAL, "decided_by": "communities"},
        {"name": "grants", "weight": 0.5, "rule": PER_HEAD},
    ]
    inner = {"kind": "programmes", "programmes": programmes}
    rule = adjusted(inner, cap={"pounds": "£350"})
    answer = rule.shares(between(AREAS, 1_000))
    assert isinstance(answer, Amounts)
    assert answer.direct is not None
    assert answer.pence[2, 0] == 35_000
    assert answer.direct[2, 0] == 12_500
    plain = adjusted(PER_HEAD, cap={"pounds": 350}).shares(between(AREAS, 1_000))
    assert isinstance(plain, Amounts)
    assert plain.direct is None
    phased = adjusted(PER_HEAD, phase_in={"steps": [0.5, 1], "old": inner})
    # half of £100 and half of £216.67, of which £166.67 is the communities'
    half = phased.shares(between(AREAS, 1_000))
    assert isinstance(half, Amounts)
    assert half.direct is not None
    assert (half.pence[0, 0], half.direct[0, 0]) == (15_834, 8_334)


# What cannot be done


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "nothing is adjusted; state one of eligible, phase_in, damping, floor, cap"),
        ({"floor": {}}, "found none of them; state pounds, per_head, of_per_capita, column"),
        ({"floor": {"pounds": 1, "column": "had"}}, "found pounds and column; state pounds"),
        ({"floor": {"pounds": 1, "times": 2}}, "this multiplies the pounds of a column"),
        ({"floor": {"of_per_capita": "101%"}}, "no pot gives everybody more than its part per hea"),
        ({"floor": {"pounds": 2}, "cap": {"pounds": 1}}, "the cap is below the floor; raise"),
        ({"floor": {"per_head": 2}, "cap": {"per_head": 1}}, "the cap is below the floor; raise"),
        ({"floor": {"of_per_capita": 0.9}, "cap": {"of_per_capita": 0.8}}, "the cap is below the"),
        ({"cap": {"pounds": 1}, "order": ["floor"]}, "cap cannot be found here; name every adjus"),
        ({"cap": {"pounds": 1}, "order": ["cap", "cap"]}, '"cap" is here twice; name each'),
        ({"cap": {"pounds": 1}, "order": ["ceiling", "cap"]}, "phase_in"),
        ({"damping": {}}, "this says nothing; state fall, rise or both"),
        ({"damping": {"fall": 1.1}}, "less than or equal to 1"),
        ({"damping": {"rise": -0.1}}, "greater than or equal to 0"),
        ({"phase_in": {"steps": [1]}}, "state old, a rule, or base, a column of pounds"),
        ({"phase_in": {"steps": [1], "base": "had", "old": EQUAL}}, "and exactly one of them"),
        ({"phase_in": {"steps": [], "base": "had"}}, "at least 1 item"),
        ({"phase_in": {"steps": [0.5, 0.4], "base": "had"}}, "the steps go back"),
        ({"eligible": {}}, "this says nothing; give one of nation, region, foundation, code"),
        ({"eligible": {"at_least": 1}}, "this is a range of a column; state which column"),
        ({"eligible": {"column": "score"}}, "state at_least or at_most, the range in which"),
        ({"eligible": {"column": "score", "at_least": 3, "at_most": 2}}, "no figure is at least 3"),
        ({"eligible": {"nation": []}}, "at least 1 item"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        adjusted(**settings)


@pytest.mark.parametrize(
    ("settings", "key", "message"),
    [
        (
            {"floor": {"pounds": "£200"}, "cap": {"per_head": "£1"}},
            ("cap", "per_head"),
            "the cap is below the floor for Ay; raise the one, or lower the other",
        ),
        (
            {"floor": {"column": "least"}, "cap": {"column": "had"}},
            ("cap", "column"),
            "the cap is below the floor for Ay, Bee, Cee; raise the one",
        ),
        ({"floor": {"column": "hda"}}, ("floor", "column"), '"hda" (did you mean "had"?)'),
        ({"cap": {"column": "gaps"}}, ("cap", "column"), 'column "gaps" is empty for Bee'),
        ({"damping": {"fall": 0, "base": "hda"}}, ("damping", "base"), '(did you mean "had"?)'),
        ({"damping": {"fall": 0, "base": "none"}}, ("damping", "base"), "every area has 0 in none"),
        (
            {"phase_in": {"steps": [1], "base": "hda"}},
            ("phase_in", "base"),
            '(did you mean "had"?)',
        ),
        (
            {"phase_in": {"steps": [1], "base": "none"}},
            ("phase_in", "base"),
            "every area has 0 in none",
        ),
        (
            {"phase_in": {"steps": [1], "old": {"kind": "column", "column": "x"}}},
            ("phase_in", "old", "column"),
            'no column "x"',
        ),
        (
            {"eligible": {"nation": ["Beta", "Alhpa"]}},
            ("eligible", "nation", 1),
            'no area has the nation "Alhpa" (did you mean "Alpha"?)',
        ),
        ({"eligible": {"name": "Cea"}}, ("eligible", "name", 0), '(did you mean "Cee"?)'),
        ({"eligible": {"column": "scor", "at_least": 1}}, ("eligible", "column"), '"score"?)'),
        ({"eligible": {"column": "gaps", "at_least": 1}}, ("eligible", "column"), "empty for Bee"),
        (
            {"eligible": {"column": "score", "at_least": 10}},
            ("eligible",),
            "no area of the geography may share; widen what is asked of them",
        ),
        (
            {"eligible": {"nation": "Alpha", "name": "Bee"}},
            ("eligible",),
            "no area of the geography may share",
        ),
        (
            {"rule": {"kind": "column", "column": "none"}, "floor": {"pounds": 1}},
            ("rule", "column"),
            "every area has 0 in none",
        ),
    ],
)
def test_what_the_table_does_not_allow_is_told_at_its_key(
    settings: Any, key: tuple[str | int, ...], message: str
) -> None:
    rule = adjusted(**{"rule": PER_HEAD, **settings})
    for pot in (0, 100_000):
        with pytest.raises(Fault, match=re.escape(message)) as raised:
            rule.shares(Round.over(AREAS, "need", np.array([pot])))
        assert raised.value.key == key


def test_nobody_with_any_need_is_told_before_there_is_any_money() -> None:
    rule = adjusted({"kind": "need_weighted"}, floor={"pounds": "£1"})
    with pytest.raises(Fault, match="no area of the geography has any weight") as raised:
        rule.shares(Round.over(AREAS, "none", np.array([0])))
    assert raised.value.key == ("rule",)


def test_a_cap_below_a_floor_for_some_pots_only_is_remarked_on() -> None:
    # 10 % per head is £10 for Ay where the pot is £1,000
    rule = adjusted(floor={"pounds": "£50"}, cap={"of_per_capita": "10%"})
    (found,) = [text for text in rule.remarks(between(AREAS, 1_000)) if "below" in text]
    assert found.startswith("the cap is below the floor for Ay, Bee; of the two, the later")
    assert shared(rule) == [10, 30, 60]
    assert not [text for text in rule.remarks(between(AREAS, 0)) if "below" in text]
