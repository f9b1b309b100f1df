"""Explanations walked through: they lead to a run's own figures, and can be worked out again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fundsim.engine.simulate import simulate
from fundsim.explaining.accounts import Section
from fundsim.explaining.explained import Explained
from fundsim.explaining.source import Source
from fundsim.explaining.told_fund import FundYear, OfOneLot
from fundsim.metrics.series import FundSeries
from fundsim.results import Results, Table
from fundsim.results.folder import Run, in_place_of, open_run, write
from fundsim.scenario import Scenario
from tests.rules.accounts import recomputed

Key = tuple[str, str, str, str]
"""Area, fund, measure, year."""


def run_of(scenario: Scenario, place: Path) -> Run:
    """Simulate a scenario into a folder, and open it."""
    with in_place_of(place, scenario.fingerprint) as folder:
        write(simulate(scenario), folder, started=datetime.now(UTC))
    return open_run(place)


@dataclass(frozen=True)
class Live:
    """A run that has not been written down, and tells the same."""

    results: Results
    folder: Path

    @property
    def manifest(self) -> dict[str, int]:
        return {"told_path": self.results.told.path}

    @property
    def scenario(self) -> Scenario:
        return self.results.scenario

    @property
    def series(self) -> Mapping[str, FundSeries]:
        return self.results.series

    def table(self, name: str) -> Table:
        return self.results.table(name)


def live(scenario: Scenario, name: str = "run") -> Live:
    """Simulate a scenario, and leave it unwritten."""
    return Live(simulate(scenario), Path(name))


def told_of(run: Source) -> dict[Key, int]:
    """What `areas_told.csv` holds, in pence."""
    rows = run.table("areas_told").rows()
    return {(area, fund, measure, year): int(pence) for area, fund, measure, year, pence in rows}


class Walk:
    """Every area and year of a run; the accounts of every `every`-th one are worked out again."""

    def __init__(self, run: Source, *, every: int = 1) -> None:
        self.run, self.every = run, every
        self.explained = Explained(run)
        self.told = told_of(run)
        self.sections = 0
        self.parts: set[str] = set()

    def faults(self) -> Iterator[str]:
        """Say where an explanation does not lead to the run's own figures."""
        places, years = self.run.scenario.geography_table, self.run.scenario.year_labels
        left = dict(self.told)
        for area, code in enumerate(places.codes):
            for year, label in enumerate(years):
                for one in self.explained.year(area, year):
                    where = f"{code} {label} {one.fund}"
                    for measure, pence in (("allocated", one.allocated), ("paid", one.paid)):
                        found = left.pop((code, one.fund, measure, str(label)), 0)
                        if found != pence:
                            yield f"{where}: {measure} {pence}, and {found} in the table"
                    one_lot = isinstance(self.explained.funds[one.fund], OfOneLot)
                    yield from (f"{where}: {text}" for text in leads_there(one, one_lot=one_lot))
                    if (area * len(years) + year) % self.every == 0:
                        self.recompute(one)
        yield from (f"{key}: {pence} is not explained" for key, pence in left.items())

    def recompute(self, one: FundYear) -> None:
        """Work every account of a year out again."""
        for section in one.sections:
            self.sections += 1
            self.parts.add(section.part)
            assert round(recomputed(section.steps)) == section.pence
            rounded = [step for step in section.steps if step.words.startswith("rounding")]
            assert all(abs(step.operand) <= 7 for step in rounded)  # half a penny a round, and more


def leads_there(one: FundYear, *, one_lot: bool) -> Iterator[str]:
    """Hold the sections of a year against its figures, and against one another."""
    paid = of_part(one.sections, "paid")
    if (paid[-1].pence if paid else 0) != one.paid:
        yield f"its parts lead to {paid}, and {one.paid} is paid"
    shares = of_part(one.sections, "allocated") or of_part(one.sections, "share")
    if (shares[-1].pence if shares else 0) != one.allocated:
        yield f"its parts lead to {shares}, and {one.allocated} is allocated"
    received = [section.steps[0].operand for section in of_part(one.sections, "receipt")]
    if received and sum(received) != one.allocated:
        yield f"{received} is received of {one.allocated}"
    used = [step.operand for section in one.sections for step in section.steps]
    for section in one.sections:
        uses = ("decision", "instalments") if one_lot else ()
        if section.part in uses and section.pence not in used:
            yield f"{section.title}: nothing goes on from {section.pence}"


def of_part(sections: Sequence[Section], part: str) -> list[Section]:
    return [section for section in sections if section.part == part]
