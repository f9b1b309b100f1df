"""What is exported: a run, which of its tables, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fundsim.errors import RunError
from fundsim.exporting.dictionary import DESCRIBED
from fundsim.exporting.provenance import provenance
from fundsim.exporting.tidy import Tidy, tidy
from fundsim.results.folder import Run
from fundsim.results.verifying import altered


@dataclass(frozen=True)
class Parcel:
    """A run and some of its tables; `named` says whether a user chose them."""

    run: Run
    tables: tuple[Tidy, ...]
    named: bool

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
