"""Allocation rules worked by hand on five areas of two nations."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from fundsim.money import Real
from fundsim.places import Geography, load_geography
from fundsim.rules.allocation import AllocationRule, Amounts, AnyAllocation, Ratios, in_money
from fundsim.rules.base import Fault
from fundsim.rules.round import Round
from tests.rules.accounts import check_accounts

TABLE = """\
code,name,population,nation,region,foundation,need,own,other,counted,claims,empty,nobody
A1,Ay one,100,Alpha,North,fells,4,8,,50,10,1,0
A2,Ay two,300,Alpha,North,fells,2,2,,0,5.25,,0
A3,Ay three,600,Alpha,South,marsh,1,1,,30,0,1,0
B1,Bee one,400,Beta,East,bay,3,,7,20,2.5,1,0
B2,Bee two,600,Beta,East,bay,2,,9,100,2.25,1,0
"""
COLUMNS = """\
column,title,unit,nations,comparable,aggregate,vintage,source,licence
need,Need,points,all,uk,mean,,,
own,Alpha's own index,points,Alpha,nation,mean,,,
other,Beta's own index,points,Beta,nation,mean,,,
counted,People counted,persons,all,uk,sum,,,
claims,Pounds asked for,pounds,all,uk,sum,,,
empty,Half known,points,all,uk,mean,,,
nobody,Nobody,points,all,uk,mean,,,
"""

RULE: TypeAdapter[Any] = TypeAdapter(AnyAllocation)


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Geography:
    folder = tmp_path_factory.mktemp("five")
    (folder / "five.csv").write_text(TABLE, encoding="utf-8")
    (folder / "five.columns.csv").write_text(COLUMNS, encoding="utf-8")
    return load_geography(str(folder / "five.csv"))


Shared = Callable[..., Real]


@pytest.fixture
def shared(five: Geography) -> Shared:
    """Each area's share of the money under a rule."""

    def share(need: Any = "need", **settings: Any) -> Real:
        answer = rule(**settings).shares(round_of(five, need))
        assert isinstance(answer, Ratios)
        return np.asarray(answer.weights / answer.weights.sum())

    return share


def rule(**settings: Any) -> AllocationRule:
    found: AllocationRule = RULE.validate_python(settings)
    return found


def round_of(five: Geography, need: Any = "need", pot: int = 100) -> Round:
    return Round.over(five, need, np.array([pot]))


def close(found: Real, expected: list[float]) -> bool:
    return np.allclose(found, np.array(expected), rtol=1e-14, atol=0)


# One level


def test_equal_gives_every_area_the_same(shared: Shared) -> None:
    assert close(shared(kind="equal"), [0.2] * 5)


def test_per_capita_gives_every_person_the_same(shared: Shared) -> None:
    assert close(shared(kind="per_capita"), [0.05, 0.15, 0.3, 0.2, 0.3])


@pytest.mark.parametrize(
    ("steepness", "points"),
    [
        (0, [100, 300, 600, 400, 600]),
        (1, [400, 600, 600, 1200, 1200]),
        (2, [1600, 1200, 600, 3600, 2400]),
        (0.5, [200, 300 * 2**0.5, 600, 400 * 3**0.5, 600 * 2**0.5]),
    ],
)
def test_need_weighted_is_people_times_need_to_the_steepness(
    shared: Shared, steepness: float, points: list[float]
) -> None:
    expected = [point / sum(points) for point in points]
    assert close(shared(kind="need_weighted", steepness=steepness), expected)


def test_need_weighted_is_steepness_one_unless_stated(shared: Shared) -> None:
    assert close(shared(kind="need_weighted"), [0.1, 0.15, 0.15, 0.3, 0.3])


@pytest.mark.parametrize("steepness", [0.3, 1.0, 2.5])
def test_an_area_without_need_gets_nothing(shared: Shared, steepness: float) -> None:
    found = shared("counted", kind="need_weighted", steepness=steepness)
    assert found[1] == 0
    assert (found[[0, 2, 3, 4]] > 0).all()


@pytest.mark.parametrize("steepness", [0.0, 0.4, 1.0, 1.7, 5.0])
def test_more_need_a_head_never_gets_less_a_head(
    five: Geography, shared: Shared, steepness: float
) -> None:
    per_head = shared(kind="need_weighted", steepness=steepness) / five.population
    by_need = per_head[np.argsort(five.columns["need"], kind="stable")]
    assert (np.diff(by_need) >= -1e-18).all()


@pytest.mark.parametrize(
    ("at_least", "expected"),
    [
        (0, [0.25, 0, 0.15, 0.1, 0.5]),
        (20, [0.25, 0, 0.15, 0.1, 0.5]),
        (30, [50 / 180, 0, 30 / 180, 0, 100 / 180]),
        (100, [0, 0, 0, 0, 1]),
    ],
)
def test_threshold_per_head_counts_people_only_where_there_are_enough(
    shared: Shared, at_least: float, expected: list[float]
) -> None:
    found = shared(kind="threshold_per_head", people="counted", at_least=at_least)
    assert close(found, expected)


def test_shares_are_as_stated_by_name_or_by_code(shared: Shared) -> None:
    stated = {"B2": "5%", "Ay one": "10%", "A2": 0.2, "Bee one": "25%", "Ay three": "40%"}
    assert close(shared(kind="shares", shares=stated), [0.1, 0.2, 0.4, 0.25, 0.05])


def test_column_shares_in_proportion_to_what_stands_there(shared: Shared) -> None:
    assert close(shared(kind="column", column="counted"), [0.25, 0, 0.15, 0.1, 0.5])


# Several rules at once


def test_mix_is_part_by_one_rule_and_part_by_another(shared: Shared) -> None:
    parts = [{"kind": "equal", "weight": "25%"}, {"kind": "per_capita", "weight": "75%"}]
    expected = [0.05 + 0.75 * share for share in (0.05, 0.15, 0.3, 0.2, 0.3)]
    assert close(shared(kind="mix", parts=parts), expected)


def test_a_part_of_no_weight_changes_nothing(shared: Shared) -> None:
    parts = [{"kind": "equal", "weight": 0}, {"kind": "per_capita", "weight": 1}]
    assert close(shared(kind="mix", parts=parts), [0.05, 0.15, 0.3, 0.2, 0.3])


# Two levels and more


@pytest.mark.parametrize(
    ("first", "alpha"),
    [
        ({"kind": "shares", "shares": {"Alpha": "80%", "Beta": "20%"}}, 0.8),
        ({"kind": "shares", "shares": {"Beta": 1, "Alpha": 0}}, 0.0),
        ({"kind": "equal"}, 0.5),
        ({"kind": "per_capita"}, 0.5),
        # need is a mean, weighted by people: 1.6 in Alpha, 2.4 in Beta; both have 1,000 people
        ({"kind": "need_weighted"}, 0.4),
        ({"kind": "need_weighted", "steepness": 2}, 1.6**2 / (1.6**2 + 2.4**2)),
        ({"kind": "column", "column": "need"}, 0.4),
        # counted is a sum: 80 in Alpha, 120 in Beta
        ({"kind": "threshold_per_head", "people": "counted"}, 0.4),
        ({"kind": "threshold_per_head", "people": "counted", "at_least": 100}, 0.0),
        ({"kind": "column", "column": "counted"}, 0.4),
    ],
)
def test_hierarchy_shares_between_nations_first(
    shared: Shared, first: dict[str, Any], alpha: float
) -> None:
    found = shared(kind="hierarchy", first={"by": "nation", **first}, then={"kind": "per_capita"})
    within = np.array([0.1, 0.3, 0.6, 0.4, 0.6])
    between = np.array([alpha] * 3 + [1 - alpha] * 2)
    assert np.allclose(found, between * within, rtol=1e-14)


def test_a_group_without_a_share_need_not_be_able_to_share(shared: Shared) -> None:
    first = {"by": "nation", "kind": "shares", "shares": {"Alpha": 1, "Beta": 0}}
    found = shared("own", kind="hierarchy", first=first, then={"kind": "need_weighted"})
    assert close(found, [0.4, 0.3, 0.3, 0, 0])  # own: 8, 2, 1 times 100, 300, 600 people


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("region", [("North", [0, 1]), ("South", [2]), ("East", [3, 4])]),
        ("foundation", [("fells", [0, 1]), ("marsh", [2]), ("bay", [3, 4])]),
    ],
)
def test_hierarchy_shares_between_regions_or_foundations(
    shared: Shared, by: str, groups: list[tuple[str, list[int]]]
) -> None:
    stated = {name: share for (name, _), share in zip(groups, ("50%", "30%", "20%"), strict=True)}
    first = {"by": by, "kind": "shares", "shares": stated}
    found = shared(kind="hierarchy", first=first, then={"kind": "equal"})
    assert close(found, [0.25, 0.25, 0.3, 0.1, 0.1])


def test_each_nation_is_shared_by_its_own_index(shared: Shared) -> None:
    found = shared(
        {"Alpha": "own", "Beta": "other"},
        kind="hierarchy",
        first={"by": "nation", "kind": "equal"},
        then={"kind": "need_weighted"},
    )
    assert close(found, [0.2, 0.15, 0.15, 0.5 * 2800 / 8200, 0.5 * 5400 / 8200])


def test_a_hierarchy_may_stand_in_a_hierarchy(shared: Shared) -> None:
    found = shared(
        kind="hierarchy",
        first={"by": "nation", "kind": "shares", "shares": {"Alpha": "60%", "Beta": "40%"}},
        then={
            "kind": "hierarchy",
            "first": {"by": "foundation", "kind": "column", "column": "need"},
            "then": {"kind": "mix", "parts": [{"kind": "equal", "weight": 1}]},
        },
    )
    # need of the fells is (400 + 600) / 400 = 2.5, of the marsh 1
    fells, marsh = 0.6 * 2.5 / 3.5, 0.6 / 3.5
    assert close(found, [fells / 2, fells / 2, marsh, 0.2, 0.2])


# Pounds as stated


def paid(five: Geography, *pots: int) -> list[list[int]]:
    answer = rule(kind="column", column="claims", unit="pounds").shares(
        Round.over(five, "need", np.array(pots))
    )
    assert isinstance(answer, Amounts)
    assert answer.pence.dtype == np.int64
    columns: list[list[int]] = answer.pence.T.tolist()
    return columns


def test_pounds_are_paid_as_stated_and_no_more(five: Geography) -> None:
    claims = [1000, 525, 0, 250, 225]
    assert paid(five, 2_000, 2_001, 10**12) == [claims, claims, claims]


def test_where_money_is_short_every_claim_is_paid_less_in_proportion(five: Geography) -> None:
    assert paid(five, 1_000, 0) == [[500, 262, 0, 126, 112], [0] * 5]  # 262.5 and 387.5 to even


def test_pounds_of_one_path_do_not_depend_on_the_others(five: Geography) -> None:
    pots = [0, 1, 17, 999, 2_000, 5_000]
    assert paid(five, *pots) == [paid(five, pot)[0] for pot in pots]


# What cannot be shared, and where that stands

ACROSS = r"scale of its own in each nation and cannot compare areas of Alpha, Beta"
BY_NATION = {"by": "nation", "kind": "equal"}


@pytest.mark.parametrize(
    ("need", "settings", "key", "message"),
    [
        ("own", {"kind": "need_weighted"}, (), r"need \(own\) has a " + ACROSS),
        (
            {"Alpha": "own", "Beta": "other"},
            {"kind": "need_weighted"},
            (),
            r"need \(one column a nation\) has a " + ACROSS,
        ),
        (
            "own",
            {
                "kind": "hierarchy",
                "first": {"by": "nation", "kind": "need_weighted"},
                "then": {"kind": "equal"},
            },
            ("first",),
            ACROSS,
        ),
        (
            "own",
            {"kind": "hierarchy", "first": BY_NATION, "then": {"kind": "need_weighted"}},
            ("then", ""),
            'column "own" is empty for Bee one, Bee two; leave these areas out',
        ),
        (
            {"Alpha": "own"},
            {"kind": "hierarchy", "first": BY_NATION, "then": {"kind": "need_weighted"}},
            ("then",),
            "geography.need states no column for Beta",
        ),
        (
            "ned",
            {"kind": "mix", "parts": [{"kind": "need_weighted", "weight": 1}]},
            ("parts", 0, ""),
            r'no column "ned" \(did you mean "need"\?\)',
        ),
        (
            "need",
            {"kind": "threshold_per_head", "people": "cuonted"},
            ("people",),
            r'no column "cuonted" \(did you mean "counted"\?\)',
        ),
        (
            "need",
            {"kind": "threshold_per_head", "people": "counted", "at_least": 101},
            ("people",),
            "no area counts 101 people in counted",
        ),
        ("need", {"kind": "column", "column": "empty"}, ("column",), "empty for Ay two; leave"),
        (
            "need",
            {"kind": "shares", "shares": {"Ay one": 1}},
            ("shares",),
            "no share is stated for Ay two, Ay three, Bee one, Bee two; state 0",
        ),
        (
            "need",
            {
                "kind": "hierarchy",
                "first": {"by": "nation", "kind": "shares", "shares": {"Alfa": 1}},
                "then": {"kind": "equal"},
            },
            ("first", "shares", "Alfa"),
            r'"Alfa" is not in the geography \(did you mean "Alpha"\?\)',
        ),
        (
            "need",
            {
                "kind": "hierarchy",
                "first": BY_NATION,
                "then": {"kind": "shares", "shares": {"A1": 1}},
            },
            ("then", "shares"),
            "no share is stated for Ay two, Ay three",
        ),
    ],
)
def test_a_fault_says_where_in_the_rule_it_stands(
    five: Geography, need: Any, settings: dict[str, Any], key: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(Fault, match=message) as raised:
        rule(**settings).shares(round_of(five, need))
    assert raised.value.key == key


def test_pounds_can_be_one_part_of_a_mix_and_what_is_left_waits(
    five: Geography,
) -> None:
    # Of £100 the half in equal parts is £10 each; the claims of £20 fit into the other half.
    mix = rule(
        kind="mix",
        parts=[
            {"kind": "equal", "weight": "50%"},
            {"kind": "column", "column": "claims", "unit": "pounds", "weight": "50%"},
        ],
    )
    answer = mix.shares(round_of(five, pot=10_000))
    assert isinstance(answer, Amounts)
    assert answer.pence[:, 0].tolist() == [2_000, 1_525, 1_000, 1_250, 1_225]
    check_accounts(mix, round_of(five, pot=10_000))


def test_pounds_can_be_shared_inside_each_nation(five: Geography) -> None:
    # Alpha's half of £10 is short of its claims of £15.25, Beta's is enough for its £4.75.
    levels = rule(
        kind="hierarchy",
        first={"by": "nation", "kind": "equal"},
        then={"kind": "column", "column": "claims", "unit": "pounds"},
    )
    answer = levels.shares(round_of(five, pot=1_000))
    assert isinstance(answer, Amounts)
    assert answer.pence[:, 0].tolist() == [328, 172, 0, 250, 225]
    check_accounts(levels, round_of(five, pot=1_000))


ALL_TO_ALPHA = {"by": "nation", "kind": "shares", "shares": {"Alpha": 1, "Beta": 0}}


def test_a_group_without_a_share_need_not_be_able_to_share_pence_either(five: Geography) -> None:
    # the need of Alpha's own is empty in Beta; £10 go by 800, 600 and 600 points in Alpha, and the
    # floor of £3 costs Ay one £1
    floor = {"kind": "adjusted", "rule": {"kind": "need_weighted"}, "floor": {"pounds": "£3"}}
    levels = rule(kind="hierarchy", first=ALL_TO_ALPHA, then=floor)
    answer = levels.shares(round_of(five, "own", pot=1_000))
    assert isinstance(answer, Amounts)
    assert answer.pence[:, 0].tolist() == [400, 300, 300, 0, 0]
    check_accounts(levels, round_of(five, "own", pot=1_000))
    told = list(levels.remarks(round_of(five, "own", pot=1_000)))
    assert told == ["Alpha: adjusted in this order: floor"]


def test_what_rules_inside_have_to_say_is_about_their_part_of_the_money(five: Geography) -> None:
    places = {"kind": "whole_places", "by": "equal", "each": "£1"}
    mix = rule(kind="mix", parts=[{**places, "weight": 0.5}, {"kind": "equal", "weight": 0.5}])
    five_areas = "Ay one, Ay two, Ay three, Bee one, Bee two"
    assert list(mix.remarks(round_of(five, pot=600))) == [
        f"equal at the last of 3 places: {five_areas}; the order of areas decided"
    ]
    levels = rule(kind="hierarchy", first=BY_NATION, then=places)
    assert list(levels.remarks(round_of(five, pot=800))) == [
        "Alpha: equal at the last of 4 places: Ay one, Ay two, Ay three; the order of areas decided"
    ]


def test_of_nothing_nobody_has_to_have_any_weight(five: Geography) -> None:
    nothing = rule(kind="need_weighted").shares(round_of(five, "nobody", pot=0))
    assert in_money(nothing, round_of(five, "nobody", pot=0)).pence.tolist() == [[0]] * 5


THREE_TENTHS_EQUAL = {"kind": "equal", "weight": 0.3}
SEVEN_TENTHS_PER_HEAD = {"kind": "per_capita", "weight": 0.7}
BY_REGION = {"by": "region", "kind": "per_capita"}


@pytest.mark.parametrize(
    "settings",
    [
        {"kind": "need_weighted", "steepness": 1.7},
        {"kind": "threshold_per_head", "people": "counted", "at_least": 25},
        {"kind": "column", "column": "claims", "unit": "pounds"},
        {
            "kind": "mix",
            "parts": [{"kind": "equal", "weight": 0.3}, {"kind": "per_capita", "weight": 0.7}],
        },
        {"kind": "hierarchy", "first": BY_NATION, "then": {"kind": "need_weighted"}},
        {
            "kind": "hierarchy",
            "first": {"by": "nation", "kind": "shares", "shares": {"Alpha": 1, "Beta": 0}},
            "then": {
                "kind": "hierarchy",
                "first": {"by": "region", "kind": "per_capita"},
                "then": {"kind": "equal"},
            },
        },
    ],
)
def test_every_line_of_an_account_follows_from_the_one_before(
    five: Geography, settings: dict[str, Any]
) -> None:
    check_accounts(rule(**settings), Round.over(five, "need", np.array([0, 1, 777, 123_456_789])))


def test_a_group_whose_areas_all_weigh_nothing_is_a_fault(five: Geography) -> None:
    then = {"kind": "column", "column": "claims"}
    hierarchy = rule(kind="hierarchy", first={"by": "foundation", "kind": "equal"}, then=then)
    with pytest.raises(Fault) as raised:
        hierarchy.shares(round_of(five))
    assert raised.value.key == ("then", "column")
    assert raised.value.message == "every area has 0 in claims"


def test_one_area_with_two_shares_is_a_fault(five: Geography) -> None:
    twice = {"Ay one": "40%", "A1": "10%", "A2": "10%", "A3": "10%", "B1": "10%", "B2": "20%"}
    with pytest.raises(Fault) as raised:
        rule(kind="shares", shares=twice).shares(round_of(five))
    assert raised.value.key[0] == "shares"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kind": "shares", "shares": {"A": "60%", "B": "50%"}}, "the shares sum to 1.1, not to 1"),
        ({"kind": "shares", "shares": {"A": "-10%", "B": "110%"}}, "the share of A is negative"),
        ({"kind": "shares", "shares": {}}, "at least 1 item"),
        ({"kind": "mix", "parts": []}, "at least 1 item"),
        ({"kind": "mix", "parts": [{"kind": "equal", "weight": 0.9}]}, "the weights sum to 0.9"),
        ({"kind": "mix", "parts": [{"kind": "hierarchy", "weight": 1}]}, "hierarchy"),
        ({"kind": "need_weighted", "steepness": -1}, "greater than or equal to 0"),
        ({"kind": "need_weighted", "steepness": True}, "valid number"),
        ({"kind": "need_weighted", "steepness": float("nan")}, "finite number"),
        ({"kind": "hierarchy", "first": BY_NATION, "then": {"kind": "nothing"}}, "'nothing'"),
        ({"kind": "hierarchy", "first": {"kind": "equal"}, "then": {"kind": "equal"}}, "by"),
        ({"kind": "equal", "steepness": 1}, "Extra inputs are not permitted"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        rule(**settings)


# What a rule is shown


def test_groups_stand_in_order_of_first_appearance_and_know_their_people(five: Geography) -> None:
    grouped = round_of(five).grouped("foundation")
    assert grouped.titles == ("fells", "marsh", "bay")
    assert grouped.population.tolist() == [400, 600, 1000]
    assert grouped.column("counted", key="").tolist() == [50, 30, 120]
    assert grouped.column("need", key="").tolist() == [2.5, 1.0, 2.4]


def test_what_groups_had_the_round_before_is_what_their_areas_had(five: Geography) -> None:
    before = np.array([[1, 10], [2, 20], [3, 30], [4, 40], [5, 50]])
    here = Round.over(five, "need", np.array([0, 0]), before=before)
    assert here.before is not None
    grouped, some = here.grouped("nation").before, here.within(np.array([4, 0])).before
    assert grouped is not None
    assert some is not None
    assert grouped.tolist() == [[6, 60], [9, 90]]
    assert some.tolist() == [[5, 50], [1, 10]]


def test_a_mean_counts_nobody(five: Geography) -> None:
    with pytest.raises(Fault, match=r'column "need" \(points\) is a mean, and counts') as raised:
        rule(kind="threshold_per_head", people="need").shares(round_of(five))
    assert raised.value.key == ("people",)


def test_a_part_of_the_areas_is_named_after_its_first(five: Geography) -> None:
    within = round_of(five).within(np.array([3, 4]))
    assert within.titles == ("Bee one", "Bee two")
    assert within.name.startswith("Bee one and 1 other")
    assert within.population.tolist() == [400, 600]
    assert [within.find(name, "shares") for name in ("Bee two", "B1")] == [1, 0]


def test_the_packaged_districts_can_be_shared_by_every_column_of_the_uk() -> None:
    uk = load_geography("uk-districts-2024")
    for name, about in uk.about.items():
        if about.more_means == "less need":
            continue  # which is no need as it stands
        if about.comparable == "uk" and about.nations >= set(uk.nations):
            answer = rule(kind="need_weighted").shares(Round.over(uk, name, np.array([1])))
            assert isinstance(answer, Ratios)
            assert answer.weights.sum() > 0
