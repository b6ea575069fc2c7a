"""Taking an import back as a whole: what would happen, and the job that does it, part after part.

The journal says what the import did. Things that somebody changed since, or that are in use, stay as they
are and are listed; everything else goes back. Parts are taken from the end, so that what stands on
something goes before it; after a crash the job goes on with what the journal still holds open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from app.clock import now_ms
from app.database import reading, transaction
from app.imports.audit_entry import audited
from app.imports.journal import Journal, count_entries, open_entries, settle_entries
from app.imports.kinds import afterwards, kind_of
from app.imports.models import ImportEntry
from app.imports.state import AT_WORK, import_of, set_import, worked_on
from app.imports.steering import UNDO
from app.jobs import Task, enqueue
from app.people.audit.trail import acting_as, person_acting, record
from app.web.errors import Refusal
from app.words import t

PART = 500
"""Things that are taken back in one transaction."""

PREVIEW_LIMIT = 5_000
"""Things that a preview looks at; beyond it the rest is told as a number alone."""

REASONS_SHOWN = 100


@dataclass
class Preview:
    """What taking an import back would come to."""

    total: int = 0
    looked_at: int = 0
    going: int = 0
    """Of those that were looked at."""
    reasons: list[str] = field(default_factory=list)
    """Why the others stay; at most ``REASONS_SHOWN``."""

    @property
    def staying(self) -> int:
        """Of those that were looked at, how many stay."""
        return self.looked_at - self.going


def preview(connection: Connection, found: Mapping[str, Any]) -> Preview:
    """What would happen. Raises Refusal 409 ``not_undoable``."""
    refuse_not_undoable(connection, found)
    kind, seen = kind_of(found["kind"]), Preview(count_entries(connection, found["id"]).get("", 0))
    below = None
    while seen.looked_at < PREVIEW_LIMIT:
        entries = open_entries(connection, found["id"], below, PART)
        if not entries:
            break
        kept = kind.rules.kept(connection, entries)
        seen.looked_at += len(entries)
        seen.going += len(entries) - len(kept)
        seen.reasons += list(kept.values())[: REASONS_SHOWN - len(seen.reasons)]
        below = entries[-1].id
    return seen


def refuse_not_undoable(connection: Connection, found: Mapping[str, Any]) -> None:
    """Raises Refusal 409: ``busy``; ``undone`` the second time; ``not_undoable`` where nothing was done."""
    if found["state"] in AT_WORK:
        raise Refusal(409, "busy", t("imports.import_busy"))
    if found["state"] == "undone":
        raise Refusal(409, "undone", t("imports.undone_already"))
    if not count_entries(connection, found["id"]).get(""):
        raise Refusal(409, "not_undoable", t("imports.not_undoable"))


def start_undo(connection: Connection, import_id: str, user_id: int) -> str:
    """Queue the undoing; the job's id. Raises Refusal 404, and 409 as ``refuse_not_undoable``."""
    found = import_of(connection, import_id)
    refuse_not_undoable(connection, found)
    values = {"undone_by": user_id, "undone_at": now_ms(), "undone_count": 0, "kept_count": 0}
    set_import(connection, import_id, state="undoing", **values)
    record(connection, "undone", ("import", import_id, found["file_name"]))
    return enqueue(connection, UNDO, {"import": import_id}, f"{UNDO}:{import_id}")


def undo_import(task: Task) -> dict[str, int]:
    """Take back part after part what can be, and note what was kept and why; how many of both.

    Raises JobFailed where the import was removed meanwhile.
    """
    found = worked_on(task.payload["import"])
    with reading() as connection:
        total = sum(count_entries(connection, found["id"]).values())
    if found["state"] != "undoing":
        return {}
    while outcome := undo_part(found):
        task.report(outcome, total)
    with transaction() as connection:
        counts = counted(connection, found["id"])
        set_import(connection, found["id"], state="undone", undone_at=now_ms(), **counts)
        audited(connection, "undone", {**found, **counts}, found["undone_by"])
        for name in afterwards():
            enqueue(connection, name, {}, name)
    return counts


def undo_part(found: Mapping[str, Any]) -> int:
    """Take one part back; how many things were looked at so far, 0 at the end."""
    kind = kind_of(found["kind"])
    with transaction() as connection:
        entries = open_entries(connection, found["id"], None, PART)
        if not entries:
            return 0
        kept = kind.rules.kept(connection, entries)
        settle_entries(connection, entries, kept)
        counts = counted(connection, found["id"])
        set_import(connection, found["id"], **counts)
        going = [entry for entry in entries if entry.id not in kept]
        with acting_as(person_acting(connection, found["undone_by"])):
            kind.rules.undo(connection, going, Journal(found["id"], found["undone_by"], now_ms()))
    return sum(counts.values())


def counted(connection: Connection, import_id: str) -> dict[str, int]:
    """How many things were taken back and how many were kept, as the import says it."""
    counts = count_entries(connection, import_id)
    return {"undone_count": counts.get("undone", 0), "kept_count": counts.get("kept", 0)}


def reasons_kept(connection: Connection, import_id: str) -> list[str]:
    """Why things were kept, of the first ones."""
    kept = select(ImportEntry.reason).where(ImportEntry.import_id == import_id, ImportEntry.outcome == "kept")
    return list(connection.scalars(kept.order_by(ImportEntry.id).limit(REASONS_SHOWN)))
