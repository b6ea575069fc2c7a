"""The stock over JSON: what lies where, what moved, one operation, one serial, posting, verifying."""

from typing import Any

from flask import Response

from app.clock import now_ms
from app.database import reading, transaction
from app.lists.exports import TYPES, download
from app.lists.listing import listing_of, page_body
from app.people.guard import current_sites, current_user_id, require_role
from app.stock.book.watermark import Watermark, shown_watermark
from app.stock.levels.level_list import SHAPE, level_page
from app.stock.levels.serial_history import serial_history
from app.stock.levels.tables_out import stock_table
from app.stock.levels.verification import Verification, verified
from app.stock.movements.listing import movement_page
from app.stock.movements.operation_story import operation_story
from app.stock.office.posting import Draft
from app.stock.office.posting_once import post_drafts
from app.stock.reach import refuse_unseen_place
from app.stock.schemas import (
    CellQuerySchema,
    DraftsSchema,
    LevelPageSchema,
    LevelsQuerySchema,
    MovementPageSchema,
    MovementsQuerySchema,
    PostingsSchema,
    SerialHistorySchema,
    SerialQuerySchema,
    StorySchema,
    VerificationSchema,
    WatermarkSchema,
)
from app.web.api import Blueprint
from sync.movement import Cell

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


@stock.route("/table.csv", methods=["GET"])
@require_role("viewer")
@stock.response(200, content_type=TYPES["csv"])
def stock_as_csv() -> Response:
    """Export stock as CSV

    Everything on hand at the sites that are open to you, by item, lot and location. An import of opening
    stock reads the file again: into the same stock it changes nothing.
    """
    return download(stock_table(current_sites()), "csv")


@stock.route("/table.xlsx", methods=["GET"])
@require_role("viewer")
@stock.response(200, content_type=TYPES["xlsx"])
def stock_as_workbook() -> Response:
    """Export stock as a workbook

    As `table.csv`.
    """
    return download(stock_table(current_sites()), "xlsx")


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


@stock.route("/operations", methods=["POST"])
@require_role("operator")
@stock.arguments(DraftsSchema)
@stock.response(201, PostingsSchema)
def operations_posted(given: dict[str, Any]) -> dict[str, Any]:
    """Post operations

    All of them, or none: 422 with the reason (`bad_quantity`, `unknown_item`, …) for the first that cannot
    be posted. Give each an `id` of your own to send a request again safely; 409 `id_reuse` for other
    content under it.
    """
    drafts = [
        Draft(**{**draft, "id": str(draft["id"]) if draft["id"] else None}) for draft in given["operations"]
    ]
    with transaction() as connection:
        return post_drafts(connection, current_user_id(), drafts, now_ms())


@stock.route("/watermark", methods=["GET"])
@require_role("viewer")
@stock.response(200, WatermarkSchema)
def watermark_shown() -> Watermark:
    """Tell up to when the book is complete, and which devices hold it back"""
    with reading() as connection:
        return shown_watermark(connection, now_ms())


@stock.route("/verify", methods=["GET"])
@require_role("viewer")
@stock.arguments(CellQuerySchema, location="query")
@stock.response(200, VerificationSchema)
def cell_verified(given: dict[str, Any]) -> Verification:
    """Verify one cell

    What is stored, against the sum of its movements and a replay of all facts of the item from zero.
    422 `too_many_facts` for an item that only `flask check` should replay.
    """
    with reading() as connection:
        refuse_unseen_place(connection, given["location"])
        return verified(connection, Cell(given["item"], given["lot"], given["location"]))
