"""What the audit trail says of an import: once for the whole, not for each row."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from app.people.audit.trail import acting_as, person_acting, record

TOLD = {
    "imported": ("created_count", "updated_count", "faulty_count"),
    "undone": ("undone_count", "kept_count"),
}
"""The numbers that go with each act."""


def audited(connection: Connection, action: str, found: Mapping[str, Any], user_id: int) -> None:
    """Write down that a person imported a table, or took one back."""
    numbers = {name: found[name] for name in TOLD[action]}
    with acting_as(person_acting(connection, user_id)):
        what = ("import", found["id"], found["file_name"])
        record(connection, action, what, None, {"kind": found["kind"], **numbers})
