"""A small world to draw: real tables and a real geography, figures that can be done by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from fundsim.places import Geography, load_geography
from fundsim.results import Table
from fundsim.results.table import inert

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


@dataclass(frozen=True)
class World:
    """What charts take: a scenario, and tables by name."""

    scenario: Scenario
    tables: Mapping[str, Table]

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
                    head = [places.codes[area], inert(places.names[area]), places.nations[area]]
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


def foundations_of(scenario: Scenario, per_head: Sequence[float]) -> list[list[str]]:
    """Rows of foundations: each pays its people so many pounds a head in every year."""
    rows = []
    for fund in (*scenario.funds, "all"):
        for basis in ("nominal", "real"):
            for each, pounds in zip(scenario.geography_table.foundations, per_head, strict=True):
                for year in range(scenario.years):
                    head = [each.id, each.name, fund, "paid", basis]
                    paid = f"{pounds * each.population:.4f}"
                    rows.append([*head, str(scenario.start.year + year), paid, *[""] * 4])
    return rows


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
    years = years_of(scenario, {"capital_kept_whole": kept, "spending": spending}, spread)
    areas = areas_of(scenario, per_head, spread)
    foundations = foundations_of(scenario, by_foundation)
    return World(
        scenario,
        {
            "years": Table("years", YEARS, lambda: years),
            "areas": Table("areas", AREAS, lambda: areas),
            "foundations": Table("foundations", FOUNDATIONS, lambda: foundations),
        },
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
