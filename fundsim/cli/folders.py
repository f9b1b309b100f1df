"""The commands that take a finished run: chart, verify, reproduce."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options
from fundsim.cli.progress import progress_bar

if TYPE_CHECKING:
    from fundsim.charts.rendering import Format


@click.command()
@options.run_argument
@click.argument("names", nargs=-1, metavar="[NAME]...")
@options.fund
@options.foundation
@options.basis
@options.picture_format
@options.out
@options.quiet
@options.debug
def chart(
    folder: Path,
    names: tuple[str, ...],
    fund: str | None,
    foundation: str | None,
    forms: tuple[Format, ...],
    out: Path | None,
    *,
    real: bool,
    quiet: bool,
) -> None:
    """Draw charts of a finished run, each with its data as CSV beside it.

    Without names, all of them (fundsim list charts): one that has nothing to show for all funds
    together for each that it does show, and the one of a single foundation only where --foundation
    says of which.
    """
    from fundsim.charts import CHARTS, UNASKED, NotShown, save, save_each
    from fundsim.errors import RunError
    from fundsim.metrics.series import Basis
    from fundsim.results.folder import open_run
    from fundsim.results.verifying import altered

    run = open_run(folder)
    wrong = next(altered(run), None)
    if wrong is not None:
        message = f"{folder} does not verify ({wrong}); charts are drawn of whole runs only"
        raise RunError(message)
    basis: Basis = "real" if real else "nominal"
    for name in names or (UNASKED if foundation is None else CHARTS):
        try:
            made = (save if names else save_each)(
                name,
                run,
                out or folder / "charts",
                formats=forms or ("svg", "png"),
                fund=fund,
                basis=basis,
                foundation=foundation,
            )
        except NotShown as reason:
            if names:
                raise
            made = []
            click.echo(str(reason), err=True)
        if made and not quiet:
            click.echo("\n".join(map(str, made)))


@click.command()
@options.run_argument
@options.quiet
@options.debug
def verify(folder: Path, *, quiet: bool) -> None:
    """Check that a run folder is whole and unaltered, and that its books balance.

    Hashes, fingerprint, the fund tables made again from the Parquet file, and all identities;
    nothing is simulated. The answer is no (exit 1) where anything differs.
    """
    from fundsim.results.folder import open_run
    from fundsim.results.verifying import differences

    same = f"ok: {folder} is whole and unaltered (charts/ is not part of it)"
    _answer(list(differences(open_run(folder))), same, quiet=quiet)


@click.command()
@options.run_argument
@options.workers
@options.quiet
@options.debug
def reproduce(folder: Path, workers: int, *, quiet: bool) -> None:
    """Simulate a run again from its own folder, and say what differs, by how many pence.

    The answer is no (exit 1) where anything differs.
    """
    from fundsim import reproducing
    from fundsim.results.folder import open_run

    run = open_run(folder)
    with progress_bar(run.manifest["paths"], quiet=quiet) as progress:
        found = reproducing.reproduce(run, workers=workers, progress=progress)
    same = f"ok: {folder} was made again, the same in every table"
    _answer(found, same, quiet=quiet)


def _answer(differences: list[str], same: str, *, quiet: bool) -> None:
    """Print what differs and exit 1, or say that nothing does."""
    if differences:
        click.echo("\n".join(differences))
        sys.exit(1)
    if not quiet:
        click.echo(same)
