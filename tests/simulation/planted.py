"""Planted bugs: each is a mistake that such systems really make. The audit must notice every one of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection

from app.catalog.pack_register import write_factor
from app.catalog.packs import PackDraft, PackRecord
from app.database import ADVANCE, CHECKSUM_MODULUS, RECORD, changed_rows, publish
from app.database.bulk import write_rows
from app.stock.book import posting as book
from app.stock.book.known import Known
from app.stock.book.save import Saved
from sync import sequence
from sync.batch import NO_LEVEL, objection
from sync.clock import Capture, Effective, Receipt
from sync.count import Cause, CountPoint, Outcome, reckon
from sync.heading import Heading
from sync.movement import VIRTUAL, Body, Cell, Count, Move, Operation
from sync.pack import Span, reckoned
from sync.quantity import SCALE, parse_quantity
from sync.sentence import Sentence, said
from sync.sequence import Step, Walk
from sync.settlement import Ledger

PHONE_BUGS = (
    "new id each try",
    "ack before commit",
    "poison blocks",
    "naive cursor",
    "no incarnation",
    "logout clears",
    "overlay dropped at ack",
    "pushed as current user",
    "purge on revoke",
    "hint trusted",
)
"""Mistakes of a client; ``tests.simulation.device`` and ``phone`` make them when told to."""


def dedupe_by_seq(headings: Iterable[Heading], applied_seq: int, known: Mapping[str, frozenset[str]]) -> Walk:
    """A number that was used means "I have that", whatever id it carries."""
    kept = list(headings)
    walk = sequence.follow([one for one in kept if (one.seq or 0) > applied_seq], applied_seq, known)
    old = [
        Step(one, one.seq or 0, "known", index)
        for index, one in enumerate(kept)
        if (one.seq or 0) <= applied_seq
    ]
    walk.steps[:0] = old
    return walk


def gap_accepted(headings: Iterable[Heading], applied_seq: int, known: Mapping[str, frozenset[str]]) -> Walk:
    """Whatever comes is posted, also when something before it is missing."""
    walk = Walk(applied_seq)
    for index, heading in enumerate(headings):
        standing = sequence.standing_of(heading, known)
        walk.steps.append(Step(heading, heading.seq or 0, standing, index))
        walk.applied_seq = max(walk.applied_seq, heading.seq or 0)
    return walk


def nothing_known(connection: Connection, headings: Sequence[Heading]) -> Known:
    """The server forgot that it ever saw these ids."""
    return Known({}, {}, {})


def raw_wall_clock(capture: Capture | None, receipt: Receipt, previous: int) -> Effective:
    """The phone's clock is believed as it is."""
    return Effective(capture.at if capture else previous, 0)


def order_of_arrival(capture: Capture | None, receipt: Receipt, previous: int) -> Effective:
    """Things happened when they were heard of: a count overwrites what is there."""
    return Effective(max(receipt.received_at, previous), 0)


def no_correction(points: Iterable[CountPoint], cause: Cause) -> Outcome:
    """A movement that arrives after a count is added to it, though it happened before."""
    return reckon([], cause)


def stock_not_published(connection: Connection, changes: Sequence[tuple[str, str]], delta: int = 0) -> int:
    """A change that nobody is told of."""
    return publish(connection, [change for change in changes if change[0] != "stock"], delta)


class LateNews:
    """The counter first: a position is handed out before its rows are there, which come after later ones."""

    def __init__(self) -> None:
        self.head = 0
        self.late: list[tuple[str, str, int, int]] = []

    def __call__(self, connection: Connection, changes: Sequence[tuple[str, str]], delta: int = 0) -> int:
        """Take the positions now; write the rows of the time before, unless that was rolled back."""
        distinct = list(dict.fromkeys(changes))
        moved = {"n": len(distinct), "delta": delta % CHECKSUM_MODULUS}
        head = int(connection.execute(ADVANCE, moved).scalar_one())
        write_rows(connection, RECORD, self.late if head - len(distinct) == self.head else [])
        self.head, self.late = head, list(changed_rows(distinct, head))
        return head


def negative_rejected(operation: Operation, ledger: Ledger) -> tuple[str, Sentence]:
    """What is not on the books cannot be taken: an earlier fact that is still out makes this one lost."""
    body = operation.body
    if isinstance(body, Move) and body.origin not in VIRTUAL:
        level = ledger.levels.get(Cell(body.item, body.lot, body.origin), NO_LEVEL)
        if level.quantity < body.quantity:
            return "bad_quantity", said("quantity_large")
    return objection(operation, ledger)


def float_quantity(text: object) -> int:
    """A quantity by way of a binary fraction, the rest cut off."""
    parse_quantity(text)
    return int(float(str(text)) * SCALE)


def present_factor(body: Move | Count, spans: Sequence[Span], at: int) -> Move | Count:
    """A case holds what it holds today, whenever it was moved."""
    return reckoned(body, [max(spans)] if spans else [], at)


def factor_of_the_device(body: Move | Count, spans: Sequence[Span], at: int) -> Move | Count:
    """What the phone believed of a case is what one held."""
    return body


def correction_from_now_on(connection: Connection, known: PackRecord, pack: PackDraft, now: int) -> None:
    """A factor that was wrong all along is right from now on only."""
    write_factor(connection, known, pack._replace(is_correction=False), now)


def as_captured(body: Body, quantity: int | None) -> Body:
    """A fact that is read again means what its phone reckoned, not what was posted."""
    return body


def nobody_told(connection: Connection, item_ids: Sequence[int]) -> None:
    """The office changes an item, and no phone hears of it."""


def nothing_saved(*_: object) -> list[tuple[str, str]]:
    """What cannot be posted is thrown away."""
    return []


def advance_forgotten(*_: object) -> None:
    """The device's place in its sequence is not kept."""


def nothing_gathered(*_: object) -> dict[Any, Any]:
    """A part of the book that is not looked at."""
    return {}


def written_twice(real: Callable[..., Saved]) -> Callable[..., Saved]:
    """Movements are saved a second time for half of the pushes."""

    def save_again(connection: Connection, arrived: Any, ledger: Any, settlement: Any, now: int) -> Saved:
        for cell, level in list(settlement.levels.items()):
            if level.quantity % 2_000_000:
                settlement.levels[cell] = type(level)(level.quantity + 1_000_000, level.named_at)
        return real(connection, arrived, ledger, settlement, now)

    return save_again


SERVER_BUGS: dict[str, tuple[str, Any]] = {
    "dedupe by seq": ("app.stock.book.posting.follow", dedupe_by_seq),
    "gap accepted": ("app.stock.book.posting.follow", gap_accepted),
    "nothing known": ("app.stock.book.posting.known_of", nothing_known),
    "raw wall clock": ("app.stock.book.arrival.effective_of", raw_wall_clock),
    "order of arrival": ("app.stock.book.arrival.effective_of", order_of_arrival),
    "no retro-correction": ("sync.batch.reckon", no_correction),
    "stock not published": ("tests.simulation.server.publish", stock_not_published),
    "counter first": ("tests.simulation.server.publish", LateNews()),
    "reject negative": ("sync.batch.objection", negative_rejected),
    "float quantities": ("sync.wire_fields.parse_quantity", float_quantity),
    "poison dropped": ("app.stock.book.posting.save_quarantined", nothing_saved),
    "sequence not kept": ("app.stock.book.posting.advance", advance_forgotten),
    "early reverse forgotten": ("app.stock.book.gather.read_waiting", nothing_gathered),
    "serial history ignored": ("app.stock.book.gather.read_sightings", nothing_gathered),
    "levels not read": ("app.stock.book.gather.read_levels", nothing_gathered),
    "present factor believed": ("app.stock.book.packing.reckoned", present_factor),
    "the device's factor believed": ("app.stock.book.packing.reckoned", factor_of_the_device),
    "correction from now on": ("app.catalog.pack_register.write_factor", correction_from_now_on),
    "posted quantity forgotten": ("app.stock.book.facts.as_posted", as_captured),
    "factor told to nobody": ("app.catalog.changes.tell", nobody_told),
    "levels drift": ("app.stock.book.posting.save", written_twice(book.save)),
}
"""Mistakes of the server: what is replaced, and by what."""

BUGS = (*PHONE_BUGS, *SERVER_BUGS)


@contextmanager
def planted(bug: str) -> Iterator[frozenset[str]]:
    """Plant one bug; yields what the phones must be told of."""
    if bug in PHONE_BUGS:
        yield frozenset((bug,))
        return
    target, mistake = SERVER_BUGS[bug]
    with patch(target, mistake):
        yield frozenset()
