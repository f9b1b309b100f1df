"""What the commands that compare rules have in common: measures side by side, and the folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from fundsim.charts.comparing import Asked
    from fundsim.comparison.across import Across
    from fundsim.comparison.compared import Compared
    from fundsim.comparison.folder import Saved
    from fundsim.comparison.inquiry import Inquiry
    from fundsim.results.table import Table
    from fundsim.scenario import Scenario

_LONGEST = 32  # letters of a rule that stand in the head of a table
# These change no table.
_NOT_ASKED = ("scenario", "sets", "out", "form", "table", "units", "language")


def measures(found: Compared) -> list[str]:
    """Set the measures of all rules beside each other, a row a measure."""
    from fundsim.cli.printing import aligned
    from fundsim.report.compared import measured

    table = found.table("measures")
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows()]
    told = measured(found)
    lines = [row for row in told.rows if row[0] in found.looking.spreads]
    table_of_them = aligned(("", *numbered(found.rules)), lines) if lines else []
    names = [row[0] for row in lines]
    return [*table_of_them, *_key(found.rules), *_why_empty(rows, found, names)]


def _why_empty(
    rows: Sequence[Mapping[str, str]], found: Compared, shown: Sequence[str]
) -> Iterator[str]:
    """Say why a measure has no figure, where it was asked for or another rule has one."""
    wanted = {*shown, *found.asked["measures"]}
    whys: dict[str, list[str]] = {}
    for row in rows:
        if row["why_empty"] and ("all" in wanted or row["measure"] in wanted):
            every = all(one["why_empty"] for one in rows if one["measure"] == row["measure"])
            told = row["why_empty"] if every else f"{row['why_empty']} under {row['rule']}"
            whys.setdefault(told, []).append(row["measure"])
    for why, names in whys.items():
        yield f"{', '.join(dict.fromkeys(names))}: no figure, since {why}"


def numbered(rules: Sequence[str]) -> list[str]:
    """Give rules with long names a number, which a key below the table tells."""
    return [rule if len(rule) <= _LONGEST else f"rule {n}" for n, rule in enumerate(rules)]


def _key(rules: Sequence[str]) -> Iterator[str]:
    for number, rule in enumerate(rules):
        if len(rule) > _LONGEST:
            yield f"rule {number}: {rule}"


@contextmanager
def saving(inquiry: Inquiry, out: Path | None) -> Iterator[tuple[Path, Callable[[Across], None]]]:
    """Give a comparison's place, and what writes it there once it is made.

    A place that cannot be written to, or holds something else, is told before anything is done.
    """
    from fundsim.comparison.folder import place_of, write
    from fundsim.results.folder import in_place_of

    started, place = datetime.now(UTC), out or place_of(inquiry)
    with in_place_of(place, inquiry.fingerprint) as folder:
        yield place, partial(write, folder=folder, started=started)


def asked_of(saved: Saved) -> Asked:
    """Say what charts show unasked: of measures, the first two that are aimed at."""
    from fundsim.charts.comparing import Asked
    from fundsim.comparison.across import AIMS

    match [aim.name for aim in saved.inquiry.aims]:
        case [across, up, *more] if (across, up, *more) != AIMS:
            return Asked(measures=(across, up))
    return Asked()


def tell_place(place: Path, language: str, *, charts: bool, quiet: bool, err: bool) -> None:
    """Draw the charts of a comparison, and say where its tables and pictures are."""
    made = list(_drawn(place, language)) if charts else []
    if not quiet:
        click.echo("\n".join(["", f"tables  {place}", *made]), err=err)


def tell_doubts(doubts: Iterable[str], form: str) -> None:
    """Say what of the rules is unverified: below a table, beside data."""
    for doubt in doubts:
        click.echo(doubt, err=form != "table")


def put(
    tables: Mapping[str, Table],
    scenario: Scenario,
    out: Path,
    draw: Callable[[Path], Iterator[Path]],
) -> None:
    """Leave the tables that answer this command's question in a folder, with its charts."""
    from fundsim.comparison.folder import finish
    from fundsim.comparison.inquiry import Future, fingerprint_of
    from fundsim.comparison.one_pot import AS_STATED
    from fundsim.results.folder import in_place_of

    context = click.get_current_context()
    options = {name: given for name, given in context.params.items() if name not in _NOT_ASKED}
    future = Future(scenario.name, None, {AS_STATED: scenario})
    about = {"kind": context.info_name, "futures": [future.told()], "asked": options}
    fingerprint = fingerprint_of(about)
    with in_place_of(out, fingerprint) as folder:
        finish({**about, "fingerprint": fingerprint}, [future], tables, folder)
    made = [f"chart   {picture}" for picture in draw(out / "charts")]
    click.echo("\n".join(["", f"tables  {out}", *made]), err=True)


def _drawn(place: Path, language: str) -> Iterator[str]:
    """Draw every chart that has something to show, and say where it is or why there is none."""
    from fundsim.charts import NotShown
    from fundsim.charts.comparing import COMPARISON_UNASKED, save_comparison_each
    from fundsim.comparison.folder import Saved

    saved = Saved(place)
    asked = asked_of(saved)
    for name in COMPARISON_UNASKED:
        try:
            made = save_comparison_each(
                name, saved, place / "charts", asked=asked, language=language
            )
        except NotShown as reason:
            yield f"        {reason}"
        else:
            yield from (f"chart   {picture}" for picture in made)
