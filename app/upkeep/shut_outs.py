"""Who was shut out, carried over a restore: a backup from before must not let anybody in again."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, func, or_, select, update

from app.people.access.models import PersonalToken
from app.people.devices.models import Device
from app.people.models import User


@dataclass(frozen=True)
class ShutOuts:
    """People who were disabled, devices that were revoked or stolen, tokens that were revoked: the times."""

    people: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Address and time, by number."""
    devices: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)
    """When revoked and when stolen, by id."""
    tokens: dict[str, int] = field(default_factory=dict)
    """When revoked, by digest."""


def shut_outs_of(connection: Connection) -> ShutOuts:
    """Everybody who is shut out."""
    people = connection.execute(
        select(User.id, User.email, User.disabled_at).where(User.disabled_at.is_not(None))
    )
    shut = or_(Device.revoked_at.is_not(None), Device.stolen_at.is_not(None))
    devices = connection.execute(select(Device.id, Device.revoked_at, Device.stolen_at).where(shut))
    ended = PersonalToken.revoked_at.is_not(None)
    tokens = connection.execute(select(PersonalToken.token_hash, PersonalToken.revoked_at).where(ended))
    return ShutOuts(
        {row.id: (row.email, row.disabled_at) for row in people},
        {row.id: (row.revoked_at, row.stolen_at) for row in devices},
        {row.token_hash: row.revoked_at for row in tokens},
    )


def carry_shut_outs(connection: Connection, known: ShutOuts) -> None:
    """Shut out those whom the backup does not know to be; a number must be the same person's."""
    for number, (email, disabled_at) in known.people.items():
        same = (User.id == number, User.email == email)
        at = func.coalesce(User.disabled_at, disabled_at)
        connection.execute(update(User).where(*same).values(disabled_at=at))
    for device, (revoked_at, stolen_at) in known.devices.items():
        values = {
            "revoked_at": func.coalesce(Device.revoked_at, revoked_at),
            "stolen_at": func.coalesce(Device.stolen_at, stolen_at),
        }
        connection.execute(update(Device).where(Device.id == device).values(**values))
    for token_hash, revoked_at in known.tokens.items():
        at = func.coalesce(PersonalToken.revoked_at, revoked_at)
        mine = update(PersonalToken).where(PersonalToken.token_hash == token_hash)
        connection.execute(mine.values(revoked_at=at))
