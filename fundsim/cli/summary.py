"""The summary of a run as it is printed: what goes in, what comes out, how sure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fundsim.cli.printing import aligned
from fundsim.report.answer import answer, heading
from fundsim.report.parts import Grid
from fundsim.results.frames import Tabled
from fundsim.scenario import Scenario, notes


def lines(source: Tabled, scenario: Scenario, *, fund: str, real: bool) -> Iterator[str]:
    """Write the summary of a fund or of all together, a line at a time."""
    yield from heading(scenario, fund=fund, real=real)
    parts = list(answer(source, scenario, fund=fund, real=real))
    for part in parts:
        if isinstance(part, Grid):
            yield ""
            yield from aligned(part.head, part.rows)
            yield from [part.note] if part.note else []
    yield ""
    yield from (part for part in parts if isinstance(part, str))
    yield from unverified(scenario)


def unverified(scenario: Scenario) -> Sequence[str]:
    """Say what is assumed without a source, and what else the reader must know."""
    said = notes(scenario)
    return ["", *said] if said else []
