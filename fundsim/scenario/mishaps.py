"""What is wrong with shocks: whom they strike, when, and which of them cannot both happen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import NamedTuple

from fundsim.errors import nearest
from fundsim.places import Geography
from fundsim.rules.shocks import (
    AnyShock,
    CorrelationShock,
    Failure,
    InflationShock,
    InflowLate,
    Jolt,
    MarketShock,
    Merger,
    PanelLost,
    Reclaims,
    Spell,
)
from fundsim.scenario.coming import due
from fundsim.scenario.delivery import no_foundation, sits
from fundsim.scenario.document import Document
from fundsim.scenario.drafts import Draft
from fundsim.scenario.keys import Key
from fundsim.scenario.origins import Finding
from fundsim.scenario.schema import Settings
from fundsim.units import months_after

_ROOM = "shocks"


class _Numbered(NamedTuple):
    """A shock that could be read, and its place in the list."""

    number: int
    shock: AnyShock

    @property
    def known_as(self) -> str:
        """Name it in a message."""
        return f'"{self.shock.name}" ({_ROOM}.{self.number})'


Told = tuple[Key, str]
"""A key inside a shock, and what is wrong there."""


def wrong_shocks(
    draft: Draft, document: Document, geography: Geography | None
) -> Iterator[Finding]:
    """Find what cannot happen as it is stated."""
    shocks = [_Numbered(n, shock) for n, shock in enumerate(draft.shocks or []) if shock]
    gone = _gone(shocks)
    for one in shocks:
        told = [*_wrong_place(one, draft, geography), *_wrong_time(one, shocks, draft)]
        told += _wrong_heir(one, gone)
        yield from (document.finding((_ROOM, one.number, *key), text) for key, text in told)
    for one, other in combinations(shocks, 2):
        if _contradict(one.shock, other.shock, draft.start):
            text = (
                f"these two contradict each other: {one.known_as} {_span(one.shock)}, and this one "
                f"{_span(other.shock)}; make them one, or {_apart(other.shock)}"
            )
            yield document.finding((_ROOM, other.number, "on"), text)


def _wrong_time(one: _Numbered, shocks: list[_Numbered], draft: Draft) -> Iterator[Told]:
    same = [other for other in shocks if other.shock.name == one.shock.name]
    if same[0] is not one:
        text = f"{same[0].known_as} has this name already; give this one another"
        yield ("name",), text
    if draft.start is not None and one.shock.on < draft.start:
        yield ("on",), f"found {one.shock.on}, expected no day before the start day, {draft.start}"


def _wrong_place(one: _Numbered, draft: Draft, geography: Geography | None) -> Iterator[Told]:
    """Tell of a target that is not there, or that cannot be struck in this way."""
    match one.shock:
        case PanelLost() as shock:
            faults = list(_wrong_foundations(shock, ("foundation",), geography))
            yield from faults
            if not faults and not sits(draft, shock.foundation):
                text = f'"{shock.foundation}" has no sittings to lose; state sittings'
                yield ("foundation",), f"{text}, or leave this shock out"
        case Merger() | Failure() as shock:
            yield from _wrong_foundations(shock, ("foundation", "into"), geography)
            if shock.foundation == shock.into:
                yield ("into",), f'found "{shock.into}" itself, expected another foundation'
        case MarketShock() as shock:
            yield from _wrong_assets("asset", [shock.asset] if shock.asset else [], draft)
        case CorrelationShock() as shock:
            yield from _wrong_assets("lead", [shock.lead], draft)
            yield from _wrong_assets("assets", shock.assets or [], draft)
            if shock.lead in (shock.assets or []):
                yield ("assets",), f"the others move with {shock.lead}; leave it out of them"
        case InflowLate() | Reclaims() as shock:
            yield from _wrong_inflow(shock, draft)


def _wrong_assets(key: str, named: Sequence[str], draft: Draft) -> Iterator[Told]:
    known = draft.assets
    unknown = [name for name in named if known is not None and name not in known]
    if unknown and known is not None:
        hints = [f'"{name}"{nearest(name, known)}' for name in unknown]
        text = f"there is no asset {' or '.join(hints)}; there are {', '.join(known)}"
        yield (key,), text


def lifeless_leads(settings: Settings, document: Document) -> Iterator[Finding]:
    """Find leads that other assets should move with, and that do not vary, where anything does."""
    markets = settings.markets
    for number, shock in enumerate(settings.shocks):
        if isinstance(shock, CorrelationShock):
            varying = [name for name in markets.assets if markets.moments({name: 1.0}).sd]
            if varying and shock.lead in markets.assets and shock.lead not in varying:
                text = (
                    f"{shock.lead} has no risk that others could move with; expected one of "
                    f"{', '.join(varying)}"
                )
                yield document.finding((_ROOM, number, "lead"), text)


def _wrong_foundations(
    shock: PanelLost | Merger | Failure, keys: tuple[str, ...], geography: Geography | None
) -> Iterator[Told]:
    for key in keys:
        fault = no_foundation(getattr(shock, key), geography)
        if fault:
            yield (key,), fault


def _wrong_inflow(shock: InflowLate | Reclaims, draft: Draft) -> Iterator[Told]:
    if draft.names and shock.fund not in draft.names:
        hint = nearest(shock.fund, draft.names)
        text = f'there is no fund "{shock.fund}"{hint}; there are {", ".join(draft.names)}'
        yield ("fund",), text
        return
    fund = draft.funds.get(shock.fund)
    if fund is None:
        return
    if fund.inflow is None and fund.inflow_known:
        yield ("fund",), f'"{shock.fund}" has no inflow that this could strike; state one'
    late = isinstance(shock, InflowLate) and fund.closes and shock.until > fund.closes.on
    if late and draft.start and due(fund.inflow, draft.start, shock.on, shock.until):
        assert fund.closes is not None  # noqa: S101 - said by `late`, for the type checker
        text = f"found {shock.until}, when what is late would arrive; expected no day after "
        yield ("until",), f'{text}"{shock.fund}" closes, on {fund.closes.on}'


def _gone(shocks: list[_Numbered]) -> dict[str, _Numbered]:
    """Find by which shock each foundation ends; the first one, where there are several."""
    ends = [one for one in shocks if isinstance(one.shock, (Merger, Failure))]
    gone: dict[str, _Numbered] = {}
    for one in sorted(ends, key=lambda one: (one.shock.on, one.number)):
        assert isinstance(one.shock, (Merger, Failure))  # noqa: S101 - as they were chosen
        if one.shock.foundation != one.shock.into:
            gone.setdefault(one.shock.foundation, one)
    return gone


def _wrong_heir(one: _Numbered, gone: Mapping[str, _Numbered]) -> Iterator[Told]:
    """Tell of a foundation that has ended by then, by a merger or a failure."""
    shock = one.shock
    if not isinstance(shock, (PanelLost, Merger, Failure)) or shock.foundation not in gone:
        return
    first = gone[shock.foundation]
    since = f"is no more from {first.shock.on} on, by {first.known_as}"
    if isinstance(shock, PanelLost):
        if shock.on >= first.shock.on:
            yield ("foundation",), f'"{shock.foundation}" {since}; name one that is still there'
        elif shock.until > first.shock.on:
            yield ("until",), f'"{shock.foundation}" {since}; expected no day after that'
        return
    if first is not one and shock.foundation != shock.into:
        yield ("foundation",), f'"{shock.foundation}" {since}; it can end only once'
    heir = gone.get(shock.into)
    if heir is not None and heir.shock.on <= shock.on and shock.into != shock.foundation:
        since = f"is no more from {heir.shock.on} on, by {heir.known_as}"
        yield ("into",), f'"{shock.into}" {since}; name one that is still there'


def _contradict(one: AnyShock, other: AnyShock, start: date | None) -> bool:
    """Tell whether two shocks would do the same to the same at the same time."""
    if isinstance(one, MarketShock) and isinstance(other, MarketShock):
        shared = one.asset is None or other.asset is None or one.asset == other.asset
        return shared and _at_one_time(one, other, start)
    if isinstance(one, InflationShock) and isinstance(other, InflationShock):
        return _at_one_time(one, other, start)
    if isinstance(one, CorrelationShock) and isinstance(other, CorrelationShock):
        return _overlap(one, other)
    if isinstance(one, PanelLost) and isinstance(other, PanelLost):
        return one.foundation == other.foundation and _overlap(one, other)
    if isinstance(one, (InflowLate, Reclaims)) and isinstance(other, (InflowLate, Reclaims)):
        return type(one) is type(other) and one.fund == other.fund and _overlap(one, other)
    return False


def _at_one_time(one: Jolt, other: Jolt, start: date | None) -> bool:
    if one.until is not None and other.until is not None:
        return one.on < other.until and other.on < one.until
    if one.change is None or other.change is None or start is None:
        return False
    return _quarter(one.on, start) == _quarter(other.on, start)


def _overlap(one: Spell, other: Spell) -> bool:
    return one.on < other.until and other.on < one.until


def _quarter(day: date, start: date) -> int:
    """Count the quarter of the run that a day lies in."""
    months = 12 * (day.year - start.year) + day.month - start.month
    return (months - (months_after(start, months) > day)) // 3


def _apart(shock: AnyShock) -> str:
    at_once = getattr(shock, "until", None) is None
    return "put one into another quarter" if at_once else "let one end before the other begins"


def _span(shock: AnyShock) -> str:
    until = getattr(shock, "until", None)
    return f"is on {shock.on}" if until is None else f"lasts from {shock.on} until {until}"
