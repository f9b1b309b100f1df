"""A small world to draw: real tables and a real geography, figures that can be done by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from fundsim.metrics.series import MEASURES, FundSeries
from fundsim.money import Pence
from fundsim.places import Geography, load_geography
from fundsim.results import Table
from fundsim.rules.dormant import DormantAssets
from fundsim.rules.inflows import Inflow
from fundsim.rules.shocks import Shock
from fundsim.rules.spending import PercentOfValue, SpendingRule
from fundsim.scenario import Closing, Transfer
from fundsim.units import months_after

LEVELS = {"p05": 0.5, "p25": 0.8, "p50": 1.0, "p75": 1.3, "p95": 2.0}
YEARS = ("measure", "fund", "basis", "year", "mean", "se", *LEVELS)
AREAS = (
    *("area", "name", "nation", "foundation", "fund", "measure", "basis", "from_year", "to_year"),
    *("mean", "se", "p05", "p50", "p95", "per_head", "paths", "quantile_paths"),
)
FOUNDATIONS = (
    *("foundation", "name", "fund", "measure", "basis", "year"),
    *("mean", "se", "p05", "p50", "p95"),
)


@dataclass(frozen=True)
class Fund:
    title: str = "The Fund"
    opening: int = 2_000_000_000_00
    inflow: Inflow | None = None
    spending: SpendingRule = field(default_factory=lambda: PercentOfValue(rate=0.04))
    pays: Sequence[Transfer] = ()
    closes: Closing | None = None
    alarm: object | None = None
    holds: object | None = None


@dataclass(frozen=True)
class Needy:
    need: str | Mapping[str, str] = "population"


@dataclass(frozen=True)
class Scenario:
    geography_table: Geography
    name: str = "small"
    title: str = "A small world"
    fingerprint: str = "0123456789ab"
    seed: int = 7
    paths: int = 1000
    years: int = 20
    start: date = date(2021, 4, 1)
    sources: Mapping[str, str] = field(
        default_factory=lambda: {"years": "unverified: our horizon", "seed": "a date"}
    )
    funds: Mapping[str, Fund] = field(default_factory=lambda: {"main": Fund()})
    markets: object = None
    shocks: Sequence[Shock] = ()
    dormant_assets: DormantAssets | None = None
    geography: Needy = field(default_factory=Needy)
    steady: bool = True

    @property
    def last_day(self) -> date:
        return months_after(self.start, 12 * self.years) - timedelta(days=1)


@dataclass(frozen=True)
class World:
    """What charts take: a scenario, and tables by name."""

    scenario: Scenario
    tables: Mapping[str, Table]
    series: Mapping[str, FundSeries] = field(default_factory=dict)

    def table(self, name: str) -> Table:
        return self.tables[name]


Middle = Callable[[int], float | None]


def years_of(scenario: Scenario, measures: Mapping[str, Middle], spread: float) -> list[list[str]]:
    """Rows of years: quantiles stand about a middle; where it is None, the cells are empty."""
    rows = []
    for measure, middle in measures.items():
        for fund in (*scenario.funds, "all"):
            for basis in ("nominal", "real"):
                for year in range(scenario.years):
                    head = [measure, fund, basis, str(scenario.start.year + year)]
                    rows.append([*head, *_cells(middle(year), year, spread)])
    return rows


def _cells(at: float | None, year: int, spread: float) -> list[str]:
    if at is None:
        return [""] * 7
    apart = [1 + (level - 1) * spread * (year + 1) / 20 for level in LEVELS.values()]
    return [f"{at:.6f}", f"{at * spread / 30:.6f}", *(f"{at * each:.6f}" for each in apart)]


def areas_of(scenario: Scenario, per_head: Sequence[float], spread: float) -> list[list[str]]:
    """Rows of areas: each is paid so many pounds a head a year, in the geography's order."""
    places, first = scenario.geography_table, scenario.start.year
    rows = []
    for fund in (*scenario.funds, "all"):
        for basis in ("nominal", "real"):
            for area, pounds in enumerate(per_head):
                for years in (scenario.years, min(10, scenario.years)):
                    total = pounds * int(places.population[area]) * years
                    head = [places.codes[area], places.names[area], places.nations[area]]
                    head += [places.foundation_ids[area], fund, "paid", basis]
                    span = [str(first), str(first + years - 1)]
                    cells = [
                        total,
                        total * spread / 30,
                        total * (1 - spread / 2),
                        total,
                        total * (1 + spread),
                    ]
                    text = [f"{cell:.4f}" for cell in cells]
                    rows.append([*head, *span, *text, f"{pounds * years:.4f}", "1000", "1000"])
    return rows


AREA_YEARS = ("area", "fund", "measure", "basis", "year", "mean", "se", "p05", "p50", "p95")


def area_years_of(scenario: Scenario, per_head: Sequence[float]) -> list[list[str]]:
    """Rows of areas year by year: each is allocated so many pounds a head in every year."""
    places = scenario.geography_table
    return [
        [code, fund, "allocated", basis, str(scenario.start.year + year), f"{pounds:.4f}"]
        + [f"{pounds * part:.4f}" for part in (0.1, 0.5, 1.0, 2.0)]
        for fund in (*scenario.funds, "all")
        for basis in ("nominal", "real")
        for code, people, each in zip(places.codes, places.population, per_head, strict=True)
        for pounds in [float(each * people)]
        for year in range(scenario.years)
    ]


# What foundations do for every pound that they pay in a year.
PER_POUND = {
    "paid": 1.0,
    "received": 1.25,
    "foundation_fees": 0.05,
    "awarded": 1.1,
    "waiting": 0.4,
    "promised": 0.3,
}


def foundations_of(
    scenario: Scenario, per_head: Sequence[float], spread: float = 0.0
) -> list[list[str]]:
    """Rows of foundations: each pays its people so many pounds a head in every year."""
    rows = []
    for fund in (*scenario.funds, "all"):
        for basis in ("nominal", "real"):
            for measure, part in PER_POUND.items():
                for each, pounds in zip(
                    scenario.geography_table.foundations, per_head, strict=True
                ):
                    for year in range(scenario.years):
                        head = [each.id, each.name, fund, measure, basis]
                        mean = part * pounds * each.population
                        low, middle, high = (
                            [""] * 3
                            if measure == "promised"
                            else [f"{mean * (1 + at * spread):.4f}" for at in (-0.5, 0.0, 1.0)]
                        )
                        cells = [f"{mean:.4f}", f"{mean * spread / 30:.4f}", low, middle, high]
                        rows.append([*head, str(scenario.start.year + year), *cells])
    return rows


def series_of(scenario: Scenario, paid: float, spread: float) -> dict[str, FundSeries]:
    """Each fund and all together pay as many pounds each year; a fifth of the paths pays most."""
    chances = np.array([1 - spread / 2, 1.0, 1.0, 1.0, 1 + spread])
    years = np.ones((scenario.years, 1))
    parts = dict.fromkeys(MEASURES, 0.0) | PER_POUND | {"allocated": 1.25}
    pence: dict[str, Pence] = {
        measure: np.rint(years * part * paid * 100 * chances).astype(np.int64)
        for measure, part in parts.items()
    }
    pence["arrived"] = np.zeros((scenario.years, 5), np.int64)
    pence["arrived"][0] = 2_000_000_000_00
    whole = years * 2_000_000_000_00 * chances
    pence["closing_capital"] = np.rint(whole).astype(np.int64)
    labels = tuple(range(scenario.start.year, scenario.start.year + scenario.years))
    totals = {"gini_per_head": np.zeros(5)}
    return {
        fund: FundSeries(fund, labels, kept=True, first=0, nominal=pence, real=pence, totals=totals)
        for fund in (*scenario.funds, "all")
    }


def world(
    scenario: Scenario,
    *,
    kept: Middle = lambda year: None if year == 0 else 1 - 0.01 * year,
    spending: Middle = lambda year: 0.0 if year == 0 else 80e6 - 1e6 * year,
    per_head: Sequence[float] | None = None,
    by_foundation: Sequence[float] | None = None,
    spread: float = 1.0,
) -> World:
    """Make a world; what it pays a head is 1, 2, 3 ... unless said."""
    places = scenario.geography_table
    per_head = range(1, 1 + len(places)) if per_head is None else per_head
    if by_foundation is None:
        by_foundation = range(1, 1 + len(places.foundations))
    paid = sum(
        each.population * pounds
        for each, pounds in zip(places.foundations, by_foundation, strict=True)
    )
    measures: dict[str, Middle] = {
        "capital_kept_whole": kept,
        "spending": spending,
        "closing_capital": lambda _: 1e9,
        "arrived": lambda year: 0.0 if year else 2e9,
        "fees": lambda _: 1e7,
        "passed_on": lambda _: 0.0,
        "passed_between": lambda _: 0.0,
    }
    years = years_of(scenario, measures, spread)
    areas = areas_of(scenario, per_head, spread)
    foundations = foundations_of(scenario, by_foundation, spread)
    return World(
        scenario,
        {
            "years": Table("years", YEARS, lambda: years),
            "areas": Table("areas", AREAS, lambda: areas),
            "foundations": Table("foundations", FOUNDATIONS, lambda: foundations),
            "areas_years": Table(
                "areas_years", AREA_YEARS, lambda: area_years_of(scenario, per_head)
            ),
        },
        series_of(scenario, paid, spread),
    )


def geography(folder: Path, names: Sequence[str], foundation: str = "") -> Geography:
    """Make a geography of areas with 1,000, 2,000, 3,000 ... people."""
    header = "code,name,population" + (",foundation" if foundation else "")
    lines = [header]
    for row, name in enumerate(names, start=1):
        quoted = '"' + name.replace('"', '""') + '"'
        lines.append(f"A{row:05d},{quoted},{row * 1000}" + (f",{foundation}" if foundation else ""))
    path = folder / "places.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_geography(str(path))
