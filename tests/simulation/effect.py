"""What a phone's own, unsettled operations do to what its screen shows."""

from sync.quantity import BadQuantity, parse_quantity
from tests.simulation.durable import Wire
from tests.simulation.shelf import Cell


def cells_of(operations: list[Wire]) -> set[Cell]:
    """The cells that operations name."""
    places = ("from", "to", "location")
    bodies = [operation["body"] for operation in operations if "item" in operation["body"]]
    return {
        (body["item"], body.get("lot", ""), body[place])
        for body in bodies
        for place in places
        if place in body
    }


def effect(operation: Wire, cell: Cell, quantity: int) -> int:
    """What one own, unsettled operation does to the quantity shown for a cell."""
    item, lot, location = cell
    body = operation["body"]
    if (body.get("item"), body.get("lot", "")) != (item, lot):
        return quantity
    if operation["kind"] == "count" and body["location"] == location and "serials" not in body:
        return parse_quantity(body["quantity"])
    if operation["kind"] != "move":
        return quantity
    try:
        moved = parse_quantity(body["quantity"])
    except BadQuantity:
        return quantity
    return quantity + moved * ((body["to"] == location) - (body["from"] == location))
