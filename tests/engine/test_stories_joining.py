"""Dated stories of foundations that merge or fail, worked out by hand; amounts are in pounds.

The dale's areas are Ash and Beck, of which Ash has a quarter of the people; the hill's is Cairn.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from fundsim.scenario import Scenario
from tests.engine.tiny import (
    Values,
    all_spent,
    areas,
    settled_and_owed,
    simulated,
    told,
    yearly,
    yearly_at,
)

Tiny = Callable[..., Scenario]

AUTUMN = date(2021, 9, 10)


def joins(kind: str, on: date = AUTUMN) -> Values:
    """Let the hill take over the dale."""
    return {"kind": kind, "foundation": "dale", "into": "hill", "on": on}


# Of 100 the dale sets 4 of its 40 aside and the hill 6 of its 60. In June the dale awards 10 and
# the hill 20, of which half is paid at once. So 26, 4 and 5 wait, are carried and are promised at
# the dale when it is no more.
PRACTICE: Values = {
    "sittings": ["June", "December"],
    "instalments": ["50%", "50%"],
    "carry_forward": "10%",
    "capacity": {"pounds": 40},
    "overrides": {"dale": {"capacity": {"pounds": 20}}},
}


def test_a_merger_hands_over_what_waits_is_carried_and_promised_with_its_capacity(
    tiny: Tiny,
) -> None:
    shocks = [joins("merger")]
    run = simulated(tiny(**all_spent(100), foundations=PRACTICE, shocks=shocks, years=3))
    assert told(run, "received", at="dale") == [("2021-04-01", 40), ("2021-09-10", -26 - 4 - 5)]
    assert told(run, "received", at="hill") == [("2021-04-01", 60), ("2021-09-10", 26 + 4 + 5)]
    assert yearly_at(run, "dale", "received")[0] == 5  # the instalment that it paid itself
    assert yearly_at(run, "dale", "awarded")[0] == 5
    # The hill can award 30 at a sitting: first its own 34, then the dale's 26, with what is back
    # from being set aside in April behind each of the two.
    # The dale's promise of 5 is the hill's from the day of the merger.
    assert told(run, "awarded", at="dale") == [("2021-06-01", 10), ("2021-09-10", -5)]
    assert told(run, "awarded", at="hill") == [
        ("2021-06-01", 20),
        ("2021-09-10", 5),
        ("2021-12-01", 30),
        ("2022-06-01", 30),
        ("2022-12-01", 10),
    ]
    # Of the first 30 all are Cairn's; of the next the 4 and 6 that are left of it, 20 the dale's.
    assert told(run, "paid", at="hill") == [
        ("2021-06-01", 10),
        ("2021-12-01", 15),
        ("2022-06-01", 10 + 5 + 15),  # the dale's instalment of June 2021 is due too
        ("2022-12-01", 15 + 5),
        ("2023-06-01", 15),
        ("2023-12-01", 5),
    ]
    assert areas(run, "paid") == [
        [5 / 4, 15 / 4, 10 + 15],
        [(5 + 10 + 5) / 4, 3 * (5 + 10 + 5) / 4, 10 + 5 + 15],
        [(10 + 5) / 4, 3 * (10 + 5) / 4, 5],
    ]
    assert yearly_at(run, "dale", "waiting") == yearly_at(run, "dale", "promised") == [0, 0, 0]
    assert settled_and_owed(run) == 100


def test_a_failure_hands_over_the_same_but_its_capacity_is_lost(tiny: Tiny) -> None:
    shocks = [joins("failure")]
    run = simulated(tiny(**all_spent(100), foundations=PRACTICE, shocks=shocks, years=3))
    assert told(run, "received", at="hill") == [("2021-04-01", 60), ("2021-09-10", 35)]
    # 20 at a sitting: 34 and 6 of its own, and then 26 and 4 of the dale's.
    assert told(run, "awarded", at="hill") == [
        ("2021-06-01", 20),
        ("2021-09-10", 5),  # promised by the dale
        ("2021-12-01", 20),
        ("2022-06-01", 20),
        ("2022-12-01", 20),
        ("2023-06-01", 10),
    ]
    assert areas(run, "allocated") == [[10, 30, 60], [0, 0, 0], [0, 0, 0]]
    assert areas(run, "paid")[0] == [1.25, 3.75, 10 + 10]
    assert settled_and_owed(run) == 100


def test_money_of_its_own_areas_comes_first_then_what_it_took_over_then_later_rounds(
    tiny: Tiny,
) -> None:
    # Each May the dale can award 10 and the hill 50, and each April there are 40 and 60 more.
    practice = {"sittings": ["May"], "capacity": {"pounds": 50}}
    practice["overrides"] = {"dale": {"capacity": {"pounds": 10}}}
    every_year = {"kind": "constant_real", "amount": 100}
    run = simulated(
        tiny(
            opening=1000,
            spending=every_year,
            foundations=practice,
            shocks=[joins("failure")],
            years=3,
        )
    )
    assert told(run, "awarded", at="dale") == [("2021-05-01", 10)]
    assert told(run, "awarded", at="hill") == [(f"{year}-05-01", 50) for year in (2021, 2022, 2023)]
    assert areas(run, "paid") == [
        [2.50, 7.50, 50],
        # Cairn's 10 of the first round, the dale's 30 of it, and then 10 of the second round, of
        # which all three areas have their share.
        [7.50 + 1, 22.50 + 3, 10 + 6],
        [5, 15, 30],
    ]
    assert areas(run, "allocated") == [[10, 30, 60]] * 3  # whoever serves them
    assert yearly_at(run, "hill", "allocated") == [60, 100, 100]


def test_all_its_own_rounds_come_before_the_oldest_that_it_took_over(tiny: Tiny) -> None:
    # Two rounds of 100, in April 2021 and 2022. Each May the dale awards 20 and the hill 40. When
    # the dale fails there wait of the two rounds 20 and 40 at the dale, 20 and 60 at the hill.
    practice = {"sittings": ["May"], "capacity": {"pounds": 40}}
    practice["overrides"] = {"dale": {"capacity": {"pounds": 20}}}
    run = simulated(
        tiny(
            opening=200,
            spending={"kind": "profile", "profile": ["50%", *["0%"] * 11, "50%"]},
            closes={"on": date(2022, 4, 2), "residue": "treasury"},
            foundations=practice,
            shocks=[joins("failure", date(2022, 4, 15))],
            years=5,
        )
    )
    assert areas(run, "paid") == [
        [5, 15, 40],
        [0, 0, 20 + 20],
        [0, 0, 40],
        [5 + 5, 15 + 15, 0],
        [5, 15, 0],
    ]


def test_later_rounds_bear_the_fee_of_the_new_foundation_and_old_money_no_second_one(
    tiny: Tiny,
) -> None:
    own = {"dale": {"fee": "10%"}, "hill": {"fee": "20%"}}
    practice = {"sittings": ["March"], "overrides": own}
    every_year = {"kind": "constant_real", "amount": 100}
    run = simulated(
        tiny(
            opening=1000,
            spending=every_year,
            foundations=practice,
            shocks=[joins("merger")],
            years=2,
        )
    )
    assert told(run, "foundation_fees", at="dale") == [("2021-04-01", 4)]
    assert told(run, "foundation_fees", at="hill") == [("2021-04-01", 12), ("2022-04-01", 20)]
    assert told(run, "awarded", at="hill") == [("2022-03-01", 36 + 48), ("2023-03-01", 80)]


def test_without_sittings_what_is_taken_over_is_awarded_that_day(tiny: Tiny) -> None:
    practice = {"overrides": {"dale": {"sittings": ["June"]}}}
    shocks = [joins("failure", date(2021, 5, 10))]
    run = simulated(tiny(**all_spent(100), foundations=practice, shocks=shocks))
    assert told(run, "paid") == [("2021-04-01", 60), ("2021-05-10", 40)]
    assert areas(run, "paid") == [[10, 30, 60]]


def test_a_foundation_without_limit_that_joins_makes_the_other_one_free_too(tiny: Tiny) -> None:
    limited = {"hill": {"capacity": {"pounds": 10}}}
    practice = {"sittings": ["June", "December"], "overrides": limited}
    shocks = [joins("merger", date(2021, 5, 10))]
    run = simulated(tiny(**all_spent(100), foundations=practice, shocks=shocks))
    assert told(run, "awarded", at="hill") == [("2021-06-01", 100)]
    shocks = [joins("failure", date(2021, 5, 10))]
    run = simulated(tiny(**all_spent(100), foundations=practice, shocks=shocks))
    assert told(run, "awarded", at="hill") == [("2021-06-01", 5), ("2021-12-01", 5)]


def test_a_merger_on_the_day_of_a_round_and_a_sitting_comes_before_both(tiny: Tiny) -> None:
    practice = {"sittings": ["April"]}
    shocks = [joins("merger", date(2021, 4, 1))]
    run = simulated(tiny(**all_spent(100), foundations=practice, shocks=shocks))
    assert told(run, "allocated", at="dale") == []
    assert told(run, "awarded") == [("2021-04-01", 100)]
    assert areas(run, "paid") == [[10, 30, 60]]


@pytest.mark.parametrize("on", [date(2022, 3, 31), date(2022, 4, 1), date(2022, 4, 2)])
def test_a_merger_about_the_last_day_moves_no_penny_of_the_areas(on: date, tiny: Tiny) -> None:
    practice = {"sittings": ["June"], "capacity": {"pounds": 1}}
    calm, shaken = (
        simulated(tiny(**all_spent(100), foundations=practice, shocks=shocks))
        for shocks in ([], [joins("merger", on)])
    )
    assert areas(calm, "paid") == areas(shaken, "paid") == [[0.25, 0.75, 1]]
    assert yearly(calm, "waiting") == yearly(shaken, "waiting") == [98]
    handed_over = on == date(2022, 3, 31)
    assert yearly_at(shaken, "dale", "waiting") == [0 if handed_over else 39]
    assert all(line.date <= "2022-03-31" for line in shaken.told.journal)


def test_what_lapses_and_comes_back_later_goes_to_the_new_foundation(tiny: Tiny) -> None:
    practice = {"instalments": ["50%", "50%"], "lapse": "10%", "clawback": "20%"}
    run = simulated(tiny(**all_spent(100), foundations=practice, shocks=[joins("merger")], years=2))
    assert told(run, "lapsed") == [("2022-04-01", 5)]
    assert told(run, "lapsed", at="hill") == [("2022-04-01", 2 + 3)]
    # A fifth of the 20 and 30 that were paid in 2021; with the 5 they are awarded at once.
    assert told(run, "returned", at="hill") == [("2022-04-01", 4 + 6)]
    assert told(run, "awarded", at="hill") == [
        ("2021-04-01", 60),
        ("2021-09-10", 20),  # promised by the dale
        ("2022-04-01", 5 + 10),
    ]
    assert yearly_at(run, "hill", "awarded") == [60 + 20, 15]
    assert told(run, "paid", at="hill") == [("2021-04-01", 30), ("2022-04-01", 45 + 7.50)]
    # Of the second year's: the dale's areas have 18 and half of 2 + 4, Cairn 27 and half of 3 + 6.
    assert areas(run, "paid") == [[5, 15, 30], [21 / 4, 3 * 21 / 4, 31.50]]
    assert settled_and_owed(run) == 100


def test_of_two_funds_each_hands_over_its_own(tiny: Tiny) -> None:
    practice = {"sittings": ["June", "December"], "capacity": {"pounds": 20}}
    practice["priority"] = ["recovery", "luc"]
    funds = {"luc": all_spent(100), "recovery": all_spent(10)}
    run = simulated(tiny(funds=funds, foundations=practice, shocks=[joins("merger")], years=3))
    # In June the dale awards 10 and the hill 10: 4 and 6 of the recovery fund, 6 and 4 of the
    # endowment, of which 34 and 56 wait. From then on the hill awards 20 at a sitting.
    assert told(run, "awarded", of="recovery") == [("2021-06-01", 10)]
    assert told(run, "received", of="luc", at="hill")[1:] == [("2021-09-10", 34)]
    assert told(run, "received", of="recovery", at="hill")[1:] == []
    assert told(run, "awarded", of="luc", at="hill")[1:] == [
        *(("2021-12-01", 20), ("2022-06-01", 20), ("2022-12-01", 20)),
        *(("2023-06-01", 20), ("2023-12-01", 10)),
    ]
    assert areas(run, "paid", of="luc") == [
        [1.50, 4.50, 4 + 20],
        # 36 are left of Cairn's 56, and 4 of the dale's 34 can be awarded too.
        [1, 3, 36],
        [7.50, 22.50, 0],
    ]


# Three foundations: each area has its own

THREE = ("combe", "dale", "hill")  # 10, 30 and 60 of each 100


def ends(foundation: str, into: str, on: date) -> Values:
    return {"kind": "failure", "foundation": foundation, "into": into, "on": on}


def test_what_was_taken_over_is_handed_on(tiny: Tiny) -> None:
    # The combe's 10 go to the dale, and with its 30 to the hill, where Cairn's 60 wait.
    shocks = [ends("combe", "dale", AUTUMN), ends("dale", "hill", date(2022, 9, 10))]
    practice = {
        "sittings": ["October"],
        "instalments": ["50%", "50%"],
        "capacity": {"pounds": 16},
    }
    run = simulated(
        tiny(served=THREE, **all_spent(100), foundations=practice, shocks=shocks, years=8)
    )
    # The dale awards 16 of its own in October 2021. A year later the hill awards its own, and
    # three more times: 64, of which 44 are Cairn's; then the dale's 14 and at last the combe's 10.
    assert told(run, "received", at="hill") == [("2021-04-01", 60), ("2022-09-10", 10 + 14 + 8)]
    assert told(run, "awarded", at="dale") == [("2021-10-01", 16), ("2022-09-10", -8)]
    assert told(run, "awarded", at="hill") == [
        ("2021-10-01", 16),
        ("2022-09-10", 8),
        *((f"{year}-10-01", 16) for year in range(2022, 2026)),
        ("2026-10-01", 4),
    ]
    assert areas(run, "paid") == [
        [0, 8, 8],
        [0, 8, 8 + 8],
        [0, 0, 16],
        [0, 2, 8 + 6],  # of 16 awarded in 2024 the last 12 of Cairn's, and 4 of the dale's
        [3, 2 + 5, 6],
        [3 + 2, 5, 0],
        [2, 0, 0],
        [0, 0, 0],
    ]
    assert settled_and_owed(run) == 100


def test_of_two_that_end_on_one_day_the_order_of_the_file_decides_nothing(tiny: Tiny) -> None:
    shocks = [ends("combe", "hill", AUTUMN), ends("dale", "hill", AUTUMN)]
    practice = {"sittings": ["October"], "capacity": {"pounds": 65}}
    one, other = (
        simulated(tiny(served=THREE, **all_spent(100), foundations=practice, shocks=shocks[::turn]))
        for turn in (1, -1)
    )
    assert one.told.journal == other.told.journal
    assert areas(one, "paid") == areas(other, "paid")
    assert areas(one, "paid")[0][2] == 60  # Cairn's money was there before


def test_of_two_that_end_one_after_the_other_the_first_is_served_first(tiny: Tiny) -> None:
    for first, second, paid in (("combe", "dale", [5, 0, 60]), ("dale", "combe", [0, 5, 60])):
        shocks = [ends(second, "hill", date(2021, 10, 10)), ends(first, "hill", AUTUMN)]
        practice = {"sittings": ["November"], "capacity": {"pounds": 65}}
        run = simulated(tiny(served=THREE, **all_spent(100), foundations=practice, shocks=shocks))
        assert areas(run, "paid") == [paid]


@pytest.mark.parametrize("into", ["dale", "hill"])
def test_either_may_take_over_the_other(into: str, tiny: Tiny) -> None:
    gone = {"dale": "hill", "hill": "dale"}[into]
    practice = {"sittings": ["October"]}
    run = simulated(tiny(**all_spent(100), foundations=practice, shocks=[ends(gone, into, AUTUMN)]))
    assert told(run, "awarded", at=into) == [("2021-10-01", 100)]
    assert areas(run, "paid") == [[10, 30, 60]]
