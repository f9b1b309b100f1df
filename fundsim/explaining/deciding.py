"""What a fund's spending rule read at a review, and what it decided: the rule's own arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import singledispatch
from typing import NamedTuple

import numpy as np

from fundsim.explaining.accounts import Account
from fundsim.explaining.history import History, Review
from fundsim.money import fractions, pounds
from fundsim.rules.spending import (
    BandedReal,
    ConstantReal,
    Guardrails,
    Hybrid,
    HybridGeneral,
    Minimum,
    MovingAverage,
    PercentOfValue,
    Profile,
    SmoothedTarget,
    SpendDown,
    SpendingRule,
    TargetCorridor,
    TotalReturn,
)
from fundsim.rules.spending.smoothed import Bounded
from fundsim.wording import day as in_words

IndexOf = Callable[[History, Review], float | None]
"""Gives prices at a review over those of the start day, where they are known."""


class Seen(NamedTuple):
    """What a rule sees at a review: the review, the fund's history, and prices as far as known."""

    review: Review
    history: History
    index_of: IndexOf

    @property
    def decided(self) -> int:
        """What was decided for the year, as far as it was paid, in pence."""
        return self.of_year(self.review)

    def of_year(self, review: Review) -> int:
        """Give what an earlier review decided for its year, as far as it was paid, in pence."""
        return self.history.year_of(review)

    @property
    def newest(self) -> tuple[str, int]:
        """The newest valuation that is read, in words and in pence."""
        read = self.review.read(1)
        return (f"its value on {in_words(read[0][0])}", read[0][1]) if read else _NEVER


_NEVER = ("it has never been valued", 0)


def decided(history: History, review: Review, index_of: IndexOf) -> Account:
    """Account for what was decided at a review, down to the penny that was spent."""
    of, parts = history.review_of(review), history.terms.spending.parts
    account = _asked(history.terms.spending, Seen(of, history, index_of))
    if account is None:
        return Account.of("all that it holds: the rule asks for more", review.decided)
    if account.reached > of.capital:
        account.at_most("no more than it holds", of.capital)
    if parts > 1:
        account.over("parts in which it leaves", parts)
    if review.part and account.reached > review.capital:
        account.at_most(f"no more than it holds on {in_words(review.day)}", review.capital)
    return account.rounded(review.decided)


@singledispatch
def _asked(rule: SpendingRule, seen: Seen) -> Account | None:
    """Account for what a rule asks for; None where prices that it reads are not known."""
    del rule
    return Account.of("what the rule asks for", seen.decided)


@_asked.register
def _(rule: PercentOfValue, seen: Seen) -> Account:
    return Account.of(*seen.newest).times("the rate of spending", rule.rate)


@_asked.register
def _(rule: MovingAverage, seen: Seen) -> Account:
    read = seen.review.read(rule.valuations())
    if len(read) < 2:
        return Account.of(*seen.newest).times("the rate of spending", rule.rate)
    mean = _mean(read)
    span = f"{in_words(read[0][0])} to {in_words(read[-1][0])}"
    words = f"average of {len(read)} valuations, {span}"
    return Account.of(words, mean).times("the rate of spending", rule.rate)


def _mean(read: Sequence[tuple[date, int]]) -> Account:
    mean = Account()
    for day, pence in read:
        mean.plus(f"value on {in_words(day)}", pence)
    return mean.over("valuations that are read", len(read))


@_asked.register
def _(rule: SpendDown, seen: Seen) -> Account:
    left = rule.years_left(seen.review.number)
    if rule.real_return is None:
        return Account.of(*seen.newest).over("years that are left, this one included", left)
    words = "years that are left, each later one discounted by the return that is counted on"
    return Account.of(*seen.newest).over(words, left)


@_asked.register
def _(rule: SmoothedTarget, seen: Seen) -> Account:
    target = Account.of(*seen.newest).times("the target rate", rule.rate)
    last = _last(seen)
    if last is None:
        return target
    way = Account.of("the target", target).minus(
        _SPENT.format(in_words(last.day)), seen.of_year(last)
    )
    way.times("of the way", rule.alpha)
    return Account.of(_SPENT.format(in_words(last.day)), seen.of_year(last)).plus(
        "a part of the way", way
    )


@_asked.register
def _(rule: HybridGeneral, seen: Seen) -> Account | None:
    read = seen.review.read(rule.valuations())
    value = Account.of(*seen.newest)
    if len(read) > 1:
        span = f"{in_words(read[0][0])} to {in_words(read[-1][0])}"
        value = Account.of(f"average of {len(read)} valuations, {span}", _mean(read))
    drawn = value.times("the rate of spending", rule.rate)
    last = _last(seen)
    if last is None:
        return drawn
    raised = _raised(last, seen)
    if raised is None:
        return Account.of(_NOT_KNOWN, seen.decided)
    kept = raised.times("part of it that is kept", rule.weight)
    return kept.plus("the other part of the value", drawn.times("the other part", 1 - rule.weight))


@_asked.register
def _(rule: Hybrid, seen: Seen) -> Account | None:
    last, read = _last(seen), seen.review.read(rule.valuations())
    if last is None or not read:
        account = Account.of(*seen.newest).times("the rate of spending", rule.rate)
        return _banded(account, rule, seen)
    kept, dearer = _raised(last, seen), _dearer(last, seen)
    if kept is None or dearer is None:
        return Account.of(_NOT_KNOWN, seen.decided)
    words = f"its value on {in_words(read[0][0])}, in prices of the day"
    value = read[0][1] * dearer
    drawn = Account.of(f"its value on {in_words(read[0][0])}", read[0][1])
    drawn.times(f"prices of the day over those of {in_words(last.day)}", dearer)
    drawn.times("the rate of spending", rule.rate).times("the other part", 1 - rule.weight)
    kept.times("part of it that is kept", rule.weight).plus("the other part of the value", drawn)
    return _between(kept, rule, words, value)


@_asked.register
def _(rule: BandedReal, seen: Seen) -> Account | None:
    return _banded(_going_on(rule.rate, seen), rule, seen)


@_asked.register
def _(rule: TargetCorridor, seen: Seen) -> Account | None:
    first = seen.history.reviews[0]
    read = first.read(1)
    account = Account.of("its value when it first spent", read[0][1] if read else 0)
    account.times("the rate of spending", rule.rate)
    index, since = (seen.index_of(seen.history, one) for one in (seen.review, first))
    if first is not seen.review:
        if index is None or since is None:
            return Account.of(_NOT_KNOWN, seen.decided)
        account.times(f"prices of the day over those of {in_words(first.day)}", index / since)
    return _banded(account, rule, seen)


@_asked.register
def _(rule: Guardrails, seen: Seen) -> Account | None:
    account, value = _going_on(rule.rate, seen), seen.newest[1]
    if account is None:
        return Account.of(_NOT_KNOWN, seen.decided)
    lower, upper = rule.rails
    if account.reached > upper * value:
        return account.times(f"cut: it is over {upper:.4%} of its value", 1 - rule.cut)
    if account.reached < lower * value:
        return account.times(f"raised: it is under {lower:.4%} of its value", 1 + rule.rise)
    return account


@_asked.register
def _(rule: Minimum, seen: Seen) -> Account:
    asked, (words, value) = _asked(rule.rule, seen), seen.newest
    if asked is None:
        return Account.of(_NOT_KNOWN, seen.decided)
    asked.at_least(f"no less than {rule.at_least:.4%} of {words}", rule.at_least * value)
    if rule.at_most is None:
        return asked
    return asked.at_most(f"no more than {rule.at_most:.4%} of {words}", rule.at_most * value)


@_asked.register
def _(rule: TotalReturn, seen: Seen) -> Account:
    (words, value), index = seen.newest, seen.index_of(seen.history, seen.review)
    if rule.rule is None:
        asked: Account | None = Account.of(words, value).times(
            "the rate of spending", rule.rate or 0
        )
    else:
        asked = _asked(rule.rule, seen)
    if asked is None or (index is None and rule.indexed):
        return Account.of(_NOT_KNOWN, seen.decided)
    kept, released = float(rule.kept(index or 1.0)), _released(rule, seen)
    if released is None:
        return Account.of(_NOT_KNOWN, seen.decided)
    least = f"no more than {words} is above its investment fund of {pounds(round(kept))}"
    if rule.release is None:
        return asked.at_most(least, max(value - kept, 0.0))
    told = rule.apart(np.array([value]), np.array([kept]), np.array([released * kept]))
    free, most, back = (float(pence[0]) for pence in told)
    if released:
        least += f", of which {pounds(round(released * kept))} are released"
        least += f" and {pounds(round(back))} go back first"
    elif most > free:
        least += f", and {pounds(round(most - free))} that may be released"
    return asked.at_most(least, most)


def _released(rule: TotalReturn, seen: Seen) -> float | None:
    """Work out what share of the investment fund was released before; None if prices fail."""
    share = 0.0
    for one in _held(seen) if rule.release else []:
        index, read = seen.index_of(seen.history, one), one.read(1)
        if index is None and rule.indexed:
            return None
        value, kept = float(read[0][1] if read else 0), float(rule.kept(index or 1.0))
        told = np.array([value]), np.array([kept]), np.array([share * kept])
        left = rule.released_after(*told, np.array([seen.of_year(one)]))
        share = float(left[0]) / kept if kept else 0.0
    return share


_SPENT = "what was spent on {}"
_NOT_KNOWN = "what the rule asks for, of prices that are not known here"


def _held(seen: Seen) -> list[Review]:
    """List the reviews before this one that were held."""
    reviews = (one for one in seen.history.reviews if one.on and not one.part)
    return [one for one in reviews if one.day < seen.review.day]


def _last(seen: Seen) -> Review | None:
    """Find the last one."""
    held = _held(seen)
    return held[-1] if held else None


def _raised(last: Review, seen: Seen) -> Account | None:
    """Account for what was spent last in prices of the day; None where they are not known."""
    account, dearer = (
        Account.of(_SPENT.format(in_words(last.day)), seen.of_year(last)),
        _dearer(last, seen),
    )
    words = f"prices of the day over those of {in_words(last.day)}"
    return None if dearer is None else account.times(words, dearer)


def _dearer(last: Review, seen: Seen) -> float | None:
    """Give prices of the day over those of the last review; None where they are not known."""
    index, since = (seen.index_of(seen.history, one) for one in (seen.review, last))
    return None if index is None or since is None else index / since


def _going_on(rate: float, seen: Seen) -> Account | None:
    """Account for what was spent last, in prices of the day, or for a beginning with a rate."""
    last = _last(seen)
    if last is None or not seen.of_year(last):
        return Account.of(*seen.newest).times("the rate of spending", rate)
    return _raised(last, seen)


def _banded(account: Account | None, rule: Bounded, seen: Seen) -> Account:
    """Bring an account between two shares of the value."""
    if account is None:
        return Account.of(_NOT_KNOWN, seen.decided)
    return _between(account, rule, *seen.newest)


def _between(account: Account, rule: Bounded, words: str, value: float) -> Account:
    """Bring an account between two shares of a value that is given in words and in pence."""
    account.at_least(f"no less than {rule.low:.4%} of {words}", rule.low * value)
    return account.at_most(f"no more than {rule.high:.4%} of {words}", rule.high * value)


@_asked.register
def _(rule: Profile, seen: Seen) -> Account:
    opening, number = seen.history.terms.opening, seen.review.number
    reached = np.rint(fractions(np.array(rule.shares)) * opening)
    asked = reached[number] - (reached[number - 1] if number else 0.0)
    words = f"the share of month {number + 1} in its profile"
    return Account.of("its opening money", opening).times(words, rule.shares[number]).rounded(asked)


@_asked.register
def _(rule: ConstantReal, seen: Seen) -> Account | None:
    start = in_words(seen.history.days.start)
    if rule.amount is not None:
        account = Account.of(f"the yearly amount, in prices of {start}", rule.amount)
        return _at_prices(account, seen, f"prices of the day over those of {start}", 1.0)
    first = seen.history.reviews[0]
    read = first.read(1)
    day = in_words(read[0][0] if read else first.day)
    account = Account.of(f"its value on {day}, when it first spent", read[0][1] if read else 0)
    account.times("the rate of spending", rule.rate or 0.0)
    if first is seen.review:
        return account
    since = seen.index_of(seen.history, first)
    return _at_prices(
        account, seen, f"prices of the day over those of {in_words(first.day)}", since
    )


def _at_prices(account: Account, seen: Seen, words: str, since: float | None) -> Account | None:
    """Bring an amount to prices of the day; where only what was spent tells them, by that."""
    index = seen.index_of(seen.history, seen.review)
    if index is not None and since is not None:
        return account.times(words, index / since)
    alone = isinstance(seen.history.terms.spending, ConstantReal)
    if alone and seen.decided < seen.review.capital and account.reached > 0:
        return account.times(words, seen.decided / account.reached)
    return None
