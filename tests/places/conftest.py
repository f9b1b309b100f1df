from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fundsim.places import Geography, load_geography

Write = Callable[..., str]


@pytest.fixture(scope="session")
def uk() -> Geography:
    return load_geography("uk-districts-2024")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write lines as a CSV and give its path."""

    def written(*lines: str, name: str = "areas.csv") -> str:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return str(path)

    return written
