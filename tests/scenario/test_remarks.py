"""What is said of foundations, payments and shocks before any figure of a scenario."""

from __future__ import annotations

from typing import Any

import pytest

from fundsim.places import member_foundations
from fundsim.scenario import load, notes

pytestmark = pytest.mark.usefixtures("folder")

Shock = dict[str, Any]

LAST = "2071-03-31"  # of the example
LATE = {"name": "late", "kind": "inflow_late", "on": "2022-01-01", "fund": "luc"}
RECLAIMS = {"name": "back", "kind": "reclaims", "on": "2022-01-01", "fund": "luc", "share": "10%"}
LOST = {"name": "out", "kind": "panel_lost", "on": "2030-01-01", "foundation": "leeds"}
CRISIS = {"name": "crisis", "kind": "correlation", "lead": "global_equity", "to": 0.9}
FALL = {"name": "fall", "kind": "market", "change": "-1%"}


def said(**changes: object) -> list[str]:
    """The notes on the example without its shocks, `__` standing for a dot; none on citations."""
    dotted = {key.replace("__", "."): value for key, value in changes.items()}
    one = load("example.toml").but({"shocks": [], "sources": {}, **dotted})
    return [note for note in notes(one) if not note.startswith("unverified: f") or "past" in note]


def of_shocks(*shocks: Shock, **changes: object) -> list[str]:
    return [note for note in said(shocks=list(shocks), **changes) if note.startswith("shocks.")]


# Foundations


def test_capacity_assumed_is_told_in_one_line_with_all_names() -> None:
    assert said() == [
        (
            "unverified: foundations.capacity: past grants of £1.21 a head, the median of the "
            "foundations whose own are known, are assumed of east, ni"
        )
    ]
    sets = ['foundations.sittings=["May"]', "foundations.capacity={multiple_of_past_grants=4}"]
    (line,) = [note for note in notes(load("kruger-endowment", sets)) if "past grants" in note]
    unknown = [f.id for f in member_foundations().values() if f.past_grants is None]
    assert sorted(line.partition("assumed of ")[2].split(", ")) == sorted(unknown)


def test_capacity_stated_is_not_assumed() -> None:
    own = {"east": {"capacity": {"pounds": "£1m"}}, "ni": {"capacity": {"per_head": "£1"}}}
    one = load("example.toml").but({"foundations.overrides": own})
    assert not any("assumed" in note for note in notes(one))


def test_a_capacity_of_nothing_is_told_in_one_line() -> None:
    nothing = {"east": {"capacity": {"pounds": 0}}, "ni": {"capacity": {"per_head": 0}}}
    told = (
        "foundations.capacity is zero for ever at {}: the money that reaches them waits there and "
        "never arrives at grantees"
    )
    assert said(foundations__overrides=nothing) == [told.format("east, ni")]
    merger = {"name": "x", "kind": "merger", "foundation": "ni", "into": "leeds"}
    joined = [{**merger, "on": "2040-01-01"}]
    assert told.format("east") in said(foundations__overrides=nothing, shocks=joined)
    helped = [{**merger, "foundation": "leeds", "into": "east", "on": "2040-01-01"}]
    assert told.format("ni") in said(foundations__overrides=nothing, shocks=helped)
    too_late = [{**merger, "on": "2090-01-01"}]
    assert told.format("east, ni") in said(foundations__overrides=nothing, shocks=too_late)


@pytest.mark.parametrize(
    ("kind", "giver", "taker", "stuck"),
    [
        ("merger", "east", "ni", "ni"),
        ("failure", "east", "ni", "ni"),
        ("failure", "leeds", "ni", "east, ni"),
        ("failure", "ni", "leeds", "east"),
        ("merger", "leeds", "ni", "east"),
    ],
)
def test_a_capacity_of_nothing_is_told_of_whom_it_is_in_the_end(
    kind: str, giver: str, taker: str, stuck: str
) -> None:
    nothing = {name: {"capacity": {"pounds": 0}} for name in ("east", "ni")}
    joined = {"name": "x", "kind": kind, "on": "2040-01-01", "foundation": giver, "into": taker}
    (told,) = [s for s in said(foundations__overrides=nothing, shocks=[joined]) if "zero for" in s]
    assert told.startswith(f"foundations.capacity is zero for ever at {stuck}: ")


def test_a_foundation_without_end_gives_its_capacity_on() -> None:
    nothing = {"east": {"capacity": {"pounds": 0}}, "ni": {"capacity": {"pounds": 0}}}
    joined = [
        {"name": "x", "kind": "merger", "on": "2040-01-01", "foundation": "leeds", "into": "ni"},
        {"name": "y", "kind": "merger", "on": "2039-01-01", "foundation": "east", "into": "leeds"},
    ]
    told = said(foundations__capacity=None, foundations__overrides=nothing, shocks=joined)
    assert not any("zero for ever" in note for note in told)


def test_a_lapse_with_nothing_to_cancel_is_told() -> None:
    told = (
        "foundations.lapse: where it is stated, all awards are paid at once, and no later "
        "instalment is left to lapse, so it changes nothing"
    )
    once = {"foundations__instalments": ["100%"]}  # but wales pays in two, and nothing lapses there
    own = "foundations__overrides__{}"
    assert told in said(**once)
    assert told not in said()
    assert told not in said(**once, foundations__lapse=0)
    assert told in said(**once, foundations__lapse=0, **{own.format("leeds__lapse"): "5%"})
    assert told not in said(**once, **{own.format("wales__lapse"): "5%"})
    assert told not in said(**once, **{own.format("leeds__instalments"): ["50%", "50%"]})
    assert told not in said(**once, funds__luc__instalments=["50%", "50%"])


def test_a_fee_of_all_is_told() -> None:
    told = (
        "foundations.fee is 100% at {}: all that is received there is kept, and nobody is paid "
        "from it"
    )
    assert told.format("every foundation") in said(
        foundations__fee="100%", foundations__overrides__leeds__fee="100%"
    )
    assert told.format("leeds") in said(foundations__overrides={"leeds": {"fee": "100%"}})
    assert not any("foundations.fee" in note for note in said())


def test_the_order_in_which_funds_are_served_is_told_where_none_is_stated() -> None:
    told = (
        "foundations.priority is not stated: where capacity is short, funds are served in "
        "alphabetical order, left_behind, luc, recovery"
    )
    assert told in said(foundations__priority=None)
    free = {"foundations.priority": None, "foundations.capacity": None}
    one = load("example.toml").but(free)
    assert told in notes(one)  # two foundations are limited still
    assert not any("priority" in note for note in notes(load("kruger-endowment")))


# Payments


def test_payments_after_the_last_day_are_told() -> None:
    def of_payment(**terms: object) -> list[str]:
        pays = [{"to": "recovery", "amount": 5, **terms}]
        closes = {"on": "2100-01-01", "residue": "treasury"}
        found = said(funds__luc__pays=pays, funds__recovery__closes=closes)
        return [note for note in found if "pays" in note]

    told = f"funds.luc: pays.0 to recovery is left out {{}}, after the last day, {LAST}"
    every = {"every": "1 year", "until": "2099-01-01"}
    assert of_payment(on="2071-04-01") == [told.format("1 time")]
    assert of_payment(on=LAST) == []
    assert of_payment(on="2072-01-01", **every) == [told.format("27 times")]
    assert of_payment(on="2070-06-01", every="1 year", until="2071-01-01") == []


def test_a_payment_without_end_goes_on_as_long_as_the_run() -> None:
    pays = [{"to": "luc", "on": "2022-01-01", "share": "1%", "every": "1 year"}]
    assert not any("pays" in note for note in said(funds__left_behind__pays=pays))


@pytest.mark.parametrize(("terms", "nothing"), [({"amount": 0}, "£0"), ({"share": "0%"}, "0%")])
def test_a_payment_of_nothing_is_told(terms: dict[str, object], nothing: str) -> None:
    pays = [{"to": "luc", "on": "2022-01-01", **terms}]
    told = f"funds.left_behind: pays.0 to luc is of {nothing}, so it changes nothing"
    assert told in said(funds__left_behind__pays=pays)


# Money that comes too late


def test_what_a_fund_that_spends_down_shares_no_more_is_told() -> None:
    def of_inflow(day: str, *shocks: Shock) -> list[str]:
        inflow = {"kind": "lump", "amount": "£9m", "on": day}
        found = said(funds__left_behind__inflow=inflow, shocks=list(shocks))
        return [note for note in found if note.startswith("funds.left_behind: £")]

    told = (
        "funds.left_behind: {} arrives too late for the last spending date, 2030-04-01, which "
        "shares the value of the quarter's end before it: this is never shared and goes to the "
        "residue"
    )
    assert of_inflow("2030-06-01") == of_inflow("2030-04-01") == [told.format("£9m")]
    assert of_inflow("2030-03-31") == []
    back = {**RECLAIMS, "fund": "left_behind", "on": "2024-01-01", "until": "2031-01-01"}
    assert of_inflow("2030-06-01", back) == [told.format("£8.1m")]
    late = {**LATE, "fund": "left_behind", "on": "2024-01-01", "until": "2031-01-01"}
    assert of_inflow("2024-06-01", late) == [told.format("£9m")]


# Shocks


def test_a_shock_after_the_last_day_never_happens() -> None:
    assert of_shocks({**FALL, "on": "2071-04-01"}) == [
        f'shocks.0, "fall": it begins on 2071-04-01, after the last day, {LAST}, and never happens'
    ]
    assert of_shocks({**FALL, "on": LAST}) == []


def test_a_panel_that_does_not_come_back_is_told() -> None:
    assert of_shocks({**LOST, "until": "2071-04-01"}) == [
        'shocks.0, "out": the panel of leeds does not sit again in this run'
    ]
    assert of_shocks({**LOST, "until": LAST}) == []


def test_what_is_late_is_told_with_its_day() -> None:
    assert of_shocks({**LATE, "until": "2024-01-01"}) == [
        'shocks.0, "late": £800m of the inflow of luc arrives on 2024-01-01'
    ]
    assert of_shocks({**LATE, "until": "2080-01-01"}) == [
        (
            'shocks.0, "late": £800m of the inflow of luc would arrive on 2080-01-01, after the '
            f"last day, {LAST}, and is left out"
        )
    ]


def test_what_never_arrives_is_told_in_sum() -> None:
    back = {**RECLAIMS, "until": "2023-01-01"}
    assert of_shocks(back) == ['shocks.0, "back": £40m of the inflow of luc never arrives']
    assert of_shocks({**LATE, "until": "2024-01-01"}, back) == [
        'shocks.0, "late": £760m of the inflow of luc arrives on 2024-01-01',
        'shocks.1, "back": £40m of the inflow of luc never arrives',
    ]


@pytest.mark.parametrize("shock", [LATE, RECLAIMS])
def test_a_shock_that_strikes_nothing_is_told(shock: Shock) -> None:
    assert of_shocks({**shock, "on": "2024-01-01", "until": "2025-01-01"}) == [
        (
            f'shocks.0, "{shock["name"]}": nothing of the inflow of luc is due then, so it changes '
            "nothing"
        )
    ]


def test_what_is_due_after_the_last_day_is_not_counted_again() -> None:
    (told,) = of_shocks({**RECLAIMS, "until": "2030-01-01"}, years=2)
    assert told == 'shocks.0, "back": £40m of the inflow of luc never arrives'


@pytest.mark.parametrize(
    ("shock", "why"),
    [
        (
            {**LOST, "on": "2030-03-02", "until": "2030-06-01"},
            "the panel of leeds has no sitting in that time",
        ),
        (
            {**LOST, "on": "2071-03-02", "until": "2080-01-01"},
            "the panel of leeds has no sitting in that time",
        ),
        ({**FALL, "on": "2030-01-01", "change": "0%"}, "its change is 0%"),
        (
            {"kind": "market", "yearly": 0, "on": "2030-01-01", "until": "2031-01-01"},
            "its yearly is 0%",
        ),
        (
            {"kind": "market", "yearly": "1%", "on": "2030-01-02", "until": "2030-04-01"},
            "no quarter of the run begins in that time",
        ),
        (
            {"kind": "market", "yearly": "1%", "on": "2071-01-02", "until": "2075-04-01"},
            "no quarter of the run begins in that time",
        ),
        (
            {"kind": "inflation", "yearly": "8%", "on": "2030-01-02", "until": "2030-04-01"},
            "no quarter of the run begins in that time",
        ),
        ({"kind": "inflation", "on": "2030-01-01", "change": 0}, "its change is 0%"),
        (
            {**CRISIS, "on": "2030-01-02", "until": "2030-04-01"},
            "no quarter of the run begins in that time",
        ),
        (
            {**CRISIS, "on": "2071-01-02", "until": "2080-01-01"},
            "no quarter of the run begins in that time",
        ),
    ],
)
def test_a_shock_that_changes_nothing_is_told(shock: Shock, why: str) -> None:
    shock = {**shock, "name": "idle"}
    assert of_shocks(shock) == [f'shocks.0, "idle": {why}, so it changes nothing']


def test_a_market_shock_on_what_no_fund_holds_is_told() -> None:
    fall = {**FALL, "on": "2030-01-01", "asset": "global_equity"}
    bonds = {f"funds__{name}__holds": {"gilts": 1} for name in ("luc", "left_behind")}
    told = ['shocks.0, "fall": no fund holds global_equity, so it changes nothing']
    assert of_shocks(fall, **bonds) == told
    assert of_shocks(fall) == of_shocks({**fall, "asset": "gilts"}, **bonds) == []
    none = {**bonds, "funds__luc__holds": {"gilts": 1, "global_equity": 0}}
    assert of_shocks(fall, **none) == told


def test_which_assets_move_together_is_told() -> None:
    crisis = {**CRISIS, "on": "2030-01-01", "until": "2031-01-01"}
    told = ['shocks.0, "crisis": gilts move with global_equity at a correlation of 0.9']
    assert of_shocks(crisis) == of_shocks({**crisis, "assets": ["gilts"]}) == told
    only = {f"funds__{name}__holds": {"global_equity": 1} for name in ("luc", "left_behind")}
    assert of_shocks(crisis, **only, funds__recovery__holds={"global_equity": 1, "gilts": 0}) == [
        'shocks.0, "crisis": nothing that funds hold can move otherwise, so it changes nothing'
    ]


def test_with_a_step_of_a_year_assets_move_together_in_years_that_begin_then() -> None:
    crisis = {**CRISIS, "on": "2030-05-01", "until": "2031-04-01"}
    assert of_shocks(crisis, markets__step="year") == [
        'shocks.0, "crisis": no year of the run begins in that time, so it changes nothing'
    ]
    assert len(of_shocks({**crisis, "until": "2031-04-02"}, markets__step="year")) == 1


@pytest.mark.parametrize("kind", ["merger", "failure"])
def test_where_a_foundations_areas_go_is_told(kind: str) -> None:
    shock = {"name": "one", "kind": kind, "on": "2040-01-01", "foundation": "ni", "into": "east"}
    assert of_shocks(shock) == [
        (
            'shocks.0, "one": from 2040-01-01 on the areas of ni belong to east; what ni hands '
            "over is in its receipts and awards of that year below zero, and in those of east "
            "above; the column foundation of areas.csv names the one at the start"
        )
    ]
