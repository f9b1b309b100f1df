"""Means, errors and quantiles over paths, against numpy and exact arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundsim.chance import UNIT
from fundsim.errors import RunError
from fundsim.metrics.statistics import Moments, mean_and_error, moments, quantiles
from fundsim.money import Pence

PENNY = st.integers(-(10**13), 10**13)
lawful = settings(max_examples=60)


def random_pence(shape: tuple[int, ...], seed: int = 1, scale: float = 1e11) -> Pence:
    return np.rint(np.random.default_rng(seed).lognormal(0, 1, shape) * scale).astype(np.int64)


# Quantiles


@lawful
@given(st.lists(PENNY, min_size=1, max_size=50), st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_quantiles_are_those_of_type_7(values: list[int], levels: list[float]) -> None:
    expected = np.quantile(np.array(values), levels, method="linear")
    assert quantiles(np.array(values), levels) == pytest.approx(expected, rel=1e-12, abs=1e-2)


def test_quantiles_by_hand() -> None:
    # Place level · (n − 1) between the sorted values: 0.25 · 4 = 1, 0.4 · 4 = 1.6, 0.9 · 4 = 3.6.
    found = quantiles(np.array([50, 10, 30, 20, 40]), [0, 0.25, 0.4, 0.5, 0.9, 1])
    assert found.tolist() == pytest.approx([10, 20, 26, 30, 46, 50], rel=1e-15)


def test_quantiles_are_taken_over_the_last_axis() -> None:
    values = random_pence((3, 4, 101))
    found = quantiles(values, (0.05, 0.5, 0.95))
    assert found.shape == (3, 3, 4)
    assert np.allclose(found, np.quantile(values, (0.05, 0.5, 0.95), axis=-1), rtol=1e-12)


def test_quantiles_of_one_path_are_that_path() -> None:
    assert quantiles(np.array([7]), (0.05, 0.5, 0.95)).tolist() == [7, 7, 7]


def test_a_quantile_that_falls_on_a_path_is_that_path_whoever_is_next() -> None:
    years = np.array([2030.0, np.inf, np.inf, 2025.0, np.inf])
    assert quantiles(years, [0.0, 0.25, 0.125]).tolist() == [2025.0, 2030.0, 2027.5]
    assert np.isinf(quantiles(years, [0.3]))


def test_quantiles_leave_their_input_alone() -> None:
    values = np.array([3, 1, 2])
    values.setflags(write=False)
    quantiles(values, [0.5])
    assert values.tolist() == [3, 1, 2]


# Moments


@lawful
@given(st.lists(PENNY, min_size=2, max_size=60))
def test_moments_of_a_unit_are_exact(values: list[int]) -> None:
    found = moments(np.array(values))
    n, total = len(values), sum(values)
    squares = sum(Fraction(v) ** 2 for v in values) - Fraction(total) ** 2 / n
    assert (found.count, int(found.total)) == (n, total)
    assert float(found.mean) == pytest.approx(total / n, rel=1e-15)
    assert float(found.squares) == pytest.approx(float(squares), rel=1e-9, abs=n)
    exact = math.sqrt(squares / (n - 1) / n)
    assert float(found.error) == pytest.approx(exact, rel=1e-9, abs=1)


@lawful
@given(st.lists(st.integers(1, 700), min_size=1, max_size=9), st.integers(0, 2**32))
def test_joined_units_of_any_sizes_give_the_moments_of_all(sizes: list[int], seed: int) -> None:
    values = random_pence((2, sum(sizes)), seed)
    parts = np.split(values, np.cumsum(sizes)[:-1], axis=-1)
    found = Moments.joined([Moments.of_unit(part) for part in parts])
    assert found.count == sum(sizes)
    assert found.total.tolist() == values.sum(axis=-1).tolist()
    expected = values.astype(np.longdouble).var(axis=-1) * sum(sizes)
    assert np.allclose(found.squares, expected.astype(np.float64), rtol=1e-10)


def test_moments_of_many_are_those_of_units_of_250_in_their_order() -> None:
    values = random_pence((3, 1_130))
    units = [Moments.of_unit(values[:, i : i + UNIT]) for i in range(0, 1_130, UNIT)]
    joined, whole = Moments.joined(units), moments(values)
    assert whole.count == joined.count == 1_130
    assert whole.squares.tobytes() == joined.squares.tobytes()
    expected = values.std(axis=-1, ddof=1) / math.sqrt(1_130)
    assert np.allclose(whole.error, expected, rtol=1e-12)


@pytest.mark.parametrize("paths", [2, 249, 250, 251, 1_000, 1_130])
@pytest.mark.parametrize("pence", [0, 1, -7, 200_000_000_001, 7_999_999_999_999])
def test_equal_paths_have_no_error_at_all(paths: int, pence: int) -> None:
    same = np.full((2, paths), pence)
    assert moments(same).error.tolist() == [0.0, 0.0]
    assert moments(same).mean.tolist() == [pence, pence]


def test_equal_paths_have_no_error_however_large_their_sum() -> None:
    assert float(moments(np.full(30_000, 4_964_970_066_035)).error) == 0.0  # beyond 2^53 together


def test_a_single_path_shows_no_error() -> None:
    found = moments(np.array([[5], [6]]))
    assert found.mean.tolist() == [5, 6]
    assert np.isnan(found.error).all()


def test_a_small_spread_on_a_large_sum_is_not_lost() -> None:
    values = np.full(1_000, 10**13) + np.arange(1_000) % 2  # £100bn, half of them a penny more
    assert float(moments(values).error) == pytest.approx(0.5 / math.sqrt(999), rel=1e-6)


def test_sums_that_no_longer_fit_are_refused() -> None:
    unit = Moments.of_unit(np.full(250, 10**16))
    with pytest.raises(RunError, match="the pence of 500 paths together are too many"):
        unit.with_(unit)


def test_nothing_is_joined_as_paths_that_hold_nothing() -> None:
    values = random_pence((2, 250))
    some = Moments.of_unit(values)
    joined = Moments.joined([Moments.nothing(250, some), some])
    whole = moments(np.concatenate([np.zeros_like(values), values], axis=1))
    assert joined.total.tolist() == whole.total.tolist()
    assert joined.squares.tobytes() == whole.squares.tobytes()


# Figures that are not money


@lawful
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40), st.integers(1, 30))
def test_mean_and_error_of_figures_agree_with_numpy(values: list[float], times: int) -> None:
    figures = np.array(values * times)
    mean, error = mean_and_error(figures)
    assert mean == pytest.approx(figures.mean(), rel=1e-9, abs=1e-6)
    expected = figures.std(ddof=1) / math.sqrt(len(figures))
    assert error == pytest.approx(expected, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(("hits", "paths"), [(0, 600), (600, 600), (150, 600), (1, 2)])
def test_a_probability_has_the_error_of_a_share(hits: int, paths: int) -> None:
    mean, error = mean_and_error(np.array([1.0] * hits + [0.0] * (paths - hits)))
    assert mean == hits / paths
    assert error == pytest.approx(math.sqrt(mean * (1 - mean) / (paths - 1)), rel=1e-12)


def test_no_figure_and_a_single_one_have_no_error() -> None:
    assert np.isnan(mean_and_error(np.array([]))).all()
    mean, error = mean_and_error(np.array([3.0]))
    assert mean == 3.0
    assert math.isnan(error)
