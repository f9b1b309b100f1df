from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsim.charts.fan import spread_out
from fundsim.charts.lettering import BOX, ELLIPSIS, Letters, Ruler

TEXT = st.text(alphabet="abcdefghijklmnopqrstuvwxyzMW .,-$_", max_size=60)


@given(TEXT, st.floats(20, 200))
def test_wrapping_keeps_every_letter_and_every_line_in_its_room(text: str, room: float) -> None:
    ruler = Ruler(9)
    lines = ruler.wrap(text, room)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(ruler.width(line) <= room + 1e-6 for line in lines)


@given(TEXT, st.floats(40, 200))
def test_shortening_leaves_two_lines_and_marks_what_is_missing(text: str, room: float) -> None:
    ruler = Ruler(9)
    lines = ruler.shortened(text, room, lines=2)
    assert len(lines) <= 2
    assert all(ruler.width(line) <= room + 1e-6 for line in lines)
    assert lines == ruler.wrap(text, room) or lines[-1].endswith(ELLIPSIS)


def test_a_ruler_measures_as_the_typeface_says() -> None:
    assert Ruler(10).width("M") == pytest.approx(8.63, abs=0.01)  # 1,767 of 2,048 units
    assert Ruler(20).width("MM") == pytest.approx(4 * Ruler(10).width("M"))
    assert Ruler(10, bold=True).width("M") > Ruler(10).width("M")


def test_two_rulers_do_not_disturb_one_another() -> None:
    small, large = Ruler(5), Ruler(50)
    small.width("a")
    large.width("b")
    assert small.width("b") == pytest.approx(large.width("b") / 10, rel=0.01)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("$x_1$ & <b>", "$x_1$ & <b>"),
        ("two\nlines\tof  it", "two lines of it"),
        ("\u202eevil\u200b", "evil"),
        ("a\x07b", f"a{BOX}b"),
        ("東京", BOX * 2),
        ("1\N{NO-BREAK SPACE}April", "1\N{NO-BREAK SPACE}April"),
        ("ليفربول", "ليفربول"),
    ],
)
def test_text_is_drawn_as_it_is_or_as_boxes(text: str, drawn: str) -> None:
    assert Letters().drawable(text) == drawn


@given(st.lists(st.floats(0, 60), min_size=1, max_size=6))
def test_labels_are_spread_out_in_order_and_in_bounds(places: list[float]) -> None:
    wanted = sorted(places, reverse=True)
    free = spread_out(wanted, 5.0, most=60.0, least=0.0)
    gaps = [above - below for above, below in pairwise(free)]
    assert all(gap >= 5.0 - 1e-9 for gap in gaps)
    assert max(free) <= 60 + 1e-9
    assert min(free) >= -1e-9


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6, unique=True))
def test_labels_that_do_not_touch_stay(steps: list[int]) -> None:
    wanted = [5.0 * step for step in sorted(steps, reverse=True)]
    assert spread_out(wanted, 5.0, most=60.0, least=0.0) == pytest.approx(wanted)
