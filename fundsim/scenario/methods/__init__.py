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
    references = teller.references
    works = [_item(f"[{n}]", text) for n, text in enumerate(references.works, start=1)]
    doubts = [_item(f"[a{n}]", text) for n, text in enumerate(references.assumptions, start=1)]
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


def _item(mark: str, text: str) -> str:
    return _wrapped(text, f"{mark} ")
