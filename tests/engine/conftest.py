from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fundsim.scenario import Scenario, from_values
from tests.engine.random_scenarios import scenario_values
from tests.engine.tiny import tiny_values

Made = Callable[[int], Scenario]
Tiny = Callable[..., Scenario]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Make one of the random scenarios, by number."""
    return lambda number: from_values(scenario_values(number, tmp_path))


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    """Make the tiny world, with some of its values changed."""
    return lambda **changes: from_values(tiny_values(tmp_path, **changes))
