"""How far a simulation is: a bar with the time that is left on a terminal, and only there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from fundsim.cli import progress
from fundsim.cli.progress import Pace, progress_bar
from tests.cli.test_studying import called
from tests.studies.world import RATES, written


@contextmanager
def terminal() -> Iterator[list[str]]:
    """Put a real terminal where remarks go; what it was sent is there afterwards."""
    ours, theirs = os.openpty()
    seen: list[str] = []
    before = sys.stderr
    with os.fdopen(theirs, "w", encoding="utf-8") as file:
        sys.stderr = file
        try:
            yield seen
        finally:
            sys.stderr = before
        file.flush()
        os.set_blocking(ours, False)
        with suppress(BlockingIOError):
            seen.append(os.read(ours, 1 << 16).decode())
    os.close(ours)


def lefts(*told: tuple[float, int], total: int = 100) -> list[float | None]:
    pace = Pace(0.0)
    return [pace.left(now, done, total) for now, done in told]


def test_time_that_processes_take_to_start_does_not_count() -> None:
    steady = [(4.0 + second, 2 * second + 2) for second in range(40)]
    told = lefts(*steady)
    assert told[:1] == [None]
    assert told[1:] == [pytest.approx((100 - done) / 2) for _, done in steady[1:]]


def test_what_was_there_before_does_not_count() -> None:
    assert lefts((10.0, 10), (20.0, 20))[-1] == pytest.approx(80)


def test_a_first_task_that_takes_long_says_how_long_the_others_take() -> None:
    assert lefts((600.0, 25)) == [1800.0]
    assert lefts((600.0, 0)) == [None]
    assert lefts((600.0, 100)) == [0.0]


def test_a_bar_says_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "A_MOMENT", 0.05)
    with terminal() as seen, progress_bar(10_000, quiet=False) as told:
        for done in (100, 200, 10_000):
            told(done, 10_000)
            time.sleep(0.1)
    bars = re.findall(r"simulating +\[[#-]+\] +(\d+)/10000(?: +([\d:]+) left)?", seen[0])
    assert [done for done, _ in bars] == ["0", "100", "200", "10000"]
    first, second, third, last = (left for _, left in bars)
    assert (first, second, last) == ("", "", "")
    assert re.fullmatch(r"0:00:\d\d", third)


def test_who_wants_quiet_sees_no_bar() -> None:
    with terminal() as seen, progress_bar(10, quiet=True) as told:
        told(5, 10)
    assert seen == []


@pytest.fixture
def study(tmp_path: Path) -> Path:
    vary = {"rates": {"kind": "grid", "values": {RATES: ["3%", "4%", "5%"]}}}
    return written(tmp_path / "in", vary=vary, paths=250, years=2)


def test_a_study_that_goes_on_counts_only_what_is_left(study: Path, tmp_path: Path) -> None:
    first = called("batch", study, "--shard", "0/3", "--out", tmp_path / "out", "--quiet")
    assert first.exit_code == 0
    words = [sys.executable, "-m", "fundsim", "batch", str(study), "--out", str(tmp_path / "out")]
    with terminal() as seen:
        done = subprocess.run(
            [*words, "--resume"], check=False, stdout=subprocess.PIPE, stderr=sys.stderr
        )
    assert done.returncode == 0
    (text,) = seen
    assert "1 of 3 runs are there already" in text
    assert re.findall(r"(\d+)/(\d+)", text) == [("0", "500"), ("250", "500"), ("500", "500")]


def test_no_bar_where_it_is_no_terminal(study: Path, tmp_path: Path) -> None:
    made = called("batch", study, "--out", tmp_path / "out")
    assert made.exit_code == 0
    assert "simulat" not in made.output


def test_elsewhere_a_line_a_minute_says_what_is_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "A_MINUTE", 0.0)
    monkeypatch.setattr(progress, "A_MOMENT", 0.05)
    with progress_bar(10_000, quiet=False) as told:
        told(100, 10_000)
        time.sleep(0.1)
        told(200, 10_000)
    first, second = capsys.readouterr().err.splitlines()
    assert first == "simulated 100 of 10,000 paths"
    assert re.fullmatch(r"simulated 200 of 10,000 paths, 0:00:\d\d left", second)
