"""Clients that begin at once, each in a process of its own; none waits for ever for another one."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from benchmarks.bounded import FORK

Found = TypeVar("Found")
CLIENTS = 8
START_S = 60
PATIENCE_S = 150
"""For the others to be ready, and for the next answer of any client."""


@dataclass(frozen=True)
class Meeting:
    """Where the clients wait for each other, and tell what they found."""

    barrier: Any
    told: Any

    def wait(self) -> None:
        """Return when everybody is ready. Raises BrokenBarrierError where somebody will never be."""
        self.barrier.wait(START_S)


def together(work: Callable[..., Found], *arguments: Any) -> list[Found]:
    """What ``work(number, meeting, *arguments)`` returned for each client.

    Raises RuntimeError when one broke off, TimeoutError when nobody says anything any more.
    """
    meeting = Meeting(FORK.Barrier(CLIENTS), FORK.Queue())
    crowd = [
        FORK.Process(target=one, args=(work, number, meeting, arguments), daemon=True)
        for number in range(CLIENTS)
    ]
    for process in crowd:
        process.start()
    try:
        return [next_of(meeting) for _ in crowd]
    finally:
        for process in crowd:
            process.join(1)
            process.kill()


def next_of(meeting: Meeting) -> Any:
    """The answer of the next client that has one."""
    try:
        found, fault = meeting.told.get(timeout=PATIENCE_S)
    except queue.Empty:
        raise TimeoutError(f"no client said anything for {PATIENCE_S} s") from None
    if fault:
        raise RuntimeError(f"a client broke off: {fault}")
    return found


def one(work: Callable[..., Any], number: int, meeting: Meeting, arguments: tuple[Any, ...]) -> None:
    """One client. Who only waited in vain for another one leaves the word to that one."""
    try:
        meeting.told.put((work(number, meeting, *arguments), ""))
    except threading.BrokenBarrierError:
        return
    except Exception as error:
        meeting.told.put((None, f"{type(error).__name__}: {error}"))
        meeting.barrier.abort()
