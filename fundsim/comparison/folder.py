"""A comparison's folder: its tables, a scenario for each rule, and a manifest, written last."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from fundsim import __version__
from fundsim.comparison.across import Across, aims_of
from fundsim.comparison.inquiry import Future, Inquiry
from fundsim.comparison.wanting import Wanted
from fundsim.errors import RunError
from fundsim.metrics.series import Basis
from fundsim.results.folder import MANIFEST, files_of
from fundsim.results.table import Table, read
from fundsim.scenario import Scenario, carried, load

KIND = "comparison"
FORMAT = 4  # of a comparison's folder
SCENARIOS = "scenarios"
SUMMARY = "summary.txt"


def place_of(inquiry: Inquiry, under: Path = Path("results")) -> Path:
    """Say where a comparison stands, unless another place is chosen."""
    first = inquiry.first.first
    return under / f"{first.name}-{first.fingerprint}-compared-{inquiry.fingerprint}"


def write(made: Across, folder: Path, *, started: datetime) -> None:
    """Write a comparison into an empty folder, the manifest last."""
    first = made.first
    (folder / SUMMARY).write_text("\n".join(made.sentences) + "\n", "utf-8")
    about = {
        "kind": KIND,
        "fingerprint": made.inquiry.fingerprint,
        "title": first.scenario.title,
        **made.inquiry.told(),
        "exact": first.exact,
        "seed": first.scenario.seed,
        "paths": first.paths,
        "years": first.scenario.years,
        "started": started.isoformat(timespec="seconds"),
        "seconds": round((datetime.now(UTC) - started).total_seconds(), 1),
    }
    finish(about, made.inquiry.futures, made.tables, folder)


def finish(
    about: Mapping[str, Any],
    futures: Sequence[Future],
    tables: Mapping[str, Table],
    folder: Path,
) -> None:
    """Write scenarios and tables into a folder, and last the manifest, with what it is about."""
    for number, future in enumerate(futures):
        _write_scenarios(future, folder / scenarios_of(number))
    for name, table in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            file.writelines(table.csv())
    made = {"format": FORMAT, "versions": {"fundsim": __version__}, "files": hashes(folder)}
    (folder / MANIFEST).write_text(json.dumps({**about, **made}, indent=2) + "\n", "utf-8")


def scenarios_of(future: int) -> str:
    """Say in which folder the scenarios of a future stand, one a rule."""
    return f"{SCENARIOS}/across-{future}" if future else SCENARIOS


def _write_scenarios(future: Future, folder: Path) -> None:
    """Write the scenario of each rule, and the user's own tables beside them."""
    folder.mkdir()
    for number, scenario in enumerate(future.scenarios.values()):
        (folder / f"{number}.toml").write_text(carried(scenario, folder), "utf-8")


def hashes(folder: Path) -> dict[str, str]:
    """Hash each file of a folder, its manifest and charts left out."""
    return {name: _hash(folder / name) for name in files_of(folder)}


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


class Saved:
    """A comparison read from its folder."""

    def __init__(self, folder: Path) -> None:
        """Read the manifest; a folder that is none, or of another version, is a RunError."""
        self.folder = folder
        self.manifest = _manifest(folder)

    @cached_property
    def inquiry(self) -> Inquiry:
        """What was asked."""
        told, wanted = self.manifest, Wanted(**self.manifest["asked"])
        futures = [self._future(number, future) for number, future in enumerate(told["futures"])]
        return Inquiry(
            futures,
            wanted,
            self.measure,
            self.basis,
            told["amount"],
            told["cut"],
            aims_of(told["aims"], wanted, futures[0], self.measure) if told["aims"] else [],
            told["good_enough"],
        )

    def _future(self, number: int, told: Mapping[str, Any]) -> Future:
        folder = self.folder / scenarios_of(number)
        rules = {rule: load(folder / f"{n}.toml") for n, rule in enumerate(told["rules"])}
        return Future(told["scenario"], told["fund"], rules, told["rule_of"])

    @property
    def scenarios(self) -> Mapping[str, Scenario]:
        """The scenario under each rule, by name."""
        return self.inquiry.first.scenarios

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules by name, the first the one that others are held against."""
        return tuple(self.manifest["futures"][0]["rules"])

    @property
    def base(self) -> str:
        """The rule that others are held against."""
        return self.rules[0]

    @property
    def scenario(self) -> Scenario:
        """The scenario under the first rule."""
        return self.scenarios[self.base]

    @property
    def fund(self) -> str | None:
        """The fund whose rule is compared; None where scenarios differ as they may."""
        fund: str | None = self.manifest["futures"][0]["fund"]
        return fund

    @property
    def measure(self) -> str:
        """What is compared: what areas are paid, or what they are allocated."""
        return str(self.manifest["measure"])

    @property
    def basis(self) -> Basis:
        """In which pounds: of the day, or of the start date."""
        return "real" if self.manifest["basis"] == "real" else "nominal"

    @property
    def exact(self) -> bool:
        """Whether there is no chance in it: one pot, shared once."""
        return bool(self.manifest["exact"])

    @property
    def paths(self) -> int:
        """How many possible futures were compared."""
        return int(self.manifest["paths"])

    @property
    def asked(self) -> Mapping[str, Any]:
        """What was asked for, in plain values."""
        asked: Mapping[str, Any] = self.manifest["asked"]
        return asked

    @property
    def summary(self) -> list[str]:
        """The words that were written of it; none where they are gone."""
        place = self.folder / SUMMARY
        return place.read_text("utf-8").splitlines() if place.is_file() else []

    def table(self, name: str) -> Table:
        """Give one of its tables: areas, groups, measures, tenths, rules."""
        path = self.folder / f"{name}.csv"
        try:
            return read(path)
        except (OSError, ValueError, StopIteration) as error:
            message = f"{path} cannot be read as a table: {error}; compare again"
            raise RunError(message) from error


def kind_of(place: Path) -> str:
    """Say what stands in a folder: a comparison, another answer, or nothing of the kind."""
    try:
        found = json.loads((place / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    return str(found.get("kind", "")) if isinstance(found, dict) else ""


def is_comparison(place: Path) -> bool:
    """Say whether a finished comparison stands here."""
    return kind_of(place) == KIND


def _manifest(folder: Path) -> dict[str, Any]:
    if not is_comparison(folder):
        message = f"{folder} is no comparison; make one with fundsim compare"
        raise RunError(message)
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    version, form = manifest["versions"]["fundsim"], manifest["format"]
    if (version, form) != (__version__, FORMAT):
        message = (
            f"{folder} was made by fundsim {version} (format {form}), and this is {__version__} "
            f"(format {FORMAT}); compare again"
        )
        raise RunError(message)
    return manifest


def altered(saved: Saved) -> Iterator[str]:
    """Say which files of a comparison are missing, changed or not part of it."""
    yield from altered_files(saved.folder)
    for told, future in zip(saved.manifest["futures"], saved.inquiry.futures, strict=True):
        for rule, scenario in future.scenarios.items():
            if scenario.fingerprint != told["rules"][rule]:
                where = f"{future.name}: the scenario of {rule}"
                yield f"{where} has another fingerprint than the manifest says"


def altered_files(folder: Path) -> Iterator[str]:
    """Say which files differ from the manifest that stands beside them."""
    stated = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
    there = set(files_of(folder))
    for name, expected in stated.items():
        if name not in there:
            yield f"{name} is missing"
        elif _hash(folder / name) != expected:
            yield f"{name} was altered: its hash differs from the manifest's"
    for name in sorted(there - stated.keys()):
        yield f"{name} is not part of it"
