"""Pictures of a comparison in files: each beside the table that it shows."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from fundsim.charts.chart import NotShown
from fundsim.charts.comparing.catalogue import find_comparison
from fundsim.charts.comparing.chart import MEASURES, UNTOLD, Asked, ComparisonChart
from fundsim.charts.record import COMPARISON, record_of
from fundsim.charts.rendering import Format
from fundsim.charts.saving import draw_into, file_name, known_formats
from fundsim.comparison.compared import Comparison


def save_comparison(
    chart: str,
    found: Comparison,
    folder: Path,
    *,
    formats: Iterable[Format] = ("svg", "png"),
    asked: Asked = UNTOLD,
) -> list[Path]:
    """Draw a chart of a comparison and write it into a folder, its table as CSV beside it.

    The files are named after the chart, and after what it was asked for where that is not what it
    shows unasked. The same comparison gives the same bytes.

    RunError: no such chart, rule, measure or format, or the folder cannot be written to. NotShown:
    the chart has nothing to show for this comparison.
    """
    entry, wanted = find_comparison(chart), known_formats(formats)
    table = entry.table(found, asked)
    stem, words = _stem(entry, asked), entry.words(table, found)
    told = {"name": chart, "file": stem, "rules": words.provenance["rules"]}
    record = record_of(COMPARISON, found.scenario, told)
    return draw_into(folder / stem, entry.draw, table, words, wanted, record=record)


def save_comparison_each(
    chart: str,
    found: Comparison,
    folder: Path,
    *,
    formats: Iterable[Format] = ("svg", "png"),
    asked: Asked = UNTOLD,
) -> list[Path]:
    """Save a chart of a comparison; one that shows a single rule, of each that has been compared.

    NotShown: it has nothing to show for any of them, or for the one that is named.
    """
    several = find_comparison(chart).of_one_rule and asked.rule is None and len(found.rules) > 1
    if not several:
        return save_comparison(chart, found, folder, formats=formats, asked=asked)
    made: list[Path] = []
    for rule in found.rules[1:]:
        with suppress(NotShown):
            one = replace(asked, rule=rule)
            made += save_comparison(chart, found, folder, formats=formats, asked=one)
    return made or save_comparison(chart, found, folder, formats=formats, asked=asked)


def _stem(chart: ComparisonChart, asked: Asked) -> str:
    rule = [file_name(asked.rule)] if chart.of_one_rule and asked.rule is not None else []
    measures = [] if asked.measures == MEASURES else [file_name(each) for each in asked.measures]
    return "-".join([chart.name, *rule, *(measures if chart.of_measures else [])])
