"""A scenario as one text, and carried into a folder with the user's own tables beside it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from filecmp import cmp
from itertools import count
from pathlib import Path

from fundsim.rules.returns import Tabled
from fundsim.scenario import spelling
from fundsim.scenario.scenario import Scenario


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
    numbered = (tables_carried(scenario, number) for number in count(1))
    tables = next(names for names in numbered if _have_room(names, folder))
    for source, name in tables.items():
        folder.mkdir(exist_ok=True)
        shutil.copyfile(source, folder / name)
    return resolved_toml(scenario, *places_of(scenario, tables, below))


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
