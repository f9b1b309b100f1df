"""What all tests have in common: none is timed, and Python clears away more rarely."""

from __future__ import annotations

import gc

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_finish() -> None:
    """Clear away more rarely: it was a sixth of the time."""
    gc.set_threshold(20_000, 20, 20)
