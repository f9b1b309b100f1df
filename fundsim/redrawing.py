"""A chart's file alone: whether it is as it was drawn, and whether it comes out again the same.

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
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from fundsim import __version__
from fundsim.charts.beside import ENDING, record_beside
from fundsim.charts.comparing.chart import Asked
from fundsim.charts.comparing.saving import drawn_comparison
from fundsim.charts.embedding import Unread, take
from fundsim.charts.language import language_asked
from fundsim.charts.record import (
    COMPARISON,
    DATA,
    FORMAT,
    RUN,
    SCENARIO,
    SCENARIOS,
    SOLVE,
    Record,
    broken,
    hashed,
    sealed,
    unpacked,
)
from fundsim.charts.rendering import FORMATS, Format
from fundsim.charts.saving import drawn
from fundsim.charts.solving import drawn_curve
from fundsim.charts.style import drawn_in
from fundsim.charts.style.carrying import look_in, other_faces
from fundsim.comparison.folder import FORMAT as FORM
from fundsim.comparison.folder import KIND, Saved, write
from fundsim.comparison.inquiry import Inquiry
from fundsim.comparison.running import answered as compared
from fundsim.engine.simulate import Progress, simulate
from fundsim.errors import FundsimError, RunError
from fundsim.reproducing import rows_apart
from fundsim.results.folder import MANIFEST
from fundsim.results.table import read
from fundsim.scenario import Scenario, load
from fundsim.solving.finding import solve

CSV = "csv"
KINDS = (*FORMATS, CSV)
STATED = ("fingerprint", "seed", "paths", "years")
_PLAIN = re.compile(
    rf"({re.escape(SCENARIO)}|({DATA}|{SCENARIOS}/(across-\d+/)?)(?!\.{{1,2}}\Z)[^/\\\0]+)\Z"
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
    with _unpacked(found) as folder:
        scenario = _question(found, folder).first.first if _compared(found) else _one(found, folder)
        for key in STATED:
            own, stated = getattr(scenario, key), found.record.get(key)
            if own != stated:
                yield f"{found.path.name}: its scenario has the {key} {own}, and it states {stated}"


def _compared(found: Drawn) -> bool:
    return found.record.get("kind") == COMPARISON


@contextmanager
def _unpacked(found: Drawn) -> Iterator[Path]:
    """Put the files that a record carries into a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="fundsim-") as name:
        folder = Path(name)
        for file, content in _files(found).items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(content)
        yield folder


def _one(found: Drawn, folder: Path) -> Scenario:
    """Read the one scenario that a file carries."""
    with _readable(found, folder):
        scenario = load(folder / SCENARIO)
    _refuse_strangers(found, scenario, folder)
    return scenario


def _question(found: Drawn, folder: Path) -> Inquiry:
    """Read what a comparison asks, with all its scenarios."""
    with _readable(found, folder):
        told = {"kind": KIND, "format": FORM, "versions": {"fundsim": __version__}}
        manifest = json.dumps({**found.record["asked"], **told})
        (folder / MANIFEST).write_text(manifest, "utf-8")
        inquiry = Saved(folder).inquiry
    for future in inquiry.futures:
        for scenario in future.scenarios.values():
            _refuse_strangers(found, scenario, folder)
    return inquiry


@contextmanager
def _readable(found: Drawn, folder: Path) -> Iterator[None]:
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
    with _readable(found, Path()):
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
    again = _AGAIN.get(found.record.get("kind", ""))
    if again is None:
        message = (
            f"{found.path} shows an answer of breadth or indices, and carries its scenario but "
            "not all that was asked: ask that command again, which takes a moment"
        )
        raise RunError(message)
    if boundaries := found.record["chart"].get("boundaries"):
        message = (
            f"{found.path} is drawn on the outlines of {boundaries}, which it does not carry: run "
            "its scenario, and draw it with fundsim chart RUN areas_map --boundaries FILE"
        )
        raise RunError(message)
    wrong = list(verify_drawn(found))
    if found.record.get("record") != sealed(found.record):
        message = f"{wrong[0]}; it cannot be made again from that: ask for the file as it was"
        raise RunError(message)
    with _unpacked(found) as folder, drawn_in(look_in(found.record, found.path)):
        made = again(found, folder, workers, progress)
        apart = list(_differences(found, made))
    return [*wrong, *apart, *(other_faces(found.record, found.path) if apart else ())]


def _run_again(
    found: Drawn, folder: Path, workers: int, progress: Progress | None
) -> dict[str, bytes]:
    results = simulate(_one(found, folder), workers=workers, progress=progress)
    asked = found.record["chart"]
    return drawn(
        asked["name"],
        results,
        found.formats,
        fund=asked["fund"],
        basis=asked["basis"],
        foundation=asked.get("foundation"),
        language=language_asked(asked),
    )


def _compare_again(
    found: Drawn, folder: Path, workers: int, progress: Progress | None
) -> dict[str, bytes]:
    made = compared(_question(found, folder), workers=workers, progress=progress)
    asked, anew = found.record["chart"], folder / "anew"
    anew.mkdir()
    write(made, anew, started=datetime.now(UTC))
    across, up = asked["measures"]
    told = Asked(rule=asked.get("rule"), measures=(across, up))
    spoken = language_asked(asked)
    return drawn_comparison(asked["name"], Saved(anew), found.formats, told, language=spoken)


def _solve_again(
    found: Drawn, folder: Path, workers: int, progress: Progress | None
) -> dict[str, bytes]:
    asked = found.record["asked"]
    made = solve(
        _one(found, folder),
        asked["target"],
        fund=asked["fund"],
        key=asked["key"],
        low=asked["from"],
        high=asked["to"],
        within=asked["within"],
        workers=workers,
        progress=progress,
    )
    return drawn_curve(made, found.formats, language=language_asked(found.record["chart"]))


_AGAIN = {RUN: _run_again, COMPARISON: _compare_again, SOLVE: _solve_again}


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
