"""The command `dormant`: what a scheme of dormant assets receives, repays, holds and releases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from fundsim.cli import options

if TYPE_CHECKING:
    from fundsim.results.scheme import Scheme

HEAD = ("year ends", "received so far", "reclaimed", "released", "held", "ruined")
PUBLISHED = ("on", "", "published", "simulated", "miss", "source")


@click.command()
@options.scenario_argument
@options.sets
@options.run_settings
@options.table_format
@click.option(
    "--table",
    type=click.Choice(["dormant_assets", "published"]),
    default="dormant_assets",
    show_default=True,
    help="Which table is printed as CSV or JSON.",
)
@options.debug
def dormant(
    scenario: str,
    sets: tuple[str, ...],
    paths: int | None,
    seed: int | None,
    years: int | None,
    form: str,
    table: str,
) -> None:
    """Simulate a scenario's dormant assets alone: received, reclaimed, released, held, and ruin.

    Sums are over all years so far, means over all paths. Stocks that were published for the scheme
    stand beside what is simulated for the same day, with the miss.
    """
    from fundsim.cli.printing import print_rows
    from fundsim.results.scheme import Scheme

    chosen = options.loaded(scenario, options.as_sets(sets, paths=paths, seed=seed, years=years))
    found = Scheme.of(chosen)
    if form == "table":
        click.echo("\n".join(_told(found)))
    else:
        print_rows(found.tables[table].columns, found.tables[table].rows(), form)


def _told(found: Scheme) -> Iterator[str]:
    from fundsim.cli.printing import aligned
    from fundsim.results.scheme import STOCKS
    from fundsim.wording import counted, day, money

    terms = found.scenario.dormant_assets
    assert terms is not None  # noqa: S101 - it was drawn
    yield (
        f"{found.scenario.name}: dormant assets ({', '.join(terms.classes)}) from "
        f"{day(found.begins)} on, mean of {counted(found.paths, 'possible future')}"
    )
    yield ""
    means = {name: found.stock(name).mean(axis=1) / 100 for name in STOCKS}
    rows = [
        [
            day(end),
            *(money(means[name][year]) for name in ("received", "reclaimed", "released", "held")),
            f"{100 * found.found.ruined[year].mean():.1f}%",
        ]
        for year, end in enumerate(found.days)
    ]
    yield from aligned(HEAD, rows) if rows else ["no year of the scheme ends in this run"]
    yield from _published(found)


def _published(found: Scheme) -> Iterator[str]:
    """Hold what was published for bank accounts against a scheme that begins with them."""
    from fundsim.cli.printing import aligned
    from fundsim.wording import money

    rows = [
        [row[0], row[1], money(float(row[2])), money(float(row[3])), _percent(row[4]), row[5]]
        for row in found.tables["published"].rows()
    ]
    if rows:
        yield ""
        yield from aligned(PUBLISHED, rows)


def _percent(cell: str) -> str:
    return f"{100 * float(cell):+.1f}%"
