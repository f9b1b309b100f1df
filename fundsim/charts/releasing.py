"""What a scheme of dormant assets does, and when, as far as that is known before any chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from fundsim.charts.language import say
from fundsim.charts.source import Setting
from fundsim.money import Pence
from fundsim.results.scheme import without_chance
from fundsim.rules.dormant import DormantAssets, arrivals, review_days
from fundsim.rules.inflows import Releases


@dataclass(frozen=True)
class Release:
    """What is due on a day of what was released, in pence, chance left out, and whose part it is.

    `nations` is empty where the scheme knows none.
    """

    due: date
    pence: int
    nations: tuple[str, ...]


class Outlook:
    """A scheme as far as it is known beforehand: its days, and its amounts with chance left out.

    Where means over paths are known of what it releases, `(year, 1)` in pence, these are taken.
    """

    def __init__(
        self, terms: DormantAssets, scenario: Setting, released: Pence | None = None
    ) -> None:
        start, last = scenario.start, scenario.last_day
        self.terms, self.start = terms, start
        self.days = review_days(terms, start, last)
        self.figures = without_chance(terms, scenario.shocks, start, last)
        self.released = self.figures["released"] if released is None else released

    @property
    def varies(self) -> bool:
        """Whether each possible future has amounts of its own."""
        return self.terms.by_chance

    def releases(self, rule: Releases) -> list[Release]:
        """List what is due to a fund, in order of day; no day on which it is nothing for sure."""
        pence: dict[date, int] = {}
        nations: dict[date, list[str]] = {}
        for name in self.sharing(rule):
            for due, part in self._parts(name, rule.cause):
                pence[due] = pence.get(due, 0) + part
                nations.setdefault(due, []).extend([name] if name else [])
        return [Release(due, pence[due], tuple(sorted({*nations[due]}))) for due in sorted(pence)]

    def _parts(self, name: str, cause: str | None) -> Iterator[tuple[date, int]]:
        """Give a nation's part of each release that can be one, with the day when it is there."""
        released = self.released[: len(self.days)]
        own = arrivals(self.terms, self.days, released, [name] if name else None, cause)
        for review, (due, part) in zip(self.days, own, strict=True):
            pence = int(part[0])
            if due >= self.start and self._may_release(review) and (pence or self.varies):
                yield due, pence

    def said(self, nations: tuple[str, ...]) -> str:
        """Say for which nations something is released, and whether that is known for sure."""
        what = say("released")
        if {*nations} == {*self.terms.nations} and nations:
            what = say("released for all nations")
        elif nations:
            what = say("released for {nations}", nations=", ".join(nations))
        return say("with chance left out, {what}", what=what) if self.varies else what

    def first(self, name: str) -> date | None:
        """Give the first day of the run on which a nation has its part of a release."""
        return next((due for due, _ in self._parts(name, None)), None)

    def sharing(self, rule: Releases) -> list[str]:
        """Name the nations of which a fund has a part; one without a name where none is stated."""
        if not self.terms.nations:
            return [] if rule.cause else [""]
        return [
            name
            for name, nation in self.terms.nations.items()
            if (rule.nations is None or name in rule.nations)
            and nation.share
            and (rule.cause is None or nation.causes.get(rule.cause))
        ]

    def transfers(self) -> Iterator[tuple[str, date, date | None]]:
        """Say of each class when it first comes in, and from which day on it does no more.

        What has all come in before the run begins is left out.
        """
        begins = [self.terms.begins(self.start), *self.days]
        for name, one in self.terms.classes.items():
            came = np.flatnonzero(self.figures[f"received: {name}"][:, 0])
            if came.size:
                until = next(iter(begins[came[-1] + 1 :]), None)
                if until is None or until > self.start:
                    yield one.title or name, begins[came[0]], until

    def _may_release(self, day: date) -> bool:
        """Tell whether the review of a day can release anything at all."""
        year = self.days.index(day)
        label = self.terms.begins(self.start).year + year
        some = self.terms.released_by(label) or self.terms.surplus
        came = self.figures["received"][: year + 1].any()
        return bool(self.terms.reviews(year) and some and came)
