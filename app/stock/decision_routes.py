"""What people decide about the stock over JSON: discrepancies and quarantine."""

from typing import Any

from app.clock import now_ms
from app.database import reading, transaction
from app.people.guard import current_user_id, require_role
from app.stock.decision_schemas import (
    AmendmentSchema,
    DiscrepanciesQuerySchema,
    DiscrepancyPageSchema,
    DiscrepancySchema,
    NoteSchema,
    QuarantinedSchema,
    QuarantinePageSchema,
    QuarantineQuerySchema,
    ReasonSchema,
    ResolutionSchema,
)
from app.stock.discrepancies import accept, discrepancies, discrepancy_by_id
from app.stock.quarantine import (
    discard,
    entry_by_id,
    propose_discard,
    quarantined,
    withdraw_proposal,
)
from app.stock.release import release
from app.stock.resolution import Resolution, resolve
from app.web.api import Blueprint

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


@decisions.route(f"{FOUND}/resolution", methods=["POST"])
@require_role("manager")
@decisions.arguments(ResolutionSchema)
@decisions.response(200, DiscrepancySchema)
def discrepancy_resolved(given: dict[str, Any], number: int) -> Any:
    """Resolve a discrepancy by counter-entries

    Nothing is edited: `reverse` takes its operation back; `adjust` fills a shelf below zero up to zero;
    `identify` posts unknown goods anew as `item`; `relabel` does so with another `lot`; `enter` makes the
    lot known. It closes once the book does not show it any more. 422 where the act does not fit.
    """
    with transaction() as connection:
        resolve(connection, number, Resolution(**given), current_user_id(), now_ms())
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


@decisions.route(f"{HELD}/release", methods=["POST"])
@require_role("manager")
@decisions.response(200, QuarantinedSchema)
def entry_released(number: int) -> Any:
    """Post a held operation as it is

    In its own place in the order, under its captor's name. 422 with the reason where it still cannot be
    posted.
    """
    return released(number, None)


@decisions.route(f"{HELD}/amendment", methods=["POST"])
@require_role("manager")
@decisions.arguments(AmendmentSchema)
@decisions.response(200, QuarantinedSchema)
def entry_amended(given: dict[str, Any], number: int) -> Any:
    """Post a held operation with another body

    What was received stays on record. 422 with the reason where it still cannot be posted.
    """
    return released(number, given["body"])


@decisions.route(f"{HELD}/proposal", methods=["POST"])
@require_role("manager")
@decisions.arguments(ReasonSchema)
@decisions.response(200, QuarantinedSchema)
def discard_proposed(given: dict[str, Any], number: int) -> Any:
    """Propose to discard what could not be posted

    A second person confirms it by `discard`. 409 `already_proposed`, `already_decided`.
    """
    with transaction() as connection:
        propose_discard(connection, number, current_user_id(), given["reason"])
        return entry_by_id(connection, number)


@decisions.route(f"{HELD}/proposal", methods=["DELETE"])
@require_role("manager")
@decisions.response(200, QuarantinedSchema)
def proposal_withdrawn(number: int) -> Any:
    """Withdraw the proposal to discard

    409 `not_proposed`, `already_decided`.
    """
    with transaction() as connection:
        withdraw_proposal(connection, number)
        return entry_by_id(connection, number)


@decisions.route(f"{HELD}/discard", methods=["POST"])
@require_role("manager")
@decisions.arguments(ReasonSchema)
@decisions.response(200, QuarantinedSchema)
def entry_discarded(given: dict[str, Any], number: int) -> Any:
    """Discard what could not be posted

    It stays on record and never counts. Somebody else must have proposed it: 409 `not_proposed`, and 403
    `second_person` for the one who captured or proposed it. 409 `already_decided`.
    """
    with transaction() as connection:
        discard(connection, number, current_user_id(), given["reason"])
        return entry_by_id(connection, number)


def released(number: int, body: dict[str, Any] | None) -> Any:
    """Post a held operation; the entry as it then stands."""
    with transaction() as connection:
        release(connection, number, body, current_user_id(), now_ms())
        return entry_by_id(connection, number)


def scrolled(rows: list[Any], limit: int) -> dict[str, Any]:
    """A page of a list that grows at its head."""
    return {"rows": rows, "next_before": rows[-1].id if len(rows) == limit else None}
