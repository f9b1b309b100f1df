"""What flows where: worked by hand, balanced to the penny, drawn so that everything is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fundsim.charts import CHARTS, NotShown
from fundsim.charts.flow_chart import AS_ONE, SHARED_OUT, TOO_MANY
from fundsim.charts.flows import Flow, Stop, fifths
from fundsim.charts.sankey import MOST, Sankey, depths, funds_of, grouped
from fundsim.charts.source import Source
from fundsim.charts.words import Words
from fundsim.engine.simulate import simulate
from fundsim.places import load_geography
from fundsim.scenario import Closing, Transfer, from_values
from tests.charts.hand_made import Figures, made
from tests.charts.small_world import Fund, Needy, Scenario, World

CHART = CHARTS["money_flow"]
PLACES = """code,name,population,nation,foundation,need
A1,Ashby,1000,North,n,3
A2,Burton,3000,South,s,1
A3,Corby,1000,South,s,2
"""
START = date(2021, 4, 1)


def passes(to: str, pounds: int = 100, on: date = START) -> Transfer:
    return Transfer(to=to, on=on, amount=pounds)


@pytest.fixture
def places(tmp_path: Path) -> Scenario:
    """Two nations with a foundation each, and two funds, of which one pays the other."""
    path = tmp_path / "places.csv"
    path.write_text(PLACES, encoding="utf-8")
    return Scenario(
        load_geography(str(path)),
        years=2,
        geography=Needy("need"),
        funds={
            "one": Fund("Fund One", opening=1000_00, pays=[passes("two")]),
            "two": Fund("Fund Two", opening=400_00),
        },
    )


ONE: Figures = {
    "arrived": [1000, 0],
    "fees": [15, 5],
    "spending": [600, 0],
    "passed_on": [100, 0],
    "passed_between": [100, 0],
    "closing_capital": [290, 300],
}
TWO: Figures = {
    "arrived": [500, 0],
    "fees": [10, 0],
    "spending": [0, 200],
    "closing_capital": [450, 250],
}
NORTH: Figures = {
    "received": [100, 200],
    "foundation_fees": [10, 20],
    "paid": [100, 100],
    "waiting": [9, 50],
    "promised": [9, 20],
}
SOUTH: Figures = {
    "received": [500, 0],
    "foundation_fees": [50, 0],
    "paid": [200, 100],
    "carried": [9, 40],
    "promised": [9, 100],
    "returned": [0, 10],
}
PAID = [200.0, 180.0, 120.0]


def world(places: Scenario) -> World:
    received: Figures = {"received": [0, 200]}
    north: Figures = {**NORTH, "received": [100, 0]}
    books = {("one", "n"): north, ("two", "n"): received, ("one", "s"): SOUTH}
    return made(places, {"one": ONE, "two": TWO}, books, {"one": PAID, "two": [0.0] * 3})


def shown(source: Source, fund: str | None = None) -> dict[tuple[str, str], str]:
    table = CHART.table(source, fund)
    return {(row[0], row[1]): row[2] for row in table.rows()}


def words(source: Source) -> Words:
    return CHART.words(CHART.table(source), source)


def test_every_flow_is_worked_by_hand(places: Scenario) -> None:
    assert shown(world(places)) == {
        ("Dormant assets", "Fund One"): "1000.00",
        ("Markets, after inflation", "Fund One"): "20.00",
        ("Fund One", "Fund Two"): "100.00",
        ("Fund One", "North"): "100.00",
        ("Fund One", "South"): "500.00",
        ("Fund One", "Managers’ fees"): "20.00",
        ("Fund One", "Kept at the end of 2022/23"): "300.00",
        ("Dormant assets", "Fund Two"): "400.00",
        ("Fund Two", "Lost on markets, after inflation"): "40.00",
        ("Fund Two", "North"): "200.00",
        ("Fund Two", "Managers’ fees"): "10.00",
        ("Fund Two", "Kept at the end of 2022/23"): "250.00",
        ("North", "Paid to grantees"): "200.00",
        ("North", "Promised, not yet paid"): "20.00",
        ("North", "Waiting or carried forward"): "50.00",
        ("North", "Foundations’ costs"): "30.00",
        ("Clawed back from grantees", "South"): "10.00",
        ("South", "Paid to grantees"): "300.00",
        ("South", "Promised, not yet paid"): "100.00",
        ("South", "Waiting or carried forward"): "40.00",
        ("South", "Foundations’ costs"): "50.00",
        ("South", "Lost to rising prices while waiting"): "20.00",
        ("Paid to grantees", "Most deprived fifth of people"): "200.00",
        ("Paid to grantees", "Second fifth"): "120.00",
        ("Paid to grantees", "Third fifth"): "60.00",
        ("Paid to grantees", "Fourth fifth"): "60.00",
        ("Paid to grantees", "Least deprived fifth"): "60.00",
    }


def balance(source: Source, fund: str | None = None) -> dict[str, tuple[Decimal, Decimal]]:
    """What comes in and goes out at every stop in the middle."""
    sums: dict[str, list[Decimal]] = {}
    for row in CHART.table(source, fund).rows():
        pounds = Decimal(row[2])
        for side, (name, kind) in enumerate([(row[1], row[4]), (row[0], row[3])]):
            if kind in ("fund", "nation") or name == "Paid to grantees":
                sums.setdefault(name, [Decimal(), Decimal()])[side] += pounds
    return {name: (into, out) for name, (into, out) in sums.items()}


@pytest.mark.parametrize("fund", [None, "one", "two"])
def test_as_much_comes_in_as_goes_out(places: Scenario, fund: str | None) -> None:
    sums = balance(world(places), fund)
    assert sums
    assert all(into == out for into, out in sums.values())


@settings(max_examples=40)
@given(figures=st.lists(st.floats(0, 1e9), min_size=9, max_size=9))
@example(figures=[0.0, 0.0, 0.0, 10499802.0, 0.0, 11.0, 10499792.0, 0.0, 0.0])
def test_it_balances_to_the_penny_whatever_the_figures(
    figures: list[float], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "balanced.csv"
    path.write_text(PLACES, encoding="utf-8")
    scenario = Scenario(load_geography(str(path)), years=1, geography=Needy("need"))
    arrived, fees, closing, received, costs, waiting, promised, paid, spent = figures
    books_of_fund = {
        "arrived": [arrived],
        "fees": [fees],
        "closing_capital": [closing],
        "spending": [spent],
    }
    books = {
        "received": [received],
        "foundation_fees": [costs],
        "waiting": [waiting],
        "promised": [promised],
        "paid": [paid],
    }
    source = made(
        scenario, {"main": books_of_fund}, {("main", "n"): books}, {"main": [paid, 0.0, 0.0]}
    )
    try:
        sums = balance(source)
    except NotShown:
        return
    assert all(into == out for into, out in sums.values())


def test_one_fund_alone_names_the_others_as_where_money_is_from_and_goes(places: Scenario) -> None:
    one, two = shown(world(places), "one"), shown(world(places), "two")
    assert one["Fund One", "Fund Two"] == "100.00"
    assert two["Fund One", "Fund Two"] == "100.00"
    assert two["Dormant assets", "Fund Two"] == "400.00"
    kinds = {(row[0], row[1]): row[3:5] for row in CHART.table(world(places), "two").rows()}
    assert kinds["Fund One", "Fund Two"] == ("source", "fund")


def test_in_money_of_the_day_nothing_is_lost_to_prices_by_its_name(places: Scenario) -> None:
    names = {row[0] for row in CHART.table(world(places), basis="nominal").rows()}
    assert "Markets" in names
    assert "Markets, after inflation" not in names


def test_a_gain_from_falling_prices_comes_in(places: Scenario) -> None:
    books = {**SOUTH, "paid": [200, 150]}
    source = made(places, {"one": ONE, "two": TWO}, {("one", "s"): books}, {"one": PAID})
    assert shown(source)["Gained from falling prices", "South"] == "30.00"


def test_what_a_closing_fund_leaves_goes_where_the_scenario_says(places: Scenario) -> None:
    closing = Closing(on=date(2022, 4, 1), residue="treasury")
    only = replace(places, funds={"one": Fund("Fund One", closes=closing)})
    books = {"arrived": [100, 0], "passed_on": [0, 100]}
    assert shown(made(only, {"one": books})) == {
        ("Dormant assets", "Fund One"): "100.00",
        ("Fund One", "Left to: The Treasury"): "100.00",
    }


def test_what_a_rule_does_not_share_is_a_flow(places: Scenario) -> None:
    only = replace(places, funds={"one": Fund("Fund One")})
    books = {"arrived": [100, 0], "spending": [100, 0], "unshared": [30, 30]}
    source = made(only, {"one": books}, {("one", "n"): {"received": [70, 0], "paid": [70, 0]}})
    assert shown(source)["Fund One", "Not shared yet"] == "30.00"


def test_areas_of_equal_need_are_not_put_in_fifths(places: Scenario) -> None:
    places.geography_table.columns["need"].setflags(write=True)
    places.geography_table.columns["need"][:] = 1.0
    assert shown(world(places))["Paid to grantees", "All areas"] == "500.00"


def test_it_is_not_shown_where_no_money_arrives(places: Scenario) -> None:
    with pytest.raises(NotShown, match="no money ever arrives"):
        CHART.table(made(places, {"one": {}, "two": {}}))


def test_names_that_are_the_same_are_told_apart(places: Scenario) -> None:
    alike = replace(places, funds={"one": Fund("=1+1", pays=[passes("two")]), "two": Fund("=1+1")})
    flows = shown(world(alike))
    assert flows["=1+1 (one)", "=1+1 (two)"] == "100.00"


# Who passes money to whom


def three(places: Scenario) -> Scenario:
    pays = [passes("two"), passes("three")]
    funds = {"one": Fund("Fund One", pays=pays), "two": Fund("Two", opening=0)}
    return replace(places, funds={**funds, "three": Fund("Three", opening=50_00)})


def test_what_two_funds_get_from_one_is_told_by_what_they_have(places: Scenario) -> None:
    one = {"arrived": [1000, 0], "passed_on": [300, 0], "passed_between": [300, 0]}
    books: Mapping[str, Figures] = {
        "one": {**one, "closing_capital": [700, 700]},
        "two": {"arrived": [100, 0], "closing_capital": [100, 100]},
        "three": {"arrived": [250, 0], "closing_capital": [250, 250]},
    }
    source = made(three(places), books)
    flows = shown(source)
    assert flows["Fund One", "Two"] == "100.00"
    assert flows["Fund One", "Three"] == "200.00"
    assert flows["Dormant assets", "Three"] == "50.00"
    assert ("Dormant assets", "Two") not in flows
    hows = {row[5] for row in CHART.table(source).rows() if row[3] == row[4] == "fund"}
    assert hows == {"shared out"}
    assert f"{SHARED_OUT[0].upper()}{SHARED_OUT[1:]}." in words(source).about


def test_one_receiver_a_year_is_no_guess(places: Scenario) -> None:
    assert {row[5] for row in CHART.table(world(places)).rows() if row[0] == "Fund One"} == {
        "counted"
    }


# Fifths


def test_fifths_cut_the_area_on_a_boundary_in_proportion() -> None:
    parts = fifths(np.array([2, 2, 1]), [1.0, 9.0, 5.0])
    assert [part.tolist() for part in parts] == [
        [0.0, 0.5, 0.0],
        [0.0, 0.5, 0.0],
        [0.0, 0.0, 1.0],
        [0.5, 0.0, 0.0],
        [0.5, 0.0, 0.0],
    ]


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=40))
def test_fifths_hold_everybody_once(people: list[int]) -> None:
    parts = np.array(fifths(np.array(people), [float(row % 7) for row in range(len(people))]))
    assert parts.sum(axis=0) == pytest.approx(np.ones(len(people)))
    assert (parts * people).sum(axis=1) == pytest.approx(np.full(5, sum(people) / 5))


# Words


def test_losses_are_told_in_words(places: Scenario) -> None:
    about = words(world(places)).about
    assert "What Fund Two loses on markets stands at the other end." in about
    assert "What Fund One loses" not in about


def test_alternative_text_says_the_main_sums(places: Scenario) -> None:
    alt = words(world(places)).alt
    assert "£1,400 of dormant assets arrive." in alt
    assert "£30 goes to managers, £80 to foundations’ costs, £500 is paid to grantees." in alt
    assert "40% of what is paid reaches the most deprived fifth of people." in alt


# Drawing


def fund(name: str) -> Stop:
    return Stop("fund", name)


def test_a_fund_that_pays_stands_before_the_one_that_receives() -> None:
    flows = [Flow(fund("a"), fund("b"), 1), Flow(fund("b"), fund("c"), 1)]
    assert depths(flows) == {fund("a"): 0, fund("b"): 1, fund("c"): 2}


def test_funds_in_a_circle_are_one_stop_and_keep_what_leaves_the_circle() -> None:
    there_and_back = [Flow(fund("a"), fund("b"), 5), Flow(fund("b"), fund("a"), 3)]
    flows = grouped([*there_and_back, Flow(fund("b"), fund("c"), 2)])
    assert flows == [Flow(fund("a and b"), fund("c"), 2)]


@pytest.mark.parametrize("count", [4, MOST + 1])
def test_many_funds_are_one_stop(count: int) -> None:
    dormant = Stop("source", "Dormant assets")
    flows = [Flow(dormant, fund(str(row)), 1) for row in range(count)]
    flows += [Flow(fund(str(row)), fund(str(row + 1)), 1) for row in range(count - 1)]
    assert grouped(flows) == [Flow(dormant, fund(f"{count} funds"), count)]


def test_many_nations_are_grouped_and_none_is_lost() -> None:
    nations = [Flow(fund("a"), Stop("nation", str(row)), row + 1) for row in range(20)]
    drawn = grouped(nations)
    assert len(drawn) == MOST + 1
    assert {flow.target.name: flow.pence for flow in drawn}["13 other nations"] == 91
    assert sum(flow.pence for flow in drawn) == 210


def test_it_is_said_where_funds_are_drawn_as_one(places: Scenario) -> None:
    to_and_fro = {
        "one": Fund("Fund One", pays=[passes("two")]),
        "two": Fund("Fund Two", pays=[passes("one")]),
    }
    two = {**TWO, "passed_on": [20, 0], "passed_between": [20, 0]}
    source = made(replace(places, funds=to_and_fro), {"one": ONE, "two": two})
    said = (AS_ONE, TOO_MANY)
    assert any(f"{note[0].upper()}{note[1:]}." in words(source).about for note in said)
    assert len(funds_of(grouped([Flow(fund("a"), fund("b"), 1)]))) == 2


def test_no_stop_stands_on_another_of_its_column(places: Scenario) -> None:
    source = world(places)
    rows = list(CHART.table(source).rows())
    kinds = {(row[0], row[3]) for row in rows} | {(row[1], row[4]) for row in rows}
    stops = {kind: Stop(kind[1], kind[0]) for kind in kinds}  # type: ignore[arg-type] # - as read
    flows = [
        Flow(stops[row[0], row[3]], stops[row[1], row[4]], round(float(row[2]) * 100))
        for row in rows
    ]
    sankey = Sankey(flows)
    sankey.place(10.0)
    for stack in sankey.stacks:
        for above, below in pairwise(stack):
            assert above.middle + above.slot / 2 < below.middle - below.slot / 2
    drawn = sum(flow.pence for flow in sankey.flows)
    assert drawn == sum(flow.pence for flow in flows)


def test_a_foundation_that_serves_two_nations_is_named_after_both(tmp_path: Path) -> None:
    (tmp_path / "areas.csv").write_text(PLACES.replace("South,s,1", "North,s,1"), encoding="utf-8")
    spending = {"kind": "percent_of_value", "rate": "4%", "first": date(2022, 4, 1)}
    fund = {"title": "F", "opening": "£1m", "spending": spending}
    allocation = {"kind": "per_capita"}
    run = simulate(
        from_values(
            {
                "schema_version": 1,
                "name": "spanning",
                "title": "Spanning",
                "start": START,
                "years": 3,
                "paths": 4,
                "seed": 1,
                "geography": {"areas": str(tmp_path / "areas.csv"), "need": "need"},
                "markets": {
                    "kind": "deterministic",
                    "inflation": {"kind": "constant", "rate": 0},
                    "assets": {"cash": {"weight": 1, "arithmetic_mean": 0}},
                },
                "funds": {"f": fund | {"allocation": allocation}},
            }
        )
    )
    rows = [dict(zip(t.columns, row, strict=True)) for t in [CHART.table(run)] for row in t.rows()]
    paid = {
        row["source"]: float(row["pounds"]) for row in rows if row["target"] == "Paid to grantees"
    }
    areas = run.table("areas").where(measure="paid", basis="real", fund="f", from_year="2021")
    by_area = {row[0]: float(row[areas.columns.index("mean")]) for row in areas.rows() if row}
    assert set(paid) == {"North", "North + South"}
    assert paid["North"] == pytest.approx(by_area["A1"], abs=0.02)
    assert paid["North + South"] == pytest.approx(by_area["A2"] + by_area["A3"], abs=0.02)
