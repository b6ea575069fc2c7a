"""A small world of facts for property tests: few items, few places, many collisions."""

from hypothesis import strategies as st

from sync.ledger import Surroundings
from sync.movement import (
    ADJUSTMENT,
    CUSTOMER,
    SUPPLIER,
    TRANSIT,
    UNIDENTIFIED,
    Body,
    Count,
    ItemFacts,
    Move,
    Operation,
    Packed,
    Reverse,
    Task,
    Void,
)
from sync.quantity import SCALE

TEA, TIN, CUP, OLD, DRILL = 2, 3, 4, 5, 6
DOCK, A1, A2 = 10, 11, 12
PLACES = (DOCK, A1, A2)
AROUND = Surroundings(
    items={
        UNIDENTIFIED: ItemFacts(),
        TEA: ItemFacts("lot"),
        TIN: ItemFacts(),
        CUP: ItemFacts(survivor=TIN),
        OLD: ItemFacts(archived_at=50),
        DRILL: ItemFacts("serial"),
    },
    entered=frozenset({(TEA, "L3")}),
)
LOTS = {TEA: ("L1", "L2", "L3"), DRILL: ("", "", "", "L1"), UNIDENTIFIED: ("code",)}
SERIALS = ("s1", "s2", "s3")
CASE = 7
"""A pack of which the server holds one base unit; devices may think that it holds two."""


def name_of(number: int) -> str:
    """The id of the n-th operation of a history."""
    return f"00000000-0000-7000-8000-{number:012x}"


Goods = st.SearchStrategy[tuple[int, str, tuple[str, ...]]]


def goods(items: tuple[int, ...]) -> Goods:
    """An item, its lot and, for tracked ones most often, serials."""
    return st.sampled_from(items).flatmap(
        lambda item: st.tuples(
            st.just(item),
            st.sampled_from(LOTS.get(item, ("",))),
            st.lists(st.sampled_from(SERIALS), unique=True, max_size=3).map(tuple)
            if item == DRILL
            else st.just(()),
        )
    )


def packed(quantity: int) -> st.SearchStrategy[Packed | None]:
    """None most often; else packs of one, or of two by the device's reckoning."""
    captured = st.sampled_from((SCALE, 2 * SCALE)).map(lambda factor: Packed(CASE, "case", factor, quantity))
    return st.one_of(st.none(), st.none(), captured)


@st.composite
def moves(draw: st.DrawFn, named: Goods) -> Move:
    item, lot, serials = draw(named)
    origin, destination = draw(
        st.sampled_from(
            [
                (a, b)
                for a in (*PLACES, SUPPLIER, TRANSIT, ADJUSTMENT)
                for b in (*PLACES, CUSTOMER, TRANSIT)
                if a != b
            ]
        )
    )
    quantity = len(serials) * SCALE or draw(st.integers(1, 4)) * SCALE
    return Move(item, lot, origin, destination, quantity, serials, packed=draw(packed(quantity)))


@st.composite
def counts(draw: st.DrawFn, named: Goods) -> Count:
    item, lot, serials = draw(named)
    place = draw(st.sampled_from(PLACES))
    if item == DRILL and draw(st.booleans()):
        return Count(item, lot, place, len(serials) * SCALE, serials)
    quantity = draw(st.integers(0, 4)) * SCALE
    return Count(item, lot, place, quantity, packed=draw(packed(quantity)))


REST = (st.just(Void()), st.just(Task("t", "claim")))
ALL_GOODS = goods((TEA, TIN, TIN, CUP, OLD, DRILL, DRILL, DRILL, UNIDENTIFIED))
SERIALS_ONLY = goods((DRILL,))
BODIES = st.one_of(moves(ALL_GOODS), moves(ALL_GOODS), counts(ALL_GOODS), counts(ALL_GOODS), *REST)
SERIAL_BODIES = st.one_of(moves(SERIALS_ONLY), counts(SERIALS_ONLY))


@st.composite
def histories(draw: st.DrawFn, bodies: st.SearchStrategy[Body] = BODIES) -> list[Operation]:
    """Facts of three devices, each in its order of capture; some take back others."""
    facts: list[Operation] = []
    last = {"a": (0, 0), "b": (0, 0), "c": (0, 0)}
    size = draw(st.integers(1, 14))
    for number in range(size):
        device = draw(st.sampled_from("abc"))
        at, seq = last[device]
        at += draw(st.integers(0, 25))
        body: Body = draw(bodies)
        if draw(st.integers(0, 4)) == 0:
            body = Reverse(name_of(draw(st.integers(0, size - 1))))
        last[device] = (at, seq + 1)
        facts.append(
            Operation(
                name_of(number),
                device,
                1,
                seq + 1,
                at,
                draw(st.sampled_from((1, 5))),
                body,
                draw(st.integers(0, 9)) > 0,
            )
        )
    return facts


@st.composite
def deliveries(draw: st.DrawFn, facts: list[Operation]) -> list[list[Operation]]:
    """An order of arrival that keeps each device's own order, cut into batches."""
    queues = {name: [fact for fact in facts if fact.device == name] for name in "abc"}
    order = []
    while any(queues.values()):
        name = draw(st.sampled_from([name for name, queue in queues.items() if queue]))
        order.append(queues[name].pop(0))
    batches: list[list[Operation]] = [[]]
    for fact in order:
        if batches[-1] and draw(st.booleans()):
            batches.append([])
        batches[-1].append(fact)
    return batches
