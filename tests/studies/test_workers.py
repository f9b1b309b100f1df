"""Processes that die: no task is lost, and the one that kills is named."""

from __future__ import annotations

import multiprocessing
import time
from functools import partial
from pathlib import Path

import pytest

from fundsim.studies.workers import KILLED, Failed, run_all
from tests.studies.tasks import dies_at, squared


def test_every_task_has_its_answer() -> None:
    for workers in (1, 2):
        found = dict(run_all(squared, range(8), workers))
        assert {n: v for n, v in found.items() if n != 3} == {n: n * n for n in range(8) if n != 3}
        assert isinstance(found[3], Failed)
        assert str(found[3]) == "three is refused"


def test_a_killed_process_loses_no_task(tmp_path: Path) -> None:
    found = dict(run_all(partial(dies_at, deadly=5, marks=tmp_path, once=True), range(10), 2))
    assert found == {n: n * n for n in range(10)}


def test_a_task_that_always_kills_is_named_and_the_others_are_done(tmp_path: Path) -> None:
    found = dict(run_all(partial(dies_at, deadly=5, marks=tmp_path, once=False), range(10), 2))
    assert str(found.pop(5)) == KILLED
    assert found == {n: n * n for n in range(10) if n != 5}


def _slept(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def test_who_stops_does_not_wait_for_tasks_that_are_out() -> None:
    answers = run_all(_slept, [0.0, 600.0, 600.0, 600.0], 2)
    assert next(answers) == (0.0, 0.0)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        answers.throw(KeyboardInterrupt)
    assert time.monotonic() - began < 10
    assert multiprocessing.active_children() == []
