"""Pictures of a comparison in files: each beside the table that it shows."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from fundsim.charts.chart import NotShown
from fundsim.charts.comparing.catalogue import find_comparison
from fundsim.charts.comparing.chart import MEASURES, UNTOLD, Asked, ComparisonChart
from fundsim.charts.language import ENGLISH, speaking
from fundsim.charts.record import (
    COMPARISON,
    OTHER,
    SCENARIOS,
    Record,
    files_below,
    record_of,
)
from fundsim.charts.rendering import Format
from fundsim.charts.saving import file_name, in_language, known_formats, pictured, write_all
from fundsim.comparison.compared import Comparison
from fundsim.comparison.folder import Saved


def save_comparison(
    chart: str,
    found: Comparison,
    folder: Path,
    *,
    formats: Iterable[Format] = ("svg", "png"),
    asked: Asked = UNTOLD,
    language: str = ENGLISH,
) -> list[Path]:
    """Draw a chart of a comparison and write it into a folder, its table as CSV beside it.

    The files are named after the chart, after what it was asked for where that is not what it
    shows unasked, and after the language where it is not English. The same comparison gives the
    same bytes.

    RunError: no such chart, rule, measure, format or language, or the folder cannot be written to.
    NotShown: the chart has nothing to show for this comparison.
    """
    made = drawn_comparison(chart, found, known_formats(formats), asked, language=language)
    return write_all(folder, made)


def drawn_comparison(
    chart: str,
    found: Comparison,
    formats: Iterable[Format],
    asked: Asked = UNTOLD,
    *,
    language: str = ENGLISH,
) -> dict[str, bytes]:
    """Draw a chart of a comparison, and give the bytes of its files by their names."""
    entry = find_comparison(chart)
    table = entry.table(found, asked)
    of_file = in_language(_stem(entry, asked), language)
    with speaking(language):
        words = entry.words(table, found)
        told = {"name": chart, **of_file, "rules": words.provenance["rules"]}
        record = _record(found, told | _told(asked))
        return pictured(of_file["file"], entry.draw, table, words, formats, record=record)


def _told(asked: Asked) -> dict[str, Any]:
    rule = {} if asked.rule is None else {"rule": asked.rule}
    return {**rule, "measures": list(asked.measures)}


def _record(found: Comparison, told: dict[str, Any]) -> Record | None:
    """Say what a comparison is made of: read from a folder all that it asks, else the scenario."""
    if not isinstance(found, Saved):
        return record_of(OTHER, found.scenario, told)
    files = files_below(found.folder, SCENARIOS)
    record = record_of(COMPARISON, found.scenario, told, files)
    return None if record is None else record | {"asked": found.inquiry.told()}


def save_comparison_each(
    chart: str,
    found: Comparison,
    folder: Path,
    *,
    formats: Iterable[Format] = ("svg", "png"),
    asked: Asked = UNTOLD,
    language: str = ENGLISH,
) -> list[Path]:
    """Save a chart of a comparison; one that shows a single rule, of each that has been compared.

    NotShown: it has nothing to show for any of them, or for the one that is named.
    """

    def draw(told: Asked) -> list[Path]:
        return save_comparison(chart, found, folder, formats=formats, asked=told, language=language)

    several = find_comparison(chart).of_one_rule and asked.rule is None and len(found.rules) > 1
    if not several:
        return draw(asked)
    made: list[Path] = []
    for rule in found.rules[1:]:
        with suppress(NotShown):
            made += draw(replace(asked, rule=rule))
    return made or draw(asked)


def _stem(chart: ComparisonChart, asked: Asked) -> str:
    rule = [file_name(asked.rule)] if chart.of_one_rule and asked.rule is not None else []
    measures = [] if asked.measures == MEASURES else [file_name(each) for each in asked.measures]
    return "-".join([chart.name, *rule, *(measures if chart.of_measures else [])])
