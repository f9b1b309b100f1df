"""The command compare: rules on the same markets, or whole scenarios, held against the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options
from fundsim.cli.compared import measures, save, wanted
from fundsim.cli.progress import progress_bar

if TYPE_CHECKING:
    from fundsim.comparison.choice import Choice
    from fundsim.comparison.compared import Compared
    from fundsim.scenario import Scenario


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
@click.option(
    "--across",
    multiple=True,
    metavar="SCENARIO,...",
    help="Try the rules in these scenarios too: which is least regretted.",
)
@click.option(
    "--aims",
    metavar="NAME,...",
    help="Measures that are aimed at.  [default: share_to_most_deprived_fifth,gini_per_head]",
)
@click.option(
    "--good-enough",
    multiple=True,
    metavar="NAME=FIGURE",
    help="From which figure on an aim is reached well enough; may be repeated.",
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
    across: tuple[str, ...],
    aims: str | None,
    good_enough: tuple[str, ...],
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
    from fundsim.comparison.across import choice, thresholds_of
    from fundsim.comparison.running import compare_runs, refuse_unlike, under_rules
    from fundsim.comparison.words import summary

    started = datetime.now(UTC)
    settings = options.as_sets(sets, paths=paths, seed=seed, years=years)
    futures: dict[str, tuple[str | None, Mapping[str, Scenario]]] = {}
    if len(scenarios) == 1:
        for name in (scenarios[0], *_listed(across)):
            stated = options.loaded(name, settings)
            futures[name] = under_rules(stated, rules, fund=fund, whole=whole)
    else:
        _refuse_rules(rules, fund, across, whole=whole)
        chosen = {place: _of_place(place, settings) for place in scenarios}
        refuse_unlike(chosen)
        futures[scenarios[0]] = None, chosen
    tried = {}
    for name, (own, under) in futures.items():
        with progress_bar(next(iter(under.values())).paths, quiet=quiet) as progress:
            tried[name] = compare_runs(
                under,
                own,
                wanted(looked_at),
                measure=measure,
                basis="real" if real else "nominal",
                workers=workers,
                progress=progress,
            )
    found = next(iter(tried.values()))
    chosen_between = choice(tried, _listed([aims or ""]), thresholds_of(good_enough))
    words = [*summary(found), *_choice_in_words(chosen_between)]
    _print(found, words, form, quiet=quiet)
    save(
        found,
        words,
        out,
        started=started,
        quiet=quiet,
        charts=charts,
        err=form != "table",
        more=chosen_between.tables,
    )


def _listed(texts: Sequence[str]) -> list[str]:
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]


def _choice_in_words(made: Choice) -> list[str]:
    """Say which rules no other beats, where there is more than one."""
    return ["", *made.sentences()] if len(made.rules) > 1 else []


def _refuse_rules(
    rules: tuple[str, ...], fund: str | None, across: tuple[str, ...], *, whole: bool
) -> None:
    named = (("--rules", rules), ("--fund", fund), ("--across", across), ("--whole", whole))
    for option, given in named:
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


def _print(found: Compared, words: Sequence[str], form: str, *, quiet: bool) -> None:
    from fundsim.cli.printing import print_rows

    if form != "table":
        table = found.table("areas")
        print_rows(table.columns, table.rows(), form)
    elif not quiet:
        click.echo("\n".join([*measures(found), "", *words]))
