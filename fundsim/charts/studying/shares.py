"""The chart of what makes an answer vary: Sobol's indices of each assumption, largest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fundsim.charts.figures import whole
from fundsim.charts.language import ENGLISH, say, speaking
from fundsim.charts.rendering import Format
from fundsim.charts.saving import in_language, known_formats, pictured, write_all
from fundsim.charts.studying.recording import record_of_study, sources_of
from fundsim.charts.studying.shares_drawing import Dots, draw_dots, percent
from fundsim.charts.words import Facts, Words, the_fund, words
from fundsim.metrics.catalogue import METRICS
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
    table, measure = table_of_shares([made]), made.look.measure
    of_file = in_language(f"{NAME}-{measure}", language)
    record = record_of_study(plan.loaded, {"name": NAME, **of_file, "measure": measure})
    with speaking(language):
        told = words_of(plan.loaded, table, made)
        return pictured(of_file["file"], draw, table, told, formats, record=record)


def words_of(loaded: Loaded, table: Table, made: Shares) -> Words:
    """Find title, explanation, caption and alternative text of the picture."""
    study, dots = loaded.study, Dots.of(table)
    facts = Facts.of_scenario(loaded.scenario, study.fund, made.look.basis, NAME)
    return words(
        facts,
        title=say("What makes “{measure}” vary", measure=plainly(made.look.measure)),
        about=[
            say(
                "{fund}: {measure}",
                fund=the_fund(facts.fund_title),
                measure=say(METRICS[made.look.measure].title).rstrip("."),
            ),
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
