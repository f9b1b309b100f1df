"""Assets that move together for a while, on top of each model: moments inside and outside."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsim.chance import Chance
from fundsim.money import Real
from fundsim.rules.returns import ReturnModel, Tabled, Together, read_history
from fundsim.rules.returns.together import Link
from tests.rules.drawing import ERRORS, joint, markets, z_mean

YEARS, QUARTERS = 6, 24
INSIDE = slice(12, 20)  # the fourth and the fifth year
HOLDS = tuple(12 <= quarter < 20 for quarter in range(QUARTERS))
NAMES = ("cash", "gilts", "shares")
SINGLE = [{name: 1.0} for name in NAMES]
MIX = {"cash": 0.1, "gilts": 0.3, "shares": 0.6}
UNITS = 60  # 15,000 paths


def weights(**stated: dict[str, Any]) -> dict[str, Any]:
    return {name: {"weight": MIX[name], **own} for name, own in stated.items()}


STATED = weights(
    cash={"arithmetic_mean": 0.03},
    gilts={"arithmetic_mean": 0.05, "volatility": 0.09},
    shares={"arithmetic_mean": 0.08, "volatility": 0.2},
)
PAIR = {"shares": {"gilts": -0.3}}
CHAIN = {
    "calm": {"calm": "80%", "crisis": "20%"},
    "crisis": {"calm": "60%", "crisis": "40%"},
}


def in_states(calm: tuple[float, float], crisis: tuple[float, float]) -> dict[str, Any]:
    own = {"calm": calm, "crisis": crisis}
    return {"states": {name: {"log_mean": m, "log_sd": s} for name, (m, s) in own.items()}}


def switching(step: str, size: float, **more: Any) -> ReturnModel:
    assets = weights(
        cash=in_states((0.01 * size, 0), (0.01 * size, 0)),
        gilts=in_states((0.01, 0.04 * size), (0.02, 0.07 * size)),
        shares=in_states((0.03 * size, 0.07 * size), (-0.05 * size, 0.15 * size)),
    )
    return markets(
        kind="regime_switching",
        step=step,
        transitions=CHAIN,
        assets=assets,
        correlations={"calm": {"shares": {"gilts": -0.2}}, "crisis": {"shares": {"gilts": 0.3}}},
        **more,
    )


def var(step: str, *, real: bool) -> ReturnModel:
    return joint(
        kind="var1",
        step=step,
        real=real,
        begins="stationary",
        inflation={"constant": 0.01, "on": {"inflation": 0.6}, "sd": 0.01},
        assets=weights(
            cash={"constant": 0.002, "sd": 0},
            gilts={"constant": 0.01, "on": {"gilts": -0.2}, "sd": 0.05},
            shares={"constant": 0.02, "on": {"gilts": 0.4, "inflation": -0.5}, "sd": 0.09},
        ),
        correlations={
            "shares": {"gilts": -0.3, "inflation": 0.1},
            "gilts": {"inflation": -0.4},
        },
    )


def wilkie() -> ReturnModel:
    return joint(
        kind="wilkie",
        set="1995",
        begins="stationary",
        assets={
            "gilts": {"weight": 0.4, "series": "consols"},
            "shares": {"weight": 0.6, "series": "shares"},
        },
    )


ROWS = np.random.default_rng(11).multivariate_normal(
    [0.05, 0.07], [[0.008, -0.004], [-0.004, 0.03]], 40
)


def tabled(kind: str, step: str) -> Tabled:
    """A history of forty rows, or a thousand paths of six years of rows that are drawn from it."""
    named = "history" if kind == "bootstrap" else "table"
    model = joint(
        kind=kind,
        step=step,
        inflation={"kind": "constant", "rate": 0},
        assets=weights(cash={}, gilts={}, shares={}),
        **({"block": 3} if kind == "bootstrap" else {}),
        **{named: "own.csv"},
    )
    assert isinstance(model, Tabled)
    count, chance = (1, None) if kind == "bootstrap" else (1000, np.random.default_rng(12))
    length = QUARTERS if step == "quarter" else YEARS
    lines = ["path,year,quarter,cash,gilts,shares"]
    for path in range(count):
        rows = ROWS if chance is None else ROWS[chance.integers(0, 40, length)]
        for row, (gilts, shares) in enumerate(rows.tolist()):
            when = f"{2000 + row // 4},{row % 4 + 1}" if step == "quarter" else f"{2000 + row},"
            lines.append(f"{path},{when},0.01,{gilts!r},{shares!r}")
    header, *body = lines
    kept = [0, 1, 2, 3, 4, 5]
    if step == "year":
        kept.remove(2)
    if kind == "bootstrap":
        kept.remove(0)
    text = "\n".join(",".join(line.split(",")[i] for i in kept) for line in [header, *body])
    wanted = list(model.wanted.values())
    history = read_history(text.encode(), "own.csv", wanted, model.step, by_path=model.by_path)
    model.take(history, tuple(NAMES), years=YEARS, paths=1)
    return model


MODELS = {
    **{
        f"{kind} {step}": markets(kind=kind, step=step, assets=STATED, correlations=PAIR, **more)
        for kind, more in {"lognormal": {}, "student_t": {"degrees_of_freedom": 12}}.items()
        for step in ("quarter", "year")
    },
    "regime_switching month": switching("month", 0.4),
    "regime_switching quarter": switching("quarter", 0.7),
    "regime_switching year": switching("year", 1.0),
    "regime_switching real": switching(
        "quarter",
        0.7,
        real=True,
        inflation={"kind": "ar1", "log_mean": 0.03, "persistence": 0, "sd": 0.03},
    ),
    "var1 quarter": var("quarter", real=False),
    "var1 year": var("year", real=True),
    "wilkie": wilkie(),
    "bootstrap quarter": tabled("bootstrap", "quarter"),
    "bootstrap year": tabled("bootstrap", "year"),
}
ALL = {**MODELS, "paths quarter": tabled("paths", "quarter"), "paths year": tabled("paths", "year")}
KINDS = list(MODELS)


def singles(model: ReturnModel) -> list[dict[str, float]]:
    return [{name: 1.0} for name in model.assets]


def together(to: float = 0.9, quarters: tuple[bool, ...] = HOLDS, lead: str = "shares") -> Together:
    return Together(lead, to, ("cash", "gilts"), quarters)


def moving(model: ReturnModel, **stated: Any) -> Together:
    """The same of the assets that a model has."""
    one = together(**stated)
    return replace(one, assets=tuple(name for name in one.assets if name in model.assets))


def steps(quarters: Real, model: ReturnModel) -> Real:
    """What was drawn in each step, `(step, path)`."""
    length = 4 // model.steps_a_year
    found: Real = quarters.reshape(-1, length, quarters.shape[1]).prod(axis=1)
    return found


def drawn(model: ReturnModel, *moving: Together) -> dict[str, Real]:
    """Growth of each asset in each step of many paths."""
    units = [
        model.growth(YEARS, Chance(3).unit(unit), singles(model), None, moving)
        for unit in range(UNITS)
    ]
    return {
        name: np.concatenate([steps(unit[i], model) for unit in units], axis=1)
        for i, name in enumerate(model.assets)
    }


def check(gilts: Real, shares: Real, known: tuple[Any, Any], correlation: float) -> None:
    """Hold mean, deviation and correlation of a step against what is known."""
    (mean, sd), (lead_mean, lead_sd) = known
    own, lead = (gilts - mean) / sd, (shares - lead_mean) / lead_sd
    assert abs(z_mean(own, 0.0)) < ERRORS
    assert abs(z_mean(own * own, 1.0)) < ERRORS
    assert abs(z_mean(own * lead, correlation)) < ERRORS


@pytest.mark.parametrize("to", [0.0, 0.9])
@pytest.mark.parametrize("kind", KINDS)
def test_mean_and_deviation_stay_and_the_correlation_is_the_one_stated(
    kind: str, to: float
) -> None:
    model = MODELS[kind]
    link = model.links("shares", ["gilts"])["gilts"]
    known = (link.mean, link.sd), (link.lead_mean, link.lead_sd)
    found = drawn(model, moving(model, to=to))
    begin, end = (quarter * model.steps_a_year // 4 for quarter in (12, 20))
    for step in (begin, end - 1):
        check(found["gilts"][step], found["shares"][step], known, to)
    check(found["gilts"][end], found["shares"][end], known, link.correlation)


@pytest.mark.parametrize("step", ["quarter", "year"])
def test_of_paths_in_a_table_the_moments_are_those_of_the_whole_table(step: str) -> None:
    """Each path of the table is met once: its own moments hold to the rounding."""
    model, always = tabled("paths", step), (True,) * QUARTERS
    years = QUARTERS // 4
    grown = [
        [
            steps(one, model)
            for one in model.growth(
                years, Chance(1).unit(unit), SINGLE, None, [together(0.7, always)]
            )
        ]
        for unit in range(4)
    ]
    _, gilts, shares = (np.concatenate([unit[i] for unit in grown], axis=1) for i in range(3))
    plain = 1 + model.data.columns["gilts"].reshape(1000, -1)[:, : gilts.shape[0]]
    assert gilts.mean() == pytest.approx(plain.mean(), rel=1e-12)
    assert gilts.std() == pytest.approx(plain.std(), rel=1e-9)
    assert np.corrcoef(gilts.ravel(), shares.ravel())[0, 1] == pytest.approx(0.7, rel=1e-9)


# Bits


def grown(
    model: ReturnModel, mixes: list[dict[str, float]], *moving: Together, years: int = YEARS
) -> list[bytes]:
    """The bits of each mix inside and outside, one after the other."""
    found = model.growth(years, Chance(5).unit(1), mixes, None, moving)
    return [
        part.tobytes()
        for growth in found
        for part in (growth[INSIDE], np.delete(growth, INSIDE, axis=0))
    ]


@pytest.mark.parametrize("kind", list(ALL))
def test_outside_the_span_and_of_the_lead_no_bit_changes(kind: str) -> None:
    model = ALL[kind]
    calm = grown(model, singles(model))
    found = grown(model, singles(model), moving(model))
    changed = [
        (list(model.assets)[place // 2], "outside" if place % 2 else "inside")
        for place, (one, other) in enumerate(zip(calm, found, strict=True))
        if one != other
    ]
    links = model.links("shares", moving(model).assets)
    assert changed == [(name, "inside") for name in links]
    assert "gilts" in links
    assert ("cash" in links) == (kind in {"regime_switching real", "var1 year"})  # after inflation


@pytest.mark.parametrize("kind", list(ALL))
def test_a_mix_has_the_same_bits_alone_and_in_company(kind: str) -> None:
    model = ALL[kind]
    own = dict(model.weights)
    together_ = grown(model, [*singles(model), own], moving(model))
    assert together_[-2:] == grown(model, [own], moving(model))
    assert together_[:2] == grown(model, singles(model)[:1], moving(model))


@pytest.mark.parametrize("kind", [kind for kind in ALL if not kind.startswith("paths")])
def test_a_longer_run_has_the_same_first_years(kind: str) -> None:
    model = ALL[kind]
    streams, longer = Chance(5).unit(1), (*HOLDS, True, True, True, True)
    (short,) = model.growth(YEARS, streams, None, None, [moving(model)])
    (long,) = model.growth(YEARS + 1, streams, None, None, [moving(model, quarters=longer)])
    assert long[:QUARTERS].tobytes() == short.tobytes()


@pytest.mark.parametrize("kind", list(ALL))
def test_a_mix_is_that_of_what_its_assets_then_grow_by(kind: str) -> None:
    model = ALL[kind]
    streams, one = Chance(5).unit(1), moving(model)
    own = [steps(each, model) for each in model.growth(YEARS, streams, singles(model), None, [one])]
    (mix,) = model.growth(YEARS, streams, None, None, [one])
    expected = sum(w * each for w, each in zip(model.weights.values(), own, strict=True))
    assert np.allclose(steps(mix, model), expected, rtol=1e-13, atol=0)


@pytest.mark.parametrize("kind", list(ALL))
def test_a_jolt_comes_on_top(kind: str) -> None:
    model = ALL[kind]
    streams, one, gilts = Chance(5).unit(1), moving(model), [{"gilts": 1.0}]
    (calm,) = model.growth(YEARS, streams, gilts, None, [one])
    jolts = {"gilts": [0.9 if quarter == 12 else 1.0 for quarter in range(QUARTERS)]}
    (found,) = model.growth(YEARS, streams, gilts, jolts, [one])
    ratio = steps(found, model) / steps(calm, model)
    expected = [0.9 if step == 3 * model.steps_a_year else 1.0 for step in range(len(ratio))]
    assert np.allclose(ratio, np.array(expected)[:, np.newaxis], rtol=1e-13, atol=0)


@pytest.mark.parametrize("kind", ["lognormal year", "wilkie"])
def test_a_step_of_a_year_is_moved_where_the_year_begins_in_the_span(kind: str) -> None:
    model, holds = ALL[kind], tuple(5 <= quarter < 14 for quarter in range(QUARTERS))
    gilts = [{"gilts": 1.0}]
    (calm,) = model.growth(YEARS, Chance(5).unit(1), gilts)
    (found,) = model.growth(YEARS, Chance(5).unit(1), gilts, None, [moving(model, quarters=holds)])
    changed = (steps(found, model) != steps(calm, model)).all(axis=1)
    assert changed.tolist() == [False, False, True, True, False, False]


# By hand

# Means 1.1 and 1.05, deviations 0.2 and 0.1, correlation 0.6: half and half vary by
# (0.04 + 0.01 + 2 · 0.012) / 4 = 0.0185 around 1.075.
LEAD, OWN, HALVES = (1.1, 1.25), (1.05, 1.1125), (1.075, 1.075 * 1.075 + 0.0185)


def test_a_link_by_hand() -> None:
    link = Link.of(LEAD, OWN, HALVES)
    assert link is not None
    assert [link.lead_sd, link.sd] == pytest.approx([0.2, 0.1])
    assert link.correlation == pytest.approx(0.6, rel=1e-12)
    # The lead is one deviation up, the asset at its mean: 0.8 + 0.6 / 0.8 (0 − 0.6) = 0.35.
    found = link.moved(np.array([1.05, -9.0]), np.array([1.3, 1.1]), 0.8)
    assert found.tolist() == [pytest.approx(1.085, rel=1e-12), 0.0]
    # Together in all: a deviation up like the lead.
    assert link.moved(np.array([0.9]), np.array([1.3]), 1.0).tolist() == [pytest.approx(1.15)]


@pytest.mark.parametrize(
    ("lead", "own", "halves"),
    [
        (LEAD, (1.05, 1.05 * 1.05), (1.075, 1.075 * 1.075 + 0.01)),  # the asset has no risk
        ((1.1, 1.1 * 1.1), OWN, (1.075, 1.075 * 1.075 + 0.0025)),  # the lead has none
        (LEAD, LEAD, LEAD),  # they are the same
        (LEAD, (1.05, 1.1125), (1.075, 1.075 * 1.075 + 0.0025)),  # correlation −1
    ],
)
def test_what_cannot_be_moved_has_no_link(lead: Any, own: Any, halves: Any) -> None:
    assert Link.of(lead, own, halves) is None


@given(
    r=st.floats(-0.99, 0.99),
    to=st.floats(0, 0.99),
    lead=st.floats(0.8, 1.4),
    growth=st.floats(1.03, 1.07),
)
def test_moved_there_and_back_an_asset_is_where_it_was(
    r: float, to: float, lead: float, growth: float
) -> None:
    there = Link(1.1, 0.2, 1.05, 0.01, r)
    moved = there.moved(np.array([growth]), np.array([lead]), to)
    again = replace(there, correlation=to).moved(moved, np.array([lead]), r)
    assert again[0] == pytest.approx(growth, rel=1e-12)
    same = there.moved(np.array([growth]), np.array([lead]), r)
    assert same[0] == pytest.approx(growth, rel=1e-12)


# Nothing to move, and what is refused


def test_markets_without_risk_stay_as_they_are() -> None:
    assets = {name: {"weight": MIX[name], "arithmetic_mean": 0.03} for name in NAMES}
    model = markets(kind="deterministic", assets=assets)
    assert model.links("shares", ["cash", "gilts"]) == {}
    assert grown(model, SINGLE, together()) == grown(model, SINGLE)


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (together(lead="share"), 'there is no asset "share" (did you mean "shares"?)'),
        (Together("shares", 0.5, ("gitls",), HOLDS), 'no asset "gitls" (did you mean "gilts"?)'),
        (together(quarters=(True,) * 23), "found 23 quarters, expected 24"),
    ],
)
def test_unknown_assets_and_times_are_refused(one: Together, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        ALL["lognormal quarter"].growth(YEARS, Chance(1).unit(0), None, None, [one])
