"""Memory that is given back at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def given_back() -> Iterator[None]:
    """Free at the end what was made inside and is held by itself alone.

    A calendar refers to its stories, they to their model, and it to the calendar: such circles
    would otherwise stand, with all their arrays, until Python looks for them some blocks later.
    What was there before is not looked through, so that this takes no time. Nothing inside may be
    a variable of the function that asks for this: it would still be held.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()
