"""The chart of regrets: its words against its table, what is drawn where, and drawn once more."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fundsim.charts.language import speaking
from fundsim.charts.rendering import settled
from fundsim.charts.studying import save_regrets
from fundsim.charts.studying.regrets import COLUMNS, drawn_regrets, table_of_regrets, words_of
from fundsim.charts.studying.regrets_drawing import DOTS, POLICIES, Strips, draw_strips
from fundsim.charts.words import Facts, words
from fundsim.redrawing import open_drawn, reproduce_drawn
from fundsim.results.table import Table, read
from fundsim.studies.answers.choosing import policies_of
from fundsim.studies.pieces import Pieces
from fundsim.studies.running import carry_out
from tests.charts.seen import LONG, MARKUP, cut_off, said, touching
from tests.studies.test_choosing import ASKED, made, plan_in
from tests.studies.world import plan_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def rows(*policies: tuple[str, list[float]], measure: str = "spending", good: str = "yes") -> Table:
    """A table by hand: each policy with its regrets."""
    found = [
        (measure, "real", "pounds", name, f"future {n}", "1", str(regret), good)
        for name, regrets in policies
        for n, regret in enumerate(regrets)
    ]
    return Table("regrets", COLUMNS, lambda: found)


def drawn(folder: Path, table: Table) -> Figure:
    facts = Facts.of_scenario(plan_of(folder).loaded.scenario, "all", "real", "regrets")
    with settled():
        spoken = words(facts, title="Regret", about=["as it is"], reading=["none"])
        figure = draw_strips(Strips.of(table), spoken)
        figure.draw_without_rendering()
    return figure


def dots(figure: Figure) -> list[tuple[float, bool]]:
    """How far to the right each dot is, and whether it is filled."""
    from matplotlib.lines import Line2D

    lines = [one for one in figure.findobj(Line2D) if one.get_marker() == "o"]
    return [
        (float(np.ravel(one.get_xdata())[0]), one.get_markerfacecolor() != "#ffffff")
        for one in lines
    ]


def test_the_least_regretted_comes_first_and_the_words_say_what_the_table_says(
    tmp_path: Path,
) -> None:
    found = made(tmp_path, acceptable=ASKED)
    save_regrets(found, tmp_path / "charts")
    names = sorted(path.name for path in (tmp_path / "charts").glob("*.svg"))
    assert names == ["regrets-ends_below_whole.svg", "regrets-spending.svg"]
    table = read(tmp_path / "charts" / "regrets-spending.csv")
    assert [*dict.fromkeys(table.column("policy"))] == ["4%", "3%", "5%"]
    assert table.numbers("regret").reshape(3, 3).max(axis=1).tolist() == [3, 4, 7]
    assert table.column("acceptable") == [*["yes", "no", "yes"] * 2, *["no"] * 3]
    svg = (tmp_path / "charts" / "regrets-spending.svg").read_text("utf-8")
    (alt,) = re.findall("<desc>(.*?)</desc>", svg)
    good = [table.where(policy=name).column("acceptable").count("yes") for name in ("4%", "3%")]
    for name, most, count in zip(("4%", "3%"), ("£3", "£4"), good, strict=True):
        assert f"{name}: at most {most}, acceptable in {count} of 3" in alt


def test_a_dot_is_as_far_as_the_regret_and_hollow_where_it_is_not_acceptable(
    tmp_path: Path,
) -> None:
    figure = drawn(tmp_path, rows(("a", [0.0, 10.0]), ("b", [20.0, 40.0]), good="no"))
    (zero, _), (one, _), (two, _), (four, filled) = dots(figure)
    assert two - zero == pytest.approx(2 * (one - zero))
    assert four - zero == pytest.approx(4 * (one - zero))
    assert not filled
    assert all(filled for _, filled in dots(drawn(tmp_path, rows(("a", [0.0, 1.0])))))
    assert all(filled for _, filled in dots(drawn(tmp_path, rows(("a", [1.0]), good=""))))


@pytest.mark.parametrize(
    "table",
    [
        rows(("a", [0.0, 0.0]), ("b", [0.0, 0.0])),
        rows((LONG, [1e9, 2e9]), (MARKUP, [0.0, 1e-9])),
        rows(("a", [0.001, 0.5]), ("b", [0.1, 0.97]), measure="ends_below_whole"),
        rows(("a", [0.1]), ("b", [12.345]), measure="capital_kept_whole_at_20_years", good=""),
        rows(*[(f"policy {n}", [n * 1e6, 9e6]) for n in range(30)]),
    ],
)
def test_no_words_are_cut_off_or_touch(tmp_path: Path, table: Table) -> None:
    figure = drawn(tmp_path, table)
    assert cut_off(figure) == []
    assert touching(figure) == []


def test_of_many_futures_and_policies_those_are_drawn_that_matter(tmp_path: Path) -> None:
    strips = Strips.of(rows(*[(f"p{n}", [float(n)]) for n in range(POLICIES + 5)]))
    assert [row.name for row in strips.shown] == [f"p{n}" for n in range(POLICIES)]
    regrets = [float(n) for n in range(1000)]
    figure = drawn(tmp_path, rows(("many", regrets)))
    places = [at for at, _ in dots(figure)]
    assert len(places) == DOTS
    (row,) = Strips.of(rows(("many", regrets))).rows
    assert {0, 999} <= {*row.drawn}  # the least and the largest are among them


def test_how_many_are_drawn_is_said_in_every_language(tmp_path: Path) -> None:
    one = made(tmp_path)
    futures, policies = DOTS + 60, POLICIES + 2
    figures = np.random.default_rng(0).normal(5, 1, (policies, futures, 2)).round(3)
    found = replace(
        one,
        names=tuple(f"p{n}" for n in range(policies)),
        futures=tuple(f"future {n}" for n in range(futures)),
        figures=figures,
        by_path=np.zeros((policies, 2, 4)),
        left_out=("p0, run 7 (it broke)",),
    )
    with speaking("cy") as speech:
        table = table_of_regrets(found, "spending")
        words_of(found, table)
        assert speech.lacking == set()
    about = words_of(found, table).about
    assert f"Drawn: {DOTS} of them, evenly by the size of the regret" in about
    assert f"The {POLICIES} least regretted of {policies} policies" in about


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    plan = plan_in(tmp_path, paths=250, years=3)
    pieces = Pieces(tmp_path / "pieces")
    carry_out(plan, pieces)
    lost = plan.runs[0]
    pieces.clear([path.name for path in pieces.listed()[plan.key(lost)]])
    found = policies_of(plan, pieces)
    told = words_of(found, table_of_regrets(found, "spending"))
    assert "Left out: 1 assumed future, in which a policy has no figures" in told.about


def test_hostile_names_are_drawn_as_they_are(tmp_path: Path) -> None:
    assert MARKUP in " ".join(said(drawn(tmp_path, rows((MARKUP, [1.0]), ("b", [2.0])))))


def test_a_picture_alone_gives_itself_again(tmp_path: Path) -> None:
    plan = plan_in(tmp_path, paths=250, years=3, acceptable=ASKED)
    pieces = Pieces(tmp_path / "pieces")
    carry_out(plan, pieces)
    found = policies_of(plan, pieces)
    files = drawn_regrets(found, "spending", ["svg"])
    assert files == drawn_regrets(found, "spending", ["svg"])
    picture = tmp_path / "alone" / "regrets-spending.svg"
    picture.parent.mkdir()
    picture.write_bytes(files[picture.name])
    assert reproduce_drawn(open_drawn(picture)) == []
