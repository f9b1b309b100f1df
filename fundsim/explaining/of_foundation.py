"""The parts of an explanation that are the foundation's: receipt, fee, queue, instalments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from fundsim.explaining.accounts import ROUNDING, Account, Section
from fundsim.explaining.delivery import (
    ASIDE,
    AWARDED,
    BACK,
    FEE,
    GIVEN,
    LAPSED,
    RECEIVED,
    RETURNED,
    TAKEN,
    Delivery,
    Entry,
    Paid,
    Part,
    Queue,
)
from fundsim.explaining.purses import Purses
from fundsim.money import pounds
from fundsim.scenario import Terms
from fundsim.wording import day as in_words

_CAME_BACK = {
    BACK: "set aside earlier, and waiting again",
    LAPSED: "awards that lapsed, and wait again",
    RETURNED: "paid money that came back",
    GIVEN: "handed over by its foundation",
    TAKEN: "taken over by another one",
}


def add_receipt(account: Account, entries: Sequence[Entry], terms: Terms, others: str) -> None:
    """Go on from an area's part to what its foundation received, and to what joined the queue."""
    received, fee, aside = (_sum(entries, kind) for kind in (RECEIVED, FEE, ASIDE))
    if received != account.pence:
        account.plus(others, received - account.pence)
    if fee:
        account.minus(
            f"the foundation's fee, {_percent(terms.fee)}", _share(received, terms.fee, -fee)
        )
    if aside:
        words = f"set aside for the next year, {_percent(terms.carry_forward)}"
        account.minus(words, _share(received + fee, terms.carry_forward, -aside))


def _sum(entries: Iterable[Entry], kind: str) -> int:
    return sum(one.pence for one in entries if one.kind == kind)


def _share(pence: int, share: float, result: int) -> Account:
    """Account for a part of an amount, in whole pence at each receipt."""
    account = Account.of("of what it received", pence).times("its share", share)
    return account.rounded(result, "rounding to whole pence at each receipt")


def _percent(share: float) -> str:
    return f"{100 * share:.6g}%"


@dataclass
class Waiting:
    """Tells of what waits in an area's queues through a year, sitting by sitting."""

    delivery: Delivery
    purses: Purses
    queues: Sequence[Queue]
    year: int
    account: Account = field(default_factory=Account)
    _came: dict[str, list[Entry]] = field(default_factory=dict)

    def told(self) -> Account | None:
        """Account for the year; None where nothing waits or comes."""
        before = sum(self.delivery.waiting_before(queue, self.year) for queue in self.queues)
        entries = sorted(
            entry for queue in self.queues for entry in self.delivery.of_year(queue, self.year)
        )
        if not before and not entries:
            return None
        begins = in_words(self.delivery.days.year_starts[self.year])
        self.account = Account.of(f"waiting when {begins} began", before)
        for day in self._days(entries):
            self._day(day, [one for one in entries if one.day == day])
        self._come_in()
        return self.account

    def _days(self, entries: Iterable[Entry]) -> list[date]:
        """List the days on which anything changes, or could have been awarded."""
        rows = {row for _, row in self.queues}
        sittings = {day for row in rows for day in self.purses.sittings(row, self.year)}
        return sorted({one.day for one in entries} | sittings)

    def _day(self, day: date, entries: Sequence[Entry]) -> None:
        for one in entries:
            if one.kind != AWARDED:
                self._came.setdefault(one.kind, []).append(one)
        direct = -sum(one.pence for one in entries if one.direct)
        if direct:
            self._come_in()
            self.account.minus(f"awarded by communities on {in_words(day)}", direct)
        awarded = -sum(one.pence for one in entries if one.kind == AWARDED and not one.direct)
        left = {row: self._left(row, day) for row in {row for _, row in self.queues}}
        if awarded or any(left.values()):
            self._awarded(day, awarded, next((row for row, some in left.items() if some), None))

    def _left(self, row: int, day: date) -> int:
        """Give what still waits at a foundation after it could have sat on a day."""
        if day not in self.purses.sittings(row, self.year):
            return 0
        own = [queue for queue in self.queues if queue[1] == row]
        return sum(self.delivery.waiting_after(queue, day) for queue in own)

    def _awarded(self, day: date, awarded: int, row: int | None) -> None:
        """Note an award; where its `row` left some waiting, with what limited it."""
        self._come_in()
        words = f"awarded on {in_words(day)}"
        if row is None:
            self.account.minus(f"{words}: all that waits", awarded)
        elif self.purses.lost(row, day):
            self.account.minus(f"{words}: no sitting ({self.purses.lost(row, day)})", awarded)
        elif not awarded:
            self.account.minus(f"{words}: the purse was used up by what comes first", awarded)
        else:
            purse = self.purses.account(row, day, awarded)
            self.account.minus(f"{words}: as far as the purse reached", purse, shown=True)

    def _come_in(self) -> None:
        """Note what came into the queue since the last award."""
        net = [self._came.pop(kind, []) for kind in (RECEIVED, FEE, ASIDE)]
        receipts = net[0]
        if receipts:
            days = sorted({one.day for one in receipts})
            span = in_words(days[0])
            if len(days) > 1:
                span = f"in {len(days)} rounds, {span} to {in_words(days[-1])}"
            words = (
                f"received, less what is kept, {span}" if net[1] or net[2] else f"received, {span}"
            )
            self.account.plus(words, _net(net))
        for kind, entries in sorted(
            self._came.items(), key=lambda one: list(_CAME_BACK).index(one[0])
        ):
            pence = sum(one.pence for one in entries)
            add = self.account.minus if pence < 0 else self.account.plus
            add(_CAME_BACK[kind], abs(pence))
        self._came.clear()


def _net(parts: Sequence[Sequence[Entry]]) -> Account | int:
    """Account for what is left of receipts, where there is more to it than the sum."""
    received, fee, aside = (sum(one.pence for one in part) for part in parts)
    if not fee and not aside:
        return received
    account = Account.of("received", received)
    if fee:
        account.minus("the foundation's fee", -fee)
    return account.minus("set aside", -aside) if aside else account


def queue_section(told: Account, who: str, ends: date) -> Section:
    """Make the section of a queue."""
    return Section.of("queue", f"What waits at {who} on {in_words(ends)}", told)


def add_instalments(account: Account, paid: Iterable[Paid]) -> Account:
    """Add what falls due day by day, less what lapses of it."""
    for one in paid:
        for part in one.parts:
            account.plus(_in_words(one.day, part), _instalment(part))
        if one.lapsed:
            earlier = Account.of("due of earlier awards", one.earlier)
            earlier.times("the share that lapses", one.lapse).rounded(one.lapsed)
            account.minus(f"lapsed before payment on {in_words(one.day)}", earlier)
    return account


def _in_words(day: date, part: Part) -> str:
    awarded = f"{pounds(part.awarded)} awarded"
    when = "that day" if part.awarded_on == day else in_words(part.awarded_on)
    return f"{in_words(day)}: {_percent(part.share)} of {awarded} {when}"


def _instalment(part: Part) -> Account:
    words = f"instalment {part.number + 1} of the award"
    account = Account.of(f"award of {in_words(part.awarded_on)}", part.awarded)
    return account.times(words, part.share).rounded(part.pence, ROUNDING)
