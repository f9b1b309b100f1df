"""Regime switching: moments by counting every way through the states, and by drawing."""

from __future__ import annotations

import math
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from fundsim.chance import Chance
from fundsim.rules.base import Fault
from fundsim.rules.returns import RegimeSwitching
from tests.rules.drawing import check_autocorrelation, check_year, drawn, markets

HARDY = {  # Hardy (2001), TSE 300, monthly; unverified
    "step": "month",
    "transitions": {
        "calm": {"calm": 0.9629, "crisis": 0.0371},
        "crisis": {"calm": 0.2101, "crisis": 0.7899},
    },
}
UK = {  # fitted on log-real UK equity returns of 1923 to 2020 (JST R6)
    "step": "year",
    "transitions": {
        "calm": {"calm": 0.9834, "crisis": 0.0166},
        "crisis": {"calm": 0.332, "crisis": 0.668},
    },
}
OFTEN = {
    "step": "quarter",
    "transitions": {
        "calm": {"calm": "60%", "crisis": "40%"},
        "crisis": {"calm": "80%", "crisis": "20%"},
    },
}


def grows(weight: float, calm: tuple[float, float], crisis: tuple[float, float]) -> dict[str, Any]:
    states = {
        name: {"log_mean": mean, "log_sd": sd}
        for name, (mean, sd) in {"calm": calm, "crisis": crisis}.items()
    }
    return {"weight": weight, "states": states}


TSE = grows(1, (0.0123, 0.0347), (-0.0157, 0.0778))
SHARES = grows(1, (0.065, 0.151), (-0.108, 0.543))
TWO = {
    "gilts": grows(0.4, (0.01, 0.03), (0.03, 0.06)),
    "shares": grows(0.6, (0.02, 0.07), (-0.04, 0.15)),
}
PAIRS = {"calm": {"shares": {"gilts": 0.2}}, "crisis": {"shares": {"gilts": -0.6}}}


def switching(**stated: Any) -> RegimeSwitching:
    model = markets(kind="regime_switching", **stated)
    assert isinstance(model, RegimeSwitching)
    return model


@pytest.mark.parametrize(
    "model",
    [
        switching(**HARDY, assets={"shares": TSE}),
        switching(**UK, assets={"shares": SHARES}),
        switching(**OFTEN, assets=TWO, correlations=PAIRS),
        switching(**OFTEN | {"step": "year"}, assets=TWO, correlations=PAIRS),
        switching(**OFTEN | {"step": "month"}, assets=TWO, correlations=PAIRS),
        switching(
            **UK,
            real=True,
            assets={"shares": SHARES},
            inflation={"kind": "ar1", "log_mean": 0.05, "persistence": 0, "sd": 0.05},
        ),
        switching(
            **OFTEN,
            real=True,
            assets={"gilts": grows(1, (0.005, 0.01), (0.01, 0.02))},
            inflation={"kind": "history", "series": "rpi"},
        ),
    ],
    ids=["hardy", "uk", "two", "two yearly", "two monthly", "real", "real on a history"],
)
def test_draws_have_the_moments_in_closed_form(model: RegimeSwitching) -> None:
    mixes = [model.weights, *({name: 1.0} for name in model.assets)]
    growth, _ = drawn(model, 2, mixes, units=160)
    for mix, own in zip(mixes, growth, strict=True):
        expected = model.moments(mix)
        check_year(own[1], expected)
        if expected.autocorrelation is not None:
            check_autocorrelation(np.log(own), expected.autocorrelation)


def test_moments_by_every_way_through_the_states() -> None:
    model = switching(**OFTEN, assets={"a": grows(1, (0.02, 0.07), (-0.04, 0.15))})
    begin = {"calm": 2 / 3, "crisis": 1 / 3}
    moves = {"calm": {"calm": 0.6, "crisis": 0.4}, "crisis": {"calm": 0.8, "crisis": 0.2}}
    own = {"calm": (0.02, 0.07), "crisis": (-0.04, 0.15)}
    raw = {1: 0.0, 2: 0.0, 3: 0.0}
    logs = [0.0, 0.0]
    for way in product(begin, repeat=4):
        chance = begin[way[0]] * math.prod(moves[a][b] for a, b in pairwise(way))
        mean = sum(own[state][0] for state in way)
        variance = sum(own[state][1] ** 2 for state in way)
        for k in raw:
            raw[k] += chance * math.exp(k * mean + k * k * variance / 2)
        logs[0] += chance * mean
        logs[1] += chance * (mean * mean + variance)
    found = model.moments()
    sd = math.sqrt(raw[2] - raw[1] ** 2)
    assert found.mean == pytest.approx(raw[1] - 1, rel=1e-12)
    assert found.sd == pytest.approx(sd, rel=1e-12)
    third = raw[3] - 3 * raw[1] * raw[2] + 2 * raw[1] ** 3
    assert found.skewness == pytest.approx(third / sd**3, rel=1e-9)
    assert found.log_mean == pytest.approx(logs[0], rel=1e-12)
    assert found.log_sd == pytest.approx(math.sqrt(logs[1] - logs[0] ** 2), rel=1e-12)


def test_the_uk_fit_has_the_known_long_run() -> None:
    found = switching(**UK, assets={"shares": SHARES}).moments()
    crisis = 0.0166 / (0.0166 + 0.332)
    mean = 0.065 * (1 - crisis) - 0.108 * crisis
    square = (0.065**2 + 0.151**2) * (1 - crisis) + (0.108**2 + 0.543**2) * crisis
    assert found.log_mean == pytest.approx(mean, rel=1e-12)
    assert found.log_sd == pytest.approx(math.sqrt(square - mean * mean), rel=1e-12)
    between = (0.065 + 0.108) ** 2 * crisis * (1 - crisis) * (1 - 0.0166 - 0.332)
    assert found.autocorrelation == pytest.approx(between / (square - mean * mean), rel=1e-9)


def test_one_draw_by_hand() -> None:
    model = switching(**UK, begins="crisis", assets={"shares": SHARES})
    streams = Chance(8).unit(1)
    (growth,) = model.growth(3, streams)
    uniforms = streams("markets.states").random((3, 250))
    normals = streams("markets.shares").standard_normal((3, 250))
    state = ["crisis"] * 250
    for year in range(3):
        if year:
            stays = {"calm": 0.9834, "crisis": 0.332}  # the chance that the next one is calm
            state = [
                "calm" if u < stays[s] else "crisis"
                for u, s in zip(uniforms[year], state, strict=True)
            ]
        for path, now in enumerate(state):
            mean, sd = {"calm": (0.065, 0.151), "crisis": (-0.108, 0.543)}[now]
            expected = math.exp((mean + sd * normals[year, path]) / 4)
            assert growth[4 * year, path] == pytest.approx(expected, rel=1e-14)


def test_growth_after_inflation_is_grossed_up() -> None:
    inflation = {"kind": "ar1", "log_mean": 0.02, "persistence": 0.5, "sd": 0.02}
    stated = {**UK, "assets": {"shares": SHARES}, "inflation": inflation}
    streams = Chance(1).unit(0)
    real, nominal = switching(real=True, **stated), switching(**stated)
    (own,) = real.growth(2, streams)
    (plain,) = nominal.growth(2, streams)
    assert np.allclose(own, plain * nominal.prices(2, streams), rtol=1e-15, atol=0)


def test_it_begins_where_it_is_said_to_begin() -> None:
    calm = grows(1, (0.05, 0.0), (-0.5, 0.0))
    model = switching(**UK, begins="calm", assets={"a": calm})
    (growth,) = model.growth(1, Chance(1).unit(0))
    assert np.allclose(growth, math.exp(0.05 / 4), rtol=1e-14)


def test_a_year_more_leaves_earlier_ones_alone() -> None:
    model = switching(**OFTEN, assets=TWO, correlations=PAIRS)
    (short,), (long,) = (model.growth(years, Chance(5).unit(2)) for years in (5, 50))
    assert short.tobytes() == long[:20].tobytes()


@pytest.mark.parametrize(
    ("changed", "message", "key"),
    [
        (
            {"transitions": {"calm": {"calm": 0.9, "crisis": 0.2}, "crisis": {"calm": 1}}},
            "the row sums to 1.1; expected probabilities that sum to 1",
            ("transitions", "calm"),
        ),
        (
            {"transitions": {"calm": {"clam": 1}, "crisis": {"calm": 1}}},
            'no state "clam" \\(did you mean "calm"',
            ("transitions", "calm", "clam"),
        ),
        (
            {"transitions": {"calm": {"calm": 1.5, "crisis": -0.5}, "crisis": {"calm": 1}}},
            "a probability below 0 or above 1",
            ("transitions", "calm"),
        ),
        (
            {"transitions": {"calm": {"calm": 1}, "crisis": {"crisis": 1}}},
            "the long run depends on where it begins; state begins",
            ("transitions",),
        ),
        ({"begins": "boom"}, 'there is no state "boom"', ("begins",)),
        (
            {"assets": {"a": {"weight": 1, "states": {"calm": {"log_mean": 0, "log_sd": 0}}}}},
            "expected log_mean and log_sd of crisis",
            ("assets", "a", "states", "crisis"),
        ),
        ({"correlations": {"calm": PAIRS["calm"]}}, "the pair shares, gilts is missing", None),
        ({"correlations": {**PAIRS, "boom": {}}}, 'no state "boom"', ("correlations", "boom")),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    changed: dict[str, Any], message: str, key: tuple[str, ...] | None
) -> None:
    stated = {**OFTEN, "assets": TWO, "correlations": PAIRS, **changed}
    with pytest.raises(ValidationError, match=message) as raised:
        switching(**stated)
    if key:
        cause = raised.value.errors()[0]["ctx"]["error"]
        assert isinstance(cause, Fault)
        assert cause.key == key
