"""Snapshot: everything a new phone needs, built once in one read snapshot and shared by all phones."""

import errno
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec
from flask import current_app
from sqlalchemy import Connection, Select, func, select

from app.database import reading
from app.exchange.caller import Caller
from app.exchange.parts import Part, Sealed, keep, seal, sweep, write_whole
from app.exchange.pull import standing
from app.passing import unavailable
from app.people.devices import OFFICE
from app.people.models import Device
from app.server import run_blocking
from app.stock.models import Discrepancy, Quarantine, StockLevel
from app.stock.rows import Row, keys_of, shaped, source

ENTITIES = ("location", "item", "lot", "stock", "serial", "discrepancy")
"""What every phone gets, in the order in which a phone can begin to work with it."""

SPAN = 8192
"""Ids of one part: whole ranges, so that a change of one row changes one part only."""

STEP = 1000
"""Rows read before other requests get their turn."""

STALE_CHANGES = 5000
"""Further changes after which a new snapshot is cheaper for a phone than catching up from the old one."""

MOST_OWN = 1000
NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)

building = threading.Lock()
"""One builder in a process; the others wait for what it builds."""


@dataclass(frozen=True)
class Manifest:
    """A snapshot: what it is a snapshot of, and its parts."""

    sid: str
    cursor: int
    checksum: int
    parts: list[Part]


def snapshot(caller: Caller) -> dict[str, Any]:
    """The snapshot's list of parts, and the caller's own rows, which are not shared.

    Raises Refusal 503 where the disk is full.
    """
    manifest = fresh_manifest()
    parts = [{"hash": part.hash, "bytes": part.bytes, "rows": part.rows} for part in manifest.parts]
    with reading() as connection:
        own = own_rows(connection, caller)
    return {
        "sid": manifest.sid,
        "cursor": manifest.cursor,
        "checksum": manifest.checksum,
        "parts": parts,
        "own": own,
    }


def own_rows(connection: Connection, caller: Caller) -> dict[str, list[Row]]:
    """What only this caller gets: a device the outcomes of its operations, the office the devices."""
    if caller.device is None:
        carried = source("device").where(Device.__table__.c.id != OFFICE).limit(MOST_OWN)
        return {"device": shaped(connection, "device", connection.execute(carried))}
    latest = source("outcome").where(Quarantine.device_id == caller.device_id)
    newest_first = latest.order_by(None).order_by(Quarantine.id.desc()).limit(MOST_OWN)
    return {"outcome": shaped(connection, "outcome", connection.execute(newest_first))[::-1]}


def folder() -> Path:
    """Where the parts are kept."""
    path: Path = current_app.config["TALLYMAN"].home / "snapshots"
    path.mkdir(parents=True, exist_ok=True)
    return path


def fresh_manifest() -> Manifest:
    """The newest snapshot while it will do, else one that is built now."""
    with full_disk_refused():
        found = kept_manifest()
        if found:
            return found
        with building:
            return kept_manifest() or build()


def kept_manifest() -> Manifest | None:
    """The snapshot that is on disk, unless it is of another incarnation or too far behind."""
    try:
        found = msgspec.json.decode((folder() / "manifest.json").read_bytes(), type=Manifest)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None
    with reading() as connection:
        now = standing(connection)
    fits = found.sid == now.sid and max(now.floor, now.head - STALE_CHANGES) <= found.cursor <= now.head
    return found if fits else None


def build() -> Manifest:
    """Read everything in one read snapshot, write its parts, and sweep what nobody needs any more."""
    place, parts = folder(), []
    with reading() as connection:
        now = standing(connection)
        for sealed in sealed_parts(connection):
            run_blocking(keep, place, sealed)
            parts.append(sealed.part)
    manifest = Manifest(now.sid, now.head, now.checksum, parts)
    write_whole(place / "manifest.json", msgspec.json.encode(asdict(manifest)))
    sweep(place, {part.hash for part in parts}, time.time())
    return manifest


def sealed_parts(connection: Connection) -> Iterator[Sealed]:
    """Every part, one short step of work at a time so that other requests are answered in between."""
    for entity in ENTITIES:
        for rows in spans(connection, entity):
            yield from run_blocking(seal, entity, rows)


def spans(connection: Connection, entity: str) -> Iterator[list[Row]]:
    """The rows of an entity in whole ranges of ids; a range that holds very many in several."""
    first = keys_of(entity)[0]
    low = connection.scalar(select(func.min(first)))
    while low is not None:
        low -= low % SPAN
        query = present(entity).where(first >= low, first < low + SPAN)
        rows: list[Row] = []
        for entries in connection.execute(query).partitions(STEP):
            rows.extend(shaped(connection, entity, entries))
            time.sleep(0)
            if len(rows) >= 2 * SPAN:
                yield rows
                rows = []
        if rows:
            yield rows
        low = connection.scalar(select(func.min(first)).where(first >= low + SPAN))


def present(entity: str) -> Select[Any]:
    """The rows that a newcomer needs: no empty cells, nothing that is closed."""
    query = source(entity)
    if entity == "stock":
        return query.where(StockLevel.quantity != 0)
    return query.where(Discrepancy.closed_at.is_(None)) if entity == "discrepancy" else query


@contextmanager
def full_disk_refused() -> Iterator[None]:
    """Answer 503 where the parts cannot be written."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_SPACE:
            raise unavailable() from error
        raise
