"""What the measurement of coverage passes over: long work in which not a line of ours is run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from coverage import Coverage


@contextmanager
def unmeasured() -> Iterator[None]:
    """Run what is not fundsim's at full speed.

    Until Python 3.12 a tracer that looks for lines of ours slows every other line too, to half.
    """
    measuring = Coverage.current()
    if measuring is None:
        yield
        return
    measuring.stop()
    try:
        yield
    finally:
        measuring.start()
