"""What `compare` says of a study: which of its policies does well whatever future comes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from fundsim.report.policies import Choosing
    from fundsim.studies.answers.choosing import Policies

OF_STUDIES = ("scenarios", "form", "workers", "out", "charts", "language", "quiet")
"""What of compare's options a study takes."""


def is_of_study(text: str) -> bool:
    """Say whether this is a study's file, folder or shipped name."""
    from fundsim.studies.folder import is_study
    from fundsim.studies.reading import is_of_study as is_file_of_study

    return is_study(Path(text)) or is_file_of_study(text)


def refuse_others(texts: Sequence[str]) -> None:
    """Refuse what a study takes no part in: other scenarios or studies, and options of its own."""
    if len(texts) > 1:
        study = next(filter(is_of_study, texts))
        message = f"{study} is a study, which is compared alone: its policies with each other"
        raise click.BadParameter(message, param_hint="SCENARIO")
    context = click.get_current_context()
    for option in context.command.params:
        name = option.name or ""
        given = context.get_parameter_source(name)
        stated = option.expose_value and name not in OF_STUDIES
        if stated and given is not ParameterSource.DEFAULT:
            message = "this is for scenarios; a study says in its file what varies and is looked at"
            raise click.BadParameter(
                message, param_hint="/".join([*option.opts, *option.secondary_opts])
            )


def compare_policies(
    study: str,
    form: str,
    workers: int,
    out: Path | None,
    language: str,
    *,
    charts: bool,
    quiet: bool,
) -> None:
    """Run what of a study is not there yet, and say which of its policies does well.

    Exit 1 where a run failed.
    """
    from fundsim.cli.studying import carried_out, most_of, pieces_of, study_at
    from fundsim.report.policies import Choosing
    from fundsim.studies import planned
    from fundsim.studies.answers.choosing import comparable, policies_of
    from fundsim.studies.answers.choosing_tables import tables_of
    from fundsim.studies.folder import put

    loaded, place = study_at(study, out)
    plan = planned(loaded, most_of(place))
    comparable(plan)  # what is not is told before anything is run
    _, state = carried_out(plan, place, workers=workers, quiet=quiet)
    found = policies_of(plan, pieces_of(place))
    tables = tables_of(found)
    for name, table in tables.items():
        put(place / f"{name}.csv", "".join(table.csv()))
    if form != "table":
        from fundsim.cli.printing import print_rows

        print_rows(tables["policies"].columns, tables["policies"].rows(), form)
    elif not quiet:
        click.echo("\n".join(_as_words(Choosing(found))))
    drawn = [f"chart   {each}" for each in _drawn(found, place, language)] if charts else []
    if not quiet:
        click.echo("\n".join(["", f"tables  {place}", *drawn]), err=form != "table")
    if state.failed:
        sys.exit(1)


def _drawn(found: Policies, place: Path, language: str) -> list[Path]:
    from fundsim.charts.studying import save_regrets

    return save_regrets(found, place / "charts", language=language)


def _as_words(found: Choosing) -> Iterator[str]:
    from fundsim.cli.printing import told
    from fundsim.report.drivers import Drivers

    yield found.study.title
    yield found.heading()
    yield from told([*found.parts(), *Drivers(found.found.plan).doubts()])
