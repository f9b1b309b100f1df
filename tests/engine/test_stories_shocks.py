"""Dated stories of what goes wrong, each amount worked out by hand; amounts are in pounds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fundsim.scenario import Scenario
from tests.engine.tiny import (
    BEYOND,
    GROWING,
    Dated,
    Values,
    all_spent,
    moves,
    settled_and_owed,
    simulated,
    told,
    yearly,
)

Tiny = Callable[..., Scenario]

KEPT = {"spending": {"kind": "percent_of_value", "rate": "10%", "first": BEYOND}}


# A panel does not sit

QUEUE: Values = {
    **all_spent(100),  # 40 reach the dale, 60 the hill; each can award 10 at a sitting
    "foundations": {"sittings": ["June", "December"], "capacity": {"pounds": 20}},
    "years": 3,
}


def lost(on: date, until: date) -> Values:
    return {"kind": "panel_lost", "foundation": "dale", "on": on, "until": until}


def test_a_lost_panel_delays_money_but_loses_none(tiny: Tiny) -> None:
    calm = simulated(tiny(**QUEUE))
    shaken = simulated(tiny(**QUEUE, shocks=[lost(date(2021, 12, 1), date(2022, 12, 1))]))
    assert told(calm, "awarded", at="dale") == [
        *(("2021-06-01", 10), ("2021-12-01", 10)),
        *(("2022-06-01", 10), ("2022-12-01", 10)),
    ]
    # Two sittings are not held, and their capacity is lost; that of the last day is held.
    assert told(shaken, "awarded", at="dale") == [
        *(("2021-06-01", 10), ("2022-12-01", 10)),
        *(("2023-06-01", 10), ("2023-12-01", 10)),
    ]
    assert told(shaken, "awarded", at="hill") == told(calm, "awarded", at="hill")
    assert sum(yearly(shaken, "paid")[:2]) < sum(yearly(calm, "paid")[:2])
    assert settled_and_owed(shaken) == settled_and_owed(calm) == 100


@pytest.mark.parametrize(
    ("on", "until", "awarded"),
    [
        (date(2021, 5, 1), date(2021, 6, 1), "2021-06-01"),  # is back that morning
        (date(2021, 5, 1), date(2021, 6, 2), "2021-12-01"),
        (date(2021, 6, 1), date(2021, 6, 2), "2021-12-01"),
        (date(2021, 6, 2), date(2021, 11, 1), "2021-06-01"),
        (date(2021, 4, 1), date(2022, 1, 1), "2022-06-01"),
    ],
)
def test_without_a_limit_all_that_waits_is_awarded_once_the_panel_is_back(
    on: date, until: date, awarded: str, tiny: Tiny
) -> None:
    practice = {"sittings": ["June", "December"]}
    scenario = tiny(**all_spent(100), foundations=practice, shocks=[lost(on, until)], years=2)
    run = simulated(scenario)
    assert told(run, "awarded", at="dale") == [(awarded, 40)]
    assert told(run, "awarded", at="hill") == [("2021-06-01", 60)]


@pytest.mark.parametrize("turn", [1, -1])
def test_a_panel_may_be_lost_again_on_the_day_it_would_be_back(turn: int, tiny: Tiny) -> None:
    twice = [
        lost(date(2021, 5, 1), date(2021, 6, 1)),
        lost(date(2021, 6, 1), date(2021, 9, 1)),
    ]
    run = simulated(
        tiny(**all_spent(100), foundations={"sittings": ["June", "July", "December"]}).but(
            {"shocks": [{"name": f"{n}"} | shock for n, shock in enumerate(twice[::turn])]}
        )
    )
    assert told(run, "awarded", at="dale") == [("2021-12-01", 40)]


# Money comes late, or not at all


def late(on: date, until: date) -> Values:
    return {"kind": "inflow_late", "fund": "fund", "on": on, "until": until}


def test_a_late_tranche_arrives_when_it_is_over_and_is_invested_the_quarter_after(
    tiny: Tiny,
) -> None:
    inflow = {"kind": "lump", "amount": 1000, "on": date(2021, 5, 15)}
    shock = late(date(2021, 5, 1), date(2021, 8, 10))
    calm, shaken = (
        simulated(tiny(inflow=inflow, **KEPT, growth=GROWING, shocks=shocks))
        for shocks in ([], [shock])
    )
    assert moves(calm, to="in hand") == [("2021-05-15", 1000)]
    assert moves(shaken, to="in hand") == [("2021-08-10", 1000)]
    assert told(shaken, "invested") == [("2021-10-01", 1000)]
    # It earns 10 % for two quarters instead of three.
    assert yearly(calm, "closing_capital") == [1331]
    assert yearly(shaken, "closing_capital") == [1210]


def test_only_what_is_due_meanwhile_is_late(tiny: Tiny) -> None:
    due = {"2021-04-30": 1, "2021-05-01": 2, "2021-08-09": 4, "2021-08-10": 8, "2021-09-01": 16}
    inflow = {"kind": "schedule", "amounts": due}
    shock = late(date(2021, 5, 1), date(2021, 8, 10))
    run = simulated(tiny(inflow=inflow, **KEPT, shocks=[shock]))
    assert told(run, "arrived") == [
        ("2021-04-30", 1),
        ("2021-08-10", 2 + 4 + 8),
        ("2021-09-01", 16),
    ]


@pytest.mark.parametrize("turn", [1, -1])
def test_what_is_late_is_not_held_back_by_what_begins_that_day(turn: int, tiny: Tiny) -> None:
    inflow = {"kind": "schedule", "amounts": {"2021-05-15": 1, "2021-06-01": 2, "2021-07-01": 4}}
    shocks = [
        late(date(2021, 5, 1), date(2021, 6, 1)),
        late(date(2021, 6, 1), date(2021, 9, 1)),
    ]
    run = simulated(tiny(inflow=inflow, **KEPT, shocks=shocks[::turn]))
    assert told(run, "arrived") == [("2021-06-01", 1), ("2021-09-01", 2 + 4)]


def test_what_would_arrive_after_the_run_has_not_arrived(tiny: Tiny) -> None:
    inflow = {"kind": "lump", "amount": 1000, "on": date(2022, 3, 1)}
    run = simulated(tiny(inflow=inflow, **KEPT, shocks=[late(date(2022, 2, 1), date(2022, 4, 1))]))
    assert yearly(run, "arrived") == [0]


def test_two_amounts_of_one_day_arrive_together(tiny: Tiny) -> None:
    inflow = {"kind": "schedule", "amounts": {"2022": 5, "2022-04-01": 10}}
    run = simulated(tiny(inflow=inflow, **KEPT, years=2))
    assert told(run, "arrived") == [("2022-04-01", 15)]


def test_reclaims_keep_a_share_of_what_is_due_meanwhile(tiny: Tiny) -> None:
    due = {"2021-04-30": 10, "2021-05-01": 10, "2021-08-09": 10.01, "2021-08-10": 10}
    inflow = {"kind": "schedule", "amounts": due}
    shock: Values = {"kind": "reclaims", "fund": "fund", "share": "30%"}
    shock |= {"on": date(2021, 5, 1), "until": date(2021, 8, 10)}
    run = simulated(tiny(inflow=inflow, **KEPT, shocks=[shock]))
    # Of 10.01 the share is 3.003, and 3 are kept.
    assert told(run, "arrived") == [
        ("2021-04-30", 10),
        ("2021-05-01", 7),
        ("2021-08-09", 7.01),
        ("2021-08-10", 10),
    ]
    # What is late as well is reclaimed by the day on which it was due.
    both = [shock, late(date(2021, 8, 1), date(2021, 9, 1))]
    run = simulated(tiny(inflow=inflow, **KEPT, shocks=both))
    assert told(run, "arrived")[2:] == [("2021-09-01", 17.01)]


def test_opening_money_is_neither_late_nor_reclaimed(tiny: Tiny) -> None:
    spell = {"on": date(2021, 4, 1), "until": date(2021, 5, 1), "fund": "fund"}
    shocks = [{"kind": "inflow_late", **spell}, {"kind": "reclaims", "share": "100%", **spell}]
    inflow = {"kind": "lump", "amount": 10}
    run = simulated(tiny(opening=1000, inflow=inflow, **KEPT, shocks=shocks))
    assert told(run, "arrived") == [("2021-04-01", 1000)]


# Markets fall


def quarters(tiny: Tiny, *shocks: Values, **changes: Any) -> list[Dated]:
    """Give what 1000 gain at each quarter's end."""
    run = simulated(
        tiny(opening=1000, **KEPT, shocks=[{"kind": "market"} | s for s in shocks], **changes)
    )
    return told(run, "returns")


@pytest.mark.parametrize("on", [date(2021, 10, 1), date(2021, 11, 15), date(2021, 12, 31)])
def test_a_fall_is_posted_at_the_end_of_the_quarter_it_happens_in(on: date, tiny: Tiny) -> None:
    # 1100, 1210; 1210 times 1.1 times 0.7 are 931.70, and then 1024.87.
    assert quarters(tiny, {"on": on, "change": "-30%"}, growth=GROWING) == [
        ("2021-06-30", 100),
        ("2021-09-30", 110),
        ("2021-12-31", -278.30),
        ("2022-03-31", 93.17),
    ]


SLOWLY = "-18.549375%"  # 0.95 to the power 4, less 1


@pytest.mark.parametrize(
    ("on", "until"),
    [
        (date(2021, 7, 1), date(2022, 1, 1)),
        (date(2021, 4, 2), date(2021, 10, 2)),
        (date(2021, 5, 20), date(2021, 12, 31)),
    ],
)
def test_a_slump_lasts_for_the_quarters_that_begin_in_it(on: date, until: date, tiny: Tiny) -> None:
    found = quarters(tiny, {"on": on, "until": until, "yearly": SLOWLY})
    assert found == [("2021-09-30", -50), ("2021-12-31", -47.50)]


def test_two_falls_in_two_quarters_multiply(tiny: Tiny) -> None:
    falls = [
        {"on": date(2021, 8, 1), "change": "-50%"},
        {"on": date(2021, 7, 1), "until": date(2021, 7, 2), "yearly": SLOWLY},
    ]
    assert quarters(tiny, *falls) == [("2021-09-30", -525)]  # 1000 times 0.5 times 0.95
    assert quarters(tiny, *falls[::-1]) == [("2021-09-30", -525)]


def test_a_fall_of_one_asset_leaves_the_others_alone(tiny: Tiny) -> None:
    assets = {
        "cash": {"weight": 0.5, "geometric_mean": "0%"},
        "shares": {"weight": 0.5, "geometric_mean": GROWING},
    }
    shock = {"on": date(2021, 8, 1), "change": "-50%", "asset": "shares"}
    # Half of 1.1 and half of 1 are 1.05: 1050. Half of 0.55 and half of 1 are 0.775: 813.75.
    # Then 854.4375 is 854.44, and 897.162 is 897.16.
    assert quarters(tiny, shock, assets=assets) == [
        ("2021-06-30", 50),
        ("2021-09-30", -236.25),
        ("2021-12-31", 40.69),
        ("2022-03-31", 42.72),
    ]
    funds = {"luc": KEPT | {"opening": 1000}}
    funds["recovery"] = funds["luc"] | {"holds": {"cash": "100%"}}
    run = simulated(tiny(funds=funds, assets=assets, shocks=[{"kind": "market"} | shock]))
    assert yearly(run, "closing_capital", of="recovery") == [1000]
    assert yearly(run, "closing_capital", of="luc") == [897.16]


def test_what_falls_to_be_spent_falls_with_the_markets(tiny: Tiny) -> None:
    shock = {"kind": "market", "on": date(2022, 2, 1), "change": "-30%"}
    run = simulated(tiny(opening=1000, shocks=[shock], years=2))
    assert told(run, "spending") == [("2021-04-01", 100), ("2022-04-01", 63)]
