"""Closed-form checks of this installation, each with the fault that it would catch.

>>> len({check.name for check in CHECKS}) == len(CHECKS)
True
"""

from __future__ import annotations

from fundsim.validating import inflation, inflows, ledger, returns, spending, statistics
from fundsim.validating.check import Check, Finding, Sample

__all__ = ["CHECKS", "GROUPS", "Check", "Finding", "Sample"]

CHECKS: tuple[Check, ...] = (
    *returns.CHECKS,
    *inflation.CHECKS,
    *spending.CHECKS,
    *inflows.CHECKS,
    *ledger.CHECKS,
    *statistics.CHECKS,
)
GROUPS = tuple(dict.fromkeys(check.group for check in CHECKS))
