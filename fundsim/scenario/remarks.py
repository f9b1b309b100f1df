"""What a reader should know of the foundations and the shocks of a scenario before its figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from fundsim.places import median_grants_a_head
from fundsim.rules.shocks import Failure, InflowLate, Merger, PanelLost, Reclaims
from fundsim.scenario.capacity import assumed, yearly_capacities
from fundsim.scenario.coming import arrivals, due
from fundsim.scenario.scenario import Scenario
from fundsim.scenario.schema import Fund, Transfer
from fundsim.scenario.spelling import money


def on_foundations(scenario: Scenario) -> Iterator[str]:
    """Say whose capacity is assumed, whose is nothing, and who is served first."""
    unknown = assumed(scenario)
    if unknown:
        yield (
            f"unverified: foundations.capacity: past grants of £{median_grants_a_head():.2f} a "
            "head, the median of the foundations whose own are known, are assumed of "
            f"{', '.join(unknown)}"
        )
    stuck = _never_awarding(scenario)
    if stuck:
        yield (
            f"foundations.capacity is zero for ever at {', '.join(stuck)}: the money that reaches "
            "them waits there and never arrives at grantees"
        )
    limited = any(base is not None for base in yearly_capacities(scenario))
    if limited and scenario.foundations.priority is None and len(scenario.funds) > 1:
        yield (
            "foundations.priority is not stated: where capacity is short, funds are served in "
            f"alphabetical order, {', '.join(scenario.funds)}"
        )


def _never_awarding(scenario: Scenario) -> list[str]:
    """Name the foundations that can award nothing, nor hand on or are given what could be."""
    joining = [shock for shock in scenario.shocks if isinstance(shock, (Merger, Failure))]
    within = [shock for shock in joining if shock.on <= scenario.last_day]
    changed = {shock.foundation for shock in within}
    changed |= {shock.into for shock in within if isinstance(shock, Merger)}
    bases = zip(scenario.geography_table.foundations, yearly_capacities(scenario), strict=True)
    return [place.id for place, base in bases if base == 0 and place.id not in changed]


def on_shocks(scenario: Scenario) -> Iterator[str]:
    """Say which shocks never happen, and what the others keep from arriving."""
    last = scenario.last_day
    for number, shock in enumerate(scenario.shocks):
        known_as = f'shocks.{number}, "{shock.name}"'
        if shock.on > last:
            text = f"it begins on {shock.on}, after the last day, {last}, and never happens"
            yield f"{known_as}: {text}"
        elif isinstance(shock, PanelLost) and shock.until > last:
            yield f"{known_as}: the panel of {shock.foundation} does not sit again in this run"
        elif isinstance(shock, (InflowLate, Reclaims)):
            yield f"{known_as}: {_kept_from(scenario, shock)}"


def _kept_from(scenario: Scenario, shock: InflowLate | Reclaims) -> str:
    """Say how much of a fund's inflow is late or withheld."""
    last, inflow = scenario.last_day, scenario.funds[shock.fund].inflow
    end = min(shock.until, last + timedelta(days=1))
    struck = due(inflow, scenario.start, shock.on, end)
    if not sum(struck):
        return f"nothing of the inflow of {shock.fund} is due then, so it changes nothing"
    if isinstance(shock, Reclaims):
        kept = sum(shock.withheld(pence) for pence in struck)
        return f"{money(kept)} of the inflow of {shock.fund} never arrives"
    amount = f"{money(_after_reclaims(scenario, shock, end))} of the inflow of {shock.fund}"
    if shock.until > last:
        return (
            f"{amount} would arrive on {shock.until}, after the last day, {last}, and is left out"
        )
    return f"{amount} arrives on {shock.until}"


def _after_reclaims(scenario: Scenario, late: InflowLate, end: date) -> int:
    """Sum what is late without what never arrives at all."""
    reclaims = [
        shock
        for shock in scenario.shocks
        if isinstance(shock, Reclaims) and shock.fund == late.fund
    ]
    inflow = scenario.funds[late.fund].inflow
    coming = arrivals(inflow, scenario.start) if inflow else []
    return sum(
        pence - sum(shock.withheld(pence) for shock in reclaims if shock.covers(day))
        for _, day, pence in coming
        if late.on <= day < end
    )


def on_payments(scenario: Scenario, fund: Fund) -> Iterator[str]:
    """Say which of a fund's payments to others are left out, being after the last day."""
    last = scenario.last_day
    for number, payment in enumerate(fund.pays):
        left_out = _after(payment, last)
        if left_out:
            times = "time" if left_out == 1 else "times"
            yield (
                f"pays.{number} to {payment.to} is left out {left_out} {times}, "
                f"after the last day, {last}"
            )


def _after(payment: Transfer, last: date) -> int:
    """Count the dates stated after the last day; a payment without end states its first only."""
    if payment.every is not None and payment.until is None:
        return int(payment.on > last)
    stated = payment.dates(payment.until or payment.on)
    return len([day for day in stated if day > last])
