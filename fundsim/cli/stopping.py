"""Being asked to end: by Ctrl-C, or by whoever ends processes."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

NOTHING = "nothing half-written was left"


class Stopping:
    """Whether this process was asked to end.

    A request interrupts whatever runs, as Ctrl-C does. Python cannot always pass that on: a library
    that is being imported may take it for a missing part, and what is raised while an object is
    cleared away is dropped. So it is also remembered, and raised again between two blocks of paths.
    """

    def __init__(self) -> None:
        self.asked = False
        self.left = NOTHING

    @contextmanager
    def leaving(self, left: str) -> Iterator[None]:
        """Say what is left behind where what runs meanwhile is interrupted; told at the end."""
        before, self.left = self.left, left
        yield
        self.left = before

    def listen(self) -> None:
        """Take Ctrl-C and requests to end from now on; one that is to be ignored still is."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._hear)

    def _hear(self, _number: int, _frame: object) -> NoReturn:
        self.asked = True
        raise KeyboardInterrupt

    def heed(self) -> None:
        """Interrupt what runs if that was asked and has not come to pass."""
        if self.asked:
            raise KeyboardInterrupt


STOPPING = Stopping()
"""Of this process."""
