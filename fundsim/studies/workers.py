"""Work spread over processes that may die: every task has its answer, or why it has none.

A process that is killed breaks the whole pool of the standard library. So at most two tasks a
worker are handed out; when a pool breaks, what was out is counted as having seen a death and handed
out again in a new pool; and what has seen two runs alone, so that only the one that kills its
process is given up, by name.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from typing import Generic, Protocol, TypeVar

from fundsim.errors import FundsimError
from fundsim.processes import end_with, undisturbed

Task = TypeVar("Task")
Done = TypeVar("Done")

DEATHS = 2  # that a task may see in company before it runs alone
EACH = 2  # tasks handed out a worker: one runs, one waits at hand

KILLED = "its process was killed each time, at last when it ran alone: it may want more memory"


class RunAll(Protocol):
    """What does tasks as `run_all` does, wherever it does them."""

    def __call__(
        self, work: Callable[[Task], Done], tasks: Sequence[Task]
    ) -> Iterator[tuple[Task, Done | Failed]]:
        """Do all tasks, and give each with its answer as it comes, in any order."""
        ...


class Failed(Exception):  # noqa: N818 - an answer that is none, not an error of ours
    """Why a task has no answer, in words."""


def run_all(
    work: Callable[[Task], Done], tasks: Sequence[Task], workers: int
) -> Generator[tuple[Task, Done | Failed], None, None]:
    """Do all tasks, and give each with its answer as it comes, in any order.

    What `work` raises is that task's answer, and other tasks go on; but for an OSError: a disk that
    is full or a folder that is gone is no task's fault, and ends all.
    """
    if workers == 1:
        for task in tasks:
            yield task, answered(work, task)
        return
    yield from _Crew(work, workers).do(tasks)


def answered(work: Callable[[Task], Done], task: Task) -> Done | Failed:
    """Do one task, and give what it comes to, or why it comes to nothing; an OSError is raised."""
    try:
        return work(task)
    except OSError:
        raise
    except (FundsimError, MemoryError) as error:
        told = str(error).removeprefix("but: ")  # how a scenario that was changed tells its place
        return Failed(told or "there is not enough memory")
    except Exception as error:  # noqa: BLE001 - one run's fault must not take the others with it
        return Failed(f"a fault of fundsim: {type(error).__name__}: {error}")


class _Crew(Generic[Task, Done]):
    """Processes, what they are at, and how many deaths each task has seen."""

    def __init__(self, work: Callable[[Task], Done], workers: int) -> None:
        self._work, self._workers = work, workers
        self._deaths: dict[int, int] = {}

    def do(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Done | Failed]]:
        waiting = deque(range(len(tasks)))
        alone: deque[int] = deque()
        while waiting or alone:
            company = waiting or alone
            for number, answer in self._until_broken(tasks, company, together=company is waiting):
                if answer is not None:
                    yield tasks[number], answer
                    continue
                self._deaths[number] = seen = self._deaths.get(number, 0) + 1
                if seen > DEATHS:
                    yield tasks[number], Failed(KILLED)
                else:
                    (alone if seen == DEATHS else waiting).append(number)

    def _until_broken(
        self, tasks: Sequence[Task], company: deque[int], *, together: bool
    ) -> Iterator[tuple[int, Done | Failed | None]]:
        """Do tasks in one pool; those that were out when it broke are given without an answer."""
        crew = self._workers if together else 1
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(crew, spawn, end_with, (os.getpid(),)) as pool:
            out: dict[Future[Done | Failed], int] = {}
            try:
                while company or out:
                    with undisturbed():
                        while company and len(out) < (EACH * crew if together else 1):
                            number = company[0]
                            out[pool.submit(answered, self._work, tasks[number])] = number
                            company.popleft()
                    for future in wait(out, return_when=FIRST_COMPLETED).done:
                        answer = future.result()
                        yield out.pop(future), answer
            except BrokenExecutor:
                yield from _settled(out)
            except BaseException:
                _end(pool)
                raise
            finally:
                pool.shutdown(cancel_futures=True)


def _end(pool: ProcessPoolExecutor) -> None:
    """End a pool's processes at once: nobody waits for what they are at, and they write nothing."""
    for process in list((pool._processes or {}).values()):  # noqa: SLF001 - public from Python 3.14 on
        process.kill()


def _settled(
    out: dict[Future[Done | Failed], int],
) -> Iterator[tuple[int, Done | Failed | None]]:
    for future, number in out.items():
        finished = future.done() and not future.cancelled() and future.exception() is None
        yield number, future.result() if finished else None
