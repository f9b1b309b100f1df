"""The command `indices`: what changes if the index of need changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options
from fundsim.cli.compared import put, tell_doubts

if TYPE_CHECKING:
    from fundsim.comparison.questions.indices import Change, Indices

HEAD = (
    *("need", "moved", "of all", "gain over 5%", "lose over 5%", "pairs flipped", "Kendall"),
    *("Spearman", "top areas that stay"),
)


@click.command()
@options.scenario_argument
@options.amount
@click.option(
    "--needs",
    required=True,
    multiple=True,
    metavar="NEED,...",
    help="Columns, or tables as in a scenario file; the others are held against the first.",
)
@options.rules
@click.option(
    "--top",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    metavar="N",
    help="How many areas with most a head are looked at.",
)
@options.sets
@options.table_format
@click.option(
    "--table",
    "table",
    type=click.Choice(["indices", "areas", "groups"]),
    default="indices",
    show_default=True,
    help="Which table is printed as CSV or JSON.",
)
@options.style
@options.out
@options.language
@options.debug
def indices(
    scenario: str,
    amount: str,
    needs: tuple[str, ...],
    rules: tuple[str, ...],
    fund: str | None,
    top: int,
    sets: tuple[str, ...],
    form: str,
    table: str,
    out: Path | None,
    language: str,
    *,
    whole: bool,
) -> None:
    """Change the index of need under the same rule: money moved, who gains and loses, rank flips.

    A single need is held against the scenario's own. A need of several columns is written as
    {columns={a=2,b=1},scale="rank"}.
    """
    from fundsim.cli.printing import print_rows
    from fundsim.comparison.naming import doubts
    from fundsim.comparison.questions.baselines import rules_of
    from fundsim.comparison.questions.indices import under_needs

    stated, pence = options.loaded(scenario, sets), options.pence(amount)
    found = under_needs(stated, fund, pence, needs, rules, whole=whole, top=top)
    if out is not None:
        put(found.tables, stated, out, partial(_drawn, found, language))
    if form == "table":
        click.echo("\n".join(_told(found)))
    else:
        print_rows(found.tables[table].columns, found.tables[table].rows(), form)
    chosen, name = rules_of(stated, fund, rules, whole=whole)
    tell_doubts(doubts(chosen, name), form)


def _drawn(found: Indices, language: str, folder: Path) -> Iterator[Path]:
    """Draw who moves up and down, for each rule and need."""
    from fundsim.charts.comparing import Given, save_comparison

    for number, one in enumerate(found.changes, start=1):
        ranks = found.tables["areas"].where(rule=one.rule, need=one.need)
        place = folder / str(number) if len(found.changes) > 1 else folder
        given = Given(found.scenario, {"ranks": ranks})
        yield from save_comparison("rank_slopes", given, place, language=language)


def _told(found: Indices) -> Iterator[str]:
    from fundsim.cli.printing import aligned
    from fundsim.money import pounds

    yield f"{found.scenario.name}, fund {found.fund}: {pounds(found.amount)} shared once"
    yield f"Held against: {found.needs[0]}"
    for rule in dict.fromkeys(change.rule for change in found.changes):
        yield ""
        yield rule
        yield from aligned(HEAD, [_row(one) for one in found.changes if one.rule == rule])
    yield ""
    yield from found.sentences()


def _row(change: Change) -> Sequence[str]:
    from fundsim.comparison.questions.saying import percent
    from fundsim.wording import money

    whole, order = int(change.before.sum()), change.agreement
    return (
        *(change.need, money(change.moved / 100), percent(change.moved / whole if whole else 0.0)),
        *(f"{change.gaining.sum():,}", f"{change.losing.sum():,}", percent(order.share_flipped)),
        *(f"{order.tau:.2f}", f"{order.rho:.2f}", f"{change.top_stay} of {change.top}"),
    )
