"""The audit trail over JSON, for administrators."""

import json
from typing import Any

from marshmallow import Schema, fields, validate

from app.lists.listing import ListQuery, listing_of, page_body, page_schema
from app.people.audit.listing import KINDS, audit_shape, list_entries
from app.people.guard import require_role
from app.web.api import Blueprint

audit = Blueprint("audit", __name__, url_prefix="/api/audit", description="Who changed what, and when.")

LATEST_MS = 2**53


class AuditQuerySchema(ListQuery):
    """Which entries. Times are milliseconds since 1970."""

    person = fields.Integer(validate=validate.Range(1, 2**31 - 1))
    kind = fields.String(validate=validate.OneOf(KINDS))
    act = fields.String(validate=validate.Length(1, 40))
    since = fields.Integer(validate=validate.Range(0, LATEST_MS))
    until = fields.Integer(validate=validate.Range(0, LATEST_MS), metadata={"description": "Not included."})


class AuditEntrySchema(Schema):
    """One change that somebody made."""

    id = fields.Integer(required=True)
    at = fields.Integer(required=True, metadata={"description": "Milliseconds since 1970."})
    actor_kind = fields.String(
        required=True, metadata={"description": "person, device, token (a program for a person) or system."}
    )
    user_id = fields.Integer(required=True, allow_none=True)
    actor = fields.String(required=True)
    address = fields.String(required=True)
    action = fields.String(required=True)
    subject_kind = fields.String(required=True)
    subject_id = fields.String(required=True)
    subject_name = fields.String(required=True)
    before = fields.Function(lambda entry: json.loads(entry.before), metadata={"type": "object"})
    after = fields.Function(lambda entry: json.loads(entry.after), metadata={"type": "object"})
    trace = fields.String(required=True, metadata={"description": "The request, as the log names it."})


@audit.route("", methods=["GET"])
@require_role("administrator")
@audit.arguments(AuditQuerySchema, location="query")
@audit.response(200, page_schema("AuditPage", AuditEntrySchema))
def entries_listed(given: dict[str, Any]) -> dict[str, Any]:
    """List who changed what

    Of a secret it is told that it changed, never what it is.
    """
    named: dict[str, Any] = {name: str(given[name]) for name in ("person", "kind", "act") if name in given}
    listing = listing_of({**given, **named}, audit_shape())
    return page_body(list_entries(listing, given.get("since"), given.get("until")))
