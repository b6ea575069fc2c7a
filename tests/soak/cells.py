"""The cells that the writers change: few, so that they meet."""

from sqlalchemy import Connection, insert

from app.catalog.models import Item
from app.clock import now_ms
from app.warehouse.models import Location
from sync.protocol import feed_key

FIRST = 1000
GOODS, PLACES = 8, 5
Cell = tuple[int, str, int]
CELLS: list[Cell] = [(FIRST + item, "", FIRST + place) for item in range(GOODS) for place in range(PLACES)]


def key_of(cell: Cell) -> str:
    """The cell's name in the feed."""
    return feed_key(*cell)


def furnish(connection: Connection) -> None:
    """The goods and places of the cells."""
    times = {"created_at": now_ms(), "updated_at": now_ms()}
    for number in range(FIRST, FIRST + GOODS):
        connection.execute(insert(Item).values(id=number, code=f"G{number}", name="Tea", **times))
    for number in range(FIRST, FIRST + PLACES):
        place = {"code": f"P{number}", "barcode": f"P{number}", "kind": "bin", **times}
        connection.execute(insert(Location).values(id=number, **place))
