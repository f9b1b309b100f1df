"""The parts of an explanation that are the fund's own: its year, and what it decided to spend."""

from __future__ import annotations

from collections.abc import Sequence

from fundsim.explaining.accounts import Account, Section
from fundsim.explaining.deciding import IndexOf, decided
from fundsim.explaining.history import Change, History, Review
from fundsim.scenario import Scenario
from fundsim.wording import day as in_words
from fundsim.wording import the

_CAME = {
    "arrived: opening money": "opening money that arrived",
    "arrived: inflow": "inflow that arrived",
    "returns: of the quarter": "what markets added",
    "fees: of the managers": "fees of the managers",
}
_ORDER = ("arrived", "returns", "fees", "spending", "passed_on")


def year_of_fund(scenario: Scenario, history: History, year: int) -> Section | None:
    """Account for what a fund held, got and gave in a year; None where there was nothing."""
    before, changes = history.capital_before(year), history.of_year(year)
    if not before and not changes:
        return None
    begins, ends = (
        in_words(days[year]) for days in (history.days.year_starts, history.days.year_ends)
    )
    account = Account.of(f"what it held when {begins} began", before)
    for words, pence in _summed(scenario, changes).items():
        if pence < 0:
            account.minus(words.replace("markets added", "markets took"), -pence)
        elif pence:
            account.plus(words, pence)
    title = f"What the fund held on {ends}, after what arrived, grew and was charged"
    return Section.of("fund", title, account)


def _summed(scenario: Scenario, changes: Sequence[Change]) -> dict[str, int]:
    """Sum a year's changes that are alike."""
    sums: dict[str, int] = {}
    ordered = sorted(changes, key=lambda one: _ORDER.index(one.words.partition(": ")[0]))
    for one in ordered:
        words = _words(scenario, one.words)
        sums[words] = sums.get(words, 0) + one.pence
    return sums


def _words(scenario: Scenario, words: str) -> str:
    """Say of a change of capital what it was."""
    if words in _CAME:
        return _CAME[words]
    event, _, memo = words.partition(": ")
    if event == "spending":
        return "unshared money taken back" if memo.startswith("unshared") else "what was spent"
    what, _, when = memo.partition(", ")
    way, _, fund = what.partition(" ")
    if fund not in scenario.funds:
        return "what it left when it closed"
    closing = " when it closed" if when and event == "passed_on" else ""
    closing = ", which closed" if when and event == "arrived" else closing
    verb = "received" if way == "from" else "paid"
    return f"{verb} {way} {the(scenario.funds[fund].title)}{closing}"


def decision(history: History, review: Review, index_of: IndexOf) -> Section:
    """Account for what there was to share at one review."""
    account = decided(history, review, index_of)
    if review.brought:
        account.plus("left unshared before", review.brought)
    return Section.of("decision", _title(review), account, _remark(history))


def decisions(history: History, reviews: Sequence[Review], index_of: IndexOf) -> Section:
    """Account for what there was to share at a year's reviews, together."""
    if len(reviews) == 1:
        return decision(history, reviews[0], index_of)
    account = Account()
    for review in reviews:
        words = f"{_which(review)} on {in_words(review.day)}{_early(review)}"
        account.plus(words, decided(history, review, index_of))
    times = "times" if any(review.part for review in reviews) else "reviews"
    title = f"What the fund spent, at {len(reviews)} {times}"
    return Section.of("decision", title, account, _remark(history))


def _title(review: Review) -> str:
    what = "What there was to share" if review.brought else "What the fund spent"
    return f"{what} on {in_words(review.day)} ({_which(review)}{_early(review)})"


def _which(review: Review) -> str:
    number = f"review {review.number + 1}"
    return f"part {review.part + 1} of {number}" if review.part else number


def _early(review: Review) -> str:
    return ", brought forward by an alarm" if review.early else ""


def _remark(history: History) -> str:
    return f"The rule: {history.terms.spending.title()}"
