"""Morris's elementary effects: against known functions, through the design and the reckoning."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fundsim.errors import RunError, ScenarioError
from fundsim.money import Real
from fundsim.report.drivers import Drivers
from fundsim.studies import Plan
from fundsim.studies.answers.screening import effects, screenings, table_of_screenings
from fundsim.studies.distributions import Choice, Normal, Uniform
from fundsim.studies.pieces import Pieces
from fundsim.studies.running import carry_out
from fundsim.studies.sampling import walked, walks
from fundsim.studies.wording import sentences_of_screenings
from tests.studies.test_indices import g_function, ishigami
from tests.studies.world import RATES, plan_of, put_in_place

GROWTH, FEE = "markets.assets.shares.arithmetic_mean", "markets.fee"
ENDS = {RATES: (0.02, 0.06), GROWTH: (0.04, 0.09), FEE: (0.003, 0.015)}
LEVELS = 4
KINDS = {"ishigami": (ishigami, -np.pi, 2 * np.pi, 3), "g": (g_function, 0.0, 1.0, 4)}


def block(**changes: Any) -> dict[str, Any]:
    distributions = {
        key: {"kind": "uniform", "low": low, "high": high} for key, (low, high) in ENDS.items()
    }
    values = {"kind": "morris", "trajectories": 6, "seed": 3, "distributions": distributions}
    return {"of": values | changes}


def study(folder: Path, **changes: Any) -> Plan:
    return plan_of(folder, **({"vary": block(), "measures": ["spending"], "paths": 250} | changes))


def every_effect(of: Callable[[Real], Real], low: float, width: float, keys: int) -> Real:
    """Give mu, mu* and sigma over all steps that the grid allows, by trying each of them."""
    grid = np.linspace(0, 1, LEVELS)
    step = LEVELS / 2 / (LEVELS - 1)
    rows = []
    for key in range(keys):
        found = []
        for start in product(range(LEVELS // 2), *[range(LEVELS)] * (keys - 1)):
            at = grid[[*start[1 : key + 1], start[0], *start[key + 1 :]]]
            moved = at.copy()
            moved[key] += step
            found.append(float(of(low + width * moved) - of(low + width * at)) / step)
        rows.append([np.mean(found), np.mean(np.abs(found)), np.std(found)])
    return np.array(rows)


@pytest.mark.parametrize("name", KINDS)
def test_known_functions_come_out_as_every_step_of_the_grid_gives_them(name: str) -> None:
    of, low, width, keys = KINDS[name]
    places = walks(2_000, LEVELS, 0, keys) / (LEVELS - 1)
    made = effects(places, of((low + width * places).T), LEVELS)
    known = every_effect(of, low, width, keys)
    largest = known[:, 1].max()
    assert np.abs(made[:, [0, 1, 3]] - known).max() < 0.05 * largest
    apart = known[:, np.newaxis, 1] - known[:, 1] > 0.1 * largest
    assert ((made[:, np.newaxis, 1] > made[:, 1]) | ~apart).all()


def test_effects_of_a_straight_line_are_its_slopes(tmp_path: Path) -> None:
    slopes = {RATES: 2e9, GROWTH: -5e9, FEE: 0.0}
    plan = study(tmp_path)
    assert len(plan.runs) == 4 * 6
    pieces = put_in_place(plan, tmp_path, lambda at: [sum(s * at[k] for k, s in slopes.items())])
    (made,) = screenings(plan, pieces)
    assert [one.assumption for one in made.effects] == [GROWTH, RATES, FEE]
    for one in made.effects:
        low, high = ENDS[one.assumption]
        whole = slopes[one.assumption] * (high - low)
        assert one.mu == pytest.approx(whole, rel=1e-6, abs=1e-3)
        assert one.mu_star == pytest.approx(abs(whole), rel=1e-6, abs=1e-3)
        assert one.sigma == pytest.approx(0, abs=100)
        assert one.ends == pytest.approx((abs(whole), abs(whole)), rel=1e-6, abs=1e-3)
        assert one.of_half == pytest.approx(abs(whole), rel=1e-6, abs=1e-3)
    told = [*sentences_of_screenings([made])]
    most = f"Spending: {GROWTH} moves it most, by £2.50m from its least value to its largest"
    assert told == [
        f"{most} (mean size over 6 trajectories).",
        f"Under a tenth of that, with their intervals: {FEE}.",
    ]


def test_what_depends_on_the_others_is_said(tmp_path: Path) -> None:
    plan = study(tmp_path, measures=["capital_kept_whole_at_10_years"])
    pieces = put_in_place(plan, tmp_path, lambda at: [(at[RATES] - 0.04) * (at[GROWTH] - 0.065)])
    (made,) = screenings(plan, pieces)
    _, uneven, hardly = sentences_of_screenings([made])
    assert uneven.startswith("How much depends on the other assumptions")
    assert {RATES, GROWTH} == {*uneven.removesuffix(".").split(": ")[1].split(", ")}
    assert hardly.endswith(f": {FEE}.")
    at = [[float(run.cell.columns[key]) for run in plan.runs] for key in (RATES, GROWTH)]
    values = (np.array(at[0]) - 0.04) * (np.array(at[1]) - 0.065)
    steps = np.abs(np.diff(values.reshape(6, 4), axis=1)) / (2 / 3)
    moved = [[by_hand(plan, 4 * t + s) for s in range(3)] for t in range(6)]
    for one in made.effects:
        sizes = [steps[t, s] for t in range(6) for s in range(3) if moved[t][s] == one.assumption]
        assert one.mu_star == pytest.approx(np.mean(sizes))
        assert one.of_half == pytest.approx(np.mean(sizes[:3]))
    first = made.effects[0]
    assert abs(first.mu) < first.mu_star
    assert first.ends[0] < first.mu_star < first.ends[1]


def by_hand(plan: Plan, run: int) -> str:
    """Name the key that is moved between a run and the next one."""
    one, other = (plan.runs[each].cell.columns for each in (run, run + 1))
    (key,) = (key for key in ENDS if one[key] != other[key])
    return key


def test_an_interval_begins_at_nothing_where_it_would_lie_below(tmp_path: Path) -> None:
    plan = study(tmp_path)
    pieces = put_in_place(plan, tmp_path, lambda at: [1e9 * (at[RATES] > 0.05) * (at[FEE] > 0.012)])
    (made,) = screenings(plan, pieces)
    assert any(one.ends[0] == 0 < one.mu_star for one in made.effects)
    assert all(one.ends[0] >= 0 for one in made.effects)


def test_more_trajectories_make_intervals_narrower() -> None:
    wide = []
    for trajectories in (50, 200):
        places = walks(trajectories, LEVELS, 0, 4) / (LEVELS - 1)
        wide.append(effects(places, g_function(places.T), LEVELS)[:, 2])
    assert (wide[1] < 0.6 * wide[0]).all()


def test_a_seed_makes_the_same_trajectories_for_ever() -> None:
    assert walks(2, 4, 20200924, 3).tolist() == SEEDED
    assert walks(2, 4, 1, 3).tolist() != SEEDED


def test_the_chance_of_everybody_else_is_left_alone() -> None:
    before = str(np.random.get_state(legacy=False)["state"]["key"].tolist())  # noqa: NPY002 - theirs
    places = walks(4, 4, 0, 2) / 3
    effects(places, places.sum(axis=1), 4)
    after = str(np.random.get_state(legacy=False)["state"]["key"].tolist())  # noqa: NPY002 - theirs
    assert after == before


SEEDED = [[0, 1, 2], [2, 1, 2], [2, 3, 2], [2, 3, 0], [1, 0, 0], [1, 0, 2], [1, 2, 2], [3, 2, 2]]


@pytest.mark.parametrize("levels", [2, 4, 8])
def test_each_step_moves_one_assumption_by_half_of_the_levels(levels: int) -> None:
    steps = walks(20, levels, 5, 3).reshape(20, 4, 3)
    assert (steps >= 0).all()
    assert (steps < levels).all()
    moves = np.abs(np.diff(steps, axis=1))
    assert (np.sort(moves, axis=2) == [0, 0, levels // 2]).all()
    assert (moves.sum(axis=1) == levels // 2).all()
    assert {*steps.ravel().tolist()} == {*range(levels)}


def test_levels_are_even_quantiles_with_both_ends() -> None:
    draws = walked(
        20,
        4,
        0,
        {
            "a": Uniform(low="3%", high="6%"),
            "b": Normal(mean=0, sd=1, low=-2, high=2),
            "c": Choice(values=["x", "y"]),
        },
    )
    assert {*(draw["a"] for draw in draws)} == {0.03, 0.04, 0.05, 0.06}
    inner = 0.40996  # z(0.02275 + 2/3 (0.97725 - 0.02275)), of a table of the normal distribution
    assert sorted({float(draw["b"]) for draw in draws}) == pytest.approx(
        [-2, -inner, inner, 2], abs=1e-4
    )
    assert {*(draw["c"] for draw in draws)} == {"x", "y"}


def test_values_of_a_choice_lie_in_even_slices_of_the_levels() -> None:
    draws = [draw["c"] for draw in walked(20, 4, 0, {"c": Choice(values=["x", "y", "z"])})]
    moves = {frozenset(pair) for pair in zip(draws[::2], draws[1::2], strict=True)}
    assert moves == {frozenset("xy"), frozenset("yz")}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"levels": 5}, "levels: found 5, expected an even number"),
        (
            {"distributions": {FEE: {"kind": "normal", "mean": 0.01, "sd": 0.001, "low": 0}}},
            "state low and high",
        ),
        (
            {"distributions": {FEE: {"kind": "choice", "values": [1, 2, 3, 4, 5]}}},
            "would not be met at 4 levels; take more levels",
        ),
        ({"trajectories": 3}, "trajectories: found 3"),
        ({"called": {"markets.fees": "fee"}}, 'not drawn (did you mean "markets.fee"?)'),
        ({"called": {FEE: "one", GROWTH: "one"}}, 'found two keys that are called "one"'),
    ],
)
def test_a_design_that_cannot_be_is_refused(
    tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(ScenarioError) as found:
        study(tmp_path, vary=block(**changes))
    assert told in str(found.value)


def test_a_screening_stands_alone(tmp_path: Path) -> None:
    other = {"kind": "grid", "values": {"years": [5, 6]}}
    with pytest.raises(ScenarioError, match="stands alone"):
        study(tmp_path, vary=block() | {"other": other})
    with pytest.raises(ScenarioError, match='futures: nothing is judged where "of" asks'):
        study(tmp_path, futures=["of"])


def test_what_has_no_figure_or_no_spread_is_refused_not_zero(tmp_path: Path) -> None:
    plan = study(tmp_path)
    with pytest.raises(
        RunError, match=r"run 0 \(of 1, spending rate 0\.06, .*\) has no figures: it was not run"
    ):
        screenings(plan, Pieces(tmp_path / "none"))
    gaps = put_in_place(plan, tmp_path / "gaps", lambda at: [at[FEE] if at[FEE] < 0.01 else np.nan])
    with pytest.raises(RunError, match=r"spending has no mean in \d+ of 24 runs"):
        screenings(plan, gaps)
    same = put_in_place(plan, tmp_path / "same", lambda _: [7.0])
    with pytest.raises(RunError, match="spending is the same in every run"):
        screenings(plan, same)
    with pytest.raises(RunError, match='no block of kind "morris"'):
        screenings(plan_of(tmp_path / "other"), same)


def test_without_the_library_one_message_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "SALib.sample.morris", None)
    with pytest.raises(RunError, match="needs SALib; install it with: pip install salib"):
        study(tmp_path)


def test_a_study_is_screened_and_told(tmp_path: Path) -> None:
    few = block(trajectories=4, called={RATES: "rate of spending"})
    plan = study(tmp_path, vary=few, years=4, sources={"of": "unverified: ours"})
    pieces = Pieces(tmp_path / "pieces")
    carry_out(plan, pieces)
    found = Drivers.found(plan, pieces)
    (made,) = found.screenings
    assert made.effects[0].assumption == "rate of spending"
    table = table_of_screenings([made])
    assert found.table.name == table.name == "screening"
    assert table.column("mu_star") == [f"{one.mu_star / 100:.4f}" for one in made.effects]
    assert table.column("runs") == ["16"] * 3
    heading, grid, first, *_, last = found.parts()
    assert heading == "What left the fund for distribution, over the horizon:"
    assert not isinstance(grid, str)
    assert grid.rows[0][0] == "rate of spending"
    assert str(first).startswith("Spending: rate of spending moves it most, by £")
    assert last == "unverified: why these values, of of"
