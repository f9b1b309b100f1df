"""What stands above and below a picture, and what is said to those who cannot see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from fundsim import __version__
from fundsim.charts import CHARTS, Basis
from fundsim.charts.words import Words
from fundsim.places import ATTRIBUTION
from fundsim.results import Table
from tests.charts.small_world import Fund, Middle, Scenario, World, world


def words_of(chart: str, of: Scenario | World, basis: Basis = "real") -> Words:
    small = of if isinstance(of, World) else world(of)
    entry = CHARTS[chart]
    return entry.words(entry.table(small, basis=basis), small, basis=basis)


def test_the_caption_names_scenario_fingerprint_seed_and_paths(three: Scenario) -> None:
    run = words_of("spending", three).caption[0].replace("\N{NO-BREAK SPACE}", " ")
    assert run == (
        "A small world (small, fingerprint 0123456789ab): 1,000 simulated futures of 20 years from "
        f"1 April 2021, seed 7, in prices of 1 April 2021. fundsim {__version__}."
    )


def test_the_caption_counts_and_names_what_is_unverified(three: Scenario) -> None:
    assert words_of("spending", three).caption[1] == (
        "1 assumption unverified (years): see `fundsim show`."
    )


def test_many_unverified_assumptions_are_named_in_part(three: Scenario) -> None:
    many = replace(three, sources={f"key{i}": "unverified: ours" for i in range(11)})
    said = words_of("spending", many).caption[1]
    assert said.startswith("11 assumptions unverified (key0, key1,")
    assert said.endswith("key7 and 3 more): see `fundsim show`.")


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ({}, "The scenario names no sources: see `fundsim show`."),
        ({"a": "x", "b": "y"}, "Sources of 2 assumptions: see `fundsim show`."),
    ],
)
def test_the_caption_says_so_where_nothing_is_unverified(
    three: Scenario, sources: dict[str, str], said: str
) -> None:
    assert words_of("spending", replace(three, sources=sources)).caption[1] == said


SOURCES = {
    "years": "as announced",
    "funds.main.opening": "The report, page 3: £2bn.",
    "funds.main.spending": "unverified: ours",
    "foundations.fee": "a survey",
    "geography.need": "IoD 2019; WIMD 2019",
    "markets.inflation": "fit to CPI",
}


def test_the_caption_of_a_fund_cites_what_its_figures_rest_on(three: Scenario) -> None:
    assert words_of("spending", replace(three, sources=SOURCES)).caption[1:] == (
        "1 assumption unverified (funds.main.spending): see `fundsim show`.",
        "Sources: opening: The report, page 3: £2bn · markets.inflation: fit to CPI.",
    )


def test_the_caption_of_areas_cites_geography_and_foundations_too(three: Scenario) -> None:
    assert words_of("areas_per_head", replace(three, sources=SOURCES)).caption[2] == (
        "Sources: geography.need: IoD 2019; WIMD 2019 · opening: The report, page 3: £2bn · "
        "foundations.fee: a survey · markets.inflation: fit to CPI."
    )


def test_a_source_of_one_of_several_funds_names_the_fund(three: Scenario) -> None:
    two = replace(three, sources=SOURCES, funds={"main": Fund(), "second": Fund("The Second")})
    assert words_of("spending", two).caption[2].startswith("Sources: main.opening: The report")


def test_of_very_many_or_long_sources_some_are_cited(three: Scenario) -> None:
    long = {f"funds.main.key{row}": "a long word " * 40 for row in range(30)}
    said = words_of("spending", replace(three, sources=long)).caption[1]
    assert said.startswith("Sources: key0: a long word a long word")
    assert "a long word… · key1: " in said
    assert said.endswith("… · and 25 more: fundsim show small.")
    assert len(said) < 720


@pytest.mark.parametrize("chart", ["areas_per_head", "foundations_tile_map"])
def test_publishers_are_named_where_areas_are_shown(uk: Scenario, chart: str) -> None:
    words = words_of(chart, uk)
    assert words.caption[-1] == ATTRIBUTION
    assert words.rights.startswith(ATTRIBUTION)


@pytest.mark.parametrize("chart", ["capital_kept_whole", "spending"])
def test_publishers_are_not_named_where_no_area_is_shown(uk: Scenario, chart: str) -> None:
    words = words_of(chart, uk)
    assert ATTRIBUTION not in words.caption
    assert words.rights == f"Made with fundsim {__version__} (Apache-2.0)."


def test_a_users_table_is_named_without_its_folder(three: Scenario) -> None:
    assert words_of("areas_per_head", three).caption[-1] == (
        "Areas and their population: the user's own places.csv."
    )


def test_the_picture_says_which_prices_it_is_in(three: Scenario) -> None:
    real = words_of("spending", three)
    nominal = words_of("spending", three, basis="nominal")
    assert "after inflation" in real.title
    assert "in prices of" in real.about
    assert "in money of the day" in nominal.title
    assert "prices" not in nominal.about
    assert "in money of the day" in nominal.caption[0]


def test_alternative_text_of_a_fan_says_where_the_futures_end(three: Scenario) -> None:
    assert words_of("capital_kept_whole", three).alt == (
        "How much of the money put in is kept, after inflation. The Fund. For every 1 put in, "
        "after inflation, the fund still holds 0.81 in 2040/41 in the middle future. Nine futures "
        "in ten lie between 0.41 and 1.62."
    )
    assert "spends £61m in 2040/41 in the middle future" in words_of("spending", three).alt


def test_alternative_text_of_areas_says_most_least_and_middle(three: Scenario) -> None:
    alt = words_of("areas_per_head", three).alt
    assert "3 areas get from £1.00 (Ashby) to £3.00 (Corby) a head a year" in alt
    assert "The area in the middle, Burton, gets £2.00." in alt


def test_alternative_text_of_the_map_says_most_and_least(uk: Scenario) -> None:
    first, last = (uk.geography_table.foundations[row].name for row in (0, -1))
    alt = words_of("foundations_tile_map", uk).alt
    assert f"47 foundations pay from £1.00 ({first}) to £47.00 ({last}) a head a year" in alt


def test_futures_that_are_all_the_same_are_not_called_a_spread(three: Scenario) -> None:
    fan = words_of("spending", world(three, spread=0.0))
    assert "It is the same in every simulated future." in fan.about
    assert "nine" not in fan.alt.lower()
    assert "It is the same in every simulated future." in (
        words_of("areas_per_head", world(three, spread=0.0)).about
    )


@pytest.mark.parametrize(
    ("spending", "said"),
    [
        (lambda year: 0.0 if year < 3 else 1e6, "Nothing is spent before 2024/25."),
        (
            lambda year: 1e6 if year < 5 else 0.0,
            "Nothing is spent in the last 15 years, to 2040/41",
        ),
    ],
)
def test_years_without_spending_are_told(three: Scenario, spending: Middle, said: str) -> None:
    assert said in words_of("spending", world(three, spending=spending)).about


def test_several_funds_are_called_by_what_they_are(three: Scenario) -> None:
    two = replace(three, funds={"main": Fund(), "second": Fund("The Second")})
    assert words_of("spending", two).about.startswith("All funds together: ")


def test_a_year_that_is_a_calendar_year_is_written_as_one(three: Scenario) -> None:
    calendar = replace(three, start=date(2021, 1, 1))
    assert "in 2040 in the middle future" in words_of("spending", calendar).alt


def test_the_first_paths_are_said_to_be_the_first(three: Scenario) -> None:
    about = words_of("areas_per_head", replace(three, paths=10_000)).about
    assert "nine in ten of the first 1,000 simulated futures" in about


def test_provenance_holds_all_that_is_needed_to_draw_again(three: Scenario) -> None:
    assert words_of("spending", three).provenance == {
        "fundsim": __version__,
        "scenario": "small",
        "fingerprint": "0123456789ab",
        "seed": "7",
        "paths": "1000",
        "years": "20",
        "chart": "spending",
        "fund": "main",
        "basis": "real",
    }


def test_a_rare_future_that_differs_is_not_called_certain(three: Scenario) -> None:
    same = world(three, spread=0.0)
    rows = [[*row[:5], "0.004000", *row[6:]] for row in same.table("years").rows()]
    rare = Table("years", same.table("years").columns, lambda: rows)
    about = words_of("spending", World(three, {**same.tables, "years": rare})).about
    assert "the same" not in about
