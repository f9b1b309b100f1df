"""The command `validate`: closed-form checks on this installation, and what each would catch."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

import click

from fundsim.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundsim.validating import Check, Finding

PATHS, SEED = 10_000, 20200924
HEAD = ("group", "check", "measured", "expected", "apart", "unit", "limit", "result", "catches")
Outcome = tuple["Check", "Finding"]


@click.command()
@click.option(
    "--only",
    multiple=True,
    metavar="NAME",
    help="A check, or a group of checks; may be repeated. All of them if left out.",
)
@click.option(
    "--paths",
    type=click.IntRange(1_000, 1_000_000),
    default=PATHS,
    show_default=True,
    metavar="N",
    help="Possible futures that checks by chance draw; at least 1,000.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=SEED,
    show_default=True,
    metavar="N",
    help="Number that all chance is drawn from.",
)
@options.table_format
@options.quiet
@options.debug
def validate(only: tuple[str, ...], paths: int, seed: int, form: str, *, quiet: bool) -> None:
    """Check this installation against closed forms, and say what fault each check would catch.

    What is worked out without chance must agree to the penny, or to the stated rounding; what is
    drawn must lie within 4 standard errors. Nothing is written. Exit code 1 if a check fails.
    """
    from fundsim.validating import Sample

    found = [(check, check.run(Sample(paths, seed))) for check in _chosen(only)]
    _print(found, form)
    failed = sum(not finding.held for _, finding in found)
    if form == "table" and not quiet:
        click.echo(f"\n{_summary(len(found), failed)}")
    sys.exit(1 if failed else 0)


def _chosen(only: Sequence[str]) -> list[Check]:
    """List the checks that are named, alone or by their group, in the catalogue's order."""
    from fundsim.errors import nearest
    from fundsim.validating import CHECKS, GROUPS

    known = [*GROUPS, *(check.name for check in CHECKS)]
    for name in only:
        if name not in known:
            message = (
                f'there is no check "{name}"{nearest(name, known)}; '
                f"the groups are {', '.join(GROUPS)}"
            )
            raise click.BadParameter(message, param_hint="--only")
    return [one for one in CHECKS if not only or one.name in only or one.group in only]


def _print(found: Sequence[Outcome], form: str) -> None:
    import json

    from fundsim.cli.printing import print_rows

    if form == "json":
        objects = [_as_object(check, finding) for check, finding in found]
        click.echo(json.dumps(objects, indent=2, ensure_ascii=False))
    elif form == "csv":
        rows = [
            ["" if value is None else str(value) for value in _as_object(*one).values()]
            for one in found
        ]
        print_rows(HEAD, rows, form)
    else:
        print_rows(HEAD, [_as_words(check, finding) for check, finding in found], form)


def _as_object(check: Check, finding: Finding) -> dict[str, object]:
    figures: dict[str, float | str] = {
        "measured": finding.measured,
        "expected": finding.expected,
        "apart": finding.apart,
        "unit": finding.unit,
        "limit": finding.limit,
    }
    return {
        "group": check.group,
        "check": check.name,
        **{key: None if _is_missing(value) else value for key, value in figures.items()},
        "result": _result(finding),
        "catches": check.catches,
    }


def _is_missing(value: float | str) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _result(finding: Finding) -> str:
    if finding.held:
        return "held"
    return f"FAILED: {finding.note}" if finding.note else "FAILED"


def _as_words(check: Check, finding: Finding) -> list[str]:
    from fundsim.validating.check import PENCE

    def figure(value: float) -> str:
        return f"£{value / 100:,.2f}" if finding.unit == PENCE else f"{value:.6g}"

    return [
        check.group,
        check.name,
        *(
            ["–"] * 5
            if finding.note
            else [
                figure(finding.measured),
                figure(finding.expected),
                f"{finding.apart:.2g}",
                finding.unit,
                f"{finding.limit:g}",
            ]
        ),
        _result(finding),
        check.catches,
    ]


def _summary(count: int, failed: int) -> str:
    from fundsim.wording import counted

    if failed:
        return f"{failed} of {counted(count, 'check')} failed; the last column says what that tells"
    return f"{counted(count, 'check')} held"
