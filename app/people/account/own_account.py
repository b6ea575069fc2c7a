"""One's own account: the password, and the browsers in which one is signed in."""

from dataclasses import dataclass
from typing import Any

from flask import request

from app.database import transaction
from app.people.access.browsers import device_words
from app.people.access.entrance import confirm_password
from app.people.access.models import SignIn
from app.people.access.passwords import hash_password
from app.people.access.personal_tokens import revoke_tokens
from app.people.access.second_factor import codes_left, has_factor, remove_factor, renew_codes
from app.people.access.sign_ins import open_sign_ins, revoke_all
from app.people.devices.register import end_devices_of
from app.people.guard import current_person, factor_reminder
from app.people.users import checked_password, set_password, user_by_id
from app.web.errors import Refusal
from app.words import t


@dataclass(frozen=True)
class SignInRow:
    """A browser in which one is signed in, and whether it is this one."""

    token_hash: str
    address: str
    agent: str
    created_at: int
    seen_at: int
    expires_at: int
    current: bool

    @property
    def words(self) -> str:
        """The browser and its system, as far as they can be told."""
        return device_words(self.agent)


def own_sign_ins() -> list[SignInRow]:
    """Every browser in which the one who asks is signed in, the one used last first."""
    person = current_person()
    return sign_ins_of(person.id, person.session)


def sign_ins_of(user_id: int, own: str = "") -> list[SignInRow]:
    """Every browser in which a user is signed in; ``own`` is the session that asks."""
    return [_row(found, own) for found in open_sign_ins(user_id)]


def change_own_password(
    current: str, password: str, keep_tokens: bool = False, end_devices: bool = False
) -> None:
    """Exchange one's password; every other browser is signed out, and every token ends that is not kept.

    With ``end_devices`` the devices on which one signed in last ask for somebody to sign in. Raises
    Refusal 422 or 429.
    """
    person = current_person()
    user = user_by_id(person.id)
    confirm_password(user, current, request.remote_addr or "")
    secret = hash_password(checked_password(password, (user.email, user.name)))
    with transaction() as connection:
        set_password(connection, person.id, secret)
        revoke_all(person.id, person.session)
        if not keep_tokens:
            revoke_tokens(connection, person.id)
        if end_devices:
            end_devices_of(connection, person.id)


def own_factor() -> dict[str, Any]:
    """Whether a code is asked for, the recovery codes left, and until when one must be set up."""
    person = current_person()
    due_at = factor_reminder()
    return {"active": has_factor(person.id), "codes_left": codes_left(person.id), "due_at": due_at}


def remove_own_factor(current: str) -> None:
    """Ask for no code any more. Raises Refusal 404, 422 or 429."""
    person = current_person()
    confirm_password(user_by_id(person.id), current, request.remote_addr or "")
    with transaction() as connection:
        if not remove_factor(connection, person.id):
            raise Refusal(404, "not_found", t("account.factor_none"))


def renew_own_codes(current: str) -> list[str]:
    """New recovery codes, shown this once. Raises Refusal 404, 422 or 429."""
    person = current_person()
    confirm_password(user_by_id(person.id), current, request.remote_addr or "")
    with transaction() as connection:
        return renew_codes(connection, person.id)


def _row(found: SignIn, own: str) -> SignInRow:
    return SignInRow(
        token_hash=found.token_hash,
        address=found.address,
        agent=found.agent,
        created_at=found.created_at,
        seen_at=found.seen_at,
        expires_at=found.expires_at,
        current=found.token_hash == own,
    )
