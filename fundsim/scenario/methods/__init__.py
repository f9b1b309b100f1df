"""The methods section of a paper, from the scenario's own rules, values and sources."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from fundsim.scenario.methods import paragraphs
from fundsim.scenario.methods.telling import Teller
from fundsim.scenario.scenario import Scenario

__all__ = ["method"]

WIDTH = 96


def method(scenario: Scenario) -> str:
    """Write what a paper says of its methods: paragraphs, references, and what is unverified."""
    teller = Teller(scenario)
    funds = [paragraphs.fund(teller, name) for name in scenario.funds]
    parts: list[Iterable[str]] = [
        *(paragraphs.design(teller), paragraphs.markets(teller), *funds),
        *(paragraphs.symbols(teller), paragraphs.dormant(teller), paragraphs.foundations(teller)),
        *(paragraphs.shocks(teller), paragraphs.data(teller), paragraphs.licences(teller)),
        *(paragraphs.software(teller), paragraphs.unverified(teller)),
    ]
    told = [_wrapped(" ".join(sentences)) for sentences in map(list, parts) if sentences]
    items = [(mark, _wrapped(text, f"{mark} ")) for mark, text in teller.references.listed()]
    works = [item for mark, item in items if not mark.startswith("[a")]
    doubts = [item for mark, item in items if mark.startswith("[a")]
    told.append("\n".join(["References and notes", "", *works]))
    if doubts:
        told.append("\n".join(["Assumptions without a verified source", "", *doubts]))
    return "\n\n".join(["Methods", *told])


def _wrapped(text: str, mark: str = "") -> str:
    """Break a text into lines; a mark stands out at the left of the first one."""
    return textwrap.fill(
        " ".join(text.split()),
        WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_on_hyphens=False,
    )
