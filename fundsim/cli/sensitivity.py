"""The command `sensitivity`: which assumption matters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options
from fundsim.cli.studying import carried_out, pieces_of, study_argument, study_at

if TYPE_CHECKING:
    from fundsim.report.drivers import Drivers
    from fundsim.report.parts import Grid


@click.command()
@study_argument
@options.table_format
@options.workers
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
    out: Path | None,
    language: str,
    *,
    charts: bool,
    quiet: bool,
) -> None:
    """Say which assumption moves the answer most, or accounts for its spread.

    STUDY moves assumptions one at a time, each to either end of what is plausible, or draws them as
    Sobol's indices take them. It is run as far as it is not yet; every run meets the same chance as
    the base. Left as a table, and as a chart for each measure.
    """
    from fundsim.report.drivers import Drivers
    from fundsim.studies import planned
    from fundsim.studies.folder import put

    loaded, place = study_at(study, out)
    plan = planned(loaded)
    carried_out(plan, place, workers=workers, quiet=quiet)
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
    from fundsim.cli.printing import aligned
    from fundsim.report.parts import Grid

    yield found.plan.loaded.study.title
    yield found.heading()
    before: str | Grid | None = None
    for part in found.parts():
        if isinstance(part, Grid):
            yield from aligned(part.head, part.rows)
        else:
            yield from [""] if part.endswith(":") or isinstance(before, Grid) else []
            yield part
        before = part


def _drawn(found: Drivers, place: Path, language: str) -> Iterator[Path]:
    from fundsim.charts.studying import save_shares, save_tornado

    for one in found.tornadoes:
        yield from save_tornado(found.plan, one, place / "charts", language=language)
    for made in found.shares:
        yield from save_shares(found.plan, made, place / "charts", language=language)
