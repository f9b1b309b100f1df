"""The commands about scenario files: check, show, diff, new, schema."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options

if TYPE_CHECKING:
    from fundsim.scenario import Scenario
    from fundsim.studies.reading import Loaded


@click.command()
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@options.sets
@options.debug
def check(scenarios: tuple[str, ...], sets: tuple[str, ...]) -> None:
    """Say whether files of scenarios or studies can be run, and every problem if they cannot.

    Also names the areas that would get nothing, and each figure whose source is unverified.
    """
    from fundsim.errors import InputError

    failed = False
    for name in scenarios:
        try:
            title, remarks = _checked(name, sets)
        except InputError as error:
            failed = True
            click.echo(str(error), err=True)
        else:
            click.echo(f"ok: {name}: {title}")
            for line in remarks:
                click.echo(f"  {line}")
    sys.exit(2 if failed else 0)


def _checked(name: str, sets: tuple[str, ...]) -> tuple[str, list[str]]:
    """Read a scenario or a study, and give its title and what a reader should know of it."""
    from fundsim.cli.studying import MOST
    from fundsim.scenario import load
    from fundsim.studies import load_study, planned
    from fundsim.studies.plan import too_many
    from fundsim.studies.reading import is_of_study
    from fundsim.studies.telling import remarks

    if not is_of_study(name):
        scenario = load(name, sets)
        return scenario.title, list(_remarks(scenario))
    if sets:
        message = f"{name} is a study, which says itself what varies; leave it out"
        raise click.BadParameter(message, param_hint="--set")
    loaded = load_study(name)
    if loaded.study.count > MOST:
        return loaded.study.title, [f"{too_many(loaded)}: not looked at one by one"]
    return loaded.study.title, list(remarks(planned(loaded)))


def _remarks(scenario: Scenario) -> Iterator[str]:
    """Name the areas that would get nothing, and say what else a reader should know."""
    from fundsim.scenario import notes, would_get_nothing

    areas = len(scenario.geography_table)
    for fund, names in would_get_nothing(scenario).items():
        yield f"{fund}: {len(names)} of {areas} areas would get nothing: {', '.join(names)}"
    yield from notes(scenario)


@click.command()
@options.scenario_argument
@click.option(
    "--as",
    "form",
    type=click.Choice(["table", "method"]),
    default="table",
    show_default=True,
    help="Every value with its place and source, or the methods section of a paper.",
)
@options.sets
@options.debug
def show(scenario: str, form: str, sets: tuple[str, ...]) -> None:
    """Show a scenario in full: each value, the file it came from, and its source.

    With --as method, the methods section of a paper that uses it: rules, figures, references, what
    is unverified, and how to make it again.
    """
    from fundsim import scenario as scenarios

    told = {"table": scenarios.show, "method": scenarios.method}[form]
    click.echo(told(scenarios.load(scenario, sets)))


@click.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@options.debug
def diff(first: str, second: str) -> None:
    """Say which assumptions differ between two scenarios, runs or studies."""
    from fundsim import scenario as scenarios

    one, other = _study_of(first), _study_of(second)
    if one is None and other is None:
        click.echo(scenarios.diff(_scenario_of(first), _scenario_of(second)))
    elif one is not None and other is not None:
        from fundsim.studies.telling import diff as differing

        click.echo(differing(one, other))
    else:
        study, unlike = (first, second) if one is not None else (second, first)
        _scenario_of(unlike)
        message = f"{study} is a study, and {unlike} is a scenario; give two of a kind"
        raise click.BadParameter(message, param_hint="A B")


def _study_of(place: str) -> Loaded | None:
    """Read a study's file, or the study of a folder; nothing where it is none."""
    from fundsim.studies import load_study
    from fundsim.studies.folder import is_study, open_study
    from fundsim.studies.reading import is_of_study

    if is_study(Path(place)):
        return open_study(Path(place))
    return load_study(place) if is_of_study(place) else None


def _scenario_of(place: str) -> Scenario:
    """Read a scenario file, or the scenario of a run folder."""
    from fundsim.results.folder import is_run, open_run
    from fundsim.scenario import load

    return open_run(place).scenario if is_run(Path(place)) else load(place)


@click.command()
@click.argument("name")
@click.option("--extends", metavar="FILE", help="Write only what differs from this scenario.")
@options.out
@options.debug
def new(name: str, extends: str | None, out: Path | None) -> None:
    """Write a commented scenario to start from, as NAME.toml."""
    from fundsim.errors import RunError
    from fundsim.scenario import new as start

    place = out or Path(f"{name}.toml")
    text = start(name, extends)
    try:
        with place.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        message = f"{place} is there already; choose another name, or another place with --out"
        raise RunError(message) from None
    beside = place.with_name("scenario.schema.json")
    if not beside.exists():
        beside.write_text(_schema_text("scenario"), encoding="utf-8")
        click.echo(f"wrote {beside}, from which editors complete keys")
    click.echo(f"wrote {place}; look at it, then: fundsim check {place}")


@click.command()
@click.option(
    "--of",
    type=click.Choice(["scenario", "study"]),
    default="scenario",
    show_default=True,
    help="Which files are to be checked by it.",
)
@options.out
@options.debug
def schema(of: str, out: Path | None) -> None:
    """Print the JSON Schema of a scenario file, or of a study's, for editors.

    A file whose first line names it, as "#:schema ./scenario.schema.json", then completes its keys.
    """
    if out is None:
        click.echo(_schema_text(of), nl=False)
    else:
        out.write_text(_schema_text(of), encoding="utf-8")
        click.echo(f"wrote {out}")


def _schema_text(of: str) -> str:
    import json

    from fundsim.scenario import json_schema
    from fundsim.studies.editor import study_schema

    made = json_schema() if of == "scenario" else study_schema()
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"
