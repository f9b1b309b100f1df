"""Memory that is given back at once."""

from __future__ import annotations

import ctypes
import gc
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

TRIM, MMAP = -1, -3  # as malloc.h numbers what mallopt sets
LARGE = 32 << 20  # bytes: up to where glibc lets both move by itself, unless one was set


@contextmanager
def given_back() -> Iterator[None]:
    """Free at the end what was made inside and is held by itself alone.

    A calendar refers to its stories, they to their model, and it to the calendar; a figure refers
    to itself. Such circles would otherwise stand, with all their arrays, until Python looks for
    them some time later. What was there before is not looked through, so that this takes no time;
    what the program around has frozen stays so, and then all that it made since is looked through,
    which is slow where that is much. Nothing inside may still be a variable at the end:
    it would be held.
    """
    frozen_before = gc.get_freeze_count() > 0
    if not frozen_before:
        gc.freeze()
    try:
        yield
    finally:
        gc.collect()
        if not frozen_before:
            gc.unfreeze()


@cache
def kept_at_hand() -> None:
    """Have this process keep the memory that it frees, as it does where nobody told it otherwise.

    A Dask worker begins with a malloc that gives every piece back to the system and asks for it
    again, which made a simulation four times as long. Only glibc is told; others do as they do.
    """
    if platform.libc_ver()[0] == "glibc":
        malloc = ctypes.CDLL(None)
        malloc.mallopt(MMAP, LARGE)
        malloc.mallopt(TRIM, 2 * LARGE)
