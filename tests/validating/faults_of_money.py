"""Faults of spending, inflows and the books."""

from __future__ import annotations

import importlib
import math
from dataclasses import replace
from typing import Any

import numpy as np

from fundsim import money
from fundsim.chance import UNIT
from fundsim.engine import fund, recorder, releases, tallied
from fundsim.engine import spending as reviews
from fundsim.engine.recorder import Recorder
from fundsim.ledger import Ledger
from fundsim.metrics.catalogue import METRICS, capital_kept_whole
from fundsim.money import Pence, Real
from fundsim.places import shares
from fundsim.portable import exp1
from fundsim.rules.inflows import Schedule
from fundsim.rules.spending import ConstantReal, MovingAverage, SpendDown
from fundsim.scenario import scenario
from tests.validating.planting import (
    Plant,
    Planted,
    around,
    log_variance_times,
    mean_as_median,
)

flows = importlib.import_module("fundsim.rules.dormant.flows")  # hidden by its function

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


FAULTS: dict[str, Plant] = {
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
}
