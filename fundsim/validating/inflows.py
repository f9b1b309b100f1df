"""Checks of how money reaches funds: by schedule, and from the dormant assets scheme.

Of a year's transfers T owners ask for T u (1 − q) q^(a−1) at age a ≥ 1, with q = exp(−λ) (expected
cohort reclaims; a geometric law of a share u of owners who will ever come).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from fundsim.chance import Chance
from fundsim.money import Pence
from fundsim.results.scheme import Scheme
from fundsim.rules import dormant
from fundsim.rules.dormant import DormantAssets, Flows
from fundsim.validating.check import Check, Finding, Sample, catches
from fundsim.validating.worlds import NOTHING_SPENT, Values, played, steady, world

FIRST = 2021
HAZARD, ULTIMATE, NOISE = 0.15, 0.15, 0.25
OWNERS: Values = {"hazard": HAZARD, "ultimate": ULTIMATE}
LEAVING = math.exp(-HAZARD)
BILLION = 100_000_000_000


def _arrived(
    sample: Sample, amounts: Mapping[str, str], prices: float = 0.0
) -> Mapping[str, Pence]:
    inflow = {"kind": "schedule", "amounts": amounts}
    markets = steady(prices=prices)
    series = played(sample, 6, markets, inflow=inflow, paths=1).series["fund"]
    return {"nominal": series.of("arrived", "nominal"), "real": series.of("arrived", "real")}


@catches("pence of a schedule are rounded to pounds")
def schedule(sample: Sample) -> Finding:
    """What arrives is what the schedule states, to the penny."""
    amounts = {"2021": "£1234567.89", "2022": "£0.01", "2023-10-01": "£76543.21"}
    came = _arrived(sample, amounts)["nominal"].sum()
    return Finding.in_pence(float(came), 123_456_789 + 1 + 7_654_321)


@catches("later inflow is counted at prices of its own day")
def schedule_in_real_terms(sample: Sample) -> Finding:
    """£1bn of the fifth year's first day is worth £1bn / 1.03⁴ at the start, to the penny."""
    came = _arrived(sample, {"2025": "£1bn"}, prices=0.03)["real"].sum()
    return Finding.in_pence(float(came), BILLION / 1.03**4, 1.0)


def _flows(sample: Sample, years: int, **of_class: Any) -> Flows:  # noqa: ANN401 - keys of a class
    """Draw a scheme of one class which releases half of what comes in."""
    chosen = {"reclaims": OWNERS, **of_class}
    settings = {"classes": {"banks": chosen}, "released": {"2021": "50%"}, "growth": 0.02}
    terms = DormantAssets.model_validate({**settings, "costs": "£1m"})
    drawn = (
        dormant.flows(terms, FIRST, years, Chance(sample.seed).unit(unit))
        for unit in range(sample.units)
    )
    return Flows.joined(list(drawn))


@catches("owners ask for their money a year too early or too late")
def reclaims_by_age(sample: Sample) -> Finding:
    """Of £1bn transferred at once, £1bn u (1 − q) q⁴ is asked for at age five, to the penny."""
    found = _flows(Sample(1, sample.seed), 6, stock="£1bn", ramp=[1.0])
    expected = BILLION * ULTIMATE * (1 - LEAVING) * LEAVING**4
    return Finding.in_pence(float(found["reclaimed"][5, 0]), expected, 0.51)


@catches("noise in a year's reclaims raises their mean")
def reclaims_vary(sample: Sample) -> Finding:
    """With noise as well, £1bn's reclaims at age one are a share u (1 − q) of it in the mean."""
    owners = {**OWNERS, "noise": NOISE}
    found = _flows(sample, 2, stock="£1bn", ramp=[1.0], reclaims=owners)
    expected = ULTIMATE * (1 - LEAVING)
    return Finding.of_mean(found["reclaimed"][1] / BILLION, expected, NOISE * expected)


@catches("owners who have come back for their money come again")
def reclaims_settle(sample: Sample) -> Finding:
    """With the same transfers each year those of year n are u (1 − qⁿ) of them, in the end u."""
    owners = {**OWNERS, "noise": NOISE}
    found = _flows(sample, 41, yearly="£100m", reclaims=owners)
    shares = found["reclaimed"][40] / (BILLION / 10)
    return Finding.of_mean(shares, ULTIMATE * (1 - LEAVING**40))


@catches("the variation of transfers is taken for that of their logarithm")
def transfers_vary(sample: Sample) -> Finding:
    """A year's transfers vary by the stated share of their mean; the factor is lognormal."""
    found = _flows(sample, 4, yearly="£100m", noise=1.0)
    factors = found["received"].ravel() / (BILLION / 10)
    return Finding.of_share(factors < 1.0, _below(math.sqrt(math.log(2)) / 2))


def _below(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


@catches("a stock comes in again and again, not until it is used up")
def backlog(sample: Sample) -> Finding:
    """After n years a stock has come in but for exp(−β n) of it, within half a penny a year."""
    found = _flows(Sample(1, sample.seed), 12, stock="£1bn", backlog=0.25)
    came = float(found["received"][:, 0].sum())
    return Finding.in_pence(came, BILLION * (1 - math.exp(-0.25 * 12)), 6.0)


@catches("the reclaim fund makes or loses pence")
def conservation(sample: Sample) -> Finding:
    """Received and returns are reclaimed, costs, released and held: each path, each year."""
    found = _flows(sample, 30, stock="£1bn", backlog=0.2, yearly="£20m", noise=NOISE)
    came = (found["received"] + found["returns"]).cumsum(axis=0)
    went = (found["reclaimed"] + found["costs"] + found["released"]).cumsum(axis=0)
    return Finding.of_equal(came, went + found["held"])


@catches("a nation's part of a release is lost on its way to funds")
def releases_arrive(sample: Sample) -> Finding:
    """What two nations' funds are given is all that was released, on each path."""
    paths = min(sample.paths, 1_000)
    classes = {"banks": {"yearly": "£100m", "noise": NOISE, "reclaims": OWNERS}}
    nations = {"England": {"share": "83.9%"}, "Wales": {"share": "16.1%"}}
    terms = {"classes": classes, "released": {"2021": "50%"}, "nations": nations}
    funds = {
        name: {
            "opening": 0,
            "spending": NOTHING_SPENT,
            "inflow": {"kind": "releases", "nations": [nation]},
        }
        for name, nation in (("english", "England"), ("welsh", "Wales"))
    }
    more = {"dormant_assets": terms}
    scenario = world(sample, 6, steady(), funds=funds, paths=paths, more=more)
    series = played(sample, 6, steady(), funds=funds, paths=paths, more=more).series
    came = series["english"].of("arrived", "nominal") + series["welsh"].of("arrived", "nominal")
    released = Scheme.of(scenario).found["released"]
    return Finding.of_equal(came.sum(axis=0), released.sum(axis=0))


CHECKS: tuple[Check, ...] = (
    *(schedule, schedule_in_real_terms, reclaims_by_age, reclaims_vary, reclaims_settle),
    *(transfers_vary, backlog, conservation, releases_arrive),
)
