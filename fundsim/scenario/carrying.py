"""A scenario as one text, and carried into a folder with the user's own tables beside it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from filecmp import cmp
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from fundsim.places import PACKAGED, table_files
from fundsim.rules.base import catalogue
from fundsim.rules.returns import AnyReturns, Tabled
from fundsim.scenario import spelling
from fundsim.scenario.histories import MARKETS
from fundsim.scenario.keys import Key, undotted, walk
from fundsim.scenario.scenario import Scenario

_TABLES: set[Key] = {
    ("geography", "areas"),
    *((MARKETS, r.file_key) for r in catalogue(AnyReturns).values() if issubclass(r, Tabled)),
}
"""The keys at which a scenario names a table of the user's own."""


def resolved_toml(scenario: Scenario, areas: str | None = None, history: str | None = None) -> str:
    """Write the whole scenario as one TOML text that reads back to the same fingerprint.

    `areas` and `history` are written as the tables of areas and of markets in place of the user's
    own; without them a path is written so that it is found from anywhere.
    """
    values = spelling.table(scenario)
    values["geography"]["areas"] = areas or _areas(scenario)
    if isinstance(scenario.markets, Tabled) and scenario.history_file is not None:
        own = history or scenario.history_file.resolve().as_posix()
        values["markets"][scenario.markets.file_key] = own
    return spelling.toml(values)


def _areas(scenario: Scenario) -> str:
    files = scenario.files
    return files[0].resolve().as_posix() if files else scenario.geography.areas


def carried(scenario: Scenario, folder: Path, below: str = "") -> str:
    """Copy the user's own tables into a folder, and give a TOML that reads them there.

    `below` is how the folder is reached from where the TOML is put, as `data/`. Where another file
    of one of their names is there already, all of them are numbered.
    """
    tables = _copied(partial(tables_carried, scenario), folder)
    return resolved_toml(scenario, *places_of(scenario, tables, below))


def copied(table: Path, folder: Path) -> str:
    """Copy one table, and what describes its columns, as `carried` does; give its name there."""
    files = table_files(str(table))

    def names(number: int) -> dict[Path, str]:
        return {file: _numbered(file.name, table.stem, number) for file in files}

    return _copied(names, folder)[table]


def _copied(names: Callable[[int], dict[Path, str]], folder: Path) -> dict[Path, str]:
    """Copy files under the first names, of those with numbers, for which there is room."""
    tables = next(each for each in map(names, count(1)) if _have_room(each, folder))
    for source, name in tables.items():
        folder.mkdir(exist_ok=True)
        shutil.copyfile(source, folder / name)
    return tables


def tables_named(changes: Mapping[str, Any]) -> Iterator[str]:
    """List the user's own tables that values name, by the dotted keys of these; alike in lists."""
    for name, value in changes.items():
        for below, inner in walk(value):
            key = (*undotted(name), *(part for part in below if isinstance(part, str)))
            if key in _TABLES and isinstance(inner, str) and inner not in PACKAGED:
                yield inner


def with_tables(changes: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, Any]:
    """Give values with the tables that they name in other places, by how they name them."""
    return {name: _placed(value, undotted(name), places) for name, value in changes.items()}


def _placed(value: Any, key: Key, places: Mapping[str, str]) -> Any:  # noqa: ANN401 - a TOML value may be of any type
    if isinstance(value, dict):
        return {part: _placed(inner, (*key, part), places) for part, inner in value.items()}
    return places.get(value, value) if key in _TABLES and isinstance(value, str) else value


def tables_carried(scenario: Scenario, number: int = 1) -> dict[Path, str]:
    """Name the copies of the user's own tables: as they are named, or with a number behind it."""
    files, history = scenario.files, scenario.history_file
    names = {file: _numbered(file.name, files[0].stem, number) for file in files}
    if history is not None:
        name = _numbered(history.name, history.stem, number)
        names[history] = f"markets-{name}" if name in names.values() else name
    return names


def _numbered(name: str, stem: str, number: int) -> str:
    return name if number == 1 else f"{stem}-{number}{name.removeprefix(stem)}"


def _have_room(names: Mapping[Path, str], folder: Path) -> bool:
    """Say whether files can have their names in a folder: none is another file's."""
    return all(
        not (folder / name).exists() or cmp(source, folder / name, shallow=False)
        for source, name in names.items()
    )


def places_of(scenario: Scenario, tables: Mapping[Path, str], below: str) -> tuple[str, str | None]:
    """Say where the tables of areas and of markets stand, seen from a TOML beside a folder."""
    files, history = scenario.files, scenario.history_file
    areas = f"{below}{tables[files[0]]}" if files else scenario.geography.areas
    return areas, None if history is None else f"{below}{tables[history]}"
