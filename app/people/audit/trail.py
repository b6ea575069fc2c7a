"""The audit trail: every change of people, places, goods and settings, with who made it. Never a secret."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from flask import g, has_request_context, request
from sqlalchemy import Connection, insert, select

from app.clock import now_ms
from app.monitoring.trace import trace
from app.people.audit.models import AuditEntry
from app.people.models import User

Values = Mapping[str, Any]

SECRET_WORDS = ("password", "secret", "hash", "token", "credential", "pin")
HIDDEN = "…"
"""Stands for a secret: that it changed is told, what it is never."""
LONGEST = 500
"""Characters of one value that are kept."""


class Subject(NamedTuple):
    """What was changed; a plain tuple of kind and id does as well."""

    kind: str
    """The noun in the singular: user, token, session, device, item, location, import, setting …"""
    id: int | str
    name: str = ""
    """What people call it; where it is empty, the name or code among the values is taken."""


@dataclass(frozen=True)
class Actor:
    """Who acted: a person, a device or a token for a person, or the system itself."""

    actor_kind: str
    user_id: int | None = None
    actor: str = ""


SYSTEM = Actor("system")
_stand_in: ContextVar[Actor | None] = ContextVar("audit_actor", default=None)


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Say who acts where no request tells: a job does what a person asked for."""
    mark = _stand_in.set(actor)
    try:
        yield
    finally:
        _stand_in.reset(mark)


def person_acting(connection: Connection, user_id: int) -> Actor:
    """A person as actor, for ``acting_as``."""
    name = connection.scalar(select(User.name).where(User.id == user_id))
    return Actor("person", user_id, name or "") if name is not None else SYSTEM


def record(
    connection: Connection,
    action: str,
    subject: Subject | tuple[str, int | str] | tuple[str, int | str, str],
    before: Values | None = None,
    after: Values | None = None,
) -> None:
    """Write down one change, inside the transaction that makes it.

    ``action`` is a past participle ("added", "changed", "archived"); before and after hold the values
    concerned: only those that differ are kept, secrets as a mark that they changed. A change in which
    both are given and nothing differs is not written down.
    """
    thing = Subject(*subject)
    old, new = changed(before or {}, after or {})
    if before and after and not old and not new:
        return
    row = {
        **asdict(acting()),
        "at": now_ms(),
        "address": _address(),
        "action": action,
        "subject_kind": thing.kind,
        "subject_id": str(thing.id)[:64],
        "subject_name": (thing.name or _called(before or {}, after or {}))[:200],
        "before": _compact(old),
        "after": _compact(new),
        "trace": trace() if has_request_context() else "",
    }
    connection.execute(insert(AuditEntry).values(**row))


def acting() -> Actor:
    """Who acts now: whoever ``acting_as`` named, else the one who asks, else the system."""
    named = _stand_in.get()
    if named is not None:
        return named
    if not has_request_context():
        return SYSTEM
    from app.people.guard import person

    found = person()
    asked: Actor | None = g.get("audit_actor")
    if found is None:
        return asked or SYSTEM
    if found.token:
        return Actor("token", found.id, f"{found.name} · {found.token}"[:120])
    return Actor("person", found.id, found.name)


def changed(before: Values, after: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values that differ, before and after, with secrets hidden and long texts cut."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return _shown(before, names), _shown(after, names)


def _shown(values: Values, names: list[str]) -> dict[str, Any]:
    return {name: _plain(name, values[name]) for name in names if name in values}


def _plain(name: str, value: Any) -> Any:
    if value is not None and is_secret(name):
        return HIDDEN
    if isinstance(value, str) and len(value) > LONGEST:
        return value[:LONGEST] + "…"
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return value


def is_secret(name: str) -> bool:
    """Whether a value of this name is never written down."""
    parts = name.casefold().split("_")
    return any(word in parts or word == name.casefold() for word in SECRET_WORDS)


def _compact(values: Values) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=str)


def _called(before: Values, after: Values) -> str:
    values = {**before, **after}
    return str(values.get("name") or values.get("code") or values.get("email") or "")


def _address() -> str:
    return (request.remote_addr or "")[:64] if has_request_context() else ""
