"""The chart of a figure that was looked for: its table, its words, and what is drawn where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fundsim import RunError, Scenario, solve
from fundsim.charts.rendering import settled
from fundsim.charts.solving import save_curve, words_of
from fundsim.charts.solving_drawing import Look, draw_look
from fundsim.solving.solved import Solved
from tests.charts.seen import cut_off, lay_out, said, touching
from tests.engine.tiny import VOLATILE
from tests.solving.world import endowment

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TARGET = "capital kept whole at 6 years at least 0.8 with probability {}"


def world(folder: Path, **changes: Any) -> Scenario:
    usual: dict[str, Any] = {"paths": 100, "years": 6, "markets": VOLATILE}
    return endowment(folder, **usual | changes)


def drawn(made: Solved) -> Figure:
    with settled():
        figure = draw_look(Look.of(made.curve), words_of(made, made.curve))
        lay_out(figure)
    return figure


def test_a_picture_shows_answer_interval_and_what_is_stated(tmp_path: Path) -> None:
    made = solve(world(tmp_path), TARGET.format(0.7))
    look = Look.of(made.curve)
    assert made.found is not None
    assert look.values[look.solved or 0] == made.value
    assert look.ends == made.interval
    written = said(drawn(made))
    assert "70% asked for" in written
    assert made.varied.words(made.found.value) in written
    assert any(text.startswith("as stated: ") for text in written)
    assert "Rate a year" in written


@pytest.mark.parametrize("rate", ["0%", "0.5%", "2%", "2.5%", "3%", "9%", "10%"])
def test_no_words_are_cut_off_or_touch_wherever_the_stated_rate_is(
    tmp_path: Path, rate: str
) -> None:
    spending = {"kind": "percent_of_value", "rate": rate}
    for probability in (0.05, 0.5, 0.9):
        made = solve(world(tmp_path, spending=spending), TARGET.format(probability), within="0.5%")
        figure = drawn(made)
        assert cut_off(figure) == []
        assert touching(figure) == []


def test_without_an_answer_there_is_no_mark_and_the_words_say_so(tmp_path: Path) -> None:
    made = solve(world(tmp_path), TARGET.format(1).replace("0.8", "9"), within="1%")
    look = Look.of(made.curve)
    assert (look.solved, look.ends) == (None, None)
    assert "No rate meets it; the best does on 0% of the paths" in words_of(made, made.curve).alt


def test_an_answer_at_the_upper_end_is_said_to_be_there(tmp_path: Path) -> None:
    made = solve(world(tmp_path), "not exhausted with probability 0.9", within="1%")
    assert "10% meets it, and is the upper end of what was tried" in words_of(made, made.curve).alt


def test_amounts_are_written_as_money(tmp_path: Path) -> None:
    spending = {"kind": "constant_real", "amount": "£4m"}
    made = solve(world(tmp_path, spending=spending), TARGET.format(0.7), within="£1m")
    assert {"Amount, pounds", "£4m"} <= set(said(drawn(made)))


def test_pictures_are_the_same_bytes_twice_and_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    made = solve(world(tmp_path), TARGET.format(0.7), within="1%")
    one, other = (save_curve(made, tmp_path / name) for name in ("one", "other"))
    assert [path.name for path in one] == ["curve.csv", "curve.svg", "curve.png"]
    assert [a.read_bytes() for a in one] == [b.read_bytes() for b in other]
    with pytest.raises(RunError, match='no picture can be written as "gif"'):
        save_curve(made, tmp_path, formats=["gif"])  # type: ignore[list-item]  # - what is tried
