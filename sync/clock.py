"""When a fact happened: the effective time, computed once, at receipt."""

from dataclasses import dataclass

from sync.sentence import said

EARLIEST = 946_684_800_000
"""2000-01-01: a clock that says less has been reset."""
LATEST = 4_102_444_800_000
"""2100-01-01."""

SESSION_MS = 1_000
"""What a time measured within the page session that speaks may be wrong by."""
OFFSET_MS = 5_000
"""What the wall clock corrected by a measured offset may be wrong by."""
UNMEASURED_MS = 60_000
"""What a wall clock that was never compared with the server's may be wrong by."""
UNCERTAINTY_MAX_MS = 3_600_000
AGREE_MS = 2_000
"""Two measurements of one clock's offset that differ by no more mean that nobody set that clock."""


class BadTime(ValueError):
    """The time of capture cannot be believed."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The moment at which an envelope came in, with the sender's clocks as it was sent. Milliseconds."""

    received_at: int
    wall: int | None = None
    mono: float | None = None
    boot: str | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """What a device's clocks said at capture; ``offset`` is server minus device as last measured then."""

    at: int
    mono: float | None = None
    boot: str | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Effective:
    """Where a fact stands in time, and by how much that may be wrong. Milliseconds."""

    at: int
    uncertainty_ms: int


def effective_time(capture: Capture, receipt: Receipt, previous: int = 0) -> Effective:
    """When a fact happened: never after receipt, never before the device's ``previous`` operation.

    Within the page session that speaks: receipt minus the distance of the monotonic clock; otherwise
    the wall clock plus its measured offset. Raises BadTime for a wall clock outside 2000 to 2100.
    """
    measured = within_session(capture, receipt) or by_wall(capture)
    at = max(min(measured.at, receipt.received_at), previous)
    moved = abs(at - measured.at)
    return Effective(at, min(measured.uncertainty_ms + moved, UNCERTAINTY_MAX_MS))


def within_session(capture: Capture, receipt: Receipt) -> Effective | None:
    """The time by the monotonic clock, where capture and sending share one page session."""
    if capture.mono is None or receipt.mono is None or not capture.boot or capture.boot != receipt.boot:
        return None
    elapsed = receipt.mono - capture.mono
    if elapsed < 0:
        return None
    if slept(capture, receipt, elapsed):
        return by_wall(capture)
    at = round(receipt.received_at - elapsed)
    return Effective(at, SESSION_MS) if at >= EARLIEST else None


def slept(capture: Capture, receipt: Receipt, elapsed: float) -> bool:
    """Whether the device slept since capture: monotonic clocks stop then on most platforms.

    The wall clock is believed against the monotonic one only where its offset is still what it was at
    capture, which says that nobody set it in between.
    """
    if capture.offset is None or receipt.wall is None:
        return False
    unchanged = abs(receipt.received_at - receipt.wall - capture.offset) <= AGREE_MS
    return unchanged and receipt.wall - capture.at > elapsed + AGREE_MS


def by_wall(capture: Capture) -> Effective:
    """The time by the device's wall clock and its offset. Raises BadTime when no clock says such a thing."""
    at = capture.at + (capture.offset or 0)
    if not EARLIEST <= at < LATEST:
        raise BadTime(str(said("captured_when")))
    return Effective(at, UNMEASURED_MS if capture.offset is None else OFFSET_MS)
