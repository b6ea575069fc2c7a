"""PINs by which people switch on a shared device, also without network: four to eight digits.

A device that is offline must prove a PIN by itself, so it holds a slow salted hash of it. Few digits can be
tried out by whoever takes the device apart: a PIN keeps colleagues apart, it does not guard the data.
"""

import hashlib
from dataclasses import dataclass
from secrets import token_bytes
from typing import Any

from sqlalchemy import Connection, delete, select

from app.clock import now_ms
from app.database import database, publish
from app.database.upserts import insert
from app.people.audit.trail import record
from app.people.devices.models import UserPin
from app.people.devices.sites import covers, device_scope
from app.people.models import User
from app.people.sites import chosen_by_user, open_sites
from app.server import run_blocking
from app.web.errors import refused_field
from app.words import t

ROUNDS = 600_000
"""PBKDF2 with SHA-256, as OWASP asks for in 2023 and later; about 0.2 s on a server, 0.5 s on a phone."""

SHORTEST, LONGEST = 4, 8
MOST_PEOPLE = 500
RUNS = ("01234567890", "09876543210")


@dataclass(frozen=True)
class Proof:
    """What proves a PIN; salt and verifier in hex."""

    salt: str
    verifier: str
    rounds: int


@dataclass(frozen=True)
class Colleague:
    """One who may switch on a shared device, with what proves the PIN: all that the device is told."""

    id: int
    name: str
    role: str
    salt: str
    verifier: str
    rounds: int


def pin_problem(pin: str) -> str | None:
    """The key of the words that say what is wrong with a new PIN; None when it will do."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        return "devices.pin_digits"
    is_run = any(pin in run for run in RUNS)
    return "devices.pin_weak" if is_run or len(set(pin)) < 2 else None


def proof_of(pin: str, salt: bytes, rounds: int = ROUNDS) -> Proof:
    """The slow hash of a PIN, the same that a device computes."""
    verifier = hashlib.pbkdf2_hmac("sha256", pin.encode(), salt, rounds)
    return Proof(salt.hex(), verifier.hex(), rounds)


def new_proof(pin: str) -> Proof:
    """The proof of a new PIN, made away from the event loop. Raises Refusal 422 beside the field."""
    if problem := pin_problem(pin):
        raise refused_field("pin", t(problem))
    made: Proof = run_blocking(proof_of, pin, token_bytes(16))
    return made


def set_pin(connection: Connection, user_id: int, proof: Proof) -> None:
    """Give a person a PIN, in place of the one before; their devices hear of it."""
    values = {"user_id": user_id, **vars(proof), "changed_at": now_ms()}
    change = {name: value for name, value in values.items() if name != "user_id"}
    written = insert(connection, UserPin).values(**values)
    connection.execute(written.on_conflict_do_update(index_elements=["user_id"], set_=change))
    record(connection, "changed", ("pin", user_id))
    tell_devices(connection, user_id)


def clear_pin(connection: Connection, user_id: int) -> None:
    """Take a person's PIN away; twice is once."""
    if connection.execute(delete(UserPin).where(UserPin.user_id == user_id)).rowcount:
        record(connection, "removed", ("pin", user_id))
        tell_devices(connection, user_id)


def tell_devices(connection: Connection, user_id: int) -> None:
    """Say in the feed that what devices know of a person is no longer right. Last in a transaction."""
    publish(connection, [("person", str(user_id))])


def has_pin(user_id: int) -> bool:
    """Whether a person has a PIN."""
    return database.session.scalar(select(UserPin.user_id).where(UserPin.user_id == user_id)) is not None


def people_on(connection: Connection, device: str) -> list[Colleague]:
    """Who may switch on a device: active, with a PIN, and free to see all that it holds; by name."""
    scope = device_scope(connection, device)
    proof = (UserPin.salt, UserPin.verifier, UserPin.rounds)
    columns: list[Any] = [User.id, User.name, User.role, *proof, User.all_sites]
    known = select(*columns).join(UserPin, UserPin.user_id == User.id).where(User.disabled_at.is_(None))
    rows = connection.execute(known.order_by(User.name, User.id).limit(MOST_PEOPLE)).all()
    chosen = chosen_by_user(connection, [row.id for row in rows])
    sites = {row.id: open_sites(row.role, row.all_sites, chosen[row.id]) for row in rows}
    return [Colleague(*told) for *told, _all_sites in rows if covers(sites[told[0]], scope)]
