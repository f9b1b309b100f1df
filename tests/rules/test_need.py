"""Need made of one column or more: scales, weights, what may be compared, and reviews."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from fundsim.places import Geography
from fundsim.rules.allocation import AllocationRule, AnyAllocation, Ratios
from fundsim.rules.base import Fault
from fundsim.rules.need import Blend, combined
from fundsim.rules.round import Round, When
from tests.rules.accounts import recomputed
from tests.rules.little import table

EVERY = np.ones(4, np.bool_)
FOUR = table(
    [100, 200, 300, 400],
    names=["Ay", "Bee", "Cee", "Dee"],
    nations=["Alpha", "Alpha", "Beta", "Beta"],
    of_a_nation=["own"],
    imd=[8, 2, 4, 6],
    ties=[5, 1, 5, 1],
    own=[1, 3, 10, 30],
    same=[7, 7, 7, 7],
    zero=[0, 0, 0, 0],
    gaps=[1, np.nan, 3, 4],
)


def blend(**settings: Any) -> Blend:
    return Blend.model_validate(settings)


def need(geography: Geography = FOUR, years: int = 0, **settings: Any) -> list[float]:
    found = blend(**settings).read(geography, np.ones(len(geography), np.bool_), years)
    for member in range(len(geography)):
        value = found.values[member, 0]
        assert math.isclose(recomputed(found.told(member)), value, rel_tol=1e-9, abs_tol=1e-9)
    listed: list[float] = found.values[:, 0].tolist()
    return listed


# Scales


def test_a_column_may_be_read_as_it_is() -> None:
    assert need(columns={"imd": 3}) == [8, 2, 4, 6]  # one weight alone says nothing


def test_a_share_is_a_part_of_the_sum() -> None:
    assert need(columns={"imd": 1}, scale="share") == [0.4, 0.1, 0.2, 0.3]


def test_a_rank_goes_from_the_lowest_up_over_the_number_of_areas() -> None:
    assert need(columns={"imd": 1}, scale="rank") == [1.0, 0.25, 0.5, 0.75]


def test_equal_figures_share_their_mean_place() -> None:
    # places 1 and 2, and places 3 and 4
    assert need(columns={"ties": 1}, scale="rank") == [0.875, 0.375, 0.875, 0.375]


def test_a_z_score_is_lifted_so_that_the_lowest_is_nothing() -> None:
    # 8, 2, 4, 6 are 3, −3, −1, 1 from their mean, and the mean square is 5
    expected = [6 / math.sqrt(5), 0, 2 / math.sqrt(5), 4 / math.sqrt(5)]
    assert need(columns={"imd": 1}, scale="z_score") == pytest.approx(expected, rel=1e-14)


def exponential(rank: float) -> float:
    """The formula of the indices of deprivation, by Python's own mathematics."""
    return -23 * math.log(1 - rank * (1 - math.exp(-100 / 23)))


@pytest.mark.parametrize(("rank", "about"), [(0.5, 16), (0.9, 50), (1.0, 100)])
def test_the_exponential_scale_gives_the_published_values(rank: float, about: float) -> None:
    ten = table([1] * 10, score=list(range(1, 11)))
    found = need(ten, columns={"score": 1}, scale="exponential")[round(10 * rank) - 1]
    assert math.isclose(found, exponential(rank), rel_tol=1e-9)
    assert found == pytest.approx(about, abs=1.0)


@given(st.lists(st.integers(0, 50), min_size=2, max_size=30).filter(lambda some: len({*some}) > 1))
def test_every_scale_keeps_the_order_and_is_never_below_nothing(figures: list[int]) -> None:
    areas = table([1] * len(figures), score=[float(figure) for figure in figures])
    for scale in ("as_it_is", "share", "z_score", "rank", "exponential"):
        found = np.array(need(areas, columns={"score": 1}, scale=scale))
        order = np.argsort(figures, kind="stable")
        steps, rises = np.diff(found[order]), np.diff(np.array(figures)[order])
        assert np.isfinite(found).all()
        assert (found >= 0).all()
        assert (steps[rises == 0] == 0).all()
        assert (steps[rises > 0] > 0).all()


@pytest.mark.parametrize("scale", ["share", "z_score", "rank", "exponential"])
def test_an_area_alone_is_one_on_every_scale(scale: str) -> None:
    for figure in (0.0, 5.0):
        assert need(table([9], score=[figure]), columns={"score": 2}, scale=scale) == [1.0]


# Columns of which less is more need

TURNED: dict[str, Any] = {"lower_is_worse": ["imd"]}


def test_a_column_turned_round_is_how_far_each_lies_below_the_highest() -> None:
    assert need(columns={"imd": 1}, **TURNED) == [0, 6, 4, 2]  # 8 less 8, 2, 4 and 6


def test_every_scale_of_a_column_turned_round_goes_the_other_way() -> None:
    assert need(columns={"imd": 1}, scale="share", **TURNED) == [0, 6 / 12, 4 / 12, 2 / 12]
    assert need(columns={"imd": 1}, scale="rank", **TURNED) == [0.25, 1.0, 0.75, 0.5]
    root = math.sqrt(5)  # as above, 3, −3, −1, 1 from the mean: lifted from the other end
    expected = pytest.approx([0, 6 / root, 4 / root, 2 / root], rel=1e-14)
    assert need(columns={"imd": 1}, scale="z_score", **TURNED) == expected
    found = need(columns={"imd": 1}, scale="exponential", **TURNED)
    assert found == pytest.approx([exponential(r) for r in (0.25, 1.0, 0.75, 0.5)], rel=1e-9)
    alone = table([9], score=[5.0])
    for scale in ("as_it_is", "share", "z_score", "rank", "exponential"):
        assert need(alone, columns={"score": 2}, scale=scale, lower_is_worse=["score"]) == [1.0]


def test_a_column_turned_round_can_be_added_to_others_and_read_at_a_review() -> None:
    # ranks 1/4, 1, 3/4, 1/2 once and 7/8, 3/8, 7/8, 3/8 twice
    found = need(columns={"imd": 1, "ties": 2}, scale="rank", **TURNED)
    assert found == [2.0, 1.75, 2.5, 1.25]
    review = {"every": "1 year", "second": {"imd": 1}}
    later = need(years=1, columns={"ties": 1}, scale="rank", review=review, **TURNED)
    assert later == [0.25, 1.0, 0.75, 0.5]


def test_a_place_of_a_column_turned_round_is_told_from_the_highest_down() -> None:
    spec = blend(columns={"imd": 1, "ties": 1}, scale="rank", **TURNED)
    told = [step.words for step in spec.read(FOUR, EVERY).told(0)]
    assert told.count("place from the highest down") == told.count("place from the lowest up") == 1
    plain = blend(columns={"imd": 1}, **TURNED).read(FOUR, EVERY).told(1)
    assert [(step.op, step.result) for step in plain if not step.depth] == [("=", 8), ("-", 6)]


def test_what_the_table_says_of_a_column_and_what_a_need_says_must_agree() -> None:
    imd = replace(FOUR.about["imd"], more_means="less need")
    ties = replace(FOUR.about["ties"], more_means="more need")
    areas = replace(FOUR, about={**FOUR.about, "imd": imd, "ties": ties})
    spec: dict[str, Any] = {"columns": {"imd": 1, "ties": 1}, "scale": "rank"}
    assert combined(areas, blend(**spec, **TURNED)).tolist() == [1.125, 1.375, 1.625, 0.875]
    with pytest.raises(Fault) as raised:
        combined(areas, blend(**spec))
    assert raised.value.key == ("columns", "imd")
    assert raised.value.message == (
        'more of column "imd" means less need; turn it round with lower_is_worse = ["imd"], or '
        "choose a column of which more is more need, such as ties"
    )
    with pytest.raises(Fault) as raised:
        combined(areas, blend(**spec, lower_is_worse=["imd", "ties"]))
    assert raised.value.key == ("lower_is_worse",)
    assert 'more of column "ties" means more need already' in raised.value.message
    review = {"every": "1 year", "second": {"imd": 1}}
    with pytest.raises(Fault) as raised:
        combined(areas, blend(columns={"ties": 1}, scale="rank", review=review), 1)
    assert raised.value.key == ("review", "second", "imd")


# Weights


def test_several_columns_are_added_with_their_weights() -> None:
    # ranks 1, 1/4, 1/2, 3/4 once and 7/8, 3/8, 7/8, 3/8 twice
    found = need(columns={"imd": 1, "ties": 2}, scale="rank")
    assert found == [2.75, 1.0, 2.25, 1.5]
    assert need(columns={"ties": "200%", "imd": "100%"}, scale="rank") == found


def test_z_scores_are_lifted_once_they_are_added() -> None:
    # ±1 for the ties; 3, −3, −1, 1 over √5 for imd
    root = math.sqrt(5)
    plain = [3 / root + 1, -3 / root - 1, -1 / root + 1, 1 / root - 1]
    found = need(columns={"imd": 1, "ties": 1}, scale="z_score")
    assert found == pytest.approx([one - plain[1] for one in plain], rel=1e-14)


def test_a_column_without_weight_is_not_read_but_has_to_be_there() -> None:
    assert need(columns={"imd": 1, "gaps": 0}, scale="rank") == [1.0, 0.25, 0.5, 0.75]
    with pytest.raises(Fault, match="no column"):
        combined(FOUR, blend(columns={"imd": 1, "nothing": 0}, scale="rank"))


# Reviews


def test_need_is_read_anew_at_every_review() -> None:
    review = {"every": "3 years", "second": {"ties": 1}}
    for years, expected in [(0, 1.0), (2, 1.0), (3, 0.875), (5, 0.875), (30, 0.875)]:
        found = need(years=years, columns={"imd": 1}, scale="rank", review=review)
        assert found[0] == expected


@pytest.mark.parametrize(("years", "kept"), [(0, 1.0), (1, 1.0), (2, 0.81), (3, 0.81), (4, 0.6561)])
def test_need_drifts_towards_the_mean_and_is_seen_to_at_a_review(years: int, kept: float) -> None:
    # 8, 2, 4, 6 are 3, −3, −1, 1 from 5; each year leaves nine tenths, seen every two years
    found = need(years=years, columns={"imd": 1}, review={"every": "2 years", "drift": "10%"})
    assert found == pytest.approx([5 + kept * gap for gap in (3, -3, -1, 1)], rel=1e-14)


def test_need_may_drift_apart_but_never_below_nothing() -> None:
    found = need(years=2, columns={"imd": 1}, review={"every": "1 year", "drift": "-50%"})
    assert found == [5 + 6.75, 0, 5 - 2.25, 5 + 2.25]


def test_a_round_reads_need_of_its_own_day() -> None:
    spec = blend(columns={"imd": 1}, review={"every": "5 years", "second": {"ties": 1}})
    for year, expected in [(2024, 8), (2028, 8), (2029, 5)]:
        when = When(date(year, 4, 1), date(2024, 4, 1))
        here = Round.over(FOUR, spec, np.array([1]), when=when)
        assert here.need().values[0, 0] == expected


# Groups, and parts of the table


def test_the_need_of_a_group_is_the_mean_of_its_people() -> None:
    # ranks 1 and 1/4 of 100 and 200 people, 1/2 and 3/4 of 300 and 400
    here = Round.over(FOUR, blend(columns={"imd": 1}, scale="rank"), np.array([1]))
    grouped = here.grouped("nation").need()
    assert grouped.values[:, 0].tolist() == [150 / 300, 450 / 700]


def test_a_scale_is_one_of_all_areas_of_the_nations_that_share() -> None:
    spec = blend(columns={"imd": 1}, scale="rank")
    here = Round.over(FOUR, spec, np.array([1]))
    assert here.within(np.array([3, 0])).need().values[:, 0].tolist() == [0.75, 1.0]
    # inside Beta there are two areas: Cee is the lower one, and is so without the other too
    assert here.within(np.array([2, 3])).need().values[:, 0].tolist() == [0.5, 1.0]
    assert here.within(np.array([2])).need().values[:, 0].tolist() == [0.5]


def test_need_that_belongs_to_each_nation_is_worked_out_nation_by_nation() -> None:
    spec = blend(columns={"imd": 1, "own": 1}, scale="rank")
    # ranks of imd inside each nation 1, 1/2, 1/2, 1 and of their own index 1/2, 1, 1/2, 1
    assert combined(FOUR, spec).tolist() == [1.5, 1.5, 1.0, 2.0]
    assert combined(FOUR, blend(columns={"imd": 1}, scale="rank")).tolist() == [1, 0.25, 0.5, 0.75]
    assert combined(FOUR, "imd").tolist() == [8, 2, 4, 6]
    assert combined(FOUR, {"Alpha": "imd", "Beta": "own"}).tolist() == [8, 2, 10, 30]


def test_combined_reads_the_second_columns_after_a_review() -> None:
    review = {"every": "2 years", "second": {"own": 1}}
    spec = blend(columns={"imd": 1}, scale="rank", review=review)
    assert combined(FOUR, spec, 1).tolist() == [1, 0.25, 0.5, 0.75]
    assert combined(FOUR, spec, 2).tolist() == [0.5, 1.0, 0.5, 1.0]


def test_areas_alike_in_another_order_have_the_same_need_to_the_bit() -> None:
    spec: dict[str, Any] = {"columns": {"imd": 0.1, "ties": 0.7}, "scale": "share"}
    assert need(**spec) == need(**{**spec, "columns": {"ties": 0.7, "imd": 0.1}})


# What cannot be


def test_a_mix_of_scales_of_single_nations_cannot_compare_them() -> None:
    here = Round.over(FOUR, blend(columns={"imd": 1, "own": 1}, scale="rank"), np.array([1]))
    with pytest.raises(Fault, match="share between nations first") as raised:
        here.need()
    assert raised.value.message.startswith(
        'column "own" has a scale of its own in each nation and cannot be part of a need that '
        "compares areas of Alpha, Beta"
    )
    assert raised.value.key == ()
    rule: AllocationRule = TypeAdapter(AnyAllocation).validate_python(
        {
            "kind": "hierarchy",
            "first": {"by": "nation", "kind": "equal"},
            "then": {"kind": "need_weighted"},
        }
    )
    answer = rule.shares(here)
    assert isinstance(answer, Ratios)
    assert (answer.weights > 0).all()


@pytest.mark.parametrize(
    ("settings", "key", "message"),
    [
        ({"columns": {"idm": 1}}, ("columns", "idm"), 'no column "idm" (did you mean "imd"?)'),
        (
            {"columns": {"xylophone": 1}},
            ("columns", "xylophone"),
            "it has imd, ties, own, same, zero, gaps",
        ),
        ({"columns": {"gaps": 1}}, ("columns", "gaps"), 'column "gaps" is empty for Bee; leave'),
        (
            {"columns": {"same": 1}, "scale": "rank"},
            ("columns", "same"),
            'column "same" is the same in every area and ranks nobody; leave it out',
        ),
        ({"columns": {"zero": 1}, "scale": "share"}, ("columns", "zero"), "the same in every area"),
        (
            {"columns": {"imd": 1}, "review": {"every": "1 year", "second": {"gaps": 1}}},
            ("review", "second", "gaps"),
            "empty for Bee",
        ),
        (
            {
                "columns": {"imd": 1},
                "scale": "z_score",
                "review": {"every": "1 year", "second": {"same": 1}},
            },
            ("review", "second", "same"),
            "the same in every area",
        ),
    ],
)
def test_what_the_table_does_not_allow_is_told_at_its_key(
    settings: Any, key: tuple[str, ...], message: str
) -> None:
    with pytest.raises(Fault, match=re.escape(message)) as raised:
        combined(FOUR, blend(**settings), 1)
    assert raised.value.key == key


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "Field required"),
        ({"columns": {}}, "at least 1 item"),
        ({"columns": {"": 1}}, "at least 1 character"),
        ({"columns": {"imd": -1}}, "greater than or equal to 0"),
        ({"columns": {"imd": True}}, "true is not a number"),
        ({"columns": {"imd": 0}}, "the weights are all zero; give at least one of them some"),
        ({"columns": {"imd": 1, "own": 1}}, "imd and own are in units of their own and cannot be"),
        ({"columns": {"imd": 1}, "scale": "logarithm"}, "'as_it_is', 'share', 'z_score'"),
        (
            {"columns": {"imd": 1}, "lower_is_worse": ["idm"]},
            '"idm" is none of the columns (did you mean "imd"?)',
        ),
        ({"columns": {"imd": 1}, "review": {"every": "2 years"}}, "at a review nothing would be"),
        (
            {"columns": {"imd": 1}, "review": {"every": "18 months", "drift": 0.1}},
            "need is read anew after whole years; give a number of years",
        ),
        (
            {"columns": {"imd": 1}, "review": {"every": "1 year", "second": {"imd": 0}}},
            "the weights are all zero",
        ),
        (
            {"columns": {"imd": 1}, "review": {"every": "1 year", "second": {"imd": 1, "own": 1}}},
            "imd and own are in units of their own",
        ),
        (
            {"columns": {"imd": 1}, "review": {"every": "1 year", "drift": 1.5}},
            "less than or equal to 1",
        ),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        blend(**settings)
