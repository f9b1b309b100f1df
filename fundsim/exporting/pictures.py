"""A run's charts as pictures, each with the words that go with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from fundsim.charts import CHARTS, UNASKED, NotShown
from fundsim.charts.comparing import COMPARISON_CHARTS, COMPARISON_UNASKED, Asked
from fundsim.charts.rendering import encode, settled
from fundsim.charts.words import Words
from fundsim.comparison.folder import Saved
from fundsim.memory import given_back
from fundsim.results.folder import Run


@dataclass(frozen=True)
class Picture:
    """A chart as PNG, of one fund or of all together, and its words."""

    name: str
    words: Words
    png: bytes


def pictures(run: Run) -> Iterator[Picture]:
    """Draw each chart that a run draws unasked: of all funds together, or of each it shows."""
    for name in UNASKED:
        try:
            yield _drawn(run, name, None)
        except NotShown:
            funds = run.scenario.funds
            for fund in funds if len(funds) > 1 else ():
                with suppress(NotShown):
                    yield _drawn(run, name, fund)


def pictures_of_comparison(found: Saved) -> Iterator[Picture]:
    """Draw the charts of a comparison; one that is of a single rule, for each but the first."""
    for name in COMPARISON_UNASKED:
        entry = COMPARISON_CHARTS[name]
        others = found.rules[1:] if entry.of_one_rule else ()
        for number, asked in enumerate([Asked(rule=rule) for rule in others] or [Asked()], start=1):
            with suppress(NotShown):
                table = entry.table(found, asked)
                words = entry.words(table, found)
                with settled():
                    png = encode(entry.draw(table, words), "png", words)
                yield Picture(f"{name}-{number}" if others else name, words, png)


def _drawn(run: Run, name: str, fund: str | None) -> Picture:
    entry = CHARTS[name]
    table = entry.table(run, fund, entry.bases[0])
    words = entry.words(table, run, fund, entry.bases[0])
    with settled(), given_back():
        figure = entry.draw(table, words)
        png = encode(figure, "png", words)
        del figure
    return Picture(name, words, png)
