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
@options.fund
@options.foundation
@options.basis
@options.table_format
@options.charts
@options.language
@options.style
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
    fund: str | None,
    foundation: str | None,
    form: str,
    language: str,
    *,
    real: bool,
    charts: bool,
    quiet: bool,
) -> None:
    """Simulate one scenario: a summary, a folder of tables, and charts.

    SCENARIO is a file, or the name of one that comes with fundsim (fundsim list scenarios). With
    --foundation the years of that foundation are printed in place of the summary.
    """
    from fundsim.results.folder import open_run, place_of
    from fundsim.scenario import load

    chosen = load(scenario, options.as_sets(sets, paths=paths, seed=seed, years=years))
    _refuse_path(path, chosen)
    _refuse_unknown(fund, foundation, chosen)
    place = out or place_of(chosen)
    found = _finished(place, chosen, path=path, keep=keep)
    if found is None:
        _simulate(chosen, place, path=path, keep=keep, workers=workers, quiet=quiet)
    elif not quiet:
        click.echo(
            f"{place} holds this run already, whole and unaltered: not simulated again", err=True
        )
    done, beside_data = open_run(place), form != "table"
    if beside_data or not quiet:
        _print(done, form=form, fund=fund, foundation=foundation, real=real)
    made = list(_drawn(done, fund, foundation, language)) if charts else []
    if not quiet:
        click.echo("\n".join(["", f"tables  {place}", *made]), err=beside_data)


def _refuse_path(path: int | None, scenario: Scenario) -> None:
    if path is not None and path >= scenario.paths:
        message = f"there is no path {path}; paths are numbered from 0 to {scenario.paths - 1}"
        raise click.BadParameter(message, param_hint="--path")


def _refuse_unknown(fund: str | None, foundation: str | None, scenario: Scenario) -> None:
    from fundsim.errors import nearest
    from fundsim.scenario.delivery import no_foundation
    from fundsim.scenario.schema import EVERY_FUND

    funds = [*scenario.funds, EVERY_FUND]
    if fund is not None and fund not in funds:
        message = f'there is no fund "{fund}"{nearest(fund, funds)}; there are {", ".join(funds)}'
        raise click.BadParameter(message, param_hint="--fund")
    fault = no_foundation(foundation, scenario.geography_table) if foundation is not None else ""
    if fault:
        raise click.BadParameter(fault, param_hint="--foundation")


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
    if found.manifest["fingerprint"] != scenario.fingerprint:
        return None  # it is not replaced, but refused
    wrong = next(differences(found), None)
    if wrong is not None:
        message = f"{place} holds a run that does not verify ({wrong}); choose another with --out"
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
    with in_place_of(place, scenario.fingerprint) as folder:
        with progress_bar(scenario.paths, quiet=quiet) as progress:
            results = simulate(scenario, path=path, keep=keep, workers=workers, progress=progress)
        write(results, folder, started=started)


def _print(done: Run, *, form: str, fund: str | None, foundation: str | None, real: bool) -> None:
    """Print the summary of a run, or the years of one foundation, in the form that was asked."""
    from fundsim.cli.one_foundation import rows_of, view
    from fundsim.cli.printing import print_rows
    from fundsim.cli.summary import lines
    from fundsim.scenario.schema import EVERY_FUND

    whole = fund or EVERY_FUND
    if form == "table":
        told = (
            lines(done, done.scenario, fund=whole, real=real)
            if foundation is None
            else view(done, done.scenario, foundation, fund=whole, real=real)
        )
        click.echo("\n".join(told))
        return
    if foundation is None:
        wanted = {"basis": "real" if real else "nominal"} | ({"fund": fund} if fund else {})
        table = done.table("summary").where(**wanted)
    else:
        table = rows_of(done, foundation, fund=fund, real=real)
    print_rows(table.columns, table.rows(), form)


def _drawn(run: Run, fund: str | None, foundation: str | None, language: str) -> Iterator[str]:
    """Draw every chart that has something to show, and say where it is or why there is none.

    What has nothing to show for all funds together, such as how one of them lasts, is drawn for
    those that it does show.
    """
    from fundsim.charts import NotShown, drawn, save_each

    for name in drawn(foundation=foundation is not None):
        try:
            made = save_each(
                name,
                run,
                run.folder / "charts",
                fund=fund,
                foundation=foundation,
                language=language,
            )
        except NotShown as reason:
            yield f"        {reason}"
        else:
            yield from (f"chart   {picture}" for picture in made)
