"""Tables with something changed: what is changed, and that all else stays."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from fundsim.comparison.axioms.altered import (
    alike,
    crowded,
    groups,
    halved,
    in_order,
    merged,
    need_columns,
    needier,
    neighbour,
)
from fundsim.places import Geography, load_geography
from fundsim.places.assembling import Areas, geography
from fundsim.rules.need import Blend
from tests.rules.little import table

UK = load_geography("uk-districts-2024")
FOUR = table(
    [100, 300, 50, 0],
    names=["Ash", "Beck", "Cairn", "Dun"],
    need=[40, 20, 10, 30],
    pounds=[7, 9, 1, 0],
    sums=["pounds"],
)


def reassembled(areas: Geography) -> Geography:
    """Put a table together as one that is read from a file."""
    cells = {field.name: getattr(areas, field.name) for field in fields(Areas)}
    cells["columns"], cells["labels"] = dict(areas.columns), dict(areas.labels)
    return geography(areas.label, Areas(**cells), areas.about)


def test_two_areas_become_one_with_sums_and_means_of_people() -> None:
    one, row = merged(FOUR, 1, 0)
    assert row == 0
    assert one.names == ("Ash with Beck", "Cairn", "Dun")
    assert one.codes[0] == "A000000+A000001"
    assert one.population.tolist() == [400, 50, 0]
    assert one.columns["pounds"].tolist() == [16, 1, 0]
    assert one.columns["need"].tolist() == [25, 10, 30]  # (100 · 40 + 300 · 20) / 400


def test_one_area_becomes_two_with_half_of_what_adds_up_and_the_same_means() -> None:
    two, row = halved(FOUR, 1)
    assert row == 1
    assert two.names == ("Ash", "first half of Beck", "second half of Beck", "Cairn", "Dun")
    assert two.codes[1:3] == ("A000001-1", "A000001-2")
    assert two.population.tolist() == [100, 150, 150, 50, 0]
    assert two.columns["pounds"].tolist() == [7, 4.5, 4.5, 1, 0]
    assert two.columns["need"].tolist() == [40, 20, 20, 10, 30]


def test_an_odd_person_lives_in_one_of_the_halves_and_brings_its_part_along() -> None:
    two, _ = halved(table([3], pounds=[9], sums=["pounds"]), 0)
    assert two.population.tolist() == [2, 1]
    assert two.columns["pounds"].tolist() == [6, 3]


def test_areas_without_people_are_merged_and_split_evenly() -> None:
    nobody = table([0, 0], need=[10, 20], pounds=[4, 2], sums=["pounds"])
    assert merged(nobody, 0, 1)[0].columns["need"].tolist() == [15]
    assert halved(nobody, 0)[0].columns["pounds"].tolist() == [2, 2, 2]


@pytest.mark.parametrize("area", [0, 100, 360])
def test_changed_tables_stand_in_the_order_in_which_a_file_would_be_read(area: int) -> None:
    homes = {row: rows for rows in groups(UK).values() for row in rows}
    other = neighbour(UK, area, homes[area])
    assert other is not None
    for changed, _ in merged(UK, area, other), halved(UK, area):
        assert reassembled(changed).codes == changed.codes
        assert changed.population.sum() == UK.population.sum()
        assert [changed.foundations[at].id for at in changed.foundation_of] == list(
            changed.foundation_ids
        )


def test_a_neighbour_is_the_nearest_of_its_foundation() -> None:
    def named(name: str) -> int:
        return UK.names.index(name)

    homes = {row: rows for rows in groups(UK).values() for row in rows}
    nottingham = neighbour(UK, named("Rushcliffe"), homes[named("Rushcliffe")])
    assert nottingham == named("Nottingham")
    assert neighbour(UK, 3, [3]) is None


def test_a_neighbour_is_the_next_in_order_where_no_places_are_stated() -> None:
    assert [neighbour(FOUR, area, [0, 1, 3]) for area in (0, 1, 3)] == [1, 3, 1]


def test_only_what_counts_people_grows_with_the_population() -> None:
    grown = crowded(UK, 3)
    assert (grown.population == 3 * UK.population).all()
    assert (grown.columns["lbn_pop"] == 3 * UK.columns["lbn_pop"]).all()  # persons
    for same in "lbn_areas", "uk_score", "gdhi":  # places, a score, pounds a head
        assert np.array_equal(grown.columns[same], UK.columns[same], equal_nan=True)


def test_need_rises_by_a_tenth_and_to_the_highest() -> None:
    (tenth, words), (highest, more) = needier(FOUR, "need", 1)
    assert tenth.columns["need"].tolist() == [40, 22, 10, 30]
    assert highest.columns["need"].tolist() == [40, 40, 10, 30]
    assert words == "need rises (Need from 20 to 22)"
    assert more == "need rises (Need from 20 to 40)"
    (only,) = needier(FOUR, "need", 0)  # nobody needs more
    assert only[0].columns["need"].tolist() == [44, 20, 10, 30]


def test_need_rises_from_nothing_too() -> None:
    for needs, expected in ([0, 5], [0.5, 5]), ([0, 0], [0.1, 0]):
        risen, _ = next(needier(table([1, 1], need=needs), "need", 0))
        assert risen.columns["need"].tolist() == expected


def test_need_rises_in_every_column_that_it_is_made_of() -> None:
    blend = Blend(columns={"need": 1, "pounds": 0, "other": 2}, scale="share")
    assert need_columns(blend, "England") == ("need", "other")
    areas = table([1, 1], need=[10, 20], other=[5, 4], pounds=[1, 1])
    (tenth, words), (highest, _) = needier(areas, blend, 0)
    assert words == "need rises (Need from 10 to 11, Other from 5 to 5.5)"
    assert [tenth.columns[name][0] for name in ("need", "other", "pounds")] == [11, 5.5, 1]
    assert [highest.columns[name][0] for name in ("need", "other")] == [20, 5]


def test_need_of_a_nation_rises_in_its_own_column_up_to_the_highest_there() -> None:
    areas = table([1, 1, 1], nations=["England", "England", "Wales"], eng=[1, 3, 9], wal=[4, 4, 4])
    by_nation = {"England": "eng"}
    (_, highest) = needier(areas, by_nation, 0)
    assert highest[1] == "need rises (Eng from 1 to 3)"
    assert list(needier(areas, by_nation, 2)) == []  # no column is named for Wales
    assert list(needier(table([1, 1], need=[np.nan, 1]), "need", 0)) == []


def test_areas_are_made_alike_in_people_and_columns_alone() -> None:
    same = alike(FOUR, np.array([0, 0, 2, 3]))
    assert same.population.tolist() == [100, 100, 50, 0]
    assert same.columns["need"].tolist() == [40, 40, 10, 30]
    assert same.names == FOUR.names


def test_rows_in_another_order_keep_all_that_belongs_to_them() -> None:
    back = in_order(UK, np.arange(len(UK))[::-1])
    assert back.codes == UK.codes[::-1]
    assert back.foundation_of.tolist() == UK.foundation_of.tolist()[::-1]
    assert reassembled(back).digest == UK.digest
    assert back.digest == ""


def test_a_need_of_nothing_has_no_minus_before_it() -> None:
    zeros = table([100, 300], names=["Ash", "Beck"], need=[-0.0, 2])
    (_, tenth), (_, highest) = needier(zeros, "need", 0)
    assert (tenth, highest) == (
        "need rises (Need from 0 to 0.2)",
        "need rises (Need from 0 to 2)",
    )


def test_need_rises_where_a_column_of_which_less_is_worse_falls() -> None:
    areas = table([1, 1], income=[20, 10], need=[5, 8])
    turned = Blend(columns={"income": 1, "need": 1}, scale="rank", lower_is_worse=["income"])
    (tenth, words), (worst, _) = needier(areas, turned, 0)
    assert tenth.columns["income"].tolist() == [18, 10]
    assert tenth.columns["need"].tolist() == [5.5, 8]
    assert words == "need rises (Income from 20 to 18, Need from 5 to 5.5)"
    assert worst.columns["income"].tolist() == [10, 10]
    assert worst.columns["need"].tolist() == [8, 8]
    (lowest, _), *_ = needier(areas, turned, 1)  # as low as any, and lower by a tenth
    assert lowest.columns["income"].tolist() == [20, 9]
