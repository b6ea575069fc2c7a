"""A workbench for the book: the small world of facts in tables, and devices that push to it."""

import uuid
from collections import defaultdict
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, text

from app.catalog.items import items_by_id
from app.catalog.models import Item, Lot, Pack, PackFactor
from app.catalog.register import text_of
from app.catalog.search_index import index_texts
from app.people.devices.models import Device
from app.people.models import User
from app.stock.book.facts import OPERATION_COLUMNS, operation_of
from app.stock.book.posting import PushResult, post
from app.stock.discrepancies.models import Discrepancy
from app.warehouse.models import Location
from sync.discrepancy import Finding
from sync.ledger import State
from sync.movement import Cell, Count, Home, Move, Operation, Reverse, Task
from sync.protocol import Clock, Push
from sync.quantity import SCALE, format_quantity
from tests.sync.facts import AROUND, CASE, PLACES, TIN

BASE = 1_795_370_000_000
"""The first moment of the small world: a day in November 2026."""
OPERATOR, VIEWER = 101, 102
MINUTE = 60_000
LATER = BASE + 1_000_000_000


def furnish(connection: Connection) -> None:
    """Put items, places, people and devices into an empty database."""
    times = {"created_at": BASE, "updated_at": BASE}
    people = ((OPERATOR, "operator"), (VIEWER, "viewer"))
    connection.execute(
        insert(User),
        [
            {"id": number, "email": role, "name": role, "role": role, "password_hash": "", "created_at": 0}
            for number, role in people
        ],
    )
    for number, facts in sorted(AROUND.items.items()):
        if number > 1:
            archived = BASE + facts.archived_at if facts.archived_at else None
            known = {"tracking": facts.tracking, "survivor_id": facts.survivor, "archived_at": archived}
            words = {"code": f"I{number}", "name": f"Item {number}"}
            connection.execute(insert(Item).values(id=number, **words, **known, **times))
    records = items_by_id(connection, [number for number in AROUND.items if number > 1])
    index_texts(connection, [(number, text_of(record)) for number, record in records.items()])
    for item, lot in AROUND.entered:
        connection.execute(insert(Lot).values(item_id=item, code=lot, introduced=True, created_at=BASE))
    for place in PLACES:
        words = {"code": f"L{place}", "barcode": f"L{place}"}
        connection.execute(insert(Location).values(id=place, kind="bin", **words, **times))
    connection.execute(insert(Pack).values(id=CASE, item_id=TIN, name="case", created_at=BASE))
    connection.execute(insert(PackFactor).values(pack_id=CASE, valid_from=0, factor=SCALE))
    for device in "abc":
        enrol(connection, device)


def enrol(connection: Connection, device: str, **more: Any) -> None:
    """A device of the operator's."""
    known = {"name": device, "user_id": OPERATOR, "credential_hash": device, "credential_expires_at": 0}
    connection.execute(insert(Device).values(id=device, enrolled_at=BASE, **known, **more))


def body_of(operation: Operation) -> tuple[str, dict[str, Any]]:
    """Kind and body of a fact, as they stand on the wire."""
    body = operation.body
    if isinstance(body, Move):
        goods = {"item": body.item, "lot": body.lot, "serials": list(body.serials)}
        route = {"from": body.origin, "to": body.destination}
        return "move", {**goods, **route, **captured(body)}
    if isinstance(body, Count):
        goods = {"item": body.item, "lot": body.lot, "location": body.location}
        seen = {} if body.serials is None else {"serials": list(body.serials)}
        return "count", {**goods, **seen, **captured(body)}
    if isinstance(body, Reverse):
        return "reverse", {"target": body.target}
    return ("task", {"task": body.task, "state": body.state}) if isinstance(body, Task) else ("void", {})


def captured(body: Move | Count) -> dict[str, Any]:
    """How much, as the device reckoned it: with its own factor, where the goods were captured in packs."""
    packed = body.packed
    if packed is None or body.serials:
        return {"quantity": format_quantity(body.quantity)}
    factor, number = format_quantity(packed.factor), format_quantity(packed.quantity)
    reckoned = format_quantity(packed.quantity * packed.factor // SCALE)
    return {"quantity": reckoned, "pack": {"id": packed.pack, "factor": factor, "quantity": number}}


def wire(operation: Operation, unit_ms: int = 1000) -> dict[str, Any]:
    """A fact as its device sends it, with a clock that is right."""
    kind, body = body_of(operation)
    return {
        "id": operation.id,
        "seq": operation.seq,
        "v": 1,
        "kind": kind,
        "at": BASE + operation.effective_at * unit_ms,
        "offset": 0,
        "actor": OPERATOR if operation.permitted else VIEWER,
        "body": body,
    }


def placed(operation: Operation, unit_ms: int = 1000) -> Operation:
    """The fact as the book must come to hold it."""
    return Operation(
        operation.id,
        operation.device,
        operation.epoch,
        operation.seq,
        BASE + operation.effective_at * unit_ms,
        5_000,
        operation.body,
        operation.permitted,
    )


def push(
    connection: Connection, device: str, operations: list[Any], epoch: int = 1, received_at: int = LATER
) -> PushResult:
    """Push wire operations, or bytes as they are."""
    raws = [msgspec.Raw(one if isinstance(one, bytes) else msgspec.json.encode(one)) for one in operations]
    clock = Clock(wall=received_at)
    return post(connection, Push(device, epoch, raws, clock), received_at)


def state_of(connection: Connection) -> State:
    """What the tables hold, in the shape of a replay."""
    balances: dict[Cell, int] = defaultdict(int)
    for row in connection.execute(text("SELECT * FROM movement")):
        balances[Cell(row.item_id, row.lot, row.from_id)] -= row.quantity
        balances[Cell(row.item_id, row.lot, row.to_id)] += row.quantity
    points = connection.execute(text("SELECT * FROM count_point WHERE NOT reversed"))
    positions = connection.execute(text("SELECT * FROM serial_position"))
    return State(
        {cell: quantity for cell, quantity in balances.items() if quantity},
        {row.operation_id: row.adjustment for row in points},
        {(row.item_id, row.serial): Home(row.lot, row.location_id) for row in positions},
        {finding.name: finding for finding in open_findings(connection)},
    )


def open_findings(connection: Connection) -> list[Finding]:
    """The discrepancies that stand open."""
    rows = connection.execute(text(f"SELECT * FROM {Discrepancy.__tablename__} WHERE closed_at IS NULL"))
    return [
        Finding(
            row.kind,
            row.subject,
            row.effective_at,
            row.item_id,
            row.lot,
            row.serial,
            row.location_id,
            row.quantity,
            row.operation_id,
            row.other_operation_id,
        )
        for row in rows
    ]


def levels_of(connection: Connection) -> dict[Cell, int]:
    """The stored levels that are not zero."""
    rows = connection.execute(text("SELECT * FROM stock_level WHERE quantity <> 0"))
    return {Cell(row.item_id, row.lot, row.location_id): row.quantity for row in rows}


def stored(connection: Connection) -> list[Operation]:
    """Every operation in the book."""
    return [
        operation_of(row) for row in connection.execute(text(f"SELECT {OPERATION_COLUMNS} FROM operation o"))
    ]


class Hand:
    """A device's hand: captures operations with dense numbers."""

    def __init__(self) -> None:
        self.seq = 0

    def operation(self, kind: str, body: Any, minute: int = 0, **more: Any) -> dict[str, Any]:
        self.seq += 1
        given = {"id": str(uuid.uuid4()), "seq": self.seq, "v": 1, "kind": kind, "body": body}
        return {**given, "at": BASE + minute * MINUTE, "offset": 0, "actor": OPERATOR, **more}

    def move(self, origin: int, to: int, quantity: str = "1", minute: int = 0, **body: Any) -> dict[str, Any]:
        named = {"item": TIN, "from": origin, "to": to, "quantity": quantity}
        return self.operation("move", {**named, **body}, minute)

    def count(self, place: int, quantity: str, minute: int = 0, **body: Any) -> dict[str, Any]:
        return self.operation("count", {"item": TIN, "location": place, "quantity": quantity, **body}, minute)


def rows(connection: Connection, table: str) -> list[Any]:
    return list(connection.execute(text(f"SELECT * FROM {table}")))


def on_hand(connection: Connection) -> dict[tuple[int, int], int]:
    """Whole units by item and place."""
    return {(cell.item, cell.location): held // 10**6 for cell, held in levels_of(connection).items()}
