"""What a chart's file says of its origin: enough to check it, and to make it again from it alone.

A record is plain values, as JSON has them: which chart of what, the data's vintages, and as `files`
the texts that a run is made of, line by line. `seal` adds the hashes that bind it to a file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path, PurePath
from typing import Any

from fundsim import __version__
from fundsim.charts.source import Setting
from fundsim.charts.style import look_now
from fundsim.charts.style.carrying import told
from fundsim.errors import RunError
from fundsim.places import Geography
from fundsim.scenario import Scenario, resolved_toml
from fundsim.scenario.carrying import places_of, tables_carried

Record = dict[str, Any]

FORMAT = 1  # of a record
RUN, COMPARISON, SOLVE, STUDY = "run", "comparison", "solve", "study"  # what a chart is of
OTHER = "answer"
SCENARIO, DATA, TOML = "scenario.toml", "data/", ".toml"
SCENARIOS = "scenarios"  # the folder of those that are compared
CARRIED = 1 << 18  # bytes of a user's own table that is carried; of a larger one, name and hash


def record_of(
    kind: str, scenario: Setting, asked: Mapping[str, Any], files: Record | None = None
) -> Record | None:
    """Say what a chart is made of: which kind of answer, the scenario, what was asked to be drawn.

    `files` are those of the answer, where they are more than the scenario's own. None where the
    scenario is none that could be written down, as one made by hand.
    """
    if not isinstance(scenario, Scenario):
        return None
    return {
        "format": FORMAT,
        "fundsim": __version__,
        "kind": kind,
        "scenario": scenario.name,
        "fingerprint": scenario.fingerprint,
        "seed": scenario.seed,
        "paths": scenario.paths,
        "years": scenario.years,
        "data": vintages(scenario.geography_table),
        "chart": dict(asked),
        **told(look_now()),
        **(files or files_of(scenario)),
    }


def vintages(places: Geography) -> Record:
    """Say which table of areas was used, and of which year, by whom, its columns are.

    Columns of one vintage, source and licence stand together; what a table does not say is empty.
    """
    together: dict[tuple[str, str, str], list[str]] = {}
    for name, about in places.about.items():
        together.setdefault((about.vintage, about.source, about.licence), []).append(name)
    columns = [
        {"vintage": vintage, "source": source, "licence": licence, "columns": sorted(names)}
        for (vintage, source, licence), names in sorted(together.items())
    ]
    return {"areas": PurePath(places.label).name, "digest": places.digest, "vintages": columns}


def files_of(scenario: Scenario) -> Record:
    """Give the scenario whole, and the user's own tables; of large ones what is needed.

    `files` holds texts by name, each as its lines; `needs` the hash of each file that is left out.
    """
    tables = tables_carried(scenario)
    toml = resolved_toml(scenario, *places_of(scenario, tables, DATA))
    own = {f"{DATA}{name}": _bytes(path) for path, name in tables.items()}
    return packed({SCENARIO: toml.encode("utf-8"), **own})


def files_below(folder: Path, below: str) -> Record:
    """Give the files of a folder's own folder, as `files_of` does."""
    found = sorted(path for path in (folder / below).rglob("*") if path.is_file())
    return packed({path.relative_to(folder).as_posix(): _bytes(path) for path in found})


def packed(contents: Mapping[str, bytes]) -> Record:
    """Pack files: as their lines, and scenarios after the first by what differs from that one.

    Scenarios are packed whatever their size, other files where they are small.
    """
    files: dict[str, Any] = {}
    needs, first = {}, ""
    for name, content in contents.items():
        text = content.decode("utf-8") if name.endswith(TOML) else _text(content)
        if text is None:
            needs[name] = hashed(content)
            continue
        lines = text.split("\n")
        if not name.endswith(TOML):
            files[name] = lines
        elif not first:
            files[name], first = lines, name
        else:
            files[name] = {"like": first, "but": _apart(files[first], lines)}
    return {"files": files} | ({"needs": needs} if needs else {})


def _apart(old: list[str], new: list[str]) -> list[list[Any]]:
    """Say which lines, from where to before where, are others, and what stands there instead."""
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [[start, stop, new[i:j]] for what, start, stop, i, j in steps if what != "equal"]


def unpacked(files: Mapping[str, Any]) -> dict[str, bytes]:
    r"""Unpack files again.

    >>> texts = {"0.toml": b"a = 1\nb = 2\n", "1.toml": b"a = 1\nb = 3\nc = 4\n"}
    >>> unpacked(packed(texts)["files"]) == texts
    True
    """
    return {name: "\n".join(_lines(files, name)).encode("utf-8") for name in files}


def _lines(files: Mapping[str, Any], name: str) -> list[str]:
    told = files[name]
    if not isinstance(told, Mapping):
        return list(told)
    lines = list(files[told["like"]])
    for start, stop, new in reversed(told["but"]):
        lines[start:stop] = new
    return lines


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = (
            f"{path} cannot be read ({error.strerror}), and a chart's file says what it was made "
            "of; put the table back"
        )
        raise RunError(message) from error


def _text(content: bytes) -> str | None:
    if len(content) > CARRIED:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def hashed(content: bytes) -> str:
    """Hash some bytes, and say how.

    >>> hashed(b"")[:20]
    'sha256:e3b0c44298fc1'
    """
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def seal(record: Record, table: bytes, content: bytes) -> Record:
    """Bind a record to the file that it goes into, and to the table behind that.

    `content` is the file without the record. The seal tells accidents and edits; it is no
    signature, since whoever alters a file can seal it again.
    """
    bound = record | {"table": hashed(table), "content": hashed(content)}
    return bound | {"record": sealed(bound)}


def broken(record: Record, content: bytes) -> Iterator[str]:
    """Say in which way a file and the record inside it are not what they were."""
    if record.get("record") != sealed(record):
        yield "what it says of its origin was altered: its own hash differs"
    if record.get("content") != hashed(content):
        yield "it was altered after it was drawn: its content has another hash than it states"


def sealed(record: Record) -> str:
    """Hash a record, whatever hash of itself it states."""
    stated = {key: value for key, value in record.items() if key != "record"}
    return hashed(json.dumps(stated, sort_keys=True, separators=(",", ":")).encode("ascii"))
