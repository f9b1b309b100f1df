"""What each foundation can award in a year, in the prices of the start day."""

from __future__ import annotations

import numpy as np

from fundsim.places import Foundation, median_grants_a_head
from fundsim.scenario.practice import Capacity
from fundsim.scenario.scenario import Scenario


def yearly_capacities(scenario: Scenario) -> list[int | None]:
    """Give each foundation's pence a year, in the geography's order; None is without end."""
    practice = scenario.foundations
    a_head = median_grants_a_head() if assumed(scenario) else 0.0
    return [
        _pence(practice.of(foundation.id).capacity, foundation, a_head)
        for foundation in scenario.geography_table.foundations
    ]


def assumed(scenario: Scenario) -> list[str]:
    """Name the foundations, by id, whose past grants are not known and are taken as the median."""
    practice = scenario.foundations
    return [
        foundation.id
        for foundation in scenario.geography_table.foundations
        if foundation.past_grants is None and _is_multiple(practice.of(foundation.id).capacity)
    ]


def _is_multiple(capacity: Capacity | None) -> bool:
    return capacity is not None and capacity.multiple_of_past_grants is not None


def _pence(capacity: Capacity | None, foundation: Foundation, a_head: float) -> int | None:
    """Work out one foundation's pence a year, rounded once; factors stand in a fixed order.

    `a_head` are the pounds a head granted where a foundation's own past grants are not known.
    """
    if capacity is None:
        return None
    if capacity.pounds is not None:
        return capacity.pounds
    if capacity.per_head is not None:
        return capacity.per_head * foundation.population
    assert capacity.multiple_of_past_grants is not None  # noqa: S101 - the validator's promise
    multiple, granted = capacity.multiple_of_past_grants, foundation.past_grants
    if granted is not None:
        return int(np.rint(multiple * (granted.pounds * 100)))
    return int(np.rint(multiple * a_head * foundation.population * 100))
