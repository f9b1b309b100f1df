"""The door to places: a table of areas, the package's own or a user's, becomes a geography."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fundsim.errors import DataError, Problem, nearest
from fundsim.places.assembling import Areas, geography
from fundsim.places.columns import HEADER, Descriptions, read_descriptions, undescribed
from fundsim.places.geography import Geography
from fundsim.places.packaged import PACKAGED, packaged
from fundsim.places.reading import REQUIRED, nations_of, read_areas
from fundsim.places.table import Fault, Table, read_table, refuse

Where = Mapping[str, str | Sequence[str]]


def load_geography(name_or_path: str, *, where: Where | None = None) -> Geography:
    """Load the areas that money can go to: a geography that comes with fundsim, or your own CSV.

    A CSV in UTF-8 needs the columns code, name and population (whole, above 0). nation, region,
    foundation, lon and lat (degrees) are read where they are there. Without nation all areas are in
    one nation named "all"; without region the nation is the region; without foundation all areas
    are served by one foundation named "all". A column that is there has no empty cell, lon and lat
    excepted. Every other column of numbers, 0 or more, can be read by rules as need; an empty cell
    of it means not known and is refused when a rule reads it. Columns of words are kept as labels.
    Blanks around cells do not count, nor does the order of rows and columns.

    What the columns mean may stand in a companion beside the table, `<its name>.columns.csv`, of
    the form of the package's own (`columns.read_descriptions`). A foundation whose id is that of
    one of the 47 members of the UK network takes its name.

    `where` keeps areas by nation, region, foundation, code or name: `{"nation": "England"}`,
    `{"region": ["North East", "North West"]}`; of several keys all must hold.

    Everything wrong with a table is told at once in a DataError, each with `file:row:column`.
    """
    source = _source(name_or_path)
    table, malformed = read_table(source.content, source.label, required=REQUIRED)
    descriptions, beside = _describe(source, table)
    areas, faults = read_areas(table, descriptions)
    refuse({source.label: malformed + faults, source.companion_label: beside})
    about = {
        name: descriptions.about.get(name, undescribed(name, areas.nations))
        for name in areas.columns
    }
    kept = areas if where is None else areas.at(_chosen(source.label, areas, where))
    return geography(source.label, kept, about)


def table_files(name_or_path: str) -> tuple[Path, ...]:
    """List the user's files that a geography is read from: none for one that comes with fundsim."""
    path = Path(name_or_path)
    if name_or_path in PACKAGED or not path.name:
        return ()
    companion = _companion(path)
    return (path, companion) if _is_file(companion) else (path,)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # such as a name too long for the disk
        return False


def _companion(path: Path) -> Path:
    return path.with_name(f"{path.stem}.columns.csv")


@dataclass(frozen=True)
class _Source:
    """A table's bytes and those of the companion that describes its columns, where there is one."""

    label: str
    content: bytes
    companion_label: str
    companion: bytes | None


def _source(name_or_path: str) -> _Source:
    if name_or_path in PACKAGED:
        beside = f"{name_or_path}.columns.csv"
        return _Source(name_or_path, packaged(f"{name_or_path}.csv"), beside, packaged(beside))
    content, *companion = [_bytes(path) for path in table_files(name_or_path)]
    beside = str(_companion(Path(name_or_path)))
    return _Source(name_or_path, content, beside, companion[0] if companion else None)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        message = f"there is no such file{_near(path)}; give the path of a CSV, or {PACKAGED[0]}"
    except IsADirectoryError:
        message = "this is a folder; give the path of a CSV in it"
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        message = f"the file cannot be read ({reason}); check its name and permissions"
    raise DataError([Problem(str(path), "", message)])


def _near(path: Path) -> str:
    beside = sorted(file.name for file in path.parent.glob("*.csv"))
    return nearest(path.name, [*PACKAGED, *beside])


def _describe(source: _Source, table: Table) -> tuple[Descriptions, list[Fault]]:
    if source.companion is None:
        return Descriptions({}, frozenset()), []
    beside, malformed = read_table(source.companion, source.companion_label, required=HEADER)
    descriptions, faults = read_descriptions(beside, table.cells, nations_of(table))
    return descriptions, malformed + faults


def _chosen(label: str, areas: Areas, where: Where) -> NDArray[np.int64]:
    """Find the areas that `where` keeps."""
    keys = {
        "nation": areas.nations,
        "region": areas.regions,
        "foundation": areas.foundation_ids,
        "code": areas.codes,
        "name": areas.names,
    }
    wanted = {k: [value] if isinstance(value, str) else list(value) for k, value in where.items()}
    problems = [p for key, values in wanted.items() for p in _doubts(label, key, values, keys)]
    if problems:
        raise DataError(problems)
    kept = np.ones(len(areas.codes), dtype=np.bool_)
    for key, values in wanted.items():
        kept &= np.isin(np.array(keys[key]), values)
    if not kept.any():
        message = "no area meets all the conditions together; leave one out"
        raise DataError([Problem(label, "where", message)])
    return np.flatnonzero(kept)


def _doubts(
    label: str, key: str, values: Sequence[str], keys: Mapping[str, Sequence[str]]
) -> list[Problem]:
    """Find what is wrong with one condition of `where`."""
    at = f"where.{key}"
    if key not in keys:
        there = ", ".join(keys)
        message = f"areas cannot be kept by this{nearest(key, keys)}; they can by {there}"
        return [Problem(label, at, message)]
    if not values:
        return [Problem(label, at, f"the list is empty; name at least one {key}")]
    there_are = sorted(set(keys[key]))
    return [
        Problem(label, at, f'no area has the {key} "{value}"{nearest(value, there_are)}')
        for value in values
        if value not in there_are
    ]
