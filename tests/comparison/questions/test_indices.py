"""What changes if the index changes, worked by hand on six areas.

Need is 40, 20, 10, 30, 15 and 5. The other column counts people in need: 400, 300, 0, 500, 100, 0.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from fundsim.comparison.questions.indices import Indices, under_needs
from fundsim.errors import InputError
from fundsim.scenario import Scenario, from_values, load
from tests.comparison.conftest import AREAS, values

# People times need is 260,000 and people times the other one 2,550,000: a pot of £663,000 gives
# £2.55 for each of the one and £0.26 for each of the other.
POT = 663_000_00
BEFORE = np.array([102_000, 153_000, 153_000, 153_000, 95_625, 6_375])
AFTER = np.array([104_000, 234_000, 0, 260_000, 65_000, 0])


@pytest.fixture
def found(small: Scenario) -> Indices:
    world = small.but({"funds.fund.allocation": {"kind": "need_weighted", "steepness": 1}})
    return under_needs(world, None, POT, ["need,poor"], top=2)


def rows(found: Indices, name: str) -> list[dict[str, str]]:
    table = found.tables[name]
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows()]


def test_money_moved_is_half_of_what_all_gain_and_lose(found: Indices) -> None:
    (row,) = rows(found, "indices")
    assert (row["rule"], row["need"], row["held_against"]) == ("as stated", "poor", "need")
    moved = np.abs(AFTER - BEFORE).sum() / 2
    assert float(row["money_moved"]) == moved
    assert float(row["share_moved"]) == pytest.approx(moved / 663_000, abs=1e-6)
    # Ash gains 2 %, which is not over 5; Beck and Dun gain, Cairn, Esk and Fold lose.
    assert row["areas_gaining_over_5_percent"] == "2"
    assert row["people_gaining_over_5_percent"] == "5000"
    assert row["areas_losing_over_5_percent"] == "3"
    assert row["people_losing_over_5_percent"] == "9000"


def test_pairs_flip_where_the_order_a_head_changes(found: Indices) -> None:
    (row,) = rows(found, "indices")
    people = found.places.population
    before, after = BEFORE / people, AFTER / people
    flipped = sum(
        (before[i] - before[j]) * (after[i] - after[j]) < 0
        for i, j in itertools.combinations(range(6), 2)
    )
    # Need orders Ash, Dun, Beck, Esk, Cairn, Fold; the other one Dun, Ash, Beck, Esk and two tied.
    assert flipped == 1
    assert (row["pairs"], row["pairs_flipped"]) == ("15", "1")
    # Kendall: (13 − 1) / √(15 · 14) with one tied pair.
    assert float(row["kendall_tau_b"]) == pytest.approx(12 / np.sqrt(15 * 14), abs=1e-6)
    assert (row["top"], row["top_shared"]) == ("2", "2")


def test_every_area_has_both_places(found: Indices) -> None:
    by_name = {row["name"]: row for row in rows(found, "areas")}
    assert (by_name["Dun"]["place_before"], by_name["Dun"]["place"]) == ("2", "1")
    assert by_name["Dun"]["places_up"] == "1"
    assert by_name["Ash"]["places_up"] == "-1"
    assert (by_name["Cairn"]["place"], by_name["Fold"]["place"]) == ("5", "5")
    assert by_name["Cairn"]["percent"] == "-100.000000"
    assert float(by_name["Beck"]["difference"]) == 234_000 - 153_000


def test_areas_that_tie_at_the_end_of_the_top_are_told(small: Scenario) -> None:
    world = small.but({"funds.fund.allocation": {"kind": "need_weighted"}})
    found = under_needs(world, None, POT, ["need,poor"], top=5)
    (row,) = rows(found, "indices")
    assert (row["top_shared"], row["top_tied"]) == ("5", "1")  # Cairn and Fold have nothing
    told = list(found.sentences())[1]
    assert "of the top 5 areas 5 stay (with 1 more equal to the last of them)." in told


def test_groups_add_up(found: Indices) -> None:
    groups = rows(found, "groups")
    england, wales = (row for row in groups if row["level"] == "nation")
    assert float(england["difference"]) == -float(wales["difference"]) == 338_000 - 408_000
    regions = [row for row in groups if row["level"] == "region"]
    assert [row["group"] for row in regions] == ["North", "South", "Wales"]
    assert sum(float(row["pounds"]) for row in regions) == 663_000


def test_sentences_say_what_the_tables_say(found: Indices) -> None:
    head, order, *others = found.sentences()
    assert head == (
        "the scenario's own rule by poor in place of need: £190k goes elsewhere, 28.7% of all; 2 "
        "areas with 5,000 people gain more than 5%, 3 areas with 9,000 people lose more than 5%."
    )
    assert order == (
        "- 6.7% of all pairs of areas change their order by pounds a head (Kendall 0.83, Spearman "
        "0.93; 1 is the same order); of the top 2 areas 2 stay."
    )
    assert others == [
        "- Furthest up, by place among 6: Dun from 2 to 1, Fold from 6 to 5.",
        "- Furthest down, by place among 6: Ash from 1 to 2.",
        "- By nation, a head: Wales +£14.00, England -£7.00.",
    ]


def test_a_rule_that_does_not_look_at_need_is_told_to_change_nothing(small: Scenario) -> None:
    found = under_needs(small, "fund", POT, ["need", "poor"])
    assert list(found.sentences()) == [
        "the scenario's own rule by poor in place of need: nothing changes."
    ]
    (row,) = rows(found, "indices")
    assert (row["money_moved"], row["pairs_flipped"], row["kendall_tau_b"]) == (
        "0.0000",
        "0",
        "1.000000",
    )


def test_one_need_is_held_against_the_scenarios_own(small: Scenario) -> None:
    found = under_needs(small, None, POT, ["poor"], ["need_weighted,equal"])
    assert found.needs == ("the scenario's own need", "poor")
    assert [(change.rule, change.need) for change in found.changes] == [
        *(("need_weighted", "poor"), ("equal", "poor"))
    ]
    pences = found.changes[0].pence
    assert (pences / 100).tolist() == AFTER.tolist()


def test_a_need_of_several_columns_or_of_each_nation_is_written_as_a_table(small: Scenario) -> None:
    blend = '{columns={need=1,poor=1},scale="rank"}'
    nations = '{England="need",Wales="poor"}'
    world = small.but({"funds.fund.allocation": {"kind": "need_weighted"}})
    found = under_needs(world, None, POT, [f"need,{blend}"])
    assert [change.need for change in found.changes] == [blend]
    split = {
        "kind": "hierarchy",
        "first": {"by": "nation", "kind": "per_capita"},
        "then": {"kind": "need_weighted"},
    }
    over = world.but(
        {"funds.fund.allocation": split, "geography.need": {"England": "poor", "Wales": "poor"}}
    )
    assert [change.need for change in under_needs(over, None, POT, [blend, nations]).changes] == [
        nations
    ]


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["ned"], '--needs: ned: "ned": there is no such column (did you mean "need"?)'),
        (["need", "{a"], "--needs: {a: this is no table"),
        (["need", "{columns={need=1,poor=1}}"], "choose a scale: share, z_score, rank or expon"),
        (["need,poor", "need"], "--needs: need: this need is here twice; name it once"),
        ([" , "], "--needs: name columns, with commas between"),
    ],
)
def test_a_need_that_cannot_be_read_is_told(small: Scenario, texts: list[str], told: str) -> None:
    with pytest.raises(InputError) as error:
        under_needs(small, None, POT, texts)
    assert told in str(error.value)


def test_a_need_that_the_best_off_have_most_of_is_told_and_may_be_turned_round() -> None:
    england = load("english-738m")
    with pytest.raises(InputError) as error:
        under_needs(england, None, POT, ["gdhi"])
    told = str(error.value)
    assert told.startswith(
        '--needs: gdhi: "gdhi": more of it means less need, so that the best off'
    )
    assert told.endswith('{ columns = { gdhi = 1 }, lower_is_worse = ["gdhi"] }')
    income = '{columns={gdhi=1}, lower_is_worse=["gdhi"], scale="rank"}'
    (change,) = under_needs(england, None, POT, [f"imd25_avg_score,{income}"]).changes
    assert change.need == income
    assert change.agreement.tau > 0.5  # places of low income are much the same places


def test_every_wrong_need_is_told_at_once(small: Scenario) -> None:
    with pytest.raises(InputError) as error:
        under_needs(small, None, POT, ["ned,por"])
    assert [problem.key for problem in error.value.problems] == ["ned", "por"]


def test_an_index_that_is_missing_for_an_area_names_it(tmp_path: Path) -> None:
    given = values(tmp_path)
    (tmp_path / "areas.csv").write_text(AREAS.replace(",30,500,", ",30,,"), encoding="utf-8")
    with pytest.raises(InputError, match=r"--needs: poor: .*the cell is empty: Dun \(B1\)"):
        under_needs(from_values(given), None, POT, ["need", "poor"])


def test_nothing_to_share_moves_nothing(small: Scenario) -> None:
    (row,) = rows(under_needs(small, None, 0, ["need", "poor"], ["need_weighted"]), "indices")
    assert (row["money_moved"], row["share_moved"]) == ("0.0000", "0.000000")


def test_one_nation_is_told_by_region() -> None:
    england = load("english-738m")
    found = under_needs(england, None, 8_000_000_000, ["imd25_avg_score", "imd19_avg_score"])
    (told,) = [text for text in found.sentences() if text.startswith("- By region, a head: ")]
    cells = {row["group"]: row for row in rows(found, "groups") if row["level"] == "region"}
    head = float(cells["North West"]["difference"]) / int(cells["North West"]["population"])
    assert f"North West +£{head:.2f}" in told
