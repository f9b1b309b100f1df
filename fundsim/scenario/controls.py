"""Control variates: what growth came to on a path, over what it is expected to be.

Their mean over all that can happen is 1, in closed form; how far their mean over the paths drawn is
from it tells how far other means are likely to be off (`fundsim.metrics.controlled`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fundsim.money import Real
from fundsim.rules.inflation import QUARTERS
from fundsim.sampling import CONTROL
from fundsim.scenario.jolts import jolts_of, rises_of
from fundsim.scenario.scenario import Scenario

HORIZONS = (10, 20, 30, 50)
"""After how many years growth is taken, besides at the end."""


def control_names(scenario: Scenario) -> tuple[str, ...]:
    """Name the figures that a path has for each fund; none where no use is made of them."""
    if scenario.sampling != "control_variate":
        return ()
    known = scenario.markets.mean_worth(scenario.years) is not None
    bases = ("growth", "real_growth") if known else ("growth",)
    spans = (*(str(horizon) for horizon in _horizons(scenario)), "mean")
    return tuple(f"{CONTROL}{basis}_{span}" for basis in bases for span in spans)


def control_values(scenario: Scenario, fund: str, growth: Real, prices: Real) -> dict[str, Real]:
    """Give each of a fund's controls, `(path,)`, from factors of each quarter, `(quarter, path)`.

    Growth until some years' ends and its mean over all years, each over its expectation; also in
    prices of the start day, if what a pound is then worth has a closed form.
    """
    names = control_names(scenario)
    return dict(zip(names, _values(scenario, fund, growth, prices), strict=True)) if names else {}


def _values(scenario: Scenario, fund: str, growth: Real, prices: Real) -> Iterator[Real]:
    markets, years = scenario.markets, scenario.years
    expected = markets.mean_growth(years, scenario.funds[fund].holds, jolts_of(scenario))
    assert expected is not None  # noqa: S101 - the validator's promise
    nominal = _at_year_ends(growth) / np.array(expected)[:, np.newaxis]
    yield from _over_horizons(scenario, nominal)
    worth = markets.mean_worth(years)
    if worth is not None:
        rises, calm = rises_of(scenario), np.ones((len(prices), 1))
        raised = _at_year_ends(calm if rises is None else rises)
        worths = np.array(worth)[:, np.newaxis] / raised
        yield from _over_horizons(scenario, nominal / _at_year_ends(prices) / worths)


def _at_year_ends(factors: Real) -> Real:
    return np.asarray(np.multiply.accumulate(factors, axis=0)[QUARTERS - 1 :: QUARTERS])


def _over_horizons(scenario: Scenario, grown: Real) -> Iterator[Real]:
    """Pick the horizons; one year is added to the next, so that any block has the same bits."""
    yield from (grown[horizon - 1] for horizon in _horizons(scenario))
    yield np.add.accumulate(grown, axis=0)[-1] / len(grown)


def _horizons(scenario: Scenario) -> list[int]:
    return [*(h for h in HORIZONS if h < scenario.years), scenario.years]
