"""The commands that hold allocation rules against each other: allocate and compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options
from fundsim.cli.progress import progress_bar

if TYPE_CHECKING:
    from fundsim.comparison.compared import Compared
    from fundsim.comparison.one_pot import OnePot
    from fundsim.comparison.running import Wanted
    from fundsim.scenario import Scenario

FEW = 40  # areas that are printed one by one; of more only those that gain or lose most
MOST = 10


@click.command()
@options.scenario_argument
@options.amount
@options.rules
@options.looked_at
@options.sets
@options.table_format
@options.out
@options.quiet
@options.debug
def allocate(
    scenario: str,
    amount: str,
    rules: tuple[str, ...],
    fund: str | None,
    sets: tuple[str, ...],
    form: str,
    out: Path | None,
    *,
    whole: bool,
    quiet: bool,
    **looked_at: str | None,
) -> None:
    """Share one pot once, under one rule or several: the table by area, nothing simulated.

    The scenario's own rule comes first, and the others are held against it. A rule is written as
    need_weighted(steepness=2), and takes the place of the fund's innermost one, so that a split
    between nations stays. With --format csv or json, one row an area and one column of pounds a
    rule; with --out, a folder with every table and chart.
    """
    from fundsim.comparison.one_pot import share_one_pot
    from fundsim.comparison.running import compare_one_pot, under_rules

    started = datetime.now(UTC)
    stated = options.loaded(scenario, sets)
    name, chosen = under_rules(stated, rules, fund=fund, whole=whole)
    pot = share_one_pot(chosen, name, options.pence(amount))
    found = compare_one_pot(pot, chosen, _wanted(looked_at))
    if form != "table":
        _print_pounds(pot, form)
    elif not quiet:
        click.echo("\n".join(_told_of_pot(pot, found)))
    if out is not None:
        _save(found, out, started=started, quiet=quiet, err=form != "table")


@click.command()
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO | RUN RUN...")
@options.rules
@options.looked_at
@click.option(
    "--measure",
    type=click.Choice(["paid", "allocated"]),
    default="paid",
    show_default=True,
    help="What areas are paid in the end, or what they are allocated, which is quick.",
)
@options.basis
@options.sets
@options.run_settings
@options.table_format
@options.workers
@options.out
@click.option("--charts/--no-charts", default=True, show_default=True, help="Draw the charts too.")
@options.quiet
@options.debug
def compare(
    scenarios: tuple[str, ...],
    rules: tuple[str, ...],
    fund: str | None,
    measure: str,
    sets: tuple[str, ...],
    paths: int | None,
    seed: int | None,
    years: int | None,
    form: str,
    workers: int,
    out: Path | None,
    *,
    whole: bool,
    real: bool,
    charts: bool,
    quiet: bool,
    **looked_at: str | None,
) -> None:
    """Simulate a scenario under several rules on the same markets: who gains, who loses, how sure.

    Of one SCENARIO, its own rule comes first, and those of --rules are held against it, path by
    path. Of several scenarios or run folders, the others are held against the first: they are
    simulated again, on the same markets where these are the same. Who gains and who loses is
    printed in words, and left as tables and charts in a folder.
    """
    from fundsim.comparison.running import compare_runs, refuse_unlike, under_rules

    started = datetime.now(UTC)
    settings = options.as_sets(sets, paths=paths, seed=seed, years=years)
    if len(scenarios) == 1:
        stated = options.loaded(scenarios[0], settings)
        own, chosen = under_rules(stated, rules, fund=fund, whole=whole)
    else:
        _refuse_rules(rules, fund, whole=whole)
        own, chosen = None, {place: _of_place(place, settings) for place in scenarios}
        refuse_unlike(chosen)
    first = next(iter(chosen.values()))
    with progress_bar(first.paths, quiet=quiet) as progress:
        found = compare_runs(
            chosen,
            own,
            _wanted(looked_at),
            measure=measure,
            basis="real" if real else "nominal",
            workers=workers,
            progress=progress,
        )
    _print(found, form, quiet=quiet)
    beside_data = form != "table"
    _save(found, out, started=started, quiet=quiet, charts=charts, err=beside_data)


def _refuse_rules(rules: tuple[str, ...], fund: str | None, *, whole: bool) -> None:
    for option, given in (("--rules", rules), ("--fund", fund), ("--whole", whole)):
        if given:
            message = "this is for one scenario; several are compared as they are"
            raise click.BadParameter(message, param_hint=option)


def _of_place(place: str, settings: Sequence[str]) -> Scenario:
    """Read a scenario file, or that of a run folder which is whole."""
    from fundsim.errors import RunError
    from fundsim.results.folder import is_run, open_run
    from fundsim.results.verifying import altered

    if not is_run(Path(place)):
        return options.loaded(place, settings)
    run = open_run(place)
    wrong = next(altered(run), None)
    if wrong is not None:
        message = f"{place} does not verify ({wrong}); only whole runs are compared"
        raise RunError(message)
    return options.loaded(str(run.folder / "scenario.toml"), settings)


def _wanted(looked_at: Mapping[str, str | None]) -> Wanted:
    from fundsim.comparison.running import wanted

    return wanted(**looked_at)


def _print(found: Compared, form: str, *, quiet: bool) -> None:
    from fundsim.cli.printing import print_rows
    from fundsim.comparison.words import summary

    if form != "table":
        table = found.table("areas")
        print_rows(table.columns, table.rows(), form)
    elif not quiet:
        click.echo("\n".join([*_measures(found), "", *summary(found)]))


def _measures(found: Compared) -> list[str]:
    """Set the measures of all rules beside each other, a row a measure."""
    from fundsim.cli.printing import aligned

    table = found.table("measures")
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows()]
    cells = {(row["measure"], row["rule"]): row["mean"] for row in rows}
    names = [name for name in found.looking.names if cells.get((name, found.base))]
    lines = [[name, *(_short(cells[name, rule]) for rule in found.rules)] for name in names]
    return [*aligned(("", *_numbered(found.rules)), lines), *_key(found.rules)]


def _numbered(rules: Sequence[str]) -> list[str]:
    """Give rules with long names a number, which a key below the table tells."""
    return [rule if len(rule) <= _LONGEST else f"rule {n}" for n, rule in enumerate(rules)]


_LONGEST = 32


def _key(rules: Sequence[str]) -> Iterator[str]:
    for number, rule in enumerate(rules):
        if len(rule) > _LONGEST:
            yield f"rule {number}: {rule}"


def _short(cell: str) -> str:
    return f"{round(float(cell), 3) + 0.0:.3f}" if cell else ""  # no minus before a zero


def _told_of_pot(pot: OnePot, found: Compared) -> Iterator[str]:
    from fundsim.comparison.words import summary
    from fundsim.money import pounds

    scenario = pot.scenario
    yield f"{scenario.name}, fund {pot.fund}: {pounds(pot.amount)} shared once"
    yield ""
    yield from _by_area(pot)
    yield ""
    yield from _measures(found)
    for rule, share in pot.shares.items():
        yield from (f"{rule}: {text}" for text in share.remarks)
        left = pot.amount - int(share.pence.sum())
        if left:
            yield f"{rule}: {pounds(left)} is not shared and waits"
    yield ""
    yield from summary(found)


def _by_area(pot: OnePot) -> Iterator[str]:
    """Lay the pounds of areas out; of many areas, those that gain and lose most a head."""
    from fundsim.cli.printing import aligned

    places = pot.scenario.geography_table
    shown = _shown(pot)
    names = _numbered(list(pot.shares))
    columns = ("", *names, *(f"a head, {name}" for name in names))
    lines = []
    for area in shown:
        own = [int(share.pence[area]) / 100 for share in pot.shares.values()]
        heads = [pounds / int(places.population[area]) for pounds in own]
        lines.append(
            [
                places.names[area],
                *(f"{pounds:,.2f}" for pounds in own),
                *(f"{head:.2f}" for head in heads),
            ]
        )
    yield from aligned(columns, lines)
    if len(shown) < len(places):
        what = "gain and lose most a head" if len(pot.shares) > 1 else "get most and least a head"
        yield (
            f"{len(shown)} of {len(places)} areas, those that {what}; all of them with "
            "--format csv, or with --out"
        )


def _shown(pot: OnePot) -> list[int]:
    """Choose the areas that are printed."""
    import numpy as np

    places = pot.scenario.geography_table
    if len(places) <= FEW:
        return list(range(len(places)))
    first, *others = (share.pence for share in pot.shares.values())
    moved = [other - first for other in others] or [first]
    order = [np.argsort(-(apart / places.population), kind="stable") for apart in moved]
    each = max(MOST // len(order), 3)
    chosen = [area for one in order for area in (*one[:each].tolist(), *one[-each:].tolist())]
    return list(dict.fromkeys(chosen))


def _print_pounds(pot: OnePot, form: str) -> None:
    """Print one row an area and one column of pounds a rule."""
    from fundsim.cli.printing import print_rows
    from fundsim.results.table import inert

    places = pot.scenario.geography_table
    columns = ["area", "name", "nation", "region", "foundation", "population", *pot.shares]
    parts = {
        f"{rule}: {name}": pence
        for rule, share in pot.shares.items()
        for name, pence in share.programmes.items()
    }
    pences = [*(share.pence for share in pot.shares.values()), *parts.values()]
    rows = (
        [
            *(code, inert(places.names[area]), places.nations[area], places.regions[area]),
            *(places.foundation_ids[area], str(places.population[area])),
            *(f"{int(pence[area]) // 100}.{int(pence[area]) % 100:02d}" for pence in pences),
        ]
        for area, code in enumerate(places.codes)
    )
    print_rows([*columns, *parts], rows, form)


def _save(
    found: Compared,
    out: Path | None,
    *,
    started: datetime,
    quiet: bool,
    err: bool,
    charts: bool = True,
) -> None:
    """Write the folder of a comparison, and draw its charts."""
    from fundsim.comparison.folder import place_of, write
    from fundsim.comparison.words import summary
    from fundsim.results.folder import in_place_of

    place = out or place_of(found)
    with in_place_of(place) as folder:
        write(found, "\n".join(summary(found)), folder, started=started)
    made = list(_drawn(place)) if charts else []
    if not quiet:
        click.echo("\n".join(["", f"tables  {place}", *made]), err=err)


def _drawn(place: Path) -> Iterator[str]:
    """Draw every chart that has something to show."""
    yield from ()
