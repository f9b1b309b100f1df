"""A Dask cluster does what this machine would have done: the same bytes, whatever happens to it."""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster

from fundsim.errors import RunError
from fundsim.studies import Plan
from fundsim.studies import cluster as room
from fundsim.studies.cluster import cluster
from fundsim.studies.pieces import Pieces
from fundsim.studies.running import carry_out
from fundsim.studies.table import table_of
from fundsim.studies.workers import KILLED, Failed
from tests.studies.tasks import alone, dies_at, squared, without_room
from tests.studies.world import RATES, plan_of

ROOT = Path(__file__).parents[2]
DASK = [sys.executable, "-m", "dask"]
STOPPED = "stopped; what is done is kept, and the same command goes on"
LOST_AT_ONCE = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
STRANGERS = {
    "old": "import fundsim\nfundsim.__version__ = '0.0.9'\n",
    "without": "import sys\nsys.modules['fundsim'] = None\n",
}


@dataclass(frozen=True)
class World:
    """A scheduler, and workers that its tasks may kill."""

    file: Path
    client: Client

    @property
    def address(self) -> str:
        return str(json.loads(self.file.read_text("utf-8"))["address"])

    def wait(self, there: Callable[[], bool]) -> None:
        until = time.monotonic() + 30
        while not there():
            assert time.monotonic() < until
            time.sleep(0.02)


@contextmanager
def begun(*words: str, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of Dask, for a while."""
    here = {**os.environ, "PYTHONPATH": str(ROOT), **env}
    nowhere = subprocess.DEVNULL
    with subprocess.Popen([*DASK, *words], env=here, stdout=nowhere, stderr=nowhere) as process:
        try:
            yield process
        finally:
            process.terminate()


def worker(file: Path, *words: str) -> Any:
    where = ["--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
    return begun("worker", "--scheduler-file", str(file), *where, *words)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    file = tmp_path_factory.mktemp("cluster") / "scheduler.json"
    at = ["--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file)]
    with (
        begun("scheduler", *at, "--dashboard-address", "127.0.0.1:0", **LOST_AT_ONCE),
        worker(file, "--nworkers", "2", "--nthreads", "2"),
        Client(scheduler_file=str(file), set_as_default=False) as client,
    ):
        client.wait_for_workers(2, timeout=30)
        yield World(file, client)


def answers(world: World, work: Callable[[int], Any], count: int) -> dict[int, Any]:
    with cluster(world.address, silent) as crew:
        return dict(crew(work, range(count)))


def silent(_told: str) -> None:
    """Say nothing."""


def many(folder: Path, count: int, paths: int = 250) -> Plan:
    rates = [f"{2 + rate / 10:.1f}%" for rate in range(count)]
    vary = {"rates": {"kind": "grid", "values": {RATES: rates}}}
    return plan_of(folder, vary=vary, paths=paths, years=2)


def made(plan: Plan, place: Path, **how: Any) -> tuple[str, dict[str, bytes]]:
    pieces = Pieces(place)
    carry_out(plan, pieces, **how)
    table = "".join(table_of(plan, pieces).csv())
    return table, {path.name: path.read_bytes() for path in place.iterdir()}


def test_the_same_bytes_and_who_does_it_is_told(world: World, tmp_path: Path) -> None:
    plan, told = many(tmp_path, 6), list[str]()
    with cluster(str(world.file), told.append) as crew:
        found = made(plan, tmp_path / "cluster", crew=crew)
    assert found == made(plan, tmp_path / "here")
    assert told == [
        f"2 workers at {world.address}",
        "a worker simulates one scenario at a time; start it with --nthreads 1",
    ]


def test_a_killed_worker_changes_nothing(world: World, tmp_path: Path) -> None:
    plan = many(tmp_path, 20)
    processes = world.client.run(os.getpid)

    def kill_one(done: int, _of: int) -> None:
        if done == 5 * 250:
            os.kill(next(iter(processes.values())), signal.SIGKILL)

    with cluster(world.address, silent) as crew:
        found = made(plan, tmp_path / "cluster", crew=crew, progress=kill_one)
    assert found == made(plan, tmp_path / "here")
    world.wait(lambda: world.client.run(os.getpid) != processes)


def test_what_a_task_raises_is_its_answer(world: World) -> None:
    found = answers(world, squared, 8)
    assert isinstance(found[3], Failed)
    assert str(found.pop(3)) == "three is refused"
    assert found == {n: n * n for n in range(8) if n != 3}


def test_a_task_that_always_kills_is_named_and_the_others_are_done(
    world: World, tmp_path: Path
) -> None:
    found = answers(world, partial(dies_at, deadly=5, marks=tmp_path, once=False), 10)
    assert str(found.pop(5)) == KILLED
    assert found == {n: n * n for n in range(10) if n != 5}


def test_a_worker_of_several_threads_does_one_task_at_a_time(world: World) -> None:
    assert set(answers(world, alone, 30).values()) == {True}


def test_what_is_answered_is_not_kept(world: World) -> None:
    tasks = [bytes([number]) * 100_000 for number in range(60)]
    with cluster(world.address, silent) as crew:
        list(crew(len, tasks[:5]))
        tracemalloc.start()
        list(crew(len, tasks))
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert kept < 2_000_000


def test_a_worker_without_room_ends_all_and_says_where(world: World) -> None:
    with pytest.raises(RunError, match=r"No space left on device \(/full/\d\); make room"):
        answers(world, without_room, 3)


def test_workers_of_another_version_or_none_are_refused_early_and_late(
    world: World, tmp_path: Path
) -> None:
    before = len(world.client.nthreads())
    for name, content in STRANGERS.items():
        (tmp_path / f"{name}.py").write_text(content, "utf-8")
    words = {name: ("--preload", str(tmp_path / f"{name}.py"), "--no-nanny") for name in STRANGERS}
    with cluster(world.address, silent) as crew:
        with worker(world.file, *words["old"]), worker(world.file, *words["without"]):
            world.wait(lambda: len(world.client.nthreads()) == before + 2)
            with pytest.raises(RunError) as early:
                answers(world, squared, 1)
            with pytest.raises(RunError) as late:
                list(crew(alone, range(100)))
        world.wait(lambda: len(world.client.nthreads()) == before)
    assert "fundsim 0.0.9, here 0.1.0" in str(early.value)
    assert "fundsim 0.1.0 cannot be imported (" in str(early.value)
    assert "cannot give the figures of this machine: a worker: fundsim" in str(late.value)


def test_a_stopped_batch_says_one_thing_and_goes_on_to_the_same_bytes(
    world: World, tmp_path: Path
) -> None:
    plan, place = many(tmp_path, 12, paths=5_000), tmp_path / "out"
    study = [str(tmp_path / "study.toml"), "--out", str(place), "--scheduler", world.address]
    words = [sys.executable, "-m", "fundsim", "batch", *study]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as running:
        world.wait(lambda: any(place.glob("pieces/*.npy")))
        running.send_signal(signal.SIGINT)
        _, told = running.communicate()
    assert running.returncode == 130
    assert [line for line in told.splitlines() if line][2:] == [STOPPED]
    assert 0 < len(list(place.glob("pieces/*.npy"))) < 12
    world.wait(lambda: not world.client.run_on_scheduler(tasks_at))
    with cluster(world.address, silent) as crew:
        found = made(plan, place / "pieces", crew=crew)
    assert found == made(plan, tmp_path / "here")


def tasks_at(dask_scheduler: Any) -> int:
    return len(dask_scheduler.tasks)


# Clusters that are not as they should be


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:9", "http://127.0.0.1:9", "tls://127.0.0.1:9"]
)
def test_a_scheduler_that_does_not_answer_is_told_soon(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "ANSWER", 0.2)
    began = time.monotonic()
    with pytest.raises(RunError, match=f"no Dask scheduler answers at {address} "):
        cluster(address, silent).__enter__()
    assert time.monotonic() - began < 5


def test_what_listens_and_keeps_silent_is_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "ANSWER", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = "tcp://{}:{}".format(*mute.getsockname())
        with pytest.raises(RunError, match="something listens, and does not speak"):
            cluster(address, silent).__enter__()


def test_a_file_that_names_no_scheduler_is_refused(tmp_path: Path) -> None:
    (tmp_path / "there.json").write_text("{}", "utf-8")
    for name in ("there.json", "not there.json", "nonsense"):
        with pytest.raises(RunError, match=f"{name} is neither the file of a Dask scheduler nor"):
            cluster(str(tmp_path / name), silent).__enter__()


def test_no_worker_is_told_and_waited_for_a_while(
    small: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "PATIENCE", 0.2)
    monkeypatch.setattr(room, "A_WHILE", 0.1)
    told = list[str]()
    with pytest.raises(RunError, match="has no worker; start some, as dask worker tcp://127"):
        cluster(small.scheduler_address, told.append).__enter__()
    assert told == [f"no worker at {small.scheduler_address}; waiting 0 seconds for one"]


def test_a_scheduler_that_goes_is_told_and_what_is_done_is_kept(
    small: LocalCluster, tmp_path: Path
) -> None:
    plan = many(tmp_path, 12)
    small.scale(1)

    def stop(done: int, _of: int) -> None:
        if done == 3 * 250:
            small.close()

    with (
        pytest.raises(RunError, match="does not answer any more; start it, and go on: what is"),
        cluster(small.scheduler_address, silent) as crew,
    ):
        made(plan, tmp_path / "kept", crew=crew, progress=stop)
    assert len(list((tmp_path / "kept").iterdir())) >= 3
    assert made(plan, tmp_path / "kept") == made(plan, tmp_path / "here")


def test_without_the_extra_one_message_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RunError, match="install it with: pip install distributed"):
        cluster("tcp://127.0.0.1:9", silent).__enter__()


@pytest.fixture
def small() -> Iterator[LocalCluster]:
    """A scheduler in this process, yet without workers."""
    with LocalCluster(
        n_workers=0,
        processes=False,
        threads_per_worker=1,
        host="127.0.0.1",
        protocol="tcp://",
        dashboard_address="127.0.0.1:0",
    ) as found:
        yield found
