"""The command `run`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options
from fundsim.cli.progress import progress_bar

if TYPE_CHECKING:
    from fundsim.results.folder import Run
    from fundsim.results.records import Keep
    from fundsim.scenario import Scenario


@click.command()
@options.scenario_argument
@options.sets
@options.run_settings
@click.option("--path", type=click.IntRange(0), metavar="N", help="The path that is told in full.")
@click.option(
    "--keep",
    type=click.Choice(["foundations", "paths"]),
    help="Keep single paths by foundation, or by area, of every path.",
)
@options.out
@options.workers
@options.basis
@options.table_format
@click.option("--charts/--no-charts", default=True, show_default=True, help="Draw the charts too.")
@options.quiet
@options.debug
def run(
    scenario: str,
    sets: tuple[str, ...],
    paths: int | None,
    seed: int | None,
    years: int | None,
    path: int | None,
    keep: Keep | None,
    out: Path | None,
    workers: int,
    form: str,
    *,
    real: bool,
    charts: bool,
    quiet: bool,
) -> None:
    """Simulate one scenario: a summary, a folder of tables, and charts.

    SCENARIO is a file, or the name of one that comes with fundsim (fundsim list scenarios).
    """
    from fundsim.results.folder import place_of
    from fundsim.scenario import load

    chosen = load(scenario, options.as_sets(sets, paths=paths, seed=seed, years=years))
    _refuse_path(path, chosen)
    place = out or place_of(chosen)
    found = _finished(place, chosen, path=path, keep=keep)
    if found is None:
        _simulate(chosen, place, path=path, keep=keep, workers=workers, quiet=quiet)
    elif not quiet:
        click.echo(
            f"{place} holds this run already, whole and unaltered: not simulated again", err=True
        )
    _report(place, form=form, real=real, charts=charts, quiet=quiet)


def _refuse_path(path: int | None, scenario: Scenario) -> None:
    if path is not None and path >= scenario.paths:
        message = f"there is no path {path}; paths are numbered from 0 to {scenario.paths - 1}"
        raise click.BadParameter(message, param_hint="--path")


def _finished(
    place: Path, scenario: Scenario, *, path: int | None, keep: Keep | None
) -> Run | None:
    """Give the run that stands in its place already, if it is whole and holds what is asked."""
    from fundsim.errors import RunError
    from fundsim.results.folder import holds, is_run, open_run
    from fundsim.results.verifying import differences

    if not is_run(place):
        return None
    found = open_run(place)
    wrong = next(differences(found), None)
    if wrong is not None:
        message = f"{place} holds a run that does not verify ({wrong}); choose another with --out"
        raise RunError(message)
    if found.manifest["fingerprint"] != scenario.fingerprint:
        message = (
            f"{place} holds another run ({found.manifest['fingerprint']}); choose another --out"
        )
        raise RunError(message)
    return found if holds(found, path=path, keep=keep) else None


def _simulate(
    scenario: Scenario,
    place: Path,
    *,
    path: int | None,
    keep: Keep | None,
    workers: int,
    quiet: bool,
) -> None:
    from fundsim.engine.simulate import simulate
    from fundsim.results.folder import in_place_of, write

    started = datetime.now(UTC)
    with in_place_of(place) as folder:
        with progress_bar(scenario.paths, quiet=quiet) as progress:
            results = simulate(scenario, path=path, keep=keep, workers=workers, progress=progress)
        write(results, folder, started=started)


def _report(place: Path, *, form: str, real: bool, charts: bool, quiet: bool) -> None:
    """Print what a run says, draw its charts, and say where everything is."""
    from fundsim.cli.printing import print_rows
    from fundsim.cli.summary import lines
    from fundsim.results.folder import open_run

    done = open_run(place)
    if form == "table":
        if not quiet:
            click.echo("\n".join(lines(done, done.scenario, fund="all", real=real)))
    else:
        basis = "real" if real else "nominal"
        table = done.table("summary").where(basis=basis)
        print_rows(table.columns, table.rows(), form)
    made = list(_drawn(done)) if charts else []
    if not quiet:
        click.echo(f"\ntables  {place}", err=form != "table")
        for line in made:
            click.echo(line, err=form != "table")


def _drawn(run: Run) -> Iterator[str]:
    """Draw every chart that has something to show, and say where it is or why there is none."""
    from fundsim.charts import CHARTS, NotShown, save

    for name in CHARTS:
        try:
            for picture in save(name, run, run.folder / "charts"):
                yield f"chart   {picture}"
        except NotShown as reason:
            yield f"        {reason}"
