"""What a comparison looks at: tenths of people, whatever the order of areas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsim.comparison.looking import tenth_of
from fundsim.comparison.running import allocate
from fundsim.scenario import Scenario, load
from tests.rules.little import table

AREAS = st.lists(st.tuples(st.integers(1, 1000), st.integers(0, 4)), min_size=1, max_size=12)


def test_equal_areas_are_in_one_tenth_by_the_middle_of_all_their_people() -> None:
    # Of 100 people the 10 most deprived have their middle at 5 and are the first tenth; the 30 of
    # both equal areas have it at 25, in the third; the last 60 at 70, which begins the eighth.
    areas = table([20, 60, 10, 10])
    assert tenth_of(areas, np.array([2.0, 1.0, 3.0, 2.0])).tolist() == [2, 7, 0, 2]


@given(AREAS, st.data())
def test_no_order_of_areas_changes_their_tenth(
    areas: list[tuple[int, int]], data: st.DataObject
) -> None:
    people, need = (np.array(each) for each in zip(*areas, strict=True))
    order = np.array(data.draw(st.permutations(range(len(areas)))))
    tenths = tenth_of(table(people.tolist()), need.astype(float))
    moved = tenth_of(table(people[order].tolist()), need[order].astype(float))
    assert moved.tolist() == tenths[order].tolist()
    for one in set(need.tolist()):
        assert len({*tenths[need == one].tolist()}) == 1


@pytest.fixture(scope="module")
def english() -> Scenario:
    return load("english-738m")


def test_two_districts_that_tie_at_a_fifth_count_alike(english: Scenario) -> None:
    """Rotherham and Tameside have the same average score, at the boundary of the first fifth."""
    areas = english.geography_table
    need = areas.columns["imd25_avg_score"]
    tied = [areas.names.index(name) for name in ("Rotherham", "Tameside")]
    assert need[tied[0]] == need[tied[1]]
    measures = allocate(english, "£80m", "equal").table("measures")
    (row,) = [
        row
        for row in map(dict, (zip(measures.columns, one, strict=True) for one in measures.rows()))
        if (row["measure"], row["rule"]) == ("share_to_most_deprived_fifth", "equal")
    ]
    # By hand: both whole, or both not at all, and between these in proportion to people.
    above = need > need[tied[0]]
    people = areas.population.astype(float)
    part = (people.sum() / 5 - people[above].sum()) / people[tied].sum()
    assert 0 < part < 1
    expected = (above.sum() + part * len(tied)) / len(areas)
    assert float(row["mean"]) == pytest.approx(expected, abs=2e-6)
