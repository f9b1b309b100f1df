"""A scenario as one text, and carried into a folder with the user's own tables beside it."""

from __future__ import annotations

import shutil
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

    `below` is how the folder is reached from where the TOML is put, as `data/`.
    """
    names = [file.name for file in scenario.files]
    copies = dict(zip(scenario.files, names, strict=True))
    areas = f"{below}{names[0]}" if names else scenario.geography.areas
    history = None
    if (file := scenario.history_file) is not None:
        name = f"markets-{file.name}" if file.name in names else file.name
        copies[file], history = name, f"{below}{name}"
    for source, name in copies.items():
        folder.mkdir(exist_ok=True)
        shutil.copyfile(source, folder / name)
    return resolved_toml(scenario, areas=areas, history=history)
