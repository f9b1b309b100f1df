"""A working figure tells how it came about, and each line can be worked out from the one before."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from fundsim.money import Real
from fundsim.rules.working import Op, Step, Working, again, deeper, raised, whole
from tests.rules.accounts import recomputed

THREE = np.array([4.0, 9.0, 0.25])
BY_PATH = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
Act = Callable[[Working], Working]


@pytest.mark.parametrize(
    ("op", "act", "expected"),
    [
        ("+", lambda it: it.plus("more", 2.0), [6.0, 11.0, 2.25]),
        ("-", lambda it: it.minus("less", 0.25), [3.75, 8.75, 0.0]),
        ("×", lambda it: it.times("as often", 2.0), [8.0, 18.0, 0.5]),
        ("÷", lambda it: it.over("parts", 4.0), [1.0, 2.25, 0.0625]),
        ("at least", lambda it: it.at_least("floor", 1.0), [4.0, 9.0, 1.0]),
        ("at most", lambda it: it.at_most("cap", 5.0), [4.0, 5.0, 0.25]),
        ("^", lambda it: it.to_the_power("root", 0.5), [2.0, 3.0, 0.5]),
        ("ln", lambda it: it.ln("logarithm"), [math.log(4), math.log(9), math.log(0.25)]),
    ],
)
def test_every_operation_is_done_noted_and_done_again(
    op: Op, act: Act, expected: list[float]
) -> None:
    done = act(Working.start("three", THREE))
    assert done.values[:, 0] == pytest.approx(expected, rel=1e-14)
    for member, before in enumerate(THREE.tolist()):
        start, step = done.told(member)
        assert start == Step("three", "=", before, before)
        assert (step.op, step.result) == (op, done.values[member, 0])
        assert again(before, op, step.operand) == step.result
        assert recomputed([start, step]) == step.result


def test_what_is_put_to_a_figure_may_differ_by_member_by_path_or_by_both() -> None:
    start = Working.start("three", THREE)
    by_member = start.plus("each its own", np.array([1.0, 2.0, 3.0]))
    assert by_member.values.tolist() == [[5.0], [11.0], [3.25]]
    by_path = by_member.times("on each path", np.array([[1.0, 10.0]]))
    assert by_path.values.tolist() == [[5.0, 50.0], [11.0, 110.0], [3.25, 32.5]]
    by_both = by_path.minus("each its own on each path", BY_PATH)
    assert by_both.values[1].tolist() == [8.0, 106.0]
    assert [(step.operand, step.result) for step in by_both.told(1, 1)] == [
        (9.0, 9.0),
        (2.0, 11.0),
        (10.0, 110.0),
        (4.0, 106.0),
    ]


def test_a_line_says_its_unit_and_its_words() -> None:
    done = Working.start("people", THREE, "people").times("pounds a head", 200.0, "pence")
    assert [(step.words, step.unit) for step in done.told(0)] == [
        ("people", "people"),
        ("pounds a head", "pence"),
    ]


def test_how_an_operand_came_about_stands_one_deeper_before_the_line_that_uses_it() -> None:
    inner = Working.start("index", np.array([2.0, 3.0, 4.0])).over("its mean", 3.0)
    middle = Working.start("need", THREE).times("index over its mean", inner)
    done = Working.start("people", BY_PATH).times("weight", middle).plus("on top", 1.0)
    steps = done.told(2, 1)
    assert [(step.words, step.depth) for step in steps] == [
        ("people", 0),
        ("need", 1),
        ("index", 2),
        ("its mean", 2),
        ("index over its mean", 1),
        ("weight", 0),
        ("on top", 0),
    ]
    assert recomputed(steps) == steps[-1].result == done.values[2, 1] == 6 * 0.25 * (4 / 3) + 1
    assert done.told(2, 1, depth=3) == deeper(steps, by=3)


def test_an_operand_that_was_only_read_is_told_by_the_line_that_uses_it() -> None:
    done = Working.start("people", THREE).times("need", Working.start("a column", THREE))
    assert [step.words for step in done.told(0)] == ["people", "need"]


def test_a_figure_stays_as_it_was_when_something_is_put_to_it() -> None:
    start = Working.start("three", THREE)
    one, other = start.plus("one", 1.0), start.plus("other", 2.0)
    assert start.values[:, 0].tolist() == THREE.tolist()
    assert [len(each.told(0)) for each in (start, one, other)] == [1, 2, 2]
    assert other.values[:, 0].tolist() == [6.0, 11.0, 2.25]


def test_some_members_are_taken_with_their_lines_in_any_order() -> None:
    inner = Working.start("index", THREE).plus("one", 1.0)
    done = Working.start("figure", BY_PATH).times("index", inner).over("of all", whole(BY_PATH))
    some = done.at(np.array([2, 0, 2]))
    assert some.values.tolist() == done.values[[2, 0, 2]].tolist()
    for place, member in enumerate([2, 0, 2]):
        for path in (0, 1):
            assert some.told(place, path) == done.told(member, path)
    assert len(some.plus("more", 1.0).told(1, 1)) == len(done.told(0, 1)) + 1


def test_the_only_member_may_be_taken_several_times() -> None:
    done = Working.start("one", np.array([3.0])).times("path by path", np.array([[1.0, 2.0]]))
    twice = done.at(np.array([0, 0]))
    assert twice.values.tolist() == [[3.0, 6.0], [3.0, 6.0]]
    assert twice.told(1, 1) == done.told(0, 1)


def test_figures_that_are_accounted_for_elsewhere_are_gone_on_from() -> None:
    first = Working.start("figure", BY_PATH).times("twice", 2.0)
    later = Working.going_on(first.values, first.told).plus("one", 1.0)
    assert later.told(1, 1) == [*first.told(1, 1), Step("one", "+", 1.0, 9.0)]
    assert recomputed(later.told(1, 1)) == later.values[1, 1] == 9.0
    assert later.at(np.array([2])).told(0, 0) == later.told(2, 0)
    used = Working.start("other", THREE).times("figure", Working.going_on(first.values, first.told))
    assert [step.depth for step in used.told(0, 1)] == [0, 1, 1, 0]


# Powers and sums


@pytest.mark.parametrize("power", [0.0, 0.3, 1.0, 2.0, 7.5, -1.5])
def test_powers_are_those_of_python(power: float) -> None:
    values = np.array([0.001, 0.5, 1.0, 3.0, 1e6])
    expected = [value**power for value in values.tolist()]
    assert raised(values, power) == pytest.approx(expected, rel=1e-13)


def test_nothing_to_the_power_of_nothing_is_one_and_to_any_other_nothing() -> None:
    nothing = np.zeros(2)
    assert [raised(nothing, power).tolist() for power in (0.0, 0.5, 1.0, 3.0)] == [
        [1.0, 1.0],
        [0.0, 0.0],
        [0.0, 0.0],
        [0.0, 0.0],
    ]


def test_a_power_that_leaves_next_to_nothing_leaves_nothing() -> None:
    """0.5 to the power of 1,000 is about e^-693, and to that of 1,100 less than e^-700."""
    found = raised(np.array([0.5, 1.0]), 1_000.0)
    assert found[0] == pytest.approx(0.5**1_000, rel=1e-12)
    assert raised(np.array([0.5, 1.0]), 1_100.0).tolist() == [0.0, 1.0]
    assert raised(np.array([0.999, 1.0]), 1e300).tolist() == [0.0, 1.0]
    assert again(0.5, "^", 1_100.0) == 0.0


def test_a_power_beyond_all_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="700"):
        raised(np.array([2.0]), 1_100.0)


def test_a_sum_does_not_depend_on_how_many_paths_there_are() -> None:
    """numpy's own sum adds in pairs along a lone path, and one after the other along many."""
    values: Real = np.random.default_rng(1).uniform(0, 1, (1_000, 7))
    together = whole(values)
    assert together.shape == (1, 7)
    assert together == pytest.approx(values.sum(axis=0, keepdims=True), rel=1e-12)
    for path in range(7):
        assert whole(values[:, path : path + 1]).tobytes() == together[:, path : path + 1].tobytes()
