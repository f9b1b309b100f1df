"""What a report is made of, whatever it is written in: tables that are told, and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fundsim.results.table import Row


@dataclass(frozen=True)
class Grid:
    """A small table to be read: its head, its rows as they are shown, and what explains it."""

    head: Sequence[str]
    rows: Sequence[Row]
    note: str = ""
