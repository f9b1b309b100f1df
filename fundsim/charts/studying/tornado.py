"""The chart of what moves an answer: each assumption alone at either end, longest bars first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fundsim.charts.figures import decimals
from fundsim.charts.language import ENGLISH, say
from fundsim.charts.rendering import Format
from fundsim.charts.saving import known_formats, write_all
from fundsim.charts.studying.recording import drawn_of_study, of_measure, sources_of
from fundsim.charts.studying.tornado_drawing import Bars, draw_bars
from fundsim.charts.words import Facts, Words, words
from fundsim.results import Table
from fundsim.studies.answers.tornado import Tornado, table_of_tornadoes
from fundsim.studies.plan import Plan
from fundsim.studies.reading import Loaded
from fundsim.studies.wording import plainly

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAME = "tornado"


def save_tornado(
    plan: Plan,
    made: Tornado,
    folder: Path,
    *,
    formats: Iterable[Format] = ("svg", "png"),
    language: str = ENGLISH,
) -> list[Path]:
    """Draw what moves one measure and write it into a folder, its table as CSV beside it.

    The same study gives the same bytes. RunError: no such format or language, or the folder cannot
    be written to.
    """
    return write_all(folder, drawn_tornado(plan, made, known_formats(formats), language=language))


def drawn_tornado(
    plan: Plan, made: Tornado, formats: Iterable[Format], *, language: str = ENGLISH
) -> dict[str, bytes]:
    """Draw what moves one measure, and give the bytes of its files by their names."""
    table = table_of_tornadoes([made])
    return drawn_of_study(
        plan.loaded,
        NAME,
        table,
        say_words=partial(words_of, plan.loaded, table, made),
        draw=draw,
        formats=formats,
        language=language,
    )


def words_of(loaded: Loaded, table: Table, made: Tornado) -> Words:
    """Find title, explanation, caption and alternative text of the picture."""
    study, bars = loaded.study, Bars.of(table)
    facts = Facts.of_scenario(loaded.scenario, study.fund, made.look.basis, NAME)
    return words(
        facts,
        title=say("What moves “{measure}”", measure=plainly(made.look.measure)),
        about=[
            of_measure(facts, made.look.measure),
            say(
                "each assumption alone at either of its ends, in the same {futures}; light: at "
                "its low end, dark: at its high one",
                futures=facts.futures,
            ),
            say("thin line: {sure} standard errors of the difference", sure=decimals(1.96, 2))
            if bars.uncertain
            else "",
        ],
        reading=_reading(bars),
        notes=[sources_of(study, say("Ends of assumptions"))],
    )


def _reading(bars: Bars) -> Iterator[str]:
    yield say("{figure} as assumed", figure=bars.said(bars.base))
    for row in bars.rows[:2]:
        low, high = (
            say("{figure} at {changes}", figure=bars.said(end.mean), changes=end.changes)
            for end in row.ends
        )
        yield f"{row.name}: {low}, {high}"


def draw(table: Table, words: Words) -> Figure:
    """Draw a table of this chart."""
    return draw_bars(Bars.of(table), words)
