"""The catalogue of metrics: from a fund's history to one figure a path.

A metric is a pure function of a `FundSeries` and a basis. Its docstring's first line is its public
description. A figure of true or false is a probability; nan means that a path has none, and
infinity that something has not happened on it by the horizon.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fundsim.metrics.series import BASES, FLOWS, STOCKS, Basis, FundSeries
from fundsim.money import Pence, Real

Unit = Literal["pounds", "ratio", "probability", "year", "years", "pence"]
Figure = Pence | Real | NDArray[np.bool_] | None
"""One figure a path, `(path,)`; None where the fund leaves the metric empty."""

HALF = 0.5
CUT = 0.9  # "cut by more than 10 %" is below nine tenths of the year before


@dataclass(frozen=True)
class Metric:
    """One entry of the catalogue; `direction` is +1 where more is better, -1 less, 0 neither."""

    name: str
    title: str
    unit: Unit
    direction: int
    bases: Sequence[Basis]
    measure: Callable[[FundSeries, Basis], Figure]


METRICS: dict[str, Metric] = {}


def metric(
    unit: Unit, direction: int, *, bases: Sequence[Basis] = ("real",)
) -> Callable[[Callable[[FundSeries, Basis], Figure]], Callable[[FundSeries, Basis], Figure]]:
    """Enter a function into the catalogue under its own name."""

    def enter(
        function: Callable[[FundSeries, Basis], Figure],
    ) -> Callable[[FundSeries, Basis], Figure]:
        title = (function.__doc__ or "").strip().splitlines()[0]
        name = function.__name__
        METRICS[name] = Metric(name, title, unit, direction, bases, function)
        return function

    return enter


def _enter_measures() -> None:
    """Enter the total of each flow, and each stock at the end of the horizon."""

    def total(series: FundSeries, basis: Basis, *, of: str) -> Figure:
        return np.asarray(series.of(of, basis).sum(axis=0))

    def last(series: FundSeries, basis: Basis, *, of: str) -> Figure:
        return np.asarray(series.of(of, basis)[-1])

    better = {"arrived", "returns", "spending", "allocated", "received", "awarded", "paid"}
    for name, title in FLOWS.items():
        direction = 1 if name in better else 0
        words = f"{title[0].upper()}{title[1:]}, over the horizon."
        METRICS[name] = Metric(name, words, "pounds", direction, BASES, partial(total, of=name))
    for name, title in STOCKS.items():
        words = f"{title[0].upper()}{title[1:]}, at the horizon."
        METRICS[name] = Metric(name, words, "pounds", 0, BASES, partial(last, of=name))


_enter_measures()


@metric("pounds", 0, bases=BASES)
def opening_capital(series: FundSeries, basis: Basis) -> Figure:
    """What the fund holds before the first day: nothing, since opening money arrives on it."""
    return np.zeros(series.of("closing_capital", basis).shape[1], np.int64)


def capital_kept_whole(series: FundSeries) -> Real | None:
    """Real capital over the real value of all money put in so far, `(year, path)`.

    Empty for a fund that is meant to be spent; nan before the first spending date and where
    nothing has arrived yet.
    """
    if not series.kept:
        return None
    capital = series.of("closing_capital", "real").astype(np.float64)
    put_in = series.of("arrived", "real").cumsum(axis=0)
    kept = np.full(capital.shape, np.nan)
    np.divide(capital, put_in, out=kept, where=put_in > 0)
    kept[: series.first] = np.nan
    return kept


def _enter_kept(horizons: Sequence[int]) -> None:
    """Enter capital kept whole after some numbers of years."""

    def after(series: FundSeries, _: Basis, *, horizon: int) -> Figure:
        kept = capital_kept_whole(series)
        return None if kept is None or len(kept) < horizon else np.asarray(kept[horizon - 1])

    for horizon in horizons:
        name = f"capital_kept_whole_at_{horizon}_years"
        title = f"Real capital over the real value of all money put in, after {horizon} years."
        METRICS[name] = Metric(name, title, "ratio", 1, ("real",), partial(after, horizon=horizon))


_enter_kept((10, 20, 30, 50))


@metric("probability", -1)
def ends_below_whole(series: FundSeries, _: Basis) -> Figure:
    """How probable it is that real capital ends below the real value of the money put in."""
    kept = _kept_once_spending(series)
    return None if kept is None else np.asarray(kept[-1] < 1)


@metric("probability", -1)
def ever_below_half(series: FundSeries, _: Basis) -> Figure:
    """How probable it is that real capital ever falls below half of the money put in."""
    kept = _kept_once_spending(series)
    return None if kept is None else np.asarray((kept < HALF).any(axis=0))


def _kept_once_spending(series: FundSeries) -> Real | None:
    """Give capital kept whole; nothing where the fund has not spent by the horizon."""
    return capital_kept_whole(series) if series.first < len(series.years) else None


@metric("probability", -1)
def real_spending_cut_over_tenth(series: FundSeries, _: Basis) -> Figure:
    """How probable it is that real spending is ever cut by more than 10 % in a year."""
    spending = series.of("spending", "real")[series.first :]
    if not series.kept or len(spending) < 2:
        return None
    return np.asarray((spending[1:] < CUT * spending[:-1]).any(axis=0))


@metric("probability", -1, bases=("nominal",))
def exhausted(series: FundSeries, _: Basis) -> Figure:
    """How probable it is that the fund is empty at the end of some year after its money came."""
    return np.isfinite(_year_of_exhaustion(series))


@metric("year", 1, bases=("nominal",))
def year_of_exhaustion(series: FundSeries, _: Basis) -> Figure:
    """The first year at whose end the fund is empty; no figure where it never is."""
    return _year_of_exhaustion(series)


def _year_of_exhaustion(series: FundSeries) -> Real:
    came = series.of("arrived", "nominal").cumsum(axis=0) > 0
    empty = came & (series.of("closing_capital", "nominal") == 0)
    years = np.asarray(series.years, np.float64)
    return np.where(empty.any(axis=0), years[empty.argmax(axis=0)], np.inf)


@metric("years", -1, bases=("nominal",))
def mean_wait(series: FundSeries, _: Basis) -> Figure:
    """How many years a pound waits at the foundations before its award, what still waits included.

    By Little's law: pound-years of waiting over the pounds that came to wait. J. D. C. Little, A
    proof for the queuing formula L = λW, Operations Research 9(3), 1961.
    """
    waited = series.of("waiting_on_average", "nominal").sum(axis=0).astype(np.float64)
    came = series.of("awarded", "nominal").sum(axis=0) + series.of("waiting", "nominal")[-1]
    wait = np.full(waited.shape, np.nan)
    np.divide(waited, came, out=wait, where=came > 0)
    return wait


@metric("years", -1, bases=("nominal",))
def years_of_backlog(series: FundSeries, _: Basis) -> Figure:
    """How many years of awards wait at the horizon, at the last year's rate; infinite if none."""
    waiting = series.of("waiting", "nominal")[-1].astype(np.float64)
    awarded = series.of("awarded", "nominal")[-1]
    backlog: Real = np.where(waiting > 0, np.inf, 0.0)
    np.divide(waiting, awarded, out=backlog, where=awarded > 0)
    return backlog


@metric("ratio", -1)
def gini_per_head(series: FundSeries, _: Basis) -> Figure:
    """How unevenly what is paid is spread over people: 0 is the same a head everywhere."""
    return series.totals["gini_per_head"]


@metric("ratio", 1)
def share_to_most_deprived_fifth(series: FundSeries, _: Basis) -> Figure:
    """The share of what is paid that goes to the most deprived fifth of people.

    Areas of equal need count as one: of what they get the same part counts of each.
    """
    return series.totals["share_to_most_deprived_fifth"]


@metric("pence", 0, bases=("nominal",))
def reconciliation(series: FundSeries, _: Basis) -> Figure:
    """Pence by which the books fail to balance, in all years together: 0 on every path."""
    return np.asarray(sum(np.abs(gap).sum(axis=0) for _identity, gap in gaps(series)))


IDENTITIES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "fund": (
        ("arrived", "returns"),
        ("fees", "spending", "passed_on"),
        ("closing_capital",),
    ),
    "round": (("spending",), ("allocated",), ("unshared",)),
    "delivery": (("allocated",), ("received",), ()),
    "foundations": (
        ("received", "lapsed", "returned"),
        ("foundation_fees", "awarded"),
        ("waiting", "carried"),
    ),
    "grants": (("awarded",), ("paid", "lapsed"), ("promised",)),
}
"""For each identity the flows in, the flows out, and the stocks that hold the difference."""


def gaps(series: FundSeries) -> Iterator[tuple[str, Pence]]:
    """Give the pence by which each identity fails at each year's end, `(year, path)`: all zero.

    Each term is summed from its own account's postings, so that one altered posting shows.
    """
    for name, (inward, outward, stocks) in IDENTITIES.items():
        flows = [series.of(measure, "nominal") for measure in inward]
        flows += [-series.of(measure, "nominal") for measure in outward]
        gap = np.sum(flows, axis=0).cumsum(axis=0)
        for measure in stocks:
            gap -= series.of(measure, "nominal")
        yield name, gap
