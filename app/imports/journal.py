"""What an import did, thing by thing: what undoing reads, and what history keeps."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from app.database.bulk import insert_into, write_rows
from app.imports.models import ImportEntry, TableImport

CREATED, CHANGED = "created", "changed"

NEW_ENTRY = insert_into(
    "import_entry", "import_id", "subject", "act", "version", "former", "outcome", "reason"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that an import made or changed. ``version`` is what it was left as: its ``updated_at``."""

    id: int
    import_id: str
    subject: str
    act: str
    version: int
    former: Mapping[str, Any]
    """What stood there before, by field, of a thing that was changed."""


@dataclass(frozen=True, slots=True)
class Journal:
    """Who works on an import and when; takes down what is done."""

    import_id: str
    user_id: int
    now: int

    def created(self, connection: Connection, subjects: Iterable[Any]) -> None:
        """Note what was made: as of now."""
        rows = [(self.import_id, str(subject), CREATED, self.now, "{}", "", "") for subject in subjects]
        write_rows(connection, NEW_ENTRY, rows)

    def changed(self, connection: Connection, things: Iterable[tuple[Any, int, Mapping[str, Any]]]) -> None:
        """Note what was changed: the thing, its version now, and its former values."""
        rows = [
            (self.import_id, str(subject), CHANGED, version, json.dumps(former), "", "")
            for subject, version, former in things
        ]
        write_rows(connection, NEW_ENTRY, rows)

    def restored(self, connection: Connection, things: Iterable[tuple[Entry, int]]) -> None:
        """Note that things stand as before: what an earlier import left counts as untouched again."""
        rows = [
            {
                "the_subject": entry.subject,
                "was": entry.former.get("updated_at"),
                "now": version,
                "own": entry.id,
            }
            for entry, version in things
        ]
        if rows:
            again = update(ImportEntry).where(
                ImportEntry.subject == bindparam("the_subject"),
                ImportEntry.version == bindparam("was"),
                ImportEntry.id < bindparam("own"),
            )
            connection.execute(again.values(version=bindparam("now")), rows)


def open_entries(connection: Connection, import_id: str, below: int | None, limit: int) -> list[Entry]:
    """What is still to be undone, newest first, below an id."""
    asked = select(ImportEntry).where(ImportEntry.import_id == import_id, ImportEntry.outcome == "")
    if below is not None:
        asked = asked.where(ImportEntry.id < below)
    columns = ImportEntry.__table__.c
    rows = connection.execute(
        asked.with_only_columns(columns.id, columns.subject, columns.act, columns.version, columns.former)
        .order_by(ImportEntry.id.desc())
        .limit(limit)
    )
    return [
        Entry(row.id, import_id, row.subject, row.act, row.version, json.loads(row.former)) for row in rows
    ]


def count_entries(connection: Connection, import_id: str) -> dict[str, int]:
    """How many things an import did, by what became of them; the empty text for those that stand."""
    counted = select(ImportEntry.outcome, func.count()).where(ImportEntry.import_id == import_id)
    return {
        outcome: int(count) for outcome, count in connection.execute(counted.group_by(ImportEntry.outcome))
    }


def settle_entries(connection: Connection, entries: Sequence[Entry], kept: Mapping[int, str]) -> None:
    """Note what became of a part of the entries: undone, or kept for a reason."""
    gone = [entry.id for entry in entries if entry.id not in kept]
    connection.execute(update(ImportEntry).where(ImportEntry.id.in_(gone)).values(outcome="undone"))
    for number, reason in kept.items():
        one = update(ImportEntry).where(ImportEntry.id == number)
        connection.execute(one.values(outcome="kept", reason=reason))


def taken_back(connection: Connection, kind: str, ids: Sequence[int]) -> set[int]:
    """Those of these ids that an import of the kind made which was taken back since."""
    if not ids:
        return set()
    made = (
        select(ImportEntry.subject)
        .join(TableImport, TableImport.id == ImportEntry.import_id)
        .where(TableImport.kind == kind, ImportEntry.act == CREATED, ImportEntry.outcome == "undone")
        .where(ImportEntry.subject.in_([str(number) for number in ids]))
    )
    return {int(subject) for subject in connection.scalars(made)}
