"""Dormant assets on the timeline: what is released to whom and when, and whose part is late."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from fundsim.charts import CHARTS
from fundsim.charts.schedule import Schedule, rows_of, scheme_of
from fundsim.charts.source import Source
from fundsim.charts.words import Facts
from fundsim.engine.simulate import simulate
from fundsim.rules.dormant import DormantAssets
from fundsim.rules.inflows import Inflow, Releases
from fundsim.rules.shocks import InflowLate, Reclaims, ReclaimsSurge, Shock, Withdrawal
from fundsim.rules.spending import PercentOfValue
from fundsim.scenario import Scenario as Loaded
from fundsim.scenario import load
from fundsim.units import months_after
from tests.charts.plain import PAPER
from tests.charts.seen import LONG, MARKUP, cut_off, drawn, said, touching
from tests.charts.small_world import Fund, Scenario, World, world

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.transforms import BboxBase

CHART = CHARTS["timeline"]
NATIONS = {
    "England": {"share": "75%", "causes": {"places": "20%", "youth": "80%"}},
    "Scotland": {"share": "25%", "delay": "6 months"},
}


def day(text: str) -> date:
    return date.fromisoformat(text)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def scheme(noise: float = 0, **more: Any) -> DormantAssets:
    """Of £1,000 one half comes in in either of two years, and two fifths of it are released."""
    return DormantAssets.model_validate(
        {
            "classes": {
                "banks": {
                    "title": "Old accounts",
                    "stock": 1000,
                    "ramp": ["50%", "50%"],
                    "noise": noise,
                    "reclaims": {"ultimate": 0, "hazard": 0},
                }
            },
            "released": {"2021": "40%"},
            **more,
        }
    )


def released(
    three: Scenario, terms: DormantAssets, *shocks: Shock, inflow: Inflow | None = None
) -> World:
    """Five years from 1 April 2021 on of a fund that has what is released, and of one that has not.

    All that is released goes to the first one unless said.
    """
    funds = {
        "one": Fund("One", opening=0, inflow=inflow or Releases()),
        "two": Fund("Two", opening=0),
    }
    return world(replace(three, funds=funds, shocks=shocks, years=5, dormant_assets=terms))


def rows(source: Source, *kinds: str, fund: str | None = None) -> list[tuple[str, ...]]:
    """Event, first day, first day after, pounds, what."""
    table = CHART.table(source, fund)
    found = [tuple(row) for row in table.rows()]
    return [(*row[2:6], row[7]) for row in found if row[2] in kinds]


def schedule(source: Source) -> Schedule:
    return Schedule.of(CHART.table(source), Facts.of(source, "all", "nominal", "timeline"))


# What is released


def test_without_noise_a_release_is_stated_to_the_penny(three: Scenario) -> None:
    """£500 come in in each of two years, and 40% of it is released on the day after it."""
    assert rows(released(three, scheme()), "arrives", "released", "modelled") == [
        ("released", "2022-04-01", "", "200.00", "released"),
        ("released", "2023-04-01", "", "200.00", "released"),
    ]


def test_with_noise_every_review_is_dated_and_its_amount_said_to_be_without_chance(
    three: Scenario,
) -> None:
    what = "with chance left out, released"
    assert rows(released(three, scheme(0.5)), "arrives", "released", "modelled") == [
        ("modelled", "2022-04-01", "", "200.00", what),
        ("modelled", "2023-04-01", "", "200.00", what),
        ("modelled", "2024-04-01", "", "0.00", what),
        ("modelled", "2025-04-01", "", "0.00", what),
    ]


def test_each_nations_part_is_there_on_its_own_day(three: Scenario) -> None:
    source = released(three, scheme(nations=NATIONS))
    assert rows(source, "released", "delay") == [
        ("released", "2022-04-01", "", "150.00", "released for England"),
        ("released", "2022-10-01", "", "50.00", "released for Scotland"),
        ("released", "2023-04-01", "", "150.00", "released for England"),
        ("released", "2023-10-01", "", "50.00", "released for Scotland"),
        ("delay", "2022-10-01", "", "", "Scotland: 25% of each release, 6 months after its review"),
    ]


def test_parts_of_two_releases_that_meet_on_a_day_are_one_arrival(three: Scenario) -> None:
    late = {"England": {"share": "75%"}, "Scotland": {"share": "25%", "delay": "1 year"}}
    found = rows(released(three, scheme(nations=late)), "released", "delay")
    assert [(row[1], row[3], row[4]) for row in found] == [
        ("2022-04-01", "150.00", "released for England"),
        ("2023-04-01", "200.00", "released for all nations"),
        ("2024-04-01", "50.00", "released for Scotland"),
        ("2023-04-01", "", "Scotland: 25% of each release, 1 year after its review"),
    ]


def test_a_fund_has_the_nations_and_the_cause_that_it_draws_on(three: Scenario) -> None:
    """Scotland states no causes, so that it has nothing for a single one, and no delay to tell."""
    source = released(three, scheme(nations=NATIONS), inflow=Releases(cause="places"))
    assert [row[1:] for row in rows(source, "released", "delay")] == [
        ("2022-04-01", "", "30.00", "released for England, cause: places"),
        ("2023-04-01", "", "30.00", "released for England, cause: places"),
    ]
    source = released(three, scheme(nations=NATIONS), inflow=Releases(nations=["Scotland"]))
    assert [row[1:4:2] for row in rows(source, "released")] == [
        ("2022-10-01", "50.00"),
        ("2023-10-01", "50.00"),
    ]


def test_no_day_is_told_on_which_nothing_can_be_released(three: Scenario) -> None:
    """Reviewed every other year; 2022 ends with nothing to be released, 2024 with something."""
    terms = scheme(0.5, review_every="2 years", released={"2023": "40%"})
    assert [row[1] for row in rows(released(three, terms), "modelled")] == ["2025-04-01"]
    lagging = scheme(0.5, review_lag=2)
    assert [row[1] for row in rows(released(three, lagging), "modelled")] == [
        *("2024-04-01", "2025-04-01")
    ]


def test_before_a_class_has_joined_nothing_is_released(three: Scenario) -> None:
    terms = scheme(0.5)
    joining = terms.classes["banks"].model_copy(update={"joins": 2023})
    terms = terms.model_copy(update={"classes": {"banks": joining}})
    source = released(three, terms)
    assert [row[1] for row in rows(source, "modelled")] == ["2024-04-01", "2025-04-01"]
    assert [row[1:3] for row in rows(source, "transfers")] == [("2023-04-01", "2025-04-01")]


def test_a_scheme_that_began_before_the_run_tells_what_reaches_the_run(three: Scenario) -> None:
    terms = scheme(start="2019-10-01", released={"2019": "40%"}, nations=NATIONS)
    source = released(three, terms)
    assert [row[:4] for row in rows(source, "released", "transfers", "delay")] == [
        ("released", "2021-04-01", "", "50.00"),
        ("released", "2021-10-01", "", "150.00"),
        ("released", "2022-04-01", "", "50.00"),
        ("transfers", "2019-10-01", "2021-10-01", ""),
        ("delay", "2021-04-01", "", ""),
    ]
    over = scheme(start="2018-10-01", released={"2018": "40%"}, nations=NATIONS)
    assert [row[:4] for row in rows(released(three, over), "released", "transfers", "delay")] == [
        ("released", "2021-04-01", "", "50.00"),
        ("delay", "2021-04-01", "", ""),
    ]


def test_shocks_on_the_way_hold_back_and_withhold_what_is_released(three: Scenario) -> None:
    late = InflowLate(name="l", fund="one", on=day("2022-01-01"), until=day("2023-04-01"))
    kept = Reclaims(name="r", fund="one", on=day("2023-01-01"), until=day("2024-01-01"), share=0.25)
    assert [row[1:] for row in rows(released(three, scheme(), late, kept), "released")] == [
        ("2023-04-01", "", "200.00", "released, due on 2022-04-01"),
        ("2023-04-01", "", "150.00", "released, less 25% that stays with its owners"),
    ]


# What the scheme does


def test_transfers_last_until_nothing_comes_in_or_their_holders_withdraw(three: Scenario) -> None:
    what = "Old accounts: transferred to the reclaim fund"
    assert rows(released(three, scheme()), "transfers") == [
        ("transfers", "2021-04-01", "2023-04-01", "", what)
    ]
    gone = Withdrawal(name="w", on=day("2021-10-01"), asset_class="banks")
    assert rows(released(three, scheme(), gone), "transfers", "released", "shock") == [
        ("released", "2022-04-01", "", "200.00", "released"),
        ("transfers", "2021-04-01", "2022-04-01", "", what),
        ("shock", "2021-10-01", "", "", "w: holders of Old accounts take part no more"),
    ]


def test_what_comes_in_beyond_the_run_has_no_end(three: Scenario) -> None:
    terms = scheme()
    for_ever = terms.classes["banks"].model_copy(update={"yearly": 100})
    terms = terms.model_copy(update={"classes": {"banks": for_ever}})
    source = released(three, terms)
    assert [row[1:3] for row in rows(source, "transfers")] == [("2021-04-01", "")]
    assert [plain(row.when) for row in scheme_of(schedule(source))] == ["from 1 April 2021 on"]


def test_a_class_that_withdraws_at_once_is_not_told(three: Scenario) -> None:
    gone = Withdrawal(name="w", on=day("2021-04-01"), asset_class="banks")
    assert rows(released(three, scheme(0.5), gone), "transfers", "released", "modelled") == []


def test_owners_who_come_back_sooner_are_told_with_their_class(three: Scenario) -> None:
    span = {"on": day("2022-04-01"), "until": day("2023-04-01")}
    all_ = ReclaimsSurge(name="a", times=1.5, **span)
    some = ReclaimsSurge(name="b", times=2, classes=["banks"], **span)
    assert [row[-1] for row in rows(released(three, scheme(), all_, some), "shock")] == [
        "a: owners come back 1.5 times as fast",
        "b: owners of Old accounts come back 2 times as fast",
    ]


def test_a_fund_that_draws_on_nothing_is_told_as_without_a_scheme(three: Scenario) -> None:
    source = released(three, scheme())
    without = world(replace(source.scenario, dormant_assets=None))
    told = [list(CHART.table(each, "two").rows()) for each in (source, without)]
    assert told[0] == told[1]


# Against the engine


@pytest.fixture(scope="module")
def strained() -> Loaded:
    """The strained scheme with nothing left to chance, nations that are late, and more reclaims."""
    strained = load("official-880m-strained").but({"years": 10, "paths": 250})
    classes = {
        f"dormant_assets.classes.{name}.{key}": 0
        for name in ("insurance_and_pensions", "investments")
        for key in ("noise", "reclaims.noise")
    }
    late = {
        "dormant_assets.nations.Scotland.delay": "18 months",
        "dormant_assets.nations.Wales.delay": "1 year",
        "dormant_assets.start": date(2020, 10, 1),
    }
    reclaims = {
        "name": "reclaims",
        "kind": "reclaims",
        "on": date(2025, 1, 1),
        "until": date(2028, 1, 1),
        "fund": "luc",
        "share": "13.7%",
    }
    shocks = [shock.model_dump() for shock in strained.shocks]
    return strained.but({**classes, **late, "shocks": [*shocks, reclaims]})


def test_amounts_without_chance_are_what_arrives_in_the_simulation(strained: Loaded) -> None:
    table = CHART.table(cast("Source", SimpleNamespace(scenario=strained)))
    told = [row for row in table.rows() if row[2] in ("released", "modelled")]
    assert {row[2] for row in told} == {"released"}
    arrived = simulate(strained).series["luc"].of("arrived", "nominal")
    for year in range(strained.years):
        begin, end = (months_after(strained.start, 12 * (year + more)) for more in (0, 1))
        due = [float(row[5]) for row in told if begin <= day(row[3]) < end]
        assert (arrived[year] == round(100 * sum(due))).all()


# In words and drawn


def test_releases_have_a_row_and_the_scheme_a_group(three: Scenario) -> None:
    found = schedule(released(three, scheme(0.5, nations=NATIONS)))
    told = [(row.kind, plain(row.what), plain(row.when)) for row in rows_of(found, "one")]
    assert told[0] == (
        "modelled",
        "£400 of dormant assets is released on 8 days, with chance left out",
        "1 April 2022 to 1 October 2025",
    )
    assert [(row.kind, plain(row.when)) for row in scheme_of(found)] == [
        ("transfers", "from 1 April 2021 to 31 March 2023"),
        ("delay", "first on 1 October 2022"),
    ]
    shown = said(drawn("timeline", released(three, scheme(0.5, nations=NATIONS))))
    assert {"Dormant assets", "£150", "£50"} <= set(shown)


@pytest.mark.parametrize(
    ("noise", "about"),
    [
        (0.5, "What is released differs from future to future: it is shown with chance left out."),
        (0.0, "What is released is worked out from the scenario's dormant assets."),
    ],
)
def test_it_is_said_what_amounts_of_releases_are(three: Scenario, noise: float, about: str) -> None:
    source = released(three, scheme(noise))
    said = CHART.words(CHART.table(source), source)
    days = 4 if noise else 2
    assert about in said.about
    assert f"£400 is released on {days} days. {about} Spending begins" in plain(said.alt)
    assert "£0" not in said.alt


def many(count: int, delay: str) -> DormantAssets:
    """A nation for each of so many parts, each with a delay, of classes with long names."""
    terms = scheme(0.3, nations={f"{LONG} {n}": _nation(n, count, delay) for n in range(count)})
    banks = terms.classes["banks"]
    named = banks.model_copy(update={"title": MARKUP + LONG, "yearly": 100_000, "backlog": 0.2})
    return terms.model_copy(update={"classes": {"a": named, "banks": banks}})


def _nation(number: int, count: int, delay: str) -> dict[str, object]:
    return {"share": 1 / count, "delay": f"{number + 1} {delay}"}


CASES: dict[str, Callable[[Scenario], Scenario]] = {
    "a release": lambda three: replace(three, years=2, dormant_assets=scheme()),
    "no release": lambda three: replace(three, years=1, dormant_assets=scheme()),
    "ten years": lambda three: replace(three, years=10, dormant_assets=many(1, "quarters")),
    "fifty years": lambda three: replace(three, years=50, dormant_assets=many(2, "quarters")),
    "two centuries": lambda three: replace(three, years=200, dormant_assets=many(4, "years")),
    "many nations": lambda three: replace(three, years=30, dormant_assets=many(12, "months")),
}


@pytest.mark.parametrize("name", CASES)
def test_no_text_is_cut_off_or_on_top_of_another(name: str, three: Scenario) -> None:
    rule = PercentOfValue(rate=0.04, first=day("2021-05-31"), parts=4)
    funds = {
        "one": Fund(MARKUP, opening=0, inflow=Releases(), spending=rule),
        "two": Fund(LONG, opening=0, inflow=Releases(), spending=rule),
    }
    figure = drawn("timeline", world(replace(CASES[name](three), funds=funds)))
    assert cut_off(figure) == []
    assert touching(figure) == []
    assert _crossing(figure) == []


def _crossing(figure: Figure) -> Sequence[str]:
    """Texts with a bar or a mark in them; a line may pass behind, and paper lies under some."""
    from matplotlib.colors import to_rgba
    from matplotlib.patches import Polygon
    from matplotlib.text import Text

    paper = to_rgba(PAPER), to_rgba("none")
    shapes = [
        patch.get_window_extent()
        for patch in figure.findobj(Polygon)
        if (patch.get_facecolor(), patch.get_edgecolor()) != paper
    ]
    found = [text for text in figure.findobj(Text) if text.get_text()]
    return [
        text.get_text()
        for text in found
        for shape in shapes
        if _upon(text.get_window_extent(), shape)
    ]


def _upon(text: BboxBase, shape: BboxBase) -> bool:
    wide = min(text.x1, shape.x1) - max(text.x0, shape.x0)
    high = min(text.y1, shape.y1) - max(text.y0, shape.y0)
    return bool(wide > 0.5 and high > 0.25 * text.height)
