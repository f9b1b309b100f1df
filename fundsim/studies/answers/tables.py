"""The tables that commands leave in a study's folder: each is made of the pieces, at any time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fundsim.errors import RunError
from fundsim.results.table import Table
from fundsim.studies.answers import discovery, indices, screening, tornado
from fundsim.studies.answers.choosing import comparable, policies_of
from fundsim.studies.answers.choosing_tables import CRITERIA, POLICIES, REGRETS, tables_of
from fundsim.studies.designs import AnyDesign, Indices, Morris, OneAtATime
from fundsim.studies.pieces import Pieces
from fundsim.studies.plan import Plan


@dataclass(frozen=True)
class Answer:
    """What one command leaves of a study: its tables' columns, by name, and how they are made.

    `of` says whether a study asks for it; `make` raises a RunError where the pieces do not tell.
    `needs` is a package that fundsim itself does without.
    """

    command: str
    columns: Mapping[str, Sequence[str]]
    of: Callable[[Plan], bool]
    make: Callable[[Plan, Pieces], Mapping[str, Table]]
    needs: str = ""


def answers_of(plan: Plan) -> list[Answer]:
    """List what commands can leave of a study of its kind."""
    return [answer for answer in _ANSWERS if answer.of(plan)]


def left(place: Path) -> list[str]:
    """Name the tables that commands have left in a study's folder."""
    names = (name for answer in _ANSWERS for name in answer.columns)
    return [name for name in names if (place / f"{name}.csv").is_file()]


def needed(plan: Plan, place: Path) -> list[str]:
    """Name the packages that a study's folder asks for and fundsim itself does without.

    A screening asks for its own even to say which runs there are.
    """
    there = {"screening", *left(place)}
    return [a.needs for a in answers_of(plan) if a.needs and not there.isdisjoint(a.columns)]


def unlike(plan: Plan, pieces: Pieces, place: Path) -> Iterator[str]:
    """Say which of the tables that commands have left are not what the pieces make."""
    own = answers_of(plan)
    for answer in _ANSWERS:
        there = [name for name in answer.columns if (place / f"{name}.csv").is_file()]
        if there and answer not in own:
            yield from (f"{name}.csv is of another kind of study than this" for name in there)
        elif there:
            yield from _unlike(answer, there, plan, pieces, place)


def _unlike(
    answer: Answer, there: Sequence[str], plan: Plan, pieces: Pieces, place: Path
) -> Iterator[str]:
    try:
        tables = answer.make(plan, pieces)
    except RunError as error:
        yield from (f"{name}.csv cannot be made again: {error}" for name in there)
        return
    for name in there:
        if "".join(tables[name].csv()).encode() != (place / f"{name}.csv").read_bytes():
            again = f"fundsim {answer.command} {place} makes it again"
            yield f"{name}.csv is not what the pieces make; {again}"


def _has(kind: type[AnyDesign]) -> Callable[[Plan], bool]:
    return lambda plan: any(isinstance(b, kind) for b in plan.loaded.study.vary.values())


def _judges(plan: Plan) -> bool:
    study = plan.loaded.study
    return bool(study.acceptable and study.futures)


def _compares(plan: Plan) -> bool:
    with suppress(RunError):
        return bool(comparable(plan))
    return False


def _tornado(plan: Plan, pieces: Pieces) -> Mapping[str, Table]:
    return _named(tornado.table_of_tornadoes(tornado.tornadoes(plan, pieces)))


def _indices(plan: Plan, pieces: Pieces) -> Mapping[str, Table]:
    return _named(indices.table_of_shares(indices.shares(plan, pieces)))


def _screening(plan: Plan, pieces: Pieces) -> Mapping[str, Table]:
    return _named(screening.table_of_screenings(screening.screenings(plan, pieces)))


def _boxes(plan: Plan, pieces: Pieces) -> Mapping[str, Table]:
    return _named(discovery.table_of_boxes(discovery.discovery(plan, pieces)))


def _policies(plan: Plan, pieces: Pieces) -> Mapping[str, Table]:
    return tables_of(policies_of(plan, pieces))


def _named(table: Table) -> Mapping[str, Table]:
    return {table.name: table}


_OF_POLICIES = {"policies": POLICIES, "criteria": CRITERIA, "regrets": REGRETS}
_ANSWERS = (
    Answer("sensitivity", {"tornado": tornado.COLUMNS}, _has(OneAtATime), _tornado),
    Answer("sensitivity", {"indices": indices.COLUMNS}, _has(Indices), _indices),
    Answer("sensitivity", {"screening": screening.COLUMNS}, _has(Morris), _screening, "salib"),
    Answer("sensitivity", {"boxes": discovery.COLUMNS}, _judges, _boxes, "scikit-learn"),
    Answer("compare", _OF_POLICIES, _compares, _policies),
)
