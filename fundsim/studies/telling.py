"""What a reader should be told of a study before it is run, and what two ask differently."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from fundsim.scenario import differences
from fundsim.scenario.words import in_lines, side_by_side, unlike
from fundsim.studies.designs import Listed
from fundsim.studies.plan import Plan
from fundsim.studies.reading import Loaded
from fundsim.studies.schema import Study
from fundsim.wording import counted

WORDS = ("schema_version", "name", "title", "about", "sources", "base")  # that ask nothing
BASE = "(base) "  # before a key of the scenario that varies


def remarks(plan: Plan) -> Iterator[str]:
    """Say how many runs there are, which of them cannot be made, and what nobody vouches for."""
    yield counted(len(plan.runs), "run")
    for run in plan.runs:
        if run.problems:
            yield f"run {run.number} cannot be made, and will be a row that says so: {run.wrong}"
    yield from doubts(plan.loaded.study)


def doubts(study: Study) -> Iterator[str]:
    """Say of what in a study nobody vouches for."""
    for key, text in study.sources.items():
        if text.startswith("unverified"):
            yield f"unverified: {key}: {text.removeprefix('unverified').lstrip(': ')}"


def diff(one: Loaded, other: Loaded) -> str:
    """Write in what two studies differ, a line each: what varies and is looked at, the base last.

    A block that only one of them has is one line.
    """
    both = one.study.vary.keys() & other.study.vary.keys()
    pairs = unlike(_asked(one, both), _asked(other, both))
    based = differences(one.scenario, other.scenario)
    pairs += [(f"{BASE}{key}", first, second) for key, first, second in based]
    if not pairs:
        return f"the same: {one.study.name} and {other.study.name} ask the same"
    heads = [f"{each.study.name}, {counted(each.study.count, 'run')}" for each in (one, other)]
    return side_by_side(heads, pairs)


def _asked(loaded: Loaded, both: Collection[str]) -> dict[str, str]:
    values = {key: value for key, value in loaded.document.values.items() if key not in WORDS}
    vary = values.pop("vary")
    for name, block in loaded.study.vary.items():
        if loaded.taken(name) and isinstance(block, Listed):
            vary = vary | {name: {"kind": "list", "whole": True, "cases": block.cases}}
    alone = {
        f"vary.{name}": f"{block.kind}, {counted(block.count, 'cell')}"
        for name, block in loaded.study.vary.items()
        if name not in both
    }
    return in_lines(values | {"vary": {name: vary[name] for name in vary if name in both}}) | alone
