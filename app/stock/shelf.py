"""What the book tells the areas below it: where things stand, what moved last, whether anything ever did."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.catalog.models import Item, Lot
from app.catalog.shelf import MovementLine, Standing, Waiting
from app.clock import now_ms
from app.database.keys import among, chunks
from app.people.devices.models import Device
from app.people.models import User
from app.stock.book.models import Movement, Operation, SerialPosition, StockLevel
from app.stock.book.reasons import reason_written
from app.stock.book.recheck import recheck
from app.stock.feed.site_states import resettle
from app.stock.levels.level_list import below
from app.stock.movements.listing import RECENT, newest_id
from app.stock.reach import movement_seen, place_seen
from app.stock.waiting import waiting_on
from app.warehouse.models import Location

ORIGIN, DESTINATION = aliased(Location, name="origin"), aliased(Location, name="destination")


class BookShelf:
    """Answers ``app.catalog.shelf.Shelf`` from the tables of the book."""

    def on_hand(self, connection: Connection, item_ids: Sequence[int]) -> dict[int, int]:
        """Millionths at real locations for each item that stands anywhere."""
        query = (
            select(StockLevel.item_id, func.sum(StockLevel.quantity))
            .join(Location, Location.id == StockLevel.location_id)
            .where(among(StockLevel.item_id, item_ids), Location.kind != "virtual", StockLevel.quantity != 0)
            .where(place_seen())
            .group_by(StockLevel.item_id)
        )
        return {item: int(quantity) for item, quantity in connection.execute(query).all()}

    def of_items(self, connection: Connection, item_ids: Sequence[int], limit: int) -> list[Standing]:
        """Where these items stand, by walking order."""
        return standing(connection, StockLevel.item_id.in_(item_ids), limit, Location.walk_order)

    def within(self, connection: Connection, location_id: int, limit: int) -> list[Standing]:
        """What stands at a location or anywhere in it, by place and item."""
        return standing(
            connection, StockLevel.location_id.in_(below(location_id)), limit, Location.walk_order
        )

    def occupied(self, connection: Connection, location_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
        """For each location in which anything stands: at how many places, how many kinds of goods."""
        root = Location.id.label("root")
        tree = select(root, Location.id).where(Location.id.in_(location_ids)).cte("tree", recursive=True)
        tree = tree.union_all(select(tree.c.root, Location.id).join(tree, Location.parent_id == tree.c.id))
        query = (
            select(
                tree.c.root,
                func.count(StockLevel.location_id.distinct()),
                func.count(StockLevel.item_id.distinct()),
            )
            .join(StockLevel, StockLevel.location_id == tree.c.id)
            .where(StockLevel.quantity != 0)
            .group_by(tree.c.root)
        )
        return {place: (int(places), int(goods)) for place, places, goods in connection.execute(query)}

    def latest_of(self, connection: Connection, item_ids: Sequence[int], limit: int) -> list[MovementLine]:
        """The latest movements of any of these items, newest first."""
        return latest(connection, Movement.item_id.in_(item_ids), limit=limit)

    def latest_within(self, connection: Connection, location_id: int, limit: int) -> list[MovementLine]:
        """The latest movements at a location or anywhere in it, newest first.

        No index leads from a location to its movements, because each index costs every movement that is
        written: so only the recent ones are looked through.
        """
        head = newest_id(connection)
        places = below(location_id)
        touched = or_(Movement.from_id.in_(places), Movement.to_id.in_(places))
        return latest(connection, Movement.id > head - RECENT, touched, limit=limit)

    def moved_among(self, connection: Connection, item_ids: Sequence[int]) -> set[int]:
        """Those of these items of which the book holds any movement."""
        moved = exists().where(Movement.item_id == Item.id)
        return {
            item
            for part in chunks(item_ids)
            for item in connection.scalars(select(Item.id).where(Item.id.in_(part), moved))
        }

    def resettle(self, connection: Connection, place_ids: Sequence[int], site_id: int | None) -> None:
        """Take what stands at places over to another site, before they name it."""
        resettle(connection, place_ids, site_id)

    def waiting_on(self, connection: Connection, item_ids: Sequence[int]) -> Waiting:
        """What is open about these items, as far as the one who asks may see it."""
        return waiting_on(connection, item_ids)

    def look_again(self, connection: Connection, item_ids: Sequence[int]) -> list[tuple[str, str]]:
        """Open and close what merging or archiving these items changed; the changes for the feed."""
        return recheck(connection, item_ids, now_ms())


def latest(connection: Connection, *conditions: ColumnElement[bool], limit: int) -> list[MovementLine]:
    """The newest movements that fit; where no person is known to have made one, its device is named."""
    query = (
        select(
            Movement,
            Item.code.label("item_code"),
            Item.name.label("item_name"),
            Item.unit,
            ORIGIN.code.label("from_code"),
            DESTINATION.code.label("to_code"),
            Operation.body,
            func.coalesce(User.name, Device.name).label("actor"),
        )
        .join(Operation, Operation.id == Movement.operation_id)
        .outerjoin(Item, Item.id == Movement.item_id)
        .outerjoin(ORIGIN, ORIGIN.id == Movement.from_id)
        .outerjoin(DESTINATION, DESTINATION.id == Movement.to_id)
        .outerjoin(User, User.id == Operation.actor_id)
        .outerjoin(Device, Device.id == Operation.device_id)
        .where(*conditions, movement_seen())
        .order_by(Movement.id.desc())
        .limit(limit)
    )
    return [movement_line(row) for row in connection.execute(query)]


def standing(connection: Connection, where: Any, limit: int, order: Any) -> list[Standing]:
    """What stands at real locations and fits the condition."""
    query = (
        select(
            StockLevel.item_id,
            Item.code.label("item_code"),
            Item.name.label("item_name"),
            Item.unit,
            StockLevel.location_id,
            Location.code.label("location_code"),
            StockLevel.lot,
            Lot.expires_on,
            StockLevel.quantity,
            serials_there().label("serials"),
        )
        .join(Item, Item.id == StockLevel.item_id)
        .join(Location, Location.id == StockLevel.location_id)
        .outerjoin(Lot, and_(Lot.item_id == StockLevel.item_id, Lot.code == StockLevel.lot))
        .where(where, StockLevel.quantity != 0, Location.kind != "virtual", place_seen())
        .order_by(order, Location.code, Item.code, StockLevel.lot)
        .limit(limit)
    )
    return [Standing(**row._mapping) for row in connection.execute(query)]


def serials_there() -> ScalarSelect[int]:
    """How many serials stand where the level of the row around it counts."""
    return (
        select(func.count())
        .where(
            SerialPosition.item_id == StockLevel.item_id,
            SerialPosition.location_id == StockLevel.location_id,
            SerialPosition.lot == StockLevel.lot,
        )
        .scalar_subquery()
    )


def movement_line(row: Any) -> MovementLine:
    """One row of the query as it is read."""
    return MovementLine(
        operation_id=row.operation_id,
        effective_at=row.effective_at,
        role=row.role,
        item_id=row.item_id,
        item_code=row.item_code or "",
        item_name=row.item_name or "",
        unit=row.unit or "",
        lot=row.lot,
        serial=row.serial,
        from_id=row.from_id,
        from_code=row.from_code or "",
        to_id=row.to_id,
        to_code=row.to_code or "",
        quantity=row.quantity,
        actor=row.actor or "",
        reason=reason_written(row.body),
    )
