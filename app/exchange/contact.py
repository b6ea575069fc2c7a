"""What a device last said of itself: when, how much it still holds, how its clock stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select, update

from app.database import publish, reading, transaction
from app.database.listed import listed
from app.people.devices.models import Device, DeviceEpoch
from app.stock.book.watermark import firm_up

QUIET_MS = 15_000
"""A contact that tells nothing new is written down at most this often."""


@dataclass(frozen=True)
class Settled:
    """How far a device's epoch is settled: sequence number, and effective time of that operation."""

    seq: int = 0
    effective_at: int = 0


@dataclass(frozen=True)
class Report:
    """What a device told at one contact, in the server's time."""

    contact_at: int
    pending: int
    oldest_unsent_at: int | None
    clock_offset_ms: int
    app_version: str | None = None


def report_of(envelope: dict[str, Any], received_at: int, settled: Settled) -> Report:
    """What the envelope says, seen against what is settled.

    What is left to come is counted from the highest number the device gave out: so it holds both for a
    batch that has just been settled, and for a server that was restored and lost some. The oldest time
    is a lower bound, for a device's effective times never run backwards.
    """
    outbox, offset = envelope["outbox"], received_at - envelope["clock"]["wall"]
    told = outbox.get("pending", 0)
    highest = outbox.get("max_seq")
    pending = max(0, highest - settled.seq) if highest is not None else told
    oldest = oldest_unsent(outbox.get("oldest_at"), offset, settled.effective_at, pending > told)
    return Report(
        contact_at=received_at,
        pending=pending,
        oldest_unsent_at=min(oldest, received_at) if pending else None,
        clock_offset_ms=offset,
        app_version=envelope.get("app"),
    )


def oldest_unsent(oldest_at: int | None, offset: int, settled_at: int, lost_here: bool) -> int:
    """Since when something may be missing, in the server's time."""
    if oldest_at is None or lost_here:
        return settled_at
    return max(oldest_at + offset, settled_at)


def is_news(known: Any, report: Report) -> bool:
    """Whether a report must be written: something changed that people see, or the last one is old."""
    changed = (known.pending, known.oldest_unsent_at) != (report.pending, report.oldest_unsent_at)
    updated = report.app_version not in (None, known.app_version)
    return changed or updated or report.contact_at - (known.contact_at or 0) >= QUIET_MS


def note_contact(device: str, envelope: dict[str, Any], received_at: int) -> None:
    """Write down what a device tells of itself, where it is news."""
    with reading() as connection:
        report = news_of(connection, device, envelope, received_at)
    if report:
        with transaction() as connection:
            write_contacts(connection, [(report, device)])


def news_of(connection: Connection, device: str, envelope: dict[str, Any], received_at: int) -> Report | None:
    """What a device tells of itself; None where that is no news."""
    known = connection.execute(KNOWN, {"device": device, "epoch": envelope["epoch"]}).one()
    settled = Settled(known.applied_seq or 0, known.effective_at or 0)
    report = report_of(envelope, received_at, settled)
    return report if is_news(known, report) else None


def news_among(connection: Connection, told: Sequence[tuple[Report, str]]) -> list[tuple[Report, str]]:
    """Those of the reports, each of another device, that are news."""
    known = {row.id: row for row in listed(connection, ("id",), [(device,) for _, device in told], CONTACTS)}
    return [(report, device) for report, device in told if is_news(known[device], report)]


def write_contacts(connection: Connection, news: Sequence[tuple[Report, str]]) -> None:
    """Write down what devices report and tell the office; what nobody can explain any more becomes firm.

    The last thing to do in a transaction.
    """
    for report, device in news:
        connection.execute(TOLD, {"device": device, **values_of(report)})
    if news:
        publish(connection, [("device", device) for _, device in news])
        firm_up(connection, max(report.contact_at for report, _ in news))


def values_of(report: Report) -> dict[str, Any]:
    """The columns of a report."""
    values: dict[str, Any] = {
        "contact_at": report.contact_at,
        "pending": report.pending,
        "oldest_unsent_at": report.oldest_unsent_at,
        "clock_offset_ms": report.clock_offset_ms,
    }
    return values if report.app_version is None else {**values, "app_version": report.app_version}


KNOWN = (
    select(
        Device.contact_at,
        Device.pending,
        Device.oldest_unsent_at,
        Device.app_version,
        DeviceEpoch.applied_seq,
        DeviceEpoch.effective_at,
    )
    .outerjoin(
        DeviceEpoch,
        and_(DeviceEpoch.device_id == Device.id, DeviceEpoch.epoch == bindparam("epoch")),
    )
    .where(Device.id == bindparam("device"))
)
"""What a device said last, and how far its epoch is settled."""
CONTACTS = """
SELECT d.id, d.contact_at, d.pending, d.oldest_unsent_at, d.app_version FROM {wanted} CROSS JOIN device d
WHERE d.id = wanted.id"""
"""What devices said last."""
TOLD = update(Device).where(Device.id == bindparam("device"))
