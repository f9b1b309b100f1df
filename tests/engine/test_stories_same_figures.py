"""Whatever goes wrong, a path comes out the same in any company, and a year before any other.

Two funds in markets that rise and fall, each story in a world of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fundsim.engine import spending as spending_story
from fundsim.engine.block import play, recording, stories
from fundsim.engine.books import Books, Letter
from fundsim.engine.markets import draw
from fundsim.engine.model import Model
from fundsim.engine.recorder import Recorder
from fundsim.engine.simulate import simulate
from fundsim.places.shares import areas_share
from fundsim.results.cubes import CUBES
from fundsim.scenario import Scenario
from tests.engine.comparing import areas_by_path
from tests.engine.inspecting import Inspector
from tests.engine.plain_rules import Pence
from tests.engine.test_same_figures import assert_same, by_path, rows
from tests.engine.tiny import (
    COMMUNITIES,
    DAMPED,
    DISTRICTS,
    IN_POUNDS,
    PHASED_IN,
    PLENTIFUL,
    REVIEWED,
    VOLATILE,
    Values,
)

Tiny = Callable[..., Scenario]
Paths = NDArray[np.bool_]

MERGER = {"kind": "merger", "foundation": "dale", "into": "hill", "on": date(2023, 9, 10)}
LOST = {"kind": "panel_lost", "foundation": "hill", "on": date(2022, 6, 1)}
LOST |= {"until": date(2023, 3, 1)}
LATE = {"kind": "inflow_late", "fund": "luc", "on": date(2021, 8, 1), "until": date(2022, 8, 10)}
LESS = {"kind": "reclaims", "fund": "luc", "on": date(2021, 4, 1), "until": date(2030, 1, 1)}
LESS |= {"share": "12.5%"}
FALL = {"kind": "market", "asset": "shares", "on": date(2023, 11, 15), "change": "-30%"}
SLUMP = {"kind": "market", "on": date(2025, 4, 1), "until": date(2027, 4, 1), "yearly": "-9%"}
PAYS = {"to": "luc", "on": date(2021, 10, 1), "share": "1%", "every": "1 month"}

SHARED: dict[str, dict[str, Any]] = {
    "districts and phasing in": {
        "luc": PHASED_IN,
        "shares": DISTRICTS,
        "shocks": [FALL],
        "alarm": {"fall": "15%"},
    },
    "need read anew": {"luc": {"kind": "need_weighted"}, "need": REVIEWED},
    "communities and a lost panel": {"luc": COMMUNITIES, "shocks": [LOST]},
    "communities and a merger": {"luc": COMMUNITIES, "shares": COMMUNITIES, "shocks": [MERGER]},
    "damping with alarm": {"luc": DAMPED, "shocks": [FALL], "alarm": {"fall": "10%"}},
    "damping and all else": {
        "luc": DAMPED,
        "shares": DISTRICTS,
        "need": REVIEWED,
        "shocks": [MERGER, LOST, LATE, LESS, FALL, SLUMP],
        "alarm": {"fall": "10%"},
        "pays": [PAYS | {"until": date(2023, 3, 31)}],
        "closes": {"on": date(2023, 3, 31), "residue": "luc"},
    },
}
"""Rounds that differ, and money that communities decide on."""
STORIES: dict[str, dict[str, Any]] = {
    "merger": {"shocks": [MERGER]},
    "lost panel": {"shocks": [LOST]},
    "late tranche": {"shocks": [LATE]},
    "fall with alarm": {"shocks": [FALL], "alarm": {"fall": "15%"}},
    "all at once": {
        "shocks": [MERGER, LOST, LATE, LESS, FALL, SLUMP],
        "alarm": {"fall": "10%"},
        "pays": [PAYS | {"until": date(2023, 3, 31)}],
        "closes": {"on": date(2023, 3, 31), "residue": "luc"},
        "shares": IN_POUNDS,
    },
    "all but a merger": {
        "shocks": [LOST, LATE, LESS, FALL, SLUMP],
        "alarm": {"fall": "10%"},
        "pays": [PAYS | {"until": date(2023, 3, 31)}],
        "closes": {"on": date(2023, 3, 31), "residue": "luc"},
        "shares": IN_POUNDS,
    },
    **SHARED,
}


def world(tiny: Tiny, years: int = 8, **story: Any) -> Scenario:
    """Two funds that meet at the foundations' sittings, of which one may have an alarm."""
    luc: Values = {
        "opening": 2000,
        "inflow": {"kind": "schedule", "amounts": {"2021-09-30": 400, "2022-08-10": 100}},
        "spending": {"kind": "moving_average", "rate": "5%", "over": "6 quarters"},
    }
    recovery: Values = {
        "opening": 1000,
        "spending": {"kind": "profile", "profile": "covid-grants-2020"},
        "holds": {"cash": "100%"},
        "instalments": ["100%"],
        "closes": story.get("closes", {"on": date(2023, 3, 31), "residue": "treasury"}),
        "allocation": story.get("shares", {"kind": "need_weighted"}),
        "pays": story.get("pays", []),
    }
    if "alarm" in story:
        luc["alarm"] = story["alarm"]
    if "luc" in story:
        luc["allocation"] = story["luc"]
    scenario = tiny(
        funds={"luc": luc, "recovery": recovery},
        foundations=PLENTIFUL,
        shocks=story.get("shocks", []),
        years=years,
        markets=VOLATILE,
    )
    return scenario.but({"paths": 250, "geography.need": story.get("need", "need")})


LONGER = ("merger", "fall with alarm", "damping and all else", "all at once")


@pytest.fixture(params=STORIES)
def story(request: pytest.FixtureRequest) -> dict[str, Any]:
    return STORIES[request.param]


# In any company


def alone(scenario: Scenario, path: int) -> Model:
    """Play one path by itself."""
    markets = draw(scenario, path, 1)
    model = Model(scenario, scenario.geography_table, markets, first=path, keeping=recording(None))
    play(model, stories(model))
    return model


def recorder_of(model: Model) -> Recorder:
    assert isinstance(model.recorder, Recorder)
    return model.recorder


def test_path_17_is_the_same_alone_among_18_and_among_250(
    story: dict[str, Any], tiny: Tiny
) -> None:
    scenario = world(tiny, **story)
    among_18, among_250 = (simulate(scenario, paths=paths, path=17) for paths in (18, 250))
    assert_same(among_18, among_250, paths=18)
    assert among_18.told.journal == among_250.told.journal
    model = alone(scenario, 17)
    for (fund, measure, basis), pence in recorder_of(model).series.items():
        assert (pence[:, 0] == among_18.series[fund].of(measure, basis)[:, 17]).all(), measure
    members = len(scenario.geography_table.foundations)
    seen = set[tuple[str, str]]()
    for key, tally in recorder_of(model).tallies.items():
        found = tally.of_path()[: scenario.years]
        if key.fund not in scenario.funds:
            continue
        if key.level == "area":
            told = areas_by_path(among_18, key.measure, key.basis, key.fund)
        elif key.measure in CUBES:
            told = among_18.cubes.read(key, members)
        else:
            continue
        assert (found == told[:, :, 17]).all(), key
        seen.add((key.fund, key.measure))
    assert {(fund, measure) for fund in scenario.funds for measure in ("waiting", "paid")} <= seen
    for (fund, measure), told in among_18.told.areas.items():
        assert (told == among_250.told.areas[fund, measure]).all()
        assert (told == areas_by_path(among_18, measure, "nominal", fund)[:, :, 17]).all()


@pytest.mark.parametrize("name", LONGER)
def test_any_block_and_any_number_of_workers_give_the_same_figures(name: str, tiny: Tiny) -> None:
    scenario = world(tiny, years=6, **STORIES[name])
    one, other = (simulate(scenario, paths=600, block=block) for block in (250, 500))
    assert rows(one) == rows(other)
    assert_same(one, other, paths=600)
    if name == LONGER[-1]:
        both = simulate(scenario, paths=600, block=250, workers=2)
        assert rows(one) == rows(both)
        assert_same(one, both, paths=600)


def test_ten_years_are_the_first_ten_of_fifty(story: dict[str, Any], tiny: Tiny) -> None:
    short, long = (simulate(world(tiny, years=years, **story), paths=10) for years in (10, 50))
    assert_same(short, long, years=10, paths=10)


@pytest.mark.parametrize("name", list(SHARED)[-3:])
def test_every_identity_holds_after_every_event_where_rounds_differ(
    name: str, tiny: Tiny, inspectors: list[Inspector]
) -> None:
    simulate(world(tiny, **SHARED[name]), paths=12)
    block, told = inspectors
    assert block.events >= told.events > 100


def test_the_order_of_shocks_in_a_file_changes_no_figure(tiny: Tiny) -> None:
    all_at_once = STORIES["all at once"]
    turned = all_at_once | {"shocks": all_at_once["shocks"][::-1]}
    one, other = (simulate(world(tiny, **story), paths=30) for story in (all_at_once, turned))
    assert one.scenario.fingerprint == other.scenario.fingerprint
    assert_same(one, other, paths=30)


# An alarm


class Reviews:
    """Writes down each review: the day, whether it is early, on which paths, what is kept."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.held: list[tuple[date, bool, Paths]] = []
        self.after: dict[date, Pence] = {}
        self.values: list[Pence] = []
        review = spending_story.review

        def watched(model: Model, books: Books, number: int, on: Paths, event: str) -> None:
            review(model, books, number, on, event)
            if books.name == "luc" and model.paths > 1:  # not of the path that is told
                self.held.append((model.clock.today, "forward" in event, on.copy()))
                self.after[model.clock.today] = books.capital.copy()
                self.values = books.values

        monkeypatch.setattr(spending_story, "review", watched)

    def early(self) -> Iterator[tuple[date, Paths]]:
        return ((day, on) for day, forward, on in self.held if forward)


ALARMS = {
    "a fall": {"shocks": [FALL]},
    "markets alone": {"shocks": []},
    "rounds in pounds": {"shocks": [FALL], "shares": IN_POUNDS},
    "damping": {"shocks": [FALL], "luc": DAMPED, "shares": DISTRICTS},
    "communities": {"shocks": [FALL], "luc": COMMUNITIES},
}


@pytest.mark.parametrize("story", ALARMS.values(), ids=ALARMS)
def test_an_alarm_changes_nothing_on_the_paths_on_which_it_does_not_ring(
    story: dict[str, Any], tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    calm = simulate(world(tiny, **story), paths=250, path=0)
    reviews = Reviews(monkeypatch)
    alert = simulate(world(tiny, **story, alarm={"fall": "20%"}), paths=250, path=0)
    rang = np.any([on for _, on in reviews.early()], axis=0)
    assert 10 < rang.sum() < 240
    theirs = dict(by_path(calm))
    for name, pence in by_path(alert):
        assert (pence[..., ~rang] == theirs[name][..., ~rang]).all(), name
    spent = [run.series["luc"].of("spending", "nominal") for run in (calm, alert)]
    assert (spent[0] != spent[1]).any(axis=0)[rang].all()


def test_damping_holds_each_path_to_the_round_that_was_its_own_last_one(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[tuple[Paths, Pence]] = []
    allotted = spending_story.allotted

    def watched(books: Books, model: Model, on: Paths) -> list[Letter]:
        letters = list(allotted(books, model, on))
        if books.name == "luc" and model.paths > 1:
            shared = [areas_share(letter.pence, letter.lot) for letter in letters]
            rounds.append((on, np.asarray(np.add.reduce(shared))))
        return letters

    monkeypatch.setattr(spending_story, "allotted", watched)
    simulate(world(tiny, **SHARED["damping with alarm"]))
    (_, last), *later = rounds
    at_the_limit = 0
    for on, shared in later:
        most = np.rint(1.1 * last)
        assert (shared <= most)[:, on].all()
        at_the_limit += int((shared == most)[:, on].any(axis=0).sum())
        last = np.where(on, shared, last)
    assert at_the_limit > 100
    assert sum(not on.all() for on, _ in rounds) > 5  # reviews that some paths did not hold


def test_where_the_alarm_rings_first_the_review_is_held_that_day_and_not_on_its_own(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    # From the run without an alarm it follows where and when the alarm must first ring.
    reviews = Reviews(monkeypatch)
    calm = world(tiny)
    simulate(calm, paths=250, path=0)
    quarters, own_days = quarter_ends(calm), sorted(reviews.after)
    rings: dict[int, date] = {}
    for number, day in enumerate(quarters):
        before = [own for own in own_days if own < day]
        if not before or day in own_days:
            continue
        value = reviews.values[number + 1]  # the first of all is that of the opening money
        fallen = value < 0.8 * reviews.after[before[-1]]
        for path in np.flatnonzero(fallen):
            rings.setdefault(int(path), day)
    assert len(rings) > 10
    reviews.held.clear()
    simulate(world(tiny, alarm={"fall": "20%"}), paths=250, path=0)
    first: dict[int, date] = {}
    for day, on in reviews.early():
        for path in np.flatnonzero(on):
            first.setdefault(int(path), day)
    assert first == rings
    # The next own day after an early review leaves that path out.
    for day, forward, on in reviews.held:
        own = [held for later, early, held in reviews.held if later > day and not early]
        assert not (forward and own and (own[0] & on).any())


def quarter_ends(scenario: Scenario) -> tuple[date, ...]:
    return alone(scenario.but({"paths": 1}), 0).clock.quarter_ends


@pytest.mark.parametrize("years", [3, 5])
def test_some_years_are_the_first_of_more_with_an_alarm_in_the_last_of_them(
    years: int, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Markets fall in the last year, and the review that is brought forward lies beyond the run.
    november = date(2020 + years, 11, 15)
    fall = FALL | {"on": november}
    story = {"shocks": [fall], "alarm": {"fall": "15%"}}
    reviews = Reviews(monkeypatch)
    short = simulate(world(tiny, years=years, **story), paths=60)
    assert any(day.year == november.year and on.sum() > 10 for day, on in reviews.early())
    long = simulate(world(tiny, years=10, **story), paths=60)
    assert_same(short, long, years=years, paths=60)
