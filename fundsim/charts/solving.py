"""The chart of a figure that was looked for: on how many paths each one meets the target."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from fundsim.charts.figures import percent
from fundsim.charts.language import ENGLISH, speaking
from fundsim.charts.record import SOLVE, record_of
from fundsim.charts.rendering import Format
from fundsim.charts.saving import in_language, known_formats, pictured, write_all
from fundsim.charts.solving_drawing import Look, draw_look
from fundsim.charts.words import Facts, Words, words
from fundsim.results import Table
from fundsim.solving.solved import Solved
from fundsim.wording import the

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAME = "curve"


def save_curve(
    made: Solved,
    folder: Path,
    *,
    formats: Iterable[Format] = ("svg", "png"),
    language: str = ENGLISH,
) -> list[Path]:
    """Draw the curve of an answer and write it into a folder, its table as CSV beside it.

    The same answer gives the same bytes. RunError: no such format, or the folder cannot be written
    to.
    """
    return write_all(folder, drawn_curve(made, known_formats(formats), language=language))


def drawn_curve(
    made: Solved, formats: Iterable[Format], *, language: str = ENGLISH
) -> dict[str, bytes]:
    """Draw the curve of an answer, and give the bytes of its files by their names."""
    of_file = in_language(NAME, language)
    record = record_of(SOLVE, made.scenario, {"name": NAME, **of_file, "fund": made.fund})
    whole = None if record is None else record | {"asked": dict(made.question.told["asked"])}
    table = made.curve
    with speaking(language):
        told = words_of(made, table)
        return pictured(of_file["file"], _draw, table, told, formats, record=whole)


def words_of(made: Solved, table: Table) -> Words:
    """Find title, explanation and alternative text of the picture."""
    facts = Facts.of_scenario(made.scenario, made.fund, "real", NAME)
    look, name = Look.of(table), made.varied.name
    return words(
        facts,
        title=f"On how many paths each {name} meets the target",
        about=[
            f"{the(facts.fund_title)}: {made.target}",
            (
                f"line: share of {facts.futures} on which it is met under each {name} "
                f"({made.varied.key}), in the same markets; band: 1.96 standard errors of that"
            ),
            f"stripe: each {name} at which the band reaches what is asked for" if look.ends else "",
        ],
        reading=[_answer(made, look)],
    )


def _answer(made: Solved, look: Look) -> str:
    if made.found is None:
        best = percent(made.best.share)
        return f"no {made.varied.name} meets it; the best does on {best} of the paths"
    here = f"{look.said(float(made.found.value))} meets it"
    if made.verdict == "above":
        return f"{here}, and is the upper end of what was tried"
    return f"{here}, and none above it that was tried"


def _draw(table: Table, words: Words) -> Figure:
    return draw_look(Look.of(table), words)
