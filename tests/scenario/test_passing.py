"""What funds say of one another: who receives, who holds what, who reviews."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from fundsim.errors import Problem, ScenarioError
from fundsim.scenario import OUTSIDE, Transfer, load

pytestmark = pytest.mark.usefixtures("folder")

Faults = Callable[..., list[tuple[str, str, str]]]

RESIDUE = 'residue = "treasury"'
ACCOUNTS = "treasury, reclaim_fund, lottery_community_fund"
FIRST = 'amount = "£5m"\nevery = "12 months"\nuntil = 2030-01-01'
SECOND = 'on = 2025-07-01\nshare = "1%"'


@pytest.mark.parametrize(
    ("old", "new", "key", "at", "message"),
    [
        # what is left when a fund closes
        (
            RESIDUE,
            'residue = "tresury"',
            "funds.recovery.closes.residue",
            '"tresury" }',
            (
                'there is no fund or account "tresury" (did you mean "treasury"?); expected '
                f"another fund, or one of {ACCOUNTS}"
            ),
        ),
        (
            RESIDUE,
            'residue = "lucc"',
            "funds.recovery.closes.residue",
            '"lucc" }',
            (
                'there is no fund or account "lucc" (did you mean "luc"?); expected another fund, '
                f"or one of {ACCOUNTS}"
            ),
        ),
        (
            RESIDUE,
            'residue = "recovery"',
            "funds.recovery.closes.residue",
            '"recovery" }',
            (
                'found "recovery", and a fund cannot leave to itself what is left; expected '
                f"another fund, or one of {ACCOUNTS}"
            ),
        ),
        (
            'residue = "lottery_community_fund"',
            'residue = "recovery"',
            "funds.left_behind.closes.residue",
            '"recovery" }',
            (
                '"recovery" closes on 2023-03-31, and this fund on 2031-03-31; expected a fund '
                f"that is still open then, or one of {ACCOUNTS}"
            ),
        ),
        # payments
        (
            'to = "left_behind"',
            'to = "luc"',
            "funds.luc.pays.0.to",
            '"luc"',
            (
                'found "luc", and a fund cannot pay itself; expected another fund; there are '
                "left_behind, recovery"
            ),
        ),
        (
            'to = "left_behind"',
            'to = "leftbehind"',
            "funds.luc.pays.0.to",
            '"leftbehind"',
            (
                'there is no fund "leftbehind" (did you mean "left_behind"?); expected another '
                "fund; there are left_behind, recovery"
            ),
        ),
        (
            'to = "left_behind"',
            'to = "treasury"',
            "funds.luc.pays.0.to",
            '"treasury"',
            (
                'found "treasury", which receives nothing until a fund closes; expected another '
                "fund; there are left_behind, recovery"
            ),
        ),
        (
            'to = "left_behind"',
            'to = "recovery"',
            "funds.luc.pays.0.on",
            "2025-06-01",
            'found 2025-06-01, expected a day before "recovery" closes, on 2023-03-31',
        ),
        (
            SECOND,
            'on = 2021-03-31\nshare = "1%"',
            "funds.luc.pays.1.on",
            "2021-03-31",
            "found 2021-03-31, expected no day before the start day, 2021-04-01",
        ),
        (
            SECOND,
            'on = 2031-03-31\nshare = "1%"',
            "funds.luc.pays.1.on",
            "2031-03-31",
            'found 2031-03-31, expected a day before "left_behind" closes, on 2031-03-31',
        ),
        (
            "until = 2030-01-01",
            "until = 2033-01-01",
            "funds.luc.pays.0.until",
            "2033-01-01",
            (
                'it would still be paid on 2031-06-01, and "left_behind" closes on 2031-03-31; '
                "expected an end before, as in until = 2031-03-31"
            ),
        ),
        (
            "until = 2030-01-01",
            "",
            "funds.luc.pays.0.until",
            "[[funds.luc.pays]]",
            (
                'it would still be paid on 2031-06-01, and "left_behind" closes on 2031-03-31; '
                "expected an end before, as in until = 2031-03-31"
            ),
        ),
        (
            'holds      = { gilts = "100%" }',
            'pays = [{ to = "luc", on = 2023-03-31, amount = 1 }]',
            "funds.recovery.pays.0.on",
            "2023-03-31, amount = 1 }]",
            "found 2023-03-31, expected a day before this fund closes, on 2023-03-31",
        ),
        (
            SECOND,
            'on = 2025-07-01\nshare = "1%"\namount = 5',
            "funds.luc.pays.1",
            "[[funds.luc.pays]]",
            "a payment takes either amount or share, and exactly one of them",
        ),
        (
            SECOND,
            "on = 2025-07-01",
            "funds.luc.pays.1",
            "[[funds.luc.pays]]",
            "a payment takes either amount or share, and exactly one of them",
        ),
        (
            SECOND,
            'on = 2025-07-01\nshare = "101%"',
            "funds.luc.pays.1.share",
            '"101%"',
            'found "101%", expected at most 100%',
        ),
        (
            'every = "12 months"',
            "",
            "funds.luc.pays.0.until",
            "2030-01-01",
            "a payment that is made once has no end; leave it out, or state every",
        ),
        (
            'every = "12 months"',
            'every = "0 months"',
            "funds.luc.pays.0.every",
            '"0 months"',
            "'0 months' is no time at all; give at least one",
        ),
        (
            "until = 2030-01-01",
            "until = 2025-06-01",
            "funds.luc.pays.0.until",
            "2025-06-01",
            "found 2025-06-01, expected a day after 2025-06-01: this ends before it begins",
        ),
        # holdings
        (
            '{ gilts = "100%" }',
            '{ gillts = "100%" }',
            "funds.recovery.holds.gillts",
            'gillts = "100%" }',
            'there is no asset "gillts" (did you mean "gilts"?); there are gilts, global_equity',
        ),
        (
            '{ gilts = "100%" }',
            '{ gilts = "90%" }',
            "funds.recovery.holds",
            '{ gilts = "90%" }',
            "the shares sum to 0.9, not to 1",
        ),
        (
            '{ gilts = "100%" }',
            '{ gilts = "150%", global_equity = "50%" }',
            "funds.recovery.holds.gilts",
            '"150%", global_equity = "50%" }',
            'found "150%", expected at most 100%',
        ),
        (
            '{ gilts = "100%" }',
            "{}",
            "funds.recovery.holds",
            "{}",
            "this is empty; expected its own mix of the markets' assets; their weights if left out",
        ),
        # a fund's own instalments
        (
            'instalments = ["100%"]',
            'instalments = ["60%", "50%"]',
            "funds.recovery.instalments",
            '["60%", "50%"]',
            "the shares sum to 1.1, not to 1",
        ),
        # alarms
        (
            'holds      = { gilts = "100%" }',
            'alarm = { fall = "20%" }',
            "funds.recovery.alarm",
            '{ fall = "20%" }',
            (
                "profile is to use the fund up on dates fixed beforehand, with nothing to review; "
                "leave it out, or choose a rule for a fund that is to last"
            ),
        ),
        (
            'fall = "20%"',
            "fall = 0",
            "funds.luc.alarm.fall",
            "0 }",
            "found 0, expected more than 0%",
        ),
        (
            'fall = "20%"',
            'fall = "100%"',
            "funds.luc.alarm.fall",
            '"100%" }',
            'found "100%", expected less than 100%',
        ),
    ],
)
def test_one_fault_gives_one_problem(  # noqa: PLR0917 - a row of the table above
    faults: Faults, old: str, new: str, key: str, at: str, message: str
) -> None:
    assert faults(old, new) == [(key, at, message)]


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_fund_bears_the_name_of_an_outside_account(
    refused: Callable[..., list[Problem]], name: str
) -> None:
    problems = refused("[funds.recovery]", f"[funds.{name}]")
    assert f'"{name}" is outside all funds; give the fund another name' in {
        problem.message for problem in problems
    }


def test_all_of_them_are_told_at_once_beside_a_fault_of_form(faults: Faults) -> None:
    other = '[[funds.luc.pays]]\nto = "x"\non = 1900-01-01\nshare = 0'
    found = faults(FIRST, f'amount = "£5m"\nevery = "x"\n{other}')
    assert [key for key, _, _ in found] == [
        "funds.luc.pays.0.every",
        "funds.luc.pays.1.to",
        "funds.luc.pays.1.on",
    ]


def test_an_end_that_cannot_be_read_is_not_guessed_at(faults: Faults) -> None:
    found = faults('residue = "lottery_community_fund"', "residue = 5")
    assert [key for key, _, _ in found] == ["funds.left_behind.closes.residue"]


@pytest.mark.parametrize(
    "changes",
    [
        {"funds.recovery.closes.residue": "luc"},
        {"funds.recovery.closes.residue": "left_behind"},
        {"funds.recovery.closes.residue": "reclaim_fund"},
        {"funds.luc.pays.0.until": "2031-03-31"},
        {"funds.luc.pays.1.on": "2031-03-30"},
        {"funds.luc.closes": {"on": "2028-01-01", "residue": "left_behind"}},
        {"funds.recovery.holds": {"gilts": "0%", "global_equity": 1}},
        {"funds.luc.spending": {"kind": "constant_real", "amount": "£1m"}},
    ],
)
def test_what_is_right_passes(changes: dict[str, object]) -> None:
    load("example.toml").but(changes)


def test_what_another_fund_gives_is_money_to_take_a_share_of() -> None:
    changes = {
        "funds.luc.inflow": {"kind": "lump", "amount": "£1m", "on": "2030-01-01"},
        "funds.luc.spending": {"kind": "constant_real", "rate": "4%", "first": "2024-04-01"},
    }
    one = load("example.toml")
    with pytest.raises(ScenarioError, match="a share of nothing stays nothing"):
        one.but(changes)
    one.but({**changes, "funds.recovery.closes.residue": "luc"})


def test_a_profile_does_not_spend_what_another_fund_gives() -> None:
    rule = {"kind": "profile", "profile": "covid-grants-2020", "first": "2025-06-01"}
    changes = {"funds.left_behind.spending": rule, "funds.left_behind.inflow": None}
    one = load("example.toml").but(changes)
    with pytest.raises(ScenarioError, match="what it receives would never be spent"):
        one.but({"funds.left_behind.opening": 0})


# The days of a payment


def payment(**terms: object) -> Transfer:
    return Transfer.model_validate({"to": "luc", "amount": 1, **terms})


@pytest.mark.parametrize(
    ("terms", "last", "days"),
    [
        ({"on": "2024-01-31"}, "2030-01-01", ["2024-01-31"]),
        ({"on": "2024-01-31"}, "2024-01-30", []),
        (
            {"on": "2024-01-31", "every": "1 month"},
            "2024-04-30",
            ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"],
        ),
        (
            {"on": "2024-02-29", "every": "1 year", "until": "2026-02-28"},
            "2030-01-01",
            ["2024-02-29", "2025-02-28"],
        ),
        (
            {"on": "9998-07-01", "every": "1 year"},
            "9999-12-31",
            ["9998-07-01", "9999-07-01", "9999-12-31"],
        ),
    ],
)
def test_the_days_of_a_payment(terms: dict[str, object], last: str, days: list[str]) -> None:
    found = payment(**terms).dates(date.fromisoformat(last))
    assert [day.isoformat() for day in found] == days
