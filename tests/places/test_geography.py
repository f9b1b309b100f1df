"""What a geography answers, on the package's districts and on tiny tables."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Mapping
from dataclasses import FrozenInstanceError, fields
from typing import Any

import numpy as np
import pytest

from fundsim.errors import DataError
from fundsim.places import Geography, load_geography

Write = Callable[..., str]

TWO_NATIONS = (
    "code,name,population,nation,foundation,need,own",
    "B1,Bee,10,Beta,shared,1,",
    "A2,Ay two,20,Alpha,late,2,5",
    "A1,Ay one,30,Alpha,shared,3,6",
    "B2,Bee two,40,Beta,alone,4,",
)


@pytest.fixture
def small(write: Write) -> Geography:
    return load_geography(write(*TWO_NATIONS))


def test_rows_stand_by_nation_foundation_and_code(uk: Geography) -> None:
    keys = list(zip(uk.nations, uk.foundation_ids, uk.codes, strict=True))
    assert keys == sorted(keys)


def test_a_foundation_of_two_nations_stays_together_with_its_first(small: Geography) -> None:
    assert small.codes == ("A2", "A1", "B1", "B2")
    assert small.foundation_ids == ("late", "shared", "shared", "alone")
    assert [(f.id, f.nation) for f in small.foundations] == [
        ("late", "Alpha"),
        ("shared", "Alpha"),
        ("alone", "Beta"),
    ]


def test_foundations_count_their_areas_and_people(small: Geography) -> None:
    assert [(f.districts, f.population) for f in small.foundations] == [(1, 20), (2, 40), (1, 40)]


def test_the_areas_of_each_foundation_stand_together(small: Geography, uk: Geography) -> None:
    assert small.foundation_of.tolist() == [0, 1, 1, 2]
    assert set(np.diff(uk.foundation_of).tolist()) == {0, 1}


def test_members_name_groups_in_order_and_point_into_them(small: Geography) -> None:
    names, index = small.members("nation")
    assert (names, index.tolist()) == (("Alpha", "Beta"), [0, 0, 1, 1])
    names, index = small.members("foundation")
    assert (names, index.tolist()) == (("late", "shared", "alone"), [0, 1, 1, 2])
    assert small.members("area")[0] == small.codes
    assert small.members("region")[0] == small.members("nation")[0]


def test_foundation_of_is_what_members_says(uk: Geography) -> None:
    names, index = uk.members("foundation")
    assert names == tuple(f.id for f in uk.foundations)
    assert np.array_equal(index, uk.foundation_of)


def test_need_reads_a_full_column_as_it_stands(small: Geography) -> None:
    assert small.need("need").tolist() == [2, 3, 1, 4]
    assert small.need("population").tolist() == [20, 30, 10, 40]


def test_an_empty_cell_of_an_eligible_area_is_refused_by_name(small: Geography) -> None:
    with pytest.raises(
        DataError, match=r"areas\.csv:2:own: 2 cells are empty: Bee \(B1\); Bee two"
    ):
        small.need("own")


def test_an_empty_cell_of_an_area_that_is_not_eligible_is_let_be(small: Geography) -> None:
    eligible = np.array([nation == "Alpha" for nation in small.nations])
    assert small.need("own", eligible=eligible)[:2].tolist() == [5, 6]


def test_many_empty_cells_are_counted_and_the_remedy_names_the_nations(uk: Geography) -> None:
    with pytest.raises(DataError) as refused:
        uk.need("imd25_avg_score")
    text = str(refused.value)
    assert text.startswith("uk-districts-2024:298:imd25_avg_score: 65 cells are empty: Antrim")
    assert "and 62 more; the column is stated for England only" in text


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nat_need_pc", r'no such column \(did you mean "nat_need_pct"\?\); there are: population'),
        ("foundation_why", "the column holds words, not numbers"),
    ],
)
def test_a_column_that_is_not_there_is_refused(uk: Geography, name: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        uk.need(name)


def test_one_column_a_nation_is_put_together(small: Geography) -> None:
    combined = small.combined({"Alpha": "own", "Beta": "need"})
    assert combined.tolist() == [5, 6, 1, 4]
    assert not combined.flags.writeable
    assert small.combined("need").tolist() == [2, 3, 1, 4]


def test_every_fault_of_a_combination_is_told_at_once(small: Geography) -> None:
    with pytest.raises(DataError) as refused:
        small.combined({"Alfa": "need", "Beta": "own"})
    assert [problem.key for problem in refused.value.problems] == ["Alfa", "Alpha", ""]
    text = str(refused.value)
    assert 'no area is in this nation (did you mean "Alpha"?)' in text
    assert "no column is named for this nation" in text
    assert "areas.csv:2:own: 2 cells are empty" in text


def test_a_nation_without_an_eligible_area_needs_no_column(small: Geography) -> None:
    eligible = np.array([nation == "Alpha" for nation in small.nations])
    assert small.combined({"Alpha": "own"}, eligible=eligible)[:2].tolist() == [5, 6]


def test_a_geography_cannot_be_written_to(uk: Geography) -> None:
    with pytest.raises(FrozenInstanceError):
        uk.digest = "other"  # type: ignore[misc]  # planted - it is frozen
    with pytest.raises(ValueError, match="read-only"):
        uk.population[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        uk.columns["uk_score"][0] = 1
    with pytest.raises(TypeError):
        uk.columns["mine"] = uk.lon  # type: ignore[index]  # planted - it is read-only


def alike(one: Any, other: Any) -> bool:
    if isinstance(one, Mapping):
        return list(one) == list(other) and all(alike(v, other[k]) for k, v in one.items())
    if isinstance(one, np.ndarray):
        return bool(one.dtype == other.dtype and one.tobytes() == other.tobytes())
    return bool(one == other)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda g: pickle.loads(pickle.dumps(g))])  # noqa: S301 - own bytes
def test_a_copy_sent_to_another_process_is_the_same_and_as_closed(
    uk: Geography, copied: Callable[[Geography], Geography]
) -> None:
    other = copied(uk)
    assert all(alike(getattr(other, f.name), getattr(uk, f.name)) for f in fields(uk))
    assert not other.population.flags.writeable
    assert not other.columns["uk_score"].flags.writeable
