"""Who captured an operation, and what that means for it: permitted or not, or from a device reported lost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from app.database.listed import listed
from app.people.models import User
from app.people.roles import allows
from sync.sentence import NOTHING, Sentence, said
from sync.wire import Captured

NEEDED = "operator"
"""The role from which on a person may move and count goods."""


@dataclass(frozen=True, slots=True)
class Captors:
    """The people and the device behind a push. Times in milliseconds."""

    owner: int | None
    reported_at: int | None
    """From when on the device is not trusted: it was reported lost, or shut out."""
    people: dict[int, tuple[str, int | None]]
    """Role, and since when the account is disabled."""

    def actor_of(self, captured: Captured) -> int | None:
        """Who held the device; the one who enrolled it where the operation does not say."""
        return captured.actor if captured.actor is not None else self.owner

    def permitted(self, actor: int | None) -> bool:
        """Whether the captor's role allows to move and count goods."""
        return actor in self.people and allows(self.people[actor][0], NEEDED)

    def objection(self, actor: int | None, effective_at: int) -> tuple[str, Sentence]:
        """Why an operation of that time is held back: reason and message, both empty where it is not."""
        if self.reported_at is not None and effective_at >= self.reported_at:
            return "device_revoked", said("device_lost")
        disabled_at = self.people[actor][1] if actor in self.people else None
        if disabled_at is not None and effective_at >= disabled_at:
            return "device_revoked", said("account_closed")
        return "", NOTHING


def captors(connection: Connection, device_id: str, captured: Iterable[Captured]) -> Captors:
    """Read who stands behind operations of a device."""
    return captors_of(connection, {device_id: captured})[device_id]


def captors_of(connection: Connection, captured: Mapping[str, Iterable[Captured]]) -> dict[str, Captors]:
    """Read who stands behind operations, by the device that brings them."""
    rows = {row.id: row for row in listed(connection, ("id",), [(device,) for device in captured], DEVICES)}
    named = {one.actor for each in captured.values() for one in each if one.actor is not None}
    named |= {row.user_id for row in rows.values() if row.user_id}
    found = listed(connection, ("person",), [(name,) for name in named], PEOPLE)
    people = {row.id: (row.role, row.disabled_at) for row in found}
    return {device: captors_behind(rows.get(device), people) for device in captured}


def captors_behind(device: Any, people: dict[int, tuple[str, int | None]]) -> Captors:
    """The people behind a device, and since when it is not trusted; None is one that nobody enrolled."""
    if device is None:
        return Captors(None, None, people)
    moments = [moment for moment in (device.revoked_at, device.stolen_at) if moment]
    return Captors(device.user_id, min(moments, default=None), people)


DEVICES = """
SELECT d.id, d.user_id, d.revoked_at, d.stolen_at FROM {wanted} CROSS JOIN device d WHERE d.id = wanted.id"""
PEOPLE = f"""
SELECT u.id, u.role, u.disabled_at FROM {{wanted}} CROSS JOIN "{User.__tablename__}" u
WHERE u.id = wanted.person"""
