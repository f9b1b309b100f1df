"""The command that says why an area gets what it gets, or why it gets more in another run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options

if TYPE_CHECKING:
    from fundsim.results.folder import Run


@click.command()
@options.run_argument
@click.option("--area", required=True, metavar="AREA", help="The area, by code or by name.")
@options.fund
@click.option("--year", type=int, metavar="YEAR", help="One year of the run; all if left out.")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Another run: say what makes the difference to it, part by part.",
)
@options.table_format
@options.debug
def explain(
    folder: Path, area: str, fund: str | None, year: int | None, against: Path | None, form: str
) -> None:
    """Say why an area gets what it gets in a run, step by step, to the penny.

    On the path that the run tells: what came into each fund and what it spent, how the rule shared
    it, the foundation's fee, the queue, the instalments, and what was paid. Each line works on the
    one before it. Without --year, every year's money, and the steps of the largest.

    With --against the difference to another run is taken apart: the same path is told again with
    that run's assumptions, one group after the other.
    """
    run = _whole(folder)
    if against is None:
        _print_one(run, area, fund, year, form)
    else:
        _print_two(run, _whole(against), area, fund, year, form)


def _whole(folder: Path) -> Run:
    """Open a run that is as it was made; any other is refused."""
    from fundsim.errors import RunError
    from fundsim.results.folder import open_run
    from fundsim.results.verifying import altered

    run = open_run(folder)
    wrong = next(altered(run), None)
    if wrong is not None:
        message = f"{folder} does not verify ({wrong}); whole runs only are explained"
        raise RunError(message)
    return run


def _print_one(run: Run, area: str, fund: str | None, year: int | None, form: str) -> None:
    from fundsim.cli.printing import print_rows
    from fundsim.explaining.asking import find_area, find_funds, find_year
    from fundsim.explaining.explained import Asked, Explained
    from fundsim.explaining.table import table_of
    from fundsim.explaining.words import of_year, of_years

    scenario = run.scenario
    row, funds = find_area(scenario.geography_table, area), find_funds(list(scenario.funds), fund)
    number = find_year(scenario, year)
    asked = Asked(Explained(run), row, funds)
    asked.explained.check(row)
    if form == "table":
        click.echo("\n".join(of_years(asked) if number is None else of_year(asked, number)))
        return
    table = table_of(asked, number)
    print_rows(table.columns, table.rows(), form)


def _print_two(
    run: Run, other: Run, area: str, fund: str | None, year: int | None, form: str
) -> None:
    from fundsim.cli.printing import print_rows
    from fundsim.explaining.asking import find_area
    from fundsim.explaining.bridge import bridge
    from fundsim.explaining.bridge_words import of_bridge
    from fundsim.explaining.table import table_of_bridge

    places = run.scenario.geography_table
    found = bridge(run, other, places.codes[find_area(places, area)], fund=fund, year=year)
    if form == "table":
        click.echo("\n".join(of_bridge(found)))
        return
    table = table_of_bridge(found)
    print_rows(table.columns, table.rows(), form)
