"""Worker processes and the one that leads them, together to the end of either."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from typing import Any

from fundsim.memory import kept_at_hand

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


class Hand:
    """A process that does one thing again and again, and has a pipe of its own to be told by.

    The first thing that it is asked is what it does; what it is asked then is done in turn, and is
    to be small, so that to ask is never to wait.
    """

    def __init__(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(theirs, os.getpid()), daemon=True)
        with undisturbed():
            self._process.start()
        theirs.close()

    def ask(self, what: object) -> None:
        """Ask it to do something; one that has died is only found out by `told`."""
        with suppress(OSError):
            self.pipe.send(what)

    def told(self) -> Any:  # noqa: ANN401 - whatever it does gives anything
        """Wait for its next answer; what was raised there is raised. EOFError: it has died."""
        try:
            answer, error = self.pipe.recv()
        except OSError as half:  # of an answer
            raise EOFError from half
        if error is not None:
            raise error
        return answer

    def end(self) -> None:
        """End it at once, whatever it is at."""
        self._process.kill()
        self._process.join()
        self.pipe.close()


def hands(do: Callable[[Any], Any], number: int) -> list[Hand]:
    """Begin processes that all do the same, and import what that needs side by side."""
    begun = [Hand() for _ in range(number)]
    for hand in begun:
        hand.ask(do)
    return begun


def those_that_tell(some: Iterable[Hand]) -> list[Hand]:
    """Wait until some of these have an answer, or have died."""
    every = [*some]
    telling = wait([hand.pipe for hand in every])
    return [hand for hand in every if hand.pipe in telling]


def _serve(pipe: Connection, leader: int) -> None:
    """Do what is asked until nobody is there to ask."""
    end_with(leader)
    kept_at_hand()
    with suppress(EOFError, OSError):
        do = pipe.recv()
        while True:
            what = pipe.recv()
            told: tuple[Any, Exception | None]
            try:
                told = do(what), None
            except Exception as error:  # noqa: BLE001 - raised again by whoever asked
                told = None, error
            pipe.send(told)
