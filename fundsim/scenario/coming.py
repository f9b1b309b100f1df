"""What arrives at a fund from outside: which amount on which day, and the key that says so."""

from __future__ import annotations

from datetime import date

from fundsim.rules.inflows import Inflow, Lump, Schedule
from fundsim.scenario.keys import Key


def arrivals(inflow: Inflow, start: date) -> list[tuple[Key, date, int]]:
    """List what arrives, each with its key in the inflow."""
    if isinstance(inflow, Schedule):
        single = [
            (key, inflow.model_copy(update={"amounts": {key: pence}}))
            for key, pence in inflow.amounts.items()
        ]
        return [(("amounts", key), *rule.arrivals(start)[0]) for key, rule in single]
    key: Key = ("on",) if isinstance(inflow, Lump) else ()
    return [(key, day, pence) for day, pence in inflow.arrivals(start)]


def due(inflow: Inflow | None, start: date, begin: date, end: date) -> list[int]:
    """List the amounts that are due from one day on and before another."""
    coming = inflow.arrivals(start) if inflow else []
    return [pence for day, pence in coming if begin <= day < end]
