"""Metrics of a fund, worked by hand on a few years and paths."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from fundsim.metrics.catalogue import METRICS, capital_kept_whole, gaps
from fundsim.metrics.series import BASES, FLOWS, MEASURES, STOCKS, Basis, FundSeries
from fundsim.money import Pence

Rows = list[list[int]]


def fund(
    stated: Mapping[str, Rows] | None = None,
    *,
    kept: bool = True,
    first: int = 0,
    real: Mapping[str, Rows] | None = None,
    **more: Rows,
) -> FundSeries:
    """A fund's history; measures left out are zero, and real is nominal unless stated."""
    nominal = {**(stated or {}), **more}
    some = np.array(next(iter({**nominal, **(real or {})}.values())))
    years, paths = some.shape

    def whole(known: Mapping[str, Rows]) -> dict[str, Pence]:
        return {m: np.array(known.get(m, np.zeros_like(some))) for m in MEASURES}

    totals = {
        "gini_per_head": np.linspace(0, 0.5, paths),
        "share_to_most_deprived_fifth": np.linspace(0.2, 0.9, paths),
    }
    labels = tuple(range(2021, 2021 + years))
    bases = whole(nominal), whole(nominal if real is None else real)
    return FundSeries("fund", labels, kept, first, *bases, totals)


def figure(name: str, series: FundSeries, basis: Basis = "real") -> Any:
    found = METRICS[name].measure(series, basis)
    return None if found is None else found.tolist()


# The catalogue


@pytest.mark.parametrize("name", list(METRICS))
def test_a_metric_is_described_in_one_public_sentence(name: str) -> None:
    metric = METRICS[name]
    assert metric.name == name
    assert re.fullmatch(r"[A-Z].*[a-z]\.", metric.title), metric.title
    assert metric.direction in {-1, 0, 1}
    assert metric.bases
    assert set(metric.bases) <= set(BASES)


def test_the_catalogue_holds_what_the_contract_names() -> None:
    named = {
        *("arrived", "returns", "fees", "spending", "allocated", "unshared", "received"),
        *("foundation_fees", "waiting", "carried", "awarded", "promised", "lapsed", "paid"),
        *("returned", "passed_on", "passed_between", "waiting_on_average"),
        *("opening_capital", "closing_capital", "ends_below_whole"),
        *(f"capital_kept_whole_at_{years}_years" for years in (10, 20, 30, 50)),
        *("ever_below_half", "real_spending_cut_over_tenth", "exhausted", "year_of_exhaustion"),
        *("mean_wait", "years_of_backlog"),
        *("gini_per_head", "share_to_most_deprived_fifth", "reconciliation"),
    }
    assert set(METRICS) == named


@pytest.mark.parametrize("name", list(METRICS))
@pytest.mark.parametrize("kept", [True, False])
def test_a_metric_leaves_its_inputs_alone_and_gives_one_figure_a_path(
    name: str, *, kept: bool
) -> None:
    series = fund(kept=kept, arrived=[[5, 5, 5]] + [[0] * 3] * 54, closing_capital=[[4, 0, 9]] * 55)
    for measures in (series.nominal, series.real, series.totals):
        for values in measures.values():
            values.setflags(write=False)
    for basis in METRICS[name].bases:
        found = METRICS[name].measure(series, basis)
        assert found is None or np.asarray(found).shape == (3,)
        assert kept or "kept" not in name or found is None


@pytest.mark.parametrize("name", list(METRICS))
def test_a_path_alone_gives_what_it_gives_among_many(name: str) -> None:
    dice = np.random.default_rng(1)
    rows = {m: dice.integers(0, 100, (50, 4)).tolist() for m in MEASURES}
    series = fund(rows)
    for basis in METRICS[name].bases:
        together = np.asarray(METRICS[name].measure(series, basis))
        for path in range(4):
            one = fund({m: [[row[path]] for row in values] for m, values in rows.items()})
            alone = FundSeries(
                *(one.fund, one.years, one.kept, one.first, one.nominal, one.real),
                {total: values[path : path + 1] for total, values in series.totals.items()},
            )
            found = np.asarray(METRICS[name].measure(alone, basis))
            assert np.array_equal(found, together[path : path + 1], equal_nan=True)


# Measures


@pytest.mark.parametrize("flow", list(FLOWS))
def test_a_flow_is_summed_over_the_horizon(flow: str) -> None:
    series = fund({flow: [[1, 2], [30, 40]]}, real={flow: [[1, 2], [3, 4]]})
    assert figure(flow, series, "nominal") == [31, 42]
    assert figure(flow, series, "real") == [4, 6]


@pytest.mark.parametrize("stock", list(STOCKS))
def test_a_stock_stands_at_the_horizon(stock: str) -> None:
    series = fund({stock: [[1, 2], [30, 40]]}, real={stock: [[1, 2], [3, 4]]})
    assert figure(stock, series, "nominal") == [30, 40]
    assert figure(stock, series, "real") == [3, 4]


def test_opening_capital_is_nothing_since_opening_money_arrives_on_the_first_day() -> None:
    assert figure("opening_capital", fund(closing_capital=[[7, 8]])) == [0, 0]


# Capital kept whole


def test_capital_kept_whole_is_real_capital_over_real_money_put_in_so_far() -> None:
    series = fund(
        arrived=[[10**9, 10**9]] * 3,  # nominal figures do not matter
        real={
            "arrived": [[100, 50], [100, 0], [0, 0]],
            "closing_capital": [[90, 60], [150, 25], [0, 50]],
        },
    )
    kept = capital_kept_whole(series)
    assert kept is not None
    assert kept.tolist() == [[0.9, 1.2], [0.75, 0.5], [0.0, 1.0]]


def test_capital_kept_whole_begins_with_spending_and_with_money() -> None:
    series = fund(first=1, arrived=[[100, 0], [0, 0], [0, 100]], closing_capital=[[100, 0]] * 3)
    kept = capital_kept_whole(series)
    assert kept is not None
    expected = np.array([[np.nan, np.nan], [1, np.nan], [1, 0]])
    assert np.array_equal(kept, expected, equal_nan=True)


def test_capital_kept_whole_is_read_after_as_many_years_as_the_name_says() -> None:
    series = fund(
        arrived=[[100]] + [[0]] * 19, closing_capital=[[200 - year] for year in range(20)]
    )
    assert figure("capital_kept_whole_at_10_years", series) == [1.91]
    assert figure("capital_kept_whole_at_20_years", series) == [1.81]
    assert figure("capital_kept_whole_at_30_years", series) is None


def test_the_probabilities_of_capital_count_paths() -> None:
    capital = [[100, 100, 60, 49], [99, 100, 50, 100]]
    series = fund(arrived=[[100] * 4, [0] * 4], closing_capital=capital)
    assert figure("ends_below_whole", series) == [True, False, True, False]
    assert figure("ever_below_half", series) == [False, False, False, True]


@pytest.mark.parametrize(
    "name",
    ["ends_below_whole", "ever_below_half", "real_spending_cut_over_tenth"],
)
def test_a_fund_that_is_meant_to_be_spent_or_never_spends_leaves_these_empty(name: str) -> None:
    rows: Rows = [[100], [0], [0]]
    assert figure(name, fund(kept=False, arrived=rows, closing_capital=rows)) is None
    assert figure(name, fund(first=3, arrived=rows, closing_capital=rows)) is None


# Spending cut


@pytest.mark.parametrize(
    ("spending", "cut"),
    [
        ([100, 100, 100], False),
        ([100, 90, 81], False),  # exactly a tenth, twice
        ([100, 89, 100], True),
        ([1000, 900, 809], True),
        ([100, 0, 0], True),
        ([0, 0, 0], False),
        ([0, 100, 90], False),
    ],
)
def test_spending_is_cut_when_a_year_pays_less_than_nine_tenths_of_the_one_before(
    spending: list[int], *, cut: bool
) -> None:
    series = fund(real={"spending": [[pence] for pence in spending]}, spending=[[9], [1], [9]])
    assert figure("real_spending_cut_over_tenth", series) == [cut]


def test_years_before_the_first_spending_date_are_no_cut() -> None:
    spending: Rows = [[500], [100], [95]]  # the first row cannot be, but must not be read
    assert figure("real_spending_cut_over_tenth", fund(first=1, spending=spending)) == [False]
    assert figure("real_spending_cut_over_tenth", fund(first=2, spending=spending)) is None


# Exhaustion


def test_exhaustion_is_the_first_year_end_without_capital_after_money_came() -> None:
    series = fund(
        arrived=[[0, 5, 5, 0], [5, 0, 0, 0], [0, 0, 0, 0]],
        closing_capital=[[0, 3, 0, 0], [4, 2, 1, 0], [0, 1, 0, 0]],
    )
    assert figure("exhausted", series, "nominal") == [True, False, True, False]
    assert figure("year_of_exhaustion", series, "nominal") == [2023, np.inf, 2021, np.inf]


# Waiting


def test_the_mean_wait_is_pound_years_of_waiting_over_the_pounds_that_came_to_wait() -> None:
    # Little's law. On the first path 100 wait for half a year and are awarded; on the second 60 of
    # them wait on, for the whole second year; on the third nothing is ever awarded.
    series = fund(
        waiting_on_average=[[50, 80, 100, 0], [0, 60, 100, 0]],
        awarded=[[100, 40, 0, 0], [0, 0, 0, 0]],
        waiting=[[0, 60, 100, 0], [0, 60, 100, 0]],
    )
    assert figure("mean_wait", series, "nominal")[:3] == [0.5, 1.4, 2]
    assert np.isnan(figure("mean_wait", series, "nominal")[3])  # nothing came


def test_the_backlog_is_what_waits_at_the_end_over_the_last_years_awards() -> None:
    series = fund(
        awarded=[[10, 10, 10, 99], [100, 40, 0, 0]],
        waiting=[[99, 99, 99, 99], [0, 60, 1, 0]],
    )
    assert figure("years_of_backlog", series, "nominal") == [0, 1.5, np.inf, 0]


# Evenness and books


def test_evenness_over_the_horizon_is_handed_through() -> None:
    series = fund(paid=[[1, 2, 3]])
    assert figure("gini_per_head", series) == [0, 0.25, 0.5]
    assert figure("share_to_most_deprived_fifth", series) == pytest.approx([0.2, 0.55, 0.9])


BALANCED: dict[str, Rows] = {
    "arrived": [[1000, 1000], [500, 0]],
    "returns": [[50, -100], [70, 30]],
    "fees": [[5, 4], [6, 3]],
    "spending": [[100, 90], [120, 80]],
    "passed_on": [[0, 0], [0, 10]],
    "closing_capital": [[945, 806], [1389, 743]],
    "allocated": [[80, 90], [130, 75]],
    "unshared": [[20, 0], [10, 5]],
    "received": [[80, 90], [130, 75]],
    "lapsed": [[0, 0], [4, 0]],
    "returned": [[0, 0], [3, 0]],
    "foundation_fees": [[8, 9], [13, 7]],
    "awarded": [[60, 70], [90, 60]],
    "waiting": [[12, 11], [36, 19]],
    "carried": [[0, 0], [10, 0]],
    "paid": [[40, 70], [70, 60]],
    "promised": [[20, 0], [36, 0]],
}


APART = {"passed_between", "waiting_on_average"}
"""In no identity: the one is part of what is passed on, the other an average over a year."""


def test_books_that_balance_have_no_gap() -> None:
    assert BALANCED.keys() | APART == MEASURES.keys()
    series = fund(BALANCED)
    found = dict(gaps(series))
    assert set(found) == {"fund", "round", "foundations", "grants", "delivery"}
    assert not any(gap.any() for gap in found.values())
    assert figure("reconciliation", series, "nominal") == [0, 0]


@pytest.mark.parametrize("measure", [name for name in MEASURES if name not in APART])
@pytest.mark.parametrize("by", [1, -1])
def test_one_altered_penny_of_any_measure_shows_on_its_path(measure: str, by: int) -> None:
    altered = {name: [row[:] for row in rows] for name, rows in BALANCED.items()}
    altered[measure][1][1] += by
    zero, one = figure("reconciliation", fund(altered), "nominal")
    assert zero == 0
    assert one > 0
