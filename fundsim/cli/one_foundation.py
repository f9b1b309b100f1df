"""One foundation's own years in a run: what it receives, awards, pays, holds and keeps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from fundsim.cli.printing import aligned
from fundsim.cli.summary import unverified
from fundsim.metrics.series import STOCKS
from fundsim.places import Foundation, median_grants_a_head
from fundsim.report.answer import NOTHING, heading
from fundsim.results.cubes import QUANTILE_PATHS
from fundsim.results.frames import Tabled
from fundsim.results.table import Table
from fundsim.rules.shocks import Failure, Merger, PanelLost
from fundsim.scenario import Capacity, Scenario
from fundsim.scenario.capacity import yearly_capacities
from fundsim.units import MONTHS
from fundsim.wording import counted, day, money

ALWAYS = {
    "received": "receives",
    "foundation_fees": "keeps as fee",
    "awarded": "awards",
    "paid": "pays",
    "waiting": "waiting",
    "promised": "promised",
}
WHERE_ANY = {"carried": "set aside", "lapsed": "cancels", "returned": "takes back"}
"""What has a column only where there is any of it."""
UNITS = ((1e6, "£m"), (1e3, "£k"))
SHORT = 100  # of a unit; figures that reach it are written without a decimal point

Cells = Mapping[str, Mapping[str, Mapping[str, str]]]
"""A foundation's rows of its table, by measure and year; cells by column."""


def rows_of(source: Tabled, foundation: str, *, fund: str | None, real: bool) -> Table:
    """Give a foundation's rows of its table; of all funds, each and together, if none is named."""
    wanted = {"foundation": foundation, "basis": "real" if real else "nominal"}
    if fund is not None:
        wanted["fund"] = fund
    return source.table("foundations").where(**wanted)


def view(
    source: Tabled, scenario: Scenario, foundation: str, *, fund: str, real: bool
) -> Iterator[str]:
    """Write what a run means for one foundation, year by year, a line at a time."""
    of_all = scenario.geography_table.foundations
    row = next(row for row, each in enumerate(of_all) if each.id == foundation)
    yield from heading(scenario, fund=fund, real=real)
    yield ""
    yield from _who(scenario, of_all[row])
    yield _what_it_can(scenario, row)
    yield from _what_befalls(scenario, foundation)
    yield ""
    yield from _years(rows_of(source, foundation, fund=fund, real=real), scenario)
    yield from unverified(scenario)


def _who(scenario: Scenario, foundation: Foundation) -> Iterator[str]:
    people = f"{foundation.population:,} people"
    yield f"{foundation.name}: {counted(foundation.districts, 'area')}, {people}"
    terms = scenario.foundations.of(foundation.id)
    months = [MONTHS[month - 1] for month in terms.sittings or ()]
    when = f"makes awards on the first day of {_listed(months)}" if months else "awards at once"
    yield f"It keeps {_percent(terms.fee)} of what it receives, and {when}."


def _what_it_can(scenario: Scenario, row: int) -> str:
    """Say what a foundation can award in a year, and where that figure is from."""
    foundation = scenario.geography_table.foundations[row]
    capacity = scenario.foundations.of(foundation.id).capacity
    pence = yearly_capacities(scenario)[row]
    if capacity is None or pence is None:
        return "Nothing limits what it can award in a year."
    more = ""
    if capacity.growth:
        years = capacity.growth_years
        lasting = f" for {counted(years, 'year')}" if years else ""
        more = f", growing by {_percent(capacity.growth)} a year{lasting}"
    can = f"It can award {money(pence / 100)} a year in prices of {day(scenario.start)}{more}"
    return f"{can}: {_why(scenario, foundation, capacity)}."


def _why(scenario: Scenario, foundation: Foundation, capacity: Capacity) -> str:
    multiple, grants = capacity.multiple_of_past_grants, foundation.past_grants
    if multiple is None:
        cited = _citation(scenario, foundation.id)
        return f"as the scenario states{f' ({cited})' if cited else ''}"
    if grants is None:
        return (
            f"{multiple:g} times £{median_grants_a_head():.2f} a head, the median of the "
            "foundations whose past grants are known (unverified: its own are not)"
        )
    return (
        f"{multiple:g} times its grants of {money(grants.pounds)} ({grants.period}; "
        f"{grants.source})"
    )


def _citation(scenario: Scenario, foundation: str) -> str:
    """Find what is cited for a stated capacity, the nearest to the figure first."""
    own = scenario.foundations.overrides.get(foundation)
    above = f"foundations.overrides.{foundation}" if own and own.capacity else "foundations"
    keys = (f"{above}.capacity{form}" for form in (".pounds", ".per_head", ""))
    return next((scenario.sources[key] for key in keys if key in scenario.sources), "")


def _what_befalls(scenario: Scenario, foundation: str) -> Iterator[str]:
    """Tell which shocks strike this foundation, or hand it another one's areas."""
    for shock in scenario.shocks:
        if isinstance(shock, PanelLost) and shock.foundation == foundation:
            span = f"from {day(shock.on)} until {day(shock.until)}"
            yield f"Its panel does not sit {span} ({shock.name})."
        elif isinstance(shock, (Merger, Failure)) and foundation in (shock.foundation, shock.into):
            what = f"{shock.foundation} passes into {shock.into}"
            yield f"On {day(shock.on)} {what} ({shock.name}; a {shock.kind})."


def _years(table: Table, scenario: Scenario) -> Iterator[str]:
    """Lay out a row a year, in a unit that suits the largest figure."""
    cells = _by_measure(table)
    shown = ALWAYS | {name: word for name, word in WHERE_ANY.items() if _any(cells[name])}
    if not any(_any(cells[measure]) for measure in shown):
        yield "No money reaches it."
        return
    size, unit, digits = _unit(cells)
    first = f", over the first {QUANTILE_PATHS:,}" if scenario.paths > QUANTILE_PATHS else ""
    yield (
        f"In {unit}: the mean of all futures and, in brackets, what 1 in 20 is below and 1 in 20 "
        f"is above{first}."
    )
    yield "Waiting, promised and set aside are as at the year's end."
    yield ""
    years = [
        (year, *(_cell(cells[measure][year], size, digits) for measure in shown))
        for year in map(str, scenario.year_labels)
    ]
    in_all = ("" if measure in STOCKS else _sum(cells[measure], size, digits) for measure in shown)
    yield from aligned(("year", *shown.values()), [*years, ("in all", *in_all)])


def _by_measure(table: Table) -> Cells:
    cells: dict[str, dict[str, Mapping[str, str]]] = {}
    for row in table.rows():
        one = dict(zip(table.columns, row, strict=True))
        cells.setdefault(one["measure"], {})[one["year"]] = one
    return cells


def _any(of_years: Mapping[str, Mapping[str, str]]) -> bool:
    return any(float(cells["mean"]) for cells in of_years.values())


def _unit(cells: Cells) -> tuple[float, str, int]:
    """Choose pounds, and digits after the point, so that the largest figure stays short."""
    largest = max(float(cells["mean"]) for year in cells.values() for cells in year.values())
    size, unit = next(((size, unit) for size, unit in UNITS if largest >= size), (1.0, "£"))
    return size, unit, 2 if largest < SHORT * size else 0


def _cell(cells: Mapping[str, str], size: float, digits: int) -> str:
    """Write a mean and, where there is one that shows, its interval."""
    mean, low, high = (
        f"{float(cells[column]) / size:,.{digits}f}" if cells[column] else ""
        for column in ("mean", "p05", "p95")
    )
    if not float(cells["mean"]):
        return NOTHING
    return mean if low == high else f"{mean} ({low}–{high})"


def _sum(of_years: Mapping[str, Mapping[str, str]], size: float, digits: int) -> str:
    whole = math.fsum(float(cells["mean"]) for cells in of_years.values())
    return f"{whole / size:,.{digits}f}" if whole else NOTHING


def _percent(share: float) -> str:
    return f"{100 * share:g}%"


def _listed(words: list[str]) -> str:
    """Write words as a list.

    >>> _listed(["March"]), _listed(["March", "June", "July"])
    ('March', 'March, June and July')
    """
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
