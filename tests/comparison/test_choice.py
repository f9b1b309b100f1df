"""Choosing between rules: the front, regret and what is good enough, by hand and in general."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fundsim.comparison.choice import (
    Aim,
    Choice,
    front,
    least_regret,
    reached,
    regrets,
    same,
    why_beaten,
)
from fundsim.money import Real

NEEDY = Aim("needy", "Share to those in need.", "share", 1)
GINI = Aim("gini", "How uneven.", "ratio", -1)
DIRECTIONS = (1, -1, 1)

few = st.integers(1, 8)
FIGURES = few.flatmap(
    lambda rules: arrays(np.float64, (rules, 3), elements=st.integers(-3, 3).map(float))
)


def rows(choice: Choice, name: str) -> list[dict[str, str]]:
    table = choice.tables[name]
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows()]


# The front


def test_a_rule_that_is_worse_in_one_aim_and_better_in_none_is_beaten() -> None:
    # Rules a, b and c: a reaches most, b is most even, c is as even as a and reaches less.
    figures = np.array([[0.40, 0.30], [0.20, 0.10], [0.29, 0.30]])
    found = front(figures, [1, -1])
    assert found.unbeaten.tolist() == [True, True, False]
    assert found.beaten_by.tolist() == [-1, -1, 0]
    assert why_beaten(["a", "b", "c"], [NEEDY, GINI], figures, found) == [
        "",
        "",
        "a is at least as good in every aim: needy 40.0% against 29.0%, gini 0.300 in both",
    ]


def test_equal_rules_do_not_beat_each_other() -> None:
    figures = np.array([[1.0, 2.0], [1.0, 2.0], [0.0, 2.0]])
    found = front(figures, [1, 1])
    assert found.unbeaten.tolist() == [True, True, False]
    assert found.beaten_by[2] == 0
    assert same(figures) == [[0, 1]]


def test_who_beats_is_the_best_of_the_front_in_the_first_aim() -> None:
    figures = np.array([[1.0, 1.0], [2.0, 3.0], [3.0, 2.0]])
    assert front(figures, [1, 1]).beaten_by.tolist() == [2, -1, -1]
    assert front(figures[:, ::-1], [1, 1]).beaten_by.tolist() == [1, -1, -1]


def test_one_aim_alone_is_told_as_better() -> None:
    figures = np.array([[0.5], [0.4]])
    found = front(figures, [-1])
    assert (
        why_beaten(["a", "b"], [GINI], figures, found)[0] == "b is better: gini 0.400 against 0.500"
    )


def test_a_lead_too_small_to_be_shown_is_said_to_be_small() -> None:
    figures = np.array([[0.5001], [0.5002]])
    found = front(figures, [1])
    told = why_beaten(["a", "b"], [NEEDY], figures, found)[0]
    assert told == "b is better: needy 50.0% and a little better"


def test_no_rules_at_all_have_an_empty_front() -> None:
    assert front(np.zeros((0, 2)), [1, 1]).unbeaten.tolist() == []


@given(FIGURES)
def test_nobody_beats_the_front_and_the_front_beats_everybody_else(figures: Real) -> None:
    found, better = front(figures, DIRECTIONS), figures * DIRECTIONS
    assert found.unbeaten.any()
    for rule, own in enumerate(better):
        beats = [(other >= own).all() and (other > own).any() for other in better]
        assert found.unbeaten[rule] == (not any(beats))
        if any(beats):
            assert beats[found.beaten_by[rule]]
            assert found.unbeaten[found.beaten_by[rule]]


@given(FIGURES, st.integers(0, 99))
def test_the_order_of_rules_does_not_change_the_front(figures: Real, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(figures))
    one, other = front(figures, DIRECTIONS), front(figures[order], DIRECTIONS)
    assert one.unbeaten[order].tolist() == other.unbeaten.tolist()


# Regret


def test_regret_is_the_distance_to_the_best_rule_of_that_future() -> None:
    # Savage's example in small: rows are rules, columns futures, more is better.
    figures = np.array([[8.0, 2.0], [5.0, 5.0], [1.0, 6.0]])
    regret = regrets(figures, 1)
    assert regret.tolist() == [[0, 4], [3, 1], [7, 0]]
    found = least_regret(regret)
    assert found.largest.tolist() == [4, 3, 7]
    assert found.where.tolist() == [1, 0, 0]
    assert found.rules == (1,)


def test_ties_in_regret_are_all_named() -> None:
    assert least_regret(regrets(np.array([[1.0, 2.0], [2.0, 1.0], [0.0, 0.0]]), 1)).rules == (0, 1)


def test_a_figure_without_bound_is_regretted_without_bound() -> None:
    figures = np.array([[1.0, math.inf], [math.inf, math.inf]])
    assert regrets(figures, -1).tolist() == [[0, 0], [math.inf, 0]]
    assert regrets(figures, 1).tolist() == [[math.inf, 0], [0, 0]]


def test_a_missing_figure_is_refused() -> None:
    missing = np.array([[math.nan, 1.0]])
    for call in (lambda: front(missing, [1, 1]), lambda: regrets(missing, 1)):
        with pytest.raises(ValueError, match="a figure is missing"):
            call()


@given(FIGURES, st.sampled_from([1, -1]))
def test_regret_is_never_below_zero_and_somebody_has_none(figures: Real, direction: int) -> None:
    regret = regrets(figures, direction)
    assert (regret >= 0).all()
    assert (regret.min(axis=0) == 0).all()
    found = least_regret(regret)
    assert all(found.largest[rule] == found.largest.min() for rule in found.rules)
    assert len(found.rules) == (found.largest == found.largest.min()).sum()


@given(FIGURES)
def test_an_unbeaten_rule_of_one_aim_is_the_best_one(figures: Real) -> None:
    first = figures[:, :1]
    assert front(first, [1]).unbeaten.tolist() == (regrets(first, 1)[:, 0] == 0).tolist()


def test_good_enough_is_at_least_or_at_most_as_the_aim_goes() -> None:
    figures = np.array([0.1, 0.2, 0.3])
    assert reached(figures, 1, 0.2).tolist() == [False, True, True]
    assert reached(figures, -1, 0.2).tolist() == [True, True, False]


# A whole choice


@pytest.fixture
def choice() -> Choice:
    """Three rules in two futures: the second is beaten, the third is safe, the first is bold."""
    figures = np.array(
        [
            [[0.50, 0.40], [0.20, 0.40]],
            [[0.30, 0.40], [0.25, 0.40]],
            [[0.35, 0.20], [0.30, 0.10]],
        ]
    )
    return Choice(
        ("bold", "poor", "safe"),
        ("good years", "bad years"),
        (NEEDY, GINI),
        figures,
        {"needy": 0.3},
    )


def test_the_front_of_a_choice_is_over_all_aims_in_all_futures(choice: Choice) -> None:
    assert [row["unbeaten"] for row in rows(choice, "front")] == ["yes", "no", "yes"]
    assert rows(choice, "front")[1]["why"] == (
        "safe is at least as good in every aim: needy in good years 35.0% against 30.0%, "
        "gini in good years 0.200 against 0.400, needy in bad years 30.0% against 25.0%, "
        "gini in bad years 0.100 against 0.400"
    )


def test_regrets_are_told_with_the_future_in_which_they_are_largest(choice: Choice) -> None:
    needy = [row for row in rows(choice, "regrets") if row["aim"] == "needy"]
    # In bad years bold has 0.2 where safe has 0.3; in good years safe has 0.35 where bold has 0.5.
    assert [(row["rule"], row["largest_regret"], row["in_scenario"]) for row in needy] == [
        ("bold", "0.100000", "bad years"),
        ("poor", "0.200000", "good years"),
        ("safe", "0.150000", "good years"),
    ]
    assert [row["least_of_all"] for row in needy] == ["yes", "no", "no"]
    assert [row["regret"] for row in rows(choice, "figures") if row["rule"] == "safe"] == [
        *("0.150000", "0.000000", "0.000000", "0.000000"),
    ]


def test_a_choice_is_told_in_sentences_of_its_tables(choice: Choice) -> None:
    worst = "at worst, in bad years, it has"
    assert list(choice.sentences()) == [
        "Aimed at: needy (more is better) and gini (less is better).",
        (
            "2 of 3 rules are beaten by no other, which would be as good in every aim in every one "
            "of these scenarios and better in one: bold; safe."
        ),
        f"needy: least regretted is bold; {worst} 20.0% where the best has 30.0%.",
        "gini: no regret in any scenario with safe.",
        "needy at least 30.0% in 2 of 2 scenarios, the most of all: safe.",
    ]
    counts = {row["rule"]: row["scenarios_good_enough"] for row in rows(choice, "good_enough")}
    assert counts == {"bold": "1", "poor": "1", "safe": "2"}


def test_one_future_has_no_regret_to_tell_of_and_ties_are_told() -> None:
    figures = np.array([[[0.5, 0.1]], [[0.5, 0.1]], [[0.2, 0.2]]])
    one = Choice(("a", "b", "c"), ("now",), (NEEDY, GINI), figures, {"gini": 0.05})
    assert list(one.sentences()) == [
        "Aimed at: needy (more is better) and gini (less is better).",
        (
            "2 of 3 rules are beaten by no other, which would be as good in every aim and better "
            "in one: a; b."
        ),
        "The same in every aim: a; b.",
        "No rule has gini at most 0.050.",
    ]
    easy = Choice(("a", "b", "c"), ("now",), (NEEDY, GINI), figures, {"gini": 0.15})
    assert list(easy.sentences())[-1] == "gini at most 0.150: a; b."
    assert rows(one, "front")[2]["why"].startswith("a is at least as good in every aim: needy ")


@pytest.mark.parametrize(
    ("unit", "figure", "told"),
    [
        ("share", 0.125, "12.5%"),
        ("ratio", 0.25, "0.250"),
        ("areas", 1200.0, "1,200"),
        ("pounds", 123456.0, "£123k"),
        ("ratio", math.inf, "without bound"),
    ],
)
def test_figures_are_told_in_their_unit(unit: str, figure: float, told: str) -> None:
    assert Aim("x", "", unit, 1).told(figure) == told
