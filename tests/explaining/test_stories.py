"""Explanations of the tiny world, worked out by hand; amounts are in pounds.

The dale's areas are Ash and Beck, of which Ash has a quarter of the people; the hill's is Cairn.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from fundsim.explaining.asking import find_area
from fundsim.explaining.explained import Asked, Explained
from fundsim.explaining.told_fund import FundYear
from fundsim.explaining.words import of_year
from tests.engine.tiny import BEYOND, DEARER, Values, all_spent
from tests.explaining.walking import Live, Walk, of_part

TinyRun = Callable[..., Live]

PRACTICE: Values = {
    "sittings": ["June", "December"],
    "instalments": ["50%", "50%"],
    "capacity": {"pounds": 40},
}


def told(run: Live, area: str, year: int = 0) -> FundYear:
    """Give what the fund did for an area in a year."""
    places = run.scenario.geography_table
    (one,) = Explained(run).year(find_area(places, area), year)
    return one


def lines(one: FundYear, part: str) -> list[tuple[str, float, float]]:
    """Give what stands in the last section of a part: words, operand, result, not the nested."""
    steps = of_part(one.sections, part)[-1].steps
    return [(step.words, step.operand / 100, step.result / 100) for step in steps if not step.depth]


def text(run: Live, area: str, year: int = 0) -> str:
    """Give the explanation in words, on one line."""
    asked = Asked(
        Explained(run), find_area(run.scenario.geography_table, area), list(run.scenario.funds)
    )
    return " ".join(" ".join(of_year(asked, year)).split())


def test_what_a_purse_leaves_waits_and_is_told_with_what_limited_it(tiny_run: TinyRun) -> None:
    # The hill gets 60 of 100 and can award 20 at each of two sittings.
    run = tiny_run(**all_spent(100), foundations=PRACTICE, years=2)
    cairn = told(run, "Cairn")
    assert lines(cairn, "queue") == [
        ("waiting when 1 April 2021 began", 0, 0),
        ("received, 1 April 2021", 60, 60),
        ("awarded on 1 June 2021: as far as the purse reached", 20, 40),
        ("awarded on 1 December 2021: as far as the purse reached", 20, 20),
    ]
    assert lines(cairn, "instalments") == [
        ("1 June 2021: 50% of £20.00 awarded that day", 10, 10),
        ("1 December 2021: 50% of £20.00 awarded that day", 10, 20),
    ]
    assert (cairn.allocated, cairn.paid) == (6000, 2000)
    assert "× its part of 2 sittings a year 50% £20.00" in text(run, "Cairn")
    assert lines(told(run, "Cairn", 1), "queue")[-1] == (
        "awarded on 1 June 2022: all that waits",
        20,
        0,
    )


def test_the_fee_and_what_is_set_aside_are_told_and_come_back(tiny_run: TinyRun) -> None:
    # The dale keeps 10 % of 40, sets aside a quarter of the 36 that are left, and pays the rest.
    practice = {"fee": "10%", "carry_forward": "25%"}
    run = tiny_run(**all_spent(100), foundations=practice, years=2)
    assert lines(told(run, "Ash"), "receipt") == [
        ("for Ash", 10, 10),
        ("for other areas of dale", 30, 40),
        ("the foundation's fee, 10%", 4, 36),
        ("set aside for the next year, 25%", 9, 27),
    ]
    assert told(run, "Ash").paid == 27_00 // 4
    assert lines(told(run, "Ash", 1), "queue")[1] == ("set aside earlier, and waiting again", 9, 9)


def test_lapses_and_returns_wait_again_and_are_told(tiny_run: TinyRun) -> None:
    # The hill pays 30 of 60 at once. Half of the other 30 lapses a year later, and a tenth of the
    # first 30 comes back: 15 and 3 wait again and are awarded, 9 of them paid at once.
    practice = {"instalments": ["50%", "50%"], "lapse": "50%", "clawback": "10%"}
    run = tiny_run(**all_spent(100), foundations=practice, years=2)
    cairn = told(run, "Cairn", 1)
    assert lines(cairn, "queue") == [
        ("waiting when 1 April 2022 began", 0, 0),
        ("awards that lapsed, and wait again", 15, 15),
        ("paid money that came back", 3, 18),
        ("awarded on 1 April 2022: all that waits", 18, 0),
    ]
    assert lines(cairn, "instalments") == [
        ("1 April 2022: 50% of £60.00 awarded 1 April 2021", 30, 30),
        ("1 April 2022: 50% of £18.00 awarded that day", 9, 39),
        ("lapsed before payment on 1 April 2022", 15, 24),
    ]
    assert cairn.paid == 2400


def test_what_communities_award_today_does_not_lapse_today(tiny_run: TinyRun) -> None:
    # Each April the dale gets 40, of which 20 is paid at once. In 2022 half of the other 20 lapses
    # and is awarded again, 5 of it paid at once: 20 + 10 + 5.
    rule = {
        "kind": "programmes",
        "programmes": [
            {"name": "a", "weight": 1, "rule": {"kind": "per_capita"}, "decided_by": "communities"}
        ],
    }
    own = {"opening": 1000, "spending": {"kind": "constant_real", "amount": 100}}
    own |= {"allocation": rule, "foundations": {"instalments": ["50%", "50%"], "lapse": "50%"}}
    joins = {"kind": "merger", "foundation": "dale", "into": "hill", "on": date(2021, 9, 10)}
    for shocks in ([], [joins]):
        run = tiny_run(f"run {len(shocks)}", **own, years=3, shocks=shocks)
        assert list(Walk(run).faults()) == []
        assert told(run, "Ash", 1).paid == (20 + 10 + 5) * 100 // 4
        assert "where communities decide" in text(run, "Ash", 1)


def test_a_merger_moves_an_areas_queue(tiny_run: TinyRun) -> None:
    # In June the dale awards 10 of its 40; the hill takes over 30 and awards them after its own.
    practice = {**PRACTICE, "overrides": {"dale": {"capacity": {"pounds": 20}}}}
    shocks = [{"kind": "merger", "foundation": "dale", "into": "hill", "on": date(2021, 9, 10)}]
    run = tiny_run(**all_spent(100), foundations=practice, shocks=shocks, years=2)
    assert lines(told(run, "Beck"), "queue") == [
        ("waiting when 1 April 2021 began", 0, 0),
        ("received, 1 April 2021", 40, 40),
        ("awarded on 1 June 2021: as far as the purse reached", 10, 30),
        ("handed over by its foundation", 30, 0),
        ("taken over by another one", 30, 30),
        ("awarded on 1 December 2021: the purse was used up by what comes first", 0, 30),
    ]
    words = text(run, "Beck")
    assert "On 10 September 2021 dale passes into hill (shock 0)." in words
    assert "What waits at dale and hill on 31 March 2022 £30.00" in words


def test_a_lost_panel_is_named(tiny_run: TinyRun) -> None:
    lost = {"kind": "panel_lost", "foundation": "hill", "on": date(2021, 5, 1), "until": BEYOND}
    run = tiny_run(**all_spent(100), foundations={"sittings": ["June"]}, shocks=[lost])
    assert lines(told(run, "Cairn"), "queue")[-1] == (
        "awarded on 1 June 2021: no sitting (shock 0)",
        0,
        60,
    )
    assert told(run, "Cairn").paid == 0


def test_amounts_in_prices_of_the_start_day_are_brought_to_those_of_the_day(
    tiny_run: TinyRun,
) -> None:
    # Prices rise by 2 % a quarter: by 1.02 to the power 4 a year.
    own = {"opening": 1_000_000, "spending": {"kind": "constant_real", "amount": 100_000}}
    run = tiny_run(**own, inflation=DEARER, years=2)
    first, second, *_ = of_part(told(run, "Ash", 1).sections, "decision")[0].steps
    assert first.operand == 100_000_00
    assert second.words == "prices of the day over those of 1 April 2021"
    assert abs(second.operand - 1.02**4) < 1e-8
    assert told(run, "Ash", 1).allocated == round(100_000_00 * 1.02**4) // 10


def test_a_fund_that_runs_short_spends_all_that_it_holds(tiny_run: TinyRun) -> None:
    own = {"opening": 1000, "spending": {"kind": "constant_real", "amount": 700}}
    run = tiny_run(**own, years=2)
    assert lines(told(run, "Ash", 1), "decision") == [
        ("the yearly amount, in prices of 1 April 2021", 700, 700),
        ("prices of the day over those of 1 April 2021", 0.01, 700),
        ("no more than it holds", 300, 300),
    ]


def test_a_share_of_the_first_value_is_told_with_the_day_that_it_was_read(
    tiny_run: TinyRun,
) -> None:
    own = {"opening": 1000, "spending": {"kind": "constant_real", "rate": "5%"}}
    run = tiny_run(**own, years=2, inflation=DEARER)
    assert lines(told(run, "Ash"), "decision")[0] == (
        "its value on 1 April 2021, when it first spent",
        1000,
        1000,
    )
    assert told(run, "Ash", 1).allocated == round(50_00 * 1.02**4 / 10)


def test_a_spend_down_and_a_profile_tell_their_own_arithmetic(tiny_run: TinyRun) -> None:
    funds = {
        "first": {
            "opening": 1200,
            "spending": {"kind": "spend_down", "over": "3 years"},
            "closes": {"on": date(2024, 4, 1), "residue": "treasury"},
        },
        "second": {
            "opening": 100,
            "spending": {"kind": "profile", "profile": ["30%", "70%"]},
            "closes": {"on": date(2021, 9, 1), "residue": "treasury"},
        },
    }
    run = tiny_run(funds=funds, years=3)
    one, other = Explained(run).year(0, 0)
    assert lines(one, "decision") == [
        ("its value on 1 April 2021", 1200, 1200),
        ("years that are left, this one included", 0.03, 400),
    ]
    assert lines(other, "decision") == [
        ("review 1 on 1 April 2021", 30, 30),
        ("review 2 on 1 May 2021", 70, 100),
    ]
    assert (one.allocated, other.allocated) == (4000, 1000)


def test_what_a_closing_fund_leaves_is_not_in_the_value_of_that_day(tiny_run: TinyRun) -> None:
    # The 50 that are left to the other fund come after its value of 31 March 2022 is read.
    funds = {
        "lasting": {"opening": 1000, "spending": {"kind": "percent_of_value", "rate": "10%"}},
        "short": {
            "opening": 100,
            "spending": {"kind": "profile", "profile": ["50%", "50%"]},
            "inflow": {"kind": "lump", "amount": 50},
            "closes": {"on": date(2022, 3, 31), "residue": "lasting"},
        },
    }
    run = tiny_run(funds=funds, years=2)
    lasting = Explained(run).year(0, 0)[0]
    assert ("received from A tiny fund, which closed", 50, 1050) in lines(lasting, "fund")


@pytest.mark.parametrize(
    ("title", "named"),
    [("Our endowment", "Our endowment"), ("Recovery Fund", "the Recovery Fund")],
)
def test_a_fund_has_one_article_at_most(tiny_run: TinyRun, title: str, named: str) -> None:
    pays = {"pays": [{"to": "second", "amount": 50, "on": date(2021, 6, 1)}]}
    funds = {"first": {"opening": 100, "title": title, **pays}, "second": {"title": title}}
    first = Explained(tiny_run(funds=funds)).year(0, 0)[0]
    assert [words for words, *_ in lines(first, "fund") if "paid to" in words] == [
        f"paid to {named}"
    ]


PARTS = [
    {"name": "halls", "weight": 0.5, "rule": {"kind": "equal"}, "until": date(2022, 4, 1)},
    {"name": "grants", "weight": 0.5, "rule": {"kind": "per_capita"}},
]


def test_a_programme_that_has_ended_is_named_where_others_have_its_part(tiny_run: TinyRun) -> None:
    # £100 and £90 are spent: half of the one by each programme, and all of the other per head
    rule = {"kind": "programmes", "programmes": PARTS}
    run = tiny_run(opening=1000, years=2, allocation=rule)
    first, second = (lines(told(run, "Ash", year), "share") for year in (0, 1))
    assert [words for words, *_ in first if words.startswith(("halls", "grants"))] == [
        "halls",
        "grants",
    ]
    assert "grants, with what halls (ended on 1 April 2022) would have" in [
        words for words, *_ in second
    ]
    assert second[-1][2] == 9
    assert "what halls (ended on 1 April 2022) would have" in text(run, "Ash", 1)
    assert lines(Explained(run).year(0, 1)[0], "decision")[0] == (
        "its value on 31 March 2022",
        900,
        900,
    )


def test_an_alarm_brings_a_review_forward_and_is_told(tiny_run: TinyRun) -> None:
    # 900 are left after the first review; they fall by half in the third quarter.
    fall = {"kind": "market", "on": date(2021, 11, 1), "change": "-50%"}
    run = tiny_run(opening=1000, alarm={"fall": "20%"}, shocks=[fall], years=2)
    assert lines(told(run, "Ash"), "decision") == [
        ("review 1 on 1 April 2021", 100, 100),
        ("review 2 on 31 December 2021, brought forward by an alarm", 45, 145),
    ]
    assert told(run, "Ash").allocated == (100 + 45) * 100 // 10


def test_money_that_a_rule_leaves_unshared_is_told_and_comes_along(tiny_run: TinyRun) -> None:
    # Areas get 20, 30 and 50 pounds each round, and 150 are spent.
    own = {"opening": 1000, "spending": {"kind": "constant_real", "amount": 150}}
    run = tiny_run(
        **own, allocation={"kind": "column", "column": "pounds", "unit": "pounds"}, years=2
    )
    assert "£50.00 of it is not shared yet, and waits for the next round." in text(run, "Ash")
    assert lines(told(run, "Ash", 1), "decision")[-1] == ("left unshared before", 50, 200)


def test_an_area_without_a_share_is_told_so(tiny_run: TinyRun) -> None:
    rule = {"kind": "shares", "shares": {"Ash": 0, "Beck": "40%", "Cairn": "60%"}}
    run = tiny_run(**all_spent(100), allocation=rule)
    ash = told(run, "Ash")
    assert [section.part for section in ash.sections] == ["fund", "decision", "share"]
    assert (ash.allocated, ash.paid) == (0, 0)


def test_a_year_without_anything_says_so(tiny_run: TinyRun) -> None:
    run = tiny_run(**all_spent(100), years=2)
    assert text(run, "Ash", 1).endswith("No fund shares anything out, and nothing waits.")
