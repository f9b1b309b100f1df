"""Small scenarios that are run whole: one fund of one nation, or of all foundations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fundsim.engine.simulate import simulate
from fundsim.results import Results
from fundsim.scenario import Scenario, from_values
from fundsim.validating.check import Sample

Values = Mapping[str, Any]

START = date(2021, 4, 1)
OPENING = 200_000_000_000
"""£2bn in pence."""
NOTHING_SPENT: Values = {"kind": "percent_of_value", "rate": 0}


def steady(growth: float = 0.0, fee: float = 0.0, prices: float = 0.0) -> Values:
    """Give markets without risk: yearly growth, managers' fee and rise of prices."""
    return {
        "kind": "deterministic",
        "fee": fee,
        "inflation": {"kind": "constant", "rate": prices},
        "assets": {"one": {"weight": 1, "arithmetic_mean": growth}},
    }


def risky(
    mean: float, volatility: float, fee: float = 0.0, inflation: Values | None = None
) -> Values:
    """Give markets of one lognormal asset, with constant prices where no inflation is told."""
    return {
        "kind": "lognormal",
        "fee": fee,
        "inflation": inflation or {"kind": "constant", "rate": 0},
        "assets": {"one": {"weight": 1, "arithmetic_mean": mean, "volatility": volatility}},
    }


def world(
    sample: Sample,
    years: int,
    markets: Values,
    *,
    funds: Mapping[str, Values] | None = None,
    paths: int | None = None,
    everywhere: bool = False,
    more: Values | None = None,
    **fund: Any,  # noqa: ANN401 - the keys of a fund are of many types
) -> Scenario:
    """Give a scenario of one fund, whose keys are the keywords; or of several, by name.

    The areas are the one foundation's of Northern Ireland, or `everywhere` those of all.
    """
    usual = {"title": "A fund", "spending": NOTHING_SPENT, "allocation": {"kind": "per_capita"}}
    if "inflow" not in fund:
        usual["opening"] = "£2bn"
    where = {} if everywhere else {"where": {"nation": "Northern Ireland"}}
    return from_values(
        {
            "schema_version": 1,
            "name": "validating",
            "title": "A world with a known answer",
            "start": START,
            "years": years,
            "paths": sample.paths if paths is None else paths,
            "seed": sample.seed,
            "geography": {"areas": "uk-districts-2024", "need": "nat_need_pct", **where},
            "markets": markets,
            "funds": {name: {**usual, **own} for name, own in (funds or {"fund": fund}).items()},
            **(more or {}),
        }
    )


def played(sample: Sample, years: int, markets: Values, **terms: Any) -> Results:  # noqa: ANN401 - as of `world`
    """Run such a scenario whole."""
    return simulate(world(sample, years, markets, **terms))
