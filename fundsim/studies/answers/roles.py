"""Which runs of a study are one policy's, and which of them meet the same future."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from fundsim.errors import RunError
from fundsim.studies.designs import Cell
from fundsim.studies.plan import Plan, Run

AS_IT_IS = "as it is"  # the one policy of a study in which nothing is decided


@dataclass(frozen=True)
class Roles:
    """A study's runs by policy and future.

    `runs` has a row a policy, each in the order of `futures`; a future is what its blocks change
    and what the table's columns say of it. A policy is called by the values of its own columns.
    """

    policies: tuple[str, ...]
    futures: tuple[Cell, ...]
    runs: tuple[tuple[Run, ...], ...]


def roles(plan: Plan) -> Roles:
    """Tell policies and futures apart: blocks that `futures` names, and the others.

    RunError: the study names none.
    """
    study = plan.loaded.study
    if not study.futures:
        first = next(iter(study.vary))
        message = (
            f"{study.name} does not say what is decided and what is not; name the blocks that "
            f'nobody decides on, as futures = ["{first}"]'
        )
        raise RunError(message)
    uncertain = [name in study.futures for name in study.vary]
    policies: dict[tuple[int, ...], Cell] = {}
    futures: dict[tuple[int, ...], Cell] = {}
    runs: dict[tuple[int, ...], list[Run]] = {}
    combinations = list(study.combinations())  # held, so that a cell is known by its identity
    for run, parts in zip(plan.runs, combinations, strict=True):
        future = [part for part, one in zip(parts, uncertain, strict=True) if one]
        policy = [part for part, one in zip(parts, uncertain, strict=True) if not one]
        which = tuple(map(id, policy))
        policies.setdefault(which, reduce(Cell.with_, policy, Cell()))
        futures.setdefault(tuple(map(id, future)), reduce(Cell.with_, future))
        runs.setdefault(which, []).append(run)
    labels = tuple(map(_label, policies.values()))
    return Roles(labels, tuple(futures.values()), tuple(map(tuple, runs.values())))


def _label(policy: Cell) -> str:
    return ", ".join(map(str, policy.columns.values())) or AS_IT_IS
