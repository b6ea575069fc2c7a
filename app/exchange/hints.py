"""Hints: what the sockets are told when the feed moved."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from app.exchange.pull import PERSON, Standing, changes_after
from app.exchange.rights import FLOOR, OFFICE
from app.exchange.scopes import narrowed
from app.people.sites import Sites
from app.stock.feed.models import FeedChange
from app.stock.feed.row_shapes import Row
from app.stock.feed.rows import changed_rows

DELTA_MOST = 100
"""Changes that still travel inside a hint; more are pulled."""

NOTICES_MOST = 50


def hints(connection: Connection, last: Standing, now: Standing) -> dict[str, dict[str, Any]]:
    """The hint for each room: where the feed stands, and what changed since, where that is little."""
    told = {"sid": now.sid, "head": now.head}
    page = changes_after(connection, last.head, DELTA_MOST) if last.sid == now.sid else []
    if not 0 < len(page) <= DELTA_MOST or now.head < last.head:
        return {OFFICE: told, FLOOR: told}
    keys: dict[str, list[str]] = {}
    for change in page:
        keys.setdefault(change.entity, []).append(change.key)
    decided = keys.pop("outcome", None) or keys.pop(PERSON, None)
    keys.pop(PERSON, None)
    office = {entity: changed_rows(connection, entity, keys[entity]) for entity in keys}
    floor = {entity: rows for entity, rows in office.items() if entity != "device"}
    return {
        OFFICE: {**told, "delta": delta(last, now, office)},
        FLOOR: told if decided else {**told, "delta": delta(last, now, floor)},
    }


def delta(last: Standing, now: Standing, changes: Mapping[str, list[Row]]) -> dict[str, Any]:
    """Changes for a client that stands exactly where the last hint left it."""
    return {"from": last.head, "to": now.head, "changes": dict(changes)}


def notices(connection: Connection, last: Standing, now: Standing) -> list[Row]:
    """The discrepancies among the changes that stand firm: a person must look at them."""
    if last.sid != now.sid:
        return []
    query = select(FeedChange.key).where(FeedChange.entity == "discrepancy", FeedChange.position > last.head)
    keys = list(connection.scalars(query.order_by(FeedChange.position).limit(NOTICES_MOST)))
    rows = changed_rows(connection, "discrepancy", keys)
    return [row for row in rows if row[2:3] == ["firm"]]


def audience(connection: Connection, halls: Mapping[str, Sites], row: Row) -> list[str]:
    """The rooms whose people may see the place of a discrepancy."""
    changes = {"discrepancy": [row]}
    return [hall for hall, sites in halls.items() if narrowed(connection, sites, changes)]
