"""Dated stories of a fund whose year's spending leaves in parts; amounts are in pounds.

The fund has 1000 and decides on a tenth each 1 April; nothing grows, but where it is said.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fundsim.scenario import Scenario
from tests.engine.tiny import GROWING, Dated, Values, areas, simulated, told, yearly

Tiny = Callable[..., Scenario]
TENTH: Values = {"kind": "percent_of_value", "rate": "10%"}


def spent(tiny: Tiny, parts: int, rule: Values = TENTH, **changes: Any) -> list[Dated]:
    """List what is spent, by day."""
    settings: Values = {"opening": 1000, "years": 2, "spending": {**rule, "parts": parts}}
    return told(simulated(tiny(**settings | changes)), "spending")


def test_a_year_leaves_on_its_date_and_every_quarter_or_half_year_after(tiny: Tiny) -> None:
    # A tenth of 1000; a year later of the 900 that are left.
    assert spent(tiny, 4) == [
        *((f"{day}", 25) for day in ("2021-04-01", "2021-07-01", "2021-10-01", "2022-01-01")),
        *((f"{day}", 22.5) for day in ("2022-04-01", "2022-07-01", "2022-10-01", "2023-01-01")),
    ]
    assert spent(tiny, 2)[:3] == [("2021-04-01", 50), ("2021-10-01", 50), ("2022-04-01", 45)]
    assert spent(tiny, 1) == [("2021-04-01", 100), ("2022-04-01", 90)]


def test_what_cannot_be_divided_is_spread_by_cumulative_rounding(tiny: Tiny) -> None:
    # £1.03 in four: 25.75, 51.50 and 77.25 pence are reached, rounded to 26, 52 and 77.
    found = spent(tiny, 4, opening=10.30, years=1)
    assert [pounds for _, pounds in found] == [0.26, 0.26, 0.25, 0.26]


def test_what_has_not_left_yet_goes_on_growing(tiny: Tiny) -> None:
    # 1000 less 25 grow by a tenth to 1072.50; then 25 leave each quarter.
    results = simulated(tiny(opening=1000, years=1, growth=GROWING, spending={**TENTH, "parts": 4}))
    left = ((975 * 1.1 - 25) * 1.1 - 25) * 1.1 - 25
    assert yearly(results, "closing_capital") == pytest.approx([left * 1.1], abs=0.02)
    assert yearly(results, "spending") == [100]


def test_each_part_is_a_round_of_its_own(tiny: Tiny) -> None:
    results = simulated(tiny(opening=1000, years=1, spending={**TENTH, "parts": 2}))
    assert told(results, "allocated", at="dale") == [("2021-04-01", 20), ("2021-10-01", 20)]
    assert areas(results, "allocated") == [[10, 30, 60]]
    memos = [line.memo for line in results.told.journal if line.event == "spending"]
    assert memos == [
        "review 1, percent_of_value, part 1 of 2",
        "part 2 of 2 of review 1, percent_of_value",
    ]


def test_a_part_takes_what_there_is_and_the_rest_is_never_paid(tiny: Tiny) -> None:
    # 800 of 1000 are decided, 200 leave, 800 fall by nine tenths to 80, which is the second part.
    shocks = [{"kind": "market", "on": date(2021, 5, 1), "change": "-90%"}]
    rule = {"kind": "percent_of_value", "rate": "80%"}
    found = spent(tiny, 4, rule, shocks=shocks)
    assert found == [("2021-04-01", 200), ("2021-07-01", 80)]
    # What comes later is not spent to catch up: the third part takes 200, and the fourth too.
    inflow = {"kind": "schedule", "amounts": {"2021-09-01": 1000}}
    assert spent(tiny, 4, rule, shocks=shocks, inflow=inflow, years=1) == [
        ("2021-04-01", 200),
        ("2021-07-01", 80),
        ("2021-10-01", 200),
        ("2022-01-01", 200),
    ]


def test_a_rule_that_looks_back_sees_the_year_without_what_was_short(tiny: Tiny) -> None:
    # As above; 680 of 800 were paid. The next year a band goes on from these, and has 1400 for it.
    shocks = [{"kind": "market", "on": date(2021, 5, 1), "change": "-90%"}]
    inflow = {"kind": "schedule", "amounts": {"2021-09-01": 1800}}
    band = {"kind": "banded_real", "rate": "80%", "low": "1%", "high": "80%"}
    found = spent(tiny, 4, band, shocks=shocks, inflow=inflow)
    assert sum(pounds for _, pounds in found[:4]) == 680
    assert found[4:] == [
        (day, 170) for day in ("2022-04-01", "2022-07-01", "2022-10-01", "2023-01-01")
    ]


def test_an_early_review_drops_the_parts_to_come_and_starts_the_next_years(tiny: Tiny) -> None:
    # 975, 950 after two parts. A fall by three tenths leaves 665 on 30 September, below four fifths
    # of 950: 66.50 are decided and 16.62 leave; the first year's third and fourth part never do.
    # A part is no fall itself: 925 are over 7 per cent less than 975, and ring no alarm.
    shocks = [{"kind": "market", "on": date(2021, 8, 15), "change": "-30%"}]
    found = spent(tiny, 4, shocks=shocks, alarm={"fall": "20%"})
    assert found == [
        ("2021-04-01", 25),
        ("2021-07-01", 25),
        ("2021-09-30", 16.62),
        ("2022-07-01", 16.63),
        ("2022-10-01", 16.63),
        ("2023-01-01", 16.62),
    ]
    assert spent(tiny, 4, alarm={"fall": "7%"}) == spent(tiny, 4)


def test_a_fund_that_closes_ends_its_parts(tiny: Tiny) -> None:
    closes = {"on": date(2021, 10, 1), "residue": "treasury"}
    results = simulated(tiny(opening=1000, spending={**TENTH, "parts": 4}, closes=closes))
    assert told(results, "spending") == [("2021-04-01", 25), ("2021-07-01", 25)]
    assert yearly(results, "passed_on") == [950]


def test_a_run_that_ends_within_a_year_leaves_its_parts_unpaid(tiny: Tiny) -> None:
    late = {**TENTH, "first": date(2022, 1, 1)}
    assert spent(tiny, 2, late, years=1) == [("2022-01-01", 50)]
    assert spent(tiny, 4, {**TENTH, "first": date(2021, 8, 31)}, years=1) == [
        ("2021-08-31", 25),
        ("2021-11-30", 25),
        ("2022-02-28", 25),
    ]
