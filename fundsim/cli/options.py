"""Options that mean the same wherever they occur."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from fundsim.scenario import Scenario

Read = TypeVar("Read")
Command = TypeVar("Command", bound=Callable[..., Any])


def _drawn_in(context: click.Context, _: click.Parameter, path: Path | None) -> None:
    """Draw all pictures of this command in a house style."""
    from fundsim.charts.style import drawn_in
    from fundsim.charts.style.reading import read_style

    if path is not None:
        context.with_resource(drawn_in(read_style(path)))


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
scheduler = click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="A Dask cluster to share the work in place of --workers, as tcp://host:8786, or the file "
    "of its --scheduler-file. Whoever reaches a scheduler can run anything on its machines: "
    "loopback or TLS (tls://) only.",
)
charts = click.option(
    "--charts/--no-charts", default=True, show_default=True, help="Draw the charts too."
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


def _known_language(_: click.Context, __: click.Parameter, tag: str) -> str:
    """Refuse a language that there is not before anything is done."""
    if tag == "en":  # which needs no room of charts to be entered
        return tag
    from fundsim.charts.language import known_language
    from fundsim.errors import RunError

    try:
        return known_language(tag)
    except RunError as error:
        raise click.BadParameter(str(error)) from None


language = click.option(
    "--lang",
    "language",
    default="en",
    show_default=True,
    metavar="LANG",
    callback=_known_language,
    help="Language of the pictures: en, or cy (Welsh, not yet checked by a translator). Tables and "
    "what is printed are English.",
)
style = click.option(
    "--style",
    metavar="FILE",
    type=click.Path(path_type=Path),
    callback=_drawn_in,
    expose_value=False,
    help="A house style for the pictures (docs/how-to/house-style.md).",
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


amount = click.option(
    "--amount", required=True, metavar="MONEY", help="The pot, as £80m or 80000000."
)


def rules(command: Command) -> Command:
    """Add --rules, --fund and --whole, which say what is compared."""
    whole = click.option(
        "--whole",
        is_flag=True,
        help="Rules take the place of the fund's whole rule, not of its innermost one.",
    )
    named = click.option(
        "--rules",
        "rules",
        multiple=True,
        metavar="RULE,...",
        help="Rules to compare, as per_capita,need_weighted(steepness=2); may be repeated "
        "(fundsim list allocation, fundsim list presets; with a name after it, that one's keys).",
    )
    which = click.option("--fund", metavar="NAME", help="Whose rule; needed where several share.")
    return whole(named(which(command)))


def looked_at(command: Command) -> Command:
    """Add what a comparison looks at: need, measures, an earlier programme, a minimum, a rate."""
    for name, metavar, what in (
        (
            "local-value",
            "MONEY",
            "Your own figure of local value for each pound; told as external.",
        ),
        ("discount", "RATE", "Yearly rate for present_value; none if left out."),
        ("minimum", "MONEY", "Least viable pounds a year, for areas_under_minimum."),
        ("earlier", "COLUMN", "Column of an earlier programme's money, for overlaps."),
        ("measures", "NAME,...", "Measures to take (fundsim list measures), or all."),
        ("need", "COLUMN", "Column that ranks areas by need, in place of the scenario's."),
    ):
        command = click.option(f"--{name}", metavar=metavar, help=what)(command)
    return command


def pence(text: str, option: str = "--amount") -> int:
    """Read an amount of money, or say what is wrong with it."""
    from fundsim.units import parse_money

    return _read(parse_money, text, option)


def rate(text: str, option: str) -> float:
    """Read a rate, or say what is wrong with it."""
    from fundsim.units import parse_rate

    return _read(parse_rate, text, option)


def _read(parse: Callable[[object], Read], text: str, option: str) -> Read:
    """Read words as a scenario file does; a plain number as one."""
    try:
        return parse(float(text) if _is_number(text) else text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def loaded(name: str, sets: Sequence[str]) -> Scenario:
    """Load a scenario with values set over it."""
    from fundsim.scenario import load

    return load(name, sets)
