"""The answer in a few plain sentences, each figure with how sure it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fundsim.metrics.series import Basis
from fundsim.report.answer import KEPT, Rows, by_fund
from fundsim.results.frames import Tabled
from fundsim.scenario import Scenario
from fundsim.scenario.schema import EVERY_FUND
from fundsim.wording import counted, day, money, the

LATE = (50, 30, 20, 10)


def in_short(source: Tabled, scenario: Scenario, basis: Basis) -> list[str]:
    """Say what reaches grantees, and of each fund that is to last whether it does."""
    found = by_fund(source)
    return [*_paid(found[EVERY_FUND], scenario, basis), *_funds(found, scenario)]


def _paid(rows: Rows, scenario: Scenario, basis: Basis) -> Iterator[str]:
    paid, put_in = rows["paid", basis], rows["arrived", basis]
    span = f"Over {counted(scenario.years, 'year')} from {day(scenario.start)}"
    if not float(paid["mean"]):
        yield f"{span} nothing is paid to grantees."
        return
    came, mean, low, high = (
        money(float(cell)) for cell in (put_in["mean"], paid["mean"], paid["p05"], paid["p95"])
    )
    prices = "in pounds of the day" if basis == "nominal" else f"in prices of {day(scenario.start)}"
    yield (
        f"{span}, {came} is put in and {mean} is paid to grantees on average{_sure(paid)}, "
        f"{prices}; in one future in twenty it is below {low}, in one above {high}."
    )


def _sure(row: Mapping[str, str]) -> str:
    return f" (Monte Carlo error {money(float(row['se']))})" if row["se"] else ""


def _funds(found: Mapping[str, Rows], scenario: Scenario) -> Iterator[str]:
    for name, fund in scenario.funds.items():
        rows = found[name]
        if fund.perpetual and rows["ends_below_whole", "real"]["mean"]:
            yield _lasting(the(fund.title), rows)


def _lasting(title: str, rows: Rows) -> str:
    below, half = (rows[name, "real"] for name in ("ends_below_whole", "ever_below_half"))
    kept = next(
        (rows[KEPT.format(years=years), "real"] for years in LATE if _has(rows, years)), None
    )
    years = next((years for years in LATE if _has(rows, years)), 0)
    middle = (
        f" In the middle future {_of_a_pound(float(kept['p50']))} of each pound put in is there "
        f"after {years} years."
        if kept is not None
        else ""
    )
    return (
        f"{title[0].upper()}{title[1:]} ends with less than was put in, after inflation, in "
        f"{_chance(below)} of futures, and falls below half of it at some time in "
        f"{_chance(half)}.{middle}"
    )


def _of_a_pound(share: float) -> str:
    """Write what is left of a pound.

    >>> _of_a_pound(0.803), _of_a_pound(1.1)
    ('80p', '£1.10')
    """
    return f"{100 * share:.0f}p" if share < 1 else f"£{share:.2f}"


def _has(rows: Rows, years: int) -> bool:
    return bool(rows[KEPT.format(years=years), "real"]["mean"])


def _chance(row: Mapping[str, str]) -> str:
    error = f" (error {100 * float(row['se']):.1f}%)" if row["se"] else ""
    return f"{100 * float(row['mean']):.1f}%{error}"
