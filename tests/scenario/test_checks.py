"""What is wrong with the meaning of a scenario: dates, places, rules that cannot be applied."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from fundsim.errors import Problem
from fundsim.rules.inflows import Schedule
from fundsim.scenario import load

pytestmark = pytest.mark.usefixtures("folder")

Refused = Callable[..., list[Problem]]

SHARES = "funds.luc.allocation.first.shares"


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        # dates in order
        ("on = 2023-03-31", "on = 2021-04-01", "funds.recovery.closes.on", "after the start day"),
        ("first = 2024-04-01", "first = 2021-03-31", "funds.luc.spending.first", "no day before"),
        (
            '"covid-grants-2020" }',
            '"covid-grants-2020", first = 2023-03-31 }',
            "funds.recovery.closes.on",
            "a day after the first spending date, 2023-03-31",
        ),
        ("on = 2023-03-31", "on = 2022-11-01", "funds.recovery.spending.profile", "2022-11-01"),
        ('"10 years"', '"11 years"', "funds.left_behind.spending.over", "2031-04-01"),
        ('"10 years"', '"99999 years"', "funds.left_behind.spending.over", "9999-12-31"),
        ("2021 = ", "2020 = ", "funds.luc.inflow.amounts.2020", "before the start day"),
        ("2023-10-01 =", "2020-10-01 =", "funds.luc.inflow.amounts.2020-10-01", "£400m would"),
        ("on = 2024-06-01", "on = 2031-04-01", "funds.left_behind.inflow.on", "after the fund"),
        # a fund that is meant to be spent
        (
            'closes     = { on = 2023-03-31, residue = "treasury" }',
            "",
            "funds.recovery.closes",
            "closes = {",
        ),
        (
            'opening    = "£500m"',
            'inflow = { kind = "lump", amount = "£1m" }',
            "funds.recovery.opening",
            "a profile spends the opening money",
        ),
        # places
        ('"areas.csv"', '"araes.csv"', "geography.areas", '(did you mean "areas.csv"?)'),
        ('"areas.csv"', '"."', "geography.areas", "folder"),
        ('"England", "Scot', '"Englnd", "Scot', "geography.where.nation", '"England"?)'),
        ("where = { nation", "where = { natoin", "geography.where.natoin", '"nation"?)'),
        ('need  = "need"', 'need  = "neeed"', "geography.need", '(did you mean "need"?)'),
        ('need  = "need"', 'need  = "half_known"', "geography.need", "3 cells are empty"),
        (
            'need  = "need"',
            'need  = { England = "need", Scotland = "need", Wales = "need" }',
            'geography.need."Northern Ireland"',
            "no column is named for this nation",
        ),
        (
            'need  = "need"',
            'need = { England = "need", Scotland = "x", Wales = "need", "Northern Ireland"="need"}',
            "geography.need.Scotland",
            "no such column",
        ),
        # rules on these places
        ('"left_behind", at', '"lft_behind", at', "funds.left_behind.allocation.parts.0.people",
         '(did you mean "left_behind"?)'),
        ("at_least = 200", "at_least = 99999", "funds.left_behind.allocation.parts.0.people",
         "no area counts"),
        ("England = ", "Engelnd = ", f"{SHARES}.Engelnd", '(did you mean "England"?)'),
        ('"83.9%", Scotland = "8.4%"', '"92.3%"', SHARES, "no share is stated for Scotland"),
        ('kind = "per_capita"', 'kind = "column", column = "half_known"',
         "funds.recovery.allocation.column", "is empty for Bedford, Fife, Gwent"),
        # sources
        ('"foundations.fee" =', '"foundations.fe" =', 'sources."foundations.fe"',
         '(did you mean "foundations.fee"?)'),
        ('"foundations.fee" =', '"foundations fee" =', 'sources."foundations fee"', "dotted key"),
        ('"foundations.fee" =', '"funds.recovery.inflow.kind" =',
         'sources."funds.recovery.inflow.kind"', "has no key"),
    ],
)  # fmt: skip
def test_one_fault_gives_one_problem(
    refused: Refused, old: str, new: str, key: str, message: str
) -> None:
    (problem,) = refused(old, new)
    assert problem.key == key
    assert problem.place.startswith("bad.toml:")
    assert message in problem.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("on = 2023-03-31", "on = 2022-11-02"),
        ('opening    = "£500m"', ""),  # a fund without any money, as a court left it
        ('opening    = "£500m"', "opening = 0"),
        ("on = 2024-06-01", "on = 2031-03-31"),
        ('"foundations.fee" =', '"funds.left_behind.allocation.parts.1.weight" ='),
        ('"foundations.fee" =', '"funds.luc.spending.first" ='),
        ('"foundations.fee" =', '"funds.luc.opening" ='),
        ('fee = "6%"', ""),  # the citation is of a value left at its default
    ],
)
def test_what_is_unusual_but_right_passes(folder: Path, example: str, old: str, new: str) -> None:
    assert old in example
    (folder / "good.toml").write_text(example.replace(old, new, 1), encoding="utf-8")
    load("good.toml")


def test_one_area_alone_is_a_geography() -> None:
    Path("one.toml").write_text(
        'extends = "example.toml"\nremove = ["shocks", "foundations.overrides"]\n'
        'geography.where.code = "E1"\nfunds.luc.allocation.kind = "equal"\n'
    )
    assert load("one.toml").geography_table.names == ("Luton",)


def test_need_may_be_named_for_each_nation() -> None:
    names = ["England", "Scotland", "Wales", "Northern Ireland"]
    need = "{" + ", ".join(f'"{name}" = "need"' for name in names) + "}"
    scenario = load("example.toml", [f"geography.need={need}"])
    assert scenario.geography.need == dict.fromkeys(names, "need")


def test_faults_of_a_table_are_told_at_their_row_with_the_rest(refused: Refused) -> None:
    table = Path("areas.csv")
    table.write_text(
        table.read_text().replace("Fife,Scotland,Scotland,scotland,370000", "Fife,,,,0")
    )
    problems = refused("years = 50", "years = 0")
    assert problems[0].key == "years"
    assert {"areas.csv:5:nation", "areas.csv:5:population"} <= {p.place for p in problems}


def test_a_faulty_need_is_told_once_not_at_every_rule_that_reads_it(refused: Refused) -> None:
    assert len(refused('need  = "need"', 'need  = "x"')) == 1


def test_a_rule_that_weighs_nothing_is_told(refused: Refused) -> None:
    table = Path("areas.csv")
    text = table.read_text().splitlines()
    zero = [",".join([*row.split(",")[:6], "0", *row.split(",")[7:]]) for row in text[1:]]
    table.write_text("\n".join([text[0], *zero]))
    (problem,) = refused("", "")
    assert problem.key == "funds.luc.allocation.then"
    assert "has any weight" in problem.message


def test_the_last_day_is_the_day_before_the_anniversary() -> None:
    scenario = load("example.toml")
    assert str(scenario.last_day) == "2071-03-31"
    assert (scenario.year_labels[0], scenario.year_labels[-1]) == (2021, 2070)
    leap = scenario.but(
        {"start": "2020-02-29", "years": 1, "funds.recovery.closes.on": "2022-03-31"}
    )
    assert str(leap.last_day) == "2021-02-27"


def test_a_year_of_inflow_begins_on_the_anniversary_even_of_a_leap_day() -> None:
    inflow = Schedule(amounts={"2020": 1, "2021": 1, "2024": 1})
    days = [str(day) for day, _ in inflow.arrivals(date(2020, 2, 29))]
    assert days == ["2020-02-29", "2021-02-28", "2024-02-29"]


def test_some_funds_last_for_ever() -> None:
    fund = load("kruger-endowment").funds["luc"]
    assert fund.perpetual
    closes = {"on": "2060-01-01", "residue": "treasury"}
    assert not load("kruger-endowment").but({"funds.luc.closes": closes}).funds["luc"].perpetual


def test_a_share_of_nothing_is_refused(refused: Refused) -> None:
    rule = '{ kind = "constant_real", rate = "4%", first = 2021-04-01 }'
    (problem,) = refused("", "", f"funds.luc.spending={rule}")
    assert problem.key == "funds.luc.spending.rate"
    assert "a share of nothing stays nothing" in problem.message
