"""The catalogue of measures of spread: one call for all, stated answers, the same bits a path."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundsim.metrics import inequality
from fundsim.metrics.catalogue import METRICS
from fundsim.metrics.places import BREAKDOWNS, LEVELS, SPREADS, Spreading, atkinson
from fundsim.money import Pence
from fundsim.places import load_geography

MEASURES = pytest.mark.parametrize("name", SPREADS)
TABLES = pytest.mark.parametrize("name", BREAKDOWNS)

PEOPLE = np.array([10.0, 20.0, 30.0, 5.0, 40.0])
GROUP = np.array([0, 0, 1, 1, 2])


def seen(pence: Pence, years: int = 3) -> Spreading:
    """Look at money in five areas with everything that any measure may want."""
    size = len(pence)
    return Spreading(
        pence,
        PEOPLE[:size],
        need=np.array([3.0, 1.0, 2.0, 2.0, 0.0])[:size],
        groups=dict.fromkeys(LEVELS, (("A", "B", "C")[: GROUP[size - 1] + 1], GROUP[:size])),
        earlier=np.array([0.0, 5.0, 0.0, 2.0, 1.0])[:size],
        yearly=[pence // 2, pence // 3, pence - pence // 2 - pence // 3],
        years=years,
        minimum=100,
        discount=0.035,
    )


def many(paths: int = 40) -> Pence:
    dice = np.random.default_rng(11)
    pence = dice.integers(0, 10**9, (5, paths))
    pence[dice.random((5, paths)) < 0.3] = 0
    pence[:, 0] = 0
    return pence


# The catalogue


@MEASURES
def test_a_measure_says_what_it_is_in_a_sentence(name: str) -> None:
    measure = SPREADS[name]
    assert measure.name == name
    assert measure.direction in {-1, 0, 1}
    assert 20 < len(measure.title) <= 100
    assert measure.title[0].isupper()
    assert measure.title.endswith(".")
    assert "_" not in measure.title


@TABLES
def test_a_breakdown_says_what_it_is_in_a_sentence(name: str) -> None:
    assert BREAKDOWNS[name].name == name
    assert BREAKDOWNS[name].title.endswith(".")


def test_measures_that_runs_publish_bear_the_same_names_and_directions() -> None:
    both = SPREADS.keys() & METRICS.keys()
    assert both == {"gini_per_head", "share_to_most_deprived_fifth"}
    assert all(SPREADS[name].direction == METRICS[name].direction for name in both)


def test_measures_are_there_for_each_level() -> None:
    for level in LEVELS:
        for name in ("theil_between", "theil_within", "gap_between"):
            assert f"{name}_{level}s" in SPREADS
        assert f"gap_by_{level}" in BREAKDOWNS


# Stated answers


@MEASURES
def test_a_measure_answers_with_a_figure_for_each_path_and_never_nan(name: str) -> None:
    view = seen(many())
    found = SPREADS[name].of(view)
    assert found is not None
    assert found.shape == (40,)
    assert found.dtype == np.float64
    assert not np.isnan(found).any()
    assert SPREADS[name].infinite or np.isfinite(found).all()


@TABLES
def test_a_breakdown_answers_with_a_figure_for_each_group_and_path(name: str) -> None:
    found = BREAKDOWNS[name].of(seen(many()))
    assert found is not None
    names, figures = found
    assert figures.shape == (len(names), 40)
    assert np.isfinite(figures).all()


@MEASURES
@settings(max_examples=40)
@given(
    st.lists(
        st.one_of(st.just(0), st.integers(0, 10), st.integers(0, 10**13)), min_size=1, max_size=5
    )
)
def test_no_money_is_odd_enough_for_nan(name: str, pence: list[int]) -> None:
    found = SPREADS[name].of(seen(np.array(pence)[:, np.newaxis]))
    assert found is not None
    assert not np.isnan(found).any()


SPREAD_ONLY = [
    name
    for name, measure in SPREADS.items()
    if measure.unit not in {"areas", "pounds"} and name != "volatility"
]
EVEN = [name for name in SPREAD_ONLY if "earlier" not in name and "share" not in name]


@pytest.mark.parametrize("name", SPREAD_ONLY)
def test_where_nothing_is_paid_a_measure_answers_as_for_the_same_a_head(name: str) -> None:
    nothing = SPREADS[name].of(seen(np.zeros((5, 1), np.int64)))
    same = SPREADS[name].of(seen((6000 * PEOPLE).astype(np.int64)[:, np.newaxis]))
    assert nothing == pytest.approx(same, abs=1e-15)


def test_where_nothing_is_paid_every_area_is_under_the_minimum() -> None:
    view = seen(np.zeros((5, 1), np.int64))
    assert SPREADS["areas_under_minimum"].measure(view).tolist() == [5.0]
    assert SPREADS["present_value"].measure(view).tolist() == [0.0]
    assert SPREADS["volatility"].measure(view).tolist() == [0.0]


@pytest.mark.parametrize("name", EVEN)
def test_a_single_area_is_spread_evenly(name: str) -> None:
    found = SPREADS[name].of(seen(np.array([[6000, 0]])))
    assert found is not None
    assert found.tolist() == [1.0 if name == "ratio_90_10" else 0.0] * 2


def test_an_infinite_ratio_is_told_in_words() -> None:
    measure = SPREADS["ratio_90_10"]
    assert measure.measure(seen(np.array([[0], [0], [5], [5], [5]]))).tolist() == [math.inf]
    assert measure.infinite == "the least funded tenth of people get nothing"


# One path alone


@MEASURES
def test_a_path_alone_gives_what_it_gives_among_many(name: str) -> None:
    pence = many()
    together = SPREADS[name].measure(seen(pence))
    for path in range(pence.shape[1]):
        alone = SPREADS[name].measure(seen(pence[:, path : path + 1]))
        assert alone.tobytes() == together[path : path + 1].tobytes()


@TABLES
def test_a_path_alone_gives_the_same_by_group(name: str) -> None:
    pence = many()
    together = BREAKDOWNS[name].measure(seen(pence))
    for path in range(pence.shape[1]):
        alone = BREAKDOWNS[name].measure(seen(pence[:, path : path + 1]))
        assert alone.tobytes() == together[:, path : path + 1].tobytes()


@MEASURES
def test_a_path_alone_gives_the_same_among_many_areas(name: str) -> None:
    dice = np.random.default_rng(4)
    pence, group = dice.integers(0, 10**8, (2000, 3)), dice.integers(0, 3, 2000)
    whole = Spreading(
        pence,
        dice.integers(500, 3000, 2000).astype(float),
        need=dice.random(2000),
        groups=dict.fromkeys(LEVELS, (("A", "B", "C"), group)),
        earlier=dice.random(2000),
        yearly=np.stack([pence // 2, pence - pence // 2]),
        minimum=10**7,
        discount=0.035,
    )
    assert whole.yearly is not None
    alone = replace(whole, pence=pence[:, 1:2], yearly=[year[:, 1:2] for year in whole.yearly])
    assert SPREADS[name].measure(alone).tobytes() == SPREADS[name].measure(whole)[1:2].tobytes()


@MEASURES
def test_a_measure_leaves_its_view_alone(name: str) -> None:
    view = seen(many())
    for array in (view.pence, view.population, view.need, view.earlier, *(view.yearly or ())):
        assert array is not None
        array.setflags(write=False)
    assert SPREADS[name].of(view) is not None


# What is lacking


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("concentration", "no need is stated"),
        ("progressivity", "no need is stated"),
        ("share_to_most_deprived_tenth", "no need is stated"),
        ("areas_under_minimum", "no viable minimum is stated"),
        ("volatility", "no amount year by year is stated"),
        ("overlap_with_earlier", "no money of an earlier programme is stated"),
        ("present_value", "no amount year by year is stated; no discount rate is stated"),
        ("theil_between_nations", "no nation is known of areas"),
    ],
)
def test_a_measure_without_what_it_wants_is_empty_and_says_why(name: str, words: str) -> None:
    bare = Spreading(many(), PEOPLE)
    assert SPREADS[name].of(bare) is None
    assert SPREADS[name].lacks(bare) == words


def test_a_breakdown_without_what_it_wants_is_empty_and_says_why() -> None:
    bare = Spreading(many(), PEOPLE)
    assert BREAKDOWNS["per_head_by_tenth"].of(bare) is None
    assert BREAKDOWNS["gap_by_region"].lacks(bare) == "no region is known of areas"


def test_discounting_is_off_unless_a_rate_is_stated() -> None:
    view = replace(seen(many()), discount=None)
    assert SPREADS["present_value"].lacks(view) == "no discount rate is stated"
    at_nothing = SPREADS["present_value"].of(replace(view, discount=0.0))
    assert at_nothing is not None
    assert at_nothing.tolist() == (view.pence.sum(axis=0) / 100).tolist()  # in pounds


def test_need_and_earlier_money_must_be_known_and_fit_the_measure() -> None:
    view = seen(many())
    unknown = replace(view, need=np.array([math.nan, 1, 2, math.nan, 3]))
    assert SPREADS["concentration"].lacks(unknown) == "need is not known for 2 of 5 areas"
    scores = replace(view, need=np.array([-1.0, 0, 1, 2, 3]))
    assert SPREADS["concentration"].of(scores) is not None
    assert SPREADS["progressivity"].lacks(scores) == "need is below 0 in 1 of 5 areas"
    owed = replace(view, earlier=np.array([-1.0, -2, 1, 2, 3]))
    words = "money of an earlier programme is below 0 in 2 of 5 areas"
    assert SPREADS["share_to_reached_before"].lacks(owed) == words


def test_a_measure_called_for_a_view_that_lacks_what_it_wants_is_refused() -> None:
    with pytest.raises(ValueError, match="call `of` instead"):
        SPREADS["concentration"].measure(Spreading(many(), PEOPLE))


# Views and makers


def test_a_view_of_a_geography_knows_its_people_and_groups() -> None:
    areas = load_geography("uk-districts-2024")
    yearly = np.ones((4, len(areas), 2), np.int64)
    view = Spreading.over(areas, yearly.sum(axis=0), yearly=yearly)
    assert view.population.sum() == areas.population.sum()
    assert [len(view.groups[level][0]) for level in LEVELS] == [
        len(set(names)) for names in (areas.nations, areas.regions, areas.foundation_ids)
    ]
    assert view.years == 4
    assert Spreading.over(areas, yearly[0], years=2).years == 2
    between = SPREADS["theil_between_nations"].measure(view)
    assert between == pytest.approx(
        inequality.theil_parts(view.pence, view.population, view.groups["nation"][1]).between
    )


def test_atkinson_can_be_made_for_any_aversion() -> None:
    view = seen(many())
    own = atkinson(0.25, "atkinson_quarter")
    assert own.title.endswith("(Atkinson, 0.25).")
    expected = inequality.atkinson(view.pence, view.population, 0.25)
    assert own.measure(view).tolist() == expected.tolist()
