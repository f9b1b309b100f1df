"""What moves the answer: paired differences against the base, worked out anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fundsim.engine.simulate import simulate
from fundsim.errors import RunError
from fundsim.studies import Plan
from fundsim.studies.answers.tornado import Tornado, table_of_tornadoes, tornadoes
from fundsim.studies.pieces import Pieces
from fundsim.studies.running import carry_out
from fundsim.studies.wording import sentences
from tests.studies.world import RATES, plan_of

RATE = {"low": {RATES: "3%"}, "high": {RATES: "5%"}}
FEE = {"low": {"markets.fee": "0.4%"}, "high": {"markets.fee": "0.6%"}}
IDLE = {"low": {RATES: "4%"}, "high": {RATES: 0.04}}


def study(folder: Path, **changes: Any) -> tuple[Plan, Pieces]:
    assumptions = {"fee": FEE, "nothing": IDLE, "rate": RATE}
    vary = {"of": {"kind": "one_at_a_time", "assumptions": assumptions}}
    plan = plan_of(folder, **({"vary": vary, "paths": 500} | changes))
    pieces = Pieces(folder / "pieces")
    carry_out(plan, pieces)
    return plan, pieces


def one(folder: Path, **changes: Any) -> Tornado:
    (made,) = tornadoes(*study(folder, **({"measures": ["spending"]} | changes)))
    return made


def test_differences_are_taken_path_by_path(tmp_path: Path) -> None:
    plan, pieces = study(tmp_path, measures=["spending"])
    (made,) = tornadoes(plan, pieces)
    spent = {
        rate: simulate(plan.loaded.scenario.but({RATES: rate})).series["all"].of("spending", "real")
        for rate in ("3%", "4%", "5%")
    }
    base, low, high = (spent[rate].sum(axis=0) for rate in ("4%", "3%", "5%"))
    (bar,) = (bar for bar in made.bars if bar.assumption == "rate")
    assert made.base == pytest.approx(base.mean(), rel=1e-12)
    for end, values in (("low", low), ("high", high)):
        moved = bar.ends[end]
        assert moved.mean == pytest.approx(values.mean(), rel=1e-12)
        assert moved.difference == pytest.approx((values - base).mean(), rel=1e-9)
        error = (values - base).std(ddof=1) / np.sqrt(500)
        assert moved.error == pytest.approx(error, rel=1e-9)
        assert error < values.std(ddof=1) / np.sqrt(500) / 2
    assert bar.swing == pytest.approx((high - low).mean(), rel=1e-9)


def test_what_moves_it_most_comes_first_and_what_does_not_is_said(tmp_path: Path) -> None:
    made = one(tmp_path)
    assert [bar.assumption for bar in made.bars] == ["rate", "fee", "nothing"]
    assert all(moved.difference == 0 for moved in made.bars[-1].ends.values())
    first, still = sentences([made])
    assert first.startswith("Spending: £")
    assert "What moves it most is the rate: £" in first
    assert still.endswith(": nothing.")


def test_an_end_may_be_called_something(tmp_path: Path) -> None:
    names = {"called": {"low": "a little", "high": "a lot"}}
    vary = {"of": {"kind": "one_at_a_time", "assumptions": {"rate": RATE | names, "fee": FEE}}}
    made = one(tmp_path, vary=vary)
    assert [moved.changes for moved in made.bars[0].ends.values()] == ["a little", "a lot"]
    assert [moved.changes for moved in made.bars[1].ends.values()] == ["0.4%", "0.6%"]


def test_the_table_holds_what_was_found(tmp_path: Path) -> None:
    made = one(tmp_path)
    rows = [
        dict(zip(t.columns, row, strict=True))
        for t in (table_of_tornadoes([made]),)
        for row in t.rows()
    ]
    assert [(row["rank"], row["assumption"], row["end"]) for row in rows] == [
        (rank, name, end)
        for rank, name in (("1", "rate"), ("2", "fee"), ("3", "nothing"))
        for end in ("low", "high")
    ]
    for row, bar in zip(rows[::2], made.bars, strict=True):
        assert float(row["difference"]) == round(bar.ends["low"].difference / 100, 4)
        assert float(row["swing_se"]) == round(bar.error / 100, 4)


def test_a_figure_that_some_paths_lack_is_refused(tmp_path: Path) -> None:
    plan, pieces = study(tmp_path, measures=["year_of_exhaustion"])
    with pytest.raises(RunError, match="year_of_exhaustion has no figure on 500 of 500 paths"):
        tornadoes(plan, pieces)


def test_a_run_without_figures_is_named(tmp_path: Path) -> None:
    plan, pieces = study(tmp_path)
    pieces.clear([path.name for path in pieces.place.iterdir()])
    with pytest.raises(RunError, match=r"run 0 \(base, base\) has no figures: it was not run"):
        tornadoes(plan, pieces)


def test_a_study_of_another_kind_says_what_to_add(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    with pytest.raises(RunError, match='add a block of kind "one_at_a_time"'):
        tornadoes(plan, Pieces(tmp_path / "pieces"))
