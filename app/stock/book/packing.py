"""Captures in packs as they arrive: their quantity by the factor that held when they happened."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from app.database.listed import listed
from app.stock.book.incoming import Incoming
from sync.movement import Count, Move, Packed
from sync.pack import Span, reckoned, told_otherwise
from sync.wire import read_operation


def reckon(connection: Connection, arrived: Iterable[Incoming]) -> None:
    """Give operations that name packs the quantity that is posted; the others stay as they are."""
    named = {id(entry): (entry, pack) for entry in arrived if (pack := pack_of(entry)) is not None}
    if not named:
        return
    spans = spans_of(connection, {pack for _, pack in named.values()})
    for entry, pack in named.values():
        operation = entry.operation
        assert operation is not None and isinstance(operation.body, Move | Count)
        body = reckoned(operation.body, spans.get(pack, ()), operation.effective_at)
        entry.operation = replace(operation, body=body)


def pack_of(entry: Incoming) -> int | None:
    """The pack that an operation names."""
    body = entry.operation.body if entry.operation else None
    return body.packed.pack if isinstance(body, Move | Count) and body.packed else None


def posted_quantity(entry: Incoming) -> int | None:
    """What is kept beside the operation: its quantity, where the device reckoned otherwise."""
    body = entry.operation.body if entry.operation else None
    return body.quantity if isinstance(body, Move | Count) and told_otherwise(body) else None


def captured_packs(content: Any) -> Packed | None:
    """The packs in which an operation that stands in the book was captured, read off what came in."""
    body = read_operation(content).body
    return body.packed if isinstance(body, Move | Count) else None


def spans_of(connection: Connection, packs: Iterable[int]) -> dict[int, list[Span]]:
    """The factors of these packs over time."""
    found: dict[int, list[Span]] = defaultdict(list)
    for row in listed(connection, ("pack",), [(pack,) for pack in packs], FACTORS):
        found[row.pack_id].append(Span(row.valid_from, row.factor))
    return found


FACTORS = """
SELECT f.pack_id, f.valid_from, f.factor FROM {wanted} CROSS JOIN pack_factor f
WHERE f.pack_id = wanted.pack"""
