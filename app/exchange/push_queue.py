"""Pushes that wait for the book at the same moment go into it together: one transaction, one commit.

Nobody waits longer for it: a push that comes alone is posted at once, and those that come while the book is
taken are posted by the first of them that gets its turn.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app

from app.database import passing
from app.stock.book.posting import PushResult, Received
from app.web.errors import Refusal
from sync.protocol import OPERATIONS_MAX

EXTENSION = "tallyman.pushes"

Outcome = tuple[PushResult, str, int] | Refusal
"""What became of a push, with the server's incarnation and the feed's head then; or why it was refused."""


@dataclass(slots=True, eq=False)
class Waiting:
    """A push that waits for the book, what its device told beside it, and what became of it."""

    received: Received
    contact: dict[str, Any] | None = None
    outcome: Outcome | None = None


Work = Callable[[Sequence[Waiting]], Sequence[Outcome]]
"""Posts pushes in one transaction, and tells their outcomes after the commit."""


class PushQueue:
    """The pushes of one process that wait for the book, in the order in which they came."""

    def __init__(self) -> None:
        self.waiting: dict[Waiting, None] = {}
        self.turn = threading.Lock()

    def outcome_of(self, mine: Waiting, work: Work) -> Outcome:
        """What becomes of a push, once it is on the disk. Raises what stopped it, and Refusal 503."""
        self.waiting[mine] = None
        try:
            time.sleep(0)  # those that have come in by now may join
            if not self.turn.acquire(timeout=passing.LOCK_WAIT_S):
                raise passing.unavailable()
            try:
                while mine.outcome is None:
                    self.post(mine, together(self.waiting), work)
            finally:
                self.turn.release()
        finally:
            self.drop([mine])
        return mine.outcome

    def post(self, mine: Waiting, group: list[Waiting], work: Work) -> None:
        """Post a group; where it cannot be posted as one, one push may be to blame: mine is tried alone."""
        try:
            outcomes = work(group)
        except Refusal:
            raise
        except Exception:
            if group == [mine]:
                raise
            group, outcomes = [mine], work([mine])
        for one, outcome in zip(group, outcomes, strict=True):
            one.outcome = outcome
        self.drop(group)

    def drop(self, group: Iterable[Waiting]) -> None:
        """These wait no more."""
        for one in group:
            self.waiting.pop(one, None)


def together(waiting: Iterable[Waiting]) -> list[Waiting]:
    """The first of those that wait, as many as go into the book as one: of a device each, no operation
    named by two, and no more operations than one push may hold."""
    group: list[Waiting] = []
    devices: set[str] = set()
    names: set[str] = set()
    for one in list(waiting):
        own = {heading.id for heading in one.received.headings}
        crowded = len(names) + len(own) > OPERATIONS_MAX
        if group and (crowded or one.received.push.device in devices or not names.isdisjoint(own)):
            break
        group.append(one)
        devices.add(one.received.push.device)
        names |= own
    return group


def pushes() -> PushQueue:
    """The queue of the application."""
    queue: PushQueue = current_app.extensions.setdefault(EXTENSION, PushQueue())
    return queue
