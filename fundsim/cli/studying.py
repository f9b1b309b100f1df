"""The commands `batch` and `merge`: many scenarios from one file."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options
from fundsim.cli.progress import progress_bar
from fundsim.cli.stopping import STOPPING

if TYPE_CHECKING:
    from fundsim.results.table import Table
    from fundsim.studies.pieces import Pieces
    from fundsim.studies.plan import Plan
    from fundsim.studies.reading import Loaded
    from fundsim.studies.running import Shard
    from fundsim.studies.state import State
    from fundsim.studies.workers import RunAll

MOST = 10_000  # runs that are begun without being asked again
FIRST = 100  # of more runs than that, which stand for all of them in a dry run
KEPT = "what is done is kept, and the same command goes on"

study_argument = click.argument("study", metavar="STUDY")


def _shard(text: str | None) -> Shard | None:
    """Read which shard of how many."""
    if text is None:
        return None
    which, _, of = text.partition("/")
    if not (which.isdecimal() and of.isdecimal() and int(which) < int(of)):
        message = f'found "{text}", expected I/N with I from 0 to N - 1, as 0/4'
        raise click.BadParameter(message)
    return int(which), int(of)


@click.command()
@study_argument
@click.option("--status", is_flag=True, help="Only say how far it is.")
@click.option("--dry-run", is_flag=True, help="Only say what would be run.")
@click.option("--resume", is_flag=True, help="Go on only; refuse to begin.")
@click.option("--retry-failed", is_flag=True, help="Run again what failed before, too.")
@click.option(
    "--shard",
    metavar="I/N",
    callback=lambda _context, _param, text: _shard(text),
    help="Only every N-th part of the runs, from the I-th on, counted from 0; then: fundsim merge.",
)
@click.option("--yes", is_flag=True, help=f"Also run more than {MOST:,} scenarios.")
@options.table_format
@options.workers
@options.scheduler
@options.out
@options.quiet
@options.debug
def batch(
    study: str,
    form: str,
    workers: int,
    scheduler: str | None,
    out: Path | None,
    shard: Shard | None,
    *,
    status: bool,
    dry_run: bool,
    resume: bool,
    retry_failed: bool,
    yes: bool,
    quiet: bool,
) -> None:
    """Run every scenario of a study, and leave one table of what comes out.

    STUDY is a file, one that comes with fundsim, or the folder of one. What is done is kept as it
    comes: asked again, a study goes on where it was stopped, and nothing is run twice. A scenario
    that fails is a row with its reason, and the others go on (exit 1 at the end).
    """
    from fundsim.studies import planned
    from fundsim.studies.folder import refuse_other

    loaded, place = study_at(study, out)
    if status or dry_run:
        refuse_other(place, loaded.study.name)
    if dry_run:
        told = _rehearsed(loaded, place, workers, retry=retry_failed, shard=shard)
        click.echo("\n".join(told))
        return
    plan = planned(loaded, None if yes else MOST)
    if status:
        click.echo("\n".join(_stand(plan, place)))
        return
    if resume:
        _refuse_to_begin(place)
    made, state = carried_out(
        plan,
        place,
        workers=workers,
        scheduler=scheduler,
        retry=retry_failed,
        shard=shard,
        quiet=quiet,
    )
    if made is None:
        if not quiet:
            click.echo("\n".join(_of_shard(plan, state, place)))
        return
    _print(made, form, quiet=quiet)
    if not quiet:
        said = [*_told(plan, state), *_lacking(made), f"tables  {place}"]
        click.echo("\n".join(["", *said]), err=form != "table")
    if state.failed:
        sys.exit(1)


def study_at(study: str, out: Path | None) -> tuple[Loaded, Path]:
    """Read a study, or the one whose folder this is, and say where it stands."""
    from fundsim.studies.folder import is_study, open_study, place_of
    from fundsim.studies.reading import load_study

    if is_study(Path(study)):
        return open_study(Path(study)), out or Path(study)
    loaded = load_study(study)
    return loaded, out or place_of(loaded)


def pieces_of(place: Path) -> Pieces:
    """Give the pieces in a study's folder."""
    from fundsim.studies.pieces import FOLDER, Pieces

    return Pieces(place / FOLDER)


def _refuse_to_begin(place: Path) -> None:
    from fundsim.errors import RunError
    from fundsim.studies.folder import is_study

    if not is_study(place):
        message = f"there is nothing to go on with at {place}; leave --resume out to begin"
        raise RunError(message)


def carried_out(
    plan: Plan,
    place: Path,
    *,
    workers: int,
    scheduler: str | None = None,
    retry: bool = False,
    shard: Shard | None = None,
    quiet: bool,
) -> tuple[Table | None, State]:
    """Run what is not there yet, and put the table into its place once all of it is."""
    from fundsim.studies.folder import asked, begin, finish, refuse_another
    from fundsim.studies.running import WHOLE, carry_out, left_to_do
    from fundsim.studies.state import state_of

    before = asked(place)
    pieces, mine = begin(plan.loaded, place), shard or WHOLE
    now = asked(place)
    broken = pieces.broken()
    pieces.clear(broken)
    if not quiet:
        for line in _found(plan, pieces, broken, changed=before not in (b"", now)):
            click.echo(line, err=True)
    parts = left_to_do(plan, pieces, retry=retry, shard=mine)
    paths = sum(part.paths for part in parts)
    with STOPPING.leaving(KEPT):
        with (
            _crew(scheduler if paths else None, workers, quiet=quiet) as crew,
            progress_bar(paths, quiet=quiet) as progress,
        ):
            carry_out(plan, pieces, parts=parts, workers=workers, crew=crew, progress=progress)
        state = state_of(plan, pieces)
        refuse_another(place, now)
        return (None if state.open else finish(plan, pieces, place, state)), state


def _found(plan: Plan, pieces: Pieces, broken: Sequence[str], *, changed: bool) -> Iterator[str]:
    """Say what is there already, and of what state it is."""
    from fundsim.studies.state import state_of

    if changed:
        yield f"{pieces.place.parent} holds an earlier form of this study: what fits is used again"
    yield from _altered(broken)
    done = state_of(plan, pieces).done
    if done:
        yield f"{len(done):,} of {len(plan.runs):,} runs are there already"


def _altered(broken: Sequence[str]) -> Iterator[str]:
    """Say which pieces are not as they were written."""
    from fundsim.wording import counted

    if broken:
        yield f"{counted(len(broken), 'piece')} not as written, and made again; first {broken[0]}"


def most_of(place: Path) -> int | None:
    """Say how many runs a study may have, unless they are all there."""
    from fundsim.results.folder import MANIFEST

    return None if (place / MANIFEST).is_file() else MOST


def _crew(
    scheduler: str | None, workers: int, *, quiet: bool
) -> AbstractContextManager[RunAll | None]:
    """Connect to a cluster where one is named."""
    if scheduler is None:
        return nullcontext()
    if workers > 1:
        message = "are processes of this machine, and --scheduler has workers of its own; leave out"
        raise click.BadParameter(f"{message} one of them", param_hint="--workers")
    from fundsim.studies.cluster import cluster

    return cluster(scheduler, lambda told: None if quiet else click.echo(told, err=True))


def _of_shard(plan: Plan, state: State, place: Path) -> Iterator[str]:
    """Say what a shard has left to the others."""
    there = f"{len(state.done):,} of {len(plan.runs):,} runs"
    yield f"{there} are in {place}, {len(state.failed):,} failed"
    yield "the others are other shards'; when all are there: fundsim merge FOLDER... --out FOLDER"


@click.command()
@click.argument(
    "folders", metavar="FOLDER...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@options.out
@options.quiet
@options.debug
def merge(folders: tuple[Path, ...], out: Path | None, *, quiet: bool) -> None:
    """Join the shards of a study into one folder with its table.

    Without --out they are joined into the first. Runs that are in none of them are told (exit 1).
    """
    from fundsim.studies.folder import finish
    from fundsim.studies.folder import merge as merged
    from fundsim.studies.state import numbered, state_of

    place = out or folders[0]
    plan = merged(folders, place)
    pieces = pieces_of(place)
    state = state_of(plan, pieces)
    if state.open:
        click.echo(f"still missing: {numbered(state.open)}; go on with fundsim batch {place}")
        sys.exit(1)
    finish(plan, pieces, place, state)
    if not quiet:
        click.echo("\n".join([*_told(plan, state), f"tables  {place}"]))
    if state.failed:
        sys.exit(1)


def _rehearsed(
    loaded: Loaded, place: Path, workers: int, *, retry: bool, shard: Shard | None
) -> Iterator[str]:
    """Say what is still to be run and what it takes.

    Very many runs are told by the first of them, as if none of them were there.
    """
    from fundsim.cli.costing import cost
    from fundsim.studies import planned
    from fundsim.studies.plan import first_runs, too_many
    from fundsim.studies.running import WHOLE, left_to_do

    if loaded.study.count > MOST:
        plan, pieces = first_runs(loaded, FIRST), pieces_of(place / "of none")
        yield f"{loaded.study.name}: {too_many(loaded)}; ask for it with --yes"
        yield f"by the first {FIRST} of them, whatever is there already:"
    else:
        plan, pieces = planned(loaded), pieces_of(place)
        yield from _stand(plan, place)
    parts = left_to_do(plan, pieces, retry=retry, shard=shard or WHOLE)
    yield from cost(plan, parts, workers)


def _stand(plan: Plan, place: Path) -> Iterator[str]:
    """Say how far a study is, and what is still to be run."""
    from fundsim.studies.state import state_of
    from fundsim.wording import counted

    pieces = pieces_of(place)
    state = state_of(plan, pieces)
    yield f"{plan.loaded.study.name}: {counted(len(plan.runs), 'run')}"
    yield f"done {len(state.done):,}, failed {len(state.failed):,}, open {len(state.open):,}"
    yield f"place {place}"
    yield from _altered(pieces.broken())


def _told(plan: Plan, state: State) -> Iterator[str]:
    from fundsim.report.drivers import Drivers
    from fundsim.wording import counted

    if state.failed:
        first = state.failed[0]
        yield f"{counted(len(state.failed), 'run')} of {len(plan.runs):,} failed; see column failed"
        yield f"the first one: run {first.number}"
    yield from Drivers(plan, ()).doubts()


def _lacking(table: Table) -> Iterator[str]:
    """Name measures that no run has a figure of."""
    columns = [table.columns.index(name) for name in ("measure", "mean")]
    pairs = [tuple(row[place] for place in columns) for row in table.rows()]
    measured = {measure for measure, mean in pairs if mean}
    for measure in dict.fromkeys(measure for measure, _ in pairs if measure):
        if measure not in measured:
            yield f"no run has a figure of {measure}: is it of more years, or of another fund?"


def _print(table: Table, form: str, *, quiet: bool) -> None:
    from fundsim.cli.printing import print_rows

    if form != "table":
        print_rows(table.columns, table.rows(), form)
    elif not quiet:
        shown = [
            name for name in table.columns if name not in ("p25", "p75", "paths", "years", "seed")
        ]
        places = [table.columns.index(name) for name in shown]
        print_rows(shown, [[row[place] for place in places] for row in table.rows()], form)
