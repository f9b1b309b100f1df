"""The reclaim fund's ruin in the summary of a run: said where it can be, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import sqrt
from pathlib import Path

import pytest

from fundsim.cli.summary import lines
from fundsim.engine.simulate import simulate
from fundsim.results.folder import open_run, write
from fundsim.results.frames import Tabled
from fundsim.results.scheme import Scheme
from fundsim.results.table import Row, Table
from fundsim.scenario import Scenario, load

OWNERS = "dormant_assets.classes.{}.reclaims.ultimate"
CLASSES = ("insurance_and_pensions", "investments")


def with_owners(ultimate: float, **more: object) -> Scenario:
    """Let a share of owners come back in the end, each class's within a year or so."""
    model = load("official-880m-model").but({"years": 12, "paths": 300, **more})
    changes = {OWNERS.format(name): ultimate for name in CLASSES}
    hazards = {OWNERS.format(name).replace("ultimate", "hazard"): 2 for name in CLASSES}
    return model.but({**changes, **hazards})


def told(source: Tabled, scenario: Scenario, *, real: bool = True) -> list[str]:
    said = lines(source, scenario, fund="all", real=real)
    return [line for line in said if "reclaim fund" in line]


@pytest.mark.parametrize("ultimate", [0.8, 1])
def test_a_run_says_how_likely_the_reclaim_funds_ruin_is(ultimate: float, tmp_path: Path) -> None:
    scenario = with_owners(ultimate)
    chance = Scheme.of(scenario).found.ruined[-1].mean()
    assert chance == 1 if ultimate == 1 else 0.01 < chance < 0.99
    results = simulate(scenario)
    error = f" (error {100 * sqrt(chance * (1 - chance) / 299):.1f}%)" if chance < 1 else ""
    expected = [
        (
            f"In {100 * chance:.1f}% of possible futures{error} the reclaim fund falls below "
            "nothing by 1 April 2033: owners come back for more than it holds; see fundsim dormant."
        )
    ]
    assert told(results, scenario) == expected
    assert told(results, scenario, real=False) == expected
    write(results, tmp_path, started=datetime.now(UTC))
    run = open_run(tmp_path)
    assert told(run, run.scenario) == expected


def test_nothing_is_said_where_there_is_no_ruin_no_year_or_no_scheme() -> None:
    for scenario in (
        with_owners(0.1),
        with_owners(1, years=1),
        load("kruger-2020").but({"years": 2, "paths": 3}),
    ):
        assert not told(simulate(scenario), scenario)


@dataclass
class Altered(Tabled):
    """A run's tables, with the chances of ruin put in the place of its own."""

    source: Tabled
    chance: str

    @property
    def tables(self) -> dict[str, Table]:
        own = self.source.table("dormant_assets")
        measure, mean = own.columns.index("measure"), own.columns.index("mean")

        def rows() -> Iterator[Row]:
            for row in own.rows():
                ruined = row[measure] == "ruined"
                yield [*row[:mean], self.chance, *row[mean + 1 :]] if ruined else row

        return {**self.source.tables, own.name: Table(own.name, own.columns, rows)}


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        ("0.000100", "under 0.1%"),
        ("0.001000", "0.1%"),
        ("0.999000", "99.9%"),
        ("0.999900", "over 99.9%"),
    ],
)
def test_a_chance_near_none_or_all_is_not_said_to_be_that(chance: str, said: str) -> None:
    scenario = with_owners(1, years=2, paths=3)
    (line,) = told(Altered(simulate(scenario), chance), scenario)
    assert line.startswith(f"In {said} of possible futures")
