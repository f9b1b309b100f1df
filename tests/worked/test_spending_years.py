"""Spending for fifty years in markets without chance, against recurrences and annuities.

Moving averages and smoothing are linear recurrences; the annuity is in advance. To the rounding
means pence on £2bn: each year rounds spending and four quarters' values once.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from fundsim.engine.simulate import simulate
from fundsim.scenario import load


def yearly(
    rule: dict[str, Any], *, growth: float = 0.05, inflation: float = 0.02, **fund: Any
) -> tuple[list[int], list[int]]:
    """What is spent and the value that is read, year by year, in markets without chance."""
    markets = {
        "kind": "deterministic",
        "fee": 0,
        "inflation": {"kind": "constant", "rate": inflation},
        "assets": {"mix": {"weight": 1, "geometric_mean": growth}},
    }
    base = load("kruger-endowment")
    own = {"spending": {**rule, "first": base.start}}
    made = base.but(
        {
            "paths": 1,
            "years": 50,
            "funds.luc.inflow": None,
            "funds.luc.opening": "£2bn",
            "markets": markets,
            "funds.luc.spending": {"kind": "percent_of_value", "rate": 0},
        }
    ).but({f"funds.luc.{key}": value for key, value in (own | fund).items()})
    series = simulate(made).series["luc"]
    spent = series.of("spending", "nominal")[:, 0].tolist()
    left = series.of("closing_capital", "nominal")[:, 0].tolist()
    return spent, [200_000_000_000, *left[:-1]]


@pytest.mark.parametrize("weight", [0.7, 0.8])
def test_hybrid_spending_follows_its_linear_recurrence_for_fifty_years(weight: float) -> None:
    spent, values = yearly({"kind": "hybrid_general", "weight": weight, "rate": "4.5%"})
    last, value = 0.045 * 2e11, 2e11
    for year in range(50):
        if year:
            last = weight * 1.02 * last + (1 - weight) * 0.045 * value
        assert spent[year] == pytest.approx(last, abs=60)
        assert values[year] == pytest.approx(value, abs=600)
        value = (value - last) * 1.05


def test_smoothed_spending_follows_its_linear_recurrence_for_fifty_years() -> None:
    spent, _ = yearly({"kind": "smoothed_target", "alpha": 0.3, "rate": "5.5%"})
    last, value = 0.055 * 2e11, 2e11
    for year in range(50):
        last = last + 0.3 * (0.055 * value - last) if year else last
        assert spent[year] == pytest.approx(last, abs=60)
        value = (value - last) * 1.05


@pytest.mark.parametrize("weight", [0.6, 0.8])
def test_tobins_rule_follows_its_linear_recurrence_for_fifty_years(weight: float) -> None:
    spent, _ = yearly({"kind": "hybrid", "weight": weight, "low": 0, "high": 1})
    values, last = [2e11], 0.0525 * 2e11
    for year in range(50):
        if year:
            last = 1.02 * (weight * last + (1 - weight) * 0.0525 * values[-2])
        assert spent[year] == pytest.approx(last, abs=60)
        values.append((values[-1] - last) * 1.05)


def test_tobins_rule_with_yales_bounds_follows_them_for_fifty_years() -> None:
    spent, _ = yearly({"kind": "hybrid"}, growth=0.14)
    values, last, bound = [2e11], 0.0525 * 2e11, 0
    for year in range(50):
        if year:
            older = 1.02 * values[-2]
            wish = 0.8 * 1.02 * last + 0.2 * 0.0525 * older
            last = min(max(wish, 0.045 * older), 0.06 * older)
            bound += last != wish
        assert spent[year] == pytest.approx(last, abs=600)
        values.append((values[-1] - last) * 1.14)
    assert 0 < bound < 49


@pytest.mark.parametrize("quarters", [4, 12, 20])
def test_a_moving_average_follows_its_linear_recurrence_for_fifty_years(quarters: int) -> None:
    spent, _ = yearly({"kind": "moving_average", "rate": "4.5%", "over": f"{quarters} quarters"})
    values = [2e11]
    for year in range(50):
        read = values[-quarters:]
        due = 0.045 * math.fsum(read) / len(read)
        assert spent[year] == pytest.approx(due, abs=60)
        values += [(values[-1] - due) * 1.05 ** (quarter / 4) for quarter in (1, 2, 3, 4)]


@pytest.mark.parametrize("years", [1, 3, 5])
def test_moving_average_spending_grows_in_the_end_by_the_dominant_root(years: int) -> None:
    # What is left after spending, A, grows to the values A·g, A·g², A·g³, A·g⁴ of a year, with
    # g⁴ = 1.05, so that A' = 1.05 A − (rate / 4n) · (g + g² + g³ + g⁴) · (A + the n − 1 before it).
    spent, _ = yearly({"kind": "moving_average", "rate": "4.5%", "over": f"{years} years"})
    read = 0.045 / (4 * years) * math.fsum(1.05 ** (quarter / 4) for quarter in (1, 2, 3, 4))
    root = max(np.roots([1, -1.05 + read, *[read] * (years - 1)]), key=abs)
    assert root.imag == 0
    grown = [after / before for before, after in pairwise(spent)]
    assert grown[-1] == pytest.approx(root.real, rel=1e-9)
    assert years == 1 or grown[1] != pytest.approx(root.real, rel=1e-6)


def payments(worth: float, discount: float) -> float:
    """How many payments of one, each at the beginning of a year, are worth so much: n in
    (1 − vⁿ) / (1 − v)."""
    if discount == 1:
        return worth
    left = 1 - (1 - discount) * worth
    return math.log(left) / math.log(discount) if left > 0 else math.inf


@pytest.mark.parametrize("rate", [0.025, 0.035, 0.045, 0.06, 0.08, 0.13, 0.3])
@pytest.mark.parametrize("inflation", [0.0, 0.02, 0.05, 0.06])
def test_constant_real_spending_runs_out_in_the_year_of_the_annuity(
    rate: float, inflation: float
) -> None:
    full = min(payments(1 / rate, (1 + inflation) / 1.05), 50)
    spent, values = yearly({"kind": "constant_real", "rate": rate}, inflation=inflation)
    for year in range(50):
        due = rate * 2e11 * (1 + inflation) ** year
        assert (spent[year] == pytest.approx(due, rel=1e-9)) is (year + 1 <= full + 1e-6)
        assert (values[year] > 1_000) is (year < full)  # £10: what roundings leave


@pytest.mark.parametrize(("growth", "inflation"), [(0.05, 0.02), (0.01, 0.03)])
def test_an_annuity_is_level_in_real_terms_and_ends_at_nothing_in_its_last_year(
    growth: float, inflation: float
) -> None:
    # The payment in advance that uses P up in n years at a real return r is P · (1 − v) / (1 − vⁿ),
    # v = 1 / (1 + r), and rises with prices.
    real = (1 + growth) / (1 + inflation) - 1
    discount = 1 / (1 + real)
    first = 2e11 * (1 - discount) / (1 - discount**50)
    rule = {"kind": "spend_down", "over": "50 years", "real_return": real}
    closes = {"on": "2071-04-01", "residue": "treasury"}
    spent, values = yearly(rule, growth=growth, inflation=inflation, closes=closes)
    for year in range(50):
        assert spent[year] == pytest.approx(first * (1 + inflation) ** year, abs=600)
    assert spent[-1] == values[-1] > 0  # all that there is, so that nothing is left
    assert values[-2] > spent[-2]


@pytest.mark.parametrize("indexed", [True, False])
def test_total_return_never_spends_of_its_investment_fund(indexed: bool) -> None:  # noqa: FBT001 - the key itself
    # Growth of 4% and a tenth asked for: all that is unapplied is spent each year, and the
    # fund is worth its investment fund right after each spending date.
    rule = {"kind": "total_return", "investment_fund": "£1.8bn", "indexed": indexed, "rate": "10%"}
    spent, values = yearly(rule, growth=0.04)
    for year in range(50):
        kept = 1.8e11 * (1.02**year if indexed else 1)
        assert spent[year] == pytest.approx(min(0.1 * values[year], values[year] - kept), abs=2)
        assert values[year] - spent[year] >= kept - 2
    steady = 1.8e11 * (0.02 * 1.02**48 if indexed else 0.04)
    assert spent[-1] == pytest.approx(steady, rel=1e-9)


def test_what_is_released_is_put_back_before_anything_is_spent() -> None:
    # By hand: a fund of £2,000m that is all investment fund, indexed at 2%, growing at 5%; a tenth
    # may be released, and is back after five years or earlier; 4% is asked for.
    rule = {"kind": "total_return", "investment_fund": "£2bn", "rate": "4%", "release": "10%"}
    spent, values = yearly({**rule, "recouped_over": "5 years"})
    # Year 1: 80 are released. Year 2: 2,016.00 are there and 2,040.00 kept, of which 81.60 are
    # out; of the 57.60 above what is left, 40.80 go back. Year 3: 2,099.16 and 2,080.80, of which
    # 41.616 are out and go back whole, so that 18.36 are spent; and nothing is out in year 4.
    assert [pence / 1e8 for pence in spent[:3]] == pytest.approx([80, 16.80, 18.36], abs=1e-7)
    assert [pence / 1e8 for pence in values[:3]] == pytest.approx([2000, 2016, 2099.16], abs=1e-7)
    assert spent[3] == pytest.approx(0.04 * values[3], abs=2)
    without, _ = yearly(rule | {"release": None})
    assert without[0] == 0


@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize("growth", [0.0, 0.02, 0.06])
@pytest.mark.parametrize("over", [1, 10])
def test_releases_are_a_ledger_of_their_own(indexed: bool, growth: float, over: int) -> None:  # noqa: FBT001 - the key itself
    # The same told as a loan that is kept in money of the day, year by year.
    rule = {
        "kind": "total_return",
        "investment_fund": "£1.9bn",
        "indexed": indexed,
        "rate": "7%",
        "release": "5%",
        "recouped_over": f"{over} years",
    }
    spent, values = yearly(rule, growth=growth)
    loan, released = 0.0, 0
    for year in range(50):
        kept = 1.9e11 * (1.02**year if indexed else 1)
        loan *= 1.02 if indexed and year else 1
        above = max(values[year] - (kept - loan), 0)
        back = min(above, loan if loan < 0.05 * kept / over + 1 else 0.05 * kept / over)
        most = above - back + (0 if loan else 0.05 * min(kept, values[year]))
        due = min(0.07 * values[year], most)
        assert spent[year] == pytest.approx(due, abs=200)
        more = spent[year] - (above - back)
        released += more > 200
        loan += (more if more > 200 else 0) - back
        loan = loan if loan > 200 else 0.0
        assert loan <= 0.05 * kept + 200
    assert released >= 1
