"""Dated stories of the foundations, each amount worked out by hand; amounts are in pounds.

Unless told otherwise a fund of 100 is all spent on 1 April 2021: 40 reach the dale, 60 the hill.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fundsim.metrics.catalogue import METRICS
from fundsim.results.model import Results
from fundsim.scenario import Scenario
from tests.engine.tiny import (
    DEARER,
    Values,
    all_spent,
    areas,
    moves,
    settled_and_owed,
    simulated,
    told,
    yearly,
    yearly_at,
)

Tiny = Callable[..., Scenario]

TWICE = ["June", "December"]


def metric(results: Results, name: str, *, of: str = "fund") -> float:
    found: Any = METRICS[name].measure(results.series[of], "nominal")
    assert (found == found[0]).all()
    return float(found[0])


# Sittings


def test_without_sittings_awards_are_made_and_paid_on_the_day_of_receipt(tiny: Tiny) -> None:
    run = simulated(tiny(**all_spent(100)))
    for event in ("received", "awarded", "paid"):
        assert told(run, event, at="dale") == [("2021-04-01", 40)]
        assert told(run, event, at="hill") == [("2021-04-01", 60)]
    assert yearly(run, "waiting_on_average") == [0]
    assert metric(run, "mean_wait") == 0
    assert metric(run, "years_of_backlog") == 0


def test_with_sittings_money_waits_for_the_next_one(tiny: Tiny) -> None:
    run = simulated(tiny(**all_spent(100), foundations={"sittings": TWICE}))
    assert told(run, "received", at="dale") == [("2021-04-01", 40)]
    assert told(run, "awarded", at="dale") == [("2021-06-01", 40)]
    assert told(run, "paid", at="hill") == [("2021-06-01", 60)]
    assert settled_and_owed(run) == 100
    # 100 wait for 61 of 365 days: 16.71 on average over the year.
    assert yearly(run, "waiting_on_average") == [16.71]
    assert metric(run, "mean_wait") == 0.1671


@pytest.mark.parametrize(
    ("received", "awarded"),
    [
        (date(2021, 5, 31), "2021-06-01"),
        (date(2021, 6, 1), "2021-06-01"),
        (date(2021, 6, 2), "2021-12-01"),
        (date(2021, 12, 2), "2022-06-01"),
    ],
)
def test_what_comes_on_the_day_of_a_sitting_is_in_time_for_it(
    received: date, awarded: str, tiny: Tiny
) -> None:
    scenario = tiny(**all_spent(100, on=received), foundations={"sittings": TWICE}, years=2)
    assert told(simulated(scenario), "awarded", at="dale") == [(awarded, 40)]


def test_a_sitting_is_on_the_first_of_its_month_whatever_day_the_run_starts_on(tiny: Tiny) -> None:
    start = date(2021, 4, 15)
    sittings = {"sittings": ["April", "May"]}
    run = simulated(tiny(start=start, **all_spent(100, on=start), foundations=sittings))
    assert told(run, "awarded", at="dale") == [("2021-05-01", 40)]


# Capacity


def test_what_exceeds_a_sittings_capacity_waits_for_the_sittings_after_it(tiny: Tiny) -> None:
    # 20 a year, 10 a sitting, for each foundation.
    practice = {"sittings": TWICE, "capacity": {"pounds": 20}}
    run = simulated(tiny(**all_spent(100), foundations=practice, years=3))
    assert told(run, "awarded", at="dale") == [
        ("2021-06-01", 10),
        ("2021-12-01", 10),
        ("2022-06-01", 10),
        ("2022-12-01", 10),
    ]
    assert [day for day, _ in told(run, "awarded", at="hill")] == [
        *("2021-06-01", "2021-12-01", "2022-06-01", "2022-12-01", "2023-06-01", "2023-12-01"),
    ]
    assert told(run, "paid", at="dale") == told(run, "awarded", at="dale")
    assert yearly(run, "waiting") == [60, 20, 0]
    assert settled_and_owed(run) == 100
    # 100 wait for 61 days, 80 for 183 and 60 for 121, which is 28000 / 365 over the year.
    assert yearly(run, "waiting_on_average")[0] == 76.71
    assert metric(run, "years_of_backlog") == 0


def test_a_backlog_is_what_waits_over_what_the_last_year_awarded(tiny: Tiny) -> None:
    practice = {"sittings": TWICE, "capacity": {"pounds": 20}}
    run = simulated(tiny(**all_spent(100), foundations=practice, years=2))
    assert yearly(run, "awarded") == [40, 40]
    assert metric(run, "years_of_backlog") == 20 / 40


def test_capacity_that_is_not_used_is_not_carried_to_the_next_sitting(tiny: Tiny) -> None:
    practice = {"sittings": TWICE, "capacity": {"pounds": 20}}
    spent = all_spent(100, on=date(2021, 7, 1))
    run = simulated(tiny(**spent, foundations=practice, years=2))
    assert told(run, "awarded", at="dale") == [
        ("2021-12-01", 10),  # not 20, though nothing was awarded in June
        ("2022-06-01", 10),
        ("2022-12-01", 10),
    ]


def test_the_pennies_of_a_years_capacity_are_shared_between_its_sittings(tiny: Tiny) -> None:
    # A year of 25 pence reaches 12.5 at the first of two sittings, which is rounded to even.
    practice = {"sittings": TWICE, "capacity": {"pounds": 0.25}}
    run = simulated(tiny(**all_spent(100), foundations=practice))
    assert told(run, "awarded", at="dale") == [("2021-06-01", 0.12), ("2021-12-01", 0.13)]
    # A year of 100 pence reaches 33, 67 and 100 at three; the run's year begins in April.
    practice = {"sittings": ["January", "May", "September"], "capacity": {"pounds": 1}}
    run = simulated(tiny(**all_spent(100), foundations=practice))
    assert told(run, "awarded", at="dale") == [
        ("2021-05-01", 0.33),
        ("2021-09-01", 0.34),
        ("2022-01-01", 0.33),
    ]


def test_capacity_a_head_follows_the_people_a_foundation_serves(tiny: Tiny) -> None:
    practice = {"sittings": ["April"], "capacity": {"per_head": 0.05}}  # 400 and 600 people
    run = simulated(tiny(**all_spent(100), foundations=practice, years=2))
    assert told(run, "awarded", at="dale") == [("2021-04-01", 20), ("2022-04-01", 20)]
    assert told(run, "awarded", at="hill") == [("2021-04-01", 30), ("2022-04-01", 30)]


def test_capacity_rises_with_prices_once_a_year(tiny: Tiny) -> None:
    practice = {"sittings": ["April", "October"], "capacity": {"pounds": 100}}
    run = simulated(tiny(**all_spent(2000), foundations=practice, years=3, inflation=DEARER))
    # After one year prices stand at 1.08243216, after two at 1.17165938: 108.24 and 117.17 a year.
    # Half of 117.17 is 58.585, rounded to even.
    assert told(run, "awarded", at="dale") == [
        *(("2021-04-01", 50), ("2021-10-01", 50)),
        *(("2022-04-01", 54.12), ("2022-10-01", 54.12)),
        *(("2023-04-01", 58.58), ("2023-10-01", 58.59)),
    ]


def test_capacity_grows_with_practice_for_as_many_years_as_it_says(tiny: Tiny) -> None:
    capacity = {"pounds": 100, "growth": "10%"}
    practice = {"sittings": ["April"], "capacity": capacity}
    for_ever = simulated(tiny(**all_spent(2000), foundations=practice, years=4))
    assert [pounds for _, pounds in told(for_ever, "awarded", at="dale")] == [100, 110, 121, 133.1]
    practice = {"sittings": ["April"], "capacity": capacity | {"growth_years": 2}}
    two_years = simulated(tiny(**all_spent(2000), foundations=practice, years=4))
    assert [pounds for _, pounds in told(two_years, "awarded", at="dale")] == [100, 110, 121, 121]


def test_without_any_capacity_all_money_waits_for_ever_and_none_is_lost(tiny: Tiny) -> None:
    practice = {"fee": "10%", "sittings": TWICE, "capacity": {"pounds": 0}}
    run = simulated(tiny(**all_spent(100), foundations=practice, years=3))
    assert told(run, "awarded") == []
    assert yearly(run, "paid") == [0, 0, 0]
    assert yearly(run, "waiting") == yearly(run, "waiting_on_average") == [90, 90, 90]
    assert settled_and_owed(run) == 100
    assert metric(run, "mean_wait") == 3
    assert metric(run, "years_of_backlog") == float("inf")


def test_old_money_is_awarded_before_new_money(tiny: Tiny) -> None:
    # Each round brings areas the 20, 30 and 50 that they are to get; 50 reach the dale.
    run = simulated(
        tiny(
            opening=1000,
            spending={"kind": "constant_real", "amount": 100},
            allocation={"kind": "column", "column": "pounds", "unit": "pounds"},
            foundations={"sittings": ["May"], "capacity": {"pounds": 30}},
            years=3,
        )
    )
    awarded = [line for line in run.told.journal if line.to_account == "fund: promised, dale"]
    assert [(line.date, line.from_account, line.pence / 100) for line in awarded] == [
        ("2021-05-01", "fund: waiting, lane 1, dale", 30),
        ("2022-05-01", "fund: waiting, lane 1, dale", 20),
        ("2022-05-01", "fund: waiting, lane 2, dale", 10),
        ("2023-05-01", "fund: waiting, lane 2, dale", 30),
    ]
    assert yearly_at(run, "dale", "waiting") == [20, 40, 60]


# Instalments


THREE = ["50%", "30%", "20%"]


def test_an_award_is_paid_today_in_a_year_and_in_two(tiny: Tiny) -> None:
    run = simulated(tiny(**all_spent(100), foundations={"instalments": THREE}, years=4))
    assert told(run, "awarded", at="dale") == [("2021-04-01", 40)]
    assert told(run, "paid", at="dale") == [
        ("2021-04-01", 20),
        ("2022-04-01", 12),
        ("2023-04-01", 8),
    ]
    assert yearly(run, "promised") == [50, 20, 0, 0]
    assert areas(run, "paid") == [[5, 15, 30], [3, 9, 18], [2, 6, 12], [0, 0, 0]]
    assert settled_and_owed(run) == 100


def test_what_is_due_after_the_last_day_stays_promised(tiny: Tiny) -> None:
    run = simulated(tiny(**all_spent(100), foundations={"instalments": THREE}, years=2))
    assert yearly(run, "paid") == [50, 30]
    assert yearly(run, "promised") == [50, 20]
    assert settled_and_owed(run) == 100


def test_years_are_counted_from_the_sitting(tiny: Tiny) -> None:
    practice = {"instalments": THREE, "sittings": TWICE}
    run = simulated(tiny(**all_spent(100), foundations=practice, years=3))
    assert told(run, "paid", at="hill") == [
        ("2021-06-01", 30),
        ("2022-06-01", 18),
        ("2023-06-01", 12),
    ]


def test_a_year_after_29_february_is_28_february(tiny: Tiny) -> None:
    leap = date(2024, 2, 29)
    practice = {"instalments": ["20%"] * 5}
    run = simulated(tiny(start=leap, **all_spent(100, on=leap), foundations=practice, years=5))
    assert [day for day, _ in told(run, "paid", at="dale")] == [
        *("2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"),
    ]


def test_nothing_may_be_paid_at_once(tiny: Tiny) -> None:
    practice = {"instalments": ["0%", "100%"]}
    run = simulated(tiny(**all_spent(100), foundations=practice, years=2))
    assert told(run, "awarded", at="dale") == [("2021-04-01", 40)]
    assert told(run, "paid", at="dale") == [("2022-04-01", 40)]


def test_instalments_share_an_award_to_the_penny(tiny: Tiny) -> None:
    # Of 12 pence 5 reach the dale: 2.5 of them by the first day, rounded to even, 4 by the second.
    run = simulated(tiny(**all_spent(0.12), foundations={"instalments": THREE}, years=3))
    assert [pounds for _, pounds in told(run, "paid", at="dale")] == [0.02, 0.02, 0.01]


def test_each_instalment_is_deflated_by_the_prices_of_its_own_day(tiny: Tiny) -> None:
    practice = {"instalments": THREE}
    run = simulated(tiny(**all_spent(100), foundations=practice, years=3, inflation=DEARER))
    # 12 / 1.08243216 = 11.09 and 18 / 1.08243216 = 16.63; 8 / 1.17165938 = 6.83 and 12 make 10.24.
    assert yearly(run, "paid", "real") == [50, 27.72, 17.07]


# Lapse, clawback, carry forward


def test_some_of_each_later_instalment_lapses_and_is_awarded_anew(tiny: Tiny) -> None:
    practice = {"instalments": ["50%", "50%"], "lapse": "10%"}
    run = simulated(tiny(**all_spent(100), foundations=practice, years=4))
    # The dale pays 20 of its 40. A year later 2 of the other 20 lapse: they wait and are awarded
    # the same day, 1 to be paid now and 1 a year later, of which 0.10 lapse, and so on. Of the
    # last 5 pence half a penny would lapse, which is rounded to nothing.
    assert told(run, "lapsed", at="dale") == [("2022-04-01", 2), ("2023-04-01", 0.10)]
    assert told(run, "awarded", at="dale") == [
        ("2021-04-01", 40),
        ("2022-04-01", 2),
        ("2023-04-01", 0.10),
    ]
    assert told(run, "paid", at="dale") == [
        ("2021-04-01", 20),
        ("2022-04-01", 18 + 1),
        ("2023-04-01", 0.95),  # 0.90 and 0.05
        ("2024-04-01", 0.05),
    ]
    assert settled_and_owed(run) == 100


def test_what_lapses_waits_behind_nothing_but_capacity(tiny: Tiny) -> None:
    practice = {
        "instalments": ["50%", "50%"],
        "lapse": "10%",
        "sittings": ["June"],
        "capacity": {"pounds": 25},
    }
    run = simulated(tiny(**all_spent(100), foundations=practice, years=3))
    # The dale: 25 awarded, 15 wait. A year later 1.25 of the 12.50 due lapse: 16.25 wait and are
    # awarded; of their 8.12 due in 2023 (8.125 is rounded to even) 0.81 lapse.
    assert told(run, "lapsed", at="dale") == [("2022-06-01", 1.25), ("2023-06-01", 0.81)]
    assert told(run, "awarded", at="dale") == [
        ("2021-06-01", 25),
        ("2022-06-01", 16.25),
        ("2023-06-01", 0.81),
    ]


def test_some_of_a_payment_comes_back_a_year_later_and_is_paid_anew(tiny: Tiny) -> None:
    run = simulated(tiny(**all_spent(100), foundations={"clawback": "10%"}, years=3))
    assert told(run, "returned", at="dale") == [("2022-04-01", 4), ("2023-04-01", 0.40)]
    assert told(run, "paid", at="dale") == [
        ("2021-04-01", 40),
        ("2022-04-01", 4),
        ("2023-04-01", 0.40),
    ]
    assert yearly(run, "returned") == [0, 10, 1]
    assert yearly(run, "paid") == [100, 10, 1]  # gross
    assert settled_and_owed(run) == 100


def test_what_comes_back_waits_for_the_next_sitting(tiny: Tiny) -> None:
    practice = {"clawback": "10%", "sittings": ["June", "July"]}
    lost: Values = {"kind": "panel_lost", "foundation": "dale"}
    lost |= {"on": date(2022, 6, 1), "until": date(2022, 7, 1)}
    run = simulated(tiny(**all_spent(100), foundations=practice, shocks=[lost], years=2))
    assert told(run, "returned", at="dale") == [("2022-06-01", 4)]
    assert told(run, "awarded", at="dale") == [("2021-06-01", 40), ("2022-07-01", 4)]


def test_some_of_what_is_received_is_kept_for_the_next_year(tiny: Tiny) -> None:
    practice = {"fee": "10%", "carry_forward": "25%"}
    run = simulated(tiny(**all_spent(100), foundations=practice, years=2))
    # The dale keeps 4 of 40 as its fee, and 9 of the other 36 until the year is over.
    assert told(run, "foundation_fees", at="dale") == [("2021-04-01", 4)]
    assert told(run, "carried", at="dale") == [("2021-04-01", 9)]
    assert told(run, "awarded", at="dale") == [("2021-04-01", 27), ("2022-04-01", 9)]
    assert yearly(run, "carried") == [22.50, 0]
    assert yearly(run, "waiting") == [0, 0]
    assert settled_and_owed(run) == 100


@pytest.mark.parametrize("on", [date(2021, 10, 15), date(2022, 3, 31)])
def test_it_is_kept_until_the_first_day_of_the_next_run_year(on: date, tiny: Tiny) -> None:
    practice = {"carry_forward": "25%", "sittings": ["May", "November"]}
    run = simulated(tiny(**all_spent(100, on=on), foundations=practice, years=2))
    assert ("2022-04-01", 10) in moves(run, to="waiting, dale")
    first = "2021-11-01" if on.year == 2021 else "2022-05-01"
    awarded = {first: 30.0}
    awarded["2022-05-01"] = awarded.get("2022-05-01", 0) + 10
    assert told(run, "awarded", at="dale") == list(awarded.items())


def test_what_is_kept_in_the_last_year_is_kept_at_the_end(tiny: Tiny) -> None:
    run = simulated(tiny(**all_spent(100), foundations={"carry_forward": "25%"}))
    assert yearly(run, "carried") == [25]
    assert settled_and_owed(run) == 100


# A foundation that does otherwise


def test_a_foundation_may_do_otherwise_in_everything(tiny: Tiny) -> None:
    own = {
        "fee": "10%",
        "sittings": ["June"],
        "instalments": ["50%", "50%"],
        "capacity": {"pounds": 12},
        "lapse": "50%",
    }
    run = simulated(tiny(**all_spent(100), foundations={"overrides": {"dale": own}}, years=3))
    assert told(run, "foundation_fees") == [("2021-04-01", 4)]
    assert told(run, "paid", at="hill") == [("2021-04-01", 60)]  # as if the dale were not there
    # The dale has 36: 12 are awarded each June, and 6 paid. A year later 3 of the other 6 lapse.
    assert told(run, "awarded", at="dale") == [(f"{year}-06-01", 12) for year in (2021, 2022, 2023)]
    assert told(run, "lapsed", at="dale") == [("2022-06-01", 3), ("2023-06-01", 3)]
    assert told(run, "paid", at="dale") == [
        ("2021-06-01", 6),
        ("2022-06-01", 3 + 6),
        ("2023-06-01", 3 + 6),
    ]
    # 36 - 12 + 3 - 12 + 3 - 12 = 6 wait, and of the last award 6 are promised.
    assert yearly_at(run, "dale", "waiting") == [24, 15, 6]
    assert yearly_at(run, "dale", "promised") == [6, 6, 6]
    assert settled_and_owed(run) == 100


def test_a_foundation_without_sittings_of_its_own_has_those_of_all(tiny: Tiny) -> None:
    practice = {"sittings": ["June"], "overrides": {"dale": {"sittings": ["May", "July"]}}}
    run = simulated(tiny(**all_spent(100), foundations=practice))
    assert told(run, "awarded", at="dale") == [("2021-05-01", 40)]
    assert told(run, "awarded", at="hill") == [("2021-06-01", 60)]
