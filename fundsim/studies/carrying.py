"""A study in a folder of its own: its values, its scenario, and the tables that either names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fundsim.files import put_whole
from fundsim.results.folder import SCENARIO
from fundsim.scenario import carried
from fundsim.scenario.carrying import copied, tables_named, with_tables
from fundsim.scenario.spelling import toml
from fundsim.studies.designs import AnyDesign, Listed
from fundsim.studies.distributions import Choice
from fundsim.studies.faults import tables_of
from fundsim.studies.reading import Loaded

STUDY, DATA = "study.toml", "data"  # beside the scenario


def lay_out(loaded: Loaded, folder: Path) -> None:
    """Write a study and its scenario into a folder, with all tables that either names in `data`.

    The folder alone plans the same runs, wherever it stands.
    """
    put_whole(folder / SCENARIO, carried(loaded.scenario, folder / DATA, f"{DATA}/").encode())
    values = _carried_values(loaded, folder) | {"base": SCENARIO}
    put_whole(folder / STUDY, toml(values).encode())


def _carried_values(loaded: Loaded, folder: Path) -> dict[str, Any]:
    """Copy the tables that a study's values name, and give values that find the copies.

    Values keep the names that they have for tables, since these are cells of the study's table, and
    `tables` says where each stands. Tables of other scenarios are written out.
    """
    vary, named = dict(loaded.document.values["vary"]), loaded.study.tables
    places: dict[str, str] = {}
    for name, block in loaded.study.vary.items():
        found = {text: loaded.folder / named.get(text, text) for text in _named(block)}
        copies = {
            text: f"{DATA}/{copied(source, folder / DATA)}"
            for text, source in found.items()
            if source.is_file()
        }
        if loaded.taken(name) and isinstance(block, Listed):
            cases = {label: with_tables(case, copies) for label, case in block.cases.items()}
            vary[name] = {"kind": "list", "whole": True, "cases": cases}
        else:
            places |= copies
    return loaded.document.values | {"vary": vary} | ({"tables": places} if places else {})


def _named(block: AnyDesign) -> Iterator[str]:
    """List the tables that a block's values name."""
    for _, values in tables_of(block):
        plain = {k: v.values_ if isinstance(v, Choice) else v for k, v in values.items()}
        yield from tables_named(plain)
