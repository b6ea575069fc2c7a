"""Rescue: operations exported from a broken phone, uploaded elsewhere by a person who is signed in."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select

from app.clock import now_ms
from app.database import publish, transaction
from app.exchange.push import posted, stopped, taken
from app.exchange.push_queue import Waiting
from app.people.access.random_tokens import digest, new_token
from app.people.devices.models import Device
from app.stock.book.posting import PushResult, received
from app.words import t
from sync.protocol import OPERATIONS_MAX, Clock, Push

MOST_OPERATIONS = 20_000


Epoch = tuple[int, list[msgspec.Raw]]
"""The number of an epoch, and operations that stand in it."""


def rescued(device: str, epochs: list[Epoch], user_id: int) -> dict[str, Any]:
    """Post the operations as the broken phone would have pushed them, 500 in a transaction.

    An epoch that must stop holds no later one up. Raises what a push raises for the first that did; what
    was posted stays, and a second upload changes nothing.
    """
    received_at = now_ms()
    with transaction() as connection:
        adopt(connection, device, user_id)
    outcomes = [outcome for epoch in epochs for outcome in posted_in_turn(device, epoch, received_at)]
    for result, *_ in outcomes:
        if result.stop:
            raise stopped(result.stop)
    last, sid, head = outcomes[-1]
    verdicts = [verdict for result, *_ in outcomes for verdict in result.verdicts]
    answer = {"sid": sid, "head": head, "device_seq": last.device_seq}
    return {**answer, "server_time": received_at, "verdicts": verdicts}


def posted_in_turn(device: str, epoch: Epoch, received_at: int) -> Iterator[tuple[PushResult, str, int]]:
    """What became of the pushes of one epoch, up to the first that had to stop."""
    for push in pushes_of(device, epoch, received_at):
        outcome = taken(posted([Waiting(received(push, received_at))])[0])
        yield outcome
        if outcome[0].stop:
            return


def pushes_of(device: str, epoch: Epoch, received_at: int) -> list[Push]:
    """Pushes that know no clock of the phone, whichever server they were meant for: its own times count."""
    number, operations = epoch
    starts = range(0, max(1, len(operations)), OPERATIONS_MAX)
    portions = [operations[start : start + OPERATIONS_MAX] for start in starts]
    return [Push(device, number, portion, Clock(wall=received_at)) for portion in portions]


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
