"""What all tests have in common: none is timed, and Python clears away after tests alone."""

from __future__ import annotations

import gc

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_finish() -> None:
    """Let clearing away pass over modules and tests, which stay, and be rarer: it was a sixth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure() -> None:
    """Let all be cleared away at the end, as libraries in other languages ask for."""
    gc.unfreeze()
