"""A run, comparison or study as one archive: what somebody else needs to make it again."""

from __future__ import annotations

import heapq
import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from operator import itemgetter
from pathlib import Path

import fundsim
from fundsim.errors import RunError
from fundsim.exporting.parcel import AnyParcel
from fundsim.exporting.plain import as_json
from fundsim.exporting.studying import StudiedParcel
from fundsim.exporting.zipping import entry_of
from fundsim.results.folder import MANIFEST

TIMES = ("started", "seconds")
LOCK = "requirements.txt"
FOLDERS = {
    "run": "the run's own folder: scenario, your own tables in data/, results, manifest",
    "comparison": "the comparison's own folder: a scenario a rule, tables, manifest",
    "study": "the study's own folder: study, scenario, your own tables in data/, the figures of "
    "each run on every path in pieces/, tables, manifest",
}
CONTENTS = {
    "columns.csv": "what each column of each table holds, with type and unit",
    "provenance.json": "fingerprint, seed, versions, sources, licences, what is unverified",
    LOCK: "the lock of fundsim: every package with its hashes",
    "CITATION.cff": "how to cite fundsim",
}


def write_replication(parcel: AnyParcel | StudiedParcel, place: Path) -> list[str]:
    """Write a zip: scenario, tables, manifest, lock, dictionary, citation and README.

    Names are sorted and dates fixed, and the manifest goes without the time at which the run was
    made: whoever makes the run again gets the same archive. Pieces of a study are as it has them
    when it is run at once. A choice of tables is a RunError.
    """
    if parcel.named:
        message = f"an archive for replication holds the whole {parcel.kind}; leave --table out"
        raise RunError(message)
    kind, pieces = parcel.kind, parcel.pieces() if isinstance(parcel, StudiedParcel) else ()
    files: dict[str, Path | bytes] = dict(_written(parcel))
    files |= {f"{kind}/{name}": parcel.folder / name for name in parcel.files()}
    large: Iterator[tuple[str, Path | bytes]] = ((f"{kind}/{name}", c) for name, c in pieces)
    with zipfile.ZipFile(place, "w") as archive:
        for name, content in heapq.merge(sorted(files.items()), large, key=itemgetter(0)):
            if isinstance(content, bytes):
                archive.writestr(entry_of(f"{parcel.name}/{name}"), content)
            else:
                _copy(archive, content, f"{parcel.name}/{name}")
    return []


def _copy(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    entry = entry_of(name, path.stat().st_size)
    with path.open("rb") as file, archive.open(entry, "w") as there:
        shutil.copyfileobj(file, there)


def _written(parcel: AnyParcel | StudiedParcel) -> Iterator[tuple[str, bytes]]:
    """Write what is not a file of the run."""
    manifest = {key: value for key, value in parcel.manifest.items() if key not in TIMES}
    yield f"{parcel.kind}/{MANIFEST}", (json.dumps(manifest, indent=2) + "\n").encode()
    for table in parcel.saved_words():
        yield f"{table.name}.csv", "".join(table.csv()).encode()
    yield "provenance.json", as_json(parcel.provenance).encode()
    yield LOCK, _lock()
    yield "CITATION.cff", citation(parcel).encode()
    yield "README.txt", "\n".join(_readme(parcel)).encode()


def _lock() -> bytes:
    """Read fundsim's own lock, which stands beside the package or travels in it."""
    room = Path(fundsim.__file__).parent
    places = [folder / LOCK for folder in (room / "_shipped", room.parent)]
    for place in places:
        if place.exists():
            return place.read_bytes()
    message = f"the lock of fundsim is not there ({places[0]}); install fundsim again"
    raise RunError(message)


def citation(parcel: AnyParcel | StudiedParcel) -> str:
    """Say how fundsim is cited, in the Citation File Format 1.2.0; JSON text is YAML text."""
    version = parcel.provenance["versions"]["fundsim"]
    about = f"Made with fundsim: {parcel.line}"
    return (
        "cff-version: 1.2.0\n"
        'message: "If you use this simulation, please cite fundsim and name the fingerprint."\n'
        "type: software\n"
        "title: fundsim\n"
        f"version: {json.dumps(version)}\n"
        "license: Apache-2.0\n"
        'authors:\n  - name: "The fundsim authors"\n'
        f"abstract: {json.dumps(about, ensure_ascii=False)}\n"
    )


def _readme(parcel: AnyParcel | StudiedParcel) -> Iterator[str]:
    known, kind = parcel.provenance, parcel.kind
    yield from (parcel.line, "", "MAKE IT AGAIN", "")
    yield from _steps(parcel, known["versions"])
    if kind != "study":
        yield f"{kind}/manifest.json is the {kind}'s own, without the time at which it was made."
    yield from ("", "WHAT IS HERE", "")
    there = {f"{kind}/": FOLDERS[kind], **CONTENTS}
    if kind != "comparison":
        there["measures.csv"] = "what each measure is"
    yield from (f"{name:<18}{about}" for name, about in there.items())
    yield from ("", f"TABLES (in {kind}/, as CSV)", "")
    yield from (f"{table.name:<18}{table.about}" for table in parcel.tables)
    if known["notes"]:
        yield from ("", "WHAT IS UNVERIFIED, AND WHAT TO KNOW", "")
        yield from (f"- {note}" for note in known["notes"])
    yield from ("", "LICENCES", "")
    yield from (f"- {one['title']}, {one['path']}" for one in known["licences"])
    yield from (known["attribution"], "")


_STEPS_OF_STUDY = (
    "4. Look whether it is whole, and whether each table is what the pieces make, without",
    "   simulating anything: fundsim verify study",
    "   Or put the table together again: fundsim batch study",
    "5. Make it again from nothing, and compare every byte:",
    "   cp -r study again",
    "   rm -r again/pieces",
    "   fundsim batch again",
    "   diff -r study again",
    "   fundsim verify again",
)


def _steps(parcel: AnyParcel | StudiedParcel, versions: Mapping[str, str]) -> Iterator[str]:
    python = versions.get("python")
    taken = f"Python {python}, or another from 3.11 on" if python else "Python from 3.11 on"
    yield f"1. Take {taken}."
    yield f"2. Install the packages: pip install --require-hashes -r {LOCK}"
    if isinstance(parcel, StudiedParcel):
        for name, version in parcel.beside_the_lock.items():
            yield f"   And one that this study asks for besides: pip install {name}=={version}"
    yield f"3. Install fundsim {versions['fundsim']} from its source: pip install --no-deps ."
    if isinstance(parcel, StudiedParcel):
        yield from _STEPS_OF_STUDY
        return
    kind = parcel.kind
    yield f"4. Make it again and compare, to the penny: fundsim reproduce {kind}"
    yield f"   Only look whether it is whole and its books balance: fundsim verify {kind}"
    yield f"   Run it somewhere else: fundsim run {kind}/{parcel.scenario_file} --out elsewhere"
    if python:
        yield from ("", f"It was made with numpy {versions['numpy']} on Python {python}.")
