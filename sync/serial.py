"""The chain of one serial: where it was seen, fact by fact, and the ways that must lie between."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeAlias

from sync.movement import ADJUSTMENT, Home, Leg, OrderKey
from sync.quantity import SCALE

Vector: TypeAlias = dict[tuple[str, int], int]
"""What happens to one serial at one fact: by lot and location, in millionths; together zero a lot."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A fact that names a serial: it went from ``origin`` to its new home, or (None) was counted there."""

    operation: str
    key: OrderKey
    lot: str
    origin: int | None
    destination: int


@dataclass(frozen=True, slots=True)
class Roll:
    """A count that read every serial of a cell: whoever is at home there and was not read is missing."""

    operation: str
    key: OrderKey
    lot: str
    location: int


@dataclass(frozen=True, slots=True)
class Step:
    """What one fact does to the serial: its ways, and whether it was found where it should not be."""

    operation: str
    key: OrderKey
    inferred: tuple[Leg, ...] = ()
    fact: Leg | None = None
    adjusted: bool = False
    """Whether a count found it without a home, or missed it."""
    astray: str = ""
    """serial_teleport, serial_conflict or nothing."""

    def vector(self) -> Vector:
        """What the step does, by lot and location."""
        legs = (*self.inferred, self.fact) if self.fact else self.inferred
        return vector_of(legs)


@dataclass(frozen=True, slots=True)
class Chain:
    """All steps of one serial, in order, and where it ends."""

    steps: tuple[Step, ...]
    home: Home | None


class Walk:
    """A serial on its way."""

    def __init__(self, item: int, serial: str, virtual: frozenset[int]) -> None:
        self.item = item
        self.serial = serial
        self.virtual = virtual
        self.home: Home | None = None

    def leg(self, lot: str, origin: int, destination: int) -> Leg:
        """One unit of it goes somewhere."""
        return Leg(self.item, lot, self.serial, origin, destination, SCALE)

    def fetched(self, to: Home) -> tuple[Leg, ...]:
        """The ways from its home to ``to``; another lot, or no home, goes through ADJUSTMENT."""
        home, self.home = self.home, to
        if home and home.lot == to.lot:
            legs = [self.leg(to.lot, home.location, to.location)]
        else:
            legs = [self.leg(home.lot, home.location, ADJUSTMENT)] if home else []
            legs.append(self.leg(to.lot, ADJUSTMENT, to.location))
        return tuple(leg for leg in legs if leg.origin != leg.destination)

    def moved(self, sighting: Sighting, origin: int) -> Step:
        """It is carried away from ``origin``."""
        home, here = self.home, Home(sighting.lot, origin)
        apart = home != here and not (home is None and origin in self.virtual)
        inferred = self.fetched(here) if apart else ()
        kind = ""
        if apart and origin not in self.virtual:
            kind = "serial_teleport"
        elif apart and home and home.location not in self.virtual:
            kind = "serial_conflict"
        self.home = Home(sighting.lot, sighting.destination)
        fact = self.leg(sighting.lot, origin, sighting.destination)
        return Step(sighting.operation, sighting.key, inferred, fact, astray=kind)

    def counted(self, sighting: Sighting) -> Step:
        """It is read in a cell."""
        home, here = self.home, Home(sighting.lot, sighting.destination)
        if home == here:
            return Step(sighting.operation, sighting.key)
        inferred = self.fetched(here)
        known = home is not None and home.location != ADJUSTMENT
        adjusted = not known or (home is not None and home.lot != here.lot)
        return Step(
            sighting.operation, sighting.key, inferred, None, adjusted, "serial_teleport" if known else ""
        )

    def missed(self, roll: Roll) -> Step:
        """It is not read where others are; that matters only where it is at home."""
        if self.home != (roll.lot, roll.location):
            return Step(roll.operation, roll.key)
        return Step(roll.operation, roll.key, self.fetched(Home(roll.lot, ADJUSTMENT)), adjusted=True)

    def step(self, fact: Sighting | Roll) -> Step:
        """The next fact."""
        if isinstance(fact, Roll):
            return self.missed(fact)
        return self.counted(fact) if fact.origin is None else self.moved(fact, fact.origin)


def chain(walk: Walk, sightings: Iterable[Sighting], rolls: Iterable[Roll]) -> Chain:
    """The chain of a serial out of the facts that name it and the counts that might have."""
    seen = {fact.operation: fact for fact in sightings}
    silent = [roll for roll in rolls if roll.operation not in seen]
    facts: list[Sighting | Roll] = [*seen.values(), *silent]
    steps = tuple(walk.step(fact) for fact in sorted(facts, key=attrgetter("key")))
    return Chain(steps, walk.home)


def vector_of(legs: Iterable[Leg]) -> Vector:
    """What legs do together, by lot and location; places left as they were are not named."""
    vector: Vector = defaultdict(int)
    for leg in legs:
        vector[leg.lot, leg.origin] -= leg.quantity
        vector[leg.lot, leg.destination] += leg.quantity
    return {place: change for place, change in vector.items() if change}


def difference(wanted: Mapping[tuple[str, int], int], stored: Mapping[tuple[str, int], int]) -> Vector:
    """What is missing from ``stored`` to make it ``wanted``."""
    places = dict.fromkeys((*wanted, *stored))
    changes = {place: wanted.get(place, 0) - stored.get(place, 0) for place in places}
    return {place: change for place, change in changes.items() if change}


def ways(item: int, serial: str, vector: Mapping[tuple[str, int], int]) -> Iterator[Leg]:
    """Legs that do what the vector says: within each lot, from where it sinks to where it rises."""
    for lot in sorted({lot for lot, _ in vector}):
        changes = sorted((place, change) for (name, place), change in vector.items() if name == lot)
        sinking = [(place, -change) for place, change in changes if change < 0]
        rising = [(place, change) for place, change in changes if change > 0]
        yield from (Leg(item, lot, serial, *way) for way in paired(sinking, rising))


def paired(sinking: list[tuple[int, int]], rising: list[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Origin, destination and quantity of each way between places that lose and places that gain."""
    while sinking and rising:
        (origin, surplus), (destination, need) = sinking.pop(), rising.pop()
        quantity = min(surplus, need)
        yield origin, destination, quantity
        if surplus > quantity:
            sinking.append((origin, surplus - quantity))
        if need > quantity:
            rising.append((destination, need - quantity))
