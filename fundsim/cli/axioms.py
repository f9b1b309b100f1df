"""The command `axioms`: what rules keep and what they break, on the data at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from fundsim.cli import options
from fundsim.cli.compared import tell_doubts

if TYPE_CHECKING:
    from fundsim.comparison.axioms.cards import Card
    from fundsim.comparison.axioms.trials import Verdict
    from fundsim.scenario import Scenario

_LONGEST = 28  # a rule with a longer name heads its column by a number, which a key tells
_TITLES: Mapping[Verdict, str] = {
    "broken": "Broken, with the worst case that was found:",
    "does not apply": "–, does not apply:",
    "kept": "Kept, and to be known:",
}


@click.command()
@options.scenario_argument
@options.rules
@click.option(
    "--amount",
    default="£80m",
    show_default=True,
    metavar="MONEY",
    help="The pot that is shared, as £80m or 80000000.",
)
@options.sets
@options.table_format
@options.debug
def axioms(
    scenario: str,
    rules: tuple[str, ...],
    fund: str | None,
    amount: str,
    sets: tuple[str, ...],
    form: str,
    *,
    whole: bool,
) -> None:
    """Say what rules keep and what they break, with the counter-examples that were found.

    Without --rules, of the scenario's own rule. Each axiom (sums exactly, symmetric, monotone in
    the pot and in need, stable where areas are merged or split, ...) is tried on the scenario's
    areas and an amount of money. That no case was found which breaks it is no proof that it always
    holds.
    """
    from fundsim.cli.printing import print_rows
    from fundsim.comparison.axioms.cards import cards_of, table_of
    from fundsim.comparison.naming import doubts, fund_that_shares, with_rules
    from fundsim.comparison.one_pot import AS_STATED

    stated, pence = options.loaded(scenario, sets), _something(amount)
    name = fund_that_shares(stated, fund)
    chosen = with_rules(stated, name, rules, whole=whole) if rules else {AS_STATED: stated}
    cards = cards_of(chosen, name, pence)
    if form == "table":
        click.echo("\n".join(_lines(cards, stated, name, pence)))
    else:
        table = table_of(cards)
        print_rows(table.columns, table.rows(), form)
    tell_doubts(doubts(chosen, name), form)


def _something(amount: str) -> int:
    pence = options.pence(amount)
    if not pence:
        message = f"{amount} is nothing to share; give more"
        raise click.BadParameter(message, param_hint="--amount")
    return pence


def _lines(cards: Sequence[Card], scenario: Scenario, fund: str, amount: int) -> Iterator[str]:
    """Set cards beside each other, and below them write a line for each counter-example."""
    from fundsim.cli.printing import aligned
    from fundsim.money import pounds
    from fundsim.wording import counted

    names = [
        card.rule if len(card.rule) <= _LONGEST else f"rule {number}"
        for number, card in enumerate(cards, start=1)
    ]
    areas = counted(len(scenario.geography_table), "area")
    yield f"{scenario.name}, fund {fund}: {pounds(amount)} between {areas}"
    yield ""
    rows = [(axiom, *(_cell(card, axiom) for card in cards)) for axiom in cards[0].findings]
    yield from aligned(("", *names), rows)
    for name, card in zip(names, cards, strict=True):
        if name != card.rule:
            yield f"{name}: {card.rule}"
    for verdict, title in _TITLES.items():
        told = list(_told(cards, names, verdict))
        if told:
            yield from ("", title, *told)
    yield ""
    for name, card in zip(names, cards, strict=True):
        yield from (f"{name}: {remark}" for remark in card.remarks)
    yield "kept (12): in all 12 cases tried; that no case was found which breaks it is no proof"


def _cell(card: Card, axiom: str) -> str:
    found = card.findings[axiom]
    if found.verdict == "does not apply":
        return "–"
    return f"kept ({found.cases:,})" if found.verdict == "kept" else "broken"


def _told(cards: Sequence[Card], names: Sequence[str], verdict: Verdict) -> Iterator[str]:
    """Tell what was found about each axiom with a verdict, a line a rule."""
    from fundsim.comparison.axioms.cards import AXIOMS

    for axiom, about in AXIOMS.items():
        found = [(name, card.findings[axiom]) for name, card in zip(names, cards, strict=True)]
        lines = [f"    {name}: {one.words}" for name, one in found if one.verdict == verdict]
        lines = [line for line in lines if not line.endswith(": ")]
        if lines:
            yield from (f"  {axiom}: {about.says}", *lines)
