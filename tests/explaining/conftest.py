from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fundsim.scenario import from_values, load
from tests.engine.tiny import tiny_values
from tests.explaining.walking import Live, live

TinyRun = Callable[..., Live]


@pytest.fixture(scope="session")
def flagship() -> Live:
    """The flagship on a few paths: the one that is told is as long as any."""
    return live(load("kruger-2020").but({"paths": 8}))


@pytest.fixture
def tiny_run(tmp_path: Path) -> TinyRun:
    """Run the tiny world, with some of its values changed."""

    def made(name: str = "run", **changes: Any) -> Live:
        return live(from_values(tiny_values(tmp_path, **changes)), name)

    return made
