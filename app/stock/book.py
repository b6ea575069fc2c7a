"""The book: the one place where movements are written. Gather, settle, save."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from sync.protocol import Push, Verdict


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a push was read no further: ``gap`` with the number expected, ``fork`` with the last one known."""

    code: str
    seq: int


@dataclass(frozen=True, slots=True)
class PushResult:
    """What became of a push, in the order of its operations; after a stop only those before it."""

    device_seq: int
    head: int
    verdicts: Sequence[Verdict] = field(default_factory=list)
    stop: Stop | None = None


def post(connection: Connection, push: Push, device_id: str, received_at: int) -> PushResult:
    """Post a push in the caller's write transaction; call it last, it takes the feed position.

    ``device_id`` is the device behind the credential, ``received_at`` the server's time in milliseconds.
    A ``stop`` in the result means 409: commit, then answer it with the verdicts of what came before.
    """
    raise NotImplementedError
