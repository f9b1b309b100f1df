"""Student's t on simple returns: its tails by scipy, its moments by integration and by drawing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import integrate, stats

from fundsim.chance import Chance
from fundsim.rules.base import Fault
from fundsim.rules.returns import StudentT
from fundsim.rules.returns.tails import Floored, above, chi_squares, density, floored
from tests.rules.drawing import (
    ERRORS,
    check_autocorrelation,
    check_quantile,
    check_skewness,
    drawn,
    markets,
    z_mean,
    z_of,
)


def asset(weight: float, mean: float, volatility: float = 0.0) -> dict[str, float]:
    return {"weight": weight, "arithmetic_mean": mean, "volatility": volatility}


def student(step: str, freedom: float, assets: dict[str, Any], **more: Any) -> StudentT:
    model = markets(kind="student_t", step=step, degrees_of_freedom=freedom, assets=assets, **more)
    assert isinstance(model, StudentT)
    return model


@pytest.mark.parametrize("freedom", [2.1, 3, 4.36, 12, 200])
@pytest.mark.parametrize("t", [1.7, 3, 9.2, 60])
def test_the_tail_is_that_of_scipy(freedom: float, t: float) -> None:
    assert density(t, freedom) == pytest.approx(stats.t.pdf(t, freedom), rel=1e-11)
    assert above(t, freedom) == pytest.approx(stats.t.sf(t, freedom), rel=1e-11)


@pytest.mark.parametrize("freedom", [2.5, 4, 12])
@pytest.mark.parametrize(("location", "scale"), [(1.075, 0.12), (1.0, 0.4), (0.9, 0.25)])
def test_moments_above_the_floor_are_the_integrals(
    freedom: float, location: float, scale: float
) -> None:
    found = Floored(location, scale, freedom).moments()
    for power, moment in enumerate(found, start=1):
        if moment is not None:
            whole, _ = integrate.quad(
                lambda t, power=power: (location + scale * t) ** power * stats.t.pdf(t, freedom),
                -location / scale,
                np.inf,
                limit=500,
            )
            assert moment == pytest.approx(whole, rel=2e-6)
    assert (found[2] is None) == (freedom < 3)


@pytest.mark.parametrize("freedom", [2.5, 4, 12, 200])
@pytest.mark.parametrize(("mean", "sd"), [(1.075, 0.165), (1.02, 0.015), (1.1, 0.6)])
def test_the_floor_is_made_up_for(freedom: float, mean: float, sd: float) -> None:
    first, second, _ = floored(mean, sd, freedom).moments()
    assert first == pytest.approx(mean, abs=1e-13)
    assert math.sqrt(second - first * first) == pytest.approx(sd, rel=1e-9)


def test_without_making_up_for_it_the_floor_would_move_the_mean() -> None:
    plain = Floored(1.075, 0.165 / math.sqrt(2), 4.0)
    assert plain.moments()[0] - 1.075 > 1e-4


@pytest.mark.parametrize("freedom", [2.2, 5, 30])
def test_chi_squares_have_their_distribution(freedom: float) -> None:
    sample = chi_squares(freedom, 80, Chance(3).unit(0)).ravel()
    assert stats.kstest(sample, "chi2", args=(freedom,)).pvalue > 1e-4


def test_a_year_more_leaves_earlier_chi_squares_alone() -> None:
    short, long = (chi_squares(4, steps, Chance(3).unit(1)) for steps in (5, 50))
    assert short.tobytes() == long[:5].tobytes()


TWO = {"gilts": asset(0.4, 0.05, 0.09), "shares": asset(0.6, 0.08, 0.2)}
PAIR = {"shares": {"gilts": 0.3}}


@pytest.mark.parametrize("step", ["quarter", "year"])
@pytest.mark.parametrize(("freedom", "pair"), [(5.0, 0.3), (9.0, -0.5), (40.0, 0.8)])
def test_draws_have_the_mean_volatility_and_correlation_stated(
    step: str, freedom: float, pair: float
) -> None:
    model = student(step, freedom, TWO, correlations={"shares": {"gilts": pair}})
    mixes = [{"gilts": 1.0}, {"shares": 1.0}, model.weights]
    growth, _ = drawn(model, 2, mixes, units=120)
    for mix, own in zip(mixes, growth, strict=True):
        expected = model.moments(mix)
        assert abs(z_mean(own[1] - 1, expected.mean)) < ERRORS
        assert abs(z_of(lambda x: float(x.var()), own[1], expected.sd**2)) < ERRORS
        check_autocorrelation(own, 0)
    together = np.stack([growth[0][0], growth[1][0]])
    assert abs(z_of(lambda x: float(np.asarray(np.corrcoef(x))[0, 1]), together, pair)) < ERRORS


@pytest.mark.parametrize("step", ["quarter", "year"])
def test_moments_of_an_asset_are_those_stated(step: str) -> None:
    model = student(step, 4.36, TWO, correlations=PAIR)
    for name, stated in TWO.items():
        found = model.moments({name: 1.0})
        assert found.mean == pytest.approx(stated["arithmetic_mean"], abs=1e-13)
        assert found.sd == pytest.approx(stated["volatility"], rel=1e-9)
        assert found.skewness is not None
        assert found.log_mean is None  # everything may be lost
    assert student(step, 2.5, TWO, correlations=PAIR).moments({"gilts": 1.0}).skewness is None


def test_skewness_of_a_draw_a_year_by_integration() -> None:
    model = student("year", 4.36, TWO, correlations=PAIR)
    own = floored(1.08, 0.2, 4.36)

    def cube(t: float) -> float:
        left = max(own.location + own.scale * t, 0.0)
        return float((left - 1.08) ** 3 * stats.t.pdf(t, 4.36))

    edge = -own.location / own.scale
    parts = [
        integrate.quad(cube, *ends, limit=500)[0] for ends in ((-np.inf, edge), (edge, np.inf))
    ]
    expected = sum(parts) / 0.2**3
    assert model.moments({"shares": 1.0}).skewness == pytest.approx(expected, rel=1e-3)


def of_draw(step: str, freedom: float, mean: float, sd: float) -> tuple[Floored, int]:
    """The growth of one draw, and how many a year's is the product of."""
    draws = 4 if step == "quarter" else 1
    own, square = mean ** (1 / draws), (mean * mean + sd * sd) ** (1 / draws)
    return floored(own, math.sqrt(square - own * own), freedom), draws


@pytest.mark.parametrize("step", ["quarter", "year"])
@pytest.mark.parametrize(("freedom", "sd"), [(9.0, 0.3), (15.0, 0.1), (40.0, 0.4)])
def test_draws_have_the_skewness_of_an_integral(step: str, freedom: float, sd: float) -> None:
    own, draws = of_draw(step, freedom, 1.08, sd)

    def moment(power: int) -> float:
        def grown(t: float) -> float:
            return float((own.location + own.scale * t) ** power * stats.t.pdf(t, freedom))

        return float(integrate.quad(grown, -own.location / own.scale, np.inf, limit=500)[0])

    first, second, third = (moment(power) ** draws for power in (1, 2, 3))
    expected = (third - 3 * first * second + 2 * first**3) / sd**3
    model = student(step, freedom, {"shares": asset(1, 0.08, sd)})
    assert model.moments().skewness == pytest.approx(expected, abs=1e-5)
    (growth,), _ = drawn(model, 2, [{"shares": 1.0}], units=120)
    check_skewness(growth[1] - 1, 0.08, sd, expected)


@pytest.mark.parametrize("freedom", [4.36, 20.0])
def test_quantiles_of_a_year_of_four_draws_are_those_of_a_convolution(freedom: float) -> None:
    own, _ = of_draw("quarter", freedom, 1.08, 0.2)
    logs, step = np.linspace(-2, 2, 4_001, retstep=True)
    grown = np.exp(logs)
    quarter = step * grown * stats.t.pdf((grown - own.location) / own.scale, freedom) / own.scale
    half = np.convolve(quarter, quarter)
    year = np.convolve(half, half)
    up_to = np.cumsum(year) - year / 2
    (growth,), _ = drawn(
        student("quarter", freedom, {"shares": asset(1, 0.08, 0.2)}), 1, [{"shares": 1.0}]
    )
    for share in (0.01, 0.05, 0.5, 0.9):
        expected = np.interp(share, up_to, np.linspace(-8, 8, year.size))
        check_quantile(growth[0], share, math.exp(float(expected)))


@pytest.mark.parametrize("freedom", [3.0, 4.36, 20.0])
def test_quantiles_of_a_year_are_those_of_students_t(freedom: float) -> None:
    model = student("year", freedom, {"shares": asset(1, 0.08, 0.2)})
    (growth,), _ = drawn(model, 1, [{"shares": 1.0}])
    own = floored(1.08, 0.2, freedom)
    for share in (0.002, 0.05, 0.5, 0.9):
        expected = own.location + own.scale * float(stats.t.ppf(share, freedom))
        check_quantile(growth[0], share, expected)


def test_one_draw_by_hand() -> None:
    model = student("year", 6, {"a": asset(1, 0.07, 0.12)})
    streams = Chance(4).unit(2)
    (growth,) = model.growth(3, streams)
    own = floored(1.07, 0.12, 6)
    z = streams("markets.a").standard_normal((3, 250))
    expected = own.location + own.scale * z * np.sqrt(6 / chi_squares(6, 3, streams))
    assert np.allclose(growth[::4], np.maximum(expected, 0) ** 0.25, rtol=1e-13, atol=0)


def test_cash_beside_fat_tails() -> None:
    mix = {"cash": asset(0.5, 0.03), "shares": asset(0.5, 0.08, 0.2)}
    model = student("quarter", 5, mix)
    (growth,) = model.growth(1, Chance(1).unit(0), [{"cash": 1.0}])
    assert np.allclose(growth, 1.03**0.25, rtol=1e-15)
    assert model.moments({"cash": 1.0}).mean == pytest.approx(0.03, rel=1e-12)
    assert model.moments({"cash": 1.0}).sd == 0
    mixed = student("year", 5, mix).moments()
    assert mixed.mean == pytest.approx(0.055, rel=1e-12)
    assert mixed.sd == pytest.approx(0.1, rel=1e-9)


@pytest.mark.parametrize(
    ("changed", "message", "key"),
    [
        ({"degrees_of_freedom": 2}, "greater than 2", None),
        (
            {"assets": {"a": asset(1, 0.05, 0.9)}},
            "found 0.9, with which more than one draw in twenty loses everything",
            ("assets", "a", "volatility"),
        ),
        ({"assets": TWO}, "the pair shares, gilts is missing", ("correlations",)),
        ({"assets": {"a": {"weight": 1, "geometric_mean": 0.05}}}, "Field required", None),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    changed: dict[str, Any], message: str, key: tuple[str, ...] | None
) -> None:
    stated = {"degrees_of_freedom": 4, "assets": {"a": asset(1, 0.05, 0.1)}, **changed}
    with pytest.raises(ValidationError, match=message) as raised:
        markets(kind="student_t", **stated)
    if key:
        cause = raised.value.errors()[0]["ctx"]["error"]
        assert isinstance(cause, Fault)
        assert cause.key == key
