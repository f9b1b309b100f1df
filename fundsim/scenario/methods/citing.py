"""The references of a methods section: numbered as they are first cited, assumptions apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from fundsim.scenario.words import UNVERIFIED

_SOURCE = re.compile(r"\s*\bSources?\b[^:.]*: (?P<work>.+)$")
_BRACKETS = re.compile(
    r" ?\((?P<work>(?:[^()]|\([^()]*\))*\b(?:19|20)\d\d\b(?:[^()]|\([^()]*\))*)\)"
)


IN_SHORT = ("(table)", "(list)", "not set")


def plainly(text: str) -> str:
    """Write a value without the quotes and brackets of a file.

    >>> plainly('["March", "June"]')
    'March, June'
    """
    return text.replace('"', "").strip("[]") if text.startswith("[") else text


@dataclass
class References:
    """Works that a text cites, and assumptions that nobody vouches for, each with its mark."""

    works: list[str] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)

    def work(self, text: str) -> str:
        """Give the mark of a published work, as [2]."""
        return f"[{_place(self.works, text)}]"

    def assumption(self, text: str) -> str:
        """Give the mark of an assumption, as [a2]."""
        return f"[a{_place(self.assumptions, text)}]"

    def note(self, key: str, value: str, note: str) -> str:
        """Give the mark of what a scenario says of a value's source."""
        if not note.startswith(UNVERIFIED):
            return self.work(note)
        said = note.removeprefix(UNVERIFIED).lstrip(": ")
        stated = key if value in IN_SHORT else f"{key} = {plainly(value)}"
        return self.assumption(f"{stated}: {said}" if said else stated)

    def prose(self, text: str) -> str:
        """Put marks in the place of the works that a rule's own words cite.

        Such a work stands in brackets with its year, or follows the word Source up to the end.
        """
        end = ""
        if source := _SOURCE.search(text):
            end = f" {self.work(source['work'].rstrip('.'))}."
            text = text[: source.start()]
        marked = _BRACKETS.sub(lambda found: f" {self.work(found['work'])}", text)
        return f"{marked.removesuffix('.')}{end}" if end else marked

    def listed(self) -> Iterator[tuple[str, str]]:
        """List every work and every assumption, each with its mark."""
        yield from ((f"[{n}]", text) for n, text in enumerate(self.works, start=1))
        yield from ((f"[a{n}]", text) for n, text in enumerate(self.assumptions, start=1))


def _place(texts: list[str], text: str) -> int:
    """Count from 1 where a text stands in a list; it is added if it is new."""
    if text not in texts:
        texts.append(text)
    return texts.index(text) + 1
