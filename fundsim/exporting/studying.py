"""What is exported of a study: its tables, each column described, its pieces, and its sources."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fundsim.errors import RunError
from fundsim.exporting.provenance import provenance_of_study
from fundsim.exporting.tidy import Tidy
from fundsim.results.folder import MANIFEST
from fundsim.results.table import Table, read
from fundsim.studies import Plan, planned
from fundsim.studies.answers.tables import left, needed
from fundsim.studies.dictionary import columns_of, described, measures_of
from fundsim.studies.folder import open_study
from fundsim.studies.pieces import FOLDER, Pieces
from fundsim.studies.settling import settled
from fundsim.studies.verifying import differences
from fundsim.wording import counted

ABOUT = {
    "table": "What comes out of each run, measure by measure, with what varies.",
    "tornado": "What each assumption moves at either of its ends.",
    "indices": "The share of the spread that each assumption accounts for: Sobol's indices.",
    "screening": "Morris's elementary effects of each assumption.",
    "boxes": "Under which combinations of assumptions policies fail.",
    "policies": "In how many futures each policy is acceptable, and which no other beats.",
    "criteria": "Each measure of each policy over the futures: mean, worst, regret.",
    "regrets": "Each measure of each policy in each future.",
}
KEYS = {
    "tornado": ("measure", "assumption", "end"),
    "indices": ("measure", "assumption"),
    "screening": ("measure", "assumption"),
    "policies": ("policy",),
    "criteria": ("measure", "policy"),
    "regrets": ("run", "measure"),
}
"""What tells the rows of a table apart; a run that failed has no measure, a policy may no box."""


@dataclass(frozen=True)
class StudiedParcel:
    """A study and its tables; `named` says whether a user chose them."""

    folder: Path
    plan: Plan
    tables: tuple[Tidy, ...]
    named: bool

    kind = "study"

    @classmethod
    def of(cls, folder: Path, names: Sequence[str] = ()) -> StudiedParcel:
        """Take all tables of a finished study; one that is not whole is a RunError."""
        plan = planned(open_study(folder))
        wrong = next(differences(plan, folder), None)
        if wrong is not None:
            message = (
                f"{folder} does not verify ({wrong}); only whole studies are exported: fundsim "
                f"batch {folder} makes again what is missing of its pieces and its table"
            )
            raise RunError(message)
        there = ("table", *left(folder))
        columns = described(plan)
        tables = (
            Tidy(
                name,
                ABOUT[name],
                KEYS.get(name, ()),
                tuple(columns[name]),
                read(folder / f"{name}.csv").rows,
            )
            for name in there
        )
        return cls(folder, plan, tuple(tables), bool(names))

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the study's own manifest says."""
        found: dict[str, Any] = json.loads((self.folder / MANIFEST).read_text("utf-8"))
        return found

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Where the figures come from."""
        return provenance_of_study(self.plan, self.manifest) | {
            "versions": self.manifest["versions"] | self.beside_the_lock
        }

    @cached_property
    def beside_the_lock(self) -> dict[str, str]:
        """The versions of packages that it asks for and the lock of fundsim leaves out.

        They are those of this installation, with which its tables were just made again.
        """
        return {name: version(name) for name in needed(self.plan, self.folder)}

    @property
    def name(self) -> str:
        """What tells it from all others."""
        return f"{self.plan.loaded.study.name}-{self.manifest['fingerprint']}"

    @property
    def line(self) -> str:
        """Say in one sentence which study it is."""
        study, scenario, known = self.plan.loaded.study, self.plan.loaded.scenario, self.manifest
        failed = f", of which {known['failed']:,} failed" if known["failed"] else ""
        return (
            f"{study.title} ({study.name}, fingerprint {known['fingerprint']}): "
            f"{counted(known['runs'], 'run')} of {scenario.name}{failed}; "
            f"fundsim {known['versions']['fundsim']}."
        )

    def files(self) -> Iterator[str]:
        """Name the files of its folder: those that its manifest vouches for, and other tables."""
        yield from self.manifest["files"]
        yield from (f"{table.name}.csv" for table in self.tables if table.name != "table")

    def pieces(self) -> Iterator[tuple[str, bytes]]:
        """Give its pieces by their names in its folder, in order."""
        for name, content in settled(self.plan, Pieces(self.folder / FOLDER)):
            yield f"{FOLDER}/{name}", content

    def saved_words(self) -> list[Table]:
        """Make the data dictionary of the study's own files."""
        return [columns_of(self.plan), measures_of(self.plan)]
