"""The command that makes a document of finished runs: report."""

from __future__ import annotations

from pathlib import Path

import click

from fundsim.cli import options


@click.command()
@click.argument(
    "folders", metavar="RUN...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@options.basis
@options.out
@options.quiet
@options.debug
def report(folders: tuple[Path, ...], out: Path | None, *, real: bool, quiet: bool) -> None:
    """Make one self-contained HTML document of finished runs.

    What was asked, the answer and how sure it is, the charts with the tables behind them, every
    assumption with its source, what the model must not be used for, and how to make it again. It
    needs no network and no script, and prints to A4. Without --out it stands beside the first run's
    folder, under its name.
    """
    from fundsim.report.document import report as written
    from fundsim.report.saving import save
    from fundsim.results.folder import open_run

    runs = [open_run(folder) for folder in folders]
    first = folders[0]
    place = out or first.resolve().with_name(f"{first.resolve().name}.html")
    save(written(runs, basis="real" if real else "nominal"), place)
    if not quiet:
        click.echo(f"report  {place}")
