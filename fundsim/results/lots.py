"""Which funds share every round in the same proportions."""

from __future__ import annotations

import numpy as np

from fundsim.money import Real
from fundsim.rules.allocation import Ratios
from fundsim.rules.round import Round
from fundsim.scenario import Scenario


def lasting_weights(scenario: Scenario, fund: str) -> Real | None:
    """Give the areas' weights in every round of a fund, `(area,)`; None where rounds differ.

    They differ where a rule answers with amounts, and where areas pass to other foundations.
    """
    nothing = np.zeros(1, np.int64)
    round_ = Round.over(scenario.geography_table, scenario.geography.need, nothing)
    answer = scenario.funds[fund].allocation.shares(round_)
    return answer.weights if scenario.steady and isinstance(answer, Ratios) else None
