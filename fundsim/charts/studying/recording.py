"""What charts of studies have in common: the study that each carries whole, and how it is told."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from fundsim.charts.chart import Draw
from fundsim.charts.language import say, speaking
from fundsim.charts.record import STUDY, Record, files_below, record_of
from fundsim.charts.rendering import Format
from fundsim.charts.saving import in_language, pictured
from fundsim.charts.words import Facts, Words, the_fund
from fundsim.metrics.catalogue import METRICS
from fundsim.results import Table
from fundsim.studies.carrying import lay_out
from fundsim.studies.reading import Loaded
from fundsim.studies.schema import Study


def drawn_of_study(
    loaded: Loaded,
    name: str,
    table: Table,
    *,
    say_words: Callable[[], Words],
    draw: Draw,
    formats: Iterable[Format],
    language: str,
) -> dict[str, bytes]:
    """Draw a study's table of one measure in a language, and give its files by their names."""
    measure = table.column("measure")[0]
    of_file = in_language(f"{name}-{measure}", language)
    record = _record(loaded, {"name": name, **of_file, "measure": measure})
    with speaking(language):
        return pictured(of_file["file"], draw, table, say_words(), formats, record=record)


def of_measure(facts: Facts, measure: str) -> str:
    """Say whose measure a picture shows, and what it is."""
    title = say(METRICS[measure].title).rstrip(".")
    return say("{fund}: {measure}", fund=the_fund(facts.fund_title), measure=title)


def _record(loaded: Loaded, told: Mapping[str, Any]) -> Record | None:
    """Say what a study's chart is made of; `told` is what was asked to be drawn."""
    with tempfile.TemporaryDirectory(prefix="fundsim-") as name:
        lay_out(loaded, Path(name))
        files = files_below(Path(name), "")
    return record_of(STUDY, loaded.scenario, {**told, "fund": loaded.study.fund}, files)


def sources_of(study: Study, what: str) -> str:
    """Say in a caption why these values, or that nobody says; `what` is said of what they are."""
    told = "; ".join(
        f"{key.partition('.')[2] or key}: {text}" for key, text in study.sources.items()
    )
    return say(
        "{what} ({study}): {sources}.",
        what=what,
        study=study.name,
        sources=told or say("no source is named"),
    )
