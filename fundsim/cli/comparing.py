"""The command compare: rules on the same markets, or whole scenarios, held against the first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options
from fundsim.cli.compared import measures, saving, tell_doubts, tell_place
from fundsim.cli.policies import compare_policies, is_of_study, refuse_others
from fundsim.cli.progress import progress_bar

if TYPE_CHECKING:
    from fundsim.comparison.across import Across
    from fundsim.comparison.inquiry import Future
    from fundsim.metrics.series import Basis
    from fundsim.scenario import Scenario


@click.command()
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO | RUN RUN... | STUDY")
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
    help="Try the rules in these scenarios too, the first one's own among them: which is least "
    "regretted.",
)
@click.option(
    "--aims",
    metavar="NAME,...",
    help="Measures that are aimed at; share_to:COLUMN is the share that reaches people whom a "
    "column counts.  [default: share_to_most_deprived_fifth,gini_per_head]",
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
@options.charts
@options.language
@options.style
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
    language: str,
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
    printed in words, and left as tables and charts in a folder. Of a study that names its futures
    its policies are held against each other: the least regretted, the acceptable, the unbeaten.
    """
    if any(map(is_of_study, scenarios)):
        refuse_others(scenarios)
        compare_policies(scenarios[0], form, workers, out, language, charts=charts, quiet=quiet)
        return
    from fundsim.comparison.across import aims_of, thresholds_of
    from fundsim.comparison.inquiry import Inquiry
    from fundsim.comparison.running import answered
    from fundsim.comparison.wanting import wanted

    asked, settings = (
        wanted(**looked_at),
        options.as_sets(sets, paths=paths, seed=seed, years=years),
    )
    if len(scenarios) == 1:
        names = [scenarios[0], *_listed(across)]
        futures = _under_rules(names, settings, rules, fund, whole=whole)
    else:
        _refuse_rules(rules, fund, across, whole=whole)
        futures = _as_they_are(scenarios, settings)
    aimed = aims_of(_listed([aims or ""]), asked, futures[0], measure)
    enough, basis = thresholds_of(good_enough, aimed), _basis(real=real)
    inquiry = Inquiry(futures, asked, measure, basis, aims=aimed, thresholds=enough)
    with saving(inquiry, out) as (place, write):
        paths_in_all = sum(future.first.paths for future in futures)
        with progress_bar(paths_in_all, quiet=quiet) as progress:
            made = answered(inquiry, workers=workers, progress=progress)
        write(made)
    _print(made, form, quiet=quiet)
    tell_place(place, language, charts=charts, quiet=quiet, err=form != "table")


def _basis(*, real: bool) -> Basis:
    return "real" if real else "nominal"


def _under_rules(
    names: Sequence[str],
    settings: Sequence[str],
    rules: Sequence[str],
    fund: str | None,
    *,
    whole: bool,
) -> list[Future]:
    """Put the rules into each scenario, the first one's own rule too."""
    from fundsim.comparison.inquiry import Future
    from fundsim.comparison.running import tried_in, under_rules

    name, *others = dict.fromkeys(names)
    stated = options.loaded(name, settings)
    first = Future(name, *under_rules(stated, rules, fund=fund, whole=whole))
    loaded = ((other, options.loaded(other, settings)) for other in others)
    return [first, *(tried_in(first, *other, rules, whole=whole) for other in loaded)]


def _as_they_are(places: Sequence[str], settings: Sequence[str]) -> list[Future]:
    """Take scenarios and runs as they are, each in the place of a rule."""
    from fundsim.comparison.inquiry import Future
    from fundsim.comparison.running import refuse_unlike

    twice = next((place for place in places if places.count(place) > 1), None)
    if twice is not None:
        message = f"{twice} is here twice; name it once"
        raise click.BadParameter(message, param_hint="SCENARIO")
    chosen = {place: _of_place(place, settings) for place in places}
    refuse_unlike(chosen)
    return [Future(places[0], None, chosen)]


def _listed(texts: Sequence[str]) -> list[str]:
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]


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


def _print(made: Across, form: str, *, quiet: bool) -> None:
    from fundsim.cli.printing import print_rows
    from fundsim.comparison.naming import doubts

    if form != "table":
        table = made.first.table("areas")
        print_rows(table.columns, table.rows(), form)
        tell_doubts(doubts(made.inquiry.first.scenarios, made.inquiry.first.fund), form)
    elif not quiet:
        click.echo("\n".join([*measures(made.first), "", *made.sentences]))
