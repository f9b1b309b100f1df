"""What the engine says held against what the plain loop says, pence by pence."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from fundsim.engine.markets import draw
from fundsim.engine.releases import releases
from fundsim.metrics.series import BASES, BY_FOUNDATION, FOUNDATION_STOCKS, MEASURES, Basis
from fundsim.places.shares import areas_share
from fundsim.results.cubes import CUBES, Key
from fundsim.results.model import Results
from fundsim.results.periods import Periods
from fundsim.rules.need import Blend
from fundsim.rules.spending import Profile
from fundsim.scenario import Scenario
from fundsim.scenario.schema import Fund
from tests.engine.plain_loop import PlainLoop
from tests.engine.plain_rules import Pence, Plain, Real
from tests.unmeasured import unmeasured

PACKAGED = Path(__file__).parents[2] / "fundsim" / "places" / "data"
WORDS = ("code", "name", "nation", "region", "foundation")


def plain_scene(scenario: Scenario) -> Plain:
    """The settings as plain tables: amounts in pence, rates as fractions, lengths in months."""
    released = releases(scenario, 0, scenario.paths)
    return {
        "start": scenario.start,
        "years": scenario.years,
        "fee": scenario.markets.fee,
        "funds": {
            name: {**_plain_fund(fund), "released": released.get(name, [])}
            for name, fund in scenario.funds.items()
        },
        "foundations": scenario.foundations.model_dump(),
        "shocks": [shock.model_dump() for shock in scenario.shocks],
        "past_grants": {
            row["id"]: (int(row["grants_pounds"] or 0), int(row["population"]))
            for row in _rows(PACKAGED / "foundations.csv")
        },
    }


def _plain_fund(fund: Fund) -> Plain:
    settings = fund.model_dump(by_alias=True)
    if isinstance(fund.spending, Profile):
        settings["spending"]["shares"] = fund.spending.shares
    return settings


def plain_areas(scenario: Scenario) -> Plain:
    """The table of areas as its file has it, row by row, without what `where` leaves out."""
    path = Path(scenario.areas_path)
    path = path if path.suffix else PACKAGED / f"{path.name}.csv"
    beside = path.with_name(f"{path.stem}.columns.csv")
    described = _rows(beside) if beside.exists() else []
    counts = {row["column"] for row in described if row["aggregate"] == "sum"}
    where, need = scenario.geography.where or {}, scenario.geography.need
    rows = [row for row in _rows(path) if all(row[key] in kept for key, kept in where.items())]
    cells = {name: [row[name] for row in rows] for name in rows[0] if name not in WORDS}
    return {
        **{word: [row.get(word, "") for row in rows] for word in WORDS},
        "population": [int(row["population"]) for row in rows],
        "columns": {name: figures for name in cells if (figures := _figures(cells[name]))},
        "counts": counts,
        "need": need.model_dump() if isinstance(need, Blend) else need,
    }


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _figures(cells: list[str]) -> list[float]:
    """Read a column of figures; a column of words gives none."""
    try:
        return [float(cell or "nan") for cell in cells]
    except ValueError:
        return []


def plain_loop(scenario: Scenario) -> PlainLoop:
    """Tell a scenario on all its paths by the plain loop."""
    drawn = draw(scenario, 0, scenario.paths)
    growth = {name: drawn.growth[name] for name in scenario.funds}
    loop = PlainLoop(plain_scene(scenario), plain_areas(scenario), growth, drawn.prices)
    with unmeasured():
        return loop.tell()


def areas_by_path(results: Results, measure: str, basis: Basis, fund: str = "") -> Pence:
    """What each area had of a fund each year, `(year, area, path)`; of the first, if not named.

    Under one lot an area's year is the difference of what its foundation reached, each shared out.
    """
    fund = fund or next(iter(results.scenario.funds))
    geography = results.scenario.geography_table
    if fund not in results.lots:
        return results.cubes.read(Key(fund, "area", measure, basis), len(geography))
    key = Key(fund, "foundation", measure, basis)
    reached = results.cubes.read(key, len(geography.foundations)).cumsum(axis=0)
    shared = [areas_share(upto, results.lots[fund]) for upto in reached]
    years: Pence = np.array(shared) - np.array([np.zeros_like(shared[0]), *shared[:-1]])
    return years


class Comparison:
    """Every figure of a run beside the loop's; `pence` counts the figures that were compared."""

    def __init__(self, results: Results, loop: PlainLoop) -> None:
        self.results, self.loop, self.pence = results, loop, 0
        self.geography = results.scenario.geography_table
        self.paths = results.scenario.paths
        several = len(results.scenario.funds) > 1
        self.placed = [name for name in loop.books if several or name != "all"]

    def differences(self) -> list[str]:
        """Say where the two differ, by how much; empty where they agree to the penny."""
        parts = (self.order(), self.funds(), self.foundations(), self.areas(), self.told())
        return [found for part in parts for found in part]

    def order(self) -> Iterator[str]:
        if list(self.geography.codes) != self.loop.codes:
            yield "areas stand in another order"
        if [one.id for one in self.geography.foundations] != self.loop.foundations:
            yield "foundations stand in another order"

    def funds(self) -> Iterator[str]:
        for name, books in self.loop.books.items():
            for measure in MEASURES:
                for basis in BASES:
                    found = self.results.series[name].of(measure, basis)
                    told = books.fund[measure, basis]
                    yield from self._apart(f"fund {name} {measure} {basis}", found, told)

    def foundations(self) -> Iterator[str]:
        for name in self.placed:
            for measure in BY_FOUNDATION:
                for basis in BASES:
                    key = Key(name, "foundation", measure, basis)
                    told = self.loop.books[name].foundation[measure, basis]
                    yield from self._totals(key, told, stock=measure in FOUNDATION_STOCKS)
                    if measure in CUBES:
                        found = self.results.paths_of(key, len(self.loop.foundations))
                        yield from self._apart(f"{key}", found, told)

    def areas(self) -> Iterator[str]:
        for name in self.placed:
            own_lots = any(fund not in self.results.lots for fund in self.results.funds_of(name))
            for (measure, basis), told in self.loop.books[name].area.items():
                key = Key(name, "area", measure, basis)
                if name in self.loop.funds:
                    found = areas_by_path(self.results, measure, basis, name)
                    yield from self._apart(f"{key}", found, told)
                if own_lots:
                    yield from self._totals(key, told)

    def told(self) -> Iterator[str]:
        path = self.results.told.path
        for name in self.loop.funds:
            for measure in ("allocated", "paid"):
                found: Pence = self.results.told.areas[name, measure]
                told = self.loop.books[name].area[measure, "nominal"][:, :, path]
                yield from self._apart(f"told path {path} {name} {measure}", found, told)

    def _totals(self, key: Key, told: Pence, *, stock: bool = False) -> Iterator[str]:
        """Sums over paths, of years and, where they are kept, of decades and the horizon."""
        if key not in self.results.tallies:
            yield from self._apart(f"{key} is not there", np.zeros_like(told), told)
            return
        found = self.results.tallies[key].total
        found = found[: len(told)] if stock else found
        spans = Periods(len(told)).spans[: len(found)]
        sums = np.array([told[begin:end].sum(axis=(0, 2)) for begin, end in spans])
        yield from self._apart(f"totals of {key}", found, sums)

    def _apart(self, what: str, found: Pence | Real, told: Pence) -> Iterator[str]:
        self.pence += told.size
        if found.shape != told.shape:
            yield f"{what}: {found.shape} and {told.shape}"
        elif (found != told).any():
            first = tuple(np.argwhere(found != told)[0].tolist())
            number, most = np.count_nonzero(found != told), np.abs(found - told).max()
            yield (
                f"{what}: {number} figures differ by at most {most} pence, the first at {first}: "
                f"{found[first]} by the engine, {told[first]} by the loop"
            )
