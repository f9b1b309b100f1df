"""Amounts and prices that cannot be counted to the penny are told, and not simulated."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from fundsim import RunError, load, simulate

SAVED: dict[str, Any] = {
    "funds.luc.spending": {"kind": "percent_of_value", "rate": 0},
    "paths": 250,
}
STEEP = {"kind": "ar1", "log_mean": 0.02, "persistence": 0.9, "sd": 0.3}
TOO_LARGE = [
    ({"markets.inflation": STEEP}, "prices are below a thousandth of those of the start day"),
    (
        {"markets.assets.global_equity.arithmetic_mean": "100%", "years": 80},
        "luc is worth more than £10 trillion on one of the paths",
    ),
    (
        {"markets.inflation": {"kind": "constant", "rate": "-35%"}, "funds.luc.opening": "£100bn"},
        "luc is worth more than £10 trillion in prices of the start day on one of the paths",
    ),
]


@pytest.mark.parametrize(("changes", "message"), TOO_LARGE)
def test_what_cannot_be_counted_is_refused(changes: dict[str, Any], message: str) -> None:
    scenario = load("kruger-endowment").but(SAVED)
    if "markets.inflation" in changes:
        scenario = scenario.but({"markets.inflation": {"kind": "constant", "rate": 0}})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RunError, match=message):
            simulate(scenario.but(changes))


def test_what_can_just_be_counted_is_simulated() -> None:
    """£2bn at 34 % for 29 years are £9.7 trillion; the books still balance."""
    steady = {
        "kind": "deterministic",
        "fee": 0,
        "inflation": {"kind": "constant", "rate": 0},
        "assets": {"all": {"weight": 1, "arithmetic_mean": 0.34}},
    }
    base = load("kruger-endowment", ["sources={}"])
    values = SAVED | {"years": 29, "markets": steady}
    results = simulate(base.but(values))
    row = next(row for row in results.tables["summary"].rows() if row[0] == "reconciliation")
    assert float(row[4]) == 0
    with pytest.raises(RunError, match="worth more than £10 trillion"):
        simulate(base.but(values | {"years": 30}))
