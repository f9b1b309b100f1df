"""Several scenarios path by path: what they have in common is drawn and decided once.

The first scenario is simulated whole. Of one that differs from it in allocation rules alone, only
the sharing and what follows it is simulated: the sums that the first one's funds spent are handed
to it, review by review. Where a rule can change what a fund has to spend (it leaves money unshared,
which a closing fund passes on to another), it is simulated whole, on the same draws. A scenario
that differs in more is simulated whole on its own draws; they come from the same streams.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np

from fundsim.engine import fund, shocks
from fundsim.engine.block import delivery, of_funds, play, year_ends
from fundsim.engine.books import Books, Spent
from fundsim.engine.clock import Phase
from fundsim.engine.foundations import Story
from fundsim.engine.markets import Markets, draw
from fundsim.engine.model import Model
from fundsim.engine.spending import settle_lot, share
from fundsim.engine.tallied import Outcome, Tallied
from fundsim.memory import given_back
from fundsim.rules.allocation import Amounts
from fundsim.rules.need import Blend
from fundsim.rules.returns import Tabled
from fundsim.rules.round import Round
from fundsim.scenario import Scenario
from fundsim.scenario.fingerprint import WORDS_ONLY

_ONE_BILLION = 100_000_000_000  # pence: enough for any rule to leave something if it ever does

Kept = TypeVar("Kept")
Reduce = Callable[[Sequence[Outcome]], Kept]
"""Makes of the outcomes of all rules on some paths what is kept of them."""


def differ_in_sharing_alone(one: Scenario, other: Scenario) -> bool:
    """Tell whether two scenarios are the same but for the allocation rules of their funds."""
    return _but_for_sharing(one) == _but_for_sharing(other)


def _but_for_sharing(scenario: Scenario) -> dict[str, object]:
    values = scenario.model_dump(exclude=set(WORDS_ONLY))
    for terms in values["funds"].values():
        del terms["allocation"], terms["title"]
    markets = scenario.markets.data.digest if isinstance(scenario.markets, Tabled) else ""
    return values | {"areas": scenario.geography_table.digest, "history": markets}


def feeds_back(*scenarios: Scenario) -> list[str]:
    """Name the funds whose rule, in any of these, can change what another fund has to spend."""
    found = (
        name
        for scenario in scenarios
        for name, terms in scenario.funds.items()
        if terms.closes
        and terms.closes.on <= scenario.last_day
        and terms.closes.residue in scenario.funds
        and _may_leave_some(scenario, name)
    )
    return list(dict.fromkeys(found))


def _may_leave_some(scenario: Scenario, name: str) -> bool:
    """Tell whether a fund's rule answers with amounts, or may do so on a later day."""
    rule, need = scenario.funds[name].allocation, scenario.geography.need
    if rule.changes() or (isinstance(need, Blend) and need.review is not None):
        return True
    pot = np.full(1, _ONE_BILLION, np.int64)
    return isinstance(rule.shares(Round.over(scenario.geography_table, need, pot)), Amounts)


def run_rules(
    scenarios: Sequence[Scenario],
    measure: str,
    reduce: Reduce[Kept],
    span: tuple[int, int],
) -> tuple[int, Kept]:
    """Simulate some paths under each rule, and give how many they are and what is made of them."""
    with given_back():
        outcomes = list(_outcomes(scenarios, measure, span))
        return sum(span), reduce(outcomes)


def _outcomes(
    scenarios: Sequence[Scenario], measure: str, span: tuple[int, int]
) -> Iterator[Outcome]:
    base, *others = scenarios
    markets, first = draw(base, *span), span[0]
    one = _model(base, markets, first, measure)
    play(one, _whole(one, measure))
    yield _outcome(one, first)
    rounds = {books.name: books.rounds for books in one.funds}
    for scenario in others:
        alike = differ_in_sharing_alone(base, scenario)
        own = markets if alike else draw(scenario, *span)
        model = _model(scenario, own, first, measure)
        if alike and not feeds_back(base, scenario):
            play(model, _handed(model, rounds, measure))
        else:
            play(model, _whole(model, measure))
        yield _outcome(model, first)


def _model(scenario: Scenario, markets: Markets, first: int, measure: str) -> Model:
    def keeping(model: Model) -> Tallied:
        return Tallied(len(model.geography), model.paths, model.funds, (measure,))

    return Model(scenario, scenario.geography_table, markets, first=first, keeping=keeping)


def _outcome(model: Model, first: int) -> Outcome:
    assert isinstance(model.recorder, Tallied)  # noqa: S101 - made above
    return model.recorder.outcome(first)


def _whole(model: Model, measure: str) -> Iterator[Story]:
    """Give the stories of a whole run, as far as what is measured takes them."""
    yield from _taken_on(model, measure)
    yield from of_funds(model)


def _taken_on(model: Model, measure: str) -> Iterator[Story]:
    """Give the stories of what becomes of rounds: all of it, or that they are counted."""
    if measure == "paid":
        yield from delivery(model)
    else:
        yield counted(model)


def _handed(model: Model, rounds: dict[str, list[Spent]], measure: str) -> Iterator[Story]:
    """Give the stories of sharing sums that other funds have spent, and what follows it."""
    yield from _taken_on(model, measure)
    yield fund.prices(model)
    yield from shocks.stories(model)
    for books in model.funds:
        settle_lot(model, books)
        yield _spent(model, books, rounds[books.name])
        yield _taken_back(model, books)
    yield year_ends(model)


def counted(model: Model) -> Story:
    """Count each round as it is shared; nobody takes it any further."""
    while True:
        letter = yield model.inbox.get()
        model.recorder.served(letter.books, letter.lot, "allocated", letter.pence, model.index)


def _spent(model: Model, books: Books, rounds: Sequence[Spent]) -> Story:
    """Hand the sums of each review over, and share them."""
    for review in rounds:
        yield model.clock.until(review.day, Phase.DECIDE, books.rank)
        memo = f"spending: as before, review {review.number + 1}"
        model.ledger.move(review.amount, frm=books.source, to=books.pot, memo=memo)
        share(model, books, review)


def _taken_back(model: Model, books: Books) -> Story:
    """Take what was not shared out of a fund that closes."""
    closes = books.terms.closes
    if closes is not None and closes.on <= model.clock.last_day:
        yield model.clock.until(closes.on, Phase.CLOSE, books.rank)
        memo = "spending: unshared, taken back"
        model.ledger.move(-books.pot.balance, frm=books.source, to=books.pot, memo=memo)
