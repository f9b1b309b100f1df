"""The command `sensitivity`: which assumptions matter, and how."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options
from fundsim.cli.studying import carried_out, most_of, pieces_of, study_argument, study_at

if TYPE_CHECKING:
    from fundsim.report.drivers import Drivers


@click.command()
@study_argument
@options.table_format
@options.workers
@options.scheduler
@options.out
@options.charts
@options.language
@options.style
@options.quiet
@options.debug
def sensitivity(
    study: str,
    form: str,
    workers: int,
    scheduler: str | None,
    out: Path | None,
    language: str,
    *,
    charts: bool,
    quiet: bool,
) -> None:
    """Say which assumption moves the answer most, accounts for its spread, or makes a policy fail.

    STUDY moves assumptions one at a time, each to either end of what is plausible, draws them as
    Morris's elementary effects or Sobol's indices take them, or says which futures are acceptable.
    It is run as far as it is not yet; every run meets the same chance as the base. Left as a table,
    and of the first and of Sobol's indices as a chart for each measure.
    """
    from fundsim.report.drivers import Drivers
    from fundsim.studies import planned
    from fundsim.studies.folder import put

    loaded, place = study_at(study, out)
    plan = planned(loaded, most_of(place))
    carried_out(plan, place, workers=workers, scheduler=scheduler, quiet=quiet)
    found = Drivers.found(plan, pieces_of(place))
    table = found.table
    put(place / f"{table.name}.csv", "".join(table.csv()))
    if form != "table":
        from fundsim.cli.printing import print_rows

        print_rows(table.columns, table.rows(), form)
    elif not quiet:
        click.echo("\n".join(_as_words(found)))
    drawn = [f"chart   {each}" for each in _drawn(found, place, language)] if charts else []
    if not quiet:
        click.echo("\n".join(["", f"tables  {place}", *drawn]), err=form != "table")


def _as_words(found: Drivers) -> Iterator[str]:
    from fundsim.cli.printing import told

    yield found.plan.loaded.study.title
    yield found.heading()
    yield from told(found.parts())


def _drawn(found: Drivers, place: Path, language: str) -> Iterator[Path]:
    from fundsim.charts.studying import save_shares, save_tornado

    for one in found.tornadoes:
        yield from save_tornado(found.plan, one, place / "charts", language=language)
    for made in found.shares:
        yield from save_shares(found.plan, made, place / "charts", language=language)
