"""Failures of a database that may be gone when the request is repeated, and how the caller is told."""

from app.web.errors import Refusal
from app.words import t

WRITING = "tallyman_writing"
"""Execution option of a connection that is about to write."""

LOCK_WAIT_S = 5.0
"""How long a writer waits for its turn before the request is refused."""

RETRY_AFTER_S = 2


def unavailable() -> Refusal:
    """The refusal for a database that is locked, out of space or away; nothing was written."""
    return Refusal(503, "unavailable", t("error.not_stored"), retry_after=RETRY_AFTER_S)
