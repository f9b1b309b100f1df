"""Formulas of public programmes, worked out by hand on little tables; each says its source."""

from __future__ import annotations

from datetime import date

import pytest

from fundsim.places import Geography
from fundsim.rules.allocation.equalising import (
    CapacityEqualisation,
    EqualisationGrant,
    FullEqualisation,
    NeedsMinusResources,
)
from fundsim.rules.allocation.formulas import Barnett, EfitAdditive, PhaseIn, TargetedCapitation
from fundsim.rules.allocation.guarantees import (
    FloorDamping,
    FundingGuarantee,
    MixWithFloor,
    PaceOfChange,
)
from fundsim.rules.round import When
from tests.rules.little import between, paid, pence, table

THREE = table(
    [100, 300, 600],
    names=["Ay", "Bee", "Cee"],
    need=[4, 2, 1],
    index=[50, 30, 20],
)


# A mix with a floor (the form reported of the UK Shared Prosperity Fund inside England: part per
# head, part by an index, £1m at least)


@pytest.mark.parametrize(
    ("pounds", "expected"),
    [
        # Shares: 0.7 · (0.1, 0.3, 0.6) + 0.3 · (0.5, 0.3, 0.2) = (0.22, 0.30, 0.48).
        (2_000, [440.0, 600.0, 960.0]),
        # £220 is below the floor; £750 is left for shares of 0.30 and 0.48: 750 · 0.30 / 0.78.
        (1_000, [250.0, 288.46, 461.54]),
        (750, [250.0, 250.0, 250.0]),
        (600, [200.0, 200.0, 200.0]),  # too small: floors cut in proportion
        (0, [0.0, 0.0, 0.0]),
    ],
)
def test_a_mix_with_a_floor(pounds: float, expected: list[float]) -> None:
    rule = MixWithFloor(parts={"population": 0.7, "index": 0.3}, floor="£250")
    assert paid(rule, THREE, pounds) == expected
    assert rule.needed(between(THREE, pounds)) == 75_000


def test_a_mix_can_go_by_need_and_by_areas() -> None:
    # People times need: 400, 600, 600 of 1,600. Half of £1,600 by that, half in equal parts.
    rule = MixWithFloor(parts={"need": "50%", "equal": "50%", "index": 0}, floor=0)
    third = 800 / 3
    expected = [200 + third, 300 + third, 300 + third]
    assert paid(rule, THREE, 1_600) == pytest.approx(expected, abs=0.01)


# Weighted capitation (people × age × cost, as in the English health service since 1976)


def test_people_are_weighted_by_indices_over_their_means() -> None:
    # Mean age index (120 + 300 + 540) / 1,000 = 0.96, of cost (100 + 600 + 600) / 1,000 = 1.3. Both
    # divide all areas alike, so that weights are as 100 · 1.2 · 1 : 300 · 1 · 2 : 600 · 0.9 · 1.
    areas = table([100, 300, 600], age=[1.2, 1.0, 0.9], cost=[1, 2, 1])
    rule = TargetedCapitation(indices=["age", "cost"])
    assert paid(rule, areas, 1_260) == [120.0, 600.0, 540.0]
    told = rule.shares(between(areas, 1_260)).told(0, 0)
    assert told[-1].result == pytest.approx(100 * (1.2 / 0.96) * (1 / 1.3))


# Indicators that add up (eFIT tool of the English health service)


def test_indicators_share_parts_of_the_money_and_the_rest_goes_per_head() -> None:
    # People times index: 5,000, 9,000, 12,000 of 26,000; £520 by that, £480 per head.
    rule = EfitAdditive(indicators={"index": 0.52})
    assert paid(rule, THREE, 1_000) == [100 + 48.0, 180 + 144.0, 240 + 288.0]


def test_indicators_may_take_all_the_money() -> None:
    # £600 by index as above, £400 by need: people times need are 400, 600, 600 of 1,600.
    rule = EfitAdditive(indicators={"index": "65%", "need": "35%"})
    points = [650 * part / 26 + 350 * need / 16 for part, need in ((5, 4), (9, 6), (12, 6))]
    assert paid(rule, THREE, 1_000) == pytest.approx(points, abs=0.01)


# Floor damping (formula grant of English local government, 2006 to 2013; closed form ours)


@pytest.mark.parametrize(
    ("pounds", "expected"),
    [
        # Floors are £102 each. Targets are £54 (below), £118 and £158: gains above the floor of £16
        # and £56. £330 − £306 = £24 of the £72 can be paid, a third: £5.33 and £18.67.
        (330, [102.0, 107.33, 120.67]),
        (306, [102.0, 102.0, 102.0]),
        (153, [51.0, 51.0, 51.0]),
        # Of £3,300 all targets (£540, £1,180, £1,580) are above the floor and all is paid.
        (3_300, [540.0, 1_180.0, 1_580.0]),
    ],
)
def test_gains_above_a_floor_pay_for_it(pounds: float, expected: list[float]) -> None:
    areas = table([54, 118, 158], base=[100, 100, 100])
    rule = FloorDamping(base="base", floor="2%", target={"population": 1})
    assert paid(rule, areas, pounds) == expected
    assert rule.needed(between(areas, pounds)) == 30_600


def test_a_floor_may_be_a_largest_loss() -> None:
    # Floors of £95: the first area falls to it, the other gains what is left.
    areas = table([10, 190], base=[100, 100])
    rule = FloorDamping(base="base", floor="-5%", target={"population": 1})
    assert paid(rule, areas, 200) == [95.0, 105.0]


# Funding guarantee (local government finance settlement 2023-24)


@pytest.mark.parametrize(
    ("pounds", "expected"),
    [
        # Due is 103 % of the year before: £103, £206, £257.50; without the grant £3, £6 and nothing
        # are lacking. Rest u of the grant: max(0.2 u, 3) + max(0.3 u, 6) + 0.5 u = 10 gives u = 2,
        # guarantees of £2.60 and £5.40, together X = 8 = 10 − 2.
        (10, [3.0, 6.0, 1.0]),
        # With £20: u = 20 gives 0.2 u = 4 ≥ 3 and 0.3 u = 6 ≥ 6, so that nothing is guaranteed.
        (20, [4.0, 6.0, 10.0]),
        # With £18: 0.2 u is above 3 from u = 15 on, 0.3 u below 6: 6 + 0.7 u = 18.
        (18, [3.43, 6.0, 8.57]),
        (9, [3.0, 6.0, 0.0]),
        (4.5, [1.5, 3.0, 0.0]),  # too small: cut in proportion
    ],
)
def test_the_smallest_guarantee_leaves_the_most_to_share(
    pounds: float, expected: list[float]
) -> None:
    areas = table([1, 1, 1], core=[100, 200, 300], before=[100, 200, 250], grant=[0.2, 0.3, 0.5])
    rule = FundingGuarantee(core="core", base="before", grant="grant")
    assert paid(rule, areas, pounds) == expected
    assert rule.needed(between(areas, pounds)) == 900


# Pace of change (NHS England's allocations of 2016-17; order of steps ours)

PACE = table([1, 1, 1, 1], names=["Ay", "Bee", "Cee", "Dee"], base=[116, 108, 100, 76])


@pytest.mark.parametrize(
    ("most", "pounds", "expected"),
    [
        # Targets are a quarter each, so that distances are +16 %, +8 %, 0 and −24 %. Of 2.5 % least
        # growth they have none, two fifths, all and all: £116, £109.08, £102.50, £77.90.
        (None, 405.48, [116.0, 109.08, 102.5, 77.9]),
        (None, 202.74, [58.0, 54.54, 51.25, 38.95]),
        # Of £416 (targets £104, 95 % of them £98.80) the £10.52 left do not lift Dee all the way.
        (None, 416, [116.0, 109.08, 102.5, 88.42]),
        # Of £440 (targets £110, near £104.50): Cee and Dee are lifted by £2 and £26.60. £5.92 are
        # left for gaps of £0.92, £5.50 and £5.50: part r = 5.92 / 11.92.
        (None, 440, [116.0, 109.54, 107.23, 107.23]),
        # At most 10 %: Dee stops at £83.60. Of £416 £4.82 are left after that, £1.50 of them carry
        # Cee to its target; £3.32 go to the three with room by base, 3.32 / 324 a pound.
        (0.1, 416, [117.19, 110.19, 105.02, 83.6]),
        (0.1, 1_000, [127.6, 118.8, 110.0, 83.6]),  # the rest waits
    ],
)
def test_the_pace_of_change(most: float | None, pounds: float, expected: list[float]) -> None:
    rule = PaceOfChange(base="base", least="2.5%", most=most, target={"population": 1})
    assert paid(rule, PACE, pounds) == pytest.approx(expected, abs=0.0101)
    assert rule.needed(between(PACE, pounds)) == 40_548


def test_the_pace_of_change_names_who_is_promised_no_growth() -> None:
    rule = PaceOfChange(base="base", least="2.5%", target={"equal": 1})
    (remark,) = rule.remarks(between(PACE, 1))
    assert remark == "1 of 4 areas are so far over target that no growth is promised: Ay"


# Phasing in (English councils from 2026-27: a third, two thirds, all)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        # Old shares of £600: £360, £120, £120; targets £120, £180, £300.
        (date(2026, 4, 1), [280.0, 140.0, 180.0]),
        (date(2027, 3, 31), [280.0, 140.0, 180.0]),
        (date(2027, 4, 1), [200.0, 160.0, 240.0]),
        (date(2028, 4, 1), [120.0, 180.0, 300.0]),
        (date(2049, 4, 1), [120.0, 180.0, 300.0]),
    ],
)
def test_a_new_formula_comes_in_by_thirds(day: date, expected: list[float]) -> None:
    areas = table([20, 30, 50], base=[300, 100, 100])
    rule = PhaseIn(base="base", target={"population": 1})
    assert rule.changes()
    assert paid(rule, areas, 600, when=When(day, date(2026, 4, 1))) == expected


# Barnett's formula


def two_nations(wales: int = 57_900) -> Geography:
    return table(
        [1_000_000, wales],
        names=["England", "Wales"],
        nations=["England", "Wales"],
        base=[1_000_000_000, 50_000_000],
    )


def test_wales_gets_its_share_of_a_change_in_england() -> None:
    # £100m more for transport in England, comparability 73.1 %, population 5.79 % of England's:
    # £100m · 0.731 · 0.0579 = £4.23m (a paper of the Welsh Assembly of 2011, as told by the
    # Guardian, 19 September 2014). Exactly £4,232,490; the pot holds both changes.
    rule = Barnett(base="base", comparability="73.1%")
    pot = 1_050_000_000 + 100_000_000 + 4_232_490
    assert paid(rule, two_nations(), pot) == [1_100_000_000.0, 54_232_490.0]


def test_a_factor_for_need_raises_what_is_passed_on() -> None:
    # As above times 1.05: £4,444,114.50.
    rule = Barnett(base="base", comparability="73.1%", needs={"Wales": 1.05})
    pot = 1_050_000_000 + 100_000_000 + 4_444_114.5
    assert paid(rule, two_nations(), pot) == [1_100_000_000.0, 54_444_114.5]
    (remark,) = rule.remarks(between(two_nations(), pot))
    assert remark == "of each pound by which England changes, as much more: 0.0444 to Wales"


@pytest.mark.parametrize(
    ("pounds", "expected"),
    [
        # A tenth of England's people: of each £11 of change £10 are England's.
        (1_050_000_000, [1_000_000_000.0, 50_000_000.0]),
        (1_061_000_000, [1_010_000_000.0, 51_000_000.0]),
        (1_039_000_000, [990_000_000.0, 49_000_000.0]),
        # At a loss of £550m Wales has nothing left; England bears the rest alone.
        (500_000_000, [500_000_000.0, 0.0]),
        (400_000_000, [400_000_000.0, 0.0]),
        (0, [0.0, 0.0]),
    ],
)
def test_more_and_less_change_both_by_the_same_for_each_person(
    pounds: float, expected: list[float]
) -> None:
    rule = Barnett(base="base")
    assert paid(rule, two_nations(100_000), pounds) == expected
    assert rule.needed(between(two_nations(100_000), pounds)) == 105_000_000_000


def test_nations_are_compared_as_sums_of_their_areas() -> None:
    # England has 600 + 400 people and £10 + £6, Scotland 100 people and £4: of £22 of change £20
    # are England's.
    areas = table(
        [600, 400, 100],
        nations=["England", "England", "Scotland"],
        base=[10, 6, 4],
        sums=["base"],
    )
    nations = between(areas, 42).grouped("nation")
    assert nations.titles == ("England", "Scotland")
    assert pence(Barnett(base="base"), nations)[:, 0].tolist() == [3_600, 600]


# Equalisation grant (adult social care precept, settlement 2023-24)


def test_the_grant_makes_up_for_what_areas_raise() -> None:
    # £80 raised and £20 of grant by need 0.5, 0.2, 0.3: £50, £20, £30. Lacking are £30, nothing
    # (it raises £40) and £10, together £40, of which £20 pay half.
    areas = table([1, 1, 1], raised=[20, 40, 20], share=[0.5, 0.2, 0.3])
    rule = EqualisationGrant(raised="raised", need="share")
    assert paid(rule, areas, 20) == [15.0, 0.0, 5.0]


# Needs minus resources (the four blocks, 2006 to 2013)

BLOCKS = table(
    [100, 50, 100],
    names=["Ay", "Bee", "Cee"],
    needs=[100, 80, 60],
    resources=[40, 90, 30],
    up=[0, 0, 10],
    down=[10, 0, 0],
)


@pytest.mark.parametrize(
    ("pays", "pounds", "expected"),
    [
        # 100 − 40 + 10 − 10 = 60; 80 − 90 + 5 = −5, cut to nothing; 60 − 30 + 10 + 10 = 50.
        ("the_pot", 220, [120.0, 0.0, 100.0]),
        ("the_formula", 220, [60.0, 0.0, 50.0]),
        ("the_formula", 55, [30.0, 0.0, 25.0]),
    ],
)
def test_needs_less_resources_a_central_amount_and_damping(
    pays: str, pounds: float, expected: list[float]
) -> None:
    rule = NeedsMinusResources.model_validate(
        {
            "needs": "needs",
            "resources": "resources",
            "central": "£0.10",
            "damped_up": "up",
            "damped_down": "down",
            "pays": pays,
        }
    )
    assert paid(rule, BLOCKS, pounds) == expected
    assert rule.needed(between(BLOCKS, 1)) == (11_000 if pays == "the_formula" else 0)
    (remark,) = rule.remarks(between(BLOCKS, 1))
    assert remark == "the formula is below 0 and was cut to nothing for Bee"


def test_without_damping_only_needs_and_resources_count() -> None:
    rule = NeedsMinusResources(needs="needs", resources="resources")
    assert paid(rule, BLOCKS, 90) == [60.0, 0.0, 30.0]


# Equalisation of what can be raised (Canada) and of needs too (Australia)

STATES = table(
    [100, 300, 600], names=["Ay", "Bee", "Cee"], capacity=[5, 8, 10], spending=[12, 10, 9]
)


@pytest.mark.parametrize(
    ("pays", "pounds", "expected"),
    [
        # The mean is (500 + 2,400 + 6,000) / 1,000 = £8.90 a head: £3.90 and £0.90 are lacking,
        # times people £390 and £270.
        ("the_pot", 330, [195.0, 135.0, 0.0]),
        ("the_formula", 1_000, [390.0, 270.0, 0.0]),
        ("the_formula", 330, [195.0, 135.0, 0.0]),
    ],
)
def test_only_those_below_the_average_are_lifted(
    pays: str, pounds: float, expected: list[float]
) -> None:
    rule = CapacityEqualisation.model_validate({"capacity": "capacity", "pays": pays})
    assert paid(rule, STATES, pounds) == expected
    assert rule.needed(between(STATES, 1)) == (66_000 if pays == "the_formula" else 0)


@pytest.mark.parametrize(
    ("pounds", "expected"),
    [
        # Means are £9.60 of spending and £8.90 of capacity. Beyond the mean a head: 2.4 + 3.9,
        # 0.4 + 0.9, −0.6 − 1.1; times people £630, £390, −£1,020, together nothing. Of £2,000 £2 a
        # head are added.
        (2_000, [830.0, 990.0, 180.0]),
        (1_700, [800.0, 900.0, 0.0]),
        # £1 a head leaves −£420 in Cee, cut to nothing: £730 and £690 are scaled to £1,000.
        (1_000, [514.08, 485.92, 0.0]),
        (0, [0.0, 0.0, 0.0]),
    ],
)
def test_everybody_is_made_even_in_needs_and_capacity(pounds: float, expected: list[float]) -> None:
    rule = FullEqualisation(needs="spending", capacity="capacity")
    assert paid(rule, STATES, pounds) == expected
    assert rule.needed(between(STATES, pounds)) == 170_000


def test_full_equalisation_names_those_who_would_have_to_pay_in() -> None:
    rule = FullEqualisation(needs="spending", capacity="capacity")
    (remark,) = rule.remarks(between(STATES, 0, 1_000))
    assert remark == "the formula is below 0 and was cut to nothing for Cee"
    assert not list(rule.remarks(between(STATES, 0, 2_000)))
