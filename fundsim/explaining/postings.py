"""The journal of a run, read posting by posting."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from fundsim.explaining.days import Days
from fundsim.explaining.source import Source

_WAITING = re.compile(r"waiting, lane ([0-9]+), (.+)")


class Account(NamedTuple):
    """One end of a posting: whose account, which, in which lane of the queue, at which foundation.

    Lane 0 is the only one; row -1 is no foundation's.
    """

    fund: str
    word: str
    lane: int = 0
    row: int = -1


class Posting(NamedTuple):
    """One line of the journal; `year` is the row of its year, `number` its place."""

    number: int
    day: date
    year: int
    event: str
    memo: str
    giver: Account
    taker: Account
    pence: int


def read_journal(run: Source) -> list[Posting]:
    """Read all postings of the told path, in their order."""
    days = Days.of(run.scenario)
    places = run.scenario.geography_table.foundations
    rows = {foundation.id: row for row, foundation in enumerate(places)}

    @cache
    def account(name: str) -> Account:
        return account_of(name, rows)

    @cache
    def dated(text: str) -> tuple[date, int]:
        day = date.fromisoformat(text)
        return day, days.year_of(day)

    return [
        Posting(number, *dated(day), event, memo, account(giver), account(taker), int(pence))
        for number, (day, event, memo, giver, taker, pence, _) in enumerate(
            run.table("journal").rows()
        )
    ]


def account_of(name: str, rows: Mapping[str, int]) -> Account:
    """Take the name of an account apart.

    >>> account_of("luc: waiting, lane 3, kent", {"kent": 0})
    Account(fund='luc', word='waiting', lane=3, row=0)
    >>> account_of("luc: invested", {})
    Account(fund='luc', word='invested', lane=0, row=-1)
    """
    fund, _, rest = name.partition(": ")
    in_lane = _WAITING.fullmatch(rest)
    if in_lane is not None and in_lane[2] in rows:
        return Account(fund, "waiting", int(in_lane[1]), rows[in_lane[2]])
    word, _, foundation = rest.partition(", ")
    return Account(fund, word, 0, rows[foundation] if foundation else -1)


def of_fund(postings: Sequence[Posting], fund: str) -> list[Posting]:
    """Give the postings that a fund has a part in."""
    return [one for one in postings if fund in (one.giver.fund, one.taker.fund)]
