"""How far a simulation is, and how long it still takes: a bar on a terminal, or a line a minute."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import click

from fundsim.cli.stopping import STOPPING

A_MINUTE = 60.0
A_MOMENT = 1.0  # seconds in which those that began together end their first tasks
A_WHILE = 10.0  # seconds beside which it does not count how long processes take to start


class Pace:
    """How long what is left will take, at the pace from the first on that was done.

    Processes take a while to start, and then end their first tasks together: what is done in the
    moment after the first is what the pace is reckoned from. Before there is one, it is reckoned
    from the beginning, if that is long ago.
    """

    def __init__(self, began: float) -> None:
        self.began, self._first = began, began
        self._from: tuple[float, int] | None = None

    def left(self, now: float, done: int, total: int) -> float | None:
        """Give the seconds that are left, or None where nothing can be said yet.

        >>> pace = Pace(0.0)  # two processes, of which each takes ten seconds a task
        >>> [pace.left(*told, 8) for told in ((12.0, 1), (12.5, 2), (22.0, 3), (22.5, 4))]
        [84.0, 37.5, 47.5, 20.0]
        """
        if self._from is None:
            self._first = now
        if self._from is None or now - self._first < A_MOMENT:
            self._from = now, done
        since, before = self._from
        if now - since >= A_MOMENT and done > before:
            return (now - since) / (done - before) * (total - done)
        enough = done > 0 and now - self.began >= A_WHILE
        return (now - self.began) / done * (total - done) if enough else None


@contextmanager
def progress_bar(total: int, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Give a function that is told (paths done, of how many), and heeds requests to end."""
    with _shown(total, quiet=quiet) as show:

        def told(done: int, of: int) -> None:
            STOPPING.heed()
            show(done, of)

        yield told


@contextmanager
def _shown(total: int, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    pace = Pace(time.monotonic())
    if quiet:
        yield lambda _done, _total: None
    elif sys.stderr.isatty():
        with click.progressbar(
            length=total,
            label="simulating",
            file=sys.stderr,
            show_eta=False,
            show_pos=True,
            item_show_func=lambda left: left or "",
        ) as bar:

            def update(done: int, of: int) -> None:
                left = pace.left(time.monotonic(), done, of)
                bar.update(done - bar.pos, _said(left) if done < of else "")

            yield update
    else:
        yield _log_lines(pace)


def _said(left: float | None) -> str:
    return "" if left is None else f"{timedelta(seconds=round(left))} left"


def _log_lines(pace: Pace) -> Callable[[int, int], None]:
    last = pace.began

    def log(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        left = _said(pace.left(now, done, total))
        if now - last >= A_MINUTE:
            last = now
            told = f"simulated {done:,} of {total:,} paths"
            click.echo(f"{told}, {left}" if left else told, err=True)

    return log
