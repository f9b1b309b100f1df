"""The command that makes a document of finished runs: report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options

if TYPE_CHECKING:
    from fundsim.metrics.series import Basis


@click.command()
@click.argument(
    "folders", metavar="RUN...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--paper",
    type=click.Choice(["board"]),
    help="board: two pages for a board, of one run.",
)
@options.basis
@options.out
@options.quiet
@options.debug
def report(
    folders: tuple[Path, ...], paper: str | None, out: Path | None, *, real: bool, quiet: bool
) -> None:
    """Make one self-contained HTML document of finished runs.

    What was asked, the answer and how sure it is, the charts with the tables behind them, every
    assumption with its source, what the model must not be used for, and how to make it again. It
    needs no network and no script, and prints to A4. Without --out it stands beside the first run's
    folder, under its name.
    """
    from fundsim.report.document import board_paper
    from fundsim.report.document import report as written
    from fundsim.report.saving import save
    from fundsim.results.folder import open_run

    if paper and len(folders) > 1:
        message = f"a paper for a board is of one run, not of {len(folders)}; name one"
        raise click.BadParameter(message, param_hint="--paper")
    runs = [open_run(folder) for folder in folders]
    basis: Basis = "real" if real else "nominal"
    document = board_paper(runs[0], basis=basis) if paper else written(runs, basis=basis)
    name = folders[0].resolve().name
    end = f"-{paper}.html" if paper else ".html"
    place = out or folders[0].resolve().with_name(f"{name}{end}")
    save(document, place)
    if not quiet:
        click.echo(f"report  {place}")
