"""A fund's history on every path: what metrics read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fundsim.money import Pence, Real
from fundsim.sampling import CONTROL

Basis = Literal["nominal", "real"]
BASES: tuple[Basis, ...] = ("nominal", "real")

FUND_FLOWS = {
    "arrived": "money that reached the fund, its opening money included",
    "returns": "what markets added or took",
    "fees": "what managers of the investments took",
    "spending": "what left the fund for distribution",
    "passed_on": "what a closing fund left, or what it paid to another fund",
    "passed_between": "of what was passed on, what other funds received",
}
FOUNDATION_FLOWS = {
    "allocated": "shared to areas by the rule",
    "received": "reached the community foundations",
    "foundation_fees": "kept by the foundations for their work",
    "awarded": "promised to grantees",
    "lapsed": "awards cancelled before payment",
    "paid": "left the foundations for grantees",
    "returned": "paid money clawed back",
}
FUND_STOCKS = {
    "closing_capital": "what the fund holds at the year's end",
    "unshared": "spending that the rule has not shared yet",
    "waiting_on_average": "what waited at the foundations, on average over the last year",
}
FOUNDATION_STOCKS = {
    "waiting": "received and not yet awarded",
    "carried": "moved to a later year by rule",
    "promised": "awarded and not yet paid",
}
FLOWS = FUND_FLOWS | FOUNDATION_FLOWS
STOCKS = FUND_STOCKS | FOUNDATION_STOCKS
MEASURES = FLOWS | STOCKS
BY_FOUNDATION = FOUNDATION_FLOWS | FOUNDATION_STOCKS
BY_AREA = ("allocated", "paid")


@dataclass(frozen=True)
class FundSeries:
    """One fund, or all together, year by year on every path.

    Flows are sums over a year, stocks stand at its end; pence, `(year, path)`, nominal and in the
    prices of the start date. `kept` says whether the fund is meant to be kept whole, `first` is the
    row of its first spending date. `totals` holds one figure a path over the whole horizon.
    `parts` says how many independent parts the paths are drawn in; 1 where each is its own.
    """

    fund: str
    years: tuple[int, ...]
    kept: bool
    first: int
    nominal: Mapping[str, Pence]
    real: Mapping[str, Pence]
    totals: Mapping[str, Real]
    parts: int = 1

    @property
    def paths(self) -> int:
        """How many paths there are."""
        return len(next(iter(self.totals.values())))

    @property
    def controls(self) -> list[Real]:
        """Figures a path, `(path,)`, that are 1 in the mean over all that can happen."""
        return [values for name, values in self.totals.items() if name.startswith(CONTROL)]

    def of(self, measure: str, basis: Basis) -> Pence:
        """Give one measure, `(year, path)`."""
        return (self.nominal if basis == "nominal" else self.real)[measure]
