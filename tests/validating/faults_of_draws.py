"""Faults of markets, inflation, chance and statistics."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from fundsim import portable
from fundsim.chance import UNIT, Chance
from fundsim.engine import fund, markets
from fundsim.metrics import inequality, statistics
from fundsim.metrics.statistics import Moments
from fundsim.money import Real
from fundsim.portable import exp1, log1
from fundsim.rules.base import catalogue
from fundsim.rules.inflation import (
    AutoregressiveInflation,
    ConstantInflation,
    HistoricalInflation,
)
from fundsim.rules.returns import AnyReturns, Asset, Lognormal, lognormal, student_t, tails
from fundsim.validating.inflation import HISTORY
from fundsim.validating.returns import GROWTH, PRICES
from tests.validating.planting import (
    Plant,
    Planted,
    around,
    mean_as_median,
    stated,
)

# Returns


def geometric_as_arithmetic(plant: Planted) -> None:
    faulty = property(lambda asset: log1(1 + stated(asset)) - asset.log_variance / 2)
    plant.setattr(Asset, "log_mean", faulty)


def volatility_of_logs(plant: Planted) -> None:
    plant.setattr(Asset, "log_variance", property(lambda asset: asset.volatility**2))


def symmetric_returns(plant: Planted) -> None:
    plant.setattr(lognormal, "exp", lambda x: 1 + x)


def correlations_dropped(plant: Planted) -> None:
    plant.setattr(lognormal, "correlation", lambda *_: 0.0)


def weights_drift(plant: Planted) -> None:
    def drifting(model: Lognormal, steps: int, a_year: int, mix: Any, _: Any) -> Real:
        yearly = sum(weight * exp1(model.assets[name].log_mean) for name, weight in mix.items())
        return np.full((steps, UNIT), yearly ** (1 / a_year))

    plant.setattr(Lognormal, "_steady", drifting)


def year_in_each_quarter(plant: Planted) -> None:
    around(plant, Lognormal, "_grow", lambda own, *given: tuple(g**4 for g in own(*given)))


def first_year_again(plant: Planted) -> None:
    def again(own: Any, model: Lognormal, years: int, *rest: Any) -> tuple[Real, ...]:
        return tuple(np.tile(g[:4], (years, 1)) for g in own(model, years, *rest))

    around(plant, Lognormal, "_grow", again)


def t_of_deviation_one(plant: Planted) -> None:
    plant.setattr(student_t, "floored", tails.Floored)


def normal_tails(plant: Planted) -> None:
    plant.setattr(student_t, "chi_squares", lambda v, steps, _: np.full((steps, UNIT), v - 2))


def fee_every_quarter(plant: Planted) -> None:
    plant.setattr(fund, "math", SimpleNamespace(sqrt=lambda x: x))


OTHERWISE: dict[str, Callable[[Any], Any]] = {
    "mean": lambda told: 1.5 * told + 0.005,
    "sd": lambda told: 1.1 * told + 0.001,
    "skewness": lambda told: told + 0.3,
    "autocorrelation": lambda told: told + 0.1,
    "quantile": lambda told: lambda share: told(share / 2),
}


def otherwise_told(owner: Any, method: str, measure: str) -> Plant:
    """Let one measure be told otherwise than it is."""

    def faulty(own: Any, *given: Any) -> Any:
        told = own(*given)
        return replace(told, **{measure: OTHERWISE[measure](getattr(told, measure))})

    return lambda plant: around(plant, owner, method, faulty)


# Inflation


def otherwise_settled(**change: Callable[[AutoregressiveInflation], float]) -> Plant:
    """Let inflation be drawn with other settings than it has."""
    (key, value), *_ = change.items()

    def faulty(own: Any, model: AutoregressiveInflation, *rest: Any) -> Real:
        return np.asarray(own(model.model_copy(update={key: value(model)}), *rest))

    return lambda plant: around(plant, AutoregressiveInflation, "prices", faulty)


def under_way_for_ever(plant: Planted) -> None:
    def faulty(own: Any, model: Any, years: int, streams: Any) -> Real:
        return np.asarray(own(model, years + 30, streams)[4 * 30 :])

    around(plant, AutoregressiveInflation, "prices", faulty)


def divided_by_four(plant: Planted) -> None:
    def faulty(model: ConstantInflation, years: int, _: Any) -> Real:
        return np.full((4 * years, UNIT), 1 + model.rate / 4)

    plant.setattr(ConstantInflation, "prices", faulty)


def other_inflation_told(plant: Planted) -> None:
    around(
        plant,
        AutoregressiveInflation,
        "moments",
        lambda own, model, _: own(model.model_copy(update={"sd": 1.1 * model.sd}), _),
    )


# Statistics


def type_six(plant: Planted) -> None:
    def faulty(values: Real, levels: Any) -> Real:
        return np.asarray(np.quantile(values, list(levels), axis=-1, method="weibull"))

    plant.setattr(statistics, "quantiles", faulty)


def error_of_a_path(plant: Planted) -> None:
    plant.setattr(Moments, "error", property(lambda own: np.sqrt(own.squares / (own.count - 1))))


def units_side_by_side(plant: Planted) -> None:
    def faulty(one: Moments, other: Moments) -> Moments:
        squares = one.squares + other.squares
        return Moments(one.count + other.count, one.total + other.total, squares)

    plant.setattr(Moments, "with_", faulty)


def areas_alike(plant: Planted) -> None:
    around(plant, inequality, "gini_per_head", lambda own, pence, p: own(pence, np.ones_like(p)))


def areas_as_they_stand(plant: Planted) -> None:
    def faulty(per_head: Real) -> Any:
        return np.broadcast_to(np.arange(per_head.shape[1]), per_head.shape)

    plant.setattr(inequality, "_from_least_to_most", faulty)


def chance_by_count(plant: Planted) -> None:
    def faulty(own: Any, first: int, count: int) -> Iterator[Any]:
        return ((number + count, part) for number, part in own(first, count))

    around(plant, markets, "units", faulty)


def last_year_first(plant: Planted) -> None:
    around(plant, Lognormal, "_grow", lambda own, *given: tuple(g[::-1] for g in own(*given)))


def one_stream_for_all(plant: Planted) -> None:
    def faulty(own: Any, chance: Chance, number: int) -> Any:
        one = own(chance, number)("everything")
        return lambda _: one

    around(plant, Chance, "unit", faulty)


def series_cut(terms: str) -> Plant:
    return lambda plant: plant.setattr(portable, terms, getattr(portable, terms)[6:])


def flank_cut(plant: Planted) -> None:
    numerator, denominator = portable._FLANK
    plant.setattr(portable, "_FLANK", (numerator[1:], denominator))


KINDS = catalogue(AnyReturns)
FAULTS: dict[str, Plant] = {
    "arithmetic_mean": mean_as_median,
    "geometric_mean": geometric_as_arithmetic,
    "volatility": volatility_of_logs,
    "bad_year": symmetric_returns,
    "correlation": correlations_dropped,
    "rebalancing": weights_drift,
    "yearly_step": year_in_each_quarter,
    "independent_years": first_year_again,
    "student_t_volatility": t_of_deviation_one,
    "student_t_tail": normal_tails,
    "fee": fee_every_quarter,
    **{
        f"{kind}_told_{measure}": otherwise_told(KINDS[kind], "_moments", measure)
        for kind, measures in GROWTH.items()
        for measure in measures
    },
    **{
        f"{kind}_prices_told_{measure}": otherwise_told(KINDS[kind], "price_moments", measure)
        for kind, measures in PRICES.items()
        for measure in measures
    },
    "ar1_mean": otherwise_settled(log_mean=lambda model: log1(1 + model.log_mean) - 0.001),
    "ar1_first_year": under_way_for_ever,
    "ar1_fifth_year": otherwise_settled(persistence=lambda _: 0.0),
    "ar1_long_run": otherwise_settled(sd=lambda m: m.sd * math.sqrt(1 - m.persistence**2)),
    "ar1_persistence": otherwise_settled(persistence=lambda model: -model.persistence),
    "constant_rise": divided_by_four,
    "ar1_told_sd": other_inflation_told,
    **{
        f"history_told_{measure}": otherwise_told(HistoricalInflation, "moments", measure)
        for measure in HISTORY
    },
    "quantile_type": type_six,
    "error_covers": error_of_a_path,
    "units_are_joined": units_side_by_side,
    "gini_of_two": areas_alike,
    "gini_exponential": areas_as_they_stand,
    "normal_quantile": flank_cut,
    "student_t_tail_area": lambda plant: plant.setattr(tails, "_CLOSE", 1e-3),
    "path_of_any_run": chance_by_count,
    "year_of_any_run": last_year_first,
    "asset_in_company": one_stream_for_all,
    "exponential": series_cut("_EXP_TERMS"),
    "logarithm": series_cut("_LOG_TERMS"),
}
