"""What each chart shows, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fundsim.charts import CHARTS, NotShown, Source
from fundsim.errors import RunError
from fundsim.places import load_geography
from tests.charts.small_world import Fund, Scenario, geography, world


def column(chart: str, source: Source, name: str) -> list[str]:
    return CHARTS[chart].table(source).column(name)


# Fans


def test_capital_kept_whole_shows_the_rows_of_years(three: Scenario) -> None:
    small = world(three)
    shown = CHARTS["capital_kept_whole"].table(small)
    years = small.table("years").where(measure="capital_kept_whole", fund="main", basis="real")
    assert shown.columns == years.columns
    assert list(shown.rows()) == list(years.rows())
    assert len(list(shown.rows())) == three.years


def test_capital_kept_whole_is_not_shown_for_a_fund_that_is_meant_to_be_spent(
    three: Scenario,
) -> None:
    spent = world(three, kept=lambda _: None)
    with pytest.raises(NotShown, match=r"nothing to show for main.*take the chart spending"):
        CHARTS["capital_kept_whole"].table(spent)


def test_capital_kept_whole_has_no_nominal_side(three: Scenario) -> None:
    with pytest.raises(NotShown, match="in real terms only; leave nominal out"):
        CHARTS["capital_kept_whole"].table(world(three), basis="nominal")


@pytest.mark.parametrize("basis", ["real", "nominal"])
def test_spending_shows_the_rows_of_years(three: Scenario, basis: str) -> None:
    small = world(three)
    shown = CHARTS["spending"].table(small, basis="nominal" if basis == "nominal" else "real")
    years = small.table("years").where(measure="spending", fund="main", basis=basis)
    assert list(shown.rows()) == list(years.rows())


def test_spending_is_not_shown_where_nothing_is_spent(three: Scenario) -> None:
    with pytest.raises(NotShown, match="no money is ever spent"):
        CHARTS["spending"].table(world(three, spending=lambda _: 0.0))


# Areas


def test_areas_are_ranked_by_pounds_a_head_a_year(three: Scenario) -> None:
    small = world(three, per_head=[2.0, 7.5, 3.0])
    assert column("areas_per_head", small, "rank") == ["1", "2", "3"]
    assert column("areas_per_head", small, "name") == ["Burton", "Corby", "Ashby"]
    assert column("areas_per_head", small, "mean_per_head_a_year") == [
        "7.500000",
        "3.000000",
        "2.000000",
    ]
    assert column("areas_per_head", small, "p05_per_head_a_year") == [
        "3.750000",
        "1.500000",
        "1.000000",
    ]
    assert column("areas_per_head", small, "p95_per_head_a_year") == [
        "15.000000",
        "6.000000",
        "4.000000",
    ]
    assert column("areas_per_head", small, "population") == ["2000", "3000", "1000"]


def test_equal_areas_stand_in_the_order_of_the_geography(three: Scenario) -> None:
    small = world(three, per_head=[1.0, 2.0, 1.0])
    assert column("areas_per_head", small, "name") == ["Burton", "Ashby", "Corby"]


@pytest.mark.parametrize("years", [1, 10, 11])
def test_a_horizon_as_long_as_a_decade_counts_once(three: Scenario, years: int) -> None:
    small = world(replace(three, years=years))
    assert column("areas_per_head", small, "name") == ["Corby", "Burton", "Ashby"]
    assert column("areas_per_head", small, "to_year") == [str(2020 + years)] * 3


def test_areas_are_not_shown_where_nothing_is_paid(three: Scenario) -> None:
    with pytest.raises(NotShown, match="nothing is paid in any area"):
        CHARTS["areas_per_head"].table(world(three, per_head=[0, 0, 0]))


def test_a_name_that_looks_like_a_formula_stays_inert_in_the_table(tmp_path: Path) -> None:
    places = geography(tmp_path, ["=1+1"])
    table = CHARTS["areas_per_head"].table(world(Scenario(places)))
    assert table.column("name") == ["=1+1"]
    assert "'=1+1" in "".join(table.csv())
    words = CHARTS["areas_per_head"].words(table, world(Scenario(places)))
    assert "(=1+1)" in words.alt


# Foundations


def test_a_foundation_shows_its_mean_over_people_and_years(uk: Scenario) -> None:
    small = world(uk)
    first = uk.geography_table.foundations[0]
    table = CHARTS["foundations_tile_map"].table(small).where(foundation=first.id)
    assert table.column("population") == [str(first.population)]
    assert table.column("mean") == [f"{first.population * uk.years:.4f}"]
    assert table.column("mean_per_head_a_year") == ["1.000000"]
    assert table.column("name") == [first.name]


def test_after_a_merger_areas_count_for_the_foundation_that_has_them_at_the_start(
    uk: Scenario,
) -> None:
    first = uk.geography_table.foundations[0]
    paid = [3.0 if name == first.id else 1.0 for name in uk.geography_table.foundation_ids]
    small = world(replace(uk, steady=False), per_head=paid, by_foundation=[7.0] * 47)
    entry = CHARTS["foundations_tile_map"]
    table = entry.table(small)
    means = table.numbers("mean_per_head_a_year")
    assert sorted(means.tolist()) == pytest.approx([1.0] * 46 + [3.0])
    assert table.where(foundation=first.id).column("mean_per_head_a_year") == ["3.000000"]
    said = "by the foundations as they are at the start"
    assert said in entry.words(table, small).about.lower()
    assert said not in entry.words(table, world(uk)).about.lower()


def test_the_error_of_a_foundation_is_that_of_its_areas_together(uk: Scenario) -> None:
    places = uk.geography_table
    first = places.foundations[0]
    areas = [row for row, name in enumerate(places.foundation_ids) if name == first.id]
    paid = [0.0] * len(places)
    for row in areas:
        paid[row] = 3.0  # and a thirtieth of it is the error
    small = world(uk, per_head=paid)
    table = CHARTS["foundations_tile_map"].table(small).where(foundation=first.id)
    assert table.numbers("se") == pytest.approx(0.1 * first.population * uk.years)
    assert table.column("se_per_head_a_year") == ["0.100000"]


@pytest.mark.parametrize("chart", ["areas_per_head", "foundations_tile_map"])
def test_figures_a_head_cannot_be_taken_for_pounds(uk: Scenario, chart: str) -> None:
    columns = CHARTS[chart].table(world(uk)).columns
    assert {"mean_per_head_a_year", "se_per_head_a_year"} <= set(columns)
    assert not {"per_head", "p05", "p50", "p95"} & set(columns)


def test_every_member_has_its_place_on_the_map(uk: Scenario) -> None:
    table = CHARTS["foundations_tile_map"].table(world(uk))
    places = list(zip(table.column("column"), table.column("row"), strict=True))
    assert len(places) == len(set(places)) == 47
    assert "" not in table.column("mean_per_head_a_year")


def test_a_member_that_the_scenario_leaves_out_is_empty() -> None:
    wales = Scenario(load_geography("uk-districts-2024", where={"nation": "Wales"}))
    table = CHARTS["foundations_tile_map"].table(world(wales))
    figures = dict(
        zip(table.column("foundation"), table.column("mean_per_head_a_year"), strict=True)
    )
    assert [name for name, figure in figures.items() if figure] == ["wales"]


def test_a_foundation_without_a_place_on_the_map_is_named_with_the_chart_to_take(
    tmp_path: Path,
) -> None:
    own = Scenario(geography(tmp_path, ["Ashby", "Burton"], foundation="the-shires"))
    with pytest.raises(NotShown, match='no place for "the-shires"; take the chart areas_per_head'):
        CHARTS["foundations_tile_map"].table(world(own))


def test_the_map_is_not_shown_where_nothing_is_paid(uk: Scenario) -> None:
    with pytest.raises(NotShown, match="no foundation pays"):
        CHARTS["foundations_tile_map"].table(world(uk, by_foundation=[0.0] * 47))


# Funds


def test_the_only_fund_is_meant_unless_one_is_named(three: Scenario) -> None:
    assert set(column("spending", world(three), "fund")) == {"main"}


def test_all_funds_together_are_meant_where_there_are_several(three: Scenario) -> None:
    two = world(replace(three, funds={"main": Fund(), "second": Fund("The Second")}))
    assert set(column("spending", two, "fund")) == {"all"}
    assert set(CHARTS["spending"].table(two, "second").column("fund")) == {"second"}


def test_an_unknown_fund_names_the_nearest(three: Scenario) -> None:
    with pytest.raises(
        RunError, match=r'no fund "mian" \(did you mean "main"\?\); there are: main'
    ):
        CHARTS["spending"].table(world(three), "mian")
