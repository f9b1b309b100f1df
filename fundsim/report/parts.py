"""What a report is made of, whatever it is written in: tables that are told, and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Grid:
    """A small table to be read: its head, its rows as they are shown, and what explains it."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""

    @property
    def right(self) -> list[bool]:
        """Say of each column whether it holds figures, which stand to the right."""
        return [
            bool(self.rows) and all(is_figure(row[i]) for row in self.rows)
            for i in range(len(self.head))
        ]


def is_figure(cell: str) -> bool:
    """Say whether a cell is a figure, or empty where one is missing."""
    return not cell or cell[0].isdigit() or cell[0] in "-£±–∞>"
