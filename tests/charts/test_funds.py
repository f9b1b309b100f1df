"""All funds on one axis, and the small pictures that they and one foundation are drawn in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fundsim.charts import CHARTS, NotShown
from fundsim.charts.panels import Grid, Panel
from fundsim.charts.side_by_side import MOST, _names
from fundsim.results import Table
from tests.charts.hand_made import Figures, made
from tests.charts.small_world import Fund, Scenario, World

CHART = CHARTS["funds"]
ONE: Figures = {"spending": [10, 0, 0], "closing_capital": [90, 0, 0]}
TWO: Figures = {"spending": [0, 4, 5], "closing_capital": [100, 96, 91]}


def two(three: Scenario) -> World:
    funds = {"one": Fund("Fund One"), "two": Fund("=Fund Two")}
    scenario = replace(three, years=3, funds=funds)
    return made(scenario, {"one": ONE, "two": TWO}, chances=[0.5, 1.0, 1.5])


def test_every_fund_and_all_together_are_shown_in_order(three: Scenario) -> None:
    table = CHART.table(two(three))
    assert list(dict.fromkeys(table.column("fund"))) == ["one", "two", "all"]
    assert set(table.column("measure")) == {"spending", "closing_capital"}
    assert list(dict.fromkeys(table.column("title"))) == [
        *("Fund One", "=Fund Two", "All funds together")
    ]


def test_figures_are_those_of_years(three: Scenario) -> None:
    table = CHART.table(two(three)).where(fund="two", measure="spending")
    assert table.numbers("p50").tolist() == [0, 4, 5]
    assert table.numbers("p95").tolist() == [0, 5.8, 7.25]
    both = CHART.table(two(three)).where(fund="all", measure="closing_capital")
    assert both.numbers("p50").tolist() == [190, 96, 91]


def test_one_fund_can_be_shown_alone(three: Scenario) -> None:
    table = CHART.table(two(three), "two")
    assert set(table.column("fund")) == {"two"}
    assert CHART.words(table, two(three), "two").title == "What the fund spends and what it holds"


def test_it_is_not_shown_where_there_is_nothing(three: Scenario) -> None:
    with pytest.raises(NotShown, match="nothing is ever spent or held"):
        CHART.table(made(three, {"main": {}}))


def test_of_many_funds_those_that_spend_most_are_drawn_and_it_is_said(three: Scenario) -> None:
    names = [f"f{row}" for row in range(MOST + 3)]
    scenario = replace(three, years=1, funds={name: Fund(name) for name in names})
    books = {name: {"spending": [float(row)]} for row, name in enumerate(names)}
    source = made(scenario, books)
    table = CHART.table(source)
    assert _names(table) == [*names[3:], "all"]
    assert f"The {MOST} funds that spend most are drawn; all 9 are in the CSV." in (
        CHART.words(table, source).about
    )


def test_alternative_text_says_where_lines_end(three: Scenario) -> None:
    source = two(three)
    alt = CHART.words(CHART.table(source), source).alt
    assert "All funds together spends £5 in 2023/24 in the middle future, between £2.75" in alt


# Panels


def rows(*cells: tuple[str, str, str, str]) -> Table:
    return Table("t", ("mean", "p05", "p50", "p95"), lambda: cells)


def test_a_flow_is_drawn_from_its_first_year_to_its_last() -> None:
    panel = Panel.of(
        rows(*[("0", "0", "0", "0")] * 2, ("2", "1", "2", "3"), ("0", "0", "0", "0")), "", flow=True
    )
    assert np.isnan(panel.line).tolist() == [True, True, False, True]
    assert panel.last == 2
    assert panel.ends == [1.0, 2.0, 3.0]


def test_without_quantiles_the_mean_is_drawn_in_dashes() -> None:
    panel = Panel.of(rows(("2", "", "", ""), ("3", "", "", "")), "", flow=False)
    assert panel.dashed
    assert panel.line.tolist() == [2.0, 3.0]
    assert panel.ends == [3.0]
    assert not Panel.of(rows(("2", "1", "2", "3")), "", flow=False, mean=True).dashed


def test_nothing_at_all_is_no_line() -> None:
    panel = Panel.of(rows(("0", "0", "0", "0")), "", flow=False)
    assert panel.last is None
    assert panel.ends == []
    assert Grid(2021, ["2021"], [[panel]]).ends(panel) == (0.0, 1.0)


def test_figures_that_are_written_alike_are_written_once() -> None:
    panel = Panel.of(rows(("1", "0", "0", "7")), "", flow=False)
    assert panel.ends == [0.0, 7.0]


def test_panels_of_one_scale_share_it() -> None:
    small, large, other = (
        Panel.of(rows((top, top, top, top)), "", flow=False, scale=scale)
        for top, scale in (("1", "a"), ("9", "a"), ("99", ""))
    )
    grid = Grid(2021, ["2021"], [[small, large], [other]])
    assert grid.ends(small) == grid.ends(large)
    assert grid.ends(other)[1] > 99
