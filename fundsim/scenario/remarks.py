"""What a reader should know of the foundations and the shocks of a scenario before its figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from fundsim.errors import nearest
from fundsim.places import median_grants_a_head
from fundsim.rules.dormant import DormantAssets, review_days
from fundsim.rules.inflows import Releases
from fundsim.rules.shocks import (
    AnyShock,
    CorrelationShock,
    Failure,
    InflowLate,
    Jolt,
    MarketShock,
    Merger,
    PanelLost,
    Reclaims,
    ReclaimsSurge,
    Withdrawal,
)
from fundsim.rules.spending import SpendDown
from fundsim.rules.spending.smoothed import percent
from fundsim.scenario.capacity import assumed, yearly_capacities
from fundsim.scenario.coming import arrivals, due
from fundsim.scenario.keys import dotted
from fundsim.scenario.scenario import Scenario
from fundsim.scenario.schema import Fund, Transfer
from fundsim.scenario.scheme import SCHEME
from fundsim.scenario.spelling import money
from fundsim.units import months_after

NATIONS = ("England", "Scotland", "Wales", "Northern Ireland")  # that share the scheme's releases


def on_foundations(scenario: Scenario) -> Iterator[str]:
    """Say whose capacity is assumed, whose is nothing, who pays nobody, and who is served first."""
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
    yield from _on_terms(scenario)
    limited = any(base is not None for base in yearly_capacities(scenario))
    if limited and scenario.foundations.priority is None and len(scenario.funds) > 1:
        yield (
            "foundations.priority is not stated: where capacity is short, funds are served in "
            f"alphabetical order, {', '.join(scenario.funds)}"
        )


def _never_awarding(scenario: Scenario) -> list[str]:
    """Name the foundations that can award nothing, once the last of them has joined another."""
    ids = [place.id for place in scenario.geography_table.foundations]
    left = dict(zip(ids, yearly_capacities(scenario), strict=True))
    joining = [shock for shock in scenario.shocks if isinstance(shock, (Merger, Failure))]
    for shock in sorted(joining, key=lambda shock: shock.on):
        if shock.on <= scenario.last_day:
            given, own = left.pop(shock.foundation), left[shock.into]
            if isinstance(shock, Merger):
                left[shock.into] = None if given is None or own is None else own + given
    return [id_ for id_, base in left.items() if base == 0]


def _on_terms(scenario: Scenario) -> Iterator[str]:
    """Say where a fee leaves nothing to pay, and where a lapse finds nothing to cancel."""
    practice = scenario.foundations
    terms = {place.id: practice.of(place.id) for place in scenario.geography_table.foundations}
    keeping = [id_ for id_, one in terms.items() if one.fee == 1]
    if keeping:
        who = "every foundation" if len(keeping) == len(terms) else ", ".join(keeping)
        yield (
            f"foundations.fee is 100% at {who}: all that is received there is kept, and nobody is "
            "paid from it"
        )
    own = [fund.instalments for fund in scenario.funds.values()]
    lapsing = [one for one in terms.values() if one.lapse]
    if lapsing and not any(any((i or one.instalments)[1:]) for one in lapsing for i in own):
        yield (
            "foundations.lapse: where it is stated, all awards are paid at once, and no later "
            "instalment is left to lapse, so it changes nothing"
        )


def on_shocks(scenario: Scenario) -> Iterator[str]:
    """Say which shocks never happen or change nothing, and what the others keep or pass on."""
    last = scenario.last_day
    for number, shock in enumerate(scenario.shocks):
        known_as = f'shocks.{number}, "{shock.name}"'
        if shock.on > last:
            text = f"it begins on {shock.on}, after the last day, {last}, and never happens"
            yield f"{known_as}: {text}"
        elif idle := _idle(scenario, shock):
            yield f"{known_as}: {idle}, so it changes nothing"
        elif isinstance(shock, PanelLost) and shock.until > last:
            yield f"{known_as}: the panel of {shock.foundation} does not sit again in this run"
        elif isinstance(shock, (InflowLate, Reclaims)):
            yield f"{known_as}: {_kept_from(scenario, shock)}"
        elif isinstance(shock, CorrelationShock):
            to = f"{shock.lead} at a correlation of {shock.to:g}"
            yield f"{known_as}: {', '.join(_moved(scenario, shock))} move with {to}"
        elif isinstance(shock, (Merger, Failure)):
            giver, taker = shock.foundation, shock.into
            yield (
                f"{known_as}: from {shock.on} on the areas of {giver} belong to {taker}; what "
                f"{giver} hands over is in its receipts and awards of that year below zero, and in "
                f"those of {taker} above; the column foundation of areas.csv names the one at the "
                "start"
            )


def on_scheme(scenario: Scenario) -> Iterator[str]:
    """Say what of a scheme of dormant assets is probably not meant as it is stated."""
    scheme = scenario.dormant_assets
    if scheme is None:
        return
    begins, last = scheme.begins(scenario.start), scenario.last_day
    if begins > last:
        yield (
            f"{SCHEME}.start: the scheme begins on {begins}, after the last day, {last}: nothing "
            "is ever released"
        )
    elif not review_days(scheme, scenario.start, last):
        yield (
            f"{SCHEME}: its first year, from {begins} on, is not over by the last day, {last}: "
            "nothing is ever released"
        )
    for name in scheme.nations:
        if name not in NATIONS:
            key, known = dotted((SCHEME, "nations", name)), ", ".join(NATIONS)
            yield f"{key}: this is none of {known}{nearest(name, NATIONS)}"
    yield from _on_falling_shares(scheme, scenario)


def _on_falling_shares(scheme: DormantAssets, scenario: Scenario) -> Iterator[str]:
    """Say where less of all receipts is to be released from a year on than before it.

    What was released stays so. Of receipts R so far, a · R are released at most; at a lower share b
    there is more to release when receipts are above R · a / b.
    """
    first = scheme.begins(scenario.start).year
    years = range(first + 1, first + len(review_days(scheme, scenario.start, scenario.last_day)))
    for year in years:
        before, share = scheme.released_by(year - 1), scheme.released_by(year)
        if share < before:
            then = "nothing more is released"
            if share:
                grown = f"{100 * (before / share - 1):.3g}%"
                then = f"releases can stop until receipts have grown by {grown}"
            but = "but for the surplus, " if scheme.surplus else ""
            yield (
                f"{SCHEME}.released.{year}: this falls from {percent(before)} to {percent(share)} "
                f"of all that has come in so far, so that {but}{then}; state at least "
                f"{percent(before)}, unless that is meant"
            )


def _idle(scenario: Scenario, shock: AnyShock) -> str:
    """Say why a shock to panels, markets, prices or a scheme changes nothing; "" if it does."""
    if isinstance(shock, PanelLost):
        sits = _sits_within(scenario, shock)
        return "" if sits else f"the panel of {shock.foundation} has no sitting in that time"
    if isinstance(shock, (ReclaimsSurge, Withdrawal)):
        return "" if _strikes_scheme(scenario, shock) else "no year of the scheme begins then"
    if isinstance(shock, CorrelationShock):
        if _none_begins(scenario, shock.on, shock.until, scenario.markets.steps_a_year):
            step = "quarter" if scenario.markets.steps_a_year > 1 else "year"
            return f"no {step} of the run begins in that time"
        return "" if _moved(scenario, shock) else "nothing that funds hold can move otherwise"
    return _idle_jolt(scenario, shock) if isinstance(shock, Jolt) else ""


def _idle_jolt(scenario: Scenario, shock: Jolt) -> str:
    """Say why a shock to markets or prices changes nothing."""
    if not (shock.change or shock.yearly):
        return f"its {'yearly' if shock.change is None else 'change'} is 0%"
    if shock.until is not None and _none_begins(scenario, shock.on, shock.until, 4):
        return "no quarter of the run begins in that time"
    asset = shock.asset if isinstance(shock, MarketShock) else None
    return f"no fund holds {asset}" if asset and asset not in _held(scenario) else ""


def _none_begins(scenario: Scenario, on: date, until: date, a_year: int) -> bool:
    """Tell whether none of so many parts of each year of the run begins in a span."""
    steps = range(a_year * scenario.years)
    begins = [months_after(scenario.start, 12 // a_year * step) for step in steps]
    return not any(on <= day < until for day in begins)


def _held(scenario: Scenario) -> set[str]:
    """Name the assets that any fund holds."""
    mixes = [fund.holds or scenario.markets.weights for fund in scenario.funds.values()]
    return {name for mix in mixes for name, weight in mix.items() if weight}


def _moved(scenario: Scenario, shock: CorrelationShock) -> list[str]:
    """Name the assets that a fund holds and that then move with the lead."""
    links = scenario.markets.links(shock.lead, shock.assets or list(scenario.markets.assets))
    return [name for name in links if name in _held(scenario)]


def _strikes_scheme(scenario: Scenario, shock: ReclaimsSurge | Withdrawal) -> bool:
    """Tell whether a year of the scheme that ends in the run begins while a shock lasts."""
    scheme = scenario.dormant_assets
    assert scheme is not None  # noqa: S101 - checked with the shock
    ends = review_days(scheme, scenario.start, scenario.last_day)
    begins = [scheme.begins(scenario.start), *ends][: len(ends)]
    if isinstance(shock, Withdrawal):
        return any(day >= shock.on for day in begins)
    return any(shock.covers(day) for day in begins)


def _sits_within(scenario: Scenario, lost: PanelLost) -> bool:
    """Tell whether a foundation would sit, on the first day of a month, while its panel is lost."""
    sittings = scenario.foundations.of(lost.foundation).sittings or ()
    day = lost.on if lost.on.day == 1 else months_after(lost.on.replace(day=1), 1)
    while day <= scenario.last_day and day < lost.until:
        if day.month in sittings:
            return True
        day = months_after(day, 1)
    return False


def _kept_from(scenario: Scenario, shock: InflowLate | Reclaims) -> str:
    """Say how much of a fund's inflow is late or withheld."""
    last, inflow = scenario.last_day, scenario.funds[shock.fund].inflow
    end = min(shock.until, last + timedelta(days=1))
    if isinstance(inflow, Releases):  # how much is due then is known by path only
        if isinstance(shock, Reclaims):
            return f"{shock.share:.0%} of what is released for {shock.fund} then never arrives"
        return f"what is released for {shock.fund} then arrives on {shock.until}"
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
    return sum(pence for day, pence in _less_reclaims(scenario, late.fund) if late.on <= day < end)


def _less_reclaims(scenario: Scenario, name: str) -> list[tuple[date, int]]:
    """List when a fund's inflow is due, and what of it is not withheld."""
    reclaims = [
        shock for shock in scenario.shocks if isinstance(shock, Reclaims) and shock.fund == name
    ]
    inflow = scenario.funds[name].inflow
    coming = arrivals(inflow, scenario.start) if inflow else []
    return [
        (day, pence - sum(shock.withheld(pence) for shock in reclaims if shock.covers(day)))
        for _, day, pence in coming
    ]


def on_spending_down(scenario: Scenario, name: str) -> Iterator[str]:
    """Say how much arrives too late to be shared by a fund that spends down.

    A spending date shares the value of the last quarter's end, without what arrives on the day.
    """
    fund = scenario.funds[name]
    rule = fund.spending
    if not isinstance(rule, SpendDown):
        return
    end = months_after(rule.first or scenario.start, rule.over - rule.every)
    quarters = [months_after(scenario.start, 3 * n) for n in range(1, 4 * scenario.years + 1)]
    ends = [day - timedelta(days=1) for day in quarters if day - timedelta(days=1) <= end]
    valued = max(ends, default=scenario.start - timedelta(days=1))
    lates = [s for s in scenario.shocks if isinstance(s, InflowLate) and s.fund == name]
    missed = 0
    for due_on, pence in _less_reclaims(scenario, name):
        day = next((late.until for late in lates if late.covers(due_on)), due_on)
        missed += pence if (day > valued or day == end) and day <= scenario.last_day else 0
    if missed and end <= scenario.last_day:
        yield (
            f"{money(missed)} arrives too late for the last spending date, {end}, which shares the "
            "value of the quarter's end before it: this is never shared and goes to the residue"
        )


def on_payments(scenario: Scenario, fund: Fund) -> Iterator[str]:
    """Say which of a fund's payments to others are of nothing, or left out after the last day."""
    last = scenario.last_day
    for number, payment in enumerate(fund.pays):
        if not (payment.amount or payment.share):
            nothing = "0%" if payment.amount is None else "£0"
            yield f"pays.{number} to {payment.to} is of {nothing}, so it changes nothing"
            continue
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
