"""What could not be posted, over JSON."""

from typing import Any

from app.clock import now_ms
from app.database import reading, transaction
from app.people.guard import current_user_id, require_role
from app.stock.quarantine.decisions import discard, propose_discard, withdraw_proposal
from app.stock.quarantine.held_operations import entry_by_id, quarantined
from app.stock.quarantine.release import release
from app.stock.quarantine.schemas import (
    AmendmentSchema,
    QuarantinedSchema,
    QuarantinePageSchema,
    QuarantineQuerySchema,
    ReasonSchema,
)
from app.stock.shapes import scrolled
from app.web.api import Blueprint

quarantine_json = Blueprint(
    "quarantine_json",
    __name__,
    url_prefix="/api/stock/quarantine",
    description="What could not be posted, until a person decides.",
)

HELD = "/<int(max=2147483647):number>"


@quarantine_json.route("", methods=["GET"])
@require_role("operator")
@quarantine_json.arguments(QuarantineQuerySchema, location="query")
@quarantine_json.response(200, QuarantinePageSchema)
def quarantine_listed(given: dict[str, Any]) -> dict[str, Any]:
    """List what could not be posted, newest first"""
    with reading() as connection:
        rows = quarantined(connection, given, given["limit"])
    return scrolled(rows, given["limit"])


@quarantine_json.route(HELD, methods=["GET"])
@require_role("operator")
@quarantine_json.response(200, QuarantinedSchema)
def entry_shown(number: int) -> Any:
    """Show what could not be posted"""
    with reading() as connection:
        return entry_by_id(connection, number)


@quarantine_json.route(f"{HELD}/release", methods=["POST"])
@require_role("manager")
@quarantine_json.response(200, QuarantinedSchema)
def entry_released(number: int) -> Any:
    """Post a held operation as it is

    In its own place in the order, under its captor's name. 422 with the reason where it still cannot be
    posted.
    """
    return released(number, None)


@quarantine_json.route(f"{HELD}/amendment", methods=["POST"])
@require_role("manager")
@quarantine_json.arguments(AmendmentSchema)
@quarantine_json.response(200, QuarantinedSchema)
def entry_amended(given: dict[str, Any], number: int) -> Any:
    """Post a held operation with another body

    What was received stays on record. 422 with the reason where it still cannot be posted.
    """
    return released(number, given["body"])


@quarantine_json.route(f"{HELD}/proposal", methods=["POST"])
@require_role("manager")
@quarantine_json.arguments(ReasonSchema)
@quarantine_json.response(200, QuarantinedSchema)
def discard_proposed(given: dict[str, Any], number: int) -> Any:
    """Propose to discard what could not be posted

    A second person confirms it by `discard`. 409 `already_proposed`, `already_decided`.
    """
    with transaction() as connection:
        propose_discard(connection, number, current_user_id(), given["reason"])
        return entry_by_id(connection, number)


@quarantine_json.route(f"{HELD}/proposal", methods=["DELETE"])
@require_role("manager")
@quarantine_json.response(200, QuarantinedSchema)
def proposal_withdrawn(number: int) -> Any:
    """Withdraw the proposal to discard

    409 `not_proposed`, `already_decided`.
    """
    with transaction() as connection:
        withdraw_proposal(connection, number)
        return entry_by_id(connection, number)


@quarantine_json.route(f"{HELD}/discard", methods=["POST"])
@require_role("manager")
@quarantine_json.arguments(ReasonSchema)
@quarantine_json.response(200, QuarantinedSchema)
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
