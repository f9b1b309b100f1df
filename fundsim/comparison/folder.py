"""A comparison's folder: its tables, a scenario for each rule, and a manifest, written last."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from fundsim import __version__
from fundsim.comparison.compared import Compared
from fundsim.errors import RunError
from fundsim.metrics.series import Basis
from fundsim.results.folder import MANIFEST, files_of
from fundsim.results.table import Table, read
from fundsim.scenario import Scenario, load, resolved_toml

KIND = "comparison"
FORMAT = 1  # of a comparison's folder
SCENARIOS = "scenarios"
SUMMARY = "summary.txt"


class Comparison(Protocol):
    """Rules held against the first of them, live or read from a folder."""

    @property
    def scenario(self) -> Scenario:
        """The scenario under the first rule."""

    @property
    def scenarios(self) -> Mapping[str, Scenario]:
        """The scenario under each rule, by name."""

    @property
    def rules(self) -> Sequence[str]:
        """The rules by name, the first the one that others are held against."""

    @property
    def base(self) -> str:
        """The rule that others are held against."""

    @property
    def fund(self) -> str | None:
        """The fund whose rule is compared; None where scenarios differ as they may."""

    @property
    def measure(self) -> str:
        """What is compared: what areas are paid, or what they are allocated."""

    @property
    def basis(self) -> Basis:
        """In which pounds: of the day, or of the start date."""

    @property
    def exact(self) -> bool:
        """Whether there is no chance in it: one pot, shared once."""

    @property
    def paths(self) -> int:
        """How many possible futures were compared."""

    @property
    def asked(self) -> Mapping[str, Any]:
        """What was asked for, in plain values."""

    def table(self, name: str) -> Table:
        """Give one of its tables: areas, groups, measures, tenths, rules."""


def place_of(found: Compared, under: Path = Path("results")) -> Path:
    """Say where a comparison stands, unless another place is chosen."""
    marks = [*found.rules, found.fund or "", found.measure, found.basis, json.dumps(found.asked)]
    marks += [scenario.fingerprint for scenario in found.scenarios.values()]
    digest = hashlib.sha256("\n".join(marks).encode()).hexdigest()[:8]
    return under / f"{found.scenario.name}-{found.scenario.fingerprint}-compared-{digest}"


def write(
    found: Compared,
    summary: str,
    folder: Path,
    *,
    started: datetime,
    more: Mapping[str, Table] | None = None,
) -> None:
    """Write a comparison, and more tables that were made of it, into an empty folder.

    The manifest is written last.
    """
    _write_scenarios(found, folder)
    for name, table in {**found.tables, **(more or {})}.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            file.writelines(table.csv())
    (folder / SUMMARY).write_text(summary + "\n", "utf-8")
    scenario = found.scenario
    manifest = {
        "kind": KIND,
        "format": FORMAT,
        "scenario": scenario.name,
        "title": scenario.title,
        "fund": found.fund,
        "measure": found.measure,
        "basis": found.basis,
        "exact": found.exact,
        "asked": found.asked,
        "rules": {rule: one.fingerprint for rule, one in found.scenarios.items()},
        "seed": scenario.seed,
        "paths": found.paths,
        "years": scenario.years,
        "versions": {"fundsim": __version__},
        "started": started.isoformat(timespec="seconds"),
        "seconds": round((datetime.now(UTC) - started).total_seconds(), 1),
        "files": hashes(folder),
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


def _write_scenarios(found: Compared, folder: Path) -> None:
    """Write the scenario of each rule, and the user's own tables beside them."""
    (folder / SCENARIOS).mkdir()
    for source in found.scenario.files:
        shutil.copyfile(source, folder / SCENARIOS / source.name)
    for number, scenario in enumerate(found.scenarios.values()):
        areas = scenario.files[0].name if scenario.files else scenario.geography.areas
        text = resolved_toml(scenario, areas=areas)
        (folder / SCENARIOS / f"{number}.toml").write_text(text, "utf-8")


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
    def scenarios(self) -> dict[str, Scenario]:
        """The scenario under each rule, by name."""
        rules = enumerate(self.manifest["rules"])
        return {rule: load(self.folder / SCENARIOS / f"{number}.toml") for number, rule in rules}

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules by name, the first the one that others are held against."""
        return tuple(self.manifest["rules"])

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
        fund: str | None = self.manifest["fund"]
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

    def table(self, name: str) -> Table:
        """Give one of its tables: areas, groups, measures, tenths, rules."""
        path = self.folder / f"{name}.csv"
        try:
            return read(path)
        except (OSError, ValueError, StopIteration) as error:
            message = f"{path} cannot be read as a table: {error}; compare again"
            raise RunError(message) from error


def is_comparison(place: Path) -> bool:
    """Say whether a finished comparison stands here."""
    try:
        found = json.loads((place / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("kind") == KIND


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
    stated, there = saved.manifest["files"], set(files_of(saved.folder))
    for name, expected in stated.items():
        if name not in there:
            yield f"{name} is missing"
        elif _hash(saved.folder / name) != expected:
            yield f"{name} was altered: its hash differs from the manifest's"
    for name in sorted(there - stated.keys()):
        yield f"{name} is not part of the comparison"
    for rule, scenario in saved.scenarios.items():
        if scenario.fingerprint != saved.manifest["rules"][rule]:
            yield f"the scenario of {rule} has another fingerprint than the manifest says"
