"""How far a study is: which of its runs have their figures, and why others have none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fundsim.money import Real
from fundsim.studies.pieces import Listing, Pieces, failure
from fundsim.studies.plan import Plan, Run

SHOWN = 10  # numbers of runs in a message


@dataclass(frozen=True)
class State:
    """How far a study is: its runs by what has become of them."""

    done: tuple[Run, ...]
    failed: tuple[Run, ...]
    open: tuple[Run, ...]


def state_of(plan: Plan, pieces: Pieces) -> State:
    """Look which runs have their figures, which failed, and which are still to be made."""
    done, failed, left = [], [], []
    listed = pieces.listed()
    for run in plan.runs:
        if run.scenario is None:
            failed.append(run)
            continue
        key = plan.key(run)
        gaps = pieces.missing(listed, key, run.scenario.paths)
        if not gaps:
            done.append(run)
        elif failure(listed, key, gaps) is not None:
            failed.append(run)
        else:
            left.append(run)
    return State(tuple(done), tuple(failed), tuple(left))


def numbered(runs: Sequence[Run]) -> str:
    """Name runs by their numbers, the first ones where they are many."""
    numbers = ", ".join(str(run.number) for run in runs[:SHOWN])
    more = f" and {len(runs) - SHOWN:,} more" if len(runs) > SHOWN else ""
    return f"run{'' if len(runs) == 1 else 's'} {numbers}{more}"


def read_of(plan: Plan, run: Run, pieces: Pieces, listed: Listing) -> Real | None:
    """Read a run's figures, `(look, path)`; None where it has not all of them."""
    scenario = run.scenario
    return pieces.among(listed, plan.key(run), scenario.paths) if scenario else None


def why_none(plan: Plan, run: Run, pieces: Pieces, listed: Listing) -> str:
    """Say on one line why a run has no figures."""
    why: str | None = run.wrong
    if run.scenario is not None:
        key = plan.key(run)
        why = failure(listed, key, pieces.missing(listed, key, run.scenario.paths))
    return " ".join((why or "it was not run").split())
