"""Memory is given back at the end of a block, and a program's own frozen memory is left alone."""

from __future__ import annotations

import gc
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import ref

import pytest

from fundsim.memory import given_back


class Circle:
    def __init__(self) -> None:
        self.own = self


@contextmanager
def frozen(*, before: bool) -> Iterator[None]:
    """A program that has frozen its memory, or has not."""
    gc.disable()  # nothing is cleared away that was not asked for
    if before:
        gc.freeze()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


@pytest.mark.parametrize("before", [False, True])
def test_what_refers_to_itself_is_gone_and_what_was_frozen_stays_frozen(*, before: bool) -> None:
    with frozen(before=before):
        count = gc.get_freeze_count()
        with given_back():
            circle = Circle()
            seen = ref(circle)
            del circle
            assert seen() is not None
        assert seen() is None
        assert bool(gc.get_freeze_count()) == bool(count) == before


def test_a_block_within_a_block_gives_back_its_own() -> None:
    with frozen(before=False):
        with given_back():
            outer = Circle()
            first = ref(outer)
            with given_back():
                inner = Circle()
                second = ref(inner)
                del inner
            assert (first() is outer, second()) == (True, None)
            assert gc.get_freeze_count() > 0
            del outer
        assert first() is None
        assert gc.get_freeze_count() == 0


FAULTS = """
import resource, sys
import numpy as np
from fundsim.memory import kept_at_hand
if "keep" in sys.argv:
    kept_at_hand()
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(100):
        np.ones(100_000)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
faults()
print(faults())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is told")
def test_memory_stays_at_hand_in_a_process_that_was_told_to_give_it_back() -> None:
    """As a Dask worker is told; each array is of 196 pages, which it asks for again each time."""
    told = os.environ | {"MALLOC_TRIM_THRESHOLD_": "65536"}
    found = [
        int(subprocess.check_output([sys.executable, "-c", FAULTS, *words], env=told))
        for words in ((), ("keep",))
    ]
    assert found[0] > 100 * 190
    assert found[1] < 200
