"""What a scenario dates: money that arrives, first spending, payments, closings, shocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from fundsim.charts.figures import MONTHS, significant
from fundsim.charts.language import counted, listed, phrase, say
from fundsim.charts.releasing import Outlook
from fundsim.charts.source import ALL, Pot, Setting
from fundsim.money import Pence
from fundsim.rules.inflows import Releases
from fundsim.rules.shocks import (
    CorrelationShock,
    Failure,
    InflowLate,
    Jolt,
    MarketShock,
    Merger,
    PanelLost,
    Reclaims,
    ReclaimsSurge,
    Shock,
    Withdrawal,
)
from fundsim.rules.spending import SpendingRule
from fundsim.units import months_after

FEBRUARY, SHORTEST = 2, 28  # the month with the fewest days, and how many every year gives it
OUTSIDE = {
    "treasury": phrase("The Treasury"),
    "reclaim_fund": phrase("Reclaim Fund"),
    "lottery_community_fund": phrase("National Lottery Community Fund"),
}

Kind = Literal[
    "opening",
    "arrives",
    "released",
    "modelled",
    "spends",
    "pays",
    "closes",
    "transfers",
    "delay",
    "shock",
]
"""What is `released` is the same in every possible future; what is `modelled` is not, and is told
with chance left out. `transfers` and `delay` are the dormant assets scheme's, and of no fund."""


@dataclass(frozen=True)
class Event:
    """Something on a date, or from one until another: to which fund, how much, to whom, in words.

    `until` is the first day after it; None where it is a single day, or has no end in sight.
    """

    kind: Kind
    fund: str
    on: date
    until: date | None
    pence: int | None
    to: str
    what: str


def events(scenario: Setting, fund: str, released: Pence | None = None) -> list[Event]:
    """List what happens to one fund or to all, and every shock that can reach them, within the run.

    By fund in the scenario's order, then what the dormant assets scheme does that they draw on,
    shocks last; within a fund by kind, then by date. What the scheme releases is told with chance
    left out, or as the means over paths say, `(year, 1)` in pence.
    """
    names = [*scenario.funds] if fund == ALL else [fund]
    terms, drawing = scenario.dormant_assets, drawing_on(scenario, names)
    scheme = Outlook(terms, scenario, released) if terms is not None and drawing else None
    found = [event for name in names for event in _of_fund(scenario, name, scheme)]
    if scheme:
        found += [*_transfers(scheme), *_delays(scheme, drawing)]
    return [event for event in [*found, *_shocks(scenario, names)] if event.on <= scenario.last_day]


def drawing_on(scenario: Setting, names: Iterable[str]) -> list[Releases]:
    """List the inflows of those funds that draw on what dormant assets release."""
    rules = [scenario.funds[name].inflow for name in names]
    return [rule for rule in rules if isinstance(rule, Releases)]


def _of_fund(scenario: Setting, name: str, scheme: Outlook | None) -> Iterator[Event]:
    pot = scenario.funds[name]
    if pot.opening:
        yield Event("opening", name, scenario.start, None, pot.opening, "", say("opening money"))
    yield from _arrivals(scenario, name, pot)
    if scheme and isinstance(pot.inflow, Releases):
        yield from _releases(scenario, name, scheme, pot.inflow)
    yield from _spending(scenario, name, pot)
    yield from _payments(scenario, name, pot)
    if pot.closes:
        to = pot.closes.residue
        title = scenario.funds[to].title if to in scenario.funds else _outside(to)
        what = say("closes; what is left goes to: {title}", title=title)
        yield Event("closes", name, pot.closes.on, None, None, to, what)


def _outside(name: str) -> str:
    return say(OUTSIDE[name]) if name in OUTSIDE else name


def _arrivals(scenario: Setting, name: str, pot: Pot) -> Iterator[Event]:
    """Give inflow on the day on which it arrives, less what stays behind, as shocks have it."""
    for due, pence in pot.inflow.arrivals(scenario.start) if pot.inflow else []:
        event = Event("arrives", name, due, None, pence, "", say("inflow"))
        yield _as_shocks_have_it(scenario, event)


def _as_shocks_have_it(scenario: Setting, due: Event) -> Event:
    """Let an amount that is due arrive on its day, less what stays behind."""
    pence, day = due.pence or 0, _when(scenario, due.fund, due.on)
    left = pence - sum(
        shock.withheld(pence)
        for shock in scenario.shocks
        if isinstance(shock, Reclaims) and shock.fund == due.fund and shock.covers(due.on)
    )
    what = due.what
    if day != due.on:
        what = say("{what}, due on {day}", what=what, day=due.on.isoformat())
    if left != pence:
        share = _percent(1 - left / pence)
        what = say("{what}, less {share} that stays with its owners", what=what, share=share)
    return replace(due, on=day, pence=left, what=what)


def _releases(scenario: Setting, name: str, scheme: Outlook, rule: Releases) -> Iterator[Event]:
    """Give what dormant assets release for a fund, on the day on which it arrives there."""
    kind: Kind = "modelled" if scheme.varies else "released"
    for release in scheme.releases(rule):
        what = scheme.said(release.nations)
        if rule.cause:
            what = say("{what}, cause: {cause}", what=what, cause=rule.cause)
        due = Event(kind, name, release.due, None, release.pence, "", what)
        yield _as_shocks_have_it(scenario, due)


def _transfers(scheme: Outlook) -> Iterator[Event]:
    for title, begin, until in scheme.transfers():
        what = say("{title}: transferred to the reclaim fund", title=title)
        yield Event("transfers", "", begin, until, None, "", what)


def _delays(scheme: Outlook, drawing: list[Releases]) -> Iterator[Event]:
    """Say of each nation that has its part later when that is there first."""
    sharing = {name for rule in drawing for name in scheme.sharing(rule)}
    for name, nation in scheme.terms.nations.items():
        first = scheme.first(name) if nation.delay and name in sharing else None
        if first is not None and nation.delay:
            years, months = divmod(nation.delay, 12)
            late = counted(nation.delay, "month") if months else counted(years, "year")
            what = say(
                "{nation}: {share} of each release, {late} after its review",
                nation=name,
                share=_percent(nation.share),
                late=late,
            )
            yield Event("delay", "", first, None, None, "", what)


def _when(scenario: Setting, name: str, due: date) -> date:
    """Say when an amount arrives: when it is due, or when all that delays it is over."""
    late = [s for s in scenario.shocks if isinstance(s, InflowLate) and s.fund == name]
    while any(shock.covers(due) for shock in late):
        due = max(shock.until for shock in late if shock.covers(due))
    return due


def _spending(scenario: Setting, name: str, pot: Pot) -> Iterator[Event]:
    rule, closes = pot.spending, pot.closes
    first, times = rule.first or scenario.start, rule.last()
    ends = [] if times is None else [months_after(first, rule.every * times)]
    if closes:
        ends.append(closes.on)
    until = min(ends, default=None)
    if until is None or first < until:
        yield Event("spends", name, first, until, None, "", _spends(rule, first))


def _spends(rule: SpendingRule, first: date) -> str:
    """Say on which days of a year its spending leaves, where it leaves in parts."""
    if rule.parts == 1:
        return say("spends")
    days = [months_after(first, part * rule.every // rule.parts) for part in range(rule.parts)]
    *others, last = [_each_year(day, first) for day in days]
    return say(
        "spends, in {parts} parts a year: on {days} and {last}",
        parts=rule.parts,
        days=listed(others),
        last=last,
    )


def _each_year(day: date, first: date) -> str:
    """Write a day of every year, counted in months from a first one: February's last one moves."""
    if day.month == FEBRUARY and first.day > SHORTEST:
        return say("the last day of February")
    return say("{day} {month}", day=day.day, month=say(MONTHS[day.month - 1]))


def _payments(scenario: Setting, name: str, pot: Pot) -> Iterator[Event]:
    last = min(scenario.last_day, pot.closes.on) if pot.closes else scenario.last_day
    for transfer in pot.pays:
        title = scenario.funds[transfer.to].title
        what = (
            say("pays to {title}", title=title)
            if transfer.share is None
            else say(
                "pays {share} of its capital to {title}",
                share=_percent(transfer.share),
                title=title,
            )
        )
        for day in transfer.dates(last):
            yield Event("pays", name, day, None, transfer.amount, transfer.to, what)


def _shocks(scenario: Setting, names: list[str]) -> Iterator[Event]:
    for shock in scenario.shocks:
        fund = shock.fund if isinstance(shock, (InflowLate, Reclaims)) else ""
        if not fund or fund in names:
            until = getattr(shock, "until", None)
            what = say("{name}: {does}", name=shock.name, does=_told(scenario, shock))
            yield Event("shock", fund, shock.on, until, None, "", what)


def _told(scenario: Setting, shock: Shock) -> str:
    """Say what a shock does."""
    match shock:
        case PanelLost():
            panel = _foundation(scenario, shock.foundation)
            return say("the panel of {foundation} does not sit", foundation=panel)
        case Jolt() | CorrelationShock():
            return _in_markets(shock)
        case InflowLate() | Reclaims():
            return _on_the_way(scenario, shock)
        case ReclaimsSurge() | Withdrawal():
            return _to_the_scheme(scenario, shock)
        case Merger() | Failure():
            gone, into = (_foundation(scenario, i) for i in (shock.foundation, shock.into))
            ends = phrase("{gone} ends, and its areas pass to {into}")
            does = phrase("{gone} joins {into}") if isinstance(shock, Merger) else ends
            return say(does, gone=gone, into=into)
    return say(type(shock).title().rstrip("."))


def _on_the_way(scenario: Setting, shock: InflowLate | Reclaims) -> str:
    fund = scenario.funds[shock.fund].title
    if isinstance(shock, InflowLate):
        return say("inflow of {fund} arrives when it is over", fund=fund)
    share = _percent(shock.share)
    return say("{share} of the inflow of {fund} stays with its owners", share=share, fund=fund)


def _to_the_scheme(scenario: Setting, shock: ReclaimsSurge | Withdrawal) -> str:
    if isinstance(shock, Withdrawal):
        withdrawn = _classes(scenario, [shock.asset_class])
        return say("holders of {classes} take part no more", classes=withdrawn)
    times = significant(shock.times)
    if not shock.classes:
        return say("owners come back {times} times as fast", times=times)
    classes = _classes(scenario, shock.classes)
    return say("owners of {classes} come back {times} times as fast", classes=classes, times=times)


def _classes(scenario: Setting, names: list[str]) -> str:
    """Name classes of dormant assets by their titles."""
    terms = scenario.dormant_assets
    known = {} if terms is None else {name: one.title for name, one in terms.classes.items()}
    return ", ".join(known.get(name) or _plain(name) for name in names)


def _in_markets(shock: Jolt | CorrelationShock) -> str:
    if isinstance(shock, CorrelationShock):
        moving = ", ".join(map(_plain, shock.assets)) if shock.assets else say("all assets")
        return say("{assets} move with {lead}", assets=moving, lead=_plain(shock.lead))
    what = say("prices")
    if isinstance(shock, MarketShock):
        what = _plain(shock.asset) if shock.asset else say("all assets")
    if shock.change is not None:
        return say("{change} at once on {what}", change=_signed(shock.change), what=what)
    return say("{change} a year on {what}", change=_signed(shock.yearly or 0.0), what=what)


def _plain(asset: str) -> str:
    return asset.replace("_", " ")


def _signed(part: float) -> str:
    return f"{'−' if part < 0 else '+'}{_percent(abs(part))}"


def _foundation(scenario: Setting, identity: str) -> str:
    names = {each.id: each.name for each in scenario.geography_table.foundations}
    return names.get(identity, identity)


def _percent(part: float) -> str:
    return f"{significant(100 * part)}%"
