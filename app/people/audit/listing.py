"""The audit trail as it is read: searched, narrowed to a person, a kind, an act, a time."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from app.database import database
from app.lists.asked_filters import span_filters, span_of
from app.lists.exports import Column, Table, moment
from app.lists.listing import Listing, Page, Shape, listing_from
from app.lists.table_rows import every_part, page_of
from app.people.audit.models import AuditEntry
from app.people.models import User
from app.words import catalogue, t

KINDS = (
    *("user", "token", "device", "item", "category", "location"),
    *("import", "quarantine", "discrepancy", "setting"),
)
CHOICES_MOST = 200


@dataclass(frozen=True)
class Change:
    """One value that changed, as it was and as it is; None where there was or is none."""

    name: str
    before: Any
    after: Any


def audit_shape(people: Sequence[str] = (), actions: Sequence[str] = ()) -> Shape:
    """What the list allows; ``people`` and ``actions`` are those that can be chosen."""
    return Shape(
        columns={"at": AuditEntry.id},
        searched=(
            AuditEntry.subject_name,
            AuditEntry.subject_id,
            AuditEntry.actor,
            AuditEntry.address,
            AuditEntry.before,
            AuditEntry.after,
        ),
        sort="-at",
        tie=AuditEntry.id,
        filters={"person": people, "kind": KINDS, "act": actions},
    )


def people_named(connection: Connection) -> list[tuple[str, str]]:
    """Those whom the list can be narrowed to: id and name."""
    rows = connection.execute(select(User.id, User.name).order_by(User.name).limit(CHOICES_MOST))
    return [(str(row.id), row.name) for row in rows]


def acts_known(connection: Connection) -> list[str]:
    """What was done at all, by its words."""
    found = connection.scalars(select(AuditEntry.action).distinct().limit(CHOICES_MOST))
    return sorted(found, key=act_words)


def listing_asked(
    asked: Mapping[str, str], people: Sequence[tuple[str, str]], actions: Sequence[str]
) -> Listing:
    """Read the page's address; what makes no sense is left out."""
    shape = audit_shape([person for person, _name in people], actions)
    return listing_from(asked, replace(shape, filters={**shape.filters, **span_filters(asked)}))


def entries_of(listing: Listing, since: int | None, until: int | None) -> Select[AuditEntry]:
    """The entries that pass the filters; times in milliseconds, the last one not included."""
    return select(AuditEntry).where(*_conditions(listing.filters, since, until))


def list_entries(listing: Listing, since: int | None, until: int | None) -> Page[AuditEntry]:
    """One page of entries, the newest first."""
    return page_of(entries_of(listing, since, until), listing, audit_shape())


def entry_by_id(number: int) -> AuditEntry | None:
    """One entry; None where there is none."""
    return database.session.get(AuditEntry, number)


def audit_table(listing: Listing) -> Table[AuditEntry]:
    """Every entry that the list would show."""
    statement = entries_of(listing, *span_of(listing.filters))
    return Table("audit", AUDIT_COLUMNS, every_part(statement, listing, audit_shape()))


def changes_of(entry: AuditEntry) -> list[Change]:
    """What changed, value by value."""
    before, after = json.loads(entry.before), json.loads(entry.after)
    return [Change(name, before.get(name), after.get(name)) for name in {**before, **after}]


def act_words(action: str) -> str:
    """An act in words: its own where it has some, else its name."""
    return _named(f"audit.did_{action}", action)


def kind_words(kind: str) -> str:
    """A kind of subject in words."""
    return _named(f"audit.kind_{kind}", kind)


AUDIT_COLUMNS: tuple[Column[AuditEntry], ...] = (
    Column("time (UTC)", lambda entry: moment(entry.at)),
    Column("who", lambda entry: entry.actor or entry.actor_kind, "who"),
    Column("as", lambda entry: entry.actor_kind, "who"),
    Column("address", lambda entry: entry.address, "who"),
    Column("act", lambda entry: entry.action),
    Column("kind", lambda entry: entry.subject_kind),
    Column("id", lambda entry: entry.subject_id),
    Column("subject", lambda entry: entry.subject_name),
    Column("before", lambda entry: entry.before, "changes"),
    Column("after", lambda entry: entry.after, "changes"),
    Column("request", lambda entry: entry.trace),
)


def _conditions(
    filters: Mapping[str, str], since: int | None, until: int | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if person := filters.get("person"):
        conditions.append(AuditEntry.user_id == int(person))
    if kind := filters.get("kind"):
        conditions.append(AuditEntry.subject_kind == kind)
    if act := filters.get("act"):
        conditions.append(AuditEntry.action == act)
    if since is not None:
        conditions.append(AuditEntry.at >= since)
    if until is not None:
        conditions.append(AuditEntry.at < until)
    return conditions


def _named(key: str, name: str) -> str:
    return t(key) if key in catalogue() else name.replace("_", " ")
