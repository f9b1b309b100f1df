"""Backlogs: years of awards that wait, by hand; their order; classes that hold every figure."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsim.charts import CHARTS, NotShown
from fundsim.charts.heat import LADDER, SHADES, Heat, _class, _runs, short
from fundsim.charts.source import Source
from fundsim.charts.words import Words
from fundsim.places import load_geography
from tests.charts.hand_made import Figures, made
from tests.charts.small_world import Scenario

CHART = CHARTS["backlog"]


@pytest.fixture
def places(tmp_path: Path) -> Scenario:
    path = tmp_path / "places.csv"
    rows = [f"A{row},Place {row},1000,f{row}" for row in range(4)]
    path.write_text("code,name,population,foundation\n" + "\n".join(rows) + "\n", "utf-8")
    return Scenario(load_geography(str(path)), years=2)


def world(places: Scenario, *books: Figures) -> Source:
    by_place = {("main", f"f{row}"): figures for row, figures in enumerate(books)}
    return made(places, {"main": {}}, by_place)


BOOKS: tuple[Figures, ...] = (
    {"waiting": [50, 10], "awarded": [100, 100]},
    {"waiting": [0, 30], "awarded": [100, 60]},
    {"waiting": [5, 10], "awarded": [0, 0]},
    {"waiting": [10, 20], "awarded": [100, 0]},
)


def test_a_backlog_is_what_waits_over_what_is_awarded_in_the_year(places: Scenario) -> None:
    table = CHART.table(world(places, *BOOKS))
    found = {
        name: table.where(foundation=name).column("years_of_backlog")
        for name in ("f0", "f1", "f2", "f3")
    }
    assert found == {
        "f0": ["0.500000", "0.100000"],
        "f1": ["0.000000", "0.500000"],
        "f2": ["inf", "inf"],
        "f3": ["0.100000", "inf"],
    }


def test_those_that_never_award_come_first_then_the_longest_backlog(places: Scenario) -> None:
    table = CHART.table(world(places, *BOOKS))
    assert list(dict.fromkeys(table.column("foundation"))) == ["f2", "f3", "f1", "f0"]
    heat = Heat.of(table)
    assert heat.never == 1
    assert heat.last == [math.inf, math.inf, 0.5, 0.1]


def test_it_is_not_shown_where_nothing_waits(places: Scenario) -> None:
    awards = {"awarded": [100.0, 100.0]}
    with pytest.raises(NotShown, match=r"nothing waits at any year’s end.*chart pipeline"):
        CHART.table(world(places, awards, awards, awards, awards))


def test_a_foundation_with_nothing_at_all_has_no_backlog(places: Scenario) -> None:
    table = CHART.table(world(places, BOOKS[0], {}, {}, {}))
    assert table.where(foundation="f2").column("years_of_backlog") == ["0.000000"] * 2
    assert Heat.of(table).never == 0


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50))
def test_every_backlog_has_its_class(figures: list[float]) -> None:
    heat = Heat(("a",), tuple(range(len(figures))), np.array([figures]), 0)
    assert len(heat.edges) == SHADES - 1
    classes = [_class(figure, heat.edges) for figure in figures]
    assert all(
        (found is None) == (figure == 0) for found, figure in zip(classes, figures, strict=True)
    )
    assert all(found in range(SHADES) for found in classes if found is not None)
    if max(figures) >= LADDER[SHADES - 2]:
        assert SHADES - 1 in classes


def test_what_is_never_awarded_has_a_class_of_its_own() -> None:
    assert _class(math.inf, [1.0, 2.0]) == -1


def test_equal_neighbours_are_drawn_as_one() -> None:
    assert list(_runs([None, 1, 1, 2])) == [(0, 1, None), (1, 3, 1), (3, 4, 2)]


def test_names_are_short_where_something_is_left() -> None:
    assert short("Leeds Community Foundation") == "Leeds CF"
    assert short("Community Foundation") == "Community Foundation"
    assert short("Forever Manchester") == "Forever Manchester"


def words(source: Source) -> Words:
    return CHART.words(CHART.table(source), source)


def test_words_say_who_waits_longest(places: Scenario) -> None:
    said = words(world(places, BOOKS[0], BOOKS[1], {}, {}))
    assert "At the end of 2022/23 money waits at 2 of 4 foundations." in said.alt
    assert "The longest backlog is that of f1: 0.5 years of its awards." in said.alt
    assert "f2: it awards nothing." in words(world(places, *BOOKS)).alt


def test_the_short_form_is_explained_where_it_is_used(places: Scenario, uk: Scenario) -> None:
    assert "CF:" not in words(world(places, *BOOKS)).about
    first = uk.geography_table.foundations[0].id
    source = made(replace(uk, years=2), {"main": {}}, {("main", first): BOOKS[0]})
    assert "CF: Community Foundation." in words(source).about
