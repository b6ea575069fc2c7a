"""The physical world: what truly stands on every shelf. Only the auditor and the workers' eyes read it."""

from collections import Counter
from random import Random

from sync.movement import VIRTUAL
from sync.quantity import SCALE

TENTH = SCALE // 10
Cell = tuple[int, str, int]


class Shelf:
    """True quantities in millionths, and true homes of serials."""

    def __init__(self) -> None:
        self.quantity: Counter[Cell] = Counter()
        self.home: dict[tuple[int, str], int] = {}
        self.counted_at: dict[Cell, int] = {}
        self.touched_at: dict[Cell, tuple[int, str]] = {}

    def carry(self, item: int, lot: str, origin: int, destination: int, quantity: int) -> None:
        """Goods really change their place."""
        self.quantity[item, lot, origin] -= quantity
        self.quantity[item, lot, destination] += quantity

    def carry_serial(self, item: int, serial: str, origin: int, destination: int) -> None:
        """One serial-numbered thing really changes its place."""
        self.carry(item, "", origin, destination, SCALE)
        self.home[item, serial] = destination

    def standing(self) -> list[Cell]:
        """The real cells that hold something without a serial, in a fixed order."""
        serial_items = {item for item, _ in self.home}
        return sorted(
            cell
            for cell, quantity in self.quantity.items()
            if quantity > 0 and cell[2] not in VIRTUAL and cell[0] not in serial_items
        )

    def serials_in(self, item: int, location: int) -> list[str]:
        """The serials of an item that truly stand at a location."""
        return sorted(s for (i, s), home in self.home.items() if i == item and home == location)

    def standing_serials(self) -> list[tuple[int, str, int]]:
        """Every serial that stands at a real location."""
        return sorted(
            (item, serial, home) for (item, serial), home in self.home.items() if home not in VIRTUAL
        )


def part_of(random: Random, quantity: int) -> int:
    """Some of what stands there, in tenths: often one, sometimes all."""
    tenths = quantity // TENTH
    return random.choice((1, tenths, random.randint(1, tenths))) * TENTH
