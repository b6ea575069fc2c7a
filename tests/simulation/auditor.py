"""The independent auditor: after everything came home, is the book what the shelves are?"""

import json
from collections import Counter

from sqlalchemy import Connection, select

from app.catalog.models import Item
from app.database import database
from app.stock.book.facts import operation_of
from app.stock.book.models import Operation, SerialPosition, StockLevel
from app.stock.discrepancies.models import Discrepancy
from app.stock.quarantine.models import Quarantine
from sync.ledger import State, Surroundings, replay
from sync.movement import UNIDENTIFIED, VIRTUAL, ItemFacts
from sync.quantity import parse_quantity
from tests.simulation.durable import Wire
from tests.simulation.packs import Case
from tests.simulation.phone import Phone
from tests.simulation.shelf import Cell
from tests.simulation.story import Story


class Audit:
    """Every invariant of the protocol, checked on one finished story; ``violations`` names what is broken."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.violations: list[str] = []
        self.phones = [worker.phone for worker in story.workers]
        self.everyone = [*self.phones, *story.retired]
        self.names = {phone.name for phone in self.everyone}
        with database.engine.connect() as connection:
            self.items = self.own_items()
            self.levels = self.read_levels(connection)
            self.operations = self.read_operations(connection)
            self.quarantined = self.read_quarantined(connection)
            self.open = self.read_open(connection)
            self.homes = self.read_homes(connection)
            self.state = self.replayed(connection)
        self.check()

    def check(self) -> None:
        """I1 to I14, as far as a finished story can show them."""
        self.every_queue_is_empty()
        self.nothing_is_lost_or_doubled()
        self.order_is_kept()
        self.screens_never_flickered()
        self.poison_delays_nobody()
        self.captors_are_named()
        self.cases_are_posted_by_what_was_written_down()
        self.book_equals_replay()
        self.shelf_equals_book()
        self.phones_equal_server()
        self.nothing_is_unexplained()

    def complain(self, invariant: str, message: object) -> None:
        """Note a violation."""
        self.violations.append(f"{invariant}: {message}")

    def own_items(self) -> set[int]:
        """The items of this story; on UNIDENTIFIED only its own codes count."""
        places = self.story.places
        return {*places.plain, places.lotted, places.numbered}

    def is_own(self, item: int, lot: str) -> bool:
        """Whether a cell belongs to this story."""
        return item in self.items or (
            item == UNIDENTIFIED and lot.startswith(f"952-{self.story.places.tag}-")
        )

    def read_levels(self, connection: Connection) -> dict[Cell, int]:
        columns = (StockLevel.item_id, StockLevel.lot, StockLevel.location_id, StockLevel.quantity)
        rows = connection.execute(select(*columns).where(StockLevel.item_id.in_({*self.items, UNIDENTIFIED})))
        return {
            (item, lot, location): quantity
            for item, lot, location, quantity in rows
            if quantity and location not in VIRTUAL and self.is_own(item, lot)
        }

    def read_operations(self, connection: Connection) -> list[Operation]:
        query = select(Operation).where(Operation.device_id.in_(self.names))
        return list(connection.execute(query.order_by(Operation.epoch, Operation.seq)))

    def read_quarantined(self, connection: Connection) -> Counter[str]:
        query = select(Quarantine.operation_id).where(Quarantine.device_id.in_(self.names))
        query = query.where(Quarantine.decided_at.is_(None))
        return Counter(connection.execute(query).scalars())

    def read_open(self, connection: Connection) -> set[tuple[str, str]]:
        columns = (
            Discrepancy.kind,
            Discrepancy.subject,
            Discrepancy.item_id,
            Discrepancy.lot,
            Discrepancy.operation_id,
        )
        rows = connection.execute(select(*columns).where(Discrepancy.closed_at.is_(None)))
        own = {operation.id for operation in self.operations}
        return {
            (kind, subject)
            for kind, subject, item, lot, operation in rows
            if operation in own or (item is not None and self.is_own(item, lot))
        }

    def read_homes(self, connection: Connection) -> dict[tuple[int, str], int]:
        columns = (SerialPosition.item_id, SerialPosition.serial, SerialPosition.location_id)
        rows = connection.execute(select(*columns).where(SerialPosition.item_id.in_(self.items)))
        return {(item, serial): location for item, serial, location in rows}

    def replayed(self, connection: Connection) -> State:
        """The book of this story's facts from zero."""
        columns = (Item.id, Item.tracking, Item.archived_at, Item.survivor_id)
        rows = connection.execute(select(*columns).where(Item.id.in_({*self.items, UNIDENTIFIED})))
        items = {item: ItemFacts(*facts) for item, *facts in rows}
        return replay(map(operation_of, self.operations), Surroundings(items))

    def every_queue_is_empty(self) -> None:
        for phone in self.phones:
            if phone.durable.outbox:
                self.complain("I12", f"{phone.name} still holds {sorted(phone.durable.outbox)[:5]}")

    def nothing_is_lost_or_doubled(self) -> None:
        """Each captured operation stands once in the book or in quarantine."""
        recorded = Counter(operation.id for operation in self.operations)
        for phone in self.everyone:
            for identity in phone.captured:
                found = recorded[identity] + min(1, self.quarantined[identity])
                if found != 1:
                    self.complain("I1", f"{identity} of {phone.name} stands {found} times")

    def order_is_kept(self) -> None:
        """One device's order in the book is its order of capture."""
        last: dict[tuple[str, int], int] = {}
        for operation in self.operations:
            stream = (operation.device_id, operation.epoch)
            if operation.effective_at < last.get(stream, 0):
                self.complain("I3", f"{operation.id} runs backwards")
            last[stream] = operation.effective_at

    def screens_never_flickered(self) -> None:
        """An own operation shows exactly once, across the acknowledgement too."""
        for phone in self.phones:
            if phone.glitches:
                self.complain("I11", f"{phone.name} flickered at {phone.glitches[:3]}")

    def poison_delays_nobody(self) -> None:
        """Whatever a push holds, each of its operations is answered in the same request."""
        for phone in self.everyone:
            if phone.delayed:
                self.complain("G13", f"{phone.name} got no answer to {phone.delayed[:3]}")

    def captors_are_named(self) -> None:
        captors = {
            identity: op.get("actor") for phone in self.everyone for identity, op in phone.captured.items()
        }
        for operation in self.operations:
            if operation.actor_id != captors.get(operation.id, operation.actor_id):
                self.complain("I14", f"{operation.id} is attributed to {operation.actor_id}")

    def cases_are_posted_by_what_was_written_down(self) -> None:
        """Each capture in cases was posted by the factor of its time, as the office had it at the receipt."""
        cases = {case.id: case for case in self.story.places.cases.values()}
        otherwise: set[tuple[str, str]] = set()
        for operation in self.operations:
            body = json.loads(operation.body)["body"] if '"pack"' in operation.body else {}
            if "pack" in body and not self.is_posted_rightly(operation, body, cases[body["pack"]["id"]]):
                otherwise.add(("factor_changed", operation.id))
        self.story.coverage["posted by another factor"] += len(otherwise)
        told = {name for name in self.open if name[0] == "factor_changed"}
        if told != otherwise:
            self.complain("packs", f"told of other factors: {told ^ otherwise}")

    def is_posted_rightly(self, operation: Operation, body: Wire, case: Case) -> bool:
        """Whether the device reckoned as the server had to, or was taken back; complains of the server."""
        at, known_at = operation.effective_at, operation.recorded_at
        factor = case.written(at, known_at)
        self.story.coverage["corrected before it came"] += factor != case.written(at, at)
        due, told = case.worth(body["pack"]["quantity"], factor), parse_quantity(body["quantity"])
        posted = told if operation.posted_quantity is None else operation.posted_quantity
        if posted != due:
            self.complain("packs", f"{operation.id} is posted as {posted}, not {due}")
        return due == told or operation.reversed_by_id is not None

    def book_equals_replay(self) -> None:
        """Any order of arrival ends where the replay in order ends."""
        real = {tuple(cell): quantity for cell, quantity in self.state.on_hand().items()}
        for cell in real.keys() | self.levels.keys():
            if real.get(cell, 0) != self.levels.get(cell, 0):
                self.complain("I6", f"{cell}: replay {real.get(cell, 0)}, book {self.levels.get(cell, 0)}")
        homes = {key: home.location for key, home in self.state.homes.items()}
        if homes != self.homes:
            self.complain("I8", f"homes differ: {set(homes.items()) ^ set(self.homes.items())}")
        if set(self.state.open) != self.open:
            self.complain("I4", f"open differs: {set(self.state.open) ^ self.open}")

    def shelf_equals_book(self) -> None:
        """The truth, except where the book itself says that it cannot tell."""
        uncertain = {
            (finding.item, finding.lot, finding.location)
            for (kind, _), finding in self.state.open.items()
            if kind == "count_ambiguous"
        }
        shelf = {
            cell: quantity
            for cell, quantity in self.story.shelf.quantity.items()
            if quantity and cell[2] not in VIRTUAL
        }
        for cell in shelf.keys() | self.levels.keys():
            if shelf.get(cell, 0) != self.levels.get(cell, 0) and cell not in uncertain:
                self.complain("I7", f"{cell}: shelf {shelf.get(cell, 0)}, book {self.levels.get(cell, 0)}")

    def phones_equal_server(self) -> None:
        """A phone at the head of the feed shows what the server has."""
        for phone in self.phones:
            self.compare_base(phone)

    def compare_base(self, phone: Phone) -> None:
        own = {
            c: q
            for c, q in phone.durable.base.items()
            if q and c[2] not in VIRTUAL and self.is_own(c[0], c[1])
        }
        if own != self.levels:
            self.complain("I10", f"{phone.name}: {set(own.items()) ^ set(self.levels.items())}")
        for case in self.story.places.cases.values():
            if phone.factor_of(case) != case.truth:
                self.complain("I10", f"{phone.name} takes a case {case.id} for {phone.factor_of(case)}")

    def nothing_is_unexplained(self) -> None:
        """Counts were right and every fact is there: no variance and nothing below zero remains."""
        ambiguous = {subject.split("|")[0] for kind, subject in self.open if kind == "count_ambiguous"}
        for kind, subject in self.open:
            excused = subject in ambiguous or self.was_booked_wrongly(kind, subject)
            if kind == "negative" or (kind == "variance" and not excused):
                self.complain("G3", f"{kind} {subject} remains open")

    def was_booked_wrongly(self, kind: str, subject: str) -> bool:
        """Whether a finding is about a cell that a corrected factor had made wrong."""
        finding = self.state.open.get((kind, subject))
        return finding is not None and (finding.item, finding.lot, finding.location) in self.story.doubtful
