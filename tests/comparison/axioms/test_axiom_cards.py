"""What a card says beside its verdicts: what is left, what does not apply, what was not tried."""

from __future__ import annotations

import pytest

from fundsim.comparison.axioms.bench import Bench
from fundsim.comparison.axioms.cards import AXIOMS, card, cards_of, table_of
from fundsim.comparison.axioms.trials import Finding
from fundsim.errors import InputError
from fundsim.places.columns import undescribed
from fundsim.rules.allocation import AllocationRule, Hierarchy, Mix
from fundsim.rules.allocation.claims import ProportionalClaims
from fundsim.rules.allocation.guarantees import MixWithFloor
from fundsim.rules.allocation.placing import WholePlaces
from fundsim.rules.allocation.plain import Column, NeedWeighted, PerCapita, Shares
from fundsim.rules.base import Fault
from fundsim.scenario import Scenario
from tests.comparison.axioms.planted import TOWNS, SmallPotsOnly, TakesBack, adjusted, found, read
from tests.rules.little import table

MIX = {"population": 1.0}


def test_what_is_left_of_a_pot_is_kept_where_nobody_asks_for_more() -> None:
    # Claims are £1,320,000 together.
    kept = found(ProportionalClaims(claims="claims"), "sums exactly", pounds=2_000)
    assert (kept.verdict, kept.words) == (
        "kept",
        (
            "of £2,000,000.00, £680,000.00 is left for the next round, since all that the rule "
            "asks for takes £1,320,000.00"
        ),
    )


def test_what_one_part_of_a_rule_leaves_and_another_could_use_breaks_the_sum() -> None:
    half = [{"kind": "per_capita", "weight": 0.5}, {"kind": "cea", "claims": "poor", "weight": 0.5}]
    broken = found(Mix(parts=half), "sums exactly")  # £1,330 is claimed of £300,000
    assert (broken.verdict, broken.words) == (
        "broken",
        "of a pot of £600,000.00, £298,670.00 is left, though more is paid of a larger one",
    )


def test_less_than_the_price_of_a_place_may_be_left() -> None:
    kept = found(WholePlaces(each="£70k"), "sums exactly")  # 8 · 70 = 560
    assert kept.words.startswith("of £600,000.00, £40,000.00 is left for the next round")


def test_a_negative_weight_can_be_shared_by_in_no_pence() -> None:
    found_ = found(TakesBack(), "sums exactly")
    assert found_.verdict == "does not apply"
    assert found_.words.startswith("no pence can be shared by it: ")
    assert "a weight is negative" in found_.words


@pytest.mark.parametrize(
    ("rule", "axiom", "why"),
    [
        (PerCapita(), "quota", "it does not share whole places, or not by itself"),
        (PerCapita(), "floor kept", "it promises nobody a floor"),
        (
            Mix(parts=[{"kind": "per_capita", "weight": 1}]),
            "floor kept",
            "it promises nobody a floor itself; the rules inside it have their own cards",
        ),
        (
            MixWithFloor(parts=MIX, floor="£300k"),
            "floor kept",
            "no pot up to £1,200,000.00 pays for all that it promises, which takes £1,800,000.00",
        ),
    ],
)
def test_an_axiom_that_has_nothing_to_say_tells_why(
    rule: AllocationRule, axiom: str, why: str
) -> None:
    assert found(rule, axiom) == Finding(axiom, "does not apply", 0, why)


def test_a_rule_that_names_areas_cannot_be_asked_for_an_area_that_is_not_there_any_more() -> None:
    two = table([100, 200], names=["Ash", "Beck"])
    stated = Shares(shares={"Ash": "60%", "Beck": "40%"})
    for axiom in "stable under merging", "stable under splitting":
        finding = found(stated, axiom, two)
        assert (finding.verdict, finding.cases) == ("does not apply", 0)
        assert "is not in the geography" in finding.words


def test_cases_that_could_not_be_tried_are_counted_beside_those_that_were() -> None:
    one = adjusted(eligible={"name": ["Cairn"]}, rule={"kind": "per_capita"})
    kept = found(one, "stable under merging")  # Beck with Cairn, and Cairn with Dun
    assert (kept.verdict, kept.cases) == ("kept", 3)
    assert kept.words.startswith('2 more could not be tried: no area has the name "Cairn"')


def test_areas_cannot_be_merged_where_nobody_said_whether_a_column_adds_up() -> None:
    about = {**TOWNS.about, "claims": undescribed("claims", ["England"])}
    unclear = type(TOWNS)(**{**vars(TOWNS), "about": about})
    for axiom in "stable under merging", "stable under splitting":
        finding = found(Column(column="claims"), axiom, unclear)
        assert (finding.verdict, finding.cases) == ("does not apply", 0)
        assert finding.words.startswith('whether "claims" adds up where areas become one')
        assert found(PerCapita(), axiom, unclear).verdict == "kept"


def test_need_and_people_of_a_table_that_nobody_described_can_be_merged() -> None:
    own = {name: undescribed(name, ["England"]) for name in ("need", "population")}
    plain = type(TOWNS)(**{**vars(TOWNS), "about": {**TOWNS.about, **own}})
    both = MixWithFloor(parts={"need": 0.5, "population": 0.5}, floor=0)
    assert found(both, "stable under merging", plain).verdict == "kept"


def test_an_area_alone_in_its_foundation_has_no_neighbour_and_no_equal() -> None:
    alone = table([100, 200], nations=["England", "Wales"])
    finding = found(PerCapita(), "stable under merging", alone)
    assert finding.words == "no foundation has two areas in one region"
    assert found(PerCapita(), "symmetric", alone).cases == 3  # three orders of rows


def test_a_rule_that_ignores_need_is_said_to() -> None:
    kept = found(PerCapita(), "monotone in need")
    assert (kept.verdict, kept.cases, kept.words) == ("kept", 6, "need changes nothing under it")
    assert found(NeedWeighted(), "monotone in need").words == ""


def test_need_that_is_nowhere_stated_cannot_rise() -> None:
    finding = found(PerCapita(), "monotone in need", table([100, 200]))
    assert finding.words == "no need is stated that could rise"


def test_levels_of_a_hierarchy_are_looked_into() -> None:
    # 80 % of £600,000 is for England: 48 places of £10,000, and 12 for Wales
    areas = table([1, 2, 3, 4], nations=["England", "England", "Wales", "Wales"])
    first = {"kind": "shares", "by": "nation", "shares": {"England": "80%", "Wales": "20%"}}
    places = {"kind": "whole_places", "each": "£10k", "at_least": 1, "method": "dhondt"}
    rule = Hierarchy(first=first, then=places)
    assert found(rule, "quota", areas).verdict == "kept"
    assert found(rule, "floor kept", areas).verdict == "kept"
    # A third of 48 are 16.
    broken = found(Hierarchy(first=first, then={**places, "at_least": 20}), "quota", areas)
    assert broken.words == "of 48 places A000000 is due 16.000, and gets 20"


def test_floors_of_presets_and_of_rules_that_are_adjusted_are_promises_too() -> None:
    preset = read(kind="preset", preset="ukspf-england", columns={"index": "poor"})
    kept = found(preset, "floor kept", pounds=6_000)  # £1m for each of six areas, and more
    assert (kept.verdict, kept.cases) == ("kept", 65)  # 64 to 128 parts of 64 of it
    inner = {"kind": "mix_with_floor", "parts": MIX, "floor": "£30k"}
    some = {"name": ["Ash", "Cairn", "Fold"]}
    assert found(adjusted(rule=inner, eligible=some), "floor kept").verdict == "kept"
    broken = found(adjusted(rule=inner, cap={"pounds": "£25k"}), "floor kept")
    assert broken.words.endswith("Ash is promised £30,000.00, and gets £25,000.00")


def test_whole_places_promise_what_everybody_begins_with_and_nothing_else() -> None:
    assert found(WholePlaces(each="£10k"), "floor kept").words == "it promises nobody a floor"


def test_tables_and_pots_that_a_rule_refuses_are_no_counter_examples() -> None:
    # Where Beck is like Ash nobody has any points.
    two = table([1, 1], names=["Ash", "Beck"], points=[0, 5])
    kept = found(Column(column="points"), "symmetric", two)
    assert kept.verdict == "kept"
    assert kept.words == "2 more could not be tried: every area has 0 in points"
    assert found(SmallPotsOnly(), "monotone in the pot", pounds=400) == Finding(
        "monotone in the pot", "does not apply", 0, "this is too much"
    )


def test_of_a_large_table_evenly_spaced_areas_are_tried_and_that_is_said() -> None:
    many = table(list(range(1, 60_001)), need=list(range(60_000, 0, -1)))
    bench = Bench(PerCapita(), many, "need", 1_000_00)
    assert 12 <= len(bench.tried) <= 24
    assert {0, 59_999} <= set(bench.tried.tolist())
    assert len(bench.pots) == 9
    small = card("per head", bench, ["monotone in the pot"])
    (remark,) = small.remarks
    tried = f"areas changed one by one: {len(bench.tried)} of 60,000"
    assert remark == f"{tried}, evenly spaced by need and by people"


def test_a_rule_that_depends_on_time_is_said_to_be_tried_in_its_first_round() -> None:
    rule = adjusted(phase_in={"steps": ["50%", "100%"], "base": "claims"})
    found_ = card("phased", Bench(rule, TOWNS, "need", 100_00), ["non-negative"])
    assert found_.remarks == (
        "the rule depends on the day or on the round before: tried as in a first round",
    )


def test_a_rule_that_cannot_share_at_all_is_a_fault() -> None:
    with pytest.raises(Fault, match='has no column "nothing"'):
        card("column", Bench(Column(column="nothing"), TOWNS, "need", 100_00))


def test_cards_of_scenarios_become_a_table(small: Scenario) -> None:
    equal = small.but({"funds.fund.allocation": {"kind": "equal"}})
    cards = cards_of({"as stated": small, "equal": equal}, "fund", 100_000_00)
    rows = list(table_of(cards).rows())
    assert len(rows) == 2 * len(AXIOMS)
    assert rows[0] == ("as stated", "sums exactly", "kept", "129", "")
    assert [row[2] for row in rows if row[1] == "stable under merging"] == ["kept", "broken"]


def test_all_rules_that_do_not_apply_are_told_at_once(small: Scenario) -> None:
    fund = small.funds["fund"].model_copy(update={"allocation": Column(column="nothing")})
    wrong = small.model_copy(update={"funds": {"fund": fund}})
    with pytest.raises(InputError) as error:
        cards_of({"one": wrong, "two": wrong}, "fund", 100_00)
    assert [problem.key for problem in error.value.problems] == ["one", "two"]


@pytest.mark.parametrize("axiom", AXIOMS)
def test_no_number_of_pots_or_areas_is_tried_by_chance(axiom: str) -> None:
    once, again = (found(NeedWeighted(steepness=2), axiom) for _ in range(2))
    assert once == again
