"""Draws spread more evenly than chance spreads them, and the errors that go with them."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

from fundsim import Results, ScenarioError, open_run, simulate
from fundsim.chance import UNIT, Chance, Streams
from fundsim.engine.markets import draw
from fundsim.engine.simulate import simulate_rules
from fundsim.metrics.statistics import mean_and_error, moments
from fundsim.portable import normal_quantile
from fundsim.results.folder import in_place_of, write
from fundsim.results.verifying import differences
from fundsim.sampling import LEADING, PARTS, WHOLE, Mirrored, Scrambled, bridged, part_of
from fundsim.scenario import Scenario

ERRORS = 4.0

# Quantiles of the normal


def test_normal_quantiles_are_those_of_scipy() -> None:
    tiny = 10.0 ** -np.arange(1, 308)
    shares = np.concatenate([np.random.default_rng(1).random(100_000), tiny, 1 - tiny[:15]])
    expected = special.ndtri(shares)
    found = normal_quantile(shares)
    assert np.allclose(found, expected, rtol=4e-15, atol=1e-16)
    assert normal_quantile(np.array(0.5)) == 0
    assert (np.diff(normal_quantile(np.sort(shares))) >= 0).all()


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, math.nan])
def test_what_is_no_probability_has_no_quantile(share: float) -> None:
    with pytest.raises(ValueError, match="not between 0 and 1"):
        normal_quantile(np.array([0.5, share]))


# Pairs


def test_every_second_path_is_a_mirror_image() -> None:
    normals = Mirrored(1, 0)("markets.shares").standard_normal((3, UNIT))
    uniforms = Mirrored(1, 0)("markets.states").random((2, 2, UNIT))
    assert np.array_equal(normals[:, 0::2], -normals[:, 1::2])
    assert np.array_equal(uniforms[..., 0::2], 1 - uniforms[..., 1::2])
    first = Chance(1).unit(0)("markets.shares").standard_normal((3, UNIT // 2))
    assert np.array_equal(normals[:, 0::2], first)


# The sequence

LENGTHS = {"markets.gilts": 40, "markets.shares": 40, "inflation": 10}


def test_a_bridge_gives_independent_normals() -> None:
    points = np.random.default_rng(2).standard_normal((13, 100_000))
    steps = bridged(points)
    covariance = np.cov(steps)
    assert np.abs(covariance - np.eye(13)).max() < 6 / math.sqrt(100_000)
    assert np.allclose(steps.sum(axis=0), math.sqrt(13) * points[0], rtol=1e-12)
    half = math.sqrt(6 * 7 / 13) * points[1] + 6 / 13 * math.sqrt(13) * points[0]
    assert np.allclose(steps[:6].sum(axis=0), half, rtol=1e-12)
    assert bridged(points[:1]).tobytes() == points[:1].tobytes()


def sums(unit: int, source: str, lengths: dict[str, int] = LENGTHS) -> Any:
    steps = Scrambled(5, unit, lengths)(source).standard_normal((lengths[source], UNIT))
    return steps.sum(axis=0) / math.sqrt(lengths[source])


@pytest.mark.parametrize("source", list(LENGTHS))
@pytest.mark.parametrize("part", [0, 7])
def test_where_sources_end_up_is_spread_evenly_in_each_part(source: str, part: int) -> None:
    """The first 1,000 points of a scrambled sequence: nearly one in each of 1,024 cells."""
    ends = np.concatenate([sums(part + PARTS * turn, source) for turn in range(4)])
    cells = np.floor(special.ndtr(ends) * 1024).astype(int)
    assert len(np.unique(cells)) == 1_000
    other = np.concatenate([sums(part + 1 + PARTS * turn, source) for turn in range(4)])
    assert not np.array_equal(ends, other)


def test_sources_are_spread_evenly_together() -> None:
    ends = [np.concatenate([sums(PARTS * turn, source) for turn in range(4)]) for source in LENGTHS]
    cells = [np.floor(special.ndtr(own) * 32).astype(int) for own in ends[:2]]
    assert len(set(zip(*cells, strict=True))) > 950  # of 1,024; by chance some 640
    assert abs(np.corrcoef(ends)[0, 1]) < 0.01


def test_each_step_is_a_standard_normal() -> None:
    steps = np.concatenate(
        [
            Scrambled(5, unit, LENGTHS)("markets.shares").standard_normal((40, UNIT))
            for unit in range(64)
        ],
        axis=1,
    )
    for step in (0, 9, 19, 39):
        assert stats.kstest(steps[step], "norm").pvalue > 1e-4
    covariance = np.cov(steps)
    assert np.abs(covariance - np.eye(40)).max() < 6 / math.sqrt(16_000)


def test_rows_are_given_one_after_another_and_other_sources_are_left_to_chance() -> None:
    whole = Scrambled(5, 3, LENGTHS)("inflation").standard_normal((10, UNIT))
    stream = Scrambled(5, 3, LENGTHS)("inflation")
    parts = [stream.standard_normal((4, UNIT)), stream.standard_normal(UNIT)[np.newaxis]]
    assert np.array_equal(np.concatenate(parts), whole[:5])
    there = Scrambled(5, 3, LENGTHS)("markets.states").random(4)
    assert np.array_equal(there, Streams(5, 3)("markets.states").random(4))


def test_a_unit_is_the_same_whatever_was_drawn_before() -> None:
    late = Scrambled(5, 3 + 2 * PARTS, LENGTHS)("inflation").standard_normal((10, UNIT))
    Scrambled(5, 3, LENGTHS)("inflation")
    again = Scrambled(5, 3 + 2 * PARTS, LENGTHS)("inflation").standard_normal((10, UNIT))
    assert late.tobytes() == again.tobytes()
    assert LENGTHS["markets.gilts"] > LEADING


# Errors


def test_errors_of_parts_are_those_of_their_means() -> None:
    values = np.random.default_rng(3).normal(100, 30, 2 * WHOLE)
    by_unit = values.reshape(-1, UNIT)
    means = [by_unit[part::PARTS].mean() for part in range(PARTS)]
    expected = np.std(means, ddof=1) / math.sqrt(PARTS)
    mean, error = mean_and_error(values, PARTS)
    assert mean == pytest.approx(values.mean(), rel=1e-12)
    assert error == pytest.approx(expected, rel=1e-12)
    pence = np.rint(100 * values).astype(np.int64)[np.newaxis]
    found = moments(pence, PARTS)
    assert found.mean[0] == pytest.approx(100 * values.mean(), rel=1e-6)
    assert found.error[0] == pytest.approx(100 * expected, rel=1e-4)
    assert [part_of(unit) for unit in (0, 17)] == [0, 1]


def test_figures_that_some_paths_lack_have_the_error_of_a_ratio() -> None:
    rng = np.random.default_rng(4)
    found = []
    for _ in range(300):
        values = rng.normal(10, 3, WHOLE)
        values[rng.random(WHOLE) < 0.4] = np.nan
        found.append(mean_and_error(values, PARTS))
    means, errors = np.array(found).T
    assert errors.mean() == pytest.approx(means.std(), rel=0.15)


def figures(results: Results, measure: str) -> tuple[float, float]:
    row = next(
        row
        for row in results.tables["summary"].rows()
        if row[0] == measure and row[1] == "fund" and row[2] == "real"
    )
    return float(row[4]), float(row[5])


@pytest.mark.parametrize(("sampling", "gain"), [("antithetic", 1.2), ("sobol", 5)])
def test_stated_errors_are_honest_and_smaller(
    world: Callable[..., Scenario], sampling: str, gain: float
) -> None:
    """E of real capital: 2bn · (0.96 · 1.07 / 1.02)^20; and the share of paths that end below 1."""
    scenario = world(f"sampling={sampling}")
    expected = 2e9 * (0.96 * 1.07 / 1.02) ** 20
    away, errors = [], []
    for seed in range(12):
        mean, error = figures(simulate(scenario, seed=seed), "closing_capital")
        away.append(mean - expected)
        errors.append(error)
    spread = math.sqrt(float(np.mean(np.square(away))))
    typical = math.sqrt(float(np.mean(np.square(errors))))
    assert 0.5 < spread / typical < 1.9  # a chi-square of 12 within 1 in 1,000 either way
    assert abs(np.mean(away)) < ERRORS * typical / math.sqrt(12)
    _, plain = figures(simulate(world()), "closing_capital")
    assert plain / typical > gain


def test_a_probability_has_the_error_of_its_parts(world: Callable[..., Scenario]) -> None:
    variance = math.log(1 + (0.17 / 1.07) ** 2)
    drift = math.log(0.96 * 1.07 / 1.02) - variance / 2
    expected = NormalDist(20 * drift, math.sqrt(20 * variance)).cdf(0)
    results = simulate(world("sampling=sobol"))
    row = next(r for r in results.tables["summary"].rows() if r[0] == "ends_below_whole")
    mean, error = float(row[4]), float(row[5])
    assert abs(mean - expected) < ERRORS * error + 1e-3
    assert error < 0.2 * math.sqrt(expected * (1 - expected) / 4000)


@pytest.mark.parametrize("sampling", ["antithetic", "sobol"])
def test_blocks_workers_and_further_paths_change_nothing(
    world: Callable[..., Scenario], sampling: str
) -> None:
    scenario = world(f"sampling={sampling}")
    alone, together = simulate(scenario, block=500), simulate(scenario, workers=2, block=1500)
    for name, table in alone.tables.items():
        assert list(table.csv()) == list(together.tables[name].csv()), name
    more = scenario.but({"paths": 2 * WHOLE})
    ours, theirs = draw(scenario, 2_750, 300), draw(more, 2_750, 300)
    assert ours.growth["fund"].tobytes() == theirs.growth["fund"].tobytes()
    one = draw(scenario, 2_801, 1)
    assert one.growth["fund"][:, 0].tobytes() == ours.growth["fund"][:, 51].tobytes()


@pytest.mark.parametrize("sampling", ["antithetic", "sobol"])
def test_a_saved_run_verifies(
    world: Callable[..., Scenario], tmp_path: Path, sampling: str
) -> None:
    results = simulate(world(f"sampling={sampling}"))
    with in_place_of(tmp_path / "run", results.scenario.fingerprint) as folder:
        write(results, folder, started=datetime.now(UTC))
    run = open_run(tmp_path / "run")
    assert list(run.tables["areas"].csv()) == list(results.tables["areas"].csv())
    assert not list(differences(run))


def test_the_errors_of_areas_are_those_of_their_parts(world: Callable[..., Scenario]) -> None:
    """All of the fund's spending reaches the two areas, so that both vary as it does."""
    results = simulate(world("sampling=sobol"))
    _, spent = figures(results, "spending")
    rows = [
        row
        for row in results.tables["areas"].rows()
        if row[5:7] == ("allocated", "real") and (row[7], row[8]) == ("2021", "2040")
    ]
    found = {row[0]: float(row[10]) for row in rows if row[4] == "fund"}
    assert found["A1"] == pytest.approx(spent / 4, rel=1e-3)
    assert found["B1"] == pytest.approx(3 * spent / 4, rel=1e-3)


def test_plain_sampling_has_the_fingerprint_of_none_stated(world: Callable[..., Scenario]) -> None:
    assert world("sampling=plain").fingerprint == world().fingerprint
    assert world("sampling=sobol").fingerprint != world().fingerprint


STEADY = (
    '{kind="deterministic", inflation={kind="constant", rate=0.02}, '
    "assets={a={weight=1, arithmetic_mean=0.05}}}"
)


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        (("sampling=sobol", "paths=1000"), "found 1,000, expected a multiple of 4,000"),
        (("sampling=halton",), "expected"),
        (
            (
                "sampling=sobol",
                f"markets={STEADY}",
            ),
            'found "sobol", but deterministic markets draw no normals; expected "plain"',
        ),
    ],
)
def test_what_cannot_be_sampled_is_refused(
    world: Callable[..., Scenario], sets: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ScenarioError) as raised:
        world(*sets)
    assert len(raised.value.problems) == 1
    assert message in str(raised.value)


def test_comparisons_are_of_paths_that_are_each_its_own(world: Callable[..., Scenario]) -> None:
    with pytest.raises(ScenarioError, match='found "sobol", expected "plain"'):
        list(simulate_rules([world("sampling=sobol")], lambda _: 0))
