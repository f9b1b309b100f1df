"""The commands `batch` and `sensitivity`: many scenarios, and which assumption matters."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options
from fundsim.cli.progress import progress_bar

if TYPE_CHECKING:
    from fundsim.report.drivers import Drivers
    from fundsim.report.parts import Grid
    from fundsim.results.table import Table
    from fundsim.studies.pieces import Pieces
    from fundsim.studies.plan import Plan
    from fundsim.studies.reading import Loaded
    from fundsim.studies.sensitivity import Tornado
    from fundsim.studies.state import State

study_argument = click.argument("study", metavar="STUDY")


@click.command()
@study_argument
@click.option("--status", is_flag=True, help="Only say how far it is.")
@click.option("--dry-run", is_flag=True, help="Only say what would be run.")
@click.option("--retry-failed", is_flag=True, help="Run again what failed before, too.")
@options.table_format
@options.workers
@options.out
@options.quiet
@options.debug
def batch(
    study: str,
    form: str,
    workers: int,
    out: Path | None,
    *,
    status: bool,
    dry_run: bool,
    retry_failed: bool,
    quiet: bool,
) -> None:
    """Run every scenario of a study, and leave one table of what comes out.

    STUDY is a file, one that comes with fundsim, or the folder of one. What is done is kept as it
    comes: asked again, a study goes on where it was stopped, and nothing is run twice. A scenario
    that fails is a row with its reason, and the others go on (exit 1 at the end).
    """
    from fundsim.studies import planned

    loaded, place = _found(study, out)
    plan = planned(loaded)
    if status or dry_run:
        click.echo("\n".join(_stand(plan, place)))
        return
    made, state = _carried_out(plan, place, workers=workers, retry=retry_failed, quiet=quiet)
    _print(made, form, quiet=quiet)
    if not quiet:
        click.echo("\n".join(["", *_told(plan, state), f"tables  {place}"]), err=form != "table")
    if state.failed:
        sys.exit(1)


@click.command()
@study_argument
@options.table_format
@options.workers
@options.out
@options.charts
@options.language
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
    """Say which assumption moves the answer most: each alone, at either end of what is plausible.

    STUDY moves assumptions one at a time. It is run as far as it is not yet; every end meets the
    same chance as the base, and is held against it path by path. Left as a table and a chart for
    each measure.
    """
    from fundsim.report.drivers import Drivers
    from fundsim.studies import planned
    from fundsim.studies.sensitivity import table_of_tornadoes, tornadoes

    loaded, place = _found(study, out)
    plan = planned(loaded)
    _carried_out(plan, place, workers=workers, retry=False, quiet=quiet)
    found = tornadoes(plan, _pieces(place))
    table = table_of_tornadoes(found)
    _written(table, place)
    if form != "table":
        from fundsim.cli.printing import print_rows

        print_rows(table.columns, table.rows(), form)
    elif not quiet:
        click.echo("\n".join(_as_words(Drivers(plan, found))))
    drawn = [f"chart   {each}" for each in _drawn(plan, found, place, language)] if charts else []
    if not quiet:
        lines = ["", f"tables  {place}", *drawn]
        click.echo("\n".join(lines), err=form != "table")


def _found(study: str, out: Path | None) -> tuple[Loaded, Path]:
    """Read a study, or the one whose folder this is, and say where it stands."""
    from fundsim.studies.folder import is_study, open_study, place_of
    from fundsim.studies.reading import load_study

    if is_study(Path(study)):
        return open_study(Path(study)), out or Path(study)
    loaded = load_study(study)
    return loaded, out or place_of(loaded)


def _pieces(place: Path) -> Pieces:
    from fundsim.studies.pieces import FOLDER, Pieces

    return Pieces(place / FOLDER)


def _carried_out(
    plan: Plan, place: Path, *, workers: int, retry: bool, quiet: bool
) -> tuple[Table, State]:
    """Run what is not there yet, and put the table into its place."""
    from fundsim.studies.folder import begin, finish
    from fundsim.studies.running import carry_out
    from fundsim.studies.state import state_of

    pieces = begin(plan.loaded, place)
    before = state_of(plan, pieces)
    if before.done and not quiet:
        click.echo(f"{len(before.done):,} of {len(plan.runs):,} runs are there already", err=True)
    paths = sum(run.scenario.paths for run in before.open if run.scenario)
    with progress_bar(paths, quiet=quiet) as progress:
        carry_out(plan, pieces, workers=workers, retry=retry, progress=progress)
    state = state_of(plan, pieces)
    return finish(plan, pieces, place, state), state


def _stand(plan: Plan, place: Path) -> Iterator[str]:
    """Say how far a study is, and what is still to be run."""
    from fundsim.studies.state import state_of
    from fundsim.wording import counted

    state = state_of(plan, _pieces(place))
    study = plan.loaded.study
    yield f"{study.name}: {counted(len(plan.runs), 'run')}"
    yield f"done {len(state.done):,}, failed {len(state.failed):,}, open {len(state.open):,}"
    paths = sum(run.scenario.paths for run in state.open if run.scenario)
    megabytes = 8e-6 * paths * len(plan.looks)
    yield f"still to simulate: {counted(paths, 'path')}; {megabytes:,.1f} MB of pieces"
    yield f"place {place}"


def _told(plan: Plan, state: State) -> Iterator[str]:
    from fundsim.report.drivers import Drivers
    from fundsim.wording import counted

    if state.failed:
        first = state.failed[0]
        yield f"{counted(len(state.failed), 'run')} of {len(plan.runs):,} failed; see column failed"
        yield f"the first one: run {first.number}"
    yield from Drivers(plan, ()).doubts()


def _print(table: Table, form: str, *, quiet: bool) -> None:
    from fundsim.cli.printing import print_rows

    if form != "table":
        print_rows(table.columns, table.rows(), form)
    elif not quiet:
        shown = [
            name for name in table.columns if name not in ("p25", "p75", "paths", "years", "seed")
        ]
        places = [table.columns.index(name) for name in shown]
        print_rows(shown, [[row[place] for place in places] for row in table.rows()], form)


def _written(table: Table, place: Path) -> None:
    from fundsim.studies.folder import put

    put(place / f"{table.name}.csv", "".join(table.csv()))


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


def _drawn(plan: Plan, made: list[Tornado], place: Path, language: str) -> Iterator[Path]:
    from fundsim.charts.studying import save_tornado

    for one in made:
        yield from save_tornado(plan, one, place / "charts", language=language)
