"""Tasks that fail, kill the process that they run in, or say what it is like."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

from fundsim.errors import RunError

_inside = threading.Semaphore(1)


def squared(number: int) -> int:
    """Square a number, but for three."""
    if number == 3:
        message = "three is refused"
        raise RunError(message)
    return number * number


def dies_at(number: int, *, deadly: int, marks: Path, once: bool) -> int:
    """Square a number, but for one that kills its process: `once`, or each time."""
    mark = marks / str(number)
    if number == deadly and not (once and mark.exists()):
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def without_room(number: int) -> int:
    """Fail as a disk does that is full."""
    raise OSError(28, "No space left on device", f"/full/{number}")


def alone(_number: int) -> bool:
    """Say whether no other task runs in this process meanwhile."""
    if not _inside.acquire(blocking=False):
        return False
    time.sleep(0.02)
    _inside.release()
    return True
