"""The folder of an answer: the curve, the answer, a scenario that can be run, and a manifest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fundsim.comparison.folder import SUMMARY, finish, scenarios_of
from fundsim.scenario import resolved_toml
from fundsim.scenario.carrying import places_of, tables_carried
from fundsim.scenario.keys import numbered, undotted
from fundsim.scenario.schema import SCHEMA_VERSION
from fundsim.scenario.spelling import table, toml
from fundsim.solving.question import Question
from fundsim.solving.solved import Solved

ANSWER, SCENARIO = "solved.json", "solved.toml"


def place_of(question: Question, under: Path = Path("results")) -> Path:
    """Say where an answer stands, unless another place is chosen."""
    stated = question.scenario
    return under / f"{stated.name}-{stated.fingerprint}-solved-{question.fingerprint}"


def write(made: Solved, folder: Path) -> None:
    """Write an answer into an empty folder, the manifest last; no clock, no host."""
    (folder / SUMMARY).write_text("\n".join(made.sentences()) + "\n", "utf-8")
    answer = json.dumps(made.told() | {"words": made.sentences()}, indent=2, ensure_ascii=False)
    (folder / ANSWER).write_text(answer + "\n", "utf-8")
    if made.found is not None:
        (folder / SCENARIO).write_text(_scenario(made), "utf-8")
    about = {**made.question.told, "fingerprint": made.question.fingerprint}
    finish(about, [made.question.future], {"curve": made.curve}, folder)


def _scenario(made: Solved) -> str:
    """Write the scenario with the figure that was found, as a difference from the stated one.

    Where the figure stands in a list, which a difference would replace whole, it is written in
    full.
    """
    assert made.found is not None  # noqa: S101 - asked for only then
    key, stated = made.varied.key, made.scenario
    if any(isinstance(part, int) for part in numbered(table(stated), undotted(key)[:-1])):
        below = f"./{scenarios_of(0)}/"
        return resolved_toml(made.solved, *places_of(stated, tables_carried(stated), below))
    words = made.varied.words(made.found.value)
    values: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "extends": f"./{scenarios_of(0)}/0.toml",
        "name": stated.name,
        "title": f"{stated.title}: {made.varied.name} of {words}",
    }
    *above, last = undotted(key)
    inside = values
    for part in above:
        inside = inside.setdefault(part, {})
    inside[last] = words
    values["sources"] = {key: _source(made)}
    return toml(values)


def _source(made: Solved) -> str:
    stated = made.scenario
    return (
        f"fundsim solve: the largest in steps of {made.varied.words(made.step)} that meets "
        f'"{made.target}" for {made.fund} on {stated.paths} paths, seed {stated.seed}'
    )
