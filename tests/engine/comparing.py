"""What the engine says held against what the plain loop says, pence by pence."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from fundsim.engine.model import draw
from fundsim.metrics.series import BASES, MEASURES, Basis
from fundsim.places.shares import areas_share
from fundsim.results.cubes import CUBES, Key
from fundsim.results.model import Results
from fundsim.results.periods import Periods
from fundsim.rules.spending import Profile
from fundsim.scenario import Scenario
from tests.engine.plain_loop import PlainLoop
from tests.engine.plain_rules import Pence, Plain, Real

PACKAGED = Path(__file__).parents[2] / "fundsim" / "places" / "data"
WORDS = ("code", "name", "nation", "region", "foundation")


def plain_scene(scenario: Scenario) -> Plain:
    """The settings as plain tables: amounts in pence, rates as fractions, lengths in months."""
    (fund,) = scenario.funds.values()
    spending = fund.spending.model_dump()
    if isinstance(fund.spending, Profile):
        spending["shares"] = fund.spending.shares
    return {
        "start": scenario.start,
        "years": scenario.years,
        "fee": scenario.markets.fee,
        "foundation_fee": scenario.foundations.fee,
        "fund": {
            "opening": fund.opening,
            "inflow": fund.inflow and fund.inflow.model_dump(),
            "spending": spending,
            "allocation": fund.allocation.model_dump(by_alias=True),
            "closes": fund.closes and fund.closes.model_dump(),
        },
    }


def plain_areas(scenario: Scenario) -> Plain:
    """The table of areas as its file has it, row by row, without what `where` leaves out."""
    path = Path(scenario.areas_path)
    path = path if path.suffix else PACKAGED / f"{path.name}.csv"
    beside = path.with_name(f"{path.stem}.columns.csv")
    counts = {row["column"] for row in _rows(beside) if row["aggregate"] == "sum"}
    where = scenario.geography.where or {}
    rows = [row for row in _rows(path) if all(row[key] in kept for key, kept in where.items())]
    cells = {name: [row[name] for row in rows] for name in rows[0] if name not in WORDS}
    return {
        **{word: [row[word] for row in rows] for word in WORDS},
        "population": [int(row["population"]) for row in rows],
        "columns": {name: figures for name in cells if (figures := _figures(cells[name]))},
        "counts": counts,
        "need": scenario.geography.need,
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
    """Tell a scenario's one fund on all its paths by the plain loop."""
    drawn = draw(scenario, 0, scenario.paths)
    scene, areas = plain_scene(scenario), plain_areas(scenario)
    return PlainLoop(scene, areas, drawn.growth, drawn.prices).tell()


def areas_by_path(results: Results, measure: str, basis: Basis) -> Pence:
    """What each area had each year, `(year, area, path)`.

    Under one lot an area's year is the difference of what its foundation reached, each shared out.
    """
    (fund,) = results.scenario.funds
    geography = results.scenario.geography_table
    if fund not in results.lots:
        return results.cubes.read(Key(fund, "area", measure, basis), len(geography))
    key = Key(fund, "foundation", measure, basis)
    reached = results.cubes.read(key, len(geography.foundations)).cumsum(axis=0)
    shared = [areas_share(upto, results.lots[fund], geography) for upto in reached]
    years: Pence = np.array(shared) - np.array([np.zeros_like(shared[0]), *shared[:-1]])
    return years


class Comparison:
    """Every figure of a run beside the loop's; `pence` counts the figures that were compared."""

    def __init__(self, results: Results, loop: PlainLoop) -> None:
        self.results, self.loop, self.pence = results, loop, 0
        (self.fund,) = results.scenario.funds
        self.geography = results.scenario.geography_table
        self.paths = results.scenario.paths

    def differences(self) -> list[str]:
        """Say where the two differ, by how much; empty where they agree to the penny."""
        parts = (self.order(), self.funds(), self.foundations(), self.areas(), self.told())
        return [found for part in parts for found in part]

    def order(self) -> Iterator[str]:
        if list(self.geography.codes) != self.loop.sharing.codes:
            yield "areas stand in another order"
        if [
            foundation.id for foundation in self.geography.foundations
        ] != self.loop.sharing.foundations:
            yield "foundations stand in another order"

    def funds(self) -> Iterator[str]:
        for name in (self.fund, "all"):
            for measure in MEASURES:
                for basis in BASES:
                    found = self.results.series[name].of(measure, basis)
                    told = self.loop.fund[measure, basis]
                    yield from self._apart(f"fund {name} {measure} {basis}", found, told)

    def foundations(self) -> Iterator[str]:
        members = len(self.loop.sharing.foundations)
        for (measure, basis), told in self.loop.foundation.items():
            key = Key(self.fund, "foundation", measure, basis)
            yield from self._totals(key, told)
            if measure in CUBES:
                found = self.results.cubes.read(key, members)
                yield from self._apart(f"{key}", found, told)

    def areas(self) -> Iterator[str]:
        for (measure, basis), told in self.loop.area.items():
            key = Key(self.fund, "area", measure, basis)
            yield from self._apart(f"{key}", areas_by_path(self.results, measure, basis), told)
            if self.fund not in self.results.lots:
                yield from self._totals(key, told)

    def told(self) -> Iterator[str]:
        path = self.results.told.path
        for measure in ("allocated", "paid"):
            found: Pence = self.results.told.areas[self.fund, measure]
            told = self.loop.area[measure, "nominal"][:, :, path]
            yield from self._apart(f"told path {path} {measure}", found, told)

    def _totals(self, key: Key, told: Pence) -> Iterator[str]:
        """Sums over paths, of years and, where they are kept, of decades and the horizon."""
        if key not in self.results.tallies:
            yield from self._apart(f"{key} is not there", np.zeros_like(told), told)
            return
        found = self.results.tallies[key].total
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
