"""The chart of what moves an answer: each assumption alone at either end, longest bars first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fundsim.charts.record import SCENARIO, STUDY, files_of, packed, record_of
from fundsim.charts.rendering import Format
from fundsim.charts.saving import known_formats, pictured, write_all
from fundsim.charts.studying.tornado_drawing import Bars, draw_bars
from fundsim.charts.words import Facts, Words, words
from fundsim.results import Table
from fundsim.scenario.spelling import toml
from fundsim.studies.folder import STUDY as STUDY_FILE
from fundsim.studies.plan import Plan
from fundsim.studies.reading import Loaded
from fundsim.studies.sensitivity import Tornado, table_of_tornadoes
from fundsim.studies.wording import name_of, plainly
from fundsim.wording import the

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAME = "tornado"


def save_tornado(
    plan: Plan, made: Tornado, folder: Path, *, formats: Iterable[Format] = ("svg", "png")
) -> list[Path]:
    """Draw what moves one measure and write it into a folder, its table as CSV beside it.

    The same study gives the same bytes. RunError: no such format, or the folder cannot be written
    to.
    """
    return write_all(folder, drawn_tornado(plan, made, known_formats(formats)))


def drawn_tornado(plan: Plan, made: Tornado, formats: Iterable[Format]) -> dict[str, bytes]:
    """Draw what moves one measure, and give the bytes of its files by their names."""
    table, stem = table_of_tornadoes([made]), f"{NAME}-{made.look.measure}"
    record = _record(plan.loaded, {"name": NAME, "file": stem, "measure": made.look.measure})
    return pictured(stem, _draw, table, _say(plan.loaded, table, made), formats, record=record)


def _record(loaded: Loaded, told: dict[str, Any]) -> dict[str, Any] | None:
    own = toml(loaded.document.values | {"base": SCENARIO}).encode("utf-8")
    files = files_of(loaded.scenario)
    files["files"] |= packed({STUDY_FILE: own})["files"]
    return record_of(STUDY, loaded.scenario, told | {"fund": loaded.study.fund}, files)


def _say(loaded: Loaded, table: Table, made: Tornado) -> Words:
    """Find title, explanation, caption and alternative text of the picture."""
    study, bars = loaded.study, Bars.of(table)
    facts = Facts.of_scenario(loaded.scenario, study.fund, made.look.basis, NAME)
    return words(
        facts,
        title=f"What moves {plainly(made.look.measure)}",
        about=[
            f"{the(facts.fund_title)}: {name_of(made.look.measure)}",
            (
                f"each assumption alone at either of its ends, in the same {facts.futures}; light: "
                "at its low end, dark: at its high one"
            ),
            "thin line: 1.96 standard errors of the difference" if bars.uncertain else "",
        ],
        reading=_reading(bars),
        notes=_ends(loaded),
    )


def _reading(bars: Bars) -> Iterator[str]:
    yield f"{bars.said(bars.base)} as assumed"
    for row in bars.rows[:2]:
        low, high = (f"{bars.said(end.mean)} at {end.changes}" for end in row.ends)
        yield f"{row.name}: {low}, {high}"


def _ends(loaded: Loaded) -> Iterator[str]:
    """Say why these ends, or that nobody says."""
    sources = loaded.study.sources
    told = "; ".join(f"{key.partition('.')[2] or key}: {text}" for key, text in sources.items())
    yield f"Ends of assumptions ({loaded.study.name}): {told or 'no source is named'}."


def _draw(table: Table, words: Words) -> Figure:
    return draw_bars(Bars.of(table), words)
