"""One fault for each check, planted where the package itself does the work."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from fundsim import money, portable
from fundsim.chance import UNIT, Chance
from fundsim.engine import fund, markets, recorder, releases, tallied
from fundsim.engine import spending as reviews
from fundsim.engine.recorder import Recorder
from fundsim.ledger import Ledger
from fundsim.metrics import inequality, statistics
from fundsim.metrics.catalogue import METRICS, capital_kept_whole
from fundsim.metrics.statistics import Moments
from fundsim.money import Pence, Real
from fundsim.places import shares
from fundsim.portable import exp1, log1
from fundsim.rules import normal
from fundsim.rules.base import catalogue
from fundsim.rules.inflation import AutoregressiveInflation, ConstantInflation
from fundsim.rules.inflows import Schedule
from fundsim.rules.returns import AnyReturns, Asset, Lognormal, lognormal, student_t, tails
from fundsim.rules.spending import ConstantReal, MovingAverage, SpendDown
from fundsim.scenario import scenario

flows = importlib.import_module("fundsim.rules.dormant.flows")  # hidden by its function

Planted = pytest.MonkeyPatch
Plant = Callable[[Planted], None]


def stated(asset: Asset) -> float:
    if asset.geometric_mean is not None:
        return asset.geometric_mean
    assert asset.arithmetic_mean is not None
    return asset.arithmetic_mean


def around(plant: Planted, owner: Any, name: str, faulty: Callable[..., Any]) -> None:
    """Put a function in a method's place, which is given the method and its arguments."""
    own = getattr(owner, name)
    plant.setattr(owner, name, lambda *given, **named: faulty(own, *given, **named))


def log_variance_times(factor: float) -> Plant:
    own = Asset.log_variance.fget  # type: ignore[attr-defined] # pydantic keeps a property as it is
    return lambda plant: plant.setattr(
        Asset, "log_variance", property(lambda asset: factor * own(asset))
    )


# Returns


def mean_as_median(plant: Planted) -> None:
    plant.setattr(Asset, "log_mean", property(lambda asset: log1(1 + stated(asset))))


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


def other_moments(kind: str, **off: float) -> Plant:
    """Let a kind tell moments that are a hundredth part off, and more where there is none."""
    (key, by), *_ = off.items()

    def faulty(own: Any, *given: Any) -> Any:
        told = own(*given)
        return replace(told, **{key: getattr(told, key) * (1 + by) + by / 100})

    return lambda plant: around(plant, catalogue(AnyReturns)[kind], "_moments", faulty)


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


# Spending


def not_deflated(plant: Planted) -> None:
    for module in (recorder, tallied):
        plant.setattr(module, "deflate", lambda pence, _: pence)


def recovered_not_counted(plant: Planted) -> None:
    def at_last(series: Any, _: Any) -> Any:
        kept = capital_kept_whole(series)
        return None if kept is None else kept[-1] < 0.5

    plant.setitem(METRICS, "ever_below_half", replace(METRICS["ever_below_half"], measure=at_last))


def spending_stands_still(plant: Planted) -> None:
    plant.setattr(ConstantReal, "spend", lambda rule, view: rule.amount * np.ones_like(view.index))


def average_of_eleven(plant: Planted) -> None:
    plant.setattr(MovingAverage, "valuations", lambda rule: rule.over // 3 - 1)


def a_year_too_many(plant: Planted) -> None:
    around(plant, SpendDown, "years_left", lambda own, *given: own(*given) + 1)


def arrivals_in_the_value(plant: Planted) -> None:
    plant.setattr(reviews, "_values_read", lambda books, *_: books.capital[np.newaxis])


def growth_in_the_value(plant: Planted) -> None:
    around(plant, reviews, "_values_read", lambda own, *given: own(*given) * 1.1)


def risk_before_arrival(plant: Planted) -> None:
    """Let what comes in have grown as markets did in the first two years, its mean kept."""

    def faulty(own: Any, model: Any, books: Any, amount: Pence) -> None:
        growth = model.markets.growth[books.name][:8].prod(axis=0)
        more = np.rint(amount * (growth / growth.mean() - 1)).astype(np.int64)
        model.ledger.move(more, frm=books.source, to=books.in_hand, memo="arrived: grown before")
        own(model, books, amount + more)

    around(plant, fund, "_note_arrival", faulty)


# Inflows


def whole_pounds(plant: Planted) -> None:
    def faulty(own: Any, *given: Any) -> list[Any]:
        return [(day, pence // 100 * 100) for day, pence in own(*given)]

    around(plant, Schedule, "arrivals", faulty)


def owners_too_early(plant: Planted) -> None:
    def faulty(own: Any, of_class: Any, transfers: Pence, times: Any) -> Pence:
        later = np.vstack([transfers, transfers[-1:]])
        return np.asarray(own(of_class, later, times)[1:])

    around(plant, flows._OfClass, "repaid", faulty)


def owners_come_again(plant: Planted) -> None:
    def faulty(of_class: Any, transfers: Pence, _: Any) -> Pence:
        owners = of_class.terms.reclaims
        all_who_will = owners.ultimate * transfers.cumsum(axis=0)
        came = (1 - exp1(-owners.hazard)) * all_who_will
        return np.vstack([np.zeros((1, UNIT), np.int64), np.rint(came[:-1]).astype(np.int64)])

    plant.setattr(flows._OfClass, "repaid", faulty)


def noise_with_a_mean(plant: Planted) -> None:
    def faulty(own: Any, of_class: Any, what: str, noise: float, years: int) -> Real:
        return np.asarray(own(of_class, what, noise, years) * math.sqrt(1 + noise**2))

    around(plant, flows._OfClass, "_factors", faulty)


def variation_of_logs(plant: Planted) -> None:
    def faulty(own: Any, of_class: Any, what: str, noise: float, years: int) -> Real:
        return np.asarray(own(of_class, what, math.sqrt(math.expm1(noise**2)), years))

    around(plant, flows._OfClass, "_factors", faulty)


def the_same_share_for_ever(plant: Planted) -> None:
    around(plant, flows, "_comes_in", lambda own, terms, _: own(terms, 0))


def a_penny_made(plant: Planted) -> None:
    def faulty(own: Any, reviewed: Any, year: int, reclaimed: Pence) -> None:
        own(reviewed, year, reclaimed)
        reviewed.held += 1

    around(plant, flows._Reviews, "close", faulty)


def a_penny_of_a_nation(plant: Planted) -> None:
    def faulty(own: Any, *given: Any) -> list[Any]:
        return [(day, pence - 1) for day, pence in own(*given)]

    around(plant, releases, "arrivals", faulty)


# Ledger


def half_a_move(plant: Planted) -> None:
    def faulty(
        own: Any, ledger: Ledger, account: Any, side: str, amount: Pence, *rest: Any
    ) -> None:
        own(ledger, account, side, amount - (side == "in"), *rest)

    around(plant, Ledger, "_post", faulty)


def miscounted(account: str) -> Plant:
    """Let a posting to an account be written down a penny too high."""

    def faulty(own: Any, kept: Recorder, of: Any, side: str, amount: Pence, *rest: Any) -> None:
        own(kept, of, side, amount + of.name.endswith(account), *rest)

    return lambda plant: around(plant, Recorder, "posted", faulty)


def a_penny_less_for_areas(plant: Planted) -> None:
    around(plant, shares, "_between", lambda own, *given: own(*given) - 1)


def rest_to_the_last(plant: Planted) -> None:
    def faulty(total: Pence, fractions: Real) -> Pence:
        each = np.floor(np.diff(fractions, prepend=0)[:, np.newaxis] * total).astype(np.int64)
        each[-1] += total - each.sum(axis=0)
        return np.asarray(each)

    plant.setattr(money, "apportion", faulty)


def pence_dropped(plant: Planted) -> None:
    def faulty(total: Pence, fractions: Real) -> Pence:
        each = np.diff(fractions, axis=0, prepend=0) * total
        return np.floor(each).astype(np.int64)

    plant.setattr(money, "apportion", faulty)


def order_of_the_file(plant: Planted) -> None:
    plant.setattr(scenario, "in_order", lambda values: values)


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


# By check


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
    **{f"{kind}_told_mean": other_moments(kind, mean=0.5) for kind in catalogue(AnyReturns)},
    **{f"{kind}_told_sd": other_moments(kind, sd=0.1) for kind in catalogue(AnyReturns)},
    "ar1_mean": otherwise_settled(log_mean=lambda model: log1(1 + model.log_mean) - 0.001),
    "ar1_first_year": under_way_for_ever,
    "ar1_fifth_year": otherwise_settled(persistence=lambda _: 0.0),
    "ar1_long_run": otherwise_settled(sd=lambda m: m.sd * math.sqrt(1 - m.persistence**2)),
    "ar1_persistence": otherwise_settled(persistence=lambda model: -model.persistence),
    "constant_rise": divided_by_four,
    "ar1_told_sd": other_inflation_told,
    "real_growth": not_deflated,
    "real_spread": log_variance_times(4 / 3),
    "ends_below_start": mean_as_median,
    "ever_below_half": recovered_not_counted,
    "annuity": spending_stands_still,
    "moving_average": average_of_eleven,
    "spend_down": a_year_too_many,
    "flows_mean": arrivals_in_the_value,
    "flows_spread": risk_before_arrival,
    "spent_before_growth": growth_in_the_value,
    "schedule": whole_pounds,
    "schedule_in_real_terms": not_deflated,
    "reclaims_by_age": owners_too_early,
    "reclaims_vary": noise_with_a_mean,
    "reclaims_settle": owners_come_again,
    "transfers_vary": variation_of_logs,
    "backlog": the_same_share_for_ever,
    "conservation": a_penny_made,
    "releases_arrive": a_penny_of_a_nation,
    "double_entry": half_a_move,
    "fund_identity": miscounted(": managers"),
    "round_identity": miscounted(": to be shared"),
    "foundation_identity": miscounted(": foundations' costs"),
    "grant_identity": miscounted(": grantees"),
    "areas_add_up": a_penny_less_for_areas,
    "shares_are_due": rest_to_the_last,
    "shares_add_up": pence_dropped,
    "order_is_nothing": order_of_the_file,
    "quantile_type": type_six,
    "error_covers": error_of_a_path,
    "units_are_joined": units_side_by_side,
    "gini_of_two": areas_alike,
    "gini_exponential": areas_as_they_stand,
    "normal_quantile": lambda plant: plant.setattr(normal, "_HALVINGS", 20),
    "student_t_tail_area": lambda plant: plant.setattr(tails, "_CLOSE", 1e-3),
    "path_of_any_run": chance_by_count,
    "year_of_any_run": last_year_first,
    "asset_in_company": one_stream_for_all,
    "exponential": series_cut("_EXP_TERMS"),
    "logarithm": series_cut("_LOG_TERMS"),
}
