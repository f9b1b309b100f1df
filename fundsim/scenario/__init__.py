"""Scenarios: what a file says, read, merged, checked, told to people and given a fingerprint.

`load` reads one; nearly everything else takes the `Scenario` that it gives.
"""

from fundsim.scenario.carrying import carried, resolved_toml
from fundsim.scenario.editor import json_schema
from fundsim.scenario.methods import method
from fundsim.scenario.practice import Capacity, Foundations, Override, Terms
from fundsim.scenario.reading import shipped
from fundsim.scenario.scenario import Scenario, from_values, load
from fundsim.scenario.schema import OUTSIDE, Alarm, Closing, Fund, Places, Transfer
from fundsim.scenario.starting import new
from fundsim.scenario.words import (
    Row,
    diff,
    differences,
    notes,
    rows,
    show,
    told_of,
    would_get_nothing,
)

__all__ = [
    "OUTSIDE",
    "Alarm",
    "Capacity",
    "Closing",
    "Foundations",
    "Fund",
    "Override",
    "Places",
    "Row",
    "Scenario",
    "Terms",
    "Transfer",
    "carried",
    "diff",
    "differences",
    "from_values",
    "json_schema",
    "load",
    "method",
    "new",
    "notes",
    "resolved_toml",
    "rows",
    "shipped",
    "show",
    "told_of",
    "would_get_nothing",
]
