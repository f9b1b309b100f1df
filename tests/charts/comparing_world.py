"""Comparisons to draw: real ones, of small tables of areas whose figures can be done by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fundsim.charts.comparing import COMPARISON_CHARTS, Asked
from fundsim.charts.comparing.chart import UNTOLD
from fundsim.charts.rendering import settled
from fundsim.comparison.compared import Compared
from fundsim.comparison.naming import with_rules
from fundsim.comparison.one_pot import AS_STATED, share_one_pot
from fundsim.comparison.running import compare_one_pot, compare_runs
from fundsim.comparison.wanting import Wanted
from fundsim.results import Table
from fundsim.scenario import Scenario, load
from tests.charts.seen import lay_out, said

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FUND = "luc"
FLOORED = "adjusted(rule={kind='need_weighted'}, floor={of_per_capita='95%'})"
UK_RULES = (
    "per_capita",
    "need_weighted(steepness=2)",
    FLOORED,
    "threshold_per_head(people=lbn_pop)",
)


def places(folder: Path, names: Sequence[str], foundation: str = "") -> Scenario:
    """A scenario that shares per head between areas of 1,000, 2,000, 3,000 ... people.

    Their deprivation falls in the same order from 100 down in tens, to 0 at least, and `comfort`
    rises from 0 in steps of 1.
    """
    end = ",foundation" if foundation else ""
    lines = [f"code,name,population,deprivation,comfort{end}"]
    for row, name in enumerate(names, start=1):
        quoted = '"' + name.replace('"', '""') + '"'
        cells = f"A{row:05d},{quoted},{row * 1000},{max(110 - 10 * row, 0)},{row - 1}"
        lines.append(f"{cells},{foundation}" if foundation else cells)
    path = folder / "places.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load("kruger-endowment").but(
        {
            "geography.areas": str(path),
            "geography.need": "deprivation",
            "funds.luc.allocation": {"kind": "per_capita"},
            "paths": 20,
            "years": 3,
        }
    )


@cache
def uk() -> Scenario:
    """The two funds of 2020 on the packaged districts, in a few futures."""
    return load("kruger-2020").but({"paths": 8, "years": 10})


def pot(
    scenario: Scenario,
    rules: Sequence[str],
    *,
    pounds: int = 6_000,
    wanted: Wanted | None = None,
) -> Compared:
    """One pot under the scenario's own rule and others."""
    scenarios = {AS_STATED: scenario, **with_rules(scenario, FUND, rules)}
    shared = share_one_pot(scenarios, FUND, pounds * 100)
    return compare_one_pot(shared, scenarios, wanted or Wanted())


def runs(scenario: Scenario, rules: Sequence[str], *, wanted: Wanted | None = None) -> Compared:
    """The scenario simulated under its own rule and others."""
    scenarios = {AS_STATED: scenario, **with_rules(scenario, FUND, rules)}
    return compare_runs(scenarios, FUND, wanted or Wanted())


@dataclass(frozen=True)
class Seen:
    """A chart of a comparison: its table, its words, and its drawing."""

    table: Table
    alt: str
    about: str
    caption: str
    figure: Figure

    @property
    def said(self) -> list[str]:
        return said(self.figure)


def seen(chart: str, found: object, asked: Asked = UNTOLD) -> Seen:
    """Draw a chart; `found` is a comparison, or what takes the place of one."""
    entry = COMPARISON_CHARTS[chart]
    table = entry.table(found, asked)  # type: ignore[arg-type] # - live, saved or given, all of one kind
    words = entry.words(table, found)  # type: ignore[arg-type] # - as above
    with settled():
        figure = entry.draw(table, words)
        lay_out(figure)
    return Seen(table, words.alt, words.about, " ".join(words.caption), figure)


def cells(table: Table, *columns: str) -> list[tuple[str, ...]]:
    """Some columns of a table, row by row."""
    return list(zip(*(table.column(column) for column in columns), strict=True))
