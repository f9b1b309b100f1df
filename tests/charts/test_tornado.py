"""The chart of what moves an answer: its words against its table, and what is drawn where."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fundsim.charts.rendering import settled
from fundsim.charts.studying import save_tornado
from fundsim.charts.studying.tornado import drawn_tornado
from fundsim.charts.studying.tornado_drawing import Bars, draw_bars
from fundsim.charts.words import Facts, words
from fundsim.results.table import Table, read
from fundsim.studies.answers.tornado import COLUMNS, tornadoes
from fundsim.studies.pieces import Pieces
from fundsim.studies.running import carry_out
from tests.charts.seen import LONG, MARKUP, cut_off, lay_out, said, texts, touching
from tests.studies.world import RATES, plan_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ENDS = {
    "rate": {"low": {RATES: "3%"}, "high": {RATES: "5%"}},
    "fee": {"low": {"markets.fee": "0.4%"}, "high": {"markets.fee": "0.6%"}},
}


def study(folder: Path, **changes: Any) -> tuple[Any, Any]:
    vary = {"of": {"kind": "one_at_a_time", "assumptions": changes.pop("ends", ENDS)}}
    plan = plan_of(folder, vary=vary, **changes)
    pieces = Pieces(folder / "pieces")
    carry_out(plan, pieces)
    return plan, tornadoes(plan, pieces)


def rows(
    *ends: tuple[str, str, str, float, float, float],
    measure: str = "spending",
    base: float = 100,
) -> Table:
    """A table by hand: assumption, end, changes, mean, difference and error."""
    made = [
        (
            measure,
            "real",
            "pounds",
            "1",
            name,
            end,
            changes,
            str(base),
            *map(str, figures),
            "",
            "",
            "9",
        )
        for name, end, changes, *figures in ends
    ]
    return Table("tornado", COLUMNS, lambda: made)


def drawn(folder: Path, table: Table) -> Figure:
    facts = Facts.of_scenario(plan_of(folder).loaded.scenario, "all", "real", "tornado")
    with settled():
        spoken = words(facts, title="What moves spending", about=["as it is"], reading=["none"])
        figure = draw_bars(Bars.of(table), spoken)
        lay_out(figure)
    return figure


def test_the_alternative_text_says_what_the_table_says(tmp_path: Path) -> None:
    plan, (made, _) = study(tmp_path)
    save_tornado(plan, made, tmp_path / "charts")
    table = read(tmp_path / "charts" / "tornado-spending.csv")
    svg = (tmp_path / "charts" / "tornado-spending.svg").read_text("utf-8")
    (alt,) = re.findall("<desc>(.*?)</desc>", svg)
    figures = [float(text) for text in re.findall(r"£([\d.]+)m", alt)]
    cells = [table.numbers("base")[0], *table.numbers("mean")]
    assert figures == [pytest.approx(cell / 1e6, rel=0.006) for cell in cells]
    first, second = (alt.lower().index(name) for name in table.column("assumption")[::2])
    assert first < second


@pytest.mark.parametrize(
    "table",
    [
        rows(("a", "low", "3%", 90, -10, 1), ("a", "high", "5%", 130, 30, 2)),
        rows(("both to one side", "low", "3%", 140, 40, 0), ("a", "high", "5%", 130, 30, 0)),
        rows(("nothing", "low", "3%", 100, 0, 0), ("nothing", "high", "5%", 100, 0, 0)),
        rows((LONG, "low", LONG, 99, -1, 0), (LONG, "high", MARKUP, 1000, 900, 30)),
        rows(*[(f"a{n}", end, "9 values", 100 + n, n, 1) for n in range(12) for end in "lh"]),
        rows(
            (LONG, "low", LONG, -1.33e9, -1.5e8, 0),
            (LONG, "high", LONG, -1.62e9, 1.5e8, 0),
            base=-1.475e9,
        ),
        rows(("tiny", "low", "3%", 100, -1e-9, 0), ("tiny", "high", "5%", 100, 1e-9, 0)),
    ],
)
def test_no_words_are_cut_off_or_touch(tmp_path: Path, table: Table) -> None:
    figure = drawn(tmp_path, table)
    assert cut_off(figure) == []
    assert touching(figure) == []


def test_a_bar_is_as_long_as_its_difference(tmp_path: Path) -> None:
    from matplotlib.patches import Polygon

    table = rows(("a", "low", "3%", 90, -10, 0), ("a", "high", "5%", 130, 30, 0))
    boxes = [patch.get_xy() for patch in drawn(tmp_path, table).findobj(Polygon)]
    low, high = (box[:, 0].max() - box[:, 0].min() for box in boxes)
    assert high == pytest.approx(3 * low)
    assert boxes[0][:, 0].max() == pytest.approx(boxes[1][:, 0].min())


@pytest.mark.parametrize("side", [-1, 1])
def test_error_lines_stay_between_the_names_and_the_edge(tmp_path: Path, side: int) -> None:
    from matplotlib.lines import Line2D

    name = "both to one side"
    table = rows(
        *[(name, end, "3%", 100 + side * far, side * far, 40) for end, far in (("l", 2), ("h", 5))]
    )
    figure = drawn(tmp_path, table)
    lines = [line.get_window_extent() for line in figure.findobj(Line2D)]
    (words,) = (at for text, at in texts(figure).items() if text.startswith(name))
    row = (words.y0 - 2 * words.height, words.y1 + 2 * words.height)
    errors = [line for line in lines if not line.height and row[0] < line.y0 < row[1]]
    assert len(errors) == 2
    assert all(line.x0 > words.x1 for line in errors)
    assert all(line.x1 < figure.bbox.x1 for line in errors)


@pytest.mark.parametrize(
    ("measure", "base", "reach", "tick"),
    [
        ("spending", 1.475e9, 55e6, "£1.475bn"),
        ("spending", 2_000_000, 300, "£2.0000m"),
        ("spending", 500, 200, "£400"),
        ("ends_below_whole", 0.4321, 0.0004, "43.22%"),
        ("ends_below_whole", 0.5, 0.2, "40.0%"),
        ("capital_kept_whole_at_20_years", 1.0, 0.004, "1.002"),
    ],
)
def test_equal_steps_of_the_axis_read_as_equal(
    tmp_path: Path, measure: str, base: float, reach: float, tick: str
) -> None:
    ends = [
        ("a", side, "x", base + change, change, 0)
        for side, change in zip("lh", (-reach, reach), strict=True)
    ]
    figure = drawn(tmp_path, rows(*ends, measure=measure, base=base))
    ticks = [text for text in said(figure) if re.fullmatch(r"£?[\d.,]+(bn|m|%)?", text)]
    assert tick in ticks
    figures = [float(text.strip("£bnm%").replace(",", "")) for text in ticks]
    steps = {round(after - before, 9) for before, after in pairwise(figures)}
    assert len(ticks) > 2
    assert len(steps) == 1
    assert touching(figure) == []


def test_a_long_name_stands_on_two_lines(tmp_path: Path) -> None:
    key = "markets.assets.global_equity.volatility"
    long = "How much the managers of the endowment take each year"
    table = rows(*[(name, end, "3%", 9, 1, 1) for name in (key, long) for end in "lh"])
    drawing = said(drawn(tmp_path, table))
    assert long in " ".join(drawing)
    assert "markets: assets: global equity: volatility" in " ".join(drawing)


def test_units_are_said(tmp_path: Path) -> None:
    plan, (_, chance) = study(tmp_path)
    svg = drawn_tornado(plan, chance, ["svg"])["tornado-ends_below_whole.svg"].decode()
    assert re.search(r">as assumed: [\d.]+%<", svg)


def test_unverified_ends_are_said_to_be(tmp_path: Path) -> None:
    sources = {"of.rate": "unverified: ours", "of.fee": "a survey of 2020"}
    plan, (made, _) = study(tmp_path, sources=sources)
    svg = drawn_tornado(plan, made, ["svg"])["tornado-spending.svg"].decode()
    text = " ".join(re.findall(">([^<>]+)</text>", svg))
    assert "Ends of assumptions (rates): fee: a survey of 2020; rate: unverified: ours." in text


def test_the_same_study_gives_the_same_bytes(tmp_path: Path) -> None:
    plan, (made, _) = study(tmp_path)
    one, other = (drawn_tornado(plan, made, ["svg", "png", "pdf"]) for _ in range(2))
    assert one == other


def test_hostile_names_are_drawn_as_they_are(tmp_path: Path) -> None:
    plan, (made, _) = study(tmp_path, ends={MARKUP: ENDS["rate"], "=1+1": ENDS["fee"]})
    files = drawn_tornado(plan, made, ["svg"])
    assert b"<b>" not in files["tornado-spending.svg"]
    assert b"\r\n=1+1" not in files["tornado-spending.csv"]
    assert MARKUP in " ".join(
        said(drawn(tmp_path, rows((MARKUP, "low", "a", 9, 1, 1), (MARKUP, "high", "b", 9, 2, 1))))
    )
