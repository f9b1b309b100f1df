"""A world small enough to be worked out by hand: three areas, two foundations, four paths.

Markets do as they are told: nothing at first; `GROWING` makes ten per cent a quarter, `COSTLY`
takes one per cent of it, `DEARER` lets prices rise by two per cent a quarter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from fundsim.engine.simulate import simulate
from fundsim.metrics.series import MEASURES, Basis
from fundsim.results.cubes import Key
from fundsim.results.model import Results
from fundsim.scenario import Scenario

Values = dict[str, Any]
Dated = tuple[str, float]
"""A day, and pounds."""

GROWING = "46.41%"  # 1.1 to the power 4, less 1
COSTLY = "3.940399%"  # 1 less 0.99 to the power 4
DEARER = "8.243216%"  # 1.02 to the power 4, less 1

# The foundation of the dale serves a tenth and three tenths of the people, that of the hill the
# rest. Pounds are what areas get each round under an allocation by column.
AREAS = """\
code,name,population,nation,foundation,need,pounds
A1,Ash,100,England,{},10,20
A2,Beck,300,England,{},20,30
A3,Cairn,600,England,{},30,50
"""

BEYOND = date(2031, 4, 1)
"""A day after every run of this world."""


def tiny_values(
    folder: Path,
    *,
    served: Sequence[str] = ("dale", "dale", "hill"),
    start: date = date(2021, 4, 1),
    years: int = 1,
    growth: str = "0%",
    fee: str = "0%",
    inflation: str = "0%",
    assets: Values | None = None,
    markets: Values | None = None,
    foundations: Values | None = None,
    shocks: Sequence[Values] = (),
    funds: Mapping[str, Values] | None = None,
    **fund: Any,
) -> Values:
    """Give the scenario's values; further keys are those of its one fund, unless funds are told."""
    (folder / "areas.csv").write_text(AREAS.format(*served), encoding="utf-8")
    defaults: Values = {
        "title": "A tiny fund",
        "spending": {"kind": "percent_of_value", "rate": "10%"},
        "allocation": {"kind": "per_capita"},
    }
    return {
        "schema_version": 1,
        "name": "tiny",
        "title": "A world worked out by hand",
        "start": start,
        "years": years,
        "paths": 4,
        "seed": 1,
        "geography": {"areas": str(folder / "areas.csv"), "need": "need"},
        "markets": markets
        or {
            "kind": "deterministic",
            "fee": fee,
            "inflation": {"kind": "constant", "rate": inflation},
            "assets": assets or {"cash": {"weight": 1, "geometric_mean": growth}},
        },
        "foundations": {"fee": "0%"} | (foundations or {}),
        "funds": {name: defaults | own for name, own in (funds or {"fund": fund}).items()},
        "shocks": [{"name": f"shock {number}"} | shock for number, shock in enumerate(shocks)],
    }


def all_spent(pounds: float, on: date = date(2021, 4, 1)) -> Values:
    """Give the keys of a fund that spends what it has on one day: four tenths reach the dale."""
    return {
        "opening": pounds,
        "spending": {"kind": "profile", "profile": ["100%"], "first": on},
        "closes": {"on": on + timedelta(days=1), "residue": "treasury"},
    }


# What became of it, in pounds


def simulated(scenario: Scenario) -> Results:
    """Simulate, and look whether at each year's end all money is somewhere, on every path."""
    results = simulate(scenario)
    for series in results.series.values():
        of = {measure: series.of(measure, "nominal") for measure in MEASURES}
        came = of["arrived"] + of["returns"] + of["returned"]
        went = of["fees"] + of["passed_on"] + of["foundation_fees"] + of["paid"]
        there = [of[name] for name in ("closing_capital", "unshared", "waiting", "carried")]
        assert ((came - went).cumsum(axis=0) == sum(there) + of["promised"]).all()
    return results


def told(results: Results, event: str, *, at: str = "", of: str = "fund") -> list[Dated]:
    """List the days on which something happened, at a foundation if one is named, and pounds."""
    days: dict[str, int] = {}
    for line in results.told.journal:
        fund, _, account = line.to_account.partition(": ")
        if (line.event, fund) == (event, of) and account.endswith(f", {at}" if at else ""):
            days[line.date] = days.get(line.date, 0) + line.pence
    return [(day, pence / 100) for day, pence in days.items()]


def moves(results: Results, *, to: str, of: str = "fund") -> list[Dated]:
    """List the days and pounds of all that reached an account on the told path."""
    lines = results.told.journal
    return [(ln.date, ln.pence / 100) for ln in lines if ln.to_account.startswith(f"{of}: {to}")]


def yearly(
    results: Results, measure: str, basis: Basis = "nominal", *, of: str = "fund"
) -> list[float]:
    """Give a measure year by year; all four paths are the same in these markets."""
    found = results.series[of].of(measure, basis)
    assert (found == found[:, :1]).all()
    return [pence / 100 for pence in found[:, 0].tolist()]


def yearly_at(results: Results, foundation: str, measure: str, *, of: str = "fund") -> list[float]:
    """Give a measure of one foundation year by year."""
    row = [one.id for one in results.scenario.geography_table.foundations].index(foundation)
    tally = results.tallies[Key(of, "foundation", measure, "nominal")]
    totals = tally.total[: results.scenario.years, row]
    return [pence / 100 / results.scenario.paths for pence in totals.tolist()]


def areas(results: Results, measure: str, *, of: str = "fund") -> list[list[float]]:
    """Give what Ash, Beck and Cairn had, a row a year."""
    pounds: list[list[float]] = (results.told.areas[of, measure] / 100).tolist()
    return pounds


def settled_and_owed(results: Results, *, of: str = "fund") -> float:
    """Add up what foundations paid and kept, and what they still hold or owe at the end."""
    flows = sum(yearly(results, "paid", of=of)) - sum(yearly(results, "returned", of=of))
    stocks = [yearly(results, name, of=of)[-1] for name in ("waiting", "carried", "promised")]
    return round(flows + sum(yearly(results, "foundation_fees", of=of)) + sum(stocks), 2)


# The same world with markets that rise and fall

VOLATILE: Values = {
    "kind": "lognormal",
    "fee": "0.6%",
    "inflation": {"kind": "ar1", "log_mean": "2.44%", "persistence": 0.5, "sd": "1%"},
    "assets": {
        "cash": {"weight": 0.2, "arithmetic_mean": "2%", "volatility": "1%"},
        "shares": {"weight": 0.8, "arithmetic_mean": "6%", "volatility": "17%"},
    },
    "correlations": {"cash": {"shares": 0.1}},
}
PLENTIFUL: Values = {
    "sittings": ["March", "June", "October"],
    "instalments": ["50%", "30%", "20%"],
    "capacity": {"pounds": 100, "growth": "2%", "growth_years": 5},
    "fee": "6%",
    "lapse": "3%",
    "clawback": "1%",
    "carry_forward": "10%",
    "priority": ["recovery", "luc"],
}


# Rules under which rounds differ, and need that is read anew

IN_POUNDS: Values = {"kind": "column", "column": "pounds", "unit": "pounds"}
DISTRICTS: Values = {
    "kind": "districts",
    "rule": {"kind": "per_capita"},
    "districts": [
        {
            "name": "ash",
            "areas": ["Ash"],
            "multiplier": 2.0,
            "begins": date(2022, 4, 1),
            "until": date(2024, 4, 1),
        },
        {"name": "hills", "areas": ["Beck", "Cairn"], "share": "20%", "until": date(2023, 4, 1)},
    ],
}
PHASED_IN: Values = {
    "kind": "adjusted",
    "rule": {"kind": "per_capita"},
    "phase_in": {"steps": ["0%", "40%", "100%"], "old": {"kind": "equal"}},
}
HUBS: Values = {
    "name": "hubs",
    "weight": "40%",
    "rule": {"kind": "equal"},
    "decided_by": "communities",
}
COMMUNITIES: Values = {
    "kind": "programmes",
    "programmes": [HUBS, {"name": "grants", "weight": "60%", "rule": {"kind": "need_weighted"}}],
}
DAMPED: Values = {
    "kind": "adjusted",
    "rule": COMMUNITIES
    | {"programmes": [HUBS | {"until": date(2023, 4, 1)}, COMMUNITIES["programmes"][1]]},
    "damping": {"fall": "5%", "rise": "10%"},
}
REVIEWED: Values = {"columns": {"need": 1}, "review": {"every": "2 years", "second": {"pounds": 1}}}
