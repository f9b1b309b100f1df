"""A batch that is killed, whatever it is doing, and goes on to the same bytes."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.studies.world import RATES, written

RUNS, SOME = 200, 40
KILLS = 5
FEW = 30  # runs between two kills at most, so that there is something left to kill


def of_rates(folder: Path, number: int) -> Path:
    """Write a study of so many rates, each run of which has an answer of 40 kB."""
    rates = [f"{rate / 100:.2f}%" for rate in range(number)]
    vary = {"rates": {"kind": "grid", "values": {RATES: rates}}}
    return written(folder, vary=vary, paths=2_500, years=2)


def begun(study: Path, place: Path, workers: str) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "fundsim", "batch", str(study), "--out", str(place), "--quiet"]
    return subprocess.Popen([*words, "--workers", workers], stderr=subprocess.DEVNULL)


def done(place: Path) -> int:
    return len(list((place / "pieces").glob("*.npy")))


def contents(place: Path) -> dict[str, bytes]:
    files = (path for path in place.rglob("*") if path.is_file())
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in files}


def test_a_batch_killed_five_times_comes_to_the_same_bytes(tmp_path: Path) -> None:
    study = of_rates(tmp_path, RUNS)
    whole, place = tmp_path / "whole", tmp_path / "killed"
    assert begun(study, whole, "2").wait() == 0
    chance = random.Random(20200924)  # noqa: S311 - it guards nothing
    for _ in range(KILLS):
        enough = done(place) + chance.randrange(1, FEW)
        with begun(study, place, "2") as running:
            while running.poll() is None and done(place) < enough:
                time.sleep(0.001)
            time.sleep(chance.random() / 20)
            running.send_signal(signal.SIGKILL)
        assert running.returncode == -signal.SIGKILL
        assert 0 < done(place) < RUNS
        assert not (place / "manifest.json").exists()
    assert begun(study, place, "2").wait() == 0
    assert contents(place) == contents(whole)


def test_two_processes_on_one_folder_do_each_other_no_harm(tmp_path: Path) -> None:
    study = of_rates(tmp_path, SOME)
    whole, place = tmp_path / "whole", tmp_path / "both"
    assert begun(study, whole, "1").wait() == 0
    both = [begun(study, place, workers) for workers in ("1", "2")]
    assert [running.wait() for running in both] == [0, 0]
    assert contents(place) == contents(whole)


def test_a_killed_worker_changes_nothing(tmp_path: Path) -> None:
    study = of_rates(tmp_path, SOME)
    whole, place = tmp_path / "whole", tmp_path / "killed"
    assert begun(study, whole, "1").wait() == 0
    with begun(study, place, "2") as running:
        while running.poll() is None and not done(place):
            time.sleep(0.001)
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(running.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        last = int(children.stdout.split()[-1])  # the first one is none of the workers
        os.kill(last, signal.SIGKILL)
        assert done(place) < SOME
        assert running.wait() == 0
    assert contents(place) == contents(whole)


def test_a_write_that_fails_loses_nothing_that_is_done(tmp_path: Path) -> None:
    study = of_rates(tmp_path, 6)
    whole, place = tmp_path / "whole", tmp_path / "short"
    assert begun(study, whole, "1").wait() == 0
    words = [sys.executable, "-m", "fundsim", "batch", str(study), "--out", str(place)]
    assert (
        subprocess.run([*words, "--shard", "0/3"], capture_output=True, check=False).returncode == 0
    )
    kept = contents(place / "pieces")
    assert len(kept) == 2

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))  # a piece is 40 kB

    full = subprocess.run(words, capture_output=True, check=False, preexec_fn=no_room, text=True)
    assert full.returncode == 2
    assert "go on: what is done is kept" in full.stderr
    assert contents(place / "pieces") == kept
    assert subprocess.run(words, capture_output=True, check=False).returncode == 0
    assert contents(place) == contents(whole)
