"""How far a simulation is: a bar on a terminal, a line a minute elsewhere, on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from fundsim.cli.stopping import STOPPING

A_MINUTE = 60.0


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
    if quiet:
        yield lambda _done, _total: None
    elif sys.stderr.isatty():
        with click.progressbar(
            length=total, label="simulating", file=sys.stderr, show_pos=True
        ) as bar:
            yield lambda done, _total: bar.update(done - bar.pos)
    else:
        yield _log_lines()


def _log_lines() -> Callable[[int, int], None]:
    last = time.monotonic()

    def log(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= A_MINUTE:
            last = time.monotonic()
            click.echo(f"simulated {done:,} of {total:,} paths", err=True)

    return log
