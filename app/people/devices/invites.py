"""Invitations: a one-time code from the office by which a phone becomes a device, without a password."""

from collections.abc import Iterable
from dataclasses import dataclass
from secrets import token_hex, token_urlsafe

from sqlalchemy import Connection, delete, insert, select, update

from app.clock import now_ms
from app.database import database
from app.people.access.random_tokens import digest
from app.people.audit.trail import record
from app.people.devices.enrolment import Fresh, enrol, refuse_foreign
from app.people.devices.models import DeviceInvite
from app.people.devices.register import device_name
from app.people.devices.sites import choose_device_sites, works_within
from app.people.models import User
from app.people.sites import sites_of
from app.web.errors import Refusal
from app.words import t

LIFE_MS = 10 * 60 * 1000
"""Long enough to walk to the phone, short enough that a photograph of the screen is worth nothing."""

KEPT_MS = 24 * 60 * 60 * 1000
CODE_BYTES = 16


@dataclass(frozen=True)
class Invitation:
    """What the office shows: the code, in the only moment in which it can be read."""

    id: str
    code: str
    expires_at: int


@dataclass(frozen=True)
class Joined:
    """What a phone gets for its code."""

    fresh: Fresh
    name: str


def invite(connection: Connection, user_id: int, name: str, sites: Iterable[int] | None = None) -> Invitation:
    """Invite one phone, on behalf of a user; ``sites`` None for all that its people may see."""
    moment = now_ms()
    connection.execute(delete(DeviceInvite).where(DeviceInvite.expires_at < moment - KEPT_MS))
    made = Invitation(token_hex(16), token_urlsafe(CODE_BYTES), moment + LIFE_MS)
    row = {
        "id": made.id,
        "code_hash": digest(made.code),
        "name": name,
        "sites": ",".join(str(site) for site in sorted(set(sites or ()))),
        "user_id": user_id,
        "created_at": moment,
        "expires_at": made.expires_at,
    }
    connection.execute(insert(DeviceInvite).values(**row))
    record(connection, "invited", ("device", made.id, name or t("devices.unnamed")))
    return made


def join(connection: Connection, code: str, device: str, described: tuple[str, str], days: int) -> Joined:
    """Let a phone in for its code, once. ``described``: what it calls itself, and its agent.

    The name that the office gave goes before. Raises Refusal 403 ``invite_gone`` for a code that is
    unknown, used or too old, and for one whose inviter is no longer here; 403 ``device_of_another`` for a
    device that works in no site of the inviter's; 403 ``device_revoked``.
    """
    found = _open_invite(connection, code)
    if not works_within(connection, device, sites_of(connection, found.user_id)):
        refuse_foreign(connection, device, found.user_id, "")
    name, agent = described
    named = found.name or name
    fresh = enrol(connection, device, named, (found.user_id, agent), days)
    spent = {"used_at": now_ms(), "device_id": device}
    connection.execute(update(DeviceInvite).where(DeviceInvite.id == found.id).values(**spent))
    choose_device_sites(connection, device, site_ids(found.sites) or None)
    return Joined(fresh, named)


def invitation(invite_id: str) -> DeviceInvite:
    """How an invitation stands. Raises Refusal 404."""
    found = database.session.get(DeviceInvite, invite_id)
    if found is None:
        raise Refusal(404, "not_found", t("devices.invite_unknown"))
    return found


def state_of_invite(found: DeviceInvite, moment: int) -> str:
    """``joined``, ``gone`` or ``waiting``, at a moment in milliseconds."""
    if found.used_at is not None:
        return "joined"
    return "gone" if found.expires_at <= moment else "waiting"


def joined_name(found: DeviceInvite) -> str:
    """The name of the device that came by this invitation; empty while none did."""
    return device_name(found.device_id) if found.device_id else ""


def site_ids(text: str) -> frozenset[int]:
    """The sites that an invitation names."""
    return frozenset(int(part) for part in text.split(",") if part)


def _open_invite(connection: Connection, code: str) -> DeviceInvite:
    """The invitation of a code, taken under the write lock so that two phones cannot both have it."""
    spent = update(DeviceInvite).where(
        DeviceInvite.code_hash == digest(code),
        DeviceInvite.used_at.is_(None),
        DeviceInvite.expires_at > now_ms(),
        DeviceInvite.user_id.in_(select(User.id).where(User.disabled_at.is_(None))),
    )
    taken = connection.execute(spent.values(used_at=now_ms()).returning(DeviceInvite.id)).scalar()
    if taken is None:
        raise Refusal(403, "invite_gone", t("devices.invite_gone"))
    columns = (DeviceInvite.id, DeviceInvite.name, DeviceInvite.sites, DeviceInvite.user_id)
    return connection.execute(select(*columns).where(DeviceInvite.id == taken)).one()  # type: ignore[return-value]
