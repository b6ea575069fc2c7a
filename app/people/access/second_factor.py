"""The second factor: codes by time (RFC 6238) from an app of the person's own, and codes for a lost phone."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from flask import current_app
from sqlalchemy import Connection, delete, func, insert, select, update

from app.clock import now_ms
from app.database import database, transaction
from app.people.access.models import RecoveryCode, SecondFactor
from app.people.access.passwords import LETTERS
from app.people.access.random_tokens import digest
from app.people.access.throttle import count_code, count_failure, forget_codes
from app.people.audit.trail import Actor, acting_as, record
from app.people.models import User
from app.web.errors import Refusal, refused_field
from app.words import t

STEP_S = 30
TOLERANCE = 1
"""Steps before and after the present one that a clock may be off."""
RECOVERY_CODES = 10
ISSUER = "Tallyman"


def matching_step(secret: str, code: str, moment_s: float, after: int) -> int | None:
    """The time step whose code this is, later than step ``after``; None where there is none."""
    present = int(moment_s) // STEP_S
    source = pyotp.TOTP(secret)
    for step in range(present - TOLERANCE, present + TOLERANCE + 1):
        if step > after and hmac.compare_digest(source.generate_otp(step), code):
            return step
    return None


def has_factor(user_id: int) -> bool:
    """Whether a code is asked for at sign-in."""
    confirmed = select(SecondFactor.confirmed_at).where(SecondFactor.user_id == user_id)
    return database.session.scalar(confirmed) is not None


def start_factor(connection: Connection, user_id: int) -> str:
    """The secret to be shown to a person's app: a pending one stays. Raises Refusal 409 for one in use."""
    found = _factor(connection, user_id)
    if found and found.confirmed_at is not None:
        raise Refusal(409, "second_factor_exists", t("account.factor_exists"))
    if found and found.secret and (pending := unsealed(found.secret)):
        return pending
    secret = pyotp.random_base32()
    if found is None:
        connection.execute(insert(SecondFactor).values(user_id=user_id, secret="", last_step=0))
    mine = SecondFactor.user_id == user_id
    connection.execute(update(SecondFactor).where(mine).values(secret=sealed(secret), last_step=0))
    return secret


def confirm_factor(connection: Connection, user_id: int, code: str) -> list[str]:
    """Ask for codes from now on; the recovery codes, shown this once. Raises Refusal 422 or 429."""
    count_code(user_id)
    found = _factor(connection, user_id)
    secret = unsealed(found.secret) if found and found.confirmed_at is None else ""
    step = matching_step(secret, plain(code), now_ms() / 1000, 0) if secret else None
    if step is None:
        words = t("account.code_wrong")
        raise refused_field("code", words)
    forget_codes(user_id)
    values = {"confirmed_at": now_ms(), "last_step": step, "due_at": None}
    connection.execute(update(SecondFactor).where(SecondFactor.user_id == user_id).values(**values))
    record(connection, "second_factor_added", ("user", user_id, _name(connection, user_id)))
    return _written_codes(connection, user_id)


def prove(user_id: int, code: str, address: str) -> None:
    """Make sure that this code is the person's, and take it only once. Raises Refusal 401 or 429."""
    count_code(user_id)
    with transaction() as connection:
        is_right = _takes_step(connection, user_id, plain(code)) or _takes_code(connection, user_id, code)
    if not is_right:
        count_failure(address)
        raise Refusal(401, "wrong_code", t("account.code_wrong"))
    forget_codes(user_id)


def renew_codes(connection: Connection, user_id: int) -> list[str]:
    """New recovery codes, shown this once; those before stand for nothing. Raises Refusal 404."""
    found = _factor(connection, user_id)
    if found is None or found.confirmed_at is None:
        raise Refusal(404, "not_found", t("account.factor_none"))
    record(connection, "recovery_codes_renewed", ("user", user_id, _name(connection, user_id)))
    return _written_codes(connection, user_id)


def remove_factor(connection: Connection, user_id: int) -> bool:
    """Ask for no code any more; False where none was asked for."""
    mine = delete(SecondFactor).where(SecondFactor.user_id == user_id)
    removed = connection.execute(mine.returning(SecondFactor.confirmed_at)).first()
    connection.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    if removed is None or removed.confirmed_at is None:
        return False
    record(connection, "second_factor_removed", ("user", user_id, _name(connection, user_id)))
    return True


def codes_left(user_id: int) -> int:
    """How many recovery codes were not used."""
    unused = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return int(database.session.scalar(unused) or 0)


def provisioning_uri(secret: str, email: str) -> str:
    """What an app reads from the code on the screen."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def plain(code: str) -> str:
    """A code without the spaces and strokes that people put in."""
    return "".join(sign for sign in code if sign.isalnum()).casefold()


def sealed(secret: str) -> str:
    """A secret as the database keeps it: no use to one who reads the database alone."""
    return _seal().encrypt(secret.encode()).decode()


def unsealed(kept: str) -> str:
    """The secret again; empty when it was sealed with another key."""
    try:
        return _seal().decrypt(kept.encode()).decode()
    except InvalidToken:
        return ""


def _seal() -> Fernet:
    key = hashlib.sha256(b"tallyman second factor:" + str(current_app.secret_key).encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _takes_step(connection: Connection, user_id: int, code: str) -> bool:
    found = _factor(connection, user_id)
    secret = unsealed(found.secret) if found else ""
    step = matching_step(secret, code, now_ms() / 1000, found.last_step) if secret and found else None
    if step is None:
        return False
    mine = update(SecondFactor).where(SecondFactor.user_id == user_id, SecondFactor.last_step < step)
    return connection.execute(mine.values(last_step=step)).rowcount == 1


def _takes_code(connection: Connection, user_id: int, code: str) -> bool:
    mine = RecoveryCode.code_hash == digest(f"{user_id}:{plain(code)}")
    unused = update(RecoveryCode).where(mine, RecoveryCode.used_at.is_(None))
    if connection.execute(unused.values(used_at=now_ms())).rowcount != 1:
        return False
    name = _name(connection, user_id)
    with acting_as(Actor("person", user_id, name)):
        record(connection, "recovery_code_used", ("user", user_id, name))
    return True


def _written_codes(connection: Connection, user_id: int) -> list[str]:
    connection.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    connection.execute(insert(RecoveryCode), [*_rows(user_id, codes)])
    return codes


def _rows(user_id: int, codes: Iterable[str]) -> Iterable[dict[str, object]]:
    return ({"code_hash": digest(f"{user_id}:{plain(code)}"), "user_id": user_id} for code in codes)


def _new_code() -> str:
    """Twenty-five letters, 123 bits, in five groups: too many to try out, however quickly they are hashed."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(5))


def _factor(connection: Connection, user_id: int) -> SecondFactor | None:
    columns = SecondFactor.__table__
    return connection.execute(select(columns).where(SecondFactor.user_id == user_id)).first()  # type: ignore[return-value]


def _name(connection: Connection, user_id: int) -> str:
    return str(connection.scalar(select(User.name).where(User.id == user_id)) or "")
