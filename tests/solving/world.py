"""One endowment in the tiny world, in markets with or without risk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fundsim.scenario import Scenario, from_values
from tests.engine.tiny import tiny_values


def risky(mean: float, volatility: float, fee: float, inflation: float) -> dict[str, Any]:
    """Give markets of one lognormal asset, with prices that rise steadily."""
    return {
        "kind": "lognormal",
        "fee": fee,
        "inflation": {"kind": "constant", "rate": inflation},
        "assets": {"shares": {"weight": 1, "arithmetic_mean": mean, "volatility": volatility}},
    }


def endowment(folder: Path, *, paths: int = 4, **changes: Any) -> Scenario:
    """Give an endowment of £100m that spends 4% of its value on each first of April."""
    changes = {
        "opening": "£100m",
        "spending": {"kind": "percent_of_value", "rate": "4%"},
    } | changes
    return from_values(tiny_values(folder, **changes) | {"paths": paths, "seed": 20200924})
