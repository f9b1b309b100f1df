"""The chart of what makes an answer vary: its words against its table, and what is drawn where."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from fundsim.charts.rendering import settled
from fundsim.charts.studying import save_shares
from fundsim.charts.studying.shares import drawn_shares
from fundsim.charts.studying.shares_drawing import Dots, draw_dots
from fundsim.charts.words import Facts, words
from fundsim.redrawing.again import reproduce_drawn
from fundsim.redrawing.carried import open_drawn
from fundsim.results.table import Table, read
from fundsim.studies import Plan
from fundsim.studies.answers.indices import COLUMNS, Shares, shares
from fundsim.studies.pieces import Pieces
from fundsim.studies.running import carry_out
from tests.charts.seen import cut_off, touching
from tests.studies.world import RATES, plan_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

DRAWN = {
    RATES: {"kind": "uniform", "low": "3%", "high": "5%"},
    "markets.fee": {"kind": "uniform", "low": "0.1%", "high": "2%"},
}
LONG = "funds.a_fund_whose_name_goes_on_and_on_for_ever.spending.and_a_key_that_does_too"
WIDE = "funds." + "W" * 150


def spread(folder: Path, **changes: Any) -> tuple[Plan, Shares]:
    vary = {"of": {"kind": "sobol_indices", "size": 16, "distributions": DRAWN}}
    plan = plan_of(folder, vary=vary, paths=50, years=2, measures=["spending"], **changes)
    pieces = Pieces(folder / "pieces")
    carry_out(plan, pieces)
    (made,) = shares(plan, pieces)
    return plan, made


def rows(*shown: tuple[str, float, float, float, float, float, float]) -> Table:
    """A table by hand: assumption, then both indices, each with its ends."""
    made = [
        ("spending", "real", name, str(rank), *map(str, figures), "0", "0", "16", "64")
        for rank, (name, *figures) in enumerate(shown, start=1)
    ]
    return Table("indices", COLUMNS, lambda: made)


def drawn(folder: Path, table: Table) -> Figure:
    facts = Facts.of_scenario(plan_of(folder).loaded.scenario, "all", "real", "sobol_indices")
    with settled():
        spoken = words(facts, title="What makes it vary", about=["as it is"], reading=["none"])
        figure = draw_dots(Dots.of(table), spoken)
        figure.draw_without_rendering()
    return figure


def test_the_alternative_text_says_what_the_table_says(tmp_path: Path) -> None:
    plan, made = spread(tmp_path)
    save_shares(plan, made, tmp_path / "charts")
    table = read(tmp_path / "charts" / "sobol_indices-spending.csv")
    svg = (tmp_path / "charts" / "sobol_indices-spending.svg").read_text("utf-8")
    (alt,) = re.findall("<desc>(.*?)</desc>", svg)
    said = [int(text.replace("−", "-")) for text in re.findall(r"(−?\d+)%", alt)]
    first, total = table.numbers("first"), table.numbers("total")
    figures = [100 * share for pair in zip(first, total, strict=True) for share in pair]
    assert said == [pytest.approx(f, abs=0.51) for f in [*figures, 100 * min(sum(first), 1)]]
    assert table.column("assumption")[0] == RATES
    first_named, second_named = map(
        alt.lower().index, ("funds: fund: spending: rate", "markets: fee")
    )
    assert first_named < second_named


@pytest.mark.parametrize(
    "table",
    [
        rows(("a", 0.4, 0.3, 0.5, 0.45, 0.4, 0.5), ("b", 0.1, 0.0, 0.2, 0.2, 0.1, 0.3)),
        rows(("a", 1.0, 0.9, 1.2, 1.0, 0.9, 1.1), ("b", -0.1, -0.4, 0.2, 0.0, 0.0, 0.0)),
        rows(("a", 0.9, -2.0, 3.0, 1.5, 0.0, 4.0)),
        rows((LONG, 1, 1, 1, 1, 1, 1), (WIDE, 0, 0, 0, 0, 0, 0)),
        rows(*[(f"a{n}", 0.01, -0.01, 0.02, 0.01, 0.0, 0.02) for n in range(20)]),
    ],
)
def test_no_words_are_cut_off_or_touch(tmp_path: Path, table: Table) -> None:
    figure = drawn(tmp_path, table)
    assert cut_off(figure) == []
    assert touching(figure) == []


def _across(line: Line2D) -> list[float]:
    return [float(x) for x in np.ravel(line.get_xdata())]


def test_marks_and_intervals_stand_where_their_shares_are(tmp_path: Path) -> None:
    from matplotlib.lines import Line2D

    table = rows(("a", 0.4, 0.2, 0.6, 0.5, 0.4, 0.8), ("b", 0.1, 0.0, 0.2, 0.2, 0.1, 0.3))
    lines = drawn(tmp_path, table).findobj(Line2D)
    marks = [line for line in lines if line.get_marker() == "o"]
    places = [_across(mark)[0] for mark in marks[2:]]  # after the two that say which is which
    unit = (places[0] - places[2]) / 0.3  # from 0.1 to 0.4

    def share(x: float) -> float:
        return (x - places[2]) / unit + 0.1

    assert [*map(share, places)] == pytest.approx([0.4, 0.5, 0.1, 0.2])
    spans = [[*map(share, _across(line))] for line in lines if line.get_marker() != "o"]
    for interval in ([0.2, 0.6], [0.4, 0.8], [0.0, 0.2], [0.1, 0.3]):
        assert any(span == pytest.approx(interval) for span in spans)
    rings = [mark.get_markerfacecolor() != mark.get_markeredgecolor() for mark in marks]
    assert rings == [True, False] * 3


def test_a_file_draws_itself_again(tmp_path: Path) -> None:
    plan, made = spread(tmp_path / "in")
    picture = save_shares(plan, made, tmp_path / "charts", formats=["svg"])[-1]
    assert picture.name == "sobol_indices-spending.svg"
    assert reproduce_drawn(open_drawn(picture)) == []


def test_unverified_distributions_are_said_to_be(tmp_path: Path) -> None:
    plan, made = spread(tmp_path, sources={"of": "unverified: ours"})
    svg = drawn_shares(plan, made, ["svg"])["sobol_indices-spending.svg"].decode()
    text = " ".join(re.findall(">([^<>]+)</text>", svg))
    assert "Distributions of assumptions (rates): of: unverified: ours." in text
