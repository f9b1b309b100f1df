"""What drawings of comparisons are made of: names of rules, places of letters, steps, colours."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsim.charts.comparing.key import broken, rule_strokes, spots
from fundsim.charts.comparing.map_drawing import steps_of
from fundsim.charts.comparing.naming import MOST, letter, lettered, shortened
from fundsim.charts.comparing.pareto_drawing import beside
from fundsim.charts.lettering import Ruler
from fundsim.charts.seeing import luminance
from tests.charts.comparing_world import FLOORED
from tests.charts.plain import GAINS, LOSSES
from tests.charts.test_palette import WITHOUT, lightness, lightness_without

# Names of rules


@pytest.mark.parametrize(
    ("rule", "short"),
    [
        ("as stated", "as stated"),
        ("need_weighted(steepness=2)", "need_weighted(steepness=2)"),
        (FLOORED, "adjusted(need_weighted, floor(of_per_capita=95%))"),
        (
            "mix(parts=[{weight=1,rule={kind='equal'}},{weight=2,rule={kind='per_capita'}}])",
            "mix(parts=(weight=1, equal) + (weight=2, per_capita))",
        ),
        ("a name {of nobody's}", "a name {of nobody's}"),
        ("x" * 100, "x" * 63 + "…"),
    ],
)
def test_a_rule_is_shortened_to_what_it_says(rule: str, short: str) -> None:
    assert shortened(rule) == short


def test_a_preset_keeps_its_name() -> None:
    assert shortened("left-behind") == "left-behind"
    told = "ukspf-scotland(columns(index=uk_score))"
    assert shortened("ukspf-scotland(columns={index='uk_score'})") == told


def test_letters_go_on_after_the_alphabet() -> None:
    assert [letter(place) for place in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]
    assert len({one.letter for one in lettered([str(n) for n in range(800)])}) == 800


@given(st.text(alphabet="abc_(=, ", max_size=50), st.floats(40, 200))
def test_a_broken_name_fits_its_room(name: str, room: float) -> None:
    ruler = Ruler(8)
    lines = broken(name, ruler, room)
    assert len(lines) <= 4
    assert all(ruler.width(line) <= room + 1e-6 for line in lines)


# Places and steps


PLACE = st.tuples(st.floats(0, 100), st.floats(0, 100))


@given(st.lists(PLACE, min_size=1, max_size=8))
def test_letters_stand_beside_their_points(points: list[tuple[float, float]]) -> None:
    chosen = beside(points, (-1, -1))
    assert len(chosen) == len(points)
    for (x, y), (own_x, own_y) in zip(chosen, points, strict=True):
        assert 3.5 < np.hypot(x - own_x, y - own_y) < 3.8


@given(st.lists(st.lists(PLACE, min_size=1, max_size=9), min_size=1, max_size=5))
def test_a_badge_is_set_on_its_own_line(lines: list[list[tuple[float, float]]]) -> None:
    chosen = spots(lines, 5.0)
    assert all(place in line for place, line in zip(chosen, lines, strict=True))


@given(st.lists(st.integers(1, 10**9), max_size=47).map(sorted))
def test_the_steps_of_a_map_hold_every_figure(figures: list[int]) -> None:
    edges = steps_of(figures)
    assert 2 <= len(edges) <= 4
    assert edges == sorted(set(edges))
    assert not figures or edges[0] <= figures[0]
    assert not figures or edges[-1] > figures[-1]


# Colours


@pytest.mark.parametrize("cone", [None, *WITHOUT])
def test_gains_and_losses_go_in_the_same_clear_steps(cone: str | None) -> None:
    for steps in (GAINS, LOSSES):
        seen_as = [
            lightness(luminance(colour)) if cone is None else lightness_without(cone, colour)
            for colour in steps
        ]
        assert min(-np.diff(seen_as)) > 15


def test_neither_a_gain_nor_a_loss_looks_the_graver_one() -> None:
    for gain, loss in zip(GAINS, LOSSES, strict=True):
        assert abs(lightness(luminance(gain)) - lightness(luminance(loss))) < 2


def test_no_two_rules_have_lines_alike_in_dash_and_lightness() -> None:
    assert len(rule_strokes()) == MOST
    for (one, dash), (other, other_dash) in combinations(rule_strokes(), 2):
        apart = abs(lightness(luminance(one)) - lightness(luminance(other)))
        assert dash != other_dash or apart > 11
