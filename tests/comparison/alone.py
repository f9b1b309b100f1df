"""A comparison that is made already, as the answer to the inquiry that asks for it alone."""

from __future__ import annotations

from fundsim.comparison.across import Across
from fundsim.comparison.compared import Compared
from fundsim.comparison.inquiry import Future, Inquiry
from fundsim.comparison.wanting import Wanted


def alone(found: Compared, amount: int | None = None) -> Across:
    """Put one comparison, or one pot of an amount, into an answer in which nothing is aimed at."""
    future = Future(found.scenario.name, found.fund, found.scenarios)
    asked = Wanted(**found.asked)
    return Across(Inquiry([future], asked, found.measure, found.basis, amount), [found])
