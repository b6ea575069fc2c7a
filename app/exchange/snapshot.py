"""Snapshot: everything a new phone needs, built once in one read snapshot and shared by all phones."""

import errno
import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from flask import current_app
from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from app.database import reading
from app.database.passing import unavailable
from app.exchange.caller import Caller
from app.exchange.parts import Part, Sealed, keep, seal, sweep, write_whole
from app.exchange.pull import checksum_for, standing
from app.exchange.scopes import PLACED, narrowed, scope_key, scope_token
from app.jobs import Task
from app.people.devices.models import Device
from app.people.devices.register import OFFICE
from app.people.sites import Sites, within
from app.server import run_blocking
from app.stock.book.models import StockLevel
from app.stock.discrepancies.models import Discrepancy
from app.stock.feed.row_shapes import Row
from app.stock.feed.rows import SOURCES, keys_of, shaped, source
from app.stock.quarantine.models import Quarantine
from app.warehouse.models import Location
from sync.protocol import COLUMNS

SNAPSHOT = "snapshot"
"""The job that builds one ahead."""

ENTITIES = ("location", "item", "lot", "stock", "serial", "discrepancy")
"""What every phone gets, in the order in which a phone can begin to work with it."""

PLACE_COLUMNS = {"location": 0, "stock": 2, "serial": 3, "discrepancy": 4}
"""Which of the columns that are read names the place."""

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
    scopes: str = ""
    layout: str = ""
    """The columns of the rows in its parts; those of the first versions do not say."""


def snapshot(caller: Caller) -> dict[str, Any]:
    """The snapshot's list of parts, and the caller's own rows, which are not shared.

    Raises Refusal 503 where the disk is full.
    """
    manifest = fresh_manifest(caller.sites)
    parts = [{"hash": part.hash, "bytes": part.bytes, "rows": part.rows} for part in manifest.parts]
    with reading() as connection:
        own = own_rows(connection, caller)
    return {
        "sid": manifest.sid,
        "scopes": manifest.scopes,
        "cursor": manifest.cursor,
        "checksum": manifest.checksum,
        "parts": parts,
        "own": own,
    }


def own_rows(connection: Connection, caller: Caller) -> dict[str, list[Row]]:
    """What is not shared: a device the outcomes of its operations and what it is asked to count, the office
    the devices."""
    if caller.device is None:
        carried = source("device").where(Device.__table__.c.id != OFFICE).limit(MOST_OWN)
        rows = shaped(connection, "device", connection.execute(carried))
        return narrowed(connection, caller.sites, {"device": rows})
    latest = source("outcome").where(Quarantine.device_id == caller.device_id)
    newest_first = latest.order_by(None).order_by(Quarantine.id.desc()).limit(MOST_OWN)
    outcomes = shaped(connection, "outcome", connection.execute(newest_first))[::-1]
    tasks = shaped(connection, "count_task", connection.execute(source("count_task").limit(MOST_OWN)))
    asked = narrowed(connection, caller.sites, {"count_task": tasks} if tasks else {})
    return {"outcome": outcomes, **asked}


def folder() -> Path:
    """Where the parts are kept."""
    path: Path = current_app.config["TALLYMAN"].home / "snapshots"
    path.mkdir(parents=True, exist_ok=True)
    return path


def fresh_manifest(sites: Sites) -> Manifest:
    """The newest snapshot of these sites while it will do, else one that is built now."""
    with full_disk_refused():
        found = kept_manifest(sites)
        if found:
            return found
        with building:
            return kept_manifest(sites) or build(sites)


def build_ahead(_task: Task) -> dict[str, int]:
    """Have a snapshot of all sites ready before a phone asks, where much has changed in the background."""
    return {"cursor": fresh_manifest(None).cursor}


def manifest_path(sites: Sites) -> Path:
    """Where the list of parts for these sites is kept."""
    return folder() / ("manifest.json" if sites is None else f"manifest-{scope_key(sites)}.json")


def kept_manifest(sites: Sites) -> Manifest | None:
    """The snapshot on disk, unless it is of another incarnation, another layout of rows or too far behind."""
    found = read_manifest(manifest_path(sites))
    if found is None or found.layout != row_layout():
        return None
    with reading() as connection:
        now, scopes = standing(connection), scope_token(connection, sites)
    fits = (found.sid, found.scopes) == (now.sid, scopes) and max(
        now.floor, now.head - STALE_CHANGES
    ) <= found.cursor <= now.head
    return found if fits else None


@cache
def row_layout() -> str:
    """What the columns of all rows come to: another after a release that tells phones more than before."""
    return hashlib.sha256(msgspec.json.encode(COLUMNS)).hexdigest()[:16]


def read_manifest(path: Path) -> Manifest | None:
    """A list of parts; None where there is none that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def build(sites: Sites = None) -> Manifest:
    """Read everything in one read snapshot, write its parts, and sweep what nobody needs any more."""
    place, parts = folder(), []
    with reading() as connection:
        now, scopes = standing(connection), scope_token(connection, sites)
        due = checksum_for(connection, sites, now)
        for sealed in sealed_parts(connection, sites):
            run_blocking(keep, place, sealed)
            parts.append(sealed.part)
    manifest = Manifest(now.sid, now.head, due, parts, scopes, row_layout())
    write_whole(manifest_path(sites), msgspec.json.encode(asdict(manifest)))
    sweep(place, named_parts(place), time.time())
    return manifest


def named_parts(place: Path) -> set[str]:
    """The hashes of all parts that any list names."""
    lists = [read_manifest(path) for path in place.glob("manifest*.json")]
    return {part.hash for manifest in lists if manifest for part in manifest.parts}


def is_open(caller: Caller, name: str) -> bool:
    """Whether a caller may have a part: who sees some sites only, those of their own list."""
    if caller.sites is None:
        return True
    manifest = read_manifest(manifest_path(caller.sites))
    return manifest is not None and any(part.hash == name for part in manifest.parts)


def sealed_parts(connection: Connection, sites: Sites) -> Iterator[Sealed]:
    """Every part, one short step of work at a time so that other requests are answered in between."""
    for entity in ENTITIES:
        for rows in spans(connection, entity, sites):
            yield from run_blocking(seal, entity, rows)


def spans(connection: Connection, entity: str, sites: Sites) -> Iterator[list[Row]]:
    """The rows of an entity in whole ranges of ids; a range that holds very many in several."""
    first = keys_of(entity)[0]
    low = connection.scalar(select(func.min(first)))
    while low is not None:
        low -= low % SPAN
        query = present(entity, sites).where(first >= low, first < low + SPAN)
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


def present(entity: str, sites: Sites) -> Select[Any]:
    """The rows that a newcomer needs: no empty cells, nothing that is closed, no place of other sites."""
    query = source(entity)
    if sites is not None and entity in PLACED:
        query = query.where(_at_open_place(entity, sites))
    if entity == "stock":
        return query.where(StockLevel.quantity != 0)
    return query.where(Discrepancy.closed_at.is_(None)) if entity == "discrepancy" else query


def _at_open_place(entity: str, sites: Sites) -> ColumnElement[bool]:
    """Whether a row speaks of a place that may be seen, or of none."""
    column = SOURCES[entity][PLACE_COLUMNS[entity]]
    seen = select(Location.id).where(within(sites, Location.site_id))
    return or_(column.is_(None), column.in_(seen))


@contextmanager
def full_disk_refused() -> Iterator[None]:
    """Raises Refusal 503 ``unavailable`` where the parts cannot be written for lack of space."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_SPACE:
            raise unavailable() from error
        raise
