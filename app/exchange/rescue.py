"""Rescue: operations exported from a broken phone, uploaded elsewhere by a person who is signed in."""

from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select

from app.clock import now_ms
from app.database import publish, transaction
from app.exchange.push import posted, stopped
from app.people.models import Device
from app.people.tokens import digest, new_token
from app.words import t
from sync.protocol import OPERATIONS_MAX, Clock, Push

MOST_OPERATIONS = 20_000


def rescued(envelope: dict[str, Any], operations: list[msgspec.Raw], user_id: int) -> dict[str, Any]:
    """Post the operations as the broken phone would have pushed them, 500 in a transaction.

    Raises what a push raises; what was posted before stays, and a second upload changes nothing.
    """
    received_at = now_ms()
    with transaction() as connection:
        adopt(connection, envelope["device"], user_id)
    verdicts: list[Any] = []
    for start in range(0, max(1, len(operations)), OPERATIONS_MAX):
        result, now = posted(push_of(envelope, operations[start:][:OPERATIONS_MAX], received_at), received_at)
        if result.stop:
            raise stopped(result.stop)
        verdicts.extend(result.verdicts)
    answer = {"sid": now.sid, "head": now.head, "device_seq": result.device_seq}
    return {**answer, "server_time": received_at, "verdicts": verdicts}


def push_of(envelope: dict[str, Any], operations: list[msgspec.Raw], received_at: int) -> Push:
    """A push that knows no clock of the phone, whichever server it was meant for: its own times count."""
    clock = Clock(wall=received_at)
    return Push(envelope["device"], envelope["epoch"], operations, clock)


def adopt(connection: Connection, device: str, user_id: int) -> None:
    """Know the broken phone, even where this server was restored from before its enrolment.

    Nothing opens a door for it: it must be enrolled as any other before it may speak for itself.
    """
    if connection.execute(select(Device.id).where(Device.id == device)).first():
        return
    row = {"id": device, "name": t("exchange.rescued_device"), "user_id": user_id, "enrolled_at": now_ms()}
    closed = {"credential_hash": digest(new_token()), "credential_expires_at": 0}
    connection.execute(insert(Device).values(**row, **closed))
    publish(connection, [("device", device)])
