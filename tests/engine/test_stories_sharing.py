"""Dated stories of rounds that differ from year to year.

Each amount is worked out by hand, in pounds. Ash has 100 people, Beck 300, both in the dale's area;
Cairn has 600 and is the hill's. Every round brings 110 unless told otherwise: 11, 33 and 66 a head.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fundsim.scenario import Scenario
from tests.engine.tiny import (
    Values,
    areas,
    simulated,
    told,
    yearly,
    yearly_at,
)

Tiny = Callable[..., Scenario]

BY_HEAD: Values = {"kind": "per_capita"}
PLAIN, DOUBLED = [11, 33, 66], [20, 30, 60]


def every_year(pounds: float = 110, **changes: Any) -> Values:
    """Give the keys of a fund that spends the same on each 1 April."""
    spending = {"kind": "constant_real", "amount": pounds}
    return {"opening": 2000, "spending": spending, "years": 5} | changes


def in_months(*pounds: float) -> Values:
    """Give the keys of a fund that spends this much in each month, from 1 April 2021 on."""
    profile = [amount / sum(pounds) for amount in pounds]
    return {
        "opening": sum(pounds),
        "spending": {"kind": "profile", "profile": profile},
        "closes": {"on": date(2025, 4, 1), "residue": "treasury"},
    }


# Districts


def districts(*listed: Values, rule: Values = BY_HEAD) -> Values:
    named = [{"name": f"district {number}", **one} for number, one in enumerate(listed)]
    return {"kind": "districts", "rule": rule, "districts": named}


TWO_YEARS = {"begins": date(2022, 4, 1), "until": date(2024, 4, 1)}
ASH_TWICE: Values = {"areas": ["Ash"], "multiplier": 2.0}


def test_a_district_gets_twice_as_much_for_two_years(tiny: Tiny) -> None:
    run = simulated(tiny(**every_year(), allocation=districts(ASH_TWICE | TWO_YEARS)))
    # Weights of 2, 3 and 6 elevenths instead of 1, 3 and 6 tenths.
    assert areas(run, "allocated") == [PLAIN, DOUBLED, DOUBLED, PLAIN, PLAIN]
    assert areas(run, "paid") == areas(run, "allocated")
    assert [pounds for _, pounds in told(run, "received", at="dale")] == [44, 50, 50, 44, 44]


@pytest.mark.parametrize(
    ("spell", "twice"),
    [
        ({"begins": date(2022, 4, 2)}, [False, False, True]),
        ({"begins": date(2021, 4, 1)}, [True, True, True]),
        ({"until": date(2022, 4, 1)}, [True, False, False]),
        ({"until": date(2022, 4, 2)}, [True, True, False]),
        ({}, [True, True, True]),
        ({"begins": date(2030, 1, 1)}, [False, False, False]),
    ],
)
def test_its_first_day_counts_and_the_first_day_without_it_does_not(
    spell: Values, twice: list[bool], tiny: Tiny
) -> None:
    run = simulated(tiny(**every_year(years=3), allocation=districts(ASH_TWICE | spell)))
    assert areas(run, "allocated") == [DOUBLED if more else PLAIN for more in twice]


def test_a_district_has_a_part_of_the_money_to_itself_for_a_year(tiny: Tiny) -> None:
    own: Values = {"areas": ["Ash", "A2"], "share": "20%", "until": date(2022, 4, 1)}
    run = simulated(tiny(**every_year(100, years=2), allocation=districts(own)))
    # 20 of the 100 by heads, 5 and 15; of the other 80 they have 8 and 24.
    assert areas(run, "allocated") == [[13, 39, 48], [10, 30, 60]]
    equal = districts(own | {"rule": {"kind": "equal"}})
    run = simulated(tiny(**every_year(100, years=2), allocation=equal))
    assert areas(run, "allocated") == [[18, 34, 48], [10, 30, 60]]


def test_a_district_multiplies_pounds_too_and_the_others_get_less(tiny: Tiny) -> None:
    in_pounds = {"kind": "column", "column": "pounds", "unit": "pounds"}
    rule = districts(
        {"areas": ["Cairn"], "multiplier": 3.0, "begins": date(2022, 4, 1)}, rule=in_pounds
    )
    run = simulated(tiny(**every_year(120, years=2), allocation=rule))
    # 20, 30 and 50 a round; 20, 30 and 150 are brought back to 100. What is over waits.
    assert areas(run, "allocated") == [[20, 30, 50], [10, 15, 75]]
    assert yearly(run, "unshared") == [20, 40]


def test_what_waits_of_a_year_is_shared_as_that_year_was(tiny: Tiny) -> None:
    # Each May the dale awards 44. Of its 50 of 2022 there are 6 left a year later, and they come
    # before the 44 of 2023, of which 38 can be awarded.
    practice = {"sittings": ["May"], "capacity": {"pounds": 44}}
    rule = districts(ASH_TWICE | {"begins": date(2022, 4, 1), "until": date(2023, 4, 1)})
    run = simulated(tiny(**every_year(years=3), allocation=rule, foundations=practice))
    assert told(run, "awarded", at="dale") == [(f"{year}-05-01", 44) for year in (2021, 2022, 2023)]
    # Of a doubled year Ash has two fifths, else a quarter.
    assert [row[:2] for row in areas(run, "paid")] == [
        [11, 33],
        [0.4 * 44, 0.6 * 44],
        [0.4 * 6 + 38 / 4, 0.6 * 6 + 3 * 38 / 4],
    ]
    assert yearly_at(run, "dale", "waiting") == [0, 6, 6]


def test_a_district_may_lie_across_foundations_that_merge(tiny: Tiny) -> None:
    ends: Values = {"kind": "merger", "foundation": "dale", "into": "hill", "on": date(2022, 9, 10)}
    rule = districts({"areas": ["Beck", "Cairn"], "multiplier": 2.0} | TWO_YEARS)
    run = simulated(tiny(**every_year(190), allocation=rule, shocks=[ends]))
    # 19, 57 and 114; and 10, 60 and 120 where the weights are 1, 6 and 12.
    assert areas(run, "allocated") == [[19, 57, 114], *[[10, 60, 120]] * 2, *[[19, 57, 114]] * 2]
    assert yearly_at(run, "dale", "allocated") == [76, 70, 0, 0, 0]
    assert yearly_at(run, "hill", "allocated") == [114, 120, 190, 190, 190]


# A new rule takes over


def phasing(*steps: str, rule: Values = BY_HEAD) -> Values:
    old = {"kind": "equal"}
    return {"kind": "adjusted", "rule": rule, "phase_in": {"steps": list(steps), "old": old}}


# Of 120 each area has 40 by the old rule; 12, 36 and 72 by the new one.
OLD, HALFWAY, NEW = [40, 40, 40], [26, 38, 56], [12, 36, 72]


def test_a_new_rule_takes_over_from_an_old_one_in_three_years(tiny: Tiny) -> None:
    run = simulated(tiny(**every_year(120), allocation=phasing("0%", "50%", "100%")))
    assert areas(run, "allocated") == [OLD, HALFWAY, NEW, NEW, NEW]
    assert [pounds for _, pounds in told(run, "received", at="hill")] == [40, 56, 72, 72, 72]


def test_its_years_are_counted_from_the_funds_first_round(tiny: Tiny) -> None:
    spending = {"kind": "constant_real", "amount": 120, "first": date(2022, 10, 20)}
    rule = phasing("0%", "50%", "100%")
    run = simulated(tiny(opening=2000, spending=spending, allocation=rule, years=4))
    assert [day for day, _ in told(run, "spending")] == [
        *("2022-10-20", "2023-10-20", "2024-10-20"),
    ]
    assert areas(run, "allocated") == [[0, 0, 0], OLD, HALFWAY, NEW]


def test_a_year_after_29_february_is_28_february_to_a_rule_too(tiny: Tiny) -> None:
    run = simulated(
        tiny(**every_year(120), start=date(2024, 2, 29), allocation=phasing("0%", "50%", "100%"))
    )
    assert [day for day, _ in told(run, "spending")][1:4] == [
        *("2025-02-28", "2026-02-28", "2027-02-28"),
    ]
    assert areas(run, "allocated") == [OLD, HALFWAY, NEW, NEW, NEW]


def test_rounds_of_one_year_are_shared_alike(tiny: Tiny) -> None:
    # 120 on 1 April 2021 and on 1 March 2022, 120 on 1 April 2022.
    fund = in_months(120, *[0] * 10, 120, 120)
    run = simulated(tiny(**fund, allocation=phasing("0%", "50%", "100%"), years=2))
    assert areas(run, "allocated") == [[80, 80, 80], HALFWAY]


def test_a_review_that_is_brought_forward_is_shared_by_the_day_on_which_it_is_held(
    tiny: Tiny,
) -> None:
    # A tenth of 1200 in 2021. The fall to 864 brings the review of April 2022 forward to December,
    # less than a year after the first round: 86.40 by the old rule. In April 2023 there are 777.60.
    fall: Values = {"kind": "market", "on": date(2021, 11, 15), "change": "-20%"}
    rule = phasing("0%", "50%", "100%")
    run = simulated(
        tiny(opening=1200, allocation=rule, shocks=[fall], alarm={"fall": "15%"}, years=3)
    )
    assert told(run, "spending") == [
        ("2021-04-01", 120),
        ("2021-12-31", 86.40),
        ("2023-04-01", 77.76),
    ]
    early = [28.80, 28.80, 28.80]
    assert areas(run, "allocated") == [
        [old + more for old, more in zip(OLD, early, strict=True)],
        [0, 0, 0],
        # By heads, as two years are over: 7.776 are reached by Ash, and 31.104 by both.
        [7.78, 23.32, 46.66],
    ]


# Need is read anew


def reviewed(tiny: Tiny, review: Values, **changes: Any) -> Scenario:
    """Share 205 a year by need: of heads times need Ash has 1, Beck 6 and Cairn 18."""
    scenario = tiny(**every_year(205, **changes), allocation={"kind": "need_weighted"})
    need = {"columns": {"need": 1}, "review": review}
    return scenario.but({"geography.need": need})


FIRST, SECOND = [8.20, 49.20, 147.60], [10, 45, 150]


def test_need_is_read_from_a_second_column_after_five_years(tiny: Tiny) -> None:
    scenario = reviewed(tiny, {"every": "5 years", "second": {"pounds": 1}}, years=7)
    run = simulated(scenario)
    # Heads times pounds: 2, 9 and 30 of 41.
    assert areas(run, "allocated") == [*[FIRST] * 5, *[SECOND] * 2]
    assert areas(run, "paid") == areas(run, "allocated")


def test_what_waits_is_shared_by_the_need_of_its_own_round(tiny: Tiny) -> None:
    # The hill awards 147.60 each June: in the second year those of the first.
    practice = {"sittings": ["June"], "capacity": {"pounds": 147.60}}
    practice["overrides"] = {"dale": {"capacity": {"pounds": 57.40}}}
    lost: Values = {"kind": "panel_lost", "foundation": "dale"}
    lost |= {"on": date(2021, 5, 1), "until": date(2021, 7, 1)}
    scenario = reviewed(tiny, {"every": "1 year", "second": {"pounds": 1}}, years=3)
    run = simulated(scenario.but({"foundations": practice, "shocks": [lost | {"name": "lost"}]}))
    # Then 55 of the second round and 2.40 of the third, of which Ash has two elevenths.
    assert [row[:2] for row in areas(run, "paid")] == [
        [0, 0],
        [8.20, 49.20],
        [10 + 0.44, 45 + 1.96],
    ]


def test_need_comes_nearer_to_its_mean_at_each_review(tiny: Tiny) -> None:
    # Needs of 10, 20 and 30, halfway to 20 each year: after two 17.50, 20 and 22.50, after four
    # 19.375, 20 and 20.625. Heads times need: 1750, 6000, 13500 and 1937.50, 6000, 12375.
    scenario = reviewed(tiny, {"every": "2 years", "drift": "50%"}, years=5)
    run = simulated(scenario.but({"funds.fund.spending.amount": 85}))
    assert areas(run, "allocated") == [
        *[[3.40, 20.40, 61.20]] * 2,
        *[[7, 24, 54]] * 2,
        # Of 8500 pence the dale reaches 7937.5 / 20312.5, 3321.54; a part of 1937.5 / 7937.5 of
        # 3322 are 810.9.
        [8.11, 25.11, 51.78],
    ]


# Damping


def damped(rule: Values, **limits: Any) -> Values:
    return {"kind": "adjusted", "rule": rule, "damping": limits}


# Ash's favour ends after a year. Until it is back at 11 it loses a tenth of the year before, and of
# what is left Beck has a third. 13.12 are 13.122, 13.122 a tenth less than 14.58.
SLOWLY = [
    DOUBLED,
    [18, 30.67, 61.33],
    [16.20, 31.27, 62.53],
    [14.58, 31.81, 63.61],
    [13.12, 32.29, 64.59],
    [11.81, 32.73, 65.46],  # 11.808
    [11, 33, 66],  # a tenth less would be 10.63
    [11, 33, 66],
]


def test_a_fall_is_held_at_a_tenth_for_as_many_rounds_as_it_takes(tiny: Tiny) -> None:
    inner = districts(ASH_TWICE | {"until": date(2022, 4, 1)})
    run = simulated(tiny(**every_year(years=8), allocation=damped(inner, fall="10%")))
    assert areas(run, "allocated") == SLOWLY


def test_a_fall_is_held_while_need_is_read_anew(tiny: Tiny) -> None:
    # From 147.60 and 49.20 to 150 and 45: Beck may fall by a twentieth, to 46.74, and the others
    # share 158.26 as 1 and 15. Of the third round 44.403 are 44.40, so that 45 are no fall too far.
    rule = damped({"kind": "need_weighted"}, fall="5%")
    scenario = reviewed(tiny, {"every": "1 year", "second": {"pounds": 1}}, years=3)
    run = simulated(scenario.but({"funds.fund.allocation": rule}))
    assert areas(run, "allocated") == [FIRST, [9.89, 46.74, 148.37], SECOND]


def test_where_the_pot_falls_further_than_areas_may_all_is_cut_in_proportion(tiny: Tiny) -> None:
    fund = in_months(100, 60, 90, 75)
    run = simulated(tiny(**fund, allocation=damped(BY_HEAD, fall="20%")))
    # 8, 24 and 48 are 80; of 60 there are 6, 18 and 36. Then 90 are more, and 75 less than a fifth.
    assert [pounds for _, pounds in told(run, "received", at="hill")] == [60, 36, 54, 45]
    assert yearly(run, "unshared") == [0]


def test_what_areas_may_not_gain_waits_for_the_next_round(tiny: Tiny) -> None:
    fund = in_months(100, 150, 100, 20, 60)
    run = simulated(tiny(**fund, allocation=damped(BY_HEAD, rise="10%")))
    # 110 of 150 are shared: 40 wait. Of 140 there are 121 shared, 19 wait. Of 39 all. And of 60
    # there are a tenth more than 39.
    assert told(run, "received", at="hill") == [
        ("2021-04-01", 60),
        ("2021-05-01", 66),
        ("2021-06-01", 72.60),
        ("2021-07-01", 23.40),
        ("2021-08-01", 25.74),
    ]
    assert yearly(run, "unshared") == [60 - 42.90]


def test_a_round_of_nothing_sets_no_limit_to_the_one_after_it(tiny: Tiny) -> None:
    fund = in_months(100, 0, 150)
    run = simulated(tiny(**fund, allocation=damped(BY_HEAD, fall="10%", rise="10%")))
    assert told(run, "received", at="hill") == [("2021-04-01", 60), ("2021-06-01", 90)]


def test_damping_looks_at_what_was_allotted_and_not_at_who_serves_the_area(tiny: Tiny) -> None:
    inner = districts(ASH_TWICE | {"until": date(2022, 4, 1)})
    ends: Values = {"kind": "merger", "foundation": "dale", "into": "hill", "on": date(2023, 9, 10)}
    run = simulated(
        tiny(**every_year(years=8), allocation=damped(inner, fall="10%"), shocks=[ends])
    )
    assert areas(run, "allocated") == SLOWLY
    assert yearly_at(run, "hill", "allocated")[2:4] == [62.53, 110]
