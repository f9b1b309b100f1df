"""What stands around a picture of a comparison, and what is said to those who cannot see it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fundsim import __version__
from fundsim.charts.comparing import COMPARISON_CHARTS, Asked
from fundsim.charts.comparing.facts import ComparisonFacts
from fundsim.comparison.compared import Compared
from fundsim.comparison.running import compare_runs
from fundsim.comparison.wanting import Wanted
from fundsim.places import ATTRIBUTION
from fundsim.scenario import Scenario, load
from tests.charts.comparing_world import UK_RULES, places, pot, runs, seen, uk

FIRM = "\N{NO-BREAK SPACE}"


@pytest.fixture
def three(tmp_path: Path) -> Scenario:
    return places(tmp_path, ["Ashby", "Burton", "Corby"])


@pytest.fixture(scope="module")
def tried() -> Compared:
    return runs(uk(), UK_RULES[:2], wanted=Wanted(need="uk_score"))


def test_one_pot_is_told_with_its_amount_and_without_futures(three: Scenario) -> None:
    shown = seen("lorenz", pot(three, ["equal"]))
    assert shown.about.startswith("£6,000 of the Levelling Up Communities Fund, shared once.")
    assert f"one pot of £6,000, shared once. fundsim {__version__}." in shown.caption
    assert "future" not in shown.about + shown.caption


def test_runs_are_told_with_futures_seed_and_prices(tried: Compared) -> None:
    shown = seen("lorenz", tried)
    assert shown.about.startswith(
        "What areas are paid by all funds together, over 10 years, in prices of 1 April 2021, mean "
        "of 8 simulated futures.".replace("1 April 2021", f"1{FIRM}April{FIRM}2021")
    )
    assert "8 simulated futures of 10 years from" in shown.caption
    assert "seed 20200924, the same ones under each rule" in shown.caption


def test_money_of_the_day_is_told() -> None:
    scenario = uk()
    found = compare_runs(
        {"as stated": scenario, "long": scenario.but({"years": 11}).but({"years": 10})},
        None,
        Wanted(),
        measure="allocated",
        basis="nominal",
    )
    shown = seen("lorenz", found)
    assert "are allocated by all funds together, over 10 years, in money of the day" in shown.about


def test_a_single_fund_is_not_called_all_of_them(three: Scenario) -> None:
    assert "What areas are paid over 3 years" in seen("lorenz", runs(three, ["equal"])).about


@pytest.mark.parametrize("chart", [n for n, c in COMPARISON_CHARTS.items() if not c.of_given])
def test_publishers_unverified_assumptions_and_sources_are_named(
    chart: str, tried: Compared
) -> None:
    shown = seen(chart, tried)
    assert ATTRIBUTION in shown.caption
    assert "17 assumptions unverified (foundations.capacity, " in shown.caption
    assert "Sources: geography.need: " in shown.caption


def test_one_pot_does_not_cite_markets(three: Scenario) -> None:
    assert "markets.inflation" in seen("lorenz", runs(three, ["equal"])).caption
    assert "markets.inflation" not in seen("lorenz", pot(three, ["equal"])).caption


def test_what_is_unverified_of_a_rule_stands_in_every_picture() -> None:
    found = pot(uk(), ["ukspf-scotland(columns={index='uk_score'})"], pounds=80_000_000)
    (doubt,) = {text for text in found.table("rules").column("unverified") if text}
    for chart in ("winners_losers", "winners_losers_map", "lorenz", "pareto", "rank_slopes"):
        assert f"Unverified of the rules: B: {doubt}." in seen(chart, found).caption


def test_need_on_a_scale_of_each_nations_own_is_told(tried: Compared) -> None:
    own = pot(uk(), ["per_capita"], pounds=80_000_000)
    assert "Need: each nation by its own scale." in seen("pareto", own).about
    assert "own scale" not in seen("pareto", own, Asked(measures=("theil", "hoover"))).about
    assert "own scale" not in seen("pareto", tried).about


# What is said to those who cannot see it


def test_winners_and_losers_are_told(three: Scenario) -> None:
    assert seen("winners_losers", pot(three, ["equal"])).alt == (
        "Who gains and who loses, rule by rule. B, equal: 17% of people live in areas that gain, "
        "50% in areas that lose, 33% in neither; Ashby gains most (+£1.00 a head); Corby loses "
        "most (−£0.33 a head)."
    )


def test_the_map_is_told_by_its_ends(tried: Compared) -> None:
    alt = seen("winners_losers_map", tried).alt
    assert "B, per_capita: " in alt
    assert "foundations gain and" in alt
    assert "gains most (+£" in alt
    assert "loses most (−£" in alt


def test_curves_are_told_by_their_figures(three: Scenario) -> None:
    found = pot(three, ["equal"])
    assert seen("lorenz", found).alt.endswith("A, as stated: Gini 0.000. B, equal: Gini 0.222.")
    assert seen("concentration", found).alt.endswith(
        "B, equal: 37% of the money goes to the most deprived fifth of people."
    )
    assert seen("per_head_by_tenth", found).alt.endswith(
        "B, equal: £2.00 a head in the most deprived tenth of people, £0.67 in the least deprived."
    )


def test_who_is_beaten_is_told(three: Scenario) -> None:
    alt = seen("pareto", pot(three, ["equal", "column(column=comfort)"])).alt
    assert "A, B are not beaten; beaten: C by A. A is as stated. B is equal." in alt


def test_who_moves_is_told(three: Scenario) -> None:
    alt = seen("rank_slopes", pot(three, ["equal"])).alt
    assert alt.endswith("A, as stated, against B, equal. Corby moves furthest down, 1 → 3.")
    still = seen("rank_slopes", pot(three, ["per_capita"]))
    assert still.alt.endswith("No area changes its place.")


def test_a_rule_that_shares_nothing_out_is_told(three: Scenario) -> None:
    shown = seen("lorenz", pot(three, ["equal", "whole_places(each='£1m')"]))
    assert "Nothing is shared out under C." in shown.about


# Where a picture is from


def test_provenance_names_every_rule_with_its_fingerprint(three: Scenario) -> None:
    found = pot(three, ["equal"])
    one, two = (scenario.fingerprint for scenario in found.scenarios.values())
    told = ComparisonFacts.about(found, "lorenz").provenance
    assert told["rules"] == f"A as stated ({one}) | B equal ({two})"
    assert told["measure"] == "allocated"
    assert told["pot"] == "6000.00"
    assert told["chart"] == "lorenz"


def test_provenance_of_runs_has_seed_and_paths_and_no_pot(tried: Compared) -> None:
    told = ComparisonFacts.about(tried, "lorenz").provenance
    assert (told["seed"], told["paths"], told["fund"]) == ("20200924", "8", "all")
    assert "pot" not in told


def test_a_scenario_of_ones_own_names_its_table(three: Scenario) -> None:
    caption = seen("lorenz", pot(three, ["equal"])).caption
    assert "Areas and their population: the user's own places.csv." in caption
    assert load("kruger-endowment").title in caption
