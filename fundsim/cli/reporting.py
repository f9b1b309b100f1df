"""The command that makes a document of finished runs: report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options

if TYPE_CHECKING:
    from fundsim.comparison.folder import Saved
    from fundsim.metrics.series import Basis
    from fundsim.results.folder import Run


@click.command()
@click.argument(
    "folders",
    metavar="RUN | COMPARISON...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
)
@click.option(
    "--paper",
    type=click.Choice(["board"]),
    help="board: two pages for a board, of one run.",
)
@options.basis
@options.style
@options.out
@options.quiet
@options.debug
def report(
    folders: tuple[Path, ...], paper: str | None, out: Path | None, *, real: bool, quiet: bool
) -> None:
    """Make one self-contained HTML document of finished runs and comparisons.

    What was asked, the answer and how sure it is, the charts with the tables behind them, every
    assumption with its source, what the model must not be used for, and how to make it again. It
    needs no network and no script, and prints to A4. Without --out it stands beside the first run's
    folder, under its name.
    """
    from fundsim.report.document import board_paper
    from fundsim.report.document import report as written
    from fundsim.report.saving import save
    from fundsim.results.folder import Run

    runs, basis = [_opened(folder) for folder in folders], _basis(real=real)
    if paper:
        (first, *others), folder = runs, folders[0]
        if others or not isinstance(first, Run):
            found = f"{len(runs)} folders" if others else f"{folder}, a comparison"
            message = f"a paper for a board is of one run, not of {found}"
            raise click.BadParameter(message, param_hint="--paper")
        document = board_paper(first, basis=basis)
    else:
        document = written(runs, basis=basis)
    name = folders[0].resolve().name
    end = f"-{paper}.html" if paper else ".html"
    place = out or folders[0].resolve().with_name(f"{name}{end}")
    save(document, place)
    if not quiet:
        click.echo(f"report  {place}")


def _basis(*, real: bool) -> Basis:
    return "real" if real else "nominal"


def _opened(folder: Path) -> Run | Saved:
    """Open a finished run or comparison; one that was altered is refused."""
    from fundsim.comparison.folder import Saved, altered, is_comparison
    from fundsim.errors import RunError
    from fundsim.results.folder import open_run
    from fundsim.results.verifying import altered as altered_run

    found: Run | Saved = Saved(folder) if is_comparison(folder) else open_run(folder)
    wrong = next(altered(found) if isinstance(found, Saved) else altered_run(found), None)
    if wrong is not None:
        message = f"{folder} does not verify ({wrong}); reports are made of what is whole only"
        raise RunError(message)
    return found
