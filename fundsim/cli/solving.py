"""The command `solve`: the largest spending of a fund that meets a target."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options
from fundsim.cli.compared import tell_doubts
from fundsim.cli.progress import progress_bar

if TYPE_CHECKING:
    from fundsim.solving.question import Question
    from fundsim.solving.solved import Solved, Trial


@click.command()
@options.scenario_argument
@click.option(
    "--target",
    required=True,
    metavar="TEXT",
    help='As "capital kept whole at 30 years at least 1 with probability 0.8", "never below 0.5 '
    'with probability 95%", "no real cut over 10% in 20 years with probability 0.9" or "not '
    'exhausted in 50 years with probability 0.99".',
)
@click.option("--fund", metavar="NAME", help="Whose spending; needed where several could be meant.")
@click.option("--key", metavar="KEY", help="Another rate or amount to vary, as a dotted key.")
@click.option("--from", "low", metavar="LOW", help="Where the search begins.  [default: 0%]")
@click.option(
    "--to",
    "high",
    metavar="HIGH",
    help="Where it ends.  [default: 10%; of an amount, a tenth of the opening money]",
)
@click.option(
    "--within",
    metavar="STEP",
    help="How close it looks.  [default: 0.01%; of an amount, a thousandth of the range]",
)
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
def solve(
    scenario: str,
    target: str,
    fund: str | None,
    key: str | None,
    low: str | None,
    high: str | None,
    within: str | None,
    sets: tuple[str, ...],
    paths: int | None,
    seed: int | None,
    years: int | None,
    form: str,
    workers: int,
    out: Path | None,
    language: str,
    *,
    charts: bool,
    quiet: bool,
) -> None:
    """Find the largest spending of a fund that meets a target, its error, and the whole curve.

    What is varied is the rate (or the amount) of the fund's spending rule. Every figure is tried on
    the same markets, so that the answer is the largest one on these paths; it comes with the error
    that other paths would make. Left as tables, a chart and a scenario that can be run in a folder.
    The answer is no (exit 1) where no figure meets the target.
    """
    from fundsim.solving.question import ask

    stated = options.loaded(scenario, options.as_sets(sets, paths=paths, seed=seed, years=years))
    question = ask(stated, target, fund=fund, key=key, low=low, high=high, within=within)
    place = out or _usual_place(question)
    made = _saved(question, place, workers=workers, quiet=quiet)
    _print(made, form, quiet=quiet)
    drawn = [f"chart   {each}" for each in _drawn(made, place, language)] if charts else []
    if not quiet:
        click.echo("\n".join(["", f"tables  {place}", *drawn]), err=form != "table")
    if made.found is None:
        sys.exit(1)


def _usual_place(question: Question) -> Path:
    from fundsim.solving.folder import place_of

    return place_of(question)


def _saved(question: Question, place: Path, *, workers: int, quiet: bool) -> Solved:
    """Answer a question into its place, which is looked at before anything is simulated."""
    from fundsim.results.folder import in_place_of
    from fundsim.solving.finding import answered
    from fundsim.solving.folder import write

    with in_place_of(place, question.fingerprint) as folder:
        with progress_bar(question.most, quiet=quiet) as progress:
            made = answered(question, workers=workers, progress=progress)
        write(made, folder)
    return made


def _print(made: Solved, form: str, *, quiet: bool) -> None:
    from fundsim.cli.printing import print_rows

    if form != "table":
        print_rows(made.curve.columns, made.curve.rows(), form)
    elif not quiet:
        click.echo("\n".join(_told(made)))
    if form != "table" or not quiet:
        tell_doubts(made.doubts, form)


def _told(made: Solved) -> Iterator[str]:
    from fundsim.wording import counted, day

    stated = made.scenario
    futures = counted(stated.paths, "possible future")
    yield f"{stated.name}, fund {made.fund}: {made.target}"
    yield (
        f"{made.varied.key} on {futures} of {counted(stated.years, 'year')} from "
        f"{day(stated.start)}, seed {stated.seed}"
    )
    yield ""
    yield from _table(made)
    yield ""
    yield from made.sentences()


def _table(made: Solved) -> Sequence[str]:
    """Lay out the even points of the curve, and those that are something beside."""
    from fundsim.cli.printing import aligned

    shown = [one for one in made.trials if one in made.grid or made.noted(one)]
    kept = f"median kept whole after {made.scenario.years} years"
    head = (made.varied.name, "paths that meet it", "error", "spent a year", kept, "")
    return aligned(head, [_row(made, one) for one in shown])


def _row(made: Solved, one: Trial) -> Sequence[str]:
    from fundsim.solving.solved import percent
    from fundsim.wording import money

    kept = "–" if math.isnan(one.kept) else f"{one.kept:.2f}"
    shares = percent(one.share), percent(one.error)
    return made.varied.words(one.value), *shares, money(one.spending), kept, made.noted(one)


def _drawn(made: Solved, place: Path, language: str) -> Iterator[Path]:
    from fundsim.charts.solving import save_curve

    yield from save_curve(made, place / "charts", language=language)
