"""What each foundation can award in a year, from its past grants, its people or pounds stated."""

from __future__ import annotations

from statistics import median

import pytest

from fundsim.places import median_grants_a_head, member_foundations
from fundsim.scenario import Scenario, load
from fundsim.scenario.capacity import assumed, yearly_capacities

pytestmark = pytest.mark.usefixtures("folder")

SITTINGS = 'foundations.sittings=["May"]'


def with_capacity(text: str) -> Scenario:
    return load("kruger-endowment", [SITTINGS, f"foundations.capacity={text}"])


def by_id(scenario: Scenario) -> dict[str, int | None]:
    places = scenario.geography_table.foundations
    return dict(zip((p.id for p in places), yearly_capacities(scenario), strict=True))


def test_a_multiple_of_past_grants() -> None:
    scenario = with_capacity("{multiple_of_past_grants=4}")
    assert by_id(scenario)["north-east"] == 4 * 8_400_000 * 100
    people = member_foundations()["cumbria"].population
    assert by_id(scenario)["cumbria"] == round(4 * median_grants_a_head() * people * 100)


def test_who_is_taken_for_the_median() -> None:
    unknown = [f.id for f in member_foundations().values() if f.past_grants is None]
    assert sorted(assumed(with_capacity("{multiple_of_past_grants=4}"))) == sorted(unknown)
    assert assumed(with_capacity("{per_head=4}")) == []
    assert assumed(load("kruger-endowment")) == []


def test_the_median_is_that_of_pounds_a_head_of_the_known() -> None:
    known = [f for f in member_foundations().values() if f.past_grants]
    figures = sorted(f.past_grants.pounds / f.population for f in known if f.past_grants)
    assert len(figures) == 21
    assert median_grants_a_head() == median(figures) == figures[10]


def test_pounds_a_head_and_pounds_each() -> None:
    people = {f.id: f.population for f in load("kruger-endowment").geography_table.foundations}
    assert by_id(with_capacity('{per_head="£1.50"}')) == {k: 150 * n for k, n in people.items()}
    assert set(by_id(with_capacity('{pounds="£2m"}')).values()) == {200_000_000}


def test_without_a_capacity_there_is_no_end() -> None:
    assert set(yearly_capacities(load("kruger-endowment"))) == {None}


def test_each_foundation_has_its_own() -> None:
    assert by_id(load("example.toml")) == {
        "east": round(4 * median_grants_a_head() * 300_000 * 100),
        "leeds": 200_000_000,
        "ni": round(4 * median_grants_a_head() * 340_000 * 100),
        "scotland": 4 * 100 * known("scotland"),
        "wales": 150 * 90_000,
    }


def known(name: str) -> int:
    granted = member_foundations()[name].past_grants
    assert granted is not None
    return granted.pounds


def test_people_are_those_of_the_areas_in_use() -> None:
    one = load("kruger-endowment", [SITTINGS, "foundations.capacity={per_head=1}",
        'geography.where={name="Bedford"}', 'funds.luc.allocation={kind="equal"}'])  # fmt: skip
    (people,) = one.geography_table.population
    assert by_id(one) == {"bedfordshire-luton": 100 * people}
