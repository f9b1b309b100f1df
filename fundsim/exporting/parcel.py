"""What is exported: a run, which of its tables, and where they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from fundsim.errors import RunError
from fundsim.exporting.comparing import ComparedParcel
from fundsim.exporting.dictionary import DESCRIBED
from fundsim.exporting.pictures import Picture, pictures
from fundsim.exporting.provenance import one_line, provenance
from fundsim.exporting.tidy import Tidy, columns_of, measures_of, saved_columns_of, tidy
from fundsim.results.folder import SCENARIO, Run
from fundsim.results.table import Table
from fundsim.results.verifying import altered


@dataclass(frozen=True)
class Parcel:
    """A run and some of its tables; `named` says whether a user chose them."""

    run: Run
    tables: tuple[Tidy, ...]
    named: bool
    in_documents: tuple[str, ...] = ("summary",)
    """What a document for reading shows unless tables are named."""

    @classmethod
    def of(cls, run: Run, names: Sequence[str] = ()) -> Parcel:
        """Take the tables named, or all of them in the dictionary's order.

        A run that was altered, or an unknown table, is a RunError.
        """
        wrong = next(altered(run), None)
        if wrong is not None:
            message = (
                f"{run.folder} does not verify ({wrong}); only whole runs are exported: "
                "run the scenario again with another --out"
            )
            raise RunError(message)
        wanted = dict.fromkeys(names or sorted(run.tables, key=list(DESCRIBED).index))
        return cls(run, tuple(tidy(run, name) for name in wanted), bool(names))

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Where the figures come from."""
        return provenance(self.run)

    kind = "run"

    @property
    def folder(self) -> Path:
        """Where it stands."""
        return self.run.folder

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What its own manifest says."""
        return self.run.manifest

    @property
    def name(self) -> str:
        """What tells it from all others."""
        return f"{self.provenance['scenario']}-{self.provenance['fingerprint']}"

    def files(self) -> Iterator[str]:
        """Name the files of its folder: those that its manifest vouches for."""
        yield from self.run.manifest["files"]

    @property
    def scenario_file(self) -> str:
        """The file of its folder that holds the scenario."""
        return SCENARIO

    @property
    def line(self) -> str:
        """Say in one sentence which run it is."""
        return one_line(self.run)

    def words(self, tables: Sequence[Tidy]) -> list[Table]:
        """Make the data dictionary of some tables: their columns, and their measures."""
        return [columns_of(tables), measures_of(tables)]

    def saved_words(self) -> list[Table]:
        """Make the data dictionary of the run's own files, to which no column is added."""
        return [saved_columns_of(self.run, self.tables), measures_of(self.tables)]

    def pictures(self) -> Iterator[Picture]:
        """Draw the charts of the run."""
        return pictures(self.run)


AnyParcel = Parcel | ComparedParcel
