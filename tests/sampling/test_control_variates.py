"""Means corrected by a control variate, held against closed forms and another regression."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fundsim import Results, ScenarioError, load, open_run, simulate
from fundsim.engine.simulate import simulate_rules
from fundsim.metrics.controlled import FOLDS, Controls
from fundsim.metrics.statistics import mean_and_error
from fundsim.money import Real
from fundsim.results.folder import in_place_of, write
from fundsim.results.verifying import differences
from fundsim.rules.returns import Lognormal
from fundsim.scenario import Scenario
from fundsim.scenario.controls import control_names

ERRORS = 4.0
CONTROLLED = "sampling=control_variate"
World = Callable[..., Scenario]

# The regression


def made_up(seed: int) -> tuple[list[Real], Real]:
    """Three controls with a mean of 1, and figures that move with them and with more."""
    normals = np.random.default_rng(seed).standard_normal((4, 700))
    controls = [1 + normals[0], 1 + normals[0] + 0.1 * normals[1], 1 + normals[2] ** 3]
    return controls, 5 + 2 * normals[0] - normals[1] + normals[3]


def test_each_tenth_is_corrected_by_what_is_fitted_to_the_others() -> None:
    """Least squares by another hand, fold by fold."""
    controls, figures = made_up(1)
    design = np.stack([np.ones(700), *(control - 1 for control in controls)], axis=1)
    corrected = figures.copy()
    for fold in range(FOLDS):
        here = np.arange(700) % FOLDS == fold
        slopes, *_ = np.linalg.lstsq(design[~here], figures[~here], rcond=None)
        corrected[here] -= design[here, 1:] @ slopes[1:]
    expected = corrected.mean(), corrected.std(ddof=1) / math.sqrt(700)
    assert Controls(controls).mean_and_error(figures) == pytest.approx(expected, rel=1e-9)


def test_where_nothing_is_gained_the_plain_mean_stands() -> None:
    controls, _ = made_up(1)
    figures = np.random.default_rng(2).standard_normal(700)
    plain = mean_and_error(figures)
    assert Controls(controls).mean_and_error(figures)[1] <= plain[1]
    assert Controls([]).mean_and_error(figures) == plain
    noise = np.random.default_rng(3).standard_normal((9, 40)) + 1
    assert Controls(list(noise)).mean_and_error(figures[:40]) == mean_and_error(figures[:40])


def test_errors_are_those_that_many_samples_show() -> None:
    found = [Controls(controls).mean_and_error(f) for controls, f in map(made_up, range(400))]
    means, errors = np.array(found).T
    assert abs(means.mean() - 5) < ERRORS * means.std() / math.sqrt(400)
    assert means.std() == pytest.approx(np.sqrt(np.square(errors).mean()), rel=0.15)


def test_a_control_that_says_nothing_new_is_left_out() -> None:
    controls, figures = made_up(1)
    sum_of_two = 1 + (controls[0] - 1) + (controls[2] - 1)
    again = Controls([*controls, controls[1], sum_of_two, np.ones(700)])
    assert len(again) == len(Controls(controls)) == 3
    assert again.mean_and_error(figures) == Controls(controls).mean_and_error(figures)


# What is known of growth

TWO = (
    "markets.assets.shares.weight=0.6",
    "markets.assets.bonds={weight=0.4, arithmetic_mean=0.03, volatility=0.08}",
    "markets.correlations={shares={bonds=0.2}}",
)
TAILS = (
    'markets={kind="student_t", degrees_of_freedom=5, step="STEP", '
    'inflation={kind="constant", rate=0.02}, correlations={shares={bonds=0.2}}, '
    "assets={shares={weight=0.6, arithmetic_mean=0.07, volatility=0.17}, "
    "bonds={weight=0.4, arithmetic_mean=0.03, volatility=0.08}}}"
)
KINDS = [
    (*TWO, "markets.step=quarter"),
    (*TWO, "markets.step=year"),
    (TAILS.replace("STEP", "quarter"),),
    (TAILS.replace("STEP", "year"),),
]
CRASH = '{name="crash", kind="market", on=2024-10-01, change="-30%", asset="shares"}'
LOST = '{name="lost", kind="market", on=2030-04-01, until=2035-04-01, yearly="-3%"}'
DEAR = '{name="dear", kind="inflation", on=2026-04-01, until=2028-04-01, yearly="8%"}'
FAILS = '{name="fails", kind="correlation", on=2031-04-01, until=2033-04-01, lead="shares", to=0.9}'
AR1 = 'markets.inflation={kind="ar1", log_mean=0.02, persistence=0.6, sd=0.015}'


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shocks", ["[]", f"[{CRASH}, {LOST}, {DEAR}, {FAILS}]"])
def test_controls_are_one_in_the_mean(world: World, kind: tuple[str, ...], shocks: str) -> None:
    scenario = world(CONTROLLED, *kind, AR1, f"shocks={shocks}", "years=12")
    series = simulate(scenario).series["fund"]
    assert len(series.controls) == len(control_names(scenario)) == 2 * 3
    for values in series.controls:
        assert abs(values.mean() - 1) < ERRORS * values.std() / math.sqrt(len(values))


def test_growth_is_expected_to_compound(world: World) -> None:
    markets = world(CONTROLLED, *TWO).markets
    yearly = 1 + markets.moments().mean
    assert markets.mean_growth(3) == pytest.approx([yearly, yearly**2, yearly**3], rel=1e-12)
    assert markets.mean_growth(2, {"bonds": 1.0}) == pytest.approx([1.03, 1.03**2], rel=1e-12)
    crash = {"shares": [1.0, 0.5, *[1.0] * 6]}
    quarters = [0.6 * 1.07**0.25 * jolt + 0.4 * 1.03**0.25 for jolt in (1.0, 0.5)]
    expected = math.prod([quarters[0]] * 3) * quarters[1]
    found = markets.mean_growth(2, jolts=crash)
    assert found == pytest.approx([expected, expected * yearly], rel=1e-12)


def test_what_a_pound_is_expected_to_be_worth(world: World) -> None:
    """The variance of the summed force by its sum over pairs of years."""
    markets = world(AR1).markets
    first, second = 0.015**2, 0.015**2 * (1 + 0.6**2)
    both = first + second + 2 * 0.6 * first
    expected = [math.exp(-0.02 + first / 2), math.exp(-0.04 + both / 2)]
    assert markets.mean_worth(2) == pytest.approx(expected, rel=1e-12)
    assert world().markets.mean_worth(2) == pytest.approx([1 / 1.02, 1 / 1.02**2])


# Runs

MOVING = ("closing_capital", "capital_kept_whole_at_10_years", "ends_below_whole")


def rows(results: Results, basis: str = "real") -> dict[str, tuple[float, ...]]:
    """Mean, error, plain mean, plain error and gain of the fund, by measure."""
    return {
        row[0]: tuple(map(float, row[4:]))
        for row in results.tables["controlled"].rows()
        if (row[1], row[2]) == ("fund", basis)
    }


def test_means_meet_their_closed_forms(world: World) -> None:
    """E of real capital: 2bn · (0.96 · 1.07 / 1.02)^t; 4 % of what is there a year before."""
    yearly = 0.96 * 1.07 / 1.02
    spent = 2e9 * 0.04 * sum(yearly**year for year in range(20))
    for seed in range(5):
        found = rows(simulate(world(CONTROLLED, "paths=1000"), seed=seed))
        mean, error, _, before, _ = found["closing_capital"]
        assert abs(mean - 2e9 * yearly**20) < ERRORS * error + 1
        assert error < before / 1000  # a share of what is there: all of it follows growth
        mean, error, _, before, gain = found["spending"]
        assert abs(mean - spent) < ERRORS * error + 1
        assert gain == pytest.approx((before / error) ** 2, rel=1e-3)
        assert gain > 25


@pytest.mark.parametrize(
    "sets",
    [
        ('funds.fund.spending={kind="constant_real", amount="£60m"}',),
        ('funds.fund.spending={kind="banded_real", rate=0.04, low=0.03, high=0.05}',),
        (
            *("markets.assets.shares.volatility=0.3", "years=30", "funds.fund.opening=£1m"),
            'funds.fund.spending={kind="banded_real", rate=0.04, low=0.03, high=0.05}',
        ),
    ],
    ids=["constant real", "banded", "spread widely"],
)
def test_stated_errors_are_honest(world: World, sets: tuple[str, ...]) -> None:
    """What the fund holds does not follow growth in a straight line, or is spread very widely."""
    scenario = world(CONTROLLED, "paths=1000", AR1, *sets)
    truth = rows(simulate(scenario, paths=60_000, seed=99))
    away: dict[str, list[float]] = {}
    for seed in range(16):
        found = rows(simulate(scenario, seed=seed))
        for measure in MOVING:
            mean, error, *_ = found[measure]
            away.setdefault(measure, []).append((mean - truth[measure][0]) / error)
    for measure in MOVING:
        assert 0.45 < np.sqrt(np.mean(np.square(away[measure]))) < 1.75, measure
        assert abs(np.mean(away[measure])) < 1.1, measure


def test_expecting_other_growth_is_noticed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Lognormal.mean_growth

    def off(self: Any, *asked: Any) -> tuple[float, ...]:
        return tuple(1.001 * growth for growth in honest(self, *asked) or ())

    monkeypatch.setattr(Lognormal, "mean_growth", off)
    mean, error, *_ = rows(simulate(world(CONTROLLED)))["closing_capital"]
    assert abs(mean - 2e9 * (0.96 * 1.07 / 1.02) ** 20) > 10 * error


def test_all_other_tables_are_those_of_plain_paths(world: World) -> None:
    plain, controlled = simulate(world()), simulate(world(CONTROLLED))
    assert set(controlled.tables) == {*plain.tables, "controlled"}
    for name, table in plain.tables.items():
        assert list(table.csv()) == list(controlled.tables[name].csv()), name


def test_plain_figures_stand_beside(world: World) -> None:
    results = simulate(world(CONTROLLED))
    summary = {
        (row[0], row[1], row[2]): (row[4], row[5]) for row in results.tables["summary"].rows()
    }
    for row in results.tables["controlled"].rows():
        assert float(row[6]) == pytest.approx(float(summary[row[0], row[1], row[2]][0]), rel=1e-9)
        assert float(row[7]) == pytest.approx(float(summary[row[0], row[1], row[2]][1]), rel=1e-4)
        if row[3] == "probability":
            assert 0 <= float(row[4]) <= 1


def test_blocks_and_workers_change_nothing(world: World) -> None:
    scenario = world(CONTROLLED, "paths=1251", AR1)
    alone, together = simulate(scenario, block=250), simulate(scenario, workers=2, block=1500)
    found = list(alone.tables["controlled"].csv())
    assert found == list(together.tables["controlled"].csv())


def test_a_saved_run_of_several_funds_verifies(world: World, tmp_path: Path) -> None:
    other = (
        'funds.other={title="Another", opening="£1bn", holds={shares="50%", bonds="50%"}, '
        'spending={kind="percent_of_value", rate="3%"}, allocation={kind="equal"}}'
    )
    results = simulate(world(CONTROLLED, *TWO, other, "paths=1000"))
    assert len(results.series["all"].controls) == 2 * len(results.series["fund"].controls)
    with in_place_of(tmp_path / "run", results.scenario.fingerprint) as folder:
        write(results, folder, started=datetime.now(UTC))
    run = open_run(tmp_path / "run")
    assert list(run.tables["controlled"].csv()) == list(results.tables["controlled"].csv())
    assert not list(differences(run))
    together = {
        row[0]: row for row in run.tables["controlled"].rows() if row[1:3] == ["all", "real"]
    }
    assert float(together["closing_capital"][8]) > 100


@pytest.mark.parametrize(
    ("markets", "why"),
    [
        ("kruger-regimes", "regime_switching markets are not independent from draw to draw"),
        ("kruger-var", "var1 markets are not independent from draw to draw"),
        ("kruger-wilkie", "wilkie markets are not independent from draw to draw"),
    ],
)
def test_markets_without_the_closed_form_are_refused(markets: str, why: str) -> None:
    with pytest.raises(ScenarioError, match=f'found "control_variate", but {why}'):
        load(markets, [CONTROLLED])


def test_too_few_paths_to_fit_are_refused(world: World) -> None:
    with pytest.raises(ScenarioError, match="found 999, expected at least 1,000"):
        world(CONTROLLED, "paths=999")


def test_comparisons_take_its_paths_as_they_are(world: World) -> None:
    scenario = world(CONTROLLED, "paths=1000")
    assert list(simulate_rules([scenario, scenario], len)) == [2, 2]
