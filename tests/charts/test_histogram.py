"""What is left at the horizon: counted by hand, and held against theory."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from fundsim.charts import CHARTS, NotShown
from fundsim.charts.closed_form import LogNormal, kept_in_closed_form
from fundsim.engine.simulate import simulate
from fundsim.results import Results
from fundsim.scenario import Scenario as Whole
from fundsim.validating.check import Sample
from fundsim.validating.worlds import risky
from fundsim.validating.worlds import world as known_world
from tests.charts.seen import cut_off, drawn, said, touching
from tests.charts.small_world import Scenario, world
from tests.charts.test_survival import of, series

SHARE: Mapping[str, Any] = {"kind": "percent_of_value", "rate": "4%"}
INFLATION = {"kind": "ar1", "log_mean": "2%", "persistence": 0.5, "sd": "1.5%"}
SAMPLE = Sample(paths=2000, seed=5)


def simple(years: int = 10, **more: Any) -> Whole:
    markets = more.pop("markets", risky(0.07, 0.15, 0.006, INFLATION))
    return known_world(SAMPLE, years, markets, **{"spending": SHARE, **more})


@pytest.fixture(scope="module")
def run() -> Results:
    return simulate(simple())


def test_every_class_counts_its_futures(three: Scenario) -> None:
    small = of(three, series([[each] for each in (0.0, 0.049, 0.05, 0.5, 0.99, 1.0, 1.2, 1.2)]))
    table = CHARTS["capital_histogram"].table(small)
    found = dict(zip(table.column("from"), table.numbers("share"), strict=True))
    assert sum(found.values()) == pytest.approx(1.0)
    assert (found["0"], found["0.05"], found["0.5"], found["0.95"]) == (0.25, 0.125, 0.125, 0.125)
    assert found["1"] == 0.125
    assert found["1.2"] == 0.25
    assert table.column("to")[-1] == ""


def test_simulation_and_closed_form_agree_class_by_class(run: Results) -> None:
    table = CHARTS["capital_histogram"].table(run)
    shares, expected = table.numbers("share"), table.numbers("closed_form")
    assert shares.sum() == pytest.approx(1.0, abs=1e-5)
    assert expected.sum() == pytest.approx(1.0, abs=1e-5)
    often = expected * SAMPLE.paths >= 5
    squares = SAMPLE.paths * (shares - expected)[often] ** 2 / expected[often]
    count = int(often.sum())
    assert count >= 8
    assert squares.sum() < count + 4 * math.sqrt(2 * count)  # of chi squared, four deviations


def test_a_law_without_inflation_is_worked_by_hand() -> None:
    law = kept_in_closed_form(simple(20, markets=risky(0.05, 0.1, 0.01)), "fund")
    variance = math.log1p((0.1 / 1.05) ** 2)
    mean = math.log(0.96) + math.log(0.99) + math.log(1.05) - variance / 2
    assert isinstance(law, LogNormal)
    assert law.mean == pytest.approx(20 * mean)
    assert law.sd == pytest.approx(math.sqrt(20 * variance))
    assert law.below(math.exp(law.mean)) == pytest.approx(0.5)
    assert law.below(0.0) == 0.0


def test_a_year_without_spending_counts_none() -> None:
    later = {**SHARE, "first": date(2023, 10, 1)}
    first, law = (kept_in_closed_form(simple(10, spending=each), "fund") for each in (SHARE, later))
    assert isinstance(first, LogNormal)
    assert isinstance(law, LogNormal)
    assert law.mean - first.mean == pytest.approx(-2 * math.log(0.96))


MIXED = {
    **risky(0.07, 0.15),
    "correlations": {"one": {"two": 0}},
    "assets": {
        "one": {"weight": 0.5, "arithmetic_mean": 0.07, "volatility": 0.15},
        "two": {"weight": 0.5, "arithmetic_mean": 0.05, "volatility": 0.1},
    },
}
WITHOUT: dict[str, tuple[dict[str, Any], str]] = {
    "a mix": ({"markets": MIXED}, "a mix of assets"),
    "an average": (
        {"spending": {"kind": "moving_average", "rate": "4%", "over": "3 years"}},
        "no plain share",
    ),
    "parts": ({"spending": {**SHARE, "parts": 4}}, "no plain share"),
    "history": (
        {"markets": risky(0.07, 0.15, inflation={"kind": "history"})},
        "drawn from history",
    ),
    "no chance": (
        {
            "markets": {
                "kind": "deterministic",
                "fee": 0,
                "inflation": {"kind": "constant", "rate": 0},
                "assets": {"one": {"weight": 1, "arithmetic_mean": 0.05}},
            }
        },
        "not lognormal",
    ),
    "an inflow": (
        {"inflow": {"kind": "lump", "amount": "£1m", "on": date(2022, 4, 1)}, "opening": "£1m"},
        "comes in after the start",
    ),
}


@pytest.mark.parametrize("name", WITHOUT)
def test_without_a_closed_form_the_reason_is_said(name: str) -> None:
    keys, reason = WITHOUT[name]
    law = kept_in_closed_form(simple(**keys), "fund")
    assert isinstance(law, str)
    assert reason in law


def test_the_reason_stands_above_the_picture(three: Scenario) -> None:
    small = of(three, series([[0.5], [1.5]]))
    entry = CHARTS["capital_histogram"]
    table = entry.table(small)
    assert set(table.column("closed_form")) == {""}
    assert "because of markets that are not lognormal" in entry.words(table, small).about
    assert "closed form" not in said(drawn("capital_histogram", small))


def test_both_shares_below_whole_are_said(run: Results) -> None:
    entry = CHARTS["capital_histogram"]
    table = entry.table(run)
    alt = entry.words(table, run).alt
    below = table.numbers("from") < 1
    for column in ("share", "closed_form"):
        assert f"{table.numbers(column)[below].sum():.0%}" in alt
    assert "closed form" in said(drawn("capital_histogram", run))  # type: ignore[arg-type] # - a real run, not a world


@pytest.mark.parametrize(
    "paths",
    [[[1.0]], [[0.0], [0.0]], [[float(n)] for n in range(90)], [[3e5], [0.1]], [[0.2], [0.3]]],
)
def test_nothing_is_cut_off_or_on_top_of_another(three: Scenario, paths: list[list[float]]) -> None:
    figure = drawn("capital_histogram", of(three, series(paths)))
    assert cut_off(figure) == []
    assert touching(figure) == []


def test_a_fund_that_is_meant_to_be_spent_is_not_shown(three: Scenario) -> None:
    spent = of(three, series([[1.0]], kept=False))
    with pytest.raises(NotShown, match="take the chart spending"):
        CHARTS["capital_histogram"].table(spent)


def test_several_funds_together_have_no_closed_form(three: Scenario) -> None:
    small = world(three)
    assert kept_in_closed_form(small.scenario, "all") == "several funds together"
    both = replace(small.scenario, funds={"a": three.funds["main"], "b": three.funds["main"]})
    assert isinstance(kept_in_closed_form(both, "all"), str)
    assert np.isfinite(both.years)
