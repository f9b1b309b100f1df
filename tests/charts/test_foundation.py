"""One foundation: its own rows, its name in words and files, and what is said if none is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fundsim.charts import CHARTS, NotShown, save
from fundsim.charts.one_foundation import FLOWS, HEADINGS, _panels
from fundsim.charts.panels import Grid
from fundsim.charts.saving import file_name
from tests.charts.hand_made import Figures, made
from tests.charts.small_world import Scenario, geography

CHART = CHARTS["foundation"]
BOOKS: Figures = {
    "received": [100, 110],
    "foundation_fees": [6, 7],
    "awarded": [80, 90],
    "paid": [40, 85],
    "waiting": [14, 27],
    "promised": [40, 45],
}


@pytest.fixture
def odd(tmp_path: Path) -> Scenario:
    """A geography with a foundation of an odd name."""
    return Scenario(geography(tmp_path, ["Ashby", "Burton"], foundation="=../the shires"), years=2)


def test_it_shows_the_foundations_own_rows(uk: Scenario) -> None:
    scenario = replace(uk, years=2)
    source = made(scenario, {"main": {}}, {("main", "wales"): BOOKS, ("main", "kent"): {}})
    table = CHART.table(source, foundation="wales")
    assert set(table.column("foundation")) == {"wales"}
    assert set(table.column("measure")) == set(HEADINGS)
    assert table.where(measure="waiting").numbers("p50").tolist() == [14, 27]
    assert table.where(measure="promised").column("p50") == ["", ""]
    assert table.where(measure="promised").numbers("mean").tolist() == [40, 45]


def test_a_year_in_which_it_hands_over_is_drawn_below_the_axis(uk: Scenario) -> None:
    handed = {**BOOKS, "received": [100, -50, 0], "awarded": [80, -20, 0]}
    source = made(replace(uk, years=3), {"main": {}}, {("main", "wales"): handed})
    panels = _panels(CHART.table(source, foundation="wales"), FLOWS)
    received = panels[0]
    assert received.line[:2].tolist() == [100, -50]
    assert (received.last, received.ends) == (1, [-50])
    low, high = Grid(2021, ["2021/22", "2022/23", "2023/24"], [panels]).ends(received)
    assert (low, high) == pytest.approx((-53, 106))


def test_its_name_is_in_the_title_and_the_figures_in_words(uk: Scenario) -> None:
    source = made(replace(uk, years=2), {"main": {}}, {("main", "wales"): BOOKS})
    said = CHART.words(CHART.table(source, foundation="wales"), source)
    assert said.title == "What passes through Community Foundation Wales"
    assert (
        "In 2022/23, on average, it receives £110, awards £90 and earns £7 in fees. "
        "£27 wait then and £45 are promised."
    ) in said.alt


def test_dashes_are_explained_where_futures_differ(uk: Scenario) -> None:
    table = CHART.table(
        made(replace(uk, years=2), {"main": {}}, {("main", "wales"): BOOKS}), foundation="wales"
    )
    source = made(uk, {"main": {}})
    assert "Dashes" not in CHART.words(table, source).about
    apart = [
        [*row[:7], "1.0", *(["10", "20", "30"] if row[8] else ["", "", ""])] for row in table.rows()
    ]
    spread = replace(table, rows=lambda: apart)
    assert "Dashes: the mean, where single futures are not kept." in (
        CHART.words(spread, source).about
    )


def test_none_named_is_told_with_the_way_to_name_one(uk: Scenario) -> None:
    with pytest.raises(NotShown, match=r"say which with --foundation: there are bedfordshire"):
        CHART.table(made(uk, {"main": {}}))


def test_an_unknown_one_is_told_with_the_nearest(uk: Scenario) -> None:
    with pytest.raises(NotShown, match=r'no foundation "cumbira".*did you mean "cumbria"'):
        CHART.table(made(uk, {"main": {}}), foundation="cumbira")


def test_files_are_named_after_it(uk: Scenario, tmp_path: Path) -> None:
    source = made(replace(uk, years=2), {"main": {}}, {("main", "wales"): BOOKS})
    made_files = save("foundation", source, tmp_path, formats=["svg"], foundation="wales")
    assert [path.name for path in made_files] == ["foundation-wales.csv", "foundation-wales.svg"]


def test_an_odd_id_stays_in_its_folder(odd: Scenario, tmp_path: Path) -> None:
    name = odd.geography_table.foundations[0].id
    source = made(odd, {"main": {}}, {("main", name): BOOKS})
    folder = tmp_path / "charts"
    files = save("foundation", source, folder, formats=["svg"], foundation=name)
    assert all(path.resolve().parent == folder.resolve() for path in files)
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in files)


def test_other_charts_do_not_bear_its_name(uk: Scenario, tmp_path: Path) -> None:
    source = made(replace(uk, years=2), {"main": {"spending": [1.0]}})
    files = save("spending", source, tmp_path, formats=["svg"], foundation="wales")
    assert files[1].name == "spending.svg"


def test_different_odd_ids_get_different_names() -> None:
    assert file_name("a b") != file_name("a-b") != file_name("a/b")
    assert len(file_name("x" * 300)) < 80
    assert file_name("東京")
