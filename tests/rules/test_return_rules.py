"""Return and inflation rules worked by hand: what each factor of each quarter is made of."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from fundsim.chance import UNIT, Chance, Streams
from fundsim.money import Real
from fundsim.rules.base import Fault
from fundsim.rules.inflation import AnyInflation, InflationModel
from fundsim.rules.returns import AnyReturns, Asset, Lognormal, ReturnModel, cholesky

RULE: TypeAdapter[Any] = TypeAdapter(AnyReturns)
INFLATION: TypeAdapter[Any] = TypeAdapter(AnyInflation)
NO_INFLATION = {"kind": "constant", "rate": 0}
STREAMS = Chance(20200924).unit(3)


def markets(**stated: Any) -> ReturnModel:
    found: ReturnModel = RULE.validate_python({"inflation": NO_INFLATION, **stated})
    return found


def prices(years: int = 3, **stated: Any) -> Real:
    model: InflationModel = INFLATION.validate_python(stated)
    return model.prices(years, STREAMS)


def own(model: ReturnModel, years: int) -> Real:
    """Growth of the markets' own mix."""
    (growth,) = model.growth(years, STREAMS)
    return growth


def shocks(source: str, steps: int) -> Real:
    return STREAMS(source).standard_normal((steps, UNIT))


def asset(weight: float, mean: float, volatility: float = 0.0) -> dict[str, float]:
    return {"weight": weight, "arithmetic_mean": mean, "volatility": volatility}


TWO = {"gilts": asset(0.4, 0.05, 0.09), "shares": asset(0.6, 0.075, 0.165)}

# Without risk


def test_deterministic_grows_by_the_mean_every_year() -> None:
    growth = own(markets(kind="deterministic", assets={"a": asset(1, 0.07)}), 2)
    assert growth.shape == (8, UNIT)
    assert np.unique(growth).tolist() == [pytest.approx(1.07**0.25, rel=1e-15)]


def test_deterministic_assets_return_to_their_weights_every_quarter() -> None:
    mix = {"a": asset(0.25, 0.07), "b": {"weight": 0.75, "geometric_mean": 0.02}}
    growth = own(markets(kind="deterministic", assets=mix), 1)
    assert growth[0, 0] == pytest.approx(0.25 * 1.07**0.25 + 0.75 * 1.02**0.25, rel=1e-15)


# With risk


@pytest.mark.parametrize(("step", "spread", "repeats"), [("quarter", 0.5, 1), ("year", 0.25, 4)])
def test_one_lognormal_asset_by_hand(step: str, spread: float, repeats: int) -> None:
    growth = own(markets(kind="lognormal", step=step, assets={"a": asset(1, 0.07, 0.12)}), 5)
    variance = math.log(1 + (0.12 / 1.07) ** 2)
    mean = math.log(1.07) - variance / 2
    drawn = shocks("markets.a", 20 // repeats)
    expected = np.exp(mean / 4 + spread * math.sqrt(variance) * drawn)
    assert np.allclose(growth, np.repeat(expected, repeats, axis=0), rtol=1e-14, atol=0)


def test_two_correlated_assets_by_hand() -> None:
    correlations = {"shares": {"gilts": 0.3}}
    growth = own(markets(kind="lognormal", assets=TWO, correlations=correlations), 2)
    v1, v2 = math.log(1 + (0.09 / 1.05) ** 2), math.log(1 + (0.165 / 1.075) ** 2)
    cov = math.log(1 + 0.3 * (0.09 / 1.05) * (0.165 / 1.075))
    z1, z2 = shocks("markets.gilts", 8), shocks("markets.shares", 8)
    on_first = cov / math.sqrt(v1)
    x1 = (math.log(1.05) - v1 / 2) / 4 + 0.5 * math.sqrt(v1) * z1
    x2 = (math.log(1.075) - v2 / 2) / 4 + 0.5 * (on_first * z1 + math.sqrt(v2 - on_first**2) * z2)
    assert np.allclose(growth, 0.4 * np.exp(x1) + 0.6 * np.exp(x2), rtol=1e-14, atol=0)


def test_an_asset_without_volatility_needs_no_correlation_and_draws_nothing() -> None:
    mix = {"a": asset(0.5, 0.07, 0.12), "cash": asset(0.5, 0.03)}
    growth = own(markets(kind="lognormal", assets=mix), 2)
    alone = own(markets(kind="lognormal", assets={"a": asset(1, 0.07, 0.12)}), 2)
    assert np.allclose(growth, 0.5 * alone + 0.5 * 1.03**0.25, rtol=1e-15)


def test_without_any_volatility_lognormal_is_deterministic() -> None:
    mix = {"a": asset(0.25, 0.07), "b": asset(0.75, 0.02)}
    growth = [own(markets(kind=k, assets=mix), 2) for k in ("lognormal", "deterministic")]
    assert growth[0].tobytes() == growth[1].tobytes()


def test_a_correlation_may_be_stated_from_either_side() -> None:
    sides = [{"shares": {"gilts": 0.3}}, {"gilts": {"shares": 0.3}}]
    growth = [own(markets(kind="lognormal", assets=TWO, correlations=c), 1) for c in sides]
    assert growth[0].tobytes() == growth[1].tobytes()


@pytest.mark.parametrize(("key", "sign"), [("arithmetic_mean", -1), ("geometric_mean", 1)])
@pytest.mark.parametrize(
    ("mean", "volatility"), [(0.07, 0.165), (0.0, 0.4), (-0.1, 0.05), (0.3, 2)]
)
def test_moments_of_log_returns_give_back_what_was_stated(
    key: str, sign: int, mean: float, volatility: float
) -> None:
    # E G = exp(m + v/2), Var G = (E G)² (exp v − 1), median G = exp m.
    found = Asset.model_validate({"weight": 1, key: mean, "volatility": volatility})
    expected = math.exp(found.log_mean + found.log_variance / 2)
    assert found.mean_growth == pytest.approx(expected, rel=1e-14)
    assert math.sqrt(expected**2 * math.expm1(found.log_variance)) == pytest.approx(volatility)
    stated = math.exp(found.log_mean) if sign > 0 else expected
    assert stated == pytest.approx(1 + mean, rel=1e-14)


@pytest.mark.parametrize("step", ["quarter", "year"])
def test_year_5_of_10_is_year_5_of_50(step: str) -> None:
    mix = markets(
        kind="lognormal",
        step=step,
        assets=TWO,
        correlations={"shares": {"gilts": 0.3}},
        inflation={"kind": "ar1", "log_mean": 0.02, "persistence": 0.5, "sd": 0.01},
    )
    held, shaken = [{"shares": 1.0}, mix.weights], {"gilts": [0.9, 1.1] * 100}
    short = mix.draw(10, STREAMS, held, {"gilts": shaken["gilts"][:40]})
    long = mix.draw(50, STREAMS, held, shaken)
    for one, other in zip(short.growth, long.growth, strict=True):
        assert one.tobytes() == other[:40].tobytes()
    assert short.prices.tobytes() == long.prices[:40].tobytes()


def test_two_mixes_meet_the_same_markets() -> None:
    stated = {"shares": {"gilts": 0.3}}
    reweighted = {"gilts": asset(1, 0.05, 0.09), "shares": asset(0, 0.075, 0.165)}
    gilts = own(markets(kind="lognormal", assets={"gilts": asset(1, 0.05, 0.09)}), 2)
    mixed = own(markets(kind="lognormal", assets=reweighted, correlations=stated), 2)
    assert gilts.tobytes() == mixed.tobytes()


# The markets' own mix, to the last bit: figures of the version that knew no other mix

CASH_TOO = {
    "gilts": asset(0.3, 0.05, 0.09),
    "shares": asset(0.6, 0.075, 0.165),
    "cash": asset(0.1, 0.03),
}
LAST_BITS = {
    "quarter": ["0x1.0cf9752605895p+0", "0x1.0761c042e84dep+0", "0x1.23c07c1b6ee3bp+0"],
    "year": ["0x1.082ade1b8f288p+0", "0x1.04c1762560dbcp+0", "0x1.ed3dadd84fd6dp-1"],
}


def three(step: str = "quarter") -> ReturnModel:
    correlations = {"shares": {"gilts": 0.3}}
    return markets(kind="lognormal", step=step, assets=CASH_TOO, correlations=correlations)


def steady() -> ReturnModel:
    mix = {"a": asset(0.25, 0.07), "b": {"weight": 0.75, "geometric_mean": 0.02}}
    return markets(kind="deterministic", assets=mix)


@pytest.mark.parametrize("step", list(LAST_BITS))
def test_the_own_mix_keeps_its_bits(step: str) -> None:
    growth = own(three(step), 11)
    found = [growth[at].item().hex() for at in ((0, 0), (21, 100), (43, 249))]
    assert found == LAST_BITS[step]


def test_the_own_mix_keeps_its_bits_without_risk() -> None:
    assert np.unique(own(steady(), 1)).tolist() == [float.fromhex("0x1.020b6cc5597eep+0")]


# Several mixes

MODELS = {"quarter": three(), "year": three("year"), "deterministic": steady()}


@pytest.mark.parametrize("kind", list(MODELS))
@settings(max_examples=25)
@given(data=st.data())
def test_several_mixes_at_once_are_each_alone(kind: str, data: st.DataObject) -> None:
    model, weight = MODELS[kind], st.sampled_from([0.0, 0.1, 0.25, 1 / 3, 1.0])
    mix = st.dictionaries(st.sampled_from(sorted(model.assets)), weight)
    mixes = data.draw(st.lists(mix, max_size=4))
    jolt = st.lists(st.sampled_from([0.7, 1.0, 1.01]), min_size=8, max_size=8)
    jolts = data.draw(st.dictionaries(st.sampled_from(sorted(model.assets)), jolt))
    together = model.growth(2, STREAMS, mixes, jolts)
    assert len(together) == len(mixes)
    for growth, one in zip(together, mixes, strict=True):
        (alone,) = model.growth(2, STREAMS, [one], jolts)
        assert growth.tobytes() == alone.tobytes()


@pytest.mark.parametrize("kind", list(MODELS))
def test_a_mix_of_the_own_weights_is_the_own_mix(kind: str) -> None:
    model = MODELS[kind]
    backwards = dict(reversed(model.weights.items()))
    other = {next(iter(model.assets)): 1.0}
    _, found = model.growth(11, STREAMS, [other, backwards])
    assert found.tobytes() == own(model, 11).tobytes()


def test_a_mix_is_what_its_assets_are_alone_times_their_weights() -> None:
    mix = {"cash": 0.5, "shares": 0.3, "gilts": 0.2}
    *alone, mixed = three().growth(3, STREAMS, [*({name: 1.0} for name in mix), mix])
    expected = sum(weight * one for weight, one in zip(mix.values(), alone, strict=True))
    assert np.allclose(mixed, expected, rtol=1e-15, atol=0)


@pytest.mark.parametrize("kind", ["quarter", "year"])
def test_a_mix_of_cash_alone_grows_as_cash_does(kind: str) -> None:
    (growth,) = MODELS[kind].growth(3, STREAMS, [{"cash": 1.0}])
    assert growth.shape == (12, UNIT)
    assert np.unique(growth).tolist() == [pytest.approx(1.03**0.25, rel=1e-15)]


def test_a_deterministic_mix_of_ones_own() -> None:
    first, second = steady().growth(1, STREAMS, [{"a": 0.5, "b": 0.5}, {"b": 1.0, "a": 0.0}])
    expected = 0.5 * 1.07**0.25 + 0.5 * 1.02**0.25
    assert np.unique(first).tolist() == [pytest.approx(expected, rel=1e-15)]
    assert np.unique(second).tolist() == [pytest.approx(1.02**0.25, rel=1e-15)]


class Watched(Streams):
    """Streams that remember what they were asked for."""

    asked: ClassVar[list[str]] = []

    def __call__(self, source: str) -> np.random.Generator:
        self.asked.append(source)
        return super().__call__(source)


def asked_for(model: ReturnModel, mixes: Sequence[Mapping[str, float]] | None) -> list[str]:
    Watched.asked.clear()
    model.growth(2, Watched(20200924, 3), mixes)
    return list(Watched.asked)


@pytest.mark.parametrize(
    ("mixes", "drawn"),
    [
        (None, ["gilts", "shares"]),
        ([{"cash": 1.0}], []),
        ([{"gilts": 1.0}], ["gilts"]),
        ([{"gilts": 0.5, "shares": 0.0, "cash": 0.5}], ["gilts"]),
        ([{"shares": 1.0}], ["gilts", "shares"]),  # shares move with the shocks of gilts
        ([{"shares": 1.0}, {"gilts": 1.0}, {"shares": 0.5, "gilts": 0.5}], ["gilts", "shares"]),
        ([], []),
    ],
)
def test_a_stream_is_asked_for_once_and_only_where_a_mix_needs_it(
    mixes: Sequence[Mapping[str, float]] | None, drawn: list[str]
) -> None:
    assert asked_for(three(), mixes) == [f"markets.{name}" for name in drawn]


def test_an_asset_that_moves_with_no_other_is_drawn_alone() -> None:
    model = markets(kind="lognormal", assets=TWO, correlations={"shares": {"gilts": 0}})
    assert asked_for(model, [{"shares": 1.0}]) == ["markets.shares"]


# Jolts

SINGLE = [{"gilts": 1.0}, {"shares": 1.0}, {"cash": 1.0}]


def jolts(quarters: int, at: dict[int, float]) -> list[float]:
    return [at.get(quarter, 1.0) for quarter in range(quarters)]


@pytest.mark.parametrize("shaken", [0, 1, 2])
@pytest.mark.parametrize("quarter", [0, 5, 42, 43])
def test_a_jolt_multiplies_one_asset_in_one_quarter(shaken: int, quarter: int) -> None:
    (name,) = SINGLE[shaken]
    calm = three().growth(11, STREAMS, SINGLE)
    found = three().growth(11, STREAMS, SINGLE, {name: jolts(44, {quarter: 0.7})})
    assert np.allclose(found[shaken][quarter], 0.7 * calm[shaken][quarter], rtol=1e-15, atol=0)
    found[shaken][quarter] = calm[shaken][quarter]
    assert [one.tobytes() for one in found] == [one.tobytes() for one in calm]


def test_a_jolt_moves_a_mix_by_the_assets_weight() -> None:
    growth = own(three(), 2)
    (shares,) = three().growth(2, STREAMS, [{"shares": 1.0}])
    (found,) = three().growth(2, STREAMS, None, {"shares": jolts(8, {3: 0.7, 6: 1.2})})
    assert np.allclose(found[3], growth[3] - 0.3 * 0.6 * shares[3], rtol=1e-15, atol=0)
    assert np.allclose(found[6], growth[6] + 0.2 * 0.6 * shares[6], rtol=1e-15, atol=0)
    assert np.delete(found, [3, 6], axis=0).tobytes() == np.delete(growth, [3, 6], axis=0).tobytes()


@pytest.mark.parametrize("shaken", [0, 1, 2])
def test_jolts_of_a_year_that_is_one_draw_multiply_and_are_spread_over_it(shaken: int) -> None:
    (name,) = SINGLE[shaken]
    calm = three("year").growth(3, STREAMS, SINGLE)
    at = {4: 0.7, 6: 1.1, 7: 0.9}
    found = three("year").growth(3, STREAMS, SINGLE, {name: jolts(12, at)})
    expected = (0.7 * 1.1 * 0.9) ** 0.25 * calm[shaken][4:8]
    assert np.allclose(found[shaken][4:8], expected, rtol=1e-15, atol=0)
    found[shaken][4:8] = calm[shaken][4:8]
    assert [one.tobytes() for one in found] == [one.tobytes() for one in calm]


def test_jolts_of_assets_without_risk() -> None:
    shaken = {"a": jolts(8, {1: 0.5}), "b": jolts(8, {1: 0.8, 7: 2.0})}
    (found,) = steady().growth(2, STREAMS, None, shaken)
    a, b = 0.25 * 1.07**0.25, 0.75 * 1.02**0.25
    expected = [a + b, 0.5 * a + 0.8 * b, *[a + b] * 5, a + 2 * b]
    assert np.allclose(found, np.array(expected)[:, np.newaxis], rtol=1e-15, atol=0)
    assert found[0].tobytes() == own(steady(), 1)[0].tobytes()


@pytest.mark.parametrize("kind", list(MODELS))
def test_jolts_of_one_change_no_bit(kind: str) -> None:
    model = MODELS[kind]
    (found,) = model.growth(11, STREAMS, None, dict.fromkeys(model.assets, [1.0] * 44))
    assert found.tobytes() == own(model, 11).tobytes()


@pytest.mark.parametrize("kind", list(MODELS))
def test_a_jolt_of_what_no_mix_holds_is_not_felt(kind: str) -> None:
    model = MODELS[kind]
    held, other, *_ = model.assets
    calm = model.growth(2, STREAMS, [{held: 1.0}])
    found = model.growth(2, STREAMS, [{held: 1.0}], {other: [0.5] * 8})
    assert found[0].tobytes() == calm[0].tobytes()


@pytest.mark.parametrize(
    ("mixes", "shaken", "message"),
    [
        ([{"cash": 0.5, "gitls": 0.5}], {}, 'no asset "gitls" (did you mean "gilts"?)'),
        (None, {"share": [1.0] * 4}, 'no asset "share" (did you mean "shares"?)'),
        (None, {"shares": [1.0] * 5}, "shares has 5 jolts for 4 quarters"),
    ],
)
def test_mixes_and_jolts_of_unknown_assets_or_times_are_refused(
    mixes: Any, shaken: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        three().growth(1, STREAMS, mixes, shaken)


def test_a_drawing_has_every_mix_and_one_set_of_prices() -> None:
    held, shaken = [{"cash": 1.0}, {"shares": 1.0}], {"shares": [0.9] * 8}
    drawn = three().draw(2, STREAMS, held, shaken)
    for one, other in zip(drawn.growth, three().growth(2, STREAMS, held, shaken), strict=True):
        assert one.tobytes() == other.tobytes()
    assert drawn.prices.tobytes() == three().prices(2, STREAMS).tobytes()


# Prices


def test_constant_inflation_is_the_fourth_root_each_quarter() -> None:
    found = prices(kind="constant", rate="2%")
    assert found.shape == (12, UNIT)
    assert np.unique(found).tolist() == [pytest.approx(1.02**0.25, rel=1e-15)]


def test_ar1_inflation_by_hand() -> None:
    found = prices(kind="ar1", log_mean="2.44%", persistence=0.489, sd="1.58%")
    z = shocks("inflation", 3)
    first = 0.0244 + 0.0158 * z[0]
    second = 0.0244 + 0.489 * (first - 0.0244) + 0.0158 * z[1]
    third = 0.0244 + 0.489 * (second - 0.0244) + 0.0158 * z[2]
    expected = np.repeat(np.exp(np.array([first, second, third]) / 4), 4, axis=0)
    assert np.allclose(found, expected, rtol=1e-14, atol=0)


def test_ar1_without_shocks_stays_at_its_mean() -> None:
    found = prices(kind="ar1", log_mean=0.02, persistence=0.9, sd=0)
    assert np.allclose(found, math.exp(0.005), rtol=1e-15)


# Correlation matrices


@given(st.integers(1, 6), st.integers(0, 2**32))
def test_cholesky_roots_multiply_back_to_the_matrix(size: int, seed: int) -> None:
    root = np.random.default_rng(seed).standard_normal((size, size))
    matrix = root @ root.T + 0.01 * np.eye(size)
    found = cholesky([row[: i + 1] for i, row in enumerate(matrix.tolist())])
    assert found is not None
    lower = np.zeros((size, size))
    for i, row in enumerate(found):
        lower[i, : i + 1] = row
    assert np.allclose(lower @ lower.T, matrix, rtol=1e-10, atol=1e-12)
    assert (np.diag(lower) > 0).all()


@given(st.lists(st.floats(-1, 1), min_size=3, max_size=3))
def test_cholesky_answers_none_exactly_where_an_eigenvalue_is_not_positive(
    pairs: list[float],
) -> None:
    a, b, c = pairs
    smallest = np.linalg.eigvalsh([[1, a, b], [a, 1, c], [b, c, 1]])[0]
    assume(abs(smallest) > 1e-6)
    assert (cholesky([[1.0], [a, 1.0], [b, c, 1.0]]) is None) == (smallest < 0)


THREE = {name: asset(w, 0.05, 0.1) for name, w in (("a", 0.4), ("b", 0.3), ("c", 0.3))}
WHOLE = {"b": {"a": 0.2}, "c": {"a": 0.3, "b": 0.4}}


@pytest.mark.parametrize(
    ("correlations", "message"),
    [
        ({}, "the pair b, a is missing; state 0 if they are independent"),
        ({"b": {"a": 0.2}, "c": {"a": 0.3}}, "the pair c, b is missing"),
        ({**WHOLE, "a": {"b": 0.2}}, "the pair a, b is stated twice"),
        ({**WHOLE, "a": {"a": 1}}, "a is correlated with itself; leave it out"),
        ({**WHOLE, "d": {"a": 0}}, 'there is no asset "d"'),
        ({"b": {"a": 0.2}, "c": {"a": 1.3, "b": 0.4}}, "1.3 for c, a is not between -1 and 1"),
        ({"b": {"a": 0.9}, "c": {"a": 0.9, "b": -0.9}}, "the matrix is not positive definite"),
        ({"b": {"a": 1}, "c": {"a": 0, "b": 0}}, "the matrix is not positive definite"),
    ],
)
def test_correlations_that_make_no_market_are_refused_at_their_key(
    correlations: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)) as raised:
        Lognormal.model_validate(
            {"inflation": NO_INFLATION, "assets": THREE, "correlations": correlations}
        )
    cause = raised.value.errors()[0]["ctx"]["error"]
    assert isinstance(cause, Fault)
    assert cause.key == ("correlations",)


def test_a_correlation_that_so_volatile_assets_cannot_have_is_refused_at_its_key() -> None:
    # Lognormal assets of mean 1 and sd s can be correlated down to (1 / (1 + s²) − 1) / s² only.
    wild = {"a": asset(0.5, 0, 1.5), "b": asset(0.5, 0, 1.5)}
    with pytest.raises(ValidationError) as raised:
        markets(kind="lognormal", assets=wild, correlations={"b": {"a": -0.5}})
    cause = raised.value.errors()[0]["ctx"]["error"]
    assert isinstance(cause, Fault)
    assert cause.key == ("correlations",)


def test_a_misspelt_asset_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValidationError, match='no asset "gitls" \\(did you mean "gilts"\\?\\)'):
        markets(kind="lognormal", assets=TWO, correlations={"shares": {"gitls": 0.3}})


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"assets": {}}, "at least 1 item"),
        ({"assets": {"a": asset(0.9, 0.05)}}, "the weights sum to 0.9, not to 1"),
        ({"assets": {"a": asset(-1, 0.05), "b": asset(2, 0.05)}}, "greater than or equal to 0"),
        ({"assets": {"a": {"weight": 1}}}, "state arithmetic_mean or geometric_mean"),
        (
            {"assets": {"a": {"weight": 1, "arithmetic_mean": 0.05, "geometric_mean": 0.05}}},
            "exactly one of them",
        ),
        ({"assets": {"a": asset(1, -1)}}, "greater than -1"),
        ({"assets": {"a": asset(1, 0.05, -0.1)}}, "greater than or equal to 0"),
        ({"assets": {"a": asset(1, 0.05, 0.1)}}, "a has a volatility, which this kind would"),
        ({"assets": {"a": asset(1, 0.05)}, "fee": 1}, "less than 1"),
        ({"assets": {"a": asset(1, 0.05)}, "inflation": {"kind": "ar2"}}, "'ar2'"),
        ({"assets": {"a": asset(1, 0.05)}, "inflation": {"kind": "ar1"}}, "Field required"),
        ({"assets": {"a": asset(1, 0.05)}, "step": "year"}, "Extra inputs"),
    ],
)
def test_settings_that_make_no_sense_are_refused(stated: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        markets(kind="deterministic", **stated)


@pytest.mark.parametrize("persistence", [1, -1, 1.2])
def test_inflation_that_never_returns_to_its_mean_is_refused(persistence: float) -> None:
    with pytest.raises(ValidationError, match="than"):
        prices(kind="ar1", log_mean=0.02, persistence=persistence, sd=0.01)
