"""A fund in a world of two areas, for what its paths are drawn from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fundsim import load
from fundsim.scenario import Scenario

AREAS = "code,name,population,need,foundation\nA1,One,10,1,one\nB1,Two,30,2,two\n"
TEXT = """
schema_version = 1
name = "sampled"
title = "A fund in a world of two areas"
start = 2021-04-01
years = 20
paths = 4000
seed = 7
geography = { areas = "areas.csv", need = "need" }
[markets]
kind = "lognormal"
inflation = { kind = "constant", rate = 0.02 }
assets.shares = { weight = 1, arithmetic_mean = 0.07, volatility = 0.17 }
[funds.fund]
title = "One fund"
opening = "£2bn"
spending = { kind = "percent_of_value", rate = "4%" }
allocation = { kind = "per_capita" }
"""


@pytest.fixture
def world(tmp_path: Path) -> Callable[..., Scenario]:
    (tmp_path / "areas.csv").write_text(AREAS, encoding="utf-8")
    (tmp_path / "sampled.toml").write_text(TEXT, encoding="utf-8")
    return lambda *sets: load(tmp_path / "sampled.toml", sets)
