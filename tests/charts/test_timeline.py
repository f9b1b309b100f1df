"""What a scenario dates, shocks and their effect on what arrives; where the axis ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Literal

import pytest

from fundsim.charts import CHARTS, NotShown
from fundsim.charts.schedule import Schedule, rows_of, shocks_of
from fundsim.charts.source import Source
from fundsim.charts.words import Facts
from fundsim.rules.inflows import Lump
from fundsim.rules.inflows import Schedule as Tranches
from fundsim.rules.shocks import (
    CorrelationShock,
    Failure,
    InflationShock,
    InflowLate,
    MarketShock,
    Merger,
    PanelLost,
    Reclaims,
    Shock,
)
from fundsim.rules.spending import PercentOfValue, Profile, SpendDown
from fundsim.scenario import Closing, Transfer
from tests.charts.small_world import Fund, Scenario, World, world

CHART = CHARTS["timeline"]


def day(text: str) -> date:
    return date.fromisoformat(text)


def transfer(**settings: str) -> Transfer:
    return Transfer.model_validate(settings)


def dated(three: Scenario, funds: Mapping[str, Fund], *shocks: Shock, years: int = 20) -> World:
    return world(replace(three, funds=funds, shocks=shocks, years=years))


def rows(source: Source, fund: str | None = None, **wanted: str) -> list[tuple[str, ...]]:
    """Event, first day, first day after, pounds, receiver."""
    table = CHART.table(source, fund).where(**wanted)
    return [tuple(row[2:7]) for row in table.rows()]


TWO = {
    "one": Fund(
        "Fund One",
        opening=500_00,
        spending=Profile(profile=[0.5, 0.5]),
        closes=Closing(on=day("2023-03-31"), residue="two"),
    ),
    "two": Fund(
        "Fund Two",
        opening=0,
        inflow=Tranches(amounts={"2021": 400, "2023-10-01": 300, "2070": 1}),
        spending=PercentOfValue(rate=0.04, first=day("2024-04-01")),
        pays=[
            transfer(to="one", on="2022-01-01", amount="£5", every="6 months", until="2023-01-01")
        ],
    ),
}


def test_every_date_of_a_fund_is_a_row(three: Scenario) -> None:
    source = dated(three, TWO)
    assert rows(source, fund="one") == [
        ("opening", "2021-04-01", "", "500.00", ""),
        ("spends", "2021-04-01", "2021-06-01", "", ""),
        ("closes", "2023-03-31", "", "", "two"),
    ]
    assert rows(source, fund="two") == [
        ("arrives", "2021-04-01", "", "400.00", ""),
        ("arrives", "2023-10-01", "", "300.00", ""),
        ("spends", "2024-04-01", "", "", ""),
        ("pays", "2022-01-01", "", "5.00", "one"),
        ("pays", "2022-07-01", "", "5.00", "one"),
    ]


def test_one_fund_alone_leaves_the_others_out(three: Scenario) -> None:
    late = InflowLate(name="late", fund="two", on=day("2023-01-01"), until=day("2024-01-01"))
    source = dated(three, TWO, late)
    assert {row[0] for row in CHART.table(source, "one").rows()} == {"one"}
    assert {row[0] for row in CHART.table(source, "two").rows()} == {"two"}


def test_what_is_late_arrives_when_the_shock_is_over(three: Scenario) -> None:
    first = InflowLate(name="a", fund="two", on=day("2023-09-01"), until=day("2023-11-01"))
    second = InflowLate(name="b", fund="two", on=day("2023-10-15"), until=day("2024-01-01"))
    source = dated(three, TWO, first, second)
    assert rows(source, fund="two", event="arrives")[1][:2] == ("arrives", "2024-01-01")
    assert "inflow, due on 2023-10-01" in CHART.table(source).column("what")


def test_what_is_reclaimed_does_not_arrive(three: Scenario) -> None:
    reclaims = Reclaims(
        name="r", fund="two", on=day("2023-01-01"), until=day("2024-01-01"), share=0.25
    )
    source = dated(three, TWO, reclaims)
    assert rows(source, fund="two", event="arrives")[1] == (
        *("arrives", "2023-10-01", "", "225.00", ""),
    )
    assert "inflow, less 25% that stays with its owners" in CHART.table(source).column("what")


def test_spending_ends_with_its_rule_or_its_fund(three: Scenario) -> None:
    for over, closes, until in (
        ("2 years", None, "2023-04-01"),
        ("10 years", Closing(on=day("2025-01-01"), residue="treasury"), "2025-01-01"),
    ):
        rule = SpendDown.model_validate({"over": over})
        one = Fund(spending=rule, closes=closes)
        assert rows(dated(three, {"one": one}), event="spends")[0][2] == until


FOUR = "spends, in 4 parts a year:"


@pytest.mark.parametrize(
    ("parts", "first", "what"),
    [
        (1, "2021-04-01", "spends"),
        (2, "2021-04-01", "spends, in 2 parts a year: on 1 April and 1 October"),
        (4, "2021-05-31", f"{FOUR} on 31 May, 31 August, 30 November and the last day of February"),
        (4, "2024-02-29", f"{FOUR} on the last day of February, 29 May, 29 August and 29 November"),
    ],
)
def test_parts_of_a_year_are_told_with_their_days(
    three: Scenario, parts: Literal[1, 2, 4], first: str, what: str
) -> None:
    """A quarter after 30 November is 28 February, or the 29th where there is one."""
    one = Fund("One", spending=PercentOfValue(rate=0.04, first=day(first), parts=parts))
    source = dated(three, {"one": one})
    assert CHART.table(source).where(event="spends").column("what") == [what]
    told = [row.what for row in rows_of(schedule(source), "one")]
    assert told[-1].replace("\u00a0", " ") == f"S{what[1:]}"


def test_what_begins_after_the_last_day_is_left_out(three: Scenario) -> None:
    late = Fund(
        opening=0,
        inflow=Lump(amount=1, on=day("2022-04-01")),
        spending=PercentOfValue(rate=0.1, first=day("2023-01-01")),
    )
    with pytest.raises(NotShown, match="nothing is dated within the run"):
        CHART.table(dated(three, {"one": late}, years=1))


def shocks() -> list[Shock]:
    on, until = day("2022-01-01"), day("2023-01-01")
    return [
        PanelLost(name="a hard winter", on=on, until=until, foundation="wales"),
        MarketShock(name="crash", on=on, change=-0.3),
        MarketShock(name="slump", on=on, until=until, yearly=0.05, asset="uk_equity"),
        InflationShock(name="dear", on=on, until=until, yearly=0.08),
        CorrelationShock(name="a crisis", on=on, until=until, lead="uk_equity", to=0.9),
        Merger(name="joined", on=on, foundation="kent", into="sussex"),
        Failure(name="failed", on=on, foundation="surrey", into="kent"),
    ]


def test_every_kind_of_shock_is_told_in_words(uk: Scenario) -> None:
    table = CHART.table(dated(uk, {"one": Fund()}, *shocks())).where(event="shock")
    assert table.column("what") == [
        "a hard winter: the panel of Community Foundation Wales does not sit",
        "crash: −30% at once on all assets",
        "slump: +5% a year on uk equity",
        "dear: +8% a year on prices",
        "a crisis: all assets move with uk equity",
        "joined: Kent Community Foundation joins Sussex Community Foundation",
        (
            "failed: Community Foundation for Surrey ends, and its areas pass to "
            "Kent Community Foundation"
        ),
    ]
    assert table.column("until") == ["2023-01-01", "", *["2023-01-01"] * 3, "", ""]


# Rows and the axis


def schedule(source: Source) -> Schedule:
    facts = Facts.of(source, "all", "nominal", "timeline")
    return Schedule.of(CHART.table(source), facts)


def test_a_fund_has_a_row_for_each_kind_of_date(three: Scenario) -> None:
    found = schedule(dated(three, TWO))
    assert [
        (row.kind, row.what.replace("\N{NO-BREAK SPACE}", " ")) for row in rows_of(found, "two")
    ] == [
        ("arrives", "£700 arrives on 2 days"),
        ("receives", "Receives from: Fund One"),
        ("spends", "Spends"),
        ("pays", "Pays £5 to Fund One, 2 times"),
    ]
    assert [row.kind for row in rows_of(found, "one")] == [
        *("opening", "receives", "spends", "closes")
    ]


def test_a_share_is_told_as_one(three: Scenario) -> None:
    pays = [transfer(to="two", on="2022-01-01", share="2.5%")]
    two = {"one": Fund("One", pays=pays), "two": Fund("Two")}
    told = [row.what for row in rows_of(schedule(dated(three, two)), "one")]
    assert "Pays 2.5% of its capital to Two" in told


def test_each_shock_has_a_row(uk: Scenario) -> None:
    found = schedule(dated(uk, {"one": Fund()}, *shocks()))
    assert len(list(shocks_of(found))) == len(shocks())


def test_the_axis_ends_soon_after_the_last_date_and_it_is_said(three: Scenario) -> None:
    source = dated(three, TWO)
    found = schedule(source)
    assert day("2024-04-01") < found.end < day("2026-01-01")
    about = CHART.words(CHART.table(source), source).about.replace("\N{NO-BREAK SPACE}", " ")
    assert "Nothing more is dated up to the last day, 31 March 2041." in about


def test_the_axis_goes_to_the_horizon_where_that_is_near(three: Scenario) -> None:
    source = dated(three, TWO, years=5)
    assert schedule(source).end == day("2026-03-31")
    assert "Nothing more" not in CHART.words(CHART.table(source), source).about


def test_amounts_are_in_money_of_the_day_whatever_is_asked(three: Scenario) -> None:
    source = dated(three, TWO)
    said = CHART.words(CHART.table(source), source, basis="real")
    assert "amounts in money of the day" in said.about
    assert "in prices of" not in said.caption[0]
    assert list(CHART.table(source, basis="nominal").rows()) == list(CHART.table(source).rows())


def test_alternative_text_counts_what_is_dated(three: Scenario) -> None:
    source = dated(three, TWO, MarketShock(name="crash", on=day("2022-01-01"), change=-0.3))
    alt = CHART.words(CHART.table(source), source).alt.replace("\N{NO-BREAK SPACE}", " ")
    assert "£1,200 arrives on 2 days. Spending begins on 1 April 2021. There is 1 shock." in alt
