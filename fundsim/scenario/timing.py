"""When in a year a fund spends, and which bound of its rule always decides, in words."""

from __future__ import annotations

from collections.abc import Iterator

from fundsim.rules.spending import Minimum, Profile, SpendingRule, TotalReturn
from fundsim.rules.spending.smoothed import Bounded, percent
from fundsim.scenario.scenario import Scenario
from fundsim.scenario.schema import Fund
from fundsim.wording import day


def timing(scenario: Scenario) -> list[str]:
    """Say of each fund on which day it decides its spending, and when that leaves, a line each."""
    return [f"funds.{name}: {_of(scenario, fund)}" for name, fund in scenario.funds.items()]


def notable_timing(scenario: Scenario) -> list[str]:
    """Say it of those funds alone that spend in parts, or go on from what was spent last."""
    return [
        f"funds.{name}: {_of(scenario, fund)}"
        for name, fund in scenario.funds.items()
        if fund.spending.parts > 1 or goes_on(fund.spending)
    ]


def goes_on(rule: SpendingRule) -> bool:
    """Tell whether a rule looks back on what was spent last."""
    return rule.looks_back or any(goes_on(inside) for inside in _inside(rule))


def _inside(rule: SpendingRule) -> list[SpendingRule]:
    """List the rule that a rule holds, if it holds one."""
    inside = rule.rule if isinstance(rule, (Minimum, TotalReturn)) else None
    return [] if inside is None else [inside]


def _of(scenario: Scenario, fund: Fund) -> str:
    first = day(fund.spending.first or scenario.start)
    if isinstance(fund.spending, Profile):
        return f"spending leaves month by month, by the profile, from {first} on"
    early = ", or sooner where its alarm rings" if fund.alarm else ""
    decided = f"a year's spending is decided on {first} and its anniversaries{early}"
    parts = fund.spending.parts
    if parts == 1:
        return f"{decided}, and all of it leaves that day"
    apart = f"the others every {fund.spending.every // parts} months from the anniversary on"
    dropped = "; where the alarm rings, the parts still to come are dropped" if fund.alarm else ""
    return (
        f"{decided}, and leaves in {parts} equal parts, the first that day and {apart}, each as "
        f"far as the fund has it{dropped}"
    )


def on_bounds(rule: SpendingRule, key: str = "spending") -> Iterator[str]:
    """Say where a rule's rate lies outside its own bounds, so that a bound decides instead."""
    for inside in _inside(rule):
        yield from on_bounds(inside, f"{key}.rule")
    if isinstance(rule, Bounded) and not rule.low <= rule.rate <= rule.high:
        below = rule.rate < rule.low
        where, bound = ("below low", rule.low) if below else ("above high", rule.high)
        yield (
            f"{key}.rate, {percent(rule.rate)}, is {where}, {percent(bound)}, so that spending "
            f"begins at {percent(bound)} and the bound decides wherever the rate would"
        )
