"""The chart of what makes an answer vary: Sobol's indices of each assumption, largest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fundsim.charts.figures import whole
from fundsim.charts.language import ENGLISH, say
from fundsim.charts.rendering import Format
from fundsim.charts.saving import known_formats, write_all
from fundsim.charts.studying.recording import drawn_of_study, of_measure, sources_of
from fundsim.charts.studying.shares_drawing import Dots, draw_dots, percent
from fundsim.charts.words import Facts, Words, words
from fundsim.results import Table
from fundsim.studies.answers.indices import Shares, table_of_shares
from fundsim.studies.plan import Plan
from fundsim.studies.reading import Loaded
from fundsim.studies.wording import plainly

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAME = "sobol_indices"


def save_shares(
    plan: Plan,
    made: Shares,
    folder: Path,
    *,
    formats: Iterable[Format] = ("svg", "png"),
    language: str = ENGLISH,
) -> list[Path]:
    """Draw what makes one measure vary and write it into a folder, its table as CSV beside it.

    The same study gives the same bytes. RunError: no such format or language, or the folder cannot
    be written to.
    """
    return write_all(folder, drawn_shares(plan, made, known_formats(formats), language=language))


def drawn_shares(
    plan: Plan, made: Shares, formats: Iterable[Format], *, language: str = ENGLISH
) -> dict[str, bytes]:
    """Draw what makes one measure vary, and give the bytes of its files by their names."""
    table = table_of_shares([made])
    return drawn_of_study(
        plan.loaded,
        NAME,
        table,
        say_words=partial(words_of, plan.loaded, table, made),
        draw=draw,
        formats=formats,
        language=language,
    )


def words_of(loaded: Loaded, table: Table, made: Shares) -> Words:
    """Find title, explanation, caption and alternative text of the picture."""
    study, dots = loaded.study, Dots.of(table)
    facts = Facts.of_scenario(loaded.scenario, study.fund, made.look.basis, NAME)
    return words(
        facts,
        title=say("What makes “{measure}” vary", measure=plainly(made.look.measure)),
        about=[
            of_measure(facts, made.look.measure),
            say(
                "share of the variance of its mean over {runs} runs, each in the same {futures}, "
                "that each assumption makes by itself, and has a part in with others too "
                "(Sobol’s first and total index)",
                runs=whole(made.runs),
                futures=facts.futures,
            ),
            say("thin line: what 95 in 100 resamples of the draws give"),
        ],
        reading=_reading(dots),
        notes=[sources_of(study, say("Distributions of assumptions"))],
    )


def _reading(dots: Dots) -> Iterator[str]:
    for row in dots.rows[:2]:
        yield say(
            "{assumption}: {first} by itself, {total} with others too",
            assumption=row.name,
            first=row.first.said,
            total=row.total.said,
        )
    yield say("{share} by assumptions one by one", share=percent(dots.alone))


def draw(table: Table, words: Words) -> Figure:
    """Draw a table of this chart."""
    return draw_dots(Dots.of(table), words)
