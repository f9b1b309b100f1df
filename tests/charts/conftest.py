from __future__ import annotations

from pathlib import Path

import pytest

from fundsim.places import load_geography
from tests.charts.small_world import Scenario, geography


@pytest.fixture
def three(tmp_path: Path) -> Scenario:
    """A scenario of three areas."""
    return Scenario(geography(tmp_path, ["Ashby", "Burton", "Corby"]))


@pytest.fixture(scope="session")
def uk() -> Scenario:
    """A scenario of the packaged districts and foundations."""
    return Scenario(load_geography("uk-districts-2024"))
