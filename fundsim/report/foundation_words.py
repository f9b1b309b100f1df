"""What a foundation is in a scenario, in words: whom it serves, what it can, what befalls it."""

from __future__ import annotations

from collections.abc import Iterator

from fundsim.places import Foundation, median_grants_a_head
from fundsim.rules.shocks import Failure, Merger, PanelLost
from fundsim.scenario import Capacity, Scenario
from fundsim.scenario.capacity import yearly_capacities
from fundsim.units import MONTHS
from fundsim.wording import counted, day, money


def who(scenario: Scenario, foundation: Foundation) -> Iterator[str]:
    """Say whom a foundation serves, what it keeps and when it sits."""
    people = f"{foundation.population:,} people"
    yield f"{foundation.name}: {counted(foundation.districts, 'area')}, {people}"
    terms = scenario.foundations.of(foundation.id)
    months = [MONTHS[month - 1] for month in terms.sittings or ()]
    when = f"makes awards on the first day of {_listed(months)}" if months else "awards at once"
    yield f"It keeps {_percent(terms.fee)} of what it receives, and {when}."


def what_it_can(scenario: Scenario, row: int) -> str:
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


def what_befalls(scenario: Scenario, foundation: str) -> Iterator[str]:
    """Tell which shocks strike this foundation, or hand it another one's areas."""
    for shock in scenario.shocks:
        if isinstance(shock, PanelLost) and shock.foundation == foundation:
            span = f"from {day(shock.on)} until {day(shock.until)}"
            yield f"Its panel does not sit {span} ({shock.name})."
        elif isinstance(shock, (Merger, Failure)) and foundation in (shock.foundation, shock.into):
            what = f"{shock.foundation} passes into {shock.into}"
            yield f"On {day(shock.on)} {what} ({shock.name}; a {shock.kind})."


def _percent(share: float) -> str:
    return f"{100 * share:g}%"


def _listed(words: list[str]) -> str:
    """Write words as a list.

    >>> _listed(["March"]), _listed(["March", "June", "July"])
    ('March', 'March, June and July')
    """
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
