"""What is wrong with the dormant assets scheme, with funds that draw on it, and with its shocks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from fundsim.errors import nearest
from fundsim.rules.dormant import DormantAssets, days_of_releases
from fundsim.rules.inflows import Releases
from fundsim.rules.shocks import AnyShock, InflowLate, Reclaims, ReclaimsSurge, Withdrawal
from fundsim.scenario.document import Document
from fundsim.scenario.drafts import Draft, FundDraft
from fundsim.scenario.keys import Key
from fundsim.scenario.origins import Finding

SCHEME = "dormant_assets"
_MISSING = f"there is no scheme to draw on; state a table {SCHEME}"

Told = tuple[Key, str]
"""A key of the scenario, and what is wrong there."""


def wrong_scheme(draft: Draft, document: Document) -> Iterator[Finding]:
    """Find classes, nations and causes that are not there, or a scheme that is missing."""
    scheme = draft.dormant_assets
    told = [] if scheme is None else list(_wrong_years(scheme, draft))
    if scheme is not None or draft.scheme_known:
        for name, fund in draft.funds.items():
            if isinstance(fund.inflow, Releases):
                told += _wrong_releases(fund.inflow, ("funds", name, "inflow"), scheme)
                told += _after_closing(name, fund, draft)
        for number, shock in enumerate(draft.shocks or []):
            told += _wrong_shock(shock, ("shocks", number), scheme)
    yield from (document.finding(key, text) for key, text in told)


def _wrong_years(scheme: DormantAssets, draft: Draft) -> Iterator[Told]:
    begins = scheme.start or draft.start
    if begins is None:
        return
    for name, one in scheme.classes.items():
        if one.joins is not None and one.joins < begins.year:
            text = f"found {one.joins}, expected no year before the scheme's first, {begins.year}"
            yield (SCHEME, "classes", name, "joins"), text


def _wrong_releases(rule: Releases, key: Key, scheme: DormantAssets | None) -> Iterator[Told]:
    if scheme is None:
        yield (*key, "kind"), _MISSING
        return
    for name in rule.nations or []:
        yield from _unknown(name, scheme.nations, "nation", (*key, "nations"))
    if rule.cause is None:
        return
    chosen = [scheme.nations[n] for n in rule.nations or scheme.nations if n in scheme.nations]
    causes = {cause for nation in chosen for cause in nation.causes}
    yield from _unknown(rule.cause, causes, "cause", (*key, "cause"))


def _after_closing(name: str, fund: FundDraft, draft: Draft) -> Iterator[Told]:
    """Tell of releases that can arrive when a fund has closed, on their own days or late."""
    scheme, rule, closes = draft.dormant_assets, fund.inflow, fund.closes
    if scheme is None or closes is None or draft.start is None or draft.last_day is None:
        return
    assert isinstance(rule, Releases)  # noqa: S101 - as it was chosen
    days = days_of_releases(scheme, draft.start, draft.last_day, rule.nations, rule.cause)
    due = [day for day in days if not _withheld(name, day, draft)]
    after = [day for day in due if day > closes.on]
    if after:
        when = f"from {after[0]} to {after[-1]}" if len(after) > 1 else f"on {after[0]}"
        yield (
            ("funds", name, "inflow"),
            (
                f"what the scheme releases can arrive {when}, after the fund closes "
                f"on {closes.on}; let it close on {after[-1]} or later, or state what arrives "
                'before as kind = "schedule"'
            ),
        )
    elif closes.on <= draft.last_day:
        yield from _late(name, closes.on, due, draft)


def _late(name: str, closes: date, due: list[date], draft: Draft) -> Iterator[Told]:
    """Tell of shocks that hold what is due to a fund back until it has closed."""
    for number, shock in enumerate(draft.shocks or []):
        if not isinstance(shock, InflowLate) or shock.fund != name or shock.until <= closes:
            continue
        if any(shock.covers(day) for day in due):
            text = f"found {shock.until}, when what is late would arrive; expected no day after "
            yield ("shocks", number, "until"), f'{text}"{name}" closes, on {closes}'


def _withheld(name: str, day: date, draft: Draft) -> bool:
    """Tell whether all that is due to a fund on a day stays with the owners."""
    return any(
        isinstance(shock, Reclaims)
        and shock.fund == name
        and shock.share == 1
        and shock.covers(day)
        for shock in draft.shocks or []
    )


def _wrong_shock(shock: AnyShock | None, key: Key, scheme: DormantAssets | None) -> Iterator[Told]:
    if not isinstance(shock, (ReclaimsSurge, Withdrawal)):
        return
    if scheme is None:
        yield (*key, "kind"), _MISSING
        return
    if isinstance(shock, Withdrawal):
        yield from _unknown(shock.asset_class, scheme.classes, "class", (*key, "asset_class"))
        return
    for name in shock.classes or []:
        yield from _unknown(name, scheme.classes, "class", (*key, "classes"))


def _unknown(name: str, there: Collection[str], what: str, key: Key) -> Iterator[Told]:
    if name in there:
        return
    known = ", ".join(sorted(there))
    hint = nearest(name, there) or (f"; there are {known}" if known else f"; no {what} is stated")
    yield key, f'the scheme has no {what} "{name}"{hint}'
