"""The chart of a figure that was looked for: on how many paths each one meets the target."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from fundsim.charts.figures import decimals, percent
from fundsim.charts.language import ENGLISH, counted, say, speaking
from fundsim.charts.record import SOLVE, record_of
from fundsim.charts.rendering import Format
from fundsim.charts.saving import in_language, known_formats, pictured, write_all
from fundsim.charts.solving_drawing import Look, draw_look, figure_named
from fundsim.charts.words import Facts, Words, the_fund, words
from fundsim.results import Table
from fundsim.solving.solved import Solved
from fundsim.solving.targets import KeptWhole, NeverBelow, NoCut, Target, Wish

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
    look, name = Look.of(table), figure_named(made.varied.name)
    return words(
        facts,
        title=say("On how many paths each {figure} meets the target", figure=name),
        about=[
            say("{fund}: {target}", fund=the_fund(facts.fund_title), target=asked(made.target)),
            say(
                "line: share of {futures} on which it is met under each {figure} ({key}), in the "
                "same markets; band: {sure} standard errors of that",
                sure=decimals(1.96, 2),
                futures=facts.futures,
                figure=name,
                key=made.varied.key,
            ),
            say("stripe: each {figure} at which the band reaches what is asked for", figure=name)
            if look.ends
            else "",
        ],
        reading=[_answer(made, look)],
    )


def _answer(made: Solved, look: Look) -> str:
    if made.found is None:
        return say(
            "no {figure} meets it; the best does on {share} of the paths",
            figure=figure_named(made.varied.name),
            share=percent(made.best.share),
        )
    here = look.said(float(made.found.value))
    if made.verdict == "above":
        return say("{figure} meets it, and is the upper end of what was tried", figure=here)
    return say("{figure} meets it, and none above it that was tried", figure=here)


def asked(target: Target) -> str:
    """Say what is asked for, in English in the very words of the target."""
    wish = target.wish
    named = {"level": f"{getattr(wish, 'level', 0):g}", "years": _years(wish)}
    match wish:
        case KeptWhole():
            what = say("capital kept whole at {years} at least {level}", **named)
        case NeverBelow(years=None):
            what = say("capital kept whole never below {level}", **named)
        case NeverBelow():
            what = say("capital kept whole never below {level} in {years}", **named)
        case NoCut(share=share, years=years):
            figure = f"{100 * share:g}%"
            what = say("no real cut over {share}", share=figure)
            if years is not None:
                what = say("no real cut over {share} in {years}", share=figure, **named)
        case _:
            what = say("not exhausted")
            if wish.years is not None:
                what = say("not exhausted in {years}", **named)
    return say(
        "{wish} with probability {probability}",
        wish=what,
        probability=f"{target.probability:g}",
    )


def _years(wish: Wish) -> str:
    return counted(wish.years or 0, "year")


def _draw(table: Table, words: Words) -> Figure:
    return draw_look(Look.of(table), words)
