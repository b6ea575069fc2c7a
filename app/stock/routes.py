"""The stock over JSON: what lies where, what moved, one operation, one serial."""

from typing import Any

from app.api import Blueprint
from app.database import reading
from app.listing import listing_of, page_body
from app.people.guard import require_role
from app.stock.level_list import SHAPE, level_page
from app.stock.movement_list import movement_page
from app.stock.operation_story import operation_story
from app.stock.schemas import (
    LevelPageSchema,
    LevelsQuerySchema,
    MovementPageSchema,
    MovementsQuerySchema,
    SerialHistorySchema,
    SerialQuerySchema,
    StorySchema,
)
from app.stock.serial_history import serial_history

stock = Blueprint("stock_json", __name__, url_prefix="/api/stock", description="What lies where, and why.")


@stock.route("", methods=["GET"])
@require_role("viewer")
@stock.arguments(LevelsQuerySchema, location="query")
@stock.response(200, LevelPageSchema)
def levels_listed(given: dict[str, Any]) -> dict[str, Any]:
    """List stock

    By item, location (with everything in it) and lot. `search` finds words of the item, the beginning of a
    location's code, or a lot. Totals are counted up to 10,000.
    """
    with reading() as connection:
        page = level_page(connection, listing_of(given, SHAPE), given)
    return {**page_body(page), "more_than_total": page.is_capped}


@stock.route("/movements", methods=["GET"])
@require_role("viewer")
@stock.arguments(MovementsQuerySchema, location="query")
@stock.response(200, MovementPageSchema)
def movements_listed(given: dict[str, Any]) -> dict[str, Any]:
    """List movements, newest first

    A page may hold fewer rows than asked for and still not be the last one: go on while `next_before` is
    a number.
    """
    with reading() as connection:
        rows, following = movement_page(connection, given, given["limit"])
    return {"rows": rows, "next_before": following}


@stock.route("/operations/<string:operation_id>", methods=["GET"])
@require_role("viewer")
@stock.response(200, StorySchema)
def operation_shown(operation_id: str) -> dict[str, Any]:
    """Show one operation with its verdict, its movements and what came of it"""
    with reading() as connection:
        return operation_story(connection, operation_id)


@stock.route("/serials", methods=["GET"])
@require_role("viewer")
@stock.arguments(SerialQuerySchema, location="query")
@stock.response(200, SerialHistorySchema)
def serial_shown(given: dict[str, Any]) -> dict[str, Any]:
    """Show where one serial is and was"""
    with reading() as connection:
        return serial_history(connection, given["item"], given["serial"], given["limit"])
