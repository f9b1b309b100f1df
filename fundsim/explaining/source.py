"""What an explanation is made of: a finished run, read from its folder or live."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from fundsim.metrics.series import FundSeries
from fundsim.results.table import Table
from fundsim.scenario import Scenario


class Source(Protocol):
    """A run that tells one path: its scenario, its tables, and its funds' histories."""

    @property
    def folder(self) -> Path:
        """Where it stands, for messages."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What is said of it; `told_path` is the number of the path that is told."""

    @property
    def scenario(self) -> Scenario:
        """What was simulated."""

    @property
    def series(self) -> Mapping[str, FundSeries]:
        """Each fund's history on every path."""

    def table(self, name: str) -> Table:
        """Give one of its tables: journal, areas_told."""
