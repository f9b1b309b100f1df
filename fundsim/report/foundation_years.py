"""One foundation's years: what it receives, keeps, awards, pays and holds, with how sure it is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fundsim.charts.source import Basis
from fundsim.metrics.series import STOCKS
from fundsim.report.answer import NOTHING
from fundsim.report.parts import Grid
from fundsim.results.folder import Run
from fundsim.scenario.schema import EVERY_FUND
from fundsim.wording import day, money

ALWAYS = {
    "received": "receives",
    "foundation_fees": "keeps as fee",
    "awarded": "awards",
    "paid": "pays",
    "waiting": "waiting",
    "promised": "promised",
}
WHERE_ANY = {"carried": "set aside", "lapsed": "cancels", "returned": "takes back"}
"""What has a column only where there is any of it."""

SURE = ("received", "paid", "waiting")
"""What is told with its quantiles."""

Cells = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Years:
    """A foundation's rows of its table, by measure and year."""

    labels: tuple[str, ...]
    cells: Mapping[str, Mapping[str, Cells]]
    paths: int
    prices: str

    @classmethod
    def of(cls, run: Run, foundation: str, basis: Basis) -> Years:
        """Read them of all funds together."""
        table = run.table("foundations").where(foundation=foundation, fund=EVERY_FUND, basis=basis)
        cells: dict[str, dict[str, Cells]] = {}
        for row in table.rows():
            one = dict(zip(table.columns, row, strict=True))
            cells.setdefault(one["measure"], {})[one["year"]] = one
        start = day(run.scenario.start)
        prices = f"in prices of {start}" if basis == "real" else "in pounds of the day"
        labels = tuple(str(year) for year in run.scenario.year_labels)
        return cls(labels, cells, run.quantile_paths, prices)

    def in_all(self, measure: str) -> float:
        """Sum the means of all years."""
        return math.fsum(self.mean(measure, year) for year in self.labels)

    def mean(self, measure: str, year: str) -> float:
        """Give the mean of a year."""
        return float(self.cells[measure][year]["mean"])

    def last(self, measure: str, does: str) -> Iterator[str]:
        """Say how sure the last year is in which there is any."""
        years = [year for year in self.labels if self.mean(measure, year)]
        if not years:
            return
        one = self.cells[measure][years[-1]]
        error = f" (Monte Carlo error {money(float(one['se']))})" if one["se"] else ""
        spread = (
            f"; in one future in twenty it is below {money(float(one['p05']))}, in one above "
            f"{money(float(one['p95']))}"
            if one["p05"] and one["p05"] != one["p95"]
            else ""
        )
        yield f"In {years[-1]} it {does} {money(float(one['mean']))} on average{error}{spread}."

    def grids(self, at_most: int | None = None) -> Iterator[Grid]:
        """Lay out means, then how sure they are, a row a year or so many of them; or nothing."""
        shown = ALWAYS | {name: word for name, word in WHERE_ANY.items() if self._any(name)}
        if not any(self._any(measure) for measure in shown):
            return
        years = _spread(self.labels, at_most)
        rows = [
            (year, *(_money(self.cells[name][year]["mean"]) for name in shown)) for year in years
        ]
        in_all = (NOTHING if name in STOCKS else money(self.in_all(name)) for name in shown)
        left_out = "" if len(years) == len(self.labels) else " The years between are left out."
        note = (
            f"Means of all futures, {self.prices}. Waiting, promised and set aside are as at the "
            f"year's end.{left_out}"
        )
        yield Grid(("year", *shown.values()), [*rows, ("in all", *in_all)], note)
        yield from self._how_sure(years)

    def _how_sure(self, years: Sequence[str]) -> Iterator[Grid]:
        """Lay out what 1 in 20 is below and above, of what is kept of single futures."""
        sure = [name for name in SURE if any(self.cells[name][year]["p05"] for year in self.labels)]
        if not sure:
            return
        head = [f"{ALWAYS[name]}, 1 in 20 {side}" for name in sure for side in ("below", "above")]
        rows = [
            (
                year,
                *(_money(self.cells[name][year][end]) for name in sure for end in ("p05", "p95")),
            )
            for year in years
        ]
        note = f"Of the first {self.paths:,} futures, each year by itself: not to be summed."
        yield Grid(("year", *head), rows, note)

    def _any(self, measure: str) -> bool:
        return any(self.mean(measure, year) for year in self.labels)


def _money(cell: str) -> str:
    """Write a figure of the table; a dash for nothing, and nothing for what is not kept."""
    return "" if not cell else money(float(cell)) if float(cell) else NOTHING


def _spread(labels: tuple[str, ...], at_most: int | None) -> list[str]:
    """Choose so many years at even steps, the first and the last among them.

    >>> _spread(("1", "2", "3", "4", "5"), 3)
    ['1', '3', '5']
    """
    if at_most is None or len(labels) <= at_most:
        return list(labels)
    step = (len(labels) - 1) / (at_most - 1)
    return [labels[round(step * number)] for number in range(at_most)]
