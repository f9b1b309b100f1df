"""Where a value of a scenario was written, and how that place is shown to people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from fundsim.errors import Problem
from fundsim.scenario.keys import Key
from fundsim.scenario.locate import Span, locate

WIDTH = 100  # characters of a line that an excerpt shows at most


@dataclass(frozen=True)
class Source:
    """One text that a scenario is made of: a file, or one `--set KEY=VALUE`.

    `rank` counts them in the order in which they apply; `folder` is where their relative paths
    begin; `label` is how people know the file. A text that is no file (`value_at` is not None) has
    its value there, and no lines.
    """

    label: str
    text: str
    folder: Path
    rank: int = 0
    value_at: int | None = None

    @cached_property
    def spans(self) -> dict[Key, Span]:
        """Offsets of every key; worked out only where there is something to report."""
        if self.value_at is None:
            return locate(self.text)
        return {(): Span(0, max(self.value_at - 1, 0), self.value_at, len(self.text))}

    def place(self, offset: int) -> str:
        """Name a place as people do: file, line, column."""
        if self.value_at is not None:
            return self.label
        line_start = self.text.rfind("\n", 0, offset) + 1
        line = self.text.count("\n", 0, offset) + 1
        return f"{self.label}:{line}:{offset - line_start + 1}"

    def excerpt(self, start: int, end: int) -> str:
        """Show the line at an offset, with carets under what stands between the two offsets."""
        if not self.text:
            return ""
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", first)
        last = len(self.text) if last < 0 else last
        number = (
            "" if self.value_at is not None else f"{self.text.count(chr(10), 0, start) + 1:>5} "
        )
        begin = first if start - first < WIDTH - 20 else start - 40
        shown = self.text[begin : min(last, begin + WIDTH)]
        carets = "^" * max(1, min(end, begin + len(shown)) - start)
        return f"{number}| {_plain(shown)}\n{' ' * len(number)}| {' ' * (start - begin)}{carets}"


def _plain(line: str) -> str:
    """Keep a line as long as it is, without what a terminal would take as an order."""
    return "".join(
        character if character.isprintable() else " " if character == "\t" else "�"
        for character in line
    )


@dataclass(frozen=True)
class Origin:
    """The source that a value stands in, and its key there."""

    source: Source
    key: Key = ()

    @property
    def span(self) -> Span:
        """Where it stands; the whole text for a value that is no file's."""
        return self.source.spans[self.key]

    @property
    def place(self) -> str:
        """Name the place of the value's key."""
        return self.source.place(self.span.key)


class Finding(NamedTuple):
    """A problem with what puts it in order: the source's rank, and the offset in it."""

    rank: int
    offset: int
    problem: Problem


def problems_in_order(findings: Iterable[Finding]) -> list[Problem]:
    """Sort problems by place, those of one place as they come; leave out what was said before."""
    ordered = sorted(findings, key=lambda f: (f.rank, f.offset, f.problem.key))
    return list(dict.fromkeys(finding.problem for finding in ordered))
