"""Programmes and districts worked by hand on three areas.

The areas have 100, 300 and 600 people, so that a pot of £1,000 is £100, £300 and £600 per head.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from fundsim.rules.allocation import AllocationRule, Amounts, AnyAllocation, Programmes, Ratios
from fundsim.rules.base import Fault
from fundsim.rules.round import Round, When
from tests.rules.accounts import check_accounts
from tests.rules.little import between, check_alone, paid, table

AREAS = table(
    [100, 300, 600],
    names=["Ay", "Bee", "Cee"],
    nations=["Alpha", "Beta", "Beta"],
    sums=["claims"],
    claims=[50, 50, 100],
    nobody=[0, 0, 0],
    need=[1, 1, 1],
)
EQUAL = {"kind": "equal"}
PER_HEAD = {"kind": "per_capita"}
CLAIMS = {"kind": "column", "column": "claims", "unit": "pounds"}
DAMPED = {"kind": "adjusted", "rule": EQUAL, "damping": {"fall": "10%"}}
LIBRARIES = {"name": "libraries", "top_slice": "30%", "rule": EQUAL}
HUBS = {"name": "hubs", "weight": "40%", "rule": PER_HEAD}
GRANTS = {
    "name": "grants",
    "weight": "60%",
    "rule": PER_HEAD,
    "eligible": {"nation": "Beta"},
}


def read(settings: Any) -> AllocationRule:
    found: AllocationRule = TypeAdapter(AnyAllocation).validate_python(settings)
    return found


def programmes(*listed: Any) -> Programmes:
    found = read({"kind": "programmes", "programmes": list(listed)})
    assert isinstance(found, Programmes)
    return found


def districts(*listed: Any, rule: Any = PER_HEAD) -> AllocationRule:
    return read({"kind": "districts", "rule": rule, "districts": list(listed)})


def on(year: int) -> When:
    return When(date(year, 4, 1), date(2024, 4, 1))


def shared(rule: AllocationRule, pounds: float = 1_000, year: int = 2024) -> list[float]:
    """What each area gets, in pounds; its account, and each path alone, are looked at too."""
    check_accounts(rule, between(AREAS, pounds, 0.01, 77.77, when=on(year)))
    check_alone(rule, between(AREAS, 0, pounds, 77.77, when=on(year)))
    return paid(rule, AREAS, pounds, when=on(year))


# Programmes


def test_top_slices_come_first_and_weights_share_what_they_leave() -> None:
    # libraries: £300, £100 each; hubs: £280 per head; grants: £420 for Bee and Cee per head
    rule = programmes(LIBRARIES, HUBS, GRANTS)
    assert shared(rule) == [128, 324, 548]
    assert isinstance(rule.shares(between(AREAS, 0)), Ratios)
    assert not rule.changes()
    by_name = {
        name: part.pence[:, 0].tolist()
        for name, part in rule.amounts(between(AREAS, 1_000)).items()
    }
    assert by_name == {
        "libraries": [10_000, 10_000, 10_000],
        "hubs": [2_800, 8_400, 16_800],
        "grants": [0, 14_000, 28_000],
    }
    assert list(rule.remarks(between(AREAS, 1))) == ["grants: 2 of 3 areas may share"]


def test_a_fund_may_be_all_top_slices() -> None:
    rest = {"name": "rest", "top_slice": "70%", "rule": PER_HEAD}
    assert shared(programmes(LIBRARIES, rest)) == [170, 310, 520]


def test_what_a_programme_leaves_waits_and_the_others_do_not_get_it() -> None:
    # half is per head; claims of £200 take £200 of the other £500
    halves = programmes({"name": "claims", "weight": 0.5, "rule": CLAIMS}, {**HUBS, "weight": 0.5})
    assert shared(halves) == [100, 200, 400]


# Programmes that begin and end


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2023, [70, 210, 420]),  # grants have not begun: hubs have all that libraries leave
        (2024, [28, 224, 448]),
        (2025, [28, 224, 448]),
        (2026, [0, 700 / 3, 1_400 / 3]),  # hubs have ended
    ],
)
def test_who_is_there_shares_what_those_that_are_not_would_have(
    year: int, expected: list[float]
) -> None:
    rule = programmes(
        LIBRARIES, {**HUBS, "until": "2026-04-01"}, {**GRANTS, "begins": "2024-04-01"}
    )
    assert shared(rule, year=year) == [round(100 + pounds, 2) for pounds in expected]
    assert rule.changes()


def test_where_no_programme_with_a_weight_is_there_what_is_left_waits() -> None:
    rule = programmes(LIBRARIES, {**HUBS, "weight": 1, "begins": "2025-04-01"})
    assert shared(rule) == [100, 100, 100]
    assert shared(rule, year=2025) == [170, 310, 520]
    assert list(rule.remarks(between(AREAS, 1, when=on(2024)))) == [
        (
            "hubs begins on 1 April 2025; until then its 70% waits, since no other is there to "
            "share it"
        ),
        "70% of the money waits, since no programme is there to share it",
    ]


def test_where_there_are_only_top_slices_those_that_are_there_have_all() -> None:
    rest = {"name": "rest", "top_slice": "70%", "rule": PER_HEAD, "until": "2025-04-01"}
    assert shared(programmes(LIBRARIES, rest), 900, 2025) == [300, 300, 300]
    assert shared(programmes({**rest, "top_slice": 1}), 900, 2025) == [0, 0, 0]


def test_one_programme_may_follow_another() -> None:
    first = {**LIBRARIES, "until": "2025-04-01"}
    then = {**LIBRARIES, "name": "parks", "top_slice": "80%", "begins": "2025-04-01"}
    rule = programmes(first, then, {**HUBS, "weight": 1})
    assert shared(rule) == [170, 310, 520]
    assert shared(rule, 900, 2025) == [240 + 18, 240 + 54, 240 + 108]


# What is said of programmes that begin and end

SHORT = {**LIBRARIES, "until": "2028-04-01"}


def weighted(name: str, part: str, **settings: Any) -> Any:
    return {"name": name, "weight": part, "rule": PER_HEAD, **settings}


ALSO = weighted("also", "20%")
LATER = {"begins": "2026-04-01"}
ENDS = {"until": "2028-04-01"}
AFTER = {**LIBRARIES, "name": "parks", "top_slice": "80%", "begins": "2028-04-01"}


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        # 40 % of what there is; the others have 40 % and 20 % of it, and then two and one thirds
        (
            [{**HUBS, **ENDS}, weighted("grants", "40%"), ALSO],
            ["hubs ends on 1 April 2028; from then its 40% goes to the others in proportion"],
        ),
        # libraries keep their 30 %, so that not all others have more; hubs have 40 % of 70 %
        (
            [LIBRARIES, {**HUBS, **LATER}, weighted("grants", "40%"), ALSO],
            [
                (
                    "hubs begins on 1 April 2026; until then its 28% goes to grants and also in "
                    "proportion"
                )
            ],
        ),
        (
            [SHORT, weighted("grants", "100%")],
            ["libraries ends on 1 April 2028; from then its 30% goes to grants"],
        ),
        # parks have 30 % of all top slices but those of pools: 30 % of 100 %
        (
            [
                {"name": "parks", "top_slice": "30%", "rule": EQUAL, "until": "2026-04-01"},
                {"name": "pools", "top_slice": "70%", "rule": EQUAL, "until": "2028-04-01"},
            ],
            [
                "parks ends on 1 April 2026; from then its 30% goes to pools",
                (
                    "pools ends on 1 April 2028; from then its 100% waits, since no other is there "
                    "to share it"
                ),
            ],
        ),
        # one begins and ends
        (
            [weighted("first", "50%", **LATER, **ENDS), weighted("second", "50%")],
            [
                "first begins on 1 April 2026; until then its 50% goes to second",
                "first ends on 1 April 2028; from then its 50% goes to second",
            ],
        ),
        # two on the same day
        (
            [SHORT, AFTER, weighted("grants", "100%")],
            [
                (
                    "on 1 April 2028 libraries ends and parks begins; from then the money goes to "
                    "parks (80%) and grants (20%)"
                )
            ],
        ),
        (
            [SHORT, weighted("grants", "100%", **ENDS)],
            ["on 1 April 2028 libraries ends and grants ends; from then all money waits"],
        ),
        (
            [SHORT, {**LIBRARIES, "name": "parks"}, weighted("grants", "100%", **ENDS)],
            [
                (
                    "on 1 April 2028 libraries ends and grants ends; from then the money goes to "
                    "parks (30%), and 70% waits"
                )
            ],
        ),
        ([LIBRARIES, weighted("grants", "100%")], []),
    ],
)
def test_what_happens_to_the_money_of_a_programme_that_ends_is_said(
    listed: list[Any], said: list[str]
) -> None:
    rule = programmes(*listed)
    assert list(rule.remarks(between(AREAS, 1, when=on(2027))))[: len(said)] == said
    if not said:
        assert list(rule.remarks(between(AREAS, 1))) == []


def lines(rule: AllocationRule, year: int, member: int = 2, pounds: float = 1_000) -> list[str]:
    """The words of the lines that account for an area, but for how each part of it came about."""
    answer = rule.shares(between(AREAS, pounds, when=on(year)))
    return [step.words for step in answer.told(member, 0) if not step.depth]


def test_the_line_of_a_programme_says_whose_part_it_has_too() -> None:
    rule = programmes({**HUBS, **ENDS}, weighted("grants", "40%", **LATER), ALSO)
    assert lines(rule, 2024) == [
        "hubs, with its part of what grants (begins on 1 April 2026) would have",
        "also, with its part of what grants (begins on 1 April 2026) would have",
    ]
    assert lines(rule, 2026) == ["hubs", "grants", "also"]
    assert lines(rule, 2028) == [
        "grants, with its part of what hubs (ended on 1 April 2028) would have",
        "also, with its part of what hubs (ended on 1 April 2028) would have",
    ]
    assert shared(rule, year=2028) == [100, 300, 600]
    both = programmes({**HUBS, **ENDS}, weighted("grants", "40%", until="2027-04-01"), ALSO)
    assert lines(both, 2028) == [
        (
            "also, with what hubs (ended on 1 April 2028) would have and what grants (ended on "
            "1 April 2027) would have"
        )
    ]


def test_in_pounds_the_line_of_one_that_has_ended_says_so_itself() -> None:
    by_claims = weighted("claims", "60%", rule=CLAIMS)
    rule = programmes({**HUBS, **ENDS}, by_claims)
    assert lines(rule, 2028) == [
        "hubs (ended on 1 April 2028)",
        "claims, with what hubs (ended on 1 April 2028) would have",
    ]
    assert shared(rule, year=2028) == [50, 50, 100]


def test_top_slices_that_were_never_there_together_have_nothing_of_each_other() -> None:
    rule = programmes(SHORT, AFTER, weighted("grants", "100%"))
    assert lines(rule, 2028) == ["parks", "grants"]


# Communities


def test_communities_decide_on_a_programme_of_their_own() -> None:
    rule = programmes(LIBRARIES, {**HUBS, "decided_by": "communities"}, GRANTS)
    assert shared(rule) == [128, 324, 548]
    answer = rule.shares(between(AREAS, 1_000, 0))
    assert isinstance(answer, Amounts)
    assert answer.direct is not None
    assert answer.direct.T.tolist() == [[2_800, 8_400, 16_800], [0, 0, 0]]


def direct(rule: AllocationRule, pounds: float = 1_000) -> list[int]:
    answer = rule.shares(between(AREAS, pounds))
    assert isinstance(answer, Amounts)
    assert answer.direct is not None
    check_accounts(rule, between(AREAS, pounds))
    found: list[int] = answer.direct[:, 0].tolist()
    return found


def test_communities_keep_their_part_wherever_programmes_stand() -> None:
    own = programmes(LIBRARIES, {**HUBS, "weight": 1, "decided_by": "communities"})
    inside = own.model_dump(by_alias=True)
    assert direct(own) == [7_000, 21_000, 42_000]
    # half of the money in programmes that stand in a programme, half in grants
    outer = {"name": "outer", "weight": 0.5, "rule": inside}
    assert direct(programmes(outer, {**GRANTS, "weight": 0.5})) == [3_500, 10_500, 21_000]
    # communities that decide on the outer one decide on all of it
    all_of_it = {**outer, "decided_by": "communities", "weight": 1}
    assert direct(programmes(all_of_it)) == [17_000, 31_000, 52_000]
    # in each nation: £100 in Alpha, of which £70, and £900 in Beta, of which £630
    first = {"by": "nation", "kind": "per_capita"}
    nations = read({"kind": "hierarchy", "first": first, "then": inside})
    assert direct(nations) == [7_000, 21_000, 42_000]
    # Ay has £170, £310 and £520 in all; times two, £340 of £1,170, of which communities decide on
    # 70 / 170, brought back to £1,000
    twice = districts({"name": "old town", "areas": "Ay", "multiplier": 2.0}, rule=inside)
    assert direct(twice) == [11_966, 17_949, 35_897]


# What cannot be done with programmes


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        ([], "at least 1 item"),
        ([{"name": "x", "rule": EQUAL}], "state top_slice or weight, and exactly one of them"),
        ([{**HUBS, "top_slice": 0.1}], "state top_slice or weight, and exactly one of them"),
        ([HUBS], "the weights sum to 0.4, not to 1"),
        ([LIBRARIES], "the top slices sum to 0.3 and nobody has the rest; state a weight"),
        ([LIBRARIES, {**LIBRARIES, "top_slice": 0.8}], '"libraries" is here twice; give each'),
        (
            [LIBRARIES, {**LIBRARIES, "name": "x", "top_slice": 0.8}],
            "the top slices sum to 1.1, more than all there is",
        ),
        (
            [{**HUBS, "weight": 1, "begins": "2025-01-01", "until": "2025-01-01"}],
            "found 2025-01-01, expected a day after it begins, 2025-01-01",
        ),
        ([{**HUBS, "weight": 1, "decided_by": "trustees"}], "foundations"),
        ([{**HUBS, "weight": 1, "rule": DAMPED}], "damping looks at all that an area had the ro"),
        (
            [{**HUBS, "weight": 1, "rule": {"kind": "programmes", "programmes": []}}],
            "at least 1 item",
        ),
    ],
)
def test_programmes_that_make_no_sense_are_refused(listed: list[Any], message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        programmes(*listed)


@pytest.mark.parametrize("spell", [{}, {"begins": "2090-01-01"}, {"until": "1990-01-01"}])
@pytest.mark.parametrize(
    ("settings", "key", "message"),
    [
        ({"rule": {"kind": "column", "column": "claim"}}, ("rule", "column"), '"claims"?)'),
        ({"rule": {"kind": "column", "column": "nobody"}}, ("rule", "column"), "has 0 in nobody"),
        ({"eligible": {"nation": "Gamma"}}, ("eligible", "nation", 0), 'no area has the nation "G'),
        (
            {"eligible": {"nation": "Alpha", "name": "Bee"}},
            ("eligible",),
            "no area of the geography may share",
        ),
    ],
)
def test_what_is_wrong_with_a_programme_is_told_before_it_begins(
    spell: Any, settings: Any, key: tuple[str | int, ...], message: str
) -> None:
    rule = programmes({**HUBS, "weight": 0.5}, {**GRANTS, "weight": 0.5, **settings, **spell})
    with pytest.raises(Fault, match=re.escape(message)) as raised:
        rule.shares(between(AREAS, 0))
    assert raised.value.key == ("programmes", 1, *key)


def test_damping_belongs_around_programmes_and_works_there() -> None:
    inside = programmes(LIBRARIES, {**HUBS, "weight": 1}).model_dump()
    rule = read({"kind": "adjusted", "rule": inside, "damping": {"fall": 0, "rise": 0}})
    before = np.array([[100], [500], [400]])
    here = Round.over(AREAS, "need", np.array([1_000]), before=before)
    answer = rule.shares(here)
    assert isinstance(answer, Amounts)
    assert answer.pence.tolist() == before.tolist()


# The pot that keeps all promises

FLOOR = {"kind": "adjusted", "rule": PER_HEAD, "floor": {"pounds": "£10"}}
MIX = {"kind": "mix_with_floor", "parts": {"population": 1}, "floor": "£10"}
EAST = {"name": "east", "areas": ["Ay", "Bee"], "share": "40%"}


@pytest.mark.parametrize(
    ("rule", "needed"),
    [
        # £20 for two floors is 42 % of £47.62; a penny less still gives £20 to the nearest penny
        (programmes(LIBRARIES, HUBS, {**GRANTS, "rule": FLOOR}), 4_761),
        # £30 for three floors, of 30 %; £10 for one is less of the others
        (programmes({**LIBRARIES, "rule": FLOOR}, HUBS, GRANTS), 10_000),
        (programmes(LIBRARIES, HUBS, GRANTS), 0),
        # one that is not there promises nothing
        (programmes({**HUBS, "weight": 1}, {**LIBRARIES, "rule": FLOOR, "until": "1990-01-01"}), 0),
        (
            read({"kind": "mix", "parts": [{**MIX, "weight": 0.3}, {**EQUAL, "weight": 0.7}]}),
            10_000,
        ),
        (read({"kind": "mix", "parts": [{**EQUAL, "weight": 1}, {**MIX, "weight": 0}]}), 0),
        # £20 for the two areas of Beta, which has half
        (read({"kind": "hierarchy", "first": {**EQUAL, "by": "nation"}, "then": FLOOR}), 4_000),
        # Barnett's bases are needed by the first level, £200, and pay £20 in Beta easily
        (
            read(
                {
                    "kind": "hierarchy",
                    "first": {
                        "kind": "barnett",
                        "by": "nation",
                        "base": "claims",
                        "reference": "Beta",
                    },
                    "then": FLOOR,
                }
            ),
            20_000,
        ),
        # £30 of the tenth that a district leaves, and £20 of two fifths
        (districts({"name": "x", "areas": "Ay", "share": "90%"}, rule=FLOOR), 30_000),
        (districts({**EAST, "rule": FLOOR}), 5_000),
    ],
)
def test_the_pot_that_is_needed_pays_every_part_of_it(rule: AllocationRule, needed: int) -> None:
    assert rule.needed(between(AREAS, 1)) == pytest.approx(needed, abs=5)


def test_a_promise_that_no_pot_can_keep_is_said_to_need_the_largest() -> None:
    most = {"kind": "mix_with_floor", "parts": {"population": 1}, "floor": "£50bn"}
    assert programmes({**HUBS, "weight": 1, "rule": most}).needed(between(AREAS, 1)) == 10**13


# Districts


def test_a_multiplier_favours_a_district_at_the_cost_of_all_others() -> None:
    twice = districts({"name": "old town", "areas": ["Ay"], "multiplier": 2.0})
    assert shared(twice, 1_100) == [200, 300, 600]
    assert isinstance(twice.shares(between(AREAS, 0)), Ratios)


def test_multipliers_of_districts_that_overlap_are_multiplied() -> None:
    both = districts(
        {"name": "town", "areas": ["Ay", "A000001"], "multiplier": 2.0},
        {"name": "old town", "areas": "Ay", "multiplier": 3.0},
    )
    # 600, 600 and 600 parts
    assert shared(both, 900) == [300, 300, 300]


def test_a_sub_pot_is_shared_in_its_district_and_the_rest_between_all() -> None:
    own = districts({"name": "east", "areas": ["Cee", "Bee"], "share": "9%"})
    # £90 as one part to two; £910 per head of everybody
    assert shared(own) == [91, 303, 606]
    equal = districts({"name": "east", "areas": ["Cee", "Bee"], "share": "9%", "rule": EQUAL})
    assert shared(equal) == [91, 318, 591]


def test_a_sub_pot_may_go_by_pounds_and_what_is_left_of_it_waits() -> None:
    # claims of £50 and £100 take £150 of the £500; £500 per head of everybody
    own = districts({"name": "east", "areas": ["Bee", "Cee"], "share": "50%", "rule": CLAIMS})
    assert shared(own) == [50, 200, 400]


def test_pounds_are_multiplied_too_and_their_sum_stays() -> None:
    # £50, £50, £100 become £150, £50, £100 of £300, brought back to £200
    thrice = districts({"name": "old town", "areas": "Ay", "multiplier": 3.0}, rule=CLAIMS)
    assert shared(thrice, 1_000) == [100, 33.33, 66.67]


@pytest.mark.parametrize(
    ("year", "expected"), [(2023, [100, 300, 600]), (2024, [90, 297, 613]), (2026, [100, 300, 600])]
)
def test_a_district_is_favoured_for_some_years(year: int, expected: list[float]) -> None:
    # £100 for Bee and Cee, £30.77 and £69.23 if shared as 4 to 9; £900 per head
    rule = districts(
        {
            "name": "east",
            "areas": ["Bee", "Cee"],
            "share": "10%",
            "begins": "2024-04-01",
            "until": "2026-04-01",
            "rule": {"kind": "shares", "shares": {"Bee": "27%", "Cee": "73%"}},
        }
    )
    assert shared(rule, year=year) == expected
    assert rule.changes()


def test_what_happens_without_a_district_is_said() -> None:
    rule = districts(
        {"name": "east", "areas": ["Bee", "Cee"], "share": "10%", "until": "2026-04-01"},
        {"name": "old town", "areas": "Ay", "multiplier": 2.0, **LATER, **ENDS},
    )
    east = "district east ends on 1 April 2026; from then its 10% goes to the rule for everybody"
    begins = (
        "district old town begins on 1 April 2026; until then its multiplier, 2, does not count"
    )
    ends = "district old town ends on 1 April 2028; from then its multiplier, 2, does not count"
    assert list(rule.remarks(between(AREAS, 1))) == [east, begins, ends]
    alpha = between(AREAS, 1).within(np.array([0]))
    assert list(rule.remarks(alpha)) == [begins, ends]


@pytest.mark.parametrize(
    ("rule", "expected"), [(PER_HEAD, [100, 300, 600]), (CLAIMS, [50, 50, 100])]
)
def test_the_account_of_an_area_says_which_district_it_has_nothing_of(
    rule: Any, expected: list[float]
) -> None:
    own = districts(
        {"name": "east", "areas": ["Bee", "Cee"], "share": "10%", "until": "2026-04-01"},
        {"name": "old town", "areas": "Ay", "multiplier": 2.0, "begins": "2030-04-01"},
        rule=rule,
    )
    assert shared(own, year=2028) == expected
    everybody = "the rule for everybody, with the 10% of east (ended on 1 April 2026)"
    assert lines(own, 2028) == [everybody]
    answer = own.shares(between(AREAS, 1_000, when=on(2028)))
    assert "nothing for old town (begins on 1 April 2030)" in [
        step.words for step in answer.told(0, 0)
    ]
    assert not any("old town" in step.words for step in answer.told(2, 0))
    assert lines(own, 2025)[0] == "the rule for everybody"


def test_districts_stand_inside_a_nation_where_their_areas_lie() -> None:
    then = districts(
        {"name": "east", "areas": ["Bee"], "share": "50%"},
        {"name": "old town", "areas": "Ay", "multiplier": 2.0},
    )
    rule = read(
        {
            "kind": "hierarchy",
            "first": {"by": "nation", "kind": "per_capita"},
            "then": then.model_dump(by_alias=True),
        }
    )
    # £900 in Beta: £450 for Bee, and £450 as one part to two; Ay is alone in Alpha
    assert shared(rule) == [100, 600, 300]


def test_what_the_rules_of_programmes_and_districts_have_to_say_names_them() -> None:
    floor = {"kind": "adjusted", "rule": EQUAL, "floor": {"pounds": 1}}
    own = districts({"name": "east", "areas": ["Bee"], "share": 0.5, "rule": floor}, rule=floor)
    words = "adjusted in this order: floor"
    assert list(own.remarks(between(AREAS, 9))) == [words, f"district east: {words}"]
    grants = {**GRANTS, "rule": floor}
    assert list(programmes(LIBRARIES, HUBS, grants).remarks(between(AREAS, 9))) == [
        "grants: 2 of 3 areas may share",
        f"grants: {words}",
    ]


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        ([], "at least 1 item"),
        ([{"name": "x", "areas": "Ay"}], "state multiplier or share, and exactly one of them"),
        ([{"name": "x", "areas": "Ay", "multiplier": 2.0, "share": 0.1}], "exactly one of them"),
        ([{"name": "x", "areas": "Ay", "multiplier": -1.0}], "greater than or equal to 0"),
        ([{"name": "x", "areas": "Ay", "multiplier": 2.0, "rule": EQUAL}], "leave this out"),
        ([{"name": "x", "areas": [], "multiplier": 2.0}], "at least 1 item"),
        ([{"name": "x", "areas": "Ay", "share": 0.6}] * 2, '"x" is here twice; give each its own'),
        (
            [{"name": n, "areas": "Ay", "share": 0.6} for n in ("x", "y")],
            "the districts' shares sum to 1.2, more than all there is",
        ),
        ([{"name": "x", "areas": "Ay", "share": 0.1, "rule": DAMPED}], "damping looks at all"),
    ],
)
def test_districts_that_make_no_sense_are_refused(listed: list[Any], message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        districts(*listed)


@pytest.mark.parametrize("spell", [{}, {"begins": "2090-01-01"}])
@pytest.mark.parametrize(
    ("settings", "key", "message"),
    [
        ({"areas": ["Ay", "Bea"]}, ("areas", 1), '"Bea" is not in the geography (did you mean "B'),
        ({"areas": ["Ay", "A000000"]}, ("areas", 1), "Ay is here twice; name each area once"),
        (
            {"areas": ["Ay"], "rule": {"kind": "column", "column": "x"}, "share": 0.1},
            ("rule", "column"),
            'no column "x"',
        ),
    ],
)
def test_what_is_wrong_with_a_district_is_told_before_it_begins(
    spell: Any, settings: Any, key: tuple[str | int, ...], message: str
) -> None:
    favoured = {} if "share" in settings else {"multiplier": 2.0}
    rule = districts({"name": "x", **favoured, **settings, **spell})
    with pytest.raises(Fault, match=re.escape(message)) as raised:
        rule.shares(between(AREAS, 0))
    assert raised.value.key == ("districts", 0, *key)


def test_a_multiplier_that_leaves_nobody_any_weight_is_a_fault() -> None:
    nobody = districts({"name": "x", "areas": ["Ay", "Bee", "Cee"], "multiplier": 0.0})
    with pytest.raises(Fault, match="no area of the geography has any weight"):
        nobody.shares(between(AREAS, 0))
