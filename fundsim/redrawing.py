"""A chart's file alone: whether it is as it was drawn, and whether it comes out again the same.

What a file says of itself may have been written by anybody: its tables are put into a folder of
their own, under plain names, and a scenario that asks for any other is refused.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from fundsim import __version__
from fundsim.charts.beside import ENDING, record_beside
from fundsim.charts.embedding import Unread, take
from fundsim.charts.record import (
    COMPARISON,
    DATA,
    FORMAT,
    RUN,
    SCENARIO,
    SOLVE,
    Record,
    broken,
    hashed,
)
from fundsim.charts.rendering import FORMATS, Format
from fundsim.charts.saving import drawn
from fundsim.engine.simulate import Progress, simulate
from fundsim.errors import FundsimError, RunError
from fundsim.reproducing import rows_apart
from fundsim.results.table import read
from fundsim.scenario import Scenario, load

CSV = "csv"
KINDS = (*FORMATS, CSV)
STATED = ("fingerprint", "seed", "paths", "years")
_PLAIN = re.compile(rf"{DATA}[^/\\\0]+\Z")
_ASK = "ask for the folder that it is from"
_HOW = {
    COMPARISON: "take the folder of the comparison, fundsim reproduce FOLDER",
    SOLVE: "ask fundsim solve again, which takes a moment",
}


@dataclass(frozen=True)
class Drawn:
    """A chart's file: its bytes, the record that it carries or that stands beside it.

    `content` is what was drawn, without the record.
    """

    path: Path
    kind: str
    data: bytes
    record: Record
    content: bytes

    @property
    def version(self) -> str:
        """The version of fundsim that made it."""
        return str(self.record.get("fundsim"))

    @property
    def paths(self) -> int:
        """How many paths its scenario has."""
        return int(self.record.get("paths", 0))

    @property
    def about(self) -> str:
        """Which chart it is, of what, in a few words."""
        told = self.record
        return f"{told['chart'].get('name')} of {told.get('scenario')} {told.get('fingerprint')}"


def open_drawn(path: Path) -> Drawn:
    """Read a chart's file and its record; a file that has none is a RunError."""
    kind = path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        message = (
            f"{path} is neither a folder nor a chart ({', '.join(KINDS)}); give the folder that "
            "fundsim made, or one file of its charts"
        )
        raise RunError(message)
    data = _read(path)
    try:
        record, content = (_beside(path), data) if kind == CSV else take(kind, data)
    except Unread as reason:
        message = (
            f"{path}: {reason}; give a file as fundsim chart wrote it, since mail and editors may "
            "drop what a file says of itself"
        )
        raise RunError(message) from reason
    _refuse_unknown(path, record)
    return Drawn(path, kind, data, record, content)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror}); check its name and permissions"
        raise RunError(message) from error


def _beside(path: Path) -> Record:
    beside = path.with_name(f"{path.name}{ENDING}")
    if not beside.is_file():
        message = (
            f"{path} says nothing of its origin, as a CSV cannot, and {beside.name} is not beside "
            "it: ask for that file where the CSV is from, and put it there; or of a run's own "
            "table, give the folder"
        )
        raise RunError(message)
    return record_beside(_read(beside))


def _refuse_unknown(path: Path, record: Record) -> None:
    if (record.get("format"), type(record.get("chart"))) != (FORMAT, dict):
        message = (
            f"{path} was made by fundsim {record.get('fundsim')}, and what it says of its origin "
            f"is not of the form that {__version__} reads; use that version"
        )
        raise RunError(message)


def verify_drawn(found: Drawn) -> Iterator[str]:
    """Say in which way a chart's file is not what was drawn; nothing where all holds.

    Hashes of content and record; and, where the same version made it, whether the scenario that it
    carries is the one whose fingerprint, seed, paths and years it states.
    """
    wrong = [f"{found.path.name}: {what}" for what in broken(found.record, found.content)]
    yield from wrong
    if wrong or found.version != __version__:
        return
    with _scenario(found) as scenario:
        for key in STATED:
            own, stated = getattr(scenario, key), found.record.get(key)
            if own != stated:
                yield f"{found.path.name}: its scenario has the {key} {own}, and it states {stated}"


@contextmanager
def _scenario(found: Drawn) -> Iterator[Scenario]:
    """Read the scenario that a file carries, its tables in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="fundsim-") as name:
        folder = Path(name)
        for file, content in _files(found).items():
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_bytes(content)
        try:
            scenario = load(folder / SCENARIO)
        except FundsimError as error:
            message = f"{found.path}: the scenario inside cannot be read: {_told(error, name)}"
            raise RunError(message) from error
        _refuse_strangers(found, scenario, folder)
        yield scenario


def _told(error: FundsimError, folder: str) -> str:
    return str(error).replace(f"{folder}/", "")


def _files(found: Drawn) -> dict[str, bytes]:
    """Give the files that a record carries, and those that it needs and that stand beside it."""
    carried, needs = found.record.get("files"), found.record.get("needs", {})
    if not isinstance(carried, Mapping) or not isinstance(needs, Mapping):
        message = f"{found.path} does not carry its scenario; ask for it where the file is from"
        raise RunError(message)
    for name in (*carried, *needs):
        if name != SCENARIO and not _PLAIN.match(str(name)):
            message = f'{found.path} carries a file of the name "{name}", which fundsim never wrote'
            raise RunError(message)
    texts = {name: "\n".join(lines).encode("utf-8") for name, lines in carried.items()}
    return texts | {name: _needed(found, name, mark) for name, mark in needs.items()}


def _needed(found: Drawn, name: str, mark: str) -> bytes:
    """Find a table that was too large to be carried, beside the chart's file."""
    place = found.path.parent / name.removeprefix(DATA)
    if not place.is_file():
        message = (
            f"{found.path} needs the table {place.name} ({mark}), which was too large to be "
            f"carried inside; put it beside {found.path.name}"
        )
        raise RunError(message)
    content = _read(place)
    if hashed(content) != mark:
        message = f"{place} is not the table that {found.path.name} was made of: its hash differs"
        raise RunError(f"{message} from {mark}; put that one there")
    return content


def _refuse_strangers(found: Drawn, scenario: Scenario, folder: Path) -> None:
    """Refuse a scenario that reads files which do not come with it."""
    own = [*scenario.files, *([scenario.history_file] if scenario.history_file else [])]
    for path in own:
        if not path.resolve().is_relative_to(folder.resolve()):
            message = f"{found.path} carries a scenario that reads {path}, which is not inside it"
            raise RunError(message)


def reproduce_drawn(
    found: Drawn, *, workers: int = 1, progress: Progress | None = None
) -> list[str]:
    """Simulate a file's scenario again, draw its chart again, and say what differs.

    Nothing where each byte is the same. Of another version of fundsim: a RunError.
    """
    if found.version != __version__:
        message = (
            f"{found.path} was made by fundsim {found.version}, and this is {__version__}: "
            "use that version to make it again"
        )
        raise RunError(message)
    if found.record.get("kind") != RUN:
        message = (
            f"{found.path} is a chart of a {found.record.get('kind')}, of which it carries the "
            f"scenario but not each rule or question: {_HOW.get(found.record['kind'], _ASK)}"
        )
        raise RunError(message)
    if boundaries := found.record["chart"].get("boundaries"):
        message = (
            f"{found.path} is drawn on the outlines of {boundaries}, which it does not carry: run "
            "its scenario, and draw it with fundsim chart RUN areas_map --boundaries FILE"
        )
        raise RunError(message)
    wrong = list(verify_drawn(found))
    with _scenario(found) as scenario:
        results = simulate(scenario, workers=workers, progress=progress)
        asked = found.record["chart"]
        made = drawn(
            asked["name"],
            results,
            () if found.kind == CSV else (cast("Format", found.kind),),
            fund=asked["fund"],
            basis=asked["basis"],
            foundation=asked.get("foundation"),
        )
        return [*wrong, *_differences(found, made)]


def _differences(found: Drawn, made: Mapping[str, bytes]) -> Iterator[str]:
    """Say what differs between a file and the one made again."""
    ending = f".{found.kind}"
    again = next(content for name, content in made.items() if name.endswith(ending))
    if found.kind == CSV:
        yield from _of_csv(found, made)
    elif again != found.data:
        yield from _of_picture(found, made, *take(found.kind, again))


def _of_csv(found: Drawn, made: Mapping[str, bytes]) -> Iterator[str]:
    (name,) = (name for name in made if name.endswith(".csv"))
    if made[name] != found.data:
        yield f"{found.path.name} differs"
        with tempfile.TemporaryDirectory(prefix="fundsim-") as folder:
            again = Path(folder) / name
            again.write_bytes(made[name])
            try:
                yield from rows_apart(read(found.path), read(again))
            except (ValueError, StopIteration) as error:
                yield f"  and cannot be read as a table: {error}"
    record = record_beside(made[f"{name}{ENDING}"])
    yield from _of_record(found, record)


def _of_picture(
    found: Drawn, made: Mapping[str, bytes], record: Record, content: bytes
) -> Iterator[str]:
    (table,) = (content for name, content in made.items() if name.endswith(".csv"))
    same = hashed(table) == found.record.get("table")
    yield from _of_record(found, record)
    if not same:
        yield f"{found.path.name}: the table behind it comes out otherwise"
    if content != found.content:
        why = "; its table is the same: was another matplotlib or typeface used?" if same else ""
        yield f"{found.path.name}: the drawing differs{_where(found, content)}{why}"


def _of_record(found: Drawn, record: Record) -> Iterator[str]:
    """Say which keys of two records differ; hashes follow from what is told anyway."""
    for key in sorted(found.record.keys() | record.keys()):
        one, other = found.record.get(key), record.get(key)
        if key not in ("record", "content", "table") and one != other:
            yield f"{found.path.name}: it states another {key} than it has when made again"


def _where(found: Drawn, content: bytes) -> str:
    """Say where drawings differ, as far as that can be told."""
    if found.kind == "svg":
        pairs = zip(found.content.splitlines(), content.splitlines(), strict=False)
        lines = enumerate(pairs, start=1)
        at = next((n for n, (one, other) in lines if one != other), None)
        return "" if at is None else f", first in line {at}"
    return ""
