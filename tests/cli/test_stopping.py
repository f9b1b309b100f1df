"""Being asked to end is never lost, also where something swallows the interruption."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from fundsim.cli import progress
from fundsim.cli.stopping import Stopping
from tests.cli.test_studying import called
from tests.studies.world import RATES, written

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


def ended(group: int) -> bool:
    """Say whether all processes of a group are gone; the last one goes when it hears of it."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_batch_that_is_stopped_keeps_what_is_done_and_says_how_to_go_on(
    tmp_path: Path, workers: str
) -> None:
    rates = [f"{rate / 10:.1f}%" for rate in range(60)]
    vary = {"rates": {"kind": "grid", "values": {RATES: rates}}}
    study, place = written(tmp_path / "in", vary=vary, paths=5_000, years=24), tmp_path / "out"
    words = [sys.executable, "-m", "fundsim", "batch", str(study), "--out", str(place)]
    with subprocess.Popen(
        [*words, "--workers", workers],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        while running.poll() is None and len(list(place.glob("pieces/*.npy"))) < 3:
            time.sleep(0.02)
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does
        said = running.communicate(timeout=10)
    assert running.returncode == 130
    assert said == ("", "\nstopped; what is done is kept, and the same command goes on\n")
    assert ended(running.pid)
    kept = {path.name for path in place.glob("pieces/*")}
    assert 3 <= len(kept) < len(rates)
    assert all(name.endswith(".npy") for name in kept)
    assert called("verify", place).exit_code != 0
    told = called("batch", place, "--status").stdout
    assert f"done {len(kept)}, failed 0, open {len(rates) - len(kept)}" in told
