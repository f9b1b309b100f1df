"""Sobol's indices: against known functions, through the draws and the reckoning of studies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fundsim.errors import RunError, ScenarioError
from fundsim.money import Real
from fundsim.studies.answers.indices import indices, shares, table_of_shares
from fundsim.studies.distributions import Uniform
from fundsim.studies.pieces import Pieces
from fundsim.studies.running import carry_out
from fundsim.studies.sampling import drawn_twice
from tests.studies.world import RATES, plan_of

A, B = 7.0, 0.1
G = (0.0, 1.0, 4.5, 9.0)


def ishigami(x: Real) -> Real:
    value: Real = np.sin(x[0]) + A * np.sin(x[1]) ** 2 + B * x[2] ** 4 * np.sin(x[0])
    return value


def ishigami_known() -> Real:
    """T. Ishigami and T. Homma, 1990: the indices in closed form."""
    one, two = (1 + B * np.pi**4 / 5) ** 2 / 2, A**2 / 8
    both = B**2 * np.pi**8 * (1 / 18 - 1 / 50)
    known: Real = np.array([[one, two, 0], [one + both, two, both]]) / (one + two + both)
    return known


def g_function(x: Real) -> Real:
    terms = [(np.abs(4 * each - 2) + a) / (1 + a) for each, a in zip(x, G, strict=True)]
    value: Real = np.prod(terms, axis=0)
    return value


def g_known() -> Real:
    """I. M. Sobol, 1993: first and total indices in closed form."""
    own = np.array([1 / 3 / (1 + a) ** 2 for a in G])
    whole = np.prod(1 + own) - 1
    total = [own[i] * np.prod(1 + np.delete(own, i)) for i in range(len(G))]
    return np.array([own / whole, np.array(total) / whole])


def parts(of: Callable[[Real], Real], low: float, high: float, keys: Sequence[str], n: int) -> Real:
    first, second = drawn_twice(n, 0, {key: Uniform(low=low, high=high) for key in keys})
    one, other = (
        np.array([[float(d[k]) for d in draws] for k in keys]) for draws in (first, second)
    )
    rows = [of(one), of(other)]
    for place in range(len(keys)):
        mixed = one.copy()
        mixed[place] = other[place]
        rows.append(of(mixed))
    return np.array(rows)


CASES = {
    "ishigami": (ishigami, ishigami_known, -np.pi, np.pi, "abc"),
    "g": (g_function, g_known, 0.0, 1.0, "abcd"),
}


@pytest.mark.parametrize("name", CASES)
def test_known_functions_come_out_within_a_hundredth(name: str) -> None:
    of, known, low, high, keys = CASES[name]
    assert np.abs(indices(parts(of, low, high, keys, 1 << 14)) - known()).max() < 0.01


@pytest.mark.parametrize("name", CASES)
def test_four_times_as_many_rows_make_intervals_narrower(name: str) -> None:
    from fundsim.studies.answers import indices as room

    of, _, low, high, keys = CASES[name]
    wide = []
    for size in (1 << 9, 1 << 11):
        drawn = room._resampled(parts(of, low, high, keys, size))
        wide.append(np.ptp(np.quantile(drawn, room.INSIDE, axis=0), axis=0))
    assert (wide[1] <= 0.6 * wide[0]).all()


def block(**changes: Any) -> dict[str, Any]:
    distributions = {
        RATES: {"kind": "uniform", "low": "2%", "high": "6%"},
        "markets.fee": {"kind": "uniform", "low": "0.45%", "high": "0.55%"},
    }
    values = {"kind": "sobol_indices", "size": 8, "distributions": distributions}
    return {"of": values | changes}


def test_one_assumption_makes_all_of_the_spread() -> None:
    alone = parts(lambda x: 3 * x[0], 0, 1, ["x"], 256)
    assert indices(alone).tolist() == [[pytest.approx(1, abs=0.01)], [pytest.approx(1, abs=0.01)]]


def test_a_study_says_which_assumption_accounts_for_the_spread(tmp_path: Path) -> None:
    vary = block(size=64, called={"markets.fee": "fee of managers"})
    plan = plan_of(tmp_path, vary=vary, measures=["spending"], paths=250, years=4)
    assert len(plan.runs) == 4 * 64
    pieces = Pieces(tmp_path / "pieces")
    carry_out(plan, pieces)
    (made,) = shares(plan, pieces)
    first, second = made.shares
    assert first.assumption == RATES
    assert second.assumption == "fee of managers"
    assert first.total > 0.9
    assert second.total < 0.1
    assert first.total_ends[0] <= first.total <= first.total_ends[1]
    table = table_of_shares([made])
    assert table.column("total") == [f"{one.total:.6f}" for one in made.shares]
    assert table.column("size") == ["64", "64"]


def test_runs_are_those_of_a_of_b_and_of_a_with_one_from_b(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, vary=block(), measures=["spending"], paths=250)
    place = {name: plan.columns.index(name) for name in ("of", RATES, "markets.fee")}
    rows = [plan.cells(run) for run in plan.runs]
    values = [
        [(row[place["markets.fee"]], row[place[RATES]]) for row in rows[i : i + 8]]
        for i in (0, 8, 16, 24)
    ]
    a, b, with_rate, with_fee = values
    assert [row[place["of"]] for row in rows[::8]] == [
        "A",
        "B",
        f"A with B's {RATES}",
        "A with B's markets.fee",
    ]
    assert with_rate == [(one[0], other[1]) for one, other in zip(a, b, strict=True)]
    assert with_fee == [(other[0], one[1]) for one, other in zip(a, b, strict=True)]


def test_what_has_no_spread_or_no_figure_is_refused_not_zero(tmp_path: Path) -> None:
    same = {"foundations.fee": {"kind": "choice", "values": ["5%"]}}
    plan = plan_of(tmp_path, vary=block(distributions=same, size=4), measures=["spending"])
    pieces = Pieces(tmp_path / "pieces")
    carry_out(plan, pieces)
    with pytest.raises(RunError, match="spending is the same in every run"):
        shares(plan, pieces)
    never = plan_of(tmp_path, vary=block(size=4), measures=["year_of_exhaustion"], paths=250)
    carry_out(never, pieces)
    with pytest.raises(RunError, match="year_of_exhaustion has no mean in 16 of 16 runs"):
        shares(never, pieces)
    with pytest.raises(RunError, match='no block of kind "sobol_indices"'):
        shares(plan_of(tmp_path), pieces)


def test_a_size_that_is_no_power_of_two_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="size: found 6, expected a power of 2"):
        plan_of(tmp_path, vary=block(size=6))
