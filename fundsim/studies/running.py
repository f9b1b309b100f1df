"""Running a study: what is not there yet is simulated, and each piece is kept as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from fundsim.errors import RunError
from fundsim.files import clear_after_the_dead
from fundsim.studies.designs import Values
from fundsim.studies.pieces import Pieces, Span, failure
from fundsim.studies.plan import Plan, Run
from fundsim.studies.work import Part, Work
from fundsim.studies.workers import Failed, RunAll, run_all

Progress = Callable[[int, int], None]
Shard = tuple[int, int]
"""Which of how many parts of a study, counted from 0."""

WHOLE: Shard = (0, 1)
SPAN = 5_000  # paths of a piece at most: some seconds' work, and what a kill costs a worker
AFTERWARDS = ("funds", "foundations", "geography")  # tables that no market depends on


def carry_out(
    plan: Plan,
    pieces: Pieces,
    *,
    parts: Sequence[Part] | None = None,
    workers: int = 1,
    crew: RunAll | None = None,
    progress: Progress | None = None,
) -> None:
    """Simulate `parts` of a study, by default all that is left to do, and keep each as it comes.

    A run that fails leaves its reason, and the others go on. `workers` are processes of this
    machine; a `crew` takes their place. RunError: a disk is full, or a folder gone.
    """
    clear_after_the_dead(pieces.place)
    if parts is None:
        pieces.clear(pieces.broken())
        parts = left_to_do(plan, pieces)
    told, every = 0, sum(part.paths for part in parts)
    try:
        work = Work.of(plan)
        answers = crew(work, parts) if crew is not None else run_all(work, parts, workers)
        for part, answer in answers:
            if isinstance(answer, Failed):
                pieces.keep_failure(part.key, part.span, str(answer))
            else:
                pieces.keep(part.key, answer, part.span[0])
            told += part.paths
            if progress is not None:
                progress(told, every)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        message = (
            f"a run could not be made: {error.strerror or error}{where}; make room, and go on: "
            "what is done is kept"
        )
        raise RunError(message) from error


def left_to_do(
    plan: Plan, pieces: Pieces, *, retry: bool = False, shard: Shard = WHOLE
) -> list[Part]:
    """List what is still to be simulated, of runs that meet the same markets one after another.

    With `retry` that is also what failed before. Runs that differ in nothing but their number of
    paths are simulated once; shards (which, of how many) take parts by turns, whatever is there.
    """
    which, of = shard
    listed, parts = pieces.listed(), []
    cells = [(key, cell) for key, run in longest(plan).items() for cell in _cells(run)]
    mine = set(cells[which::of])
    for key, run in longest(plan).items():
        paths, stands = paths_of(run), run.scenario.fingerprint_of_a_path if run.scenario else ""
        gaps = pieces.missing(listed, key, paths)
        if retry or failure(listed, key, gaps) is None:
            spans = cut(gaps)
            own = (span for span in spans if (key, span[0] // SPAN) in mine)
            parts += [Part(key, plan.changes(run), span, stands) for span in own]
    met: dict[str, int] = {}
    order = {part.key: met.setdefault(_markets(part.changes), len(met)) for part in parts}
    return sorted(parts, key=lambda part: order[part.key])


def longest(plan: Plan) -> dict[str, Run]:
    """Give the run of the most paths of each key, in the order in which keys first appear."""
    found: dict[str, Run] = {}
    for run in plan.runs:
        if run.scenario is not None:
            key = plan.key(run)
            found[key] = max(found.get(key, run), run, key=paths_of)
    return found


def paths_of(run: Run) -> int:
    """Say how many paths a run has; none where it cannot be made."""
    return run.scenario.paths if run.scenario else 0


def _cells(run: Run) -> range:
    """Number the parts in which a whole run is cut."""
    return range(-(-paths_of(run) // SPAN))


def cut(spans: list[Span]) -> Iterator[Span]:
    """Cut spans where a piece ends: at multiples of its length."""
    for first, end in spans:
        ends = range((first // SPAN + 1) * SPAN, end, SPAN)
        yield from zip((first, *ends), (*ends, end), strict=True)


def _markets(changes: Values) -> str:
    """Write what of a run's changes its markets may depend on."""
    return repr(
        {key: value for key, value in changes.items() if key.split(".")[0] not in AFTERWARDS}
    )
