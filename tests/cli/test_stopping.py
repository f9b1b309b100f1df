"""Being asked to end is never lost, also where something swallows the interruption."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest

from fundsim.cli import progress
from fundsim.cli.stopping import Stopping

ASKED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def stopping(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stopping]:
    """One that nobody has asked yet; afterwards this process hears as it did before."""
    before = [(number, signal.getsignal(number)) for number in ASKED]
    for number in ASKED:  # some of them are ignored where tests run under nohup
        signal.signal(number, signal.SIG_DFL)
    new = Stopping()
    monkeypatch.setattr(progress, "STOPPING", new)
    yield new
    for number, handler in before:
        signal.signal(number, handler)


@pytest.mark.parametrize("quiet", [True, False])
@pytest.mark.parametrize("number", ASKED)
def test_what_a_library_swallows_is_raised_at_the_next_block(
    stopping: Stopping, number: signal.Signals, *, quiet: bool
) -> None:
    stopping.listen()
    with progress.progress_bar(10, quiet=quiet) as told:
        told(1, 10)
        with suppress(KeyboardInterrupt):
            os.kill(os.getpid(), number)
        with pytest.raises(KeyboardInterrupt):
            told(2, 10)


def test_what_is_to_be_ignored_still_is(stopping: Stopping) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as under nohup
    stopping.listen()
    os.kill(os.getpid(), signal.SIGHUP)
    stopping.heed()
