"""Which funds share every round in the same proportions."""

from __future__ import annotations

import numpy as np

from fundsim.money import Real
from fundsim.rules.allocation import Ratios
from fundsim.rules.need import Blend
from fundsim.rules.round import Round
from fundsim.scenario import Scenario


def lasting_weights(scenario: Scenario, fund: str) -> Real | None:
    """Give the areas' weights in every round of a fund, `(area,)`; None where rounds differ.

    They differ where a rule answers with amounts, where it or need changes with time, and where
    areas pass to other foundations.
    """
    rule, need = scenario.funds[fund].allocation, scenario.geography.need
    if not scenario.steady or rule.changes() or (isinstance(need, Blend) and need.review):
        return None
    nothing = np.zeros(1, np.int64)
    answer = rule.shares(Round.over(scenario.geography_table, need, nothing))
    return answer.weights if isinstance(answer, Ratios) else None
