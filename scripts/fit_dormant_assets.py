"""Fit the dormant assets scheme to its published stocks: python scripts/fit_dormant_assets.py.

Nothing is drawn: without noise every path is the same. The stock that lay dormant in 2011 and what
turns dormant each year are fitted to receipts, for several speeds at which the stock comes in; then
the share of transfers that owners ask for in the end, for several hazards. Both are ridges: their
ends fit about as well as their middle. What was published for 2024 is left out, and held against.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
from scipy.optimize import least_squares

from fundsim.results.scheme import Scheme, published
from fundsim.scenario import Scenario, load

LAST = date(2022, 1, 1)  # what was published later is not fitted
BANKS = "dormant_assets.classes.banks"
SETS = {"slow": (0.15, 0.1), "central": (0.25, 0.15), "fast": (0.4, 0.3)}
"""How soon the stock comes in, and how soon owners come back: backlog and hazard."""


def misses(scenario: Scenario, measure: str, *, fitted: bool = True) -> list[float]:
    """Give how far each published stock is missed, as a share of it."""
    scheme = Scheme.of(scenario)
    return [
        float(stock[0]) / one.pence - 1
        for one in published()
        if one.measure == measure and (one.day < LAST) == fitted
        for stock in [scheme.on(one.day, measure)]
        if stock is not None
    ]


def fitted(of: Callable[[list[float]], list[float]], start: list[float]) -> list[float]:
    """Find the figures that miss least, by least squares of relative misses."""
    return [float(x) for x in least_squares(of, start, diff_step=1e-3).x]


def told(shares: list[float]) -> str:
    """Write misses in per cent."""
    return " ".join(f"{100 * share:+.1f}%" for share in shares)


def with_receipts(bare: Scenario, backlog: float) -> Scenario:
    """Fit the stock and what turns dormant each year to receipts."""

    def made(found: list[float]) -> Scenario:
        stock, yearly = (round(max(x, 0.0) * 1e6, 2) for x in found)
        return bare.but(
            {f"{BANKS}.stock": stock, f"{BANKS}.yearly": yearly, f"{BANKS}.backlog": backlog}
        )

    return made(fitted(lambda x: misses(made(list(x)), "received"), [880.0, 57.0]))


def with_reclaims(bare: Scenario, hazard: float) -> Scenario:
    """Fit the share that owners ask for in the end to reclaims."""

    def made(found: list[float]) -> Scenario:
        share = float(np.clip(found[0], 0, 1))
        return bare.but({f"{BANKS}.reclaims.ultimate": share, f"{BANKS}.reclaims.hazard": hazard})

    return made(fitted(lambda x: misses(made(list(x)), "reclaimed"), [0.15]))


def main() -> None:
    """Print each set, with what it misses."""
    bare = load("rfl-history-model").but(
        {"paths": 1, "years": 14, f"{BANKS}.noise": 0, f"{BANKS}.reclaims.noise": 0}
    )
    for name, (backlog, hazard) in SETS.items():
        made = with_reclaims(with_receipts(bare, backlog), hazard)
        assert made.dormant_assets is not None
        banks = made.dormant_assets.classes["banks"]
        print(
            f"{name}: backlog {backlog}, stock £{banks.stock / 1e8:.1f}m, yearly "
            f"£{banks.yearly / 1e8:.1f}m, hazard {hazard}, ultimate {banks.reclaims.ultimate:.4f}"
        )
        for measure in ("received", "reclaimed", "released", "held"):
            of_fit, later = misses(made, measure), misses(made, measure, fitted=False)
            print(f"  {measure}: missed by {told(of_fit)}; of 2024 {told(later) or 'nothing'}")


if __name__ == "__main__":
    main()
