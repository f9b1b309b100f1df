"""The data dictionary of a study's tables: what each column holds, in which type and unit."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from fundsim.metrics.catalogue import METRICS
from fundsim.results.columns import BY_ROW, FIGURES, MEASURES_HEAD, WORDS, Column, Kind, dictionary
from fundsim.results.table import Row, Table
from fundsim.scenario import Scenario, told_of
from fundsim.scenario.keys import undotted
from fundsim.studies.answers.tables import answers_of
from fundsim.studies.cells import is_figure
from fundsim.studies.designs import (
    HEAD,
    TAIL,
    AnyDesign,
    Grid,
    Indices,
    Morris,
    OneAtATime,
    Sample,
    SideBySide,
    Value,
)
from fundsim.studies.plan import Plan

LARGEST = 2**63  # whole numbers from here on are held as numbers with a point

UNITS = {"rate": "fraction", "money": "pounds"}
"""The unit of a cell, by the words in which a scenario writes its value."""

MEASURE = "measure"  # the column that says what a row's figures are of


def columns_of(plan: Plan) -> Table:
    """Make the data dictionary of a study's tables, a row a column.

    They are the table of runs, and those that commands can leave of a study of its kind. Keys that
    vary are described as the scenario describes them.
    """
    return dictionary(lambda: described(plan).items())


def measures_of(plan: Plan) -> Table:
    """Say of each of a study's tables that has measures what these are."""

    def rows() -> Iterator[Row]:
        found = described(plan).items()
        for table in (name for name, columns in found if any(c.name == MEASURE for c in columns)):
            for metric in (METRICS[look.measure] for look in plan.looks):
                yield table, metric.name, metric.unit, metric.title

    return Table("measures", MEASURES_HEAD, rows)


def described(plan: Plan) -> dict[str, Sequence[Column]]:
    """Describe every column of each of a study's tables, by the table's name."""
    tables: dict[str, Sequence[Column]] = {"table": columns_of_table(plan)}
    for answer in answers_of(plan):
        for table, names in answer.columns.items():
            tables[table] = [fixed(table, name) for name in names]
    return tables


def columns_of_table(plan: Plan) -> list[Column]:
    """Describe the columns of the table of runs, in their order."""
    seeds = {run.scenario.seed for run in plan.runs if run.scenario}
    meet = "rows of one seed" if len(seeds) > 1 else "all rows, which have the same seed,"
    chance = f"what chance is made of; {meet} meet the same chance, path by path"
    head = [fixed("table", name) for name in HEAD]
    tail = [
        Column(name, "integer", "", chance) if name == "seed" else fixed("table", name)
        for name in TAIL
    ]
    return [*head, *(_varied(plan, name) for name in plan.columns), *tail]


def fixed(table: str, name: str) -> Column:
    """Describe a column that every table of its name has."""
    told = _told()
    own = told.get(table, {}).get(name) or told["every"].get(name)
    if own is not None:
        return Column(name, own.get("type", "string"), own.get("unit", ""), own["meaning"])
    if name in WORDS:
        return Column(name, "string", "", WORDS[name])
    return Column(name, "number", BY_ROW, FIGURES[name])


@cache
def _told() -> dict[str, dict[str, Any]]:
    """Read what is told of columns, by table and name."""
    return tomllib.loads(Path(__file__).with_name("columns.toml").read_text("utf-8"))


def _varied(plan: Plan, name: str) -> Column:
    """Describe a column that says what varies: a scenario's key, or a block's own words."""
    values = [run.cell.columns[name] for run in plan.runs if name in run.cell.columns]
    for block_name, block in plan.loaded.study.vary.items():
        if _is_own(block_name, block, name):
            return Column(name, kind_of(values), "", _of_block(block_name, block, name))
    told = dict.fromkeys(told_of(each, undotted(name)) for each in _scenarios(plan, name))
    units, meanings = {unit for unit, _ in told}, dict.fromkeys(meaning for _, meaning in told)
    unit = UNITS.get(units.pop(), "") if len(units) == 1 else ""
    return Column(name, kind_of(values), unit, "; or ".join(meanings))


def _is_own(block_name: str, block: AnyDesign, column: str) -> bool:
    """Tell whether a column holds a block's own words."""
    own = not isinstance(block, Grid | SideBySide | Sample)
    return own and (column == block_name or column.startswith(f"{block_name}_"))


def _scenarios(plan: Plan, name: str) -> list[Scenario]:
    """Give the scenarios in which a key may mean different things: one for each alternative."""
    blocks = plan.loaded.study.vary.items()
    own = [each for each in plan.columns if any(_is_own(*block, each) for block in blocks)]
    found = {
        tuple(run.cell.columns.get(each) for each in own): run
        for run in reversed(plan.runs)
        if run.scenario and name in run.cell.columns
    }
    return [plan.scenario_of(run) for run in reversed(found.values())] or [plan.loaded.scenario]


def _of_block(name: str, block: AnyDesign, column: str) -> str:
    if isinstance(block, OneAtATime):
        which = {name: "the assumption that is moved; base where none is"}
        return which.get(column, "the end that it is moved to: low, high, or base where none is")
    if isinstance(block, Indices):
        return "the sample that the draw is of: A, B, or A with one key taken from B"
    if isinstance(block, Morris):
        return "number of the trajectory that the run is a step of, counted from 1"
    if column == name:
        return f"the alternative, as the study names it in the block {name}"
    return f"what the block {name} says of the run: {(block.__doc__ or '').strip().splitlines()[0]}"


def kind_of(values: Sequence[Value]) -> Kind:
    """Give the type of a column that holds these values; text is none, whatever it looks like.

    >>> kind_of([2, 4]), kind_of(["3%", 0.04]), kind_of(["£2bn"]), kind_of(["007", "008"])
    ('integer', 'number', 'number', 'string')
    """
    if not all(is_figure(one) for one in values):
        return "string"
    whole = all(isinstance(one, int) and abs(one) < LARGEST for one in values)
    return "integer" if whole else "number"
