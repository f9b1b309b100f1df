"""Shocks to prices and to how markets move together, on top of whatever a scenario draws."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from fundsim.engine.markets import draw
from fundsim.scenario import Scenario
from tests.engine.tiny import BEYOND, DEARER, Values, simulated, told, yearly

Tiny = Callable[..., Scenario]

ON, UNTIL = date(2022, 4, 1), date(2023, 10, 1)
RISE = "8.243216%"  # 1.02 to the power 4, less 1
SPIKE: Values = {"kind": "inflation", "on": ON, "until": UNTIL, "yearly": RISE}
DRAWN = {"kind": "ar1", "log_mean": "2%", "persistence": 0.5, "sd": "2%"}
SHARES = {"weight": 0.6, "arithmetic_mean": "8%", "volatility": "16%"}
GILTS = {"weight": 0.4, "arithmetic_mean": "5%", "volatility": "9%"}
MARKETS: Values = {
    "kind": "lognormal",
    "inflation": DRAWN,
    "assets": {"gilts": GILTS, "shares": SHARES},
    "correlations": {"shares": {"gilts": 0.1}},
}

# Prices rise


def test_prices_rise_faster_in_the_quarters_that_begin_in_the_span(tiny: Tiny) -> None:
    calm = draw(tiny(markets=MARKETS, years=4), 0, 4)
    dear = draw(tiny(markets=MARKETS, years=4, shocks=[SPIKE]), 0, 4)
    inside = slice(4, 10)
    assert np.allclose(dear.prices[inside], 1.02 * calm.prices[inside], rtol=1e-9, atol=0)
    dear.prices[inside] = calm.prices[inside]
    assert dear.prices.tobytes() == calm.prices.tobytes()
    assert dear.growth["fund"].tobytes() == calm.growth["fund"].tobytes()


def test_a_jump_of_prices_is_in_its_quarter_alone(tiny: Tiny) -> None:
    jump = {"kind": "inflation", "on": date(2021, 9, 30), "change": "10%"}
    calm = draw(tiny(markets=MARKETS), 0, 4).prices
    dear = draw(tiny(markets=MARKETS, shocks=[jump]), 0, 4).prices
    ratios = (dear / calm)[:, 0]
    assert ratios.tolist() == pytest.approx([1, 1.1, 1, 1], rel=1e-14)


def test_a_jump_and_a_spike_of_prices_multiply(tiny: Tiny) -> None:
    jump = {"kind": "inflation", "on": date(2022, 4, 1), "change": "10%"}
    calm = draw(tiny(markets=MARKETS, years=2), 0, 4).prices
    dear = draw(tiny(markets=MARKETS, years=2, shocks=[SPIKE, jump]), 0, 4).prices
    again = draw(tiny(markets=MARKETS, years=2, shocks=[jump, SPIKE]), 0, 4).prices
    assert (dear / calm)[:, 0].tolist() == pytest.approx(
        [1, 1, 1, 1, 1.02 * 1.1, 1.02, 1.02, 1.02], rel=1e-9
    )
    assert dear.tobytes() == again.tobytes()


def test_money_is_kept_and_buys_less(tiny: Tiny) -> None:
    """£1,000 that earn nothing and are kept are worth 1000 / 1.02⁴ = 923.85 a year later."""
    kept = {"spending": {"kind": "percent_of_value", "rate": "10%", "first": BEYOND}}
    spell = {"on": date(2021, 4, 1), "until": date(2022, 4, 1)}
    run = simulated(tiny(opening=1000, **kept, years=2, shocks=[{**SPIKE, **spell}]))
    assert yearly(run, "closing_capital") == [1000, 1000]
    assert yearly(run, "closing_capital", basis="real") == [923.85, 923.85]


def test_real_spending_follows_prices_that_rise_faster(tiny: Tiny) -> None:
    """£100 in the first year's prices are £108.24 after a year in which they rise by 2 % a quarter.

    A spike on prices that stand still is prices that rise so by themselves.
    """
    kept = {"opening": 1000, "spending": {"kind": "constant_real", "amount": 100}, "years": 2}
    spike = {**SPIKE, "on": date(2021, 4, 1)}
    spiked = simulated(tiny(**kept, shocks=[spike]))
    dearer = simulated(tiny(**kept, inflation=DEARER))
    assert told(spiked, "spending") == [("2021-04-01", 100), ("2022-04-01", 108.24)]
    assert told(dearer, "spending") == told(spiked, "spending")


# Assets move together

CRISIS: Values = {
    "kind": "correlation", "on": ON, "until": UNTIL, "lead": "shares", "to": 1.0
}  # fmt: skip


def test_in_the_span_all_move_as_one_and_elsewhere_as_drawn(tiny: Tiny) -> None:
    """At a correlation of 1 gilts are at their mean, plus what shares are from theirs, in size."""
    funds = {name: {"opening": 1000, "holds": {name: 1}} for name in ("gilts", "shares")}
    calm = draw(tiny(markets=MARKETS, years=4, funds=funds), 0, 4)
    found = draw(tiny(markets=MARKETS, years=4, funds=funds, shocks=[CRISIS]), 0, 4)
    mean = {"gilts": 1.05**0.25, "shares": 1.08**0.25}
    sd = {
        "gilts": math.sqrt((1.05**2 + 0.09**2) ** 0.25 - 1.05**0.5),
        "shares": math.sqrt((1.08**2 + 0.16**2) ** 0.25 - 1.08**0.5),
    }
    inside = slice(4, 10)
    shares = (found.growth["shares"][inside] - mean["shares"]) / sd["shares"]
    gilts = (found.growth["gilts"][inside] - mean["gilts"]) / sd["gilts"]
    assert np.allclose(gilts, shares, rtol=1e-9, atol=1e-12)
    found.growth["gilts"][inside] = calm.growth["gilts"][inside]
    for name in funds:
        assert found.growth[name].tobytes() == calm.growth[name].tobytes()
    assert found.prices.tobytes() == calm.prices.tobytes()


def test_some_paths_alone_are_those_among_many_and_of_a_longer_run(tiny: Tiny) -> None:
    shocks = [CRISIS, SPIKE, {"kind": "market", "on": ON, "change": "-20%"}]
    whole = draw(tiny(markets=MARKETS, years=4, shocks=shocks), 0, 600)
    part = draw(tiny(markets=MARKETS, years=3, shocks=shocks), 240, 20)
    assert part.prices.tobytes() == whole.prices[:12, 240:260].tobytes()
    assert part.growth["fund"].tobytes() == whole.growth["fund"][:12, 240:260].tobytes()
