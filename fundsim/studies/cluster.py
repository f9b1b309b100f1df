"""Work sent to a Dask cluster by its address: what `workers` does here, done by other machines.

fundsim starts no cluster and stops none. A task goes out as one packed call, which a worker unpacks
by doing it: to scheduler and network it is bytes, so that a worker that cannot read it says so, and
does not fall over it. Each one carries the versions that it expects, since workers may join late.

Dask hands a task out again when its worker dies, as often as the scheduler's `allowed-failures`
says. One that was given up so runs once more at the end, alone: it may have been in bad company.
"""

from __future__ import annotations

import asyncio
import json
import logging
import pickle
import platform
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fundsim import __version__
from fundsim.errors import RunError
from fundsim.memory import kept_at_hand
from fundsim.studies.workers import EACH, KILLED, Done, Failed, RunAll, Task, answered
from fundsim.wording import counted

if TYPE_CHECKING:
    from distributed import Client, Future

ANSWER = 5.0  # seconds in which a scheduler is to answer the first time
SILENCE = 30.0  # seconds in which it is to answer later, when it may be busy
PATIENCE = 60.0  # seconds without any worker
A_WHILE = 1.0  # seconds between two looks at who is there

SPOKEN = ("dask", "distributed")  # which have to understand each other, at the scheduler too
RECKONING = ("numpy", "scipy", "simpy", "pydantic")  # which a scenario and its figures depend on
LOUD = ("distributed", "distributed.client", "distributed.gc", "tornado", "asyncio")

SHOWN = 3  # workers in a message
KEPT = "and go on: what is done is kept"

_one_at_a_time = threading.Lock()  # of this process: a worker may have several threads


@contextmanager
def cluster(scheduler: str, tell: Callable[[str], None]) -> Iterator[RunAll]:
    """Connect to a scheduler, and give what does tasks on its workers; `tell` is told of them.

    `scheduler` is an address, or the file that a scheduler has written its own into. RunError: it
    does not answer, has no workers for a minute, or they are of other versions than this process.
    """
    address = _address_of(scheduler)
    with _quietly(), _connected(address) as client:
        hands = _Hands(client, address, tell)
        while not hands.counted():
            time.sleep(A_WHILE)
        _refuse_others(client, address)
        hands.introduce()
        yield _Crew(client, address, hands)


def _address_of(scheduler: str) -> str:
    path = Path(scheduler)
    if ":" in scheduler and not path.is_file():
        return scheduler
    try:
        return str(json.loads(path.read_text("utf-8"))["address"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = (
            f"{path} is neither the file of a Dask scheduler nor an address; give the file that it "
            "was started with, dask scheduler --scheduler-file FILE, or an address, as "
            "tcp://127.0.0.1:8786"
        )
        raise RunError(message) from error


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        message = "a Dask cluster needs distributed; install it with: pip install distributed"
        raise RunError(message) from error
    try:
        asyncio.run(_reach(address))  # a client that cannot be made does not end well
        with dask.config.set({"distributed.admin.low-level-log-length": 0}):  # of tasks, whole
            client = Client(address, timeout=ANSWER, set_as_default=False)
    except Exception as error:  # what answers may be no scheduler, and say anything
        message = (
            f"no Dask scheduler answers at {address} ({_first_line(error)}); start one, as "
            "dask scheduler --host 127.0.0.1 --no-dashboard, or give its address, as "
            "tcp://127.0.0.1:8786; with TLS it is tls://, and Dask's own settings name the "
            "certificates"
        )
        raise RunError(message) from error
    try:
        yield client
    finally:
        with suppress(TimeoutError, OSError):  # a scheduler that is gone hears no farewell
            client.close(timeout=ANSWER)


async def _reach(address: str) -> None:
    """Greet a scheduler: what listens may be none, and keep silent for ever."""
    from distributed import Security
    from distributed.comm import connect

    greeting = connect(address, timeout=ANSWER, **Security().get_connection_args("client"))
    try:
        comm = await asyncio.wait_for(greeting, 1.5 * ANSWER)
    except TimeoutError as error:
        message = "something listens, and does not speak as a scheduler does"
        raise RuntimeError(message) from error
    await comm.close()


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep the library's log off stderr: what there is to say is said by fundsim, once."""
    loggers = [logging.getLogger(name) for name in LOUD]
    before = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="distributed")
        with suppress(ImportError):
            import distributed  # noqa: F401 - it sets levels of its own when it is imported
        try:
            for logger in loggers:
                logger.setLevel(logging.CRITICAL + 1)
            yield
        finally:
            for logger, level in zip(loggers, before, strict=True):
                logger.setLevel(level)


# Who is there, and whether they are alike


@cache
def versions() -> Mapping[str, str]:
    """Say on which versions this process's figures, and its talk with others, depend."""
    from importlib.metadata import version

    found = {name: version(name) for name in (*RECKONING, *SPOKEN)}
    return {"fundsim": __version__, "Python": _without_patch(platform.python_version()), **found}


def _refuse_others(client: Client, address: str) -> None:
    """Refuse a scheduler or workers of other versions, or without fundsim: all that is wrong."""
    asked = _packed(versions)
    try:
        workers = client.run(pickle.loads, asked, on_error="return", callback_timeout=SILENCE)
        told = client.get_versions()["scheduler"]["packages"]
    except (OSError, TimeoutError) as error:
        raise _gone(address) from error
    known = {name: str(told.get(name)) for name in SPOKEN}
    found = {"the scheduler": known | {"Python": _without_patch(str(told["python"]))}}
    wrong = [f"{place}: {how}" for place, there in found.items() if (how := _other(there))]
    for place, there in workers.items():
        if isinstance(there, OSError):  # it went meanwhile, and its successor says its own versions
            continue
        how = _unable(there) if isinstance(there, Exception) else _other(there)
        wrong += [f"worker {place}: {how}"] if how else []
    if wrong:
        raise RunError(_told_of(address, wrong))


def _told_of(address: str, wrong: Sequence[str]) -> str:
    shown = "; ".join(wrong[:SHOWN])
    if len(wrong) > SHOWN:
        shown += f"; and {len(wrong) - SHOWN:,} more"
    return (
        f"{address} cannot give the figures of this machine: {shown}. Install there what is "
        "installed here (requirements.txt names it), start it again, " + KEPT
    )


def _other(there: Mapping[str, str], here: Mapping[str, str] | None = None) -> str:
    """Say where versions differ; nothing where they do not."""
    here = here or versions()
    return ", ".join(
        f"{name} {found}, here {here[name]}" for name, found in there.items() if found != here[name]
    )


def _unable(error: BaseException) -> str:
    return f"fundsim {__version__} cannot be imported ({_first_line(error)})"


def _without_patch(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _gone(address: str) -> RunError:
    return RunError(f"the Dask scheduler at {address} does not answer any more; start it, {KEPT}")


class _Hands:
    """How many tasks the workers can take, looked at now and then."""

    def __init__(self, client: Client, address: str, tell: Callable[[str], None]) -> None:
        self._client, self._address, self._tell = client, address, tell
        self._threads: Mapping[str, int] = {}
        self._looked = -A_WHILE
        self._alone_since: float | None = None

    def counted(self) -> int:
        """Count the workers' threads. RunError: no scheduler, or no worker for too long."""
        now = time.monotonic()
        if now - self._looked >= A_WHILE:
            self._looked = now
            try:
                self._threads = self._client.nthreads(callback_timeout=SILENCE)
            except (OSError, TimeoutError, AttributeError) as error:  # a closed client has no rpc
                raise _gone(self._address) from error
            self._wait(now)
        return sum(self._threads.values())

    def introduce(self) -> None:
        """Tell how many there are."""
        self._tell(f"{counted(len(self._threads), 'worker')} at {self._address}")
        if max(self._threads.values()) > 1:
            self._tell("a worker simulates one scenario at a time; start it with --nthreads 1")

    def _wait(self, now: float) -> None:
        if self._threads:
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = now
            self._tell(f"no worker at {self._address}; waiting {PATIENCE:.0f} seconds for one")
        elif now - self._alone_since > PATIENCE:
            message = (
                f"{self._address} has no worker; start some, as dask worker {self._address} "
                f"--nworkers 2 --nthreads 1 --no-dashboard, {KEPT}"
            )
            raise RunError(message)


# Doing tasks


class _Crew:
    """A cluster's workers, and what they are at."""

    def __init__(self, client: Client, address: str, hands: _Hands) -> None:
        self._client, self._address, self._hands = client, address, hands

    def __call__(
        self, work: Callable[[Task], Done], tasks: Sequence[Task]
    ) -> Iterator[tuple[Task, Done | Failed]]:
        """Do all tasks, as `run_all` does."""
        waiting = deque(range(len(tasks)))
        alone: deque[int] = deque()
        while waiting or alone:
            company = waiting or alone
            together = company is waiting
            for number, answer in self._done(work, tasks, company, together=together):
                if answer is not None:
                    yield tasks[number], answer
                elif together:
                    alone.append(number)
                else:
                    yield tasks[number], Failed(KILLED)

    def _done(
        self,
        work: Callable[[Task], Done],
        tasks: Sequence[Task],
        company: deque[int],
        *,
        together: bool,
    ) -> Iterator[tuple[int, Done | Failed | None]]:
        """Do tasks, few at a time; those that have killed too many workers have no answer."""
        out: dict[str, tuple[int, Future[Any]]] = {}
        back: SimpleQueue[Future[Any]] = SimpleQueue()
        try:
            while company or out:
                most = EACH * self._hands.counted() if together else 1
                while company and len(out) < most:
                    call = _packed(_done_here, versions(), pickle.dumps((work, tasks[company[0]])))
                    future = self._client.submit(
                        pickle.loads, call, key=f"fundsim-{uuid4().hex}", pure=False
                    )
                    future.add_done_callback(back.put)
                    out[future.key] = company.popleft(), future
                with suppress(Empty):
                    future = back.get(timeout=A_WHILE)
                    try:
                        answer = self._answer(future)
                    except TimeoutError:  # its worker died before it was fetched: it is done anew
                        future.add_done_callback(back.put)
                        continue
                    yield out.pop(future.key)[0], answer
        finally:
            for _, future in out.values():
                future.release()

    def _answer(self, future: Future[Any]) -> Any:  # noqa: ANN401 - whatever the work gives
        """Take what came of a task; nothing if its workers died of it."""
        from distributed import KilledWorker

        try:
            return future.result(timeout=SILENCE)
        except KilledWorker:
            return None
        except (RunError, TimeoutError):
            raise
        except Exception as error:
            if future.status != "error":
                raise _gone(self._address) from error
            raise RunError(_told_of(self._address, [f"a worker: {_unable(error)}"])) from error


class _Call:
    """A call that is made where it is unpacked."""

    def __init__(self, do: Callable[..., Any], given: tuple[Any, ...]) -> None:
        self._do, self._given = do, given

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._do, self._given


def _packed(do: Callable[..., Any], *given: Any) -> bytes:  # noqa: ANN401 - whatever `do` takes
    return pickle.dumps(_Call(do, given))


def _done_here(expected: Mapping[str, str], packed: bytes) -> Any:  # noqa: ANN401 - as `_answer`
    """Do a task in a worker, which simulates one at a time however many threads it has.

    RunError: the worker is of other versions than whoever sent the task, or has no place to write.
    """
    other = _other(versions(), expected)
    host = platform.node()
    if other:
        raise RunError(_told_of(host, [f"a worker: {other}"]))
    with _one_at_a_time:
        kept_at_hand()
        work, task = pickle.loads(packed)  # noqa: S301 - a worker does what it is sent
        try:
            return answered(work, task)
        except OSError as error:
            where = f" ({error.filename})" if error.filename else ""
            message = f"{host}, a worker: {error.strerror or error}{where}; make room, {KEPT}"
            raise RunError(message) from error
