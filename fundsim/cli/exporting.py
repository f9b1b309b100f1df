"""The command `export`."""

from __future__ import annotations

from pathlib import Path

import click

from fundsim.cli import options

PICTURED = ("xlsx", "docx")  # formats that hold pictures


@click.command()
@options.run_argument
@click.option(
    "--to",
    "form",
    required=True,
    metavar="FORMAT",
    help="csv, xlsx, datapackage, parquet, replication, netcdf, docx, 360giving.",
)
@click.option(
    "--table",
    "tables",
    multiple=True,
    metavar="NAME",
    help="Only this table (results/README.md tells them all); may be repeated.",
)
@options.style
@options.out
@options.quiet
@options.debug
def export(
    folder: Path, form: str, tables: tuple[str, ...], out: Path | None, *, quiet: bool
) -> None:
    """Export the tables of a finished run or comparison to files that other programs read.

    Figures are those of the run, digit for digit, and the same run gives the same bytes. What is
    written stands beside the run's folder unless --out names another place; a file or folder that
    holds something else is never replaced. The tables of a study are such files already; a study is
    exported to replication, one archive that holds all of it and says how to make it again.
    """
    from fundsim.exporting import export as made_of
    from fundsim.exporting import find

    find(form)
    _refuse_style(form)
    _refuse_answers(folder)
    place, remarks = made_of(folder, form, out=out, tables=tables)
    for remark in remarks:
        click.echo(remark, err=True)
    if not quiet:
        click.echo(place)


def _refuse_style(form: str) -> None:
    """Refuse a house style for a format without pictures."""
    from fundsim.charts.style import PLAIN, look_now

    if form not in PICTURED and look_now() is not PLAIN:
        message = f"{form} holds no pictures; leave it out, or take {' or '.join(PICTURED)}"
        raise click.BadParameter(message, param_hint="--style")


def _refuse_answers(folder: Path) -> None:
    """Refuse an answer that is no run, comparison or study: its tables are CSV already."""
    from fundsim.comparison.folder import KIND, kind_of
    from fundsim.errors import RunError
    from fundsim.studies.folder import KIND as STUDY

    kind = kind_of(folder)
    if kind not in ("", KIND, STUDY):
        message = (
            f"{folder} is an answer of fundsim {kind}, and only runs, comparisons and studies are "
            "exported; its tables stand in it as CSV, and each of its scenarios can be run and "
            "exported"
        )
        raise RunError(message)
