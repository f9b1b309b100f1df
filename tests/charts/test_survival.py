"""How many futures last: counted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from fundsim.charts import CHARTS, NotShown
from fundsim.metrics.series import MEASURES, FundSeries
from tests.charts.seen import cut_off, drawn, said, touching
from tests.charts.small_world import Scenario, World, world

PATHS = [  # what is held at each year's end for every pound put in
    [1.2, 1.1, 0.9, 1.1],
    [1.0, 0.7, 0.8, 1.3],
    [0.9, 0.6, 0.4, 0.6],
    [1.5, 1.4, 1.3, 1.2],
]


def series(paths: Sequence[Sequence[float]], *, kept: bool = True, first: int = 0) -> FundSeries:
    capital = np.rint(np.array(paths).T * 1_000_00).astype(np.int64)
    arrived = np.zeros_like(capital)
    arrived[0] = 1_000_00
    pence = dict.fromkeys(MEASURES, np.zeros_like(capital))
    pence |= {"closing_capital": capital, "arrived": arrived}
    years = tuple(range(2021, 2021 + len(capital)))
    totals = {"gini_per_head": np.zeros(len(paths))}
    return FundSeries(
        "main", years, kept=kept, first=first, nominal=pence, real=pence, totals=totals
    )


def of(scenario: Scenario, found: FundSeries) -> World:
    own = replace(scenario, years=len(found.years), paths=found.paths)
    return replace(world(own), series={"main": found})


def test_a_future_that_fell_once_and_recovered_is_not_counted(three: Scenario) -> None:
    table = CHARTS["survival"].table(of(three, series(PATHS)))
    assert table.where(level="1").numbers("share").tolist() == [0.75, 0.5, 0.25, 0.25]
    assert table.where(level="0.75").numbers("share").tolist() == [1.0, 0.5, 0.5, 0.5]
    assert table.where(level="0.5").numbers("share").tolist() == [1.0, 1.0, 0.75, 0.75]
    assert table.column("paths") == ["4"] * 12


def test_the_error_is_that_of_a_share(three: Scenario) -> None:
    table = CHARTS["survival"].table(of(three, series(PATHS))).where(level="1")
    expected = [np.sqrt(share * (1 - share) / 3) for share in (0.75, 0.5, 0.25, 0.25)]
    assert table.numbers("se") == pytest.approx(expected, abs=1e-6)


def test_years_before_the_first_spending_are_left_out(three: Scenario) -> None:
    table = CHARTS["survival"].table(of(three, series(PATHS, first=2)))
    assert table.where(level="1").column("year") == ["2023", "2024"]
    assert table.where(level="0.75").numbers("share").tolist() == [0.75, 0.75]


def test_the_alternative_text_says_the_last_shares(three: Scenario) -> None:
    small = of(three, series(PATHS))
    entry = CHARTS["survival"]
    alt = entry.words(entry.table(small), small).alt
    assert "2024/25: 25% of futures have never fallen below whole, 50%" in alt
    assert "75% of futures have never fallen below half" in alt


def test_a_fund_that_is_meant_to_be_spent_is_not_shown(three: Scenario) -> None:
    with pytest.raises(NotShown, match="take the chart spending"):
        CHARTS["survival"].table(of(three, series(PATHS, kept=False)))


@pytest.mark.parametrize("paths", [PATHS, [[1.0]], [[1.0], [0.2]], [[2.0] * 200], [[0.1] * 30] * 3])
def test_nothing_is_cut_off_or_on_top_of_another(three: Scenario, paths: list[list[float]]) -> None:
    figure = drawn("survival", of(three, series(paths)))
    assert cut_off(figure) == []
    assert touching(figure) == []
    names = {"never below whole", "never below three quarters", "never below half"}
    assert names <= set(said(figure))


def test_the_band_is_explained_where_there_is_one(three: Scenario) -> None:
    entry = CHARTS["survival"]
    sure, unsure = of(three, series([[2.0, 2.0]] * 3)), of(three, series(PATHS))
    assert "band" not in entry.words(entry.table(sure), sure).about.lower()
    assert "Band: where the share" in entry.words(entry.table(unsure), unsure).about
