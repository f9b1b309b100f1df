"""Capital kept whole in closed form, for funds simple enough to have one.

Of an opening sum W(0) a share s leaves on each of n spending dates, and each of T years grows it by
exp(x), x normal with mean m and variance v, less the managers' fee f. In prices of the start day,
with forces of inflation I(t), ln W(T) / W(0) is normal with mean n ln(1 − s) + T (ln(1 − f) + m) −
Σ E I(t) and variance T v + Var Σ I(t): a product of independent lognormals is lognormal (Johnson,
Kotz and Balakrishnan, Continuous Univariate Distributions 1, 2nd edition, chapter 14). For an
autoregression that begins at its mean, Var Σ I = s² Σ ((1 − aᵏ) / (1 − a))².
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from fundsim.charts.language import say
from fundsim.charts.source import Pot, Setting
from fundsim.rules.inflation import AutoregressiveInflation, ConstantInflation
from fundsim.rules.returns import Lognormal
from fundsim.rules.spending import PercentOfValue
from fundsim.units import months_after


@dataclass(frozen=True)
class LogNormal:
    """The law of what is left of every £1: its logarithm has this mean and standard deviation."""

    mean: float
    sd: float

    def below(self, value: float) -> float:
        """Give the probability of less than a value."""
        if value <= 0:
            return 0.0
        return 0.5 * math.erfc((self.mean - math.log(value)) / self.sd / math.sqrt(2))


def kept_in_closed_form(scenario: Setting, fund: str) -> LogNormal | str:
    """Give the law of a fund's capital kept whole at the horizon, or say why it has none."""
    pot = scenario.funds.get(fund)
    if pot is None:
        return say("several funds together")
    reason = _of_fund(pot, scenario, fund) or _of_markets(scenario)
    if reason:
        return reason
    markets, spending, years = scenario.markets, pot.spending, scenario.years
    assert isinstance(markets, Lognormal)  # noqa: S101 - asked before, for the type checker
    assert isinstance(spending, PercentOfValue)  # noqa: S101 - as above
    yearly, (rise, unsure) = markets.moments(), _prices(markets.inflation, years)
    if yearly.log_mean is None or not yearly.log_sd:
        return say("a mix of assets")
    spent = _spendings(spending, scenario) * math.log1p(-spending.rate)
    mean = spent + years * (math.log1p(-markets.fee) + yearly.log_mean) - rise
    return LogNormal(mean, math.sqrt(years * yearly.log_sd**2 + unsure))


def _of_fund(pot: Pot, scenario: Setting, fund: str) -> str:
    """Say what of a fund's own rules has no closed form."""
    others = [each for name, each in scenario.funds.items() if name != fund]
    received = any(transfer.to == fund for each in others for transfer in each.pays)
    received |= any(each.closes is not None and each.closes.residue == fund for each in others)
    spending = pot.spending
    if type(spending) is not PercentOfValue or spending.parts > 1 or spending.rate >= 1:
        return say("spending that is no plain share of the fund’s value")
    if pot.inflow is not None or received or scenario.dormant_assets is not None or not pot.opening:
        return say("money that comes in after the start")
    if pot.pays or pot.closes is not None or pot.alarm is not None or pot.holds is not None:
        return say("payments, a closing, an alarm or holdings of its own")
    return ""


def _of_markets(scenario: Setting) -> str:
    """Say what of the markets has none."""
    if scenario.shocks:
        return say("shocks")
    if not isinstance(scenario.markets, Lognormal):
        return say("markets that are not lognormal")
    if not isinstance(scenario.markets.inflation, ConstantInflation | AutoregressiveInflation):
        return say("inflation that is drawn from history")
    return ""


def _spendings(spending: PercentOfValue, scenario: Setting) -> int:
    first = spending.first or scenario.start
    dates = (months_after(first, 12 * year) for year in range(scenario.years + 1))
    return sum(scenario.start <= date <= scenario.last_day for date in dates)


def _prices(inflation: object, years: int) -> tuple[float, float]:
    """Give mean and variance of the sum of the yearly forces of inflation."""
    if isinstance(inflation, AutoregressiveInflation):
        stays = inflation.persistence
        parts = (((1 - stays**year) / (1 - stays)) ** 2 for year in range(1, years + 1))
        return inflation.log_mean * years, inflation.sd**2 * math.fsum(parts)
    assert isinstance(inflation, ConstantInflation)  # noqa: S101 - asked before
    return math.log1p(inflation.rate) * years, 0.0
