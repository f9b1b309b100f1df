from __future__ import annotations

import pytest

from fundsim.results.folder import Run, open_run
from tests.exporting.nasty import nasty


@pytest.fixture(scope="package")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of nine areas with nasty names."""
    return open_run(nasty(tmp_path_factory.mktemp("nasty")))
