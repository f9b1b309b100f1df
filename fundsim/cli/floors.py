"""The command `floors`: whom a floor protects, what the others give up, which pot would pay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from fundsim.cli import options
from fundsim.cli.compared import tell_doubts

if TYPE_CHECKING:
    from fundsim.comparison.questions.floors import Floor, Floors

HEAD = (
    *("may lose", "areas below", "people in them", "missing", "pot with that on top"),
    *("or others give up", "areas that do", "pot for floors alone"),
)

_rate = partial(click.option, metavar="RATE", show_default=True)


@click.command()
@options.scenario_argument
@options.amount
@options.rules
@click.option(
    "--against",
    default="per_capita",
    show_default=True,
    metavar="RULE|COLUMN",
    help="What areas keep a share of: a rule's share of the same pot, or a column of pounds.",
)
@click.option(
    "--from", "first", default="0%", show_default=True, metavar="RATE", help="Least loss."
)
@click.option(
    "--to", "last", default="10%", show_default=True, metavar="RATE", help="Largest loss."
)
@click.option(
    "--step", default="1%", show_default=True, metavar="RATE", help="From one to the next."
)
@_rate("--keep", "keep", help="Which pot would keep every area at this share?")
@options.sets
@options.table_format
@click.option(
    "--table",
    "table",
    type=click.Choice(["floors", "areas"]),
    default="floors",
    show_default=True,
    help="Which table is printed as CSV or JSON.",
)
@options.debug
def floors(
    scenario: str,
    amount: str,
    rules: tuple[str, ...],
    fund: str | None,
    against: str,
    first: str,
    last: str,
    step: str,
    keep: str | None,
    sets: tuple[str, ...],
    form: str,
    table: str,
    *,
    whole: bool,
) -> None:
    """Try floors: whom each protects, what the others give up, and which pot would pay for all.

    Every area is to keep a share of what it gets per head, or by another rule, or had last year
    (--against). With --keep 95%, one answer: the pot that keeps every area there.
    """
    from fundsim.cli.printing import print_rows
    from fundsim.comparison.naming import doubts
    from fundsim.comparison.one_pot import share_one_pot
    from fundsim.comparison.questions.baselines import baseline, rules_of
    from fundsim.comparison.questions.floors import kept_share, losses, sweep

    stated, name, pence = options.loaded(scenario, sets), fund, options.pence(amount)
    chosen, name = rules_of(stated, fund, rules, whole=whole)
    shares = (
        losses(*(options.rate(*each) for each in _sweep(first, last, step)))
        if keep is None
        else [kept_share(options.rate(keep, "--keep"))]
    )
    pot = share_one_pot(chosen, name, pence)
    base = baseline(stated, name, pence, against, whole=whole)
    found = sweep(pot, chosen, base, shares)
    if form != "table":
        print_rows(found.tables[table].columns, found.tables[table].rows(), form)
    elif keep is None:
        click.echo("\n".join(_told(found)))
    else:
        click.echo("\n".join(line for rule in found.rules for line in found.kept_at(rule)))
    tell_doubts(doubts(chosen, name), form)


def _sweep(first: str, last: str, step: str) -> Sequence[tuple[str, str]]:
    return (first, "--from"), (last, "--to"), (step, "--step")


def _told(found: Floors) -> Iterator[str]:
    from fundsim.cli.printing import aligned
    from fundsim.money import pounds

    scenario = found.pot.scenario
    yield f"{scenario.name}, fund {found.pot.fund}: {pounds(found.pot.amount)} shared once"
    for rule in found.rules:
        yield ""
        yield f"{rule}; every area keeps a share of {found.baseline.words}"
        yield from aligned(HEAD, [_row(found, floor) for floor in found.of(rule)])
    yield ""
    yield from found.sentences()


def _row(found: Floors, floor: Floor) -> Sequence[str]:
    from fundsim.comparison.questions.saying import percent
    from fundsim.wording import money

    below = floor.missing > 0
    number = found.pot.scenario.geography_table.population[below].sum()
    others: tuple[str, str] = "–", ""
    if floor.given_up.any():
        others = f"up to {percent(floor.largest_cut)}", f"{(floor.given_up > 0).sum():,}"
    return (
        *(percent(floor.loss), f"{below.sum():,}", f"{number:,}"),
        *(money(floor.missing.sum() / 100), money(floor.top_up / 100)),
        *(("cannot be", "") if floor.raised is None else others),
        "no pot" if floor.alone is None else money(floor.alone / 100),
    )
