"""What a person must look at, over JSON."""

from typing import Any

from app.clock import now_ms
from app.database import reading, transaction
from app.people.guard import current_user_id, require_role
from app.stock.discrepancies.acceptance import accept
from app.stock.discrepancies.listing import discrepancies, discrepancy_by_id
from app.stock.discrepancies.resolution import Resolution, resolve
from app.stock.discrepancies.schemas import (
    DiscrepanciesQuerySchema,
    DiscrepancyPageSchema,
    DiscrepancySchema,
    NoteSchema,
    ResolutionSchema,
)
from app.stock.shapes import scrolled
from app.web.api import Blueprint

discrepancies_json = Blueprint(
    "discrepancies_json",
    __name__,
    url_prefix="/api/stock/discrepancies",
    description="What a person must look at, and decides.",
)

FOUND = "/<int(max=2147483647):number>"


@discrepancies_json.route("", methods=["GET"])
@require_role("viewer")
@discrepancies_json.arguments(DiscrepanciesQuerySchema, location="query")
@discrepancies_json.response(200, DiscrepancyPageSchema)
def discrepancies_listed(given: dict[str, Any]) -> dict[str, Any]:
    """List discrepancies, newest first"""
    with reading() as connection:
        rows = discrepancies(connection, given, given["limit"])
    return scrolled(rows, given["limit"])


@discrepancies_json.route(FOUND, methods=["GET"])
@require_role("viewer")
@discrepancies_json.response(200, DiscrepancySchema)
def discrepancy_shown(number: int) -> Any:
    """Show a discrepancy"""
    with reading() as connection:
        return discrepancy_by_id(connection, number)


@discrepancies_json.route(f"{FOUND}/acceptance", methods=["POST"])
@require_role("manager")
@discrepancies_json.arguments(NoteSchema)
@discrepancies_json.response(200, DiscrepancySchema)
def discrepancy_accepted(given: dict[str, Any], number: int) -> Any:
    """Accept a discrepancy

    The book keeps what it says. Should the quantity change, it opens anew. 409 `already_closed`.
    """
    with transaction() as connection:
        accept(connection, number, current_user_id(), given["note"])
        return discrepancy_by_id(connection, number)


@discrepancies_json.route(f"{FOUND}/resolution", methods=["POST"])
@require_role("manager")
@discrepancies_json.arguments(ResolutionSchema)
@discrepancies_json.response(200, DiscrepancySchema)
def discrepancy_resolved(given: dict[str, Any], number: int) -> Any:
    """Resolve a discrepancy by counter-entries

    Nothing is edited: `reverse` takes its operation back; `adjust` fills a shelf below zero up to zero;
    `identify` posts unknown goods anew as `item`; `relabel` does so with another `lot`; `enter` makes the
    lot known. It closes once the book does not show it any more. 422 where the act does not fit.
    """
    with transaction() as connection:
        resolve(connection, number, Resolution(**given), current_user_id(), now_ms())
        return discrepancy_by_id(connection, number)
