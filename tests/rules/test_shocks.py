"""Shocks by themselves: what each may say, and what a span of time or a share means."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from fundsim.rules.shocks import AnyShock, MarketShock, Reclaims

SHOCK: TypeAdapter[Any] = TypeAdapter(AnyShock)
ON = {"name": "x", "on": "2025-01-01"}


def reclaims(share: float) -> Reclaims:
    return Reclaims.model_validate({**ON, "until": "2026-01-01", "fund": "luc", "share": share})


@pytest.mark.parametrize(
    ("share", "pence", "withheld"),
    [(0.1, 1_000, 100), (0, 1_000, 0), (1, 1_001, 1_001), (0.5, 5, 2), (0.5, 7, 4), (0.1, 0, 0)],
)
def test_what_is_withheld_is_whole_pence(share: float, pence: int, withheld: int) -> None:
    assert reclaims(share).withheld(pence) == withheld
    assert type(reclaims(share).withheld(pence)) is int


def test_a_market_shock_is_at_once_or_lasts() -> None:
    crash = SHOCK.validate_python({**ON, "kind": "market", "change": "-30%"})
    assert (crash.change, crash.yearly, crash.until, crash.asset) == (-0.3, None, None, None)
    lean = MarketShock.model_validate({**ON, "yearly": "-1%", "until": "2035-01-01", "asset": "a"})
    assert (lean.yearly, lean.until, lean.asset) == (-0.01, date(2035, 1, 1), "a")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kind": "market"}, "either change or yearly"),
        ({"kind": "market", "change": 0.1, "yearly": 0.1, "until": "2026-01-01"}, "exactly one"),
        ({"kind": "market", "change": 0.1, "until": "2026-01-01"}, "does not end"),
        ({"kind": "market", "yearly": 0.1}, "the day on which the yearly growth is over"),
        ({"kind": "market", "yearly": 0.1, "until": "2025-01-01"}, "ends before it begins"),
        ({"kind": "market", "change": -1}, "greater than -1"),
        ({"kind": "market", "change": 1e300}, "less than or equal to 10"),
        ({"kind": "inflation"}, "either change or yearly"),
        ({"kind": "inflation", "change": 0.1, "until": "2026-01-01"}, "does not end"),
        ({"kind": "inflation", "yearly": -1, "until": "2026-01-01"}, "greater than -1"),
        ({"kind": "inflation", "change": 0.1, "asset": "a"}, "Extra"),
        ({"kind": "correlation", "until": "2026-01-01", "lead": "a"}, "to"),
        ({"kind": "correlation", "until": "2026-01-01", "lead": "a", "to": 1.1}, "less than"),
        ({"kind": "correlation", "until": "2026-01-01", "lead": "a", "to": -0.1}, "greater than"),
        ({"kind": "correlation", "until": "2025-01-01", "lead": "a", "to": 0}, "ends before"),
        (
            {"kind": "correlation", "until": "2026-01-01", "lead": "a", "to": 0, "assets": []},
            "at least 1",
        ),
        ({"kind": "panel_lost", "until": "2024-01-01", "foundation": "x"}, "ends before"),
        ({"kind": "inflow_late", "until": "2025-01-01", "fund": "x"}, "ends before"),
        ({"kind": "reclaims", "until": "2026-01-01", "fund": "x", "share": 1.1}, "less than"),
        ({"kind": "merger", "foundation": "x"}, "into"),
        ({"kind": "merger", "foundation": "x", "into": "y", "until": "2026-01-01"}, "Extra"),
    ],
)
def test_what_contradicts_itself_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        SHOCK.validate_python({**ON, **settings})


@pytest.mark.parametrize("name", ["", " ", "two\nlines"])
def test_a_name_is_a_line_of_text(name: str) -> None:
    with pytest.raises(ValidationError, match="one line of text"):
        SHOCK.validate_python({**ON, "name": name, "kind": "market", "change": 0})
