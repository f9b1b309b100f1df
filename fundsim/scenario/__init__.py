"""Scenarios: what a file says, read, merged, checked, told to people and given a fingerprint.

`load` reads one; nearly everything else takes the `Scenario` that it gives.
"""

from fundsim.scenario.editor import json_schema
from fundsim.scenario.reading import shipped
from fundsim.scenario.scenario import Scenario, from_values, load
from fundsim.scenario.schema import Closing, Foundations, Fund, Places
from fundsim.scenario.starting import new
from fundsim.scenario.words import (
    Row,
    diff,
    differences,
    notes,
    resolved_toml,
    rows,
    show,
    would_get_nothing,
)

__all__ = [
    "Closing",
    "Foundations",
    "Fund",
    "Places",
    "Row",
    "Scenario",
    "diff",
    "differences",
    "from_values",
    "json_schema",
    "load",
    "new",
    "notes",
    "resolved_toml",
    "rows",
    "shipped",
    "show",
    "would_get_nothing",
]
