"""The portable exponential and logarithm, against 45 exact digits."""

from __future__ import annotations

import decimal
import math
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsim.money import Real
from fundsim.portable import exp, exp1, log, log1

EXACT = decimal.Context(prec=45)
POINTS = 1_500


def ulps(found: Real, exact: list[Decimal]) -> float:
    """The largest distance from the exact values, in units of the last place."""
    return max(
        float(abs(Decimal(float(value)) - true) / Decimal(math.ulp(float(true))))
        for value, true in zip(found, exact, strict=True)
    )


def exact_exp(x: float) -> Decimal:
    return Decimal(float(x)).exp(EXACT)


def exact_log(x: float) -> Decimal:
    return Decimal(float(x)).ln(EXACT)


@pytest.mark.parametrize("reach", [700.0, 40.0, 1.0, math.log(2) / 2, 1e-3, 1e-12])
def test_exp_is_within_two_units_in_the_last_place(reach: float) -> None:
    x = np.random.default_rng(1).uniform(-reach, reach, POINTS)
    assert ulps(exp(x), [exact_exp(v) for v in x]) <= 2


@pytest.mark.parametrize("turn", [0.5, 1.5, -0.5, 7.5, 1000.5])
def test_exp_is_as_good_where_the_scaling_steps(turn: float) -> None:
    x = turn * math.log(2) + np.random.default_rng(2).uniform(-1e-9, 1e-9, 300)
    assert ulps(exp(x), [exact_exp(v) for v in x]) <= 2


@pytest.mark.parametrize(
    ("low", "high"), [(0.5, 2.0), (0.7, 0.715), (1.41, 1.42), (2.0, 1e3), (1 - 1e-3, 1 + 1e-3)]
)
def test_log_is_within_three_units_in_the_last_place(low: float, high: float) -> None:
    x = np.random.default_rng(3).uniform(low, high, POINTS)
    assert ulps(log(x), [exact_log(v) for v in x]) <= 3


def test_log_is_as_good_from_the_smallest_number_to_the_largest() -> None:
    dice = np.random.default_rng(4)
    x = np.ldexp(dice.uniform(0.5, 1, POINTS), dice.integers(-1_021, 1_025, POINTS))
    extremes = np.array([5e-324, 2.0**-1022, np.finfo(float).max])
    for numbers in (x, extremes):
        assert ulps(log(numbers), [exact_log(v) for v in numbers]) <= 3


@pytest.mark.parametrize(
    ("function", "low", "high"), [(exp, -700, 700), (exp, -1, 1), (log, 1e-3, 9), (log, 0.9, 1.1)]
)
def test_they_rise_on_a_fine_grid(
    function: Callable[[Real], Real], low: float, high: float
) -> None:
    assert (np.diff(function(np.linspace(low, high, 200_001))) > 0).all()


@pytest.mark.parametrize(("function", "around"), [(exp, math.log(2) / 2), (log, math.sqrt(0.5))])
def test_they_never_fall_where_the_range_reduction_steps(
    function: Callable[[Real], Real], around: float
) -> None:
    neighbours = around + np.arange(-20_000.0, 20_000.0) * math.ulp(around)
    assert (np.diff(function(neighbours)) >= 0).all()


@pytest.mark.parametrize("zero", [0.0, -0.0, 5e-324, -5e-324])
def test_nothing_raised_is_one(zero: float) -> None:
    assert exp1(zero) == 1.0


def test_the_logarithm_of_one_is_nothing_and_powers_of_two_are_as_good_as_ln_2() -> None:
    assert log1(1.0) == 0.0
    assert [log1(2.0**k) for k in (-40, -1, 1, 50)] == [k * math.log(2) for k in (-40, -1, 1, 50)]


@given(st.floats(-300, 300))
def test_the_logarithm_of_an_exponential_is_the_exponent(x: float) -> None:
    assert log1(exp1(x)) == pytest.approx(x, abs=1e-15 + 4e-16 * abs(x) + 3e-16)


@given(st.lists(st.floats(-700, 700), min_size=1, max_size=30))
def test_one_number_gives_what_it_gives_among_many(numbers: list[float]) -> None:
    together = exp(np.array(numbers))
    assert [exp1(x) for x in numbers] == together.tolist()
    assert [log1(y) for y in together] == log(together).tolist()


def test_any_shape_is_kept_and_what_is_given_stays_as_it_was() -> None:
    for shape in ((), (0,), (3,), (2, 3)):
        x = np.full(shape, 0.5)
        x.setflags(write=False)
        assert exp(x).shape == log(x).shape == shape
        assert exp(x).dtype == log(x).dtype == np.float64


@pytest.mark.parametrize("wrong", [700.0000001, -701.0, math.inf, -math.inf, math.nan])
def test_an_exponent_out_of_range_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="not a number within ±700"):
        exp(np.array([0.0, wrong]))


@pytest.mark.parametrize("wrong", [0.0, -0.0, -1.0, math.inf, math.nan])
def test_a_number_without_a_logarithm_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="not positive"):
        log(np.array([1.0, wrong]))
