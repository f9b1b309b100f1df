"""The cover of a workbook or a document: where the figures are from, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fundsim.exporting.parcel import AnyParcel
from fundsim.exporting.tidy import Tidy
from fundsim.results.table import inert

NAMES = {
    "scenario": "scenario",
    "fingerprint": "fingerprint",
    "rules_fingerprint": "fingerprint of the rules",
    "seed": "seed",
    "paths": "simulated futures",
    "quantile_paths": "of which for quantiles of areas and foundations",
    "told_path": "path told in the journal",
    "years": "years",
    "start": "first day",
    "sampling": "sampling",
    "compared": "compared",
    "in": "in",
}


@dataclass(frozen=True)
class Line:
    """A line of the cover: a name and what it says; a heading has no text."""

    name: str
    text: str = ""
    heading: bool = False


def cover(parcel: AnyParcel, tables: Sequence[Tidy], left_out: Iterable[str]) -> Iterator[Line]:
    """Write the cover: the run, what is in the file, what is unverified, licence, sources."""
    known = parcel.provenance
    yield Line(inert(known["title"]), heading=True)
    for key, name in NAMES.items():
        if key not in known:
            continue
        yield Line(name, inert(str(known[key])))
    for program, version in known["versions"].items():
        yield Line(program, version)
    yield Line("make it again", known["make_again"])
    yield from _section("What is in it", ((table.name, table.about) for table in tables))
    yield from _section("Left out", (("", text) for text in left_out))
    yield from _section("What is unverified, and what to know", (("", t) for t in known["notes"]))
    licences = ((one["name"], f"{one['title']}, {one['path']}") for one in known["licences"])
    yield from _section("Licences", (*licences, ("to be named", known["attribution"])))
    yield from _section("Sources of the scenario's figures", known["sources"].items())


def _section(title: str, lines: Iterable[tuple[str, str]]) -> Iterator[Line]:
    """Write a section under its heading, or nothing if it is empty."""
    for number, (name, text) in enumerate(lines):
        if not number:
            yield Line("")
            yield Line(title, heading=True)
        yield Line(inert(name), inert(text))
