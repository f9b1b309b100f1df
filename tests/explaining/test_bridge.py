"""The difference between two runs, taken apart: parts that sum to it, each of one group."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from fundsim.engine.simulate import tell_path
from fundsim.errors import InputError
from fundsim.explaining.between import GROUPS, group_of, steps
from fundsim.explaining.bridge import Bridge, bridge, told_apart
from fundsim.explaining.bridge_words import of_bridge
from fundsim.explaining.table import COLUMNS, table_of_bridge
from fundsim.scenario import Scenario, load
from tests.engine.tiny import DEARER, VOLATILE, Values
from tests.explaining.walking import Live, live
from tests.rules.accounts import recomputed

TinyRun = Callable[..., Live]


def parts(found: Bridge, measure: str = "allocated") -> list[tuple[str, float]]:
    """Give each change and its pounds."""
    return [(change.title, figures[measure] / 100) for change, figures in found.changes()]


def words(found: Bridge) -> str:
    return " ".join(" ".join(of_bridge(found)).split())


def test_parts_by_hand_are_what_each_change_makes_of_those_before_it(tiny_run: TinyRun) -> None:
    # Ash has a tenth of what is spent: 10 of 100, 20 of 200, 40 of 400, and a half of that by need.
    one = tiny_run("one", opening=1000)
    rule = {"kind": "shares", "shares": {"Ash": "50%", "Beck": "25%", "Cairn": "25%"}}
    dearer = {"kind": "percent_of_value", "rate": "20%"}
    other = tiny_run("other", opening=2000, spending=dearer, allocation=rule)
    found = bridge(one, other, "A1")
    assert parts(found) == [
        ("money that comes in", 10),
        ("spending", 20),
        ("allocation and need", 160),
    ]
    assert (found.begin["allocated"], found.end["allocated"]) == (1000, 20_000)
    assert "£190.00 more is paid there in tiny" in words(found)
    back = bridge(other, one, "A1")
    assert parts(back) == [
        ("money that comes in", -100),
        ("spending", -50),
        ("allocation and need", -40),
    ]


EVERYTHING: Values = {
    "opening": 2000,
    "inflow": {"kind": "lump", "amount": 300, "on": date(2022, 5, 1)},
    "spending": {"kind": "moving_average", "rate": "12%", "over": "2 quarters"},
    "allocation": {"kind": "need_weighted"},
    "foundations": {"fee": "6%", "sittings": ["June"], "capacity": {"pounds": 90}},
    "shocks": [
        {"kind": "panel_lost", "foundation": "hill", "on": "2022-05-01", "until": "2023-01-01"}
    ],
    "years": 4,
}


@pytest.fixture
def two(tiny_run: TinyRun) -> tuple[Live, Live]:
    """Two runs that differ in every group but places."""
    one = tiny_run("one", opening=1000, growth="5%", years=4)
    return one, tiny_run("other", markets=VOLATILE, **EVERYTHING)


@pytest.mark.parametrize("area", ["A1", "A2", "A3"])
def test_parts_sum_to_the_difference_to_the_penny(area: str, two: tuple[Live, Live]) -> None:
    found = bridge(*two, area)
    path = two[0].manifest["told_path"]
    told = tell_path(two[1].scenario, path)
    row = two[0].scenario.geography_table.codes.index(area)
    for measure in ("allocated", "paid"):
        assert found.end[measure] == told.areas["fund", measure][:, row].sum()
        section = found.section(measure)
        assert round(recomputed(section.steps)) == section.pence == found.end[measure]
        assert found.apart(measure) == sum(figures[measure] for _, figures in found.changes())
    groups = [group for change, _ in found.parts for group in change.groups]
    assert groups == [group for group in GROUPS if group in groups]
    assert len(groups) == 6


def test_a_year_alone_has_its_own_difference(two: tuple[Live, Live]) -> None:
    whole = bridge(*two, "A3")
    years = [bridge(*two, "A3", year=year) for year in range(2021, 2025)]
    for measure in ("allocated", "paid"):
        assert sum(one.apart(measure) for one in years) == whole.apart(measure)


def test_groups_that_cannot_stand_alone_are_made_together_and_said(tiny_run: TinyRun) -> None:
    lost = {"kind": "panel_lost", "foundation": "hill", "on": "2021-05-01", "until": "2022-01-01"}
    one = tiny_run("one", opening=1000, foundations={"sittings": ["June"]}, shocks=[lost])
    found = bridge(one, tiny_run("other", opening=1000), "A3")
    assert parts(found, "paid") == [("foundations and shocks", 60)]
    assert "Foundations and shocks were changed at once: foundations cannot be run alone." in words(
        found
    )


def test_a_spike_of_prices_is_a_change_of_shocks(tiny_run: TinyRun) -> None:
    """After prices rose by 2 % a quarter £100 are £108.24 in the second year; Ash has a tenth."""
    real = {"opening": 1000, "years": 2, "spending": {"kind": "constant_real", "amount": 100}}
    spike = {"kind": "inflation", "on": "2021-04-01", "until": "2022-04-01", "yearly": DEARER}
    one, other = tiny_run("one", **real), tiny_run("other", **real, shocks=[spike])
    assert parts(bridge(one, other, "A1")) == [("shocks", 0.82)]


def test_assets_that_move_together_go_with_the_markets_that_have_them(tiny_run: TinyRun) -> None:
    crisis: Values = {"kind": "correlation", "on": "2021-04-01", "until": "2022-04-01"}
    crisis |= {"lead": "shares", "to": 0.9}
    one = tiny_run("one", opening=1000, years=2)
    two = tiny_run("other", opening=1000, years=2, markets=VOLATILE, shocks=[crisis])
    assert [title for title, _ in parts(bridge(one, two, "A3"))] == ["markets and prices", "shocks"]
    assert [title for title, _ in parts(bridge(two, one, "A3"))] == [
        "markets and prices and shocks"
    ]


def test_runs_of_the_same_assumptions_do_not_differ(tiny_run: TinyRun) -> None:
    found = bridge(tiny_run("one", opening=1000), tiny_run("other", opening=1000), "A1")
    assert list(found.parts) == []
    assert "make the same assumptions: there is no difference" in words(found)


def test_runs_of_one_scenario_are_told_apart_by_rule_folder_or_place(tiny_run: TinyRun) -> None:
    one = tiny_run("one", opening=1000)
    by_need = tiny_run("one", opening=1000, allocation={"kind": "need_weighted"})
    assert told_apart(one, by_need) == ("tiny (per_capita)", "tiny (need_weighted)")
    heading = words(bridge(one, by_need, "A1"))
    assert heading.startswith("Ash (A1): tiny (per_capita) against tiny (need_weighted)")
    assert "is paid there in tiny (need_weighted)," in heading
    # the first rules that differ, inside others that do not
    first = {"by": "nation", "kind": "equal"}
    inside = [
        tiny_run("x", allocation={"kind": "hierarchy", "first": first, "then": {"kind": kind}})
        for kind in ("per_capita", "equal")
    ]
    assert told_apart(*inside) == ("tiny (per_capita)", "tiny (equal)")
    steeper = tiny_run("steep", allocation={"kind": "need_weighted", "steepness": 2})
    assert told_apart(by_need, steeper) == ("tiny (one)", "tiny (steep)")
    elsewhere = Live(one.results, Path("there") / "one")
    assert told_apart(one, elsewhere) == ("tiny (one)", f"tiny ({Path('there') / 'one'})")
    assert told_apart(one, one) == ("tiny", "tiny")
    assert words(bridge(one, one, "A1")).startswith("Ash (A1): tiny against itself")
    named = Live(tiny_run("two").results, Path("one"))
    other = live(named.scenario.but({"name": "small"}), "one")
    assert told_apart(named, other) == ("tiny", "small")


def test_where_rules_of_two_funds_differ_folders_tell_runs_apart(tiny_run: TinyRun) -> None:
    equal = {"allocation": {"kind": "equal"}}
    one = tiny_run("one", funds={"first": {}, "second": {}})
    other = tiny_run("other", funds={"first": equal, "second": equal})
    assert told_apart(one, other) == ("tiny (one)", "tiny (other)")


def test_what_differs_without_effect_is_named(tiny_run: TinyRun) -> None:
    one = tiny_run("one", opening=1000)
    found = bridge(one, tiny_run("other", opening=1000, inflation="3%"), "A1")
    assert parts(found) == []
    assert found.without_effect() == ["markets and prices"]
    text = words(found)
    assert "As much is paid there in tiny (other), to the penny." in text
    assert "These differ too and change nothing here: markets and prices." in text


def test_a_fund_of_one_run_alone_comes_with_its_rules(tiny_run: TinyRun) -> None:
    terms: Values = {"opening": 1000}
    more = {"opening": 500, "spending": {"kind": "percent_of_value", "rate": "50%"}}
    one = tiny_run("one", funds={"fund": terms}, foundations={"priority": ["fund"]})
    both = {"fund": terms, "more": more}
    other = tiny_run("other", funds=both, foundations={"priority": ["more", "fund"]})
    found = bridge(one, other, "A1")
    assert parts(found) == [("money that comes in", 25)]
    assert "A fund that only one of the runs has is taken as money with all its rules." in words(
        found
    )
    assert parts(bridge(one, other, "A1", fund="more")) == [("money that comes in", 25)]
    assert parts(bridge(one, other, "A1", fund="fund")) == []


def test_longer_and_later_runs_are_held_against_each_other_where_they_overlap(
    tiny_run: TinyRun,
) -> None:
    one = tiny_run("one", opening=1000, years=3)
    other = tiny_run("other", opening=1000, years=5, start=date(2022, 4, 1))
    found = bridge(one, other, "A1")
    assert (found.first, found.last) == (2022, 2023)
    assert parts(found) == [("places, dates and all else", 1.9)]
    far = tiny_run("far", opening=1000, years=2, start=date(2031, 4, 1))
    with pytest.raises(InputError, match="there is none in both; choose runs that overlap"):
        bridge(one, far, "A1")
    with pytest.raises(InputError, match="has no year 2021; choose one from 2022 to 2023"):
        bridge(one, other, "A1", year=2021)


def test_an_area_that_the_other_run_lacks_is_refused(tiny_run: TinyRun) -> None:
    one = tiny_run("one", opening=1000)
    other = live(one.scenario.but({"geography.where": {"name": ["Beck", "Cairn"]}}), "few")
    with pytest.raises(
        InputError, match="has no area A1; the difference is taken for an area of both"
    ):
        bridge(one, other, "A1")
    assert parts(bridge(one, other, "A2")) == [("places, dates and all else", 3.33)]


@pytest.mark.parametrize("name", ["kruger-left-behind", "lost-decade", "alliance-ask"])
def test_the_way_between_shipped_scenarios_ends_at_the_other(name: str) -> None:
    short = {"years": 6, "paths": 2}
    one, other = load("kruger-2020").but(short), load(name).but(short)

    def look(scenario: Scenario) -> tuple[str, int]:
        told = tell_path(scenario, 1)
        return scenario.fingerprint, sum(int(pence.sum()) for pence in told.areas.values())

    found = list(steps(one, other, look))
    assert found[-1][1] == look(other)
    assert len({figures for _, figures in found}) == len(found)
    assert not list(steps(one, one, look))


def test_every_key_of_a_scenario_has_a_group() -> None:
    assert group_of(("funds", "luc", "inflow")) == "money that comes in"
    assert group_of(("funds", "luc", "inflow"), in_both=False) == "money that comes in"
    assert group_of(("funds", "luc", "allocation"), in_both=False) == "money that comes in"
    assert group_of(("markets",)) == "markets and prices"
    assert group_of(("years",)) == group_of(("geography", "areas")) == GROUPS[-1]


def test_the_table_of_a_difference_has_a_line_a_part(two: tuple[Live, Live]) -> None:
    found = bridge(*two, "A1", year=2022, fund="fund")
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in table_of_bridge(found).rows()]
    assert {(row["year"], row["fund"], row["part"]) for row in rows} == {("2022", "fund", "bridge")}
    assert [row["op"] for row in rows].count("=") == 2
    paid = [row for row in rows if row["section"].startswith("What is paid")]
    assert int(paid[-1]["result"]) == found.end["paid"]


def test_a_path_that_cannot_be_is_no_path(tiny_run: TinyRun) -> None:
    with pytest.raises(ValueError, match="there is no path -1"):
        tell_path(tiny_run().scenario, -1)
