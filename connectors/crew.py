"""Reading ahead: several lists at once, or one list while its last page is still being worked on.

Each hand is a thread with a connection of its own; whoever takes the pages stays in their own
thread and is the only one who makes facts of them or keeps anything. At most two pages a hand
wait to be taken, so that memory does not grow with the tracker.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

Client = TypeVar("Client")
Job = TypeVar("Job")
Item = TypeVar("Item")

AHEAD = 2
"""Pages that a hand may be ahead of whoever takes them."""
TICK = 0.1
"""Seconds after which a hand that cannot put a page down looks whether anybody still wants it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[Job, Item]):
    """A page of a job, or its end."""

    job: Job
    item: Item | None = None
    error: Exception | None = None
    """What ended the job before its time."""
    last: bool = False


def read_ahead(
    clients: Sequence[Client],
    jobs: Iterable[Job],
    read: Callable[[Client, Job], Iterator[Item]],
) -> Generator[Step[Job, Item], None, None]:
    """Pages of all jobs as they come; those of one job in order, then its last step.

    A client serves one job at a time. An error of ``read`` ends only its job and is handed out with the
    last step. Closing this generator early stops the hands after the page they are at.
    """
    waiting: Queue[Job] = Queue()
    for job in jobs:
        waiting.put(job)
    left = waiting.qsize()
    steps: Queue[Step[Job, Item]] = Queue(maxsize=AHEAD * len(clients))
    stopped = Event()
    hands = [
        Thread(target=_work, args=(client, waiting, read, steps, stopped), daemon=True)
        for client in clients[: max(1, left)]
    ]
    for hand in hands:
        hand.start()
    try:
        while left:
            step = steps.get()
            left -= step.last
            yield step
    finally:
        stopped.set()
        for hand in hands:
            hand.join()


def _work(
    client: Client,
    waiting: Queue[Job],
    read: Callable[[Client, Job], Iterator[Item]],
    steps: Queue[Step[Job, Item]],
    stopped: Event,
) -> None:
    while not stopped.is_set():
        try:
            job = waiting.get_nowait()
        except Empty:
            return
        error: Exception | None = None
        try:
            for item in read(client, job):
                _put(Step(job=job, item=item), steps, stopped)
                if stopped.is_set():
                    return
        except Exception as raised:
            error = raised
        _put(Step(job=job, error=error, last=True), steps, stopped)


def _put(step: Step[Job, Item], steps: Queue[Step[Job, Item]], stopped: Event) -> None:
    while not stopped.is_set():
        try:
            steps.put(step, timeout=TICK)
        except Full:
            continue
        return
