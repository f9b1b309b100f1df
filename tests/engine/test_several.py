"""Several rules at once give what each gives alone; what they share is drawn and decided once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pytest

from fundsim.chance import Streams
from fundsim.engine import several
from fundsim.engine.markets import draw
from fundsim.engine.several import differ_in_sharing_alone, feeds_back
from fundsim.engine.simulate import simulate, simulate_rules
from fundsim.engine.tallied import Key, Outcome
from fundsim.metrics.series import BASES, Basis
from fundsim.rules.spending import MovingAverage, SpendingView
from fundsim.scenario import Scenario
from tests.engine.comparing import areas_by_path
from tests.engine.plain_rules import Pence, Real
from tests.engine.test_stories_same_figures import FALL, LATE, LOST, MERGER, PAYS
from tests.engine.test_stories_same_figures import world as two_funds
from tests.engine.tiny import COMMUNITIES, DAMPED, DISTRICTS, IN_POUNDS, PHASED_IN, REVIEWED, Values

Tiny = Callable[..., Scenario]
Found = Mapping[Key, Pence]
"""What areas had by measure and basis, `(year, area, path)`."""

RULES: dict[str, Values] = {
    "per head": {"kind": "per_capita"},
    "by need": {"kind": "need_weighted", "steepness": 2.5},
    "level by level": {
        "kind": "hierarchy",
        "first": {"by": "foundation", "kind": "equal"},
        "then": {"kind": "per_capita"},
    },
    "in pounds": IN_POUNDS,
    "districts": DISTRICTS,
    "phased in": PHASED_IN,
    "communities": COMMUNITIES,
    "damped": DAMPED,
}

RESIDUE = {"closes": {"on": date(2023, 3, 31), "residue": "luc"}}
WORLDS: dict[str, dict[str, Any]] = {
    "calm": {},
    "a residue, payments and an alarm": {
        "shocks": [LATE, FALL],
        "alarm": {"fall": "10%"},
        "pays": [PAYS | {"until": date(2023, 3, 31)}],
        **RESIDUE,
    },
    "need that is read anew, and all else": {
        "shocks": [MERGER, LOST, LATE, FALL],
        "alarm": {"fall": "15%"},
        "need": REVIEWED,
        **RESIDUE,
    },
}
YEARS, PATHS = 6, 12


def world(tiny: Tiny, **story: Any) -> Scenario:
    """Two funds; the second has more to leave than in other tests, and closes after two years."""
    scenario = two_funds(tiny, YEARS, **story)
    return scenario.but({"paths": PATHS, "funds.recovery.opening": 3000})


def under(scenario: Scenario, *rules: Values, fund: str = "luc") -> list[Scenario]:
    return [scenario.but({f"funds.{fund}.allocation": rule}) for rule in rules]


# Together and alone


def kept(outcomes: Sequence[Outcome]) -> list[Found]:
    """Keep all years of all areas; in a worker process too."""
    return [
        {key: np.array(list(outcome.by_year(*key))) for key in outcome.yearly}
        for outcome in outcomes
    ]


def together(scenarios: Sequence[Scenario], **options: Any) -> list[Found]:
    """Simulate them at once, and put the blocks beside one another."""
    blocks = list(simulate_rules(scenarios, kept, **options))
    return [
        {key: np.concatenate([block[number][key] for block in blocks], axis=2) for key in found}
        for number, found in enumerate(blocks[0])
    ]


def alone(scenario: Scenario, *measures: str) -> Found:
    """Simulate one whole, and add its funds up."""
    run = simulate(scenario)

    def whole(measure: str, basis: Basis) -> Pence:
        parts = [areas_by_path(run, measure, basis, one) for one in scenario.funds]
        return np.asarray(np.add.reduce(parts))

    return {(measure, basis): whole(measure, basis) for measure in measures for basis in BASES}


def assert_same(found: Found, expected: Found) -> None:
    assert found.keys() == expected.keys()
    for key, pence in expected.items():
        assert pence.any()
        assert found[key].shape == pence.shape
        assert (found[key] == pence).all(), key


@pytest.mark.parametrize("story", WORLDS.values(), ids=WORLDS)
def test_each_rule_gives_at_once_with_others_what_it_gives_alone(
    story: dict[str, Any], tiny: Tiny
) -> None:
    scenarios = under(world(tiny, **story), *RULES.values())
    paid, allocated = (together(scenarios, measure=name) for name in ("paid", "allocated"))
    for number, scenario in enumerate(scenarios):
        assert_same({**paid[number], **allocated[number]}, alone(scenario, "paid", "allocated"))


def test_the_rules_differ_and_so_do_their_years(tiny: Tiny) -> None:
    # Otherwise the comparison above would show little.
    story = WORLDS["need that is read anew, and all else"]
    found = together(under(world(tiny, **story), *RULES.values()), measure="allocated")
    shared = [years["allocated", "nominal"] for years in found]
    assert len({pence.tobytes() for pence in shared}) == len(RULES)
    assert all((pence[4] != pence[5]).any() for pence in shared)


def test_which_rule_is_the_first_of_them_changes_nothing(tiny: Tiny) -> None:
    story = WORLDS["a residue, payments and an alarm"]
    scenarios = under(world(tiny, **story), *list(RULES.values())[::2])
    turned = together(scenarios[::-1])[::-1]
    for one, other in zip(together(scenarios), turned, strict=True):
        assert_same(one, other)


def test_any_block_and_any_number_of_workers_give_the_same(tiny: Tiny) -> None:
    story = WORLDS["need that is read anew, and all else"]
    scenarios = under(world(tiny, **story), *list(RULES.values())[-3:])
    more = [scenario.but({"paths": 300}) for scenario in scenarios]
    whole = together(more)
    for options in ({"block": 250}, {"block": 1000}, {"block": 250, "workers": 2}):
        for one, other in zip(whole, together(more, **options), strict=True):
            assert_same(one, other)


def test_some_paths_are_the_first_of_more(tiny: Tiny) -> None:
    story = WORLDS["need that is read anew, and all else"]
    scenarios = under(world(tiny, **story), RULES["damped"], RULES["communities"])
    more = together([scenario.but({"paths": 300}) for scenario in scenarios])
    for one, other in zip(together(scenarios), more, strict=True):
        assert_same(one, {key: pence[:, :, :PATHS] for key, pence in other.items()})


def test_progress_is_told_block_by_block(tiny: Tiny) -> None:
    scenarios = under(world(tiny).but({"paths": 600}), RULES["per head"], RULES["by need"])
    told: list[tuple[int, int]] = []
    together(scenarios, block=250, progress=lambda done, of: told.append((done, of)))
    assert told == [(250, 600), (500, 600), (600, 600)]


def test_areas_are_paid_or_allotted_and_nothing_else(tiny: Tiny) -> None:
    with pytest.raises(ValueError, match="found received, expected allocated or paid"):
        together([world(tiny)], measure="received")


def test_years_are_asked_for_one_by_one_or_together(tiny: Tiny) -> None:
    for story in (WORLDS["calm"], {"shocks": [MERGER, LOST]}):
        (outcome,) = next(simulate_rules([world(tiny, **story)], list))
        years = outcome.by_year("paid", "real")
        listed = list(years)
        assert len(years) == len(listed) == YEARS
        for year in range(-YEARS, YEARS):
            assert (years[year] == listed[year]).all()
        assert [pence.tolist() for pence in years[1:5:2]] == [
            listed[1].tolist(),
            listed[3].tolist(),
        ]
        assert (outcome.over_all("paid", "real") == np.add.reduce(listed)).all()
        for beyond in (YEARS, -YEARS - 1):
            with pytest.raises(IndexError):
                years[beyond]


def test_without_any_money_areas_have_nothing_in_every_year(tiny: Tiny) -> None:
    (outcome,) = next(simulate_rules([tiny(opening=0, years=3)], list))
    assert [pence.any() for pence in outcome.by_year("paid", "nominal")] == [False] * 3


# What is done once


@dataclass
class Counted:
    """Counts what is drawn, and how often a fund's spending is decided."""

    draws: int = 0
    streams: Counter[tuple[int, str]] = field(default_factory=Counter)
    reviews: list[int] = field(default_factory=list)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    found = Counted()
    stream, spend = Streams.__call__, MovingAverage.spend

    def drawn(scenario: Scenario, first: int, paths: int) -> Any:
        found.draws += 1
        return draw(scenario, first, paths)

    def opened(streams: Streams, source: str) -> np.random.Generator:
        found.streams[streams.number, source] += 1
        return stream(streams, source)

    def spent(rule: MovingAverage, view: SpendingView) -> Real:
        found.reviews.append(view.number)
        return spend(rule, view)

    monkeypatch.setattr(several, "draw", drawn)
    monkeypatch.setattr(Streams, "__call__", opened)
    monkeypatch.setattr(MovingAverage, "spend", spent)
    return found


FOUR = ("per head", "in pounds", "damped", "communities")


def test_markets_are_drawn_and_spending_is_decided_once_for_four_rules(
    tiny: Tiny, counted: Counted
) -> None:
    scenarios = under(world(tiny).but({"paths": 600}), *(RULES[name] for name in FOUR))
    together(scenarios, block=1000)
    assert counted.draws == 1
    # Of three units of paths: prices, and each of the two assets.
    assert {number for number, _ in counted.streams} == {0, 1, 2}
    assert len(counted.streams) == 3 * 3
    assert set(counted.streams.values()) == {1}
    assert counted.reviews == list(range(YEARS))


def test_they_are_drawn_once_a_block(tiny: Tiny, counted: Counted) -> None:
    scenarios = under(world(tiny).but({"paths": 600}), *(RULES[name] for name in FOUR))
    together(scenarios, block=250, measure="allocated")
    assert counted.draws == 3
    assert set(counted.streams.values()) == {1}
    assert counted.reviews == list(range(YEARS)) * 3


def test_reviews_that_an_alarm_brings_forward_are_decided_once_too(
    tiny: Tiny, counted: Counted
) -> None:
    story = {"shocks": [FALL], "alarm": {"fall": "10%"}}
    one = under(world(tiny, **story), RULES["per head"])
    together(one)
    single = list(counted.reviews)
    assert len(single) > YEARS
    counted.reviews.clear()
    together(under(world(tiny, **story), *(RULES[name] for name in FOUR)))
    assert counted.reviews == single


# A rule that feeds back


OUTSIDE = {"closes": {"on": date(2023, 3, 31), "residue": "treasury"}}
FEEDING = WORLDS["a residue, payments and an alarm"]
ENDED: Values = {
    "kind": "programmes",
    "programmes": [
        {"name": "grants", "weight": 1, "rule": RULES["per head"], "until": date(2022, 4, 1)}
    ],
}


@pytest.mark.parametrize("rule", [IN_POUNDS, ENDED, RULES["damped"]])
def test_a_rule_that_may_leave_money_to_another_fund_is_run_whole(
    rule: Values, tiny: Tiny, counted: Counted
) -> None:
    scenarios = under(
        world(tiny, **FEEDING), RULES["per head"], rule, RULES["by need"], fund="recovery"
    )
    assert feeds_back(scenarios[0], scenarios[2]) == []
    assert feeds_back(*scenarios) == feeds_back(*scenarios[:2]) == ["recovery"]
    found = together(scenarios)
    # The first and the second: on the same draws, but each on its own spending.
    assert counted.draws == 1
    assert set(counted.streams.values()) == {1}
    single, twice = Counter(range(YEARS)), Counter(counted.reviews)
    assert all(twice[number] >= 2 * times for number, times in single.items())
    for years, scenario in zip(found, scenarios, strict=True):
        assert_same(years, alone(scenario, "paid"))


def test_money_that_is_left_does_reach_the_other_fund(tiny: Tiny) -> None:
    # Otherwise the test above would show little.
    for rule in (IN_POUNDS, ENDED):
        runs = under(world(tiny, **FEEDING), RULES["per head"], rule, fund="recovery")
        spent = [simulate(one).series["luc"].of("spending", "nominal") for one in runs]
        assert (spent[0] != spent[1]).any()


def test_where_the_first_rule_feeds_back_the_others_are_run_whole(tiny: Tiny) -> None:
    scenarios = under(world(tiny, **FEEDING), IN_POUNDS, RULES["per head"], fund="recovery")
    assert feeds_back(*scenarios) == ["recovery"]
    for years, scenario in zip(together(scenarios), scenarios, strict=True):
        assert_same(years, alone(scenario, "paid"))


@pytest.mark.parametrize(
    "story",
    [
        FEEDING | {"shares": IN_POUNDS, **OUTSIDE},  # nobody is simulated who gets it
        FEEDING | {"shares": RULES["by need"]},  # nothing is left
        {"luc": IN_POUNDS},  # what is left waits for the fund's own next round
    ],
)
def test_nothing_feeds_back_where_no_other_fund_can_get_it(
    story: dict[str, Any], tiny: Tiny
) -> None:
    assert feeds_back(world(tiny, **story)) == []


def test_nothing_feeds_back_before_a_fund_closes(tiny: Tiny) -> None:
    closing = world(tiny, **FEEDING | {"shares": IN_POUNDS})
    assert feeds_back(closing) == ["recovery"]
    later = {"funds.recovery.closes.on": date(2021 + YEARS, 4, 1)}
    assert feeds_back(closing.but(later)) == []


def test_a_rule_may_leave_money_once_need_is_read_anew(tiny: Tiny) -> None:
    # Caps of half as much again a head keep all of it with the needs of the first years.
    capped = {"kind": "adjusted", "rule": {"kind": "need_weighted", "steepness": 4}}
    capped |= {"cap": {"of_per_capita": "150%"}}
    assert feeds_back(world(tiny, **FEEDING | {"shares": capped})) == []
    assert feeds_back(world(tiny, **FEEDING | {"shares": capped, "need": REVIEWED})) == ["recovery"]


# Scenarios that differ in more


def test_scenarios_that_differ_in_more_meet_the_same_markets(tiny: Tiny, counted: Counted) -> None:
    base = world(tiny, **FEEDING)
    others = [
        base.but({"funds.luc.spending.rate": "7%"}),
        base.but({"geography.need": REVIEWED}),
        base.but({"foundations.fee": "20%", "funds.luc.allocation": RULES["damped"]}),
        base.but({"markets.assets.shares.volatility": "25%"}),
        base.but({"shocks": []}),
    ]
    assert not any(differ_in_sharing_alone(base, other) for other in others)
    found = together([base, *others])
    assert counted.draws == 6
    assert set(counted.streams.values()) == {6}
    for years, scenario in zip(found, [base, *others], strict=True):
        assert_same(years, alone(scenario, "paid"))


def test_words_and_rules_are_all_in_which_they_may_differ(tiny: Tiny) -> None:
    base = world(tiny)
    alike = {"title": "Otherwise", "about": "Some words.", "funds.luc.title": "A fund"}
    assert differ_in_sharing_alone(base, base.but(alike))
    for rule in RULES.values():
        assert differ_in_sharing_alone(base, base.but({"funds.luc.allocation": rule}))
    for change in ({"seed": 2}, {"years": 5}, {"funds.luc.opening": 2001}, {"paths": 21}):
        assert not differ_in_sharing_alone(base, base.but(change))
    elsewhere = base.but({"geography.where": {"name": ["Ash", "Cairn"]}})
    assert not differ_in_sharing_alone(base, elsewhere)
