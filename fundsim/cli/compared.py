"""What the commands that compare rules have in common: measures side by side, and the folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from fundsim.comparison.compared import Compared
    from fundsim.comparison.running import Wanted
    from fundsim.results.table import Table
    from fundsim.scenario import Scenario

_LONGEST = 32  # letters of a rule that stand in the head of a table


def wanted(looked_at: Mapping[str, str | None]) -> Wanted:
    """Read what a comparison is to look at."""
    from fundsim.comparison import running

    return running.wanted(**looked_at)


def measures(found: Compared) -> list[str]:
    """Set the measures of all rules beside each other, a row a measure."""
    from fundsim.cli.printing import aligned

    table = found.table("measures")
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows()]
    cells = {(row["measure"], row["rule"]): row["mean"] for row in rows}
    names = [name for name in found.looking.names if cells.get((name, found.base))]
    lines = [[name, *(_short(cells[name, rule]) for rule in found.rules)] for name in names]
    return [*aligned(("", *numbered(found.rules)), lines), *_key(found.rules)]


def numbered(rules: Sequence[str]) -> list[str]:
    """Give rules with long names a number, which a key below the table tells."""
    return [rule if len(rule) <= _LONGEST else f"rule {n}" for n, rule in enumerate(rules)]


def _key(rules: Sequence[str]) -> Iterator[str]:
    for number, rule in enumerate(rules):
        if len(rule) > _LONGEST:
            yield f"rule {number}: {rule}"


def _short(cell: str) -> str:
    return f"{round(float(cell), 3) + 0.0:.3f}" if cell else ""  # no minus before a zero


def save(
    found: Compared,
    words: Sequence[str],
    out: Path | None,
    *,
    started: datetime,
    quiet: bool,
    err: bool,
    charts: bool = True,
    more: Mapping[str, Table] | None = None,
) -> None:
    """Write the folder of a comparison, and draw its charts."""
    from fundsim.comparison.folder import place_of, write
    from fundsim.results.folder import in_place_of

    place = out or place_of(found)
    with in_place_of(place) as folder:
        write(found, "\n".join(words), folder, started=started, more=more)
    made = list(_drawn(place)) if charts else []
    if not quiet:
        click.echo("\n".join(["", f"tables  {place}", *made]), err=err)


def put(
    tables: Mapping[str, Table],
    scenario: Scenario,
    question: str,
    out: Path,
    draw: Callable[[Path], Iterator[Path]],
) -> None:
    """Leave the tables that answer a question in a folder, with a manifest and its charts."""
    import json

    from fundsim import __version__
    from fundsim.comparison.folder import hashes
    from fundsim.results.folder import MANIFEST, in_place_of

    with in_place_of(out) as folder:
        for name, table in tables.items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                file.writelines(table.csv())
        manifest = {
            "kind": question,
            "scenario": scenario.name,
            "fingerprint": scenario.fingerprint,
            "versions": {"fundsim": __version__},
            "files": hashes(folder),
        }
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    made = [f"chart   {picture}" for picture in draw(out / "charts")]
    click.echo("\n".join(["", f"tables  {out}", *made]), err=True)


def _drawn(place: Path) -> Iterator[str]:
    """Draw every chart that has something to show, and say where it is or why there is none."""
    from fundsim.charts import NotShown
    from fundsim.charts.comparing import COMPARISON_UNASKED, save_comparison_each
    from fundsim.comparison.folder import Saved

    saved = Saved(place)
    for name in COMPARISON_UNASKED:
        try:
            made = save_comparison_each(name, saved, place / "charts")
        except NotShown as reason:
            yield f"        {reason}"
        else:
            yield from (f"chart   {picture}" for picture in made)
