"""What is wrong with how a fund stands to the others: payments, residues, holdings, alarms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from fundsim.errors import nearest
from fundsim.scenario.document import Document
from fundsim.scenario.drafts import Draft, FundDraft
from fundsim.scenario.keys import Key
from fundsim.scenario.origins import Finding
from fundsim.scenario.schema import OUTSIDE, Transfer

_ACCOUNTS = ", ".join(OUTSIDE)


def wrong_passing(draft: Draft, document: Document) -> Iterator[Finding]:
    """Find what a fund says of others that cannot be."""
    for name, fund in draft.funds.items():
        told = [*_wrong_residue(name, fund, draft), *_wrong_payments(name, fund, draft)]
        told += _wrong_alarm(fund)
        yield from (document.finding(("funds", name, *key), text) for key, text in told)
        for asset, text in _wrong_holdings(fund, draft.assets):
            yield document.finding(("funds", name, "holds", asset), text, at="key")


def receives(name: str, draft: Draft) -> bool:
    """Tell whether another fund pays into this one, or leaves it what it has."""
    return any(
        (fund.closes is not None and fund.closes.residue == name)
        or any(payment is not None and payment.to == name for payment in fund.pays or [])
        for fund in draft.funds.values()
    )


def _wrong_residue(name: str, fund: FundDraft, draft: Draft) -> Iterator[tuple[Key, str]]:
    closes, key = fund.closes, ("closes", "residue")
    if closes is None or closes.residue in OUTSIDE:
        return
    expected = f"expected another fund, or one of {_ACCOUNTS}"
    others = [other for other in draft.names if other != name]
    if closes.residue == name:
        yield key, f'found "{name}", and a fund cannot leave to itself what is left; {expected}'
    elif closes.residue not in others:
        hint = nearest(closes.residue, [*others, *OUTSIDE])
        yield key, f'there is no fund or account "{closes.residue}"{hint}; {expected}'
    else:
        end = _end(closes.residue, draft)
        if end is not None and end <= closes.on:
            text = f'"{closes.residue}" closes on {end}, and this fund on {closes.on}'
            yield key, f"{text}; expected a fund that is still open then, or one of {_ACCOUNTS}"


def _end(name: str, draft: Draft) -> date | None:
    """Give the day on which a fund closes, where that could be read."""
    fund = draft.funds.get(name)
    return fund.closes.on if fund is not None and fund.closes is not None else None


def _wrong_payments(name: str, fund: FundDraft, draft: Draft) -> Iterator[tuple[Key, str]]:
    for number, payment in enumerate(fund.pays or []):
        if payment is not None:
            told = [*_wrong_payee(name, payment, draft), *_wrong_days(name, payment, draft)]
            yield from ((("pays", number, *key), text) for key, text in told)


def _wrong_payee(name: str, payment: Transfer, draft: Draft) -> Iterator[tuple[Key, str]]:
    others = [other for other in draft.names if other != name]
    there = f"there are {', '.join(others)}" if others else "there is none"
    expected = f"expected another fund; {there}"
    if payment.to == name:
        yield ("to",), f'found "{name}", and a fund cannot pay itself; {expected}'
    elif payment.to in OUTSIDE:
        yield (
            ("to",),
            f'found "{payment.to}", which receives nothing until a fund closes; {expected}',
        )
    elif payment.to not in others:
        hint = nearest(payment.to, others)
        yield ("to",), f'there is no fund "{payment.to}"{hint}; {expected}'


def _wrong_days(name: str, payment: Transfer, draft: Draft) -> Iterator[tuple[Key, str]]:
    own, other = _end(name, draft), _end(payment.to, draft)
    if draft.start is not None and payment.on < draft.start:
        yield ("on",), f"found {payment.on}, expected no day before the start day, {draft.start}"
    elif own is not None and payment.on >= own:
        yield ("on",), f"found {payment.on}, expected a day before this fund closes, on {own}"
    elif other is not None and payment.to != name:
        yield from _wrong_end(payment, other)


def _wrong_end(payment: Transfer, closes: date) -> Iterator[tuple[Key, str]]:
    if payment.on >= closes:
        yield (
            ("on",),
            f'found {payment.on}, expected a day before "{payment.to}" closes, on {closes}',
        )
        return
    until = payment.until or date.max
    late = [day for day in payment.dates(until - timedelta(days=1)) if day >= closes]
    if late:
        text = f'it would still be paid on {late[0]}, and "{payment.to}" closes on {closes}'
        yield ("until",), f"{text}; expected an end before, as in until = {closes}"


def _wrong_holdings(fund: FundDraft, assets: tuple[str, ...] | None) -> Iterator[tuple[str, str]]:
    for asset in fund.holds or {}:
        if assets is not None and asset not in assets:
            hint = nearest(asset, assets)
            text = f'there is no asset "{asset}"{hint}; there are {", ".join(assets)}'
            yield asset, text


def _wrong_alarm(fund: FundDraft) -> Iterator[tuple[Key, str]]:
    rule = fund.spending
    if fund.alarm is not None and rule is not None and not rule.perpetual:
        kind = type(rule).model_fields["kind"].default
        text = f"{kind} is to use the fund up on dates fixed beforehand, with nothing to review"
        yield ("alarm",), f"{text}; leave it out, or choose a rule for a fund that is to last"
