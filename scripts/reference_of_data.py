"""The page of the data that is shipped, made of the files themselves for write_reference.py."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib import resources

from fundsim import wording
from fundsim.results.scheme import published
from fundsim.scenario import load, shipped

Heads = tuple[str, ...]
Told = list[tuple[str, ...]]

COLUMN = ("title", "unit", "nations", "comparable", "vintage", "source", "licence")
INTRO = """\
# Data

What fundsim brings along, read off its own files. How each figure of areas and foundations was
found or worked out, what may be compared, and the notice to print where figures are shown:
[where the figures are from](../fundsim/places/data/SOURCES.md)."""


def rows_of(file: str) -> list[dict[str, str]]:
    """Read a table of the package."""
    text = (resources.files("fundsim") / file).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def chapters() -> Iterator[tuple[str, str, Heads, Told]]:
    """Give each chapter: its title, what is said of it, heads and rows of its table."""
    yield _districts()
    yield _foundations()
    yield _scenarios()
    yield _profiles()
    yield _stocks()
    yield _prices()


def _districts() -> tuple[str, str, Heads, Told]:
    count = len(rows_of("places/data/uk-districts-2024.csv"))
    told = [
        (f"`{row['column']}`", *(row[key] for key in COLUMN))
        for row in rows_of("places/data/uk-districts-2024.columns.csv")
    ]
    said = (
        f"`uk-districts-2024.csv` has {count} districts of the United Kingdom and these columns; "
        "rules read them by name. `comparable` says within what an index may be compared."
    )
    return "Districts", said, ("column", "what it is", *COLUMN[1:]), told


def _foundations() -> tuple[str, str, Heads, Told]:
    rows = rows_of("places/data/foundations.csv")

    def known(column: str) -> str:
        return str(sum(bool(row[column]) for row in rows))

    said = (
        f"`foundations.csv` has the {len(rows)} accredited members of UK Community Foundations, as "
        "far as known, and `tiles.csv` their places on a map of squares. Little is published:"
    )
    asked = {
        "charity number": "charity_number",
        "year in which it was founded": "founded",
        "endowment": "endowment_pounds",
        "grants of a year": "grants_pounds",
    }
    told = [(name, known(column)) for name, column in asked.items()]
    return "Foundations", said, ("what", "known of how many"), told


def _scenarios() -> tuple[str, str, Heads, Told]:
    told = []
    for name in shipped():
        scenario = load(name)
        unverified = sum(note.startswith("unverified") for note in scenario.sources.values())
        told.append((f"`{name}`", scenario.title, str(len(scenario.sources)), str(unverified)))
    said = "Each is a file in `scenarios/`; `fundsim show NAME` prints every value with its source."
    return "Scenarios", said, ("scenario", "what it is", "sources", "of these unverified"), told


def _profiles() -> tuple[str, str, Heads, Told]:
    told = [
        (f"`{row['profile']}`", row["label"], f"{row['cumulative_percent']} %", row["source"])
        for row in rows_of("rules/profiles.csv")
    ]
    said = "How much of the opening money has been spent by the end of a month, for `profile`."
    return "Profiles of spending", said, ("profile", "by the end of", "spent", "source"), told


def _stocks() -> tuple[str, str, Heads, Told]:
    told = [
        (wording.day(one.day), one.measure, wording.money(one.pence / 100), one.source)
        for one in published()
    ]
    said = "What the Reclaim Fund was said to have, which `fundsim dormant` shows beside the model."
    return "Stocks of dormant assets", said, ("day", "what", "published", "source"), told


def _prices() -> tuple[str, str, Heads, Told]:
    rows = rows_of("rules/uk_inflation.csv")
    told = []
    for index in ("rpi", "cpi"):
        years = [row["year"] for row in rows if row[index]]
        told.append((f"`{index}`", years[0], years[-1]))
    said = "`uk_inflation.csv`: December on December, ONS, Open Government Licence v3.0."
    return "Prices", said, ("index", "from", "to"), told
