"""The command `breadth`: fewer places with more, or more places with less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fundsim.cli import options
from fundsim.cli.compared import put

if TYPE_CHECKING:
    from fundsim.comparison.questions.breadth import Breadth, Step

HEAD = (
    *("each", "a year", "years", "areas", "left over", "people", "in need", "of all in need"),
    *("outside need", "a head", "a head and year", "last area chosen", "tied"),
)
UNITS = ("unit", "units", "with people in need", "people", "in need", "outside need", "of them")


@click.command()
@options.scenario_argument
@options.amount
@click.option("--each", required=True, metavar="MONEY", help="The least amount for an area.")
@click.option("--to", metavar="MONEY", help="The largest amount for an area.")
@click.option(
    "--steps",
    type=click.IntRange(2),
    default=7,
    show_default=True,
    metavar="N",
    help="Amounts from the one to the other, both included.",
)
@click.option(
    "--years",
    type=click.IntRange(1, 1000),
    default=(10,),
    show_default=True,
    multiple=True,
    metavar="N",
    help="Years that an amount is for; may be repeated.",
)
@click.option("--a-year", is_flag=True, help="Amounts are for one year, not for all together.")
@click.option(
    "--by",
    default="need",
    show_default=True,
    metavar="COLUMN",
    help="What areas are chosen by, the highest first: the scenario's need, or a column.",
)
@click.option("--people", metavar="COLUMN", help="People in need: a count, or a share of people.")
@click.option(
    "--unit",
    "units",
    type=click.Choice(["area", "foundation", "region", "nation"]),
    multiple=True,
    help="Unit of analysis to show; may be repeated.  [default: all four]",
)
@options.sets
@options.table_format
@click.option(
    "--table",
    "table",
    type=click.Choice(["breadth", "units"]),
    default="breadth",
    show_default=True,
    help="Which table is printed as CSV or JSON.",
)
@options.style
@options.out
@options.language
@options.debug
def breadth(
    scenario: str,
    amount: str,
    each: str,
    to: str | None,
    steps: int,
    years: tuple[int, ...],
    by: str,
    people: str | None,
    units: tuple[str, ...],
    sets: tuple[str, ...],
    form: str,
    table: str,
    out: Path | None,
    language: str,
    *,
    a_year: bool,
) -> None:
    """Fewer places with more, or more with less: what one pot reaches at each amount an area.

    Areas are paid in order of need until the pot is used up. People in need are those of --people
    (lbn_pop, people in left-behind places, where the table has it). A second table says whom each
    unit of analysis would cover: units that hold anybody in need, and who else lives there.
    """
    from fundsim.cli.printing import print_rows
    from fundsim.comparison.counting import in_need
    from fundsim.comparison.questions.breadth import amounts, breadth_of

    stated = options.loaded(scenario, sets)
    least = options.pence(each, "--each")
    most = None if to is None else options.pence(to, "--to")
    found = breadth_of(
        stated,
        options.pence(amount),
        amounts(least, most, steps),
        in_need(stated, people, "--people"),
        years=years,
        by=by,
        a_year=a_year,
    )
    if out is not None:
        put(found.tables, stated, out, partial(_drawn, found, language))
    if form == "table":
        click.echo("\n".join(_told(found, units)))
        return
    rows = found.tables[table].rows()
    if table == "units" and units:
        rows = (row for row in rows if row[0] in units)
    print_rows(found.tables[table].columns, rows, form)


def _drawn(found: Breadth, language: str, folder: Path) -> Iterator[Path]:
    from fundsim.charts.comparing import Given, save_comparison

    given = Given(found.scenario, found.tables)
    yield from save_comparison("breadth_depth", given, folder, language=language)


def _told(found: Breadth, units: Sequence[str]) -> Iterator[str]:
    from fundsim.cli.printing import aligned
    from fundsim.money import pounds

    yield f"{found.scenario.name}: {pounds(found.amount)} for areas of highest {found.ranking.by}"
    yield ""
    yield from aligned(HEAD, [_row(found, step) for step in found.steps])
    yield ""
    yield f"people in need: {found.need.name} ({found.need.title})"
    shown = [row for row in _units(found) if not units or row[0] in units]
    yield from aligned(UNITS, shown)
    yield ""
    yield from found.sentences()


def _row(found: Breadth, step: Step) -> Sequence[str]:
    from fundsim.comparison.questions.saying import percent
    from fundsim.wording import money

    number, needy = found.within(step)
    everybody = found.need.together
    a_head = step.paid / number / 100 if number else 0.0
    return (
        *(money(step.each / 100), money(step.each / step.years / 100), str(step.years)),
        *(f"{len(step.chosen):,}", money(step.left / 100), f"{number:,}", f"{needy:,.0f}"),
        *(percent(needy / everybody if everybody else 0.0), f"{number - needy:,.0f}"),
        *(money(a_head), money(a_head / step.years)),
        found.places.names[step.chosen[-1]] if len(step.chosen) else "",
        f"{len(step.tied):,}" if step.tied else "",
    )


def _units(found: Breadth) -> Iterator[Sequence[str]]:
    from fundsim.comparison.questions.breadth import UNITS as EVERY
    from fundsim.comparison.questions.saying import percent

    for unit in EVERY:
        units, holding, number, needy = found.covered(unit)
        outside = number - needy
        yield (
            *(unit, f"{units:,}", f"{holding:,}", f"{number:,}", f"{needy:,.0f}"),
            *(f"{outside:,.0f}", percent(outside / number if number else 0.0)),
        )
