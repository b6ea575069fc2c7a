"""Devices that could have sent what they hold and have not: somebody must look at them."""

from typing import Protocol

ONLINE_MS = 2 * 60_000
"""A device that spoke to us so lately has a connection."""
LATE_MS = 5 * 60_000
"""What a device with a connection has not sent after so long is late."""


class Said(Protocol):
    """What a device last said of itself. Times are milliseconds."""

    @property
    def contact_at(self) -> int | None:
        """When it spoke to us last."""

    @property
    def pending(self) -> int:
        """How many operations it held then."""

    @property
    def oldest_unsent_at(self) -> int | None:
        """When the oldest of them was captured."""


def is_online(device: Said, now: int) -> bool:
    """Whether a device has spoken to us lately."""
    return now - (device.contact_at or 0) <= ONLINE_MS


def is_late(device: Said, now: int) -> bool:
    """Whether a device could have sent what it still holds."""
    oldest = device.oldest_unsent_at
    return device.pending > 0 and oldest is not None and is_online(device, now) and now - oldest > LATE_MS
