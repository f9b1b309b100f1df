"""A small world of six areas in two nations, whose rules can be compared in a moment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fundsim.scenario import Scenario, from_values

AREAS = """\
code,name,population,nation,region,foundation,need,poor,earlier
A1,Ash,1000,England,North,dale,40,400,100
A2,Beck,3000,England,North,dale,20,300,0
A3,Cairn,6000,England,South,hill,10,0,50
B1,Dun,2000,Wales,Wales,vale,30,500,0
B2,Esk,2500,Wales,Wales,vale,15,100,10
B3,Fold,500,Wales,Wales,vale,5,0,0
"""
COLUMNS = """\
column,title,unit,nations,comparable,aggregate,vintage,source,licence
need,Need,points,all,uk,mean,,made up,
poor,People in need,persons,all,uk,sum,,made up,
earlier,Earlier programme,pounds,all,uk,sum,,made up,
"""
RISKY: dict[str, Any] = {
    "kind": "lognormal",
    "fee": "0.5%",
    "inflation": {"kind": "ar1", "log_mean": "2%", "persistence": 0.5, "sd": "1%"},
    "assets": {"shares": {"weight": 1, "arithmetic_mean": "6%", "volatility": "15%"}},
}


def values(folder: Path, **changes: Any) -> dict[str, Any]:
    """Give the scenario's values; a change replaces a table."""
    (folder / "areas.csv").write_text(AREAS, encoding="utf-8")
    (folder / "areas.columns.csv").write_text(COLUMNS, encoding="utf-8")
    fund = {
        "title": "Small fund",
        "opening": 1_000_000,
        "spending": {"kind": "percent_of_value", "rate": "5%"},
        "allocation": {"kind": "per_capita"},
    }
    return {
        "schema_version": 1,
        "name": "small",
        "title": "A small world",
        "start": "2021-04-01",
        "years": 6,
        "paths": 300,
        "seed": 7,
        "geography": {"areas": str(folder / "areas.csv"), "need": "need"},
        "markets": RISKY,
        "funds": {"fund": fund},
        "foundations": {
            "fee": "5%",
            "sittings": ["June", "December"],
            "instalments": ["60%", "40%"],
            "capacity": {"pounds": 20_000},
        },
    } | changes


@pytest.fixture
def small(tmp_path: Path) -> Scenario:
    return from_values(values(tmp_path))
