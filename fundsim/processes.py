"""Keeping worker processes and the one that started them together, to the end of either."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

A_WHILE = 1.0  # seconds between two looks


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold Ctrl-C back; a process that is started meanwhile never hears it.

    Ctrl-C goes to every process of a terminal: the one that leads is to hear it and to end the
    others in order, without a word from them.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with(leader: int) -> None:
    """Begin to watch, in a worker, whether the process that leads still lives, and end with it."""

    def watch() -> None:
        while os.getppid() == leader:
            time.sleep(A_WHILE)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def lives(process: int) -> bool:
    """Say whether a process with this number is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        return True
    return True
