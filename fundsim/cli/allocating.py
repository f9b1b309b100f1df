"""The command allocate: one pot, shared once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options
from fundsim.cli.compared import measures, numbered, saving, tell_doubts, tell_place

if TYPE_CHECKING:
    from fundsim.comparison.across import Across
    from fundsim.comparison.one_pot import OnePot

FEW = 40  # areas that are printed one by one; of more only those that gain or lose most
MOST = 10


@click.command()
@options.scenario_argument
@options.amount
@options.rules
@options.looked_at
@click.option(
    "--cut",
    is_flag=True,
    help="Where the pot is too small for what a rule promises, cut all alike, as a run does.",
)
@options.sets
@options.table_format
@options.out
@options.charts
@options.language
@options.style
@options.quiet
@options.debug
def allocate(
    scenario: str,
    amount: str,
    rules: tuple[str, ...],
    fund: str | None,
    sets: tuple[str, ...],
    form: str,
    out: Path | None,
    language: str,
    *,
    whole: bool,
    cut: bool,
    charts: bool,
    quiet: bool,
    **looked_at: str | None,
) -> None:
    """Share one pot once, under one rule or several: the table by area, nothing simulated.

    The scenario's own rule comes first, and the others are held against it. A rule is written as
    need_weighted(steepness=2), and takes the place of the fund's innermost one, so that a split
    between nations stays. With --format csv or json, one row an area and one column of pounds a
    rule; with --out, a folder with every table and chart.
    """
    from fundsim.comparison.across import Across
    from fundsim.comparison.inquiry import Future, Inquiry
    from fundsim.comparison.naming import doubts
    from fundsim.comparison.one_pot import share_one_pot
    from fundsim.comparison.running import compare_one_pot, under_rules
    from fundsim.comparison.wanting import wanted

    stated, asked = options.loaded(scenario, sets), wanted(**looked_at)
    name, chosen = under_rules(stated, rules, fund=fund, whole=whole)
    pot = share_one_pot(chosen, name, options.pence(amount), cut=cut)
    future = Future(scenario, name, chosen)
    inquiry = Inquiry([future], asked, "allocated", "nominal", amount=pot.amount, cut=cut)
    made = Across(inquiry, [compare_one_pot(pot, chosen, asked)])
    if out is not None:
        with saving(inquiry, out) as (_, write):
            write(made)
    if form != "table":
        _print_pounds(pot, form)
        tell_doubts(doubts(chosen, name), form)
    else:
        click.echo("\n".join(_by_area(pot) if quiet else _told(pot, made)))
    if out is not None:
        tell_place(out, language, charts=charts, quiet=quiet, err=form != "table")


def _told(pot: OnePot, made: Across) -> Iterator[str]:
    from fundsim.money import pounds

    scenario = pot.scenario
    yield f"{scenario.name}, fund {pot.fund}: {pounds(pot.amount)} shared once"
    yield ""
    yield from _by_area(pot)
    yield ""
    yield from measures(made.first)
    for rule, share in pot.shares.items():
        left = pot.amount - int(share.pence.sum())
        if left:
            yield f"{rule}: {pounds(left)} is not shared and waits"
    yield ""
    yield from made.sentences


def _by_area(pot: OnePot) -> Iterator[str]:
    """Lay the pounds of areas out; of many areas, those that gain and lose most a head."""
    from fundsim.cli.printing import aligned

    places = pot.scenario.geography_table
    shown = _shown(pot)
    names = numbered(list(pot.shares))
    columns = ("", *names, *(f"a head, {name}" for name in names))
    lines = []
    for area in shown:
        own = [int(share.pence[area]) / 100 for share in pot.shares.values()]
        heads = [pounds / int(places.population[area]) for pounds in own]
        lines.append(
            [
                places.names[area],
                *(f"{pounds:,.2f}" for pounds in own),
                *(f"{head:.2f}" for head in heads),
            ]
        )
    yield from aligned(columns, lines)
    if len(shown) < len(places):
        what = "gain and lose most a head" if len(pot.shares) > 1 else "get most and least a head"
        yield (
            f"{len(shown)} of {len(places)} areas, those that {what}; all of them with "
            "--format csv, or with --out"
        )


def _shown(pot: OnePot) -> list[int]:
    """Choose the areas that are printed."""
    import numpy as np

    places = pot.scenario.geography_table
    if len(places) <= FEW:
        return list(range(len(places)))
    first, *others = (share.pence for share in pot.shares.values())
    moved = [other - first for other in others] or [first]
    order = [np.argsort(-(apart / places.population), kind="stable") for apart in moved]
    each = max(MOST // len(order), 3)
    chosen = [area for one in order for area in (*one[:each].tolist(), *one[-each:].tolist())]
    return list(dict.fromkeys(chosen))


def _print_pounds(pot: OnePot, form: str) -> None:
    """Print one row an area and one column of pounds a rule."""
    from fundsim.cli.printing import print_rows

    places = pot.scenario.geography_table
    columns = ["area", "name", "nation", "region", "foundation", "population", *pot.shares]
    parts = {
        f"{rule}: {name}": pence
        for rule, share in pot.shares.items()
        for name, pence in share.programmes.items()
    }
    pences = [*(share.pence for share in pot.shares.values()), *parts.values()]
    rows = (
        [
            *(code, places.names[area], places.nations[area], places.regions[area]),
            *(places.foundation_ids[area], str(places.population[area])),
            *(f"{int(pence[area]) // 100}.{int(pence[area]) % 100:02d}" for pence in pences),
        ]
        for area, code in enumerate(places.codes)
    )
    print_rows([*columns, *parts], rows, form)
