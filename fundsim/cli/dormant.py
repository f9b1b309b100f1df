"""The command `dormant`: what a scheme of dormant assets receives, repays, holds and releases."""

from __future__ import annotations

import math
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

    Sums are over all years so far, means over all paths, each with its Monte Carlo error. Stocks
    that were published for the scheme stand beside what is simulated for the same day, with the
    miss.
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
    from fundsim.wording import counted, day

    terms = found.scenario.dormant_assets
    assert terms is not None  # noqa: S101 - it was drawn
    stocks = [found.stock_moments(name) for name in STOCKS]
    sure = not any(year.error > 0 for one in stocks for year in one)
    error = "" if sure else " ± its Monte Carlo error"
    yield (
        f"{found.scenario.name}: dormant assets ({', '.join(terms.classes)}) from "
        f"{day(found.begins)} on, mean of {counted(found.paths, 'possible future')}{error}"
    )
    yield ""
    rows = [
        [
            day(end),
            *(_amount(float(one[year].mean), float(one[year].error)) for one in stocks),
            _percent(*found.ruin[year]),
        ]
        for year, end in enumerate(found.days)
    ]
    yield from aligned(HEAD, rows) if rows else ["no year of the scheme ends in this run"]
    yield from _published(found)


def _published(found: Scheme) -> Iterator[str]:
    """Hold what was published for bank accounts against a scheme that begins with them."""
    from fundsim.cli.printing import aligned
    from fundsim.wording import money

    table = found.tables["published"]
    cells = [dict(zip(table.columns, row, strict=True)) for row in table.rows()]
    rows = [
        [
            row["day"],
            row["measure"],
            money(float(row["published"])),
            _amount(100 * float(row["simulated"]), 100 * float(row["se"] or math.nan)),
            f"{100 * float(row['miss']):+.1f}%",
            row["source"],
        ]
        for row in cells
    ]
    if rows:
        yield ""
        yield from aligned(PUBLISHED, rows)


def _amount(pence: float, error: float) -> str:
    """Write a mean, and its error where there is one."""
    from fundsim.wording import money

    return money(pence / 100) + (f" ± {money(error / 100)}" if error > 0 else "")


def _percent(chance: float, error: float) -> str:
    return f"{100 * chance:.1f}%" + (f" ± {100 * error:.1f}%" if error > 0 else "")
