"""Money on its way: sums by stage worked by hand, and what is said of the gaps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fundsim.charts import CHARTS, NotShown
from fundsim.charts.source import Source
from fundsim.charts.stages import _from_below
from fundsim.charts.words import Words
from fundsim.results import Table
from tests.charts.hand_made import Figures, made
from tests.charts.small_world import Fund, Scenario

CHART = CHARTS["pipeline"]
BOOKS: Figures = {
    "allocated": [100, 60, 0],
    "received": [100, 60, 0],
    "foundation_fees": [10, 6, 0],
    "awarded": [50, 70, 30],
    "paid": [25, 60, 40],
    "lapsed": [0, 5, 0],
    "returned": [0, 0, 4],
    "waiting": [40, 29, 3],
    "promised": [25, 30, 20],
    "carried": [0, 0, 1],
}


@pytest.fixture
def small(three: Scenario) -> Scenario:
    return replace(three, years=3)


def column(table: Table, stage: str, name: str = "mean") -> list[str]:
    return [f"{float(cell):g}" for cell in table.where(stage=stage).column(name)]


def words(source: Source) -> Words:
    return CHART.words(CHART.table(source), source)


def test_flows_are_summed_since_the_first_year(small: Scenario) -> None:
    table = CHART.table(made(small, {"main": BOOKS}))
    assert column(table, "allocated") == ["100", "160", "160"]
    assert column(table, "costs") == ["10", "16", "16"]


def test_what_lapses_or_is_clawed_back_is_taken_off(small: Scenario) -> None:
    table = CHART.table(made(small, {"main": BOOKS}))
    assert column(table, "awarded") == ["50", "115", "141"]
    assert column(table, "paid") == ["25", "85", "121"]
    assert column(table, "lapsed") == ["0", "5", "5"]
    assert column(table, "clawed_back") == ["0", "0", "4"]


def test_stocks_stand_at_the_end_of_each_year(small: Scenario) -> None:
    table = CHART.table(made(small, {"main": BOOKS}))
    assert column(table, "waiting") == ["40", "29", "4"]
    assert column(table, "promised") == ["25", "30", "20"]


def test_the_gaps_are_what_waits_and_what_is_promised(small: Scenario) -> None:
    table = CHART.table(made(small, {"main": BOOKS}))
    allocated, costs, awarded, paid, waiting, promised = (
        table.where(stage=stage).numbers("mean")
        for stage in ("allocated", "costs", "awarded", "paid", "waiting", "promised")
    )
    assert (allocated - costs - awarded).tolist() == [40, 29, 3]
    assert (waiting - [0, 0, 1]).tolist() == [40, 29, 3]
    assert (awarded - paid).tolist() == [25, 30, 20]
    assert promised.tolist() == [25, 30, 20]


def test_bands_are_of_each_paths_own_sum(small: Scenario) -> None:
    source = made(small, {"main": BOOKS}, chances=[0.5, 1.0, 1.5])
    table = CHART.table(source)
    assert column(table, "allocated", "p05") == ["55", "88", "88"]
    assert column(table, "allocated", "p50") == ["100", "160", "160"]
    assert column(table, "allocated", "p95") == ["145", "232", "232"]


def test_one_fund_of_two_or_both(small: Scenario) -> None:
    two = replace(small, funds={"main": Fund(), "second": Fund("The Second")})
    source = made(two, {"main": BOOKS, "second": {"allocated": [1, 1, 1]}})
    assert column(CHART.table(source), "allocated") == ["101", "162", "163"]
    assert column(CHART.table(source, "second"), "allocated") == ["1", "2", "3"]


def test_it_is_not_shown_where_nothing_is_allocated(small: Scenario) -> None:
    with pytest.raises(NotShown, match="nothing is ever allocated"):
        CHART.table(made(small, {"main": {}}))


def test_words_speak_of_lapses_and_prices_only_where_there_are_any(small: Scenario) -> None:
    queued = words(made(small, {"main": BOOKS})).about
    assert "less what lapses or is clawed back" in queued
    assert "The gaps hold what rising prices took meanwhile, too." in queued
    at_once = {"allocated": [9], "received": [9], "awarded": [9], "paid": [9]}
    plain = words(made(small, {"main": at_once})).about
    assert "lapses" not in plain
    assert "rising prices" not in plain
    assert "Nothing waits and nothing is promised at any year’s end." in plain


def test_alternative_text_says_how_far_the_money_is(small: Scenario) -> None:
    alt = words(made(small, {"main": BOOKS})).alt
    assert "By the end of 2023/24 £160 are allocated, £141 awarded and £121 paid." in alt
    assert "£4 wait and £20 are promised then." in alt


def test_a_gap_that_is_closed_in_the_last_year_is_named_all_the_same() -> None:
    ends = [5.0, 5.0, 5.0, 6.0]
    named = [name for _, name, _ in _from_below(ends, [True, False, True])]
    assert named == ["paid", "promised", "awarded", "foundations’ costs", "allocated"]
