"""The command compare: rules on the same markets, or whole scenarios, held against the first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options
from fundsim.cli.compared import measures, save, wanted
from fundsim.cli.progress import progress_bar

if TYPE_CHECKING:
    from fundsim.comparison.across import Future
    from fundsim.comparison.choice import Choice
    from fundsim.comparison.compared import Compared
    from fundsim.comparison.running import Wanted
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
    from fundsim.comparison.across import aims_of, choice, thresholds_of
    from fundsim.comparison.words import summary

    started, asked = datetime.now(UTC), wanted(looked_at)
    settings = options.as_sets(sets, paths=paths, seed=seed, years=years)
    if len(scenarios) == 1:
        names = [scenarios[0], *_listed(across)]
        futures = _under_rules(names, settings, rules, fund, whole=whole)
    else:
        _refuse_rules(rules, fund, across, whole=whole)
        futures = _as_they_are(scenarios, settings)
    run = partial(_compared, asked=asked, measure=measure, real=real, workers=workers, quiet=quiet)
    aims_wanted = aims_of(_listed([aims or ""]), asked, futures[0], measure)
    enough = thresholds_of(good_enough, aims_wanted)
    tried = {future.name: run(future) for future in futures}
    found = tried[futures[0].name]
    chosen = choice(tried, aims_wanted, enough)
    words = [*summary(found), *_choice_in_words(chosen)]
    _print(found, words, form, quiet=quiet)
    beside_data = form != "table"
    save(
        found,
        words,
        out,
        started=started,
        quiet=quiet,
        charts=charts,
        err=beside_data,
        more=chosen.tables if chosen.aims else None,
    )


def _under_rules(
    names: Sequence[str],
    settings: Sequence[str],
    rules: Sequence[str],
    fund: str | None,
    *,
    whole: bool,
) -> list[Future]:
    """Put the rules into each scenario."""
    from fundsim.comparison.across import Future
    from fundsim.comparison.running import under_rules

    futures = []
    for name in dict.fromkeys(names):
        own, under = under_rules(options.loaded(name, settings), rules, fund=fund, whole=whole)
        futures.append(Future(name, own, under))
    return futures


def _as_they_are(places: Sequence[str], settings: Sequence[str]) -> list[Future]:
    """Take scenarios and runs as they are, each in the place of a rule."""
    from fundsim.comparison.across import Future
    from fundsim.comparison.running import refuse_unlike

    chosen = {place: _of_place(place, settings) for place in places}
    refuse_unlike(chosen)
    return [Future(places[0], None, chosen)]


def _compared(
    future: Future, *, asked: Wanted, measure: str, real: bool, workers: int, quiet: bool
) -> Compared:
    from fundsim.comparison.running import compare_runs

    with progress_bar(future.first.paths, quiet=quiet) as progress:
        return compare_runs(
            future.scenarios,
            future.fund,
            asked,
            measure=measure,
            basis="real" if real else "nominal",
            workers=workers,
            progress=progress,
        )


def _listed(texts: Sequence[str]) -> list[str]:
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]


def _choice_in_words(made: Choice) -> list[str]:
    """Say which rules no other beats, where there is more than one and something is aimed at."""
    return ["", *made.sentences()] if len(made.rules) > 1 and made.aims else []


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
