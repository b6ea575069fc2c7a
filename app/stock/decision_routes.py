"""What people decide about the stock over JSON: discrepancies and quarantine."""

from typing import Any

from app.api import Blueprint
from app.database import reading, transaction
from app.people.guard import current_user_id, require_role
from app.stock.discrepancies import accept, discrepancies, discrepancy_by_id
from app.stock.quarantine import discard, entry_by_id, quarantined
from app.stock.schemas import (
    DiscrepanciesQuerySchema,
    DiscrepancyPageSchema,
    DiscrepancySchema,
    NoteSchema,
    QuarantinedSchema,
    QuarantinePageSchema,
    QuarantineQuerySchema,
    ReasonSchema,
)

decisions = Blueprint(
    "decisions", __name__, url_prefix="/api/stock", description="What a person must look at, and decides."
)

FOUND = "/discrepancies/<int(max=2147483647):number>"
HELD = "/quarantine/<int(max=2147483647):number>"


@decisions.route("/discrepancies", methods=["GET"])
@require_role("viewer")
@decisions.arguments(DiscrepanciesQuerySchema, location="query")
@decisions.response(200, DiscrepancyPageSchema)
def discrepancies_listed(given: dict[str, Any]) -> dict[str, Any]:
    """List discrepancies, newest first"""
    with reading() as connection:
        rows = discrepancies(connection, given, given["limit"])
    return scrolled(rows, given["limit"])


@decisions.route(FOUND, methods=["GET"])
@require_role("viewer")
@decisions.response(200, DiscrepancySchema)
def discrepancy_shown(number: int) -> Any:
    """Show a discrepancy"""
    with reading() as connection:
        return discrepancy_by_id(connection, number)


@decisions.route(f"{FOUND}/acceptance", methods=["POST"])
@require_role("manager")
@decisions.arguments(NoteSchema)
@decisions.response(200, DiscrepancySchema)
def discrepancy_accepted(given: dict[str, Any], number: int) -> Any:
    """Accept a discrepancy

    The book keeps what it says. Should the quantity change, it opens anew. 409 `already_closed`.
    """
    with transaction() as connection:
        accept(connection, number, current_user_id(), given["note"])
        return discrepancy_by_id(connection, number)


@decisions.route("/quarantine", methods=["GET"])
@require_role("operator")
@decisions.arguments(QuarantineQuerySchema, location="query")
@decisions.response(200, QuarantinePageSchema)
def quarantine_listed(given: dict[str, Any]) -> dict[str, Any]:
    """List what could not be posted, newest first"""
    with reading() as connection:
        rows = quarantined(connection, given, given["limit"])
    return scrolled(rows, given["limit"])


@decisions.route(HELD, methods=["GET"])
@require_role("operator")
@decisions.response(200, QuarantinedSchema)
def entry_shown(number: int) -> Any:
    """Show what could not be posted"""
    with reading() as connection:
        return entry_by_id(connection, number)


@decisions.route(f"{HELD}/discard", methods=["POST"])
@require_role("manager")
@decisions.arguments(ReasonSchema)
@decisions.response(200, QuarantinedSchema)
def entry_discarded(given: dict[str, Any], number: int) -> Any:
    """Discard what could not be posted

    It stays on record and never counts. 403 `second_person` for the one who captured it,
    409 `already_decided`.
    """
    with transaction() as connection:
        discard(connection, number, current_user_id(), given["reason"])
        return entry_by_id(connection, number)


def scrolled(rows: list[Any], limit: int) -> dict[str, Any]:
    """A page of a list that grows at its head."""
    return {"rows": rows, "next_before": rows[-1].id if len(rows) == limit else None}
