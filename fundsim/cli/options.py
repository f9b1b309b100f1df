"""Options that mean the same wherever they occur."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

scenario_argument = click.argument("scenario", metavar="SCENARIO")
run_argument = click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))

sets = click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change one value, as in --set funds.luc.spending.rate=3.5%; may be repeated.",
)
out = click.option(
    "--out", type=click.Path(path_type=Path), metavar="PATH", help="Where the result goes."
)
workers = click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes to share the work; they change no figure.",
)
quiet = click.option("--quiet", is_flag=True, help="Say nothing but what is asked for.")
debug = click.option(
    "--debug", is_flag=True, expose_value=False, help="Show a traceback when something fails."
)
table_format = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How the table is printed.",
)
basis = click.option(
    "--real/--nominal",
    "real",
    default=True,
    show_default=True,
    help="Prices of the start date, or pounds of the day.",
)
picture_format = click.option(
    "--format",
    "forms",
    type=click.Choice(["svg", "png", "pdf"]),
    multiple=True,
    help="Kind of picture; may be repeated.  [default: svg, png]",
)
fund = click.option("--fund", metavar="NAME", help="Which fund; all together if left out.")
foundation = click.option(
    "--foundation", metavar="ID", help="One foundation's own figures (fundsim list foundations)."
)


def run_settings(command: Command) -> Command:
    """Add --paths, --seed and --years, which replace the scenario's own."""
    for name, what in (
        ("years", "Years to simulate"),
        ("seed", "Number that all chance is drawn from"),
        ("paths", "Possible futures to simulate"),
    ):
        option = click.option(f"--{name}", type=int, metavar="N", help=f"{what}.")
        command = option(command)
    return command


def as_sets(sets: tuple[str, ...], **settings: int | None) -> list[str]:
    """Write --paths and its like as values set over a scenario."""
    return [*sets, *(f"{key}={value}" for key, value in settings.items() if value is not None)]
