"""Dated stories of money that communities decide on, each amount worked out by hand, in pounds.

Ash has 100 people, Beck 300, both in the dale's area; Cairn has 600 and is the hill's. Unless told
otherwise 100 are spent on 1 April 2021, a quarter of it by communities.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fundsim.results.model import Results
from fundsim.scenario import Scenario
from tests.engine.test_stories_sharing import (
    ASH_TWICE,
    BY_HEAD,
    SLOWLY,
    damped,
    districts,
    every_year,
)
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
)

Tiny = Callable[..., Scenario]


def programmes(*listed: Values) -> Values:
    return {"kind": "programmes", "programmes": list(listed)}


def hubs(**changes: Any) -> Values:
    """Give a programme that communities decide on: a quarter of the money."""
    terms = {"name": "hubs", "weight": "25%", "rule": BY_HEAD, "decided_by": "communities"}
    return terms | changes


GRANTS: Values = {"name": "grants", "weight": "75%", "rule": BY_HEAD}
QUARTER = programmes(hubs(), GRANTS)  # of 100: 10 and 15 for hubs, 30 and 45 for grants


def quarter(
    tiny: Tiny, practice: Values, shocks: list[Values] | None = None, **more: Any
) -> Results:
    """Spend 100 on 1 April 2021, a quarter of it by communities."""
    fund = all_spent(100) | {"years": 3} | more
    return simulated(tiny(**fund, allocation=QUARTER, foundations=practice, shocks=shocks or []))


def test_a_community_programme_is_awarded_on_receipt_and_the_rest_in_june(tiny: Tiny) -> None:
    run = quarter(tiny, {"fee": "10%", "sittings": ["June"]})
    assert told(run, "received", at="dale") == [("2021-04-01", 40)]
    assert told(run, "foundation_fees", at="dale") == [("2021-04-01", 4)]
    assert told(run, "awarded", at="dale") == [("2021-04-01", 9), ("2021-06-01", 27)]
    assert told(run, "paid", at="hill") == [("2021-04-01", 13.50), ("2021-06-01", 40.50)]
    assert areas(run, "paid")[0] == [9, 27, 54]
    # 67.50 wait for 61 of 365 days.
    assert yearly(run, "waiting_on_average") == [11.28, 0, 0]
    assert settled_and_owed(run) == 100


def test_communities_decide_although_a_panel_is_lost(tiny: Tiny) -> None:
    lost: Values = {"kind": "panel_lost", "foundation": "dale"}
    lost |= {"on": date(2021, 4, 1), "until": date(2022, 1, 1)}
    run = quarter(tiny, {"sittings": ["June"]}, [lost])
    assert told(run, "awarded", at="dale") == [("2021-04-01", 10), ("2022-06-01", 30)]
    assert told(run, "awarded", at="hill") == [("2021-04-01", 15), ("2021-06-01", 45)]


def test_what_communities_decide_on_uses_up_no_capacity(tiny: Tiny) -> None:
    # In April, when both sit, 12 can be awarded by each panel, and as much a year later.
    run = quarter(tiny, {"sittings": ["April"], "capacity": {"pounds": 12}})
    assert told(run, "awarded", at="dale") == [
        *(("2021-04-01", 12 + 10), ("2022-04-01", 12), ("2023-04-01", 6)),
    ]
    # And where a panel can award nothing at all, communities still can.
    run = quarter(tiny, {"sittings": ["April"], "capacity": {"pounds": 0}})
    assert told(run, "awarded") == [("2021-04-01", 25)]
    assert yearly(run, "waiting") == [75, 75, 75]


def test_what_waits_for_a_panel_is_not_what_communities_have(tiny: Tiny) -> None:
    # Ash alone has hubs: 25 of the dale's 55. Of the dale's other 30 it has a quarter.
    rule = programmes(hubs(eligible={"name": ["Ash"]}), GRANTS)
    practice = {"sittings": ["June"], "capacity": {"pounds": 12}}
    run = simulated(tiny(**all_spent(100), allocation=rule, foundations=practice, years=2))
    assert told(run, "awarded", at="dale") == [
        *(("2021-04-01", 25), ("2021-06-01", 12), ("2022-06-01", 12)),
    ]
    assert areas(run, "paid") == [[25 + 3, 9, 12], [3, 9, 12]]


def test_a_foundation_without_sittings_awards_both_on_the_day(tiny: Tiny) -> None:
    practice = {"overrides": {"hill": {"sittings": ["June"]}}}
    run = quarter(tiny, practice)
    assert told(run, "awarded", at="dale") == [("2021-04-01", 40)]
    assert told(run, "awarded", at="hill") == [("2021-04-01", 15), ("2021-06-01", 45)]


def test_communities_award_an_early_round_on_its_day_too(tiny: Tiny) -> None:
    # A tenth of 1000 in April; the fall to 630 brings the next review forward to December: 63, of
    # which communities have 15.75.
    fall: Values = {"kind": "market", "on": date(2021, 11, 15), "change": "-30%"}
    settings: Values = {"opening": 1000, "alarm": {"fall": "20%"}, "shocks": [fall]}
    run = simulated(tiny(**settings, allocation=QUARTER, foundations={"sittings": ["June"]}))
    assert told(run, "awarded", at="dale") == [
        *(("2021-04-01", 10), ("2021-06-01", 30), ("2021-12-31", 6.30)),
    ]
    assert yearly(run, "waiting") == [47.25]


TWO = ["50%", "50%"]


def test_communities_pay_in_instalments_from_the_day_of_receipt_on(tiny: Tiny) -> None:
    run = quarter(tiny, {"sittings": ["June"], "instalments": TWO}, inflation=DEARER)
    assert told(run, "paid", at="dale") == [
        *(("2021-04-01", 5), ("2021-06-01", 15), ("2022-04-01", 5), ("2022-06-01", 15)),
    ]
    # A year's prices are 1.08243216, until the end of June. What was 5 and 7.50 is 4.62 and 6.93;
    # 15 and 22.50 are 13.86 and 20.79.
    assert yearly(run, "paid", "real") == [50, 46.20, 0]
    assert areas(run, "paid")[1] == [5, 15, 30]


def test_what_lapses_of_it_is_awarded_anew_that_day(tiny: Tiny) -> None:
    run = quarter(tiny, {"sittings": ["June"], "instalments": TWO, "lapse": "10%"})
    # Half a pound of 5, and of its second half 2.5 pence, which are rounded to 2. The grants' 1.50
    # lapse in June and are awarded in June.
    assert told(run, "lapsed", at="dale") == [
        *(("2022-04-01", 0.50), ("2022-06-01", 1.50), ("2023-04-01", 0.02), ("2023-06-01", 0.08)),
    ]
    assert told(run, "awarded", at="dale") == [
        *(("2021-04-01", 10), ("2021-06-01", 30)),
        *(("2022-04-01", 0.50), ("2022-06-01", 1.50), ("2023-04-01", 0.02), ("2023-06-01", 0.08)),
    ]
    assert told(run, "paid", at="dale") == [
        *(("2021-04-01", 5), ("2021-06-01", 15)),
        *(("2022-04-01", 4.50 + 0.25), ("2022-06-01", 13.50 + 0.75)),
        *(("2023-04-01", 0.24), ("2023-06-01", 0.71)),  # 23 and 1 pence, 67 and 4
    ]
    assert settled_and_owed(run) == 100


def test_nothing_lapses_of_what_is_awarded_on_the_same_day(tiny: Tiny) -> None:
    practice = {"sittings": ["June"], "instalments": TWO, "lapse": "10%"}
    practice["carry_forward"] = "50%"
    fund = every_year(100, years=2)
    run = simulated(tiny(**fund, allocation=QUARTER, foundations=practice))
    # Of hubs' 10 the dale sets 5 aside. In April 2022, when it awards 5 of the second round and the
    # 5 that are back, 0.25 of the first round's second 2.50 lapse.
    assert told(run, "lapsed", at="dale") == [("2022-04-01", 0.25), ("2022-06-01", 0.75)]
    assert told(run, "awarded", at="dale") == [
        *(("2021-04-01", 5), ("2021-06-01", 15)),
        ("2022-04-01", 5 + 5 + 0.25),
        ("2022-06-01", 15 + 15 + 0.75),
    ]
    assert told(run, "paid", at="dale")[2] == ("2022-04-01", 2.25 + 2.50 + 2.50 + 0.12)


def test_what_grantees_give_back_communities_award_that_day(tiny: Tiny) -> None:
    lost: Values = {"kind": "panel_lost", "foundation": "dale"}
    lost |= {"on": date(2022, 4, 1), "until": date(2022, 7, 1)}
    run = quarter(tiny, {"sittings": ["June", "July"], "clawback": "20%"}, [lost])
    assert told(run, "returned", at="dale")[:2] == [("2022-04-01", 2), ("2022-06-01", 6)]
    assert told(run, "awarded", at="dale") == [
        *(("2021-04-01", 10), ("2021-06-01", 30)),
        *(("2022-04-01", 2), ("2022-07-01", 6)),  # July is the first sitting after the loss
        ("2023-04-01", 0.40),
        ("2023-07-01", 1.20),
    ]
    assert settled_and_owed(run) == 100


def test_what_is_carried_forward_communities_award_when_it_is_back(tiny: Tiny) -> None:
    run = quarter(tiny, {"sittings": ["June"], "fee": "20%", "carry_forward": "25%"})
    # Of hubs' 10 the dale keeps 2 as its fee, and of the other 8 it sets 2 aside.
    assert told(run, "awarded", at="dale") == [
        *(("2021-04-01", 6), ("2021-06-01", 18), ("2022-04-01", 2), ("2022-06-01", 6)),
    ]
    assert ("2022-04-01", 2) in moves(run, to="waiting, lane 2, dale")


AUTUMN = date(2021, 9, 10)
MERGER: Values = {"kind": "merger", "foundation": "dale", "into": "hill", "on": AUTUMN}


def test_after_a_merger_communities_still_decide_without_a_sitting(tiny: Tiny) -> None:
    practice = {
        "sittings": ["June"],
        "instalments": TWO,
        "lapse": "20%",
        "clawback": "40%",
        "carry_forward": "20%",
    }
    run = quarter(tiny, practice, [MERGER], years=2)
    # Of hubs' 10 and 15 there are 2 and 3 set aside, 8 and 12 awarded, 4 and 6 paid. A year later
    # 0.80 and 1.20 of the rest lapse, 2 and 3 are back from being set aside, and 1.60 and 2.40 from
    # grantees: all of it awarded that day, by the hill, which sits in June. In June 2021 grants
    # had 24 and 36 awarded.
    assert told(run, "lapsed", at="hill") == [("2022-04-01", 0.80 + 1.20), ("2022-06-01", 6)]
    assert told(run, "returned", at="hill") == [("2022-04-01", 4), ("2022-06-01", 12)]
    assert told(run, "awarded", at="hill")[:2] == [("2021-04-01", 12), ("2021-06-01", 36)]
    assert told(run, "awarded", at="hill")[2:] == [
        ("2021-09-10", 4 + 12),  # promised by the dale, and not awarded anew
        ("2022-04-01", 2 + 5 + 4),
        ("2022-06-01", 6 + 15 + 12),
    ]
    # Half of the 11 at once, beside the 3.20 and 4.80 that did not lapse.
    paid = told(run, "paid", at="hill")
    assert ("2022-04-01", 8 + 5.50) in paid
    # The dale's part: 3.20 and half of 0.80 + 2 + 1.60 for hubs; 9.60 and half of 13.20 for grants.
    assert areas(run, "paid")[1][:2] == [21.60 / 4, 16.20]
    assert settled_and_owed(run) == 100


def test_what_was_taken_over_and_handed_on_is_awarded_when_it_is_back(tiny: Tiny) -> None:
    # Each area has its own foundation; hubs have 2.50, 7.50 and 15. A tenth of each is set aside.
    shocks: list[Values] = [
        {"kind": "failure", "foundation": "combe", "into": "dale", "on": AUTUMN},
        {"kind": "failure", "foundation": "dale", "into": "hill", "on": date(2021, 10, 10)},
    ]
    practice = {"sittings": ["June"], "carry_forward": "10%", "clawback": "20%"}
    served = ("combe", "dale", "hill")
    run = quarter(tiny, practice, shocks, served=served)
    assert told(run, "awarded", at="hill")[:3] == [
        *(("2021-04-01", 13.50), ("2021-06-01", 40.50)),
        # 2.50 that were set aside, and a fifth of 22.50
        ("2022-04-01", 2.50 + 4.50),
    ]
    assert areas(run, "paid")[1][0] == 0.25 + 0.45 + 0.75 + 1.35  # hubs, and in June grants


def test_after_a_merger_rounds_go_to_the_new_foundation_and_communities_there(tiny: Tiny) -> None:
    practice = {"sittings": ["June"]}
    fund = every_year(100, years=2)
    run = simulated(tiny(**fund, allocation=QUARTER, foundations=practice, shocks=[MERGER]))
    assert told(run, "awarded", at="hill")[2:] == [("2022-04-01", 25), ("2022-06-01", 75)]
    assert areas(run, "paid") == [[10, 30, 60]] * 2


def test_a_programme_that_ends_leaves_its_part_to_those_that_are_there(tiny: Tiny) -> None:
    rule = programmes(hubs(until=date(2022, 4, 1)), GRANTS)
    practice = {"sittings": ["June"]}
    run = simulated(tiny(**every_year(100, years=2), allocation=rule, foundations=practice))
    assert told(run, "awarded", at="hill") == [
        *(("2021-04-01", 15), ("2021-06-01", 45), ("2022-06-01", 60)),
    ]


def test_where_no_programme_is_there_the_money_waits_for_one(tiny: Tiny) -> None:
    only = hubs(weight="100%", begins=date(2022, 4, 1), until=date(2023, 4, 1))
    practice = {"sittings": ["June"]}
    fund = every_year(100, years=3)
    run = simulated(tiny(**fund, allocation=programmes(only), foundations=practice))
    assert yearly(run, "unshared") == [100, 0, 100]
    assert told(run, "awarded") == [("2022-04-01", 200)]


def test_communities_decide_within_groups_and_beside_other_money(tiny: Tiny) -> None:
    # First between foundations, equally: 50 each, of which hubs have a quarter.
    level = {"by": "foundation", "kind": "equal"}
    rule: Values = {"kind": "hierarchy", "first": level, "then": QUARTER}
    run = simulated(tiny(**all_spent(100), allocation=rule, foundations={"sittings": ["June"]}))
    assert told(run, "awarded", at="dale") == [("2021-04-01", 12.50), ("2021-06-01", 37.50)]
    assert areas(run, "paid") == [[12.50, 37.50, 50]]


def test_two_funds_that_communities_decide_on_share_no_purse(tiny: Tiny) -> None:
    funds: dict[str, Values] = {
        "luc": all_spent(100) | {"allocation": QUARTER},
        "recovery": all_spent(10) | {"allocation": programmes(hubs(weight="100%"))},
    }
    practice = {"sittings": ["June"], "capacity": {"pounds": 30}, "priority": ["recovery", "luc"]}
    run = simulated(tiny(funds=funds, foundations=practice))
    assert told(run, "awarded", of="recovery") == [("2021-04-01", 10)]
    assert told(run, "awarded", of="luc") == [("2021-04-01", 25), ("2021-06-01", 60)]


# All at once


def test_a_fall_is_held_of_all_that_an_area_has_and_communities_keep_their_part(tiny: Tiny) -> None:
    inner = districts(ASH_TWICE | {"until": date(2022, 4, 1)})
    rule = damped(programmes(hubs(rule=inner), GRANTS | {"rule": inner}), fall="10%")
    practice = {"sittings": ["June"]}
    run = simulated(tiny(**every_year(years=8), allocation=rule, foundations=practice))
    assert areas(run, "allocated") == SLOWLY
    # A quarter of 60, and of 61.33 and 62.53 to the nearest penny.
    hill = told(run, "awarded", at="hill")
    assert [pounds for day, pounds in hill if day[5:] == "04-01"][:3] == [15, 15.33, 15.63]


def test_programmes_districts_and_damping_go_together_to_the_penny(tiny: Tiny) -> None:
    inner = districts(ASH_TWICE | {"until": date(2022, 4, 1)})
    rule = damped(programmes(hubs(rule=inner), GRANTS | {"rule": inner}), fall="10%")
    practice = {
        "fee": "5%",
        "sittings": ["June"],
        "instalments": TWO,
        "lapse": "10%",
        "clawback": "10%",
        "carry_forward": "10%",
        "capacity": {"pounds": 30},
    }
    run = simulated(
        tiny(
            **every_year(years=6),
            allocation=rule,
            foundations=practice,
            shocks=[MERGER],
            inflation=DEARER,
        )
    )
    assert settled_and_owed(run) == round(sum(yearly(run, "allocated")), 2)
    shared = [sum(row) for row in areas(run, "allocated")]
    assert shared == pytest.approx(yearly(run, "allocated"), abs=1e-9)
    paid = [sum(row) for row in areas(run, "paid")]
    assert paid == pytest.approx(yearly(run, "paid"), abs=1e-9)
