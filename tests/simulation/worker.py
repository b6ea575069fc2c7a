"""What people do on the floor: they carry and count real goods, and tell their phone."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from sync.movement import CUSTOMER, SCRAP, SUPPLIER, UNIDENTIFIED
from sync.quantity import SCALE, format_quantity, parse_quantity
from tests.simulation.durable import Wire
from tests.simulation.effect import cells_of
from tests.simulation.packs import Capture, Case, in_whole_cases
from tests.simulation.phone import Phone
from tests.simulation.shelf import TENTH, Cell, Shelf, part_of

IN_CASES = 0.5
"""How often goods that come in cases are told so."""


@dataclass(frozen=True)
class Places:
    """The ids of one story's goods and places, and its lots."""

    plain: tuple[int, ...]
    lotted: int
    numbered: int
    bins: tuple[int, ...]
    cases: Mapping[int, Case]
    """The pack of an item, by the item."""
    tag: str

    def goods(self, random: Random) -> tuple[int, str]:
        """An item without serials, and its lot."""
        if random.random() < 0.3:
            return self.lotted, random.choice(("T2401", "T2402"))
        return random.choice(self.plain), ""


@dataclass
class Worker:
    """A person with a phone. Every act happens in the world and is captured in the same moment."""

    phone: Phone
    shelf: Shelf
    places: Places
    random: Random
    person: int

    def carry(self, item: int, lot: str, origin: int, destination: int, quantity: int) -> None:
        """Move goods, whole cases of them where it is told in cases, and capture it."""
        case = self.case_of(item)
        if case and (whole := in_whole_cases(quantity, case)):
            quantity = whole
        else:
            case = None
        self.shelf.carry(item, lot, origin, destination, quantity)
        self.tell("move", move_body(item, lot, origin, destination, quantity), case)

    def case_of(self, item: int) -> Case | None:
        """The pack in which the worker tells what they do this time, if in any."""
        return self.places.cases.get(item) if self.random.random() < IN_CASES else None

    def tell(self, kind: str, body: Wire, case: Case | None) -> str:
        """Capture what happened, in base units or in cases."""
        if case is None:
            return self.phone.capture(kind, body)
        told = case.wire(parse_quantity(body["quantity"]), self.phone.factor_of(case))
        operation = self.phone.capture(kind, {**body, **told})
        cells = tuple(sorted(cells_of([{"body": body}])))
        case.captures.append(Capture(operation, self.phone.clock.true.now_at, cells))
        self.phone.network.coverage[f"{kind} told in cases"] += 1
        return operation

    def receive(self) -> None:
        """Goods come from the supplier."""
        item, lot = self.places.goods(self.random)
        self.carry(
            item, lot, SUPPLIER, self.random.choice(self.places.bins), self.random.randint(1, 200) * TENTH
        )

    def transfer(self) -> None:
        """Goods go from one bin to another."""
        standing = self.own_standing()
        if standing:
            item, lot, origin = self.random.choice(standing)
            destination = self.random.choice([place for place in self.places.bins if place != origin])
            self.carry(
                item, lot, origin, destination, part_of(self.random, self.shelf.quantity[item, lot, origin])
            )

    def pick(self) -> None:
        """Goods leave for a customer or the scrap."""
        standing = self.own_standing()
        if standing:
            item, lot, origin = self.random.choice(standing)
            destination = self.random.choice((CUSTOMER, CUSTOMER, SCRAP))
            self.carry(
                item, lot, origin, destination, part_of(self.random, self.shelf.quantity[item, lot, origin])
            )

    def own_standing(self) -> list[tuple[int, str, int]]:
        """Cells of known goods that hold something."""
        return [cell for cell in self.shelf.standing() if cell[0] != UNIDENTIFIED]

    def count(self) -> None:
        """Count one cell, standing or empty, and find what is truly there."""
        item, lot = self.places.goods(self.random)
        location = self.random.choice(self.places.bins)
        if self.own_standing() and self.random.random() < 0.7:
            item, lot, location = self.random.choice(self.own_standing())
        quantity = self.shelf.quantity[item, lot, location]
        body = {"item": item, "lot": lot, "location": location, "quantity": format_quantity(quantity)}
        self.tell("count", body, self.case_of(item))

    def recount(self, cell: Cell) -> None:
        """Look again at a cell that was booked by a wrong factor."""
        item, lot, location = cell
        quantity = format_quantity(self.shelf.quantity[cell])
        self.tell("count", {"item": item, "lot": lot, "location": location, "quantity": quantity}, None)

    def receive_serial(self) -> None:
        """A numbered thing comes from the supplier."""
        serial = f"S{len(self.shelf.home) + 1}"
        self.carry_serial(serial, SUPPLIER, self.random.choice(self.places.bins))

    def move_serial(self) -> None:
        """A numbered thing goes to another bin or to a customer."""
        standing = self.shelf.standing_serials()
        if standing:
            _, serial, origin = self.random.choice(standing)
            others = [place for place in (*self.places.bins, CUSTOMER) if place != origin]
            self.carry_serial(serial, origin, self.random.choice(others))

    def carry_serial(self, serial: str, origin: int, destination: int) -> None:
        """Move a numbered thing and capture it."""
        item = self.places.numbered
        self.shelf.carry_serial(item, serial, origin, destination)
        body = move_body(item, "", origin, destination, SCALE)
        self.phone.capture("move", {**body, "serials": [serial]})

    def count_serials(self) -> None:
        """Read every number at a place; name those that the phone expected and that are not there."""
        item, location = self.places.numbered, self.random.choice(self.places.bins)
        seen = self.shelf.serials_in(item, location)
        others = sorted({serial for _, serial in self.shelf.home} - set(seen))
        absent = self.random.sample(others, min(len(others), 2))
        body = {
            "item": item,
            "location": location,
            "quantity": str(len(seen)),
            "serials": seen,
            "absent": absent,
        }
        self.phone.capture("count", body)

    def find_unknown(self) -> None:
        """Goods with a code that nobody knows arrive."""
        code = f"952-{self.places.tag}-{self.random.randint(0, 3)}"
        place, quantity = self.random.choice(self.places.bins), self.random.randint(1, 50) * TENTH
        self.shelf.carry(UNIDENTIFIED, code, SUPPLIER, place, quantity)
        body = {
            "item": None,
            "code": code,
            "from": SUPPLIER,
            "to": place,
            "quantity": format_quantity(quantity),
        }
        self.phone.capture("move", body)

    def blunder(self) -> str:
        """Record something that never happened; returns the operation that must be taken back."""
        if self.random.random() < 0.3:
            return self.miscount()
        item, lot = self.places.goods(self.random)
        origin, destination = self.random.sample(self.places.bins, 2)
        body = move_body(item, lot, origin, destination, self.random.randint(1, 90) * TENTH)
        return self.tell("move", body, self.case_of(item))

    def miscount(self) -> str:
        """A count of the wrong shelf."""
        item, lot = self.places.goods(self.random)
        body = {"item": item, "lot": lot, "location": self.random.choice(self.places.bins), "quantity": "77"}
        return self.tell("count", body, self.case_of(item))

    def take_back(self, target: str) -> None:
        """Say that a record was a mistake."""
        self.phone.capture("reverse", {"target": target})

    def spoil(self) -> None:
        """The phone captures something that no server can post: it must not block the rest."""
        item, lot = self.places.goods(self.random)
        body = move_body(item, lot, *self.random.sample(self.places.bins, 2), SCALE)
        poison = self.random.choice(
            ({"quantity": "NaN"}, {"quantity": "0"}, {"item": 10**9}, {"from": 10**9})
        )
        self.phone.capture("move", {**body, **poison})


def move_body(item: int, lot: str, origin: int, destination: int, quantity: int) -> Wire:
    """The body of a move of so many millionths."""
    return {
        "item": item,
        "lot": lot,
        "from": origin,
        "to": destination,
        "quantity": format_quantity(quantity),
    }
