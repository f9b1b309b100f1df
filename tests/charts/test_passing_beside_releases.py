"""Who passed what to whom, where takers have money from dormant assets as well, to the penny."""

from __future__ import annotations

from typing import Any

import pytest

from fundsim.charts import CHARTS
from fundsim.engine.simulate import simulate
from fundsim.scenario import Scenario, load

RULES = {
    "spending": {"kind": "percent_of_value", "rate": "4%"},
    "allocation": {"kind": "per_capita"},
}
ENGLAND = {"inflow": {"kind": "releases", "nations": ["England"]}}
SCOTLAND = {"inflow": {"kind": "releases", "nations": ["Scotland"]}}
LUMP = {"opening": "£20m"}
LATE = {"kind": "inflow_late", "name": "late", "on": "2024-01-01", "until": "2026-01-01"}
KEPT = {"kind": "reclaims", "name": "kept", "on": "2026-02-01", "until": "2028-01-01"}


def yearly(to: str, pounds: int) -> dict[str, Any]:
    """Six payments, from 1 June 2022 to 1 June 2027."""
    every = {"on": "2022-06-01", "every": "12 months", "until": "2028-01-01"}
    return {"to": to, "amount": pounds, **every}


def world(one: dict[str, Any], other: dict[str, Any], **more: Any) -> Scenario:
    """A giver of £10m a year to one fund and £5m to another, each of which may have money too."""
    pays = [yearly("one", 10_000_000), yearly("other", 5_000_000)]
    funds = {
        "giver": {"title": "Giver", "opening": "£1bn", "pays": pays, **RULES},
        "one": {"title": "One", **one, **RULES},
        "other": {"title": "Other", **other, **RULES},
        "luc": {"inflow": {"kind": "releases", "nations": ["Wales"]}},
    }
    return load("official-880m-model").but({"years": 7, "paths": 300, "funds": funds, **more})


def flows(scenario: Scenario) -> dict[tuple[str, str], float]:
    table = CHARTS["money_flow"].table(simulate(scenario), basis="nominal")
    return {(row[0], row[1]): float(row[2]) for row in table.rows()}


@pytest.mark.parametrize(
    ("one", "other"),
    [(ENGLAND, {}), (ENGLAND, SCOTLAND), (SCOTLAND, LUMP), ({}, SCOTLAND), ({}, {})],
)
def test_releases_are_not_taken_for_what_another_fund_gave(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    found = flows(world(one, other))
    assert found["Giver", "One"] == pytest.approx(60_000_000, abs=0.05)  # six times £10m
    assert found["Giver", "Other"] == pytest.approx(30_000_000, abs=0.05)
    outside = [("Dormant assets", title) in found for title in ("One", "Other")]
    assert outside == [bool(one), bool(other)]


def test_releases_that_are_late_or_partly_kept_by_owners_are_not_either() -> None:
    shocks = [{**LATE, "fund": "one"}, {**KEPT, "fund": "one", "share": "30%"}]
    found = flows(world(ENGLAND, SCOTLAND, shocks=shocks))
    assert found["Giver", "One"] == pytest.approx(60_000_000, abs=0.05)
    assert found["Giver", "Other"] == pytest.approx(30_000_000, abs=0.05)


def test_releases_without_any_chance_are_known_from_the_scenario() -> None:
    classes = ("insurance_and_pensions", "investments")
    still = {
        f"dormant_assets.classes.{name}.{key}": 0
        for name in classes
        for key in ("noise", "reclaims.noise")
    }
    found = flows(world(ENGLAND, SCOTLAND, **still))
    assert found["Giver", "One"] == pytest.approx(60_000_000, abs=0.05)
    assert found["Giver", "Other"] == pytest.approx(30_000_000, abs=0.05)
