"""What all tests have in common: none is timed, Ctrl-C works, Python clears away more rarely."""

from __future__ import annotations

import gc
import signal

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# A shell that begins a job in the background has it ignore Ctrl-C, and so would all that it begins.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Clear away more rarely: it was a sixth of the time."""
    gc.set_threshold(20_000, 20, 20)
