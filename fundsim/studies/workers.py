"""Work spread over processes that may die: every task has its answer, or why it has none.

The pools of the standard library share one pipe among all workers: who is killed while it writes
leaves half an answer there, and the pool waits for the rest for ever. So each worker has a pipe of
its own here, which ends with it. The task that it was at has then seen a death, and is done again;
one that has seen two runs alone, in case it wants more memory than company leaves, and is given up
if it kills once more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from typing import Generic, Protocol, TypeVar

from fundsim.errors import FundsimError
from fundsim.processes import Hand, hands, those_that_tell

Task = TypeVar("Task")
Done = TypeVar("Done")

DEATHS = 2  # that a task may see in company before it runs alone
EACH = 2  # tasks handed out a worker, while there are enough: one runs, one waits at hand

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
    yield from _Crew(work, tasks).do(workers)


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
    """Processes, what each is at, and how many deaths each task has seen."""

    def __init__(self, work: Callable[[Task], Done], tasks: Sequence[Task]) -> None:
        self._work, self._tasks = work, tasks
        self._deaths: dict[int, int] = {}
        self._alone: deque[int] = deque()

    def do(self, workers: int) -> Iterator[tuple[Task, Done | Failed]]:
        yield from self._done(deque(range(len(self._tasks))), workers)
        yield from self._done(self._alone, 1)

    def _done(self, waiting: deque[int], workers: int) -> Iterator[tuple[Task, Done | Failed]]:
        """Do what waits; what has seen too many deaths is put aside, or at last given up."""
        out: dict[Hand, deque[int]] = {}
        try:
            while waiting or any(out.values()):
                self._hand_out(waiting, out, workers)
                for hand in those_that_tell(out):
                    try:
                        answer = hand.told()
                    except EOFError:
                        hand.end()
                        yield from self._died(out.pop(hand), waiting)
                    else:
                        yield self._tasks[out[hand].popleft()], answer
        finally:
            for hand in out:
                hand.end()

    def _hand_out(self, waiting: deque[int], out: dict[Hand, deque[int]], workers: int) -> None:
        """Hand out what waits, to whoever has least; processes are begun as far as they lack."""
        left = len(waiting) + sum(map(len, out.values()))
        begun = hands(partial(answered, self._work), min(workers, left) - len(out))
        out.update((hand, deque()) for hand in begun)
        most = EACH if len(waiting) > EACH * workers else 1
        while waiting:
            hand = min(out, key=lambda one: len(out[one]))
            if len(out[hand]) >= most:
                return
            hand.ask(self._tasks[waiting[0]])
            out[hand].append(waiting.popleft())

    def _died(self, left: deque[int], waiting: deque[int]) -> Iterator[tuple[Task, Done | Failed]]:
        """Count a death for the task that a process was at, and have what it had left done."""
        if left:
            number = left.popleft()
            self._deaths[number] = seen = self._deaths.get(number, 0) + 1
            if seen > DEATHS:
                yield self._tasks[number], Failed(KILLED)
            else:
                (self._alone if seen == DEATHS else waiting).append(number)
        waiting.extendleft(reversed(left))
