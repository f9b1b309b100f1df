"""An explanation in words: a heading for each part, and a line for each step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from fundsim.explaining.accounts import Section
from fundsim.explaining.explained import Asked
from fundsim.explaining.figures import Written, written
from fundsim.explaining.told_fund import FundYear
from fundsim.money import pounds
from fundsim.rules.shocks import Failure, Merger, in_order
from fundsim.wording import day as in_words

WIDTH = 60  # of the words of a line
FIGURES = 20  # of a column of figures
INDENT = 3


def of_year(asked: Asked, year: int) -> Iterator[str]:
    """Write why an area gets what it gets in a year."""
    yield from _head(asked)
    yield from _year(asked, year)


def _year(asked: Asked, year: int) -> Iterator[str]:
    told, label = asked.year(year), asked.label(year)
    yield f"{label} is {_span(asked, year)}."
    yield ""
    yield from _totals(asked, label, told)
    number = 0
    for fund in told:
        yield ""
        yield fund.title.upper()
        for section in (section for section in fund.sections if section.shown):
            number += 1
            yield ""
            yield from with_figures(section, f"{number}. ")


def _head(asked: Asked) -> Iterator[str]:
    places, run = asked.scenario.geography_table, asked.explained.run
    area = asked.area
    foundation = places.foundations[places.foundation_of[area]].name
    yield (
        f"{places.names[area]} ({places.codes[area]}), {places.nations[area]}: "
        f"{places.population[area]:,} people, served by {foundation}"
    )
    yield from _what_befalls(asked)
    yield (
        f"{asked.scenario.name} {asked.scenario.fingerprint}, path {run.manifest['told_path']}: "
        "one possible future to the penny, in pounds of the day"
    )


def _what_befalls(asked: Asked) -> Iterator[str]:
    """Say when its foundation passes into another one, and that one into a third."""
    scenario, places = asked.scenario, asked.scenario.geography_table
    now = places.foundation_ids[asked.area]
    joinings = [one for one in scenario.shocks if isinstance(one, (Merger, Failure))]
    for shock in in_order(joinings):
        if shock.foundation == now and shock.on <= scenario.last_day:
            now = shock.into
            yield f"On {in_words(shock.on)} {shock.foundation} passes into {now} ({shock.name})."


def _span(asked: Asked, year: int) -> str:
    days = asked.explained.days
    return f"{in_words(days.year_starts[year])} to {in_words(days.year_ends[year])}"


def _totals(asked: Asked, label: int, told: Sequence[FundYear]) -> Iterator[str]:
    """Say first what all the steps lead to."""
    name = asked.scenario.geography_table.names[asked.area]
    allocated, paid = (sum(getattr(one, what) for one in told) for what in ("allocated", "paid"))
    yield f"In {label} {_both(allocated, paid, name)}"
    if len(told) > 1:
        for one in told:
            yield f"  {one.title}: {pounds(one.allocated)} allocated, {pounds(one.paid)} paid"
    if told:
        yield "What is paid comes of earlier years’ money too, after fees, queues and instalments."
        yield "Each line below works on the one before it; --format csv has every last step."
    else:
        yield "No fund shares anything out, and nothing waits."


def _both(allocated: int, paid: int, name: str) -> str:
    return f"{pounds(allocated)} is allocated for {name}, and {pounds(paid)} is paid there."


def with_figures(section: Section, before: str = "") -> Iterator[str]:
    """Write a part: its heading with the figure that it leads to, and its lines."""
    yield from _columns(f"{before}{section.title}", "", pounds(section.pence))
    if section.remark:
        yield from wrapped(section.remark, INDENT)
    for line in written(section.lines):
        yield from _line(line)


def wrapped(text: str, indent: int = 0) -> Iterator[str]:
    """Write a text on lines as wide as those of figures."""
    yield from (f"{'':{indent}}{line}" for line in wrap(text, WIDTH + 2 * FIGURES - indent))


def _line(line: Written) -> Iterator[str]:
    indent = " " * INDENT * (1 + line.depth)
    words = line.words if line.words.startswith(line.sign) else f"{line.sign} {line.words}"
    yield from _columns(f"{indent}{words}", line.operand, line.result)


def _columns(words: str, operand: str, result: str) -> Iterator[str]:
    """Set words and figures in columns, the words on several lines where they are long."""
    indent = len(words) - len(words.lstrip())
    first, *others = wrap(words.lstrip(), WIDTH - indent, break_long_words=False)
    lines = [first, *(f"  {other}" for other in others)]
    for line in lines[:-1]:
        yield f"{'':{indent}}{line}"
    yield f"{'':{indent}}{lines[-1]:<{WIDTH - indent}}{operand:>{FIGURES}}{result:>{FIGURES}}"


def of_years(asked: Asked) -> Iterator[str]:
    """Write what an area gets in each year and in all, and the steps of the largest year."""
    allocated, paid = asked.total("allocated"), asked.total("paid")
    name = asked.scenario.geography_table.names[asked.area]
    yield from _head(asked)
    first, last = asked.label(0), asked.label(len(paid) - 1)
    yield f"From {first} to {last} {_both(sum(allocated), sum(paid), name)}"
    yield ""
    yield from _table(asked, allocated, paid)
    if not any(allocated) and not any(paid):
        return
    year = asked.largest()
    yield ""
    yield f"The largest year is {asked.label(year)}; its steps (those of another with --year):"
    yield ""
    yield from _year(asked, year)


def _table(asked: Asked, allocated: Sequence[int], paid: Sequence[int]) -> Iterator[str]:
    rows: Iterable[tuple[str, int, int]] = (
        (str(asked.label(year)), *both)
        for year, both in enumerate(zip(allocated, paid, strict=True))
        if any(both)
    )
    yield _row("year", "allocated", "paid")
    for year, *both in rows:
        yield _row(year, *map(pounds, both))
    yield _row("in all", pounds(sum(allocated)), pounds(sum(paid)))


def _row(first: str, *cells: str) -> str:
    return f"{first:<8}" + "".join(f"{cell:>{FIGURES}}" for cell in cells)
