"""What the dormant assets scheme releases for funds, all drawn before the stories begin."""

from __future__ import annotations

from fundsim.results.scheme import scheme_of
from fundsim.rules.dormant import Arrival, arrivals, review_days
from fundsim.rules.inflows import Releases
from fundsim.scenario import Scenario


def releases(scenario: Scenario, first: int, paths: int) -> dict[str, list[Arrival]]:
    """Draw what is released for each fund that takes part, on some paths, in order of day."""
    terms = scenario.dormant_assets
    rules = {name: fund.inflow for name, fund in scenario.funds.items()}
    taking = {name: rule for name, rule in rules.items() if isinstance(rule, Releases)}
    if terms is None or not taking:
        return {}
    days = review_days(terms, scenario.start, scenario.last_day)
    released = scheme_of(scenario, first, paths)["released"]
    return {
        name: [
            (day, pence)
            for day, pence in arrivals(terms, days, released, rule.nations, rule.cause)
            if scenario.start <= day <= scenario.last_day
        ]
        for name, rule in taking.items()
    }
