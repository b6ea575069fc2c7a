"""What the office changed after a backup was taken: no restore brings it back, so it is written down."""

import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from app.database import reading
from app.lists.formula_guard import guarded
from app.people.audit.models import AuditEntry

FILE = "office-changes.csv"
MOST = 20_000
HEADER = ("at", "by", "did", "what", "id", "name", "before", "after")
PASSING = ("signed_in", "signed_out")
"""What tells of no change that one would make again."""


@dataclass(frozen=True)
class Change:
    """One entry of the audit trail."""

    at: int
    actor: str
    action: str
    kind: str
    subject: str
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class OfficeChanges:
    """What is not in a backup. ``readable`` is False where the replaced database could not be asked."""

    changes: Sequence[Change] = ()
    readable: bool = True
    kinds: Counter[str] = field(default_factory=Counter)
    """How many changes there were of each kind of thing."""


def changes_after(moment: int) -> OfficeChanges:
    """What the present database's audit trail holds of the time after a moment (milliseconds)."""
    entry = AuditEntry
    columns = (entry.at, entry.actor, entry.action, entry.subject_kind, entry.subject_id, entry.subject_name)
    asked = select(*columns, entry.before, entry.after).where(entry.at > moment)
    asked = asked.where(entry.action.not_in(PASSING)).order_by(entry.id).limit(MOST)
    try:
        with reading() as connection:
            found = [Change(*row) for row in connection.execute(asked)]
    except Exception as error:  # the replaced database may be in any state: that is why one restores
        current_app.logger.warning("what the office changed cannot be read: %s", error)
        return OfficeChanges(readable=False)
    return OfficeChanges(found, kinds=Counter(change.kind for change in found))


def write_changes(lost: OfficeChanges, folder: Path) -> None:
    """Leave the changes as a table beside what was replaced: for those who make them again."""
    if not lost.changes:
        return
    with (folder / FILE).open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADER)
        table.writerows([guarded(text) for text in row_of(change)] for change in lost.changes)


def row_of(change: Change) -> list[str]:
    """A change as a row of the table."""
    told = [change.actor, change.action, change.kind, change.subject, change.name]
    return [local_text(change.at), *told, values_of(change.before), values_of(change.after)]


def values_of(kept: str) -> str:
    """Values as a person reads them: ``name: Tea; unit: kg``."""
    return "; ".join(f"{name}: {value}" for name, value in json.loads(kept).items())


def local_text(moment: int) -> str:
    """A moment in the server's own time, with its zone."""
    return datetime.fromtimestamp(moment / 1000).astimezone().isoformat(sep=" ", timespec="seconds")
