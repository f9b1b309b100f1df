"""A run whose areas bear names that a spreadsheet would run, that break markup, or are long."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import fundsim
from fundsim.results.folder import in_place_of, write

LONG = "A very long name of a place " * 8
AREAS = (
    ("=A1", '=HYPERLINK("http://example.org","Leeds")', "=cmd"),
    ("+B1", "+44 113", "Alpha"),
    ("-C1", "-2+3", "Alpha"),
    ("@D1", "@SUM(1+9)", "Alpha"),
    ("E1", '<b>Bold</b> & "quoted", Borough of', "Beta"),
    ("F1", "שלום עולם", "Beta"),
    ("G1", LONG.strip(), "Beta"),
    ("0012", "https://example.org/", "Beta"),
    ("H1", "two\nlines, a bell \x07, _x0041_ and a tab\t", "Beta"),
)
SCENARIO = """\
schema_version = 1
name = "nasty"
title = "=1+1, a title"
start = 2024-02-29
years = 11
paths = 1000
seed = 7
sampling = "control_variate"
geography = { areas = "areas.csv", need = "need" }
foundations = { fee = "6.1%" }

[markets]
kind = "lognormal"
fee = "0.63%"
inflation = { kind = "ar1", log_mean = "2.44%", persistence = 0.489, sd = "1.58%" }

[markets.assets]
bonds = { weight = "45%", arithmetic_mean = "4.9%", volatility = "8.7%" }
equity = { weight = "55%", geometric_mean = "6.3%", volatility = "17.1%" }

[markets.correlations]
equity = { bonds = 0.13 }

[funds.long]
title = "@long"
opening = "£123456789.01"
spending = { kind = "percent_of_value", rate = "4.1%" }
allocation = { kind = "need_weighted", steepness = 0.7 }

[funds.short]
title = "A short one"
opening = "£1234567.89"
spending = { kind = "spend_down", over = "20 quarters" }
allocation = { kind = "per_capita" }
closes = { on = 2030-02-28, residue = "long" }

[sources]
"funds.long.opening" = "=2+2, a source"
seed = "unverified: +our own"
"""


def nasty(folder: Path) -> Path:
    """Write the scenario with its table and run it; give the run's folder."""
    with (folder / "areas.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("code", "name", "population", "nation", "foundation", "need"))
        for number, (code, name, nation) in enumerate(AREAS):
            writer.writerow((code, name, 10_007 * (number + 1), nation, f"={nation}", number + 1.5))
    (folder / "nasty.toml").write_text(SCENARIO, encoding="utf-8")
    return run(fundsim.load(folder / "nasty.toml"), folder / "run")


def run(scenario: fundsim.Scenario, place: Path) -> Path:
    """Simulate a scenario into a folder."""
    results = fundsim.simulate(scenario)
    with in_place_of(place, scenario.fingerprint) as folder:
        write(results, folder, started=datetime.now(UTC))
    return place
