"""An explanation as a table: each line works on the result of the line before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fundsim.explaining.accounts import Section
from fundsim.explaining.bridge import MEASURES, Bridge
from fundsim.explaining.counted import counted
from fundsim.explaining.explained import Asked
from fundsim.explaining.figures import plain
from fundsim.results.table import Row, Table

COLUMNS = (
    *("year", "fund", "part", "section", "line", "depth"),
    *("what", "op", "operand", "result", "unit"),
)
ALL_YEARS = ""


def table_of(asked: Asked, year: int | None) -> Table:
    """Make the table of a year; without one, of all years and of the largest one."""
    return Table("explained", COLUMNS, lambda: _rows(asked, year))


def _rows(asked: Asked, year: int | None) -> Iterator[Row]:
    if year is None:
        yield from rows_of(ALL_YEARS, _names(asked), asked.years())
        year = asked.largest()
    for told in asked.year(year):
        yield from rows_of(str(asked.label(year)), told.fund, told.sections)


def _names(asked: Asked) -> str:
    return asked.funds[0] if len(asked.funds) == 1 else "all"


def rows_of(year: str, fund: str, sections: Iterable[Section]) -> Iterator[Row]:
    """Write sections as rows, lines that people are spared included; a number has no unit."""
    for section in sections:
        head = year, fund, section.part, section.title
        for number, (step, *_, unit) in enumerate(counted(section.steps), start=1):
            figures = plain(step.operand), plain(step.result)
            yield (
                *head,
                str(number),
                str(step.depth),
                step.words,
                step.op,
                *figures,
                unit,
            )


def table_of_bridge(bridge: Bridge) -> Table:
    """Make the table of the difference between two runs, a line a part."""
    year = str(bridge.first) if bridge.first == bridge.last else ALL_YEARS
    fund = bridge.funds[0] if len(bridge.funds) == 1 else "all"
    sections = [bridge.section(measure) for measure in MEASURES]
    return Table("bridge", COLUMNS, lambda: rows_of(year, fund, sections))
