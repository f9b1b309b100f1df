"""Values that a study samples: as their distributions say, evenly, and within constraints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter
from scipy import stats

from fundsim.errors import ScenarioError
from fundsim.rules.base import Fault
from fundsim.studies.distributions import AnyDistribution
from fundsim.studies.plan import Sketch
from fundsim.studies.sampling import drawn
from tests.studies.world import RATES, plan_of

KNOWN: dict[str, tuple[dict[str, Any], Any]] = {
    "uniform": ({"low": "2%", "high": 0.06}, stats.uniform(0.02, 0.04)),
    "triangular": ({"low": 0, "mode": 1, "high": 4}, stats.triang(0.25, 0, 4)),
    "normal": ({"mean": 5, "sd": 2}, stats.norm(5, 2)),
    "cut": ({"mean": 5, "sd": 2, "low": 4, "high": 8}, stats.truncnorm(-0.5, 1.5, 5, 2)),
}


def one(kind: str) -> AnyDistribution:
    values = {"kind": "normal" if kind == "cut" else kind} | KNOWN[kind][0]
    made: AnyDistribution = TypeAdapter(AnyDistribution).validate_python(values)
    return made


@pytest.mark.parametrize("kind", KNOWN)
def test_values_are_distributed_as_stated(kind: str) -> None:
    values = [draw["k"] for draw in drawn("monte_carlo", 4000, 7, {"k": one(kind)})]
    assert stats.kstest(np.array(values, np.float64), KNOWN[kind][1].cdf).pvalue > 0.001


@pytest.mark.parametrize("kind", KNOWN)
def test_a_latin_hypercube_has_one_value_in_each_slice(kind: str) -> None:
    values = [
        draw["k"] for draw in drawn("latin_hypercube", 100, 7, {"k": one(kind), "l": one(kind)})
    ]
    slices = np.floor(KNOWN[kind][1].cdf(np.array(values, np.float64)) * 100 + 1e-7)
    assert sorted(np.minimum(slices, 99)) == list(range(100))


def test_a_sobol_sequence_fills_every_square_alike() -> None:
    draws = drawn("sobol", 256, 7, {"k": one("uniform"), "l": one("uniform")})
    places = (np.array([[float(draw[key]) for key in "kl"] for draw in draws]) - 0.02) / 0.04
    squares = np.floor(places * 16).astype(int)
    assert np.unique(squares, axis=0, return_counts=True)[1].tolist() == [1] * 256


def test_choices_come_as_often_as_they_weigh() -> None:
    values = {"kind": "choice", "values": ["a", "b", "c"], "weights": [1, 0, 3]}
    choice: AnyDistribution = TypeAdapter(AnyDistribution).validate_python(values)
    found = [draw["k"] for draw in drawn("latin_hypercube", 400, 7, {"k": choice})]
    assert (found.count("a"), found.count("b"), found.count("c")) == (100, 0, 300)


def test_constraints_hold_and_others_take_the_place_of_what_breaks_them() -> None:
    keys = {"k": one("uniform"), "l": one("uniform")}
    draws = drawn("latin_hypercube", 50, 7, keys, ["k < l", "l < 0.05"])
    assert len(draws) == 50
    assert all(float(draw["k"]) < float(draw["l"]) < 0.05 for draw in draws)
    with pytest.raises(Fault, match="only 0 of 5,000 draws keep the constraints"):
        drawn("latin_hypercube", 50, 7, keys, ["k < 0.01"])


def test_the_same_seed_gives_the_same_draws_and_another_gives_others() -> None:
    keys = {"k": one("normal"), "l": one("uniform")}
    one_of_them = drawn("sobol", 8, 1, keys)
    assert drawn("sobol", 8, 1, dict(reversed(keys.items()))) == one_of_them
    assert drawn("sobol", 8, 2, keys) != one_of_them


def block(**changes: Any) -> dict[str, Any]:
    rate = {"kind": "uniform", "low": "3%", "high": "5%"}
    return {"draws": {"kind": "sample", "size": 4, "distributions": {RATES: rate}} | changes}


def test_a_study_runs_each_draw(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, vary=block())
    rates = [float(rate) for run in plan.runs for rate in plan.cells(run)]
    for rate, run in zip(rates, plan.runs, strict=True):
        assert run.scenario == Sketch.of(plan.loaded.scenario.but({RATES: rate}))
    assert sorted(int((rate - 0.03) / 0.005) for rate in rates) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"method": "sobol", "size": 3}, r"size: found 3, expected a power of 2"),
        ({"constraints": ["a < b"]}, r'"a" is neither a number nor one of the keys'),
        ({"constraints": [RATES]}, r"expected two keys, or a key and a number"),
        (
            {"distributions": {RATES: {"kind": "uniform", "low": "5%", "high": "3%"}}},
            r"found 0\.05 to 0\.03; expected a low end below",
        ),
        ({"distributions": {RATES: {"kind": "unifrom"}}}, r'did you mean "uniform"'),
        (
            {"distributions": {RATES: {"kind": "choice", "values": [1], "weights": [1, 2]}}},
            r"found 2 weights, expected one for each of 1 values",
        ),
        (
            {"distributions": {RATES: {"kind": "uniform", "low": 2, "high": 3}}},
            rf'study\.toml:\d+:\d+: vary\.draws\.distributions\."{RATES}": found ',
        ),
    ],
)
def test_what_cannot_be_drawn_is_told_at_its_place(
    changes: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ScenarioError, match=message):
        plan_of(tmp_path, vary=block(**changes))
