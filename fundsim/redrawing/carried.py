"""What a chart's file carries: its record, and the scenario and tables that stand in it.

What a file says of itself may have been written by anybody: its tables are put into a folder of
their own, under plain names, and a scenario that asks for any other is refused.
"""

from __future__ import annotations

import json
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
    SCENARIO,
    SCENARIOS,
    Record,
    hashed,
    unpacked,
)
from fundsim.charts.rendering import FORMATS, Format
from fundsim.comparison.folder import FORMAT as FORM
from fundsim.comparison.folder import KIND, Saved
from fundsim.comparison.inquiry import Inquiry
from fundsim.errors import FundsimError, RunError
from fundsim.results.folder import MANIFEST
from fundsim.scenario import Scenario, load
from fundsim.studies.carrying import STUDY

CSV = "csv"
KINDS = (*FORMATS, CSV)
_PLAIN = re.compile(
    rf"({re.escape(SCENARIO)}|{re.escape(STUDY)}"
    rf"|({DATA}|{SCENARIOS}/(across-\d+/)?)(?!\.{{1,2}}\Z)[^/\\\0]+)\Z"
)


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
    def formats(self) -> tuple[Format, ...]:
        """The kind of picture that it is, if it is one."""
        return () if self.kind == CSV else (cast("Format", self.kind),)

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
    data = read(path)
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


def read(path: Path) -> bytes:
    """Read a file whole; one that cannot be read is a RunError."""
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
    return record_beside(read(beside))


def _refuse_unknown(path: Path, record: Record) -> None:
    if (record.get("format"), type(record.get("chart"))) != (FORMAT, dict):
        message = (
            f"{path} was made by fundsim {record.get('fundsim')}, and what it says of its origin "
            f"is not of the form that {__version__} reads; use that version"
        )
        raise RunError(message)


def compared(found: Drawn) -> bool:
    """Say whether a file shows a comparison."""
    return found.record.get("kind") == COMPARISON


@contextmanager
def laid_out(found: Drawn) -> Iterator[Path]:
    """Put the files that a record carries into a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="fundsim-") as name:
        folder = Path(name)
        for file, content in _files(found).items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(content)
        yield folder


def one(found: Drawn, folder: Path) -> Scenario:
    """Read the one scenario that a file carries."""
    with readable(found, folder):
        scenario = load(folder / SCENARIO)
    refuse_strangers(found, scenario, folder)
    return scenario


def question(found: Drawn, folder: Path) -> Inquiry:
    """Read what a comparison asks, with all its scenarios."""
    with readable(found, folder):
        told = {"kind": KIND, "format": FORM, "versions": {"fundsim": __version__}}
        manifest = json.dumps({**found.record["asked"], **told})
        (folder / MANIFEST).write_text(manifest, "utf-8")
        inquiry = Saved(folder).inquiry
    for future in inquiry.futures:
        for scenario in future.scenarios.values():
            refuse_strangers(found, scenario, folder)
    return inquiry


@contextmanager
def readable(found: Drawn, folder: Path) -> Iterator[None]:
    """Tell what cannot be read inside a file as a fault of that file."""
    try:
        yield
    except (FundsimError, LookupError, TypeError, ValueError, AttributeError) as error:
        message = f"{found.path}: the scenario inside cannot be read: {_told(error, folder)}"
        raise RunError(message) from error


def _told(error: Exception, folder: Path) -> str:
    said = str(error).replace(f"{folder}/", "")
    return said if isinstance(error, FundsimError) else f"{type(error).__name__}: {said}"


def _files(found: Drawn) -> dict[str, bytes]:
    """Give the files that a record carries, and those that it needs and that stand beside it."""
    carried, needs = found.record.get("files"), found.record.get("needs", {})
    if not isinstance(carried, Mapping) or not isinstance(needs, Mapping):
        message = f"{found.path} does not carry its scenario; ask for it where the file is from"
        raise RunError(message)
    for name in (*carried, *needs):
        if not _PLAIN.match(name):
            message = f'{found.path} carries a file of the name "{name}", which fundsim never wrote'
            raise RunError(message)
    with readable(found, Path()):
        texts = unpacked(carried)
    return texts | {name: _needed(found, name, mark) for name, mark in needs.items()}


def _needed(found: Drawn, name: str, mark: str) -> bytes:
    """Find a table that was too large to be carried, beside the chart's file."""
    place = found.path.parent / name.rpartition("/")[2]
    if not place.is_file():
        message = (
            f"{found.path} needs the table {place.name} ({mark}), which was too large to be "
            f"carried inside; put it beside {found.path.name}"
        )
        raise RunError(message)
    content = read(place)
    if hashed(content) != mark:
        message = f"{place} is not the table that {found.path.name} was made of: its hash differs"
        raise RunError(f"{message} from {mark}; put that one there")
    return content


def refuse_strangers(found: Drawn, scenario: Scenario, folder: Path) -> None:
    """Refuse a scenario that reads files which do not come with it."""
    own = [*scenario.files, *([scenario.history_file] if scenario.history_file else [])]
    for path in own:
        if not path.resolve().is_relative_to(folder.resolve()):
            message = f"{found.path} carries a scenario that reads {path}, which is not inside it"
            raise RunError(message)
