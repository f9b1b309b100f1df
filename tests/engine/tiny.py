"""A world small enough to be worked out by hand: a fund, three areas, two foundations, four paths.

Markets do as they are told: nothing at first; `GROWING` makes ten per cent a quarter, `COSTLY`
takes one per cent of it, `DEARER` lets prices rise by two per cent a quarter.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

Values = dict[str, Any]

GROWING = "46.41%"  # 1.1 to the power 4, less 1
COSTLY = "3.940399%"  # 1 less 0.99 to the power 4
DEARER = "8.243216%"  # 1.02 to the power 4, less 1

# The foundation of the dale serves a tenth and three tenths of the people, that of the hill the
# rest. Pounds are what areas get each round under an allocation by column.
AREAS = """\
code,name,population,nation,foundation,need,pounds
A1,Ash,100,England,dale,10,20
A2,Beck,300,England,dale,20,30
A3,Cairn,600,England,hill,30,50
"""


def tiny_values(
    folder: Path,
    *,
    growth: str = "0%",
    fee: str = "0%",
    inflation: str = "0%",
    foundations: str = "0%",
    years: int = 1,
    **fund: Any,
) -> Values:
    """Give the scenario's values; further keys are those of the fund."""
    (folder / "areas.csv").write_text(AREAS, encoding="utf-8")
    defaults: Values = {
        "title": "The tiny fund",
        "spending": {"kind": "percent_of_value", "rate": "10%"},
        "allocation": {"kind": "per_capita"},
    }
    return {
        "schema_version": 1,
        "name": "tiny",
        "title": "A world worked out by hand",
        "start": date(2021, 4, 1),
        "years": years,
        "paths": 4,
        "seed": 1,
        "geography": {"areas": str(folder / "areas.csv"), "need": "need"},
        "markets": {
            "kind": "deterministic",
            "fee": fee,
            "inflation": {"kind": "constant", "rate": inflation},
            "assets": {"cash": {"weight": 1, "geometric_mean": growth}},
        },
        "foundations": {"fee": foundations},
        "funds": {"fund": defaults | fund},
    }
