"""Where amounts of many bars are written: none is upon another one, a bar or another's line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fundsim.charts.bars import FILLED, THIN, WIDE, Bar, Label, Labels, width

TOP, TIER, CLEAR, END = 6.0, 3.2, 1.9, 90.0

rows = st.lists(
    st.tuples(st.integers(0, 850), st.integers(3, 60), st.integers(20, 120)),
    min_size=1,
    max_size=60,
    unique_by=lambda row: row[0],
).map(lambda found: [Bar(x / 10, high / 10, written / 10) for x, high, written in found])


def placed(bars: list[Bar]) -> list[Label]:
    return [*Labels(bars, (0.0, END), top=TOP, tier=TIER, clear=CLEAR).place(bars)]


def span(label: Label) -> tuple[float, float]:
    return label.centre - label.bar.written / 2, label.centre + label.bar.written / 2


def apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[1] < other[0] or other[1] < one[0]


@given(rows)
def test_no_amount_is_upon_another_or_upon_a_bar(bars: list[Bar]) -> None:
    labels, thick = placed(bars), width([bar.x for bar in bars])
    for number, one in enumerate(labels):
        assert span(one)[0] >= 0 - 1e-9
        assert span(one)[1] <= END + 1e-9
        for other in labels[:number]:
            upper = {label.above > TOP + CLEAR for label in (one, other)}
            assert len(upper) == 2 or apart(span(one), span(other))
        for bar in bars:
            over = apart(span(one), (bar.x, bar.x + thick))
            assert over or one.above >= bar.high + CLEAR - 1e-9


@given(rows)
def test_no_line_from_above_passes_through_an_amount(bars: list[Bar]) -> None:
    labels, thick = placed(bars), width([bar.x for bar in bars])
    lined = [one.bar.x + thick / 2 for one in labels if one.above > TOP + CLEAR]
    lower = [span(one) for one in labels if one.above <= TOP + CLEAR]
    assert not [x for x in lined for low, high in lower if low <= x <= high]


@given(rows)
def test_the_largest_amount_is_always_written(bars: list[Bar]) -> None:
    first = placed(bars)[0]
    assert first.bar.high == max(bar.high for bar in bars)


@given(st.lists(st.integers(0, 900), min_size=2, unique=True))
def test_bars_are_apart_where_they_can_be(places: list[int]) -> None:
    wide = width(places)
    closest = min(b - a for a, b in zip(sorted(places), sorted(places)[1:], strict=False))
    assert THIN <= wide <= WIDE
    assert wide <= max(FILLED * closest, THIN)


def test_small_amounts_stand_above_the_high_bars_beside_them() -> None:
    """Of a row that falls, each amount is as high as the highest bar that it is above."""
    bars = [Bar(0.0, 6.0, 4.0), Bar(6.0, 1.0, 12.0)]
    first, second = placed(bars)
    assert first.above == 6.0 + CLEAR
    assert second.above == TOP + CLEAR + TIER  # it would touch the first amount below that
    assert [one.centre for one in placed([Bar(0.0, 6.0, 4.0), Bar(20.0, 1.0, 2.0)])] == [2.0, 20.65]
