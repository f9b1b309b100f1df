"""Rules that choose areas, worked by hand on ten areas with 100,000 people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from fundsim.places import Geography, load_geography
from fundsim.rules.allocation import AllocationRule, in_money
from fundsim.rules.allocation.placing import Neighbourhoods, PopulationBand, WholePlaces
from fundsim.rules.allocation.targeting import EitherOrBoth, RankTopN, Tiers
from fundsim.rules.base import Fault
from fundsim.rules.round import Round
from tests.rules.accounts import check_accounts

# By need, the worst first: Ash, Firth, Beck = Cole, Dale, Esk, Glen, Howe, Jura, Kirk.
# By service, the lowest first: Dale, Ash, Cole, Firth, Howe, Glen, Jura, Esk, Beck, Kirk.
TABLE = """\
code,name,population,nation,region,foundation,need,service,own,nothing
A1,Ash,4000,Alpha,North,fells,90,2,3,0
A2,Beck,6000,Alpha,North,fells,80,9,2,0
A3,Cole,10000,Alpha,North,fells,80,3,1,0
A4,Dale,15000,Alpha,South,marsh,70,1,2,0
A5,Esk,20000,Alpha,South,marsh,60,8,1,0
B1,Firth,5000,Beta,East,shore,85,4,900,0
B2,Glen,8000,Beta,East,shore,50,6,800,0
B3,Howe,12000,Beta,East,shore,40,5,700,0
B4,Jura,7000,Beta,West,shore,30,7,600,0
B5,Kirk,13000,Beta,West,shore,20,10,500,0
"""
COLUMNS = """\
column,title,unit,nations,comparable,aggregate,vintage,source,licence
need,Need,points,all,uk,mean,,,
service,Services,points,all,uk,mean,,,
own,A scale of each nation,points,all,nation,mean,,,
nothing,Nothing,points,all,uk,mean,,,
"""


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory) -> Geography:
    folder = tmp_path_factory.mktemp("ten")
    (folder / "ten.csv").write_text(TABLE, encoding="utf-8")
    (folder / "ten.columns.csv").write_text(COLUMNS, encoding="utf-8")
    return load_geography(str(folder / "ten.csv"))


def between(areas: Geography, *pounds: float) -> Round:
    return Round.over(areas, "need", np.rint(np.array(pounds) * 100).astype(np.int64))


def paid(rule: AllocationRule, here: Round) -> dict[str, float]:
    """Pounds of those that get any, of the first pot; every account is worked out again."""
    check_accounts(rule, here)
    pence = in_money(rule.shares(here), here).pence[:, 0].tolist()
    return {name: share / 100 for name, share in zip(here.titles, pence, strict=True) if share}


def remarks(rule: AllocationRule, here: Round) -> list[str]:
    return list(rule.remarks(here))


# Either or both

NEED = {"column": "need", "worst": "30%"}
SERVICE = {"column": "service", "worst": "40%", "higher_is_worse": False}


def doubly(**settings: Any) -> EitherOrBoth:
    return EitherOrBoth.model_validate({"first": NEED, "second": SERVICE, **settings})


def test_both_takes_who_is_among_the_worst_twice_and_shares_per_head(ten: Geography) -> None:
    # Worst 30 %, three areas, by need: Ash, Firth, and Beck and Cole, who are equal at place three.
    # Worst 40 % by service: Dale, Ash, Cole, Firth. Both: Ash, Cole, Firth with 19,000 people.
    here = between(ten, 19_000)
    assert paid(doubly(), here) == {"Ash": 4_000, "Cole": 10_000, "Firth": 5_000}
    assert remarks(doubly(), here) == [
        "3 of 10 areas are eligible, with 19,000 people",
        "equal at the edge of the worst 30 % by Need: Beck, Cole; all of them are in",
    ]


def test_either_takes_who_is_among_the_worst_once(ten: Geography) -> None:
    either = doubly(both=False)
    expected = {"Ash": 400, "Beck": 600, "Cole": 1_000, "Dale": 1_500, "Firth": 500}
    assert paid(either, between(ten, 4_000)) == expected
    assert remarks(either, between(ten, 1))[0] == "5 of 10 areas are eligible, with 40,000 people"


def test_the_worst_can_be_counted_in_people(ten: Geography) -> None:
    # 15,000 people: Ash 4,000, Firth up to 9,000, and Beck up to 15,000; Cole would make 19,000.
    # By service 30,000: Dale 15,000, Ash up to 19,000, Cole up to 29,000; Firth would make 34,000.
    first, second = {**NEED, "worst": "15%"}, {**SERVICE, "worst": "30%"}
    either = doubly(first=first, second=second, both=False, of="people", share="equal")
    expected = {"Ash": 20, "Beck": 20, "Cole": 20, "Dale": 20, "Firth": 20}
    assert paid(either, between(ten, 100)) == expected
    assert "Beck, Cole; those that fit are in" in remarks(either, between(ten, 1))[1]
    both = doubly(first=first, second=second, of="people")
    assert paid(both, between(ten, 100)) == {"Ash": 100}


def test_shares_can_go_by_need_or_a_column(ten: Geography) -> None:
    # Ash, Cole, Firth: 4,000 · 90 + 10,000 · 80 + 5,000 · 85 = 360,000 + 800,000 + 425,000
    expected = {"Ash": 3_600, "Cole": 8_000, "Firth": 4_250}
    assert paid(doubly(share="need"), between(ten, 15_850)) == expected
    assert paid(doubly(share="service"), between(ten, 90)) == {"Ash": 20, "Cole": 30, "Firth": 40}


# The first of a ranking


def test_the_first_of_a_ranking_get_a_stated_sum_and_the_rest_waits(ten: Geography) -> None:
    rule = RankTopN(places=3, each=100)
    here = between(ten, 1_000)
    assert paid(rule, here) == {"Ash": 100, "Beck": 100, "Firth": 100}
    assert rule.needed(here) == 300_00
    assert remarks(rule, here) == [
        "not chosen: Cole, equal to Beck by Need; only the order of areas decided"
    ]


def test_where_money_is_short_all_that_are_chosen_get_less_in_proportion(ten: Geography) -> None:
    rule = RankTopN(places=4, each=100)
    assert paid(rule, between(ten, 100)) == {"Ash": 25, "Beck": 25, "Cole": 25, "Firth": 25}
    assert paid(rule, between(ten, 0)) == {}
    assert remarks(rule, between(ten, 0)) == []


def test_without_a_sum_the_first_of_a_ranking_have_equal_parts(ten: Geography) -> None:
    rule = RankTopN(places=2, by="service", higher_is_worse=False)
    assert paid(rule, between(ten, 50)) == {"Ash": 25, "Dale": 25}
    assert rule.needed(between(ten, 50)) == 0


def test_at_most_so_many_are_chosen_in_a_region(ten: Geography) -> None:
    # Ash, Firth and Beck are the first; Cole would be the third of the North, so that Dale follows.
    rule = RankTopN(places=4, most_per_region=2)
    here = between(ten, 40)
    assert paid(rule, here) == {"Ash": 10, "Beck": 10, "Dale": 10, "Firth": 10}
    assert remarks(rule, here) == [
        "not chosen: Cole, equal to Beck by Need; only the order of areas decided"
    ]


def test_an_account_tells_the_place_in_the_ranking(ten: Geography) -> None:
    here = between(ten, 40)
    answer = in_money(RankTopN(places=4, most_per_region=2).shares(here), here)
    # Cole stands behind Ash, Firth and Beck; the North has no room for it.
    told = {step.words: step.operand for step in answer.told(2, 0)}
    assert told["one of the first 2 in its region: 1, else 0"] == 0
    assert told["its place by Need"] == 4
    told = {step.words: step.operand for step in answer.told(3, 0)}
    assert told["its place by Need"] == 4


def test_the_limit_can_hold_in_nations_or_foundations(ten: Geography) -> None:
    by_nation = RankTopN(places=4, most_per_region=1, within="nation")
    assert paid(by_nation, between(ten, 40)) == {"Ash": 20, "Firth": 20}
    assert remarks(by_nation, between(ten, 40)) == [
        "2 of 4 places stay empty: no other area may be chosen"
    ]
    by_foundation = RankTopN(places=4, most_per_region=1, within="foundation", each=5)
    assert paid(by_foundation, between(ten, 40)) == {"Ash": 5, "Dale": 5, "Firth": 5}
    assert by_foundation.needed(between(ten, 40)) == 15_00


def test_regions_can_be_ranked_instead_of_areas(ten: Geography) -> None:
    # Mean need: North (360 + 480 + 800) / 20 = 82, South (1050 + 1200) / 35, East 1305 / 25 = 52.2
    here = between(ten, 12).grouped("region")
    assert paid(RankTopN(places=2), here) == {"North": 6, "South": 6}
    capped = RankTopN(places=2, most_per_region=1, within="nation")
    assert paid(capped, here) == {"North": 6, "East": 6}


def test_a_foundation_counts_in_the_region_of_its_first_area(ten: Geography) -> None:
    # The fells are in the North here, and the shore, which begins in the South, is the South's.
    regions = ("North",) * 3 + ("South",) * 2 + ("South",) * 2 + ("North",) * 3
    here = between(replace(ten, regions=regions), 40).grouped("foundation")
    # Mean need: fells 82, marsh 64.3, shore (425 + 400 + 480 + 210 + 260) / 45 = 39.4
    capped = RankTopN(places=3, most_per_region=1)
    assert paid(capped, here) == {"fells": 20, "marsh": 20}
    two = RankTopN(places=3, most_per_region=1, higher_is_worse=False)
    assert paid(two, here) == {"fells": 20, "shore": 20}


# Tiers


def test_all_of_the_high_tier_and_some_others_by_discretion(ten: Geography) -> None:
    # A third of three or of two areas is one area: Ash, Dale, Firth and Jura are in high tiers.
    rule = Tiers(discretion=["Glen", "A5", "Ash"], each=50)
    here = between(ten, 1_000)
    expected = {"Ash": 50, "Dale": 50, "Esk": 50, "Firth": 50, "Glen": 50, "Jura": 50}
    assert paid(rule, here) == expected
    assert rule.needed(here) == 300_00
    assert remarks(rule, here) == [
        "areas in high tiers: 4; from discretion: 2",
        "named, and in the medium tier: Glen",
        "named, and in the low tier: Esk",
        "named, though in the high tier anyway: Ash",
    ]


def test_without_a_sum_tiers_have_equal_parts(ten: Geography) -> None:
    rule = Tiers()
    assert paid(rule, between(ten, 8)) == {"Ash": 2, "Dale": 2, "Firth": 2, "Jura": 2}
    assert rule.needed(between(ten, 8)) == 0


def test_areas_that_are_equal_at_the_edge_are_all_in_the_high_tier(ten: Geography) -> None:
    # 60 % of three areas are 1.8, so two: Ash and Beck, and Cole who equals Beck.
    rule = Tiers(high=0.6, medium=0.2)
    found = paid(rule, between(ten, 7))
    assert list(found) == ["Ash", "Beck", "Cole", "Dale", "Firth", "Glen", "Jura"]
    assert remarks(rule, between(ten, 7)) == [
        "areas in high tiers: 7; from discretion: 0",
        "equal at the edge of a high tier, and all in it: Beck, Cole",
    ]


def test_a_scale_of_each_nation_may_rank_inside_its_regions(ten: Geography) -> None:
    found = paid(Tiers(by="own"), between(ten, 4))
    assert found == {"Ash": 1, "Dale": 1, "Firth": 1, "Jura": 1}
    lowest = paid(
        Tiers(by="own", higher_is_worse=False, within="nation", high=0.2), between(ten, 3)
    )
    assert lowest == {"Cole": 1, "Esk": 1, "Kirk": 1}  # Cole and Esk are equal


def test_regions_can_be_in_tiers_too(ten: Geography) -> None:
    # Of two regions of a nation one is high. Mean service: North 92 / 20 = 4.6, South 175 / 35 = 5,
    # East 128 / 25 = 5.12, West 179 / 20 = 8.95.
    rule = Tiers(by="service", within="nation", discretion=["East"])
    found = paid(rule, between(ten, 9).grouped("region"))
    assert found == {"South": 3, "East": 3, "West": 3}


# A band of population


def band(**settings: Any) -> PopulationBand:
    bounds = {"least": 5_000, "most": 15_000, "from": "£1m", "to": "£2.5m"}
    return PopulationBand.model_validate({**bounds, **settings})


def test_the_community_wealth_fund_pays_between_one_and_two_and_a_half_millions(
    ten: Geography,
) -> None:
    # £1m and £150 for each person above 5,000; Ash has too few people and Esk too many.
    rule, here = band(), between(ten, 20_000_000)
    assert paid(rule, here) == {
        "Beck": 1_150_000,
        "Cole": 1_750_000,
        "Dale": 2_500_000,
        "Firth": 1_000_000,
        "Glen": 1_450_000,
        "Howe": 2_050_000,
        "Jura": 1_300_000,
        "Kirk": 2_200_000,
    }
    assert rule.needed(here) == 13_400_000_00
    assert remarks(rule, here) == ["8 of 10 areas are eligible, with 76,000 people"]


def test_a_band_is_cut_in_proportion_where_money_is_short(ten: Geography) -> None:
    found = paid(band(), between(ten, 1_340_000))
    assert (found["Firth"], found["Dale"]) == (100_000, 250_000)


def test_amounts_in_a_band_can_go_by_need(ten: Geography) -> None:
    # From Kirk with 20 to Firth with 85; Cole is 60 / 65 of the way: £1m + £1.5m · 12 / 13
    found = paid(band(linear_in="need"), between(ten, 20_000_000))
    assert (found["Kirk"], found["Firth"]) == (1_000_000, 2_500_000)
    assert found["Cole"] == round(1_000_000 + 1_500_000 * 12 / 13, 2)


def test_a_band_of_equal_need_pays_the_middle(ten: Geography) -> None:
    here = Round.over(ten, "nothing", np.array([100_000_000_00]))
    assert set(paid(band(linear_in="need"), here).values()) == {1_750_000}


# Whole places


def test_places_go_to_the_largest_remainders(ten: Geography) -> None:
    # Quotas: 0.4 0.6 1 1.5 2 | 0.5 0.8 1.2 0.7 1.3; six are whole, and four of the rest are for
    # 0.8, 0.7, 0.6, and one of the two halves, of which Dale's is first in the order of areas.
    rule = WholePlaces(places=10, each=1_150_000)
    here = between(ten, 12_000_000)
    found = paid(rule, here)
    assert {name: share / 1_150_000 for name, share in found.items()} == {
        "Beck": 1,
        "Cole": 1,
        "Dale": 2,
        "Esk": 2,
        "Glen": 1,
        "Howe": 1,
        "Jura": 1,
        "Kirk": 1,
    }
    assert rule.needed(here) == 11_500_000_00
    assert remarks(rule, here) == [
        "equal at the last of 10 places: Dale, Firth; the order of areas decided"
    ]


def test_as_many_places_are_given_as_the_money_pays_for(ten: Geography) -> None:
    # £5m pays for four: quotas are 0.8 of Esk, 0.6 of Dale, 0.52 of Kirk, 0.48 of Howe at the top.
    four = {"Dale": 1_150_000, "Esk": 1_150_000, "Howe": 1_150_000, "Kirk": 1_150_000}
    for places in (10, None):
        rule = WholePlaces(places=places, each=1_150_000)
        assert paid(rule, between(ten, 5_000_000)) == four
        assert paid(rule, between(ten, 1_149_999.99)) == {}
    assert WholePlaces(each=1_150_000).needed(between(ten, 5_000_000)) == 0


def test_places_can_go_by_another_method_and_another_weight(ten: Geography) -> None:
    # D'Hondt by service: 10, 9, 8, 7, 6, 5 of Howe, 5 = 10 / 2, 4.5 = 9 / 2; then come fours.
    rule = WholePlaces(places=8, each=1, by="service", method="dhondt")
    expected = {"Beck": 2, "Esk": 1, "Glen": 1, "Howe": 1, "Jura": 1, "Kirk": 2}
    assert paid(rule, between(ten, 8)) == expected
    assert remarks(rule, between(ten, 8)) == []


def test_everybody_can_be_promised_a_place_or_limited_to_one(ten: Geography) -> None:
    least = WholePlaces(places=11, each=1, at_least=1)
    assert paid(least, between(ten, 20)) == dict.fromkeys(between(ten, 1).titles, 1.0) | {"Esk": 2}
    assert WholePlaces(each=1, at_least=2).needed(between(ten, 1)) == 20_00
    assert "5 places are fewer than the 10 that are promised" in remarks(least, between(ten, 5))
    most = WholePlaces(places=12, each=1, at_most=1)
    assert paid(most, between(ten, 20)) == dict.fromkeys(between(ten, 1).titles, 1.0)
    assert most.needed(between(ten, 20)) == 10_00
    assert remarks(most, between(ten, 20)) == [
        "2 of 12 places stay empty, since all have their most"
    ]


def test_places_can_be_shared_between_regions(ten: Geography) -> None:
    # 20, 35, 25 and 20 thousand people: quotas 2, 3.5, 2.5 and 2 of ten; the tie is the South's.
    here = between(ten, 10).grouped("region")
    rule = WholePlaces(places=10, each=1)
    assert paid(rule, here) == {"North": 2, "South": 4, "East": 2, "West": 2}


# Neighbourhoods

PLACES = {"Gipton": "A5", "Byker": "Beck", "Benwell": "Beck"}


def test_neighbourhoods_have_equal_parts_in_the_areas_in_which_they_lie(ten: Geography) -> None:
    rule, here = Neighbourhoods(places=PLACES), between(ten, 300)
    assert paid(rule, here) == {"Beck": 200, "Esk": 100}
    assert remarks(rule, here) == ["3 of 3 neighbourhoods lie here; areas with any: 2"]


def test_neighbourhoods_elsewhere_are_left_to_those_who_share_there(ten: Geography) -> None:
    rule, south = Neighbourhoods(places=PLACES), between(ten, 300).within(np.array([3, 4]))
    assert paid(rule, south) == {"Esk": 300}
    assert remarks(rule, south) == ["1 of 3 neighbourhoods lie here; areas with any: 1"]
    assert paid(rule, between(ten, 300).grouped("region")) == {"North": 200, "South": 100}


# Faults


@pytest.mark.parametrize(
    ("rule", "key", "message"),
    [
        (
            doubly(first={"column": "need", "worst": "5%"}),
            ("first", "worst"),
            "no area that has a share is in the worst 5 % by Need and in the worst 40 % by Serv",
        ),
        (
            doubly(both=False, share="nothing"),
            ("first", "worst"),
            "no area that has a share is in the worst 30 % by Need or in",
        ),
        (doubly(share="naught"), ("share",), 'no column "naught"'),
        (doubly(second={"column": "ned", "worst": "5%"}), ("second", "column"), "no column"),
        (RankTopN(places=2, by="sevice"), ("by",), 'no column "sevice" .did you mean "service"'),
        (RankTopN(places=2, by="own"), ("by",), "a scale of its own in each nation and cannot"),
        (Tiers(high=0.1, medium=0.1), ("high",), "no area is in the high tier, and none is named"),
        (Tiers(discretion=["Ash", "Bek"]), ("discretion", 1), '"Bek" is not .* mean "Beck"'),
        (band(least=1, most=9), ("least",), "no area has between 1 and 9 people; widen the band"),
        (WholePlaces(each=1, by="nothing"), ("by",), "every area has 0 in nothing"),
        (WholePlaces(each=1, by="nought"), ("by",), 'no column "nought"'),
        (Neighbourhoods(places={"Gipton": "A9"}), ("places", "Gipton"), '"A9" is not in'),
    ],
)
def test_a_fault_names_its_key(
    ten: Geography, rule: AllocationRule, key: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(Fault, match=message) as raised:
        rule.shares(between(ten, 100))
    assert raised.value.key == key


def test_faults_of_a_part_of_the_areas_are_told_too(ten: Geography) -> None:
    with pytest.raises(Fault, match="no neighbourhood lies in Firth and 4 others"):
        Neighbourhoods(places=PLACES).shares(between(ten, 1).within(np.arange(5, 10)))


@pytest.mark.parametrize(
    ("rule", "settings", "message"),
    [
        (Tiers, {"high": "70%", "medium": "40%"}, "the tiers take 1.1 of all areas, more than 1"),
        (
            PopulationBand,
            {"least": 9, "most": 9, "from": 1, "to": 2},
            "found 9, expected more people than least, 9",
        ),
        (
            PopulationBand,
            {"least": 1, "most": 9, "from": 3, "to": 2},
            "the upper amount is below the lower one; exchange from and to",
        ),
        (WholePlaces, {"each": 1, "at_least": 3, "at_most": 2}, "found 2, expected no less than"),
        (WholePlaces, {"each": 0}, "greater than 0"),
        (WholePlaces, {"each": 1, "method": "webster"}, "'sainte_lague'"),
        (RankTopN, {"places": 0}, "greater than or equal to 1"),
        (RankTopN, {"places": True}, "valid integer"),
        (EitherOrBoth, {"first": NEED}, "second"),
        (EitherOrBoth, {"first": {**NEED, "worst": 0}, "second": SERVICE}, "greater than 0"),
        (EitherOrBoth, {"first": NEED, "second": SERVICE, "both": "yes"}, "valid boolean"),
        (Neighbourhoods, {"places": {}}, "at least 1 item"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    rule: type[AllocationRule], settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        rule.model_validate(settings)
