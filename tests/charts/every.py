"""Every chart there is, drawn of one small run of the flagship, and of what goes with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from fundsim import simulate
from fundsim.charts import CHARTS, NotShown, Outlines
from fundsim.charts.catalogue import ELSEWHERE
from fundsim.charts.comparing import COMPARISON_CHARTS, Given
from fundsim.charts.outlines import Part
from fundsim.charts.rendering import settled
from fundsim.charts.solving import NAME as CURVE
from fundsim.charts.solving import words_of
from fundsim.charts.solving_drawing import Look, draw_look
from fundsim.charts.studying.regrets import NAME as REGRETS
from fundsim.charts.studying.regrets import table_of_regrets
from fundsim.charts.studying.regrets_drawing import Strips, draw_strips
from fundsim.charts.studying.shares import NAME as SHARES
from fundsim.charts.studying.shares_drawing import Dots, draw_dots
from fundsim.charts.studying.tornado import NAME as TORNADO
from fundsim.charts.studying.tornado_drawing import Bars, draw_bars
from fundsim.charts.words import Facts, Words, words
from fundsim.comparison.compared import Compared
from fundsim.comparison.counting import in_need
from fundsim.comparison.questions.breadth import amounts, breadth_of
from fundsim.comparison.wanting import Wanted
from fundsim.results import Results, Table
from fundsim.solving.finding import solve
from fundsim.solving.solved import Solved
from fundsim.studies import Plan
from fundsim.studies.answers.indices import shares, table_of_shares
from fundsim.studies.answers.tornado import table_of_tornadoes, tornadoes
from fundsim.studies.pieces import Pieces
from fundsim.studies.running import carry_out
from tests.charts.comparing_world import FUND, UK_RULES, runs, uk
from tests.charts.comparing_world import seen as of_comparison
from tests.charts.seen import lay_out
from tests.studies.test_choosing import ASKED, made
from tests.studies.world import RATES, plan_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAMES = (*CHARTS, *COMPARISON_CHARTS, *ELSEWHERE)
ENDS = {
    "rate": {"low": {RATES: "3%"}, "high": {RATES: "5%"}},
    "fee": {"low": {"markets.fee": "0.4%"}, "high": {"markets.fee": "0.6%"}},
}


@cache
def plain(name: str) -> Figure:
    """Draw a chart as it is without a house style; nobody may alter it."""
    return figure_of(name)


def figure_of(name: str) -> Figure:
    """Draw a chart in the look of now."""
    if name == CURVE:
        return _curve(_solved())
    if name == TORNADO:
        return _of_study(name, lambda words: draw_bars(Bars.of(_moved()), words))
    if name == SHARES:
        return _of_study(name, lambda words: draw_dots(Dots.of(_spread()), words))
    if name == REGRETS:
        return _of_study(name, lambda words: draw_strips(Strips.of(_regretted()), words))
    if name in COMPARISON_CHARTS:
        given = _given() if name == "breadth_depth" else _compared()
        return of_comparison(name, given).figure
    return _of_run(name, _run())


def _of_run(name: str, run: Results) -> Figure:
    """Draw a chart of all funds together, or of the lasting one where it is of one fund."""
    entry = CHARTS[name]
    if entry.needs_outlines and entry.within:
        entry = entry.within(_squares())
    foundation = "wales" if entry.of_one_foundation else None
    try:
        fund, table = None, entry.table(run, None, "real", foundation)
    except NotShown:
        fund, table = FUND, entry.table(run, FUND, "real", foundation)
    with settled():
        figure = entry.draw(table, entry.words(table, run, fund))
        lay_out(figure)
    return figure


def _curve(made: Solved) -> Figure:
    with settled():
        figure = draw_look(Look.of(made.curve), words_of(made, made.curve))
        lay_out(figure)
    return figure


def _of_study(name: str, draw: Callable[[Words], Figure]) -> Figure:
    facts = Facts.of_scenario(uk(), FUND, "real", name)
    with settled():
        figure = draw(words(facts, title="What moves it", about=["as it is"], reading=["none"]))
        lay_out(figure)
    return figure


@cache
def _squares() -> Outlines:
    """A small square about the middle of each area."""
    places = uk().geography_table
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]) * 0.05
    middles = np.column_stack([places.lon, places.lat])
    parts = {
        code: (Part(middle + corners, ()),)
        for code, middle in zip(places.codes, middles, strict=True)
    }
    return Outlines("squares.geojson", "code", "0" * 12, parts)


@cache
def _run() -> Results:
    return simulate(uk())


@cache
def _compared() -> Compared:
    return runs(uk(), UK_RULES, wanted=Wanted(need="uk_pop_d10"))


@cache
def _solved() -> Solved:
    return solve(uk(), "capital kept whole at 10 years at least 1 with probability 0.5", fund=FUND)


@cache
def _given() -> Given:
    people = in_need(uk(), None, "--people")
    found = breadth_of(
        uk(), 175_000_000_00, amounts(1_000_000_00, 2_500_000_00, 7), people, by="uk_pop_d10"
    )
    return Given(found.scenario, found.tables)


@cache
def _moved() -> Table:
    """What moves spending of a small study, either end of two assumptions."""
    vary = {"kind": "one_at_a_time", "assumptions": ENDS}
    return _answered(vary, lambda *done: table_of_tornadoes(tornadoes(*done)[:1]))


@cache
def _spread() -> Table:
    """What makes spending of a small study vary, two assumptions together."""
    drawn = {RATES: {"kind": "uniform", "low": "3%", "high": "5%"}}
    drawn["markets.fee"] = {"kind": "uniform", "low": "0.1%", "high": "2%"}
    vary = {"kind": "sobol_indices", "size": 16, "distributions": drawn}
    return _answered(vary, lambda *done: table_of_shares(shares(*done)[:1]))


def _answered(vary: Mapping[str, object], answer: Callable[[Plan, Pieces], Table]) -> Table:
    with TemporaryDirectory() as folder:
        plan, pieces = plan_of(Path(folder), vary={"of": vary}), Pieces(Path(folder) / "pieces")
        carry_out(plan, pieces)
        return answer(plan, pieces)


@cache
def _regretted() -> Table:
    """What three rates are regretted for in three futures of a small study."""
    with TemporaryDirectory() as folder:
        found = made(Path(folder), acceptable=ASKED)
        return table_of_regrets(found, "spending")
