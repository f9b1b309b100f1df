"""What a comparison answers, as the parts of a document."""

from __future__ import annotations

from collections.abc import Iterator

from fundsim.charts import NotShown
from fundsim.charts.comparing import COMPARISON_CHARTS, COMPARISON_UNASKED, Asked
from fundsim.charts.rendering import encode, settled
from fundsim.comparison.compared import Comparison
from fundsim.comparison.folder import Saved
from fundsim.report.figures import Picture
from fundsim.report.parts import Grid

RULES = ("rule", "what it is", "what to know of it", "unverified")


def measured(found: Comparison) -> Grid:
    """Set the measures of all rules beside each other, a row a measure that any rule has."""
    table = found.table("measures")
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows()]
    cells = {(row["measure"], row["rule"]): row["mean"] for row in rows}
    units = {row["measure"]: row["unit"] for row in rows}
    lines = [
        [name, *(_short(cells.get((name, rule), ""), unit) for rule in found.rules)]
        for name, unit in units.items()
        if any(cells.get((name, rule)) for rule in found.rules)
    ]
    return Grid(("", *found.rules), lines)


def _short(cell: str, unit: str) -> str:
    if not cell:
        return ""
    figure = round(float(cell), 3) + 0.0  # no minus before a zero
    return f"£{figure:,.0f}" if unit == "pounds" else f"{figure:,.3f}"


def rules_of(found: Comparison) -> Grid:
    """Say of each rule what it is, what to know of it, and what of it is unverified."""
    table = found.table("rules")
    wanted = ("rule", "what_it_is", "remarks", "unverified")
    columns = [table.columns.index(name) for name in wanted]
    return Grid(RULES, [[row[column] for column in columns] for row in table.rows()])


def pictures_of(found: Saved, begin: int) -> Iterator[Picture]:
    """Draw the charts of a comparison that have something to show, numbered from `begin` on.

    One that shows a single rule is drawn of each that is held against the first.
    """
    number = begin
    for name in COMPARISON_UNASKED:
        entry = COMPARISON_CHARTS[name]
        others = found.rules[1:] if entry.of_one_rule else ()
        for asked in [Asked(rule=rule) for rule in others] or [Asked()]:
            try:
                table = entry.table(found, asked)
            except NotShown:
                continue
            words = entry.words(table, found)
            with settled():
                svg = encode(entry.draw(table, words), "svg", words)
            yield Picture(number, words, table, svg)
            number += 1
